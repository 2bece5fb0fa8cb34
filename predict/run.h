/* run.h - the stream: records in, formatted results out, in order, with any number of threads and the same bytes at any
 * number. Memory depends on the number of threads and on the longest article, not on the input's length. A bad record is
 * reported, passed over, counted. */
#ifndef DX_RUN_H
#define DX_RUN_H
#include <stdatomic.h>
#include "predict/read.h"
#include "predict/write.h"

#define DX_RUN_THREADS_MOST 256

typedef struct { uint64_t n_records, n_quotes, n_bad, n_repaired, n_bytes; } dx_run_totals;

typedef struct {
	const dx_pipeline *pipeline;
	dx_pipeline_opts opts;
	const dx_format *format;
	dx_write_opts write;
	bool lenient;                            /* repair invalid UTF-8 instead of refusing the record */
	unsigned n_threads;
	atomic_bool *stop;                       /* the reader's stop flag, which a failing output sets */
	/* Called in the order of the input, by the thread that called dx_run. NULL: not wanted. */
	void (*bad)(void *ctx, const char *file, size_t line, const dx_err *err);
	void (*repaired)(void *ctx, const char *file, size_t line, size_t n);
	void (*progress)(void *ctx, const dx_run_totals *so_far);
	void *ctx;
} dx_run_opts;

/* Reads all of rd, writes to sink. A failure is one of the output or of memory for the stream itself (DX_EIO, DX_ENOMEM); bad
 * records are no failure but counted in out. */
dx_status dx_run(dx_run_totals *out, const dx_run_opts *o, dx_reader *rd, dx_sink *sink, dx_err *err) DX_CHECKED;
#endif
