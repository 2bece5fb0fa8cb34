/* svm.h - a trained libsvm classifier, or a logistic regression (train/logistic.h), in the form that prediction uses: a linear kernel's
 * support vectors folded into one weight vector a class pair (a decision is a sparse dot product), or an RBF kernel's support vectors in one
 * flat array (two classes only). Decision values equal libsvm's own svm_predict_values. Probabilities come from a multinomial logistic map of
 * the decision values, fitted on cross-validated ones (for two classes this is Platt scaling), see train/svm_train.h; a regression's is the
 * logistic function. */
#ifndef DX_SVM_H
#define DX_SVM_H
#include "features/factor.h"
#include "model/file.h"

typedef enum { DX_SVM_LINEAR, DX_SVM_RBF } dx_svm_kernel;

#define DX_SVM_CLASSES 32                                /* most classes */
#define DX_SVM_PAIRS (DX_SVM_CLASSES * (DX_SVM_CLASSES - 1) / 2)

/* Pairs (a, b), a < b, in the order (0,1), (0,2), .. (1,2) ..; a positive decision value speaks for a.
 * For two classes: class 0 is "no", class 1 is "yes" by convention; dx_svm_yes turns the sign around. */
typedef struct {
	uint32_t kernel, n_class, n_pair, n_feat, n_sv;
	double gamma;
	const double *w;                         /* linear: [n_feat][n_pair], scaling folded in */
	const double *bias;                      /* [n_pair] */
	const double *shift, *scale;             /* RBF: x' = (x - shift) * scale, [n_feat] */
	const float *sv;                         /* RBF: [n_sv][n_feat] row-major, scaled */
	const double *coef;                      /* RBF: [n_sv] */
	const double *calib;                     /* [n_class][n_pair + 1]: logits = calib * (values, 1) */
} dx_svm;

/* A view into a section of a model file (nothing to free); DX_EFORMAT when the bytes are not a whole classifier of finite numbers. */
dx_status dx_svm_unpack(dx_svm *out, dx_cursor *c, dx_err *err) DX_CHECKED;

/* Decision values of x into out[n_pair]; indices >= n_feat are ignored. RBF: O(n_sv * n_feat) and uses at most DX_SVM_DENSE features. */
#define DX_SVM_DENSE 512
void dx_svm_values(double *out, const dx_svm *m, const dx_feat *x, size_t n);
/* Decision value for "yes" (class 1) of a two-class machine. */
double dx_svm_yes(const dx_svm *m, const dx_feat *x, size_t n);
/* The same for the features of factors, which are not made. Linear machines with all of these features only. */
double dx_svm_yes_factors(const dx_svm *m, const dx_factor_set *s, const dx_facts *f);
/* Probabilities [n_class] from decision values [n_pair]. They sum to 1. */
void dx_svm_probabilities(double *out, const dx_svm *m, const double *values);
/* Probability of "yes" for a decision value of dx_svm_yes. */
double dx_svm_yes_p(const dx_svm *m, double yes);
/* What feature i adds to the decision value of pair (linear only; 0 for RBF): for --explain. */
double dx_svm_part(const dx_svm *m, uint32_t pair, const dx_feat *f);
#endif
