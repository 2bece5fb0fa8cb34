/* test_issue.c - issues of public debate: what a target is about (features/issue.h), the machine that has learned what is said on them
 * (model/decide_issue.h), and the advice that it gives. */
#include <math.h>
#include "model/explain_stance.h"
#include "tests/article.h"
#include "train/train_issues.h"
#include "train/train_stance.h"

enum { NEUTRAL, OPPOSE, SUPPORT, N_LABELS };             /* as they are ordered */
enum { MOST = 200 };

typedef struct { article text; dx_train_options opt; dx_record recs[MOST]; size_t n; } fixture;

static int setup(void **state)
{
	static fixture f;
	f = (fixture){ .n = 0 };
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

/* Beside the records, which live in the same arena. */
static void analyse(dx_doc *doc, const fixture *f, const char *text)
{
	assert_int_equal(dx_analyse(doc, f->text.header, dx_str_of(text), f->text.arena, NULL), DX_OK);
}

static dx_issue issue_of(const fixture *f, const char *target)
{
	dx_doc d;
	analyse(&d, f, target);
	return dx_issue_of(&d);
}

static void test_targets(void **state)
{
	const fixture *f = *state;
	const dx_issue rights = issue_of(f, "abortion rights"), wall = issue_of(f, "The border wall"), ban = issue_of(f, "the Abortion ban of 2011");
	assert_true(rights.number && !rights.against);
	assert_int_equal(issue_of(f, "Legalization of Abortion").number, rights.number);
	assert_int_equal(ban.number, rights.number);
	assert_true(ban.against);                        /* the phrase, not its first word */
	assert_int_equal(wall.number, issue_of(f, "immigration").number);
	assert_true(wall.against && wall.number != rights.number);
	assert_int_equal(issue_of(f, "the harbour ferry").number, 0);
	assert_int_equal(issue_of(f, "").number, 0);
}

/* A target that is marked in the text is judged where it stands. */
static void test_marked(void **state)
{
	const fixture *f = *state;
	dx_doc doc;
	dx_stance_case c;
	dx_err err;
	dx_statement s = { .target = DX_STR("gun control") };
	analyse(&doc, f, "They want gun control now.");
	assert_int_equal(dx_stance_of_statement(&c, &doc, &s, &err), DX_OK);
	assert_true(c.issue.number > 0);
	s.target_span = (dx_span){ 10, 21 };
	assert_int_equal(dx_stance_of_statement(&c, &doc, &s, &err), DX_OK);
	assert_int_equal(c.issue.number, 0);
}

static void add(fixture *f, const char *subject, const char *word, const char *target, const char *stance)
{
	char buf[200];
	snprintf(buf, sizeof buf, "%s is %s, they said.", subject, word);
	assert_true(f->n < MOST);
	f->recs[f->n++] = (dx_record){ .is_statement = true, .text = dx_str_of(dx_arena_strdup(f->text.arena, dx_str_of(buf))), .target = dx_str_of(target),
		.stance = dx_str_of(stance) };
}

static const char *const SUBJECT[] = { "The new rule", "What they plan", "This bill", "That speech", "The vote", "Her answer", "His letter", "All of it" };

/* Two issues on which the same words are used for opposite sides. */
static void two_issues(fixture *f)
{
	for (size_t i = 0; i < DX_COUNT(SUBJECT); i++) {
		add(f, SUBJECT[i], "overdue", "gun control", "support");
		add(f, SUBJECT[i], "meddling", "gun control", "oppose");
		add(f, SUBJECT[i], "on paper", "gun control", "neutral");
		add(f, SUBJECT[i], "meddling", "tax cuts", "support");
		add(f, SUBJECT[i], "overdue", "tax cuts", "oppose");
		add(f, SUBJECT[i], "on paper", "tax cuts", "neutral");
	}
}

static dx_writer *train_issues(fixture *f)
{
	dx_writer *w;
	dx_err err = { 0 };
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	if (dx_train_issues(w, f->recs, f->n, &f->opt, &err))
		fail_msg("%s", err.msg);
	return w;
}

static uint32_t decided(double p[N_LABELS], const fixture *f, const dx_issue_model *m, const char *text, const char *target)
{
	dx_doc doc;
	dx_stance_case c;
	dx_err err;
	uint32_t label;
	const dx_statement s = { .target = dx_str_of(target) };
	analyse(&doc, f, text);
	assert_int_equal(dx_stance_of_statement(&c, &doc, &s, &err), DX_OK);
	assert_int_equal(dx_issue_p(p, &label, &c, m, &err), DX_OK);
	assert_true(fabs(p[NEUTRAL] + p[OPPOSE] + p[SUPPORT] - 1) < 1e-9);
	return label;
}

static void test_learns_by_issue(void **state)
{
	fixture *f = *state;
	dx_err err;
	dx_issue_model m;
	double p[N_LABELS], q[N_LABELS];
	two_issues(f);
	dx_writer *w = train_issues(f);
	assert_int_equal(dx_issue_load(&m, dx_writer_section(w, "issues"), &err), DX_OK);
	assert_true(m.present);
	assert_int_equal(m.labels.n, N_LABELS);
	assert_int_equal(decided(p, f, &m, "Another plan is overdue, they said.", "gun control"), SUPPORT);
	assert_int_equal(decided(p, f, &m, "Another plan is overdue, they said.", "tax cuts"), OPPOSE);
	assert_int_equal(decided(p, f, &m, "Another plan is meddling, they said.", "gun control"), OPPOSE);
	assert_int_equal(decided(q, f, &m, "Another plan is meddling, they said.", "gun rights"), SUPPORT);
	assert_true(p[OPPOSE] == q[SUPPORT] && p[SUPPORT] == q[OPPOSE] && p[NEUTRAL] == q[NEUTRAL]);
	dx_writer_free(w);
}

static void test_advice(void **state)
{
	fixture *f = *state;
	dx_err err;
	dx_issue_model m;
	dx_doc doc;
	dx_stance_case c;
	two_issues(f);
	dx_writer *w = train_issues(f);
	assert_int_equal(dx_issue_load(&m, dx_writer_section(w, "issues"), &err), DX_OK);
	analyse(&doc, f, "Another plan is overdue, they said.");
	dx_statement s = { .target = DX_STR("gun control") };
	assert_int_equal(dx_stance_of_statement(&c, &doc, &s, &err), DX_OK);
	dx_vec x = { .arena = f->text.arena };
	dx_stance_notes notes = { 0 };
	assert_int_equal(dx_issue_advise(&x, &notes, &c, &m, &err), DX_OK);
	assert_int_equal(x.n, N_LABELS);
	assert_int_equal(notes.n, N_LABELS);
	assert_true(x.f[SUPPORT].v > 0 && x.f[SUPPORT].v > x.f[NEUTRAL].v && x.f[SUPPORT].v > x.f[OPPOSE].v);
	assert_true(fabsf(x.f[NEUTRAL].v + x.f[OPPOSE].v + x.f[SUPPORT].v) < 1e-5f);
	s.target = DX_STR("the ferry");
	assert_int_equal(dx_stance_of_statement(&c, &doc, &s, &err), DX_OK);
	x.n = 0;
	assert_int_equal(dx_issue_advise(&x, NULL, &c, &m, &err), DX_OK);
	assert_int_equal(x.n, 0);
	dx_writer_free(w);
}

static dx_file *save(dx_writer *w, const char *path)
{
	dx_file *file;
	dx_err err = { 0 };
	assert_int_equal(dx_writer_save(w, path, &err), DX_OK);
	dx_writer_free(w);
	assert_int_equal(dx_file_open(&file, path, &err), DX_OK);
	assert_int_equal(remove(path), 0);
	return file;
}

static bool says(const fixture *f, const dx_stance_model *m, const char *text, const char *target, const char *label)
{
	dx_doc doc;
	dx_stance s;
	dx_err err;
	const dx_statement st = { .target = dx_str_of(target) };
	analyse(&doc, f, text);
	assert_int_equal(dx_stance_statement(&s, &doc, &st, m, &err), DX_OK);
	return dx_str_eq(s.label, dx_str_of(label));
}

static bool quote_says(const fixture *f, const dx_stance_model *m, const char *text, const char *target, const char *label)
{
	dx_span all = { 0, (uint32_t)strlen(text) };
	const dx_quote q = { .content = { &all, 1 } };
	dx_doc doc;
	dx_stance s;
	dx_err err;
	analyse(&doc, f, text);
	assert_int_equal(dx_stance_quote(&s, &doc, &q, dx_str_of(target), NULL, m, &err), DX_OK);
	return dx_str_eq(s.label, dx_str_of(label));
}

/* A model whose statements are on other things decides on issues by its machine of issues, and explains by it; on other things by its own. */
static void test_decides_on_issues(void **state)
{
	fixture *f = *state;
	dx_err err = { 0 };
	dx_stance_model m;
	dx_doc doc;
	dx_stance_case c;
	dx_stance stance;
	dx_stance_reason *reason;
	size_t n;
	two_issues(f);
	dx_writer *w = train_issues(f);
	f->n = 0;
	for (size_t i = 0; i < DX_COUNT(SUBJECT); i++) {
		add(f, SUBJECT[i], "overdue", "the ferry", "neutral");
		add(f, SUBJECT[i], "lovely", "the ferry", "support");
		add(f, SUBJECT[i], "rotten", "the ferry", "oppose");
	}
	assert_int_equal(dx_train_stance(w, f->recs, f->n, f->n, &f->opt, &err), DX_OK);
	dx_file *file = save(w, "build/test_issue.dixit");
	assert_int_equal(dx_stance_load(&m, file, &err), DX_OK);
	assert_true(m.issues.present && !m.head[DX_STANCE_STATEMENT].advice);
	assert_true(says(f, &m, "Another plan is overdue, they said.", "gun control", "support"));
	assert_true(says(f, &m, "Another plan is overdue, they said.", "tax cuts", "oppose"));
	assert_true(says(f, &m, "Another plan is overdue, they said.", "the ferry", "neutral"));
	assert_true(quote_says(f, &m, "Another plan is overdue", "tax cuts", "oppose"));
	assert_true(quote_says(f, &m, "Another plan is meddling", "tax cuts", "support"));
	assert_true(quote_says(f, &m, "More tax cuts are overdue", "tax cuts", "neutral"));      /* named: not the issue's machine */
	analyse(&doc, f, "Another plan is overdue, they said.");
	const dx_statement st = { .target = DX_STR("gun control") };
	assert_int_equal(dx_stance_statement(&stance, &doc, &st, &m, &err), DX_OK);
	assert_int_equal(dx_stance_of_statement(&c, &doc, &st, &err), DX_OK);
	assert_int_equal(dx_stance_explain(&reason, &n, 5, &stance, &c, NULL, &m, &err), DX_OK);
	bool names = false;
	for (size_t i = 0; i < n; i++)
		names |= dx_str_eq(reason[i].what, DX_STR("on this issue: overdue")) && reason[i].weight > 0;
	assert_true(names);
	dx_file_close(file);
}

/* Labels of the user's own: what the other model knows of the issue comes along into the new one, and is used. */
static void test_advised_training(void **state)
{
	fixture *f = *state;
	dx_err err = { 0 };
	dx_issue_model issues;
	dx_stance_model m;
	two_issues(f);
	dx_writer *from = train_issues(f), *w;
	f->opt.advice = dx_writer_section(from, "issues");
	assert_int_equal(dx_issue_load(&issues, f->opt.advice, &err), DX_OK);
	f->opt.issues = &issues;
	f->n = 0;
	for (size_t i = 0; i < DX_COUNT(SUBJECT); i++) {
		add(f, SUBJECT[i], i % 2 ? "overdue" : "overdue and right", "Gun Control Laws", "FAVOR");
		add(f, SUBJECT[i], i % 2 ? "meddling" : "meddling and wrong", "Gun Control Laws", "AGAINST");
	}
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_train_stance(w, f->recs, f->n, f->n, &f->opt, &err), DX_OK);
	dx_file *file = save(w, "build/test_issue.dixit");
	assert_int_equal(dx_stance_load(&m, file, &err), DX_OK);
	assert_true(m.issues.present && m.head[DX_STANCE_STATEMENT].advice);
	assert_true(says(f, &m, "Another plan is overdue, they said.", "Gun Control Laws", "FAVOR"));
	assert_true(says(f, &m, "Another plan is meddling, they said.", "Gun Control Laws", "AGAINST"));
	dx_file_close(file);
	dx_writer_free(from);
}

static void refused(fixture *f, const char *target)
{
	dx_writer *w;
	dx_err err = { 0 };
	f->n = 0;
	two_issues(f);
	add(f, "It", "overdue", target, "support");
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	assert_int_equal(dx_train_issues(w, f->recs, f->n, &f->opt, &err), DX_EDATA);
	assert_non_null(strstr(err.msg, target));
	dx_writer_free(w);
}

static void test_refuses_targets(void **state)
{
	refused(*state, "the ferry");
	refused(*state, "gun rights");
}

static void test_damaged_sections(void **state)
{
	fixture *f = *state;
	dx_err err;
	dx_issue_model m;
	two_issues(f);
	dx_writer *w = train_issues(f);
	const dx_str whole = dx_writer_section(w, "issues");
	for (size_t n = 1; n < whole.n; n += n < 300 ? 1 : 131) {
		err.msg[0] = 0;
		assert_int_equal(dx_issue_load(&m, (dx_str){ whole.p, n }, &err), DX_EFORMAT);
		assert_non_null(strstr(err.msg, "section issues: "));
		assert_false(m.present);
	}
	assert_int_equal(dx_issue_load(&m, (dx_str){ NULL, 0 }, &err), DX_OK);
	assert_false(m.present);
	dx_writer_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_targets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_learns_by_issue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_advice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_decides_on_issues, setup, teardown),
		cmocka_unit_test_setup_teardown(test_advised_training, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses_targets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_sections, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
