#include "evaluate/names.h"
#include "features/utf8.h"
#include <utf8proc.h>

/* Code points on their way through the steps of folding. */
typedef struct { uint32_t *v; size_t n, cap; } runes;

bool dx_cp_is_word(uint32_t cp)
{
	if (cp < 0x80)
		return cp - '0' < 10 || (cp | 32) - 'a' < 26 || cp == '_';
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || c == UTF8PROC_CATEGORY_ND
	       || c == UTF8PROC_CATEGORY_NL || c == UTF8PROC_CATEGORY_NO;
}

bool dx_cp_is_blank(uint32_t cp)
{
	return cp - 9 < 5 || cp - 0x1c < 5 || cp == 0x85 || cp == 0xa0 || cp == 0x1680 || cp - 0x2000 < 11 || cp == 0x2028
	       || cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

static bool is_combining(uint32_t cp)
{
	return cp >= 0x300 && utf8proc_get_property((utf8proc_int32_t)cp)->combining_class != 0;
}

/* No code point has a longer decomposition than 18 code points (Unicode, U+FDFA). */
static dx_status decompose(runes *out, dx_str s, dx_arena *arena, dx_err *err)
{
	utf8proc_int32_t buf[32];
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t cp = dx_utf8_decode(s.p + i, s.n - i, &len);
		int state = 0;
		utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)cp, buf, (utf8proc_ssize_t)DX_COUNT(buf),
		                                             UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &state);
		for (utf8proc_ssize_t k = 0; k < n && k < (utf8proc_ssize_t)DX_COUNT(buf); k++)
			if (!is_combining((uint32_t)buf[k]) && !DX_PUSH(arena, out->v, out->n, out->cap, (uint32_t)buf[k]))
				return dx_fail(err, DX_ENOMEM, "out of memory: name of %zu bytes", s.n);
	}
	return DX_OK;
}

static bool is_cased(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LL || c == UTF8PROC_CATEGORY_LT;
}

/* Case_Ignorable, as far as names need it (Unicode, 3.13). */
static bool is_ignorable(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_ME || c == UTF8PROC_CATEGORY_CF || c == UTF8PROC_CATEGORY_LM
	       || c == UTF8PROC_CATEGORY_SK || cp == '\'' || cp == '.' || cp == ':' || cp == 0xb7 || cp == 0x2018
	       || cp == 0x2019 || cp == 0x2024 || cp == 0x2027;
}

/* A capital sigma at the end of a word has a small letter of its own. */
static bool is_final(const runes *r, size_t i)
{
	size_t b = i, e = i + 1;
	while (b > 0 && is_ignorable(r->v[b - 1]))
		b--;
	while (e < r->n && is_ignorable(r->v[e]))
		e++;
	return b > 0 && is_cased(r->v[b - 1]) && !(e < r->n && is_cased(r->v[e]));
}

/* In place: is_cased takes small letters and capitals alike, so that what is lower already does not disturb is_final. */
static void lower(runes *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i] == 0x3a3)
			r->v[i] = is_final(r, i) ? 0x3c2 : 0x3c3;
		else
			r->v[i] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)r->v[i]);
	}
}

static void strip_possessive(runes *r)
{
	size_t end = r->n && r->v[r->n - 1] == '\n' ? r->n - 1 : r->n;
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i] == 0x2019)
			r->v[i] = '\'';
	if (end >= 2 && r->v[end - 1] == 's' && r->v[end - 2] == '\'')
		r->n = end - 2;
}

static bool is_kept(uint32_t cp)
{
	return dx_cp_is_word(cp) || cp == '\'' || cp == '-';
}

/* Cuts r into words: runs of what is kept. The strings share one buffer. */
static dx_status split(dx_words *out, const runes *r, dx_arena *arena, dx_err *err)
{
	size_t cap = 0, w = 0;
	char *buf = dx_arena_array(arena, r->n + 1, 4);
	if (!buf)
		return dx_fail(err, DX_ENOMEM, "out of memory: name of %zu characters", r->n);
	for (size_t i = 0; i < r->n;) {
		size_t from = w;
		for (; i < r->n && is_kept(r->v[i]); i++)
			w += dx_utf8_encode(buf + w, r->v[i]);
		if (w == from)
			i++;
		else if (!DX_PUSH(arena, out->v, out->n, cap, ((dx_str){ buf + from, w - from })))
			return dx_fail(err, DX_ENOMEM, "out of memory: name of %zu characters", r->n);
	}
	return DX_OK;
}

static bool is_one_of(dx_str s, const char *const *list)
{
	for (; *list; list++)
		if (dx_str_eq(s, dx_str_of(*list)))
			return true;
	return false;
}

dx_status dx_name_fold(dx_words *out, dx_str name, dx_arena *arena, dx_err *err)
{
	static const char *const ARTICLES[] = { "the", "a", "an", NULL };
	runes r = { NULL, 0, 0 };
	*out = (dx_words){ NULL, 0 };
	dx_status st = decompose(&r, name, arena, err);
	if (st)
		return st;
	lower(&r);
	strip_possessive(&r);
	st = split(out, &r, arena, err);
	while (!st && out->n && is_one_of(out->v[0], ARTICLES))
		*out = (dx_words){ out->v + 1, out->n - 1 };
	return st;
}

bool dx_name_same(dx_words a, dx_words b)
{
	if (a.n != b.n || !a.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!dx_str_eq(a.v[i], b.v[i]))
			return false;
	return true;
}

static bool has_word(dx_words a, dx_str w)
{
	for (size_t i = 0; i < a.n; i++)
		if (dx_str_eq(a.v[i], w))
			return true;
	return false;
}

static bool is_within(dx_words a, dx_words b)
{
	for (size_t i = 0; i < a.n; i++)
		if (!has_word(b, a.v[i]))
			return false;
	return true;
}

bool dx_name_loose(dx_words a, dx_words b)
{
	static const char *const B_SUFFIX[] = { "jr", "sr", "ii", "iii", NULL };
	static const char *const A_SUFFIX[] = { "jr", "sr", NULL };
	if (!a.n || !b.n)
		return false;
	if (dx_name_same(a, b))
		return true;
	dx_str x = a.v[a.n - 1], y = b.v[b.n - 1];
	if (!is_within(a, b) && !is_within(b, a))
		return false;
	return dx_str_eq(x, y) || (has_word(b, x) && is_one_of(y, B_SUFFIX)) || (has_word(a, y) && is_one_of(x, A_SUFFIX));
}

bool dx_name_known(dx_str s)
{
	return s.n && !dx_str_eq(s, DX_STR("unknown")) && !dx_str_eq(s, DX_STR("author"));
}

static dx_str strip_blanks(dx_str s)
{
	size_t len;
	while (s.n && dx_cp_is_blank(dx_utf8_decode(s.p, s.n, &len)))
		s = (dx_str){ s.p + len, s.n - len };
	while (s.n) {
		size_t i = s.n - 1;
		while (i > 0 && ((unsigned char)s.p[i] & 0xc0) == 0x80)
			i--;
		if (!dx_cp_is_blank(dx_utf8_decode(s.p + i, s.n - i, &len)))
			break;
		s.n = i;
	}
	return s;
}

static bool is_pronoun(dx_str s)
{
	static const char *const PRONOUNS[] = { "he", "she", "they", "it", "i", "we", "him", "her", "his", "who", "you", NULL };
	char low[8];
	if (s.n >= sizeof low)
		return false;
	for (size_t i = 0; i < s.n; i++)
		low[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return is_one_of((dx_str){ low, s.n }, PRONOUNS);
}

static bool is_upper_ascii(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* One capitalised word and nothing else (but a line feed at its end). */
static bool is_capitalised(dx_str s)
{
	size_t i = 1;
	if (!s.n || !is_upper_ascii(s.p[0]))
		return false;
	while (i < s.n && s.p[i] >= 'a' && s.p[i] <= 'z')
		i++;
	return i > 1 && (i == s.n || (i + 1 == s.n && s.p[i] == '\n'));
}

/* A capital at the start of a word that is not the first thing there: "a Clinton aide", but not "The aide". */
static bool has_inner_capital(dx_str s)
{
	bool after_word = true;
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t cp = dx_utf8_decode(s.p + i, s.n - i, &len);
		if (i > 0 && !after_word && len == 1 && is_upper_ascii(s.p[i]))
			return true;
		after_word = dx_cp_is_word(cp);
	}
	return false;
}

dx_form dx_form_of(dx_str text, dx_spans source)
{
	if (!source.n)
		return DX_FORM_NONE;
	dx_str s = { text.p + source.v[0].beg, source.v[0].end - source.v[0].beg };
	if (is_pronoun(strip_blanks(s)))
		return DX_FORM_PRONOUN;
	return has_inner_capital(s) || is_capitalised(s) ? DX_FORM_NAME : DX_FORM_NOMINAL;
}

const char *dx_form_name(dx_form f)
{
	static const char *const NAME[DX_N_FORM] = { "name", "pronoun", "nominal", "none" };
	return NAME[f];
}
