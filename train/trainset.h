/* trainset.h - the training articles, analysed and tagged once and kept for all trainers of one run. */
#ifndef DX_TRAINSET_H
#define DX_TRAINSET_H
#include "datasets/record.h"
#include "train/options.h"

typedef struct {
	const dx_record *rec;                    /* borrowed */
	dx_doc doc;
	uint8_t *label;                          /* [doc.n_tok] gold dx_quote_label */
	uint32_t fold;                           /* 0 .. folds - 1 */
} dx_article;

typedef struct {
	dx_article *v;                           /* [n] articles that have quotes */
	size_t n;
	dx_arena *arena;                         /* everything above lives here */
} dx_trainset;

/* Analyses every record with quotes, tags it, labels it. opt->tags may be absent. */
dx_status dx_trainset_new(dx_trainset *out, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err) DX_CHECKED;
void dx_trainset_fini(dx_trainset *c);
#endif
