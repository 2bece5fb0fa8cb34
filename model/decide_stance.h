/* decide_stance.h - the stance of a quote or a statement toward its target, and what a quote's target is.
 * Sections "stance" (labels, and a linear machine for each kind of case that the training data had), "target" (a ranking of the
 * phrases that a quote may be about) and "issues" (decide_issue.h). The label set is whatever training found. */
#ifndef DX_DECIDE_STANCE_H
#define DX_DECIDE_STANCE_H
#include "features/target.h"
#include "model/decide_issue.h"

/* A view into a model file; nothing to free. */
typedef struct {
	bool present, has_target;
	dx_stance_labels labels;
	dx_stance_head head[DX_N_STANCE_KIND];
	dx_svm target;                           /* linear, two classes: is the phrase the target? */
	dx_issue_model issues;
} dx_stance_model;

typedef struct {
	dx_str label;                            /* points into the model */
	dx_label_p *p;                           /* [n_p] every label of the model; sums to 1 */
	size_t n_p;
	double conf;                             /* p of label */
	dx_str target;                           /* quotes; n = 0: none found */
	dx_span target_span;                     /* empty: the target stands nowhere in the quote's content or frame */
	dx_span target_name;                     /* last word of the name that target is; empty: a phrase, or a target that was given */
} dx_stance;

/* What a feature added to the log odds of the label that won over the next one. Exact: the machine is linear. */
typedef struct { dx_str what; double weight; } dx_stance_reason;

/* present = false when the file has no section "stance" (no error). DX_EFORMAT when one is damaged. */
dx_status dx_stance_load(dx_stance_model *out, const dx_file *f, dx_err *err) DX_CHECKED;

/* Doc: after dx_analyse; m->present. Results live in doc->arena and the model. */
dx_status dx_stance_statement(dx_stance *out, const dx_doc *doc, const dx_statement *s, const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* Stance of q toward target; an empty target: toward what q is about, which is then found. targets: of dx_targets_new, made once a
 * document; NULL where target is given. */
dx_status dx_stance_quote(dx_stance *out, const dx_doc *doc, const dx_quote *q, dx_str target, const dx_targets *targets,
                          const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* The most features that moved the decision (by absolute weight, strongest first) into the arena of c->doc. */
dx_status dx_stance_explain(dx_stance_reason **out, size_t *n, size_t most, dx_stance_case *c, const dx_stance_model *m,
                            dx_err *err) DX_CHECKED;

/* The machine for a kind, or the nearest one that the model has. */
const dx_stance_head *dx_stance_head_for(const dx_stance_model *m, dx_stance_kind kind);
#endif
