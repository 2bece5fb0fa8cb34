/* jobs.h - work that falls into parts which do not know of each other, such as the folds of a cross-validation, done by several threads. */
#ifndef DX_JOBS_H
#define DX_JOBS_H
#include "features/base.h"

typedef struct {
	uint32_t n;                              /* parts, by number from 0 on; every part writes what is its own only */
	unsigned threads;                        /* at most so many at a time; 0 counts as 1 */
	dx_status (*part)(void *ctx, uint32_t k, dx_err *err);
	void (*done)(void *ctx, uint32_t n_done, uint32_t n);        /* told after each part, by one thread at a time; may be NULL */
	void *ctx;
} dx_jobs;

/* All parts, by this thread and helpers (fewer where the system has none to give); what comes out does not depend on how many. After a failure no
 * further part begins; of several failures the first is reported. */
dx_status dx_jobs_run(const dx_jobs *jobs, dx_err *err) DX_CHECKED;
#endif
