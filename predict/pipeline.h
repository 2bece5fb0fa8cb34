/* pipeline.h - the decisions of a model file, chained: text -> tags -> quotes -> speakers -> stance, one record at a time.
 * Knows nothing of files other than the model, of threads, or of how results are written. */
#ifndef DX_PIPELINE_H
#define DX_PIPELINE_H
#include "datasets/record.h"
#include "features/names.h"
#include "model/file.h"
#include "predict/explain.h"

typedef struct dx_pipeline dx_pipeline;                  /* immutable once loaded; threads may share it */

/* The threshold that is best for F1: what the commands and the library take where they are told nothing. */
#define DX_PIPELINE_THRESHOLD 0.25

typedef struct {
	double threshold;                        /* least probability of a quote that is kept */
	bool given;                              /* keep the quotes of a record that has them */
	bool again;                              /* decide speakers and stances anew where a record has them */
	bool explain;
	dx_act act;                              /* only quotes of this act; DX_ACT_NONE: all */
	double min_confidence;                   /* stances less probable than this are left out; p stays */
	const dx_str *targets;                   /* [n_targets] stance toward these instead of the quotes' own targets */
	size_t n_targets;
	const dx_names *names;                   /* the user's list of canonical names, or NULL */
} dx_pipeline_opts;

/* Stance of one quote toward one of opts.targets. */
typedef struct { dx_str target, stance; dx_label_p *p; size_t n_p; } dx_toward;

/* What does not fit into a quote of the record. */
typedef struct {
	dx_toward *toward;                       /* [n_toward] when there are several targets; the first is the quote's own */
	size_t n_toward;
	dx_why *why;                             /* NULL: not asked for */
} dx_extra;

/* A record with what the pipeline found in it. Arrays live in the arena. */
typedef struct {
	dx_record rec;
	dx_extra *extra;                         /* [rec.n_quotes]; NULL for a statement */
	dx_why *why;                             /* of a statement; NULL: not asked for */
	bool kept;                               /* the quotes are those that the record brought along */
} dx_found;

/* Loads and checks a model file. A model that lacks a decision is usable for what it has (dx_pipeline_run says what is missing). */
dx_status dx_pipeline_new(dx_pipeline **out, const char *path, dx_err *err) DX_CHECKED;
/* The same from an open file, which it takes over (and closes when it fails); name is for messages. */
dx_status dx_pipeline_of_file(dx_pipeline **out, dx_file *file, const char *name, dx_err *err) DX_CHECKED;
void dx_pipeline_free(dx_pipeline *pl);                  /* NULL is fine */

/* An article from plain text (valid UTF-8; copied). The metadata header, if there is one, becomes title, date and url. */
dx_status dx_pipeline_article(dx_found *out, const dx_pipeline *pl, dx_str id, dx_str text, dx_err *err) DX_CHECKED;

/* Fills f->rec.quotes and entities (an article) or stance and p (a statement), and f->extra. The arena must not be reset
 * while f is in use. Free with dx_found_fini, also after a failure. */
dx_status dx_pipeline_run(dx_found *f, const dx_pipeline *pl, const dx_pipeline_opts *o, dx_arena *arena, dx_err *err)
	DX_CHECKED;
void dx_found_fini(dx_found *f);

/* Puts all of f into f->rec.root: dx_record_update, and the fields "stances" and "why" of each quote. */
dx_status dx_found_update(dx_found *f, dx_offsets off, dx_err *err) DX_CHECKED;
#endif
