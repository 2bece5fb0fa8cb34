/* target.h - what a quote may be about: names and phrases of its content, names of its frame and of the article, each with a sparse vector.
 * Phrases are found by shallow rules: parts of speech where tokens are tagged, else function words and word lists. */
#ifndef DX_TARGET_H
#define DX_TARGET_H
#include "features/quote.h"
#include "features/stance.h"
#include "features/target_names.h"

typedef enum {
	DX_TG_NAME,                              /* a name of the content */
	DX_TG_PHRASE,                            /* a noun with what stands before it: "steep harbour fee" */
	DX_TG_FRAME,                             /* a name of the cue or source */
	DX_TG_ARTICLE,                           /* a name from elsewhere */
	DX_TG_PART,                              /* the end of a phrase: "fee" */
	DX_TG_LONG,                              /* a phrase with its owner or with what follows a preposition: "Ode's fee", "fee for boats" */
	DX_TG_DEED,                              /* a verb with its object: "raise the fee" */
	DX_N_TG
} dx_target_kind;

/* How a name is tied to the quote (dx_target_cand.link). */
enum {
	DX_TL_SOURCE = 1,                        /* it stands in the source */
	DX_TL_SELF = 2,                          /* it is probably the speaker's */
	DX_TL_CUE = 4,
	DX_TL_SENTENCE = 8,                      /* in the sentence of the content, before it */
	DX_TL_BEFORE = 16,                       /* in the sentence before */
	DX_TL_OPENS = 32                         /* the first name of the sentence before */
};

typedef struct {
	dx_range tok;                            /* where it stands; empty for DX_TG_ARTICLE */
	dx_range text;                           /* what it is called: for a name that is not in the content, its fullest form */
	int32_t name;                            /* number of the name, -1 for a phrase */
	uint64_t key;                            /* hash of a phrase's words */
	uint8_t kind;                            /* dx_target_kind */
	uint8_t link;                            /* DX_TL_* of a name */
	uint8_t order;                           /* how many phrases of the content, whatever their kind, begin before it */
	uint8_t nth;                             /* a name of the content: how many names are before it */
	uint8_t recent;                          /* a person: 1 for the last one named before the content who is not the speaker, then 2, 3 ...; 0: none */
	uint16_t back;                           /* tokens from the content back to the name's last mention before it; DX_TARGET_BACK: farther */
} dx_target_cand;

#define DX_CANDIDATES 64                                 /* of one quote; the rest is left out */
#define DX_TARGET_BACK 400
#define DX_TARGET_DIM 131072u                            /* above any index of a vector */

/* What a quote may be about, and what the vectors of all its candidates share. */
typedef struct {
	const dx_targets *names;
	const dx_stance_case *c;
	dx_target_cand v[DX_CANDIDATES];
	size_t n;
	uint32_t n_word;                         /* of the content */
	uint16_t pronouns;                       /* 1 << DX_PRONOUNS_*: such a personal pronoun is in the content */
	uint8_t pronoun;                         /* the first of them, DX_PRONOUNS_*; 0: none */
	uint8_t pronoun_at;                      /* words before it */
	uint64_t pronoun_word;                   /* its hash */
	uint8_t n_order, n_names;                /* phrases of the content as they are ordered; names of the content */
	uint64_t cue;                            /* hash of the word that the cue is known by; 0: no cue */
	uint8_t cue_class;                       /* DX_REPORTING_* of it */
	int32_t self;                            /* the name that is probably the speaker's, or -1 */
} dx_target_pool;

/* Candidates of a quote (a case without target). t and c must outlive *out. */
void dx_target_candidates(dx_target_pool *out, const dx_targets *t, const dx_stance_case *c);
/* The vector of candidate i: features that it has, all of value 1. */
dx_status dx_target_vector(dx_vec *x, const dx_target_pool *p, size_t i, dx_err *err) DX_CHECKED;
/* The text of a range of tokens, blanks made single, without a leading article and a final 's; in doc->arena. */
dx_status dx_target_text(dx_str *out, const dx_doc *doc, dx_range r, dx_err *err) DX_CHECKED;
#endif
