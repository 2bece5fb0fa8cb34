#include "train/stance_texts.h"
#include <math.h>
#include <stdlib.h>

#define LEAST_GAIN 0.05                          /* nats a row: below it no table */

/* Rows that the prior counts for, beside those of the text. */
static const double PRIORS[] = { 0.1, 0.2, 0.5, 1, 2, 5, 10 };

typedef struct { uint32_t text, y; } seen;

typedef struct {
	const dx_stance_problem *p;
	seen *v;                                 /* [n] by text */
	size_t n;
	double share[DX_STANCE_LABELS];          /* of each class among all rows */
	double once[DX_STANCE_LABELS];           /* the same for texts that came once, over share: their factors */
} table;

static int by_text(const void *a, const void *b)
{
	const seen *x = a, *y = b;
	return x->text != y->text ? (x->text > y->text) - (x->text < y->text) : (x->y > y->y) - (x->y < y->y);
}

static dx_status collect(table *t, dx_err *err)
{
	const dx_rows *r = t->p->rows;
	t->v = calloc(r->n + 1, sizeof *t->v);
	if (!t->v)
		return dx_fail(err, DX_ENOMEM, "out of memory: stance training");
	for (size_t i = 0; i < r->n; i++) {
		t->share[r->y[i]] += 1 / (double)r->n;
		if (t->p->text[i])
			t->v[t->n++] = (seen){ t->p->text[i], (uint32_t)r->y[i] };
	}
	qsort(t->v, t->n, sizeof *t->v, by_text);
	return DX_OK;
}

/* First row of a text. */
static size_t find(const table *t, uint32_t text)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;
		if (t->v[mid].text < text)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Rows of each class that share the text at `at`; returns how many in all. */
static size_t count(double *n, const table *t, size_t at)
{
	size_t i = at;
	for (uint32_t c = 0; c < t->p->n_class; c++)
		n[c] = 0;
	for (; i < t->n && t->v[i].text == t->v[at].text; i++)
		n[t->v[i].y]++;
	return i - at;
}

static double factor(const table *t, const double *n, double all, uint32_t c, double prior)
{
	return (n[c] / t->share[c] + prior) / (all + prior);
}

static void set_once(table *t)
{
	double n[DX_STANCE_LABELS], once[DX_STANCE_LABELS] = { 0 }, all = 0;
	for (size_t i = 0; i < t->n;) {
		const size_t k = count(n, t, i);
		for (uint32_t c = 0; c < t->p->n_class && k == 1; c++)
			once[c] += n[c];
		all += k == 1;
		i += k;
	}
	for (uint32_t c = 0; c < t->p->n_class; c++)
		t->once[c] = (once[c] + t->share[c]) / (all + 1) / t->share[c];
}

/* Factors for a row's text, judged by its other rows. */
static void factors(double *f, const table *t, size_t row, double prior)
{
	double n[DX_STANCE_LABELS] = { 0 };
	const uint32_t text = t->p->text[row];
	const double all = text ? (double)count(n, t, find(t, text)) - 1 : 0;
	n[t->p->rows->y[row]] -= text != 0;
	for (uint32_t c = 0; c < t->p->n_class; c++)
		f[c] = all > 0 ? factor(t, n, all, c, prior) : t->once[c];
}

/* Log likelihood, a row, that the table of this prior adds; each row is judged by the others of its text. Applies it to p where asked to. */
static double gain(const table *t, const size_t *number, double *p, size_t n_row, double prior, bool apply)
{
	const uint32_t K = t->p->n_class;
	double sum = 0, f[DX_STANCE_LABELS];
	for (size_t i = 0; i < n_row; i++) {
		const uint32_t y = (uint32_t)t->p->rows->y[number[i]];
		double norm = 0;
		factors(f, t, number[i], prior);
		for (uint32_t c = 0; c < K; c++)
			norm += p[i * K + c] * f[c];
		sum += log(f[y] / norm);
		for (uint32_t c = 0; c < K && apply; c++)
			p[i * K + c] *= f[c] / norm;
	}
	return sum / (double)(n_row ? n_row : 1);
}

static void pack_factor(dx_pack *out, double factor_of)
{
	const int16_t v = (int16_t)lrint(log(factor_of) * DX_STANCE_TEXT_UNIT);
	dx_pack_bytes(out, &v, sizeof v);
}

static void pack(dx_pack *out, const table *t, double prior)
{
	double n[DX_STANCE_LABELS];
	uint32_t n_text = 0;
	for (size_t i = 0; i < t->n; i++)
		n_text += i == 0 || t->v[i].text != t->v[i - 1].text;
	dx_pack_u32(out, prior > 0 ? n_text : 0);
	for (size_t i = 0; i < t->n && prior > 0; i += count(n, t, i))
		dx_pack_u32(out, t->v[i].text);
	for (size_t i = 0; i < t->n && prior > 0;) {
		const size_t all = count(n, t, i);
		for (uint32_t c = 0; c < t->p->n_class; c++)
			pack_factor(out, factor(t, n, (double)all, c, prior));
		i += all;
	}
	for (uint32_t c = 0; c < t->p->n_class && prior > 0; c++)
		pack_factor(out, t->once[c]);
	dx_pack_align(out, 8);
}

dx_status dx_stance_texts_fit(dx_pack *out, const dx_stance_problem *pr, const size_t *number, double *p, size_t n, dx_err *err)
{
	table t = { .p = pr };
	dx_status st = collect(&t, err);
	double best = LEAST_GAIN, prior = 0;
	if (!st)
		set_once(&t);
	for (size_t k = 0; k < DX_COUNT(PRIORS) && !st; k++) {
		const double g = gain(&t, number, p, n, PRIORS[k], false);
		if (g > best) {
			best = g;
			prior = PRIORS[k];
		}
	}
	if (!st && prior > 0)
		gain(&t, number, p, n, prior, true);
	if (!st)
		pack(out, &t, prior);
	free(t.v);
	return st;
}
