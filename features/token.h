/* token.h - splits the folded text into tokens: words (clitics split off: "do" "n't", "Kerr" "'s"), numbers, quotation marks,
 * punctuation, symbols. A table-driven scanner rather than a pattern: it must run at tens of MB/s.
 * What belongs to which sentence and paragraph is segment.h's; which marks pair up is marks.h's. */
#ifndef DX_TOKEN_H
#define DX_TOKEN_H
#include "features/doc.h"

#define DX_TOK_MOST 1024                                 /* bytes of one token; longer runs are cut */

/* Fills doc->tok (kind, shape, mark, hash, word, spans) from doc->fold. Tokens are ordered, non-empty, and their spans
 * lie on code point boundaries of the original. O(n). */
dx_status dx_tokenize(dx_doc *doc, dx_err *err) DX_CHECKED;
#endif
