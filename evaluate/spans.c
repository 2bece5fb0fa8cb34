#include "evaluate/spans.h"
#include "evaluate/names.h"
#include "features/utf8.h"

static bool in_token(unsigned char c)
{
	return c >= 0x80 || (unsigned)c - '0' < 10 || ((unsigned)c | 32) - 'a' < 26;
}

/* A token of marks only ("“—") is none. */
static bool has_word(dx_str s)
{
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t cp = dx_utf8_decode(s.p + i, s.n - i, &len);
		if (dx_cp_is_word(cp))                   /* '_' is never in a token */
			return true;
	}
	return false;
}

dx_status dx_tokens_find(dx_spans *out, dx_str text, dx_arena *arena, dx_err *err)
{
	size_t cap = 0;
	*out = (dx_spans){ NULL, 0 };
	for (size_t i = 0; i < text.n;) {
		size_t from = i;
		while (i < text.n && in_token((unsigned char)text.p[i]))
			i++;
		if (i == from)
			i++;
		else if (has_word((dx_str){ text.p + from, i - from })
		         && !DX_PUSH(arena, out->v, out->n, cap, ((dx_span){ (uint32_t)from, (uint32_t)i })))
			return dx_fail(err, DX_ENOMEM, "out of memory: tokens of %zu bytes", text.n);
	}
	return DX_OK;
}

dx_span dx_tokens_under(dx_spans tok, dx_span s)
{
	size_t lo = 0, hi = tok.n, first;
	while (lo < hi) {                                /* the first that ends behind s.beg */
		size_t mid = lo + (hi - lo) / 2;
		if (tok.v[mid].end > s.beg)
			hi = mid;
		else
			lo = mid + 1;
	}
	first = lo;
	for (hi = tok.n; lo < hi;) {                     /* the first that begins at s.end or later */
		size_t mid = lo + (hi - lo) / 2;
		if (tok.v[mid].beg >= s.end)
			hi = mid;
		else
			lo = mid + 1;
	}
	return (dx_span){ (uint32_t)first, (uint32_t)lo };
}

dx_status dx_tokens_cover(dx_spans *out, dx_spans tok, dx_spans pieces, dx_arena *arena, dx_err *err)
{
	*out = (dx_spans){ dx_arena_array(arena, pieces.n, sizeof *out->v), 0 };
	if (!out->v)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu spans", pieces.n);
	for (size_t i = 0; i < pieces.n; i++) {
		dx_span r = dx_tokens_under(tok, pieces.v[i]);
		if (out->n && r.beg < out->v[out->n - 1].end)    /* two pieces within one token */
			r.beg = out->v[out->n - 1].end;
		if (r.beg < r.end)
			out->v[out->n++] = r;
	}
	return DX_OK;
}

static bool is_trimmed(uint32_t cp)
{
	switch (cp) {
	case ' ': case '\t': case '\r': case '\n': case 0xa0:
	case '"': case 0x201c: case 0x201d: case '\'': case 0x2018: case 0x2019: case '`':
	case ',': case '.': case ';': case ':': case '!': case '?': case 0x2014: case 0x2013: case '-':
		return true;
	default:
		return false;
	}
}

static dx_span trim_left(dx_str text, dx_span s)
{
	size_t len;
	while (s.beg < s.end && is_trimmed(dx_utf8_decode(text.p + s.beg, s.end - s.beg, &len)))
		s.beg += (uint32_t)len;
	return s;
}

static dx_span trim_right(dx_str text, dx_span s)
{
	while (s.beg < s.end) {
		size_t len;
		uint32_t i = s.end - 1;
		while (i > s.beg && ((unsigned char)text.p[i] & 0xc0) == 0x80)
			i--;
		if (!is_trimmed(dx_utf8_decode(text.p + i, s.end - i, &len)))
			break;
		s.end = i;
	}
	return s;
}

/* Bytes of "that" and the blank behind it, 0 where the text does not begin with them. */
static uint32_t that_length(dx_str text, dx_span s)
{
	static const char THAT[] = "that";
	size_t len;
	for (uint32_t i = 0; i < 4; i++)
		if (s.beg + i >= s.end || (text.p[s.beg + i] | 32) != THAT[i])
			return 0;
	if (s.end - s.beg < 5 || !dx_cp_is_blank(dx_utf8_decode(text.p + s.beg + 4, s.end - s.beg - 4, &len)))
		return 0;
	return 4 + (uint32_t)len;
}

dx_span dx_span_trim(dx_str text, dx_span s, bool is_content)
{
	s = trim_left(text, s);
	uint32_t that = is_content ? that_length(text, s) : 0;
	if (that) {
		s.beg += that;
		s = trim_left(text, s);
	}
	return trim_right(text, s);
}

size_t dx_spans_length(dx_spans s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.v[i].end - s.v[i].beg;
	return n;
}

/* The next stretch that a and b share, from *i and *j on; false at the end. */
static bool next_common(dx_span *out, dx_spans a, dx_spans b, size_t *i, size_t *j)
{
	while (*i < a.n && *j < b.n) {
		dx_span x = a.v[*i], y = b.v[*j];
		*out = (dx_span){ x.beg > y.beg ? x.beg : y.beg, x.end < y.end ? x.end : y.end };
		if (x.end < y.end)
			++*i;
		else
			++*j;
		if (out->beg < out->end)
			return true;
	}
	return false;
}

size_t dx_spans_common(dx_spans a, dx_spans b)
{
	dx_span s;
	size_t i = 0, j = 0, n = 0;
	while (next_common(&s, a, b, &i, &j))
		n += s.end - s.beg;
	return n;
}

bool dx_spans_touch(dx_spans a, dx_spans b)
{
	dx_span s;
	size_t i = 0, j = 0;
	return next_common(&s, a, b, &i, &j);
}

dx_span dx_spans_hull(dx_spans s)
{
	return s.n ? (dx_span){ s.v[0].beg, s.v[s.n - 1].end } : (dx_span){ 0, 0 };
}

static size_t count_cp(dx_str text, dx_span s)
{
	size_t n = 0;
	for (uint32_t i = s.beg; i < s.end; i++)
		n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return n;
}

size_t dx_count_cp(dx_str text, dx_spans s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += count_cp(text, s.v[i]);
	return n;
}

size_t dx_count_cp_common(dx_str text, dx_spans a, dx_spans b)
{
	dx_span s;
	size_t i = 0, j = 0, n = 0;
	while (next_common(&s, a, b, &i, &j))
		n += count_cp(text, s);
	return n;
}
