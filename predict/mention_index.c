#include "predict/mention_index.h"
#include <stdlib.h>

static int by_end(const void *a, const void *b)
{
	const dx_mention_place *x = a, *y = b;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return x->beg != y->beg ? (x->beg < y->beg ? -1 : 1) : (x->entity > y->entity) - (x->entity < y->entity);
}

dx_status dx_mention_index_new(dx_mention_index *out, const dx_entity *entities, size_t n, dx_arena *arena, dx_err *err)
{
	size_t n_mention = 0;
	for (size_t i = 0; i < n; i++)
		n_mention += entities[i].mentions.n;
	*out = (dx_mention_index){ .entities = entities, .v = dx_arena_array(arena, n_mention, sizeof *out->v) };
	if (!out->v)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu mentions", n_mention);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < entities[i].mentions.n; k++)
			out->v[out->n++] = (dx_mention_place){ entities[i].mentions.v[k].end, entities[i].mentions.v[k].beg, (uint32_t)i };
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_end);
	return DX_OK;
}

const dx_entity *dx_mention_ending(const dx_mention_index *m, uint32_t end)
{
	size_t lo = 0, hi = m->n;
	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;
		if (m->v[mid].end < end)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->n && m->v[lo].end == end ? m->entities + m->v[lo].entity : NULL;
}
