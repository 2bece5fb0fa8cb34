/* test_options.c - the option table: every kind, every way to write it, every complaint, the help text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "datasets/options.h"

struct args {
	bool help, quiet, fast;
	const char *out;
	dx_opt_list targets, files;
	int64_t seed, any;
	double cost, level;
	int task;
};

static const char *const TASKS[] = { "all", "quotes", "stance", NULL };
static const char *const LEVELS[] = { "low", "high", NULL };
static const double LEVEL_VALUES[] = { 0.25, 0.75 };
static const dx_option OPTIONS[] = {
	{ DX_OPT_STOP, 'h', "help", NULL, NULL, "show this help", offsetof(struct args, help), 0, 0, NULL, NULL },
	{ DX_OPT_FLAG, 'q', "quiet", NULL, NULL, "say nothing", offsetof(struct args, quiet), 0, 0, NULL, NULL },
	{ DX_OPT_FLAG, 'f', "fast", NULL, NULL, "hurry", offsetof(struct args, fast), 0, 0, NULL, NULL },
	{ DX_OPT_STR, 'o', "output", "FILE", NULL, "where to", offsetof(struct args, out), 0, 0, NULL, NULL },
	{ DX_OPT_LIST, 't', "target", "T", NULL, "a target", offsetof(struct args, targets), 0, 0, NULL, NULL },
	{ DX_OPT_INT, 's', "seed", "N", "7", "a seed that has a help text of more words than one line of the help can hold",
	  offsetof(struct args, seed), 0, 1000, NULL, NULL },
	{ DX_OPT_INT, 0, "any", "N", NULL, "any number", offsetof(struct args, any), 0, 0, NULL, NULL },
	{ DX_OPT_DOUBLE, 'c', "cost", "C", "0.5", "a cost", offsetof(struct args, cost), 0.001, 10, NULL, NULL },
	{ DX_OPT_DOUBLE, 'l', "level", "L", "low", "how high; or", offsetof(struct args, level), 0, 1, LEVELS, LEVEL_VALUES },
	{ DX_OPT_CHOICE, 0, "task", "TASK", "quotes", "what to do", offsetof(struct args, task), 0, 0, TASKS, NULL },
};
static const dx_usage USAGE = { "prog", "[OPTION]... FILE...", "Does a thing.", OPTIONS, DX_COUNT(OPTIONS),
	offsetof(struct args, files), 1, 3, "The end." };

static struct args got;
static dx_err err;

/* Parses the words, which end with NULL. */
static dx_status parse(dx_arena *a, const char *first, ...)
{
	char *argv[16] = { (char *)(uintptr_t)"prog" };
	int argc = 1;
	va_list ap;
	va_start(ap, first);
	for (const char *w = first; w && argc < 16; w = va_arg(ap, const char *))
		argv[argc++] = (char *)(uintptr_t)w;
	va_end(ap);
	memset(&got, 0x55, sizeof got);
	err.msg[0] = '\0';
	return dx_options_parse(&got, &USAGE, argc, argv, a, &err);
}

static int setup(void **state)
{
	return dx_arena_new((dx_arena **)state, NULL) ? -1 : 0;
}

static int teardown(void **state)
{
	dx_arena_free(*state);
	return 0;
}

static void test_defaults(void **state)
{
	assert_int_equal(parse(*state, "a", NULL), DX_OK);
	assert_false(got.help || got.quiet || got.fast);
	assert_null(got.out);
	assert_int_equal(got.targets.n, 0);
	assert_int_equal(got.files.n, 1);
	assert_int_equal(got.seed, 7);
	assert_int_equal(got.any, 0);
	assert_true(got.cost == 0.5);
	assert_int_equal(got.task, 1);
}

static void test_all_kinds(void **state)
{
	assert_int_equal(parse(*state, "-qfo", "x", "--target=a b", "f1", "-tb", "-t", "-c", "--seed", "12", "-c2.5", "-",
	                       "--task=stance", NULL), DX_OK);
	assert_true(got.quiet && got.fast && !got.help);
	assert_string_equal(got.out, "x");
	assert_int_equal(got.targets.n, 3);
	assert_string_equal(got.targets.v[0], "a b");
	assert_string_equal(got.targets.v[1], "b");
	assert_string_equal(got.targets.v[2], "-c");
	assert_int_equal(got.seed, 12);
	assert_true(got.cost == 2.5);
	assert_int_equal(got.task, 2);
	assert_int_equal(got.files.n, 2);
	assert_string_equal(got.files.v[1], "-");
}

static void test_end_of_options(void **state)
{
	assert_int_equal(parse(*state, "--any", "-5", "--", "--quiet", "--", NULL), DX_OK);
	assert_int_equal(got.any, -5);
	assert_false(got.quiet);
	assert_int_equal(got.files.n, 2);
	assert_string_equal(got.files.v[0], "--quiet");
}

static void test_stop_wins(void **state)
{
	assert_int_equal(parse(*state, "--help", "--nonsense", NULL), DX_OK);
	assert_true(got.help);
	assert_int_equal(parse(*state, "-qhz", NULL), DX_OK);
	assert_true(got.help && got.quiet);
}

static void expect(dx_status st, const char *msg)
{
	assert_int_equal(st, DX_EFORMAT);
	assert_string_equal(err.msg, msg);
}

static void test_complaints(void **state)
{
	dx_arena *a = *state;
	expect(parse(a, "--nix=3", "a", NULL), "unknown option --nix (see --help)");
	expect(parse(a, "-qx", "a", NULL), "unknown option -x (see --help)");
	expect(parse(a, "--see", "3", NULL), "unknown option --see (see --help)");
	expect(parse(a, "--quiet=1", "a", NULL), "option --quiet takes no argument");
	expect(parse(a, "a", "--output", NULL), "option --output needs an argument: FILE");
	expect(parse(a, "a", "-o", NULL), "option --output needs an argument: FILE");
	expect(parse(a, NULL), "arguments missing: usage: prog [OPTION]... FILE... (see --help)");
	expect(parse(a, "1", "2", "3", "4", NULL), "one argument too many: \"4\" (see --help)");
	expect(parse(a, "--task", "Stance", NULL), "option --task: expected all, quotes or stance, got \"Stance\"");
}

static void test_bad_numbers(void **state)
{
	static const char *const BAD[] = { "", " 1", "1 ", "x", "1x", "-1", "1001", "99999999999999999999", "1.5", "0x" };
	static const char *const BAD_COST[] = { "", "nan", "inf", "0", "10.01", "1e999", "1,5", "\t1" };
	char msg[200];
	for (size_t i = 0; i < DX_COUNT(BAD); i++) {
		snprintf(msg, sizeof msg, "option --seed: expected a whole number from 0 to 1000, got \"%s\"", BAD[i]);
		expect(parse(*state, "a", "--seed", BAD[i], NULL), msg);
	}
	for (size_t i = 0; i < DX_COUNT(BAD_COST); i++) {
		snprintf(msg, sizeof msg, "option --cost: expected a number from 0.001 to 10, got \"%s\"", BAD_COST[i]);
		expect(parse(*state, "a", "-c", BAD_COST[i], NULL), msg);
	}
	expect(parse(*state, "--any", "1e3", NULL), "option --any: expected a whole number, got \"1e3\"");
}

static void test_named_numbers(void **state)
{
	assert_int_equal(parse(*state, "a", NULL), DX_OK);
	assert_true(got.level == 0.25);
	assert_int_equal(parse(*state, "--level=high", "a", NULL), DX_OK);
	assert_true(got.level == 0.75);
	assert_int_equal(parse(*state, "-l", "0.5", "a", NULL), DX_OK);
	assert_true(got.level == 0.5);
	assert_int_equal(parse(*state, "-l", "middling", "a", NULL), DX_EFORMAT);
	assert_string_equal(err.msg, "option --level: expected low or high, or a number from 0 to 1, got \"middling\"");
}

static void test_help(void **state)
{
	char text[2000] = "";
	FILE *f = tmpfile();
	(void)state;
	assert_non_null(f);
	dx_options_help(&USAGE, f);
	rewind(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	assert_non_null(strstr(text, "Usage: prog [OPTION]... FILE...\nDoes a thing.\n\nOptions:\n"));
	assert_non_null(strstr(text, "\n  -s, --seed N            a seed that has"));
	assert_non_null(strstr(text, "(default: 7)\n"));
	assert_non_null(strstr(text, "\n      --task TASK         what to do: all, quotes or stance (default: quotes)\n"));
	assert_non_null(strstr(text, "\n\nThe end.\n"));
	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		assert_true(end - line <= 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end_of_options, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_complaints, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_named_numbers, setup, teardown),
		cmocka_unit_test(test_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
