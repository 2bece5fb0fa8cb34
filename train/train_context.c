#include "train/train_context.h"
#include "model/decide_speaker.h"
#include "model/stance_context.h"
#include "train/conditional.h"
#include "train/read.h"
#include <stdio.h>
#include <stdlib.h>

#define RIDGE 10.0                               /* in quotes, more or less, that say: the others do not count */

enum { DIM = 1 + DX_N_RELATION };                /* a quote's own logs, then those of its relations */

typedef struct {
	const dx_train_options *opt;
	const dx_own_stances *own;
	dx_speaker_model speaker;
	dx_arena *arena;                         /* of the article at hand */
	double *x;                               /* [own->n][n_class][DIM] of the first n rows */
	int32_t *y;
	size_t n;
} trainer;

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: stances of articles");
}

/* --- an article's quotes as prediction sees them --- */

static uint32_t begin_of(const dx_quote *q)
{
	return q->content.n ? q->content.v[0].beg : 0;
}

/* A quote of a record, and its number among the labelled ones of all records; -1: it is not labelled. */
typedef struct { dx_quote q; ptrdiff_t own; uint32_t i; } numbered;

static int by_begin(const void *a, const void *b)
{
	const numbered *x = a, *y = b;
	const uint32_t i = begin_of(&x->q), j = begin_of(&y->q);
	if (i != j)
		return (i > j) - (i < j);
	return (x->i > y->i) - (x->i < y->i);
}

/* The quotes of r in text order; *next: number of its first labelled one, then of the first of what follows. */
static dx_status in_order(numbered **out, size_t *next, const trainer *t, const dx_record *r, dx_err *err)
{
	*out = dx_arena_array(t->arena, r->n_quotes, sizeof **out);
	if (!*out)
		return no_memory(err);
	for (size_t i = 0; i < r->n_quotes; i++)
		(*out)[i] = (numbered){ r->quotes[i], r->quotes[i].stance.n ? (ptrdiff_t)(*next)++ : -1, (uint32_t)i };
	qsort(*out, r->n_quotes, sizeof **out, by_begin);
	return DX_OK;
}

/* Speakers of n quotes; those of the record where the model has no section. */
static dx_status decide_speakers(numbered *v, size_t n, const trainer *t, const dx_doc *doc, dx_err *err)
{
	dx_entity *entities;
	size_t n_entities;
	dx_quote *q = dx_arena_array(t->arena, n, sizeof *q);
	if (!t->speaker.present)
		return DX_OK;
	if (!q)
		return no_memory(err);
	for (size_t i = 0; i < n; i++)
		q[i] = v[i].q;
	dx_status st = dx_speakers_decide(&entities, &n_entities, q, n, doc, &t->speaker, NULL, NULL, err);
	for (size_t i = 0; i < n && !st; i++)
		v[i].q.speaker = q[i].speaker;
	return st;
}

/* place[n] of quotes; those that are not labelled, or were not decided, say nothing. */
static void place_quotes(dx_context_quote *place, const numbered *v, size_t n, const dx_own_stances *own)
{
	for (size_t i = 0; i < n; i++) {
		const dx_quote *q = &v[i].q;
		place[i] = (dx_context_quote){ .at = begin_of(q), .speaker = q->speaker.n ? dx_hash(q->speaker.p, q->speaker.n) : 0 };
		if (v[i].own < 0)
			continue;
		place[i].target = own->target[v[i].own].last;
		place[i].p = own->p[(size_t)v[i].own * own->n_class] >= 0 ? own->p + (size_t)v[i].own * own->n_class : NULL;
	}
}

/* --- rows --- */

static bool is_related(const double *message, uint32_t n_class)
{
	for (uint32_t k = 0; k < DX_N_RELATION * n_class; k++)
		if (message[k] < 0 || message[k] > 0)
			return true;
	return false;
}

static void add_row(trainer *t, const double *p, const double *message, int32_t y)
{
	const uint32_t n_class = t->own->n_class;
	double z[DX_STANCE_LABELS], *x = t->x + t->n * n_class * DIM;
	dx_context_logs(z, p, n_class);
	for (uint32_t c = 0; c < n_class; c++) {
		x[c * DIM] = z[c];
		for (uint32_t r = 0; r < DX_N_RELATION; r++)
			x[c * DIM + 1 + r] = message[r * n_class + c];
	}
	t->y[t->n++] = y;
}

static dx_status add_article(trainer *t, const dx_record *r, size_t *next, dx_err *err)
{
	const uint32_t n_class = t->own->n_class;
	numbered *v;
	double *message;
	dx_doc doc;
	dx_arena_reset(t->arena);
	dx_status st = in_order(&v, next, t, r, err);
	if (!st)
		st = dx_train_read(&doc, r->text, t->opt, t->arena, err);
	if (!st)
		st = decide_speakers(v, r->n_quotes, t, &doc, err);
	dx_context_quote *place = st ? NULL : dx_arena_array(t->arena, r->n_quotes, sizeof *place);
	if (!st && !place)
		st = no_memory(err);
	if (!st) {
		place_quotes(place, v, r->n_quotes, t->own);
		st = dx_context_messages(&message, place, r->n_quotes, n_class, t->arena, err);
	}
	for (size_t i = 0; i < r->n_quotes && !st; i++) {
		const double *of = message + i * DX_N_RELATION * n_class;
		if (place[i].p && t->own->y[v[i].own] >= 0 && is_related(of, n_class))
			add_row(t, place[i].p, of, t->own->y[v[i].own]);
	}
	return st;
}

static dx_status collect(trainer *t, const dx_record *recs, size_t n, dx_err *err)
{
	size_t next = 0;
	dx_status st = DX_OK;
	t->x = calloc(t->own->n * t->own->n_class * DIM + 1, sizeof *t->x);
	t->y = calloc(t->own->n + 1, sizeof *t->y);
	if (!t->x || !t->y)
		return no_memory(err);
	for (size_t i = 0; i < n && !st; i++) {
		if (t->opt->progress && i % 64 == 0)
			t->opt->progress(t->opt->progress_ctx, "stance.quote: other quotes", i, n);
		if (!recs[i].is_statement && recs[i].n_quotes)
			st = add_article(t, &recs[i], &next, err);
	}
	return st;
}

/* --- weights --- */

typedef struct { double log_loss, macro_f1; } quality;

static uint32_t most_probable(const double *p, uint32_t n)
{
	uint32_t best = 0;
	for (uint32_t c = 1; c < n; c++)
		best = p[c] > p[best] ? c : best;
	return best;
}

static quality measure(const double *w, const dx_choices *c)
{
	size_t hit[DX_STANCE_LABELS] = { 0 }, all[DX_STANCE_LABELS] = { 0 };     /* all: of a class in the data, and as decided */
	double p[DX_STANCE_LABELS];
	quality q = { 0 };
	for (size_t i = 0; i < c->n; i++) {
		q.log_loss -= dx_conditional_p(p, w, c, i) / (double)c->n;
		const uint32_t y = (uint32_t)c->y[i], said = most_probable(p, c->n_class);
		all[y]++;
		all[said]++;
		hit[y] += y == said;
	}
	for (uint32_t k = 0; k < c->n_class; k++)
		q.macro_f1 += all[k] ? 200 * (double)hit[k] / (double)all[k] / c->n_class : 0;
	return q;
}

static void report(const trainer *t, const double *alone, const double *w, const dx_choices *c)
{
	char line[512];
	const quality before = measure(alone, c), after = measure(w, c);
	int n = snprintf(line, sizeof line, "stance.quote: %zu quotes in the light of their article's others: log loss %.3f to %.3f, macro F1 of the most "
	                 "probable labels %.1f to %.1f\n ", c->n, before.log_loss, after.log_loss, before.macro_f1, after.macro_f1);
	for (uint32_t r = 0; r < DX_N_RELATION && n > 0 && (size_t)n < sizeof line; r++)
		n += snprintf(line + n, sizeof line - (size_t)n, " %s %.2f%s", dx_relation_name(r), w[1 + r], r + 1 < DX_N_RELATION ? "," : "\n");
	if (t->opt->note)
		t->opt->note(t->opt->progress_ctx, line);
}

static dx_status fit(dx_context_model *m, const trainer *t, dx_err *err)
{
	static const double ALONE[DIM] = { 1 };
	const dx_choices c = { t->x, t->y, t->n, t->own->n_class, DIM };
	double w[DIM];
	memcpy(w, ALONE, sizeof w);
	dx_status st = dx_conditional_fit(w, &c, RIDGE, err);
	if (st)
		return st;
	*m = (dx_context_model){ .present = true, .own = w[0] };
	memcpy(m->weight, w + 1, sizeof m->weight);
	report(t, ALONE, w, &c);
	return DX_OK;
}

dx_status dx_train_context(dx_writer *w, const dx_record *recs, size_t n, const dx_own_stances *own, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .opt = opt, .own = own };
	dx_context_model m;
	if (own->n < DX_CONTEXT_LEAST)
		return dx_writer_put(w, "context", "", 0, err);
	dx_status st = dx_arena_new(&t.arena, err);
	if (!st)
		st = dx_speaker_unpack(&t.speaker, dx_writer_section(w, "speaker"), err);
	if (!st)
		st = collect(&t, recs, n, err);
	if (!st && t.n >= DX_CONTEXT_LEAST)
		st = fit(&m, &t, err);
	if (!st)
		st = t.n >= DX_CONTEXT_LEAST ? dx_context_put(w, &m, err) : dx_writer_put(w, "context", "", 0, err);
	free(t.x);
	free(t.y);
	dx_arena_free(t.arena);
	return st;
}
