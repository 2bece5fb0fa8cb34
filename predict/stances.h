/* stances.h - which stances of a record are asked for, and toward what: the quote's own target, --target, or only what is missing
 * (--given). How one is decided is model/decide_stance.h's. */
#ifndef DX_STANCES_H
#define DX_STANCES_H
#include "model/file.h"
#include "predict/pipeline.h"

typedef struct dx_stances dx_stances;                    /* immutable once loaded; views into the model file */

/* A file without stances is fine: then none are filled in. */
dx_status dx_stances_load(dx_stances **out, const dx_file *f, dx_err *err) DX_CHECKED;
void dx_stances_free(dx_stances *s);                     /* NULL is fine */

/* Fills stance, target and p of the quotes, f->extra[].toward with --target, and the stance part of f->extra[].why where that is
 * there. A quote that --given keeps with its stance stays as it is; stances toward --target then stand in toward alone. */
dx_status dx_stances_article(dx_found *f, const dx_doc *doc, const dx_stances *s, const dx_pipeline_opts *o, dx_err *err)
	DX_CHECKED;

/* Fills stance and p of a statement, with --given only if it has no stance, and f->why with --explain. */
dx_status dx_stances_statement(dx_found *f, const dx_doc *doc, const dx_stances *s, const dx_pipeline_opts *o, dx_err *err)
	DX_CHECKED;
#endif
