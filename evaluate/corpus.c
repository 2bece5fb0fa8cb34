#include "evaluate/corpus.h"
#include <stdlib.h>

dx_status dx_corpus_add(dx_corpus *c, dx_record r, size_t line, size_t place, dx_arena *arena, dx_err *err)
{
	dx_corpus_entry e = { .r = r, .line = line, .place = place };
	if (DX_PUSH(arena, c->v, c->n, c->cap, e))
		return DX_OK;
	dx_record_fini(&r);
	return dx_fail(err, DX_ENOMEM, "out of memory: %zu records", c->n);
}

static int compare(dx_str a, dx_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : a.n < b.n ? -1 : a.n > b.n;
}

static int by_id(const void *a, const void *b)
{
	const dx_corpus_entry *x = a, *y = b;
	int order = compare(x->r.id, y->r.id);
	return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

void dx_corpus_sort(dx_corpus *c)
{
	if (c->n)
		qsort(c->v, c->n, sizeof *c->v, by_id);
	for (size_t i = 0; i < c->n; i++)
		c->v[i].next = i;
}

/* Index of the first entry with the id (and without one: with the place), or where it would be. */
static size_t lower_bound(const dx_corpus *c, dx_str id, size_t place)
{
	size_t lo = 0, hi = c->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = compare(c->v[mid].r.id, id);
		if (order < 0 || (order == 0 && !id.n && c->v[mid].place < place))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

dx_corpus_entry *dx_corpus_find(dx_corpus *c, dx_str id, size_t place)
{
	size_t first = lower_bound(c, id, place);
	if (first == c->n)
		return NULL;
	size_t i = c->v[first].next;
	if (i == c->n || !dx_str_eq(c->v[i].r.id, id) || (!id.n && c->v[i].place != place))
		return NULL;
	c->v[first].next++;
	c->v[i].used = true;
	return &c->v[i];
}

void dx_corpus_fini(dx_corpus *c)
{
	for (size_t i = 0; i < c->n; i++)
		dx_record_fini(&c->v[i].r);
	c->n = 0;
}
