/* test_mention.c - names, nominals and pronouns, one case for each kind of form. All people are made up. */
#include "features/mention.h"
#include "features/tagset.h"
#include "tests/article.h"

typedef struct { article a; dx_mentions m; } fixture;

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

static void read_text(fixture *f, const char *text)
{
	article_read(&f->a, text, strlen(text));
	assert_int_equal(dx_mentions_find(&f->m, &f->a.doc, NULL), DX_OK);
}

/* The mention whose core reads so, or NULL. */
static const dx_mention *find(const fixture *f, const char *core)
{
	for (size_t i = 0; i < f->m.n; i++)
		if (dx_str_eq(dx_slice(&f->a.doc, dx_range_span(&f->a.doc, f->m.v[i].core)), dx_str_of(core)))
			return f->m.v + i;
	return NULL;
}

static const dx_mention *name(fixture *f, const char *text, const char *core)
{
	read_text(f, text);
	const dx_mention *m = find(f, core);
	assert_non_null(m);
	assert_int_equal(m->form, DX_FORM_NAME);
	return m;
}

static void test_title_and_nation(void **state)
{
	const dx_mention *m = name(*state, "On Monday Hungarian Trade Minister Janos Toth flew home.", "Janos Toth");
	assert_int_equal(m->kind, DX_KIND_PERSON);
	assert_true(m->honored);
	assert_true(m->nation > 0);
}

/* The tagger's word for a small word that begins a sentence is not taken, unless it may be a name. */
static void test_small_word_first(void **state)
{
	fixture *f = *state;
	static const struct { const char *text, *core; dx_pos pos; } CASE[] = {
		{ "As Otter Bay Times writers put it, all is well.", "Otter Bay Times", DX_POS_IN },
		{ "Will Otterbay put it well.", "Will Otterbay", DX_POS_NNP },
		{ "After Seven play on Monday. We heard the band After Seven.", "After Seven", DX_POS_IN },
	};
	for (size_t k = 0; k < DX_COUNT(CASE); k++) {
		article_read(&f->a, CASE[k].text, strlen(CASE[k].text));
		for (size_t i = 0; i < 2; i++)
			f->a.doc.tok[i].ner = DX_NER_ORGANIZATION;
		f->a.doc.tok[0].pos = CASE[k].pos;
		assert_int_equal(dx_mentions_find(&f->m, &f->a.doc, NULL), DX_OK);
		assert_non_null(find(f, CASE[k].core));
		assert_int_equal(f->m.v[0].core.end - f->m.v[0].core.beg, k == 0 ? 3 : 2);
	}
}

static void test_small_title(void **state)
{
	const dx_mention *m = name(*state, "It was the harbour union spokeswoman Petra Holm who called.", "Petra Holm");
	assert_int_equal(m->gender, DX_GENDER_FEMALE);
	assert_true(m->honored);
}

static void test_of_title(void **state)
{
	name(*state, "Then former Secretary of State Laura Pell arrived.", "Laura Pell");
}

static void test_age_and_role(void **state)
{
	const dx_mention *m = name(*state, "Karl Ober, 61, a baker from Linz, was asleep.", "Karl Ober");
	assert_true(m->after.beg < m->after.end);
}

static void test_relative_ends_apposition(void **state)
{
	const dx_mention *m = name(*state, "Karl Ober, a baker who lives in Linz with two dogs and a cat and a parrot, slept.", "Karl Ober");
	assert_int_equal(m->after.end - m->after.beg, 2);
}

static void test_particles(void **state)
{
	name(*state, "Nobody doubts that Greta von der Heide won.", "Greta von der Heide");
	name(*state, "Nobody doubts that Omar bin Rashad won.", "Omar bin Rashad");
}

static void test_initials(void **state)
{
	name(*state, "They asked J. K. Varga about it.", "J. K. Varga");
	name(*state, "They asked Peter H. W. Moss about it.", "Peter H. W. Moss");
}

/* What a page hides behind a link runs into the text: the name ends where it begins again. */
static void test_begins_again(void **state)
{
	fixture *f = *state;
	name(f, "Nobody had told Rep. Petra Pell Petra Ann PellTwo that the ferry line was to be sold, or so she says.", "Petra Pell");
	name(f, "They asked Leroy Banks Leroy Banks about it.", "Leroy Banks");
	name(f, "They asked Laura Ann Laurason about it.", "Laura Ann Laurason");
}

static void test_suffix(void **state)
{
	name(*state, "They asked Leroy Banks Jr. about it.", "Leroy Banks Jr.");
	name(*state, "They asked Leroy Banks, Jr. about it.", "Leroy Banks, Jr.");
}

static void test_hyphen_and_diacritics(void **state)
{
	name(*state, "They asked Anne-Lise Roy-Petit about it.", "Anne-Lise Roy-Petit");
	name(*state, "They asked Zo\xc3\xab \xc3\x87" "elik about it.", "Zo\xc3\xab \xc3\x87" "elik");
}

static void test_nickname(void **state)
{
	name(*state, "They asked Joseph \"Big Joe\" Amaro about it.", "Joseph \"Big Joe\" Amaro");
}

static void test_honorific_before_a_word(void **state)
{
	const dx_mention *m = name(*state, "Later Ms. March left for Rome in May.", "March");
	assert_int_equal(m->gender, DX_GENDER_FEMALE);
	assert_null(find(*state, "May"));
	assert_int_equal(name(*state, "Later Mr. King left.", "King")->gender, DX_GENDER_MALE);
}

static void test_bodies(void **state)
{
	assert_int_equal(name(*state, "He joined the League for Peace and Trade in Europe.", "League for Peace and Trade in Europe")->kind,
	                 DX_KIND_ORGANIZATION);
	assert_int_equal(name(*state, "He joined the Liberal National Committee.", "Liberal National Committee")->kind, DX_KIND_ORGANIZATION);
	name(*state, "He left the Grain and Seed Commission.", "Grain and Seed Commission");
}

static void test_places(void **state)
{
	assert_int_equal(name(*state, "Talks in New Zealand failed.", "New Zealand")->kind, DX_KIND_PLACE);
	assert_int_equal(name(*state, "Then Warsaw objected.", "Warsaw")->kind, DX_KIND_PLACE);
	assert_int_equal(name(*state, "They lost to bitter rival South Korea.", "South Korea")->kind, DX_KIND_PLACE);
}

static void test_nominals(void **state)
{
	fixture *f = *state;
	read_text(f, "The Ohio senator met two union officials and a man in red.");
	const dx_mention *m = find(f, "Ohio senator");
	assert_non_null(m);
	assert_int_equal(m->form, DX_FORM_NOMINAL);
	assert_true(m->definite);
	assert_true(m->nation > 0);
	assert_non_null(m = find(f, "two union officials"));
	assert_true(m->plural);
	assert_non_null(m = find(f, "man"));
	assert_true(m->indefinite);
	assert_int_equal(m->gender, DX_GENDER_MALE);
}

static void test_demonym_is_an_adjective(void **state)
{
	fixture *f = *state;
	read_text(f, "On Friday Latvian officials left.");
	const dx_mention *m = find(f, "Latvian officials");
	assert_non_null(m);
	assert_int_equal(m->form, DX_FORM_NOMINAL);
}

static void test_sentence_start(void **state)
{
	fixture *f = *state;
	read_text(f, "Speaking slowly, Rosa Lind agreed. Critics left. Yet Lind stayed.");
	assert_null(find(f, "Speaking"));
	assert_null(find(f, "Yet Lind"));
	assert_non_null(find(f, "Lind"));
	assert_int_equal(find(f, "Critics")->form, DX_FORM_NOMINAL);
}

static void test_headline(void **state)
{
	fixture *f = *state;
	read_text(f, "Rosa Lind Slams Harbour Plan As Too Costly\n\nOn Monday Rosa Lind left the room.");
	for (size_t i = 0; i < f->m.n; i++)
		assert_true(f->m.v[i].core.end - f->m.v[i].core.beg < 4);
	assert_non_null(find(f, "Rosa Lind"));
}

static void test_quoted_and_pronouns(void **state)
{
	fixture *f = *state;
	read_text(f, "\"Ask Ivo Brandt,\" she said.");
	assert_true(find(f, "Ivo Brandt")->quoted);
	const dx_mention *m = find(f, "she");
	assert_int_equal(m->form, DX_FORM_PRONOUN);
	assert_int_equal(m->gender, DX_GENDER_FEMALE);
	assert_false(m->quoted);
}

static void test_disjoint_and_mapped(void **state)
{
	fixture *f = *state;
	read_text(f, "EU chief Ann Bell and the Tull Group's lawyer, Max Orr, met NATO chief Lee Fox, who said he and Bell agreed.");
	uint32_t at = 0;
	for (size_t i = 0; i < f->m.n; i++) {
		assert_true(f->m.v[i].tok.beg >= at && f->m.v[i].tok.beg < f->m.v[i].tok.end);
		at = f->m.v[i].tok.end;
		for (uint32_t t = f->m.v[i].tok.beg; t < at; t++)
			assert_int_equal(f->m.of_tok[t], (int32_t)i);
	}
}

static void test_odd_texts(void **state)
{
	static const char *const TEXT[] = { "", " ", "A", "\"", "Mr.", "Jr.", "of", "The", "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z a",
		"Secretary of", "Joseph \"", "X, Jr", "the the the", "I", "'s", "Mr. of the" };
	for (size_t i = 0; i < DX_COUNT(TEXT); i++)
		read_text(*state, TEXT[i]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_title_and_nation), T(test_small_word_first), T(test_small_title), T(test_of_title), T(test_age_and_role), T(test_relative_ends_apposition),
		T(test_particles), T(test_initials), T(test_suffix), T(test_begins_again), T(test_hyphen_and_diacritics), T(test_nickname),
		T(test_honorific_before_a_word), T(test_bodies), T(test_places), T(test_nominals), T(test_demonym_is_an_adjective),
		T(test_sentence_start), T(test_headline), T(test_quoted_and_pronouns), T(test_disjoint_and_mapped), T(test_odd_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
