/* speaker.h - whose a quote is: sources read (name, pronoun, noun phrase), candidates, and ONE vector for a (quote, candidate) pair,
 * which training and prediction both call. Which candidate is chosen is model/decide_speaker.h's.
 * Use: dx_speakers_init; then for each quote in text order dx_speakers_candidates, dx_speaker_values for each, dx_speakers_said. */
#ifndef DX_SPEAKER_H
#define DX_SPEAKER_H
#include "features/entity.h"
#include "features/quote.h"
#include "features/vec.h"

#define DX_SPEAKER_MOST 24                       /* candidates of one quote */
#define DX_SOURCE_NAMES 5                        /* names in a list that is one source */

#define DX_SOURCE_NEAR 3                         /* noun phrases before a pronoun that it may stand for */

typedef enum { DX_SRC_NONE, DX_SRC_NAME, DX_SRC_HE, DX_SRC_THEY, DX_SRC_IT, DX_SRC_WHO, DX_SRC_FIRST, DX_SRC_NOUN, DX_SRC_NOUNS,
	DX_N_SRC } dx_src_form;

/* Weights are learned once for all sources, once for each form, and once more for nouns of a definite person, body or paper. */
enum { DX_BLK_PERSON = DX_N_SRC, DX_BLK_BODY, DX_BLK_PAPER, DX_N_BLK };

/* What the source of a quote says by itself. */
typedef struct {
	uint8_t form;                            /* dx_src_form, by the head of the source */
	uint8_t block;                           /* dx_src_form or DX_BLK_* */
	uint8_t role;                            /* DX_ROLES_* of a noun, 0 for none */
	uint8_t gender, kind;                    /* kind: of the noun phrase, where it is its own speaker */
	bool plural, definite, indefinite, possessive, quoted;
	dx_range tok;                            /* the source; empty when there is none */
	dx_range np;                             /* noun phrase that names an unnamed speaker: no article, cut at , who ... */
	uint32_t head;
	uint32_t at;                             /* token that distances count from */
	int32_t named;                           /* entity named by the head, or -1 */
	int32_t listed[DX_SOURCE_NAMES];         /* [n_listed] all names of "Ito and Mbeki"; n_listed is 0 or 2 at least */
	uint8_t n_listed;
	int32_t self;                            /* entity of the phrase itself, or -1 */
	uint32_t near[DX_SOURCE_NEAR];           /* [n_near] mentions, nearest first, of noun phrases that a pronoun may stand for */
	uint32_t near_ent[DX_SOURCE_NEAR];       /* their entities */
	uint8_t n_near;
	uint16_t nation;                         /* in the words before the head */
	dx_range content;                        /* from the first through the last token of the content */
} dx_source;

#define DX_RANK_FAR 1000
/* A candidate, with what the walk over the mentions around the quote found. */
typedef struct {
	uint32_t ent;
	int32_t back, fore;                      /* nearest mention before and behind, -1 for none */
	uint16_t rank, rank_subject;             /* how many other fitting entities stand nearer; UINT16_MAX: not met, DX_RANK_FAR: beyond the walk */
	bool in_content;
} dx_candidate;

typedef struct {
	const dx_doc *doc;
	dx_mentions mentions;
	dx_ents ents;                            /* named ones first, then phrases */
	size_t n_named;
	const dx_quote *quotes;
	dx_source *src;                          /* [n_quotes] */
	size_t n_quotes;
	int32_t *said;                           /* [n_quotes] entity that was decided, -1 for none yet */
	uint32_t *n_said, *last_said;            /* [ents.n] quotes so far; last one + 1 */
	uint32_t *n_by_name;                     /* [ents.n] quotes whose source names it: known before any decision */
	uint32_t *n_says;                        /* [ents.n] of these, how many with a verb of saying for a cue */
	uint8_t *role;                           /* [mentions.n] DX_MR_* */
	uint32_t *top;                           /* [n_top] named entities with the most mentions */
	size_t n_top;
	float **topic;                           /* [ents.n] what its quotes by name are about, or NULL */
	size_t cap_ents;
} dx_speakers;

/* Where in its sentence a mention stands. */
enum { DX_MR_OTHER, DX_MR_SUBJECT, DX_MR_OBJECT, DX_MR_POSSESSIVE };

/* Analyses doc (after dx_analyse and taggers) and the sources of quotes, which are in text order and outlive *out. names: the
 * user's list, or NULL; it outlives *out too.
 * Results live in doc->arena. O(tokens + quotes). */
dx_status dx_speakers_init(dx_speakers *out, const dx_doc *doc, const dx_quote *quotes, size_t n, const dx_names *names, dx_err *err) DX_CHECKED;

/* Candidates of quote q, best-known evidence first; at most DX_SPEAKER_MOST. Bounded work. */
size_t dx_speakers_candidates(dx_candidate *out, const dx_speakers *s, size_t q);

/* Notes that entity (or -1) said quote q: later quotes see it. */
void dx_speakers_said(dx_speakers *s, size_t q, int32_t entity);

/* ---- the vector ---- */

/* Values of a pair, with the weight that each has in the rules which serve where there is no model. */
#define DX_SPK_LIST(X) \
	X(PERSON, 0) X(ORGANIZATION, -.5) X(PLACE, -1.) X(UNKNOWN, -.3) X(GROUP, 0) X(PAPER, 0) X(BODY, 0) X(SELF, .3) X(JOINT, .6) \
	X(GENDER_SAME, .8) X(GENDER_OTHER, -4) X(GENDER_OPEN, 0) X(NUMBER_SAME, .5) X(NUMBER_OTHER, -2) \
	X(IS_NAMED, 5) X(SAME_SURNAME, .5) \
	X(HEAD_SAME, 1.5) X(HEAD_GROUP, 1.) X(MODIFIERS, 1.) X(NO_MODIFIER, -.5) X(NATION_SAME, 1) X(NATION_OTHER, -1) X(HEAD_ELSEWHERE, -1) \
	X(BACK, .2) X(RANK0, 1.2) X(RANK1, .5) X(RANK2, .2) X(RANK3, 0) X(SUBJECT0, .6) X(SUBJECT1, .2) \
	X(SENT0, .5) X(SENT1, .6) X(SENT2, .3) X(SENT3, 0) X(PAR0, .2) X(PAR1, .1) X(PAR2, 0) X(NEAR, .3) \
	X(SENT0_SUBJECT, .3) X(SENT1_SUBJECT, .3) X(FAR_SUBJECT, 0) X(SENT0_OBJECT, -.4) X(SENT1_OBJECT, -.3) X(SENT0_POSSESSIVE, -.2) \
	X(FIRST_IN_SENT, .3) X(FIRST_IN_PAR, .2) X(AFTER_SENT, .2) X(AFTER_PAR, 0) X(ONLY_AFTER, -.4) X(RIGHT_BEFORE, 1) \
	X(SAID1, 1.) X(SAID1_SENT, .6) X(SAID1_NEXT, .3) X(SAID1_PAR, .3) X(SAID1_FAR, -.2) X(SAID1_ALONE, .6) X(SAID1_PRONOUN, .1) X(SAID2, .3) \
	X(NEXT_SENT, .3) X(NEXT_PAR, .1) X(SAID_SHARE, .4) X(BY_NAME, .5) X(BY_NAME_NONE, -.4) X(TOP1, .2) X(TOP3, .1) X(MENTIONS, .3) X(FULL, 0) \
	X(IN_CONTENT, -1.2) X(IN_CONTENT_DIRECT, -.8) X(QUOTED_ONLY, -1) X(TOPIC, .8) X(TOPIC_OTHER, -.3) X(OWN_NATION, .2) X(OWN_NATION_WE, 1.) \
	X(FOREIGN_WE, -.6) X(OWN_REGION_WE, .8) X(OTHER_REGION_WE, -.4) X(RANK0_SUBJECT, .3) X(RANK0_OBJECT, -.2) X(SAID1_RANK0, .2) X(SAID1_NOT_RANK0, 0) X(PAR0_RANK0, 0) X(FITS_PERSON, .4) X(FITS_BODY, .3) \
	X(SELF_DEFINITE, -.6) X(SELF_INDEFINITE, 1.) X(SELF_POSSESSIVE, .3) X(SELF_BARE, .8) X(SELF_PEOPLE, .5) X(SELF_BODY, .4) \
	X(SELF_PAPER, .4) X(SELF_PLAIN, .2) X(SELF_CAPITAL, .3) X(SELF_LONG, .6) X(SELF_AGAIN, -.5) X(SELF_ROLE, -.8) X(SELF_OF, .4) \
	X(SELF_DEFINITE_PERSON, -.4) X(SELF_DEFINITE_BODY, -.2) X(SELF_DEFINITE_PAPER, .2) \
	X(PHRASE_LONGER, .3) X(PHRASE_INDEFINITE, .3) X(PHRASE_RECENT, .6) X(PHRASE_FIRST, .1) \
	X(PHRASE_PLACE, 0) X(NOMINAL, -.6) X(FITS_PLACE, .3) X(FITS_RANK0, .4) X(FITS_SAID1, .2) X(SELF_HEADLINE, -.3) X(HEAD_FORE, .4) X(HEAD_SPEAKS, .4) X(SAYS, .4) X(SAYS_DIRECT, .3) X(NAME_HEAD, 1) X(SELF_NAME_HEAD, -.8)
#define X(name, weight) DX_SPK_##name,
enum { DX_SPK_LIST(X) DX_N_SPK };
#undef X
#define DX_SPEAKER_FEATURES (DX_N_SPK * (1 + DX_N_BLK))  /* every value once for all sources, once for each block */

/* Values of one pair. O(1) but for topics. */
void dx_speaker_values(float value[DX_N_SPK], const dx_speakers *s, size_t q, const dx_candidate *c, const dx_candidate *all, size_t n);
/* The same as a sparse vector over DX_SPEAKER_FEATURES. */
void dx_speaker_vector(dx_vec *x, const dx_speakers *s, size_t q, const float value[DX_N_SPK]);
/* Weight of value i by the rules. */
double dx_speaker_rule_weight(size_t i);
/* Name of feature i, for --explain: "RANK0" or "RANK0/he". */
void dx_speaker_feature_name(char *out, size_t n, uint32_t i);

/* ---- sources (speaker_source.c) ---- */
void dx_source_read(dx_source *out, const dx_speakers *s, const dx_quote *q);
/* First token that ends behind byte at. */
uint32_t dx_tok_at(const dx_doc *doc, uint32_t at);
#define DX_TOPIC 256                             /* size of a topic vector */
#define DX_CONTENT_MOST 400                      /* tokens of a content that are read for topics and nations */
void dx_topic_add(float topic[DX_TOPIC], const dx_doc *doc, dx_range r);
#endif
