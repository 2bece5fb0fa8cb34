/* test_curve.c - the curve from decision values to probabilities: it follows a jump that no sigmoid follows, and never falls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <math.h>
#include "train/curve_fit.h"

#define ROWS 600

static dx_err err;

/* Values that crowd at 1 as margins do, a fifth of them right below, half inside the crowd, nine tenths above. */
static void crowd(double *v, int32_t *y)
{
	for (int i = 0; i < ROWS; i++) {
		v[i] = i < 200 ? i * 0.004 : i < 400 ? 1 + (i - 200) * 0.0001 : 1.1 + (i - 400) * 0.001;
		y[i] = i < 200 ? i % 5 == 0 : i < 400 ? i % 2 == 0 : i % 10 != 0;
	}
}

static void test_follows_a_jump(void **state)
{
	double v[ROWS];
	int32_t y[ROWS];
	dx_pack pack = { 0 };
	dx_curve c;
	(void)state;
	crowd(v, y);
	assert_int_equal(dx_curve_fit(&pack, v, y, ROWS, &err), DX_OK);
	dx_cursor cur = { .p = pack.p, .n = pack.n };
	assert_int_equal(dx_curve_unpack(&c, &cur, &err), DX_OK);
	assert_int_equal(cur.at, pack.n);
	assert_in_range(c.n, 2, DX_CURVE_KNOTS);
	assert_true(fabs(dx_curve_at(&c, 0.4) - 0.2) < 0.05);
	assert_true(fabs(dx_curve_at(&c, 1.01) - 0.5) < 0.05);
	assert_true(fabs(dx_curve_at(&c, 1.2) - 0.9) < 0.05);
	assert_true(dx_curve_at(&c, -1e9) == c.p[0] && dx_curve_at(&c, 1e9) == c.p[c.n - 1]);
	for (int i = -100; i < 200; i++)
		assert_true(dx_curve_at(&c, i / 100.0) <= dx_curve_at(&c, (i + 1) / 100.0));
	free(pack.p);
}

static void test_one_row(void **state)
{
	const double v = 0.5;
	const int32_t y = 1;
	dx_pack pack = { 0 };
	dx_curve c;
	(void)state;
	assert_int_equal(dx_curve_fit(&pack, &v, &y, 1, &err), DX_OK);
	dx_cursor cur = { .p = pack.p, .n = pack.n };
	assert_int_equal(dx_curve_unpack(&c, &cur, &err), DX_OK);
	assert_int_equal(c.n, 1);
	assert_true(fabs(dx_curve_at(&c, 7) - 2.0 / 3) < 1e-12);
	free(pack.p);
}

static void test_bad_curves(void **state)
{
	static const double FALLS[] = { 0, 1, 0.9, 0.1 }, BACK[] = { 1, 1, 0.1, 0.2 }, OUT[] = { 0, 1, 0.5, 1.5 };
	static const double *const BAD[] = { FALLS, BACK, OUT };
	double v[ROWS];
	int32_t y[ROWS];
	dx_pack pack = { 0 };
	dx_curve c;
	(void)state;
	crowd(v, y);
	assert_int_equal(dx_curve_fit(&pack, v, y, ROWS, &err), DX_OK);
	for (size_t n = 0; n < pack.n; n++) {    /* cut anywhere */
		dx_cursor cur = { .p = pack.p, .n = n };
		assert_int_equal(dx_curve_unpack(&c, &cur, &err), DX_EFORMAT);
	}
	free(pack.p);
	for (size_t k = 0; k < DX_COUNT(BAD); k++) {
		dx_pack bad = { 0 };
		dx_pack_u32(&bad, 2);
		dx_pack_align(&bad, 8);
		for (size_t i = 0; i < 4; i++)
			dx_pack_f64(&bad, BAD[k][i]);
		dx_cursor cur = { .p = bad.p, .n = bad.n };
		assert_int_equal(dx_curve_unpack(&c, &cur, &err), DX_EFORMAT);
		free(bad.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_a_jump),
		cmocka_unit_test(test_one_row),
		cmocka_unit_test(test_bad_curves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
