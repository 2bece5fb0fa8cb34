/* stance_machine.h - fits the machine of one kind of stance case, in two steps that end in one linear machine:
 * 1. all words, pairs, clusters ...: tens of thousands of features, by liblinear (primal: no random numbers), one label against the
 *    rest. Each family of features then comes to one score a label, on rows that the weights have not seen (folds by group).
 * 2. these scores and the dense counts, a hundred or two features, by libsvm. It learns what each family is worth.
 * Both steps are linear: their product is one weight a feature and pair. On NewsMTSC (8,739 rows) this is as good as libsvm on
 * all features at once, in 10 s instead of 340. */
#ifndef DX_STANCE_MACHINE_H
#define DX_STANCE_MACHINE_H
#include "model/decide_stance.h"
#include "train/options.h"

/* rows: features by dx_stance_vector's indices, y: class 0 .. n_class - 1. label[n_class]: number of each class's label, ascending.
 * Appends what model/decide_stance.c reads as one machine (without its kind). name: for progress and export. */
dx_status dx_stance_fit(dx_pack *out, const dx_rows *rows, const uint32_t *label, uint32_t n_class, const char *name,
                        const dx_train_options *opt, dx_err *err) DX_CHECKED;
#endif
