/* progress.h - one line that says how far a run is: articles, MB/s, time left where the size of the input is
 * known. Rewrites itself; meant for a terminal, and for runs of more than a second. */
#ifndef DX_PROGRESS_H
#define DX_PROGRESS_H
#include <stdio.h>
#include <time.h>
#include "features/base.h"

typedef struct {
	FILE *to;                                /* NULL: be silent */
	uint64_t n_total;                        /* bytes; 0: not known */
	struct timespec start, last;
	size_t n_shown;                          /* columns of the line that stands there */
} dx_meter;

void dx_meter_init(dx_meter *m, FILE *to, uint64_t n_total);
/* Shows the line, at most some times a second and not in the first one. */
void dx_meter_show(dx_meter *m, uint64_t n_records, uint64_t n_bytes);
/* Takes the line away, before a message or at the end. */
void dx_meter_clear(dx_meter *m);
#endif
