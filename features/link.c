#include "features/link.h"
#include <math.h>
#include "features/tagset.h"

/* A token that the best labelling leaves outside counts as part of a piece from this probability on. */
#define PIECE_LEAST 0.25f

typedef struct { dx_pieces *to; const dx_span_view *v; dx_quote_label first, inner; } finder;

static float piece_p(const finder *f, uint32_t i)
{
	const float *p = f->v->p + 8 * (size_t)i;
	return p[f->first] + p[f->inner];
}

/* Whether the piece at i goes on to token k: as labelled, or, outside of the labelling, while tokens stay likely. */
static bool goes_on(const finder *f, uint32_t i, uint32_t k)
{
	const uint8_t *y = f->v->label;
	if (y[i] == f->first || y[i] == f->inner)
		return y[k] == f->inner;
	const float *p = f->v->p + 8 * (size_t)k;
	return y[k] == DX_QL_OUT && piece_p(f, k) >= PIECE_LEAST && p[f->inner] >= p[f->first];
}

static dx_status collect(const finder *f, dx_range par, dx_err *err)
{
	const dx_doc *d = f->v->view->doc;
	const uint8_t *y = f->v->label;
	for (uint32_t i = par.beg; i < par.end;) {
		bool labelled = y[i] == f->first || y[i] == f->inner;
		if (!labelled && !(y[i] == DX_QL_OUT && piece_p(f, i) >= PIECE_LEAST)) {
			i++;
			continue;
		}
		dx_piece c = { i, i + 1, 0 };
		while (c.end < par.end && goes_on(f, i, c.end))
			c.end++;
		for (uint32_t k = c.beg; k < c.end; k++)
			c.p += piece_p(f, k) / (float)(c.end - c.beg);
		if (!DX_PUSH(d->arena, f->to->v, f->to->n, f->to->cap, c))
			return dx_fail(err, DX_ENOMEM, "out of memory: %zu pieces", f->to->n);
		i = c.end;
	}
	return DX_OK;
}

dx_status dx_parts_find(dx_parts *parts, const dx_span_view *v, dx_err *err)
{
	const dx_doc *d = v->view->doc;
	const finder cue = { &parts->cue, v, DX_QL_CUE_B, DX_QL_CUE_I }, source = { &parts->source, v, DX_QL_SOURCE_B, DX_QL_SOURCE_I };
	dx_status st = DX_OK;
	for (size_t k = 0; k < d->n_par && !st; k++) {
		st = collect(&cue, d->par[k], err);
		if (!st)
			st = collect(&source, d->par[k], err);
	}
	return st;
}

/* Index of the first piece that begins at or behind token i. */
static size_t piece_at(const dx_pieces *p, uint32_t i)
{
	size_t lo = 0, hi = p->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->v[mid].beg < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void near(size_t *lo, size_t *hi, const dx_span_view *v, const dx_pieces *p, const dx_piece *c)
{
	const dx_tok *tok = v->view->doc->tok;
	size_t at = piece_at(p, c->beg);
	uint32_t par = tok[c->beg].par, last = tok[c->end - 1].par;
	*lo = *hi = at;
	while (*lo > 0 && at - *lo < DX_LINK_NEAR && tok[p->v[*lo - 1].beg].par + 1 >= par)
		--*lo;
	while (*hi < p->n && *hi - at < DX_LINK_NEAR && tok[p->v[*hi].beg].par <= last + 1)
		++*hi;
}

void dx_link_cues(size_t *lo, size_t *hi, const dx_span_view *v, const dx_parts *parts, const dx_piece *c)
{
	near(lo, hi, v, &parts->cue, c);
}

void dx_link_sources(size_t *lo, size_t *hi, const dx_span_view *v, const dx_parts *parts, const dx_piece *anchor)
{
	near(lo, hi, v, &parts->source, anchor);
}

/* Flags and small numbers; probabilities; log odds; logarithms. */
enum {
	L_LEFT, L_RIGHT, L_INSIDE, L_NEAREST_LEFT, L_NEAREST_RIGHT, L_TOUCH, L_SENT, L_SENT1, L_SENTS, L_PAR, L_CUES, L_SOURCES, L_CONTENTS,
	L_COMMA, L_STOP, L_MARK, L_COLON_CUE, L_QUOTED, L_QUOTED_LEFT, L_QUOTED_RIGHT, L_COMMA_END, L_SENT_BEG, L_THAT, L_TAKEN_LEFT, L_TAKEN_RIGHT,
	L_PRONOUN, L_NAME, L_VERB, L_HAS_CUE, L_CONTENT_BETWEEN, L_BEFORE_CONTENT, L_AFTER_CONTENT, L_SAME_SENT_CONTENT,
	L_P, L_P_CONTENT,
	L_GAP, L_LENGTH, L_N
};
_Static_assert((int)L_N == (int)DX_LINK_FACTORS, "link factors");
static const uint8_t CROSSES[DX_LINK_CROSSES][2] = {
	{ L_LEFT, L_GAP }, { L_RIGHT, L_GAP }, { L_NEAREST_LEFT, L_NEAREST_RIGHT }, { L_NEAREST_LEFT, L_QUOTED }, { L_NEAREST_RIGHT, L_QUOTED },
	{ L_SENTS, L_LEFT }, { L_SENTS, L_QUOTED_LEFT }, { L_SENTS, L_QUOTED_RIGHT }, { L_COMMA, L_LEFT }, { L_CONTENTS, L_LEFT }, { L_CUES, L_LEFT },
	{ L_COMMA_END, L_RIGHT }, { L_TAKEN_LEFT, L_LEFT }, { L_TAKEN_RIGHT, L_LEFT }, { L_TOUCH, L_LEFT }, { L_HAS_CUE, L_LEFT }, { L_PRONOUN, L_LEFT },
	{ L_SOURCES, L_LEFT }, { L_BEFORE_CONTENT, L_AFTER_CONTENT }, { L_CONTENT_BETWEEN, L_LEFT }, { L_STOP, L_QUOTED_LEFT }, { L_P, L_GAP },
};
const dx_factor_set dx_link_set = { { 33, 2, 0, 2 }, L_N, DX_LINK_CROSSES, 0, CROSSES };

/* Pieces of a list that lie wholly between tokens a and b. */
static float count_between(const dx_pieces *p, uint32_t a, uint32_t b)
{
	size_t lo = piece_at(p, a), n = 0;
	while (lo + n < p->n && p->v[lo + n].beg < b && n < 4)
		n++;
	return (float)n;
}

/* Tokens between two pieces as [beg, end): empty when they overlap. */
static dx_range gap(const dx_piece *a, const dx_piece *b)
{
	if (a->end <= b->beg)
		return (dx_range){ a->end, b->beg };
	return b->end <= a->beg ? (dx_range){ b->end, a->beg } : (dx_range){ 0, 0 };
}

/* Features of what stands between two pieces and how far apart they are. */
static void distance(float *f, const dx_span_view *v, const dx_piece *from, const dx_piece *to)
{
	const dx_doc *d = v->view->doc;
	dx_range g = gap(from, to);
	uint32_t end = g.end - g.beg > 80 ? g.beg + 80 : g.end;
	unsigned comma = dx_tally_of(v->view, g.beg, end, DX_TALLY_COMMA), stop = dx_tally_of(v->view, g.beg, end, DX_TALLY_STOP);
	unsigned mark = dx_tally_of(v->view, g.beg, end, DX_TALLY_MARK), verb = dx_tally_of(v->view, g.beg, end, DX_TALLY_VERB);
	unsigned word = dx_tally_of(v->view, g.beg, end, DX_TALLY_WORD);
	uint32_t s = d->tok[from->beg].sent, e = d->tok[from->end - 1].sent, o = d->tok[to->beg].sent;
	uint32_t apart = o < s ? s - o : o > e ? o - e : 0;
	f[L_LEFT] = to->end <= from->beg;
	f[L_RIGHT] = to->beg >= from->end;
	f[L_INSIDE] = to->end > from->beg && to->beg < from->end;
	f[L_GAP] = logf(1 + (float)(g.end - g.beg));
	f[L_TOUCH] = word == 0;
	f[L_SENT] = apart == 0;
	f[L_SENT1] = apart == 1;
	f[L_SENTS] = (float)(apart < 4 ? apart : 4);
	f[L_PAR] = d->tok[from->beg].par == d->tok[to->beg].par;
	f[L_COMMA] = (float)(comma < 3 ? comma : 3);
	f[L_STOP] = (float)(stop < 3 ? stop : 3);
	f[L_MARK] = (float)(mark < 4 ? mark : 4);
	f[L_VERB] = (float)(verb < 3 ? verb : 3);
	f[L_P] = to->p;
}

/* Whether the nearest other content on a side of a cue stands beside it: then that side is taken. */
static bool taken(const dx_span_view *v, const dx_parts *parts, const dx_piece *cue, const dx_piece *content, bool left)
{
	const dx_doc *d = v->view->doc;
	size_t at = piece_at(&parts->content, cue->beg);
	if (left ? at == 0 : at >= parts->content.n)
		return false;
	const dx_piece *c = parts->content.v + (left ? at - 1 : at);
	if (c->beg == content->beg)
		return false;
	dx_range g = gap(c, cue);
	return g.end - g.beg <= 6 && d->tok[c->beg].par == d->tok[cue->beg].par;
}

static void content_facts(float *f, const dx_span_view *v, const dx_piece *c)
{
	const dx_doc *d = v->view->doc;
	unsigned before = c->beg ? v->view->mark[c->beg - 1] & 7u : 0;
	uint32_t e = c->end;
	bool quoted = d->tok[c->beg].depth > 0 && before == 4;
	f[L_QUOTED] = quoted;
	f[L_COMMA_END] = e < d->n_tok && d->tok[e].kind == DX_TOK_PUNCT && d->low[d->tok[e].fold] == ',';
	f[L_SENT_BEG] = c->beg <= d->sent[d->tok[c->beg].sent].beg + 1;
	f[L_P_CONTENT] = c->p;
	f[L_LENGTH] = logf((float)(c->end - c->beg));
}

void dx_link_cue_facts(dx_facts *out, const dx_span_view *v, const dx_parts *parts, const dx_piece *c, size_t i)
{
	const dx_doc *d = v->view->doc;
	const dx_piece *q = parts->cue.v + i;
	dx_range g = gap(c, q);
	size_t at = piece_at(&parts->cue, c->beg);
	bool quoted = c->beg && d->tok[c->beg].depth > 0 && (v->view->mark[c->beg - 1] & 7u) == 4;
	float *f = memset(out->value, 0, sizeof out->value);
	distance(f, v, c, q);
	content_facts(f, v, c);
	f[L_NEAREST_LEFT] = i + 1 == at;
	f[L_NEAREST_RIGHT] = i == at;
	f[L_CUES] = count_between(&parts->cue, g.beg, g.end);
	f[L_SOURCES] = count_between(&parts->source, g.beg, g.end);
	f[L_CONTENTS] = count_between(&parts->content, g.beg, g.end);
	f[L_COLON_CUE] = d->tok[q->beg].kind == DX_TOK_PUNCT;
	f[L_QUOTED_LEFT] = quoted && q->beg < c->beg;
	f[L_QUOTED_RIGHT] = quoted && q->beg > c->beg;
	f[L_THAT] = c->beg && dx_tok_is(d, d->tok + c->beg - 1, "that");
	f[L_TAKEN_LEFT] = taken(v, parts, q, c, true);
	f[L_TAKEN_RIGHT] = taken(v, parts, q, c, false);
}

void dx_link_source_facts(dx_facts *out, const dx_span_view *v, const dx_parts *parts, const dx_piece *a, bool has_cue, const dx_piece *c, size_t i)
{
	const dx_doc *d = v->view->doc;
	const dx_piece *s = parts->source.v + i;
	dx_range g = gap(a, s);
	size_t at = piece_at(&parts->source, a->beg);
	float *f = memset(out->value, 0, sizeof out->value);
	distance(f, v, a, s);
	content_facts(f, v, c);
	f[L_HAS_CUE] = has_cue;
	f[L_NEAREST_LEFT] = i + 1 == at;
	f[L_NEAREST_RIGHT] = i == at;
	f[L_CUES] = count_between(&parts->cue, g.beg, g.end);
	f[L_SOURCES] = count_between(&parts->source, g.beg, g.end);
	f[L_CONTENTS] = count_between(&parts->content, g.beg, g.end);
	f[L_CONTENT_BETWEEN] = has_cue && ((c->beg >= a->end && c->end <= s->beg) || (c->beg >= s->end && c->end <= a->beg));
	f[L_BEFORE_CONTENT] = s->end <= c->beg;
	f[L_AFTER_CONTENT] = s->beg >= c->end;
	f[L_SAME_SENT_CONTENT] = d->tok[s->beg].sent == d->tok[c->beg].sent || d->tok[s->beg].sent == d->tok[c->end - 1].sent;
	f[L_PRONOUN] = d->tok[s->beg].word->v[DX_LEX_PRONOUNS] != 0 && s->end - s->beg == 1;
	f[L_NAME] = (d->tok[s->end - 1].shape & DX_SH_UPPER) != 0;
	f[L_COLON_CUE] = has_cue && d->tok[a->beg].kind == DX_TOK_PUNCT;
}
