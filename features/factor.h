/* factor.h - factors: named facts about a candidate, each a number, that become a sparse vector a linear machine can bend with.
 * A factor's value is cut into at most 16 steps, one feature a step; real ones also count as they are; chosen pairs of factors are crossed,
 * one feature for each pair of steps. So a dot product sees what would otherwise need a kernel, at a hundredth of its cost. */
#ifndef DX_FACTOR_H
#define DX_FACTOR_H
#include "features/vec.h"

typedef enum {
	DX_FACTOR_CLASS,                         /* a small whole number: flag, count, class; above 15 counts as 15 */
	DX_FACTOR_P,                             /* a probability */
	DX_FACTOR_LOGIT,                         /* log odds or a margin */
	DX_FACTOR_LOG                            /* the logarithm of a length or distance, 0 and up */
} dx_factor_kind;

typedef struct { const char *name; dx_factor_kind kind; } dx_factor;

/* The factors of a decision, and which pairs of them are crossed. */
typedef struct {
	const dx_factor *f;
	size_t n;
	const uint8_t (*cross)[2];
	size_t n_cross;
} dx_factor_set;

#define DX_STEPS 16
/* Indices that n factors with n_cross crosses use: factor i as it is at i, its steps at n + 16 i, cross k at 17 n + 256 k. */
#define DX_FACTOR_SIZE(n, n_cross) ((n) * (1 + DX_STEPS) + (n_cross) * DX_STEPS * DX_STEPS)

/* Appends the features of value[s->n]. */
void dx_factors_add(dx_vec *x, const dx_factor_set *s, const float *value);
/* The dot product of those features with w[n_w], without making them: weights from n_w on are 0. */
double dx_factors_dot(const dx_factor_set *s, const float *value, const double *w, size_t n_w);

/* Log odds of p, kept within +-6.2. */
float dx_logit(float p);
#endif
