/* mention.h - who and what an article speaks of: names ("U.S. Ambassador Ann Poe"), pronouns and nominals ("the minister").
 * Rules over capitals and word lists; a tagger's name classes (tok->ner) are used where they are set. Which mentions are of one
 * person is entity.h's; what is a source of a quote is speaker.h's. */
#ifndef DX_MENTION_H
#define DX_MENTION_H
#include "features/doc.h"
#include "features/quote.h"

typedef enum { DX_FORM_NAME, DX_FORM_PRONOUN, DX_FORM_NOMINAL } dx_form;
typedef enum { DX_GENDER_UNKNOWN, DX_GENDER_MALE, DX_GENDER_FEMALE } dx_gender;

typedef struct {
	dx_range tok;                            /* the whole: article or title through the last word; disjoint from others */
	dx_range core;                           /* the name without titles; of a nominal the words without article, which may
	                                          * begin with a name that is a mention of its own ("Poe's lawyer") */
	dx_range title;                          /* words before a name that tell its function and affiliation; may be empty */
	dx_range after;                          /* what stands in apposition behind a name: "a farmer from Lodi"; may be empty */
	uint32_t head;                           /* last word of the name; head noun; the pronoun */
	uint8_t form;                            /* dx_form */
	uint8_t kind;                            /* dx_kind; DX_KIND_UNKNOWN where the mention alone does not tell */
	uint8_t gender;                          /* dx_gender */
	bool plural, definite, indefinite;       /* definite: "the", "this", a possessive; indefinite: "a", "one", "some" ... */
	bool quoted;                             /* inside quotation marks */
	bool headline;                           /* in a sentence written in capitals or title case */
	bool honored;                            /* a title stands before it */
	uint16_t nation, region;                 /* of its title ("Polish"): numbers of places.tsv, 0 for none */
	int32_t entity;                          /* set by dx_entities_find; -1 for pronouns and nominals */
} dx_mention;

typedef struct {
	dx_mention *v;                           /* in text order, disjoint */
	size_t n;
	int32_t *of_tok;                         /* [doc->n_tok] the mention that covers a token, or -1 */
	uint8_t *seen;                           /* [n_word_slot] DX_SEEN_* of each word of the article, by hash */
	uint64_t *word;
	size_t n_word_slot;
	bool *headline;                          /* [doc->n_sent] title case or all capitals */
} dx_mentions;

/* How an article writes a word: in small letters; with a capital inside an ordinary sentence. */
enum { DX_SEEN_LOWER = 1, DX_SEEN_UPPER = 2 };
unsigned dx_word_seen(const dx_mentions *m, uint64_t hash);

/* Fills *out from doc (after dx_analyse, and taggers if there are any). Results live in doc->arena. O(n). */
dx_status dx_mentions_find(dx_mentions *out, const dx_doc *doc, dx_err *err) DX_CHECKED;

/* The value of column (DX_LEX_*) for token i. */
static inline unsigned dx_lex(const dx_doc *d, size_t i, unsigned column)
{
	return d->tok[i].word->v[column];
}

/* Whether token i is a word with a capital. */
static inline bool dx_is_capital(const dx_doc *d, size_t i)
{
	return d->tok[i].kind == DX_TOK_WORD && d->tok[i].shape & DX_SH_UPPER;
}

/* The row of the place that token i begins; *n_tok: its tokens (2: "New York"), 0 when there is none (dx_word_none). */
const dx_word *dx_place_at(const dx_doc *d, size_t i, size_t end, size_t *n_tok);
#endif
