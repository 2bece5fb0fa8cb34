/* stance_report.h - what cross-validation measured of a stance machine, in words for the user: macro F1, mean F1 of chosen labels, the
 * confusion of labels, what was chosen. */
#ifndef DX_STANCE_REPORT_H
#define DX_STANCE_REPORT_H
#include "train/stance_machine.h"

/* p: [r->n][n_class] out-of-fold probabilities, lift[n_class]: as dx_stance_choose takes them. Calls opt->note, where there is one. */
void dx_stance_report(const dx_stance_problem *pr, const dx_rows *r, const double *p, const double *lift, const dx_train_options *opt);
#endif
