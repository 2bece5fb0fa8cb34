/* logistic.h - L2-regularised logistic regression by liblinear (trust region Newton, Lin, Weng & Keerthi 2008): rows in, a packed linear
 * machine (model/svm.h) out whose decision value for "yes" is the log odds. For decisions whose probabilities are added up and compared,
 * as those of spans are: a support vector machine is sharp at its margin only. Deterministic; time grows with the features of all rows. */
#ifndef DX_LOGISTIC_H
#define DX_LOGISTIC_H
#include "train/svm_train.h"

typedef struct {
	uint32_t n_folds;                        /* by group, to choose the cost and for out-of-fold values; 2 at least */
	uint64_t seed;
	const char *name;                        /* for progress */
	dx_progress *progress;
	void *progress_ctx;
} dx_logistic_params;

/* rows: y 0 (no) or 1 (yes), both there. The cost is what gives the best log loss out of fold. yes (may be NULL): [n] out-of-fold log
 * odds; rows of a fold whose complement lacks a class get 0. Appends to out at the next multiple of 8. DX_EDATA when a class has no row. */
dx_status dx_logistic_train(dx_pack *out, double *yes, const dx_rows *r, const dx_logistic_params *par, dx_err *err) DX_CHECKED;
#endif
