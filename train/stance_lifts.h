/* stance_lifts.h - what is added to the log probability of each label before the most probable is chosen, so that macro F1 is large. */
#ifndef DX_STANCE_LIFTS_H
#define DX_STANCE_LIFTS_H
#include "train/stance_machine.h"

/* By coordinate search from lift[n_class], zeros: mean F1 of all labels, or of those that --f-of names, and a little of the accuracy, that are to be expected of
 * the labels chosen from out-of-fold probabilities p[n][n_class] if these are right. n > 0. The rows' labels have no say: what they would add is noise (docs/stance.md). */
void dx_stance_lifts(double *lift, const dx_stance_problem *problem, const double *p, size_t n, const dx_train_options *opt);
#endif
