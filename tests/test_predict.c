/* test_predict.c - reader, writers and layers on data of their own; pipeline, stream and library on random texts with the model
 * $DIXIT_MODEL or model/default.dixit (skipped where there is none). Nothing here depends on how good the model is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "features/utf8.h"
#include "predict/dixit.h"
#include "predict/layers.h"
#include "predict/read.h"
#include "predict/run.h"
#include "predict/write.h"

/* ---- helpers */

static char dir[] = "/tmp/dixit-test-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	char cmd[80];
	(void)state;
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	return system(cmd) ? -1 : 0;
}

/* dir/name, which stays valid for the next 31 calls. */
static const char *in_dir(const char *name)
{
	static char path[32][200];
	static unsigned i;
	char *p = path[i++ % 32];
	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static const char *file_n(const char *name, const char *bytes, size_t n)
{
	const char *path = in_dir(name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static const char *file(const char *name, const char *text)
{
	return file_n(name, text, strlen(text));
}

static void assert_str(dx_str s, const char *expected)
{
	assert_int_equal(s.n, strlen(expected));
	assert_memory_equal(s.p, expected, s.n);
}

static uint64_t seed = 1;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- reader */

static dx_reader *reader(const char *const *paths, size_t n)
{
	dx_reader *rd;
	assert_int_equal(dx_reader_new(&rd, paths, n, NULL, NULL), DX_OK);
	return rd;
}

static void expect(dx_reader *rd, dx_read_kind kind, size_t line, const char *bytes)
{
	dx_input in;
	dx_err err;
	bool more;
	assert_int_equal(dx_reader_next(&in, &more, rd, &err), DX_OK);
	assert_true(more);
	assert_int_equal(in.kind, kind);
	assert_int_equal(in.line, line);
	assert_str(in.bytes, bytes);
}

static void expect_failure(dx_reader *rd, dx_status st, const char *in_message)
{
	dx_input in;
	dx_err err;
	bool more;
	assert_int_equal(dx_reader_next(&in, &more, rd, &err), st);
	assert_true(more);
	assert_non_null(in.file);
	assert_non_null(strstr(err.msg, in_message));
}

static void expect_end(dx_reader *rd)
{
	dx_input in;
	bool more;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(dx_reader_next(&in, &more, rd, NULL), DX_OK);
		assert_false(more);
	}
	dx_reader_free(rd);
}

static void reads_lines(void **state)
{
	(void)state;
	const char *p[] = { file("a.jsonl", "\xef\xbb\xbf{\"text\":\"1\"}\r\n\n  \n {\"text\":\"2\"} \n{\"text\":\"3\"}"),
		            file("b", "\n  {  \"text\":\"4\"}\n"), file("c.jsonl", ""), file("d.jsonl", "\n\n"), file("e.json", "[1]") };
	dx_reader *rd = reader(p, 5);
	expect(rd, DX_READ_JSON, 1, "{\"text\":\"1\"}");
	assert_true(dx_reader_ready(rd));
	expect(rd, DX_READ_JSON, 4, "{\"text\":\"2\"}");
	assert_false(dx_reader_ready(rd));       /* the last line has no line feed: there may be more of it */
	expect(rd, DX_READ_JSON, 5, "{\"text\":\"3\"}");
	expect(rd, DX_READ_JSON, 2, "{  \"text\":\"4\"}");
	expect(rd, DX_READ_JSON, 1, "[1]");
	expect_end(rd);
}

static void reads_texts(void **state)
{
	(void)state;
	const char *p[] = { file("a.txt", "One.\r\n\nTwo."), file("b.txt", ""), file("c.txt", "{braces} are no JSON"), file("d.txt", "{") };
	dx_reader *rd = reader(p, 4);
	expect(rd, DX_READ_TEXT, 0, "One.\r\n\nTwo.");
	expect(rd, DX_READ_TEXT, 0, "");
	expect(rd, DX_READ_TEXT, 0, "{braces} are no JSON");
	expect(rd, DX_READ_TEXT, 0, "{");
	expect_end(rd);
	assert_str(dx_read_id("/x/y.z/article.1.txt"), "article.1");
	assert_str(dx_read_id("plain"), "plain");
	assert_str(dx_read_id(".hidden"), ".hidden");
	assert_str(dx_read_id("-"), "stdin");
}

static void reads_long_lines(void **state)
{
	size_t n = 300000;
	char *line = malloc(n + 20), *two = malloc(2 * n + 40);
	(void)state;
	assert_true(line && two);
	memset(line, 'x', n + 20);
	memcpy(line, "{\"text\":\"", 9);
	memcpy(line + n, "\"}", 3);
	snprintf(two, 2 * n + 40, "%s\n%s\n{\"text\":1}\n", line, line);
	const char *p[] = { file("long", two) };
	dx_reader *rd = reader(p, 1);
	expect(rd, DX_READ_JSON, 1, line);
	expect(rd, DX_READ_JSON, 2, line);
	expect(rd, DX_READ_JSON, 3, "{\"text\":1}");
	expect_end(rd);
	free(line);
	free(two);
}

/* Sparse, so that it costs no disk. */
static void refuses_endless_lines(void **state)
{
	(void)state;
	const char *p[] = { file("endless.jsonl", "{\"text\":\"1\"}\n"), NULL };
	assert_int_equal(truncate(p[0], (off_t)DX_READ_MOST + (1 << 21)), 0);
	FILE *f = fopen(p[0], "ab");
	assert_non_null(f);
	fputs("\n{\"text\":\"3\"}\n", f);
	fclose(f);
	p[1] = in_dir("endless.txt");
	assert_int_equal(rename(file("x", "text"), p[1]), 0);
	assert_int_equal(truncate(p[1], (off_t)DX_READ_MOST + 1), 0);
	dx_reader *rd = reader(p, 2);
	expect(rd, DX_READ_JSON, 1, "{\"text\":\"1\"}");
	expect_failure(rd, DX_ELIMIT, "a line");
	expect(rd, DX_READ_JSON, 3, "{\"text\":\"3\"}");
	expect_failure(rd, DX_ELIMIT, "a text");
	expect_end(rd);
	assert_int_equal(unlink(p[0]) | unlink(p[1]), 0);
}

static void names_what_it_cannot_read(void **state)
{
	struct stat s;
	(void)state;
	const char *p[] = { in_dir("missing.txt"), file("out.txt", "x"), file("pretty.json", "{\n  \"text\": \"a\"\n}\n"),
		            file("good.txt", "y") };
	dx_reader *rd = reader(p, 4);
	assert_int_equal(stat(p[1], &s), 0);
	dx_reader_refuse(rd, s.st_dev, s.st_ino);
	expect_failure(rd, DX_EIO, "No such file");
	expect_failure(rd, DX_EIO, "output");
	expect_failure(rd, DX_EFORMAT, "several lines");
	expect(rd, DX_READ_TEXT, 0, "y");
	expect_end(rd);
}

static void walks_directories_in_order(void **state)
{
	(void)state;
	const char *p[] = { in_dir("tree"), in_dir("tree/empty") };
	assert_int_equal(mkdir(p[0], 0777) | mkdir(p[1], 0777) | mkdir(in_dir("tree/b"), 0777), 0);
	file("tree/c.txt", "c");
	file("tree/a.txt", "a");
	file("tree/B.jsonl", "{\"text\":\"B\"}");
	file("tree/b/1.txt", "b1");
	file("tree/.hidden.txt", "no");
	file("tree/picture.png", "no");
	assert_int_equal(symlink("..", in_dir("tree/b/loop")), 0);
	assert_int_equal(symlink("../c.txt", in_dir("tree/b/2.txt")), 0);
	dx_reader *rd = reader(p, 2);
	expect(rd, DX_READ_JSON, 1, "{\"text\":\"B\"}");
	expect(rd, DX_READ_TEXT, 0, "a");
	expect(rd, DX_READ_TEXT, 0, "b1");
	expect(rd, DX_READ_TEXT, 0, "c");        /* by the link */
	expect(rd, DX_READ_TEXT, 0, "c");
	expect_failure(rd, DX_EIO, "no *.txt");
	expect_end(rd);
	assert_int_equal(dx_reader_total(p, 1), 12 + 1 + 2 + 1 + 1);
}

/* ---- writers */

/* A record with quotes, parsed; extra is empty. */
static dx_found found_of(const char *json, dx_arena *arena)
{
	dx_found f = { .kept = true };
	dx_err err = { .code = DX_OK };
	if (dx_record_parse(&f.rec, dx_str_of(json), arena, &err))
		fail_msg("%s", err.msg);
	assert_non_null(f.extra = dx_arena_array(arena, f.rec.n_quotes, sizeof *f.extra));
	return f;
}

/* What a writer makes of one record, head, tail and put included; to be freed. */
static char *written(const dx_format *format, dx_found *f, const dx_write_opts *o)
{
	char *made = NULL, *out = NULL;
	size_t n_made, n_out;
	FILE *to = open_memstream(&made, &n_made);
	dx_sink sink = { .to = open_memstream(&out, &n_out) };
	assert_true(to && sink.to);
	assert_int_equal(format->head ? format->head(&sink, NULL) : DX_OK, DX_OK);
	assert_int_equal(format->record(to, f, o, NULL), DX_OK);
	fclose(to);
	assert_int_equal(format->put ? format->put(&sink, (dx_str){ made, n_made }, NULL)
	                             : dx_sink_write(&sink, (dx_str){ made, n_made }, NULL), DX_OK);
	assert_int_equal(format->tail ? format->tail(&sink, NULL) : DX_OK, DX_OK);
	fclose(sink.to);
	dx_sink_fini(&sink);
	free(made);
	return out;
}

/* n times sub in s. */
static size_t count(const char *s, const char *sub)
{
	size_t n = 0;
	for (; (s = strstr(s, sub)); s++)
		n++;
	return n;
}

#define NASTY "{\"id\":\"a/../\\u0001<b>\",\"title\":\"<script>alert('1')</script> & \\u001b[31m\",\"text\":" \
	"\"\\u00e9 \\\"No\\t<way> &\\nnever,\\\" said \\\\ Al\\u0000ba.\",\"quotes\":[{\"type\":\"direct\",\"content\":[[3,22]]," \
	"\"cue\":[[23,27]],\"source\":[[30,35]],\"speaker\":\"Al\\\"ba <i>\",\"kind\":\"person\",\"stance\":\"oppose\"," \
	"\"target\":\"the 'way'\",\"confidence\":{\"quote\":0.75}}]}"

static void tsv_is_one_line_a_quote(void **state)
{
	dx_arena *a;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	dx_found f = found_of(NASTY, a);
	char *s = written(&dx_write_tsv, &f, &(dx_write_opts){ .offsets = DX_OFF_CODEPOINT });
	const char *row = strchr(s, '\n') + 1;
	assert_int_equal(count(s, "\n"), 2);
	assert_int_equal(count(s, "\t"), 2 * 15);
	assert_int_equal(strncmp(s, "id\tquote\t", 9), 0);
	assert_non_null(strstr(row, "\t0\tdirect\t2\t21\t\"No\\t<way> &\\nnever,\"\tsaid\tAl\\0ba"));
	assert_non_null(strstr(row, "\toppose\tthe 'way'\t0.750\t\t\n"));
	free(s);
	dx_found_fini(&f);
	dx_arena_free(a);
}

static void html_escapes_everything(void **state)
{
	dx_arena *a;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	dx_found f = found_of(NASTY, a);
	f.extra[0].why = &(dx_why){ .cue = DX_STR("<cue>"), .source = DX_STR("<src>") };
	char *s = written(&dx_write_html, &f, &(dx_write_opts){ 0 });
	assert_int_equal(count(s, "<script") + count(s, "<way") + count(s, "<i>") + count(s, "<src") + count(s, "http:")
	                 + count(s, "https:") + count(s, "\001") + count(s, "\033"), 0);
	assert_int_equal(count(s, "id=\"r1-q1\""), 1);
	assert_int_equal(count(s, "href=\"#r1-q1\""), 1);
	assert_int_equal(count(s, "<mark"), count(s, "</mark>"));
	assert_non_null(strstr(s, "<mark class=\"oppose\" title=\"Al&quot;ba &lt;i&gt; | oppose: the &#39;way&#39;\">&quot;No"));
	assert_non_null(strstr(s, "</html>"));
	free(s);
	dx_found_fini(&f);
	dx_arena_free(a);
}

static void text_is_wrapped_and_harmless(void **state)
{
	dx_arena *a;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	dx_found f = found_of(NASTY, a);
	char *s = written(&dx_write_text, &f, &(dx_write_opts){ .width = 24 });
	assert_int_equal(count(s, "\033"), 0);
	assert_non_null(strstr(s, "  \"No <way> & never,\"\n    -- Al\"ba <i>"));
	for (const char *p = s, *feed; (feed = strchr(p, '\n')); p = feed + 1)
		assert_true(feed - p <= 30);     /* the longest word is longer than a line, but not by much */
	free(s);
	s = written(&dx_write_text, &f, &(dx_write_opts){ .width = 80, .colour = true });
	assert_non_null(strstr(s, "\033[31m oppose\033[0m -> the 'way'"));
	free(s);
	dx_found_fini(&f);
	dx_arena_free(a);
}

static char *slurp(const char *path)
{
	static char buf[4096];
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	buf[fread(buf, 1, sizeof buf - 1, f)] = '\0';
	fclose(f);
	return buf;
}

static dx_status put_brat(dx_sink *sink, dx_found *f)
{
	char *made = NULL;
	size_t n;
	FILE *to = open_memstream(&made, &n);
	assert_non_null(to);
	assert_int_equal(dx_write_brat.record(to, f, &(dx_write_opts){ 0 }, NULL), DX_OK);
	fclose(to);
	dx_status st = dx_write_brat.put(sink, (dx_str){ made, n }, NULL);
	sink->n_records++;
	free(made);
	return st;
}

static void brat_counts_code_points(void **state)
{
	dx_arena *a;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	dx_sink sink = { .dir = in_dir("brat") };
	assert_int_equal(mkdir(sink.dir, 0777), 0);
	assert_int_equal(dx_write_brat.head(&sink, NULL), DX_OK);
	dx_found f = found_of(NASTY, a);
	assert_int_equal(put_brat(&sink, &f), DX_OK);
	const char *s = slurp(in_dir("brat/a_..___b_.ann"));
	assert_non_null(strstr(s, "T1\tQuote 22 26\tsaid\nT2\tContent 2 13;14 21\t\"No <way> & never,\"\nT3\tSource 29 34\tAl"));
	dx_found_fini(&f);
	dx_sink_fini(&sink);
	dx_arena_free(a);
}

static void brat_never_changes_a_text(void **state)
{
	dx_arena *a;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	dx_sink sink = { .dir = in_dir("brat2") };
	assert_int_equal(mkdir(sink.dir, 0777), 0);
	dx_found f = found_of("{\"id\":\"x\",\"text\":\"one\",\"quotes\":[]}", a), g = found_of("{\"text\":\"two\",\"quotes\":[]}", a);
	assert_int_equal(put_brat(&sink, &f), DX_OK);
	assert_int_equal(put_brat(&sink, &f), DX_OK);    /* the same id again: a name of its own */
	assert_int_equal(put_brat(&sink, &g), DX_OK);
	assert_int_equal(access(in_dir("brat2/x-2.txt"), F_OK) | access(in_dir("brat2/record-000003.txt"), F_OK), 0);
	dx_sink_fini(&sink);
	assert_int_equal(put_brat(&sink, &f), DX_OK);    /* a new run, the same text */
	dx_sink_fini(&sink);
	file("brat2/x.txt", "another text");
	assert_int_equal(put_brat(&sink, &f), DX_EIO);
	assert_string_equal(slurp(in_dir("brat2/x.txt")), "another text");
	dx_found_fini(&f);
	dx_found_fini(&g);
	dx_sink_fini(&sink);
	dx_arena_free(a);
}

/* ---- layers */

static dx_spans random_spans(dx_arena *a, uint32_t n_text)
{
	dx_spans s = { dx_arena_array(a, 3, sizeof(dx_span)), 0 };
	for (uint32_t at = rnd(n_text); s.n < 3 && at + 1 < n_text; at += 1 + rnd(20)) {
		uint32_t end = at + 1 + rnd(15);
		s.v[s.n++] = (dx_span){ at, end < n_text ? end : n_text };
		at = s.v[s.n - 1].end;
	}
	return s;
}

static bool covers(dx_spans s, uint32_t byte)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.v[i].beg <= byte && byte < s.v[i].end)
			return true;
	return false;
}

static void check_piece(const dx_layer_piece *p, const dx_record *r)
{
	const dx_layer_span *c = p->shown[DX_LAYER_CONTENT], *o = p->shown[DX_LAYER_ROLE];
	bool any_content = false, any_role = false;
	for (size_t i = 0; i < r->n_quotes; i++) {
		any_content |= covers(r->quotes[i].content, p->beg);
		any_role |= covers(r->quotes[i].cue, p->beg) || covers(r->quotes[i].source, p->beg);
	}
	assert_int_equal(any_content, c != NULL);
	assert_int_equal(any_role, o != NULL);
	if (c)
		assert_true(covers(r->quotes[c->quote].content, p->beg) && covers(r->quotes[c->quote].content, p->end - 1));
	if (o)
		assert_true(covers(o->role == DX_ROLE_CUE ? r->quotes[o->quote].cue : r->quotes[o->quote].source, p->end - 1));
}

static void layers_cover_the_text(void **state)
{
	dx_arena *a;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	for (int round = 0; round < 300; round++) {
		dx_quote q[6];
		dx_layer_piece *p;
		dx_record r = { .text = { "", 1 + rnd(200) }, .quotes = q, .n_quotes = rnd(7) };
		size_t n, first = 0;
		uint32_t n_text = (uint32_t)r.text.n;
		for (size_t i = 0; i < r.n_quotes; i++)
			q[i] = (dx_quote){ .content = random_spans(a, n_text), .cue = random_spans(a, n_text), .source = random_spans(a, n_text) };
		assert_int_equal(dx_layers_cut(&p, &n, &r, a, NULL), DX_OK);
		assert_true(n > 0 && p[0].beg == 0 && p[n - 1].end == n_text);
		for (size_t i = 0; i < n; i++) {
			assert_true(p[i].beg < p[i].end && (i == 0 || p[i].beg == p[i - 1].end));
			check_piece(&p[i], &r);
			for (size_t k = 0; k < p[i].n_begun; k++)
				first += p[i].begun[k].first;
		}
		for (size_t i = 0; i < r.n_quotes; i++)
			first -= r.quotes[i].content.n > 0;
		assert_int_equal(first, 0);
		dx_arena_reset(a);
	}
	dx_arena_free(a);
}

/* ---- pipeline, with whatever model there is */

static const char *model_path(void)
{
	const char *env = getenv("DIXIT_MODEL");
	return env ? env : "model/default.dixit";
}

static dx_pipeline *pipeline(void)
{
	dx_pipeline *pl;
	dx_err err = { .code = DX_OK };
	if (access(model_path(), F_OK))
		skip();
	if (dx_pipeline_new(&pl, model_path(), &err))
		fail_msg("%s", err.msg);
	return pl;
}

/* Words, marks and line ends in no sensible order; *n bytes, to be freed. */
static char *random_text(size_t *n, size_t n_words)
{
	static const char *const WORD[] = { "said ", "Maria ", "Kerr ", "that ", "\xe2\x80\x9c", "\xe2\x80\x9d ", "\"", "\" ", "'", "' ", ", ",
		". ", "\n", "\n\n", "he ", "she ", "according to ", "the minister ", "told ", "\xc3\xa9t\xc3\xa9 ", "\xf0\x9f\x98\x80 ", "\xe2\x80\x98",
		"\xe2\x80\x99 ", "\xc2\xab", "\xc2\xbb ", "believes ", "will ", "the ", "plan ", "is ", "bad ", "not ", "\xc2\xa0", "U.S. ", "1,200 ",
		"Mr. ", "- ", "\xe2\x80\x94 ", ": ", "&quot;", "\xe2\x80\x8b", "officials ", "and ", "``", "'' ", "\r\n", "\t", "? ", "! " };
	char *s = malloc(24 * n_words + 1);
	assert_non_null(s);
	*n = 0;
	for (size_t i = 0; i < n_words; i++) {
		const char *w = WORD[rnd(DX_COUNT(WORD))];
		memcpy(s + *n, w, strlen(w));
		*n += strlen(w);
	}
	s[*n] = '\0';
	return s;
}

static void check_spans(dx_spans s, dx_str text)
{
	uint32_t at = 0;
	for (size_t i = 0; i < s.n; at = s.v[i++].end) {
		assert_true(s.v[i].beg >= at && s.v[i].beg < s.v[i].end && s.v[i].end <= text.n);
		assert_true(((unsigned char)text.p[s.v[i].beg] & 0xc0) != 0x80);
		assert_true(s.v[i].end == text.n || ((unsigned char)text.p[s.v[i].end] & 0xc0) != 0x80);
	}
}

/* quotes[i].text of the written record is the slices of its content, joined with a blank. */
static void check_text(const dx_record *r, size_t i)
{
	const json_t *t = json_object_get(json_array_get(json_object_get(r->root, "quotes"), i), "text");
	const char *p = json_string_value(t), *end;
	assert_non_null(p);
	end = p + json_string_length(t);
	for (size_t k = 0; k < r->quotes[i].content.n; k++) {
		dx_span s = r->quotes[i].content.v[k];
		assert_true((size_t)(end - p) >= (size_t)(s.end - s.beg) + (k > 0));
		if (k > 0)
			assert_int_equal(*p++, ' ');
		assert_memory_equal(p, r->text.p + s.beg, s.end - s.beg);
		p += s.end - s.beg;
	}
	assert_ptr_equal(p, end);
}

static void check_found(const dx_found *f)
{
	const dx_record *r = &f->rec;
	for (size_t i = 0; i < r->n_quotes; i++) {
		const dx_quote *q = &r->quotes[i];
		assert_true(q->content.n > 0);
		check_spans(q->content, r->text);
		check_spans(q->cue, r->text);
		check_spans(q->source, r->text);
		assert_true(i == 0 || r->quotes[i - 1].content.v[0].beg <= q->content.v[0].beg);
		assert_true(q->entity >= -1 && q->entity < (int32_t)r->n_entities);
		assert_true(q->target_span.beg <= q->target_span.end && q->target_span.end <= r->text.n);
		assert_true(q->conf_quote <= 1 && q->conf_speaker <= 1 && q->conf_stance <= 1);
		check_text(r, i);
	}
	for (size_t i = 0; i < r->n_entities; i++) {
		assert_true(r->entities[i].name.n > 0);
		check_spans(r->entities[i].mentions, r->text);
	}
}

static void pipeline_keeps_its_promises(void **state)
{
	static const char *const TINY[] = { "", "\"", "\"\"=", "John Doe:\"foo\"", "\xe2\x80\x9c", "said", "\n", "'", "\"a\" \"b\"", "he said", "\"\"\"\"" };
	dx_pipeline *pl = pipeline();
	dx_arena *a;
	dx_err err = { .code = DX_OK };
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	for (size_t round = 0; round < 400 + DX_COUNT(TINY); round++) {
		dx_found f;
		dx_pipeline_opts o = { .threshold = rnd(3) * 0.4, .explain = round % 2 };
		size_t n = round < DX_COUNT(TINY) ? strlen(TINY[round]) : 0;
		char *text = round < DX_COUNT(TINY) ? NULL : random_text(&n, rnd(300));
		assert_int_equal(dx_pipeline_article(&f, pl, DX_STR("t"), (dx_str){ text ? text : TINY[round], n }, &err), DX_OK);
		if (dx_pipeline_run(&f, pl, &o, a, &err))
			fail_msg("%s", err.msg);
		assert_int_equal(dx_found_update(&f, DX_OFF_BYTE, &err), DX_OK);
		check_found(&f);
		dx_found_fini(&f);
		dx_arena_reset(a);
		free(text);
	}
	dx_arena_free(a);
	dx_pipeline_free(pl);
}

static void given_quotes_stay(void **state)
{
	dx_pipeline *pl = pipeline();
	dx_arena *a;
	dx_err err;
	(void)state;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	dx_found f = found_of("{\"text\":\"\\\"No,\\\" said Maria. Kerr said that it is bad.\",\"quotes\":[{\"content\":[[29,43]],\"speaker\":\"K.\","
	                      "\"entity\":0,\"mine\":1},{\"content\":[[0,5]]}],\"entities\":[{\"name\":\"K.\"}]}", a);
	dx_pipeline_opts o = { .threshold = 0.5, .given = true };
	assert_int_equal(dx_pipeline_run(&f, pl, &o, a, &err), DX_OK);
	assert_int_equal(dx_found_update(&f, DX_OFF_BYTE, &err), DX_OK);
	assert_int_equal(f.rec.n_quotes, 2);
	assert_int_equal(f.rec.quotes[0].content.v[0].beg, 29);
	assert_int_equal(f.rec.quotes[1].content.v[0].end, 5);
	assert_str(f.rec.quotes[0].speaker, "K.");
	assert_int_equal(f.rec.quotes[0].entity, 0);
	assert_str(f.rec.entities[0].name, "K.");
	assert_non_null(json_object_get(json_array_get(json_object_get(f.rec.root, "quotes"), 0), "mine"));
	dx_found_fini(&f);
	dx_arena_free(a);
	dx_pipeline_free(pl);
}

/* ---- stream */

static void on_bad(void *ctx, const char *name, size_t line, const dx_err *err)
{
	char *log = ctx;
	size_t n = strlen(log);
	snprintf(log + n, 4000 - n, "%s:%zu:%d\n", strrchr(name, '/') + 1, line, (int)err->code);
}

static char *stream_output(const dx_pipeline *pl, const dx_format *format, const char *const *paths, size_t n, unsigned n_threads,
	char *log, dx_run_totals *sum)
{
	char *out = NULL;
	size_t n_out;
	dx_err err = { .code = DX_OK };
	atomic_bool stop = false;
	dx_sink sink = { .to = open_memstream(&out, &n_out) };
	dx_run_opts o = { .pipeline = pl, .opts = { .threshold = 0.5 }, .format = format, .n_threads = n_threads, .stop = &stop,
		          .bad = on_bad, .ctx = log };
	dx_reader *rd = reader(paths, n);
	*log = '\0';
	if (dx_run(sum, &o, rd, &sink, &err))
		fail_msg("%s", err.msg);
	fclose(sink.to);
	dx_reader_free(rd);
	return out;
}

/* Lines of random records, every seventh damaged. */
static const char *random_records(size_t n)
{
	FILE *f = fopen(in_dir("stream.jsonl"), "wb");
	assert_non_null(f);
	for (size_t i = 0; i < n; i++) {
		size_t n_text;
		char *text = random_text(&n_text, rnd(400));
		json_t *r = json_pack("{s:i,s:s%}", "id", (int)i, "text", text, n_text);
		char *line = json_dumps(r, JSON_COMPACT);
		fprintf(f, "%s%s\n", i % 7 == 3 ? "{" : "", line);
		free(line);
		json_decref(r);
		free(text);
	}
	fclose(f);
	return in_dir("stream.jsonl");
}

static void same_bytes_at_any_number_of_threads(void **state)
{
	static char log[4][4000];
	dx_pipeline *pl = pipeline();
	(void)state;
	const char *p[] = { random_records(150), in_dir("nowhere"), file_n("latin.txt", "a\nb \xe9", 5), file("last.txt", "\"Yes,\" he said.") };
	dx_run_totals sum[4];
	for (const dx_format *const *f = (const dx_format *const[]){ &dx_write_jsonl, &dx_write_tsv, &dx_write_html, &dx_write_text, NULL }; *f; f++) {
		char *one = stream_output(pl, *f, p, 4, 1, log[0], &sum[0]);
		assert_int_equal(sum[0].n_bad, 21 + 2);
		assert_int_equal(sum[0].n_records, 150 - 21 + 1);
		assert_non_null(strstr(log[0], "stream.jsonl:4:4\n"));
		assert_non_null(strstr(log[0], "latin.txt:2:3\n"));
		for (unsigned t = 2; t <= 4; t++) {
			char *more = stream_output(pl, *f, p, 4, t, log[t - 1], &sum[t - 1]);
			assert_string_equal(more, one);
			assert_string_equal(log[t - 1], log[0]);
			assert_memory_equal(&sum[t - 1], &sum[0], sizeof *sum);
			free(more);
		}
		free(one);
	}
	dx_pipeline_free(pl);
}

/* A stream whose every write fails. */
static void a_full_disk_stops_the_stream(void **state)
{
	dx_pipeline *pl = pipeline();
	(void)state;
	const char *p[] = { random_records(300) };
	atomic_bool stop = false;
	dx_run_totals sum;
	dx_err err = { .code = DX_OK };
	dx_sink sink = { .to = fopen("/dev/full", "wb") };
	dx_run_opts o = { .pipeline = pl, .opts = { .threshold = 0.5 }, .format = &dx_write_jsonl, .n_threads = 2, .stop = &stop };
	dx_reader *rd = reader(p, 1);
	if (sink.to) {
		assert_int_equal(dx_run(&sum, &o, rd, &sink, &err), DX_EIO);
		assert_int_equal(sink.error, ENOSPC);
		assert_true(atomic_load(&stop));
		fclose(sink.to);
	}
	dx_reader_free(rd);
	dx_pipeline_free(pl);
}

/* ---- the library as others use it */

static void library_gives_what_the_pipeline_gives(void **state)
{
	static const char TEXT[] = "\"We will not pay,\" said Maria Kerr. She said the plan was bad.";
	dx_dixit *d;
	dx_dixit_result *r;
	char why[DX_DIXIT_MESSAGE];
	(void)state;
	assert_int_equal(dx_dixit_open(&d, in_dir("no.dixit"), why), DX_DIXIT_UNREADABLE);
	assert_null(d);
	assert_non_null(strstr(why, "no.dixit"));
	dx_pipeline_free(pipeline());            /* skips where there is no model */
	assert_int_equal(dx_dixit_open(&d, model_path(), why), DX_DIXIT_OK);
	assert_int_equal(dx_dixit_analyse(&r, d, "a\xff", 2, NULL, why), DX_DIXIT_BAD_TEXT);
	assert_null(r);
	assert_non_null(strstr(why, "byte 1"));
	assert_int_equal(dx_dixit_analyse(&r, d, NULL, 0, NULL, NULL), DX_DIXIT_OK);
	assert_int_equal(r->n_quotes, 0);
	dx_dixit_result_free(r);
	assert_int_equal(dx_dixit_analyse(&r, d, TEXT, sizeof TEXT - 1, &(dx_dixit_options){ 0.1, "the plan", NULL, 0 }, why), DX_DIXIT_OK);
	dx_dixit_names *names;
	dx_dixit_result *own;
	FILE *list = fopen(in_dir("names.tsv"), "w");
	assert_non_null(list);
	fputs("KERR\tMaria Kerr\n", list);
	fclose(list);
	assert_int_equal(dx_dixit_names_open(&names, in_dir("none.tsv"), why), DX_DIXIT_UNREADABLE);
	assert_int_equal(dx_dixit_names_open(&names, in_dir("names.tsv"), why), DX_DIXIT_OK);
	assert_int_equal(dx_dixit_analyse(&own, d, TEXT, sizeof TEXT - 1, &(dx_dixit_options){ 0, NULL, names, 0 }, why), DX_DIXIT_OK);
	bool listed = false;
	for (size_t i = 0; i < own->n_entities; i++)
		listed |= own->entities[i].name.n == 4 && !memcmp(own->entities[i].name.p, "KERR", 4);
	assert_true(listed);
	dx_dixit_result_free(own);
	assert_int_equal(dx_dixit_analyse(&own, d, TEXT, sizeof TEXT - 1, &(dx_dixit_options){ 0, NULL, NULL, 1.1 }, why), DX_DIXIT_OK);
	assert_true(own->n_quotes > 0);
	for (size_t i = 0; i < own->n_quotes; i++)
		assert_int_equal(own->quotes[i].stance.n, 0);
	dx_dixit_result_free(own);
	dx_dixit_names_close(names);
	dx_dixit_names_close(NULL);
	dx_dixit_close(d);                       /* results outlive it */
	for (size_t i = 0; i < r->n_quotes; i++) {
		assert_true(r->quotes[i].content.n > 0 && r->quotes[i].content.v[0].end <= sizeof TEXT - 1);
		assert_true(r->quotes[i].entity < (int32_t)r->n_entities);
		for (size_t k = 0; k < r->quotes[i].n_stances; k++)
			assert_true(r->quotes[i].stances[k].label.n > 0 && r->quotes[i].stances[k].p <= 1);
	}
	dx_dixit_result_free(r);
	dx_dixit_result_free(NULL);
	dx_dixit_close(NULL);
	assert_non_null(dx_dixit_version());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines),
		cmocka_unit_test(reads_texts),
		cmocka_unit_test(reads_long_lines),
		cmocka_unit_test(refuses_endless_lines),
		cmocka_unit_test(names_what_it_cannot_read),
		cmocka_unit_test(walks_directories_in_order),
		cmocka_unit_test(tsv_is_one_line_a_quote),
		cmocka_unit_test(html_escapes_everything),
		cmocka_unit_test(text_is_wrapped_and_harmless),
		cmocka_unit_test(brat_counts_code_points),
		cmocka_unit_test(brat_never_changes_a_text),
		cmocka_unit_test(layers_cover_the_text),
		cmocka_unit_test(pipeline_keeps_its_promises),
		cmocka_unit_test(given_quotes_stay),
		cmocka_unit_test(same_bytes_at_any_number_of_threads),
		cmocka_unit_test(a_full_disk_stops_the_stream),
		cmocka_unit_test(library_gives_what_the_pipeline_gives),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
