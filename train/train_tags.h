/* train_tags.h - trains the taggers (model/decide_tags.h) on articles with silver tokens. Writes section "tags". */
#ifndef DX_TRAIN_TAGS_H
#define DX_TRAIN_TAGS_H
#include "datasets/record.h"
#include "datasets/silver.h"
#include "train/options.h"

/* Uses the records whose id the silver file has; DX_EDATA when there are none. */
dx_status dx_train_tags(dx_writer *w, const dx_record *recs, size_t n, const dx_silver *silver, const dx_train_options *opt,
                        dx_err *err) DX_CHECKED;
#endif
