/* gum.h - reader for the coreference of GUM (Zeldes 2017): CoNLL-U with Entity= in the last column. A document becomes a record: text made
 * of the word forms, and entities whose mentions are names (a proper noun in the mention's minimal span, which becomes the span) and
 * pronouns of the third person; mentions by other nouns, and "I" and "you", are left out. */
#ifndef DX_GUM_H
#define DX_GUM_H
#include <stdio.h>
#include "datasets/record.h"

/* Appends the documents of a file to v. Records are freed by dx_record_fini each. DX_EFORMAT with err->offset = line for a row without ten
 * columns or brackets that do not match. On failure nothing of this file is left in v. */
dx_status dx_gum_read(dx_record **v, size_t *n, size_t *cap, FILE *from, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
