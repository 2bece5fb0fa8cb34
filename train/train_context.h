/* train_context.h - learns what the other quotes of an article say of a quote's stance (model/stance_context.h), from quotes that were decided by a
 * machine which had not seen their article. */
#ifndef DX_TRAIN_CONTEXT_H
#define DX_TRAIN_CONTEXT_H
#include "train/cross_target.h"

/* The labelled quotes of records, in their order, as decided on their own. */
typedef struct {
	const double *p;                         /* [n][n_class] out of fold; a quote without: -1 */
	const int32_t *y;                        /* [n] class, -1: its label is none of the machine's */
	const dx_cross_target *target;           /* [n] */
	size_t n;
	uint32_t n_class;
} dx_own_stances;

/* Puts the section "context" into w, an empty one where fewer than DX_CONTEXT_LEAST quotes stand beside another. Speakers are decided as
 * prediction will decide them, by the section "speaker" that w has by now. Deterministic. */
#define DX_CONTEXT_LEAST 200
dx_status dx_train_context(dx_writer *w, const dx_record *recs, size_t n, const dx_own_stances *own, const dx_train_options *opt, dx_err *err)
	DX_CHECKED;
#endif
