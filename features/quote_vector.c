#include "features/quote_vector.h"
#include "features/tagset.h"
#include "features/token_vector.h"

/* A first-round cue: probability at which a token counts as one for its neighbours. */
#define CUE_LEAST 0.3f

uint64_t dx_stem_key(const dx_doc *d, const dx_tok *t)
{
	static const char *const ENDING[] = { "ied", "ies", "ing", "ed", "es", "s", "e", "y" };
	dx_str low = dx_tok_low(d, t);
	for (size_t k = 0; k < DX_COUNT(ENDING); k++) {
		size_t n = strlen(ENDING[k]);
		if (low.n >= n + 3 && !memcmp(low.p + low.n - n, ENDING[k], n)) {
			low.n -= n;
			break;
		}
	}
	if (low.n > 3 && low.p[low.n - 1] == low.p[low.n - 2])   /* "admitt" of "admitted" */
		low.n--;
	return dx_mix(dx_hash(low.p, low.n), 0x57e4);
}

static unsigned length_bin(size_t n)
{
	return n <= 1 ? 0 : n <= 3 ? 1 : n <= 6 ? 2 : n <= 12 ? 3 : n <= 30 ? 4 : 5;
}

static unsigned punct_code(const dx_doc *d, const dx_tok *t)
{
	if (t->kind == DX_TOK_MARK)
		return 6;
	if (t->kind != DX_TOK_PUNCT)
		return 0;
	switch (d->low[t->fold]) {
	case ',': return 1;
	case '.': return 2;
	case '?': case '!': return 3;
	case ':': return 4;
	case '-': return 5;
	default: return 7;
	}
}

enum { MARK_IN = 1, MARK_FIRST, MARK_LAST, MARK_OPEN, MARK_CLOSE };

/* Code of a stretch, shared by its tokens: length, capital at the begin, punctuation before its end, before it, and whether it is closed. */
static unsigned stretch_code(const dx_doc *d, const dx_stretch *s)
{
	uint32_t first = s->beg + 1 < s->end ? s->beg + 1 : s->beg, last = s->end - 1;
	bool closed = s->close != DX_MK_NONE;
	uint32_t inner = closed && last > s->beg ? last - 1 : last;
	unsigned before = s->beg ? punct_code(d, d->tok + s->beg - 1) : 0;
	unsigned end = punct_code(d, d->tok + inner);
	return length_bin(inner - s->beg) | (unsigned)((d->tok[first].shape & DX_SH_UPPER) != 0) << 3 | (end > 3 ? 0 : end) << 4 |
	       (before == 1 || before == 4 ? before / 2 + 1 : 0) << 6 | (unsigned)closed << 8 | (unsigned)s->continued << 9;
}

static void mark_codes(dx_quote_view *v)
{
	const dx_doc *d = v->doc;
	for (size_t k = 0; k < d->n_stretch; k++) {
		const dx_stretch *s = d->stretch + k;
		if (s->depth != 1 || s->beg >= s->end)
			continue;
		unsigned code = stretch_code(d, s) << 3;
		bool closed = s->close != DX_MK_NONE && s->end - s->beg > 1;
		for (uint32_t i = s->beg; i < s->end; i++)
			v->mark[i] = (uint16_t)(code | MARK_IN);
		v->mark[s->beg] = (uint16_t)(code | MARK_OPEN);
		if (s->beg + 1 < s->end)
			v->mark[s->beg + 1] = (uint16_t)(code | MARK_FIRST);
		if (closed && s->end - s->beg > 3)
			v->mark[s->end - 2] = (uint16_t)(code | MARK_LAST);
		if (closed)
			v->mark[s->end - 1] = (uint16_t)(code | MARK_CLOSE);
	}
}

/* First of the eight rows of a kind's features for a value. */
static uint32_t block(dx_quote_block kind, uint64_t value)
{
	return dx_template(190 + (uint32_t)kind, value) & ~7u;
}

static void set_rows(dx_quote_tok *t)
{
	t->row[DX_QB_WORD] = block(DX_QB_WORD, t->word);
	t->row[DX_QB_POS] = block(DX_QB_POS, t->pos);
	t->row[DX_QB_RATE] = block(DX_QB_RATE, t->rate);
	t->row[DX_QB_CLUSTER] = block(DX_QB_CLUSTER, t->fine);
}

/* What stands before and behind a paragraph. */
static dx_quote_tok edge(bool behind)
{
	dx_quote_tok t = { .word = 0x1234567u + behind };
	set_rows(&t);
	return t;
}

static void read_token(dx_quote_view *v, size_t i, const dx_key_table *rates)
{
	const dx_tok *t = v->doc->tok + i;
	dx_quote_tok *to = v->tok + i;
	v->rate[i] = (uint8_t)(dx_key_table_find(rates, t->hash) | dx_key_table_find(rates, dx_stem_key(v->doc, t)) << 4);
	*to = (dx_quote_tok){ .word = dx_tok_key(t), .suffix = dx_tok_suffix(v->doc, t, 3), .mark = v->mark[i], .rate = v->rate[i], .pos = t->pos,
		.ner = t->ner, .shape = t->shape & 0x7f, .fine = t->word->v[DX_LEX_CLUSTERS_FINE], .coarse = (uint8_t)t->word->v[DX_LEX_CLUSTERS_COARSE] };
	set_rows(to);
}

dx_status dx_quote_view_new(dx_quote_view *v, const dx_doc *d, const dx_key_table *rates, dx_err *err)
{
	*v = (dx_quote_view){ .doc = d, .rate = dx_arena_alloc(d->arena, d->n_tok), .mark = dx_arena_array(d->arena, d->n_tok, sizeof *v->mark),
		.tok = dx_arena_scratch(d->arena, d->n_tok, sizeof *v->tok), .edge = { edge(false), edge(true) } };
	if (!v->rate || !v->mark || !v->tok)
		return dx_fail(err, DX_ENOMEM, "out of memory: quote features of %zu tokens", d->n_tok);
	mark_codes(v);
	for (size_t i = 0; i < d->n_tok; i++)
		read_token(v, i, rates);
	return DX_OK;
}

static float cue_p(const float *p)
{
	return p[DX_QL_CUE_B] + p[DX_QL_CUE_I];
}

static float source_p(const float *p)
{
	return p[DX_QL_SOURCE_B] + p[DX_QL_SOURCE_I];
}

static unsigned p_bin(float p)
{
	return (unsigned)(p >= 0.02f) + (p >= 0.1f) + (p >= 0.3f) + (p >= 0.6f) + (p >= 0.9f);   /* no branch to guess */
}

/* Tokens of a paragraph whose probability of p reaches CUE_LEAST, as the nearest on either side of each token. */
static void nearest(uint32_t *left, uint32_t *right, const dx_quote_view *v, dx_range par, float (*p)(const float *))
{
	uint32_t at = DX_NO_CUE;
	for (uint32_t i = par.beg; i < par.end; i++) {
		left[i] = at;
		if (p(v->p + 8 * (size_t)i) >= CUE_LEAST)
			at = i;
	}
	at = DX_NO_CUE;
	for (uint32_t i = par.end; i-- > par.beg;) {
		right[i] = at;
		if (p(v->p + 8 * (size_t)i) >= CUE_LEAST)
			at = i;
	}
}

/* What the first round made of all places of a word. */
typedef struct { uint64_t key; float cue, source; uint32_t n; } tally;

/* A table has this many words at most, three quarters of it full; later words of an endless text count as if they stood alone. */
#define TALLY_MOST 65536
#define TALLY_NONE UINT32_MAX

/* A word is often a cue, or often a source, throughout an article (Krishnan & Manning 2006: label consistency). */
static dx_status count_words(dx_quote_view *v, dx_err *err)
{
	const dx_doc *d = v->doc;
	size_t size = 64, n = 0;
	while (size < 2 * d->n_tok && size < TALLY_MOST)
		size *= 2;
	tally *t = dx_arena_array(d->arena, size, sizeof *t);
	uint32_t *slot = dx_arena_scratch(d->arena, d->n_tok, sizeof *slot);
	v->often = dx_arena_alloc(d->arena, d->n_tok);
	if (!t || !slot || !v->often)
		return dx_fail(err, DX_ENOMEM, "out of memory: quote features of %zu tokens", d->n_tok);
	for (size_t i = 0; i < d->n_tok; i++) {
		uint64_t key = d->tok[i].hash | 1;
		size_t k = dx_mix(key, 0) & (size - 1);
		while (t[k].key && t[k].key != key)
			k = (k + 1) & (size - 1);
		slot[i] = TALLY_NONE;
		if (!t[k].key && ++n > size / 4 * 3)
			continue;
		t[k].key = key;
		t[k].n++;
		t[k].cue += cue_p(v->p + 8 * i);
		t[k].source += source_p(v->p + 8 * i);
		slot[i] = (uint32_t)k;
	}
	for (size_t i = 0; i < d->n_tok; i++) {
		static const tally ALONE = { .n = 1 };
		const tally *w = slot[i] == TALLY_NONE ? &ALONE : t + slot[i];
		float others = (float)(w->n - 1);
		v->often[i] = (uint8_t)(w->n == 1 ? 0 : (1 + p_bin((w->cue - cue_p(v->p + 8 * i)) / others)) |
		                        (1 + p_bin((w->source - source_p(v->p + 8 * i)) / others)) << 4);
	}
	return DX_OK;
}

/* What stands between two tokens is counted for this many at most. */
#define BETWEEN_MOST 60

/* Bins of a token's marginals: three bits for each label but the first, which ends in bit 18, and BIN_CUE's above. */
#define BIN_CUE 24
#define BINS (((uint32_t)1 << BIN_CUE) - 1)

static void bin_marginals(dx_quote_view *v)
{
	for (size_t i = 0; i < v->doc->n_tok; i++) {
		const float *p = v->p + 8 * i;
		uint32_t own = 0;
		for (int y = 1; y < DX_N_QL; y++)
			own = own << 3 | p_bin(p[y]);
		v->bin[i] = own | p_bin(cue_p(p)) << BIN_CUE;
	}
}

static void tally_up(dx_quote_view *v)
{
	const dx_doc *d = v->doc;
	for (size_t i = 0; i < d->n_tok; i++) {
		const dx_tok *t = d->tok + i;
		unsigned p = punct_code(d, t);
		uint64_t verb = t->pos == DX_POS_VBD || t->pos == DX_POS_VBZ || t->pos == DX_POS_VBP || t->pos == DX_POS_MD;
		uint64_t that = t->n_fold == 4 && !memcmp(d->low + t->fold, "that", 4);
		v->tally[i + 1] = v->tally[i] + ((uint64_t)(p == 1) << DX_TALLY_COMMA) + (verb << DX_TALLY_VERB) + (that << DX_TALLY_THAT) +
		                  ((uint64_t)(p == 6) << DX_TALLY_MARK) + ((uint64_t)(p == 2 || p == 3) << DX_TALLY_STOP) + ((uint64_t)(t->kind == DX_TOK_WORD) << DX_TALLY_WORD);
	}
}

dx_status dx_quote_view_round2(dx_quote_view *v, float *p, dx_err *err)
{
	const dx_doc *d = v->doc;
	v->p = p;
	v->cue_left = dx_arena_scratch(d->arena, d->n_tok, sizeof *v->cue_left);
	v->cue_right = dx_arena_scratch(d->arena, d->n_tok, sizeof *v->cue_right);
	v->source_left = dx_arena_scratch(d->arena, d->n_tok, sizeof *v->source_left);
	v->source_right = dx_arena_scratch(d->arena, d->n_tok, sizeof *v->source_right);
	v->best_cue = dx_arena_alloc(d->arena, d->n_sent);
	v->tally = dx_arena_array(d->arena, d->n_tok + 1, sizeof *v->tally);
	v->bin = dx_arena_scratch(d->arena, d->n_tok, sizeof *v->bin);
	if (!v->bin || !v->tally || !v->cue_left || !v->cue_right || !v->source_left || !v->source_right || !v->best_cue)
		return dx_fail(err, DX_ENOMEM, "out of memory: quote features of %zu tokens", d->n_tok);
	for (size_t k = 0; k < d->n_par; k++) {
		nearest(v->cue_left, v->cue_right, v, d->par[k], cue_p);
		nearest(v->source_left, v->source_right, v, d->par[k], source_p);
	}
	bin_marginals(v);
	for (size_t k = 0; k < d->n_sent; k++) {
		unsigned best = 0;
		for (uint32_t i = d->sent[k].beg; i < d->sent[k].end; i++)
			best = v->bin[i] >> BIN_CUE > best ? v->bin[i] >> BIN_CUE : best;
		v->best_cue[k] = (uint8_t)best;
	}
	tally_up(v);
	return count_words(v, err);
}

static unsigned distance_bin(uint32_t n)
{
	static const uint8_t BIN[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 9, 9, 9, 9, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10 };
	return n < DX_COUNT(BIN) ? BIN[n] : n < 40 ? 11 : 12;
}

/* The functions that add to features return how many there are now. They are inlined so that the compiler knows the numbers of the
 * templates, and with them what to multiply by. */
#define INLINE static inline __attribute__((always_inline))

/* The neighbourhood of one token: three to each side, or as many as are looked at. */
typedef struct { const dx_quote_tok *t[7]; } window;

INLINE void look(window *x, const dx_quote_view *v, dx_range par, size_t i, int reach)
{
	for (int k = -reach; k <= reach; k++)
		x->t[k + 3] = dx_quote_tok_at(v, par, (int64_t)i + k);
}

/* Three values of up to 13 bits. */
static uint64_t tri(uint64_t a, uint64_t b, uint64_t c)
{
	return a << 26 | b << 13 | c;
}

/* Commas, verbs, stops and "that" between two tokens, each capped. */
static uint64_t between(const dx_quote_view *v, uint32_t a, uint32_t b)
{
	const uint32_t end = b - a > BETWEEN_MOST ? a + BETWEEN_MOST : b;
	uint64_t n;
#define CAP(what, most) ((n = dx_tally_of(v, a + 1, end, DX_TALLY_ ## what)) < (most) ? n : (most))
	uint64_t code = CAP(COMMA, 3);
	code |= CAP(VERB, 2) << 2;
	code |= CAP(THAT, 1) << 4;
	code |= CAP(MARK, 2) << 5;
	code |= CAP(STOP, 1) << 7;
	return code;
#undef CAP
}

#define T(k) x->t[(k) + 3]
#define W(k) T(k)->word
#define P(k) ((uint64_t)T(k)->pos)
#define R(k) ((uint64_t)T(k)->rate)
#define M(k) ((uint64_t)T(k)->mark)
#define MS(k) (M(k) & 7)                                 /* where in a stretch, without what the stretch is like */

/* Second-round features: the nearest cue on one side, at distance, its word, and what stands between. */
INLINE size_t cue_side(uint32_t *out, size_t n, const dx_quote_view *v, const window *x, size_t i, bool left, dx_table rows)
{
	uint32_t cue = left ? v->cue_left[i] : v->cue_right[i];
	const bool none = cue == DX_NO_CUE;
	const dx_quote_tok *c = none ? v->edge : v->tok + cue;
	const dx_doc *d = v->doc;
	uint64_t dist = none ? 15 : distance_bin(left ? (uint32_t)i - cue : cue - (uint32_t)i);
	uint64_t word = none ? 0 : d->tok[cue].hash, pos = c->pos, p0 = P(0);
	uint64_t same = !none && d->tok[cue].sent == d->tok[i].sent;
	uint64_t gap = none ? 0xfff : left ? between(v, cue, (uint32_t)i) : between(v, (uint32_t)i, cue);
	uint64_t fine = c->fine, after = none || cue + 1 >= d->n_tok ? 0 : v->tok[cue + 1].word;
	uint64_t key = dist << 2 | same << 1 | left, far = gap << 6 | key;       /* 6 and 18 bits */
#define F(value) (out[n] = dx_template(300 + DX_QUOTE_BASE + (uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
	F(pos << 18 | far);
	F(p0 << 6 | key);
	F(dx_both(word, key));
	F(dx_both(word, p0 << 6 | key));
	F(fine << 24 | p0 << 18 | gap << 6 | same << 1 | left);
	F(dx_both(W(0), far));
	F(dx_both(W(-1), key));
	F(dx_both(W(1), key));
	F(MS(0) << 24 | MS(-1) << 21 | MS(1) << 18 | far);
	F(dx_both(after, key));
	F(P(-1) << 22 | p0 << 14 | P(1) << 6 | key);
#undef F
	return n;
}

/* Second-round features: the nearest source on one side, and how far the nearest cue is beyond it. */
INLINE size_t source_side(uint32_t *out, size_t n, const dx_quote_view *v, const window *x, size_t i, bool left, dx_table rows)
{
	uint32_t source = left ? v->source_left[i] : v->source_right[i], cue = left ? v->cue_left[i] : v->cue_right[i];
	bool none = source == DX_NO_CUE;
	uint64_t key = none ? 15 : distance_bin(left ? (uint32_t)i - source : source - (uint32_t)i);
	uint64_t to_cue = cue == DX_NO_CUE ? 15 : distance_bin(left ? (uint32_t)i - cue : cue - (uint32_t)i);
	key |= (uint64_t)(!none && v->doc->tok[source].sent == v->doc->tok[i].sent) << 4;
#define F(value) (out[n] = dx_template(400 + DX_QUOTE_BASE + (uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
	F(key << 8 | P(0));
	F(tri(key, to_cue, MS(0)));
	F(dx_both(W(0), key));
#undef F
	return n;
}

/* Second-round features: what the first round made of the word's other places, and of the sentences around. */
INLINE size_t article_wide(uint32_t *out, size_t n, const dx_quote_view *v, const window *x, dx_range par, size_t i, uint64_t own, dx_table rows)
{
	const dx_doc *d = v->doc;
	const uint32_t s = d->tok[i].sent;
	uint64_t o = v->often[i], before = i > par.beg ? v->often[i - 1] : 0, behind = i + 1 < par.end ? v->often[i + 1] : 0;
	uint64_t cue = v->best_cue[s], cues = cue << 8 | (uint64_t)(s ? v->best_cue[s - 1] : 7) << 4 | (s + 1 < d->n_sent ? v->best_cue[s + 1] : 7);
	uint64_t edge = (uint64_t)(i <= d->sent[s].beg + 1) << 1 | (i + 2 >= d->sent[s].end);
#define F(value) (out[n] = dx_template(400 + DX_QUOTE_BASE + (uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
	F(o);
	F(own << 8 | o);
	F(tri(o, P(0), P(1)));
	F(tri(o, before, behind));
	F(tri(cue, v->bin[i] >> BIN_CUE, P(0)));
	F(tri(cues, edge, MS(0)));
	F(own << 8 | cue << 2 | edge);
#undef F
	return n;
}

INLINE size_t round2(uint32_t *out, size_t n, const dx_quote_view *v, const window *x, dx_range par, size_t i, dx_table rows)
{
	uint64_t own = v->bin[i] & BINS, prev = i > par.beg ? v->bin[i - 1] & BINS : 0, next = i + 1 < par.end ? v->bin[i + 1] & BINS : 0;
	n = cue_side(out, n, v, x, i, true, rows);
	n = cue_side(out, n, v, x, i, false, rows);
#define F(value) (out[n] = dx_template(400 + DX_QUOTE_BASE + (uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
	F(own);
	F(prev << 24 | own);
	F(own << 24 | next);
	F(tri(v->bin[i] >> BIN_CUE, P(0), v->cue_left[i] == DX_NO_CUE));
	for (int y = 1; y < DX_N_QL; y++)
		F(own >> 3 * (DX_N_QL - 1 - y) & 7);
	uint32_t l = v->cue_left[i], r = v->cue_right[i];
	F(tri(l == DX_NO_CUE ? 15 : distance_bin((uint32_t)i - l), r == DX_NO_CUE ? 15 : distance_bin(r - (uint32_t)i), MS(0)));
#undef F
	n = source_side(out, n, v, x, i, true, rows);
	n = source_side(out, n, v, x, i, false, rows);
	return article_wide(out, n, v, x, par, i, own, rows);
}

INLINE size_t round1(uint32_t *out, const window *x, uint64_t first, dx_table rows)
{
	size_t n = 0;
#define CF(k) ((uint64_t)T(k)->fine)
#define CC(k) ((uint64_t)T(k)->coarse)
#define NE(k) ((uint64_t)T(k)->ner)
#define SH(k) ((uint64_t)T(k)->shape)
#define F(value) (out[n] = dx_template(200 + (uint32_t)n, (value)), dx_table_ask(rows, out[n]), n++)
#define SIDE_BY_SIDE(kind, reach)                                                                          \
	for (int k = -(reach); k <= (reach); k++)                                                          \
		out[n] = T(k)->row[kind] + (uint32_t)(k + 3), dx_table_ask(rows, out[n]), n++
	F(0);
	SIDE_BY_SIDE(DX_QB_WORD, 3);
	F(dx_both(W(-2), W(-1)));
	F(dx_both(W(-1), W(0)));
	F(dx_both(W(0), W(1)));
	F(dx_both(dx_both(W(-1), W(0)), W(1)));
	SIDE_BY_SIDE(DX_QB_POS, 3);
	F(tri(0, P(-1), P(0)));
	F(tri(0, P(0), P(1)));
	F(tri(P(-2), P(-1), P(0)));
	F(tri(P(-1), P(0), P(1)));
	F(tri(P(0), P(1), P(2)));
	F(P(-2) << 32 | P(-1) << 24 | P(0) << 16 | P(1) << 8 | P(2));
	F(dx_both(W(0), P(1) << 8 | P(2)));
	F(dx_both(T(0)->suffix, P(0)));
	F(dx_both(T(-1)->suffix, T(0)->suffix));
	F(SH(0) | first << 8);
	F(tri(NE(-1), NE(0), NE(1)));
	F(tri(NE(0), P(0), P(1)));
	SIDE_BY_SIDE(DX_QB_CLUSTER, 1);
	F(tri(CC(-1), CC(0), CC(1)));
	F(tri(0, CF(0), P(1)));
	F(tri(0, CF(-1), P(0)));
	SIDE_BY_SIDE(DX_QB_RATE, 2);
	F(tri(R(0), P(0), P(1)));
	F(tri(R(0), P(-1), P(0)));
	F(tri(R(-1), R(0), R(1)));
	F(tri(R(-1), P(-1), P(0)));
	F(tri(R(1), P(0), P(1)));
	F(dx_both(W(1), R(0)));
	F(dx_both(W(0), R(-1)));
	F(dx_both(W(-1), R(0)));
	F(M(0));
	F(M(-1));
	F(M(1));
	F(tri(MS(-1), MS(0), MS(1)));
	F(P(0) << 39 | tri(M(-1), M(0), M(1)));
	F(dx_both(W(0), tri(MS(-2), MS(-1), MS(0))));
	F(dx_both(W(1), MS(0)));
	F(tri(0, MS(1), R(0)));
	F(tri(MS(-1), MS(0), R(0)));
	F(tri(MS(0), P(0), P(1)));
	F(tri(first, P(0), MS(0)));
	F(dx_both(W(0), first));
	F(tri(0, first, CF(0)));
#undef SIDE_BY_SIDE
#undef F
#undef CF
#undef CC
#undef NE
#undef SH
	assert(n == DX_QUOTE_BASE);
	return n;
}

#undef T
#undef W
#undef P
#undef R
#undef M
#undef MS

size_t dx_quote_features_base(uint32_t *out, const dx_quote_view *v, dx_range par, size_t i, dx_table rows)
{
	window x;
	const dx_range s = v->doc->sent[v->doc->tok[i].sent];
	uint64_t first = i == s.beg ? 1 : i == s.beg + 1 ? 2 : i + 1 == s.end ? 3 : i + 2 == s.end ? 4 : 0;
	first |= (uint64_t)(i == par.beg) << 3 | (uint64_t)(i + 1 == par.end) << 4;
	look(&x, v, par, i, 3);
	return round1(out, &x, first, rows);
}

size_t dx_quote_features_more(uint32_t *out, const dx_quote_view *v, dx_range par, size_t i, dx_table rows)
{
	window x;
	look(&x, v, par, i, 1);
	return round2(out, 0, v, &x, par, i, rows);
}

size_t dx_quote_features(uint32_t *out, const dx_quote_view *v, dx_range par, size_t i)
{
	size_t n = dx_quote_features_base(out, v, par, i, dx_no_table);
	return v->p ? n + dx_quote_features_more(out + n, v, par, i, dx_no_table) : n;
}
