#include "predict/given.h"
#include <stdlib.h>

static uint32_t begin_of(const dx_quote *q)
{
	return q->content.n ? q->content.v[0].beg : 0;
}

static int by_begin(const void *a, const void *b)
{
	const dx_quote *const *p = a, *const *q = b;
	uint32_t x = begin_of(*p), y = begin_of(*q);
	if (x != y)
		return x < y ? -1 : 1;
	return (*p > *q) - (*p < *q);            /* pointers into one array: as they stood */
}

static bool complete(const dx_record *r)
{
	for (size_t i = 0; i < r->n_quotes; i++)
		if (!r->quotes[i].speaker.n)
			return false;
	return true;
}

/* Index of the entity of this name, or n. */
static size_t find(const dx_entity *e, size_t n, dx_str name)
{
	size_t i = 0;
	while (i < n && !dx_str_eq(e[i].name, name))
		i++;
	return i;
}

/* Adds found entities to the record's; into[i] becomes the new index of found[i], -1 for one without a name. */
static dx_status merge(int32_t *into, dx_record *r, const dx_entity *found, size_t n, dx_arena *arena, dx_err *err)
{
	dx_entity *all = dx_arena_array(arena, r->n_entities + n, sizeof *all);
	size_t n_all = r->n_entities, n_given = r->n_entities;
	if (!all)
		return dx_fail(err, DX_ENOMEM, "out of memory: entities");
	if (n_given)
		memcpy(all, r->entities, n_given * sizeof *all);
	for (size_t i = 0; i < n; i++) {
		into[i] = -1;
		if (!found[i].name.n)            /* the speaker of no quote, see fill */
			continue;
		size_t at = find(all, n_given, found[i].name);
		if (at == n_given)
			all[at = n_all++] = found[i];
		into[i] = (int32_t)at;
	}
	r->entities = all;
	r->n_entities = n_all;
	return DX_OK;
}

static void fill(dx_quote *q, const dx_quote *found, const int32_t *into, size_t n)
{
	if (q->speaker.n || !found->speaker.n)
		return;
	q->speaker = found->speaker;
	q->kind = q->kind == DX_KIND_UNKNOWN ? found->kind : q->kind;
	q->conf_speaker = found->conf_speaker;
	if (found->entity >= 0 && (size_t)found->entity < n)
		q->entity = into[found->entity];
}

dx_status dx_given_speakers(dx_record *r, dx_speaker_why **why, const dx_doc *doc, const dx_speaker_model *m, const dx_names *names, dx_err *err)
{
	size_t n = r->n_quotes, n_found = 0;
	dx_entity *found = NULL;
	dx_quote **order = dx_arena_array(doc->arena, n, sizeof(dx_quote *));
	dx_quote *sorted = dx_arena_array(doc->arena, n, sizeof *sorted);
	if (!order || !sorted)
		return dx_fail(err, DX_ENOMEM, "out of memory: quotes");
	if (complete(r))
		return DX_OK;
	for (size_t i = 0; i < n; i++)
		order[i] = &r->quotes[i];
	qsort(order, n, sizeof *order, by_begin);
	for (size_t i = 0; i < n; i++)
		sorted[i] = *order[i];
	dx_speaker_why *of_sorted = NULL;
	dx_status st = dx_speakers_decide(&found, &n_found, sorted, n, doc, m, names, why ? &of_sorted : NULL, err);
	if (why && !st && !(*why = dx_arena_array(doc->arena, n + 1, sizeof **why)))
		st = dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	int32_t *into = dx_arena_array(doc->arena, n_found, sizeof *into);
	if (!st && !into)
		st = dx_fail(err, DX_ENOMEM, "out of memory: entities");
	if (!st)
		st = merge(into, r, found, n_found, doc->arena, err);
	for (size_t i = 0; i < n && !st && why; i++)
		if (!order[i]->speaker.n)
			(*why)[order[i] - r->quotes] = of_sorted[i];
	for (size_t i = 0; i < n && !st; i++)
		fill(order[i], &sorted[i], into, n_found);
	return st;
}
