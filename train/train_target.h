/* train_target.h - trains the ranking of what a quote is about (features/target.h) on quotes with a target, by conditional logistic regression: the
 * candidates of a quote compete, and only their order counts. Part of the stance decision. */
#ifndef DX_TRAIN_TARGET_H
#define DX_TRAIN_TARGET_H
#include "datasets/record.h"
#include "train/options.h"

/* Puts the section "target" into w; nothing when too few quotes have a target that is among their candidates. */
dx_status dx_train_target(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err) DX_CHECKED;
#endif
