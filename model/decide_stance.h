/* decide_stance.h - the stance of a quote or a statement toward its target.
 * Section "stance": labels, and a linear machine for each kind of case that the training data had; with it go "target" (decide_target.h), "issues"
 * (decide_issue.h) and "context" (stance_context.h). The label set is whatever training found. */
#ifndef DX_DECIDE_STANCE_H
#define DX_DECIDE_STANCE_H
#include "model/decide_issue.h"
#include "model/decide_target.h"
#include "model/stance_context.h"

/* A view into a model file; nothing to free. */
typedef struct {
	bool present;
	dx_stance_labels labels;
	dx_stance_head head[DX_N_STANCE_KIND];
	dx_target_model target;
	dx_issue_model issues;
	dx_context_model context;
} dx_stance_model;

typedef struct {
	dx_str label;                            /* points into the model */
	dx_label_p *p;                           /* [n_p] every label of the model; sums to 1 */
	size_t n_p;
	double conf;                             /* p of label */
	dx_target_choice target;                 /* quotes; text.n = 0: none found */
	bool by_target;                          /* the target was chosen, and what the quote says of it helped to decide */
	bool by_issue;                           /* decided by the machine of issues */
	const double *others;                    /* message of the article's other quotes; NULL: they were not asked */
} dx_stance;

/* present = false when the file has no section "stance" (no error). DX_EFORMAT when one is damaged. */
dx_status dx_stance_load(dx_stance_model *out, const dx_file *f, dx_err *err) DX_CHECKED;

/* Doc: after dx_analyse; m->present. Results live in doc->arena and the model. */
dx_status dx_stance_statement(dx_stance *out, const dx_doc *doc, const dx_statement *s, const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* Stance of q toward target; an empty target: toward what q is about, which is then found, by what q says in all and, where that leaves it open, what it says
 * of that (the geometric mean of both). targets: of dx_targets_new, made once a document; NULL where target is given. */
dx_status dx_stance_quote(dx_stance *out, const dx_doc *doc, const dx_quote *q, dx_str target, const dx_targets *targets,
                          const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* Decides n quotes of an article, each of which was decided on its own, once more in the light of each other: label, p, conf and others of s. place[n]: where
 * a quote begins and its speaker; the rest is filled in. Stances that the machine of issues decided take no part. Nothing happens without a section
 * "context". */
dx_status dx_stance_settle(dx_stance *s, dx_context_quote *place, size_t n, const dx_stance_model *m, dx_arena *arena, dx_err *err) DX_CHECKED;

/* Features of a case by hash, as machine h looks at it; notes may be NULL. */
dx_status dx_stance_features(dx_vec *x, dx_stance_notes *notes, dx_stance_case *c, const dx_stance_head *h, const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* The machine for a kind, or the nearest one that the model has. */
const dx_stance_head *dx_stance_head_for(const dx_stance_model *m, dx_stance_kind kind);
#endif
