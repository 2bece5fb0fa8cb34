/* quote_chain.h - the token part of finding quotes: two linear chains over each paragraph. The first labels cue, source and content words from
 * what stands around them; the second does it again, seeing where the first found cues. Stacking as in Cohen & Carvalho 2005. */
#ifndef DX_QUOTE_CHAIN_H
#define DX_QUOTE_CHAIN_H
#include "features/quote_vector.h"
#include "model/chain.h"
#include "model/key_table.h"
#include "model/quote_table.h"

typedef struct {
	dx_key_table rates;
	dx_chain round1, round2;
	dx_quote_table shared;                   /* of both rounds; dx_quote_chain_run needs it */
} dx_quote_chain;

/* What a round says: labels [n_tok] and marginals [n_tok][8], in the document's arena. */
typedef struct { uint8_t *label; float *p; } dx_quote_labels;

/* One round over all paragraphs with the features of v, as training goes about it. The first round (v->p not set) gives marginals only,
 * no labels. */
dx_status dx_quote_chain_round(dx_quote_labels *out, const dx_quote_view *v, const dx_chain *m, dx_err *err) DX_CHECKED;
/* Both rounds, the same labels and marginals. view is filled too, since the later decisions need it; its p are in the end the second round's. */
dx_status dx_quote_chain_run(dx_quote_labels *out, dx_quote_view *view, const dx_doc *doc, const dx_quote_chain *m, dx_err *err) DX_CHECKED;
#endif
