/* span.h - candidate content spans and what the span decision sees of each: a vector of some forty factors (Scheible, Klinger & Padó 2016: let the model
 * see both ends at once). Candidates come from begins and ends that the token chain holds possible, and from quoted stretches. */
#ifndef DX_SPAN_H
#define DX_SPAN_H
#include "features/factor.h"
#include "features/quote_vector.h"

/* What the token chain said of a document: the second round's labels [n_tok] and marginals [n_tok][8]. */
typedef struct { const dx_quote_view *view; const uint8_t *label; const float *p; } dx_span_view;

typedef struct {
	uint32_t beg, end;                       /* first and one behind the last word; marks and a leading "that" stay outside */
	bool best;                               /* the chain's best labelling has it */
	bool stretch;                            /* the words of a quoted stretch */
	double score;                            /* the decision's probability, filled by the model */
} dx_span_cand;

#define DX_SPAN_WORDS 160                                /* candidates from begins and ends are at most this long; best and stretch ones may be longer */

/* Candidates of one paragraph, ordered by (beg, end), without repeats; appended to *out in the arena. At most DX_SPAN_ENDS ends
 * for each begin, so that the number is linear in the tokens. */
#define DX_SPAN_ENDS 6
dx_status dx_span_candidates(dx_span_cand **out, size_t *n, size_t *cap, const dx_span_view *v, dx_range par, dx_err *err) DX_CHECKED;

enum { DX_SPAN_FACTORS = 41, DX_SPAN_CROSSES = 26, DX_SPAN_NEAR = 10 };
enum { DX_SPAN_N = DX_FACTOR_SIZE(DX_SPAN_FACTORS, DX_SPAN_CROSSES, DX_SPAN_NEAR) };
extern const dx_factor_set dx_span_set;
/* What is known of a candidate; the words are those at and beside its edges and the cues on either side. O(length of the span). */
void dx_span_facts(dx_facts *out, const dx_span_view *v, dx_range par, const dx_span_cand *c);
#endif
