/* load.h - reads training records: articles, statements, and articles whose sentences carry stances from JSON lines; statements from tables;
 * articles from brat's files, one or a directory of them. */
#ifndef DX_LOAD_H
#define DX_LOAD_H
#include "datasets/record.h"

typedef struct {
	dx_record *v;                            /* [n]; array in the arena, roots owned */
	size_t n, cap;
	size_t n_bad;                            /* lines that were refused and passed over */
} dx_records;

/* Told of every line that is passed over; line 0: the whole file. */
typedef void dx_bad_line(void *ctx, const char *path, size_t line, const char *why);

/* Appends the records of one file or directory. DX_EIO when it cannot be opened or read (an article of a directory is passed over then). */
dx_status dx_records_load(dx_records *r, const char *path, dx_arena *arena, dx_bad_line *bad, void *ctx, dx_err *err) DX_CHECKED;
void dx_records_fini(dx_records *r);
#endif
