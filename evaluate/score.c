#include "evaluate/score.h"
#include "evaluate/match.h"
#include "evaluate/spans.h"
#include <stdlib.h>

enum { SOURCE, CUE, CONTENT, N_ROLE };

/* A trimmed piece of a role; mask: the slices of the quotes that have it. */
typedef struct { dx_span s; uint8_t mask; } piece;
typedef struct { piece *v; size_t n; } pieces;

/* One of the two sides that are compared. Arrays of [n] are by quote. */
typedef struct {
	const dx_quote *q;
	size_t n;
	const json_t *json;                              /* the list of quote objects, to see which fields were given */
	uint8_t *mask;                                   /* [n] slices */
	dx_spans *cover;                                 /* [n] tokens of the content */
	dx_words *speaker;                               /* [n] folded */
	uint32_t *match;                                 /* [n] index on the other side, or DX_NO_MATCH */
	pieces role[N_ROLE];
	uint8_t *tok[N_ROLE];                            /* [n_tok] slices of the quotes that cover the token */
} side;

typedef struct {
	dx_scores *s;
	dx_arena *arena;
	dx_err *err;
	dx_str text;
	dx_spans tok;
	side gold, pred;
	dx_cell (*cell)[DX_N_SLICE];                     /* this article's */
} article;

static dx_status no_memory(const article *a)
{
	return dx_fail(a->err, DX_ENOMEM, "out of memory: scoring %zu and %zu quotes", a->gold.n, a->pred.n);
}

static dx_spans role_of(const dx_quote *q, int role)
{
	return role == SOURCE ? q->source : role == CUE ? q->cue : q->content;
}

static uint8_t mask_of(const dx_quote *q, dx_str text)
{
	dx_form form = dx_form_of(text, q->source);
	return (uint8_t)(1u << DX_SLICE_ALL | 1u << (DX_SLICE_TYPE + (unsigned)q->type) | 1u << (DX_SLICE_FORM + (unsigned)form));
}

/* Adds to the half of a cell that counts gold (predicted) things, in every slice of the mask. */
static void add_gold(const article *a, dx_metric m, uint8_t mask, double hit, double n)
{
	for (unsigned s = 0; s < DX_N_SLICE; s++)
		if (mask >> s & 1) {
			a->cell[m][s].hit_gold += hit;
			a->cell[m][s].n_gold += n;
		}
}

static void add_pred(const article *a, dx_metric m, uint8_t mask, double hit, double n)
{
	for (unsigned s = 0; s < DX_N_SLICE; s++)
		if (mask >> s & 1) {
			a->cell[m][s].hit_pred += hit;
			a->cell[m][s].n_pred += n;
		}
}

static int by_span(const void *a, const void *b)
{
	const piece *x = a, *y = b;
	if (x->s.beg != y->s.beg)
		return x->s.beg < y->s.beg ? -1 : 1;
	return x->s.end < y->s.end ? -1 : x->s.end > y->s.end;
}

/* The set of trimmed pieces of one role: sorted, each once. */
static dx_status find_pieces(pieces *out, const article *a, const side *sd, int role)
{
	size_t n = 0, w = 0;
	for (size_t i = 0; i < sd->n; i++)
		n += role_of(&sd->q[i], role).n;
	piece *v = dx_arena_array(a->arena, n, sizeof *v);
	if (!v)
		return no_memory(a);
	n = 0;
	for (size_t i = 0; i < sd->n; i++) {
		dx_spans sp = role_of(&sd->q[i], role);
		for (size_t k = 0; k < sp.n; k++) {
			dx_span t = dx_span_trim(a->text, sp.v[k], role == CONTENT);
			if (t.beg < t.end)
				v[n++] = (piece){ t, sd->mask[i] };
		}
	}
	qsort(v, n, sizeof *v, by_span);
	for (size_t i = 0; i < n; i++)
		if (w && by_span(&v[w - 1], &v[i]) == 0)
			v[w - 1].mask |= v[i].mask;
		else
			v[w++] = v[i];
	*out = (pieces){ v, w };
	return DX_OK;
}

static dx_status mark_tokens(const article *a, side *sd, int role)
{
	uint8_t *tok = dx_arena_alloc(a->arena, a->tok.n);
	if (!(sd->tok[role] = tok))
		return no_memory(a);
	for (size_t i = 0; i < sd->n; i++) {
		dx_spans sp = role_of(&sd->q[i], role);
		for (size_t k = 0; k < sp.n; k++) {
			dx_span r = dx_tokens_under(a->tok, sp.v[k]);
			for (uint32_t t = r.beg; t < r.end; t++)
				tok[t] |= sd->mask[i];
		}
	}
	return DX_OK;
}

static dx_status prepare_quotes(const article *a, side *sd)
{
	sd->mask = dx_arena_array(a->arena, sd->n, sizeof *sd->mask);
	sd->cover = dx_arena_array(a->arena, sd->n, sizeof *sd->cover);
	sd->speaker = dx_arena_array(a->arena, sd->n, sizeof *sd->speaker);
	sd->match = dx_arena_array(a->arena, sd->n, sizeof *sd->match);
	if (!sd->mask || !sd->cover || !sd->speaker || !sd->match)
		return no_memory(a);
	for (size_t i = 0; i < sd->n; i++) {
		sd->mask[i] = mask_of(&sd->q[i], a->text);
		dx_status st = dx_tokens_cover(&sd->cover[i], a->tok, sd->q[i].content, a->arena, a->err);
		if (!st)
			st = dx_name_fold(&sd->speaker[i], sd->q[i].speaker, a->arena, a->err);
		if (st)
			return st;
	}
	return DX_OK;
}

static dx_status prepare_side(const article *a, side *sd, const dx_record *r)
{
	if (r) {
		sd->q = r->quotes;
		sd->n = r->n_quotes;
		sd->json = json_object_get(r->root, "quotes");
	}
	dx_status st = prepare_quotes(a, sd);
	for (int role = 0; role < N_ROLE && !st; role++) {
		st = find_pieces(&sd->role[role], a, sd, role);
		if (!st)
			st = mark_tokens(a, sd, role);
	}
	return st;
}

/* Pieces in both sets, by one walk over both. */
static void count_exact(const article *a, int role)
{
	const pieces *g = &a->gold.role[role], *p = &a->pred.role[role];
	dx_metric m = DX_M_EXACT_SOURCE + (dx_metric)role;
	for (size_t i = 0, j = 0; i < g->n || j < p->n;) {
		int order = i == g->n ? 1 : j == p->n ? -1 : by_span(&g->v[i], &p->v[j]);
		if (order <= 0)
			add_gold(a, m, g->v[i++].mask, order == 0, 1);
		if (order >= 0)
			add_pred(a, m, p->v[j++].mask, order == 0, 1);
	}
}

static void count_overlap(const article *a, int role)
{
	const uint8_t *g = a->gold.tok[role], *p = a->pred.tok[role];
	dx_metric m = DX_M_OVERLAP_SOURCE + (dx_metric)role, jaccard = DX_M_JACCARD_SOURCE + (dx_metric)role;
	for (size_t t = 0; t < a->tok.n; t++) {
		if (!g[t] && !p[t])
			continue;
		add_gold(a, m, g[t], p[t] != 0, g[t] != 0);
		add_pred(a, m, p[t], g[t] != 0, p[t] != 0);
		add_gold(a, jaccard, g[t] & p[t], 1, 1);
		add_gold(a, jaccard, g[t] ^ p[t], 0, 1);
	}
}

/* n[t]: how many of the first t tokens are marked. */
static uint32_t *running_count(const article *a, const uint8_t *tok)
{
	uint32_t *n = dx_arena_array(a->arena, a->tok.n + 1, sizeof *n);
	for (size_t t = 0; n && t < a->tok.n; t++)
		n[t + 1] = n[t] + (tok[t] != 0);
	return n;
}

/* The share of each piece's tokens that the other side covers (Pareti; qsample's F1.java). */
static dx_status count_partial(const article *a, int role)
{
	const pieces *g = &a->gold.role[role], *p = &a->pred.role[role];
	const uint32_t *n_gold = running_count(a, a->gold.tok[role]), *n_pred = running_count(a, a->pred.tok[role]);
	if (!n_gold || !n_pred)
		return no_memory(a);
	for (size_t i = 0; i < g->n; i++) {
		dx_span r = dx_tokens_under(a->tok, g->v[i].s);
		if (r.beg < r.end)
			add_gold(a, DX_M_PARTIAL_SOURCE + (dx_metric)role, g->v[i].mask,
			         (double)(n_pred[r.end] - n_pred[r.beg]) / (r.end - r.beg), 1);
	}
	for (size_t i = 0; i < p->n; i++) {
		dx_span r = dx_tokens_under(a->tok, p->v[i].s);
		if (r.beg < r.end)
			add_pred(a, DX_M_PARTIAL_SOURCE + (dx_metric)role, p->v[i].mask,
			         (double)(n_gold[r.end] - n_gold[r.beg]) / (r.end - r.beg), 1);
	}
	return DX_OK;
}

/* The slices of the pieces that begin at each token. */
static uint8_t *first_tokens(const article *a, const pieces *p)
{
	uint8_t *first = dx_arena_alloc(a->arena, a->tok.n);
	for (size_t i = 0; first && i < p->n; i++) {
		dx_span r = dx_tokens_under(a->tok, p->v[i].s);
		if (r.beg < r.end)
			first[r.beg] |= p->v[i].mask;
	}
	return first;
}

static dx_status count_begin(const article *a, int role)
{
	const uint8_t *g = first_tokens(a, &a->gold.role[role]), *p = first_tokens(a, &a->pred.role[role]);
	dx_metric m = DX_M_BEGIN_SOURCE + (dx_metric)role;
	if (!g || !p)
		return no_memory(a);
	for (size_t t = 0; t < a->tok.n; t++) {
		add_gold(a, m, g[t], p[t] != 0, g[t] != 0);
		add_pred(a, m, p[t], g[t] != 0, p[t] != 0);
	}
	return DX_OK;
}

static dx_status count_spans(const article *a)
{
	dx_status st = DX_OK;
	for (int role = 0; role < N_ROLE && !st; role++) {
		count_exact(a, role);
		count_overlap(a, role);
		st = count_partial(a, role);
		if (!st)
			st = count_begin(a, role);
	}
	return st;
}

/* Pairs of quotes whose contents may share a token (in_tokens) or a byte. */
static dx_status find_pairs(dx_pairs *out, const article *a, bool in_tokens)
{
	dx_spans g = { dx_arena_array(a->arena, a->gold.n, sizeof *g.v), a->gold.n };
	dx_spans p = { dx_arena_array(a->arena, a->pred.n, sizeof *p.v), a->pred.n };
	if (!g.v || !p.v)
		return no_memory(a);
	for (size_t i = 0; i < g.n; i++)
		g.v[i] = dx_spans_hull(in_tokens ? a->gold.cover[i] : a->gold.q[i].content);
	for (size_t i = 0; i < p.n; i++)
		p.v[i] = dx_spans_hull(in_tokens ? a->pred.cover[i] : a->pred.q[i].content);
	return dx_pairs_find(out, g, p, a->arena, a->err);
}

static void match(const article *a, dx_pairs pairs, double least, bool above)
{
	dx_match(a->gold.match, a->gold.n, a->pred.match, a->pred.n, pairs, least, above);
}

/* Quotes found: every gold and every predicted quote, hit where it is matched. */
static void count_quotes(const article *a, dx_metric m)
{
	for (size_t i = 0; i < a->gold.n; i++)
		add_gold(a, m, a->gold.mask[i], a->gold.match[i] != DX_NO_MATCH, 1);
	for (size_t i = 0; i < a->pred.n; i++)
		add_pred(a, m, a->pred.mask[i], a->pred.match[i] != DX_NO_MATCH, 1);
}

static void weigh_jaccard(const article *a, dx_pairs pairs)
{
	for (size_t i = 0; i < pairs.n; i++) {
		dx_spans g = a->gold.cover[pairs.v[i].gold], p = a->pred.cover[pairs.v[i].pred];
		size_t common = dx_spans_common(g, p);
		pairs.v[i].weight = (double)common / (double)(dx_spans_length(g) + dx_spans_length(p) - common);
	}
}

/* Do the two have the same pieces after trimming? */
static bool same_pieces(dx_str text, dx_spans g, dx_spans p, bool is_content)
{
	size_t i = 0, j = 0;
	for (;; i++, j++) {
		dx_span x = { 0, 0 }, y = { 0, 0 };
		while (i < g.n && (x = dx_span_trim(text, g.v[i], is_content), x.beg >= x.end))
			i++;
		while (j < p.n && (y = dx_span_trim(text, p.v[j], is_content), y.beg >= y.end))
			j++;
		if (i == g.n || j == p.n)
			return i == g.n && j == p.n;
		if (x.beg != y.beg || x.end != y.end)
			return false;
	}
}

static bool all_same(const article *a, const dx_pair *pair, bool coref)
{
	const dx_quote *g = &a->gold.q[pair->gold], *p = &a->pred.q[pair->pred];
	if (!same_pieces(a->text, g->content, p->content, true) || !same_pieces(a->text, g->cue, p->cue, false))
		return false;
	return same_pieces(a->text, g->source, p->source, false)
	       || (coref && dx_name_known(g->speaker) && dx_name_loose(a->gold.speaker[pair->gold], a->pred.speaker[pair->pred]));
}

static dx_status count_all_spans(const article *a, bool coref)
{
	dx_pairs pairs;
	dx_status st = find_pairs(&pairs, a, true);
	if (st)
		return st;
	for (size_t i = 0; i < pairs.n; i++)
		pairs.v[i].weight = all_same(a, &pairs.v[i], coref);
	match(a, pairs, 1, false);
	count_quotes(a, coref ? DX_M_ALL_COREF : DX_M_ALL_SPANS);
	return DX_OK;
}

/* Is the text under the two the same, apart from what trimming takes? */
static bool same_text(dx_str text, dx_spans g, dx_spans p)
{
	if (g.n != p.n)
		return false;
	for (size_t i = 0; i < g.n; i++) {
		dx_span x = dx_span_trim(text, g.v[i], false), y = dx_span_trim(text, p.v[i], false);
		if (x.end - x.beg != y.end - y.beg || memcmp(text.p + x.beg, text.p + y.beg, x.end - x.beg) != 0)
			return false;
	}
	return true;
}

/* Gender Gap Tracker: a gold quote is found when more than `least` of its characters are covered. */
static dx_status count_ggt(const article *a, double least, dx_metric m_quotes)
{
	dx_pairs pairs;
	dx_status st = find_pairs(&pairs, a, false);
	if (st)
		return st;
	for (size_t i = 0; i < pairs.n; i++) {
		dx_spans g = a->gold.q[pairs.v[i].gold].content, p = a->pred.q[pairs.v[i].pred].content;
		pairs.v[i].weight = (double)dx_count_cp_common(a->text, g, p) / (double)dx_count_cp(a->text, g);
	}
	match(a, pairs, least, true);
	count_quotes(a, m_quotes);
	for (size_t i = 0; i < a->gold.n; i++) {
		const dx_quote *g = &a->gold.q[i];
		if (a->gold.match[i] == DX_NO_MATCH)
			continue;
		const dx_quote *p = &a->pred.q[a->gold.match[i]];
		if (g->source.n)
			add_gold(a, m_quotes + 1, a->gold.mask[i], dx_spans_touch(g->source, p->source), 1);
		if (g->cue.n)
			add_gold(a, m_quotes + 2, a->gold.mask[i], same_text(a->text, g->cue, p->cue), 1);
	}
	return DX_OK;
}

/* Was the field given as a string that is not empty? kind's "unknown" and its absence look the same in a dx_quote. */
static bool gives(const side *sd, size_t i, const char *field)
{
	return json_string_length(json_object_get(json_array_get(sd->json, i), field)) > 0;
}

static void count_hit(const article *a, dx_metric m, size_t gold, bool hit)
{
	add_gold(a, m, a->gold.mask[gold], hit, 1);
}

/* End to end: every gold thing counts, found or not; every predicted thing counts, matched or not. */
static void count_e2e(const article *a, dx_metric m, size_t gold, bool hit)
{
	add_gold(a, m, a->gold.mask[gold], hit, 1);
	if (hit)
		add_pred(a, m, a->pred.mask[a->gold.match[gold]], 1, 0);
}

static void calibrate(dx_calibration *c, double conf, bool hit)
{
	int bin = (int)(conf * DX_N_BIN);
	if (conf < 0)
		return;
	bin = bin < DX_N_BIN ? bin : DX_N_BIN - 1;
	c->n[bin]++;
	c->conf[bin] += conf;
	c->hit[bin] += hit;
}

/* Whether the speaker is the source's own words; its first letter may have been made small. */
static bool is_own_phrase(dx_str text, dx_spans source, dx_str speaker)
{
	for (size_t i = 0; i < source.n; i++)
		for (size_t at = source.v[i].beg; at + speaker.n <= source.v[i].end; at++)
			if (!memcmp(text.p + at + 1, speaker.p + 1, speaker.n - 1))
				return true;
	return false;
}

static void count_speaker(const article *a, size_t i, size_t j)
{
	const dx_quote *g = &a->gold.q[i], *p = j == DX_NO_MATCH ? NULL : &a->pred.q[j];
	bool mention = p && dx_spans_touch(g->source, p->source);
	if (g->source.n) {
		count_e2e(a, DX_M_MENTION_E2E, i, mention);
		if (p)
			count_hit(a, DX_M_MENTION, i, mention);
	}
	if (!dx_name_known(g->speaker))
		return;
	bool strict = p && dx_name_same(a->gold.speaker[i], a->pred.speaker[j]);
	bool loose = p && dx_name_loose(a->gold.speaker[i], a->pred.speaker[j]);
	a->s->n_known++;
	count_e2e(a, DX_M_STRICT_E2E, i, strict);
	count_e2e(a, DX_M_LOOSE_E2E, i, loose);
	if (!p)
		return;
	count_hit(a, DX_M_STRICT, i, strict);
	count_hit(a, DX_M_LOOSE, i, loose);
	calibrate(&a->s->cal_speaker, p->conf_speaker, loose);
	int out = strict ? DX_OUT_STRICT : loose ? DX_OUT_LOOSE : !p->speaker.n ? DX_OUT_NOBODY
	          : is_own_phrase(a->text, g->source, p->speaker) ? DX_OUT_PHRASE : DX_OUT_OTHER;
	for (int f = 0; f < DX_N_FORM; f++)
		if (a->gold.mask[i] >> (DX_SLICE_FORM + f) & 1)
			a->s->outcome[f][out]++;
}

static dx_status count_labels(const article *a, size_t i, size_t j)
{
	const dx_quote *g = &a->gold.q[i], *p = &a->pred.q[j];
	count_hit(a, DX_M_TYPE, i, g->type == p->type);
	if (gives(&a->gold, i, "kind"))
		count_hit(a, DX_M_KIND, i, gives(&a->pred, j, "kind") && g->kind == p->kind);
	if (g->act != DX_ACT_NONE)
		count_hit(a, DX_M_ACT, i, g->act == p->act);
	if (g->target.n && !dx_str_eq(g->stance, DX_STR("neutral"))) {
		dx_words x, y;
		dx_status st = dx_name_fold(&x, g->target, a->arena, a->err);
		if (!st)
			st = dx_name_fold(&y, p->target, a->arena, a->err);
		if (st)
			return st;
		count_hit(a, DX_M_TARGET, i, dx_name_loose(x, y));
	}
	return DX_OK;
}

/* The index of a label, new or old; -1 for none. Label sets are small. */
static dx_status label_index(int32_t *out, dx_scores *s, dx_str label, dx_err *err)
{
	size_t i = 0;
	*out = -1;
	if (!label.n)
		return DX_OK;
	while (i < s->n_labels && !dx_str_eq(s->label[i], label))
		i++;
	*out = (int32_t)i;
	if (i < s->n_labels)
		return DX_OK;
	char *copy = dx_arena_strdup(s->keep, label);
	if (!copy || !DX_PUSH(s->keep, s->label, s->n_labels, s->cap_labels, ((dx_str){ copy, label.n })))
		return dx_fail(err, DX_ENOMEM, "out of memory: stance label");
	return DX_OK;
}

static dx_status push_verdict(dx_scores *s, dx_verdicts *to, dx_verdict v, dx_str gold, dx_str pred, dx_err *err)
{
	dx_status st = label_index(&v.gold, s, gold, err);
	if (!st)
		st = label_index(&v.pred, s, pred, err);
	if (!st && !DX_PUSH(s->keep, to->v, to->n, to->cap, v))
		st = dx_fail(err, DX_ENOMEM, "out of memory: stances");
	return st;
}

/* How sure the prediction says it is of its label; negative: it does not say. */
static double sureness(dx_str label, double conf, const dx_label_p *p, size_t n_p)
{
	for (size_t i = 0; i < n_p && conf < 0; i++)
		if (dx_str_eq(p[i].label, label))
			conf = p[i].p;
	return conf;
}

static dx_status count_stance(const article *a, size_t i, size_t j)
{
	const dx_quote *g = &a->gold.q[i], *p = j == DX_NO_MATCH ? NULL : &a->pred.q[j];
	if (!g->stance.n)
		return DX_OK;
	count_e2e(a, DX_M_STANCE_E2E, i, p && dx_str_eq(g->stance, p->stance));
	if (!p)
		return DX_OK;
	if (p->stance.n)
		calibrate(&a->s->cal_stance, sureness(p->stance, p->conf_stance, p->p, p->n_p), dx_str_eq(g->stance, p->stance));
	dx_verdict v = { .unit = (uint32_t)a->s->n_units, .mask = a->gold.mask[i] };
	return push_verdict(a->s, &a->s->quotes, v, g->stance, p->stance, a->err);
}

/* What counts in the precision of the end-to-end figures: quotes that say something of it. For the speaker all do. */
static void count_predicted(const article *a)
{
	for (size_t j = 0; j < a->pred.n; j++) {
		const dx_quote *p = &a->pred.q[j];
		uint8_t mask = a->pred.mask[j];
		add_pred(a, DX_M_STRICT_E2E, mask, 0, 1);
		add_pred(a, DX_M_LOOSE_E2E, mask, 0, 1);
		add_pred(a, DX_M_MENTION_E2E, mask, 0, p->source.n > 0);
		add_pred(a, DX_M_STANCE_E2E, mask, 0, p->stance.n > 0);
		calibrate(&a->s->cal_quote, p->conf_quote, a->pred.match[j] != DX_NO_MATCH);
	}
}

static dx_status count_matched(const article *a)
{
	dx_pairs pairs;
	dx_status st = find_pairs(&pairs, a, true);
	if (st)
		return st;
	weigh_jaccard(a, pairs);
	match(a, pairs, 0.5, false);
	count_quotes(a, DX_M_DETECTION);
	count_predicted(a);
	for (size_t i = 0; i < a->gold.n && !st; i++) {
		size_t j = a->gold.match[i];
		count_speaker(a, i, j);
		st = count_stance(a, i, j);
		if (!st && j != DX_NO_MATCH)
			st = count_labels(a, i, j);
	}
	return st;
}

static dx_status count_all(const article *a)
{
	dx_status st = count_spans(a);
	if (!st)
		st = count_all_spans(a, false);
	if (!st)
		st = count_all_spans(a, true);
	if (!st)
		st = count_ggt(a, 0.3, DX_M_GGT3);
	if (!st)
		st = count_ggt(a, 0.8, DX_M_GGT8);
	return st ? st : count_matched(a);
}

static void add_cell(dx_cell *to, const dx_cell *c)
{
	to->hit_gold += c->hit_gold;
	to->n_gold += c->n_gold;
	to->hit_pred += c->hit_pred;
	to->n_pred += c->n_pred;
}

static dx_status add_article(const article *a)
{
	dx_scores *s = a->s;
	struct dx_unit u;
	for (size_t m = 0; m < DX_N_METRIC; m++) {
		u.cell[m] = a->cell[m][DX_SLICE_ALL];
		for (size_t k = 0; k < DX_N_SLICE; k++)
			add_cell(&s->total[m][k], &a->cell[m][k]);
	}
	s->n_gold += a->gold.n;
	s->n_pred += a->pred.n;
	return DX_PUSH(s->keep, s->unit, s->n_units, s->cap_units, u) ? DX_OK : no_memory(a);
}

void dx_scores_init(dx_scores *s, dx_arena *keep)
{
	*s = (dx_scores){ .keep = keep };
}

dx_status dx_score_article(dx_scores *s, const dx_record *gold, const dx_record *pred, dx_arena *tmp, dx_err *err)
{
	article a = { .s = s, .arena = tmp, .err = err, .text = gold->text };
	a.cell = dx_arena_array(tmp, DX_N_METRIC, sizeof *a.cell);
	if (!a.cell)
		return no_memory(&a);
	dx_status st = dx_tokens_find(&a.tok, a.text, tmp, err);
	if (!st)
		st = prepare_side(&a, &a.gold, gold);
	if (!st)
		st = prepare_side(&a, &a.pred, pred);
	if (!st)
		st = count_all(&a);
	return st ? st : add_article(&a);
}

dx_status dx_score_statement(dx_scores *s, const dx_record *gold, const dx_record *pred, dx_err *err)
{
	dx_str label = { NULL, 0 };
	assert(gold->stance.n);
	if (pred && pred->is_statement)
		label = pred->stance;
	if (label.n)
		calibrate(&s->cal_statement, sureness(label, -1, pred->p, pred->n_p), dx_str_eq(label, gold->stance));
	dx_verdict v = { .unit = (uint32_t)s->n_statements++, .mask = 1 };
	return push_verdict(s, &s->statements, v, gold->stance, label, err);
}

const dx_metric_info *dx_metric_of(dx_metric m)
{
#define X(name, kind, group, key, title) { DX_##kind, group, key, title },
	static const dx_metric_info INFO[] = { DX_METRIC_LIST(X) };
#undef X
	return &INFO[m];
}
