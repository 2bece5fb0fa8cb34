/* corpus.h - the predicted records, found again by what gold calls them. The k-th record of an id in gold belongs to the
 * k-th of that id in pred; records without id belong together when both stand in the same place among their file's lines. */
#ifndef DX_CORPUS_H
#define DX_CORPUS_H
#include "datasets/record.h"

typedef struct {
	dx_record r;
	size_t line;                             /* number in the file, from 1 */
	size_t place;                            /* among the lines that are not blank, from 0 */
	size_t next;                             /* of an id's first entry: the next entry of it to be found */
	bool used;
} dx_corpus_entry;

typedef struct { dx_corpus_entry *v; size_t n, cap; } dx_corpus;    /* sorted by id, then line; v is in the arena */

/* Takes the record over. */
dx_status dx_corpus_add(dx_corpus *c, dx_record r, size_t line, size_t place, dx_arena *arena, dx_err *err) DX_CHECKED;
void dx_corpus_sort(dx_corpus *c);               /* after the last add, before the first find */
dx_corpus_entry *dx_corpus_find(dx_corpus *c, dx_str id, size_t place);     /* NULL: none, or all used; marks it as used */
void dx_corpus_fini(dx_corpus *c);
#endif
