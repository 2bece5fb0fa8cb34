/* spans.h - the units in which spans are compared: tokens, trimmed pieces, token ranges. Tokens here are the scorer's own
 * (runs of ASCII letters and digits and of anything beyond ASCII), not those of the extractor: a score must not move when
 * the tokenizer does. */
#ifndef DX_SPANS_H
#define DX_SPANS_H
#include "features/quote.h"

/* The tokens of text that hold a letter or digit, in order. O(n). */
dx_status dx_tokens_find(dx_spans *out, dx_str text, dx_arena *arena, dx_err *err) DX_CHECKED;

/* Indexes [beg, end) of the tokens that touch the byte range. O(log n). */
dx_span dx_tokens_under(dx_spans tok, dx_span s);

/* Token indexes under all pieces, as disjoint ranges in order. */
dx_status dx_tokens_cover(dx_spans *out, dx_spans tok, dx_spans pieces, dx_arena *arena, dx_err *err) DX_CHECKED;

/* The piece without blanks, quotation marks, dashes and , . ; : ! ? at its ends, a content also without "that" in front. May be empty. */
dx_span dx_span_trim(dx_str text, dx_span s, bool is_content);

size_t dx_spans_length(dx_spans s);                      /* sum of the lengths */
size_t dx_spans_common(dx_spans a, dx_spans b);          /* length of what both cover; both ordered and disjoint */
bool dx_spans_touch(dx_spans a, dx_spans b);             /* do they overlap at all? */
dx_span dx_spans_hull(dx_spans s);                       /* from the first to the last; empty where there is none */
size_t dx_count_cp(dx_str text, dx_spans s);             /* code points under the pieces */
size_t dx_count_cp_common(dx_str text, dx_spans a, dx_spans b);  /* code points under both */
#endif
