#include "predict/layers.h"
#include <stdlib.h>

/* One layer during the sweep: spans by begin, and a stack of those begun. A span that ended below the top is dropped when it
 * comes to the top, so that each is pushed and popped once. */
typedef struct { dx_layer_span *span; size_t n, at; const dx_layer_span **open; size_t n_open; } layer;

static int by_begin(const void *a, const void *b)
{
	const dx_layer_span *x = a, *y = b;
	if (x->beg != y->beg)
		return x->beg < y->beg ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1; /* the longer one outside */
	return (x->quote > y->quote) - (x->quote < y->quote);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void add(layer *l, dx_spans s, size_t quote, dx_role role)
{
	for (size_t i = 0; i < s.n; i++)
		l->span[l->n++] = (dx_layer_span){ s.v[i].beg, s.v[i].end, (uint32_t)quote, (uint8_t)role,
			                           i == 0 && role == DX_ROLE_CONTENT };
}

static size_t count(const dx_record *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_quotes; i++)
		n += r->quotes[i].content.n + r->quotes[i].cue.n + r->quotes[i].source.n;
	return n;
}

static bool layer_init(layer *l, size_t n, dx_arena *arena)
{
	*l = (layer){ .n = 0 };
	return (l->span = dx_arena_array(arena, n, sizeof *l->span))
	       && (l->open = dx_arena_array(arena, n, sizeof *l->open));
}

static void collect(layer *l, const dx_record *r)
{
	for (size_t i = 0; i < r->n_quotes; i++) {
		add(&l[DX_LAYER_CONTENT], r->quotes[i].content, i, DX_ROLE_CONTENT);
		add(&l[DX_LAYER_ROLE], r->quotes[i].source, i, DX_ROLE_SOURCE);
		add(&l[DX_LAYER_ROLE], r->quotes[i].cue, i, DX_ROLE_CUE);
	}
	for (size_t k = 0; k < DX_N_LAYER; k++)
		if (l[k].n)
			qsort(l[k].span, l[k].n, sizeof *l[k].span, by_begin);
}

/* Where a piece may begin or end, in order, each once: 0, the ends of all spans, the end of the text. */
static size_t collect_cuts(uint32_t *cut, const layer *l, size_t n_text)
{
	size_t n = 0, m = 0;
	cut[n++] = 0;
	cut[n++] = (uint32_t)n_text;
	for (size_t k = 0; k < DX_N_LAYER; k++)
		for (size_t i = 0; i < l[k].n; i++) {
			cut[n++] = l[k].span[i].beg;
			cut[n++] = l[k].span[i].end;
		}
	qsort(cut, n, sizeof *cut, by_value);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || cut[i] != cut[m - 1])
			cut[m++] = cut[i];
	return m;
}

/* The span that shows from here on. */
static const dx_layer_span *advance(layer *l, uint32_t at)
{
	for (; l->at < l->n && l->span[l->at].beg <= at; l->at++)
		l->open[l->n_open++] = &l->span[l->at];
	while (l->n_open && l->open[l->n_open - 1]->end <= at)
		l->n_open--;
	return l->n_open ? l->open[l->n_open - 1] : NULL;
}

dx_status dx_layers_cut(dx_layer_piece **out, size_t *n, const dx_record *r, dx_arena *arena, dx_err *err)
{
	layer l[DX_N_LAYER];
	size_t n_span = count(r);
	uint32_t *cut = dx_arena_array(arena, 2 * n_span + 2, sizeof *cut);
	*n = 0;
	*out = dx_arena_array(arena, 2 * n_span + 2, sizeof **out);
	if (!cut || !*out || !layer_init(&l[0], n_span, arena) || !layer_init(&l[1], n_span, arena))
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu spans", n_span);
	collect(l, r);
	size_t n_cut = collect_cuts(cut, l, r->text.n);
	for (size_t i = 0; i + 1 < n_cut; i++) {
		dx_layer_piece p = { .beg = cut[i], .end = cut[i + 1], .begun = &l[DX_LAYER_CONTENT].span[l[DX_LAYER_CONTENT].at] };
		size_t before = l[DX_LAYER_CONTENT].at;
		for (size_t k = 0; k < DX_N_LAYER; k++)
			p.shown[k] = advance(&l[k], p.beg);
		p.n_begun = l[DX_LAYER_CONTENT].at - before;
		(*out)[(*n)++] = p;
	}
	return DX_OK;
}
