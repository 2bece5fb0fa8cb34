#include "predict/html.h"
#include <libxml/HTMLparser.h>
#include <libxml/threads.h>
#include <limits.h>
#include <stdlib.h>

typedef struct { char *p; size_t n, cap; } buffer;

/* What the parser's events fill. */
typedef struct {
	dx_arena *arena;
	buffer text, title;
	size_t depth, skip;                      /* skip: depth of the element that is passed over; 0: none */
	bool in_title, blank;                    /* blank: one is due before the next character */
	unsigned feeds;                          /* line feeds that are due */
	bool no_memory, too_deep, ended;
	size_t n_errors, most_errors;            /* most: what a page of that length can have */
	xmlParserCtxtPtr parser;
} page;

static bool one_of(const xmlChar *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp((const char *)name, *list) == 0)
			return true;
	return false;
}

static const char *const SKIPPED[] = { "script", "style", "nav", "noscript", "template", "iframe", "object", "svg", "math", "canvas",
	"audio", "video", "select", "button", "textarea", NULL };
static const char *const BLOCKS[] = { "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "blockquote",
	"pre", "article", "section", "header", "footer", "main", "aside", "figure", "figcaption", "address", "table", "caption", "tr", "td",
	"th", "thead", "tbody", "tfoot", "form", "fieldset", "legend", "details", "summary", "hr", "body", "html", "head", "center", NULL };

static void put(page *pg, buffer *b, const char *p, size_t n)
{
	if (pg->no_memory || pg->too_deep)
		return;
	if (b->cap - b->n < n) {
		size_t cap = 2 * b->cap + n + 256;
		char *more = dx_arena_alloc(pg->arena, cap);
		if (!more) {
			pg->no_memory = true;
			return;
		}
		if (b->n)
			memcpy(more, b->p, b->n);
		b->p = more;
		b->cap = cap;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* Line feeds and blanks go out only between two words. */
static void put_gap(page *pg, buffer *b)
{
	if (b->n && pg->feeds && !pg->in_title)
		put(pg, b, "\n\n", pg->feeds);
	else if (b->n && pg->blank)
		put(pg, b, " ", 1);
	pg->blank = false;
	if (!pg->in_title)
		pg->feeds = 0;
}

/* Length of the white space at p, or 0; the no-break space counts. */
static size_t space(const char *p, size_t n)
{
	if (strchr(" \t\r\n\f", *p) && *p)
		return 1;
	return n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static void on_characters(void *ctx, const xmlChar *chars, int n_chars)
{
	page *pg = ctx;
	const char *p = (const char *)chars;
	buffer *b = pg->in_title ? &pg->title : &pg->text;
	for (size_t at = 0, n = n_chars > 0 ? (size_t)n_chars : 0; at < n && !pg->skip;) {
		size_t gap = space(p + at, n - at), beg = at;
		if (gap) {
			pg->blank = true;
			at += gap;
			continue;
		}
		while (at < n && !space(p + at, n - at))
			at++;
		put_gap(pg, b);
		put(pg, b, p + beg, at - beg);
	}
}

static void break_line(page *pg, const xmlChar *name)
{
	unsigned feeds = one_of(name, BLOCKS) ? 2 : strcmp((const char *)name, "br") == 0 ? 1 : 0;
	if (feeds > pg->feeds)
		pg->feeds = feeds;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
	page *pg = ctx;
	(void)attributes;
	if (++pg->depth > DX_HTML_DEPTH_MOST && !pg->too_deep) {
		pg->too_deep = true;
		xmlStopParser(pg->parser);
	}
	if (pg->skip)
		return;
	break_line(pg, name);
	if (one_of(name, SKIPPED))
		pg->skip = pg->depth;
	else if (strcmp((const char *)name, "title") == 0 && !pg->title.n) {
		pg->in_title = true;
		pg->blank = false;
	}
}

static void on_end(void *ctx, const xmlChar *name)
{
	page *pg = ctx;
	if (pg->skip == pg->depth)
		pg->skip = 0;
	if (pg->depth)
		pg->depth--;
	if (pg->skip)
		return;
	break_line(pg, name);
	if (strcmp((const char *)name, "title") == 0)
		pg->in_title = pg->blank = false;
}

static void on_end_document(void *ctx)
{
	((page *)ctx)->ended = true;
}

/* libxml2 prints some failures of memory by itself. */
static void be_silent(void *ctx, const char *format, ...)
{
	(void)ctx;
	(void)format;
}

#if LIBXML_VERSION < 21200
typedef xmlErrorPtr error_ptr;
#else
typedef const xmlError *error_ptr;
#endif

/* The parser goes on without memory, for ever in some places, where it only complains about names that it did not get. */
static void on_error(void *ctx, error_ptr error)
{
	page *pg = ctx;
	if (error->code != XML_ERR_NO_MEMORY && !pg->no_memory && pg->n_errors++ < pg->most_errors)
		return;
	pg->no_memory = true;
	xmlStopParser(pg->parser);
}

void dx_html_init(void)
{
	xmlInitParser();
}

/* What libxml2 keeps for each thread. Versions before 2.12 do not look whether they got it, and while memory stays out they call
 * themselves without end: so some memory is asked for first. */
static bool thread_ready(void)
{
#if LIBXML_VERSION < 21200
	void *probe = malloc(8192);
	free(probe);
	if (!probe || !xmlGetGlobalState())
		return false;
#endif
	xmlSetGenericErrorFunc(NULL, be_silent);
	return true;
}

static dx_status parse(page *pg, dx_str html, const char *charset, dx_err *err)
{
	htmlParserCtxtPtr parser = htmlNewParserCtxt();
	if (!parser)
		return dx_fail(err, DX_ENOMEM, "out of memory: HTML");
	memset(parser->sax, 0, sizeof *parser->sax);
	parser->sax->startElement = on_start;
	parser->sax->endElement = on_end;
	parser->sax->characters = parser->sax->ignorableWhitespace = on_characters;
	parser->sax->endDocument = on_end_document;
	parser->sax->initialized = XML_SAX2_MAGIC;       /* so that serror counts */
	parser->sax->serror = on_error;
	parser->userData = pg;
	pg->parser = parser;
	xmlDocPtr doc = htmlCtxtReadMemory(parser, html.p, (int)html.n, NULL, charset,
	                                   HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	pg->no_memory = pg->no_memory || parser->errNo == XML_ERR_NO_MEMORY || (!pg->ended && !pg->too_deep);
	if (doc)
		xmlFreeDoc(doc);
	htmlFreeParserCtxt(parser);
	if (pg->no_memory)
		return dx_fail(err, DX_ENOMEM, "out of memory: HTML");
	if (pg->too_deep)
		return dx_fail(err, DX_ELIMIT, "HTML nested more than %d deep", DX_HTML_DEPTH_MOST);
	return DX_OK;
}

dx_status dx_html_text(dx_str *text, dx_str *title, dx_str html, const char *charset, dx_arena *arena, dx_err *err)
{
	page pg = { .arena = arena, .most_errors = 1000 + 4 * html.n };
	if (!thread_ready())
		return dx_fail(err, DX_ENOMEM, "out of memory: HTML");
	xmlCharEncodingHandlerPtr known = charset ? xmlFindCharEncodingHandler(charset) : NULL;
	if (html.n > INT_MAX)
		return dx_fail(err, DX_ELIMIT, "HTML of more than %d MB", INT_MAX >> 20);
	if (charset && !known)
		return dx_fail(err, DX_EFORMAT, "unknown character set %.40s", charset);
	if (known)
		xmlCharEncCloseFunc(known);
	dx_status st = html.n ? parse(&pg, html, charset, err) : DX_OK;
	*text = (dx_str){ pg.text.p, pg.text.n };
	*title = (dx_str){ pg.title.p, pg.title.n };
	return st;
}
