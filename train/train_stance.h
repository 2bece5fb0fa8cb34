/* train_stance.h - trains the stance decision (model/decide_stance.h) on statements and on articles whose quotes have a stance.
 * Any label set. One linear machine for each kind of case (features/stance.h), and a ranking of targets where quotes have them. */
#ifndef DX_TRAIN_STANCE_H
#define DX_TRAIN_STANCE_H
#include "datasets/record.h"
#include "train/options.h"

/* Puts the sections "stance" and, where quotes have targets, "target" into w, and what quotes say of each other ("context", train_context.h), which is
 * learned from the first n_whole records: the others lack some of their article's quotes. Records without a stance are passed over; DX_EDATA when fewer than
 * two labels are left. Uses seed, folds, threads, progress, export_dir, header and tags of opt. Deterministic for a seed. */
dx_status dx_train_stance(dx_writer *w, const dx_record *recs, size_t n, size_t n_whole, const dx_train_options *opt, dx_err *err) DX_CHECKED;
#endif
