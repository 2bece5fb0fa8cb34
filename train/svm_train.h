/* svm_train.h - training with libsvm: rows in, a packed classifier (model/svm.h) out. Deterministic: folds are by group (article) and
 * seed, never libsvm's rand(); any number of threads gives the same bytes. Mind: libsvm checks no allocation of its own, and its kernel
 * solver's time grows with the square of the rows. Its print hook is set to silence for the whole process. */
#ifndef DX_SVM_TRAIN_H
#define DX_SVM_TRAIN_H
#include "model/svm.h"

/* Rows of a problem: heap-owned, growing. */
typedef struct {
	dx_feat *f;                              /* all features, row after row, indices ascending in a row */
	size_t n_f, cap_f;
	size_t *beg;                             /* [n + 1] */
	int32_t *y;                              /* [n] class 0 .. n_class - 1 */
	uint32_t *group;                         /* [n] article number: rows of one group share a fold */
	size_t n, cap;
	uint32_t n_feat;                         /* highest index + 1 */
} dx_rows;

dx_status dx_rows_add(dx_rows *r, const dx_vec *x, int32_t y, uint32_t group, dx_err *err) DX_CHECKED;   /* sorts a copy of x by index */
void dx_rows_fini(dx_rows *r);
/* Fold of a group: 0 .. k - 1, from the seed only. */
uint32_t dx_fold_of(uint32_t group, uint32_t k, uint64_t seed);

/* Called now and then; done and total count steps of `what`. May be NULL. dx_svm_train calls it from any of its threads, one at a time. */
typedef void dx_progress(void *ctx, const char *what, size_t done, size_t total);

typedef struct {
	dx_svm_kernel kernel;
	double C, gamma;                         /* gamma: RBF */
	const double *class_weight;              /* [n_class] or NULL */
	uint32_t n_class;
	uint32_t n_folds;                        /* for calibration and out-of-fold values; 2 at least */
	uint64_t seed;
	bool scale;                              /* standardise each feature (mean 0 for RBF, unit variance); folded into the result.
	                                          * Leave it off for words: a feature in 1 of 10,000 rows would grow 100-fold */
	double cache_mb;                         /* of each thread; 0: 200 */
	unsigned n_threads;                      /* folds trained at the same time; 0: 1 */
	const char *export_dir, *export_name;    /* NULL, or write DIR/NAME.problem and DIR/NAME.model for svm-predict (DIR must
	                                          * exist; sets the locale for a moment). The name is also the progress's `what` */
	dx_progress *progress;
	void *progress_ctx;
} dx_svm_params;

/* Trains on all rows and, for calibration, on each fold's complement. values (may be NULL): [n][n_pair] out-of-fold decision values,
 * filled for the caller; rows of a fold whose complement lacks a class get those of the final machine, which has seen them. Scaling is
 * that of all rows in every fold. Appends to out at the next multiple of 8. DX_EDATA when a class has no row; DX_ELIMIT for an RBF kernel
 * with more than two classes or DX_SVM_DENSE features. */
dx_status dx_svm_train(dx_pack *out, double *values, const dx_rows *r, const dx_svm_params *par, dx_err *err) DX_CHECKED;

/* Appends a machine as model/FORMAT.md says and dx_svm_unpack reads, at the next multiple of 8. */
void dx_svm_pack(dx_pack *out, const dx_svm *m);

/* Fits calib [n_class][n_pair + 1] on values [n][n_pair] and labels: multinomial logistic regression by Newton's method with a small ridge
 * (Platt 1999 for two classes, with his smoothed targets). From five classes on a class has only two weights, for the mean of its own
 * decision values and a constant (Guo et al. 2017 call this vector scaling); calib holds them written out. */
dx_status dx_calibrate(double *calib, const double *values, const int32_t *y, size_t n, uint32_t n_class, uint32_t n_pair, dx_err *err) DX_CHECKED;
#endif
