#include "features/fold.h"
#include "features/utf8.h"
#include <stdlib.h>
#include <utf8proc.h>

/* HTML entities that scraped news carries; longest name is MOST_ENTITY bytes with & and ;. */
static const struct { const char *name; uint32_t cp; } ENTITY[] = {
	{ "&quot;", '"' }, { "&apos;", '\'' }, { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&nbsp;", ' ' },
	{ "&ldquo;", 0x201c }, { "&rdquo;", 0x201d }, { "&lsquo;", 0x2018 }, { "&rsquo;", 0x2019 },
	{ "&laquo;", 0xab }, { "&raquo;", 0xbb }, { "&mdash;", 0x2014 }, { "&ndash;", 0x2013 }, { "&hellip;", 0x2026 },
};
#define MOST_ENTITY 10

#define BYTES(b) (0x0101010101010101u * (b))             /* eight of them */

/* U+2018..U+201D and the dashes as they look when their UTF-8 bytes E2 80 xx were read as Windows-1252 and written as UTF-8 again:
 * U+00E2 U+20AC and one more character. */
static const struct { const char *seen; uint32_t cp; } DAMAGE[] = {
	{ "\xc3\xa2\xe2\x82\xac\xc5\x93", 0x201c }, { "\xc3\xa2\xe2\x82\xac\xc2\x9d", 0x201d },
	{ "\xc3\xa2\xe2\x82\xac\xcb\x9c", 0x2018 }, { "\xc3\xa2\xe2\x82\xac\xe2\x84\xa2", 0x2019 },
	{ "\xc3\xa2\xe2\x82\xac\xe2\x80\x9c", 0x2013 }, { "\xc3\xa2\xe2\x82\xac\xe2\x80\x9d", 0x2014 },
	{ "\xc3\xa2\xe2\x82\xac\xc2\xa6", 0x2026 },
	/* The right double mark often lost its last byte (0x9D has no Windows-1252 character). */
	{ "\xc3\xa2\xe2\x82\xac", 0x201d },
};

typedef struct { dx_doc *doc; size_t cap_seam; size_t w; dx_err *err; } folder;

/* From folded offset `fold` on, the original begins at orig. Between two seams lies either text that kept its length or what one
 * original character became; dx_unfold relies on that. */
static dx_status seam(folder *f, size_t fold, size_t orig)
{
	dx_doc *d = f->doc;
	dx_seam s = { (uint32_t)fold, (uint32_t)orig };
	if (d->n_seam && d->seam[d->n_seam - 1].fold == s.fold && d->seam[d->n_seam - 1].orig == s.orig)
		return DX_OK;
	return DX_PUSH(d->arena, d->seam, d->n_seam, f->cap_seam, s) ? DX_OK : dx_fail(f->err, DX_ENOMEM, "out of memory: fold map");
}

/* The len bytes at orig became what stands behind folded offset `before`. */
static dx_status changed(folder *f, size_t before, size_t orig, size_t len)
{
	dx_status st = seam(f, before, orig);
	return st ? st : seam(f, f->w, orig + len);
}

static void put(folder *f, uint32_t cp)
{
	dx_doc *d = f->doc;
	size_t n = dx_utf8_encode(d->fold + f->w, cp);
	uint32_t low = (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
	/* A few capitals have a lower case of another length (U+0130): they stay, so that both copies share their offsets. */
	if (dx_utf8_encode(d->low + f->w, low) != n)
		dx_utf8_encode(d->low + f->w, cp);
	f->w += n;
}

static uint32_t number_entity(const char *s, size_t n, size_t *len)
{
	uint32_t cp = 0;
	size_t i = 2;
	bool hex = n > 3 && (s[2] | 32) == 'x';
	for (i += hex; i < n && i < 10 && s[i] != ';'; i++) {
		uint32_t c = (unsigned char)s[i];
		uint32_t v = c - '0' < 10 ? c - '0' : hex && (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : 99;
		if (v == 99)
			return 0;
		cp = cp * (hex ? 16 : 10) + v;
	}
	*len = i + 1;
	return i < n && s[i] == ';' && cp >= 32 && cp < 0x3000 ? cp : 0;
}

/* The code point of an entity at s, or 0. */
static uint32_t entity(const char *s, size_t n, size_t *len)
{
	if (n > 3 && s[1] == '#')
		return number_entity(s, n < 12 ? n : 12, len);
	if (n < 4 || n > MOST_ENTITY)
		n = n < 4 ? 0 : MOST_ENTITY;
	for (size_t i = 0; n && i < DX_COUNT(ENTITY); i++) {
		*len = strlen(ENTITY[i].name);
		if (*len <= n && !memcmp(s, ENTITY[i].name, *len))
			return ENTITY[i].cp;
	}
	return 0;
}

static uint32_t damage(const char *s, size_t n, size_t *len)
{
	for (size_t i = 0; i < DX_COUNT(DAMAGE); i++) {
		*len = strlen(DAMAGE[i].seen);
		if (*len <= n && !memcmp(s, DAMAGE[i].seen, *len))
			return DAMAGE[i].cp;
	}
	return 0;
}

static bool is_blank(uint32_t cp)
{
	return cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

static bool is_dropped(uint32_t cp)
{
	return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2064) ||
	       cp == 0xfeff || (cp >= 0xfe00 && cp <= 0xfe0f);
}

/* Windows-1252 punctuation that was taken for Latin-1 and so became a control character; other code points stay. */
static uint32_t repair_control(uint32_t cp)
{
	switch (cp) {
	case 0x85: return 0x2026;
	case 0x91: return 0x2018;
	case 0x92: return 0x2019;
	case 0x93: return 0x201c;
	case 0x94: return 0x201d;
	case 0x96: return 0x2013;
	case 0x97: return 0x2014;
	default: return cp;
	}
}

/* Letters, marks and punctuation of every day that NFKC leaves alone: no table look-up for them. */
static bool is_stable(uint32_t cp)
{
	return (cp >= 0xc0 && cp <= 0x131) || (cp >= 0x2012 && cp <= 0x2016) || (cp >= 0x2018 && cp <= 0x2022) ||
	       cp == 0x2010 || cp == 0x2026 || cp == 0xab || cp == 0xbb || cp == 0x20ac;
}

/* Bytes of the cluster at s: a code point and the combining marks behind it; at most 64. */
static size_t cluster(const char *s, size_t n)
{
	size_t at, len;
	dx_utf8_decode(s, n, &at);
	while (at < n && at < 60 && (unsigned char)s[at] >= 0xcc && dx_cp_is_mark(dx_utf8_decode(s + at, n - at, &len)))
		at += len;
	return at;
}

static void put_as_is(folder *f, const char *s, size_t n)
{
	memcpy(f->doc->fold + f->w, s, n);
	memcpy(f->doc->low + f->w, s, n);
	f->w += n;
}

/* Whether code points that one character became may replace it: one token must come of them, and no more bytes than dx_fold reserved. */
static bool is_fit(const utf8proc_int32_t *cp, utf8proc_ssize_t k, size_t n)
{
	size_t bytes = 1;                        /* a blank before fractions */
	char tmp[4];
	for (utf8proc_ssize_t i = 0; i < k; i++) {
		uint32_t c = (uint32_t)cp[i];
		if (k > 1 && c != 0x2044 && !dx_cp_is_letter(c) && !dx_cp_is_digit(c) && !dx_cp_is_mark(c))
			return false;
		bytes += dx_utf8_encode(tmp, c);
	}
	return k > 0 && bytes <= 3 * n;
}

/* NFKC of one cluster, where it is fit; fractions become " 1/2", so that they part from a number before them. */
static void put_nfkc(folder *f, const char *s, size_t n)
{
	utf8proc_int32_t buf[256];
	utf8proc_ssize_t k = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, buf, DX_COUNT(buf),
	                                        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	if (k > 0 && k <= (utf8proc_ssize_t)DX_COUNT(buf))
		k = utf8proc_normalize_utf32(buf, k, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	if (k > (utf8proc_ssize_t)DX_COUNT(buf) || !is_fit(buf, k, n)) {
		put_as_is(f, s, n);
		return;
	}
	for (utf8proc_ssize_t i = 0; i < k; i++)
		if (buf[i] == 0x2044 && k > 1)
			put(f, ' ');
	for (utf8proc_ssize_t i = 0; i < k; i++)
		put(f, buf[i] == 0x2044 && k > 1 ? '/' : (uint32_t)buf[i]);
}

static void put_ascii(folder *f, unsigned char c)
{
	char blank = c == '\t' || c == '\r' || c == '\f' || c == '\v' ? ' ' : (char)c;
	f->doc->fold[f->w] = blank;
	f->doc->low[f->w++] = dx_ascii_upper(c) ? (char)(c | 32) : blank;
}

/* One high bit for each byte of w below `least`, which is at most 128; bytes of w are ASCII. */
static uint64_t below(uint64_t w, uint64_t least)
{
	return (w - BYTES(least)) & ~w & BYTES(0x80);
}

/* Bytes at s, n at most, that folding keeps but for capitals: ASCII without entities and control characters, which are looked at by eight.
 * The last one has no combining mark behind it. */
static size_t plain_run(const char *s, size_t n)
{
	size_t i = 0;
	for (uint64_t w; i + 8 < n; i += 8) {
		memcpy(&w, s + i, sizeof w);
		if ((w & BYTES(0x80)) | below(w, ' ') | below(w ^ BYTES('&'), 1))
			break;
	}
	return i && (unsigned char)s[i] >= 0xcc ? i - 1 : i;
}

static void put_plain(folder *f, const char *s, size_t n)
{
	char *low = f->doc->low + f->w;
	memcpy(f->doc->fold + f->w, s, n);
	for (size_t i = 0; i < n; i++)
		low[i] = (char)(s[i] | (dx_ascii_upper((unsigned char)s[i]) ? 32 : 0));
	f->w += n;
}

/* Folds what stands at original offset i and returns the bytes that it took. */
static size_t fold_one(folder *f, size_t i, size_t end, dx_status *st)
{
	const char *s = f->doc->text.p + i;
	size_t n = end - i, len, before = f->w;
	uint32_t cp = 0;
	if ((unsigned char)*s < 0x80 && *s != '&' && !(n > 1 && (unsigned char)s[1] >= 0xcc)) {
		put_ascii(f, (unsigned char)*s);
		return 1;
	}
	if (*s == '&' && (cp = entity(s, n, &len)) == 0) {
		put_ascii(f, '&');
		return 1;
	}
	if (!cp && (unsigned char)*s == 0xc3 && (unsigned char)s[1] == 0xa2)
		cp = damage(s, n, &len);
	if (cp) {
		if (!is_dropped(cp))
			put(f, is_blank(cp) ? ' ' : repair_control(cp));
		*st = changed(f, before, i, len);
		return len;
	}
	size_t whole = cluster(s, n);
	cp = dx_utf8_decode(s, n, &len);
	if (whole > len)
		put_nfkc(f, s, len = whole);
	else if (cp < 0x80)
		put_ascii(f, (unsigned char)cp);
	else if (is_blank(cp))
		put(f, ' ');
	else if (is_dropped(cp))
		;
	else if (cp < 0xa0 || is_stable(cp))
		put(f, repair_control(cp));
	else
		put_nfkc(f, s, len);
	if (f->w - before != len)
		*st = changed(f, before, i, len);
	return len;
}

dx_status dx_fold(dx_doc *d, dx_err *err)
{
	size_t n = d->body.end - d->body.beg;
	bool ascii = true;
	for (size_t i = d->body.beg; i < d->body.end && ascii; i++)
		ascii = (unsigned char)d->text.p[i] < 0x80;
	/* A cluster never grows more than threefold (put_nfkc), plus room for one code point. */
	d->fold = dx_arena_alloc(d->arena, (ascii ? n : 3 * n) + 8);
	d->low = dx_arena_alloc(d->arena, (ascii ? n : 3 * n) + 8);
	d->seam = NULL;
	d->n_seam = 0;
	folder f = { d, 0, 0, err };
	if (!d->fold || !d->low || (!ascii && 3 * n + 8 > DX_TEXT_MOST))
		return dx_fail(err, d->fold && d->low ? DX_ELIMIT : DX_ENOMEM, "no room to fold %zu bytes", n);
	dx_status st = seam(&f, 0, d->body.beg);
	for (size_t i = d->body.beg; i < d->body.end && !st;) {
		size_t run = plain_run(d->text.p + i, d->body.end - i);
		put_plain(&f, d->text.p + i, run);
		i += run;
		if (i < d->body.end)
			i += fold_one(&f, i, d->body.end, &st);
	}
	d->n_fold = f.w;
	return st;
}

/* Index of the last seam at or before fold. */
static size_t seam_at(const dx_doc *d, uint32_t fold)
{
	size_t lo = 0, hi = d->n_seam;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (d->seam[mid].fold <= fold)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

uint32_t dx_unfold(const dx_doc *d, uint32_t fold, size_t *hint)
{
	size_t i = *hint;
	if (i >= d->n_seam || d->seam[i].fold > fold)
		i = seam_at(d, fold);
	while (i + 1 < d->n_seam && d->seam[i + 1].fold <= fold)
		i++;
	*hint = i;
	const dx_seam *s = d->seam + i;
	uint32_t at = s->orig + (fold - s->fold);
	if (i + 1 < d->n_seam && s[1].fold - s->fold != s[1].orig - s->orig)
		at = s->orig;                    /* inside of what one character became */
	while (at > s->orig && at < d->body.end && ((unsigned char)d->text.p[at] & 0xc0) == 0x80)
		at--;
	return at < d->body.end ? at : d->body.end;
}
