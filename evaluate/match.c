#include "evaluate/match.h"
#include <stdlib.h>

typedef struct { dx_span hull; uint32_t i, reach; } entry;  /* reach: the furthest end of this and all entries before */

static int by_begin(const void *a, const void *b)
{
	const entry *x = a, *y = b;
	if (x->hull.beg != y->hull.beg)
		return x->hull.beg < y->hull.beg ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static entry *sorted(dx_spans hulls, dx_arena *arena)
{
	uint32_t reach = 0;
	entry *e = dx_arena_array(arena, hulls.n, sizeof *e);
	if (!e)
		return NULL;
	for (size_t i = 0; i < hulls.n; i++)
		e[i] = (entry){ hulls.v[i], (uint32_t)i, 0 };
	qsort(e, hulls.n, sizeof *e, by_begin);
	for (size_t i = 0; i < hulls.n; i++) {
		reach = e[i].hull.end > reach ? e[i].hull.end : reach;
		e[i].reach = reach;
	}
	return e;
}

/* The first entry whose reach lies behind beg: all before it end too early. */
static size_t first_reaching(const entry *e, size_t n, uint32_t beg)
{
	size_t lo = 0;
	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;
		if (e[mid].reach > beg)
			n = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

dx_status dx_pairs_find(dx_pairs *out, dx_spans gold, dx_spans pred, dx_arena *arena, dx_err *err)
{
	size_t cap = 0;
	entry *e = sorted(pred, arena);
	*out = (dx_pairs){ NULL, 0 };
	if (!e)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu quotes", pred.n);
	for (size_t i = 0; i < gold.n; i++)
		for (size_t j = first_reaching(e, pred.n, gold.v[i].beg); j < pred.n && e[j].hull.beg < gold.v[i].end; j++)
			if (dx_span_overlaps(gold.v[i], e[j].hull)
			    && !DX_PUSH(arena, out->v, out->n, cap, ((dx_pair){ 0, (uint32_t)i, e[j].i })))
				return dx_fail(err, DX_ENOMEM, "out of memory: pairs of quotes");
	return DX_OK;
}

static int by_weight(const void *a, const void *b)
{
	const dx_pair *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->gold != y->gold)
		return x->gold < y->gold ? -1 : 1;
	return x->pred < y->pred ? -1 : x->pred > y->pred;
}

static void forget(uint32_t *match, size_t n)
{
	for (size_t i = 0; i < n; i++)
		match[i] = DX_NO_MATCH;
}

void dx_match(uint32_t *of_gold, size_t n_gold, uint32_t *of_pred, size_t n_pred, dx_pairs pairs, double least, bool above)
{
	forget(of_gold, n_gold);
	forget(of_pred, n_pred);
	if (pairs.n)
		qsort(pairs.v, pairs.n, sizeof *pairs.v, by_weight);
	for (size_t i = 0; i < pairs.n; i++) {
		const dx_pair *p = &pairs.v[i];
		if (p->weight < least || (above && p->weight <= least))
			break;
		if (of_gold[p->gold] != DX_NO_MATCH || of_pred[p->pred] != DX_NO_MATCH)
			continue;
		of_gold[p->gold] = p->pred;
		of_pred[p->pred] = p->gold;
	}
}
