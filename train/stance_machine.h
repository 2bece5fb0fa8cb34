/* stance_machine.h - fits the machine of one kind of stance case, in two steps that end in one linear machine:
 * 1. all words, pairs, clusters, vectors: stance_words.h, by liblinear, one for each kind of case.
 * 2. the scores of each group of features, what the words machines of the other kinds say of the row, and the dense counts: two
 *    hundred features, by libsvm. It learns what each group and each other source of labels is worth for this kind.
 * All steps are linear: their product is one weight a feature and pair. So every kind learns from the labels of all, without
 * their definitions being mixed. */
#ifndef DX_STANCE_MACHINE_H
#define DX_STANCE_MACHINE_H
#include "train/stance_words.h"

typedef struct {
	const dx_rows *rows;                     /* features by dx_stance_vector's indices, y: class 0 .. n_class - 1 */
	const uint32_t *text;                    /* [rows->n] dx_stance_text_key of each row's text; 0: none */
	const uint32_t *label;                   /* [n_class] number of each class's label, ascending */
	uint32_t n_class;
	const dx_word_machine *words;            /* [DX_N_STANCE_KIND] of step 1; n_class = 0 where there is none */
	uint32_t kind;
	const char *name;                        /* for progress and export */
	const dx_str *names;                     /* of the labels by number */
	uint32_t neutral;                        /* number of the label without a position; UINT32_MAX: none */
	bool letters;                            /* the rows have the family LETTERS */
	uint32_t most_kept;                      /* features that are packed, the heaviest: the model's size */
} dx_stance_problem;

/* Appends what model/decide_stance.c reads as one machine (without its kind). all: NULL, or [rows->n][n_class], filled with the probabilities of each row by
 * scores of words that have not seen it, without factors of known texts. */
dx_status dx_stance_fit(dx_pack *out, double *all, const dx_stance_problem *p, const dx_train_options *opt, dx_err *err) DX_CHECKED;
#endif
