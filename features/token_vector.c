#include "features/token_vector.h"

/* The last four bytes of the lower-case form, the very last lowest; all of a shorter one. */
static uint64_t tail(const dx_doc *d, const dx_tok *t)
{
	const unsigned char *p = (const unsigned char *)d->low + t->fold + t->n_fold;
	uint32_t v = 0;
	if (t->n_fold >= 4)
		return (uint32_t)p[-4] << 24 | (uint32_t)p[-3] << 16 | (uint32_t)p[-2] << 8 | p[-1];
	for (p -= t->n_fold; p < (const unsigned char *)d->low + t->fold + t->n_fold; p++)
		v = v << 8 | *p;
	return v;
}

static uint64_t suffix(uint64_t tail4, unsigned n)
{
	return (tail4 & (((uint64_t)1 << 8 * n) - 1)) | (uint64_t)n << 56;
}

uint64_t dx_tok_suffix(const dx_doc *d, const dx_tok *t, size_t n)
{
	assert(n <= 4);
	return suffix(tail(d, t), (unsigned)n);
}

static uint64_t prefix(const dx_doc *d, const dx_tok *t, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n && i < t->n_fold; i++)
		v = v << 8 | (unsigned char)d->low[t->fold + i];
	return v | (uint64_t)n << 48;
}

static const dx_tok EDGE = { .kind = DX_TOK_PUNCT, .word = &dx_word_none };

static const dx_tok *tok_at(const dx_doc *d, dx_range r, size_t i, int step)
{
	int64_t at = (int64_t)i + step;
	return at < r.beg || at >= r.end ? &EDGE : d->tok + at;
}

/* Numbers of the templates for tokens that need no other feature. */
#define POS_KNOWN 99
#define NER_PLAIN 199

static size_t known(uint32_t *out, uint32_t number, uint64_t value, dx_table rows)
{
	*out = dx_template(number, value);
	dx_table_ask(rows, *out);
	return 1;
}

size_t dx_pos_features(uint32_t *out, const dx_doc *d, dx_range s, size_t i, dx_table rows)
{
	const dx_tok *t = d->tok + i, *l = tok_at(d, s, i, -1), *r = tok_at(d, s, i, 1);
	if (t->pos)
		return known(out, POS_KNOWN, t->pos, rows);
	uint64_t w = dx_tok_key(t), wl = dx_key_at(d, s, i, -1), wr = dx_key_at(d, s, i, 1), shape = t->shape & 0x7f, end = tail(d, t), end_l = tail(d, l), end_r = tail(d, r);
	size_t n = 0;
#define F(value) (out[n] = dx_template((uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
	F(0);
	F(w);
	F(wl);
	F(wr);
	F(dx_key_at(d, s, i, -2));
	F(dx_key_at(d, s, i, 2));
	F(dx_both(wl, w));
	F(dx_both(w, wr));
	F(dx_both(wl, wr));
	F(suffix(end, 1));
	F(suffix(end, 2));
	F(suffix(end, 3));
	F(suffix(end, 4));
	F(prefix(d, t, 2));
	F(prefix(d, t, 3));
	F(shape | (uint64_t)t->kind << 8 | (uint64_t)(i == s.beg) << 16);
	F(t->word->v[DX_LEX_CLUSTERS_COARSE]);
	F(t->word->v[DX_LEX_CLUSTERS_FINE]);
	F(l->word->v[DX_LEX_CLUSTERS_FINE]);
	F(r->word->v[DX_LEX_CLUSTERS_FINE]);
	F(suffix(end_l, 3));
	F(suffix(end_r, 3));
	F(dx_both(suffix(end, 3), shape));
	F((uint64_t)(l->shape & 0x7f) << 16 | shape << 8 | (r->shape & 0x7f));
	F(dx_both(suffix(end_l, 2), suffix(end, 2)));
#undef F
	return n;
}

size_t dx_ner_features(uint32_t *out, const dx_doc *d, dx_range s, size_t i, dx_table rows)
{
	const dx_tok *t = d->tok + i, *l = tok_at(d, s, i, -1), *r = tok_at(d, s, i, 1), *l2 = tok_at(d, s, i, -2), *r2 = tok_at(d, s, i, 2);
	if (!((t->shape | l->shape | r->shape) & (DX_SH_UPPER | DX_SH_DIGIT)))
		return known(out, NER_PLAIN, 0, rows);
	uint64_t w = dx_tok_key(t), wl = dx_key_at(d, s, i, -1), wr = dx_key_at(d, s, i, 1), shape = t->shape & 0x7f;
	uint64_t shapes = (uint64_t)(l->shape & 0x7f) << 16 | shape << 8 | (r->shape & 0x7f), end = tail(d, t);
	size_t n = 0;
#define F(value) (out[n] = dx_template(100 + (uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
	F(0);
	F(w);
	F(wl);
	F(wr);
	F(dx_key_at(d, s, i, -2));
	F(dx_key_at(d, s, i, 2));
	F(dx_both(wl, w));
	F(dx_both(w, wr));
	F(dx_both(shape, wl));
	F(dx_both(shape, wr));
	F(suffix(end, 2));
	F(suffix(end, 3));
	F(suffix(end, 4));
	F(prefix(d, t, 3));
	F(prefix(d, t, 4));
	F(shape | (uint64_t)t->kind << 8 | (uint64_t)(i == s.beg) << 16);
	F(shapes);
	F(shapes << 1 | (i == s.beg));
	F(t->pos);
	F((uint64_t)l->pos << 16 | (uint64_t)t->pos << 8 | r->pos);
	F((uint64_t)l2->pos << 16 | (uint64_t)l->pos << 8 | t->pos);
	F((uint64_t)r2->pos << 16 | (uint64_t)r->pos << 8 | t->pos);
	F(t->word->v[DX_LEX_CLUSTERS_COARSE]);
	F(t->word->v[DX_LEX_CLUSTERS_FINE]);
	F(l->word->v[DX_LEX_CLUSTERS_FINE]);
	F(r->word->v[DX_LEX_CLUSTERS_FINE]);
	F(l2->word->v[DX_LEX_CLUSTERS_FINE]);
	F(r2->word->v[DX_LEX_CLUSTERS_FINE]);
	F((uint64_t)l->word->v[DX_LEX_CLUSTERS_COARSE] << 24 | (uint64_t)t->word->v[DX_LEX_CLUSTERS_COARSE] << 8 | shape);
	F((uint64_t)r->word->v[DX_LEX_CLUSTERS_COARSE] << 24 | (uint64_t)t->word->v[DX_LEX_CLUSTERS_COARSE] << 8 | shape);
	F(dx_both(suffix(end, 3), shape));
#undef F
	return n;
}
