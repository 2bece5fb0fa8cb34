/* report.h - prints what was scored: a table for people, or one JSON object for programs. */
#ifndef DX_REPORT_H
#define DX_REPORT_H
#include "evaluate/bootstrap.h"

typedef struct {
	const dx_scores *scores;
	dx_bootstrap bootstrap;
	dx_stance_sets quotes, statements;
	size_t n_articles;                       /* gold records with quotes */
	size_t n_missing, n_extra;               /* gold records that pred lacks, pred records that gold lacks */
	size_t n_bad_gold, n_bad_pred;           /* lines that could not be read */
} dx_report;

/* Every figure. Key names: those of the Python scorer where it has the figure; figures in percent, one decimal. */
dx_status dx_report_json(const dx_report *r, FILE *to, dx_err *err) DX_CHECKED;
/* One figure of the JSON report by its path, such as "exact.content.f"; *found = false when there is none of that name. */
dx_status dx_report_figure(double *out, bool *found, const dx_report *r, const char *path, dx_err *err) DX_CHECKED;
/* At most 100 columns wide. */
dx_status dx_report_text(const dx_report *r, FILE *to, dx_err *err) DX_CHECKED;

const char *dx_outcome_name(int out);            /* "strict", "loose", "phrase", "other", "nobody" */
const char *dx_slice_name(int slice);                    /* "all", "direct", ..., "name", ... */
#endif
