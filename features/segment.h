/* segment.h - which tokens form a sentence and which a paragraph.
 * Paragraphs end at line feeds, except in hard-wrapped text, where they end at blank lines; sentences never cross them. */
#ifndef DX_SEGMENT_H
#define DX_SEGMENT_H
#include "features/doc.h"

/* Fills doc->par, doc->sent and the tokens' par and sent. Needs dx_tokenize. O(n). */
dx_status dx_segment(dx_doc *doc, dx_err *err) DX_CHECKED;
#endif
