/* decide_issue.h - what is said for and against issues of public debate (features/issue.h): section "issues", one stance machine that has learned from
 * statements on many issues, its words counted by issue. It advises the machines of section "stance": what it says of a case is a feature of theirs
 * (stacking; Wolpert 1992), so that a user's few statements on an issue need not teach all of its words anew. */
#ifndef DX_DECIDE_ISSUE_H
#define DX_DECIDE_ISSUE_H
#include "model/stance_head.h"

/* A view into a model file; nothing to free. */
typedef struct {
	bool present;
	dx_stance_labels labels;
	dx_stance_head head;
} dx_issue_model;

/* Bytes of a section "issues"; none: present = false, no error. DX_EFORMAT when it is damaged. */
dx_status dx_issue_load(dx_issue_model *out, dx_str bytes, dx_err *err) DX_CHECKED;

/* Probabilities [labels.n] of a case whose target is about an issue, and the label that is chosen from them (NULL: not asked for); for a target
 * called after the other side, the two labels that are not neutral change places. */
dx_status dx_issue_p(double *p, uint32_t *chosen, const dx_stance_case *c, const dx_issue_model *m, dx_err *err) DX_CHECKED;

/* Appends the features of family ADVICE to those of dx_stance_vector: the logarithm of each label's probability above their mean. Nothing for a case
 * without an issue or a model without the section. notes may be NULL. */
dx_status dx_issue_advise(dx_vec *x, dx_stance_notes *notes, const dx_stance_case *c, const dx_issue_model *m, dx_err *err) DX_CHECKED;
#endif
