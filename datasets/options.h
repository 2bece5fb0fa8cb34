/* options.h - command line options from one table, which drives parsing and --help. Fills a struct of the caller; has no
 * state, prints nothing by itself and never exits. Knows nothing of what the options mean.
 *
 *	struct args { bool help, version; int64_t seed; double cost; int task; const char *out; dx_opt_list targets, files; };
 *	static const char *const TASKS[] = { "all", "quotes", "speaker", "stance", NULL };
 *	static const dx_option OPTIONS[] = {
 *		{ DX_OPT_CHOICE, 0, "task", "TASK", "all", "what to train", offsetof(struct args, task), .choices = TASKS },
 *		{ DX_OPT_STR, 'o', "output", "FILE", NULL, "where the model goes", offsetof(struct args, out) },
 *		{ DX_OPT_INT, 0, "seed", "N", "1", "seed of the folds", offsetof(struct args, seed), .least = 0, .most = 1e9 },
 *		{ DX_OPT_DOUBLE, 'c', "cost", "C", "0.5", "penalty", offsetof(struct args, cost), .least = 1e-6, .most = 1e6 },
 *		{ DX_OPT_LIST, 't', "target", "T", NULL, "a target; may be repeated", offsetof(struct args, targets) },
 *		{ DX_OPT_STOP, 'h', "help", NULL, NULL, "show this help", offsetof(struct args, help) },
 *	};
 *	static const dx_usage USAGE = { "dixit-x", "[OPTION]... FILE...", "does x.", OPTIONS, DX_COUNT(OPTIONS),
 *		.positionals = offsetof(struct args, files), .least = 1, .most = SIZE_MAX, .after = "Exit status: ..." };
 *	...
 *	if (dx_options_parse(&args, &USAGE, argc, argv, arena, &err)) {
 *		fprintf(stderr, "dixit-x: %s\n", err.msg);
 *		return 2;
 *	}
 *
 * Understood: --name, --name=ARG, --name ARG, -n, -nARG, -n ARG, -abc (bundled flags); `--` ends the options; a lone `-` is
 * a positional. An option given twice: the last one counts (a list collects all). Positionals and options mix freely. */
#ifndef DX_OPTIONS_H
#define DX_OPTIONS_H
#include <stdio.h>
#include "features/arena.h"

typedef enum {
	DX_OPT_FLAG,                             /* field: bool */
	DX_OPT_STOP,                             /* field: bool; parsing ends here and succeeds: --help, --version */
	DX_OPT_STR,                              /* field: const char *; NULL without default */
	DX_OPT_LIST,                             /* field: dx_opt_list; one item each time it is given */
	DX_OPT_INT,                              /* field: int64_t in least..most */
	DX_OPT_DOUBLE,                           /* field: double in least..most, finite */
	DX_OPT_CHOICE                            /* field: int, index of choices */
} dx_opt_kind;

typedef struct { const char **v; size_t n; } dx_opt_list;    /* strings of argv; the array lives in the arena */

typedef struct {
	dx_opt_kind kind;
	char letter;                             /* short name; 0: none */
	const char *name;                        /* long name without dashes */
	const char *arg;                         /* what help calls the argument; NULL for flags */
	const char *def;                         /* default, parsed like an argument and shown in help; NULL: field stays zero */
	const char *help;                        /* wrapped by dx_options_help; a line feed starts a new line */
	size_t field;                            /* offsetof the field in the caller's struct */
	double least, most;                      /* range of numbers, inclusive; both 0: any */
	const char *const *choices;              /* NULL-terminated; of a DX_OPT_DOUBLE: names that may stand for values, or NULL */
	const double *values;                    /* what each of these names stands for */
} dx_option;

typedef struct {
	const char *program;                     /* as in messages and help */
	const char *synopsis;                    /* "[OPTION]... FILE..." */
	const char *about;                       /* a sentence or two under the synopsis; NULL: none */
	const dx_option *options;
	size_t n_options;
	size_t positionals;                      /* offsetof a dx_opt_list; ignored when most is 0 */
	size_t least, most;                      /* how many positionals are wanted */
	const char *after;                       /* text at the end of help, printed as it is; NULL: none */
} dx_usage;

/* Sets every field of the table to its default, then to what argv says. DX_EFORMAT with one line for the user ("option
 * --seed: expected a whole number from 0 to 1000, got \"x\""), DX_ENOMEM; into is then half-filled. A table that contradicts
 * itself (a default out of range, a flag with a default) is a broken promise and asserted. */
dx_status dx_options_parse(void *into, const dx_usage *u, int argc, char *const *argv, dx_arena *arena, dx_err *err)
	DX_CHECKED;

/* Writes the whole help text. Whether the stream took it is the caller's to check (ferror, fclose). */
void dx_options_help(const dx_usage *u, FILE *to);
#endif
