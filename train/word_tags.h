/* word_tags.h - words of one part of speech: "the", "said", "government". More than half of all tokens, which need no tagger (a tag
 * dictionary, as in Ratnaparkhi 1996, that leaves no choice). */
#ifndef DX_WORD_TAGS_H
#define DX_WORD_TAGS_H
#include "features/doc.h"
#include "model/key_table.h"

/* Tokens that dx_tok_one_tag lets in, with their tags; heap-owned, in any order. Zero before use. */
typedef struct { dx_key_value *v; size_t n, cap; } dx_word_tags;

/* Counts the tokens of a document whose pos is set. */
dx_status dx_word_tags_add(dx_word_tags *t, const dx_doc *doc, dx_err *err) DX_CHECKED;
/* Packs the words that come often enough with hardly any tag but one (model/decide_tags.h reads them). */
dx_status dx_word_tags_pack(dx_pack *out, dx_word_tags *t, dx_err *err) DX_CHECKED;
void dx_word_tags_fini(dx_word_tags *t);
#endif
