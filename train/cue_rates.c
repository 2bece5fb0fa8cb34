#include "train/cue_rates.h"
#include <stdlib.h>
#include "features/quote_vector.h"
#include "model/key_table.h"

typedef struct { uint64_t key; uint32_t cue, all; } count;
typedef struct { count *v; size_t n, mask; } table;

static bool table_grow(table *t)
{
	size_t mask = t->mask ? 2 * t->mask + 1 : (1u << 16) - 1;
	count *v = calloc(mask + 1, sizeof *v);
	if (!v)
		return false;
	for (size_t i = 0; t->v && i <= t->mask; i++) {
		size_t k = t->v[i].key & mask;
		if (!t->v[i].all)
			continue;
		while (v[k].all)
			k = (k + 1) & mask;
		v[k] = t->v[i];
	}
	free(t->v);
	t->v = v;
	t->mask = mask;
	return true;
}

static bool tally(table *t, uint64_t key, bool is_cue)
{
	if (2 * t->n >= t->mask && !table_grow(t))
		return false;
	size_t k = key & t->mask;
	while (t->v[k].all && t->v[k].key != key)
		k = (k + 1) & t->mask;
	t->n += !t->v[k].all;
	t->v[k].key = key;
	t->v[k].all++;
	t->v[k].cue += is_cue;
	return true;
}

static int by_key(const void *a, const void *b)
{
	uint64_t x = ((const count *)a)->key, y = ((const count *)b)->key;
	return x < y ? -1 : x > y;
}

/* Bin 1: seen often, never or hardly ever a cue; 15: nearly always. */
static uint8_t bin_of(const count *c)
{
	static const double LEAST[DX_CUE_BINS] = { 0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.22, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9 };
	double rate = (c->cue + 0.02) / (c->all + 1.0);
	uint8_t bin = 0;
	while (bin < DX_CUE_BINS && rate >= LEAST[bin])
		bin++;
	return bin;
}

dx_status dx_cue_rates_count(dx_pack *out, const dx_trainset *c, uint32_t fold, dx_err *err)
{
	table t = { 0 };
	bool good = true;
	for (size_t a = 0; a < c->n && good; a++) {
		const dx_doc *d = &c->v[a].doc;
		if (c->v[a].fold == fold)
			continue;
		for (size_t i = 0; i < d->n_tok && good; i++) {
			bool cue = c->v[a].label[i] == DX_QL_CUE_B || c->v[a].label[i] == DX_QL_CUE_I;
			good = tally(&t, d->tok[i].hash, cue) && tally(&t, dx_stem_key(d, d->tok + i), cue);
		}
	}
	size_t n = 0;
	for (size_t k = 0; t.v && k <= t.mask; k++)
		if (t.v[k].cue || t.v[k].all >= 8)
			t.v[n++] = t.v[k];
	if (n)
		qsort(t.v, n, sizeof *t.v, by_key);
	dx_key_value *v = n ? malloc(n * sizeof *v) : NULL;
	good = good && (v || !n);
	for (size_t k = 0; good && k < n; k++)
		v[k] = (dx_key_value){ t.v[k].key, bin_of(t.v + k) };
	dx_status st = good ? dx_key_table_pack(out, v, n, err) : dx_fail(err, DX_ENOMEM, "out of memory: cue rates");
	free(v);
	free(t.v);
	return st;
}
