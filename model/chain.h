/* chain.h - a linear chain: every token gets one label, chosen jointly over a sequence (Lafferty et al. 2001: linear-chain CRF).
 * Features are binary and hashed; weights lie in one flat 8-bit table, a row of all labels per feature. Trained by train/chain_train.h. */
#ifndef DX_CHAIN_H
#define DX_CHAIN_H
#include "features/arena.h"
#include "features/token_vector.h"
#include "model/file.h"

#define DX_CHAIN_LABELS 32                               /* most labels */

typedef struct {
	uint32_t n_label, stride;                /* stride: n_label rounded up to a multiple of 8 */
	uint32_t mask;                           /* table rows - 1 */
	float scale;                             /* a weight is scale * w */
	const int8_t *w;                         /* [mask + 1][stride] */
	const float *trans;                      /* [n_label + 1][n_label]; the last row is the start */
	/* What dx_chain_ready makes of trans: rows of stride, so that whole registers of labels are worked on. */
	float step[(DX_CHAIN_LABELS + 1) * DX_CHAIN_LABELS];     /* trans [from][to]; far below all others behind n_label */
	float pets[DX_CHAIN_LABELS * DX_CHAIN_LABELS];           /* trans [to][from] */
	float lead[DX_CHAIN_LABELS * DX_CHAIN_LABELS];           /* [x][y]: most that a step from y is better than from x to the same label */
	float forth[(DX_CHAIN_LABELS + 1) * DX_CHAIN_LABELS];    /* exp(trans) [from][to]; zero behind n_label, as is back */
	float back[DX_CHAIN_LABELS * DX_CHAIN_LABELS];           /* exp(trans) [to][from] */
} dx_chain;

/* Views a packed chain; checks every length and value. n_label must be the caller's. */
dx_status dx_chain_unpack(dx_chain *out, dx_cursor *c, uint32_t n_label, dx_err *err) DX_CHECKED;

/* Fills step and what follows it from n_label, stride and trans. */
void dx_chain_ready(dx_chain *m);

/* Asks for the rows of the features: called a token ahead of dx_chain_score, it hides most of the wait for memory. */
static inline void dx_chain_prefetch(const dx_chain *m, const uint32_t *feat, size_t n)
{
	for (size_t k = 0; k < n; k++)
		__builtin_prefetch(m->w + (size_t)(feat[k] & m->mask) * m->stride);
}

static inline dx_table dx_chain_table(const dx_chain *m)
{
	return (dx_table){ (const char *)m->w, m->mask, m->stride };
}

/* sum[stride] = sum of the rows of the features, of which there are fewer than 256. */
void dx_chain_sum(int16_t *sum, const dx_chain *m, const uint32_t *feat, size_t n);
/* score[stride] = sum of the rows of the features; each feature is an index into the table, already masked. */
void dx_chain_score(float *score, const dx_chain *m, const uint32_t *feat, size_t n);

/* Best label sequence of n tokens from their scores [n][stride]. v: scratch [n][stride]. O(n * n_label^2). */
void dx_chain_best(uint8_t *label, const dx_chain *m, const float *score, size_t n, float *v);

/* Marginal probabilities [n][stride] of every label at every token (forward-backward, scaled). alpha: scratch [n][stride]. */
void dx_chain_marginals(float *p, const dx_chain *m, const float *score, size_t n, float *alpha);
#endif
