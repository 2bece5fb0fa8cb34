#include "train/trainset.h"
#include <stdlib.h>
#include "train/gold.h"
#include "train/read.h"

typedef struct { uint64_t at; size_t i; } lot;

static int by_lot(const void *a, const void *b)
{
	const lot *x = a, *y = b;
	return x->at != y->at ? (x->at < y->at ? -1 : 1) : (x->i < y->i ? -1 : x->i > y->i);
}

/* Deals the articles out to the folds in an order that the seed draws, so that folds differ by one article at most. */
static dx_status deal(dx_trainset *c, const dx_train_options *opt, dx_err *err)
{
	lot *v = dx_arena_array(c->arena, c->n, sizeof *v);
	if (!v)
		return dx_fail(err, DX_ENOMEM, "out of memory: folds");
	if (c->n < opt->folds)
		return dx_fail(err, DX_EDATA, "%zu articles with quotes are too few for %u folds", c->n, opt->folds);
	for (size_t i = 0; i < c->n; i++)
		v[i] = (lot){ dx_mix(opt->seed, i), i };
	qsort(v, c->n, sizeof *v, by_lot);
	for (size_t k = 0; k < c->n; k++)
		c->v[v[k].i].fold = (uint32_t)(k % opt->folds);
	return DX_OK;
}

static dx_status add(dx_trainset *c, const dx_record *rec, const dx_train_options *opt, dx_err *err)
{
	dx_article *a = c->v + c->n;
	a->rec = rec;
	dx_status st = dx_train_read(&a->doc, rec->text, opt, c->arena, err);
	if (st)
		return st;
	a->label = dx_arena_alloc(c->arena, a->doc.n_tok);
	if (!a->label)
		return dx_fail(err, DX_ENOMEM, "out of memory: training articles");
	dx_gold_labels(a->label, &a->doc, rec->quotes, rec->n_quotes);
	c->n++;
	return DX_OK;
}

dx_status dx_trainset_new(dx_trainset *c, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	*c = (dx_trainset){ 0 };
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
			st = add(c, recs + i, opt, err);
	}
	if (!st && !c->n)
		st = dx_fail(err, DX_EDATA, "no article with quotes in the training data");
	if (!st)
		st = deal(c, opt, err);
	if (st)
		dx_trainset_fini(c);
	return st;
}

void dx_trainset_fini(dx_trainset *c)
{
	dx_arena_free(c->arena);
	*c = (dx_trainset){ 0 };
}
