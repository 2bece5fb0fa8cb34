/* factor.h - factors: facts about a candidate, each a number, that become a sparse vector a linear machine can bend with.
 * A factor's value is cut into at most 16 steps, one feature a step; real ones also count as they are; chosen pairs of factors are crossed,
 * one feature for each pair of steps. So a dot product sees what would otherwise need a kernel, at a hundredth of its cost. Words beside a
 * candidate and the like are hashed into one table behind them. */
#ifndef DX_FACTOR_H
#define DX_FACTOR_H
#include "features/vec.h"

typedef enum {
	DX_FACTOR_CLASS,                         /* a small whole number: flag, count, class; above 15 counts as 15 */
	DX_FACTOR_P,                             /* a probability */
	DX_FACTOR_LOGIT,                         /* log odds or a margin */
	DX_FACTOR_LOG,                           /* the logarithm of a length or distance, 0 and up */
	DX_N_FACTOR_KIND
} dx_factor_kind;

/* The factors of a decision, ordered by kind, which pairs of them are crossed, and how many words there are. Who adds a factor puts it into
 * the line of its kind in the enumeration and counts it in n_kind; the model is then to be trained anew. */
typedef struct {
	uint8_t n_kind[DX_N_FACTOR_KIND], n;     /* how many of each kind, and in all */
	uint8_t n_cross, n_word;
	const uint8_t (*cross)[2];
} dx_factor_set;

#define DX_MOST_FACTORS 48
#define DX_MOST_FACTOR_WORDS 12
#define DX_WORD_BITS 13

/* What is known of a candidate. */
typedef struct {
	float value[DX_MOST_FACTORS];            /* [set->n] */
	uint32_t word[DX_MOST_FACTOR_WORDS];     /* [set->n_word] below 2^DX_WORD_BITS */
} dx_facts;

#define DX_STEPS 16
/* Indices in use: factor i as it is at i, its steps at n + 16 i, cross k at 17 n + 256 k, words (where there are any) behind them. */
#define DX_FACTOR_SIZE(n, n_cross, n_word) ((n) * (1 + DX_STEPS) + (n_cross) * DX_STEPS * DX_STEPS + ((n_word) ? 1 << DX_WORD_BITS : 0))

/* Appends the features of f. */
void dx_factors_add(dx_vec *x, const dx_factor_set *s, const dx_facts *f);
/* The dot product of those features with w[DX_FACTOR_SIZE], without making them. */
double dx_factors_dot(const dx_factor_set *s, const dx_facts *f, const double *w);

/* Log odds of p, kept within +-6.2. */
float dx_logit(float p);
#endif
