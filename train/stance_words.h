/* stance_words.h - step 1 of a stance machine: what the words say. All hashed features and word vectors of a kind of case, tens of thousands,
 * by liblinear (primal: no random numbers), one label against the rest. Each group of features (a family, a part of the vectors) then comes
 * to one score a label, on rows that the weights have not seen (folds by group of rows). Step 2 (stance_machine.h) weighs the scores. */
#ifndef DX_STANCE_WORDS_H
#define DX_STANCE_WORDS_H
#include "model/decide_stance.h"
#include "train/options.h"

/* Families that are scored, then the parts of the vectors, then advice, then what is measured by issue; counts are in no group. */
enum { DX_STANCE_ADVICE = DX_SF_COUNT + DX_N_SP, DX_STANCE_BY_ISSUE, DX_STANCE_GROUPS };

typedef struct {
	const char *name;                        /* for progress */
	uint32_t n_class, n_out;                 /* n_out: scores of a group; for two classes one is enough, for class 1 */
	uint32_t n_feat;
	uint32_t *key;                           /* [n_feat] feature hashes, ascending */
	uint32_t bucket[DX_STANCE_BUCKETS + 1];
	double *w;                               /* [n_out][n_feat + 1], the bias last */
	float *score;                            /* [rows][DX_STANCE_GROUPS * n_out] out of fold */
	double cost, macro_f1;                   /* the cost that cross-validation chose, and what it measured (0 .. 1) */
	uint32_t guests;                         /* kinds (1 << kind) whose rows it has seen beside its own; for the caller */
	uint32_t without;                        /* families (1 << dx_stance_family) that it chose to leave out */
	bool by_odds;                            /* it chose to weigh hashed features by their odds before training */
} dx_word_machine;

/* rows: features by dx_stance_vector's indices, y: class 0 .. n_class - 1. The first n_own are the kind's, which are measured and scored; guests
 * of another kind may follow. most: features that are trained; the rarest go first. Zero *out first; dx_word_machine_fini frees it, also after a failure. */
dx_status dx_word_machine_fit(dx_word_machine *out, const dx_rows *rows, size_t n_own, uint32_t n_class, uint32_t most, const char *name,
                              const dx_train_options *opt, dx_err *err) DX_CHECKED;
void dx_word_machine_fini(dx_word_machine *m);

/* The whole value of each output, without bias, of row i of rows that these weights have not seen. */
void dx_word_machine_score(double *out, const dx_word_machine *m, const dx_rows *rows, size_t i);
/* Number of a feature by hash; UINT32_MAX: not one of them. */
uint32_t dx_word_machine_find(const dx_word_machine *m, uint32_t key);
/* Group of a feature by hash; DX_STANCE_GROUPS for a count. */
uint32_t dx_stance_group_of(uint32_t key);
/* Number of a feature within its family, below its hash's family bits. */
static inline uint32_t dx_stance_number_of(uint32_t key)
{
	return key & ((1u << DX_STANCE_BITS) - 1);
}
/* Weight of each class in training so that all count the same in sum. */
void dx_stance_class_costs(double *cost, const dx_rows *r, uint32_t n_class);
#endif
