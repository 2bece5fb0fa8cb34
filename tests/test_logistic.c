/* test_logistic.c - logistic regression: probabilities that are the rates in the data, signs, out-of-fold values, data that cannot be learned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include "train/logistic.h"

enum { ROWS = 4000, GROUPS = 40 };

typedef struct { dx_arena *arena; dx_rows rows; dx_pack pack; } fixture;

/* Feature 0 is there in half of the rows, which are yes in eight of ten; the others are so in three of ten. Feature 1 says nothing. */
static int setup(void **state)
{
	fixture *f = calloc(1, sizeof *f);
	dx_err err;
	if (!f || dx_arena_new(&f->arena, &err))
		return -1;
	for (uint32_t i = 0; i < ROWS; i++) {
		dx_vec x = { .arena = f->arena };
		const bool with = i % 2;
		dx_vec_add(&x, 0, with);
		dx_vec_add(&x, 1, (float)(i / 7 % 3));
		if (dx_rows_add(&f->rows, &x, i / 2 % 10 < (with ? 8 : 3), i * GROUPS / ROWS, &err))
			return -1;
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture *f = *state;
	dx_rows_fini(&f->rows);
	free(f->pack.p);
	dx_arena_free(f->arena);
	free(f);
	return 0;
}

static const dx_logistic_params PAR = { .n_folds = 4, .seed = 1, .name = "rates" };

static void test_rates(void **state)
{
	fixture *f = *state;
	dx_svm m;
	dx_err err;
	f->rows.n_feat = 5;                      /* more than any row has: their weights are 0 */
	assert_int_equal(dx_logistic_train(&f->pack, NULL, &f->rows, &PAR, &err), DX_OK);
	dx_cursor c = { .p = f->pack.p, .n = f->pack.n };
	assert_int_equal(dx_svm_unpack(&m, &c, &err), DX_OK);
	assert_int_equal(m.n_feat, 5);
	assert_true(m.w[4] == 0 && m.w[0] < 0);  /* the value speaks for no */
	const dx_feat one = { 0, 1 };
	assert_true(fabs(dx_svm_yes_p(&m, dx_svm_yes(&m, &one, 1)) - 0.8) < 0.03);
	assert_true(fabs(dx_svm_yes_p(&m, dx_svm_yes(&m, NULL, 0)) - 0.3) < 0.03);
	assert_true(fabs(dx_svm_yes_p(&m, 0) - 0.5) < 1e-9);
}

/* Values of rows by machines that have not seen them, and the same bytes again. */
static void test_out_of_fold(void **state)
{
	fixture *f = *state;
	dx_pack again = { 0 };
	dx_err err;
	double *yes = calloc(ROWS, sizeof *yes), loss = 0;
	assert_non_null(yes);
	assert_int_equal(dx_logistic_train(&f->pack, yes, &f->rows, &PAR, &err), DX_OK);
	assert_int_equal(dx_logistic_train(&again, NULL, &f->rows, &PAR, &err), DX_OK);
	assert_int_equal(f->pack.n, again.n);
	assert_memory_equal(f->pack.p, again.p, again.n);
	for (size_t i = 0; i < ROWS; i++)
		loss += log1p(exp(f->rows.y[i] ? -yes[i] : yes[i])) / ROWS;
	const double best = -(0.8 * log(0.8) + 0.2 * log(0.2) + 0.3 * log(0.3) + 0.7 * log(0.7)) / 2;
	assert_true(loss > best - 1e-6 && loss < best + 0.01);
	free(yes);
	free(again.p);
}

static void test_one_class(void **state)
{
	fixture *f = *state;
	dx_err err;
	dx_rows none = { .n = 0 };
	for (size_t i = 0; i < f->rows.n; i++)
		f->rows.y[i] = 1;
	assert_int_equal(dx_logistic_train(&f->pack, NULL, &f->rows, &PAR, &err), DX_EDATA);
	assert_int_equal(dx_logistic_train(&f->pack, NULL, &none, &PAR, &err), DX_EDATA);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = { T(test_rates), T(test_out_of_fold), T(test_one_class) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
