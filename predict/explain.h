/* explain.h - why dixit says what it says of a quote, in terms that a reader of the article can check (--explain). */
#ifndef DX_EXPLAIN_H
#define DX_EXPLAIN_H
#include <jansson.h>
#include "features/doc.h"
#include "model/decide_speaker.h"

/* A feature and what it added to the decision for the label that won (in units of the decision value; exact with linear models). */
typedef struct { dx_str what; double weight; } dx_reason;

typedef struct {
	dx_str cue, source;                      /* as they stand in the article; n = 0: none found */
	dx_str entity;                           /* who the source was taken for */
	size_t n_mentions;                       /* how often the article mentions that one */
	dx_reason *stance;                       /* [n_stance] strongest first */
	size_t n_stance;
	dx_str antecedent;                       /* the mention that a pronoun or noun phrase was tied to; n = 0: none */
	dx_str second;                           /* who would have come next */
	dx_reason *speaker;                      /* [n_speaker] features of features/speaker.h, for the first against the second */
	size_t n_speaker;
} dx_why;

/* What spans, entities and the speaker decision (NULL: a speaker that was given) tell; the stance part is left empty. Strings point
 * into doc, entities and speaker. NULL: memory is out. */
dx_why *dx_explain_quote(const dx_quote *q, const dx_entity *entities, size_t n_entities, const dx_speaker_why *speaker,
                         const dx_doc *doc) DX_CHECKED;

/* The field "why". NULL: memory is out. */
json_t *dx_explain_json(const dx_why *w) DX_CHECKED;
#endif
