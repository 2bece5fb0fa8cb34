/* test_record.c - the record format: what is read, what is refused and why, what is written back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "datasets/record.h"

static dx_err err;

static int setup(void **state)
{
	return dx_arena_new((dx_arena **)state, NULL) ? -1 : 0;
}

static int teardown(void **state)
{
	dx_arena_free(*state);
	return 0;
}

static dx_status parse(dx_record *r, const char *line, dx_arena *a)
{
	memset(&err, 0, sizeof err);
	return dx_record_parse(r, dx_str_of(line), a, &err);
}

/* What the record looks like when written; the caller frees it. */
static char *written(const dx_record *r)
{
	long n;
	char *buf;
	FILE *f = tmpfile();
	assert_non_null(f);
	assert_int_equal(dx_record_write(r, f, &err), DX_OK);
	n = ftell(f);
	rewind(f);
	buf = calloc(1, (size_t)n + 1);
	assert_non_null(buf);
	assert_int_equal(fread(buf, 1, (size_t)n, f), n);
	fclose(f);
	return buf;
}

static void assert_written(const dx_record *r, const char *want)
{
	char *got = written(r);
	assert_int_equal(got[strlen(got) - 1], '\n');
	got[strlen(got) - 1] = '\0';
	assert_string_equal(got, want);
	free(got);
}

#define TEXT "\\u201cWe agree,\\u201d said Zo\\u00eb \\ud83d\\ude00."
/* bytes: “ 0..3, We agree, 3..12, ” 12..15, said 16..20, Zoë 21..25, emoji 26..30 */

static void test_every_field(void **state)
{
	dx_record r;
	assert_int_equal(parse(&r, "{\"id\":\"a1\",\"title\":\"T\",\"date\":20220113,\"source\":{\"x\":1},\"url\":null,\"text\":\"" TEXT "\","
		"\"quotes\":[{\"type\":\"direct\",\"content\":[[0,15]],\"cue\":[[16,20]],\"source\":[[21,25]],\"speaker\":\"Zo\\u00eb\","
		"\"kind\":\"person\",\"entity\":0,\"act\":\"speech\",\"stance\":\"support\",\"target\":\"it\",\"target_span\":[3,5],"
		"\"p\":{\"support\":0.75,\"oppose\":0.25},\"confidence\":{\"quote\":0.5,\"speaker\":1,\"stance\":0}}],"
		"\"entities\":[{\"name\":\"Zo\\u00eb\",\"kind\":\"person\",\"title\":\"Dr\",\"mentions\":[[21,25]]}]}", *state), DX_OK);
	assert_true(dx_str_eq(r.id, DX_STR("a1")));
	assert_true(dx_str_eq(r.title, DX_STR("T")));
	assert_true(dx_str_eq(r.date, DX_STR("20220113")));
	assert_int_equal(r.source.n + r.url.n, 0);
	assert_int_equal(r.text.n, 31);
	assert_true(r.has_quotes && !r.is_statement);
	assert_int_equal(r.n_quotes, 1);
	const dx_quote *q = &r.quotes[0];
	assert_int_equal(q->type, DX_DIRECT);
	assert_int_equal(q->content.v[0].end, 15);
	assert_int_equal(q->cue.v[0].beg, 16);
	assert_int_equal(q->source.v[0].beg, 21);
	assert_true(dx_str_eq(q->speaker, DX_STR("Zo\u00eb")));
	assert_int_equal(q->kind, DX_KIND_PERSON);
	assert_int_equal(q->act, DX_ACT_SPEECH);
	assert_int_equal(q->entity, 0);
	assert_int_equal(q->target_span.end, 5);
	assert_int_equal(q->n_p, 2);
	assert_true(dx_str_eq(q->p[1].label, DX_STR("oppose")) && q->p[1].p == 0.25);
	assert_true(q->conf_quote == 0.5 && q->conf_speaker == 1 && q->conf_stance == 0);
	assert_int_equal(r.n_entities, 1);
	assert_true(dx_str_eq(r.entities[0].title, DX_STR("Dr")));
	assert_int_equal(r.entities[0].mentions.n, 1);
	dx_record_fini(&r);
	assert_null(r.root);
}

static void test_absent_fields(void **state)
{
	dx_record r;
	assert_int_equal(parse(&r, "{\"text\":\"ab\",\"quotes\":[{\"content\":[[0,1]],\"speaker\":null,\"cue\":null,\"act\":\"\"}]}",
	                       *state), DX_OK);
	const dx_quote *q = &r.quotes[0];
	assert_int_equal(r.id.n + q->speaker.n + q->cue.n + q->source.n + q->n_p, 0);
	assert_int_equal(q->entity, -1);
	assert_int_equal(q->act, DX_ACT_NONE);
	assert_true(q->conf_quote < 0 && q->conf_stance < 0);
	dx_record_fini(&r);
	assert_int_equal(parse(&r, "{\"text\":\"\"}", *state), DX_OK);
	assert_false(r.has_quotes || r.is_statement);
	dx_record_fini(&r);
	assert_int_equal(parse(&r, "{\"text\":\"\",\"quotes\":[],\"target\":\"x\"}", *state), DX_OK);
	assert_true(r.has_quotes && !r.is_statement);
	dx_record_fini(&r);
}

static void test_guessed_types(void **state)
{
	dx_record r;
	assert_int_equal(parse(&r, "{\"text\":\"\\\"ab\\\" c\\\"d\\\" e\",\"quotes\":[{\"content\":[[0,4]]},{\"content\":[[5,9]]},"
	                           "{\"content\":[[10,11]]},{\"content\":[[0,4],[5,6]]}]}", *state), DX_OK);
	assert_int_equal(r.quotes[0].type, DX_DIRECT);
	assert_int_equal(r.quotes[1].type, DX_MIXED);
	assert_int_equal(r.quotes[2].type, DX_INDIRECT);
	assert_int_equal(r.quotes[3].type, DX_MIXED);
	dx_record_fini(&r);
}

static void test_numeric_ids(void **state)
{
	dx_record r;
	assert_int_equal(parse(&r, "{\"id\":42,\"text\":\"\"}", *state), DX_OK);
	assert_true(dx_str_eq(r.id, DX_STR("42")));
	dx_record_fini(&r);
	assert_int_equal(parse(&r, "{\"id\":1.5,\"text\":\"\"}", *state), DX_OK);
	assert_true(dx_str_eq(r.id, DX_STR("1.5")));
	dx_record_fini(&r);
}

static void test_statement(void **state)
{
	dx_record r;
	assert_int_equal(parse(&r, "{\"text\":\"We like tea.\",\"target\":\"tea\",\"target_span\":[8,11],\"holder\":\"We\","
	                           "\"holder_span\":[0,2],\"stance\":\"FAVOR\",\"p\":{\"FAVOR\":1,\"NONE\":0.0}}", *state), DX_OK);
	assert_true(r.is_statement && !r.has_quotes);
	assert_true(dx_str_eq(r.target, DX_STR("tea")) && dx_str_eq(r.holder, DX_STR("We")));
	assert_true(dx_str_eq(r.stance, DX_STR("FAVOR")));
	assert_int_equal(r.target_span.beg, 8);
	assert_int_equal(r.holder_span.end, 2);
	assert_int_equal(r.n_p, 2);
	dx_record_fini(&r);
}

static void test_nul(void **state)
{
	dx_record r;
	const char *line = "{\"text\":\"a\\u0000b\",\"quotes\":[{\"type\":\"indirect\",\"content\":[[0,3]],\"cue\":[],\"source\":[],"
	                   "\"text\":\"a\\u0000b\",\"speaker\":\"x\\u0000y\",\"kind\":\"unknown\"}]}";
	assert_int_equal(parse(&r, line, *state), DX_OK);
	assert_int_equal(r.text.n, 3);
	assert_int_equal(r.quotes[0].speaker.n, 3);
	assert_int_equal(dx_record_update(&r, DX_OFF_BYTE, &err), DX_OK);
	assert_written(&r, line);
	dx_record_fini(&r);
}

/* Unknown fields, their order, and numbers come back as they were. */
static void test_pass_through(void **state)
{
	static const char *const LINES[] = {
		"{\"z\":0.1,\"text\":\"ab\",\"a\":[1,-2.5,1e+300,0.71,123456789012345678,{}],\"m\":{\"b\":true,\"a\":null,\"\":false}}",
		"{\"text\":\"tab\\t \\\" \\\\ / \\u0001 \\n é 😀\",\"é\":\"ü\"}",
		"{\"n\":1.0,\"x\":0.30000000000000004,\"text\":\"\",\"quotes\":[],\"entities\":[]}",
	};
	for (size_t i = 0; i < DX_COUNT(LINES); i++) {
		dx_record r;
		assert_int_equal(parse(&r, LINES[i], *state), DX_OK);
		assert_written(&r, LINES[i]);
		dx_record_fini(&r);
	}
}

static void test_round_trip(void **state)
{
	dx_record r;
	const char *line = "{\"id\":\"a\",\"extra\":[1],\"text\":\"He said he agrees.\",\"quotes\":[{\"conf\":2,\"type\":\"indirect\","
		"\"content\":[[8,10],[11,17]],\"cue\":[[3,7]],\"source\":[[0,2]],\"text\":\"he agrees\",\"speaker\":\"Al\","
		"\"kind\":\"person\",\"entity\":0,\"act\":\"speech\",\"stance\":\"support\",\"target\":\"it\",\"target_span\":[8,10],"
		"\"p\":{\"support\":0.667,\"oppose\":0.333},\"confidence\":{\"quote\":0.97,\"stance\":0.1}}],"
		"\"entities\":[{\"name\":\"Al\",\"kind\":\"person\",\"title\":\"Mr\",\"mentions\":[[0,2]],\"more\":1}]}";
	assert_int_equal(parse(&r, line, *state), DX_OK);
	assert_int_equal(dx_record_update(&r, DX_OFF_BYTE, &err), DX_OK);
	assert_written(&r, line);
	/* strings of r are still valid, and a second time changes nothing */
	assert_true(dx_str_eq(r.quotes[0].speaker, DX_STR("Al")));
	assert_true(dx_str_eq(r.quotes[0].p[0].label, DX_STR("support")));
	assert_int_equal(dx_record_update(&r, DX_OFF_BYTE, &err), DX_OK);
	assert_written(&r, line);
	dx_record_fini(&r);
}

static void test_update_rounds_and_replaces(void **state)
{
	dx_record r;
	dx_span content[] = { { 1, 2 } };
	dx_quote q = dx_quote_empty();
	assert_int_equal(parse(&r, "{\"text\":\"abc\",\"quotes\":[{\"type\":\"mixed\",\"content\":[[0,2]],\"conf\":1}],\"x\":1}", *state),
	                 DX_OK);
	q.content = (dx_spans){ content, 1 };
	q.conf_quote = 0.12345;
	r.quotes = &q;
	assert_int_equal(dx_record_update(&r, DX_OFF_BYTE, &err), DX_OK);
	assert_written(&r, "{\"text\":\"abc\",\"quotes\":[{\"type\":\"direct\",\"content\":[[1,2]],\"cue\":[],\"source\":[],"
	                   "\"text\":\"b\",\"confidence\":{\"quote\":0.123}}],\"x\":1}");
	dx_record_fini(&r);
}

static void test_update_statement(void **state)
{
	dx_record r;
	dx_label_p p[] = { { DX_STR("pro"), 0.9996 }, { DX_STR("con"), 0.00041 } };
	assert_int_equal(parse(&r, "{\"text\":\"\\u00e9 tea\",\"target\":\"tea\",\"target_span\":[3,6],\"stance\":\"old\",\"k\":0}", *state),
	                 DX_OK);
	r.stance = DX_STR("pro");
	r.p = p;
	r.n_p = 2;
	assert_int_equal(dx_record_update(&r, DX_OFF_CODEPOINT, &err), DX_OK);
	assert_written(&r, "{\"text\":\"é tea\",\"target\":\"tea\",\"target_span\":[2,5],\"stance\":\"pro\",\"k\":0,"
	                   "\"p\":{\"pro\":1.0,\"con\":0.0}}");
	dx_record_fini(&r);
}

/* Both ways of writing an article that came without quotes give the same line: of the corpus, and of a quote with every field. */
static void check_new(dx_record *r)
{
	for (int unit = DX_OFF_BYTE; unit <= DX_OFF_UTF16; unit++) {
		char *line = NULL;
		size_t n;
		json_t *root = json_copy(r->root);
		FILE *to = open_memstream(&line, &n);
		assert_non_null(to);
		assert_true(dx_record_is_new(r));
		assert_int_equal(dx_record_write_new(r, (dx_offsets)unit, to, &err), DX_OK);
		fclose(to);
		assert_int_equal(dx_record_update(r, (dx_offsets)unit, &err), DX_OK);
		char *want = written(r);
		assert_string_equal(line, want);
		free(want);
		free(line);
		json_decref(r->root);
		r->root = root;
	}
}

static void test_new(void **state)
{
	FILE *f = fopen("datasets/newsroom/train.jsonl", "rb");
	dx_lines in = { .from = f };
	dx_str line;
	bool more;
	size_t n = 0;
	assert_non_null(f);
	while (dx_lines_next(&line, &more, &in, &err) == DX_OK && more) {
		dx_record r;
		assert_int_equal(dx_record_parse(&r, line, *state, &err), DX_OK);
		json_t *old = json_pack("[O,O]", json_object_get(r.root, "quotes"), json_object_get(r.root, "entities"));
		assert_false(dx_record_is_new(&r));
		json_object_del(r.root, "quotes");
		json_object_del(r.root, "entities");
		check_new(&r);
		json_decref(old);
		dx_record_fini(&r);
		n++;
	}
	assert_true(n > 50);
	dx_lines_fini(&in);
	fclose(f);
}

static void test_new_every_field(void **state)
{
	dx_record r;
	dx_span content[] = { { 0, 15 }, { 16, 20 } }, source[] = { { 21, 25 } }, mention[] = { { 21, 25 }, { 26, 30 } };
	dx_label_p p[] = { { DX_STR("p\"ro"), 0.25 }, { DX_STR("con"), 0.75 } };
	dx_quote q[2] = { dx_quote_empty(), dx_quote_empty() };
	dx_entity e[] = { { .name = DX_STR("Zo\xc3\xab"), .kind = DX_KIND_PERSON, .title = DX_STR("a\tb"), .mentions = { mention, 2 } },
		{ .name = DX_STR("tea") } };
	assert_int_equal(parse(&r, "{\"text\":\"" TEXT "\",\"z\":[1,{\"a\":null}],\"id\":7}", *state), DX_OK);
	q[0].type = DX_MIXED;
	q[0].content = (dx_spans){ content, 2 };
	q[0].cue = (dx_spans){ content + 1, 1 };
	q[0].source = (dx_spans){ source, 1 };
	q[0].speaker = e[0].name;
	q[0].kind = DX_KIND_PERSON;
	q[0].entity = 0;
	q[0].act = DX_ACT_THOUGHT;
	q[0].stance = DX_STR("con");
	q[0].target = DX_STR("\x01");
	q[0].target_span = (dx_span){ 16, 20 };
	q[0].p = p;
	q[0].n_p = 2;
	q[0].conf_quote = 0.12345;
	q[0].conf_stance = 1;
	q[1].content = (dx_spans){ content, 1 };
	check_new(&r);                           /* no quotes at all */
	r.quotes = q;
	r.n_quotes = 2;
	check_new(&r);
	r.entities = e;
	r.n_entities = 2;
	check_new(&r);
	dx_record_fini(&r);
}

/* Offsets of the article that comes after `lead` repeated `times`, whose repetition is cp code points and utf16 units. */
static void check_offsets(dx_arena *a, const char *lead, size_t times, json_int_t cp, json_int_t utf16)
{
	static const dx_offsets UNIT[] = { DX_OFF_BYTE, DX_OFF_CODEPOINT, DX_OFF_UTF16 };
	json_int_t per[] = { (json_int_t)strlen(lead), cp, utf16 };
	char *text = calloc(1, times * strlen(lead) + 2);
	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * strlen(lead), lead, strlen(lead));
	text[times * strlen(lead)] = 'q';
	for (size_t u = 0; u < 3; u++) {
		dx_record r;
		dx_span content[] = { { (uint32_t)(times * strlen(lead)), (uint32_t)(times * strlen(lead) + 1) } };
		dx_quote q = dx_quote_empty();
		q.content = (dx_spans){ content, 1 };
		assert_int_equal(dx_record_of_text(&r, DX_STR(""), dx_str_of(text), &err), DX_OK);
		r.quotes = &q;
		r.n_quotes = 1;
		assert_int_equal(dx_record_update(&r, UNIT[u], &err), DX_OK);
		json_t *span = json_array_get(json_object_get(json_array_get(json_object_get(r.root, "quotes"), 0), "content"), 0);
		assert_int_equal(json_integer_value(json_array_get(span, 0)), per[u] * (json_int_t)times);
		assert_int_equal(json_integer_value(json_array_get(span, 1)), per[u] * (json_int_t)times + 1);
		dx_record_fini(&r);
	}
	(void)a;
	free(text);
}

static void test_offsets(void **state)
{
	for (size_t times = 0; times < 200; times++) {
		check_offsets(*state, "a", times, 1, 1);
		check_offsets(*state, "é", times, 1, 1);
		check_offsets(*state, "“", times, 1, 1);
		check_offsets(*state, "😀", times, 1, 2);
		check_offsets(*state, "aé“😀", times, 4, 5);
	}
}

static void test_of_text(void **state)
{
	dx_record r;
	(void)state;
	assert_int_equal(dx_record_of_text(&r, DX_STR("x"), (dx_str){ "a\0b", 3 }, &err), DX_OK);
	assert_int_equal(r.text.n, 3);
	assert_written(&r, "{\"id\":\"x\",\"text\":\"a\\u0000b\"}");
	dx_record_fini(&r);
}

static void test_refused(void **state)
{
	static const struct { const char *line, *msg; } BAD[] = {
		{ "", "not JSON" },
		{ "{\"text\":\"a\"", "not JSON" },
		{ "{\"text\":\"a\"} x", "not JSON" },
		{ "{\"text\":\"\\ud800\"}", "not JSON" },
		{ "[1]", "expected a JSON object, found an array" },
		{ "{}", "the record has no field \"text\"" },
		{ "{\"text\":null}", "the record has no field \"text\"" },
		{ "{\"text\":3}", "text: expected a string, found a number" },
		{ "{\"text\":\"\",\"id\":[]}", "id: expected a string or a number, found an array" },
		{ "{\"text\":\"\",\"quotes\":{}}", "quotes: expected a list, found an object" },
		{ "{\"text\":\"\",\"quotes\":[1]}", "quotes[0]: expected a quote object, found a number" },
		{ "{\"text\":\"\",\"quotes\":[{}]}", "quotes[0].content: missing or empty; a quote has a content" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]]},{\"content\":[0,1]}]}",
		  "quotes[1].content[0]: expected a span [begin, end] of two whole numbers" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1.0]]}]}",
		  "quotes[0].content[0]: expected a span [begin, end] of two whole numbers" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,4]]}]}", "quotes[0].content[0]: span 0..4 is not inside the text (0..3)" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[-1,2]]}]}", "quotes[0].content[0]: span -1..2 is not inside the text (0..3)" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[2,1]]}]}", "quotes[0].content[0]: span 2..1 is not inside the text (0..3)" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,9223372036854775807]]}]}",
		  "quotes[0].content[0]: span 0..9223372036854775807 is not inside the text (0..3)" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[1,1]]}]}", "quotes[0].content[0]: span 1..1 is empty" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[1,2],[0,1]]}]}",
		  "quotes[0].content[1]: span 0..1 begins before the end of the one before it (2)" },
		{ "{\"text\":\"\u00e9b\",\"quotes\":[{\"content\":[[0,2]],\"cue\":[[1,2]]}]}",
		  "quotes[0].cue[0]: span 1..2 cuts the UTF-8 character at 1 (offsets count bytes)" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"source\":7}]}", "quotes[0].source: expected a list of spans, found a number" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"type\":\"odd\"}]}", "quotes[0].type: unknown type \"odd\"" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"kind\":\"odd\"}]}", "quotes[0].kind: unknown kind \"odd\"" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"act\":\"odd\"}]}", "quotes[0].act: unknown act \"odd\"" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"speaker\":[\"x\"]}]}", "quotes[0].speaker: expected a string, found an array" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"stance\":1}]}", "quotes[0].stance: expected a string, found a number" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"entity\":0}]}", "quotes[0].entity: 0 is not the index of one of 0 entities" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"p\":{\"a\":1.5}}]}", "quotes[0].p: 1.5 is not a probability" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"p\":[0.5]}]}", "quotes[0].p: expected an object of probabilities, found an array" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"confidence\":{\"quote\":\"x\"}}]}",
		  "quotes[0].confidence.quote: expected a number, found a string" },
		{ "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"target_span\":[2]}]}",
		  "quotes[0].target_span: expected a span [begin, end] of two whole numbers" },
		{ "{\"text\":\"abc\",\"entities\":[\"x\"]}", "entities[0]: expected an entity object, found a string" },
		{ "{\"text\":\"abc\",\"entities\":[{}]}", "entities[0].name: missing or empty; an entity has a name" },
		{ "{\"text\":\"abc\",\"entities\":[{\"name\":\"x\",\"mentions\":[[0,9]]}]}", "entities[0].mentions[0]: span 0..9 is not inside the text (0..3)" },
		{ "{\"text\":\"abc\",\"target\":1}", "target: expected a string, found a number" },
		{ "{\"text\":\"abc\",\"target\":\"x\",\"holder_span\":[0,7]}", "holder_span: span 0..7 is not inside the text (0..3)" },
	};
	for (size_t i = 0; i < DX_COUNT(BAD); i++) {
		dx_record r;
		bool cut = strcmp(BAD[i].msg, "not JSON") == 0;
		assert_int_equal(parse(&r, BAD[i].line, *state), DX_EFORMAT);
		assert_null(r.root);
		if (cut)
			err.msg[strlen(BAD[i].msg)] = '\0';
		assert_string_equal(err.msg, BAD[i].msg);
	}
}

static void test_bad_utf8(void **state)
{
	dx_record r;
	assert_int_equal(parse(&r, "{\"text\":\"a\xff\"}", *state), DX_EUTF8);
	assert_int_equal(err.offset, 10);
	assert_non_null(strstr(err.msg, "byte 10 (0xff)"));
}

static void test_hostile_value_in_message(void **state)
{
	dx_record r;
	char line[2000];
	memset(line, 0, sizeof line);
	strncat(line, "{\"text\":\"abc\",\"quotes\":[{\"content\":[[0,1]],\"kind\":\"\\n\\u001b", sizeof line - 1);
	for (int i = 0; i < 300; i++)
		strncat(line, "é", sizeof line - strlen(line) - 1);
	strncat(line, "\"}]}", sizeof line - strlen(line) - 1);
	assert_int_equal(parse(&r, line, *state), DX_EFORMAT);
	assert_null(strchr(err.msg, '\n'));
	assert_non_null(strstr(err.msg, "\"??é"));
	assert_non_null(strstr(err.msg, "é...\""));
}

static void test_depth_bomb(void **state)
{
	dx_record r;
	size_t n = 1000000;
	char *line = malloc(n);
	assert_non_null(line);
	memset(line, '[', n);
	assert_int_equal(dx_record_parse(&r, (dx_str){ line, n }, *state, &err), DX_EFORMAT);
	memcpy(line, "{\"a\":", 5);
	assert_int_equal(dx_record_parse(&r, (dx_str){ line, n }, *state, &err), DX_EFORMAT);
	assert_null(r.root);
	free(line);
}

static void test_lines(void **state)
{
	static const char INPUT[] = "\xef\xbb\xbf{\"a\"}\r\n\n  \t\r\nb\0c\n\nlast";
	dx_lines in = { .from = tmpfile() };
	dx_str line;
	bool more;
	(void)state;
	assert_non_null(in.from);
	fwrite(INPUT, 1, sizeof INPUT - 1, in.from);
	rewind(in.from);
	assert_int_equal(dx_lines_next(&line, &more, &in, &err), DX_OK);
	assert_true(more && dx_str_eq(line, DX_STR("{\"a\"}")));
	assert_int_equal(in.n_line, 1);
	assert_int_equal(dx_lines_next(&line, &more, &in, &err), DX_OK);
	assert_true(more && dx_str_eq(line, (dx_str){ "b\0c", 3 }));
	assert_int_equal(in.n_line, 4);
	assert_int_equal(dx_lines_next(&line, &more, &in, &err), DX_OK);
	assert_true(more && dx_str_eq(line, DX_STR("last")));
	assert_int_equal(in.n_line, 6);
	assert_int_equal(dx_lines_next(&line, &more, &in, &err), DX_OK);
	assert_false(more);
	fclose(in.from);
	dx_lines_fini(&in);
}

static void test_long_line(void **state)
{
	size_t n = (size_t)5 << 20;
	dx_lines in = { .from = tmpfile() };
	dx_str line;
	dx_record r;
	bool more;
	assert_non_null(in.from);
	fputs("{\"text\":\"", in.from);
	for (size_t i = 0; i < n; i++)
		putc('x', in.from);
	fputs("\"}\n", in.from);
	rewind(in.from);
	assert_int_equal(dx_lines_next(&line, &more, &in, &err), DX_OK);
	assert_int_equal(dx_record_parse(&r, line, *state, &err), DX_OK);
	assert_int_equal(r.text.n, n);
	dx_record_fini(&r);
	fclose(in.from);
	dx_lines_fini(&in);
}

static void test_unreadable(void **state)
{
	dx_lines in = { .from = fopen("/", "r") };       /* a directory opens, and does not read */
	dx_str line;
	bool more;
	(void)state;
	if (!in.from)
		skip();
	assert_int_equal(dx_lines_next(&line, &more, &in, &err), DX_EIO);
	fclose(in.from);
	dx_lines_fini(&in);
}

static void test_full_disk(void **state)
{
	dx_record r;
	FILE *f = fopen("/dev/full", "w");
	if (!f)
		skip();
	setvbuf(f, NULL, _IONBF, 0);
	assert_int_equal(parse(&r, "{\"text\":\"abc\"}", *state), DX_OK);
	assert_int_equal(dx_record_write(&r, f, &err), DX_EIO);
	dx_record_fini(&r);
	fclose(f);
}

static size_t allocations_left;

static void *failing_malloc(size_t n)
{
	if (allocations_left == 0)
		return NULL;
	allocations_left--;
	return malloc(n);
}

/* Every allocation of jansson fails in turn: an error each time, nothing lost (the sanitizer looks), nothing half-done.
 * Where jansson runs out of memory within a token it calls the token invalid. */
static void test_no_memory(void **state)
{
	const char *line = "{\"text\":\"ab c\",\"quotes\":[{\"content\":[[0,2]],\"speaker\":\"x\",\"p\":{\"a\":0.5}}],"
	                   "\"entities\":[{\"name\":\"x\",\"mentions\":[[0,2]]}]}";
	size_t n_failed = 0;
	json_set_alloc_funcs(failing_malloc, free);
	for (bool done = false; !done; n_failed++) {
		dx_record r;
		allocations_left = n_failed;
		dx_status st = parse(&r, line, *state);
		if (st)
			assert_true(st == DX_ENOMEM || st == DX_EFORMAT);
		else if ((st = dx_record_update(&r, DX_OFF_BYTE, &err)))
			assert_int_equal(st, DX_ENOMEM);
		done = st == DX_OK;
		dx_record_fini(&r);
	}
	for (size_t n = 0; n < 4; n++) {
		dx_record r;
		allocations_left = n;
		assert_int_equal(dx_record_of_text(&r, DX_STR("i"), DX_STR("t"), &err), DX_ENOMEM);
		assert_null(r.root);
	}
	json_set_alloc_funcs(malloc, free);
	assert_true(n_failed > 50);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_field), TEST(test_absent_fields), TEST(test_guessed_types), TEST(test_numeric_ids),
		TEST(test_statement), TEST(test_nul), TEST(test_pass_through), TEST(test_round_trip),
		TEST(test_update_rounds_and_replaces), TEST(test_update_statement), TEST(test_offsets), TEST(test_of_text),
		TEST(test_refused), TEST(test_bad_utf8), TEST(test_hostile_value_in_message), TEST(test_depth_bomb),
		TEST(test_new), TEST(test_new_every_field), TEST(test_lines), TEST(test_long_line), TEST(test_unreadable), TEST(test_full_disk), TEST(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
