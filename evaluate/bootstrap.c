#include "evaluate/bootstrap.h"
#include <math.h>
#include <stdlib.h>

/* splitmix64 (Steele, Lea, Flood 2014): small, and every seed is a good one. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 0..n-1; n stays far below 2^32, so that the bias of the multiplication is below 2^-32 too. */
static size_t random_below(uint64_t *state, size_t n)
{
	return (size_t)((next_random(state) >> 32) * (uint64_t)n >> 32);
}

/* How often each of n units is drawn. */
static void draw(double *weight, size_t n, uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		weight[i] = 0;
	for (size_t i = 0; i < n; i++)
		weight[random_below(state, n)]++;
}

static void sum_cells(dx_cell *sum, const dx_scores *s, const double *weight)
{
	memset(sum, 0, DX_N_METRIC * sizeof *sum);
	for (size_t u = 0; u < s->n_units; u++) {
		double w = weight[u];
		if (w == 0)
			continue;
		for (size_t m = 0; m < DX_N_METRIC; m++) {
			const dx_cell *c = &s->unit[u].cell[m];
			sum[m].hit_gold += w * c->hit_gold;
			sum[m].n_gold += w * c->n_gold;
			sum[m].hit_pred += w * c->hit_pred;
			sum[m].n_pred += w * c->n_pred;
		}
	}
}

static void stance_figures(double *out, dx_confusion *c, const dx_verdicts *v, const double *weight, const dx_stance_sets *sets)
{
	dx_confusion_count(c, v, DX_SLICE_ALL, weight);
	out[0] = dx_confusion_accuracy(c);
	out[1] = dx_confusion_macro(c, sets->macro);
	out[2] = dx_confusion_macro(c, sets->subset);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double quantile(const double *sorted, size_t n, double q)
{
	double at = q * (double)(n - 1);
	size_t i = (size_t)at;
	return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* value[draw][figure] -> the interval of one figure; draws in which it does not exist are left out. */
static dx_interval interval_of(double *column, const double *value, size_t n_draws, size_t figure)
{
	size_t n = 0;
	for (size_t d = 0; d < n_draws; d++)
		if (!isnan(value[d * DX_N_FIGURE + figure]))
			column[n++] = value[d * DX_N_FIGURE + figure];
	if (!n)
		return (dx_interval){ NAN, NAN };
	qsort(column, n, sizeof *column, by_value);
	return (dx_interval){ quantile(column, n, 0.025), quantile(column, n, 0.975) };
}

typedef struct { double *value, *column, *weight; dx_confusion confusion; dx_cell *sum; } space;

static dx_status space_new(space *sp, const dx_scores *s, size_t n_draws, dx_err *err)
{
	size_t most = s->n_units > s->n_statements ? s->n_units : s->n_statements;
	sp->value = dx_arena_array(s->keep, n_draws * DX_N_FIGURE, sizeof *sp->value);
	sp->column = dx_arena_array(s->keep, n_draws, sizeof *sp->column);
	sp->weight = dx_arena_array(s->keep, most, sizeof *sp->weight);
	sp->sum = dx_arena_array(s->keep, DX_N_METRIC, sizeof *sp->sum);
	if (!sp->value || !sp->column || !sp->weight || !sp->sum)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu bootstrap draws", n_draws);
	return dx_confusion_new(&sp->confusion, s, err);
}

dx_status dx_bootstrap_run(dx_bootstrap *b, const dx_scores *s, const dx_stance_sets *quotes, const dx_stance_sets *statements,
                           dx_err *err)
{
	space sp;
	uint64_t state = b->seed;
	dx_status st = space_new(&sp, s, b->n_draws, err);
	if (st)
		return st;
	for (size_t d = 0; d < b->n_draws; d++) {
		double *value = sp.value + d * DX_N_FIGURE;
		draw(sp.weight, s->n_units, &state);
		sum_cells(sp.sum, s, sp.weight);
		for (size_t m = 0; m < DX_N_METRIC; m++)
			value[m] = dx_cell_value(&sp.sum[m], (dx_metric)m);
		stance_figures(value + DX_FIG_QUOTES, &sp.confusion, &s->quotes, sp.weight, quotes);
		draw(sp.weight, s->n_statements, &state);
		stance_figures(value + DX_FIG_STATEMENTS, &sp.confusion, &s->statements, sp.weight, statements);
	}
	for (size_t f = 0; f < DX_N_FIGURE; f++)
		b->figure[f] = interval_of(sp.column, sp.value, b->n_draws, f);
	return DX_OK;
}
