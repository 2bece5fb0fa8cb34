/* decide_target.h - what a quote is about: a ranking of its own phrases and of the article's names (features/target.h).
 * Section "target": a weight for each feature of a candidate. Only the order of the candidates counts, so that weights are whole numbers of a unit of their
 * own, and their sums exact. */
#ifndef DX_DECIDE_TARGET_H
#define DX_DECIDE_TARGET_H
#include "features/target.h"
#include "model/file.h"

#define DX_TARGET_VERSION 5                              /* of the section, and of the features that its weights are for */

/* A view into a model file; nothing to free. */
typedef struct {
	bool present;
	uint32_t n;
	const int16_t *w;                        /* [n]; features from n on count nothing */
} dx_target_model;

typedef struct {
	dx_str text;                             /* n = 0: there was no candidate */
	dx_span span;                            /* empty: it stands nowhere in the quote's content or frame */
	dx_span name;                            /* last word of the name that it is; empty: a phrase */
	uint64_t last;                           /* hash of its last word, lower case; 0: none */
} dx_target_choice;

/* present = false when bytes is empty (no error). DX_EFORMAT when the section is damaged or of another version. */
dx_status dx_target_load(dx_target_model *out, dx_str bytes, dx_err *err) DX_CHECKED;

/* Puts the section from weights w[n]; the largest becomes that of 16 bits. */
dx_status dx_target_put(dx_writer *to, const double *w, uint32_t n, dx_err *err) DX_CHECKED;

/* The best candidate of a quote (a case without target). m->present. Text in c->doc->arena. */
dx_status dx_target_choose(dx_target_choice *out, const dx_stance_case *c, const dx_targets *t, const dx_target_model *m, dx_err *err) DX_CHECKED;
#endif
