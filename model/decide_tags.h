/* decide_tags.h - part of speech and name class of every token: a table of words that have one only, and two linear chains (chain.h). */
#ifndef DX_DECIDE_TAGS_H
#define DX_DECIDE_TAGS_H
#include "features/doc.h"
#include "model/chain.h"
#include "model/key_table.h"

/* Views into the model file. known: words of one part of speech (train/word_tags.h). */
typedef struct { bool present; dx_key_table known; dx_chain pos, ner; } dx_tags_model;

/* Views section "tags" of a model, or of a model in the making. Empty bytes: present = false, which is no error. */
dx_status dx_tags_unpack(dx_tags_model *out, dx_str section, dx_err *err) DX_CHECKED;
/* The same from an open file. present = false when the file has no tagger (that is no error). */
dx_status dx_tags_load(dx_tags_model *out, const dx_file *f, dx_err *err) DX_CHECKED;
/* Sets tok->pos of a sentence's tokens to what the table knows, 0 where it does not: what dx_pos_features look at. */
void dx_tags_known(dx_doc *doc, dx_range sent, const dx_key_table *known);
/* Fills tok->pos and tok->ner; nothing when the model is not present. */
dx_status dx_tags_decide(dx_doc *doc, const dx_tags_model *m, dx_err *err) DX_CHECKED;
#endif
