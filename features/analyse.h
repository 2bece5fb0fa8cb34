/* analyse.h - from bytes to a dx_doc with everything that needs no model: header, fold, tokens, sentences, paragraphs, marks. */
#ifndef DX_ANALYSE_H
#define DX_ANALYSE_H
#include "features/doc.h"
#include "features/header.h"

/* Fills *doc for text, which must outlive it and be valid UTF-8 (dx_utf8_check first). Results live in arena. O(n). */
dx_status dx_analyse(dx_doc *doc, const dx_header *header, dx_str text, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
