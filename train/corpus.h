/* corpus.h - the training articles, analysed and tagged once and kept for all trainers of one run. */
#ifndef DX_CORPUS_H
#define DX_CORPUS_H
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
} dx_corpus;

/* Analyses every record with quotes, tags it, labels it. opt->tags may be absent. */
dx_status dx_corpus_new(dx_corpus *out, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err) DX_CHECKED;
void dx_corpus_fini(dx_corpus *c);
#endif
