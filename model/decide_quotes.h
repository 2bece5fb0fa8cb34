/* decide_quotes.h - which quotes an article has: content, cue and source spans (design: cue, begin, end; then spans; then sources).
 * The token chain proposes, the span decision chooses contents, link decisions give each its cue and source, the keep decision says how
 * sure the whole is. The steps are separate functions because training runs the earlier ones on held-out folds. */
#ifndef DX_DECIDE_QUOTES_H
#define DX_DECIDE_QUOTES_H
#include "features/doc.h"
#include "features/link.h"
#include "features/quote.h"
#include "features/span.h"
#include "model/curve.h"
#include "model/quote_chain.h"
#include "model/svm.h"

/* The probability above which a quote is kept unless the caller says otherwise: near the best F1 on held-out folds of the training data. */
#define DX_QUOTES_THRESHOLD 0.25

typedef struct dx_quotes_model dx_quotes_model;          /* heap, immutable once loaded; views into the model file */

/* DX_EFORMAT when the sections are missing or malformed. */
dx_status dx_quotes_load(dx_quotes_model **out, const dx_file *f, dx_err *err) DX_CHECKED;
void dx_quotes_free(dx_quotes_model *m);                 /* NULL is fine */

/* Quotes of doc (after dx_tags_decide) in text order, into doc->arena: type, content, cue, source, act, conf_quote filled.
 * threshold: least probability of a quote that is kept (0 .. 1). */
dx_status dx_quotes_decide(dx_quote **out, size_t *n, const dx_doc *doc, const dx_quotes_model *m, double threshold, dx_err *err) DX_CHECKED;

/* --- the steps, in order --- */

/* Fills parts->content: the set of candidates without overlap whose probabilities, less DX_SPAN_COST each, sum highest (weighted interval
 * scheduling by dynamic programming). */
#define DX_SPAN_COST 0.16
dx_status dx_quotes_contents(dx_parts *parts, const dx_span_view *v, const dx_svm *span, dx_err *err) DX_CHECKED;

/* One quote in the making: indices into dx_parts. */
#define DX_NO_PIECE SIZE_MAX
typedef struct {
	size_t *content;                         /* [n_content] ascending */
	size_t n_content;
	size_t cue, source;                      /* DX_NO_PIECE for none */
	double cue_link, source_link;            /* decision values of the links; 0 for none */
} dx_draft;
typedef struct { dx_draft *v; size_t n, cap; } dx_drafts;

/* Gives each content its best cue, joins the contents of one cue and those of a quote that goes on over paragraphs. */
dx_status dx_quotes_group(dx_drafts *out, dx_parts *parts, const dx_span_view *v, const dx_svm *link_cue, dx_err *err) DX_CHECKED;
/* Gives each draft its best source. */
void dx_quotes_sources(dx_drafts *drafts, const dx_parts *parts, const dx_span_view *v, const dx_svm *link_source);

enum { DX_KEEP_FACTORS = 21, DX_KEEP_CROSSES = 10, DX_KEEP_NEAR = 10 };
enum { DX_KEEP_N = DX_FACTOR_SIZE(DX_KEEP_FACTORS, DX_KEEP_CROSSES, DX_KEEP_NEAR) };
extern const dx_factor_set dx_keep_set;
/* What the keep decision sees of a draft; the words are its cue, its source's head and those at the edges of its first content. */
void dx_keep_facts(dx_facts *out, const dx_draft *q, const dx_parts *parts, const dx_span_view *v);
#endif
