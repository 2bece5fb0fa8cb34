/* train_quotes.h - trains all decisions about quotes (model/decide_quotes.h): cue rates, both rounds of the token chain, spans, links, keep.
 * Each decision is trained on what the earlier ones say on articles that they have not seen (folds by article). */
#ifndef DX_TRAIN_QUOTES_H
#define DX_TRAIN_QUOTES_H
#include "train/trainset.h"

/* Writes sections "quotes.*". */
dx_status dx_train_quotes(dx_writer *w, dx_trainset *c, const dx_train_options *opt, dx_err *err) DX_CHECKED;
#endif
