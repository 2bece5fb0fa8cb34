/* main.c - dixit-train: trains a model, or some of its decisions, on JSON lines, tables and brat's files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "datasets/options.h"
#include "datasets/standoff.h"
#include "model/place.h"
#include "train/trainset.h"
#include "train/load.h"
#include "train/train_issues.h"
#include "train/train_quotes.h"
#include "train/train_speaker.h"
#include "train/train_stance.h"
#include "train/train_tags.h"

enum { TASK_ALL, TASK_TAGS, TASK_QUOTES, TASK_SPEAKER, TASK_STANCE };
static const char *const TASKS[] = { "all", "tags", "quotes", "speaker", "stance", NULL };

struct args {
	bool help, version;
	int task;
	const char *base, *out, *silver, *labels, *quote_labels, *issue_labels, *advice, *export_dir, *f_of;
	int64_t folds, seed, threads;
	dx_opt_list issues, data;
};

static const dx_option OPTIONS[] = {
	{ DX_OPT_CHOICE, 't', "task", "TASK", "all", "what to train: all, or one of tags, quotes, speaker, stance; the rest comes from --base",
	  .field = offsetof(struct args, task), .choices = TASKS },
	{ DX_OPT_STR, 'b', "base", "MODEL", NULL, "model whose other decisions are taken over", .field = offsetof(struct args, base) },
	{ DX_OPT_STR, 'o', "output", "MODEL", "model.dixit", "where the model is written", .field = offsetof(struct args, out) },
	{ DX_OPT_STR, 0, "silver", "TSV", NULL, "tagged tokens of the articles, for the taggers (task tags, and all where given)",
	  .field = offsetof(struct args, silver) },
	{ DX_OPT_STR, 0, "labels", "TSV", NULL, "stances and targets of quotes that stand apart from their articles: \"# doc ID\" lines, each followed by rows of "
	  "content begin, stance, target begin, target end", .field = offsetof(struct args, labels) },
	{ DX_OPT_STR, 0, "quote-labels", "TSV", NULL, "quotes of articles in DATA that come without them, each with its stance, to learn stances from: \"# doc ID\" lines, "
	  "each followed by rows of content, cue, source (spans such as 120-180,190-220), stance, target begin, target end", .field = offsetof(struct args, quote_labels) },
	{ DX_OPT_LIST, 0, "issues", "DATA", NULL, "statements on issues of public debate (features/lexicon/issues.tsv), to learn what is said for and against "
	  "each; may be repeated", .field = offsetof(struct args, issues) },
	{ DX_OPT_STR, 0, "issue-labels", "TSV", NULL, "more of these, as stretches of the articles in DATA: \"# doc ID\" lines, each followed by rows of begin, end, "
	  "stance, target", .field = offsetof(struct args, issue_labels) },
	{ DX_OPT_STR, 0, "advice", "MODEL", NULL, "model whose knowledge of issues helps to learn stances toward them, or none; without it that of --base, else of "
	  "the model that came with dixit", .field = offsetof(struct args, advice) },
	{ DX_OPT_INT, 'k', "folds", "K", "4", "folds by article for cross-validation", .field = offsetof(struct args, folds), .least = 2, .most = 50 },
	{ DX_OPT_INT, 's', "seed", "N", "1", "seed of folds and order; the same seed gives the same bytes", .field = offsetof(struct args, seed),
	  .least = 0, .most = 1e15 },
	{ DX_OPT_INT, 'j', "threads", "N", "2", "folds trained at the same time; the model does not depend on it", .field = offsetof(struct args, threads),
	  .least = 1, .most = 256 },
	{ DX_OPT_STR, 0, "f-of", "A,B,...", NULL, "stance labels whose mean F1 is reported and aimed at; without it that of all but neutral, none and the like is reported, that of all aimed at",
	  .field = offsetof(struct args, f_of) },
	{ DX_OPT_STR, 0, "export-libsvm", "DIR", NULL, "also write problem and model files of speakers and stances that svm-predict reads", .field = offsetof(struct args, export_dir) },
	{ DX_OPT_STOP, 'h', "help", NULL, NULL, "show this help", .field = offsetof(struct args, help) },
	{ DX_OPT_STOP, 'V', "version", NULL, NULL, "show the version", .field = offsetof(struct args, version) },
};
static const dx_usage USAGE = {
	"dixit-train", "[OPTION]... DATA...",
	"Trains models that find quotes, their speakers and their stance. DATA are JSON lines in the record format: articles with quotes, "
	"statements with a target and a stance; or statements as .tsv and .csv files with columns text, target and stance (or label); "
	"or articles annotated with brat: a .ann file with its .txt file beside it, or a directory of such. "
	"Labels are whatever the data have.",
	OPTIONS, DX_COUNT(OPTIONS), .positionals = offsetof(struct args, data), .least = 1, .most = SIZE_MAX,
	.after = "Exit status: 0 done, 1 done but some lines were passed over, 2 usage, 3 bad data or model, 4 system.\n",
};

/* --- progress --- */

typedef struct { bool terminal; double last; const char *what; } meter;

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void show(void *ctx, const char *what, size_t done, size_t total)
{
	meter *m = ctx;
	double now = seconds();
	if (!m->terminal || (now - m->last < 0.2 && m->what == what))
		return;
	m->last = now;
	m->what = what;
	fprintf(stderr, "\r\033[K%s: %zu of %zu", what, done, total);
	fflush(stderr);
}

static void note(void *ctx, const char *text)
{
	meter *m = ctx;
	if (m->terminal && m->what)
		fprintf(stderr, "\r\033[K");
	m->what = NULL;
	fputs(text, stderr);
}

static void bad_line(void *ctx, const char *path, size_t line, const char *why)
{
	(void)ctx;
	if (line)
		fprintf(stderr, "dixit-train: %s:%zu: %s\n", path, line, why);
	else
		fprintf(stderr, "dixit-train: %s: %s\n", path, why);
}

/* --- the run --- */

typedef struct {
	const struct args *args;
	dx_train_options opt;
	dx_arena *arena;
	dx_header *header;
	dx_file *base, *advice;
	dx_writer *writer;
	dx_records recs, issues;
	size_t n_whole;                          /* of recs; behind them stand articles of which some quotes are known, for their stances alone */
	dx_issue_model issue_model;
	const char *adviser;                     /* path of another model that advises on issues */
	char place[DX_PLACE_MOST];               /* of the model that came with dixit */
	size_t n_quotes, n_statements, n_articles;
} run;

static void bad_label(void *path, size_t line, const char *why)
{
	bad_line(NULL, path, line, why);
}

/* What the rows of a stand-off file are. */
typedef enum { LABELS, QUOTES, STATEMENTS } standoff;

static dx_status read_standoff(run *r, standoff kind, FILE *f, dx_standoff_log *log, dx_err *err)
{
	const dx_standoff_to quotes = { &r->recs.v, &r->recs.n, &r->recs.cap, r->arena }, issues = { &r->issues.v, &r->issues.n, &r->issues.cap, r->arena };
	switch (kind) {
	case LABELS:
		return dx_standoff_read(r->recs.v, r->n_whole, f, log, r->arena, err);
	case QUOTES:
		return dx_standoff_quotes(&quotes, r->recs.v, r->n_whole, f, log, err);
	default:
		return dx_standoff_statements(&issues, r->recs.v, r->n_whole, f, log, err);
	}
}

static dx_status load_standoff(run *r, const char *path, standoff kind, dx_err *err)
{
	if (!path)
		return DX_OK;
	char *name = dx_arena_strdup(r->arena, dx_str_of(path));
	dx_standoff_log log = { bad_label, name, 0, 0 };
	dx_err why = { 0 };
	FILE *f = fopen(path, "rb");
	if (!f || !name) {
		if (f)
			fclose(f);
		return f ? dx_fail(err, DX_ENOMEM, "out of memory: labels") : dx_fail(err, DX_EIO, "%s: %s", path, strerror(errno));
	}
	dx_status st = read_standoff(r, kind, f, &log, &why);
	fclose(f);
	r->recs.n_bad += log.n_bad;
	if (st)
		return dx_fail(err, st == DX_EFORMAT ? DX_EDATA : st, "%s: %s", path, why.msg);
	return log.n_set ? DX_OK : dx_fail(err, DX_EDATA, "%s: no row is of %s", path,
	                                   kind == LABELS ? "a quote of the training data without a stance" : "an article of the training data");
}

static dx_status load_data(run *r, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->args->data.n && !st; i++)
		st = dx_records_load(&r->recs, r->args->data.v[i], r->arena, bad_line, NULL, err);
	r->n_whole = r->recs.n;
	if (!st)
		st = load_standoff(r, r->args->labels, LABELS, err);
	if (!st)
		st = load_standoff(r, r->args->quote_labels, QUOTES, err);
	for (size_t i = 0; i < r->args->issues.n && !st; i++)
		st = dx_records_load(&r->issues, r->args->issues.v[i], r->arena, bad_line, NULL, err);
	if (!st)
		st = load_standoff(r, r->args->issue_labels, STATEMENTS, err);
	r->recs.n_bad += r->issues.n_bad;
	for (size_t i = 0; i < r->recs.n; i++) {
		r->n_articles += r->recs.v[i].has_quotes;
		r->n_quotes += r->recs.v[i].n_quotes;
		r->n_statements += r->recs.v[i].is_statement;
	}
	return st || r->recs.n ? st : dx_fail(err, DX_EDATA, "no record in the training data");
}

static dx_status train_tags(run *r, dx_err *err)
{
	dx_silver silver = { 0 };
	FILE *f = fopen(r->args->silver, "rb");
	if (!f)
		return dx_fail(err, DX_EIO, "%s: %s", r->args->silver, strerror(errno));
	dx_status st = dx_silver_read(&silver, f, r->arena, err);
	fclose(f);
	return st ? st : dx_train_tags(r->writer, r->recs.v, r->n_whole, &silver, &r->opt, err);
}

static dx_status train_quotes(run *r, dx_err *err)
{
	dx_trainset c;
	dx_status st = dx_trainset_new(&c, r->recs.v, r->n_whole, &r->opt, err);
	if (st)
		return st;
	st = dx_train_quotes(r->writer, &c, &r->opt, err);
	dx_trainset_fini(&c);
	return st;
}

static bool has_speakers(const run *r)
{
	for (size_t i = 0; i < r->n_whole; i++)
		for (size_t k = 0; k < r->recs.v[i].n_quotes; k++)
			if (r->recs.v[i].quotes[k].speaker.n)
				return true;
	return false;
}

static bool has_stances(const run *r)
{
	for (size_t i = 0; i < r->recs.n; i++) {
		if (r->recs.v[i].is_statement && r->recs.v[i].stance.n)
			return true;
		for (size_t k = 0; k < r->recs.v[i].n_quotes; k++)
			if (r->recs.v[i].quotes[k].stance.n)
				return true;
	}
	return false;
}

static void tell(run *r, const char *before, const char *what, const char *after)
{
	char line[DX_PLACE_MOST + 128];
	snprintf(line, sizeof line, "%s%s%s\n", before, what, after);
	r->opt.note(r->opt.progress_ctx, line);
}

/* Opens another model for its knowledge of issues. One that was not named may be missing, or of another version, which is said. */
static dx_status borrow_advice(run *r, dx_err *err)
{
	const bool named = r->args->advice != NULL;
	const char *path = named ? r->args->advice : dx_place_model(r->place);
	if (!named && !dx_place_exists(path))
		return DX_OK;
	dx_status st = dx_file_open(&r->advice, path, err);
	if (st && !named && st != DX_ENOMEM) {
		tell(r, "no advice on issues: ", err->msg, "");
		return DX_OK;
	}
	r->opt.advice = st ? (dx_str){ NULL, 0 } : dx_file_section(r->advice, "issues");
	r->adviser = path;
	return st;
}

/* Who advises on issues: the model in the making, which learns of them or has learned as its base; else another model; or nobody. */
static dx_status find_advice(run *r, dx_err *err)
{
	const char *path = r->args->advice;
	const bool none = path && !strcmp(path, "none"), has = dx_writer_section(r->writer, "issues").n > 0;
	dx_status st = DX_OK;
	if (r->issues.n)
		st = dx_train_issues(r->writer, r->issues.v, r->issues.n, &r->opt, err);
	else if (none && has)
		st = dx_writer_put(r->writer, "issues", "", 0, err);
	else if (!none && (path || !has))
		st = borrow_advice(r, err);
	if (!st)
		st = dx_issue_load(&r->issue_model, r->opt.advice.n ? r->opt.advice : dx_writer_section(r->writer, "issues"), err);
	r->opt.issues = &r->issue_model;
	return st;
}

static dx_status train(run *r, dx_err *err)
{
	const int task = r->args->task;
	dx_tags_model tags;
	dx_status st = DX_OK;
	if (task == TASK_TAGS && !r->args->silver)
		return dx_fail(err, DX_EDATA, "task tags needs --silver");
	if (r->args->silver && (task == TASK_TAGS || task == TASK_ALL))
		st = train_tags(r, err);
	if (!st)
		st = dx_tags_unpack(&tags, dx_writer_section(r->writer, "tags"), err);
	r->opt.tags = &tags;
	if (!st && (task == TASK_QUOTES || (task == TASK_ALL && r->n_articles)))
		st = train_quotes(r, err);
	if (!st && (task == TASK_SPEAKER || (task == TASK_ALL && has_speakers(r))))
		st = dx_train_speaker(r->writer, r->recs.v, r->n_whole, &r->opt, err);
	const bool stances = task == TASK_STANCE || (task == TASK_ALL && has_stances(r));
	if (!st && stances)
		st = find_advice(r, err);
	if (!st && stances)
		st = dx_train_stance(r->writer, r->recs.v, r->recs.n, r->n_whole, &r->opt, err);
	if (!st && r->adviser && dx_writer_section(r->writer, "issues").n)
		tell(r, "stances toward issues: advised by ", r->adviser, " (--advice none: do without)");
	r->opt.tags = NULL;
	return st;
}

/* The name of a file without its folders. */
static void add_file(json_t *files, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	if (path)
		json_array_append_new(files, json_string(slash ? slash + 1 : path));
}

/* What was done, for whoever opens the file: section "info", one JSON object. */
static dx_status put_info(run *r, dx_err *err)
{
	const struct args *a = r->args;
	json_t *files = json_array();
	for (size_t i = 0; i < a->data.n; i++)
		add_file(files, a->data.v[i]);
	for (size_t i = 0; i < a->issues.n; i++)
		add_file(files, a->issues.v[i]);
	add_file(files, a->silver);
	add_file(files, a->labels);
	add_file(files, a->quote_labels);
	add_file(files, a->issue_labels);
	json_t *o = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "dixit", DX_VERSION, "task", TASKS[a->task], "seed",
	                      (json_int_t)a->seed, "folds", (json_int_t)a->folds, "articles", (json_int_t)r->n_articles, "quotes",
	                      (json_int_t)r->n_quotes, "statements", (json_int_t)r->n_statements, "issues", (json_int_t)r->issues.n, "files", files);
	char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
	dx_status st = s ? dx_writer_put(r->writer, "info", s, strlen(s), err) : dx_fail(err, DX_ENOMEM, "out of memory: model facts");
	free(s);
	json_decref(o);
	return st;
}

/* "A,B" into opt.f_of; the string is copied, because it is cut. */
static dx_status split_labels(run *r, dx_err *err)
{
	const char *list = r->args->f_of;
	if (!list)
		return DX_OK;
	char *copy = dx_arena_strdup(r->arena, dx_str_of(list));
	const char **v = dx_arena_array(r->arena, strlen(list) + 1, sizeof *v);
	if (!copy || !v)
		return dx_fail(err, DX_ENOMEM, "out of memory: --f-of");
	r->opt.f_of = v;
	while (copy) {
		char *comma = strchr(copy, ',');
		v[r->opt.n_f_of++] = copy;
		if (comma)
			*comma++ = '\0';
		copy = comma;
	}
	return DX_OK;
}

static dx_status run_all(run *r, dx_err *err)
{
	dx_status st = dx_arena_new(&r->arena, err);
	if (!st)
		st = split_labels(r, err);
	if (!st)
		st = dx_header_new(&r->header, err);
	r->opt.header = r->header;
	if (!st)
		st = dx_writer_new(&r->writer, err);
	if (!st && r->args->base)
		st = dx_file_open(&r->base, r->args->base, err);
	if (!st && r->base)
		st = dx_writer_copy(r->writer, r->base, "", err);
	if (!st)
		st = load_data(r, err);
	if (!st)
		st = train(r, err);
	if (!st)
		st = put_info(r, err);
	return st ? st : dx_writer_save(r->writer, r->args->out, err);
}

static void run_fini(run *r)
{
	dx_records_fini(&r->issues);
	dx_records_fini(&r->recs);
	dx_file_close(r->advice);
	dx_writer_free(r->writer);
	dx_file_close(r->base);
	dx_header_free(r->header);
	dx_arena_free(r->arena);
}

static int close_stdout(int code)
{
	bool bad = ferror(stdout) != 0;
	if (fclose(stdout) == 0 && !bad)
		return code;
	fprintf(stderr, "dixit-train: writing output: %s\n", strerror(errno));
	return 4;
}

static int exit_code(dx_status st)
{
	return st == DX_OK ? 0 : st == DX_EIO || st == DX_ENOMEM ? 4 : 3;
}

int main(int argc, char **argv)
{
	struct args args;
	dx_err err = { 0 };
	dx_arena *words;
	if (dx_arena_new(&words, &err)) {
		fprintf(stderr, "dixit-train: %s\n", err.msg);
		return 4;
	}
	if (dx_options_parse(&args, &USAGE, argc, argv, words, &err)) {
		fprintf(stderr, "dixit-train: %s\n", err.msg);
		dx_arena_free(words);
		return 2;
	}
	if (args.help || args.version) {
		if (args.help)
			dx_options_help(&USAGE, stdout);
		else
			printf("dixit-train %s\n", DX_VERSION);
		dx_arena_free(words);
		return close_stdout(0);
	}
	meter m = { .terminal = isatty(2) };
	run r = { .args = &args, .opt = { .seed = (uint64_t)args.seed, .folds = (uint32_t)args.folds, .threads = (unsigned)args.threads,
		.progress = show, .note = note, .progress_ctx = &m, .export_dir = args.export_dir } };
	dx_status st = run_all(&r, &err);
	if (m.terminal && m.what)
		fprintf(stderr, "\r\033[K");
	if (st)
		fprintf(stderr, "dixit-train: %s\n", err.msg);
	else
		fprintf(stderr, "dixit-train: %s: trained on %zu articles, %zu quotes, %zu statements\n", args.out, r.n_articles, r.n_quotes,
		        r.n_statements);
	int code = exit_code(st);
	if (!code && r.recs.n_bad)
		code = 1;
	run_fini(&r);
	dx_arena_free(words);
	return close_stdout(code);
}
