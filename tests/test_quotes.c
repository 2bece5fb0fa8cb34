/* test_quotes.c - finding quotes: training and prediction see the same vectors; a small model's quotes keep the promises of the record format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "features/analyse.h"
#include "model/decide_quotes.h"
#include "train/trainset.h"
#include "train/cue_rates.h"
#include "train/gold.h"
#include "train/load.h"
#include "train/train_quotes.h"

#define CORPUS "datasets/newsroom/train.jsonl"

typedef struct {
	dx_arena *arena;
	dx_header *header;
	dx_records recs;
	dx_trainset corpus;
	dx_train_options opt;
	dx_file *file;
	char path[64];
	dx_quotes_model *model;
} fixture;

static void no_bad_line(void *ctx, const char *path, size_t line, const char *why)
{
	(void)ctx;
	fail_msg("%s:%zu: %s", path, line, why);
}

static int setup(void **state)
{
	static fixture f;
	dx_err err = { 0 };
	dx_writer *w;
	f.opt = (dx_train_options){ .seed = 1, .folds = 2, .threads = 2 };
	snprintf(f.path, sizeof f.path, "build/test_quotes.%ld.dixit", (long)rand());
	assert_int_equal(dx_arena_new(&f.arena, &err), DX_OK);
	assert_int_equal(dx_header_new(&f.header, &err), DX_OK);
	f.opt.header = f.header;
	assert_int_equal(dx_records_load(&f.recs, CORPUS, f.arena, no_bad_line, NULL, &err), DX_OK);
	assert_int_equal(dx_trainset_new(&f.corpus, f.recs.v, f.recs.n < 12 ? f.recs.n : 12, &f.opt, &err), DX_OK);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_train_quotes(w, &f.corpus, &f.opt, &err), DX_OK);
	assert_int_equal(dx_writer_save(w, f.path, &err), DX_OK);
	dx_writer_free(w);
	assert_int_equal(dx_file_open(&f.file, f.path, &err), DX_OK);
	assert_int_equal(dx_quotes_load(&f.model, f.file, &err), DX_OK);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture *f = *state;
	dx_quotes_free(f->model);
	dx_file_close(f->file);
	dx_trainset_fini(&f->corpus);
	dx_records_fini(&f->recs);
	dx_header_free(f->header);
	dx_arena_free(f->arena);
	return remove(f->path);
}

/* The chain's view of an article as prediction makes it, from the text alone. */
static void predict_view(dx_quote_view *v, dx_doc *doc, const fixture *f, dx_str text, const dx_key_table *rates)
{
	dx_err err;
	assert_int_equal(dx_analyse(doc, f->header, text, f->arena, &err), DX_OK);
	assert_int_equal(dx_quote_view_new(v, doc, rates, &err), DX_OK);
}

/* The dot product that makes no features against the one with the features. */
static void assert_same_dot(const dx_vec *x, const dx_facts *f)
{
	static double w[DX_SPAN_N];
	double sum = 0;
	for (size_t i = 0; i < DX_SPAN_N && w[DX_SPAN_N - 1] == 0; i++)
		w[i] = cos((double)i);
	for (size_t i = 0; i < x->n; i++) {
		assert_true(x->f[i].i < DX_SPAN_N);
		sum += (double)x->f[i].v * w[x->f[i].i];
	}
	assert_true(fabs(dx_factors_dot(&dx_span_set, f, w) - sum) < 1e-9);
}

static void test_same_vectors(void **state)
{
	fixture *f = *state;
	dx_pack pack = { 0 };
	dx_key_table rates;
	dx_err err;
	assert_int_equal(dx_cue_rates_count(&pack, &f->corpus, f->opt.folds, &err), DX_OK);
	dx_cursor c = { .p = pack.p, .n = pack.n };
	assert_int_equal(dx_key_table_unpack(&rates, &c, "cue rates", DX_CUE_BINS, &err), DX_OK);
	size_t compared = 0;
	for (size_t a = 0; a < f->corpus.n; a++) {
		const dx_article *art = f->corpus.v + a;
		dx_quote_view train, predict;
		dx_doc doc;
		assert_int_equal(dx_quote_view_new(&train, &art->doc, &rates, &err), DX_OK);
		predict_view(&predict, &doc, f, art->rec->text, &rates);
		assert_int_equal(doc.n_tok, art->doc.n_tok);
		/* Any marginals will do, as long as both rounds see the same. */
		float *p = dx_arena_array(f->arena, doc.n_tok, 8 * sizeof *p);
		for (size_t i = 0; i < 8 * doc.n_tok; i++)
			p[i] = (float)(i * 2654435761u % 1000) / 1000;
		for (int round = 1; round <= 2; round++) {
			for (size_t k = 0; k < doc.n_par; k++)
				for (size_t i = doc.par[k].beg; i < doc.par[k].end; i++) {
					uint32_t x[DX_QUOTE_FEATURES], y[DX_QUOTE_FEATURES];
					size_t n = dx_quote_features(x, &train, art->doc.par[k], i);
					assert_int_equal(n, dx_quote_features(y, &predict, doc.par[k], i));
					assert_true(n <= DX_QUOTE_FEATURES);
					assert_memory_equal(x, y, n * sizeof *x);
					compared++;
				}
			assert_int_equal(dx_quote_view_round2(&train, p, &err), DX_OK);
			assert_int_equal(dx_quote_view_round2(&predict, p, &err), DX_OK);
		}
		dx_span_view tv = { &train, art->label, p }, pv = { &predict, art->label, p };
		dx_vec x = { .arena = f->arena };
		for (size_t k = 0; k < doc.n_par; k++) {
			dx_span_cand *cand = NULL;
			size_t n = 0, cap = 0;
			assert_int_equal(dx_span_candidates(&cand, &n, &cap, &tv, doc.par[k], &err), DX_OK);
			for (size_t i = 0; i < n; i++) {
				dx_facts xf = { { 0 }, { 0 } }, yf = xf;
				dx_span_facts(&xf, &tv, doc.par[k], cand + i);
				dx_span_facts(&yf, &pv, doc.par[k], cand + i);
				assert_memory_equal(&xf, &yf, sizeof xf);
				x.n = 0;
				dx_factors_add(&x, &dx_span_set, &xf);
				assert_same_dot(&x, &xf);
				compared++;
			}
		}
	}
	assert_true(compared > 5000);
	free(pack.p);
}

/* A chain of random weights, in w and trans. */
static dx_chain random_chain(int8_t *w, float *trans, uint32_t bits, uint64_t seed)
{
	dx_chain m = { .n_label = DX_N_QL, .stride = 8, .mask = (1u << bits) - 1, .scale = 0.01f, .w = w, .trans = trans };
	for (size_t i = 0; i < (size_t)8 << bits; i++)
		w[i] = (int8_t)((seed = dx_mix(seed, i)) % 255) - 127;
	for (size_t i = 0; i < 9 * 8; i++)
		trans[i] = (float)((seed = dx_mix(seed, i)) % 1000) / 500 - 1;
	dx_chain_ready(&m);
	return m;
}

/* Prediction sums the shared features of both rounds at once; training goes round by round. */
static void test_rounds_at_once(void **state)
{
	fixture *f = *state;
	dx_err err;
	static int8_t w1[8 << 10], w2[8 << 12];
	static const uint64_t NO_WORD = 0;
	float trans1[9 * 8], trans2[9 * 8];
	dx_quote_chain m = { .round1 = random_chain(w1, trans1, 10, 1), .round2 = random_chain(w2, trans2, 12, 2) };
	m.rates = (dx_key_table){ .slot = &NO_WORD };
	assert_int_equal(dx_quote_table_new(&m.shared, &m.round1, &m.round2, &err), DX_OK);
	for (size_t a = 0; a < f->corpus.n; a++) {
		const dx_doc *d = &f->corpus.v[a].doc;
		dx_quote_view v, w;
		dx_quote_labels one, two, both;
		assert_int_equal(dx_quote_view_new(&v, d, &m.rates, &err), DX_OK);
		assert_int_equal(dx_quote_chain_round(&one, &v, &m.round1, &err), DX_OK);
		assert_int_equal(dx_quote_view_round2(&v, one.p, &err), DX_OK);
		assert_int_equal(dx_quote_chain_round(&two, &v, &m.round2, &err), DX_OK);
		assert_int_equal(dx_quote_chain_run(&both, &w, d, &m, &err), DX_OK);
		assert_memory_equal(v.bin, w.bin, d->n_tok * sizeof *v.bin);     /* all that the second round sees of p, which it then overwrites */
		assert_memory_equal(two.p, both.p, 8 * d->n_tok * sizeof *two.p);
		assert_memory_equal(two.label, both.label, d->n_tok);
	}
	dx_quote_table_free(&m.shared);
}

static void check_spans(const dx_spans *s, size_t n_text, const char *text)
{
	uint32_t at = 0;
	for (size_t k = 0; k < s->n; k++) {
		assert_true(s->v[k].beg >= at && s->v[k].beg < s->v[k].end && s->v[k].end <= n_text);
		assert_true(((unsigned char)text[s->v[k].beg] & 0xc0) != 0x80);
		assert_true(s->v[k].end == n_text || ((unsigned char)text[s->v[k].end] & 0xc0) != 0x80);
		at = s->v[k].end;
	}
}

static void check_quotes(const fixture *f, dx_str text)
{
	dx_doc doc;
	dx_quote *q;
	size_t n;
	dx_err err;
	assert_int_equal(dx_analyse(&doc, f->header, text, f->arena, &err), DX_OK);
	assert_int_equal(dx_quotes_decide(&q, &n, &doc, f->model, 0, &err), DX_OK);
	for (size_t i = 0; i < n; i++) {
		assert_true(q[i].content.n > 0 && q[i].type < DX_N_TYPE);
		assert_true(q[i].conf_quote >= 0 && q[i].conf_quote <= 1);
		assert_true(i == 0 || q[i].content.v[0].beg >= q[i - 1].content.v[0].beg);
		check_spans(&q[i].content, text.n, text.p);
		check_spans(&q[i].cue, text.n, text.p);
		check_spans(&q[i].source, text.n, text.p);
	}
}

static void test_promises(void **state)
{
	fixture *f = *state;
	static const char *const TEXT[] = { "", "\n\n", "\"", "\"\"", "''", "said", "\"No,\" said", "she said that", ":", "A: \"b\"",
		"“Never.” “Never!” said Ode", "according to\n\nto whom", "é said é", "“" };
	for (size_t i = 0; i < f->recs.n; i++)
		check_quotes(f, f->recs.v[i].text);
	for (size_t i = 0; i < DX_COUNT(TEXT); i++)
		check_quotes(f, dx_str_of(TEXT[i]));
	/* Words, marks and cues in any order. */
	static const char *const PIECE[] = { "said", "\"", "'", "“", "”", "Ms Ode", "that", ",", ".", "\n", "he", "the plan is good", ":", "told", "é" };
	uint64_t r = 11;
	for (int round = 0; round < 300; round++) {
		char buf[2000];
		size_t n = 0;
		while (n < 600) {
			r = dx_mix(r, (uint64_t)round);
			const char *s = PIECE[(r >> 20) % DX_COUNT(PIECE)];
			memcpy(buf + n, s, strlen(s));
			n += strlen(s);
			if (r & 1 << 12)
				buf[n++] = ' ';
		}
		check_quotes(f, (dx_str){ buf, n });
	}
}

static void test_threshold(void **state)
{
	fixture *f = *state;
	dx_doc doc;
	dx_quote *q;
	size_t all, some, none;
	dx_err err;
	assert_int_equal(dx_analyse(&doc, f->header, f->recs.v[0].text, f->arena, &err), DX_OK);
	assert_int_equal(dx_quotes_decide(&q, &all, &doc, f->model, 0, &err), DX_OK);
	assert_int_equal(dx_quotes_decide(&q, &some, &doc, f->model, 0.5, &err), DX_OK);
	assert_int_equal(dx_quotes_decide(&q, &none, &doc, f->model, 1.01, &err), DX_OK);
	assert_true(all >= some && some > 0);
	assert_int_equal(none, 0);
}

static void test_gold_labels(void **state)
{
	fixture *f = *state;
	static const char TEXT[] = "Ms Ode said that \"it rains.\"";
	dx_span content = { 12, 28 }, cue = { 7, 11 }, source = { 0, 6 };
	dx_quote q = dx_quote_empty();
	uint8_t label[16];
	dx_doc doc;
	dx_err err;
	q.content = (dx_spans){ &content, 1 };
	q.cue = (dx_spans){ &cue, 1 };
	q.source = (dx_spans){ &source, 1 };
	assert_int_equal(dx_analyse(&doc, f->header, DX_STR("Ms Ode said that \"it rains.\""), f->arena, &err), DX_OK);
	assert_int_equal(doc.n_tok, 9);
	dx_gold_labels(label, &doc, &q, 1);
	static const uint8_t WANT[] = { DX_QL_SOURCE_B, DX_QL_SOURCE_I, DX_QL_CUE_B, DX_QL_OUT, DX_QL_OUT, DX_QL_CONTENT_B, DX_QL_CONTENT_E,
		DX_QL_OUT, DX_QL_OUT };
	assert_memory_equal(label, WANT, sizeof WANT);
	assert_int_equal(sizeof TEXT, 29);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_vectors),
		cmocka_unit_test(test_rounds_at_once),
		cmocka_unit_test(test_promises),
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_gold_labels),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
