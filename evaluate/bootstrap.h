/* bootstrap.h - confidence intervals: articles are drawn with replacement, as many as there are, again and again; the
 * figures of each draw are made from its counts, and the middle 95 % of them are the interval (percentile method). A
 * statement is a unit of its own. Same seed, same intervals, on every machine. */
#ifndef DX_BOOTSTRAP_H
#define DX_BOOTSTRAP_H
#include "evaluate/figure.h"

typedef struct { double lo, hi; } dx_interval;           /* shares; NaN where the figure exists in no draw */

/* The labels over which the figures of a stance task (accuracy, macro F1, F-avg) are taken. */
typedef struct { dx_label_set macro, subset; } dx_stance_sets;

/* figure[]: first one a metric, over all quotes, then those of quote stances, then those of statements. */
enum { DX_FIG_QUOTES = DX_N_METRIC, DX_FIG_STATEMENTS = DX_FIG_QUOTES + 3, DX_N_FIGURE = DX_FIG_STATEMENTS + 3 };
typedef struct { size_t n_draws; uint64_t seed; dx_interval figure[DX_N_FIGURE]; } dx_bootstrap;

/* n_draws 0: every interval is NaN. O(n_draws * articles * metrics). */
dx_status dx_bootstrap_run(dx_bootstrap *b, const dx_scores *s, const dx_stance_sets *quotes,
                           const dx_stance_sets *statements, dx_err *err) DX_CHECKED;
#endif
