/* test_jobs.c - parts done by several threads: each one once, whatever their number, and the first failure ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "train/jobs.h"

enum { PARTS = 100, BROKEN = 7 };

typedef struct { unsigned times[PARTS]; uint32_t last, told; bool falls; } tally;

static dx_status part(void *ctx, uint32_t k, dx_err *err)
{
	(void)err;
	((tally *)ctx)->times[k]++;
	return DX_OK;
}

static dx_status break_down(void *ctx, uint32_t k, dx_err *err)
{
	((tally *)ctx)->times[k]++;
	return k == BROKEN ? dx_fail(err, DX_EDATA, "part %u", k) : DX_OK;
}

static void done(void *ctx, uint32_t n_done, uint32_t n)
{
	tally *t = ctx;
	t->told++;
	t->falls |= n_done != t->last + 1 || n != PARTS;
	t->last = n_done;
}

static void test_each_part_once(void **state)
{
	(void)state;
	for (unsigned threads = 0; threads < 200; threads = 3 * threads + 1) {
		tally t = { 0 };
		dx_err err = { .msg = "" };
		assert_int_equal(dx_jobs_run(&(dx_jobs){ PARTS, threads, part, done, &t }, &err), DX_OK);
		for (int k = 0; k < PARTS; k++)
			assert_int_equal(t.times[k], 1);
		assert_int_equal(t.told, PARTS);
		assert_false(t.falls);
	}
}

static void test_no_parts(void **state)
{
	tally t = { 0 };
	dx_err err = { .msg = "" };
	(void)state;
	assert_int_equal(dx_jobs_run(&(dx_jobs){ 0, 4, part, done, &t }, &err), DX_OK);
	assert_int_equal(t.told, 0);
}

static void test_first_failure_ends_it(void **state)
{
	tally t = { 0 };
	dx_err err = { .msg = "" };
	(void)state;
	assert_int_equal(dx_jobs_run(&(dx_jobs){ PARTS, 1, break_down, NULL, &t }, &err), DX_EDATA);
	assert_string_equal(err.msg, "part 7");
	assert_int_equal(t.times[BROKEN], 1);
	assert_int_equal(t.times[BROKEN + 1], 0);
	assert_int_equal(dx_jobs_run(&(dx_jobs){ PARTS, 4, break_down, NULL, &t }, &err), DX_EDATA);
	assert_string_equal(err.msg, "part 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_part_once),
		cmocka_unit_test(test_no_parts),
		cmocka_unit_test(test_first_failure_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
