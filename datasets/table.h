/* table.h - statements from TSV and CSV files, each row as a line of the record format. The first row names the columns, in any order and
 * case: text (or tweet, sentence, statement, content), target (or topic, claim), stance (or label, class), id, holder; other columns are
 * passed on under their own names. CSV as in RFC 4180: fields in double quotes may hold separators and line feeds; a semicolon separates where
 * the first row has no comma. TSV: one row a line; a field in double quotes is unquoted where all of its own are doubled. */
#ifndef DX_TABLE_H
#define DX_TABLE_H
#include <stdio.h>
#include "features/base.h"

typedef struct dx_table dx_table;

/* Whether a file of this name is one: .tsv or .csv. */
bool dx_table_named(const char *path);

/* A row has at most this many bytes: what is longer is an unclosed quote. */
#define DX_TABLE_ROW_MOST ((size_t)16 << 20)

/* from stays the caller's. DX_EFORMAT without rows, or without a column of texts or of targets (the message names those that are there). */
dx_status dx_table_new(dx_table **out, FILE *from, const char *path, dx_err *err) DX_CHECKED;
void dx_table_free(dx_table *t);                         /* NULL is fine */

/* The next row as a JSON object, valid until the next call. *more = false at the end. DX_EFORMAT concerns one row (of too few or too
 * many fields); the next call goes on behind it. */
dx_status dx_table_next(dx_str *json, bool *more, dx_table *t, dx_err *err) DX_CHECKED;
/* Number of the line that the last row began on, from 1. */
size_t dx_table_line(const dx_table *t);
#endif
