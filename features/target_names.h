/* target_names.h - the names of an article, as far as a quote may be about one: told apart by their last word, by capitals and the tagger's name
 * classes alone. Quicker and coarser than the chains of features/entity.h, which training does not have: what a chosen name is called is theirs to say. */
#ifndef DX_TARGET_NAMES_H
#define DX_TARGET_NAMES_H
#include "features/doc.h"

typedef struct {
	dx_range tok;                            /* the fullest form, titles left out */
	uint64_t last;                           /* hash of its last word */
	uint32_t n_mention;
	uint8_t ner;                             /* dx_ner of its first mention; DX_NER_NONE for days and months */
	uint8_t gender;                          /* DX_PRONOUNS_MALE, DX_PRONOUNS_FEMALE, or 0 when neither forename nor title tells */
	bool lead;                               /* it stands among the first DX_TARGET_LEAD tokens */
} dx_target_name;

#define DX_TARGET_TOP 4
#define DX_TARGET_OFTEN 64
#define DX_TARGET_LEAD 24

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

dx_status dx_targets_new(dx_targets *out, const dx_doc *doc, dx_err *err) DX_CHECKED;
#endif
