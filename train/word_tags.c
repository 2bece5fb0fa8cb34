#include "train/word_tags.h"
#include <stdlib.h>
#include "features/tagset.h"
#include "features/token_vector.h"

/* A word must come this often, with one tag in this share of its places. On held-out articles such a word has another tag in one of two
 * thousand places, which no tagger of ours reaches. */
#define LEAST 20
#define SHARE 0.995

dx_status dx_word_tags_add(dx_word_tags *t, const dx_doc *d, dx_err *err)
{
	if (t->n + d->n_tok > t->cap) {
		size_t cap = 2 * (t->n + d->n_tok);
		dx_key_value *v = realloc(t->v, cap * sizeof *v);
		if (!v)
			return dx_fail(err, DX_ENOMEM, "out of memory: tags of words");
		t->v = v;
		t->cap = cap;
	}
	for (size_t i = 0; i < d->n_tok; i++)
		if (dx_tok_one_tag(d->tok + i) && d->tok[i].pos != DX_POS_NONE)
			t->v[t->n++] = (dx_key_value){ d->tok[i].hash, d->tok[i].pos };
	return DX_OK;
}

static int by_key(const void *a, const void *b)
{
	const dx_key_value *x = a, *y = b;
	return x->key != y->key ? x->key < y->key ? -1 : 1 : x->value - y->value;
}

dx_status dx_word_tags_pack(dx_pack *out, dx_word_tags *t, dx_err *err)
{
	size_t kept = 0;
	if (t->n)
		qsort(t->v, t->n, sizeof *t->v, by_key);
	for (size_t beg = 0, end; beg < t->n; beg = end) {
		size_t most = 0, run = 0;
		uint8_t tag = 0;
		for (end = beg; end < t->n && t->v[end].key == t->v[beg].key; end++) {
			run = end > beg && t->v[end].value == t->v[end - 1].value ? run + 1 : 1;
			if (run > most) {
				most = run;
				tag = t->v[end].value;
			}
		}
		if (end - beg >= LEAST && (double)most >= SHARE * (double)(end - beg))
			t->v[kept++] = (dx_key_value){ t->v[beg].key, tag };
	}
	return dx_key_table_pack(out, t->v, kept, err);
}

void dx_word_tags_fini(dx_word_tags *t)
{
	free(t->v);
	*t = (dx_word_tags){ 0 };
}
