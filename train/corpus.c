#include "train/corpus.h"
#include "features/analyse.h"
#include "train/gold.h"

static dx_status add(dx_corpus *c, const dx_record *rec, size_t i, const dx_train_options *opt, dx_err *err)
{
	dx_article *a = c->v + c->n;
	a->rec = rec;
	a->fold = dx_fold_of((uint32_t)i, opt->folds, opt->seed);
	dx_status st = dx_analyse(&a->doc, opt->header, rec->text, c->arena, err);
	if (!st && opt->tags)
		st = dx_tags_decide(&a->doc, opt->tags, err);
	if (st)
		return st;
	a->label = dx_arena_alloc(c->arena, a->doc.n_tok);
	if (!a->label)
		return dx_fail(err, DX_ENOMEM, "out of memory: training articles");
	dx_gold_labels(a->label, &a->doc, rec->quotes, rec->n_quotes);
	c->n++;
	return DX_OK;
}

dx_status dx_corpus_new(dx_corpus *c, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	*c = (dx_corpus){ 0 };
	dx_status st = dx_arena_new(&c->arena, err);
	if (st)
		return st;
	c->v = dx_arena_array(c->arena, n, sizeof *c->v);
	if (!c->v)
		st = dx_fail(err, DX_ENOMEM, "out of memory: %zu training articles", n);
	for (size_t i = 0; i < n && !st; i++) {
		if (opt->progress)
			opt->progress(opt->progress_ctx, "reading articles", i, n);
		if (recs[i].has_quotes)
			st = add(c, recs + i, i, opt, err);
	}
	if (!st && !c->n)
		st = dx_fail(err, DX_EDATA, "no article with quotes in the training data");
	if (st)
		dx_corpus_fini(c);
	return st;
}

void dx_corpus_fini(dx_corpus *c)
{
	dx_arena_free(c->arena);
	*c = (dx_corpus){ 0 };
}
