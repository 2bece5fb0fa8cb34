#include "train/cross_target.h"
#include "model/decide_target.h"
#include "train/read.h"
#include "train/train_target.h"
#include <stdlib.h>

typedef struct {
	const dx_train_options *opt;
	const dx_record *recs;
	size_t n_recs;
	dx_str base;                             /* section of a ranking that knows none of the articles; n = 0: there is none */
	dx_cross_target *out;
	dx_arena *keep, *arena;                  /* of the results; of the article at hand */
} trainer;

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: targets of training quotes");
}

static size_t n_labelled(const dx_record *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_quotes; i++)
		n += r->quotes[i].stance.n > 0;
	return n;
}

static dx_status choose(dx_cross_target *out, const trainer *t, const dx_targets *names, const dx_quote *q, const dx_target_model *m, dx_err *err)
{
	dx_stance_case c;
	dx_target_choice choice;
	dx_status st = dx_stance_of_quote(&c, names->doc, q, (dx_str){ "", 0 }, err);
	if (!st)
		st = dx_target_choose(&choice, &c, names, m, err);
	if (st || !choice.text.n)
		return st;
	out->last = choice.last;
	out->text = (dx_str){ dx_arena_strdup(t->keep, choice.text), choice.text.n };
	return out->text.p ? DX_OK : no_memory(err);
}

static dx_status choose_in(dx_cross_target *out, const trainer *t, const dx_record *r, const dx_target_model *m, dx_err *err)
{
	dx_doc doc;
	dx_targets names;
	dx_arena_reset(t->arena);
	dx_status st = dx_train_read(&doc, r->text, t->opt, t->arena, err);
	if (!st)
		st = dx_targets_new(&names, &doc, err);
	for (size_t i = 0; i < r->n_quotes && !st; i++)
		if (r->quotes[i].stance.n)
			st = choose(out++, t, &names, &r->quotes[i], m, err);
	return st;
}

static bool is_in(const trainer *t, size_t rec, uint32_t fold)
{
	return dx_fold_of((uint32_t)rec, t->opt->folds, t->opt->seed) == fold;
}

/* A ranking learned outside the fold into w; no section where there is too little. */
static dx_status rank_without(dx_writer *w, const trainer *t, uint32_t fold, dx_err *err)
{
	dx_record *others = calloc(t->n_recs, sizeof *others);
	size_t n = 0;
	if (!others)
		return no_memory(err);
	for (size_t i = 0; i < t->n_recs; i++)
		if (!t->recs[i].is_statement && !is_in(t, i, fold))
			others[n++] = t->recs[i];
	dx_status st = dx_train_target(w, others, n, t->opt, err);
	free(others);
	return st;
}

static dx_status choose_fold(const trainer *t, uint32_t fold, dx_err *err)
{
	dx_writer *w;
	dx_target_model m = { .present = false };
	size_t at = 0;
	dx_status st = dx_writer_new(&w, err);
	if (st)
		return st;
	st = rank_without(w, t, fold, err);
	const dx_str own = dx_writer_section(w, "target");
	if (!st)
		st = dx_target_load(&m, own.n ? own : t->base, err);
	for (size_t i = 0; i < t->n_recs && m.present && !st; i++) {
		const size_t n = n_labelled(&t->recs[i]);
		if (n && is_in(t, i, fold))
			st = choose_in(t->out + at, t, &t->recs[i], &m, err);
		at += n;
	}
	dx_writer_free(w);
	return st;
}

dx_status dx_cross_targets(dx_cross_target **out, size_t *n, const dx_record *recs, size_t n_recs, const dx_train_options *opt, dx_str base, dx_arena *keep,
                           dx_err *err)
{
	trainer t = { .opt = opt, .recs = recs, .n_recs = n_recs, .base = base, .keep = keep };
	*n = 0;
	for (size_t i = 0; i < n_recs; i++)
		*n += n_labelled(&recs[i]);
	*out = t.out = dx_arena_array(keep, *n, sizeof **out);
	if (!t.out)
		return no_memory(err);
	for (size_t i = 0; i < *n; i++)
		t.out[i] = (dx_cross_target){ .last = 0 };
	dx_status st = *n ? dx_arena_new(&t.arena, err) : DX_OK;
	for (uint32_t fold = 0; fold < opt->folds && *n && !st; fold++)
		st = choose_fold(&t, fold, err);
	dx_arena_free(t.arena);
	return st;
}
