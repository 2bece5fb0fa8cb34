/* decide_speaker.h - the speaker of each quote: candidates scored by a linear machine (or by rules), the best one taken. */
#ifndef DX_DECIDE_SPEAKER_H
#define DX_DECIDE_SPEAKER_H
#include "features/speaker.h"
#include "model/svm.h"

/* A view into the section "speaker" of a model file; nothing to free. */
typedef struct {
	bool present;
	dx_svm svm;                              /* linear, ranking: the candidate with the highest value is the speaker */
	const double *prior;                     /* [DX_N_SPK] added weight of each value: the rules' where training hardly saw it, else 0 */
	double conf[2];                          /* P(best is right) = logistic(conf[0] + conf[1] * lead) */
} dx_speaker_model;

#define DX_SPEAKER_LEAD 4.0                      /* the lead of the best candidate over the second is cut here */

/* present = false when the file has no section "speaker" (that is no error). DX_EFORMAT when it is damaged or of other features. */
dx_status dx_speaker_load(dx_speaker_model *out, const dx_file *f, dx_err *err) DX_CHECKED;
/* The same from the section's bytes; none: n = 0. */
dx_status dx_speaker_unpack(dx_speaker_model *out, dx_str bytes, dx_err *err) DX_CHECKED;

#define DX_SPEAKER_PARTS 5                       /* reasons that are given for one decision */

/* Why a speaker was chosen: exact, since the machine is linear. Strings live in doc->arena. */
typedef struct {
	dx_span antecedent;                      /* the speaker's mention that the source was tied to; empty when there is none */
	dx_str second;                           /* the candidate that came next; n = 0: there was no other */
	dx_str part[DX_SPEAKER_PARTS];           /* [n_part] features that speak for the chosen one against the next, strongest first */
	double weight[DX_SPEAKER_PARTS];         /* what each adds to the lead; negative: speaks against the chosen one */
	size_t n_part;
} dx_speaker_why;

/* Fills speaker, kind, entity and conf_speaker of each quote, and the article's entities, into doc->arena. quotes come in text
 * order with content, cue and source filled; a source may be empty. An unknown speaker is left empty (entity -1).
 * m may be NULL or not present: then rules decide. names: the user's list, whose strings the results may hold, or NULL.
 * why (NULL: not wanted): *why becomes [n_quotes]. Doc: after dx_analyse and taggers. Linear. */
dx_status dx_speakers_decide(dx_entity **entities, size_t *n_entities, dx_quote *quotes, size_t n_quotes, const dx_doc *doc,
                             const dx_speaker_model *m, const dx_names *names, dx_speaker_why **why, dx_err *err) DX_CHECKED;

/* Weight of value i by the rules in units of the machine's score. */
#define DX_SPEAKER_PRIOR 2.5

/* Best of n candidates by score (a tie goes to the first), and its lead over the second. n > 0. */
size_t dx_speaker_best(double *lead, const double *score, size_t n);
#endif
