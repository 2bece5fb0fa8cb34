#include "features/span.h"
#include <math.h>
#include <stdlib.h>
#include "features/tagset.h"

#define BEGIN_LEAST 0.04f
#define END_LEAST 0.04f

static bool is_word(const dx_tok *t)
{
	return t->kind == DX_TOK_WORD || t->kind == DX_TOK_NUMBER || t->kind == DX_TOK_SYMBOL;
}

static const float *at(const dx_span_view *v, size_t i)
{
	return v->p + 8 * i;
}

/* Probability that token i is part of a content. */
static float content_p(const float *p)
{
	return p[DX_QL_CONTENT_B] + p[DX_QL_CONTENT_I] + p[DX_QL_CONTENT_E];
}

static float end_p(const float *p)
{
	return p[DX_QL_CONTENT_E];
}

static float cue_p(const float *p)
{
	return p[DX_QL_CUE_B] + p[DX_QL_CUE_I];
}

static float source_p(const float *p)
{
	return p[DX_QL_SOURCE_B] + p[DX_QL_SOURCE_I];
}

typedef struct { dx_span_cand **out; size_t *n, *cap; const dx_span_view *v; dx_err *err; } adder;

static dx_status add(adder *a, uint32_t beg, uint32_t end, bool best, bool stretch)
{
	const dx_doc *d = a->v->view->doc;
	while (beg < end && !is_word(d->tok + beg))
		beg++;
	while (end > beg && !is_word(d->tok + end - 1))
		end--;
	if (beg == end)
		return DX_OK;
	dx_span_cand c = { beg, end, best, stretch, 0 };
	return DX_PUSH(d->arena, *a->out, *a->n, *a->cap, c) ? DX_OK : dx_fail(a->err, DX_ENOMEM, "out of memory: %zu candidate spans", *a->n);
}

static int by_place(const void *x, const void *y)
{
	const dx_span_cand *a = x, *b = y;
	if (a->beg != b->beg)
		return a->beg < b->beg ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

/* Ends for a begin, likeliest first come from the chain: those above END_LEAST until the chain is sure that the content has ended. */
static dx_status from_begin(adder *a, dx_range par, uint32_t beg)
{
	uint32_t most = par.end - beg > DX_SPAN_WORDS ? beg + DX_SPAN_WORDS : par.end;
	unsigned n = 0;
	dx_status st = DX_OK;
	for (uint32_t e = beg; e < most && n < DX_SPAN_ENDS && !st; e++) {
		const float *p = at(a->v, e);
		bool single = e == beg && e + 1 < par.end && p[DX_QL_CONTENT_B] > 2 * content_p(at(a->v, e + 1));
		if (e > beg && content_p(p) < 0.03f)
			break;
		if (p[DX_QL_CONTENT_E] < END_LEAST && !single)
			continue;
		st = add(a, beg, e + 1, false, false);
		n++;
	}
	return st;
}

static dx_status from_labels(adder *a, dx_range par)
{
	const uint8_t *y = a->v->label;
	dx_status st = DX_OK;
	for (uint32_t i = par.beg; i < par.end && !st; i++) {
		if (y[i] < DX_QL_CONTENT_B || (i > par.beg && y[i] != DX_QL_CONTENT_B && y[i - 1] >= DX_QL_CONTENT_B))
			continue;
		uint32_t e = i + 1;
		while (e < par.end && y[e] > DX_QL_CONTENT_B && y[e - 1] != DX_QL_CONTENT_E)
			e++;
		st = add(a, i, e, true, false);
	}
	return st;
}

static bool is_source(const dx_span_view *v, uint32_t i)
{
	return v->label[i] == DX_QL_SOURCE_B || v->label[i] == DX_QL_SOURCE_I;
}

static bool is_finite(const dx_tok *t)
{
	return t->pos == DX_POS_VBD || t->pos == DX_POS_VBZ || t->pos == DX_POS_VBP || t->pos == DX_POS_MD;
}

static bool has_verb(const dx_doc *d, uint32_t beg, uint32_t end)
{
	while (beg < end && !is_finite(d->tok + beg))
		beg++;
	return beg < end;
}

/* What a cue's sentence says before the cue and its source ("S, the source added."), and what it says behind them ("She said that S."):
 * where the chain is sure of a cue and of no content, these are the likeliest. */
static dx_status from_cue(adder *a, uint32_t beg, uint32_t end)
{
	const dx_doc *d = a->v->view->doc;
	const dx_range s = d->sent[d->tok[beg].sent];
	while (beg > s.beg && (is_source(a->v, beg - 1) || d->tok[beg - 1].pos == DX_POS_RB))
		beg--;
	while (end < s.end && is_source(a->v, end))
		end++;
	while (end < s.end && !is_word(d->tok + end))
		end++;
	if (end < s.end && dx_tok_is(d, d->tok + end, "that"))
		end++;
	dx_status st = DX_OK;
	if (beg - s.beg <= DX_SPAN_WORDS && has_verb(d, s.beg, beg))         /* without one it is who speaks, not what is said */
		st = add(a, s.beg, beg, false, false);
	return st || s.end <= end || s.end - end > DX_SPAN_WORDS ? st : add(a, end, s.end, false, false);
}

static dx_status from_cues(adder *a, dx_range par)
{
	const uint8_t *y = a->v->label;
	dx_status st = DX_OK;
	for (uint32_t i = par.beg; i < par.end && !st; i++) {
		uint32_t e = i + 1;
		if (y[i] != DX_QL_CUE_B)
			continue;
		while (e < par.end && y[e] == DX_QL_CUE_I)
			e++;
		st = from_cue(a, i, e);
	}
	return st;
}

/* Index of the first stretch that begins at or behind token i. */
static size_t first_stretch(const dx_doc *d, uint32_t i)
{
	size_t lo = 0, hi = d->n_stretch;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (d->stretch[mid].beg < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Makes one of candidates with the same words; c[n] is ordered. Returns how many are left. */
static size_t merge(dx_span_cand *c, size_t n)
{
	size_t w = 0;
	for (size_t i = 0; i < n; i++) {
		if (w && c[w - 1].beg == c[i].beg && c[w - 1].end == c[i].end) {
			c[w - 1].best |= c[i].best;
			c[w - 1].stretch |= c[i].stretch;
		} else {
			c[w++] = c[i];
		}
	}
	return w;
}

dx_status dx_span_candidates(dx_span_cand **out, size_t *n, size_t *cap, const dx_span_view *v, dx_range par, dx_err *err)
{
	adder a = { out, n, cap, v, err };
	const dx_doc *d = v->view->doc;
	const size_t start = *n;
	dx_status st = DX_OK;
	for (uint32_t i = par.beg; i < par.end && !st; i++)
		if (at(v, i)[DX_QL_CONTENT_B] >= BEGIN_LEAST)
			st = from_begin(&a, par, i);
	if (!st)
		st = from_labels(&a, par);
	if (!st)
		st = from_cues(&a, par);
	for (size_t k = first_stretch(d, par.beg); k < d->n_stretch && d->stretch[k].beg < par.end && !st; k++)
		if (d->stretch[k].depth == 1)
			st = add(&a, d->stretch[k].beg, d->stretch[k].end < par.end ? d->stretch[k].end : par.end, false, true);
	if (st || *n == start)
		return st;
	qsort(*out + start, *n - start, sizeof **out, by_place);
	*n = start + merge(*out + start, *n - start);
	return DX_OK;
}

/* What stands right before or behind a span. */
enum { EDGE_NONE, EDGE_COMMA, EDGE_STOP, EDGE_COLON, EDGE_MARK, EDGE_DASH, EDGE_OTHER, N_EDGE };

static unsigned edge_of(const dx_doc *d, dx_range par, int64_t i)
{
	if (i < par.beg || i >= par.end)
		return EDGE_NONE;
	const dx_tok *t = d->tok + i;
	if (t->kind == DX_TOK_MARK)
		return EDGE_MARK;
	if (t->kind != DX_TOK_PUNCT)
		return EDGE_OTHER;
	switch (d->low[t->fold]) {
	case ',': return EDGE_COMMA;
	case '.': case '?': case '!': return EDGE_STOP;
	case ':': case ';': return EDGE_COLON;
	default: return EDGE_DASH;
	}
}

/* Classes of parts of speech that begin or end a content. */
static unsigned pos_class(const dx_tok *t)
{
	switch (t->pos) {
	case DX_POS_TO: return 1;
	case DX_POS_VB: case DX_POS_VBP: case DX_POS_VBZ: case DX_POS_VBD: case DX_POS_MD: return 2;
	case DX_POS_VBG: case DX_POS_VBN: return 3;
	case DX_POS_PRP: case DX_POS_NNP: case DX_POS_EX: return 4;
	case DX_POS_DT: case DX_POS_PRPS: return 5;
	case DX_POS_IN: return 6;
	case DX_POS_WH: case DX_POS_WRB: return 7;
	case DX_POS_NN: case DX_POS_NNS: case DX_POS_CD: return 8;
	case DX_POS_CC: case DX_POS_RB: case DX_POS_JJ: return 9;
	default: return 0;
	}
}

/* Flags and small numbers; probabilities; log odds; logarithms. */
enum {
	S_BEST, S_BEST_BEG, S_BEST_END, S_SENTENCES, S_CROSSES, S_VERB, S_THAT, S_SENT_BEG, S_SENT_END, S_PAR_BEG, S_PAR_END, S_IS_STRETCH,
	S_IN_STRETCH, S_HAS_STRETCH, S_CUTS_STRETCH, S_LEFT, S_RIGHT, S_FIRST, S_LAST, S_NEXT,
	S_BEFORE, S_AFTER, S_BEG_INSIDE, S_END_INSIDE, S_CAPS, S_QUOTED_SHARE, S_CUE_LEFT_NEAR, S_CUE_LEFT, S_CUE_RIGHT_NEAR, S_CUE_RIGHT,
	S_CUE_INSIDE, S_SOURCE_INSIDE, S_SOURCE_LEFT, S_SOURCE_RIGHT, S_CUE_MAX, S_RIVAL,
	S_P_BEG, S_P_END, S_MIN, S_MEAN,
	S_LENGTH, S_N
};
_Static_assert((int)S_N == (int)DX_SPAN_FACTORS, "span factors");

static const uint8_t CROSSES[DX_SPAN_CROSSES][2] = {
	{ S_P_BEG, S_P_END }, { S_P_BEG, S_MIN }, { S_P_END, S_MIN }, { S_P_BEG, S_LEFT }, { S_P_END, S_RIGHT }, { S_P_BEG, S_CUE_MAX }, { S_P_END, S_LENGTH },
	{ S_MIN, S_LENGTH }, { S_MEAN, S_LENGTH }, { S_IS_STRETCH, S_LENGTH }, { S_IS_STRETCH, S_CUE_MAX }, { S_IS_STRETCH, S_RIGHT },
	{ S_IS_STRETCH, S_LEFT }, { S_IS_STRETCH, S_CAPS }, { S_HAS_STRETCH, S_RIGHT }, { S_CUTS_STRETCH, S_P_END }, { S_FIRST, S_LEFT },
	{ S_RIGHT, S_NEXT }, { S_CUE_LEFT_NEAR, S_LEFT }, { S_CUE_RIGHT_NEAR, S_RIGHT }, { S_P_BEG, S_BEST }, { S_P_END, S_BEST }, { S_RIVAL, S_P_END },
	{ S_CUE_LEFT, S_CUE_RIGHT }, { S_SOURCE_LEFT, S_SOURCE_RIGHT }, { S_CUE_INSIDE, S_P_BEG },
};
const dx_factor_set dx_span_set = { { 20, 16, 4, 1 }, S_N, DX_SPAN_CROSSES, DX_SPAN_NEAR, CROSSES };

/* Largest cue or source probability within n tokens from i in direction step, inside the paragraph. */
static float most(const dx_span_view *v, dx_range par, int64_t i, int step, int n, float (*p)(const float *))
{
	float best = 0;
	for (int k = 0; k < n && i >= par.beg && i < par.end; k++, i += step) {
		float x = p(at(v, (size_t)i));
		best = x > best ? x : best;
	}
	return best;
}

static void inside(float *f, const dx_span_view *v, dx_range par, const dx_span_cand *c)
{
	const dx_doc *d = v->view->doc;
	float least = 1, sum = 0, beg = 0, end = 0, cue = 0, source = 0;
	unsigned n_word = 0, n_cap = 0, n_in = 0, n_open = 0, n_close = 0;
	bool verb = false;
	for (uint32_t i = c->beg; i < c->end; i++) {
		const float *p = at(v, i);
		const dx_tok *t = d->tok + i;
		float con = content_p(p);
		least = con < least ? con : least;
		sum += con;
		if (i > c->beg)
			beg = p[DX_QL_CONTENT_B] > beg ? p[DX_QL_CONTENT_B] : beg;
		if (i + 1 < c->end)
			end = p[DX_QL_CONTENT_E] > end ? p[DX_QL_CONTENT_E] : end;
		cue = cue_p(p) > cue ? cue_p(p) : cue;
		source = source_p(p) > source ? source_p(p) : source;
		verb |= is_finite(t);
		n_word += t->kind == DX_TOK_WORD;
		n_cap += t->kind == DX_TOK_WORD && (t->shape & DX_SH_UPPER);
		n_in += t->depth > 0;
		unsigned m = v->view->mark[i] & 7u;
		n_open += m == 4;
		n_close += m == 5;
	}
	uint32_t n = c->end - c->beg;
	bool before = c->beg > par.beg && (v->view->mark[c->beg - 1] & 7u) == 4, after = c->end < par.end && (d->tok[c->end].kind == DX_TOK_MARK);
	bool whole = n_in == n && before;
	f[S_MIN] = dx_logit(least);
	f[S_MEAN] = dx_logit(sum / (float)n);
	f[S_BEG_INSIDE] = beg;
	f[S_END_INSIDE] = end;
	f[S_CUE_INSIDE] = cue;
	f[S_SOURCE_INSIDE] = source;
	f[S_VERB] = verb;
	f[S_CAPS] = n_word ? (float)n_cap / (float)n_word : 0;
	f[S_QUOTED_SHARE] = (float)n_in / (float)n;
	f[S_IS_STRETCH] = whole && (after || c->stretch);
	f[S_IN_STRETCH] = n_in == n && !whole;
	f[S_HAS_STRETCH] = n_in < n && n_open && n_open == n_close;
	f[S_CUTS_STRETCH] = n_in < n && n_open != n_close && !(after && n_open == n_close + 1);
}

static void near(uint32_t *word, const dx_quote_view *v, dx_range par, const dx_span_cand *c)
{
	const dx_quote_tok *l2 = dx_quote_tok_at(v, par, (int64_t)c->beg - 2), *l = dx_quote_tok_at(v, par, (int64_t)c->beg - 1), *first = v->tok + c->beg,
		*second = dx_quote_tok_at(v, par, (int64_t)c->beg + 1), *last2 = dx_quote_tok_at(v, par, (int64_t)c->end - 2), *last = v->tok + c->end - 1,
		*r = dx_quote_tok_at(v, par, c->end);
	const uint32_t before = v->cue_left[c->beg], behind = v->cue_right[c->end - 1];
	size_t n = 0;
#define F(value) (word[n] = dx_template(600 + (uint32_t)n, (value)) & ((1u << DX_WORD_BITS) - 1), n++)
	F(l->word);
	F(first->word);
	F(last->word);
	F(r->word);
	F(dx_both(l->word, first->word));
	F(before == DX_NO_CUE ? 0 : v->tok[before].word);
	F(behind == DX_NO_CUE ? 0 : v->tok[behind].word);
	F((uint64_t)l->pos << 16 | (uint64_t)first->pos << 8 | second->pos);
	F((uint64_t)last2->pos << 16 | (uint64_t)last->pos << 8 | r->pos);
	F(dx_both(l2->word, l->word));
#undef F
	assert(n == DX_SPAN_NEAR);
}

void dx_span_facts(dx_facts *out, const dx_span_view *v, dx_range par, const dx_span_cand *c)
{
	const dx_doc *d = v->view->doc;
	const float *pb = at(v, c->beg), *pe = at(v, c->end - 1);
	float *f = memset(out->value, 0, sizeof out->value);
	uint32_t n = c->end - c->beg, sent_b = d->tok[c->beg].sent, sent_e = d->tok[c->end - 1].sent;
	int64_t left = (int64_t)c->beg - 1, right = c->end;
	float end = n == 1 ? pe[DX_QL_CONTENT_B] : pe[DX_QL_CONTENT_E];
	f[S_P_BEG] = dx_logit(pb[DX_QL_CONTENT_B]);
	f[S_P_END] = dx_logit(end);
	f[S_BEST] = c->best;
	f[S_BEST_BEG] = v->label[c->beg] == DX_QL_CONTENT_B;
	f[S_BEST_END] = v->label[c->end - 1] == DX_QL_CONTENT_E || (n == 1 && c->best);
	f[S_BEFORE] = left >= par.beg ? content_p(at(v, (size_t)left)) : 0;
	f[S_AFTER] = right < par.end ? content_p(at(v, (size_t)right)) : 0;
	f[S_LENGTH] = logf((float)n);
	f[S_SENTENCES] = (float)(sent_e - sent_b < 4 ? sent_e - sent_b : 4);
	f[S_CROSSES] = sent_e != sent_b && c->beg != d->sent[sent_b].beg && (v->view->mark[c->beg] & 7u) != 2;
	f[S_THAT] = left >= par.beg && dx_tok_is(d, d->tok + left, "that");
	f[S_SENT_BEG] = c->beg <= d->sent[sent_b].beg + 1;
	f[S_SENT_END] = c->end + 2 >= d->sent[sent_e].end;
	f[S_PAR_BEG] = c->beg <= par.beg + 1;
	f[S_PAR_END] = c->end + 2 >= par.end;
	float cl = most(v, par, left, -1, 12, cue_p), cr = most(v, par, right, 1, 12, cue_p);
	f[S_CUE_LEFT_NEAR] = most(v, par, left, -1, 3, cue_p);
	f[S_CUE_LEFT] = cl;
	f[S_CUE_RIGHT_NEAR] = most(v, par, right, 1, 4, cue_p);
	f[S_CUE_RIGHT] = cr;
	f[S_CUE_MAX] = cl > cr ? cl : cr;
	f[S_SOURCE_LEFT] = most(v, par, left, -1, 8, source_p);
	f[S_SOURCE_RIGHT] = most(v, par, right, 1, 8, source_p);
	f[S_LEFT] = (float)edge_of(d, par, left);
	f[S_RIGHT] = (float)edge_of(d, par, right);
	f[S_FIRST] = (float)pos_class(d->tok + c->beg);
	f[S_LAST] = (float)pos_class(d->tok + c->end - 1);
	f[S_NEXT] = right < par.end ? (float)pos_class(d->tok + right) : 15;
	f[S_RIVAL] = most(v, par, right, 1, 12, end_p);
	inside(f, v, par, c);
	near(out->word, v->view, par, c);
}
