/* test_speaker.c - who says a quote: one case a phenomenon, by rules (no model), and the same vectors in training and prediction.
 * All people and sentences are made up. In a case, [ ] encloses the source, { } the content. */
#include "model/decide_speaker.h"
#include "train/shuffle.h"
#include "train/train_speaker.h"
#include "tests/article.h"
#include <math.h>
#include <unistd.h>

typedef struct {
	article a;
	dx_quote q[8];
	dx_span span[16];
	size_t n;
	dx_entity *e;
	size_t n_e;
	char text[2048];
} fixture;

static int setup(void **state)
{
	fixture *f = calloc(1, sizeof *f);
	*state = f;
	return f ? article_init(&f->a) : -1;
}

static int teardown(void **state)
{
	fixture *f = *state;
	article_fini(&f->a);
	free(f);
	return 0;
}

/* Takes the brackets out; a source belongs to the next content or, when a content is open without one, to the last. */
static void parse(fixture *f, const char *marked)
{
	uint32_t w = 0;
	dx_span source = { 0, 0 };
	size_t n = f->n = 0;
	bool pending = false;
	for (const char *p = marked; *p; p++) {
		if (*p == '[') {
			source.beg = w;
		} else if (*p == ']') {
			source.end = w;
			bool last = n && !f->q[n - 1].source.n && strchr(p, '{') == NULL;
			last |= n && !f->q[n - 1].source.n && p[1] == '~';
			p += p[1] == '~';
			if (last) {
				f->span[2 * n - 1] = source;
				f->q[n - 1].source = (dx_spans){ f->span + 2 * n - 1, 1 };
			}
			pending = !last;
		} else if (*p == '{') {
			f->q[n] = dx_quote_empty();
			f->span[2 * n].beg = w;
		} else if (*p == '}') {
			f->span[2 * n].end = w;
			f->q[n].content = (dx_spans){ f->span + 2 * n, 1 };
			f->q[n].type = f->text[f->span[2 * n].beg] == '"' ? DX_DIRECT : DX_INDIRECT;
			if (pending) {
				f->span[2 * n + 1] = source;
				f->q[n].source = (dx_spans){ f->span + 2 * n + 1, 1 };
			}
			pending = false;
			n++;
		} else {
			f->text[w++] = *p;
		}
	}
	f->n = n;
	f->text[w] = 0;
	article_read(&f->a, f->text, w);
}

/* The last quote of the text must be said by name. */
static dx_quote *said(fixture *f, const char *marked, const char *name, dx_kind kind)
{
	parse(f, marked);
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, NULL, NULL, NULL), DX_OK);
	dx_quote *q = f->q + f->n - 1;
	if (!dx_str_eq(q->speaker, dx_str_of(name)))
		fail_msg("%s: got \"%.*s\"", name, DX_ARG(q->speaker));
	assert_int_equal(q->kind, kind);
	assert_true(q->entity >= 0 && (size_t)q->entity < f->n_e);
	assert_true(dx_str_eq(f->e[q->entity].name, q->speaker));
	assert_true(q->conf_speaker > 0 && q->conf_speaker <= 1);
	return q;
}

#define PERSON(marked, name) said(*state, marked, name, DX_KIND_PERSON)

static void test_names(void **state)
{
	PERSON("[Hungarian Trade Minister Janos Toth]{ they would sign} soon.", "Janos Toth");
	PERSON("[Karl Ober, 61, a baker from Linz,] said {he slept}.", "Karl Ober");
	PERSON("Later [Sir Hugh Dell, who beat Max Orr in May,] said {it was late}.", "Hugh Dell");
	PERSON("[Hobbs's] reply was {\"No.\"} It was the only word from Leroy Hobbs Jr. all day.", "Leroy Hobbs Jr.");
	PERSON("We met Greta von der Heide. [Von der Heide] said {no}.", "Greta von der Heide");
	PERSON("Rosa Lind met Paul Lind. [Mrs. Lind] said {no}.", "Rosa Lind");
	PERSON("[Former Secretary of State Laura Pell] said {no}.", "Laura Pell");
	PERSON("[The mayor, Rosa Lind,] said {no}.", "Rosa Lind");
	PERSON("[Its secretary, Osman Were,] said {no}.", "Osman Were");
	PERSON("We met Rosa Lind Soto. [Lind] said {no}.", "Rosa Lind Soto");
	PERSON("We met Rosa Lindqvist.\n\n{\"NO DEAL\"}, SAYS [LINDQVIST]", "Rosa Lindqvist");
}

static void test_lists(void **state)
{
	PERSON("We saw Kenji Itoh and Lena Mbeti. [Itoh and Mbeti] said in a joint statement {they agreed}.", "Kenji Itoh and Lena Mbeti");
	PERSON("In the old town hall [Kenji Itoh, Lena Mbeti and Paul Ruiz] said {no}.", "Kenji Itoh and Lena Mbeti and Paul Ruiz");
	PERSON("[John Dickens, chief executive of Ora Mining and a former banker,] said {no}.", "John Dickens");
}

static void test_pronouns(void **state)
{
	PERSON("Rosa Lind met Paul Orr. On the way [she] said {it rained}.", "Rosa Lind");
	PERSON("Paul Orr arrived late on Monday. [He] said {it rained}.", "Paul Orr");
	PERSON("[Paul Orr] said {it rained}. {\"We got wet,\"} [he]~ added.", "Paul Orr");
	PERSON("Paul Orr praised Max Dell. [He] said {he was pleased}.", "Paul Orr");
	PERSON("{\"Ask Max Dell,\"} [Paul Orr]~ said. {\"Ask him twice,\"} [he]~ added.", "Paul Orr");
	said(*state, "The railway has closed a line. [It] said {it would reopen}.", "railway", DX_KIND_ORGANIZATION);
	PERSON("As [he] walked in, he said {\"hello\"}. That was how Paul Orr came home.", "Paul Orr");
}

static void test_floating(void **state)
{
	PERSON("{\"It is cold,\"} [Max Dell]~ said. {\"We wait.\"}", "Max Dell");
}

static void test_relative(void **state)
{
	PERSON("They met Tim Marsh, a lawyer [who] said {he had won}.", "Tim Marsh");
	said(*state, "They met angry ratepayers [who] said {no}.", "ratepayers", DX_KIND_GROUP);
	said(*state, "They met a woman in red [who] said {she had won}.", "woman", DX_KIND_GROUP);
	said(*state, "Two boats came, [one of] whom nobody had called, said {they were late}.", "one", DX_KIND_GROUP);
	said(*state, "[Critics such] as the bakers' guild said {it was empty}.", "critics", DX_KIND_GROUP);
}

static void test_roles(void **state)
{
	PERSON("Ohio Governor Max Dell met the Danish envoy Ulla Bay. Then [the governor] said {yes}.", "Max Dell");
	PERSON("U.S. Ambassador Max Dell met Norwegian Trade Minister Ulla Bay. Later [the U.S. envoy] said {yes}.", "Max Dell");
}

static void test_unnamed(void **state)
{
	said(*state, "Then [harbour officials] said {it was closed}.", "harbour officials", DX_KIND_GROUP);
	said(*state, "[A person familiar with the sale, who asked not to be named,] said {it was off}.", "person familiar with the sale", DX_KIND_GROUP);
	said(*state, "Then [a spokesman for Paul Orr] said {no}.", "spokesman for Paul Orr", DX_KIND_GROUP);
	said(*state, "[Critics] say {it is late}.", "critics", DX_KIND_GROUP);
	said(*state, "[The survey] found {six in ten agreed}.", "survey", DX_KIND_DOCUMENT);
	said(*state, "[A survey published on Tuesday] found {six in ten agreed}.", "survey published on Tuesday", DX_KIND_DOCUMENT);
	said(*state, "[A poll released last week] found {six in ten agreed}.", "poll", DX_KIND_DOCUMENT);
}

static void test_bodies_and_places(void **state)
{
	said(*state, "The League for Peace and Trade met. [The LPT] said {no}.", "League for Peace and Trade", DX_KIND_ORGANIZATION);
	said(*state, "Talks went on. [Warsaw] insists {it will pay}.", "Warsaw", DX_KIND_PLACE);
	said(*state, "The Rice Growers' Federation (RGF) met. [The RGF] said {no}.", "Rice Growers' Federation", DX_KIND_ORGANIZATION);
	said(*state, "[A new think tank, the Oduya Centre,] said {no}.", "Oduya Centre", DX_KIND_ORGANIZATION);
	said(*state, "[The minis\xc2\xadtry] said {no}.", "ministry", DX_KIND_ORGANIZATION);
	said(*state, "[The city] said {no}.", "city", DX_KIND_PLACE);
	said(*state, "Talks went on. [The White House] said {no}.", "White House", DX_KIND_PLACE);
}

static void test_author(void **state)
{
	PERSON("On the way [I] thought {it was over}.", "author");
}

/* Nothing but the content tells whose voice it is: the paragraphs stand in any order. */
static void test_nation_against_order(void **state)
{
	const char *text = "[Hungarian envoy Janos Toth] told the meeting {that it would act}.\n"
		"[Danish envoy Lars Bay] told the meeting {that it would wait}.\n"
		"{\"Hungary is small, but our borders and our national security come first,\"} [he]~ said.";
	float v[DX_N_SPK];
	dx_speakers s;
	dx_candidate c[DX_SPEAKER_MOST];
	fixture *f = *state;
	parse(f, text);
	assert_int_equal(dx_speakers_init(&s, &f->a.doc, f->q, f->n, NULL, NULL), DX_OK);
	size_t n = dx_speakers_candidates(c, &s, 2), seen = 0;
	for (size_t i = 0; i < n; i++) {
		dx_speaker_values(v, &s, 2, c + i, c, n);
		bool home = dx_str_eq(s.ents.v[c[i].ent].name, DX_STR("Janos Toth"));
		bool other = dx_str_eq(s.ents.v[c[i].ent].name, DX_STR("Lars Bay"));
		if (home)
			assert_true(v[DX_SPK_OWN_NATION_WE] > 0 && v[DX_SPK_FOREIGN_WE] == 0);
		if (other)
			assert_true(v[DX_SPK_OWN_NATION_WE] == 0 && v[DX_SPK_FOREIGN_WE] > 0);
		seen += home + other;
	}
	assert_int_equal(seen, 2);
}

/* The chain behind a pronoun: what it was tied to, whom it was not taken for, and what decided. */
static void test_why(void **state)
{
	fixture *f = *state;
	dx_speaker_why *why;
	parse(f, "Old Rosa Lind met Ann Orr. [Rosa Lind] said {it rained}. {\"We got wet,\"} [she]~ added.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, NULL, &why, NULL), DX_OK);
	assert_true(dx_str_eq(f->q[1].speaker, DX_STR("Rosa Lind")));
	assert_true(dx_str_eq(dx_slice(&f->a.doc, why[1].antecedent), DX_STR("Rosa Lind")));
	assert_true(why[1].antecedent.beg > 20);
	assert_true(dx_str_eq(why[1].second, DX_STR("Ann Orr")));
	assert_int_equal(why[1].n_part, DX_SPEAKER_PARTS);
	bool said = false;
	for (size_t i = 0; i < why[1].n_part; i++) {
		assert_true(i == 0 || fabs(why[1].weight[i - 1]) >= fabs(why[1].weight[i]));
		said |= dx_str_eq(why[1].part[i], DX_STR("said1")) && why[1].weight[i] > 0;
	}
	assert_true(said);
	assert_int_equal(why[0].antecedent.end, 0);        /* a name needs none */
}

/* The user's names win: for names, for titles, for noun phrases. */
static void test_listed(void **state)
{
	static const char LIST[] = "# ours\nLIND, Rosa\tRosa Lind\tMayor Lind\tkind=person\nHarbour Board\tthe Gang of Nine\tboard\tkind=organization\n";
	fixture *f = *state;
	dx_names *names;
	assert_int_equal(dx_names_parse(&names, (dx_str){ LIST, sizeof LIST - 1 }, NULL), DX_OK);
	assert_int_equal(dx_names_count(names), 2);
	parse(f, "[Rosa Lind] said {no}. Then [she] said {yes}. Later [Mayor Lind] said {it rained}. [The board] said {no}.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, names, NULL, NULL), DX_OK);
	for (size_t q = 0; q < 3; q++) {
		assert_true(dx_str_eq(f->q[q].speaker, DX_STR("LIND, Rosa")));
		assert_int_equal(f->q[q].entity, f->q[0].entity);
	}
	assert_true(dx_str_eq(f->q[3].speaker, DX_STR("Harbour Board")));
	assert_int_equal(f->q[3].kind, DX_KIND_ORGANIZATION);
	parse(f, "The Gang of Nine met. [The board] said {no}. [Paul Orr] said {yes}.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, names, NULL, NULL), DX_OK);
	assert_true(dx_str_eq(f->q[0].speaker, DX_STR("Harbour Board")));
	assert_true(dx_str_eq(f->q[1].speaker, DX_STR("Paul Orr")));
	dx_names_free(names);
}

/* What is wrong with a list is said with its line. */
static void test_bad_lists(void **state)
{
	static const struct { const char *text, *why; size_t line; } BAD[] = {
		{ "Rosa Lind\tLind\n\nPaul Lind\tLind\n", "two lines claim \"Lind\"", 3 },
		{ "# no\n\tLind\n", "begins with no name", 2 },
		{ "Rosa Lind\tkind=robot\n", "no such kind: \"robot\"", 1 },
		{ "Rosa Lind\t--\n", "without a word", 1 },
	};
	(void)state;
	for (size_t i = 0; i < DX_COUNT(BAD); i++) {
		dx_names *names;
		dx_err err = { .code = DX_OK };
		assert_int_equal(dx_names_parse(&names, dx_str_of(BAD[i].text), &err), DX_EFORMAT);
		assert_null(names);
		assert_non_null(strstr(err.msg, BAD[i].why));
		assert_int_equal(err.offset, BAD[i].line);
	}
	dx_names *names;
	assert_int_equal(dx_names_parse(&names, (dx_str){ "a\xff", 2 }, NULL), DX_EUTF8);
}

/* Lines in another order, spans with them; a content over two lines is cut. */
static void test_shuffle(void **state)
{
	static const char LINE[] = "{\"text\":\"Ann Orr said no\\nand never.\\nIt rained.\",\"quotes\":[{\"content\":[[13,25]],\"cue\":[[8,12]],"
		"\"source\":[[0,7]],\"speaker\":\"Ann Orr\"}]}";
	fixture *f = *state;
	dx_record r, s, t;
	bool moved = false;
	assert_int_equal(dx_record_parse(&r, (dx_str){ LINE, sizeof LINE - 1 }, f->a.arena, NULL), DX_OK);
	for (uint64_t seed = 0; seed < 8; seed++) {
		assert_int_equal(dx_shuffle_lines(&s, &r, seed, f->a.arena, NULL), DX_OK);
		assert_int_equal(dx_shuffle_lines(&t, &r, seed, f->a.arena, NULL), DX_OK);
		assert_true(dx_str_eq(s.text, t.text) && s.text.n == r.text.n);
		assert_int_equal(s.n_quotes, 1);
		const dx_quote *q = s.quotes;
		assert_int_equal(q->content.n, 2);
		assert_memory_equal(s.text.p + q->source.v[0].beg, "Ann Orr", 7);
		assert_memory_equal(s.text.p + q->cue.v[0].beg, "said", 4);
		bool first = s.text.p[q->content.v[0].beg] == 'n';
		assert_memory_equal(s.text.p + q->content.v[first ? 0 : 1].beg, "no", 2);
		assert_memory_equal(s.text.p + q->content.v[first ? 1 : 0].beg, "and never", 9);
		moved |= !dx_str_eq(s.text, r.text);
	}
	assert_true(moved);
	dx_record_fini(&r);
}

/* An entity's mentions are its names and the pronouns that mean it, in order; a source goes with its speaker. */
static void test_mentions(void **state)
{
	fixture *f = *state;
	parse(f, "Rosa Lind met Paul Orr. She gave him tea. Then [she] said {no}. The Harbour Board met. It voted.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, NULL, NULL, NULL), DX_OK);
	static const struct { const char *name, *last; size_t n; } WANT[] = { { "Rosa Lind", "she", 3 }, { "Paul Orr", "him", 2 },
		{ "Harbour Board", "It", 2 } };
	size_t seen = 0;
	for (size_t i = 0; i < f->n_e; i++)
		for (size_t k = 0; k < DX_COUNT(WANT); k++) {
			if (!dx_str_eq(f->e[i].name, dx_str_of(WANT[k].name)))
				continue;
			const dx_spans *m = &f->e[i].mentions;
			assert_int_equal(m->n, WANT[k].n);
			assert_true(dx_str_eq(dx_slice(&f->a.doc, m->v[m->n - 1]), dx_str_of(WANT[k].last)));
			for (size_t j = 1; j < m->n; j++)
				assert_true(m->v[j - 1].end <= m->v[j].beg);
			seen++;
		}
	assert_int_equal(seen, 3);
}

/* "The ministry" where a ministry is named; "the matai", who was called that. */
static void test_named_elsewhere(void **state)
{
	said(*state, "The Ministry of Peat met. Later [the ministry] said {no}.", "Ministry of Peat", DX_KIND_ORGANIZATION);
	PERSON("We saw Osman Lind, the hetman, or chief, who leads them. Later [the chief] said {no}.", "Osman Lind");
}

/* No source, no candidate: nothing is made up. */
/* A source of nothing that can be seen has no name and is nobody. */
static void test_nameless(void **state)
{
	fixture *f = *state;
	parse(f, "Then [\x01\x02] said {no}.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, NULL, NULL, NULL), DX_OK);
	assert_int_equal(f->q->entity, -1);
	assert_int_equal(f->q->speaker.n, 0);
	assert_true(f->q->kind == DX_KIND_UNKNOWN && f->q->conf_speaker == 0);
	for (size_t i = 0; i < f->n_e; i++)
		assert_true(f->e[i].name.n > 0);
}

static void test_nothing(void **state)
{
	fixture *f = *state;
	parse(f, "it seems {that it rained}.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, NULL, NULL, NULL, NULL), DX_OK);
	assert_int_equal(f->q[0].entity, -1);
	assert_int_equal(f->q[0].speaker.n, 0);
	assert_int_equal(f->q[0].kind, DX_KIND_UNKNOWN);
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, NULL, 0, &f->a.doc, NULL, NULL, NULL, NULL), DX_OK);
}

/* The vector is the values, once for all sources and once for the form, and nothing else. */
static void test_vector(void **state)
{
	fixture *f = *state;
	parse(f, "Rosa Lind met Paul Orr. [He] said {it rained}.");
	dx_speakers s, again;
	assert_int_equal(dx_speakers_init(&s, &f->a.doc, f->q, f->n, NULL, NULL), DX_OK);
	assert_int_equal(dx_speakers_init(&again, &f->a.doc, f->q, f->n, NULL, NULL), DX_OK);
	dx_candidate c[DX_SPEAKER_MOST], d[DX_SPEAKER_MOST];
	size_t n = dx_speakers_candidates(c, &s, 0);
	assert_int_equal(dx_speakers_candidates(d, &again, 0), n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		float v[DX_N_SPK], u[DX_N_SPK];
		dx_vec x = { .arena = f->a.arena };
		dx_speaker_values(v, &s, 0, c + i, c, n);
		dx_speaker_values(u, &again, 0, d + i, d, n);
		assert_memory_equal(v, u, sizeof v);
		dx_speaker_vector(&x, &s, 0, v);
		for (size_t k = 0; k < x.n; k++) {
			assert_true(x.f[k].i < DX_SPEAKER_FEATURES);
			assert_true(x.f[k].v == v[x.f[k].i % DX_N_SPK]);
		}
	}
}

static void test_name_match(void **state)
{
	(void)state;
	assert_int_equal(dx_name_match(DX_STR("the Harbour Board"), DX_STR("Harbour Board")), 2);
	assert_int_equal(dx_name_match(DX_STR("Lind"), DX_STR("Rosa Lind")), 1);
	assert_int_equal(dx_name_match(DX_STR("Rosa"), DX_STR("Rosa Lind")), 0);
	assert_int_equal(dx_name_match(DX_STR("Lind\xe2\x80\x99s"), DX_STR("Lind")), 2);
	assert_int_equal(dx_name_match(DX_STR(""), DX_STR("")), 0);
}

/* Trains on made-up articles: the same seed gives the same bytes, and the model loads and decides. */
static void test_train(void **state)
{
#define LINE "{\"id\":\"%d\",\"text\":\"Rosa Lind met Ann Bell. She said it rained. Paul Orr said no.\",\"quotes\":[" \
	"{\"type\":\"indirect\",\"content\":[[33,42]],\"cue\":[[28,32]],\"source\":[[24,27]],\"speaker\":\"Rosa Lind\",\"kind\":\"person\"}," \
	"{\"type\":\"indirect\",\"content\":[[58,60]],\"cue\":[[53,57]],\"source\":[[44,52]],\"speaker\":\"Paul Orr\",\"kind\":\"person\"}]}"
	fixture *f = *state;
	dx_record r[12];
	char line[1024];
	dx_train_options opt = { .seed = 3, .folds = 3, .threads = 1, .header = f->a.header };
	dx_str bytes[2];
	dx_file *file[2];
	for (int i = 0; i < 12; i++) {
		size_t n = (size_t)snprintf(line, sizeof line, LINE, i);
		assert_int_equal(dx_record_parse(r + i, (dx_str){ line, n }, f->a.arena, NULL), DX_OK);
	}
	for (int k = 0; k < 2; k++) {
		char path[] = "/tmp/dixit-speaker-XXXXXX";
		dx_writer *w;
		int fd = mkstemp(path);
		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(dx_writer_new(&w, NULL), DX_OK);
		assert_int_equal(dx_train_speaker(w, r, 12, &opt, NULL), DX_OK);
		assert_int_equal(dx_writer_save(w, path, NULL), DX_OK);
		dx_writer_free(w);
		assert_int_equal(dx_file_open(file + k, path, NULL), DX_OK);
		bytes[k] = dx_file_section(file[k], "speaker");
		remove(path);
	}
	assert_true(dx_str_eq(bytes[0], bytes[1]));
	dx_speaker_model m;
	assert_int_equal(dx_speaker_load(&m, file[0], NULL), DX_OK);
	assert_true(m.present);
	parse(f, "Rosa Lind left. [She] said {it rained}.");
	assert_int_equal(dx_speakers_decide(&f->e, &f->n_e, f->q, f->n, &f->a.doc, &m, NULL, NULL, NULL), DX_OK);
	assert_true(dx_str_eq(f->q[0].speaker, DX_STR("Rosa Lind")));
	for (int k = 0; k < 2; k++)
		dx_file_close(file[k]);
	for (int i = 0; i < 12; i++)
		dx_record_fini(r + i);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_names), T(test_lists), T(test_pronouns), T(test_floating), T(test_relative), T(test_roles), T(test_unnamed),
		T(test_bodies_and_places), T(test_author), T(test_nation_against_order), T(test_nameless), T(test_nothing), T(test_vector),
		T(test_name_match), T(test_mentions), T(test_named_elsewhere), T(test_why), T(test_listed), T(test_bad_lists), T(test_shuffle), T(test_train),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
