#define PCRE2_CODE_UNIT_WIDTH 8
#include "features/header.h"
#include <pcre2.h>
#include <stdlib.h>

/* Matches "A title\n20240131\nhttps://example.org/a\n"; not "A title\n2024\nhttps://example.org/a\n". */
#define PATTERN "\\A(?:\\xef\\xbb\\xbf)?([^\\r\\n]{1,500})\\r?\\n((?:19|20)\\d{6})[ \\t\\r]*\\n(https?://[^\\s]{3,2000})[ \\t\\r]*(?:\\n|\\z)"
#define MATCH_MOST 100000

struct dx_header { pcre2_code *re; pcre2_match_context *limit; };

dx_status dx_header_new(dx_header **out, dx_err *err)
{
	int code;
	PCRE2_SIZE at;
	dx_header *h = calloc(1, sizeof *h);
	*out = NULL;
	if (!h)
		return dx_fail(err, DX_ENOMEM, "out of memory: header pattern");
	h->re = pcre2_compile((PCRE2_SPTR)PATTERN, PCRE2_ZERO_TERMINATED, PCRE2_NO_UTF_CHECK, &code, &at, NULL);
	h->limit = pcre2_match_context_create(NULL);
	if (!h->re || !h->limit) {
		dx_header_free(h);
		return dx_fail(err, DX_EPATTERN, "header pattern, byte %zu", (size_t)at);
	}
	pcre2_set_match_limit(h->limit, MATCH_MOST);
#ifndef DX_NO_JIT                                        /* valgrind does not follow what its code reads */
	pcre2_jit_compile(h->re, PCRE2_JIT_COMPLETE);    /* where JIT is missing, the interpreter serves */
#endif
	*out = h;
	return DX_OK;
}

void dx_header_free(dx_header *h)
{
	if (!h)
		return;
	pcre2_code_free(h->re);
	pcre2_match_context_free(h->limit);
	free(h);
}

dx_status dx_header_find(const dx_header *h, dx_doc *d, dx_err *err)
{
	pcre2_match_data *m = pcre2_match_data_create(4, NULL);
	if (!m)
		return dx_fail(err, DX_ENOMEM, "out of memory: header match");
	d->body = (dx_span){ 0, (uint32_t)d->text.n };
	d->title = d->date = d->url = (dx_span){ 0, 0 };
	size_t n = d->text.n < 4096 ? d->text.n : 4096;
	if (pcre2_match(h->re, (PCRE2_SPTR)d->text.p, n, 0, 0, m, h->limit) == 4) {
		const PCRE2_SIZE *o = pcre2_get_ovector_pointer(m);
		d->body.beg = (uint32_t)o[1];
		d->title = (dx_span){ (uint32_t)o[2], (uint32_t)o[3] };
		d->date = (dx_span){ (uint32_t)o[4], (uint32_t)o[5] };
		d->url = (dx_span){ (uint32_t)o[6], (uint32_t)o[7] };
	}
	pcre2_match_data_free(m);
	return DX_OK;
}
