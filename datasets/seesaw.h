/* seesaw.h - articles of SEESAW (Zhang et al. 2022): sentences, each with (holder, target, stance) triples over canonical names.
 * One object a line: {"id","title","entities":[...],"sentences":[{"text","stances":[{"holder","target","stance"}]}]}. */
#ifndef DX_SEESAW_H
#define DX_SEESAW_H
#include "datasets/record.h"

/* Whether the line is such an object: it has "sentences" and no "text". A guess from the bytes, for choosing the reader. */
bool dx_seesaw_is(dx_str line);

/* Appends a statement record for each triple that names both sides (what a holder outside the article's list holds is another question:
 * its stance would be taken for the text's own): text is the sentence, without spans, since the names are canonical. On failure (DX_EFORMAT, DX_ENOMEM) *v may have been moved, *n is as it
 * was and nothing is left to free. Records are freed by dx_record_fini each. */
dx_status dx_seesaw_parse(dx_record **v, size_t *n, size_t *cap, dx_str line, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
