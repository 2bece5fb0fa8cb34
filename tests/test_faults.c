/* test_faults.c - every allocation of ours and of jansson's failed in turn, and the model file cut and bent: refused with a reason,
 * nothing lost (SAN=1 sees leaks), never another result. The whole command under failing memory: test_faults.sh.
 * Linked with --wrap=malloc and so on, so that calls from our objects come through here. Model: $DIXIT_MODEL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "datasets/brat.h"
#include "datasets/json_memory.h"
#include "datasets/seesaw.h"
#include "datasets/table.h"
#include "features/utf8.h"
#include "model/file.h"
#include "predict/dixit.h"
#include "predict/run.h"

/* ---- allocations that fail */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static long countdown = -1;                              /* allocations that succeed before one fails; negative: all do */
static bool hit;

static bool fails(void)
{
	if (countdown < 0 || countdown-- > 0)
		return false;
	hit = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

/* Runs what(ctx, err) with allocation 0, 1, 2 ... failing, until none does any more. Each failure must be DX_ENOMEM with a
 * message. */
static void fail_each(dx_status (*what)(void *ctx, dx_err *err), void *ctx)
{
	for (long k = 0;; k++) {
		dx_err err = { .code = DX_OK };
		countdown = k;
		hit = false;
		dx_status st = what(ctx, &err);
		countdown = -1;
		if (!hit) {
			assert_int_equal(st, DX_OK);
			assert_true(k > 0);
			return;
		}
		if (st != DX_ENOMEM || !err.msg[0])
			fail_msg("allocation %ld: status %d, \"%s\"", k, (int)st, err.msg);
	}
}

static const char *model_path(void)
{
	const char *env = getenv("DIXIT_MODEL");
	return env && *env ? env : "model/default.dixit";
}

/* Where every object is an allocation of its own (SAN=1), one that fails in the middle of finishing a quote still leads
 * dx_quotes_decide to sort a quote without content. Left out there until it stops at the failure. */
static void need_whole_quotes(void)
{
#ifdef DX_ARENA_MALLOC
	skip();
#endif
}

static void need_model(void)
{
	if (access(model_path(), R_OK))
		skip();
}

static const char TEXT[] = "Fee\n\n\xe2\x80\x9cWe will not pay,\xe2\x80\x9d said Ada Okafor of the union. \xe2\x80\x9cNever.\xe2\x80\x9d\n\n"
	"Mayor Piet Halloran said that the fee, which he supports, was fair. He said it twice.";

/* ---- model and article */

static dx_status open_model(void *ctx, dx_err *err)
{
	dx_pipeline *pl;
	dx_status st = dx_pipeline_new(&pl, ctx, err);
	if (st)
		assert_null(pl);
	dx_pipeline_free(pl);
	return st;
}

static void opening_a_model(void **state)
{
	char path[1000];
	(void)state;
	need_model();
	snprintf(path, sizeof path, "%s", model_path());
	fail_each(open_model, path);
}

typedef struct { const dx_dixit *dixit; size_t n_quotes; double p; } library;

static dx_status analyse(void *ctx, dx_err *err)
{
	const library *l = ctx;
	dx_dixit_result *r;
	char why[DX_DIXIT_MESSAGE] = "";
	dx_dixit_status st = dx_dixit_analyse(&r, l->dixit, TEXT, sizeof TEXT - 1, &(dx_dixit_options){ .threshold = 0.1, .target = "the fee" }, why);
	if (!st) {
		assert_int_equal(r->n_quotes, l->n_quotes);
		for (size_t i = 0; i < r->n_quotes; i++)
			assert_true(i || r->quotes[i].p_quote == l->p);
		dx_dixit_result_free(r);
		return DX_OK;
	}
	assert_null(r);
	return dx_fail(err, st == DX_DIXIT_NO_MEMORY ? DX_ENOMEM : DX_EIO, "%s", why);
}

static void analysing_through_the_library(void **state)
{
	dx_dixit *d;
	dx_dixit_result *r;
	(void)state;
	need_whole_quotes();
	need_model();
	assert_int_equal(dx_dixit_open(&d, model_path(), NULL), DX_DIXIT_OK);
	assert_int_equal(dx_dixit_analyse(&r, d, TEXT, sizeof TEXT - 1, &(dx_dixit_options){ .threshold = 0.1, .target = "the fee" }, NULL), DX_DIXIT_OK);
	library l = { d, r->n_quotes, r->n_quotes ? r->quotes[0].p_quote : 0 };
	dx_dixit_result_free(r);
	fail_each(analyse, &l);
	dx_dixit_close(d);
}

typedef struct { dx_pipeline *pipeline; const dx_format *format; char *want; size_t n_want; } writing;

/* One record through the pipeline and a writer into memory. The stream's own buffer is the C library's, which does not fail here. */
static dx_status write_record(void *ctx, dx_err *err)
{
	writing *w = ctx;
	dx_found f = { .extra = NULL };
	dx_arena *arena;
	char *out = NULL;
	size_t n = 0;
	dx_str target[2] = { DX_STR("the fee"), DX_STR("the union") };
	dx_pipeline_opts o = { .threshold = 0.1, .explain = true, .targets = target, .n_targets = 2 };
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	FILE *to = open_memstream(&out, &n);
	st = dx_pipeline_article(&f, w->pipeline, DX_STR("id"), (dx_str){ TEXT, sizeof TEXT - 1 }, err);
	if (!st)
		st = dx_pipeline_run(&f, w->pipeline, &o, arena, err);
	if (!st)
		st = w->format->record(to, &f, &(dx_write_opts){ DX_OFF_CODEPOINT, 60, true }, err);
	dx_found_fini(&f);
	dx_arena_free(arena);
	fclose(to);
	if (!st && w->want) {
		assert_int_equal(n, w->n_want);
		assert_memory_equal(out, w->want, n);
	}
	if (st || w->want)
		free(out);
	else
		*w = (writing){ w->pipeline, w->format, out, n };
	return st;
}

static void writing_each_format(void **state)
{
	const dx_format *const formats[] = { &dx_write_jsonl, &dx_write_text, &dx_write_tsv, &dx_write_html, &dx_write_brat };
	dx_pipeline *pl;
	(void)state;
	need_whole_quotes();
	need_model();
	assert_int_equal(dx_pipeline_new(&pl, model_path(), NULL), DX_OK);
	for (size_t i = 0; i < DX_COUNT(formats); i++) {
		writing w = { .pipeline = pl, .format = formats[i] };
		assert_int_equal(write_record(&w, NULL), DX_OK);
		fail_each(write_record, &w);
		free(w.want);
	}
	dx_pipeline_free(pl);
}

/* A statement on an issue, which the model's machine of issues decides and explains. */
static dx_status decide_on_issue(void *pipeline, dx_err *err)
{
	static const char LINE[] = "{\"text\":\"She says that fewer guns save lives.\",\"target\":\"gun control\"}";
	const dx_pipeline_opts o = { .threshold = 0.1, .explain = true };
	dx_found f = { .extra = NULL };
	dx_arena *arena;
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	st = dx_record_parse(&f.rec, dx_str_of(LINE), arena, err);
	if (!st)
		st = dx_pipeline_run(&f, pipeline, &o, arena, err);
	if (!st)
		assert_true(f.rec.stance.n > 0 && f.rec.n_p == 3 && f.why);
	dx_found_fini(&f);
	dx_arena_free(arena);
	return st;
}

static void deciding_on_issues(void **state)
{
	dx_pipeline *pl;
	(void)state;
	need_model();
	assert_int_equal(dx_pipeline_new(&pl, model_path(), NULL), DX_OK);
	assert_int_equal(decide_on_issue(pl, NULL), DX_OK);
	fail_each(decide_on_issue, pl);
	dx_pipeline_free(pl);
}

/* ---- records */

static dx_status rewrite(void *ctx, dx_err *err)
{
	dx_record r;
	dx_arena *arena;
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	st = dx_record_parse(&r, dx_str_of(ctx), arena, err);
	if (!st) {
		FILE *to = fopen("/dev/null", "w");
		st = dx_record_update(&r, DX_OFF_UTF16, err);
		if (!st)
			st = dx_record_write(&r, to, err);
		fclose(to);
		dx_record_fini(&r);
	}
	dx_arena_free(arena);
	return st;
}

static void rewriting_records(void **state)
{
	static char article[] = "{\"id\":7,\"text\":\"\\u201cNo,\\u201d said Al. He was \\ud83d\\ude00.\",\"extra\":[1,{\"a\":null}],\"quotes\":[{\"content\":[[0,9]],"
		"\"cue\":[[10,14]],\"source\":[[15,17]],\"speaker\":\"Al\",\"entity\":0,\"mine\":true,\"stance\":\"oppose\",\"target\":\"it\"}],"
		"\"entities\":[{\"name\":\"Al\",\"kind\":\"person\",\"mentions\":[[15,17],[19,21]]}]}";
	static char statement[] = "{\"text\":\"I hate it.\",\"target\":\"it\",\"target_span\":[7,9],\"stance\":\"oppose\",\"p\":{\"oppose\":0.9,\"support\":0.1}}";
	(void)state;
	fail_each(rewrite, article);
	fail_each(rewrite, statement);
}

/* ---- brat's files */

static void no_line(void *ctx, const char *path, size_t line, const char *why)
{
	(void)ctx;
	fail_msg("%s:%zu: %s", path, line, why);
}

static dx_status read_brat(void *ctx, dx_err *err)
{
	const char **v;
	size_t n;
	dx_record r;
	dx_brat_log log = { no_line, NULL, 0 };
	dx_arena *arena;
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	st = dx_brat_list(&v, &n, ctx, arena, err);
	if (!st)
		st = dx_brat_read(&r, v[0], &log, arena, err);
	if (!st) {
		assert_int_equal(r.n_quotes, 2);
		assert_int_equal(r.quotes[0].speaker.n, 10);
		dx_record_fini(&r);
	}
	dx_arena_free(arena);
	return st;
}

static void put_file(const char *path, const char *bytes)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, strlen(bytes), f), strlen(bytes));
	assert_int_equal(fclose(f), 0);
}

static void reading_annotations(void **state)
{
	char dir[] = "/tmp/dixit-faults-XXXXXX", text[60], notes[60], more[40][60];
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(text, sizeof text, "%s/a.txt", dir);
	snprintf(notes, sizeof notes, "%s/a.ann", dir);
	put_file(text, TEXT);
	put_file(notes, "T1\tContent 5 23;54 62\t\xe2\x80\x9cWe will not pay,\xe2\x80\x9d \xe2\x80\x9cNever.\xe2\x80\x9d\nT2\tCue 24 28\tsaid\n"
		"T3\tSource 29 39\tAda Okafor\nE1\tCue:T2 Content:T1 Source:T3\nA1\tStance E1 oppose\nA2\tAct E1 speech\n"
		"#1\tAnnotatorNotes E1\tspeaker: Ada Okafor; target: the fee\nT4\tContent 0 3\tFee\nT5\tSource 29 39\tAda Okafor\nR1\tSays Arg1:T4 Arg2:T5\n");
	for (size_t i = 0; i < DX_COUNT(more); i++) {            /* so that the list of files grows */
		snprintf(more[i], sizeof more[i], "%s/b%zu.ann", dir, i);
		put_file(more[i], "");
	}
	assert_int_equal(read_brat(dir, NULL), DX_OK);
	fail_each(read_brat, dir);
	unlink(text);
	unlink(notes);
	for (size_t i = 0; i < DX_COUNT(more); i++)
		unlink(more[i]);
	rmdir(dir);
}

/* ---- rows and triples, which are made into lines of JSON */

static dx_status read_table(void *ctx, dx_err *err)
{
	dx_table *t;
	dx_str line;
	bool more = true;
	rewind(ctx);
	dx_status st = dx_table_new(&t, ctx, "t.csv", err);
	if (st)
		return st;
	for (size_t n = 0; !st && more; n++) {
		st = dx_table_next(&line, &more, t, err);
		if (!st && more)
			assert_int_equal(line.n, n ? 63 : 77);
	}
	dx_table_free(t);
	return st;
}

static dx_status read_triples(void *ctx, dx_err *err)
{
	dx_record *v = NULL;
	size_t n = 0, cap = 0;
	dx_arena *arena;
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	st = dx_seesaw_parse(&v, &n, &cap, dx_str_of(ctx), arena, err);
	for (size_t i = 0; i < n; i++)
		dx_record_fini(v + i);
	dx_arena_free(arena);
	return st;
}

static void reading_statements(void **state)
{
	static char rows[] = "text,target,stance\nThe ferry is late and dear.,the ferry,oppose\n\"Good, a bridge.\",bridge,support\n";
	static char article[] = "{\"id\":\"a\",\"sentences\":[{\"text\":\"Ada Okafor praised Ben Lind.\",\"stances\":["
		"{\"holder\":\"Ada Okafor\",\"target\":\"Ben Lind\",\"stance\":\"support\"}]}]}";
	FILE *f = fmemopen(rows, sizeof rows - 1, "r");
	(void)state;
	assert_non_null(f);
	fail_each(read_table, f);
	fclose(f);
	fail_each(read_triples, article);
}

/* ---- the model file */

static dx_status save(void *ctx, dx_err *err)
{
	dx_writer *w;
	dx_file *f = NULL;
	dx_status st = dx_writer_new(&w, err);
	for (int i = 0; !st && i < 20; i++) {
		char name[20];
		snprintf(name, sizeof name, "section.%d", i);
		st = dx_writer_put(w, name, TEXT, (size_t)i * 5, err);
	}
	if (!st)
		st = dx_writer_save(w, ctx, err);
	dx_writer_free(w);
	if (!st)
		st = dx_file_open(&f, ctx, err);
	dx_file_close(f);
	return st;
}

static void saving_a_model(void **state)
{
	char path[] = "/tmp/dixit-faults-XXXXXX";
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	fail_each(save, path);
	unlink(path);
}

/* The bytes of the model, 64-byte aligned, freed by the caller. */
static char *load(size_t *n)
{
	FILE *f = fopen(model_path(), "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*n = (size_t)ftell(f);
	char *p = aligned_alloc(64, (*n + 63) / 64 * 64);
	assert_non_null(p);
	rewind(f);
	assert_int_equal(fread(p, 1, *n, f), *n);
	fclose(f);
	return p;
}

static void refused(const char *p, size_t n)
{
	dx_file *f;
	dx_err err = { .code = DX_OK };
	dx_status st = dx_file_view(&f, p, n, "m.dixit", &err);
	assert_null(f);
	assert_int_equal(st, DX_EFORMAT);
	assert_non_null(strstr(err.msg, "m.dixit: "));
}

static uint64_t seed = 1;

static size_t rnd(size_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)((seed >> 16) % below);
}

static void cut_and_bent_models(void **state)
{
	size_t n;
	dx_file *f;
	(void)state;
	need_model();
	char *p = load(&n);
	assert_int_equal(dx_file_view(&f, p, n, "m.dixit", NULL), DX_OK);
	size_t head = 64;
	for (size_t i = 0; dx_file_name(f, i); i++)
		head += 48;
	dx_file_close(f);
	for (size_t cut = 0; cut <= head; cut++)
		refused(p, cut);
	for (int i = 0; i < 1000; i++)
		refused(p, rnd(n));
	/* The header byte by byte, then anywhere. */
	for (size_t i = 0; i < head + 1000; i++) {
		size_t at = i < head ? i : rnd(n);
		char bit = (char)(1 << rnd(8));
		p[at] = (char)(p[at] ^ bit);
		refused(p, n);
		p[at] = (char)(p[at] ^ bit);
	}
	assert_int_equal(dx_file_view(&f, p, n, "m.dixit", NULL), DX_OK);
	dx_file_close(f);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_a_model), cmocka_unit_test(analysing_through_the_library), cmocka_unit_test(writing_each_format),
		cmocka_unit_test(deciding_on_issues),
		cmocka_unit_test(rewriting_records), cmocka_unit_test(reading_annotations), cmocka_unit_test(reading_statements),
		cmocka_unit_test(saving_a_model), cmocka_unit_test(cut_and_bent_models),
	};
	json_object_seed(1);
	dx_json_memory_init();                   /* so that jansson's allocations come through here too */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
