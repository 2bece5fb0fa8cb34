/* standoff.h - labels kept apart from their articles, for corpora whose text may not be passed on: "# doc ID" lines, each followed by rows of columns
 * with tabs between. For quotes that records have: byte at which the content begins, stance, begin and end of the target. For quotes that they lack:
 * content, cue and source, each as spans ("120-180,190-220"; "-": none), stance, begin and end of the target. For statements: begin and end of a
 * stretch of the article, stance, target in words. Offsets are bytes of the article's text. */
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

/* Array that records are appended to: *v of *n, in the arena, as large as *cap. */
typedef struct { dx_record **v; size_t *n, *cap; dx_arena *arena; } dx_standoff_to;

/* Statements, each a record of its own without a root, its text a view into that of its article. Errors as above. */
dx_status dx_standoff_statements(const dx_standoff_to *to, const dx_record *recs, size_t n, FILE *from, dx_standoff_log *log, dx_err *err) DX_CHECKED;

/* Quotes with a stance: for each article that has rows one record more, without a root, with its id, its text and these quotes. They are some of the
 * article's quotes, in the order of the rows, so has_quotes is false. recs may be the array that is appended to. Errors as above. */
dx_status dx_standoff_quotes(const dx_standoff_to *to, const dx_record *recs, size_t n, FILE *from, dx_standoff_log *log, dx_err *err) DX_CHECKED;
#endif
