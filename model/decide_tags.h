/* decide_tags.h - part of speech and name class of every token: two linear chains (chain.h). */
#ifndef DX_DECIDE_TAGS_H
#define DX_DECIDE_TAGS_H
#include "features/doc.h"
#include "model/chain.h"

typedef struct { bool present; dx_chain pos, ner; } dx_tags_model;   /* views into the model file */

/* Views section "tags" of a model, or of a model in the making. Empty bytes: present = false, which is no error. */
dx_status dx_tags_unpack(dx_tags_model *out, dx_str section, dx_err *err) DX_CHECKED;
/* The same from an open file. present = false when the file has no tagger (that is no error). */
dx_status dx_tags_load(dx_tags_model *out, const dx_file *f, dx_err *err) DX_CHECKED;
/* Fills tok->pos and tok->ner; nothing when the model is not present. */
dx_status dx_tags_decide(dx_doc *doc, const dx_tags_model *m, dx_err *err) DX_CHECKED;
#endif
