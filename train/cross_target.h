/* cross_target.h - the targets of training quotes as prediction will find them: by rankings (train_target.h) that have not seen their article. */
#ifndef DX_CROSS_TARGET_H
#define DX_CROSS_TARGET_H
#include "datasets/record.h"
#include "train/options.h"

typedef struct {
	dx_str text;                             /* n = 0: none was found */
	uint64_t last;                           /* dx_target_choice.last */
} dx_cross_target;

/* (*out)[i]: target of the ith quote with a stance of recs, in their order; *n of these. One ranking is trained for each fold of opt; where too few
 * quotes have targets for that, base chooses, the section "target" of the model that training started from; without one (n = 0) all are empty. Lives in keep. */
dx_status dx_cross_targets(dx_cross_target **out, size_t *n, const dx_record *recs, size_t n_recs, const dx_train_options *opt, dx_str base, dx_arena *keep,
                           dx_err *err) DX_CHECKED;
#endif
