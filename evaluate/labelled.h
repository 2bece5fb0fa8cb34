/* labelled.h - articles with quotes that are kept apart from them (datasets/standoff.h), as records that can be scored against. */
#ifndef DX_LABELLED_H
#define DX_LABELLED_H
#include "datasets/standoff.h"

/* Reads articles, a record a line, and writes those that rows of `labels` are of, in the order of the rows: id, text, and these quotes. A line of
 * articles or a row of labels that is bad is told to its log and passed over. DX_EFORMAT with err->offset = line number for a row that cannot be read, DX_EIO,
 * DX_ENOMEM. */
dx_status dx_labelled_write(FILE *to, FILE *articles, dx_standoff_log *in_articles, FILE *labels, dx_standoff_log *in_labels, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
