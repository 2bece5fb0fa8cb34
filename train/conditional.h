/* conditional.h - conditional logit (McFadden 1974): a row offers the same classes, each described by a vector of its own; P(class) is the softmax of
 * weights . vector, one set of weights for all classes. */
#ifndef DX_CONDITIONAL_H
#define DX_CONDITIONAL_H
#include "features/base.h"

#define DX_CONDITIONAL_DIM 8                             /* most weights */

typedef struct {
	const double *x;                         /* [n][n_class][n_dim] */
	const int32_t *y;                        /* [n] class 0 .. n_class - 1 */
	size_t n;
	uint32_t n_class, n_dim;
} dx_choices;

/* Weights w[n_dim] of highest likelihood, by Newton's method with step halving; a ridge of this weight, on the sum over rows, holds them to what w is
 * before. Deterministic. DX_ENOMEM only. */
dx_status dx_conditional_fit(double *w, const dx_choices *c, double ridge, dx_err *err) DX_CHECKED;

/* Probabilities p[n_class] of a row; the logarithm of that of its class. */
double dx_conditional_p(double *p, const double *w, const dx_choices *c, size_t row);
#endif
