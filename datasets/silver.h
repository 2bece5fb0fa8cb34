/* silver.h - reader for tagged tokens in columns: "# doc ID" lines, then begin TAB end TAB word TAB lemma TAB pos TAB ner TAB ...,
 * blank lines between sentences; byte offsets into the article of that id. Made by a parser, hence silver. */
#ifndef DX_SILVER_H
#define DX_SILVER_H
#include <stdio.h>
#include "features/doc.h"

typedef struct { dx_span span; uint8_t pos, ner; } dx_silver_tok;

/* All documents of a file: tokens document after document. Owned by the arena. */
typedef struct {
	char **id;                               /* [n_doc] */
	size_t *beg;                             /* [n_doc + 1] into tok */
	size_t n_doc;
	dx_silver_tok *tok;
	size_t n_tok;
} dx_silver;

/* DX_EFORMAT with err->offset = line number for a row that is not as above. */
dx_status dx_silver_read(dx_silver *out, FILE *from, dx_arena *arena, dx_err *err) DX_CHECKED;
/* Index of a document, or n_doc. hint: where to begin to look, moved behind the find. */
size_t dx_silver_find(const dx_silver *s, dx_str id, size_t *hint);
/* Gives each token of doc the tags of the silver token that covers its begin; DX_POS_NONE where there is none. */
void dx_silver_align(dx_doc *doc, const dx_silver *s, size_t i_doc);
#endif
