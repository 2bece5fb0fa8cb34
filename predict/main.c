/* main.c - dixit-predict: options, where the model is, where the output goes, messages and exit codes. The work itself
 * is run.h's. */
#include "datasets/options.h"
#include "predict/names_file.h"
#include "predict/progress.h"
#include "predict/resume.h"
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "features/utf8.h"
#include "model/place.h"

#define PROGRAM "dixit-predict"

enum { EXIT_DONE, EXIT_SOME_FAILED, EXIT_USAGE, EXIT_BAD_MODEL, EXIT_SYSTEM };

typedef struct {
	bool help, version, given, again, explain, lenient, resume;
	int64_t threads;
	double precision, min_confidence;
	int format, offsets, act;
	const char *model, *output, *names;
	dx_opt_list targets, files;
} arguments;

static const char *const FORMAT_NAMES[] = { "auto", "text", "jsonl", "tsv", "brat", "html", NULL };
static const dx_format *const FORMATS[] = { NULL, &dx_write_text, &dx_write_jsonl, &dx_write_tsv, &dx_write_brat, &dx_write_html };
enum { F_AUTO, F_TEXT, F_JSONL, F_TSV, F_BRAT, F_HTML };
static const char *const OFFSET_NAMES[] = { "byte", "codepoint", "utf16", NULL };    /* in the order of dx_offsets */
static const char *const ACT_NAMES[] = { "all", "speech", "thought", "other", NULL };
static const dx_act ACTS[] = { DX_ACT_NONE, DX_ACT_SPEECH, DX_ACT_THOUGHT, DX_ACT_OTHER };

static const char *const PRECISION_NAMES[] = { "low", "normal", "high", NULL };
static const double PRECISIONS[] = { 0.1, DX_PIPELINE_THRESHOLD, 0.6 };

#define FIELD(f) .field = offsetof(arguments, f)
static const dx_option OPTIONS[] = {
	{ DX_OPT_STR, 'm', "model", "MODEL", NULL, "the model file ($DIXIT_MODEL, else the one that came with dixit)", FIELD(model) },
	{ DX_OPT_CHOICE, 'f', "format", "FORMAT", "auto", "how to write (auto is text on a terminal, else what the name of the "
	  "output says, else jsonl)", FIELD(format), .choices = FORMAT_NAMES },
	{ DX_OPT_STR, 'o', "output", "FILE", NULL, "write there instead of to standard output; a directory with -f brat", FIELD(output) },
	{ DX_OPT_INT, 'j', "threads", "N", "1", "threads that analyse at a time; the output is the same at any number", FIELD(threads),
	  .least = 1, .most = DX_RUN_THREADS_MOST },
	{ DX_OPT_FLAG, 'g', "given", NULL, NULL, "keep the quotes of records that have them, fill in only missing speakers and stances",
	  FIELD(given) },
	{ DX_OPT_FLAG, 0, "again", NULL, NULL, "with --given, and for statements: decide speakers and stances anew where a record has them",
	  FIELD(again) },
	{ DX_OPT_LIST, 't', "target", "T", NULL, "say where the speakers stand toward T; may be repeated", FIELD(targets) },
	{ DX_OPT_STR, 'n', "names", "FILE", NULL, "your own names of people and bodies, one a line: the name, then other names for it, "
	  "tabs between; they win over what the article calls them", FIELD(names) },
	{ DX_OPT_DOUBLE, 'p', "precision", "P", "normal", "keep only quotes at least this probable, 0 to 1: higher means fewer and surer, "
	  "normal (0.25) is best for F1; or", FIELD(precision), .least = 0, .most = 1, .choices = PRECISION_NAMES, .values = PRECISIONS },
	{ DX_OPT_DOUBLE, 0, "min-confidence", "P", "0", "leave out stances less probable than this, 0 to 1; the probabilities of all labels stay",
	  FIELD(min_confidence), .least = 0, .most = 1 },
	{ DX_OPT_CHOICE, 0, "act", "ACT", "all", "keep only quotes of one kind of act", FIELD(act), .choices = ACT_NAMES },
	{ DX_OPT_CHOICE, 0, "offsets", "UNIT", "byte", "how positions in the text are counted", FIELD(offsets), .choices = OFFSET_NAMES },
	{ DX_OPT_FLAG, 'e', "explain", NULL, NULL, "say for each quote why", FIELD(explain) },
	{ DX_OPT_FLAG, 'r', "resume", NULL, NULL, "go on where the output of an interrupted run (-o FILE, jsonl) ends", FIELD(resume) },
	{ DX_OPT_FLAG, 'l', "lenient", NULL, NULL, "replace invalid UTF-8 by U+FFFD instead of passing the record over", FIELD(lenient) },
	{ DX_OPT_STOP, 'h', "help", NULL, NULL, "show this help", FIELD(help) },
	{ DX_OPT_STOP, 'V', "version", NULL, NULL, "show the version", FIELD(version) },
};

static const dx_usage USAGE = {
	PROGRAM, "[OPTION]... [FILE|DIR|-]...",
	"Finds the quotes of news articles: what was said, who said it, and where they stand. Reads text files (one article a file), "
	"JSON lines (one record a line), HTML, web archives (WARC), .tsv and .csv files of statements (columns text and target), each also packed "
	"or in tar or zip, directories, and standard input.",
	OPTIONS, DX_COUNT(OPTIONS), .positionals = offsetof(arguments, files), .least = 0, .most = SIZE_MAX,
	.after = "Exit status: 0 done, 1 some inputs were passed over, 2 usage, 3 bad model or names, 4 system.\n"
	         "Example: dixit-predict -f html -o quotes.html article.txt\n",
};

static int fail(int code, const dx_err *err)
{
	fprintf(stderr, PROGRAM ": %s\n", err->msg);
	return code;
}

/* ---- the model */

static int load_model(dx_pipeline **out, const arguments *a)
{
	char path[DX_PLACE_MOST];
	dx_err err = { .code = DX_OK };
	const char *file = a->model ? a->model : dx_place_model(path);
	dx_status st = dx_pipeline_new(out, file, &err);
	if (!st)
		return EXIT_DONE;
	fail(0, &err);
	if (!a->model && !dx_place_exists(file))
		fprintf(stderr, PROGRAM ": no model found; give one with -m or $DIXIT_MODEL (dixit-train makes them)\n");
	return st == DX_ENOMEM ? EXIT_SYSTEM : EXIT_BAD_MODEL;
}

static int load_names(dx_names **out, const arguments *a)
{
	dx_err err = { .code = DX_OK };
	*out = NULL;
	dx_status st = a->names ? dx_names_open(out, a->names, &err) : DX_OK;
	return st ? fail(st == DX_ENOMEM ? EXIT_SYSTEM : EXIT_BAD_MODEL, &err) : EXIT_DONE;
}

/* ---- the output */

static int auto_format(const char *output)
{
	const char *dot = output ? strrchr(output, '.') : NULL;
	if (!output || strcmp(output, "-") == 0)
		return isatty(STDOUT_FILENO) ? F_TEXT : F_JSONL;
	if (dot && (strcmp(dot, ".html") == 0 || strcmp(dot, ".htm") == 0))
		return F_HTML;
	return dot && strcmp(dot, ".tsv") == 0 ? F_TSV : F_JSONL;
}

/* Would opening the output cut one of the inputs? */
static bool is_input(const char *output, const dx_opt_list *files)
{
	struct stat out, in;
	if (stat(output, &out) || !S_ISREG(out.st_mode))
		return false;
	for (size_t i = 0; i < files->n; i++) {
		int rc = strcmp(files->v[i], "-") ? stat(files->v[i], &in) : fstat(STDIN_FILENO, &in);
		if (rc == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return true;
	}
	return false;
}

static int system_error(const char *what, const char *path)
{
	fprintf(stderr, PROGRAM ": %s%s%s: %s\n", what, *what ? " " : "", path, strerror(errno));
	return EXIT_SYSTEM;
}

static int open_directory(dx_sink *sink, const char *path)
{
	struct stat s;
	if (mkdir(path, 0777) && errno != EEXIST)
		return system_error("making", path);
	if (stat(path, &s) || !S_ISDIR(s.st_mode)) {
		errno = ENOTDIR;
		return system_error("", path);
	}
	sink->dir = path;
	return EXIT_DONE;
}

/* The output as the interrupted run left it, or a new one. */
static FILE *open_again(const char *path)
{
	FILE *f = fopen(path, "r+b");
	if (!f && errno == ENOENT)
		f = fopen(path, "w+b");
	return f;
}

static int open_output(dx_sink *sink, const dx_format *format, const arguments *a)
{
	bool to_stdout = !a->output || strcmp(a->output, "-") == 0;
	*sink = (dx_sink){ .to = NULL };
	if (format->to_directory && to_stdout) {
		fprintf(stderr, PROGRAM ": -f %s writes files: give a directory with -o\n", format->name);
		return EXIT_USAGE;
	}
	if (a->resume && (to_stdout || format != &dx_write_jsonl)) {
		fprintf(stderr, PROGRAM ": --resume goes on with JSON lines in a file: give one with -o\n");
		return EXIT_USAGE;
	}
	if (format->to_directory)
		return open_directory(sink, a->output);
	if (!to_stdout && is_input(a->output, &a->files)) {
		fprintf(stderr, PROGRAM ": %s is input and output at once\n", a->output);
		return EXIT_USAGE;
	}
	sink->to = to_stdout ? stdout : a->resume ? open_again(a->output) : fopen(a->output, "wb");
	return sink->to ? EXIT_DONE : system_error("writing", a->output);
}

static size_t terminal_width(void)
{
	struct winsize w;
	const char *env = getenv("COLUMNS");
	long n = env ? strtol(env, NULL, 10) : 0;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		n = w.ws_col;
	return n >= 20 && n <= 1000 ? (size_t)n : 80;
}

static bool wants_colour(const dx_sink *sink)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
	return sink->to == stdout && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") && !(no && *no);
}

/* A full disk shows up only here. Standard output may also have been closed by who started us. */
static int close_output(dx_sink *sink)
{
	int code = EXIT_DONE;
	bool bad = sink->to && ferror(sink->to);
	errno = 0;
	if (sink->to && (fclose(sink->to) || bad) && !sink->error) {
		code = EXIT_SYSTEM;
		if (errno != EPIPE)
			fprintf(stderr, PROGRAM ": writing output: %s\n", errno ? strerror(errno) : "failed");
	}
	dx_sink_fini(sink);
	return code;
}

/* ---- messages during the run */

static const char *shown(const char *file)
{
	return strcmp(file, "-") ? file : "stdin";
}

static void say(dx_meter *m, const char *file, size_t line, const char *what)
{
	dx_meter_clear(m);
	if (!*file)
		fprintf(stderr, PROGRAM ": %s\n", what);
	else if (line)
		fprintf(stderr, PROGRAM ": %s:%zu: %s\n", shown(file), line, what);
	else
		fprintf(stderr, PROGRAM ": %s: %s\n", shown(file), what);
}

static void on_bad(void *ctx, const char *file, size_t line, const dx_err *err)
{
	say(ctx, file, line, err->msg);
}

static void on_repaired(void *ctx, const char *file, size_t line, size_t n)
{
	char what[60];
	snprintf(what, sizeof what, "invalid UTF-8 replaced in %zu place%s", n, n == 1 ? "" : "s");
	say(ctx, file, line, what);
}

static void on_progress(void *ctx, const dx_run_totals *t)
{
	dx_meter_show(ctx, t->n_records + t->n_bad, t->n_bytes);
}

/* ---- the run */

/* A signal ends the run at a whole record; a second one ends it at once. */
static atomic_bool stop;
static volatile sig_atomic_t caught;

static void on_signal(int signal)
{
	caught = signal;
	atomic_store(&stop, true);
}

static void catch_signals(void)
{
	static const int SIGNALS[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction was, act = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART };
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < DX_COUNT(SIGNALS); i++)
		if (sigaction(SIGNALS[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)     /* nohup */
			(void)sigaction(SIGNALS[i], &act, NULL);
}

/* Blanks at the ends of a target are a slip of the shell; nothing between them is a mistake. */
static int read_targets(dx_str **out, const dx_opt_list *list, dx_arena *arena)
{
	dx_err err = { .code = DX_OK };
	*out = dx_arena_array(arena, list->n, sizeof **out);
	if (!*out)
		return fail(EXIT_SYSTEM, (dx_fail(&err, DX_ENOMEM, "out of memory: targets"), &err));
	for (size_t i = 0; i < list->n; i++) {
		dx_str s = dx_str_of(list->v[i]);
		for (; s.n && isspace((unsigned char)s.p[0]); s.p++)
			s.n--;
		while (s.n && isspace((unsigned char)s.p[s.n - 1]))
			s.n--;
		if (!s.n || dx_utf8_check(s, &err)) {
			fprintf(stderr, PROGRAM ": --target: %s\n", s.n ? err.msg : "is empty");
			return EXIT_USAGE;
		}
		(*out)[i] = s;
	}
	return EXIT_DONE;
}

static int after_run(const dx_run_totals *sum, const dx_sink *sink, dx_status st, const dx_err *err)
{
	if (st == DX_EDATA)                      /* --resume with other inputs */
		return fail(EXIT_USAGE, err);
	if (st && sink->error != EPIPE)          /* a reader that had enough is no failure of ours */
		return fail(EXIT_SYSTEM, err);
	if (sum->n_bad && !st)
		fprintf(stderr, PROGRAM ": %llu of %llu inputs passed over\n", (unsigned long long)sum->n_bad,
		        (unsigned long long)(sum->n_bad + sum->n_records));
	if (caught)
		fprintf(stderr, PROGRAM ": interrupted after %llu records; each is whole\n", (unsigned long long)sum->n_records);
	return sum->n_bad ? EXIT_SOME_FAILED : EXIT_DONE;
}

static int stream(const dx_run_opts *o, dx_sink *sink, bool resume, const char *const *paths, size_t n, dx_meter *meter)
{
	dx_reader *rd;
	dx_run_totals sum = { .n_records = 0 }, before = sum;
	dx_err err = { .code = DX_OK };
	struct stat s;
	dx_status st = dx_reader_new(&rd, paths, n, o->stop, &err);
	if (st)
		return fail(EXIT_SYSTEM, &err);
	if (sink->to && fstat(fileno(sink->to), &s) == 0)
		dx_reader_refuse(rd, s.st_dev, s.st_ino);
	dx_meter_init(meter, isatty(STDERR_FILENO) ? stderr : NULL, 0);
	if (meter->to)
		meter->n_total = dx_reader_total(paths, n);
	if (resume)
		st = dx_resume(&before, sink->to, o, rd, &err);
	if (!st)
		st = dx_run(&sum, o, rd, sink, &err);
	dx_meter_clear(meter);
	dx_reader_free(rd);
	sum.n_records += before.n_records;
	sum.n_bad += before.n_bad;
	return after_run(&sum, sink, st, &err);
}

static int predict(const arguments *a, dx_pipeline *pl, const dx_names *names, const dx_str *targets, const dx_format *format, dx_sink *sink)
{
	static const char *const STDIN[] = { "-" };
	dx_meter meter;
	dx_run_opts o = {
		.pipeline = pl, .format = format, .lenient = a->lenient, .n_threads = (unsigned)a->threads, .stop = &stop,
		.opts = { a->precision, a->given, a->again, a->explain, ACTS[a->act], a->min_confidence, targets, a->targets.n, names },
		.write = { (dx_offsets)a->offsets, terminal_width(), wants_colour(sink) },
		.bad = on_bad, .repaired = on_repaired, .progress = on_progress, .ctx = &meter,
	};
	return stream(&o, sink, a->resume, a->files.n ? a->files.v : STDIN, a->files.n ? a->files.n : 1, &meter);
}

static int with_output(const arguments *a, dx_arena *arena)
{
	dx_pipeline *pl = NULL;
	dx_names *names = NULL;
	dx_sink sink;
	dx_str *targets;
	const dx_format *format = FORMATS[a->format == F_AUTO ? auto_format(a->output) : a->format];
	int code = read_targets(&targets, &a->targets, arena);
	if (!code)
		code = load_names(&names, a);
	if (!code)
		code = load_model(&pl, a);
	if (!code && !(code = open_output(&sink, format, a))) {
		code = predict(a, pl, names, targets, format, &sink);
		int closed = close_output(&sink);
		code = closed ? closed : code;
	}
	dx_pipeline_free(pl);
	dx_names_free(names);
	return code;
}

static int show(void (*what)(FILE *to))
{
	what(stdout);
	return close_output(&(dx_sink){ .to = stdout });
}

static void show_help(FILE *to)
{
	dx_options_help(&USAGE, to);
}

static void show_version(FILE *to)
{
	fputs(PROGRAM " " DX_VERSION "\n", to);
}

static int run_with(int argc, char **argv, dx_arena *arena)
{
	arguments a;
	dx_err err = { .code = DX_OK };
	dx_status st = dx_options_parse(&a, &USAGE, argc, argv, arena, &err);
	if (st)
		return fail(st == DX_ENOMEM ? EXIT_SYSTEM : EXIT_USAGE, &err);
	if (a.help || a.version)
		return show(a.help ? show_help : show_version);
	if (!a.files.n && isatty(STDIN_FILENO)) {
		fprintf(stderr, "Usage: %s %s\nNo input: name a file or a directory, or pipe something in (--help says more).\n",
		        USAGE.program, USAGE.synopsis);
		return EXIT_USAGE;
	}
	return with_output(&a, arena);
}

/* libarchive calls exit itself where it cannot go on without memory. */
static bool over;

static void check_exit(void)
{
	if (!over)
		_exit(EXIT_SYSTEM);
}

int main(int argc, char **argv)
{
	dx_arena *arena;
	dx_err err = { .code = DX_OK };
	if (atexit(check_exit))
		return EXIT_SYSTEM;
	signal(SIGPIPE, SIG_IGN);                /* the write fails with EPIPE instead */
	signal(SIGXFSZ, SIG_IGN);                /* and with EFBIG */
	catch_signals();
	int code = dx_arena_new(&arena, &err) ? fail(EXIT_SYSTEM, &err) : run_with(argc, argv, arena);
	dx_arena_free(arena);
	over = true;
	if (caught)
		raise(caught);                   /* who started us sees that we were interrupted */
	return code;
}
