/* test_score.c - the scorer on cases that were worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "evaluate/bootstrap.h"
#include "evaluate/corpus.h"
#include "evaluate/match.h"
#include "evaluate/report.h"
#include "evaluate/spans.h"

/* Ten tokens; token k is the byte range 2k..2k+1. */
#define LETTERS "a b c d e f g h i j"
#define REC(text, quotes) "{\"text\":\"" text "\",\"quotes\":[" quotes "]}"

typedef struct { dx_arena *arena; dx_scores s; dx_err err; } fixture;

static int setup(void **state)
{
	fixture *f = calloc(1, sizeof *f);
	if (!f || dx_arena_new(&f->arena, NULL))
		return -1;
	dx_scores_init(&f->s, f->arena);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture *f = *state;
	dx_arena_free(f->arena);
	free(f);
	return 0;
}

static void score(fixture *f, const char *gold, const char *pred)
{
	dx_record g, p = { .root = NULL };
	assert_int_equal(dx_record_parse(&g, dx_str_of(gold), f->arena, &f->err), DX_OK);
	if (pred)
		assert_int_equal(dx_record_parse(&p, dx_str_of(pred), f->arena, &f->err), DX_OK);
	if (g.is_statement)
		assert_int_equal(dx_score_statement(&f->s, &g, pred ? &p : NULL, &f->err), DX_OK);
	else
		assert_int_equal(dx_score_article(&f->s, &g, pred ? &p : NULL, f->arena, &f->err), DX_OK);
	dx_record_fini(&g);
	dx_record_fini(&p);
}

static void assert_cell(const fixture *f, dx_metric m, int slice, double hit_gold, double n_gold, double hit_pred, double n_pred)
{
	const dx_cell *c = &f->s.total[m][slice];
	if (c->hit_gold != hit_gold || c->n_gold != n_gold || c->hit_pred != hit_pred || c->n_pred != n_pred)
		fail_msg("%s, %s: %g/%g and %g/%g, expected %g/%g and %g/%g", dx_metric_of(m)->title, dx_slice_name(slice), c->hit_gold,
		         c->n_gold, c->hit_pred, c->n_pred, hit_gold, n_gold, hit_pred, n_pred);
}

static void test_tokens(void **state)
{
	fixture *f = *state;
	dx_spans tok;
	assert_int_equal(dx_tokens_find(&tok, dx_str_of("x_y \u201c\u2014 \u201cWe 12th."), f->arena, &f->err), DX_OK);
	assert_int_equal(tok.n, 4);                      /* x, y, “We, 12th */
	assert_int_equal(tok.v[1].beg, 2);
	assert_int_equal(tok.v[2].beg, 11);
	assert_int_equal(tok.v[2].end, 16);
	dx_span r = dx_tokens_under(tok, (dx_span){ 14, 18 });
	assert_int_equal(r.beg, 2);
	assert_int_equal(r.end, 4);
	r = dx_tokens_under(tok, (dx_span){ 3, 11 });
	assert_int_equal(r.beg, r.end);
}

static void test_trim(void **state)
{
	static const struct { const char *text, *want; bool content; } T[] = {
		{ "\u201cWe agree,\u201d ", "We agree", true }, { "that he left.", "he left", true }, { "That\u00a0\u201che left", "he left", true },
		{ "thatched", "thatched", true }, { "that he", "that he", false }, { "that", "that", true }, { " \u2014 '", "", true },
		{ "that that x", "that x", true }, { "\u00e9", "\u00e9", true },
	};
	(void)state;
	for (size_t i = 0; i < DX_COUNT(T); i++) {
		dx_span s = dx_span_trim(dx_str_of(T[i].text), (dx_span){ 0, (uint32_t)strlen(T[i].text) }, T[i].content);
		char got[40];
		snprintf(got, sizeof got, "%.*s", (int)(s.end - s.beg), T[i].text + s.beg);
		assert_string_equal(got, T[i].want);
	}
}

static void test_names(void **state)
{
	static const struct { const char *a, *b; bool strict, loose; } T[] = {
		{ "The Zo\u00eb Lee\u2019s", "zoe lee", true, true }, { "Ann Lee", "Lee", false, true }, { "Ann Lee", "Ann", false, false },
		{ "Ann Lee", "Bob Lee", false, false }, { "Ann Lee Jr.", "Ann Lee", false, true }, { "Lee III", "Lee", false, false },
		{ "Lee", "Lee III", false, true }, { "", "", false, false }, { "the", "the", false, false }, { "O\u2019Hara", "o'hara", true, true },
		{ "\u03a3\u039f\u03a6\u039f\u03a3", "\u03c3\u03bf\u03c6\u03bf\u03c2", true, true },
	};
	fixture *f = *state;
	for (size_t i = 0; i < DX_COUNT(T); i++) {
		dx_words a, b;
		assert_int_equal(dx_name_fold(&a, dx_str_of(T[i].a), f->arena, &f->err), DX_OK);
		assert_int_equal(dx_name_fold(&b, dx_str_of(T[i].b), f->arena, &f->err), DX_OK);
		if (dx_name_same(a, b) != T[i].strict || dx_name_loose(a, b) != T[i].loose)
			fail_msg("\"%s\" and \"%s\"", T[i].a, T[i].b);
	}
	assert_true(dx_name_known(DX_STR("Ann")));
	assert_false(dx_name_known(DX_STR("")) || dx_name_known(DX_STR("unknown")) || dx_name_known(DX_STR("author")));
}

static void test_forms(void **state)
{
	static const struct { const char *s; dx_form form; } T[] = {
		{ " He ", DX_FORM_PRONOUN }, { "who", DX_FORM_PRONOUN }, { "Ann", DX_FORM_NAME }, { "the US", DX_FORM_NAME },
		{ "The aide", DX_FORM_NOMINAL }, { "McDuff", DX_FORM_NOMINAL }, { "officials", DX_FORM_NOMINAL },
	};
	(void)state;
	for (size_t i = 0; i < DX_COUNT(T); i++) {
		dx_span s = { 0, (uint32_t)strlen(T[i].s) };
		assert_int_equal(dx_form_of(dx_str_of(T[i].s), (dx_spans){ &s, 1 }), T[i].form);
	}
	assert_int_equal(dx_form_of(dx_str_of("x"), (dx_spans){ NULL, 0 }), DX_FORM_NONE);
}

/* Gold a b c d, predicted c d e f: two of four tokens shared, six in either. */
static void test_spans(void **state)
{
	fixture *f = *state;
	score(f, REC(LETTERS, "{\"type\":\"direct\",\"content\":[[0,7]],\"cue\":[[10,11]]}"),
	      REC(LETTERS, "{\"type\":\"mixed\",\"content\":[[4,11]],\"cue\":[[10,12]]}"));
	assert_cell(f, DX_M_EXACT_CONTENT, DX_SLICE_ALL, 0, 1, 0, 1);
	assert_cell(f, DX_M_EXACT_CUE, DX_SLICE_ALL, 1, 1, 1, 1);
	assert_cell(f, DX_M_EXACT_SOURCE, DX_SLICE_ALL, 0, 0, 0, 0);
	assert_cell(f, DX_M_OVERLAP_CONTENT, DX_SLICE_ALL, 2, 4, 2, 4);
	assert_cell(f, DX_M_OVERLAP_CONTENT, DX_SLICE_TYPE + DX_DIRECT, 2, 4, 0, 0);
	assert_cell(f, DX_M_OVERLAP_CONTENT, DX_SLICE_TYPE + DX_MIXED, 0, 0, 2, 4);
	assert_cell(f, DX_M_PARTIAL_CONTENT, DX_SLICE_ALL, 0.5, 1, 0.5, 1);
	assert_cell(f, DX_M_BEGIN_CONTENT, DX_SLICE_ALL, 0, 1, 0, 1);
	assert_cell(f, DX_M_BEGIN_CUE, DX_SLICE_ALL, 1, 1, 1, 1);
	assert_cell(f, DX_M_JACCARD_CONTENT, DX_SLICE_ALL, 2, 6, 0, 0);
	assert_cell(f, DX_M_DETECTION, DX_SLICE_ALL, 0, 1, 0, 1);
	assert_cell(f, DX_M_GGT3, DX_SLICE_ALL, 1, 1, 1, 1);     /* 3 of 7 characters */
	assert_cell(f, DX_M_GGT3_VERB, DX_SLICE_ALL, 1, 1, 0, 0);
	assert_cell(f, DX_M_GGT8, DX_SLICE_ALL, 0, 1, 0, 1);
	assert_cell(f, DX_M_TYPE, DX_SLICE_ALL, 0, 0, 0, 0);
}

/* A long prediction covers a short gold quote: nothing for Jaccard, all for GGT. Pieces of equal quotes count once. */
static void test_one_sided(void **state)
{
	fixture *f = *state;
	score(f, REC(LETTERS, "{\"content\":[[0,1]],\"source\":[[2,3]]},{\"content\":[[16,19]],\"source\":[[2,3]]}"),
	      REC(LETTERS, "{\"content\":[[0,19]],\"source\":[[4,5]]}"));
	assert_cell(f, DX_M_DETECTION, DX_SLICE_ALL, 0, 2, 0, 1);
	assert_cell(f, DX_M_GGT8, DX_SLICE_ALL, 1, 2, 1, 1);
	assert_cell(f, DX_M_GGT8_SPEAKER, DX_SLICE_ALL, 0, 1, 0, 0);
	assert_cell(f, DX_M_PARTIAL_CONTENT, DX_SLICE_ALL, 2, 2, 0.3, 1);
	assert_cell(f, DX_M_EXACT_SOURCE, DX_SLICE_ALL, 0, 1, 0, 1);
}

/* The pair with the higher Jaccard goes first, though the other gold quote stands before. */
static void test_matching(void **state)
{
	fixture *f = *state;
	score(f, REC(LETTERS, "{\"type\":\"direct\",\"content\":[[0,5]]},{\"type\":\"mixed\",\"content\":[[0,7]]}"),
	      REC(LETTERS, "{\"type\":\"mixed\",\"content\":[[0,7]]}"));
	assert_cell(f, DX_M_DETECTION, DX_SLICE_ALL, 1, 2, 1, 1);
	assert_cell(f, DX_M_DETECTION, DX_SLICE_TYPE + DX_DIRECT, 0, 1, 0, 0);
	assert_cell(f, DX_M_DETECTION, DX_SLICE_TYPE + DX_MIXED, 1, 1, 1, 1);
	assert_cell(f, DX_M_TYPE, DX_SLICE_ALL, 1, 1, 0, 0);
}

/* Exactly one half is a match; ties go to the earlier quotes. */
static void test_threshold(void **state)
{
	dx_pair v[] = { { 0.5, 1, 0 }, { 0.5, 0, 1 }, { 0.5, 0, 0 }, { 0.4, 1, 1 } };
	uint32_t gold[2], pred[2];
	(void)state;
	dx_match(gold, 2, pred, 2, (dx_pairs){ v, 4 }, 0.5, false);
	assert_int_equal(gold[0], 0);
	assert_int_equal(gold[1], DX_NO_MATCH);
	assert_int_equal(pred[1], DX_NO_MATCH);
	dx_match(gold, 2, pred, 2, (dx_pairs){ v, 4 }, 0.5, true);
	assert_int_equal(gold[0], DX_NO_MATCH);
}

static void test_speakers(void **state)
{
	fixture *f = *state;
	score(f, REC("He Ann b c d e f", "{\"content\":[[7,8]],\"source\":[[0,2]],\"speaker\":\"Ann Lee\",\"kind\":\"unknown\"},"
	             "{\"content\":[[9,10]],\"source\":[[3,6]],\"speaker\":\"Ann Lee\",\"act\":\"speech\"},"
	             "{\"content\":[[11,12]],\"speaker\":\"unknown\"},{\"content\":[[13,14]],\"source\":[[0,2]],\"speaker\":\"Bo\"}"),
	      REC("He Ann b c d e f", "{\"content\":[[7,8]],\"source\":[[0,2]],\"speaker\":\"Lee\"},"
	             "{\"content\":[[9,10]],\"source\":[[0,2]],\"speaker\":\"ann lee\",\"act\":\"thought\"},"
	             "{\"content\":[[11,12]],\"speaker\":\"Bo\"}"));
	assert_cell(f, DX_M_MENTION, DX_SLICE_ALL, 1, 2, 0, 0);
	assert_cell(f, DX_M_MENTION_E2E, DX_SLICE_ALL, 1, 3, 1, 2);
	assert_cell(f, DX_M_STRICT, DX_SLICE_ALL, 1, 2, 0, 0);
	assert_cell(f, DX_M_LOOSE, DX_SLICE_ALL, 2, 2, 0, 0);
	assert_cell(f, DX_M_LOOSE, DX_SLICE_FORM + DX_FORM_PRONOUN, 1, 1, 0, 0);
	assert_cell(f, DX_M_LOOSE, DX_SLICE_FORM + DX_FORM_NAME, 1, 1, 0, 0);
	assert_cell(f, DX_M_STRICT_E2E, DX_SLICE_ALL, 1, 3, 1, 3);
	assert_cell(f, DX_M_LOOSE_E2E, DX_SLICE_ALL, 2, 3, 2, 3);
	assert_cell(f, DX_M_KIND, DX_SLICE_ALL, 0, 1, 0, 0);     /* "unknown" was said; saying nothing is not the same */
	assert_cell(f, DX_M_ACT, DX_SLICE_ALL, 0, 1, 0, 0);
	assert_int_equal(f->s.n_known, 3);
}

static void test_all_spans(void **state)
{
	fixture *f = *state;
	score(f, REC(LETTERS, "{\"content\":[[0,3]],\"cue\":[[4,5]],\"source\":[[6,7]],\"speaker\":\"Ann Lee\"},"
	                      "{\"content\":[[8,9]],\"cue\":[[10,11]],\"source\":[[12,13]],\"speaker\":\"Bo\"}"),
	      REC(LETTERS, "{\"content\":[[0,4]],\"cue\":[[3,5]],\"source\":[[6,7]]},"
	                   "{\"content\":[[8,9]],\"cue\":[[10,11]],\"source\":[[14,15]],\"speaker\":\"bo\"}"));
	assert_cell(f, DX_M_ALL_SPANS, DX_SLICE_ALL, 1, 2, 1, 2);
	assert_cell(f, DX_M_ALL_COREF, DX_SLICE_ALL, 2, 2, 2, 2);
}

static void test_missing_article(void **state)
{
	fixture *f = *state;
	score(f, REC(LETTERS, "{\"type\":\"indirect\",\"content\":[[0,7]],\"speaker\":\"Bo\",\"stance\":\"oppose\"}"), NULL);
	assert_cell(f, DX_M_DETECTION, DX_SLICE_ALL, 0, 1, 0, 0);
	assert_cell(f, DX_M_LOOSE_E2E, DX_SLICE_TYPE + DX_INDIRECT, 0, 1, 0, 0);
	assert_cell(f, DX_M_STANCE_E2E, DX_SLICE_ALL, 0, 1, 0, 0);
	assert_int_equal(f->s.n_units, 1);
	assert_int_equal(f->s.quotes.n, 0);
}

#define SAYS(target, stance, more) "{\"text\":\"x\",\"target\":\"" target "\",\"stance\":\"" stance "\"" more "}"

/* gold  FAVOR FAVOR AGAINST AGAINST NONE NONE
 * pred  FAVOR NONE  AGAINST FAVOR   NONE (none)     F1: FAVOR 1/2, AGAINST 2/3, NONE 1/2 */
static void score_six(fixture *f)
{
	score(f, SAYS("t", "FAVOR", ""), SAYS("t", "FAVOR", ",\"p\":{\"FAVOR\":0.95,\"NONE\":0.05}"));
	score(f, SAYS("t", "FAVOR", ""), SAYS("t", "NONE", ",\"p\":{\"NONE\":0.91}"));
	score(f, SAYS("t", "AGAINST", ""), SAYS("t", "AGAINST", ",\"p\":{\"AGAINST\":1}"));
	score(f, SAYS("t", "AGAINST", ""), SAYS("t", "FAVOR", ",\"p\":{\"FAVOR\":0.4}"));
	score(f, SAYS("t", "NONE", ""), SAYS("t", "NONE", ""));
	score(f, SAYS("t", "NONE", ""), NULL);
}

static void assert_near(double got, double want)
{
	if (!(fabs(got - want) < 1e-9))
		fail_msg("%.12g, expected %.12g", got, want);
}

static void test_stance(void **state)
{
	fixture *f = *state;
	dx_confusion c;
	dx_label_set macro, subset, one;
	const char *names[] = { "AGAINST", "MAYBE" };
	score_six(f);
	assert_int_equal(f->s.n_statements, 6);
	assert_int_equal(dx_confusion_new(&c, &f->s, &f->err), DX_OK);
	dx_confusion_count(&c, &f->s.statements, DX_SLICE_ALL, NULL);
	assert_int_equal(dx_labels_macro(&macro, &f->s, &f->s.statements, true, &f->err), DX_OK);
	assert_int_equal(dx_labels_subset(&subset, &f->s, &f->s.statements, NULL, 0, &f->err), DX_OK);
	assert_int_equal(dx_labels_subset(&one, &f->s, &f->s.statements, names, 2, &f->err), DX_OK);
	assert_int_equal(macro.n, 3);
	assert_int_equal(subset.n, 2);                   /* all but NONE */
	assert_int_equal(one.v[1], -1);
	assert_near(dx_confusion_accuracy(&c), 0.5);
	assert_near(dx_confusion_macro(&c, macro), (1 / 2. + 2 / 3. + 1 / 2.) / 3);
	assert_near(dx_confusion_macro(&c, subset), (1 / 2. + 2 / 3.) / 2);
	assert_near(dx_confusion_macro(&c, one), 1 / 3.);
	assert_near(dx_macro_percent(&c, macro), 55.6);  /* of 50.0, 66.7 and 50.0 */
	/* bins: 0.9..1 holds .95 right, .91 wrong, 1 right; 0.4..0.5 holds .4 wrong; two say nothing */
	assert_near(dx_calibration_total(&f->s.cal_statement), 4);
	assert_near(dx_calibration_error(&f->s.cal_statement), (fabs(2 - 2.86) + 0.4) / 4);
}

/* The default labels count though they do not occur. */
static void test_default_labels(void **state)
{
	fixture *f = *state;
	dx_label_set set;
	dx_confusion c;
	score(f, REC(LETTERS, "{\"content\":[[0,7]],\"stance\":\"oppose\"}"), REC(LETTERS, "{\"content\":[[0,7]],\"stance\":\"oppose\"}"));
	assert_int_equal(dx_labels_macro(&set, &f->s, &f->s.quotes, true, &f->err), DX_OK);
	assert_int_equal(set.n, 3);
	assert_int_equal(dx_confusion_new(&c, &f->s, &f->err), DX_OK);
	dx_confusion_count(&c, &f->s.quotes, DX_SLICE_ALL, NULL);
	assert_near(dx_macro_percent(&c, set), 33.3);
	assert_int_equal(dx_labels_macro(&set, &f->s, &f->s.quotes, false, &f->err), DX_OK);
	assert_int_equal(set.n, 1);
}

static void test_rounding(void **state)
{
	(void)state;
	assert_true(dx_round1(0.25) == 0.2 && dx_round1(0.35) == 0.3 && dx_round1(2.5) == 2.5);
	assert_true(dx_percent_of(2, 3) == 66.7 && dx_percent_of(1, 0) == 0);
	dx_cell c = { 2, 3, 2, 4 };
	dx_prf x = dx_prf_percent(&c);
	assert_true(x.p == 50.0 && x.r == 66.7 && x.f == 57.1);
}

static void run_bootstrap(fixture *f, dx_bootstrap *b)
{
	dx_stance_sets q, s;
	assert_int_equal(dx_labels_macro(&q.macro, &f->s, &f->s.quotes, true, &f->err), DX_OK);
	assert_int_equal(dx_labels_subset(&q.subset, &f->s, &f->s.quotes, NULL, 0, &f->err), DX_OK);
	assert_int_equal(dx_labels_macro(&s.macro, &f->s, &f->s.statements, false, &f->err), DX_OK);
	assert_int_equal(dx_labels_subset(&s.subset, &f->s, &f->s.statements, NULL, 0, &f->err), DX_OK);
	assert_int_equal(dx_bootstrap_run(b, &f->s, &q, &s, &f->err), DX_OK);
}

#define HIT REC(LETTERS, "{\"content\":[[0,7]]}")
#define EMPTY REC(LETTERS, "")

static void test_bootstrap(void **state)
{
	fixture *f = *state;
	dx_bootstrap a = { .n_draws = 500, .seed = 7 }, b = a, other = { .n_draws = 499, .seed = 8 }, none = { .n_draws = 0 };
	for (int i = 0; i < 20; i++)
		score(f, HIT, i % 4 ? HIT : EMPTY);
	score_six(f);
	run_bootstrap(f, &a);
	run_bootstrap(f, &b);
	run_bootstrap(f, &other);
	run_bootstrap(f, &none);
	const dx_interval *x = &a.figure[DX_M_DETECTION], *y = &a.figure[DX_FIG_STATEMENTS];
	assert_true(x->lo == b.figure[DX_M_DETECTION].lo && x->hi == b.figure[DX_M_DETECTION].hi);
	bool differs = false;                            /* another seed draws other articles; one interval may agree by chance */
	for (size_t i = 0; i < DX_N_FIGURE; i++)
		differs |= !isnan(a.figure[i].lo) && (a.figure[i].lo != other.figure[i].lo || a.figure[i].hi != other.figure[i].hi);
	assert_true(differs);
	/* recall 0.75 of 20: two standard errors are 0.19; F1 = 2r / (1 + r) */
	assert_true(x->lo > 0.6 && x->lo < 0.8 && x->hi > 0.9 && x->hi < 1);
	assert_true(y->lo >= 0 && y->lo < 0.25 && y->hi > 0.75 && y->hi <= 1);
	assert_true(isnan(a.figure[DX_M_LOOSE].lo) && isnan(a.figure[DX_FIG_QUOTES].lo));
	assert_true(isnan(none.figure[DX_M_DETECTION].lo));
}

static void test_one_article(void **state)
{
	fixture *f = *state;
	dx_bootstrap b = { .n_draws = 20, .seed = 1 };
	score(f, HIT, HIT);
	run_bootstrap(f, &b);
	assert_true(b.figure[DX_M_DETECTION].lo == 1 && b.figure[DX_M_DETECTION].hi == 1);
}

static void add(fixture *f, dx_corpus *c, const char *line, size_t place)
{
	dx_record r;
	assert_int_equal(dx_record_parse(&r, dx_str_of(line), f->arena, &f->err), DX_OK);
	assert_int_equal(dx_corpus_add(c, r, place + 1, place, f->arena, &f->err), DX_OK);
}

static void test_corpus(void **state)
{
	fixture *f = *state;
	dx_corpus c = { NULL, 0, 0 };
	add(f, &c, "{\"id\":\"b\",\"text\":\"0\"}", 0);
	add(f, &c, "{\"text\":\"1\"}", 1);
	add(f, &c, "{\"id\":\"a\",\"text\":\"2\"}", 2);
	add(f, &c, "{\"id\":\"b\",\"text\":\"3\"}", 3);
	add(f, &c, "{\"text\":\"4\"}", 4);
	dx_corpus_sort(&c);
	assert_int_equal(dx_corpus_find(&c, DX_STR("a"), 0)->place, 2);
	assert_null(dx_corpus_find(&c, DX_STR("a"), 2));         /* used */
	assert_int_equal(dx_corpus_find(&c, DX_STR("b"), 9)->place, 0);
	assert_int_equal(dx_corpus_find(&c, DX_STR("b"), 9)->place, 3);
	assert_null(dx_corpus_find(&c, DX_STR("b"), 9));
	assert_null(dx_corpus_find(&c, DX_STR("c"), 0));
	assert_int_equal(dx_corpus_find(&c, DX_STR(""), 4)->place, 4);
	assert_null(dx_corpus_find(&c, DX_STR(""), 4));
	assert_null(dx_corpus_find(&c, DX_STR(""), 0));
	assert_int_equal(dx_corpus_find(&c, DX_STR(""), 1)->place, 1);
	dx_corpus_fini(&c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tokens), TEST(test_trim), TEST(test_names), TEST(test_forms), TEST(test_spans), TEST(test_one_sided),
		TEST(test_matching), TEST(test_threshold), TEST(test_speakers), TEST(test_all_spans), TEST(test_missing_article),
		TEST(test_stance), TEST(test_default_labels), TEST(test_rounding), TEST(test_bootstrap), TEST(test_one_article),
		TEST(test_corpus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
