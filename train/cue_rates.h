/* cue_rates.h - counts how often each word and stem is a cue in the training articles (features/quote_vector.h). */
#ifndef DX_CUE_RATES_H
#define DX_CUE_RATES_H
#include "train/trainset.h"

/* Packs the rates of all articles outside of fold (fold >= opt->folds: of all); dx_key_table_unpack reads them. */
dx_status dx_cue_rates_count(dx_pack *out, const dx_trainset *c, uint32_t fold, dx_err *err) DX_CHECKED;
#endif
