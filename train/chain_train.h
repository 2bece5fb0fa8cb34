/* chain_train.h - trains a linear chain (model/chain.h) by stochastic gradient on the conditional log-likelihood, with a step size
 * for each weight (AdaGrad, Duchi et al. 2011), weight decay on the features that occur, and the mean of the weights in the middle of
 * each round but the first (Polyak & Juditsky 1992). Deterministic for a seed. */
#ifndef DX_CHAIN_TRAIN_H
#define DX_CHAIN_TRAIN_H
#include "model/chain.h"
#include "train/svm_train.h"

/* Sequences of tokens with their features and gold labels; heap-owned, growing. */
typedef struct {
	uint32_t *feat;                          /* all features, token after token */
	size_t n_feat, cap_feat;
	size_t *beg;                             /* [n_tok + 1] into feat */
	uint8_t *label;                          /* [n_tok] */
	size_t n_tok, cap_tok;
	size_t *seq;                             /* [n_seq + 1] first token of each sequence */
	uint32_t *group;                         /* [n_seq] article */
	size_t n_seq, cap_seq;
} dx_seqs;

dx_status dx_seqs_token(dx_seqs *s, const uint32_t *feat, size_t n, uint8_t label, dx_err *err) DX_CHECKED;
dx_status dx_seqs_end(dx_seqs *s, uint32_t group, dx_err *err) DX_CHECKED;        /* closes a sequence; an empty one is left out */
void dx_seqs_fini(dx_seqs *s);

typedef struct {
	uint32_t n_label, bits, epochs;          /* table of 2^bits rows */
	double rate, decay;
	uint32_t least;                          /* features that occur less often are left out */
	uint64_t seed;
	const uint32_t *fold_of;                 /* fold of each group; NULL: train on all */
	uint32_t fold;                           /* its groups are left out */
	const char *what;                        /* for progress */
	dx_progress *progress;
	void *progress_ctx;
} dx_chain_params;

/* Appends the packed chain to out (dx_chain_unpack reads it). */
dx_status dx_chain_train(dx_pack *out, const dx_seqs *s, const dx_chain_params *par, dx_err *err) DX_CHECKED;
#endif
