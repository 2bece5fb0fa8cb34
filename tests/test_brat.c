/* test_brat.c - stand-off annotation becomes records: what our writer writes, PolNeAR's layout, relations, remarks, lines that are wrong. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "datasets/brat.h"
#include "predict/write.h"

static const char TEXT[] = "\xe2\x80\x9cWe will not pay twice,\xe2\x80\x9d said Ada Okafor of the union.\n\n"
	"\xe2\x80\x9cNot here,\xe2\x80\x9d she added, \xe2\x80\x9cnot ever.\xe2\x80\x9d The mayor of S\xc3\xa9nn disagreed.\n";
/* Code points: content 0 24, cue 25 29, source 30 53; 56 67, she 68 71, added 72 77, 79 90; the mayor 91 108, disagreed 109 118. */

static char dir[] = "/tmp/dixit-brat-XXXXXX";
static dx_arena *arena;
static char refused[2000];                               /* "LINE: WHY" of each line that was passed over */

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) && !dx_arena_new(&arena, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
	char cmd[80];
	(void)state;
	dx_arena_free(arena);
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	return system(cmd) ? -1 : 0;
}

static const char *in_dir(const char *name)
{
	static char path[8][100];
	static unsigned i;
	char *p = path[i++ % 8];
	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static const char *file(const char *name, const char *text)
{
	const char *path = in_dir(name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	return path;
}

static void note(void *ctx, const char *path, size_t line, const char *why)
{
	size_t n = strlen(refused);
	(void)ctx;
	assert_non_null(path);
	snprintf(refused + n, sizeof refused - n, "%zu: %s\n", line, why);
}

/* A record of this text; refused then holds what is expected ("": nothing). */
static dx_record parse(const char *text, const char *notes, const char *expected)
{
	dx_record r;
	dx_err err = { .msg = "" };
	dx_brat_log log = { note, NULL, 0 };
	refused[0] = '\0';
	if (dx_brat_parse(&r, DX_STR("a1"), dx_str_of(text), dx_str_of(notes), "a1.ann", &log, arena, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(refused, expected);
	return r;
}

static void assert_str(dx_str s, const char *expected)
{
	assert_int_equal(s.n, strlen(expected));
	assert_memory_equal(s.p, expected, s.n);
}

/* The pieces of a role, joined with " | ". */
static void assert_pieces(const dx_record *r, dx_spans s, const char *expected)
{
	char buf[500] = "";
	for (size_t i = 0; i < s.n; i++) {
		size_t n = strlen(buf);
		snprintf(buf + n, sizeof buf - n, "%s%.*s", i ? " | " : "", (int)(s.v[i].end - s.v[i].beg), r->text.p + s.v[i].beg);
	}
	assert_string_equal(buf, expected);
}

static void test_polnear(void **state)
{
	static const char NOTES[] =
		"T1\tCue 25 29\tsaid\n"
		"T2\tContent 0 24\t\xe2\x80\x9cWe will not pay twice,\xe2\x80\x9d\n"
		"T3\tSource 30 53\tAda Okafor of the union\n"
		"E1\tCue:T1 Content:T2 Source:T3\n"
		"T4\tContent 56 67;79 90\t\xe2\x80\x9cNot here,\xe2\x80\x9d \xe2\x80\x9cnot ever.\xe2\x80\x9d\n"
		"T5\tSource 68 71\tshe\n"
		"T6\tCue 72 77\tadded\n"
		"E2\tCue:T6 Source:T5 Content:T4\n";
	(void)state;
	dx_record r = parse(TEXT, NOTES, "");
	assert_str(r.id, "a1");
	assert_str(r.text, TEXT);
	assert_true(r.has_quotes);
	assert_int_equal(r.n_quotes, 2);
	assert_pieces(&r, r.quotes[0].content, "\xe2\x80\x9cWe will not pay twice,\xe2\x80\x9d");
	assert_pieces(&r, r.quotes[0].cue, "said");
	assert_pieces(&r, r.quotes[0].source, "Ada Okafor of the union");
	assert_int_equal(r.quotes[0].type, DX_DIRECT);
	assert_pieces(&r, r.quotes[1].content, "\xe2\x80\x9cNot here,\xe2\x80\x9d | \xe2\x80\x9cnot ever.\xe2\x80\x9d");
	assert_pieces(&r, r.quotes[1].cue, "added");
	assert_pieces(&r, r.quotes[1].source, "she");
	dx_record_fini(&r);
}

/* A stretch over line ends: in one piece, its text over several lines, or with blanks; or in pieces, cut there. All are one piece. */
static void test_line_ends_inside(void **state)
{
	static const char *const NOTES[] = {
		"T1\tContent 44 67\tthe union.\n\n\xe2\x80\x9cNot here,\xe2\x80\x9d\nT2\tCue 72 77\tadded\nE1\tCue:T2 Content:T1\nT3 x\n",
		"T1\tContent 44 67\tthe union.  \xe2\x80\x9cNot here,\xe2\x80\x9d\n\n\nT2\tCue 72 77\tadded\nE1\tCue:T2 Content:T1\nT3 x\n",
		"\n\nT1\tContent 44 54;56 67\tthe union. \xe2\x80\x9cNot here,\xe2\x80\x9d\nT2\tCue 72 77\tadded\nE1\tCue:T2 Content:T1\nT3 x\n",
	};
	(void)state;
	for (size_t i = 0; i < DX_COUNT(NOTES); i++) {
		dx_record r = parse(TEXT, NOTES[i], "6: not an annotation: it does not begin with T, E, R, A and a number, or with #, N, M, *, and a tab\n");
		assert_int_equal(r.n_quotes, 1);
		assert_pieces(&r, r.quotes[0].content, "the union.\n\n\xe2\x80\x9cNot here,\xe2\x80\x9d");
		assert_pieces(&r, r.quotes[0].cue, "added");
		dx_record_fini(&r);
	}
}

static void test_relations(void **state)
{
	(void)state;
	dx_record r = parse(TEXT,
		"T1\tContent 0 24\t\xe2\x80\x9cWe will not pay twice,\xe2\x80\x9d\n"
		"T2\tCue 25 29\tsaid\n"
		"T3\tSource 30 53\tAda Okafor of the union\n"
		"R1\tSays Arg1:T3 Arg2:T2\n"              /* before its cue has a quote */
		"R2\tCued Arg1:T1 Arg2:T2\n"
		"T4\tContent 109 118\tdisagreed\n"
		"T5\tSource 91 108\tThe mayor of S\xc3\xa9nn\n"
		"R3\tSays Arg1:T5 Arg2:T4\n"
		"R4\tSame Arg1:T5 Arg2:T3\n"
		"T6\tContent 56 67\t\xe2\x80\x9cNot here,\xe2\x80\x9d\n", "");
	assert_int_equal(r.n_quotes, 3);
	assert_pieces(&r, r.quotes[0].cue, "said");
	assert_pieces(&r, r.quotes[0].source, "Ada Okafor of the union");
	assert_pieces(&r, r.quotes[1].source, "The mayor of S\xc3\xa9nn");
	assert_int_equal(r.quotes[1].type, DX_INDIRECT);
	assert_pieces(&r, r.quotes[2].content, "\xe2\x80\x9cNot here,\xe2\x80\x9d");
	assert_int_equal(r.quotes[2].cue.n + r.quotes[2].source.n, 0);
	dx_record_fini(&r);
}

static void test_roles(void **state)
{
	(void)state;
	dx_record r = parse(TEXT,
		"T1\tcontent 56 67\t\xe2\x80\x9cNot here,\xe2\x80\x9d\n"
		"T2\tCONTENT 79 90\t\xe2\x80\x9cnot ever.\xe2\x80\x9d\n"
		"T3\tEvent 72 77\tadded\n"
		"T4\tPlace 105 109\tS\xc3\xa9nn\n"       /* wrong by one: its text is at 104 108 */
		"T5\tPlace 104 108\tS\xc3\xa9nn\n"
		"E1\tEvent:T3 Content:T1 content2:T2 Where:T5\n"
		"E2\tFlood:T5\n"
		"E3\tContent:T1 Cue:E1\n",
		"4: T4: its text is not what stands at its offsets\n");
	assert_int_equal(r.n_quotes, 2);
	assert_pieces(&r, r.quotes[0].content, "\xe2\x80\x9cNot here,\xe2\x80\x9d | \xe2\x80\x9cnot ever.\xe2\x80\x9d");
	assert_pieces(&r, r.quotes[0].cue, "added");
	assert_pieces(&r, r.quotes[1].content, "\xe2\x80\x9cNot here,\xe2\x80\x9d");
	assert_pieces(&r, r.quotes[1].cue, "added");
	dx_record_fini(&r);
}

static void test_remarks(void **state)
{
	(void)state;
	dx_record r = parse(TEXT,
		"A1\tStance E1 oppose\nA2\tAct E1 thought\nA3\tKind E1 group\nA4\tType E1 mixed\nA5\tSure E1\n"
		"#1\tAnnotatorNotes E1\tspeaker: the union; target: to pay twice\n"
		"#2\tAnnotatorNotes T1\tlook at this again\n"
		"T1\tContent 0 24\t\xe2\x80\x9cWe will not pay twice,\xe2\x80\x9d\n"
		"T2\tSay 25 29\tsaid\n"
		"E1\tSay:T2 Content:T1\n"
		"T3\tContent 109 118\tdisagreed\n"
		"A6\tStance T3 against_it\n"
		"#3\tAnnotatorNotes T3\ttarget: Ada; Okafor\n", "");
	assert_int_equal(r.n_quotes, 2);
	const dx_quote *q = r.quotes;
	assert_str(q->stance, "oppose");
	assert_str(q->speaker, "the union");
	assert_str(q->target, "to pay twice");
	assert_int_equal(q->act, DX_ACT_THOUGHT);
	assert_int_equal(q->kind, DX_KIND_GROUP);
	assert_int_equal(q->type, DX_MIXED);
	assert_str(q[1].stance, "against_it");
	assert_str(q[1].target, "Ada; Okafor");
	assert_int_equal(q[1].speaker.n, 0);
	dx_record_fini(&r);
}

static void test_bad_lines(void **state)
{
	(void)state;
	dx_record r = parse(TEXT,
		"T1\tContent 0 24\t\xe2\x80\x9cWe will not\npay twice,\xe2\x80\x9d\n"
		"T2\tContent 0 24\tWe will never pay\nbut we did\n"
		"T3\tContent 24 24\t\n"
		"T4\tContent 10 999\tx\n"
		"T5\tContent ten 24\tx\n"
		"T6\tContent 4294967306 24\tx\n"
		"T7\tSource 30 40\tAda Okafor\n"
		"T7\tSource 68 71\tshe\n"
		"E1\tQuote Content:T1\n"
		"E2\tQuote:T7 Content:T99\n"
		"E3\tQuote:T98 Content:T1\n"
		"E4\tQuote:T7 Source:T7\n"
		"R1\tSays T7\n"
		"R2\tSays Arg1:T7 Arg2:T97\n"
		"A1\tType E9 direct\n"
		"A2\tStance\n"
		"Q1\tContent 0 1\tx\n"
		"T8\tContent 79 90\t\xe2\x80\x9cnot ever.\xe2\x80\x9d\n"
		"A3\tAct T8 sung\n"
		"#1\tAnnotatorNotes T96\tspeaker: x\n"
		"#2\tAnnotatorNotes T8\tspeaker: \xff\n",
		"3: T2: its text is not what stands at its offsets\n"
		"5: characters 24 to 24 are not inside the text (0 to 120)\n"
		"6: characters 10 to 999 are not inside the text (0 to 120)\n"
		"7: offsets are not \"BEGIN END\" or \"BEGIN END;BEGIN END\"\n"
		"8: offsets are not \"BEGIN END\" or \"BEGIN END;BEGIN END\"\n"
		"11: E1: no trigger such as \"Quote:T1\"\n"
		"15: not a relation such as \"Said Arg1:T1 Arg2:T2\"\n"
		"18: not an attribute such as \"Stance E1 oppose\"\n"
		"19: not an annotation: it does not begin with T, E, R, A and a number, or with #, N, M, *, and a tab\n"
		"23: not valid UTF-8\n"
		"10: T7 is there already\n"
		"12: E2: its content T99 is not there\n"
		"13: E3: its trigger T98 is not there\n"
		"14: E4: a quote without a content\n"
		"16: its second argument is not there\n"
		"17: E9 is not there\n"
		"21: not a value that Act can have\n"
		"22: T96 is not there\n");
	assert_int_equal(r.n_quotes, 1);         /* T1 is the content of a quote that was refused */
	assert_pieces(&r, r.quotes[0].content, "\xe2\x80\x9cnot ever.\xe2\x80\x9d");
	dx_record_fini(&r);
}

static void test_limits(void **state)
{
	char notes[3000] = "T1\tContent ";
	(void)state;
	for (int i = 0; i <= DX_BRAT_PIECES; i++)
		strcat(notes, i ? ";0 1" : "0 1");
	strcat(notes, "\tx\nT2\tContent 25 29\tsaid\nE1\tContent:T2");
	for (int i = 0; i <= DX_BRAT_PIECES; i++)
		strcat(notes, " Source:T2");
	dx_record r = parse(TEXT, notes, "1: more than 100 pieces\n3: E1: more than 100 roles\n");
	assert_int_equal(r.n_quotes, 1);
	dx_record_fini(&r);
	dx_brat_log log = { 0 };
	dx_err err;
	assert_int_equal(dx_brat_parse(&r, DX_STR("x"), (dx_str){ "a\xff", 2 }, DX_STR(""), "x.ann", &log, arena, &err), DX_EUTF8);
	assert_int_equal(dx_brat_parse(&r, DX_STR("x"), DX_STR("a"), (dx_str){ TEXT, DX_BRAT_MOST + 1 }, "x.ann", &log, arena, &err), DX_ELIMIT);
	assert_non_null(strstr(err.msg, "64 MB"));
}

/* An article in which nothing is marked has no quotes, which is something to learn from. */
static void test_nothing_marked(void **state)
{
	(void)state;
	dx_record r = parse("", "", "");
	assert_true(r.has_quotes);
	assert_int_equal(r.n_quotes, 0);
	dx_record_fini(&r);
}

static void test_files(void **state)
{
	dx_record r;
	dx_err err;
	dx_brat_log log = { note, NULL, 0 };
	const char **v;
	size_t n;
	(void)state;
	assert_true(dx_brat_named("a/b.ann"));
	assert_false(dx_brat_named("b.txt") || dx_brat_named(".ann") || dx_brat_named("ann"));
	assert_int_equal(dx_brat_list(&v, &n, dir, arena, &err), DX_EIO);
	assert_non_null(strstr(err.msg, "a directory without .ann files"));
	file("b.txt", "He said no.");
	file("b.ann", "T1\tContent 8 10\tno\n");
	file("a.ann", "");
	file("annotation.conf", "[entities]\n");
	assert_int_equal(dx_brat_list(&v, &n, dir, arena, &err), DX_OK);
	assert_int_equal(n, 2);
	assert_string_equal(v[0], in_dir("a.ann"));
	assert_string_equal(v[1], in_dir("b.ann"));
	assert_int_equal(dx_brat_read(&r, v[0], &log, arena, &err), DX_EIO);
	assert_non_null(strstr(err.msg, "a.txt: No such file"));
	assert_int_equal(dx_brat_read(&r, v[1], &log, arena, &err), DX_OK);
	assert_str(r.id, "b");
	assert_int_equal(r.n_quotes, 1);
	dx_record_fini(&r);
	assert_int_equal(dx_brat_read(&r, in_dir("c.ann"), &log, arena, &err), DX_EIO);
	assert_int_equal(dx_brat_list(&v, &n, in_dir("none"), arena, &err), DX_EIO);
}

/* --- there and back --- */

static void put(dx_sink *sink, const dx_record *rec)
{
	char *made = NULL;
	size_t n;
	dx_found f = { .rec = *rec, .kept = true };
	FILE *to = open_memstream(&made, &n);
	assert_non_null(to);
	assert_int_equal(dx_write_brat.record(to, &f, &(dx_write_opts){ 0 }, NULL), DX_OK);
	fclose(to);
	assert_int_equal(dx_write_brat.put(sink, (dx_str){ made, n }, NULL), DX_OK);
	free(made);
}

/* Pieces with line ends only between them are one, on the way back. */
static dx_spans rejoined(const dx_record *r, dx_spans s)
{
	dx_spans out = { dx_arena_array(arena, s.n + 1, sizeof(dx_span)), 0 };
	for (size_t i = 0; i < s.n; i++) {
		uint32_t at = i ? s.v[i - 1].end : 0;
		while (i && at < s.v[i].beg && strchr("\r\n", r->text.p[at]))
			at++;
		if (i && at == s.v[i].beg)
			out.v[out.n - 1].end = s.v[i].end;
		else
			out.v[out.n++] = s.v[i];
	}
	return out;
}

static void assert_spans(dx_spans a, dx_spans b)
{
	assert_int_equal(a.n, b.n);
	if (a.n)
		assert_memory_equal(a.v, b.v, a.n * sizeof *a.v);
}

static void assert_same(dx_str a, dx_str b)
{
	assert_int_equal(a.n, b.n);
	if (a.n)
		assert_memory_equal(a.p, b.p, a.n);
}

static void assert_same_quotes(const dx_record *got, const dx_record *r)
{
	assert_same(got->id, r->id);
	assert_same(got->text, r->text);
	assert_int_equal(got->n_quotes, r->n_quotes);
	for (size_t i = 0; i < r->n_quotes; i++) {
		const dx_quote *a = got->quotes + i, *b = r->quotes + i;
		assert_spans(a->content, rejoined(r, b->content));
		assert_spans(a->cue, rejoined(r, b->cue));
		assert_spans(a->source, rejoined(r, b->source));
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->act, b->act);
		assert_same(a->stance, b->stance);
		assert_same(a->speaker, b->speaker);
		assert_same(a->target, b->target);
		if (b->speaker.n)
			assert_int_equal(a->kind, b->kind);
	}
}

/* The corpus of the project: direct, indirect and mixed quotes, with and without cue and source, in pieces, over paragraphs. */
static void test_round_trip(void **state)
{
	static const char *const FILES[] = { "datasets/newsroom/train.jsonl", "datasets/newsroom/test.jsonl" };
	size_t n_quotes = 0;
	(void)state;
	dx_sink sink = { .dir = dir };
	for (size_t i = 0; i < DX_COUNT(FILES); i++) {
		dx_str line;
		bool more;
		dx_lines in = { .from = fopen(FILES[i], "rb") };
		assert_non_null(in.from);
		while (!dx_lines_next(&line, &more, &in, NULL) && more) {
			dx_record r, again;
			char name[40], path[80];
			dx_err err = { .msg = "" };
			dx_brat_log log = { note, NULL, 0 };
			if (dx_record_parse(&r, line, arena, &err))
				fail_msg("%s", err.msg);
			snprintf(name, sizeof name, "article-%zu-%zu", i, in.n_line);
			snprintf(path, sizeof path, "%s/%s.ann", dir, name);
			r.id = dx_str_of(name);          /* one that is a file name */
			put(&sink, &r);
			refused[0] = '\0';
			if (dx_brat_read(&again, path, &log, arena, &err))
				fail_msg("%s", err.msg);
			assert_string_equal(refused, "");
			assert_same_quotes(&again, &r);
			n_quotes += again.n_quotes;
			dx_record_fini(&again);
			dx_record_fini(&r);
		}
		fclose(in.from);
		dx_lines_fini(&in);
	}
	dx_sink_fini(&sink);
	assert_true(n_quotes > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polnear), cmocka_unit_test(test_line_ends_inside), cmocka_unit_test(test_relations),
		cmocka_unit_test(test_roles), cmocka_unit_test(test_remarks), cmocka_unit_test(test_bad_lines), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_nothing_marked), cmocka_unit_test(test_files), cmocka_unit_test(test_round_trip),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
