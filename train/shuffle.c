#include "train/shuffle.h"
#include <stdlib.h>

/* Line k is [beg[k], beg[k + 1] - 1) of the old text, its line feed aside, and begins at to[k] of the new one. */
typedef struct { uint32_t *beg, *to, *order; size_t n; dx_arena *arena; } lines;

static bool find_lines(lines *l, dx_str text)
{
	l->n = 1;
	for (size_t i = 0; i < text.n; i++)
		l->n += text.p[i] == '\n';
	l->beg = dx_arena_array(l->arena, l->n + 1, sizeof *l->beg);
	l->to = dx_arena_array(l->arena, l->n, sizeof *l->to);
	l->order = dx_arena_array(l->arena, l->n, sizeof *l->order);
	if (!l->beg || !l->to || !l->order)
		return false;
	size_t k = 0;
	l->beg[k++] = 0;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\n')
			l->beg[k++] = (uint32_t)i + 1;
	l->beg[k] = (uint32_t)text.n + 1;
	return true;
}

static void mix_order(lines *l, uint64_t seed)
{
	for (uint32_t i = 0; i < l->n; i++)
		l->order[i] = i;
	for (size_t i = l->n - 1; i > 0; i--) {
		seed = dx_mix(seed, i);
		size_t k = (seed >> 16) % (i + 1);
		uint32_t x = l->order[i];
		l->order[i] = l->order[k];
		l->order[k] = x;
	}
}

static bool mix_text(dx_str *out, lines *l, dx_str text)
{
	char *p = dx_arena_alloc(l->arena, text.n + 1);
	size_t w = 0;
	if (!p)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		uint32_t k = l->order[i], n = l->beg[k + 1] - l->beg[k] - 1;
		l->to[k] = (uint32_t)w;
		memcpy(p + w, text.p + l->beg[k], n);
		w += n;
		if (i + 1 < l->n)
			p[w++] = '\n';
	}
	*out = (dx_str){ p, w };
	return true;
}

/* The line that byte at is in. */
static size_t line_of(const lines *l, uint32_t at)
{
	size_t lo = 0, hi = l->n;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (l->beg[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static int by_begin(const void *a, const void *b)
{
	const dx_span *x = a, *y = b;
	return (x->beg > y->beg) - (x->beg < y->beg);
}

static int by_content(const void *a, const void *b)
{
	const dx_quote *x = a, *y = b;
	return by_begin(x->content.v, y->content.v);
}

static bool move(dx_spans *s, const lines *l)
{
	dx_span *v = NULL;
	size_t n = 0, cap = 0;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = line_of(l, s->v[i].beg); k < l->n && l->beg[k] < s->v[i].end; k++) {
			uint32_t beg = s->v[i].beg > l->beg[k] ? s->v[i].beg : l->beg[k];
			uint32_t end = s->v[i].end < l->beg[k + 1] - 1 ? s->v[i].end : l->beg[k + 1] - 1;
			dx_span to = { beg - l->beg[k] + l->to[k], end - l->beg[k] + l->to[k] };
			if (beg < end && !DX_PUSH(l->arena, v, n, cap, to))
				return false;
		}
	if (n)
		qsort(v, n, sizeof *v, by_begin);
	*s = (dx_spans){ v, n };
	return true;
}

dx_status dx_shuffle_lines(dx_record *out, const dx_record *in, uint64_t seed, dx_arena *arena, dx_err *err)
{
	lines l = { .arena = arena };
	*out = (dx_record){ .has_quotes = true };
	bool good = find_lines(&l, in->text);
	if (good)
		mix_order(&l, seed);
	good = good && mix_text(&out->text, &l, in->text);
	out->quotes = good ? dx_arena_array(arena, in->n_quotes + 1, sizeof *out->quotes) : NULL;
	good = out->quotes;
	for (size_t i = 0; i < in->n_quotes && good; i++) {
		dx_quote q = in->quotes[i];
		good = move(&q.content, &l) && move(&q.cue, &l) && move(&q.source, &l);
		if (good && q.content.n)
			out->quotes[out->n_quotes++] = q;
	}
	if (!good)
		return dx_fail(err, DX_ENOMEM, "out of memory: shuffled article");
	qsort(out->quotes, out->n_quotes, sizeof *out->quotes, by_content);
	return DX_OK;
}
