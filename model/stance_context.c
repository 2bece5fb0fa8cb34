#include "model/stance_context.h"
#include <math.h>
#include <stdlib.h>

#define VERSION 1
#define LEAST_P 1e-4                             /* a probability of zero says no more than this */

const char *dx_relation_name(dx_relation r)
{
#define X(name, text) text,
	static const char *const names[DX_N_RELATION] = { DX_RELATIONS(X) };
#undef X
	return names[r];
}

/* --- the section --- */

dx_status dx_context_load(dx_context_model *out, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	*out = (dx_context_model){ .present = false };
	if (!bytes.n)
		return DX_OK;
	const uint32_t version = dx_take_u32(&c), n = dx_take_u32(&c);
	if (c.bad || version != VERSION || n != DX_N_RELATION)
		return dx_fail(err, DX_EFORMAT, "section context: version %u, %u relations; this program reads %u, %u", version, n, VERSION, DX_N_RELATION);
	out->own = dx_take_f64(&c);
	bool finite = isfinite(out->own);
	for (uint32_t r = 0; r < DX_N_RELATION; r++) {
		out->weight[r] = dx_take_f64(&c);
		finite &= isfinite(out->weight[r]);
	}
	if (c.bad || c.at != c.n || !finite)
		return dx_fail(err, DX_EFORMAT, "section context: %zu bytes, %zu used%s", c.n, c.at, finite ? "" : ", a weight is no number");
	out->present = true;
	return DX_OK;
}

dx_status dx_context_put(dx_writer *w, const dx_context_model *m, dx_err *err)
{
	dx_pack out = { 0 };
	dx_pack_u32(&out, VERSION);
	dx_pack_u32(&out, DX_N_RELATION);
	dx_pack_f64(&out, m->own);
	for (uint32_t r = 0; r < DX_N_RELATION; r++)
		dx_pack_f64(&out, m->weight[r]);
	dx_status st = out.failed ? dx_fail(err, DX_ENOMEM, "out of memory: context") : dx_writer_put(w, "context", out.p, out.n, err);
	free(out.p);
	return st;
}

/* --- what the others say --- */

void dx_context_logs(double *z, const double *p, uint32_t n_class)
{
	double mean = 0;
	for (uint32_t c = 0; c < n_class; c++)
		mean += (z[c] = log(p[c] + LEAST_P)) / n_class;
	for (uint32_t c = 0; c < n_class; c++)
		z[c] -= mean;
}

typedef struct { uint64_t key; uint32_t at, i; } place;

static int by_key(const void *a, const void *b)
{
	const place *x = a, *y = b;
	if (x->key != y->key)
		return (x->key > y->key) - (x->key < y->key);
	return (x->i > y->i) - (x->i < y->i);
}

static int by_position(const void *a, const void *b)
{
	const place *x = a, *y = b;
	if (x->at != y->at)
		return (x->at > y->at) - (x->at < y->at);
	return (x->i > y->i) - (x->i < y->i);
}

/* What is summed for the quotes of an article: logs of those that speak, and how many they are. */
typedef struct {
	const dx_context_quote *q;
	size_t n;
	uint32_t n_class;
	place *order;                            /* [n] scratch */
	double *z;                               /* [n][n_class + 1] centred logs, then 1; zeros for a quote that says nothing */
} article;

static void add(double *to, const double *row, double sign, uint32_t n)
{
	for (uint32_t c = 0; c < n; c++)
		to[c] += sign * row[c];
}

static const double *row_of(const article *a, size_t i)
{
	return a->z + i * (a->n_class + 1);
}

/* Key of the quotes that count as related to q; 0: none do. */
static uint64_t key_of(const dx_context_quote *q, dx_relation r)
{
	if (r == DX_REL_BOTH)
		return q->speaker && q->target ? dx_mix(q->speaker, q->target) : 0;
	return r == DX_REL_SPEAKER ? q->speaker : q->target;
}

/* sum[n][n_class + 1]: over all quotes with the same key but itself; zeros where there is none. */
static void sum_by_key(double *sum, const article *a, dx_relation r)
{
	const uint32_t width = a->n_class + 1;
	for (size_t i = 0; i < a->n; i++)
		a->order[i] = (place){ key_of(&a->q[i], r), a->q[i].at, (uint32_t)i };
	qsort(a->order, a->n, sizeof *a->order, by_key);
	for (size_t beg = 0, end; beg < a->n; beg = end) {
		double all[DX_STANCE_LABELS + 1] = { 0 };
		for (end = beg; end < a->n && a->order[end].key == a->order[beg].key; end++)
			add(all, row_of(a, a->order[end].i), 1, width);
		for (size_t k = beg; k < end && a->order[beg].key; k++) {
			double *to = sum + a->order[k].i * width;
			memcpy(to, all, width * sizeof *to);
			add(to, row_of(a, a->order[k].i), -1, width);
		}
	}
}

static void sum_beside(double *sum, const article *a)
{
	const uint32_t width = a->n_class + 1;
	for (size_t i = 0; i < a->n; i++)
		a->order[i] = (place){ 0, a->q[i].at, (uint32_t)i };
	qsort(a->order, a->n, sizeof *a->order, by_position);
	for (size_t k = 0; k + 1 < a->n; k++) {
		const uint32_t i = a->order[k].i, j = a->order[k + 1].i;
		add(sum + i * width, row_of(a, j), 1, width);
		add(sum + j * width, row_of(a, i), 1, width);
	}
}

/* From sums [DX_N_RELATION][n][n_class + 1] to messages: those with speaker and target in common are taken from those with one of them. */
static void write_messages(double *out, double *sum, const article *a)
{
	const uint32_t width = a->n_class + 1;
	for (size_t i = 0; i < a->n; i++)
		for (uint32_t r = 0; r < DX_N_RELATION; r++) {
			double *s = sum + (r * a->n + i) * width, *to = out + (i * DX_N_RELATION + r) * a->n_class;
			if (r == DX_REL_SPEAKER || r == DX_REL_TARGET)
				add(s, sum + (DX_REL_BOTH * a->n + i) * width, -1, width);
			for (uint32_t c = 0; c < a->n_class; c++)
				to[c] = s[c] / (s[a->n_class] + 1);
		}
}

dx_status dx_context_messages(double **out, const dx_context_quote *q, size_t n, uint32_t n_class, dx_arena *arena, dx_err *err)
{
	const size_t width = n_class + 1;
	article a = { .q = q, .n = n, .n_class = n_class };
	double *sum = dx_arena_array(arena, DX_N_RELATION * n * width, sizeof *sum);
	*out = dx_arena_array(arena, DX_N_RELATION * n * n_class, sizeof **out);
	a.order = dx_arena_array(arena, n, sizeof *a.order);
	a.z = dx_arena_array(arena, n * width, sizeof *a.z);
	if (!sum || !*out || !a.order || !a.z)
		return dx_fail(err, DX_ENOMEM, "out of memory: stances of an article");
	for (size_t i = 0; i < n; i++)
		if (q[i].p) {
			dx_context_logs(a.z + i * width, q[i].p, n_class);
			a.z[i * width + n_class] = 1;
		}
	for (uint32_t r = 0; r < DX_REL_BESIDE; r++)
		sum_by_key(sum + r * n * width, &a, r);
	sum_beside(sum + DX_REL_BESIDE * n * width, &a);
	write_messages(*out, sum, &a);
	return DX_OK;
}

void dx_context_join(double *p, const double *message, uint32_t n_class, const dx_context_model *m)
{
	double z[DX_STANCE_LABELS], most = -HUGE_VAL, sum = 0;
	dx_context_logs(z, p, n_class);
	for (uint32_t c = 0; c < n_class; c++) {
		z[c] *= m->own;
		for (uint32_t r = 0; r < DX_N_RELATION; r++)
			z[c] += m->weight[r] * message[r * n_class + c];
		most = fmax(most, z[c]);
	}
	for (uint32_t c = 0; c < n_class; c++)
		sum += p[c] = exp(z[c] - most);
	for (uint32_t c = 0; c < n_class; c++)
		p[c] /= sum;
}
