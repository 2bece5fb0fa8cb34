/* decide_stance.h - the stance of a quote or a statement toward its target, and what a quote's target is.
 * Sections "stance" (labels, and a linear machine for each kind of case that the training data had) and "target" (a ranking of the
 * phrases that a quote may be about). The label set is whatever training found. */
#ifndef DX_DECIDE_STANCE_H
#define DX_DECIDE_STANCE_H
#include "features/stance_case.h"
#include "features/target.h"
#include "model/svm.h"

#define DX_STANCE_LABELS DX_SVM_CLASSES
#define DX_STANCE_SHIFT 17                               /* a feature's bits below its bucket */
#define DX_STANCE_BUCKETS (DX_N_SF << (DX_STANCE_BITS - DX_STANCE_SHIFT))
#define DX_STANCE_VERSION 3
#define DX_STANCE_TEXT_UNIT 256.0                        /* steps of a text factor in a nat */

/* Machine of one kind of case: the features that training kept, and what they weigh. */
typedef struct {
	bool present;
	bool letters;                            /* features of the family LETTERS are among them */
	uint32_t n_class, n_feat;
	const uint32_t *label;                   /* [n_class] number of the label in the model */
	const double *lift;                      /* [n_class] added to the log probability when the label is chosen: macro F1 */
	const uint32_t *key;                     /* [n_feat] feature hashes, ascending */
	const uint32_t *bucket;                  /* [DX_STANCE_BUCKETS + 1] first key with these upper bits */
	const double *unit;                      /* [n_pair] of the weights */
	const int16_t *w;                        /* [n_feat][n_pair] */
	dx_svm svm;                              /* bias and calibration; its weights are above */
	uint32_t n_text;                         /* texts that training saw word for word */
	const uint32_t *text;                    /* [n_text] dx_stance_text_key, ascending */
	const int16_t *factor;                   /* [n_text + 1][n_class] logarithm of the factor on each probability; last: any other text */
} dx_stance_head;

/* A view into a model file; nothing to free. */
typedef struct {
	bool present, has_target;
	uint32_t n_label;
	dx_str label[DX_STANCE_LABELS];
	dx_stance_head head[DX_N_STANCE_KIND];
	uint32_t neutral;                        /* number of the label without a position ("neutral", "none"); UINT32_MAX: none */
	dx_svm target;                           /* linear, two classes: is the phrase the target? */
} dx_stance_model;

typedef struct {
	dx_str label;                            /* points into the model */
	dx_label_p *p;                           /* [n_p] every label of the model; sums to 1 */
	size_t n_p;
	double conf;                             /* p of label */
	dx_str target;                           /* quotes; n = 0: none found */
	dx_span target_span;                     /* empty: the target stands nowhere in the quote's content or frame */
	dx_span target_name;                     /* last word of the name that target is; empty: a phrase, or a target that was given */
} dx_stance;

/* What a feature added to the log odds of the label that won over the next one. Exact: the machine is linear. */
typedef struct { dx_str what; double weight; } dx_stance_reason;

/* present = false when the file has no section "stance" (no error). DX_EFORMAT when one is damaged. */
dx_status dx_stance_load(dx_stance_model *out, const dx_file *f, dx_err *err) DX_CHECKED;

/* Doc: after dx_analyse; m->present. Results live in doc->arena and the model. */
dx_status dx_stance_statement(dx_stance *out, const dx_doc *doc, const dx_statement *s, const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* Stance of q toward target; an empty target: toward what q is about, which is then found. targets: of dx_targets_new, made once a
 * document; NULL where target is given. */
dx_status dx_stance_quote(dx_stance *out, const dx_doc *doc, const dx_quote *q, dx_str target, const dx_targets *targets,
                          const dx_stance_model *m, dx_err *err) DX_CHECKED;

/* The most features that moved the decision (by absolute weight, strongest first) into the arena of c->doc. */
dx_status dx_stance_explain(dx_stance_reason **out, size_t *n, size_t most, dx_stance_case *c, const dx_stance_model *m,
                            dx_err *err) DX_CHECKED;

/* The machine for a kind, or the nearest one that the model has. */
const dx_stance_head *dx_stance_head_for(const dx_stance_model *m, dx_stance_kind kind);
/* Replaces feature hashes by their numbers in keys[n], ascending, and drops those that are not there. */
void dx_stance_number(dx_vec *x, const uint32_t *key, const uint32_t *bucket);
/* bucket[DX_STANCE_BUCKETS + 1] of ascending keys. */
void dx_stance_buckets(uint32_t *bucket, const uint32_t *key, uint32_t n);
/* Class that is chosen from probabilities: argmax of log p + lift. */
uint32_t dx_stance_choose(const double *p, const double *lift, uint32_t n_class);
#endif
