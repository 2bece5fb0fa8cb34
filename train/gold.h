/* gold.h - gold quotes of a record as token labels. */
#ifndef DX_GOLD_H
#define DX_GOLD_H
#include "features/doc.h"
#include "features/quote.h"

/* First and last word of a byte span as a token range, without marks and punctuation at either end and, for a content, without a
 * leading "that"; empty (beg == end) when no word is inside. */
dx_range dx_gold_core(const dx_doc *doc, dx_span s, bool content);

/* dx_quote_label of every token, into label[n_tok]. Where gold spans overlap, the earlier quote wins. */
void dx_gold_labels(uint8_t *label, const dx_doc *doc, const dx_quote *quotes, size_t n);
#endif
