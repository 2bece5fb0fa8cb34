/* test_target.c - what a quote may be about: how names and phrases are cut, that vectors hold an index once, and that the ranking is learned. */
#include "features/stance_case.h"
#include "features/tagset.h"
#include "model/decide_target.h"
#include "tests/article.h"
#include "train/cross_target.h"
#include "train/train_target.h"

typedef article fixture;

static void analyse(dx_doc *doc, const fixture *f, const char *text)
{
	dx_err err;
	assert_int_equal(dx_analyse(doc, f->header, dx_str_of(text), f->arena, &err), DX_OK);
}

/* Tags of the document's tokens, one after another with blanks between. */
static void tag(dx_doc *doc, const char *tags)
{
	size_t n = 0;
	int used;
	char one[8];
	for (const char *p = tags; sscanf(p, " %7s%n", one, &used) == 1; p += used) {
		assert_true(n < doc->n_tok);
		doc->tok[n++].pos = (uint8_t)dx_pos_of_penn(dx_str_of(one));
	}
	assert_int_equal(n, doc->n_tok);
}

/* The candidates of a quote that is the whole document. c must outlive the pool. */
static void candidates(dx_target_pool *pool, dx_targets *names, dx_stance_case *c, const dx_doc *doc)
{
	dx_err err;
	dx_span content = { 0, (uint32_t)doc->text.n };
	const dx_quote q = { .content = { &content, 1 } };
	assert_int_equal(dx_stance_of_quote(c, doc, &q, (dx_str){ NULL, 0 }, &err), DX_OK);
	assert_int_equal(dx_targets_new(names, doc, &err), DX_OK);
	dx_target_candidates(pool, names, c);
}

/* Kind of the candidate of that text, -1 when there is none. */
static int kind_of(const dx_target_pool *p, const char *text)
{
	for (size_t i = 0; i < p->n; i++) {
		dx_str s;
		dx_err err;
		assert_int_equal(dx_target_text(&s, p->names->doc, p->v[i].text, &err), DX_OK);
		if (dx_str_eq(s, dx_str_of(text)))
			return p->v[i].kind;
	}
	return -1;
}

/* In a headline names are told apart by the tagger's classes; a title with a full stop is no part of a name and none of its own. */
static void test_names(void **state)
{
	const fixture *f = *state;
	static const uint8_t P = DX_NER_PERSON, O = DX_NER_OUTSIDE, NER[] = { P, P, O, O, P, P };
	dx_doc doc;
	dx_targets t;
	dx_err err;
	analyse(&doc, f, "Ada Ode Hits Back Ben Holt");
	assert_int_equal(doc.n_tok, DX_COUNT(NER));
	for (size_t i = 0; i < doc.n_tok; i++)
		doc.tok[i].ner = NER[i];
	assert_int_equal(dx_targets_new(&t, &doc, &err), DX_OK);
	assert_true(t.of_tok[0] >= 0 && t.of_tok[0] == t.of_tok[1] && t.of_tok[4] == t.of_tok[5]);
	assert_true(t.of_tok[0] != t.of_tok[4] && t.of_tok[4] != t.of_tok[3]);
	assert_int_equal(t.name[t.of_tok[0]].ner, DX_NER_PERSON);
	assert_int_equal(t.name[t.of_tok[0]].gender, DX_PRONOUNS_FEMALE);
	analyse(&doc, f, "We like Mr. Holt.");
	assert_int_equal(dx_targets_new(&t, &doc, &err), DX_OK);
	assert_true(t.of_tok[2] < 0 && t.of_tok[3] >= 0);
	assert_int_equal(t.name[t.of_tok[3]].gender, DX_PRONOUNS_MALE);
}

static void test_phrases(void **state)
{
	const fixture *f = *state;
	static const struct { const char *text, *tags, *phrase; int kind; } CASE[] = {
		{ "raise the harbour fee for boats", "VB DT NN NN IN NNS", "harbour fee", DX_TG_PHRASE },
		{ "raise the harbour fee for boats", "VB DT NN NN IN NNS", "fee", DX_TG_PART },
		{ "raise the harbour fee for boats", "VB DT NN NN IN NNS", "boats", DX_TG_PHRASE },
		{ "raise the harbour fee for boats", "VB DT NN NN IN NNS", "harbour fee for boats", DX_TG_LONG },
		{ "raise the harbour fee for boats", "VB DT NN NN IN NNS", "raise the harbour fee", DX_TG_DEED },
		{ "raise the harbour fee for boats", "VB DT NN NN IN NNS", "raise the harbour fee for boats", DX_TG_DEED },
		/* a plural hardly stands before another noun */
		{ "tax cuts result", "NN NNS NN", "tax cuts", DX_TG_PHRASE }, { "tax cuts result", "NN NNS NN", "tax cuts result", -1 },
		{ "we saw Ode's plan", "PRP VBD NNP POS NN", "Ode", DX_TG_NAME }, { "we saw Ode's plan", "PRP VBD NNP POS NN", "plan", DX_TG_PHRASE },
		{ "we saw Ode's plan", "PRP VBD NNP POS NN", "Ode's plan", DX_TG_LONG },
		{ "we saw Ode and Holt", "PRP VBD NNP CC NNP", "Ode and Holt", DX_TG_LONG },
		{ "we saw Ode and fees", "PRP VBD NNP CC NNS", "Ode and fees", -1 },
		/* what has been done is no part of what it is done to */
		{ "he has made announcements", "PRP VBZ VBN NNS", "announcements", DX_TG_PHRASE },
		{ "the proposed merger", "DT VBN NN", "proposed merger", DX_TG_PHRASE },
		/* finite verbs begin no deed */
		{ "they raise fees", "PRP VBP NNS", "raise fees", -1 }, { "to raise fees", "TO VB NNS", "raise fees", DX_TG_DEED },
	};
	for (size_t i = 0; i < DX_COUNT(CASE); i++) {
		dx_doc doc;
		dx_targets names;
		dx_stance_case c;
		dx_target_pool pool;
		analyse(&doc, f, CASE[i].text);
		tag(&doc, CASE[i].tags);
		candidates(&pool, &names, &c, &doc);
		const int kind = kind_of(&pool, CASE[i].phrase);
		if (kind != CASE[i].kind)
			fail_msg("%s: %s is of kind %d", CASE[i].text, CASE[i].phrase, kind);
	}
}

/* The limit holds, the frame and the article keep their room, and no index comes twice. */
static void test_vectors(void **state)
{
	const fixture *f = *state;
	char text[4096] = "Ada Ode likes the plan.";
	for (unsigned i = 0; i < 120; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), " We like the %c%crock and fear the %c%cfrog.", 'a' + i % 26, 'a' + i / 26,
		         'a' + i / 26, 'a' + i % 26);
	dx_doc doc;
	dx_targets names;
	dx_stance_case c;
	dx_target_pool pool;
	dx_vec x = { .arena = f->arena };
	dx_err err;
	analyse(&doc, f, text);
	candidates(&pool, &names, &c, &doc);
	assert_true(pool.n > 40 && pool.n <= DX_CANDIDATES);
	for (size_t i = 0; i < pool.n; i++) {
		assert_int_equal(dx_target_vector(&x, &pool, i, &err), DX_OK);
		assert_true(x.n > 5);
		for (size_t k = 0; k < x.n; k++) {
			assert_true(x.f[k].i < DX_TARGET_DIM);
			for (size_t j = 0; j < k; j++)
				assert_int_not_equal(x.f[j].i, x.f[k].i);
		}
	}
}

#define THINGS 8

/* One quote about what stands behind "against", with a distraction that stands behind "despite". */
static dx_record example(dx_arena *arena, size_t about, size_t beside)
{
	static const char *const THING[THINGS] = { "harbour", "bridge", "tunnel", "museum", "airport", "market", "school", "library" };
	char buf[128];
	const int n = snprintf(buf, sizeof buf, "despite the %s we spoke against the %s", THING[beside], THING[about]);
	char *text = dx_arena_strdup(arena, (dx_str){ buf, (size_t)n });
	dx_quote *q = dx_arena_alloc(arena, sizeof *q);
	dx_span *content = dx_arena_alloc(arena, sizeof *content);
	assert_true(text && q && content);
	*content = (dx_span){ 0, (uint32_t)n };
	*q = (dx_quote){ .content = { content, 1 }, .target = dx_str_of(THING[about]), .stance = DX_STR("oppose") };
	return (dx_record){ .text = { text, (size_t)n }, .has_quotes = true, .quotes = q, .n_quotes = 1 };
}

static void test_learning(void **state)
{
	const fixture *f = *state;
	const dx_train_options opt = { .seed = 1, .header = f->header };
	dx_record recs[THINGS * THINGS];
	dx_writer *w, *again;
	dx_target_model m;
	dx_err err;
	size_t n = 0, right = 0;
	for (size_t i = 0; i < THINGS; i++)
		for (size_t k = 0; k < THINGS; k++)
			if (i != k && (i + k) % 3)
				recs[n++] = example(f->arena, i, k);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_writer_new(&again, &err), DX_OK);
	assert_int_equal(dx_train_target(w, recs, n, &opt, &err), DX_OK);
	assert_int_equal(dx_train_target(again, recs, n, &opt, &err), DX_OK);
	const dx_str s = dx_writer_section(w, "target");
	assert_true(dx_str_eq(s, dx_writer_section(again, "target")));
	assert_int_equal(dx_target_load(&m, s, &err), DX_OK);
	assert_true(m.present);
	n = 0;
	for (size_t i = 0; i < THINGS; i++)
		for (size_t k = 0; k < THINGS; k++) {
			dx_record r = example(f->arena, i, k);
			dx_doc doc;
			dx_targets names;
			dx_stance_case c;
			dx_target_choice choice;
			if (i == k || (i + k) % 3)
				continue;
			analyse(&doc, f, r.text.p);
			assert_int_equal(dx_targets_new(&names, &doc, &err), DX_OK);
			assert_int_equal(dx_stance_of_quote(&c, &doc, r.quotes, (dx_str){ "", 0 }, &err), DX_OK);
			assert_int_equal(dx_target_choose(&choice, &c, &names, &m, &err), DX_OK);
			n++;
			right += dx_str_eq(choice.text, r.quotes[0].target);
		}
	assert_true(n > 10);
	assert_int_equal(right, n);
	dx_writer_free(w);
	dx_writer_free(again);
}

static bool has_speaker(const fixture *f, const char *text, dx_span content, dx_span source)
{
	dx_doc doc;
	dx_targets names;
	dx_stance_case c;
	dx_target_pool pool;
	dx_err err;
	const dx_quote q = { .content = { &content, 1 }, .source = { &source, 1 } };
	analyse(&doc, f, text);
	doc.tok[0].ner = doc.tok[1].ner = DX_NER_PERSON;
	assert_int_equal(dx_targets_new(&names, &doc, &err), DX_OK);
	assert_int_equal(dx_stance_of_quote(&c, &doc, &q, (dx_str){ "", 0 }, &err), DX_OK);
	dx_target_candidates(&pool, &names, &c);
	for (size_t i = 0; i < pool.n; i++)
		if (dx_str_eq(dx_slice(&doc, dx_range_span(&doc, pool.v[i].text)), DX_STR("Ada Ode")))
			return true;
	return false;
}

/* "it" is not the speaker; "she" may be, and a deed may be hers. */
static void test_self(void **state)
{
	const fixture *f = *state;
	assert_false(has_speaker(f, "Ada Ode voted against it.", (dx_span){ 22, 24 }, (dx_span){ 0, 7 }));
	assert_true(has_speaker(f, "Ada Ode said she was right.", (dx_span){ 13, 26 }, (dx_span){ 0, 7 }));
	assert_true(has_speaker(f, "Ada Ode wants to raise the fee.", (dx_span){ 14, 30 }, (dx_span){ 0, 7 }));
}

/* Quotes without targets of their own get those that the ranking of a base finds; without a base none. */
static void test_base(void **state)
{
	const fixture *f = *state;
	const dx_train_options opt = { .seed = 1, .folds = 2, .header = f->header };
	dx_record recs[THINGS * THINGS];
	dx_cross_target *found;
	dx_writer *w;
	dx_err err;
	size_t n = 0, n_found, n_right = 0;
	for (size_t i = 0; i < THINGS; i++)
		for (size_t k = 0; k < THINGS; k++)
			if (i != k)
				recs[n++] = example(f->arena, i, k);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_train_target(w, recs, n, &opt, &err), DX_OK);
	for (size_t i = 0; i < n; i++)
		recs[i].quotes[0].target = (dx_str){ NULL, 0 };
	assert_int_equal(dx_cross_targets(&found, &n_found, recs, n, &opt, dx_writer_section(w, "target"), f->arena, &err), DX_OK);
	assert_int_equal(n_found, n);
	for (size_t i = 0; i < n; i++) {
		const dx_str text = recs[i].text, about = found[i].text;
		n_right += about.n < text.n && dx_str_eq(about, (dx_str){ text.p + text.n - about.n, about.n });      /* the text ends with it */
		assert_true(about.n > 0 && found[i].last == dx_hash(about.p, about.n));
	}
	assert_int_equal(n_right, n);
	assert_int_equal(dx_cross_targets(&found, &n_found, recs, n, &opt, (dx_str){ NULL, 0 }, f->arena, &err), DX_OK);
	for (size_t i = 0; i < n_found; i++)
		assert_int_equal(found[i].text.n, 0);
	dx_writer_free(w);
}

static void test_damaged(void **state)
{
	static const double w[] = { 0.5, -1, 0.25 };
	(void)state;
	dx_writer *to;
	dx_target_model m;
	dx_err err;
	char bytes[64];
	assert_int_equal(dx_writer_new(&to, &err), DX_OK);
	assert_int_equal(dx_target_put(to, w, DX_COUNT(w), &err), DX_OK);
	const dx_str s = dx_writer_section(to, "target");
	assert_true(s.n <= sizeof bytes);
	assert_int_equal(dx_target_load(&m, s, &err), DX_OK);
	assert_int_equal(m.n, 3);
	assert_true(m.w[1] == -INT16_MAX && abs(m.w[0] - INT16_MAX / 2) <= 1);
	assert_int_equal(dx_target_load(&m, (dx_str){ s.p, s.n - 1 }, &err), DX_EFORMAT);
	memcpy(bytes, s.p, s.n);
	bytes[0] = 4;
	assert_int_equal(dx_target_load(&m, (dx_str){ bytes, s.n }, &err), DX_EFORMAT);
	assert_non_null(strstr(err.msg, "section target: version 4"));
	assert_false(m.present);
	dx_writer_free(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_phrases), cmocka_unit_test(test_vectors), cmocka_unit_test(test_learning),
		cmocka_unit_test(test_self), cmocka_unit_test(test_base), cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests(tests, article_setup, article_teardown);
}
