#include "train/train_target.h"
#include "model/decide_target.h"
#include "train/read.h"
#include "train/train_speaker.h"
#include <math.h>
#include <stdlib.h>

/* A conditional logistic regression (McFadden 1974): the candidates of a quote share a probability of one, and what is made large is the logarithm
 * of the gain that is to be expected, the very phrase counting 1 and a fitting one LOOSE_GAIN. By stochastic gradient with a step of its own for each
 * weight (AdaGrad, Duchi et al. 2011) in an order that follows from the seed, the weights averaged over all rounds but the first. */
#define LEAST_QUOTES 20
#define ROUNDS 12
#define STEP 0.02
#define RIDGE 0.003                              /* pull towards 0 at each use of a weight */
#define LOOSE_GAIN 0.4

typedef struct {
	size_t beg, end;                         /* rows of its candidates */
} choice;

typedef struct {
	const dx_train_options *opt;
	dx_rows rows;                            /* y: how well a candidate fits, 0 .. 2 (dx_name_match) */
	choice *v;                               /* [n] quotes of which a candidate fits */
	size_t n, cap;
	double *w, *sum, *square;                /* [rows.n_feat] weights, their sum over rounds, squares of the gradients so far */
	dx_arena *arena;
} trainer;

/* --- choices --- */

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: target");
}

static dx_status add_choice(trainer *t, choice c, dx_err *err)
{
	if (t->n == t->cap) {
		const size_t cap = t->cap ? 2 * t->cap : 1024;
		choice *v = realloc(t->v, cap * sizeof *v);
		if (!v)
			return no_memory(err);
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = c;
	return DX_OK;
}

static dx_status add_candidates(trainer *t, const dx_target_pool *p, const int *fit, uint32_t group, dx_err *err)
{
	dx_vec x = { .arena = t->arena };
	const size_t beg = t->rows.n;
	dx_status st = DX_OK;
	for (size_t i = 0; i < p->n && !st; i++) {
		st = dx_target_vector(&x, p, i, err);
		if (!st)
			st = dx_rows_add(&t->rows, &x, fit[i], group, err);
	}
	return st ? st : add_choice(t, (choice){ beg, t->rows.n }, err);
}

/* How well each candidate fits the target, and the best of it. */
static dx_status judge(int *fit, int *most, const dx_target_pool *p, dx_str target, dx_err *err)
{
	*most = 0;
	for (size_t i = 0; i < p->n; i++) {
		dx_str s;
		dx_status st = dx_target_text(&s, p->names->doc, p->v[i].text, err);
		if (st)
			return st;
		fit[i] = dx_name_match(s, target);
		*most = fit[i] > *most ? fit[i] : *most;
	}
	return DX_OK;
}

static dx_status add_quote(trainer *t, const dx_targets *names, const dx_quote *q, uint32_t group, dx_err *err)
{
	dx_target_pool p;
	dx_stance_case c;
	int fit[DX_CANDIDATES], most = 0;
	dx_status st = dx_stance_of_quote(&c, names->doc, q, (dx_str){ "", 0 }, err);
	if (st)
		return st;
	dx_target_candidates(&p, names, &c);
	st = judge(fit, &most, &p, q->target, err);
	return st || !most ? st : add_candidates(t, &p, fit, group, err);
}

static dx_status add_article(trainer *t, const dx_record *r, uint32_t group, dx_err *err)
{
	dx_targets names;
	dx_doc doc;
	dx_arena_reset(t->arena);
	dx_status st = dx_train_read(&doc, r->text, t->opt, t->arena, err);
	if (!st)
		st = dx_targets_new(&names, &doc, err);
	for (size_t q = 0; q < r->n_quotes && !st; q++)
		if (r->quotes[q].target.n)
			st = add_quote(t, &names, &r->quotes[q], group, err);
	return st;
}

static bool has_targets(const dx_record *r)
{
	for (size_t q = 0; q < r->n_quotes; q++)
		if (r->quotes[q].target.n)
			return true;
	return false;
}

/* --- learning --- */

static double gain(int fit)
{
	return fit == 2 ? 1 : fit == 1 ? LOOSE_GAIN : 0;
}

static double value(const trainer *t, size_t row)
{
	double sum = 0;
	for (size_t k = t->rows.beg[row]; k < t->rows.beg[row + 1]; k++)
		sum += t->w[t->rows.f[k].i] * (double)t->rows.f[k].v;
	return sum;
}

static void move(trainer *t, size_t row, double slope)
{
	for (size_t k = t->rows.beg[row]; k < t->rows.beg[row + 1]; k++) {
		const uint32_t i = t->rows.f[k].i;
		const double g = slope * (double)t->rows.f[k].v - RIDGE * t->w[i];
		t->square[i] += g * g;
		t->w[i] += STEP * g / sqrt(t->square[i] + 1e-6);
	}
}

static void learn_from(trainer *t, const choice *c)
{
	const size_t n = c->end - c->beg;
	double p[DX_CANDIDATES], right[DX_CANDIDATES], most = -HUGE_VAL, all = 0, good = 0;
	for (size_t i = 0; i < n; i++) {
		p[i] = value(t, c->beg + i);
		most = fmax(most, p[i]);
	}
	for (size_t i = 0; i < n; i++) {
		p[i] = exp(p[i] - most);
		right[i] = p[i] * gain(t->rows.y[c->beg + i]);
		all += p[i];
		good += right[i];
	}
	if (good <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		move(t, c->beg + i, right[i] / good - p[i] / all);
}

static void learn(trainer *t)
{
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (size_t i = t->n; i > 1; i--) {
			const size_t k = (size_t)(dx_mix(dx_mix(t->opt->seed, round), i) % i);
			const choice c = t->v[k];
			t->v[k] = t->v[i - 1];
			t->v[i - 1] = c;
		}
		for (size_t i = 0; i < t->n; i++)
			learn_from(t, &t->v[i]);
		for (uint32_t i = 0; i < t->rows.n_feat && round; i++)
			t->sum[i] += t->w[i] / (ROUNDS - 1);
		if (t->opt->progress)
			t->opt->progress(t->opt->progress_ctx, "target", round + 1, ROUNDS);
	}
}

static dx_status train(dx_writer *w, trainer *t, dx_err *err)
{
	double *all = calloc(3 * (size_t)t->rows.n_feat, sizeof *all);
	if (!all)
		return no_memory(err);
	t->w = all;
	t->sum = all + t->rows.n_feat;
	t->square = t->sum + t->rows.n_feat;
	learn(t);
	dx_status st = dx_target_put(w, t->sum, t->rows.n_feat, err);
	free(all);
	return st;
}

dx_status dx_train_target(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .opt = opt };
	dx_status st = dx_arena_new(&t.arena, err);
	for (size_t i = 0; i < n && !st; i++)
		if (has_targets(&recs[i]))
			st = add_article(&t, &recs[i], (uint32_t)i, err);
	if (!st && t.n >= LEAST_QUOTES)
		st = train(w, &t, err);
	free(t.v);
	dx_rows_fini(&t.rows);
	dx_arena_free(t.arena);
	return st;
}
