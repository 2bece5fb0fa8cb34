/* target.h - what a quote may be about: names and noun phrases of its content, and names of the article, each with a dense vector.
 * Noun phrases are found by a shallow rule: parts of speech where tokens are tagged, else function words and word lists. */
#ifndef DX_TARGET_H
#define DX_TARGET_H
#include "features/quote.h"
#include "features/stance.h"

typedef enum { DX_TG_NAME, DX_TG_PHRASE, DX_TG_FRAME, DX_TG_ARTICLE } dx_target_kind;

/* A name of the article: its fullest form and how often it occurs. */
typedef struct {
	dx_range tok;                            /* the fullest form, titles left out */
	uint64_t last;                           /* hash of its last word */
	uint32_t n_mention;
} dx_target_name;

#define DX_TARGET_TOP 4

/* The names of a document, made once. Results live in doc->arena. */
typedef struct {
	const dx_doc *doc;
	dx_target_name *name;                    /* [n_name] by first occurrence */
	size_t n_name;
	int32_t *of_tok;                         /* [doc->n_tok] the name that a token belongs to, or -1 */
	int32_t top[DX_TARGET_TOP];              /* [n_top] the names with the most mentions, most first */
	size_t n_top;
	uint16_t *often;                         /* [doc->n_tok] how often the token's word occurs in the document, at most DX_TARGET_OFTEN */
} dx_targets;

typedef struct {
	dx_range tok;                            /* where it stands; empty for DX_TG_ARTICLE */
	dx_range text;                           /* tokens of its canonical text: the fullest form of a name */
	int32_t name;                            /* number of the name, -1 for a phrase */
	uint8_t kind;                            /* dx_target_kind */
	uint16_t back;                           /* tokens from the content back to the name's last mention before it; DX_TARGET_BACK: farther */
} dx_target_cand;

#define DX_CANDIDATES 48                                 /* of one quote; the rest is left out */
#define DX_TARGET_OFTEN 64
#define DX_TARGET_BACK 400
#define DX_TARGET_DENSE 256                              /* indices of a candidate's numbers lie below, those of its hashed words from here on: */
#define DX_TARGET_BINS 1024                              /* of each of DX_TARGET_WORDS words */
#define DX_TARGET_WORDS 9
#define DX_TARGET_DIM (DX_TARGET_DENSE + DX_TARGET_WORDS * DX_TARGET_BINS)

/* What a quote may be about, and what the vectors of all its candidates share. */
typedef struct {
	const dx_targets *names;
	const dx_stance_case *c;
	dx_target_cand v[DX_CANDIDATES];
	size_t n;
	bool first_person, third_person;         /* such a pronoun is in the content */
	uint32_t n_word;                         /* of the content */
} dx_target_pool;

dx_status dx_targets_new(dx_targets *out, const dx_doc *doc, dx_err *err) DX_CHECKED;
/* Candidates of a quote (a case without target). t and c must outlive *out. */
void dx_target_candidates(dx_target_pool *out, const dx_targets *t, const dx_stance_case *c);
/* The vector of candidate i. polar: the quote's stance is another label than neutral. */
dx_status dx_target_vector(dx_vec *x, const dx_target_pool *p, size_t i, bool polar, dx_err *err) DX_CHECKED;
/* The text of a range of tokens, blanks made single, without a leading article and a final 's; in doc->arena. */
dx_status dx_target_text(dx_str *out, const dx_doc *doc, dx_range r, dx_err *err) DX_CHECKED;
#endif
