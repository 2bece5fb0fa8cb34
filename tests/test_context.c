/* test_context.c - what the other quotes of an article say of a stance (model/stance_context.h), how much it counts (train/conditional.h,
 * train/train_context.h), and the section that holds it. */
#include <math.h>
#include "model/explain_stance.h"
#include "tests/article.h"
#include "train/conditional.h"
#include "train/train_stance.h"

enum { NEUTRAL, OPPOSE, SUPPORT, N_LABELS };             /* as they are ordered */

typedef struct { article text; dx_train_options opt; } fixture;

static int setup(void **state)
{
	static fixture f;
	f = (fixture){ .opt = { .seed = 1, .folds = 3, .threads = 1 } };
	*state = &f;
	if (article_init(&f.text))
		return -1;
	f.opt.header = f.text.header;
	return 0;
}

static int teardown(void **state)
{
	article_fini(&((fixture *)*state)->text);
	return 0;
}

/* --- messages --- */

static dx_relation relation(const dx_context_quote *a, const dx_context_quote *b)
{
	const bool speaker = a->speaker && a->speaker == b->speaker, target = a->target && a->target == b->target;
	return speaker && target ? DX_REL_BOTH : speaker ? DX_REL_SPEAKER : target ? DX_REL_TARGET : DX_N_RELATION;
}

/* How many quotes stand between the two. */
static size_t between(const dx_context_quote *q, size_t n, const dx_context_quote *a, const dx_context_quote *b)
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		k += (q[i].at > a->at && q[i].at < b->at) || (q[i].at > b->at && q[i].at < a->at);
	return k;
}

/* The message of quote i by its definition, one pair after the other. */
static void by_pairs(double *out, const dx_context_quote *q, size_t n, size_t i)
{
	size_t count[DX_N_RELATION] = { 0 };
	memset(out, 0, DX_N_RELATION * N_LABELS * sizeof *out);
	for (size_t j = 0; j < n; j++) {
		double z[N_LABELS];
		if (j == i || !q[j].p)
			continue;
		dx_context_logs(z, q[j].p, N_LABELS);
		const bool beside = !between(q, n, &q[i], &q[j]);
		for (uint32_t r = 0; r < DX_N_RELATION; r++) {
			if (r == DX_REL_BESIDE ? !beside : r != relation(&q[i], &q[j]))
				continue;
			count[r]++;
			for (uint32_t c = 0; c < N_LABELS; c++)
				out[r * N_LABELS + c] += z[c];
		}
	}
	for (uint32_t r = 0; r < DX_N_RELATION; r++)
		for (uint32_t c = 0; c < N_LABELS; c++)
			out[r * N_LABELS + c] /= (double)(count[r] + 1);
}

static void test_messages(void **state)
{
	const fixture *f = *state;
	enum { MOST = 40 };
	for (uint64_t round = 0; round < 60; round++) {
		dx_context_quote q[MOST];
		double p[MOST][N_LABELS], *message, wanted[DX_N_RELATION * N_LABELS];
		dx_err err;
		const size_t n = 1 + round * MOST / 60;
		for (size_t i = 0; i < n; i++) {
			const uint64_t dice = dx_mix(round, i);
			p[i][OPPOSE] = (double)(dice % 101) / 200;
			p[i][SUPPORT] = (double)(dice / 128 % 101) / 200;
			p[i][NEUTRAL] = 1 - p[i][OPPOSE] - p[i][SUPPORT];
			/* in no order of places; speakers and targets 0 to 4, some unknown; some say nothing */
			q[i] = (dx_context_quote){ (uint32_t)(i * 17 % n), dice >> 20 & 3, dice >> 24 & 3, dice >> 30 & 7 ? p[i] : NULL };
		}
		for (size_t i = 0; i < n; i++)
			q[i].at = q[i].at * 64 + (uint32_t)i;    /* no two at the same place */
		assert_int_equal(dx_context_messages(&message, q, n, N_LABELS, f->text.arena, &err), DX_OK);
		for (size_t i = 0; i < n; i++) {
			by_pairs(wanted, q, n, i);
			for (size_t k = 0; k < DX_COUNT(wanted); k++)
				assert_true(fabs(message[i * DX_COUNT(wanted) + k] - wanted[k]) < 1e-9);
		}
	}
}

static void test_join(void **state)
{
	const dx_context_model deaf = { true, 1, { 0 } }, led = { true, 1, { [DX_REL_SPEAKER] = 0.5 } };
	const double said[N_LABELS] = { 0.2, 0.7, 0.1 };
	double message[DX_N_RELATION * N_LABELS] = { 0 }, p[N_LABELS] = { 0.4, 0.3, 0.3 };
	(void)state;
	dx_context_logs(message + DX_REL_SPEAKER * N_LABELS, said, N_LABELS);
	dx_context_join(p, message, N_LABELS, &deaf);
	assert_true(fabs(p[NEUTRAL] - 0.4) < 1e-3 && fabs(p[OPPOSE] - p[SUPPORT]) < 1e-9);
	dx_context_join(p, message, N_LABELS, &led);
	assert_true(fabs(p[NEUTRAL] + p[OPPOSE] + p[SUPPORT] - 1) < 1e-9);
	/* odds of oppose and support change by the square root of what was said */
	assert_true(fabs(p[OPPOSE] / p[SUPPORT] - sqrt(7)) < 0.01);
}

/* --- the section --- */

static void test_section(void **state)
{
	dx_context_model m = { true, 0.9, { 0.4, 0.1, 0.2, 0.25 } }, back;
	dx_writer *w;
	dx_err err;
	char bytes[64];
	(void)state;
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_context_put(w, &m, &err), DX_OK);
	const dx_str s = dx_writer_section(w, "context");
	assert_true(s.n <= sizeof bytes);
	assert_int_equal(dx_context_load(&back, s, &err), DX_OK);
	assert_true(back.present && back.own == m.own);
	assert_memory_equal(back.weight, m.weight, sizeof m.weight);
	assert_int_equal(dx_context_load(&back, (dx_str){ s.p, s.n - 8 }, &err), DX_EFORMAT);
	memcpy(bytes, s.p, s.n);
	bytes[0]++;
	assert_int_equal(dx_context_load(&back, (dx_str){ bytes, s.n }, &err), DX_EFORMAT);
	assert_non_null(strstr(err.msg, "section context: version 2"));
	assert_int_equal(dx_context_load(&back, (dx_str){ NULL, 0 }, &err), DX_OK);
	assert_false(back.present);
	m.weight[DX_REL_TARGET] = NAN;
	assert_int_equal(dx_context_put(w, &m, &err), DX_OK);
	assert_int_equal(dx_context_load(&back, dx_writer_section(w, "context"), &err), DX_EFORMAT);
	dx_writer_free(w);
}

/* --- weights --- */

/* Uniform in [0, 1). */
static double dice(uint64_t seed, size_t i)
{
	return (double)(dx_mix(dx_mix(dx_mix(seed, i), 7), seed) >> 11) / 9007199254740992.0;
}

/* Rows drawn from known weights give these back; rows that say nothing leave the weights where they were. */
static void test_conditional(void **state)
{
	enum { ROWS = 20000, DIM = 2 };
	static double x[ROWS * N_LABELS * DIM];
	static int32_t y[ROWS];
	const double true_w[DIM] = { 0.8, -0.5 };
	dx_choices c = { x, y, ROWS, N_LABELS, DIM };
	double w[DIM] = { 1, 0 }, p[N_LABELS];
	dx_err err;
	(void)state;
	for (size_t k = 0; k < DX_COUNT(x); k++)
		x[k] = dice(3, k) * 4 - 2;
	for (size_t i = 0; i < ROWS; i++) {
		double u = dice(5, i);
		(void)dx_conditional_p(p, true_w, &c, i);
		for (y[i] = 0; y[i] + 1 < N_LABELS && u >= p[y[i]]; y[i]++)
			u -= p[y[i]];
	}
	assert_int_equal(dx_conditional_fit(w, &c, 1, &err), DX_OK);
	assert_true(fabs(w[0] - true_w[0]) < 0.03 && fabs(w[1] - true_w[1]) < 0.03);
	c.n = 0;
	w[0] = 1;
	w[1] = 0;
	assert_int_equal(dx_conditional_fit(w, &c, 1, &err), DX_OK);
	assert_true(w[0] == 1 && w[1] == 0);
}

/* --- learned from articles, and used --- */

enum { ARTICLES = 60, QUOTES = 6, ROOM = 1200 };

/* An article of two speakers, one for and one against, whose every third sentence says nothing by its words. Who is for it is another one each time. */
static void write_article(dx_record *r, fixture *f, uint64_t number)
{
	static const char *const FOR[] = { "is a splendid gift to the town", "deserves every penny", "makes us proud", "works wonderfully well" };
	static const char *const AGAINST[] = { "is a shameful waste", "ruins the old quarter", "is a dangerous folly", "makes us angry" };
	static const char *const NAME[] = { "Ada Orbell", "Tim Vasko", "Lena Cray", "Jon Adeyo", "Ruth Salm", "Pia Menk", "Omar Teel", "Nils Abara" };
	const size_t first = (size_t)(dice(number, 1) * 8), step = 1 + (size_t)(dice(number, 2) * 7);
	char buf[ROOM];
	size_t n = 0;
	r->has_quotes = true;
	r->n_quotes = QUOTES;
	r->quotes = dx_arena_array(f->text.arena, QUOTES, sizeof *r->quotes);
	for (size_t i = 0; i < QUOTES; i++) {
		const size_t who = (i + number) % 2, what = dx_mix(number, i) % 4;
		const char *name = NAME[(first + who * step) % DX_COUNT(NAME)];
		const bool mute = (i + number) % 3 == 0;
		const char *words = mute ? "has been open since the spring" : who ? AGAINST[what] : FOR[what];
		dx_span *at = dx_arena_array(f->text.arena, 3, sizeof *at);
		dx_quote *q = &r->quotes[i];
		const size_t beg = n + strlen(name) + strlen(" said ");
		n += (size_t)snprintf(buf + n, sizeof buf - n, "%s said the tram %s. ", name, words);
		at[0] = (dx_span){ (uint32_t)beg, (uint32_t)n - 2 };
		at[1] = (dx_span){ (uint32_t)beg - 5, (uint32_t)beg - 1 };
		at[2] = (dx_span){ (uint32_t)(beg - 6 - strlen(name)), (uint32_t)beg - 6 };
		*q = dx_quote_empty();
		q->type = DX_INDIRECT;
		q->content = (dx_spans){ at, 1 };
		q->cue = (dx_spans){ at + 1, 1 };
		q->source = (dx_spans){ at + 2, 1 };
		q->speaker = dx_str_of(name);
		q->target = DX_STR("the tram");
		q->stance = who ? DX_STR("oppose") : DX_STR("support");
	}
	assert_true(n < sizeof buf);
	const char *text = dx_arena_strdup(f->text.arena, (dx_str){ buf, n });
	assert_non_null(text);
	r->text = (dx_str){ text, n };
}

/* Decides the quotes of r alone and in each other's light; how many are right then. */
static void count_right(size_t right[2], const fixture *f, const dx_record *r, const dx_stance_model *m)
{
	dx_doc doc;
	dx_err err;
	dx_stance s[QUOTES];
	dx_context_quote place[QUOTES];
	assert_int_equal(dx_analyse(&doc, f->text.header, r->text, f->text.arena, &err), DX_OK);
	for (size_t i = 0; i < QUOTES; i++) {
		const dx_quote *q = &r->quotes[i];
		assert_int_equal(dx_stance_quote(&s[i], &doc, q, q->target, NULL, m, &err), DX_OK);
		place[i] = (dx_context_quote){ .at = q->content.v[0].beg, .speaker = dx_hash(q->speaker.p, q->speaker.n) };
		right[0] += dx_str_eq(s[i].label, q->stance);
	}
	assert_int_equal(dx_stance_settle(s, place, QUOTES, m, f->text.arena, &err), DX_OK);
	for (size_t i = 0; i < QUOTES; i++) {
		double sum = 0;
		for (size_t k = 0; k < s[i].n_p; k++)
			sum += s[i].p[k].p;
		assert_true(fabs(sum - 1) < 1e-9);
		assert_non_null(s[i].others);
		right[1] += dx_str_eq(s[i].label, r->quotes[i].stance);
	}
}

/* Is a stance that its words alone would not give explained by what the speaker said elsewhere? */
static bool is_explained(const fixture *f, const dx_record *r, const dx_stance_model *m)
{
	dx_doc doc;
	dx_err err;
	dx_stance s;
	dx_stance_case c;
	dx_stance_reason *why;
	size_t n;
	double others[DX_N_RELATION * N_LABELS] = { 0 };
	others[DX_REL_BOTH * 2] = 3;                     /* two labels, of which the first is oppose */
	assert_int_equal(dx_analyse(&doc, f->text.header, r->text, f->text.arena, &err), DX_OK);
	assert_int_equal(dx_stance_quote(&s, &doc, &r->quotes[0], r->quotes[0].target, NULL, m, &err), DX_OK);
	s.others = others;
	assert_int_equal(dx_stance_of_quote(&c, &doc, &r->quotes[0], r->quotes[0].target, &err), DX_OK);
	assert_int_equal(dx_stance_explain(&why, &n, 40, &s, &c, NULL, m, &err), DX_OK);
	for (size_t i = 0; i < n; i++)
		if (dx_str_eq(why[i].what, dx_str_of(dx_relation_name(DX_REL_BOTH))))
			return fabs(why[i].weight) > 0.1;
	return false;
}

static void test_learned(void **state)
{
	fixture *f = *state;
	static const char PATH[] = "build/test_context.dixit";
	static dx_record recs[ARTICLES];
	dx_stance_model m;
	dx_writer *w;
	dx_file *file;
	dx_err err = { 0 };
	size_t right[2] = { 0 };
	for (size_t i = 0; i < ARTICLES; i++)
		write_article(&recs[i], f, i);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	if (dx_train_stance(w, recs, ARTICLES, ARTICLES, &f->opt, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(dx_writer_save(w, PATH, &err), DX_OK);
	dx_writer_free(w);
	assert_int_equal(dx_file_open(&file, PATH, &err), DX_OK);
	assert_int_equal(dx_stance_load(&m, file, &err), DX_OK);
	assert_true(m.context.present && m.context.weight[DX_REL_BOTH] > 0.1);
	for (size_t i = 0; i < ARTICLES; i++)
		count_right(right, f, &recs[i], &m);
	assert_true(right[0] < ARTICLES * QUOTES * 9 / 10);      /* what words can tell */
	assert_true(right[1] > ARTICLES * QUOTES * 97 / 100);
	assert_true(is_explained(f, &recs[0], &m));
	dx_file_close(file);
	assert_int_equal(remove(PATH), 0);
}

/* Too few quotes beside others: the section is there and empty, also where a base had one. */
static void test_too_few(void **state)
{
	fixture *f = *state;
	static dx_record recs[20];
	const dx_context_model m = { .present = true, .own = 1 };
	dx_writer *w;
	dx_err err = { 0 };
	for (size_t i = 0; i < DX_COUNT(recs); i++)
		write_article(&recs[i], f, i);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_context_put(w, &m, &err), DX_OK);
	assert_int_equal(dx_train_stance(w, recs, DX_COUNT(recs), DX_COUNT(recs), &f->opt, &err), DX_OK);
	assert_int_equal(dx_writer_section(w, "context").n, 0);
	dx_writer_free(w);
}

/* Articles of which some quotes are known teach stances, but not what quotes say of each other. */
static void test_not_whole(void **state)
{
	fixture *f = *state;
	static dx_record recs[ARTICLES];
	dx_writer *w;
	dx_err err = { 0 };
	for (size_t i = 0; i < ARTICLES; i++)
		write_article(&recs[i], f, i);
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_train_stance(w, recs, ARTICLES, 20, &f->opt, &err), DX_OK);
	assert_true(dx_writer_section(w, "stance").n > 0);
	assert_int_equal(dx_writer_section(w, "context").n, 0);
	dx_writer_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages), cmocka_unit_test(test_join), cmocka_unit_test(test_section), cmocka_unit_test(test_conditional),
		cmocka_unit_test(test_learned), cmocka_unit_test(test_too_few), cmocka_unit_test(test_not_whole),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
