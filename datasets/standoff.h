/* standoff.h - labels kept apart from their articles, for corpora whose text may not be passed on: "# doc ID" lines, each followed by rows of four
 * columns with tabs between. For quotes: byte at which the content begins, stance, begin and end of the target. For statements: begin and end of
 * a stretch of the article, stance, target in words. Offsets are bytes of the article's text. */
#ifndef DX_STANDOFF_H
#define DX_STANDOFF_H
#include <stdio.h>
#include "datasets/record.h"

/* Told of every row that fits nothing in its article and is passed over. */
typedef void dx_standoff_bad(void *ctx, size_t line, const char *why);

typedef struct { dx_standoff_bad *bad; void *ctx; size_t n_bad, n_set; } dx_standoff_log;

/* Gives quotes of recs the stance and target of their row; a quote that has a stance keeps its own, articles that recs lack are passed over in
 * silence. Stances live in the arena, targets point into the text. DX_EFORMAT with err->offset = line number for a row that is not as above. */
dx_status dx_standoff_read(dx_record *recs, size_t n, FILE *from, dx_standoff_log *log, dx_arena *arena, dx_err *err) DX_CHECKED;

/* Statements, each appended as a record of its own to the array of *n_out in *out (in the arena, as large as *cap): without a root, its text a view
 * into that of its article. Errors as above. */
dx_status dx_standoff_statements(dx_record **out, size_t *n_out, size_t *cap, const dx_record *recs, size_t n, FILE *from, dx_standoff_log *log,
                                 dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
