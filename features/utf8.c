#include "features/utf8.h"
#include <utf8proc.h>

/* Length of the valid sequence at s, or 0. Ranges of the second byte: Unicode standard, table 3-7. */
static size_t sequence(const unsigned char *s, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		lo = 0xa0;
	else if (s[0] == 0xed)
		hi = 0x9f;
	else if (s[0] == 0xf0)
		lo = 0x90;
	else if (s[0] == 0xf4)
		hi = 0x8f;
	if (n < len || s[1] < lo || s[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Bytes of ASCII from s on, eight at a time. */
static size_t ascii_run(const unsigned char *s, size_t n)
{
	size_t i = 0;
	for (uint64_t w; i + 8 <= n; i += 8) {
		memcpy(&w, s + i, 8);
		if (w & 0x8080808080808080u)
			break;
	}
	while (i < n && s[i] < 0x80)
		i++;
	return i;
}

/* Offset of the first invalid byte, or n. */
static size_t valid_prefix(const unsigned char *s, size_t n)
{
	size_t i = 0;
	while (i < n) {
		i += ascii_run(s + i, n - i);
		if (i == n)
			break;
		size_t len = sequence(s + i, n - i);
		if (!len)
			return i;
		i += len;
	}
	return n;
}

dx_status dx_utf8_check(dx_str text, dx_err *err)
{
	if (text.n > DX_TEXT_MOST)
		return dx_fail(err, DX_ELIMIT, "text of %zu bytes; one article may have at most %zu", text.n, DX_TEXT_MOST);
	size_t at = valid_prefix((const unsigned char *)text.p, text.n);
	if (at == text.n)
		return DX_OK;
	if (err)
		err->offset = at;
	return dx_fail(err, DX_EUTF8, "not valid UTF-8 at byte %zu (0x%02x)", at, (unsigned char)text.p[at]);
}

dx_status dx_utf8_repair(dx_str *out, size_t *n_repaired, dx_str text, dx_arena *arena, dx_err *err)
{
	const unsigned char *s = (const unsigned char *)text.p;
	size_t w = 0;
	char *p = text.n > DX_TEXT_MOST / 3 ? NULL : dx_arena_alloc(arena, 3 * text.n + 1);
	*n_repaired = 0;
	if (!p)
		return dx_fail(err, text.n > DX_TEXT_MOST / 3 ? DX_ELIMIT : DX_ENOMEM, "no room to repair %zu bytes", text.n);
	for (size_t i = 0; i < text.n;) {
		size_t good = valid_prefix(s + i, text.n - i);
		memcpy(p + w, s + i, good);
		w += good;
		i += good;
		if (i == text.n)
			break;
		w += dx_utf8_encode(p + w, 0xfffd);
		++*n_repaired;
		for (i++; i < text.n && !sequence(s + i, text.n - i); i++)
			;
	}
	*out = (dx_str){ p, w };
	return DX_OK;
}

uint32_t dx_utf8_decode(const char *s, size_t n, size_t *len)
{
	const unsigned char *u = (const unsigned char *)s;
	assert(n > 0);
	if (u[0] < 0x80) {
		*len = 1;
		return u[0];
	}
	*len = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	assert(*len <= n);
	switch (*len) {
	case 2:
		return (uint32_t)(u[0] & 0x1f) << 6 | (u[1] & 0x3f);
	case 3:
		return (uint32_t)(u[0] & 0x0f) << 12 | (uint32_t)(u[1] & 0x3f) << 6 | (u[2] & 0x3f);
	default:
		return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3f) << 12 | (uint32_t)(u[2] & 0x3f) << 6 | (u[3] & 0x3f);
	}
}

size_t dx_utf8_encode(char *out, uint32_t cp)
{
	utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out);
	return n > 0 ? (size_t)n : 0;
}

static utf8proc_category_t category(uint32_t cp)
{
	return utf8proc_category((utf8proc_int32_t)cp);
}

bool dx_cp_is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp | 32) - 'a' < 26;
	utf8proc_category_t c = category(cp);
	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool dx_cp_is_digit(uint32_t cp)
{
	return cp < 0x80 ? cp - '0' < 10 : category(cp) == UTF8PROC_CATEGORY_ND;
}

bool dx_cp_is_upper(uint32_t cp)
{
	if (cp < 0x80)
		return cp - 'A' < 26;
	utf8proc_category_t c = category(cp);
	return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LT;
}

bool dx_cp_is_mark(uint32_t cp)
{
	if (cp < 0x300)
		return false;
	utf8proc_category_t c = category(cp);
	return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC || c == UTF8PROC_CATEGORY_ME;
}
