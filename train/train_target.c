#include "train/train_target.h"
#include "features/analyse.h"
#include "model/decide_stance.h"
#include "train/logistic.h"
#include "train/train_speaker.h"
#include <stdlib.h>

#define LEAST_QUOTES 20
#define NEGATIVES 5                              /* other candidates of a quote that become rows */

typedef struct {
	const dx_train_options *opt;
	dx_rows rows;
	size_t n_quotes;
	dx_arena *arena;
} trainer;

static dx_status add_candidates(trainer *t, const dx_target_pool *p, size_t right, bool polar, uint32_t group, dx_err *err)
{
	dx_vec x = { .arena = t->arena };
	dx_status st = DX_OK;
	for (size_t i = 0; i < p->n && !st; i++) {
		const uint64_t dice = dx_mix(dx_mix(t->opt->seed, t->n_quotes), i);
		if (i != right && p->n > NEGATIVES + 1 && dice % (p->n - 1) >= NEGATIVES)
			continue;
		st = dx_target_vector(&x, p, i, polar, err);
		if (!st)
			st = dx_rows_add(&t->rows, &x, i == right, group, err);
	}
	return st;
}

/* The candidate that fits the target best; p->n when none does. */
static dx_status right_one(size_t *right, const dx_target_pool *p, dx_str target, dx_err *err)
{
	int most = 0;
	*right = p->n;
	for (size_t i = 0; i < p->n; i++) {
		dx_str s;
		dx_status st = dx_target_text(&s, p->names->doc, p->v[i].text, err);
		if (st)
			return st;
		const int fit = dx_name_match(s, target);
		if (fit > most) {
			most = fit;
			*right = i;
		}
	}
	return DX_OK;
}

static dx_status add_quote(trainer *t, const dx_targets *names, const dx_quote *q, uint32_t group, dx_err *err)
{
	dx_target_pool p;
	dx_stance_case c;
	size_t right;
	dx_status st = dx_stance_of_quote(&c, names->doc, q, (dx_str){ "", 0 }, err);
	if (st)
		return st;
	dx_target_candidates(&p, names, &c);
	st = right_one(&right, &p, q->target, err);
	if (st || right == p.n)
		return st;
	t->n_quotes++;
	return add_candidates(t, &p, right, true, group, err);
}

static dx_status add_article(trainer *t, const dx_record *r, uint32_t group, dx_err *err)
{
	dx_targets names;
	dx_doc doc;
	dx_arena_reset(t->arena);
	dx_status st = dx_analyse(&doc, t->opt->header, r->text, t->arena, err);
	if (!st && t->opt->tags)
		st = dx_tags_decide(&doc, t->opt->tags, err);
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

static dx_status put_section(dx_writer *w, const trainer *t, dx_err *err)
{
	const dx_logistic_params par = { .n_folds = 3, .seed = t->opt->seed, .name = "target", .progress = t->opt->progress,
		.progress_ctx = t->opt->progress_ctx };
	dx_pack out = { 0 };
	dx_pack_u32(&out, DX_STANCE_VERSION);
	dx_pack_align(&out, 8);
	dx_status st = dx_logistic_train(&out, NULL, &t->rows, &par, err);
	if (!st)
		st = out.failed ? dx_fail(err, DX_ENOMEM, "out of memory: target") : dx_writer_put(w, "target", out.p, out.n, err);
	free(out.p);
	return st;
}

dx_status dx_train_target(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .opt = opt };
	dx_status st = dx_arena_new(&t.arena, err);
	for (size_t i = 0; i < n && !st; i++)
		if (has_targets(&recs[i]))
			st = add_article(&t, &recs[i], (uint32_t)i, err);
	if (!st && t.n_quotes >= LEAST_QUOTES)
		st = put_section(w, &t, err);
	dx_rows_fini(&t.rows);
	dx_arena_free(t.arena);
	return st;
}
