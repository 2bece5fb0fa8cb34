/* Each mark may open a stretch, close one, or be no quotation mark at all. Each choice has a price that comes from what
 * stands on both sides of the mark; the cheapest well-formed reading of a whole paragraph wins (Viterbi; the state is the
 * stack of open marks). Parity decides by itself wherever the sides do not. Prices are tenths, set by hand and checked
 * against the direct quotes of PolNeAR. */
#include "features/marks.h"

/* Marks that are paired at a time; a paragraph with more is cut there, which bounds memory. */
#define CHUNK 1024
#define DEAR 60000

typedef enum { NOTHING, DOUBLE, SINGLE, GUILLEMET, N_FAMILY } family;

/* A state: what is open at three levels. The outermost may carry the flag that it will never be closed. */
#define UNCLOSED 4u
#define STATE(outer, mid, inner) ((outer) * 16u + (mid) * 4u + (inner))
#define N_STATE (8 * 16)

typedef enum { SKIP, CLOSE, OPEN, OPEN_UNCLOSED, REOPEN, REOPEN_UNCLOSED } action;

typedef struct { uint8_t from, act; } back;

/* What stands beside a mark. */
typedef enum { BLANK, OPENER, DASH, STOP, WORDY } left_side;
typedef enum { BEFORE_WORD, BEFORE_BLANK, BEFORE_STOP } right_side;

/* Prices of one mark. */
typedef struct {
	uint32_t tok;
	uint8_t family;
	bool absent;                             /* no mark at all: where a carried quote goes on */
	uint16_t open, close, skip, unclosed;    /* unclosed: on top of open */
	uint16_t cross;                          /* on top of close: single closes double or the other way round */
	uint16_t reopen;                         /* on top of open: an unclosed stretch ends before this mark */
} mark;

typedef struct {
	uint32_t lo, hi;                         /* tokens */
	bool goes_on;                            /* what follows looks like more of a quote that is open at the end */
	bool carried;                            /* closes a quote that the paragraph before broke off in mid-sentence */
} paragraph;

/* Paragraphs of so few tokens, without marks and a full stop, may interrupt a quote: subheadings, "Advertisement". */
#define ASIDE 6

typedef struct {
	dx_doc *d;
	mark *m;                                 /* [most] */
	back (*from)[N_STATE];                   /* [most] best way into each state */
	uint8_t *act;                            /* [most] */
	size_t cap_stretch;
	size_t open[DX_MARKS_DEPTH];             /* stretches that are open, outermost first */
	size_t n_open;
} pairer;

static family family_of(uint8_t mk)
{
	switch (mk) {
	case DX_MK_STRAIGHT1: case DX_MK_LEFT1: case DX_MK_RIGHT1: case DX_MK_LOW1: return SINGLE;
	case DX_MK_GUILLEMET_L: case DX_MK_GUILLEMET_R: return GUILLEMET;
	default: return DOUBLE;
	}
}

static bool is_glued(const dx_tok *t)
{
	return (t->shape & DX_SH_GLUED) != 0;
}

/* Whether a punctuation token is a run of full stops or an ellipsis. */
static bool is_ellipsis(const dx_doc *d, const dx_tok *t)
{
	dx_str s = dx_tok_fold(d, t);
	return (s.n > 1 && s.p[0] == '.') || dx_str_eq(s, DX_STR("\xe2\x80\xa6"));
}

static bool is_dash(const dx_doc *d, const dx_tok *t)
{
	dx_str s = dx_tok_fold(d, t);
	unsigned char last = (unsigned char)s.p[s.n - 1];
	return s.p[0] == '-' || (s.n == 3 && !memcmp(s.p, "\xe2\x80", 2) && last >= 0x90 && last <= 0x95);
}

/* The token glued to the left of mark i, seen through other marks; NULL for a blank or the begin of the paragraph. */
static const dx_tok *glued_left(const dx_doc *d, const paragraph *p, uint32_t i)
{
	for (unsigned k = 0; k < 4 && i > p->lo && is_glued(d->tok + i); k++)
		if (d->tok[--i].kind != DX_TOK_MARK)
			return d->tok + i;
	return NULL;
}

static const dx_tok *glued_right(const dx_doc *d, const paragraph *p, uint32_t i)
{
	for (unsigned k = 0; k < 4 && i + 1 < p->hi && is_glued(d->tok + i + 1); k++)
		if (d->tok[++i].kind != DX_TOK_MARK)
			return d->tok + i;
	return NULL;
}

static left_side left_of(const dx_doc *d, const dx_tok *t)
{
	if (!t)
		return BLANK;
	char c = d->fold[t->fold];
	if (t->kind == DX_TOK_SYMBOL && (c == '=' || c == '>'))
		return OPENER;                   /* left-overs of mark-up */
	if (t->kind != DX_TOK_PUNCT)
		return WORDY;
	if (is_dash(d, t))
		return DASH;
	dx_str s = dx_tok_fold(d, t);
	return memchr("([{/", c, 4) || dx_str_eq(s, DX_STR("\xe2\x80\xa2")) ? OPENER : STOP;
}

static right_side right_of(const dx_doc *d, const dx_tok *t, left_side left)
{
	if (!t)
		return BEFORE_BLANK;
	char c = d->fold[t->fold];
	if (t->kind == DX_TOK_SYMBOL && (c == '<' || c == '>'))
		return BEFORE_STOP;
	if (t->kind != DX_TOK_PUNCT || memchr("([{", c, 3))
		return BEFORE_WORD;
	if (is_ellipsis(d, t) || is_dash(d, t))
		return left == BLANK || left == OPENER ? BEFORE_WORD : BEFORE_STOP;
	return BEFORE_STOP;
}

/* Open and close by the sides alone. */
static void price_sides(mark *m, left_side l, right_side r)
{
	static const uint8_t OPEN_AT[][3] = {
		[BLANK] = { 0, 20, 45 }, [OPENER] = { 0, 10, 40 }, [DASH] = { 5, 45, 50 }, [STOP] = { 25, 60, 60 },
		[WORDY] = { 30, 60, 60 },
	};
	static const uint8_t CLOSE_AT[][3] = {
		[BLANK] = { 60, 20, 12 }, [OPENER] = { 60, 25, 15 }, [DASH] = { 20, 0, 0 }, [STOP] = { 20, 0, 0 },
		[WORDY] = { 30, 0, 0 },
	};
	m->open = OPEN_AT[l][r];
	m->close = CLOSE_AT[l][r];
}

static void turn(uint16_t *right_way, uint16_t *wrong_way, uint16_t most, uint16_t dear)
{
	*right_way = *right_way < most ? *right_way : most;
	*wrong_way = (uint16_t)(*wrong_way + dear);
}

/* What the character says: a curly mark knows its direction, and is rarely wrong. */
static void price_glyph(mark *m, uint8_t mk)
{
	switch (mk) {
	case DX_MK_LEFT2: case DX_MK_LEFT1:
		turn(&m->open, &m->close, 20, 30);
		break;
	case DX_MK_LOW2: case DX_MK_LOW1:
		turn(&m->open, &m->close, 10, 60);
		break;
	case DX_MK_RIGHT2: case DX_MK_RIGHT1:
		turn(&m->close, &m->open, 20, 30);
		break;
	case DX_MK_GUILLEMET_L:
		turn(&m->open, &m->close, 10, 20);
		break;
	case DX_MK_GUILLEMET_R:
		turn(&m->close, &m->open, 10, 20);
		break;
	default:
		break;
	}
	m->skip = mk == DX_MK_STRAIGHT2 ? 40 : 50;
}

/* Words that lost their begin, without the apostrophe. */
static bool is_clipped(const dx_doc *d, const dx_tok *t)
{
	static const char *const WORD[] = { "em", "til", "till", "cause", "cuz", "tis", "twas", "twere", "twill", "n", "bout",
		"round", "neath", "nother", "nuff", "ere", "ello", "im", "er", "s", "m", "gainst", "cept", "scuse", "kay" };
	if (t->kind == DX_TOK_NUMBER) {          /* '90s, '08 */
		dx_str s = dx_tok_low(d, t);
		return s.n >= 2 && s.n <= 3 && s.p[1] - '0' < 10 && s.p[1] >= '0' && (s.n == 2 || s.p[2] == 's');
	}
	for (size_t i = 0; i < DX_COUNT(WORD); i++)
		if (dx_tok_is(d, t, WORD[i]))
			return true;
	return false;
}

/* Price of taking a single mark behind a word for an apostrophe: unions' leaders, goin' home, rock 'n' roll. */
static uint16_t price_possessive(const dx_doc *d, const dx_tok *word, const dx_tok *next, right_side r)
{
	dx_str s = dx_tok_low(d, word);
	if (word->kind == DX_TOK_NUMBER)
		return 0;
	if (s.n == 1)
		return 5;
	if (s.n > 2 && !memcmp(s.p + s.n - 2, "in", 2))
		return 10;
	if (s.p[s.n - 1] != 's' && s.p[s.n - 1] != 'z' && s.p[s.n - 1] != 'x')
		return 25;
	/* An owner is followed by what it owns. */
	return r == BEFORE_BLANK && next && next->kind <= DX_TOK_NUMBER && !next->word->v[DX_LEX_FUNCTION] ? 5 : 20;
}

static void price_single(const dx_doc *d, const paragraph *p, mark *m, left_side l, right_side r)
{
	const dx_tok *t = d->tok + m->tok, *next = m->tok + 1 < p->hi ? t + 1 : NULL;
	if (l == WORDY && t[-1].kind != DX_TOK_MARK) {
		m->skip = r == BEFORE_WORD ? 0 : price_possessive(d, t - 1, next, r);
		m->open = (uint16_t)(m->open + 30);
	} else if (next && is_glued(next) && r == BEFORE_WORD && is_clipped(d, next)) {
		m->skip = t->mark == DX_MK_LEFT1 ? 5 : 0;
		m->open = (uint16_t)(m->open + 20);
	} else if (r == BEFORE_WORD) {
		m->skip = t->mark == DX_MK_LEFT1 ? 40 : t->mark == DX_MK_RIGHT1 ? 10 : 30;
	} else
		m->skip = l == BLANK ? 10 : 40;
}

/* Inches and feet: a mark glued to a number may count. */
static void price_measure(const dx_doc *d, const paragraph *p, mark *m)
{
	const dx_tok *t = d->tok + m->tok;
	if (m->tok == p->lo || !is_glued(t) || t[-1].kind != DX_TOK_NUMBER)
		return;
	if (t->mark != DX_MK_STRAIGHT2 && t->mark != DX_MK_RIGHT2)
		return;
	m->skip = 15;
	if (m->tok >= p->lo + 3 && is_glued(t - 1) && t[-2].kind == DX_TOK_MARK && family_of(t[-2].mark) == SINGLE &&
	    t[-3].kind == DX_TOK_NUMBER) {
		m->skip = 0;
		m->close = (uint16_t)(m->close + 20);
	}
}

static void price_guillemet(mark *m, uint8_t mk, left_side l, right_side r)
{
	if (mk == DX_MK_GUILLEMET_R && l == BLANK) {     /* a bullet, or the path of a page */
		m->skip = 15;
		m->open = (uint16_t)(m->open + (r == BEFORE_BLANK ? 10 : 0));
	} else
		m->skip = 40;
}

/* Verbs behind which a quote opens without a comma. */
static bool introduces(const dx_doc *d, const dx_tok *t)
{
	static const char *const VERB[] = { "said", "says", "added", "adds", "asked", "wrote", "writes", "tweeted",
		"replied" };
	char c = d->fold[t->fold];
	if (t->kind == DX_TOK_PUNCT)
		return c == ',' || c == ':' || is_dash(d, t);
	for (size_t i = 0; i < DX_COUNT(VERB); i++)
		if (dx_tok_is(d, t, VERB[i]))
			return true;
	return false;
}

/* Price of a quote that opens here and is never closed: fair where a quote would begin, dear in mid-sentence. */
static void price_unclosed(const dx_doc *d, const paragraph *p, mark *m)
{
	const dx_tok *t = d->tok + m->tok;
	bool first = m->tok == p->lo, upper = m->tok + 1 < p->hi && t[1].shape & DX_SH_UPPER;
	bool begins = first || d->sent[t->sent].beg == m->tok;
	m->unclosed = first ? 25 : begins && upper ? 30 : upper && introduces(d, t - 1) ? 33 : 80;
	m->reopen = begins ? 10 : introduces(d, t - 1) ? 15 : 60;
	if (p->goes_on)
		m->unclosed = m->unclosed > 45 ? (uint16_t)(m->unclosed - 40) : 5;
}

static mark price(const dx_doc *d, const paragraph *p, uint32_t tok)
{
	const dx_tok *t = d->tok + tok, *lt = glued_left(d, p, tok), *rt = glued_right(d, p, tok);
	mark m = { .tok = tok, .family = (uint8_t)family_of(t->mark), .cross = 15 };
	left_side l = left_of(d, lt);
	right_side r = right_of(d, rt, l);
	price_sides(&m, l, r);
	if (l == STOP && r == BEFORE_WORD && (d->fold[lt->fold] == ',' || d->fold[lt->fold] == ':'))
		m.open = 15;
	price_glyph(&m, t->mark);
	price_unclosed(d, p, &m);
	switch (m.family) {
	case SINGLE:
		price_single(d, p, &m, l, r);
		m.cross = l == STOP ? 25 : 40;
		break;
	case GUILLEMET:
		price_guillemet(&m, t->mark, l, r);
		break;
	default:
		price_measure(d, p, &m);
		break;
	}
	return m;
}

/* Level by level, for states. */
static unsigned level(unsigned state, unsigned k)
{
	return k == 0 ? state / 16 : k == 1 ? state / 4 % 4 : state % 4;
}

static unsigned depth_of(unsigned state)
{
	return !level(state, 0) ? 0 : !level(state, 1) ? 1 : !level(state, 2) ? 2 : 3;
}

static unsigned with_level(unsigned state, unsigned k, unsigned v)
{
	static const unsigned UNIT[] = { 16, 4, 1 };
	return state + (v - level(state, k)) * UNIT[k];
}

/* Price of the action act of mark m in a state, and the state after it; DEAR where it is not allowed. */
static unsigned step(const mark *m, unsigned state, action act, unsigned *after)
{
	unsigned n = depth_of(state), top = n ? level(state, n - 1) : NOTHING;
	*after = state;
	switch (act) {
	case SKIP:
		return m->skip;
	case CLOSE:
		if (!n || top & UNCLOSED || (top != m->family && (top == GUILLEMET || m->family == GUILLEMET)))
			return DEAR;
		*after = with_level(state, n - 1, NOTHING);
		return m->close + (top == m->family ? 0u : m->cross);
	case OPEN:
		if (n == DX_MARKS_DEPTH)
			return DEAR;
		*after = with_level(state, n, m->family);
		return m->open + (!n ? 0u : top == m->family ? 30u : top == (m->family | UNCLOSED) ? 10u : 3u);
	case OPEN_UNCLOSED:
		if (n)
			return DEAR;
		*after = with_level(state, 0, m->family | UNCLOSED);
		return (unsigned)m->open + m->unclosed;
	default:
		if (n != 1 || top != (m->family | UNCLOSED))
			return DEAR;
		*after = with_level(state, 0, act == REOPEN ? m->family : m->family | UNCLOSED);
		return (unsigned)m->open + m->reopen + (act == REOPEN ? 0u : m->unclosed);
	}
}

/* Fills act[0..n): the cheapest well-formed reading. */
static void decide(pairer *x, size_t n)
{
	unsigned cost[2][N_STATE], after, best = 0;
	unsigned *now = cost[0], *next = cost[1];
	for (unsigned s = 0; s < N_STATE; s++)
		now[s] = s ? UINT32_MAX : 0;
	for (size_t i = 0; i < n; i++) {
		for (unsigned s = 0; s < N_STATE; s++)
			next[s] = UINT32_MAX;
		for (unsigned s = 0; s < N_STATE; s++) {
			if (now[s] == UINT32_MAX)
				continue;
			for (action a = SKIP; a <= REOPEN_UNCLOSED; a++) {
				unsigned c = step(x->m + i, s, a, &after);
				if (c >= DEAR || now[s] + c >= next[after])
					continue;
				next[after] = now[s] + c;
				x->from[i][after] = (back){ (uint8_t)s, (uint8_t)a };
			}
		}
		unsigned *swap = now;
		now = next;
		next = swap;
	}
	/* Only what was opened for good may still be open. */
	for (unsigned f = DOUBLE; f < N_FAMILY; f++)
		if (now[STATE(f | UNCLOSED, 0u, 0u)] < now[best])
			best = STATE(f | UNCLOSED, 0u, 0u);
	for (size_t i = n; i-- > 0; best = x->from[i][best].from)
		x->act[i] = x->from[i][best].act;
}

static bool open_stretch(pairer *x, uint32_t tok, uint8_t mk, uint32_t par_beg, bool goes_on)
{
	dx_doc *d = x->d;
	dx_stretch s = { .beg = tok, .end = tok + 1, .open = mk, .depth = (uint8_t)(x->n_open + 1) };
	s.continued = goes_on && tok == par_beg && !x->n_open;
	x->open[x->n_open++] = d->n_stretch;
	return DX_PUSH(d->arena, d->stretch, d->n_stretch, x->cap_stretch, s);
}

static void close_stretch(pairer *x, uint32_t end, uint8_t mk)
{
	dx_stretch *s = x->d->stretch + x->open[--x->n_open];
	s->end = end;
	s->close = mk;
}

/* Makes stretches of the actions of n marks. *goes_on: whether the paragraph before ended in an open quote; then: this one. */
static bool build(pairer *x, size_t n, const paragraph *p, bool *goes_on)
{
	bool before = *goes_on;
	for (size_t i = 0; i < n; i++) {
		uint32_t tok = x->m[i].tok;
		uint8_t mk = x->m[i].absent ? DX_MK_NONE : x->d->tok[tok].mark;
		action a = (action)x->act[i];
		if (a == CLOSE)
			close_stretch(x, tok + 1, mk);
		if (a == REOPEN || a == REOPEN_UNCLOSED)
			close_stretch(x, tok, DX_MK_NONE);
		if (a >= OPEN && !open_stretch(x, tok, mk, p->lo, before))
			return false;
	}
	*goes_on = x->n_open > 0;
	while (x->n_open)
		close_stretch(x, p->hi, DX_MK_NONE);
	return true;
}

static bool pair(pairer *x, size_t n, const paragraph *p, bool *goes_on)
{
	decide(x, n);
	return build(x, n, p, goes_on);
}

static bool pair_paragraph(pairer *x, const paragraph *p, bool *goes_on)
{
	const dx_doc *d = x->d;
	paragraph part = *p;
	size_t n = 0;
	if (p->carried)
		x->m[n++] = (mark){ .tok = p->lo, .family = DOUBLE, .absent = true, .close = DEAR, .skip = 40, .unclosed = DEAR,
		                    .reopen = DEAR };
	for (uint32_t i = p->lo; i < p->hi; i++) {
		if (d->tok[i].kind != DX_TOK_MARK)
			continue;
		if (n == CHUNK) {
			part.hi = i;
			if (!pair(x, n, &part, goes_on))
				return false;
			*goes_on = false;
			part.lo = i;
			n = 0;
		}
		x->m[n++] = price(d, p, i);
	}
	part.hi = p->hi;
	return pair(x, n, &part, goes_on);
}

/* Whether paragraph p begins with a mark that opens. */
static bool begins_open(const dx_doc *d, const paragraph *p)
{
	const dx_tok *t = d->tok + p->lo;
	return t->kind == DX_TOK_MARK && t->mark != DX_MK_GUILLEMET_R && p->hi > p->lo + 1 && is_glued(t + 1) &&
	       (family_of(t->mark) != SINGLE || !is_clipped(d, t + 1));
}

/* Whether the first double mark of paragraph p is one that closes. */
static bool begins_closed(const dx_doc *d, const paragraph *p)
{
	uint32_t i = p->lo;
	while (i < p->hi && (d->tok[i].kind != DX_TOK_MARK || family_of(d->tok[i].mark) != DOUBLE))
		i++;
	if (i == p->hi)
		return false;
	mark m = price(d, p, i);
	return m.close == 0 && m.open >= 45;
}

static bool is_aside(const dx_doc *d, const paragraph *p)
{
	bool aside = p->hi - p->lo <= ASIDE && d->tok[p->hi - 1].kind != DX_TOK_PUNCT;
	for (uint32_t i = p->lo; aside && i < p->hi; i++)
		aside = d->tok[i].kind != DX_TOK_MARK;
	return aside;
}

static bool breaks_off(const dx_doc *d, const paragraph *p)
{
	const dx_tok *t = d->tok + p->hi - 1;
	return t->kind == DX_TOK_WORD || t->kind == DX_TOK_NUMBER || d->fold[t->fold] == ',' ||
	       (t->kind == DX_TOK_PUNCT && is_dash(d, t));
}

/* Looks at what follows paragraph i, across one aside. */
static void look_ahead(const dx_doc *d, size_t i, paragraph *p, bool *carries)
{
	*carries = false;
	for (size_t k = i + 1; k < d->n_par && k <= i + 2; k++) {
		paragraph next = { d->par[k].beg, d->par[k].end, false, false };
		p->goes_on = begins_open(d, &next);
		*carries = !p->goes_on && breaks_off(d, p) && begins_closed(d, &next);
		p->goes_on |= *carries;
		if (p->goes_on || !is_aside(d, &next))
			return;
	}
}

static bool has_marks(const dx_doc *d, const paragraph *p)
{
	uint32_t i = p->lo;
	while (i < p->hi && d->tok[i].kind != DX_TOK_MARK)
		i++;
	return i < p->hi;
}

/* Pairs the marks of every paragraph, with what one hands on to the next. */
static bool pair_all(pairer *x)
{
	const dx_doc *d = x->d;
	bool goes_on = false, carries = false;
	for (size_t i = 0; i < d->n_par; i++) {
		paragraph p = { d->par[i].beg, d->par[i].end, false, goes_on && carries };
		if (!has_marks(d, &p)) {
			goes_on = goes_on && is_aside(d, &p);
			continue;
		}
		look_ahead(d, i, &p, &carries);
		if (!pair_paragraph(x, &p, &goes_on))
			return false;
	}
	return true;
}

/* Whether there is nothing but marks in it. */
static bool is_empty(const dx_doc *d, const dx_stretch *s)
{
	uint32_t i = s->beg;
	while (i < s->end && d->tok[i].kind == DX_TOK_MARK)
		i++;
	return i == s->end;
}

/* Empty stretches go; the others set the depth of their tokens. */
static void finish(dx_doc *d)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n_stretch; i++) {
		dx_stretch s = d->stretch[i];
		if (!is_empty(d, &s))
			d->stretch[n++] = s;
	}
	d->n_stretch = n;
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = d->stretch[i].beg; k < d->stretch[i].end; k++)
			d->tok[k].depth++;
}

/* Marks of the paragraph that has most of them, at most CHUNK; one more for a begin without a mark. */
static size_t most_marks(const dx_doc *d)
{
	size_t most = 0;
	for (size_t p = 0; p < d->n_par && most < CHUNK; p++) {
		size_t n = 1;
		for (uint32_t i = d->par[p].beg; i < d->par[p].end; i++)
			n += d->tok[i].kind == DX_TOK_MARK;
		most = n > most ? n : most;
	}
	return most < CHUNK ? most : CHUNK;
}

dx_status dx_marks_find(dx_doc *d, dx_err *err)
{
	pairer x = { .d = d };
	size_t most = most_marks(d);
	x.m = dx_arena_array(d->arena, most, sizeof *x.m);
	x.from = dx_arena_array(d->arena, most, sizeof *x.from);
	x.act = dx_arena_array(d->arena, most, 1);
	d->stretch = NULL;
	d->n_stretch = 0;
	for (size_t i = 0; i < d->n_tok; i++)
		d->tok[i].depth = 0;
	if (!x.m || !x.from || !x.act)
		return dx_fail(err, DX_ENOMEM, "out of memory: quotation marks");
	if (!pair_all(&x))
		return dx_fail(err, DX_ENOMEM, "out of memory: quoted stretches");
	finish(d);
	return DX_OK;
}
