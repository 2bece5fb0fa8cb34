/* stance.h - the vector of a stance decision: what a content, its frame (cue, source, holder) and its target look like.
 * ONE function for statements and quotes, for training and prediction. Features are hashed by family; the model file holds the
 * ones that training kept (model/decide_stance.h). Needs dx_analyse; with parts of speech (model/decide_tags.h) it sees the roles of names too. */
#ifndef DX_STANCE_H
#define DX_STANCE_H
#include "features/doc.h"
#include "features/issue.h"
#include "features/vec.h"

#define DX_STANCE_BITS 26                                /* of a feature's hash; the bits above are its family */

typedef struct { const dx_range *v; size_t n; } dx_ranges;    /* ordered, disjoint, non-empty */

/* What kind of record a case comes from: machines are trained by kind. */
typedef enum {
	DX_STANCE_STATEMENT,                     /* toward a target, nobody's in particular */
	DX_STANCE_HELD,                          /* a holder's, both marked in the text */
	DX_STANCE_NAMED,                         /* a holder's, given by names that the text need not use */
	DX_STANCE_QUOTE,
	DX_N_STANCE_KIND,
	DX_STANCE_ISSUE = DX_N_STANCE_KIND       /* any of these, looked at for its issue alone (dx_stance_as_issue); no record is of this kind. All
	                                          * features come twice: as they are, and by issue (Daume 2007) */
} dx_stance_kind;

typedef struct {
	const dx_doc *doc;
	dx_stance_kind kind;
	dx_ranges content;                       /* what is judged: a quote's content, a statement's whole text */
	dx_ranges cue, source;                   /* quotes; may be empty */
	dx_ranges target;                        /* where the target stands in doc; may be empty */
	dx_ranges holder;                        /* DX_STANCE_HELD: where the holder stands in doc; may be empty */
	dx_str target_text;                      /* name of the target, lower case; n = 0: none is known */
	dx_issue issue;                          /* that the target is about; none for one marked in the text: it is judged where it stands */
	bool direct;                             /* quotes: the content begins with a quotation mark */
	bool letters;                            /* also the families of letters: short noisy text, where words are misspelt and run together */
} dx_stance_case;

/* Families of features, in the order of their names (dx_stance_family_name). */
#define DX_STANCE_FAMILIES(X) X(WORD, "word") X(PAIR, "words") X(NEGATED, "negated") X(SIDE, "beside target") X(PLACE, "at target") \
	X(SIDE_PAIR, "words beside target") X(TOUCH, "around target") X(CLUSTER, "words like") X(SIDE_CLUSTER, "beside target, words like") \
	X(CLASS, "class of word") X(CUE, "cue") X(SOURCE, "source") X(BETWEEN, "between holder and target") X(ORDER, "order") \
	X(FLAG, "form") X(TOPIC, "for this target") X(REGION, "beside holder and target") X(NAME, "name") X(LETTERS, "letters") \
	X(TOPIC_LETTERS, "letters for this target") \
	X(ROLE, "role of the target") \
	X(RATED, "rated word") \
	X(HEAD, "first verb and cue") \
	X(ISSUE, "on this issue") \
	X(COUNT, "polarity and mood") \
	X(VECTOR, "meaning") \
	X(ADVICE, "what is said on such an issue") \
	X(ISSUE_DENSE, "on this issue, meaning")
#define X(name, text) DX_SF_##name,
typedef enum { DX_STANCE_FAMILIES(X) DX_N_SF } dx_stance_family;
#undef X
const char *dx_stance_family_name(dx_stance_family f);
static inline uint32_t dx_stance_family_of(uint32_t index)
{
	return index >> DX_STANCE_BITS;
}

/* What count number `detail` of DX_SF_COUNT counts, in words. */
const char *dx_stance_count_name(unsigned detail);
const char *dx_stance_part_name(unsigned detail);        /* the same for DX_SF_VECTOR */

/* Hash of the content's words, whatever their case and marks; 0 for fewer than DX_STANCE_TEXT_WORDS. */
#define DX_STANCE_TEXT_WORDS 6
uint32_t dx_stance_text_key(const dx_stance_case *c);

/* What a feature came from, for --explain: the tokens [beg, end) of the doc (none: empty), or the number of a count. */
typedef struct { uint32_t i; uint16_t family, detail; dx_range tok; } dx_stance_note;
typedef struct { dx_stance_note *v; size_t n, cap; } dx_stance_notes;

/* Fills x (emptied first) with the features of c, ascending indices without repeats; notes may be NULL. An index is
 * the family and a hash of DX_STANCE_BITS bits, or the number of a count. The hashed ones are scaled together, so that long and short
 * contents weigh the same. Contents longer than
 * DX_STANCE_WORDS words count with those nearest the target. DX_ENOMEM only. O(words). */
#define DX_STANCE_WORDS 240
#define DX_STANCE_COUNTS 256                             /* numbers of counts lie below */

/* Parts of a case whose words' vectors are averaged (DX_SF_VECTOR); number of a feature: part * DX_LEX_VECTOR_DIM + dimension. */
#define DX_STANCE_PARTS(X) X(ALL, "of all words") X(NEAR, "close to the target") X(CUE, "of the cue") \
	X(TARGET, "of the target") X(HOLDER, "of the holder") X(NEGATED, "of negated words")
#define X(name, text) DX_SP_##name,
enum { DX_STANCE_PARTS(X) DX_N_SP };
#undef X
/* The families whose values are measured, last: counts, vectors, advice, and the first two once more by issue. Advice is no part of
 * dx_stance_vector: model/decide_issue.h appends it. */
static inline bool dx_stance_is_dense(uint32_t index)
{
	return dx_stance_family_of(index) >= DX_SF_COUNT;
}
dx_status dx_stance_vector(dx_vec *x, dx_stance_notes *notes, const dx_stance_case *c, dx_err *err) DX_CHECKED;

/* Occurrences of a name in [from, to) of doc: the whole name, else, for names of several words, its last word when that is a name
 * of four letters or more. words: hashes of the name's words in lower case. Up to most ranges into out; returns how many. */
size_t dx_stance_find(dx_range *out, size_t most, const dx_doc *doc, dx_range in, const uint64_t *words, size_t n_words);

/* Hashes of the words of a name (articles and marks left out) into out[most]; returns how many. */
size_t dx_stance_words(uint64_t *out, size_t most, const dx_doc *name);

/* Tokens that overlap a byte span; empty when none do. O(log n). */
dx_range dx_stance_tokens(const dx_doc *doc, dx_span s);
#endif
