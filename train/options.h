/* options.h - what every trainer is told: seed, folds, threads, where progress goes, and what it needs to analyse text. */
#ifndef DX_TRAIN_OPTIONS_H
#define DX_TRAIN_OPTIONS_H
#include "features/header.h"
#include "model/decide_issue.h"
#include "model/decide_tags.h"
#include "train/svm_train.h"

typedef struct {
	uint64_t seed;
	uint32_t folds;
	unsigned threads;
	dx_progress *progress;                   /* may be NULL */
	void *progress_ctx;
	void (*note)(void *ctx, const char *text);   /* told in words what cross-validation measured; may be NULL; progress_ctx goes along */
	const char *const *f_of;                 /* [n_f_of] stance labels whose mean F1 is reported; NULL: all but a neutral one */
	size_t n_f_of;
	const char *export_dir;                  /* NULL: nothing is exported */
	const dx_header *header;                 /* for dx_analyse */
	const dx_tags_model *tags;               /* the taggers of the model in the making; NULL or not present: none */
	const dx_issue_model *issues;            /* advises stances; NULL or not present: nobody does */
	dx_str advice;                           /* bytes of its section where it is of another model, for the one in the making; n = 0: it is its own */
} dx_train_options;
#endif
