/* pronoun.h - whom "he", "she" and "it" mean anywhere in an article, by rules, for the list of each entity's mentions. Pronouns that are
 * sources of quotes follow the speaker decision, which knows more. "They", "I" and "you" are left alone. */
#ifndef DX_PRONOUN_H
#define DX_PRONOUN_H
#include "features/speaker.h"

/* *out: [s->mentions.n] the named entity that a pronoun stands for, -1 for none and for all other mentions. Call it when the speakers are
 * decided (s->said). Lives in the document's arena. O(mentions). */
dx_status dx_pronouns_resolve(int32_t **out, const dx_speakers *s, dx_err *err) DX_CHECKED;
#endif
