/* test_stance.c - stance: training and prediction see the same vectors, any label set, statements and quotes, damaged sections refused. */
#include <math.h>
#include "datasets/seesaw.h"
#include "model/explain_stance.h"
#include "tests/article.h"
#include "train/load.h"
#include "train/stance_lifts.h"
#include "train/stance_words.h"
#include "train/train_stance.h"

#define CORPUS "datasets/newsroom/train.jsonl"

typedef struct { article text; dx_train_options opt; } fixture;

static int setup(void **state)
{
	static fixture f;
	*state = &f;
	if (article_init(&f.text))
		return -1;
	f.opt = (dx_train_options){ .seed = 1, .folds = 3, .threads = 1, .header = f.text.header };
	return 0;
}

static int teardown(void **state)
{
	article_fini(&((fixture *)*state)->text);
	return 0;
}

static void analyse(dx_doc *doc, const fixture *f, dx_str text)
{
	dx_err err;
	assert_int_equal(dx_analyse(doc, f->text.header, text, f->text.arena, &err), DX_OK);
}

static void no_bad_line(void *ctx, const char *path, size_t line, const char *why)
{
	(void)ctx;
	fail_msg("%s:%zu: %s", path, line, why);
}

/* 24 statements of two labels that words tell apart. */
static size_t toy(dx_record *recs, dx_arena *arena)
{
	static const char *const SUBJECT[] = { "The new road", "The old bridge", "The toll", "The tunnel", "The budget", "The night bus" };
	static const char *const WORD[] = { "wonderful", "splendid", "terrible", "shameful" };
	size_t n = 0;
	for (size_t s = 0; s < DX_COUNT(SUBJECT); s++)
		for (size_t w = 0; w < DX_COUNT(WORD); w++) {
			char buf[100];
			snprintf(buf, sizeof buf, "%s is a %s thing.", SUBJECT[s], WORD[w]);
			recs[n++] = (dx_record){ .text = dx_str_of(dx_arena_strdup(arena, dx_str_of(buf))), .is_statement = true,
				.target = dx_str_of(SUBJECT[s]), .stance = w < 2 ? DX_STR("PRO") : DX_STR("CON") };
		}
	return n;
}

/* Trains on recs and opens the result from memory through a file. */
static dx_file *train(const fixture *f, const dx_record *recs, size_t n, const char *path)
{
	dx_writer *w;
	dx_file *file;
	dx_err err = { 0 };
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	if (dx_train_stance(w, recs, n, n, &f->opt, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(dx_writer_save(w, path, &err), DX_OK);
	dx_writer_free(w);
	assert_int_equal(dx_file_open(&file, path, &err), DX_OK);
	return file;
}

static void test_same_vectors(void **state)
{
	const fixture *f = *state;
	dx_records r = { 0 };
	dx_err err;
	size_t compared = 0;
	assert_int_equal(dx_records_load(&r, CORPUS, f->text.arena, no_bad_line, NULL, &err), DX_OK);
	for (size_t i = 0; i < r.n && i < 6; i++) {
		dx_doc a, b;
		analyse(&a, f, r.v[i].text);
		analyse(&b, f, (dx_str){ dx_arena_strdup(f->text.arena, r.v[i].text), r.v[i].text.n });
		for (size_t k = 0; k < r.v[i].n_quotes; k++) {
			dx_stance_case x, y;
			dx_vec u = { .arena = f->text.arena }, v = { .arena = f->text.arena };
			dx_stance_notes notes = { 0 };
			const dx_quote *q = r.v[i].quotes + k;
			assert_int_equal(dx_stance_of_quote(&x, &a, q, q->target, &err), DX_OK);
			assert_int_equal(dx_stance_of_quote(&y, &b, q, q->target, &err), DX_OK);
			assert_int_equal(dx_stance_vector(&u, NULL, &x, &err), DX_OK);
			assert_int_equal(dx_stance_vector(&v, &notes, &y, &err), DX_OK);     /* as --explain does */
			assert_int_equal(u.n, v.n);
			assert_memory_equal(u.f, v.f, u.n * sizeof *u.f);
			for (size_t j = 1; j < u.n; j++)
				assert_true(u.f[j - 1].i < u.f[j].i);
			compared += u.n > 0;
		}
	}
	assert_true(compared > 50);
	dx_records_fini(&r);
}

static void test_any_labels(void **state)
{
	const fixture *f = *state;
	static const char PATH[] = "build/test_stance.labels.dixit";
	dx_record recs[24];
	size_t n = toy(recs, f->text.arena), right = 0;
	dx_file *file = train(f, recs, n, PATH);
	dx_stance_model m;
	dx_err err;
	assert_int_equal(dx_stance_load(&m, file, &err), DX_OK);
	assert_true(m.present && !m.target.present && !m.context.present);
	assert_int_equal(m.labels.n, 2);
	for (size_t i = 0; i < n; i++) {
		dx_doc doc;
		dx_stance s;
		double sum = 0;
		dx_statement st = { .target = recs[i].target };
		analyse(&doc, f, recs[i].text);
		assert_int_equal(dx_stance_statement(&s, &doc, &st, &m, &err), DX_OK);
		assert_int_equal(s.n_p, 2);
		for (size_t k = 0; k < s.n_p; k++) {
			assert_true(s.p[k].p >= 0 && s.p[k].p <= 1);
			sum += s.p[k].p;
		}
		assert_true(fabs(sum - 1) < 1e-9);
		right += dx_str_eq(s.label, recs[i].stance);
	}
	assert_int_equal(right, n);
	dx_file_close(file);
	assert_int_equal(remove(PATH), 0);
}

/* Log odds of the label that won over the next one by all the reasons there are, and by the constants of the machine. */
static double sum_of_reasons(const dx_stance_reason *why, size_t n, uint32_t first, uint32_t second, const dx_stance_head *h, double own)
{
	const uint32_t pairs = h->svm.n_pair;
	const double *a = h->svm.calib + (size_t)first * (pairs + 1), *b = h->svm.calib + (size_t)second * (pairs + 1);
	double sum = a[pairs] - b[pairs];
	for (uint32_t p = 0; p < pairs; p++)
		sum += (a[p] - b[p]) * h->svm.bias[p];
	sum *= own;
	for (size_t i = 0; i < n; i++)
		sum += why[i].weight;
	return sum;
}

static uint32_t class_of(const dx_stance *s, dx_str label, const dx_stance_head *h)
{
	uint32_t c = 0;
	while (!dx_str_eq(s->p[h->label[c]].label, label))
		c++;
	return c;
}

/* The reasons of a quote add up to its odds. */
static void check_reasons(const dx_stance *s, const dx_doc *doc, const dx_quote *q, const dx_stance_model *m)
{
	enum { ALL = 20000 };
	const dx_stance_head *h = dx_stance_head_for(m, DX_STANCE_QUOTE);
	dx_stance_case c, toward;
	dx_stance_reason *why;
	size_t n;
	dx_err err;
	double p[DX_STANCE_LABELS];
	const uint32_t first = class_of(s, s->label, h);
	assert_int_equal(dx_stance_of_quote(&c, doc, q, (dx_str){ NULL, 0 }, &err), DX_OK);
	assert_int_equal(dx_stance_of_quote(&toward, doc, q, s->target.text, &err), DX_OK);
	assert_int_equal(dx_stance_explain(&why, &n, ALL, s, &c, s->by_target ? &toward : NULL, m, &err), DX_OK);
	assert_true(n > 0 && n < ALL);
	for (size_t j = 1; j < n; j++)
		assert_true(fabs(why[j].weight) <= fabs(why[j - 1].weight));
	for (uint32_t k = 0; k < h->n_class; k++)
		p[k] = k == first ? 0 : s->p[h->label[k]].p;
	const uint32_t second = dx_stance_choose(p, h->lift, h->n_class);
	const double odds = log(s->p[h->label[first]].p / p[second]);
	if (s->p[h->label[first]].p > 0.05 && p[second] > 0.05)  /* lower ones are bounded when others are asked */
		assert_true(fabs(sum_of_reasons(why, n, first, second, h, s->others ? m->context.own : 1) - odds) < 0.02);
}

static void test_quotes_and_targets(void **state)
{
	const fixture *f = *state;
	static const char PATH[] = "build/test_stance.quotes.dixit";
	dx_records r = { 0 };
	dx_stance_model m;
	dx_err err;
	assert_int_equal(dx_records_load(&r, CORPUS, f->text.arena, no_bad_line, NULL, &err), DX_OK);
	dx_file *file = train(f, r.v, r.n, PATH);
	assert_int_equal(dx_stance_load(&m, file, &err), DX_OK);
	assert_true(m.present && m.target.present && m.context.present);
	assert_int_equal(m.labels.n, 3);
	for (size_t i = 0; i < 3; i++) {
		dx_doc doc;
		dx_targets targets;
		analyse(&doc, f, r.v[i].text);
		assert_int_equal(dx_targets_new(&targets, &doc, &err), DX_OK);
		const size_t n = r.v[i].n_quotes;
		dx_stance *s = dx_arena_array(f->text.arena, n, sizeof *s);
		dx_context_quote *place = dx_arena_array(f->text.arena, n, sizeof *place);
		for (size_t k = 0; k < n; k++) {
			const dx_quote *q = r.v[i].quotes + k;
			assert_int_equal(dx_stance_quote(&s[k], &doc, q, (dx_str){ NULL, 0 }, &targets, &m, &err), DX_OK);
			assert_true(s[k].label.n > 0 && s[k].conf > 0 && s[k].conf <= 1);
			assert_true(s[k].target.span.beg <= s[k].target.span.end && s[k].target.span.end <= r.v[i].text.n);
			check_reasons(&s[k], &doc, q, &m);
			place[k] = (dx_context_quote){ .at = q->content.v[0].beg, .speaker = dx_hash(q->speaker.p, q->speaker.n) };
		}
		assert_int_equal(dx_stance_settle(s, place, n, &m, f->text.arena, &err), DX_OK);
		for (size_t k = 0; k < n; k++)
			check_reasons(&s[k], &doc, r.v[i].quotes + k, &m);
	}
	dx_file_close(file);
	dx_records_fini(&r);
	assert_int_equal(remove(PATH), 0);
}

/* The letter that an editor has changed is no target; a word of one letter elsewhere may be. */
static void test_changed_letter(void **state)
{
	const fixture *f = *state;
	static const struct { const char *text; dx_span content; bool letter; } CASE[] = {
		{ "Ode said: \"[W]hen the ferry sank we wept.\"", { 12, 40 }, false }, { "Ode said: \"They say W sank the ferry.\"", { 11, 39 }, true },
	};
	for (size_t i = 0; i < DX_COUNT(CASE); i++) {
		dx_doc doc;
		dx_stance_case c;
		dx_targets names;
		dx_target_pool pool;
		dx_err err;
		dx_span content = CASE[i].content;
		const dx_quote q = { .content = { &content, 1 } };
		bool letter = false, ferry = false;
		analyse(&doc, f, dx_str_of(CASE[i].text));
		assert_int_equal(dx_stance_of_quote(&c, &doc, &q, (dx_str){ NULL, 0 }, &err), DX_OK);
		assert_int_equal(dx_targets_new(&names, &doc, &err), DX_OK);
		dx_target_candidates(&pool, &names, &c);
		for (size_t k = 0; k < pool.n; k++)
			for (uint32_t t = pool.v[k].text.beg; t < pool.v[k].text.end; t++) {
				letter |= dx_tok_is(&doc, doc.tok + t, "w");
				ferry |= dx_tok_is(&doc, doc.tok + t, "ferry");
			}
		assert_true(ferry);
		assert_int_equal(letter, CASE[i].letter);
	}
}

/* A text that training saw is recognised, whatever its target; where labels of a text say nothing, none is kept. */
static void test_known_texts(void **state)
{
	const fixture *f = *state;
	static const char PATH[] = "build/test_stance.texts.dixit";
	enum { N = 80 };
	dx_record recs[N];
	for (size_t i = 0; i < N; i++) {
		char buf[120];
		snprintf(buf, sizeof buf, "In house number %zu the road and the bridge were talked about.", i / 2);
		recs[i] = (dx_record){ .text = dx_str_of(dx_arena_strdup(f->text.arena, dx_str_of(buf))), .is_statement = true,
			.target = i % 2 ? DX_STR("road") : DX_STR("bridge"), .stance = dx_mix(7, i / 2) & 1 ? DX_STR("PRO") : DX_STR("CON") };
	}
	dx_file *file = train(f, recs, N, PATH);
	dx_stance_model m;
	dx_err err;
	assert_int_equal(dx_stance_load(&m, file, &err), DX_OK);
	assert_int_equal(m.head[DX_STANCE_STATEMENT].n_text, N / 2);
	size_t right = 0;
	for (size_t i = 0; i < N; i += 2) {
		dx_doc doc;
		dx_stance s;
		dx_statement st = { .target = DX_STR("house") };
		analyse(&doc, f, recs[i].text);
		assert_int_equal(dx_stance_statement(&s, &doc, &st, &m, &err), DX_OK);
		right += dx_str_eq(s.label, recs[i].stance);
	}
	assert_int_equal(right, N / 2);
	dx_file_close(file);
	assert_int_equal(remove(PATH), 0);
}

static void test_word_vectors(void **state)
{
	(void)state;
	const dx_word *w = dx_lexicon_find(dx_hash("president", 9)), *none = dx_lexicon_find(dx_hash("qqzzqq", 6));
	assert_true(w->v[DX_LEX_VECTORS_VECTOR] > 0);
	assert_int_equal(none->v[DX_LEX_VECTORS_VECTOR], 0);
	const signed char *x = dx_lexicon_vector[w->v[DX_LEX_VECTORS_VECTOR] - 1];
	long sum = 0;
	for (int d = 0; d < DX_LEX_VECTOR_DIM; d++)
		sum += labs((long)x[d]);
	assert_true(sum > 40);
}

/* Letters come beside the words and leave them as they are; there are letters for the target where it has a name. */
static void test_letters(void **state)
{
	const fixture *f = *state;
	dx_doc doc;
	dx_stance_case c;
	dx_err err;
	dx_vec u = { .arena = f->text.arena }, v = { .arena = f->text.arena };
	const dx_statement named = { .target = DX_STR("harbour toll") };
	size_t k = 0, letters = 0, by_target = 0;
	double length = 0;
	analyse(&doc, f, DX_STR("soooo against this #harbourtoll !!"));
	assert_int_equal(dx_stance_of_statement(&c, &doc, &named, &err), DX_OK);
	assert_int_equal(dx_stance_vector(&u, NULL, &c, &err), DX_OK);
	c.letters = true;
	assert_int_equal(dx_stance_vector(&v, NULL, &c, &err), DX_OK);
	for (size_t i = 0; i < v.n; i++) {
		const uint32_t family = dx_stance_family_of(v.f[i].i);
		letters += family == DX_SF_LETTERS;
		by_target += family == DX_SF_TOPIC_LETTERS;
		if (family == DX_SF_LETTERS || family == DX_SF_TOPIC_LETTERS) {
			length += (double)v.f[i].v * (double)v.f[i].v;
			continue;
		}
		assert_true(k < u.n && u.f[k].i == v.f[i].i && u.f[k].v == v.f[i].v);
		k++;
	}
	assert_int_equal(k, u.n);
	assert_true(letters > 20 && by_target == letters);
	assert_true(fabs(length - 25) < 0.01);
}

/* Two labels: each row has one of three telling words and forty others of four hundred. */
static void noisy_rows(dx_rows *r, const fixture *f)
{
	dx_err err;
	for (uint32_t i = 0; i < 160; i++) {
		dx_vec x = { .arena = f->text.arena };
		dx_vec_add(&x, i % 6, 1);
		for (uint32_t k = 0; k < 40; k++)
			dx_vec_add(&x, 10 + 10 * k + (uint32_t)(dx_mix(i + 1, k + 1) % 10), 1);
		assert_int_equal(dx_rows_add(r, &x, (int32_t)(i % 2), i, &err), DX_OK);
	}
}

/* Where few words of many tell the labels apart, their odds help, and cross-validation says so. */
static void test_odds(void **state)
{
	const fixture *f = *state;
	dx_word_machine m = { 0 };
	dx_rows r = { 0 };
	dx_err err;
	double telling = 0, other = 0;
	noisy_rows(&r, f);
	assert_int_equal(dx_word_machine_fit(&m, &r, r.n, 2, 1000, "toy", &f->opt, &err), DX_OK);
	assert_true(m.by_odds);
	assert_true(m.macro_f1 > 0.9);
	for (uint32_t i = 0; i < m.n_feat; i++)
		if (m.key[i] < 6)
			telling += (m.key[i] % 2 ? m.w[i] : -m.w[i]) / 6;
		else
			other += fabs(m.w[i]) / (m.n_feat - 6);
	assert_true(telling > 5 * other);
	dx_word_machine_fini(&m);
	dx_rows_fini(&r);
}

/* n rows of all directions of one part's vector, the first of which tells the labels apart. */
static void vector_rows(dx_rows *r, uint32_t n, const fixture *f)
{
	dx_err err;
	for (uint32_t i = 0; i < n; i++) {
		dx_vec x = { .arena = f->text.arena };
		for (uint32_t d = 0; d < DX_LEX_VECTOR_DIM; d++)
			dx_vec_add(&x, (uint32_t)DX_SF_VECTOR << DX_STANCE_BITS | (DX_SP_NEAR * DX_LEX_VECTOR_DIM + d),
			           d ? (float)(dx_mix(i + 1, d) % 8) / 8 : (float)(i % 2));
		assert_int_equal(dx_rows_add(r, &x, (int32_t)(i % 2), i, &err), DX_OK);
	}
}

/* Few rows do with the first directions of word vectors, many use all of them. */
static void test_directions(void **state)
{
	const fixture *f = *state;
	const struct { uint32_t n_row, n_feat; } want[] = { { 200, 40 }, { 4000, DX_LEX_VECTOR_DIM } };
	for (size_t k = 0; k < DX_COUNT(want); k++) {
		dx_word_machine m = { 0 };
		dx_rows r = { 0 };
		dx_err err;
		vector_rows(&r, want[k].n_row, f);
		assert_int_equal(dx_word_machine_fit(&m, &r, r.n, 2, 1000, "toy", &f->opt, &err), DX_OK);
		assert_int_equal(m.n_feat, want[k].n_feat);
		assert_int_equal(dx_stance_number_of(m.key[m.n_feat - 1]), DX_SP_NEAR * DX_LEX_VECTOR_DIM + want[k].n_feat - 1);
		assert_true(m.macro_f1 > 0.9);
		dx_word_machine_fini(&m);
		dx_rows_fini(&r);
	}
}

/* A label that is never the most probable one is chosen where macro F1 may be expected to gain by it, and not where --f-of does not ask for it. */
static void test_lifts(void **state)
{
	const fixture *f = *state;
	static const double OPEN[3] = { 0.5, 0.45, 0.05 }, SURE[3] = { 0.9, 0.05, 0.05 };
	static const uint32_t LABEL[3] = { 0, 1, 2 };
	const dx_str names[3] = { DX_STR("neutral"), DX_STR("oppose"), DX_STR("support") };
	const char *asked[1] = { "neutral" };
	const dx_stance_problem problem = { .label = LABEL, .n_class = 3, .names = names };
	dx_train_options opt = f->opt;
	double p[100 * 3], lift[3] = { 0 }, other[3] = { 0 };
	for (size_t i = 0; i < 100; i++)
		memcpy(p + 3 * i, i < 60 ? OPEN : SURE, sizeof OPEN);
	dx_stance_lifts(lift, &problem, p, 100, &opt);
	assert_int_equal(dx_stance_choose(OPEN, lift, 3), 1);
	assert_int_equal(dx_stance_choose(SURE, lift, 3), 0);
	opt.f_of = asked;
	opt.n_f_of = 1;
	dx_stance_lifts(other, &problem, p, 100, &opt);
	assert_int_equal(dx_stance_choose(OPEN, other, 3), 0);
}

/* A name that is not there as such is found by a capital word akin to it; a holder is, too. */
static void test_akin_names(void **state)
{
	const fixture *f = *state;
	dx_doc doc;
	dx_stance_case c;
	dx_err err;
	const dx_statement s = { .target = DX_STR("Republican Party"), .holder = DX_STR("Senn Council") };
	analyse(&doc, f, DX_STR("On Senn the Republicans were booed by a republican crowd."));
	assert_int_equal(dx_stance_of_statement(&c, &doc, &s, &err), DX_OK);
	assert_int_equal(c.kind, DX_STANCE_NAMED);
	assert_int_equal(c.target.n, 1);
	assert_int_equal(c.target.v[0].beg, 3);
	assert_int_equal(c.holder.n, 1);
	assert_int_equal(c.holder.v[0].beg, 1);
}

static void test_damaged_sections(void **state)
{
	const fixture *f = *state;
	static const char PATH[] = "build/test_stance.cut.dixit";
	dx_record recs[24];
	dx_err err;
	dx_file *file = train(f, recs, toy(recs, f->text.arena), PATH);
	dx_str s = dx_file_section(file, "stance");
	assert_true(s.n > 200);
	for (size_t n = 0; n < s.n; n += n < 300 ? 1 : 131) {
		dx_writer *w;
		dx_file *cut;
		dx_stance_model m;
		assert_int_equal(dx_writer_new(&w, &err), DX_OK);
		assert_int_equal(dx_writer_put(w, "stance", s.p, n, &err), DX_OK);
		assert_int_equal(dx_writer_save(w, PATH, &err), DX_OK);
		dx_writer_free(w);
		assert_int_equal(dx_file_open(&cut, PATH, &err), DX_OK);
		err.msg[0] = 0;
		dx_status st = dx_stance_load(&m, cut, &err);
		/* An empty section may count as none; anything between is refused with a reason. */
		assert_true(n == 0 ? st == DX_EFORMAT || !m.present : st == DX_EFORMAT && err.msg[0] != 0);
		dx_file_close(cut);
	}
	dx_file_close(file);
	assert_int_equal(remove(PATH), 0);
}

static void test_too_little_data(void **state)
{
	const fixture *f = *state;
	dx_record recs[24];
	dx_writer *w;
	dx_err err = { 0 };
	toy(recs, f->text.arena);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_train_stance(w, recs, 3, 3, &f->opt, &err), DX_EDATA);
	assert_true(err.msg[0] != 0);
	dx_writer_free(w);
}

static void test_seesaw(void **state)
{
	const fixture *f = *state;
	static const char LINE[] = "{\"id\":\"s1\",\"entities\":[\"Ada Ode\",\"the toll\"],\"sentences\":[{\"text\":\"Ode hates the toll.\","
		"\"stances\":[{\"holder\":\"Ada Ode\",\"target\":\"the toll\",\"stance\":\"oppose\"},"
		"{\"holder\":\"Not in the list\",\"target\":\"the toll\",\"stance\":\"oppose\"}]},{\"text\":\"It rains.\",\"stances\":[]}]}";
	dx_record *v = NULL;
	size_t n = 0, cap = 0;
	dx_err err;
	assert_true(dx_seesaw_is(dx_str_of(LINE)));
	assert_false(dx_seesaw_is(DX_STR("{\"text\":\"It rains.\"}")));
	assert_int_equal(dx_seesaw_parse(&v, &n, &cap, dx_str_of(LINE), f->text.arena, &err), DX_OK);
	assert_int_equal(n, 1);
	assert_true(v[0].is_statement && dx_str_eq(v[0].stance, DX_STR("oppose")) && dx_str_eq(v[0].holder, DX_STR("Ada Ode")));
	assert_true(dx_str_eq(v[0].text, DX_STR("Ode hates the toll.")));
	dx_record_fini(v);
	assert_int_equal(dx_seesaw_parse(&v, &n, &cap, DX_STR("{\"sentences\":3}"), f->text.arena, &err), DX_EFORMAT);
	assert_int_equal(n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_vectors), cmocka_unit_test(test_any_labels), cmocka_unit_test(test_quotes_and_targets),
		cmocka_unit_test(test_changed_letter),
		cmocka_unit_test(test_damaged_sections), cmocka_unit_test(test_too_little_data), cmocka_unit_test(test_seesaw),
		cmocka_unit_test(test_known_texts), cmocka_unit_test(test_word_vectors), cmocka_unit_test(test_akin_names),
		cmocka_unit_test(test_letters), cmocka_unit_test(test_odds), cmocka_unit_test(test_directions), cmocka_unit_test(test_lifts),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
