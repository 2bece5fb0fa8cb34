/* given.h - speakers for quotes that a record brought along (--given): what it says stays, only gaps are filled. */
#ifndef DX_GIVEN_H
#define DX_GIVEN_H
#include "datasets/record.h"
#include "model/decide_speaker.h"

/* Fills speaker, kind and entity of the quotes that have no speaker, and adds the entities that are new to r->entities.
 * why (NULL: not wanted): *why becomes [r->n_quotes], or NULL when no speaker was missing. doc: tagged. O(n log n) in quotes, O(n * m) in given and found entities. */
dx_status dx_given_speakers(dx_record *r, dx_speaker_why **why, const dx_doc *doc, const dx_speaker_model *m, const dx_names *names, dx_err *err) DX_CHECKED;
#endif
