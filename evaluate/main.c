/* main.c - dixit-eval: reads two files, has them compared, prints the figures. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "datasets/brat.h"
#include "datasets/gum.h"
#include "datasets/options.h"
#include "datasets/seesaw.h"
#include "datasets/table.h"
#include "evaluate/coref.h"
#include "evaluate/corpus.h"
#include "evaluate/labelled.h"
#include "evaluate/report.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#ifndef DX_VERSION
#define DX_VERSION "0.1.0"
#endif
#define PROGRAM "dixit-eval"
#define MOST_NAMED 10                                    /* records without a partner that are named one by one */

enum { EXIT_DONE, EXIT_PARTLY, EXIT_USAGE, EXIT_BAD_DATA, EXIT_SYSTEM };

typedef struct {
	bool help, version, json, coref, gum, statements;
	int64_t n_draws, seed;
	const char *labels, *quote_labels;
	dx_opt_list floors, files;
} arguments;

#define FIELD(f) .field = offsetof(arguments, f)
static const dx_option OPTIONS[] = {
	{ DX_OPT_FLAG, 0, "json", NULL, NULL, "print one JSON object instead of a table", FIELD(json) },
	{ DX_OPT_INT, 0, "bootstrap", "N", "1000", "draws of the 95 % confidence intervals; 0: no intervals",
	  FIELD(n_draws), .most = 100000 },
	{ DX_OPT_INT, 0, "seed", "N", "1", "seed of the draws", FIELD(seed), .most = 4294967295.0 },
	{ DX_OPT_STR, 0, "stance-labels", "A,B,...", NULL, "labels whose mean F1 is F-avg; without it: all labels of GOLD but "
	  "neutral and none", FIELD(labels) },
	{ DX_OPT_LIST, 0, "floor", "FIGURE=VALUE", NULL, "fail when a figure of the JSON report is lower, such as "
	  "exact.content.f=42; may be repeated", FIELD(floors) },
	{ DX_OPT_FLAG, 0, "coref", NULL, NULL, "score the entities' mentions as coreference chains instead: MUC, B3, CEAF-e and their mean F1",
	  FIELD(coref) },
	{ DX_OPT_FLAG, 0, "gum", NULL, NULL, "read files of GUM (CoNLL-U) instead and print their names and pronouns as records, for "
	  "--coref", FIELD(gum) },
	{ DX_OPT_FLAG, 0, "statements", NULL, NULL, "score nothing: print the statements of GOLD, one record in JSON a line, as dixit-predict "
	  "reads them; for articles whose sentences carry stances (SEESAW)", FIELD(statements) },
	{ DX_OPT_STR, 0, "quote-labels", "TSV", NULL, "score nothing: print the articles of GOLD that TSV has quotes of, with these, one record in JSON a line; for "
	  "labels that stand apart from their articles, as dixit-train --quote-labels reads them", FIELD(quote_labels) },
	{ DX_OPT_STOP, 'h', "help", NULL, NULL, "show this help and exit", FIELD(help) },
	{ DX_OPT_STOP, 'V', "version", NULL, NULL, "show the version and exit", FIELD(version) },
};

static const dx_usage USAGE = {
	PROGRAM, "[OPTION]... GOLD PRED\n       " PROGRAM " --gum FILE.conllu...",
	"Scores predicted quotes, speakers and stances against gold ones. Both files hold one record in JSON a line; records "
	"are matched by id, or by place where neither has one. A .tsv or .csv file holds statements, a row each; a .ann file, or a directory of such, holds "
	"articles annotated with brat. A file named - is standard input.",
	OPTIONS, DX_COUNT(OPTIONS), offsetof(arguments, files), 1, SIZE_MAX,
	"Exit status: 0 done; 1 done, but some lines were bad or a floor was missed; 2 usage; 3 bad data, such as\n"
	"other texts in PRED than in GOLD; 4 system.\n"
};

typedef struct {
	arguments args;
	const char *gold_name, *pred_name;
	dx_arena *keep, *tmp;                            /* for the whole run; for one gold record */
	dx_corpus pred;
	dx_scores scores;
	dx_report report;
	dx_coref coref[2];                               /* without and with chains of one mention */
	dx_err err;
} run;

static int complain(const char *file, size_t line, const char *msg)
{
	if (line)
		fprintf(stderr, PROGRAM ": %s:%zu: %s\n", file, line, msg);
	else if (file)
		fprintf(stderr, PROGRAM ": %s: %s\n", file, msg);
	else
		fprintf(stderr, PROGRAM ": %s\n", msg);
	return EXIT_SYSTEM;
}

static int exit_code(dx_status st)
{
	return st == DX_OK ? EXIT_DONE : st == DX_EFORMAT || st == DX_EUTF8 || st == DX_ELIMIT ? EXIT_BAD_DATA : EXIT_SYSTEM;
}

/* What is done with each record of a file. Owns the record. Returns an exit code. */
typedef int (*visitor)(run *rn, dx_record *r, size_t line, size_t place);

/* A bad line is reported, counted and passed over; anything else that fails stops the run. */
static int visit_line(run *rn, const char *name, dx_str line, size_t number, size_t place, dx_arena *arena, size_t *n_bad,
                      visitor visit)
{
	dx_record r;
	dx_status st = dx_record_parse(&r, line, arena, &rn->err);
	if (!st)
		return visit(rn, &r, number, place);
	complain(name, number, rn->err.msg);
	if (exit_code(st) != EXIT_BAD_DATA)
		return EXIT_SYSTEM;
	++*n_bad;
	return EXIT_DONE;
}

/* An article whose sentences carry stances: each triple is a statement with a place of its own. */
static int visit_triples(run *rn, const char *name, dx_str line, size_t number, size_t *place, size_t *n_bad, visitor visit)
{
	dx_record *v = NULL;
	size_t n = 0, cap = 0;
	int code = EXIT_DONE;
	dx_status st = dx_seesaw_parse(&v, &n, &cap, line, rn->keep, &rn->err);
	for (size_t i = 0; i < n; i++)
		if (code)
			dx_record_fini(&v[i]);
		else
			code = visit(rn, &v[i], number, (*place)++);
	if (!st)
		return code;
	complain(name, number, rn->err.msg);
	++*n_bad;
	return exit_code(st) == EXIT_BAD_DATA ? EXIT_DONE : EXIT_SYSTEM;
}

static int visit_lines(run *rn, const char *name, FILE *from, dx_arena *arena, size_t *n_bad, visitor visit)
{
	dx_lines in = { .from = from };
	dx_str line;
	bool more = true;
	int code = EXIT_DONE;
	for (size_t place = 0; !code;) {
		if (dx_lines_next(&line, &more, &in, &rn->err))
			code = complain(name, 0, rn->err.msg);
		if (code || !more)
			break;
		code = dx_seesaw_is(line) ? visit_triples(rn, name, line, in.n_line, &place, n_bad, visit)
		                          : visit_line(rn, name, line, in.n_line, place++, arena, n_bad, visit);
	}
	dx_lines_fini(&in);
	return code;
}

static int visit_table(run *rn, const char *name, FILE *from, dx_arena *arena, size_t *n_bad, visitor visit)
{
	dx_table *t;
	dx_str line;
	bool more = true;
	int code = EXIT_DONE;
	dx_status st = dx_table_new(&t, from, name, &rn->err);
	if (st) {
		complain(name, 1, rn->err.msg);
		return exit_code(st);
	}
	for (size_t place = 0; !code && more; place++) {
		st = dx_table_next(&line, &more, t, &rn->err);
		if (st && exit_code(st) != EXIT_BAD_DATA)
			code = complain(name, 0, rn->err.msg);
		else if (st)
			++*n_bad, complain(name, dx_table_line(t), rn->err.msg);
		else if (more)
			code = visit_line(rn, name, line, dx_table_line(t), place, arena, n_bad, visit);
	}
	dx_table_free(t);
	return code;
}

static void bad_annotation(void *ctx, const char *path, size_t line, const char *why)
{
	(void)ctx;
	complain(path, line, why);
}

/* An article that cannot be read is passed over like a bad line. */
static int visit_brat(run *rn, const char *path, size_t place, dx_arena *arena, size_t *n_bad, visitor visit)
{
	dx_record r;
	dx_brat_log log = { bad_annotation, NULL, 0 };
	dx_status st = dx_brat_read(&r, path, &log, arena, &rn->err);
	*n_bad += log.n;
	if (!st)
		return visit(rn, &r, 0, place);
	complain(path, 0, rn->err.msg);
	++*n_bad;
	return st == DX_ENOMEM ? EXIT_SYSTEM : EXIT_DONE;
}

static int visit_directory(run *rn, const char *name, dx_arena *arena, size_t *n_bad, visitor visit)
{
	const char **v;
	size_t n;
	int code = EXIT_DONE;
	if (dx_brat_list(&v, &n, name, rn->keep, &rn->err))
		return complain(NULL, 0, rn->err.msg);
	for (size_t i = 0; i < n && !code; i++)
		code = visit_brat(rn, v[i], i, arena, n_bad, visit);
	return code;
}

static int visit_file(run *rn, const char *name, dx_arena *arena, size_t *n_bad, visitor visit)
{
	struct stat s;
	if (strcmp(name, "-") == 0)
		return visit_lines(rn, name, stdin, arena, n_bad, visit);
	FILE *from = fopen(name, "r");
	int code;
	if (!from)
		return complain(name, 0, strerror(errno));
	if (fstat(fileno(from), &s) == 0 && S_ISDIR(s.st_mode))
		code = visit_directory(rn, name, arena, n_bad, visit);
	else if (dx_brat_named(name))
		code = visit_brat(rn, name, 0, arena, n_bad, visit);
	else
		code = dx_table_named(name) ? visit_table(rn, name, from, arena, n_bad, visit) : visit_lines(rn, name, from, arena, n_bad, visit);
	fclose(from);
	return code;
}

static int keep_pred(run *rn, dx_record *r, size_t line, size_t place)
{
	dx_status st = dx_corpus_add(&rn->pred, *r, line, place, rn->keep, &rn->err);
	return st ? complain(NULL, 0, rn->err.msg) : EXIT_DONE;
}

/* How a record is called in messages: its id, cut where it is long, or what it has instead. */
static const char *call(char *buf, size_t size, const dx_record *r)
{
	if (!r->id.n)
		return "the record without id";
	snprintf(buf, size, "id \"%.*s\"", r->id.n < 80 ? (int)r->id.n : 80, r->id.p);
	return buf;
}

static int name_other_text(run *rn, const dx_record *gold, size_t line, const dx_corpus_entry *pred)
{
	char id[100], where[40], msg[300];
	size_t at = 0, n = gold->text.n < pred->r.text.n ? gold->text.n : pred->r.text.n;
	while (at < n && gold->text.p[at] == pred->r.text.p[at])
		at++;
	if (line)
		snprintf(where, sizeof where, "line %zu", line);
	else
		snprintf(where, sizeof where, "that");
	snprintf(msg, sizeof msg, "%s: the text differs from %s of %s, from byte %zu of the text on", call(id, sizeof id, gold), where,
	         rn->gold_name, at);
	complain(rn->pred_name, pred->line, msg);
	return EXIT_BAD_DATA;
}

static void name_missing(run *rn, const dx_record *gold, size_t line)
{
	char id[100], msg[160];
	if (++rn->report.n_missing > MOST_NAMED)
		return;
	snprintf(msg, sizeof msg, "%s is missing in PRED, counted as empty", call(id, sizeof id, gold));
	complain(rn->gold_name, line, msg);
}

static int score_record(run *rn, const dx_record *gold, size_t line, size_t place)
{
	dx_status st = DX_OK;
	if (!gold->has_quotes && !gold->is_statement && !rn->args.coref) {
		complain(rn->gold_name, line, "the record has neither quotes nor a target to score");
		rn->report.n_bad_gold++;
		return EXIT_DONE;
	}
	dx_corpus_entry *pred = dx_corpus_find(&rn->pred, gold->id, place);
	if (!pred)
		name_missing(rn, gold, line);
	else if (!dx_str_eq(gold->text, pred->r.text))
		return name_other_text(rn, gold, line, pred);
	if (rn->args.coref) {
		rn->report.n_articles++;
		for (size_t i = 0; i < 2 && !st; i++)
			st = dx_coref_add(rn->coref + i, gold->entities, gold->n_entities, pred ? pred->r.entities : NULL,
			                  pred ? pred->r.n_entities : 0, rn->tmp, &rn->err);
	} else if (gold->has_quotes) {
		rn->report.n_articles++;
		st = dx_score_article(&rn->scores, gold, pred ? &pred->r : NULL, rn->tmp, &rn->err);
	} else if (gold->stance.n) {
		st = dx_score_statement(&rn->scores, gold, pred ? &pred->r : NULL, &rn->err);
	}
	return st ? complain(NULL, 0, rn->err.msg) : EXIT_DONE;
}

static int print_statement(run *rn, dx_record *r, size_t line, size_t place)
{
	(void)line, (void)place;
	dx_status st = r->is_statement ? dx_record_write(r, stdout, &rn->err) : DX_OK;
	dx_record_fini(r);
	return st ? EXIT_SYSTEM : EXIT_DONE;     /* close_stdout says why */
}

static int score_gold(run *rn, dx_record *r, size_t line, size_t place)
{
	int code = score_record(rn, r, line, place);
	dx_record_fini(r);
	dx_arena_reset(rn->tmp);
	return code;
}

static void name_extra(run *rn)
{
	for (size_t i = 0; i < rn->pred.n; i++) {
		const dx_corpus_entry *e = &rn->pred.v[i];
		char id[100], msg[160];
		if (e->used || ++rn->report.n_extra > MOST_NAMED)
			continue;
		snprintf(msg, sizeof msg, "%s is not in GOLD, left out", call(id, sizeof id, &e->r));
		complain(rn->pred_name, e->line, msg);
	}
}

static void name_more(const run *rn)
{
	if (rn->report.n_missing > MOST_NAMED)
		fprintf(stderr, PROGRAM ": %s: %zu more are missing in PRED\n", rn->gold_name, rn->report.n_missing - MOST_NAMED);
	if (rn->report.n_extra > MOST_NAMED)
		fprintf(stderr, PROGRAM ": %s: %zu more are not in GOLD\n", rn->pred_name, rn->report.n_extra - MOST_NAMED);
}

static int score_files(run *rn)
{
	int code = visit_file(rn, rn->pred_name, rn->keep, &rn->report.n_bad_pred, keep_pred);
	if (code)
		return code;
	dx_corpus_sort(&rn->pred);
	code = visit_file(rn, rn->gold_name, rn->tmp, &rn->report.n_bad_gold, score_gold);
	if (code)
		return code;
	name_extra(rn);
	name_more(rn);
	if (rn->report.n_articles || rn->scores.n_statements)
		return EXIT_DONE;
	complain(rn->gold_name, 0, "no record with quotes or with a stance toward a target");
	return EXIT_BAD_DATA;
}

/* "A,B" into names; the string is copied, because it is cut. */
static dx_status split_labels(const char ***out, size_t *n, const char *list, dx_arena *arena, dx_err *err)
{
	*n = 0;
	*out = NULL;
	if (!list)
		return DX_OK;
	char *copy = dx_arena_strdup(arena, dx_str_of(list));
	*out = dx_arena_array(arena, strlen(list) + 1, sizeof **out);
	if (!copy || !*out)
		return dx_fail(err, DX_ENOMEM, "out of memory: --stance-labels");
	while (copy) {
		char *comma = strchr(copy, ',');
		(*out)[(*n)++] = copy;
		if (comma)
			*comma++ = '\0';
		copy = comma;
	}
	return DX_OK;
}

static dx_status choose_labels(run *rn)
{
	const dx_scores *s = &rn->scores;
	const char **names;
	size_t n;
	dx_status st = split_labels(&names, &n, rn->args.labels, rn->keep, &rn->err);
	if (!st)
		st = dx_labels_macro(&rn->report.quotes.macro, s, &s->quotes, true, &rn->err);
	if (!st)
		st = dx_labels_subset(&rn->report.quotes.subset, s, &s->quotes, names, n, &rn->err);
	if (!st)
		st = dx_labels_macro(&rn->report.statements.macro, s, &s->statements, false, &rn->err);
	if (!st)
		st = dx_labels_subset(&rn->report.statements.subset, s, &s->statements, names, n, &rn->err);
	for (size_t i = 0; i < n && !st; i++)
		if (rn->report.quotes.subset.v[i] < 0)
			fprintf(stderr, PROGRAM ": --stance-labels: no quote or statement has the label \"%s\"; its F1 counts as 0\n",
			        names[i]);
	return st;
}

/* Every figure that is lower than its floor is named. */
static int check_floors(run *rn)
{
	int code = EXIT_DONE;
	for (size_t i = 0; i < rn->args.floors.n; i++) {
		char path[128], msg[200], *end;
		const char *floor = rn->args.floors.v[i], *eq = strchr(floor, '=');
		double figure, least = eq ? strtod(eq + 1, &end) : 0;
		bool found;
		if (!eq || eq == floor || (size_t)(eq - floor) >= sizeof path || end == eq + 1 || *end) {
			snprintf(msg, sizeof msg, "--floor: expected FIGURE=VALUE, got \"%.100s\"", floor);
			complain(NULL, 0, msg);
			return EXIT_USAGE;
		}
		memcpy(path, floor, (size_t)(eq - floor));
		path[eq - floor] = '\0';
		if (dx_report_figure(&figure, &found, &rn->report, path, &rn->err))
			return complain(NULL, 0, rn->err.msg);
		if (found && figure >= least)
			continue;
		if (found)
			snprintf(msg, sizeof msg, "%s is %g, below its floor %g", path, figure, least);
		else
			snprintf(msg, sizeof msg, "%s is not a figure of this report", path);
		complain(NULL, 0, msg);
		code = EXIT_PARTLY;
	}
	return code;
}

static void print_cell(const char *name, const dx_coref_cell *c)
{
	printf("  %-24s %6.1f %6.1f %6.1f\n", name, 100 * dx_coref_r(c), 100 * dx_coref_p(c), 100 * dx_coref_f(c));
}

static void print_json_cell(const char *name, const dx_coref_cell *c)
{
	printf("\"%s\": {\"r\": %.1f, \"p\": %.1f, \"f\": %.1f}, ", name, 100 * dx_coref_r(c), 100 * dx_coref_p(c), 100 * dx_coref_f(c));
}

static int print_coref(const run *rn)
{
	static const char *const KEY[] = { "coref", "coref_with_singletons" };
	static const char *const TITLE[] = { "Coreference, chains of two mentions or more", "Coreference, chains of one mention too" };
	for (size_t i = 0; i < 2; i++) {
		const dx_coref *c = rn->coref + i;
		if (rn->args.json) {
			printf("%s\"%s\": {", i ? ", " : "{", KEY[i]);
			print_json_cell("mentions", &c->mentions);
			print_json_cell("muc", &c->muc);
			print_json_cell("b3", &c->b3);
			print_json_cell("ceafe", &c->ceaf);
			printf("\"conll\": %.1f}", 100 * dx_coref_conll(c));
			continue;
		}
		printf("%-42s R      P  F1/%%\n", TITLE[i]);
		print_cell("mentions", &c->mentions);
		print_cell("MUC", &c->muc);
		print_cell("B3", &c->b3);
		print_cell("CEAF-e", &c->ceaf);
		printf("  %-38s %6.1f\n", "CoNLL score, their mean", 100 * dx_coref_conll(c));
	}
	if (rn->args.json)
		printf(", \"articles\": %zu}\n", rn->report.n_articles);
	return EXIT_DONE;
}

/* GUM files as records on standard output. */
static int print_gum(run *rn)
{
	int code = EXIT_DONE;
	for (size_t i = 0; i < rn->args.files.n && !code; i++) {
		const char *name = rn->args.files.v[i];
		dx_record *v = NULL;
		size_t n = 0, cap = 0;
		FILE *from = strcmp(name, "-") ? fopen(name, "r") : stdin;
		if (!from)
			return complain(name, 0, strerror(errno));
		rn->err.offset = 0;
		dx_status st = dx_gum_read(&v, &n, &cap, from, rn->tmp, &rn->err);
		for (size_t k = 0; k < n; k++) {
			st = st ? st : dx_record_write(v + k, stdout, &rn->err);
			dx_record_fini(v + k);
		}
		if (st) {
			complain(name, rn->err.offset, rn->err.msg);
			code = exit_code(st);
		}
		if (from != stdin)
			fclose(from);
		dx_arena_reset(rn->tmp);
	}
	return code;
}

static void bad_row(void *name, size_t line, const char *why)
{
	complain(*(const char *const *)name, line, why);
}

/* Articles with quotes from a file of labels on standard output. */
static int print_quotes(run *rn)
{
	const char *name[2] = { rn->args.files.v[0], rn->args.quote_labels };
	dx_standoff_log in_articles = { bad_row, &name[0], 0, 0 }, in_labels = { bad_row, &name[1], 0, 0 };
	if (rn->args.files.n > 1) {
		complain(NULL, 0, "--quote-labels takes one file of articles");
		return EXIT_USAGE;
	}
	FILE *articles = strcmp(name[0], "-") ? fopen(name[0], "r") : stdin, *labels = articles ? fopen(name[1], "r") : NULL;
	if (!labels) {
		const int code = complain(name[articles != NULL], 0, strerror(errno));
		if (articles)
			fclose(articles);
		return code;
	}
	rn->err.offset = 0;
	const dx_status st = dx_labelled_write(stdout, articles, &in_articles, labels, &in_labels, rn->keep, &rn->err);
	fclose(labels);
	fclose(articles);
	if (st) {
		complain(name[1], 0, rn->err.msg);
		return exit_code(st);
	}
	if (!in_labels.n_set) {
		complain(name[1], 0, "no row is of an article of GOLD");
		return EXIT_BAD_DATA;
	}
	return in_articles.n_bad + in_labels.n_bad ? EXIT_PARTLY : EXIT_DONE;
}

static int print_report(run *rn)
{
	dx_report *r = &rn->report;
	r->scores = &rn->scores;
	r->bootstrap.n_draws = (size_t)rn->args.n_draws;
	r->bootstrap.seed = (uint64_t)rn->args.seed;
	dx_status st = choose_labels(rn);
	if (!st)
		st = dx_bootstrap_run(&r->bootstrap, &rn->scores, &r->quotes, &r->statements, &rn->err);
	if (!st)
		st = rn->args.json ? dx_report_json(r, stdout, &rn->err) : dx_report_text(r, stdout, &rn->err);
	if (st == DX_EIO)
		return EXIT_SYSTEM;                      /* close_stdout says why */
	return st ? complain(NULL, 0, rn->err.msg) : check_floors(rn);
}

static int run_options(run *rn, int argc, char **argv)
{
	dx_status st = dx_options_parse(&rn->args, &USAGE, argc, argv, rn->keep, &rn->err);
	if (st) {
		complain(NULL, 0, rn->err.msg);
		return st == DX_ENOMEM ? EXIT_SYSTEM : EXIT_USAGE;
	}
	if (rn->args.help)
		dx_options_help(&USAGE, stdout);
	else if (rn->args.version)
		printf(PROGRAM " %s\n", DX_VERSION);
	if (rn->args.help || rn->args.version)
		return EXIT_DONE;
	if (rn->args.gum)
		return print_gum(rn);
	if (rn->args.quote_labels)
		return print_quotes(rn);
	if (rn->args.statements && rn->args.files.n == 1) {
		rn->gold_name = rn->args.files.v[0];
		int code = visit_file(rn, rn->gold_name, rn->tmp, &rn->report.n_bad_gold, print_statement);
		return code || !rn->report.n_bad_gold ? code : EXIT_PARTLY;
	}
	if (rn->args.files.n != 2) {
		char msg[200];
		snprintf(msg, sizeof msg, rn->args.files.n < 2 ? "arguments missing: usage: %.100s (see --help)" : "one argument too many: \"%.100s\" (see --help)",
		         rn->args.files.n < 2 ? PROGRAM " [OPTION]... GOLD PRED" : rn->args.files.v[2]);
		complain(NULL, 0, msg);
		return EXIT_USAGE;
	}
	rn->coref[1].singletons = true;
	rn->gold_name = rn->args.files.v[0];
	rn->pred_name = rn->args.files.v[1];
	if (strcmp(rn->gold_name, "-") == 0 && strcmp(rn->pred_name, "-") == 0) {
		complain(NULL, 0, "only one of GOLD and PRED can be standard input");
		return EXIT_USAGE;
	}
	dx_scores_init(&rn->scores, rn->keep);
	int code = score_files(rn);
	if (!code)
		code = rn->args.coref ? print_coref(rn) : print_report(rn);
	dx_corpus_fini(&rn->pred);
	return code || !(rn->report.n_bad_gold + rn->report.n_bad_pred) ? code : EXIT_PARTLY;
}

static int close_stdout(void)                            /* a full disk shows up only here */
{
	int bad = ferror(stdout);
	errno = 0;
	if (fclose(stdout) == 0 && !bad)
		return EXIT_DONE;
	return complain("writing output", 0, errno ? strerror(errno) : "failed");
}

int main(int argc, char **argv)
{
	run rn = { .err = { .msg = "" } };
	int code = EXIT_SYSTEM;
	if (dx_arena_new(&rn.keep, &rn.err) || dx_arena_new(&rn.tmp, &rn.err))
		complain(NULL, 0, rn.err.msg);
	else
		code = run_options(&rn, argc, argv);
	if (rn.keep)
		dx_arena_free(rn.keep);
	if (rn.tmp)
		dx_arena_free(rn.tmp);
	int closed = close_stdout();
	return closed ? closed : code;
}
