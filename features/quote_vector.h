/* quote_vector.h - what the quote decisions see of a token: hashed binary features of words, tags, clusters, cue rates, quotation marks,
 * and, in the second round, of the cues that the first round found on either side. */
#ifndef DX_QUOTE_VECTOR_H
#define DX_QUOTE_VECTOR_H
#include "features/doc.h"
#include "features/key_table.h"
#include "features/token_vector.h"

/* Labels of the quote chains. A content's edges are its first and last word: marks and commas beside it stay outside. */
typedef enum { DX_QL_OUT, DX_QL_CUE_B, DX_QL_CUE_I, DX_QL_SOURCE_B, DX_QL_SOURCE_I, DX_QL_CONTENT_B, DX_QL_CONTENT_I, DX_QL_CONTENT_E,
	DX_N_QL } dx_quote_label;

#define DX_QUOTE_FEATURES 192                            /* room that out needs */
#define DX_QUOTE_BASE 63                                 /* features of the first round */
#define DX_NO_CUE UINT32_MAX
#define DX_CUE_BINS 15                                   /* of how often a word is a cue */

/* A token as the features see it. Features of one kind and one token at seven places lie side by side in a table: `row` holds the first of
 * eight, so that they are hashed once and share two cache lines. */
typedef enum { DX_QB_WORD, DX_QB_POS, DX_QB_RATE, DX_QB_CLUSTER, DX_N_QB } dx_quote_block;
typedef struct {
	uint64_t word, suffix;                   /* dx_tok_key; the last three bytes */
	uint32_t row[DX_N_QB];
	uint16_t mark, fine;                     /* as in dx_quote_view; cluster */
	uint8_t coarse, rate, pos, ner, shape;
} dx_quote_tok;

/* What the features need of a document; arrays of doc->n_tok in the arena. */
typedef struct {
	const dx_doc *doc;
	uint8_t *rate;                           /* cue rate bin of the word (low 4 bits) and of its stem (high 4 bits) */
	uint16_t *mark;                          /* code of the quotation state: see dx_quote_view_new */
	float *p;                                /* [n_tok][8] first-round marginals; NULL in the first round */
	uint32_t *cue_left, *cue_right;          /* token of the nearest first-round cue before and after, DX_NO_CUE; NULL in the first round */
	uint32_t *source_left, *source_right;    /* the same of first-round sources */
	uint8_t *often;                          /* how often the first round takes the word's other places for a cue (low 4 bits) and a source */
	uint8_t *best_cue;                       /* [n_sent] bin of the likeliest first-round cue */
	uint32_t *bin;                           /* what the features see of p; second round */
	uint64_t *tally;                         /* [n_tok + 1] commas, verbs, stops ... before each token, a few bits each; second round */
	dx_quote_tok *tok, edge[2];              /* what stands before and behind a paragraph */
} dx_quote_view;

/* Token i of a paragraph, or what stands before or behind the paragraph. */
static inline const dx_quote_tok *dx_quote_tok_at(const dx_quote_view *v, dx_range par, int64_t i)
{
	return i < par.beg ? v->edge : i >= par.end ? v->edge + 1 : v->tok + i;
}

/* Where in view->tally each count begins. Counts run over into the next; the difference of two less than 256 tokens apart is right. */
typedef enum { DX_TALLY_COMMA = 0, DX_TALLY_VERB = 8, DX_TALLY_THAT = 16, DX_TALLY_MARK = 24, DX_TALLY_STOP = 32, DX_TALLY_WORD = 40 } dx_tally;

/* How many there are in tokens [beg, end), end - beg < 256; second round. */
static inline unsigned dx_tally_of(const dx_quote_view *v, uint32_t beg, uint32_t end, dx_tally what)
{
	return (v->tally[end] - v->tally[beg]) >> what & 0xff;
}

/* rates: how often a word, or its stem, is a cue, in bins 1 .. 15 (train/cue_rates.h). */
dx_status dx_quote_view_new(dx_quote_view *out, const dx_doc *doc, const dx_key_table *rates, dx_err *err) DX_CHECKED;
/* Second round: takes p [n_tok][8] (kept, not copied) and finds the nearest cues within each paragraph. */
dx_status dx_quote_view_round2(dx_quote_view *v, float *p, dx_err *err) DX_CHECKED;

/* Features of token i of paragraph par: the first round's, which the second round has too, and what only the second round has. Both return
 * how many. */
size_t dx_quote_features_base(uint32_t *out, const dx_quote_view *v, dx_range par, size_t i, dx_table rows);
size_t dx_quote_features_more(uint32_t *out, const dx_quote_view *v, dx_range par, size_t i, dx_table rows);
/* All of the round that v is at: the second, with base first, when v->p is set. */
size_t dx_quote_features(uint32_t *out, const dx_quote_view *v, dx_range par, size_t i);

/* Key of a word's stem: its lower-case form without a verb or plural ending ("warned", "warning", "warns" -> one key). */
uint64_t dx_stem_key(const dx_doc *doc, const dx_tok *t);
#endif
