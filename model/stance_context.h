/* stance_context.h - what the other quotes of an article say of a quote's stance: its speaker's, and those on its target. Who agrees with whom is
 * known for debates (Thomas, Pang, Lee 2006) and for the order of a text (Cohen, Carvalho 2005: stacked sequential learning): a quote is decided on its
 * own first, then its log probabilities are joined with those of the others, weighed by what relates them. Section "context": these weights. */
#ifndef DX_STANCE_CONTEXT_H
#define DX_STANCE_CONTEXT_H
#include "model/stance_head.h"

/* Relations between two quotes of an article. The first three exclude each other; any may stand beside. */
#define DX_RELATIONS(X) X(BOTH, "the speaker's other quotes on the target") X(SPEAKER, "the speaker's other quotes") \
	X(TARGET, "others' quotes on the target") X(BESIDE, "the quotes beside it")
#define X(name, text) DX_REL_##name,
typedef enum { DX_RELATIONS(X) DX_N_RELATION } dx_relation;
#undef X
const char *dx_relation_name(dx_relation r);

typedef struct {
	bool present;
	double own, weight[DX_N_RELATION];
} dx_context_model;

/* A quote as the others see it. */
typedef struct {
	uint32_t at;                             /* byte at which its content begins */
	uint64_t speaker, target;                /* hashes of the speaker's name and the target's last word; 0: not known, related to nobody's */
	const double *p;                         /* [n_class] probabilities by its own words; NULL: it has none, and says nothing */
} dx_context_quote;

/* present = false when bytes is empty (no error). DX_EFORMAT when the section is damaged or of another version. */
dx_status dx_context_load(dx_context_model *out, dx_str bytes, dx_err *err) DX_CHECKED;
dx_status dx_context_put(dx_writer *w, const dx_context_model *m, dx_err *err) DX_CHECKED;

/* Centred log probabilities [n_class]: what quotes tell each other. */
void dx_context_logs(double *z, const double *p, uint32_t n_class);

/* *out: for each of n quotes, in any order, [DX_N_RELATION][n_class] the sum of the related quotes' centred log probabilities over one more than their
 * number, so that one of them counts half. In the arena. O(n log n). */
dx_status dx_context_messages(double **out, const dx_context_quote *q, size_t n, uint32_t n_class, dx_arena *arena, dx_err *err) DX_CHECKED;

/* Joins p[n_class] with the message [DX_N_RELATION][n_class] of its others. */
void dx_context_join(double *p, const double *message, uint32_t n_class, const dx_context_model *m);
#endif
