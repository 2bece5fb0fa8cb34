#include "train/curve_fit.h"
#include <assert.h>
#include <stdlib.h>

/* Rows that a knot stands for at least, and how many knots there are at most. */
#define LEAST_ROWS 25
#define MOST_KNOTS 32

typedef struct { double value; int32_t y; } point;
typedef struct { double value, yes, rows; } block;

static int by_value(const void *a, const void *b)
{
	const point *x = a, *y = b;
	return x->value != y->value ? (x->value < y->value ? -1 : 1) : x->y - y->y;
}

static double rate(const block *b)
{
	return (b->yes + 1) / (b->rows + 2);     /* Laplace's rule keeps it off 0 and 1 */
}

/* Cuts the sorted points into shares; one that is not above the share before it in value and rate is pooled with it. */
static uint32_t pool(block *k, const point *p, size_t n)
{
	size_t shares = n / LEAST_ROWS;
	uint32_t w = 0;
	shares = shares > MOST_KNOTS ? MOST_KNOTS : shares ? shares : 1;
	for (size_t s = 0; s < shares; s++) {
		block b = { 0 };
		for (size_t i = n * s / shares; i < n * (s + 1) / shares; i++) {
			b.value += p[i].value;
			b.yes += p[i].y != 0;
			b.rows++;
		}
		b.value /= b.rows;
		for (; w && (rate(k + w - 1) > rate(&b) || k[w - 1].value >= b.value); w--) {
			const block *a = k + w - 1;
			b = (block){ (a->value * a->rows + b.value * b.rows) / (a->rows + b.rows), a->yes + b.yes, a->rows + b.rows };
		}
		k[w++] = b;
	}
	return w;
}

dx_status dx_curve_fit(dx_pack *out, const double *values, const int32_t *y, size_t n, dx_err *err)
{
	block k[MOST_KNOTS];
	point *p = calloc(n, sizeof *p);
	assert(n && MOST_KNOTS <= DX_CURVE_KNOTS);
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: calibrating %zu rows", n);
	for (size_t i = 0; i < n; i++)
		p[i] = (point){ values[i], y[i] };
	qsort(p, n, sizeof *p, by_value);
	uint32_t n_knot = pool(k, p, n);
	free(p);
	dx_pack_align(out, 8);
	dx_pack_u32(out, n_knot);
	dx_pack_align(out, 8);
	for (uint32_t i = 0; i < n_knot; i++)
		dx_pack_f64(out, k[i].value);
	for (uint32_t i = 0; i < n_knot; i++)
		dx_pack_f64(out, rate(k + i));
	return out->failed ? dx_fail(err, DX_ENOMEM, "out of memory: packing a curve") : DX_OK;
}
