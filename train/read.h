/* read.h - a text of the training data as prediction sees it: analysed, and tagged by the taggers of the model in the making. */
#ifndef DX_TRAIN_READ_H
#define DX_TRAIN_READ_H
#include "features/doc.h"
#include "train/options.h"

/* Results live in arena, which is not reset. Untagged without opt->tags. */
dx_status dx_train_read(dx_doc *out, dx_str text, const dx_train_options *opt, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
