/* header.h - the metadata header of some text files: a title line, a line of eight digits (YYYYMMDD), a line that is a URL. */
#ifndef DX_HEADER_H
#define DX_HEADER_H
#include "features/doc.h"

typedef struct dx_header dx_header;                      /* compiled pattern; immutable, threads may share one */

dx_status dx_header_new(dx_header **out, dx_err *err) DX_CHECKED;
void dx_header_free(dx_header *h);                       /* NULL is fine */

/* Sets doc->title, date, url and doc->body from doc->text; without a header body is the whole text and the others are empty. */
dx_status dx_header_find(const dx_header *h, dx_doc *doc, dx_err *err) DX_CHECKED;
#endif
