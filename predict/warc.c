#include "predict/warc.h"
#include "predict/gunzip.h"
#include <strings.h>

static dx_str trim(dx_str s)
{
	while (s.n && strchr(" \t\r\n", s.p[0]) && s.p[0]) {
		s.p++;
		s.n--;
	}
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return s;
}

static bool is(dx_str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool begins(dx_str s, const char *word)
{
	return s.n >= strlen(word) && strncasecmp(s.p, word, strlen(word)) == 0;
}

/* Cuts the first line off, without its line end. */
static dx_str cut_line(dx_str *rest)
{
	const char *feed = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	dx_str line = { rest->p, feed ? (size_t)(feed - rest->p) : rest->n };
	rest->n -= line.n + (feed != NULL);
	rest->p += line.n + (feed != NULL);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* The value of a header field; n = 0: it is not there. The first one counts. */
static dx_str field(dx_str head, const char *name)
{
	const size_t n = strlen(name);
	while (head.n) {
		dx_str line = cut_line(&head);
		if (line.n > n && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0)
			return trim((dx_str){ line.p + n + 1, line.n - n - 1 });
	}
	return (dx_str){ NULL, 0 };
}

static bool number(uint64_t *out, dx_str s, unsigned base)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
		             : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 99;
		if (d >= base || *out > UINT64_MAX / 32)
			return false;
		*out = *out * base + d;
	}
	return s.n > 0;
}

size_t dx_warc_head_length(const char *p, size_t n)
{
	for (const char *at = p, *end = p + n, *feed; at < end && (feed = memchr(at, '\n', (size_t)(end - at))); at = feed + 1)
		if (feed == at || (feed == at + 1 && *at == '\r'))
			return (size_t)(feed - p) + 1;
	return 0;
}

dx_status dx_warc_head(dx_warc *out, dx_str head, dx_err *err)
{
	*out = (dx_warc){ .type = { NULL, 0 } };
	if (!begins(head, "WARC/"))
		return dx_fail(err, DX_EFORMAT, "not a WARC record: it does not begin with WARC/");
	out->type = field(head, "WARC-Type");
	out->uri = field(head, "WARC-Target-URI");
	out->date = field(head, "WARC-Date");
	out->content_type = field(head, "Content-Type");
	if (out->uri.n > 2 && out->uri.p[0] == '<' && out->uri.p[out->uri.n - 1] == '>')
		out->uri = (dx_str){ out->uri.p + 1, out->uri.n - 2 };
	if (!number(&out->n_block, field(head, "Content-Length"), 10))
		return dx_fail(err, DX_EFORMAT, "WARC record without a valid Content-Length");
	return DX_OK;
}

bool dx_warc_wanted(const dx_warc *w)
{
	return is(w->type, "response") || is(w->type, "resource") || is(w->type, "conversion");
}

/* "text/html; charset=utf-8" */
static void read_type(dx_warc_page *out, dx_str type)
{
	const char *semicolon = type.n ? memchr(type.p, ';', type.n) : NULL;
	dx_str media = trim((dx_str){ type.p, semicolon ? (size_t)(semicolon - type.p) : type.n });
	out->is_html = is(media, "text/html") || is(media, "application/xhtml+xml");
	out->is_page = out->is_html || is(media, "text/plain");
	for (size_t i = media.n; i + 8 < type.n; i++) {
		dx_str at = { type.p + i, type.n - i };
		size_t n = 0;
		if (!begins(at, "charset="))
			continue;
		for (const char *p = at.p + 8; p < at.p + at.n && n + 1 < sizeof out->charset && !strchr(";, \t", *p); p++)
			if (*p != '"' && *p != '\'')
				out->charset[n++] = *p;
		out->charset[n] = '\0';
		return;
	}
}

/* Undoes "Transfer-Encoding: chunked". Crawlers that store the body plainly leave the header field there all the same: a body
 * that does not begin with a chunk is taken as it is. */
static dx_status join_chunks(dx_str *body, dx_arena *arena, dx_err *err)
{
	dx_str rest = *body;
	char *p = dx_arena_alloc(arena, rest.n);
	size_t n = 0;
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: chunks");
	for (;;) {
		uint64_t size;
		dx_str line = cut_line(&rest);
		const char *extra = line.n ? memchr(line.p, ';', line.n) : NULL;
		if (!number(&size, trim((dx_str){ line.p, extra ? (size_t)(extra - line.p) : line.n }), 16)) {
			if (!n)
				return DX_OK;
			return dx_fail(err, DX_EFORMAT, "chunked body: no size at byte %zu", body->n - rest.n - line.n);
		}
		if (!size)
			break;
		if (size > rest.n)
			return dx_fail(err, DX_EFORMAT, "chunked body: a chunk of %llu bytes promised, %zu present", (unsigned long long)size, rest.n);
		memcpy(p + n, rest.p, (size_t)size);
		n += (size_t)size;
		rest.p += size;
		rest.n -= (size_t)size;
		(void)cut_line(&rest);
	}
	*body = (dx_str){ p, n };
	return DX_OK;
}

static dx_status look_at_http(dx_warc_page *out, dx_str block, dx_err *err)
{
	const size_t n_head = dx_warc_head_length(block.p, block.n);
	dx_str head = { block.p, n_head }, rest = head, status = cut_line(&rest);
	const char *blank = status.n ? memchr(status.p, ' ', status.n) : NULL;
	if (!n_head || !begins(status, "HTTP/") || !blank)
		return dx_fail(err, DX_EFORMAT, "response without an HTTP header");
	if (!begins(trim((dx_str){ blank, (size_t)(status.p + status.n - blank) }), "200"))
		return DX_OK;
	read_type(out, field(head, "Content-Type"));
	out->coding = field(head, "Content-Encoding");
	out->chunked = is(field(head, "Transfer-Encoding"), "chunked");
	out->body = (dx_str){ block.p + n_head, block.n - n_head };
	return DX_OK;
}

dx_status dx_warc_look(dx_warc_page *out, const dx_warc *w, dx_str block, dx_err *err)
{
	*out = (dx_warc_page){ .body = block };
	if (is(w->type, "response") && begins(w->uri, "http"))
		return look_at_http(out, block, err);
	read_type(out, w->content_type);
	return DX_OK;
}

/* Crawlers that store the body plainly leave the header field there all the same. */
static bool is_gzip(const dx_warc_page *page, dx_str body)
{
	return (is(page->coding, "gzip") || is(page->coding, "x-gzip")) && body.n > 2 && memcmp(body.p, "\x1f\x8b", 2) == 0;
}

dx_status dx_warc_body(dx_str *out, const dx_warc_page *page, size_t most, dx_arena *arena, dx_err *err)
{
	dx_status st = DX_OK;
	*out = page->body;
	if (page->chunked)
		st = join_chunks(out, arena, err);
	if (!st && is_gzip(page, *out))
		return dx_gunzip_all(out, *out, most, arena, err);
	if (!st && (is(page->coding, "br") || is(page->coding, "deflate") || is(page->coding, "zstd")))
		return dx_fail(err, DX_EFORMAT, "Content-Encoding %.*s is not read", DX_ARG(page->coding));
	return st;
}
