/* stance_head.h - the stance machine of one kind of case: labels, the features that training kept and what they weigh; read from a model file and
 * applied. Sections "stance" and "issues" are made of these. */
#ifndef DX_STANCE_HEAD_H
#define DX_STANCE_HEAD_H
#include "features/stance_case.h"
#include "model/svm.h"

#define DX_STANCE_LABELS DX_SVM_CLASSES
#define DX_STANCE_SHIFT 17                               /* a feature's bits below its bucket */
#define DX_STANCE_BUCKETS (DX_N_SF << (DX_STANCE_BITS - DX_STANCE_SHIFT))
#define DX_STANCE_VERSION 5
#define DX_STANCE_TEXT_UNIT 256.0                        /* steps of a text factor in a nat */

/* Machine of one kind of case: the features that training kept, and what they weigh. */
typedef struct {
	bool present;
	bool letters;                            /* features of the family LETTERS are among them */
	bool advice;                             /* and of the family ADVICE */
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

/* The label set of a section. */
typedef struct {
	uint32_t n, neutral;                     /* neutral: number of the label without a position ("neutral", "none"); UINT32_MAX: none */
	dx_str name[DX_STANCE_LABELS];
} dx_stance_labels;

/* Views into the cursor's bytes; DX_EFORMAT with the reason. */
dx_status dx_stance_labels_take(dx_stance_labels *out, dx_cursor *c, dx_err *err) DX_CHECKED;
dx_status dx_stance_head_take(dx_stance_head *out, uint32_t n_label, dx_cursor *c, dx_err *err) DX_CHECKED;

/* Probabilities [n_class] of features x by hash (which become numbers); text: dx_stance_text_key of the case, 0 for none. */
void dx_stance_head_p(double *p, const dx_stance_head *h, dx_vec *x, uint32_t text);

/* Replaces feature hashes by their numbers in keys[n], ascending, and drops those that are not there. */
void dx_stance_number(dx_vec *x, const uint32_t *key, const uint32_t *bucket);
/* bucket[DX_STANCE_BUCKETS + 1] of ascending keys. */
void dx_stance_buckets(uint32_t *bucket, const uint32_t *key, uint32_t n);
/* Do probabilities leave it open which label it is? */
bool dx_stance_is_open(const double *p, uint32_t n_class);
/* p[n_class] becomes the geometric mean of p and q, normalised. */
void dx_stance_mean(double *p, const double *q, uint32_t n_class);
/* Class that is chosen from probabilities: argmax of log p + lift. */
uint32_t dx_stance_choose(const double *p, const double *lift, uint32_t n_class);
#endif
