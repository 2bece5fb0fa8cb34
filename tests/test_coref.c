/* test_coref.c - coreference scores of chains whose figures are computed by hand, and the reader of GUM files. */
#include "datasets/gum.h"
#include "evaluate/coref.h"
#include "tests/article.h"

static int setup(void **state)
{
	article *a = calloc(1, sizeof *a);
	*state = a;
	return a ? article_init(a) : -1;
}

static int teardown(void **state)
{
	article_fini(*state);
	free(*state);
	return 0;
}

/* Chains from a string: "abc de" is {a, b, c} and {d, e}; a mention's letter is its place. */
static size_t chains(dx_entity *e, dx_span *spans, const char *s)
{
	size_t n = 0, used = 0;
	for (; *s; s++) {
		if (*s == ' ')
			continue;
		if (!n || s[-1] == ' ')
			e[n++] = (dx_entity){ .mentions = { spans + used, 0 } };
		spans[used++] = (dx_span){ (uint32_t)(*s - 'a') * 4, (uint32_t)(*s - 'a') * 4 + 3 };
		e[n - 1].mentions.n++;
	}
	return n;
}

static dx_coref score(article *a, const char *key, const char *pred, bool singletons)
{
	dx_entity k[16], p[16];
	dx_span ks[32], ps[32];
	dx_coref c = { .singletons = singletons };
	size_t n_key = chains(k, ks, key), n_pred = chains(p, ps, pred);
	assert_int_equal(dx_coref_add(&c, k, n_key, p, n_pred, a->arena, NULL), DX_OK);
	return c;
}

static void near(double got, double want)
{
	if (got < want - 1e-9 || got > want + 1e-9)
		fail_msg("got %.9f, want %.9f", got, want);
}

static void test_same(void **state)
{
	dx_coref c = score(*state, "abc de", "de cba", false);
	near(dx_coref_f(&c.muc), 1);
	near(dx_coref_f(&c.b3), 1);
	near(dx_coref_f(&c.ceaf), 1);
	near(dx_coref_conll(&c), 1);
}

/* Key {a,b,c}; pred {a,b} and {d,e}: Pradhan et al. 2014, figure 1, made shorter.
 * MUC recall: c stands alone, so (3 - 2) / 2; precision: {a,b} 1 of 1, {d,e} in two parts 0 of 1.
 * B3 recall: (2/3 + 2/3 + 0) / 3 = 4/9; precision: (1 + 1 + 0 + 0) / 4. CEAF-e: phi = 2*2/(3+2) = .8; recall .8/1, precision .8/2. */
static void test_parts(void **state)
{
	dx_coref c = score(*state, "abc", "ab de", false);
	near(dx_coref_r(&c.muc), 0.5);
	near(dx_coref_p(&c.muc), 0.5);
	near(dx_coref_r(&c.b3), 4.0 / 9);
	near(dx_coref_p(&c.b3), 0.5);
	near(dx_coref_r(&c.ceaf), 0.8);
	near(dx_coref_p(&c.ceaf), 0.4);
	near(dx_coref_r(&c.mentions), 2.0 / 3);
	near(dx_coref_p(&c.mentions), 0.5);
	near(dx_coref_conll(&c), (0.5 + 2 * (4.0 / 9) * 0.5 / (4.0 / 9 + 0.5) + 2 * 0.8 * 0.4 / 1.2) / 3);
}

/* Key {a,b,c,d}, {e,f}; pred {a,b}, {c,d,e,f}. MUC both: (4-2)+(2-1) = 3 of 4; pred (2-1)+(4-2) = 3 of 4.
 * B3 recall: a,b 2/4, c,d 2/4, e,f 2/2: 4/6; precision: a,b 1, c,d 2/4, e,f 2/4: 4/6.
 * CEAF-e: pairs (K1,P1) 4/6, (K1,P2) 4/8, (K2,P2) 4/6: best 4/6 + 4/6 of two: 2/3. */
static void test_crossing(void **state)
{
	dx_coref c = score(*state, "abcd ef", "ab cdef", false);
	near(dx_coref_r(&c.muc), 0.75);
	near(dx_coref_p(&c.muc), 0.75);
	near(dx_coref_f(&c.b3), 4.0 / 6);
	near(dx_coref_f(&c.ceaf), 2.0 / 3);
}

/* The greedy choice (K1,P1) first would be wrong: K1 {a,b,c}, K2 {d,e,f,g}; P1 {a,b,d,e,f}, P2 {c,x}.
 * (K1,P1) 4/8 (K1,P2) 2/5 (K2,P1) 6/9 (K2,P2) 0: best .4 + 2/3. */
static void test_matching(void **state)
{
	dx_coref c = score(*state, "abc defg", "abdef cx", false);
	near(c.ceaf.hit_key, 0.4 + 2.0 / 3);
	c = score(*state, "abc defg hi", "abdef cx", false);
	near(c.ceaf.hit_key, 0.4 + 2.0 / 3);
	near(c.ceaf.n_key, 3);
}

/* Chains of one mention count only where they are asked for; a mention twice on one side counts once. */
static void test_singletons(void **state)
{
	dx_coref c = score(*state, "ab c", "ab c", false);
	near(c.mentions.n_key, 2);
	c = score(*state, "ab c", "ab c", true);
	near(c.mentions.n_key, 3);
	near(dx_coref_f(&c.b3), 1);
	near(c.muc.n_key, 1);
	c = score(*state, "ab", "aab", false);
	near(c.mentions.n_pred, 2);
	c = score(*state, "", "ab", false);
	near(dx_coref_conll(&c), 0);
}

static const char GUM[] = "# newdoc id = made_up\n# newpar\n"
	"1\tMayor\tmayor\tNOUN\tNN\t_\t2\t_\t_\tEntity=(1-person-new-nnnnn-cf1-2,3-coref\n"
	"2\tRosa\tRosa\tPROPN\tNNP\t_\t0\t_\t_\t_\n"
	"3-4\tLind's\t_\t_\t_\t_\t_\t_\t_\t_\n"
	"3\tLind\tLind\tPROPN\tNNP\t_\t2\t_\t_\tEntity=1)\n"
	"4\t's\t's\tPART\tPOS\t_\t2\t_\t_\t_\n"
	"5\tdog\tdog\tNOUN\tNN\t_\t0\t_\t_\tEntity=(2-animal-new-nnnnn-cf2-1-coref)|SpaceAfter=No\n"
	"6\t.\t.\tPUNCT\t.\t_\t5\t_\t_\t_\n\n"
	"# newpar\n"
	"1\tShe\tshe\tPRON\tPRP\tPerson=3\t2\t_\t_\tEntity=(1-person-giv:act-nnnnn-cf1-1-ana)\n"
	"2\tsaid\tsay\tVERB\tVBD\t_\t0\t_\t_\t_\n"
	"3\tI\tI\tPRON\tPRP\tPerson=1\t2\t_\t_\tEntity=(1-person-giv:act-nnnnn-cf1-1-ana)\n\n";

static dx_status read_gum(article *a, const char *text, dx_record **v, size_t *n, dx_err *err)
{
	size_t cap = 0;
	FILE *f = tmpfile();
	assert_non_null(f);
	fputs(text, f);
	rewind(f);
	*v = NULL;
	*n = 0;
	dx_status st = dx_gum_read(v, n, &cap, f, a->arena, err);
	fclose(f);
	return st;
}

static void test_gum(void **state)
{
	dx_record *v;
	size_t n;
	assert_int_equal(read_gum(*state, GUM, &v, &n, NULL), DX_OK);
	assert_int_equal(n, 1);
	assert_true(dx_str_eq(v->id, DX_STR("made_up")));
	assert_true(dx_str_eq(v->text, DX_STR("Mayor Rosa Lind's dog.\n\nShe said I")));
	assert_int_equal(v->n_entities, 1);              /* the dog is no name */
	assert_int_equal(v->entities[0].mentions.n, 2);  /* "I" is left out */
	dx_span name = v->entities[0].mentions.v[0], she = v->entities[0].mentions.v[1];
	assert_true(name.beg == 6 && name.end == 15 && she.beg == 24 && she.end == 27);
	dx_record_fini(v);
}

static void test_bad_gum(void **state)
{
	static const struct { const char *text; size_t line; } BAD[] = {
		{ "# newdoc id = x\n1\tA\n", 2 },
		{ "# newdoc id = x\n\n1\tA\ta\tNOUN\t_\t_\t0\t_\t_\tEntity=7)\n", 3 },
		{ "# newdoc id = x\n1\tA\ta\tNOUN\t_\t_\t0\t_\t_\tEntity=(7-person\n", 2 },
	};
	for (size_t i = 0; i < DX_COUNT(BAD); i++) {
		dx_record *v;
		size_t n;
		dx_err err = { .code = DX_OK };
		assert_int_equal(read_gum(*state, BAD[i].text, &v, &n, &err), DX_EFORMAT);
		assert_int_equal(err.offset, BAD[i].line);
		assert_int_equal(n, 0);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = { T(test_same), T(test_parts), T(test_crossing), T(test_matching), T(test_singletons), T(test_gum),
		T(test_bad_gum) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
