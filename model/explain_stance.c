#include "model/explain_stance.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define OTHERS ((uint32_t)DX_N_SF << DX_STANCE_BITS)     /* behind all features: reasons that are the article's other quotes, by relation */

typedef struct { uint32_t key; double weight; } part;

static int by_key(const void *a, const void *b)
{
	const part *p = a, *q = b;
	return (p->key > q->key) - (p->key < q->key);
}

static int by_weight(const void *a, const void *b)
{
	const part *p = a, *q = b;
	const double x = fabs(p->weight), y = fabs(q->weight);
	return x != y ? (x < y) - (x > y) : by_key(a, b);
}

/* The features of a decision's case or cases, each a part of it, and where they came from. */
typedef struct {
	const dx_doc *doc;
	dx_stance_notes notes[2];                /* of a case, and of the same quote toward the target that was chosen */
	part *v;
	size_t n;
	uint32_t first, second;                  /* the classes between which they decide */
} parts;

static const dx_stance_note *note_of(const parts *d, uint32_t key)
{
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < d->notes[k].n; i++)
			if (d->notes[k].v[i].i == key)
				return &d->notes[k].v[i];
	return NULL;
}

static dx_status describe(dx_str *out, const parts *d, uint32_t key, dx_err *err)
{
	char buf[160];
	const dx_stance_note *n = note_of(d, key);
	if (key >= OTHERS) {
		*out = dx_str_of(dx_relation_name(key - OTHERS));
		return DX_OK;
	}
	const char *family = dx_stance_family_name(n ? n->family : DX_N_SF);
	dx_str words = { "", 0 };
	if (n && n->tok.beg < n->tok.end)
		words = dx_slice(d->doc, dx_range_span(d->doc, n->tok));
	if (words.n > 80)
		words.n = 0;                     /* the two pieces of a pair may lie in different pieces of a content */
	const char *detail = !n ? NULL : n->family == DX_SF_COUNT ? dx_stance_count_name(n->detail)
	                                 : n->family == DX_SF_VECTOR ? dx_stance_part_name(n->detail) : NULL;
	int len = detail ? snprintf(buf, sizeof buf, "%s %s", family, detail)
	                 : snprintf(buf, sizeof buf, words.n ? "%s: %.*s" : "%s", family, DX_ARG(words));
	out->p = dx_arena_strdup(d->doc->arena, (dx_str){ buf, (size_t)len < sizeof buf ? (size_t)len : sizeof buf - 1 });
	out->n = out->p ? strlen(out->p) : 0;
	return out->p ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: reasons");
}

/* The class that comes second. */
static uint32_t second_of(const double *p, const dx_stance_head *h, uint32_t first)
{
	double rest[DX_SVM_CLASSES];
	for (uint32_t c = 0; c < h->n_class; c++)
		rest[c] = c == first ? 0 : p[c];
	uint32_t s = dx_stance_choose(rest, h->lift, h->n_class);
	return s != first ? s : first ? 0 : 1;
}

static double part_of(const dx_stance_head *h, const dx_feat *f, uint32_t a, uint32_t b)
{
	const uint32_t n = h->svm.n_pair;
	const double *ka = h->svm.calib + (size_t)a * (n + 1), *kb = h->svm.calib + (size_t)b * (n + 1);
	double sum = 0;
	for (uint32_t p = 0; p < n; p++)
		sum += (ka[p] - kb[p]) * (double)h->w[(size_t)f->i * n + p] * h->unit[p] * (double)f->v;
	return sum;
}

/* The parts of n cases, of which each counts the same, and of the other quotes; room for them is made. */
static dx_status collect_parts(parts *d, dx_stance_case *const *c, size_t n, const double *others, const dx_stance_head *h, const dx_stance_model *m,
                               dx_err *err)
{
	const double share = (others ? m->context.own : 1) / (double)n;
	dx_vec x[2];
	size_t most = DX_N_RELATION;
	for (size_t k = 0; k < n; k++) {
		dx_status st = dx_stance_features(&x[k], &d->notes[k], c[k], h, m, err);
		if (st)
			return st;
		dx_stance_number(&x[k], h->key, h->bucket);
		most += x[k].n;
	}
	d->v = dx_arena_array(d->doc->arena, most, sizeof *d->v);
	if (!d->v)
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < x[k].n; i++)
			d->v[d->n++] = (part){ h->key[x[k].f[i].i], share * part_of(h, &x[k].f[i], d->first, d->second) };
	for (uint32_t r = 0; r < DX_N_RELATION && others; r++)
		d->v[d->n++] = (part){ OTHERS + r, m->context.weight[r] * (others[r * h->n_class + d->first] - others[r * h->n_class + d->second]) };
	return DX_OK;
}

/* A feature of both cases is one part. */
static void merge_parts(parts *d)
{
	size_t n = 0;
	qsort(d->v, d->n, sizeof *d->v, by_key);
	for (size_t i = 0; i < d->n; i++)
		if (n && d->v[n - 1].key == d->v[i].key)
			d->v[n - 1].weight += d->v[i].weight;
		else
			d->v[n++] = d->v[i];
	d->n = n;
	qsort(d->v, d->n, sizeof *d->v, by_weight);
}

/* The classes between which a decision was made. */
static dx_status find_rivals(parts *d, const dx_stance *s, dx_stance_case *c, const dx_stance_head *h, const dx_stance_model *m, dx_err *err)
{
	double p[DX_STANCE_LABELS];
	dx_vec x;
	if (s->by_issue) {                       /* whose labels may have been turned round */
		dx_status st = dx_stance_features(&x, NULL, c, h, m, err);
		if (st)
			return st;
		dx_stance_head_p(p, h, &x, 0);
	}
	for (uint32_t k = 0; k < h->n_class && !s->by_issue; k++)
		p[k] = s->p[h->label[k]].p;
	d->first = dx_stance_choose(p, h->lift, h->n_class);
	d->second = second_of(p, h, d->first);
	return DX_OK;
}

dx_status dx_stance_explain(dx_stance_reason **out, size_t *n, size_t most, const dx_stance *s, dx_stance_case *c, dx_stance_case *toward,
                            const dx_stance_model *m, dx_err *err)
{
	dx_stance_case issue = dx_stance_as_issue(c), *cases[2] = { s->by_issue ? &issue : c, toward };
	const dx_stance_head *h = s->by_issue ? &m->issues.head : dx_stance_head_for(m, c->kind);
	parts d = { .doc = c->doc };
	*n = 0;
	dx_status st = find_rivals(&d, s, cases[0], h, m, err);
	if (!st)
		st = collect_parts(&d, cases, toward ? 2 : 1, s->others, h, m, err);
	*out = st ? NULL : dx_arena_array(c->doc->arena, most, sizeof **out);
	if (!st && !*out)
		st = dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	if (st)
		return st;
	merge_parts(&d);
	for (; *n < most && *n < d.n && d.v[*n].weight != 0 && !st; (*n)++) {
		(*out)[*n].weight = d.v[*n].weight;
		st = describe(&(*out)[*n].what, &d, d.v[*n].key, err);
	}
	return st;
}
