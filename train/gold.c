#include "train/gold.h"
#include "features/quote_vector.h"

/* First token that ends behind byte b. */
static uint32_t token_at(const dx_doc *d, uint32_t b)
{
	size_t lo = 0, hi = d->n_tok;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (d->tok[mid].span.end <= b)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

static bool is_word(const dx_tok *t)
{
	return t->kind == DX_TOK_WORD || t->kind == DX_TOK_NUMBER || t->kind == DX_TOK_SYMBOL;
}

dx_range dx_gold_core(const dx_doc *d, dx_span s, bool content)
{
	dx_range r = { token_at(d, s.beg), 0 };
	for (r.end = r.beg; r.end < d->n_tok && d->tok[r.end].span.beg < s.end; r.end++)
		;
	while (r.beg < r.end && !is_word(d->tok + r.beg))
		r.beg++;
	while (r.end > r.beg && !is_word(d->tok + r.end - 1))
		r.end--;
	if (content && r.end - r.beg > 1 && dx_tok_is(d, d->tok + r.beg, "that")) {
		r.beg++;
		while (r.beg < r.end && !is_word(d->tok + r.beg))
			r.beg++;
	}
	return r;
}

static void mark(uint8_t *label, const dx_doc *d, dx_range r, dx_quote_label first, dx_quote_label inner, dx_quote_label last)
{
	for (uint32_t i = r.beg; i < r.end; i++)
		if (label[i] != DX_QL_OUT)
			return;
	for (uint32_t i = r.beg; i < r.end; i++) {
		bool starts = i == r.beg || d->tok[i].par != d->tok[i - 1].par;
		bool ends = i + 1 == r.end || d->tok[i].par != d->tok[i + 1].par;
		label[i] = (uint8_t)(starts ? first : ends ? last : inner);
	}
}

/* The cue of a colon or dash is no word: it counts as it stands. */
static dx_range cue_core(const dx_doc *d, dx_span s)
{
	dx_range r = dx_gold_core(d, s, false);
	if (r.beg < r.end)
		return r;
	r.beg = token_at(d, s.beg);
	for (r.end = r.beg; r.end < d->n_tok && d->tok[r.end].span.beg < s.end; r.end++)
		;
	return r;
}

void dx_gold_labels(uint8_t *label, const dx_doc *d, const dx_quote *q, size_t n)
{
	memset(label, DX_QL_OUT, d->n_tok);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < q[i].cue.n; k++)
			mark(label, d, cue_core(d, q[i].cue.v[k]), DX_QL_CUE_B, DX_QL_CUE_I, DX_QL_CUE_I);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < q[i].source.n; k++)
			mark(label, d, dx_gold_core(d, q[i].source.v[k], false), DX_QL_SOURCE_B, DX_QL_SOURCE_I, DX_QL_SOURCE_I);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < q[i].content.n; k++)
			mark(label, d, dx_gold_core(d, q[i].content.v[k], true), DX_QL_CONTENT_B, DX_QL_CONTENT_I, DX_QL_CONTENT_E);
}
