#include "model/decide_quotes.h"
#include "features/tagset.h"
#include "model/orphan_cues.h"
#include <math.h>
#include <stdlib.h>

struct dx_quotes_model {
	dx_quote_chain chain;
	dx_svm span, link_cue, link_source, keep;
	dx_curve sure;                           /* from keep's values to probabilities */
	dx_key_table act;                        /* of a cue, by stem */
};

/* curve: what stands behind the machine; NULL: nothing. */
static dx_status unpack_svm(dx_svm *out, dx_curve *curve, const dx_file *f, const char *name, uint32_t size, dx_err *err)
{
	dx_str s = dx_file_section(f, name);
	dx_cursor c = { .p = s.p, .n = s.n };
	if (!s.p)
		return dx_fail(err, DX_EFORMAT, "the model has no section %s", name);
	dx_status st = dx_svm_unpack(out, &c, err);
	if (!st && curve)
		st = dx_curve_unpack(curve, &c, err);
	if (!st && (out->kernel != DX_SVM_LINEAR || out->n_class != 2 || out->n_feat != size))
		st = dx_fail(err, DX_EFORMAT, "section %s: %u classes of %u features, not 2 of %u in a linear machine", name, out->n_class, out->n_feat, size);
	return st;
}

static dx_status unpack_chain(dx_quotes_model *m, const dx_file *f, dx_err *err)
{
	dx_str s = dx_file_section(f, "quotes.chain");
	dx_cursor c = { .p = s.p, .n = s.n };
	if (!s.p)
		return dx_fail(err, DX_EFORMAT, "the model has no section quotes.chain");
	dx_status st = dx_key_table_unpack(&m->chain.rates, &c, "cue rates", DX_CUE_BINS, err);
	if (!st)
		st = dx_key_table_unpack(&m->act, &c, "acts", DX_N_ACT - 1, err);
	dx_take_align(&c, 64);
	if (!st)
		st = dx_chain_unpack(&m->chain.round1, &c, DX_N_QL, err);
	dx_take_align(&c, 64);
	if (!st)
		st = dx_chain_unpack(&m->chain.round2, &c, DX_N_QL, err);
	return st ? st : dx_quote_table_new(&m->chain.shared, &m->chain.round1, &m->chain.round2, err);
}

dx_status dx_quotes_load(dx_quotes_model **out, const dx_file *f, dx_err *err)
{
	dx_quotes_model *m = calloc(1, sizeof *m);
	*out = NULL;
	if (!m)
		return dx_fail(err, DX_ENOMEM, "out of memory: quotes model");
	dx_status st = unpack_chain(m, f, err);
	if (!st)
		st = unpack_svm(&m->span, NULL, f, "quotes.span", DX_SPAN_N, err);
	if (!st)
		st = unpack_svm(&m->link_cue, NULL, f, "quotes.link-cue", DX_LINK_N, err);
	if (!st)
		st = unpack_svm(&m->link_source, NULL, f, "quotes.link-source", DX_LINK_N, err);
	if (!st)
		st = unpack_svm(&m->keep, &m->sure, f, "quotes.keep", DX_KEEP_N, err);
	if (st)
		dx_quotes_free(m);
	else
		*out = m;
	return st;
}

void dx_quotes_free(dx_quotes_model *m)
{
	if (m)
		dx_quote_table_free(&m->chain.shared);
	free(m);
}

/* --- contents --- */

/* Best set of candidates without overlap, which are ordered by begin: best[i] is the most that candidates i.. can sum to. */
static dx_status choose(dx_pieces *out, const dx_span_cand *c, size_t n, dx_arena *arena, dx_err *err)
{
	double *best = dx_arena_array(arena, n + 1, sizeof *best);
	size_t *next = dx_arena_array(arena, n + 1, sizeof *next);
	if (!best || !next)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu candidate spans", n);
	for (size_t i = n; i-- > 0;) {
		size_t lo = i + 1, hi = n;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			if (c[mid].beg < c[i].end)
				lo = mid + 1;
			else
				hi = mid;
		}
		double with = c[i].score - DX_SPAN_COST + best[lo];
		next[i] = with > best[i + 1] ? lo : 0;
		best[i] = with > best[i + 1] ? with : best[i + 1];
	}
	for (size_t i = 0; i < n;) {
		if (!next[i]) {
			i++;
			continue;
		}
		dx_piece p = { c[i].beg, c[i].end, (float)c[i].score };
		if (!DX_PUSH(arena, out->v, out->n, out->cap, p))
			return dx_fail(err, DX_ENOMEM, "out of memory: %zu contents", out->n);
		i = next[i];
	}
	return DX_OK;
}

dx_status dx_quotes_contents(dx_parts *parts, const dx_span_view *v, const dx_svm *span, dx_err *err)
{
	const dx_doc *d = v->view->doc;
	size_t cap = 0;
	dx_status st = DX_OK;
	for (size_t k = 0; k < d->n_par && !st; k++) {
		size_t from = parts->n_cand;
		st = dx_span_candidates(&parts->cand, &parts->n_cand, &cap, v, d->par[k], err);
		for (size_t i = from; i < parts->n_cand && !st; i++) {
			dx_facts f;
			dx_span_facts(&f, v, d->par[k], parts->cand + i);
			parts->cand[i].score = dx_svm_yes_p(span, dx_svm_yes_factors(span, &dx_span_set, &f));
		}
		if (!st && parts->n_cand > from)
			st = choose(&parts->content, parts->cand + from, parts->n_cand - from, d->arena, err);
	}
	return st;
}

/* --- groups --- */

/* Whether content c goes on from the content before it over a paragraph end: its stretch says so. */
static bool continues(const dx_span_view *v, const dx_parts *parts, size_t i)
{
	const dx_doc *d = v->view->doc;
	const dx_piece *c = parts->content.v + i;
	if (!i || d->tok[c->beg].par == d->tok[parts->content.v[i - 1].end - 1].par)
		return false;
	unsigned code = v->view->mark[c->beg] >> 3;
	return d->tok[parts->content.v[i - 1].end - 1].depth > 0 && (code & 1u << 9) != 0;
}

/* Adds a piece's words to those inside of quotation marks and those outside. */
static void count_words(size_t *in, size_t *out, const dx_piece *c, const dx_doc *d)
{
	for (uint32_t i = c->beg; i < c->end; i++)
		if (d->tok[i].kind == DX_TOK_WORD || d->tok[i].kind == DX_TOK_NUMBER)
			*(d->tok[i].depth ? in : out) += 1;
}

static bool is_quoted(const dx_piece *c, const dx_doc *d)
{
	size_t in = 0, out = 0;
	count_words(&in, &out, c, d);
	return in && !out;
}

/* Whether content i, which has no cue, goes on with the quote before it in its paragraph: '"A," she said and turned. "B."' */
static bool resumes(const dx_span_view *v, const dx_parts *parts, const dx_draft *q, size_t i)
{
	const dx_doc *d = v->view->doc;
	const dx_piece *c = parts->content.v + i, *first = parts->content.v + q->content[0];
	return q->cue != DX_NO_PIECE && d->tok[first->beg].par == d->tok[c->beg].par && is_quoted(c, d) && is_quoted(first, d);
}

static dx_status append(dx_draft *q, size_t content, size_t most, dx_arena *arena, dx_err *err)
{
	if (!q->content) {
		q->content = dx_arena_array(arena, most, sizeof *q->content);
		if (!q->content)
			return dx_fail(err, DX_ENOMEM, "out of memory: drafts");
	}
	q->content[q->n_content++] = content;
	return DX_OK;
}

/* Contents of one draft are at most this many; further ones begin a new draft. */
#define MOST_CONTENT 32

static dx_quote_type type_of(const dx_draft *q, const dx_parts *parts, const dx_doc *d)
{
	size_t in = 0, out = 0;
	for (size_t k = 0; k < q->n_content; k++)
		count_words(&in, &out, parts->content.v + q->content[k], d);
	return out == 0 ? DX_DIRECT : in == 0 ? DX_INDIRECT : DX_MIXED;
}

/* Pieces wholly outside of marks do not belong to a quote that has pieces wholly inside: in '"A," she said, folding her coat. "B."' they are
 * what the narrator saw. */
static void drop_narration(dx_draft *q, const dx_parts *parts, const dx_doc *d)
{
	size_t quoted = 0, w = 0;
	for (size_t k = 0; k < q->n_content; k++)
		quoted += is_quoted(parts->content.v + q->content[k], d);
	for (size_t k = 0; k < q->n_content; k++) {
		size_t in = 0, out = 0;
		count_words(&in, &out, parts->content.v + q->content[k], d);
		if (in || !quoted)
			q->content[w++] = q->content[k];
	}
	q->n_content = w;
}

dx_status dx_quotes_group(dx_drafts *out, dx_parts *parts, const dx_span_view *v, const dx_svm *m, dx_err *err)
{
	dx_arena *arena = v->view->doc->arena;
	dx_cue_link *link;
	dx_status st = dx_orphans_adopt(&link, parts, v, m, err);
	if (st)
		return st;
	size_t *owner = dx_arena_array(arena, parts->cue.n, sizeof *owner);      /* draft + 1 of each cue */
	if (!owner)
		return dx_fail(err, DX_ENOMEM, "out of memory: drafts");
	for (size_t i = 0; i < parts->content.n && !st; i++) {
		size_t cue = link[i].cue, to = 0;
		if (cue != DX_NO_PIECE && owner[cue])
			to = owner[cue];
		else if (cue == DX_NO_PIECE && out->n && (continues(v, parts, i) || resumes(v, parts, out->v + out->n - 1, i)))
			to = out->n;
		if (!to || out->v[to - 1].n_content == MOST_CONTENT) {
			dx_draft q = { .cue = cue, .source = DX_NO_PIECE, .cue_link = link[i].value };
			if (!DX_PUSH(arena, out->v, out->n, out->cap, q))
				return dx_fail(err, DX_ENOMEM, "out of memory: drafts");
			to = out->n;
			if (cue != DX_NO_PIECE)
				owner[cue] = to;
		}
		st = append(out->v + to - 1, i, MOST_CONTENT, arena, err);
	}
	for (size_t k = 0; k < out->n; k++)
		drop_narration(out->v + k, parts, v->view->doc);
	return st;
}

/* --- sources --- */

void dx_quotes_sources(dx_drafts *drafts, const dx_parts *parts, const dx_span_view *v, const dx_svm *m)
{
	for (size_t k = 0; k < drafts->n; k++) {
		dx_draft *q = drafts->v + k;
		const dx_piece *content = parts->content.v + q->content[0];
		bool has_cue = q->cue != DX_NO_PIECE;
		const dx_piece *anchor = has_cue ? parts->cue.v + q->cue : content;
		size_t lo, hi;
		dx_link_sources(&lo, &hi, v, parts, anchor);
		for (size_t i = lo; i < hi; i++) {
			dx_facts f;
			dx_link_source_facts(&f, v, parts, anchor, has_cue, content, i);
			double s = dx_svm_yes_factors(m, &dx_link_set, &f);
			if (s > q->source_link) {
				q->source_link = s;
				q->source = i;
			}
		}
	}
}

/* --- keep --- */

/* Flags and small numbers; probabilities; log odds; logarithms. */
enum {
	K_PIECES, K_CUE, K_SOURCE, K_SHORT, K_DIRECT, K_INDIRECT, K_SENTENCES, K_SENT_BEG, K_NONE, K_BEST, K_COLON,
	K_P, K_P_LEAST, K_CUE_P, K_SOURCE_P, K_RATE, K_RATE_STEM, K_CAPS,
	K_CUE_LINK, K_SOURCE_LINK,
	K_LENGTH, K_N
};
_Static_assert((int)K_N == (int)DX_KEEP_FACTORS, "keep factors");
static const uint8_t CROSSES[DX_KEEP_CROSSES][2] = {
	{ K_P, K_CUE_P }, { K_P, K_CUE_LINK }, { K_P, K_SOURCE_P }, { K_P, K_LENGTH }, { K_DIRECT, K_P }, { K_INDIRECT, K_P }, { K_CUE_P, K_SOURCE_P },
	{ K_DIRECT, K_LENGTH }, { K_NONE, K_P }, { K_RATE, K_P },
};
const dx_factor_set dx_keep_set = { { 11, 7, 2, 1 }, K_N, DX_KEEP_CROSSES, DX_KEEP_NEAR, CROSSES };

static void keep_words(uint32_t *word, const dx_draft *q, const dx_parts *parts, const dx_quote_view *v)
{
	static const dx_quote_tok NONE = { .word = 1 };
	const dx_doc *d = v->doc;
	const dx_piece *c = parts->content.v + q->content[0], *u = q->cue == DX_NO_PIECE ? NULL : parts->cue.v + q->cue;
	const dx_range par = d->par[d->tok[c->beg].par];
	const dx_quote_tok *l = dx_quote_tok_at(v, par, (int64_t)c->beg - 1), *first = v->tok + c->beg, *second = dx_quote_tok_at(v, par, (int64_t)c->beg + 1),
		*last = v->tok + c->end - 1, *cue = u ? v->tok + u->beg : &NONE, *cue_end = u ? v->tok + u->end - 1 : &NONE,
		*source = q->source == DX_NO_PIECE ? &NONE : v->tok + parts->source.v[q->source].end - 1;
	size_t n = 0;
#define F(value) (word[n] = dx_template(700 + (uint32_t)n, (value)) & ((1u << DX_WORD_BITS) - 1), n++)
	F(l->word);
	F(first->word);
	F(last->word);
	F(cue->word);
	F(cue_end->word);
	F(source->word);
	F(dx_both(cue->word, type_of(q, parts, d)));
	F((uint64_t)l->pos << 16 | (uint64_t)first->pos << 8 | second->pos);
	F(dx_both(cue->word, first->pos));
	F(dx_both(cue->word, source->pos));
#undef F
	assert(n == DX_KEEP_NEAR);
}

void dx_keep_facts(dx_facts *out, const dx_draft *q, const dx_parts *parts, const dx_span_view *v)
{
	const dx_doc *d = v->view->doc;
	const dx_piece *c = parts->content.v + q->content[0];
	float most = 0, least = 1;
	uint32_t words = 0, caps = 0;
	float *f = memset(out->value, 0, sizeof out->value);
	for (size_t k = 0; k < q->n_content; k++) {
		const dx_piece *p = parts->content.v + q->content[k];
		most = p->p > most ? p->p : most;
		least = p->p < least ? p->p : least;
		words += p->end - p->beg;
		for (uint32_t i = p->beg; i < p->end; i++)
			caps += (d->tok[i].shape & DX_SH_UPPER) != 0;
	}
	dx_quote_type type = type_of(q, parts, d);
	uint32_t sents = d->tok[c->end - 1].sent - d->tok[c->beg].sent;
	f[K_P] = most;
	f[K_P_LEAST] = least;
	f[K_PIECES] = (float)(q->n_content < 3 ? q->n_content : 3);
	if (q->cue != DX_NO_PIECE) {
		const dx_piece *u = parts->cue.v + q->cue;
		f[K_CUE] = 1;
		f[K_CUE_P] = u->p;
		f[K_CUE_LINK] = (float)q->cue_link;
		f[K_RATE] = (float)(v->view->rate[u->beg] & 15) / 15;
		f[K_RATE_STEM] = (float)(v->view->rate[u->beg] >> 4) / 15;
		f[K_COLON] = d->tok[u->beg].kind == DX_TOK_PUNCT;
	}
	if (q->source != DX_NO_PIECE) {
		f[K_SOURCE] = 1;
		f[K_SOURCE_P] = parts->source.v[q->source].p;
		f[K_SOURCE_LINK] = (float)q->source_link;
	}
	f[K_NONE] = q->cue == DX_NO_PIECE && q->source == DX_NO_PIECE;
	f[K_LENGTH] = logf((float)words);
	f[K_SHORT] = words <= 3;
	f[K_DIRECT] = type == DX_DIRECT;
	f[K_INDIRECT] = type == DX_INDIRECT;
	f[K_SENTENCES] = (float)(sents < 4 ? sents : 4);
	f[K_SENT_BEG] = c->beg <= d->sent[d->tok[c->beg].sent].beg + 1;
	f[K_CAPS] = (float)caps / (float)words;
	f[K_BEST] = v->label[c->beg] == DX_QL_CONTENT_B;
	keep_words(out->word, q, parts, v->view);
}

/* --- from drafts to quotes --- */

static bool is_punct(const dx_doc *d, uint32_t i)
{
	return d->tok[i].kind == DX_TOK_PUNCT;
}

/* End of a piece that opens a bracket and stops short of its end ("Rep. Ida Sorn (D-Wis" of "(D-Wis.)"): behind the bracket. */
static uint32_t bracket_end(const dx_doc *d, dx_range par, uint32_t beg, uint32_t end)
{
	int open = 0;
	for (uint32_t i = beg; i < end; i++) {
		char c = d->low[d->tok[i].fold];
		open += is_punct(d, i) && (c == '(' || c == '[');
		open -= is_punct(d, i) && (c == ')' || c == ']');
	}
	for (uint32_t i = end; open > 0 && i < par.end && i < end + 2 && is_punct(d, i); i++)
		if (d->low[d->tok[i].fold] == ')' || d->low[d->tok[i].fold] == ']')
			return i + 1;
	return end;
}

/* Bytes of a content as annotators mark it: with its quotation marks and what stands inside them, and with a leading "that". */
static dx_span content_span(const dx_span_view *v, const dx_piece *c)
{
	const dx_doc *d = v->view->doc;
	const dx_range par = d->par[d->tok[c->beg].par];
	uint32_t b = c->beg, e = bracket_end(d, par, c->beg, c->end);
	while (b > par.beg && d->tok[b - 1].kind == DX_TOK_MARK && d->tok[b - 1].depth && (b - 1 == 0 || d->tok[b - 1].depth >= d->tok[b].depth) &&
	       (v->view->mark[b - 1] & 7u) == 4)
		b--;
	if (b == c->beg && b > par.beg && dx_tok_is(d, d->tok + b - 1, "that"))
		b--;
	uint32_t k = e;
	while (k < par.end && is_punct(d, k) && d->tok[k].depth && k - e < 3)
		k++;
	if (k < par.end && d->tok[k].kind == DX_TOK_MARK && (v->view->mark[k] & 7u) == 5)
		e = k + 1;
	else if (k == par.end)          /* an unclosed stretch: its last full stop belongs to it */
		e = k;
	return dx_range_span(d, (dx_range){ b, e });
}

static dx_status spans_of(dx_spans *out, const dx_draft *q, const dx_parts *parts, const dx_span_view *v, dx_err *err)
{
	out->v = dx_arena_array(v->view->doc->arena, q->n_content, sizeof *out->v);
	if (!out->v)
		return dx_fail(err, DX_ENOMEM, "out of memory: quotes");
	for (size_t k = 0; k < q->n_content; k++) {
		dx_span s = content_span(v, parts->content.v + q->content[k]);
		bool joined = k && q->content[k] == q->content[k - 1] + 1 && continues(v, parts, q->content[k]);
		if (out->n && (joined || s.beg <= out->v[out->n - 1].end))
			out->v[out->n - 1].end = s.end;
		else
			out->v[out->n++] = s;
	}
	return DX_OK;
}

/* A day of the week. Months may be names ("March said"). */
static bool is_day(const dx_doc *d, const dx_tok *t)
{
	const dx_str s = dx_tok_low(d, t);
	return t->word->v[DX_LEX_NAMEPARTS] == DX_NAMEPARTS_CALENDAR && s.n > 3 && !memcmp(s.p + s.n - 3, "day", 3);
}

static dx_status one_span(dx_spans *out, const dx_doc *d, const dx_piece *p, dx_err *err)
{
	out->v = dx_arena_alloc(d->arena, sizeof *out->v);
	if (!out->v)
		return dx_fail(err, DX_ENOMEM, "out of memory: quotes");
	uint32_t beg = p->beg;
	while (beg + 1 < p->end && is_punct(d, beg) && d->low[d->tok[beg].fold] == ',')      /* "Ada Voss, who ..." cut before the comma */
		beg++;
	out->v[0] = dx_range_span(d, (dx_range){ beg, bracket_end(d, d->par[d->tok[beg].par], beg, p->end) });
	out->n = 1;
	return DX_OK;
}

/* Whether a piece has a word that can stand for a speaker: not marks, articles, adverbs, prepositions and days alone (")", "the", "already",
 * "of", "Monday"). */
static bool can_speak(const dx_doc *d, const dx_piece *p)
{
	for (uint32_t i = p->beg; i < p->end; i++) {
		const dx_tok *t = d->tok + i;
		bool article = dx_tok_is(d, t, "the") || dx_tok_is(d, t, "a") || dx_tok_is(d, t, "an");
		bool small = article || t->pos == DX_POS_RB || t->pos == DX_POS_IN || t->pos == DX_POS_TO || t->pos == DX_POS_CC;
		if ((t->kind == DX_TOK_WORD || t->kind == DX_TOK_NUMBER) && !small && !is_day(d, t))
			return true;
	}
	return false;
}

/* A source without the day behind it: "the council Tuesday" is the council. Not where the day belongs to another word ("released Friday", "the Mail on
 * Sunday"). */
static dx_piece without_day(const dx_doc *d, const dx_piece *p)
{
	dx_piece out = *p;
	const dx_tok *last = d->tok + p->end - 1;
	if (p->end - p->beg > 1 && is_day(d, last) && (last[-1].pos == DX_POS_NN || last[-1].pos == DX_POS_NNS || last[-1].pos == DX_POS_NNP))
		out.end--;
	return out;
}

/* By the first stem of the cue that the table knows. */
static dx_act act_of(const dx_key_table *t, const dx_doc *d, const dx_piece *cue)
{
	for (uint32_t i = cue->beg; i < cue->end; i++) {
		uint8_t act = dx_key_table_find(t, dx_stem_key(d, d->tok + i));
		if (act)
			return (dx_act)act;
	}
	return DX_ACT_SPEECH;
}

/* Who speaks is not among what is said: pieces that overlap the quote's source go, as long as one is left. */
static void drop_source(dx_draft *q, const dx_parts *parts)
{
	const dx_piece *s = parts->source.v + q->source;
	size_t w = 0, apart = 0;
	for (size_t k = 0; k < q->n_content; k++) {
		const dx_piece *c = parts->content.v + q->content[k];
		apart += c->end <= s->beg || s->end <= c->beg;
	}
	for (size_t k = 0; k < q->n_content; k++) {
		const dx_piece *c = parts->content.v + q->content[k];
		if (!apart || c->end <= s->beg || s->end <= c->beg)
			q->content[w++] = q->content[k];
	}
	q->n_content = w;
}

static dx_status finish(dx_quote *q, dx_draft *f, const dx_parts *parts, const dx_span_view *v, const dx_quotes_model *m, dx_err *err)
{
	const dx_doc *d = v->view->doc;
	if (f->source != DX_NO_PIECE)
		drop_source(f, parts);
	dx_status st = spans_of(&q->content, f, parts, v, err);
	q->type = type_of(f, parts, d);
	q->act = DX_ACT_SPEECH;
	if (!st && f->cue != DX_NO_PIECE) {
		q->act = act_of(&m->act, d, parts->cue.v + f->cue);
		st = one_span(&q->cue, d, parts->cue.v + f->cue, err);
	}
	if (!st && f->source != DX_NO_PIECE && can_speak(d, parts->source.v + f->source)) {
		const dx_piece source = without_day(d, parts->source.v + f->source);
		st = one_span(&q->source, d, &source, err);
	}
	return st;
}

/* A word or two without marks and without a cue ("which", "it") say nothing, however the draft came about. */
#define SCRAP_WORDS 2

static bool is_scrap(const dx_draft *q, const dx_parts *parts, const dx_doc *d)
{
	uint32_t words = 0;
	for (size_t k = 0; k < q->n_content; k++)
		words += parts->content.v[q->content[k]].end - parts->content.v[q->content[k]].beg;
	return q->cue == DX_NO_PIECE && words <= SCRAP_WORDS && type_of(q, parts, d) == DX_INDIRECT;
}

static int by_content(const void *a, const void *b)
{
	const dx_quote *x = a, *y = b;
	return x->content.v[0].beg < y->content.v[0].beg ? -1 : x->content.v[0].beg > y->content.v[0].beg;
}

dx_status dx_quotes_decide(dx_quote **out, size_t *n, const dx_doc *doc, const dx_quotes_model *m, double threshold, dx_err *err)
{
	dx_quote_view view;
	dx_quote_labels y;
	dx_parts parts = { 0 };
	dx_drafts drafts = { 0 };
	dx_status st = dx_quote_chain_run(&y, &view, doc, &m->chain, err);
	dx_span_view v = { &view, y.label, y.p };
	*n = 0;
	if (!st)
		st = dx_parts_find(&parts, &v, err);
	if (!st)
		st = dx_quotes_contents(&parts, &v, &m->span, err);
	if (!st)
		st = dx_quotes_group(&drafts, &parts, &v, &m->link_cue, err);
	if (st)
		return st;
	dx_quotes_sources(&drafts, &parts, &v, &m->link_source);
	*out = dx_arena_array(doc->arena, drafts.n, sizeof **out);
	if (!*out)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu quotes", drafts.n);
	for (size_t k = 0; k < drafts.n && !st; k++) {
		dx_quote q = dx_quote_empty();
		if (is_scrap(drafts.v + k, &parts, doc))
			continue;
		dx_facts f;
		dx_keep_facts(&f, drafts.v + k, &parts, &v);
		q.conf_quote = dx_curve_at(&m->sure, dx_svm_yes_factors(&m->keep, &dx_keep_set, &f));
		if (q.conf_quote < threshold)
			continue;
		st = finish(&q, drafts.v + k, &parts, &v, m, err);
		if (!st)
			(*out)[(*n)++] = q;
	}
	if (*n)
		qsort(*out, *n, sizeof **out, by_content);
	return st;
}
