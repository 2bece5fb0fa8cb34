/* warc.h - records of web archives (WARC 1.0 and 1.1, ISO 28500): which hold a page or its text, and what is in them. */
#ifndef DX_WARC_H
#define DX_WARC_H
#include "features/arena.h"

typedef struct {
	dx_str type, uri, date, content_type;    /* slices of the header; date as it is: 2022-01-13T10:00:00Z */
	uint64_t n_block;                        /* bytes behind the header */
} dx_warc;

/* Length of the header at p, its empty line included; 0: it does not end within n bytes. */
size_t dx_warc_head_length(const char *p, size_t n);
/* Reads the header. DX_EFORMAT with a reason. */
dx_status dx_warc_head(dx_warc *out, dx_str head, dx_err *err) DX_CHECKED;
/* Can the record hold an article: a response, a resource, or a conversion (the text of a page)? */
bool dx_warc_wanted(const dx_warc *w);

/* What a block holds. */
typedef struct {
	bool is_page, is_html;                   /* is_page: HTML or plain text, of a response one with status 200 */
	bool chunked;
	dx_str coding;                           /* Content-Encoding; n = 0: none */
	dx_str body;                             /* as it was sent */
	char charset[40];                        /* "": not said */
} dx_warc_page;
/* The beginning of a block, up to the end of its HTTP header, is enough. DX_EFORMAT for a response without such a header. */
dx_status dx_warc_look(dx_warc_page *out, const dx_warc *w, dx_str block, dx_err *err) DX_CHECKED;
/* Undoes what the body was coded with for sending, if it was, into the arena; most: bytes that the result may have. */
dx_status dx_warc_body(dx_str *out, const dx_warc_page *page, size_t most, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
