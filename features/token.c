#include "features/token.h"
#include "features/fold.h"
#include "features/utf8.h"

typedef struct {
	dx_doc *d;
	const char *s;                           /* folded text */
	size_t n, cap, hint;
} scanner;

static unsigned char at(const scanner *sc, size_t i)
{
	return i < sc->n ? (unsigned char)sc->s[i] : 0;
}

static uint32_t cp_at(const scanner *sc, size_t i, size_t *len)
{
	*len = 1;
	return i < sc->n ? dx_utf8_decode(sc->s + i, sc->n - i, len) : 0;
}

/* Length of the letter (or letter mark) at i, 0 when there is none. */
static size_t letter(const scanner *sc, size_t i)
{
	unsigned char c = at(sc, i);
	size_t len;
	if (c < 0x80)
		return dx_ascii_lower(c | 32);
	uint32_t cp = cp_at(sc, i, &len);
	return dx_cp_is_letter(cp) || dx_cp_is_mark(cp) || cp == 0xfffd ? len : 0;
}

static size_t letter_or_digit(const scanner *sc, size_t i)
{
	return dx_ascii_digit(at(sc, i)) ? 1 : letter(sc, i);
}

static bool is_upper_at(const scanner *sc, size_t i)
{
	size_t len;
	return i < sc->n && dx_cp_is_upper(cp_at(sc, i, &len));
}

/* Length of an apostrophe at i: ' or U+2019. */
static size_t apostrophe(const scanner *sc, size_t i)
{
	if (at(sc, i) == '\'')
		return 1;
	return i + 3 <= sc->n && !memcmp(sc->s + i, "\xe2\x80\x99", 3) ? 3 : 0;
}

static dx_mark_char mark_of(uint32_t cp)
{
	switch (cp) {
	case '"': case 0x2033: return DX_MK_STRAIGHT2;
	case '\'': case '`': case 0xb4: case 0x2032: return DX_MK_STRAIGHT1;
	case 0x201c: case 0x201f: case 0x301d: case 0x300c: return DX_MK_LEFT2;
	case 0x201d: case 0x301e: case 0x300d: return DX_MK_RIGHT2;
	case 0x2018: case 0x201b: return DX_MK_LEFT1;
	case 0x2019: return DX_MK_RIGHT1;
	case 0x201e: return DX_MK_LOW2;
	case 0x201a: return DX_MK_LOW1;
	case 0xab: case 0x2039: return DX_MK_GUILLEMET_L;
	case 0xbb: case 0x203a: return DX_MK_GUILLEMET_R;
	default: return DX_MK_NONE;
	}
}

static uint8_t shape_of(const scanner *sc, size_t beg, size_t end)
{
	unsigned shape = 0;
	size_t n_letter = 0, n_upper = 0, len;
	for (size_t i = beg; i < end; i += len) {
		if (dx_ascii_lower((unsigned char)sc->s[i])) {
			n_letter++;
			len = 1;
			continue;
		}
		uint32_t cp = cp_at(sc, i, &len);
		if (cp < 0x80 && cp - '0' < 10)
			shape |= DX_SH_DIGIT;
		else if (cp == '-')
			shape |= DX_SH_HYPHEN;
		else if (cp == '.')
			shape |= DX_SH_DOT;
		else if (dx_cp_is_upper(cp)) {
			if (!n_letter)
				shape |= DX_SH_UPPER;
			n_upper++;
			n_letter++;
		} else if (dx_cp_is_letter(cp))
			n_letter++;
	}
	if (n_letter >= 2 && n_letter == n_upper)
		shape |= DX_SH_ALLCAPS;
	if (n_letter == 1 && n_upper == 1 && shape & DX_SH_DOT)
		shape |= DX_SH_INITIAL;
	return (uint8_t)shape;
}

static uint32_t snap_down(const dx_doc *d, uint32_t i)
{
	while (i > d->body.beg && i < d->body.end && ((unsigned char)d->text.p[i] & 0xc0) == 0x80)
		i--;
	return i;
}

static uint32_t snap_up(const dx_doc *d, uint32_t i)
{
	while (i < d->body.end && ((unsigned char)d->text.p[i] & 0xc0) == 0x80)
		i++;
	return i;
}

/* End in the original of what ends at folded offset `end`: right behind its last character, before anything that folding dropped. */
static uint32_t original_end(scanner *sc, size_t end)
{
	size_t last = end - 1, len;
	while (last && ((unsigned char)sc->s[last] & 0xc0) == 0x80)
		last--;
	uint32_t here = dx_unfold(sc->d, (uint32_t)last, &sc->hint), next = dx_unfold(sc->d, (uint32_t)end, &sc->hint);
	if (next - here == end - last)
		return snap_up(sc->d, next);
	/* The fold changed lengths here: take the original character and the combining marks or the entity that made it. */
	const char *p = sc->d->text.p;
	uint32_t e = snap_down(sc->d, here);
	if (e >= sc->d->body.end)
		return sc->d->body.end;
	dx_utf8_decode(p + e, sc->d->body.end - e, &len);
	uint32_t stop = next > e + (uint32_t)len ? next : e + (uint32_t)len;
	if (p[e] == '&' || (unsigned char)p[e] == 0xc3)
		return snap_up(sc->d, stop);
	e += (uint32_t)len;
	while (e < stop && dx_cp_is_mark(dx_utf8_decode(p + e, sc->d->body.end - e, &len)))
		e += (uint32_t)len;
	return e;
}

/* Where folded [beg, end) stands in the original. Mostly all of it lies between two seams where the text kept its length. */
static dx_span original(scanner *sc, size_t beg, size_t end)
{
	dx_doc *d = sc->d;
	const uint32_t b = snap_down(d, dx_unfold(d, (uint32_t)beg, &sc->hint));
	const dx_seam *s = d->seam + sc->hint;
	const bool last = sc->hint + 1 == d->n_seam;
	if (last || (end <= s[1].fold && s[1].fold - s->fold == s[1].orig - s->orig))
		return (dx_span){ b, b + (uint32_t)(end - beg) };
	return (dx_span){ b, original_end(sc, end) };
}

static dx_status emit(scanner *sc, size_t beg, size_t end, dx_tok_kind kind, unsigned extra, dx_err *err)
{
	dx_doc *d = sc->d;
	dx_tok t = { .fold = (uint32_t)beg, .n_fold = (uint16_t)(end - beg), .kind = (uint8_t)kind };
	t.span = original(sc, beg, end);
	t.shape = (uint8_t)(shape_of(sc, beg, end) | extra);
	if (beg && d->n_tok && d->tok[d->n_tok - 1].fold + d->tok[d->n_tok - 1].n_fold == beg)
		t.shape |= DX_SH_GLUED;
	t.hash = dx_hash(d->low + beg, end - beg);
	t.word = &dx_word_none;                  /* until find_words */
	if (kind == DX_TOK_MARK) {
		size_t len;
		uint32_t cp = cp_at(sc, beg, &len);
		t.mark = (uint8_t)mark_of(cp);
		if (cp < 0x80 && end - beg == 2)         /* '' or `` */
			t.mark = cp == '`' ? DX_MK_LEFT2 : DX_MK_STRAIGHT2;
	}
	return DX_PUSH(d->arena, d->tok, d->n_tok, sc->cap, t) ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: %zu tokens", d->n_tok);
}

/* Clitic at the end of the word [beg, end): its begin, or end when there is none. Penn Treebank's splits. */
static size_t clitic(const scanner *sc, size_t beg, size_t end)
{
	static const char *const TAIL[] = { "s", "re", "ve", "ll", "d", "m" };
	const char *low = sc->d->low;
	for (size_t i = end; i-- > beg + 1;) {
		size_t a = apostrophe(sc, i);
		if (!a)
			continue;
		size_t n = end - i - a;
		if (n == 1 && low[i + a] == 't' && low[i - 1] == 'n' && i - 1 > beg)
			return i - 1;
		for (size_t k = 0; k < DX_COUNT(TAIL); k++)
			if (strlen(TAIL[k]) == n && !memcmp(low + i + a, TAIL[k], n))
				return i;
		return end;
	}
	return end;
}

/* Length of what joins two halves of a word at i: apostrophe, hyphen, & between capitals, dot before a small letter. */
static size_t joiner(const scanner *sc, size_t i)
{
	size_t a = apostrophe(sc, i);
	if (a)
		return letter(sc, i + a) ? a : 0;
	switch (at(sc, i)) {
	case '-':
		return letter_or_digit(sc, i + 1) ? 1 : 0;
	case '&':
		return is_upper_at(sc, i + 1) ? 1 : 0;
	case '.':
		return dx_ascii_lower(at(sc, i + 1)) ? 1 : 0;
	case '_':
		return 1;
	default:
		return 0;
	}
}

/* *joined: there is a joiner in it. */
static size_t word_end(const scanner *sc, size_t i, bool *joined)
{
	size_t beg = i, len;
	*joined = false;
	while (i < sc->n && i - beg < DX_TOK_MOST - 8) {
		if (dx_ascii_lower((unsigned char)sc->s[i]))
			i++;
		else if ((len = letter_or_digit(sc, i)) != 0)
			i += len;
		else if (i > beg && (len = joiner(sc, i)) != 0) {
			i += len;
			*joined = true;
		} else
			break;
	}
	return i;
}

/* Whether the word [beg, end) with a dot behind it is an abbreviation: single letters with dots, or a word of the list. */
static bool dotted(const scanner *sc, size_t beg, size_t end)
{
	if (at(sc, end) != '.' || at(sc, end + 1) == '.')
		return false;
	if (end - beg == 1)
		return is_upper_at(sc, beg);
	return dx_lexicon_find(dx_hash(sc->d->low + beg, end - beg))->v[DX_LEX_ABBREVIATIONS] != 0;
}

/* Letters of an acronym; longer runs are no word, and looking at all of them from each would take quadratic time. */
#define ACRONYM_MOST 16

/* End of single letters with dots from beg on ("U.S.", "a.m."), or beg. */
static size_t acronym_end(const scanner *sc, size_t beg)
{
	size_t i = beg, n = 0, len;
	while (n < ACRONYM_MOST && (len = letter(sc, i)) != 0 && at(sc, i + len) == '.') {
		i += len + 1;
		n++;
	}
	return n > 1 && !letter(sc, i) ? i : beg;
}

static dx_status scan_word(scanner *sc, size_t *i, dx_err *err)
{
	size_t beg = *i, end = acronym_end(sc, beg);
	if (end == beg) {
		bool joined;
		end = word_end(sc, beg + (at(sc, beg) == '@' || at(sc, beg) == '#'), &joined);
		size_t cut = joined ? clitic(sc, beg, end) : end;
		if (cut < end && cut > beg) {
			dx_status st = emit(sc, beg, cut, DX_TOK_WORD, 0, err);
			*i = end;
			return st ? st : emit(sc, cut, end, DX_TOK_WORD, DX_SH_CLITIC, err);
		}
		if (dotted(sc, beg, end))
			end++;
	}
	*i = end;
	return emit(sc, beg, end, DX_TOK_WORD, 0, err);
}

static dx_status scan_number(scanner *sc, size_t *i, dx_err *err)
{
	size_t beg = *i, end = beg;
	while (end - beg < DX_TOK_MOST - 8) {
		unsigned char c = at(sc, end);
		size_t len = letter_or_digit(sc, end);
		if (len)
			end += len;
		else if ((c == ',' || c == '.' || c == ':' || c == '/') && dx_ascii_digit(at(sc, end + 1)))
			end += 2;
		else if (c == '-' && letter_or_digit(sc, end + 1))
			end++;
		else
			break;
	}
	*i = end;
	return emit(sc, beg, end, DX_TOK_NUMBER, 0, err);
}

static bool starts_url(const scanner *sc, size_t i)
{
	size_t left = sc->n - i;
	const char *p = sc->d->low + i;
	return (left > 8 && (!memcmp(p, "http://", 7) || !memcmp(p, "https://", 8))) || (left > 5 && !memcmp(p, "www.", 4));
}

static dx_status scan_url(scanner *sc, size_t *i, dx_err *err)
{
	size_t beg = *i, end = beg;
	while (end < sc->n && (unsigned char)sc->s[end] > ' ' && !strchr("\"'<>()", sc->s[end]) && end - beg < DX_TOK_MOST - 8) {
		size_t len;
		uint32_t cp = cp_at(sc, end, &len);
		if (cp > 0x7f && mark_of(cp))
			break;
		end += len;
	}
	while (end > beg + 1 && strchr(".,;:!?", sc->s[end - 1]))
		end--;
	*i = end;
	return emit(sc, beg, end, DX_TOK_SYMBOL, 0, err);
}

/* Whether ''' stands here behind a word: the single mark closes first. */
static bool nested_close(const scanner *sc, size_t i)
{
	return i && (unsigned char)sc->s[i - 1] > ' ' && sc->s[i - 1] != '\'' && i + 3 <= sc->n && !memcmp(sc->s + i, "'''", 3) &&
	       at(sc, i + 3) != '\'';
}

/* A mark, a run of dots or dashes, or one character of punctuation or another kind. */
static dx_status scan_other(scanner *sc, size_t *i, dx_err *err)
{
	size_t beg = *i, len;
	uint32_t cp = cp_at(sc, beg, &len);
	size_t end = beg + len;
	if (mark_of(cp)) {
		if ((cp == '\'' || cp == '`') && at(sc, end) == cp && !nested_close(sc, beg))
			end++;
		*i = end;
		return emit(sc, beg, end, DX_TOK_MARK, 0, err);
	}
	if (cp == '.' || cp == '-')
		while (at(sc, end) == cp && end - beg < DX_TOK_MOST - 8)
			end++;
	*i = end;
	bool punct = cp < 0x80 ? strchr(".,;:!?()[]{}-/", (int)cp) != NULL : cp >= 0x2010 && cp <= 0x2026;
	return emit(sc, beg, end, punct ? DX_TOK_PUNCT : DX_TOK_SYMBOL, 0, err);
}

/* Tokens ahead for which the lexicon's index and then its row are asked for, so that they are there when wanted. */
#define AHEAD 8

static void find_words(dx_doc *d)
{
	for (size_t i = 0; i < d->n_tok + 2 * AHEAD; i++) {
		if (i < d->n_tok)
			dx_lexicon_prefetch_slot(d->tok[i].hash);
		if (i >= AHEAD && i - AHEAD < d->n_tok)
			dx_lexicon_prefetch_row(d->tok[i - AHEAD].hash);
		if (i >= 2 * AHEAD) {
			dx_tok *t = d->tok + i - 2 * AHEAD;
			if (t->kind != DX_TOK_PUNCT && t->kind != DX_TOK_SYMBOL)
				t->word = dx_lexicon_find(t->hash);
		}
	}
}

dx_status dx_tokenize(dx_doc *d, dx_err *err)
{
	scanner sc = { .d = d, .s = d->fold, .n = d->n_fold };
	dx_status st = DX_OK;
	d->tok = NULL;
	d->n_tok = 0;
	for (size_t i = 0; i < sc.n && !st;) {
		unsigned char c = (unsigned char)sc.s[i];
		if (c <= ' ')
			i++;
		else if (dx_ascii_digit(c))
			st = scan_number(&sc, &i, err);
		else if (letter(&sc, i) || ((c == '@' || c == '#') && letter(&sc, i + 1)))
			st = (c | 32) == 'h' || (c | 32) == 'w' ? (starts_url(&sc, i) ? scan_url(&sc, &i, err) : scan_word(&sc, &i, err))
			                                        : scan_word(&sc, &i, err);
		else
			st = scan_other(&sc, &i, err);
	}
	if (!st)
		find_words(d);
	return st;
}
