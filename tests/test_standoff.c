/* test_standoff.c - labels of quotes and statements kept apart from their articles (datasets/standoff.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "datasets/standoff.h"

#define N 2

static const char *const LINE[N] = {
	"{\"id\":\"a\",\"text\":\"Mara Lindqvist called the d\xc3\xa9tour folly.\",\"quotes\":[{\"content\":[[22,39]]},{\"content\":[[0,4]],\"stance\":\"neutral\"}]}",
	"{\"id\":\"b\",\"text\":\"She liked the ferry.\",\"quotes\":[{\"content\":[[10,19]]}]}",
};

typedef struct { dx_arena *arena; dx_record rec[N]; size_t bad_line; dx_standoff_log log; } fixture;

static void bad(void *ctx, size_t line, const char *why)
{
	((fixture *)ctx)->bad_line = line;
	assert_non_null(why);
}

static int setup(void **state)
{
	static fixture f;
	dx_err err;
	f = (fixture){ .log = { bad, &f, 0, 0 } };
	assert_int_equal(dx_arena_new(&f.arena, &err), DX_OK);
	for (int i = 0; i < N; i++)
		assert_int_equal(dx_record_parse(f.rec + i, dx_str_of(LINE[i]), f.arena, &err), DX_OK);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture *f = *state;
	for (int i = 0; i < N; i++)
		dx_record_fini(f->rec + i);
	dx_arena_free(f->arena);
	return 0;
}

static FILE *file_of(const char *text)
{
	FILE *in = tmpfile();
	assert_non_null(in);
	fputs(text, in);
	rewind(in);
	return in;
}

static dx_status read_text(fixture *f, const char *text, dx_err *err)
{
	FILE *in = file_of(text);
	dx_status st = dx_standoff_read(f->rec, N, in, &f->log, f->arena, err);
	fclose(in);
	return st;
}

static void test_sets(void **state)
{
	fixture *f = *state;
	dx_err err;
	assert_int_equal(read_text(f, "# labels by the desk\n# doc b\n10\tsupport\t10\t19\n\n# doc nowhere\n5\toppose\t0\t3\n# doc a\n22\toppose\t26\t33\n"
	                              "0\toppose\t0\t4\n", &err), DX_OK);
	assert_int_equal(f->log.n_set, 2);
	assert_int_equal(f->log.n_bad, 0);
	assert_true(dx_str_eq(f->rec[0].quotes[0].stance, DX_STR("oppose")));
	assert_true(dx_str_eq(f->rec[0].quotes[0].target, DX_STR("d\xc3\xa9tour")));
	assert_true(dx_str_eq(f->rec[0].quotes[1].stance, DX_STR("neutral")));       /* its own */
	assert_true(dx_str_eq(f->rec[1].quotes[0].target, DX_STR("the ferry")));
}

/* A row that fits no quote, or whose target is no span of characters, is told of and passed over; the rest counts. */
static void test_passes_over(void **state)
{
	static const char *const ROW[] = { "21\toppose\t26\t33", "22\toppose\t33\t26", "22\toppose\t26\t100", "22\toppose\t28\t33" };
	fixture *f = *state;
	dx_err err;
	for (size_t i = 0; i < DX_COUNT(ROW); i++) {
		char text[100];
		snprintf(text, sizeof text, "# doc a\n%s\n# doc b\n10\tsupport\t10\t19\n", ROW[i]);
		f->rec[1].quotes[0].stance = (dx_str){ 0 };
		f->bad_line = 0;
		assert_int_equal(read_text(f, text, &err), DX_OK);
		assert_int_equal(f->bad_line, 2);
		assert_int_equal(f->log.n_bad, i + 1);
		assert_int_equal(f->log.n_set, i + 1);
		assert_int_equal(f->rec[0].quotes[0].stance.n, 0);
	}
}

static void test_refuses(void **state)
{
	static const struct { const char *text; size_t line; } BAD[] = {
		{ "22\toppose\t26\t33\n", 1 }, { "# doc a\n22\toppose\t26\n", 2 }, { "# doc a\n\nx\toppose\t26\t33\n", 3 },
		{ "# doc a\n22\toppose\t-1\t33\n", 2 }, { "# doc a\n22\toppose\t26\t99999999999\n", 2 },
	};
	fixture *f = *state;
	for (size_t i = 0; i < DX_COUNT(BAD); i++) {
		dx_err err = { 0 };
		assert_int_equal(read_text(f, BAD[i].text, &err), DX_EFORMAT);
		assert_int_equal(err.offset, BAD[i].line);
	}
}

/* Statements: stretches of articles as records of their own. */
static void test_statements(void **state)
{
	static const char TEXT[] = "# doc b\n4\t19\tsupport\tthe ferry\n# doc nowhere\n0\t9\toppose\tthe toll\n# doc a\n22\t29\toppose\tthe road\n"
		"22\t28\toppose\tthe road\n9\t1000\toppose\tthe road\n";
	fixture *f = *state;
	dx_record *out = NULL;
	size_t n = 0, cap = 0;
	dx_err err;
	const dx_standoff_to to = { &out, &n, &cap, f->arena };
	FILE *in = file_of(TEXT);
	assert_int_equal(dx_standoff_statements(&to, f->rec, N, in, &f->log, &err), DX_OK);
	fclose(in);
	assert_int_equal(n, 2);
	assert_int_equal(f->log.n_set, 2);
	assert_int_equal(f->log.n_bad, 2);               /* one ends within a character, one behind the text */
	assert_int_equal(f->bad_line, 8);
	assert_true(out[0].is_statement && dx_str_eq(out[0].text, DX_STR("liked the ferry")));
	assert_true(dx_str_eq(out[0].target, DX_STR("the ferry")) && dx_str_eq(out[0].stance, DX_STR("support")));
	assert_true(dx_str_eq(out[1].text, DX_STR("the d\xc3\xa9")));
}

static dx_status read_quotes(dx_record **out, size_t *n, fixture *f, const char *text, dx_err *err)
{
	size_t cap = 0;
	const dx_standoff_to to = { out, n, &cap, f->arena };
	FILE *in = file_of(text);
	*out = NULL;
	*n = 0;
	dx_status st = dx_standoff_quotes(&to, f->rec, N, in, &f->log, err);
	fclose(in);
	return st;
}

/* Quotes that the records lack: a record more for each article. */
static void test_quotes(void **state)
{
	fixture *f = *state;
	dx_record *out;
	size_t n;
	dx_err err;
	assert_int_equal(read_quotes(&out, &n, f, "# doc b\n10-19\t4-9\t0-3\tsupport\t10\t19\n# doc nowhere\n0-9\t-\t-\toppose\t0\t3\n# doc a\n"
	                                          "15-21,22-29\t-\t0-4,5-14\toppose\t22\t29\n0-4\t-\t-\tneutral\t0\t4\n", &err), DX_OK);
	assert_int_equal(n, 2);
	assert_int_equal(f->log.n_set, 3);
	assert_int_equal(f->log.n_bad, 0);
	assert_true(dx_str_eq(out[0].id, DX_STR("b")) && out[0].n_quotes == 1 && !out[0].has_quotes && !out[0].root);
	const dx_quote *q = out[0].quotes;
	assert_true(dx_str_eq(q->stance, DX_STR("support")) && dx_str_eq(q->target, DX_STR("the ferry")));
	assert_true(q->content.n == 1 && q->content.v[0].beg == 10 && q->content.v[0].end == 19 && q->type == DX_INDIRECT);
	assert_true(q->cue.n == 1 && q->cue.v[0].beg == 4 && q->source.n == 1 && q->source.v[0].end == 3);
	assert_int_equal(out[1].n_quotes, 2);
	assert_true(out[1].quotes[0].content.n == 2 && out[1].quotes[0].cue.n == 0 && out[1].quotes[0].source.v[1].beg == 5);
	assert_true(out[1].text.p == f->rec[0].text.p && f->rec[0].n_quotes == 2);
}

static void test_bad_quotes(void **state)
{
	static const char *const OVER[] = { "-\t4-9\t0-3\toppose\t0\t3", "19-10\t4-9\t0-3\toppose\t0\t3", "10-90\t-\t-\toppose\t0\t3",
		"10-15,12-19\t-\t-\toppose\t0\t3", "10-19\t4-90\t-\toppose\t0\t3", "10-19\t-\t3-0\toppose\t0\t3", "10-19\t-\t-\toppose\t3\t3" };
	static const char *const REFUSED[] = { "10-19\t-\t-\toppose\t0", "10\t-\t-\toppose\t0\t3", "10-19\tx-9\t-\toppose\t0\t3", "10-19\t-\t-\toppose\t0\t-3" };
	fixture *f = *state;
	dx_record *out;
	size_t n;
	char text[100];
	for (size_t i = 0; i < DX_COUNT(OVER); i++) {
		dx_err err = { 0 };
		snprintf(text, sizeof text, "# doc b\n%s\n4-9\t-\t-\tneutral\t0\t3\n", OVER[i]);
		assert_int_equal(read_quotes(&out, &n, f, text, &err), DX_OK);
		assert_int_equal(f->log.n_bad, i + 1);
		assert_int_equal(f->bad_line, 2);
		assert_true(n == 1 && out[0].n_quotes == 1 && out[0].quotes[0].content.v[0].beg == 4);
	}
	for (size_t i = 0; i < DX_COUNT(REFUSED); i++) {
		dx_err err = { 0 };
		snprintf(text, sizeof text, "# doc b\n\n%s\n", REFUSED[i]);
		assert_int_equal(read_quotes(&out, &n, f, text, &err), DX_EFORMAT);
		assert_int_equal(err.offset, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_passes_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_statements, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quotes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_quotes, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
