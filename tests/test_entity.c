/* test_entity.c - which mentions are of one person or body, and what it is called. All people are made up. */
#include "features/entity.h"
#include "tests/article.h"

typedef struct { article a; dx_mentions m; dx_ents e; } fixture;

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
	assert_int_equal(dx_entities_find(&f->e, &f->m, &f->a.doc, NULL, NULL), DX_OK);
}

static const dx_ent *find(const fixture *f, const char *name)
{
	for (size_t i = 0; i < f->e.n; i++)
		if (dx_str_eq(f->e.v[i].name, dx_str_of(name)))
			return f->e.v + i;
	return NULL;
}

/* Text, the name that must come out, and how many mentions it must have. */
static const dx_ent *joined(fixture *f, const char *text, const char *name, uint32_t n)
{
	read_text(f, text);
	const dx_ent *e = find(f, name);
	if (!e)
		fail_msg("no %s", name);
	assert_int_equal(e->n_mention, n);
	return e;
}

static void test_surname(void **state)
{
	const dx_ent *e = joined(*state, "Police asked Rosa Lind. Then Lind left, and Ms. Lind paid.", "Rosa Lind", 3);
	assert_int_equal(e->kind, DX_KIND_PERSON);
	assert_int_equal(e->gender, DX_GENDER_FEMALE);
}

static void test_honorific_changes(void **state)
{
	joined(*state, "Dr. Amir Said-Noor spoke. Prof. Said-Noor sat. Mr. Said-Noor left.", "Amir Said-Noor", 3);
}

/* The words of a caption's credit before a name do not become the name. */
static void test_swallowed_words(void **state)
{
	joined(*state, "Governor Rick Orr waved. | Mole/Getty Images Elections Orr blasts the count. Rick Orr went on.", "Rick Orr", 3);
}

static void test_same_surname(void **state)
{
	fixture *f = *state;
	read_text(f, "Rosa Lind met Paul Lind. Mr. Lind laughed. Mrs. Lind did not.");
	assert_int_equal(find(f, "Rosa Lind")->n_mention, 2);
	assert_int_equal(find(f, "Paul Lind")->n_mention, 2);
}

static void test_same_surname_by_forename(void **state)
{
	fixture *f = *state;
	read_text(f, "The mayor Paul Lind spoke. His wife Rosa Lind listened. Paul Lind went on. Rosa smiled. Lind was done.");
	assert_int_equal(find(f, "Paul Lind")->n_mention, 3);
	assert_int_equal(find(f, "Rosa Lind")->n_mention, 2);
}

static void test_suffix(void **state)
{
	joined(*state, "They met Leroy Hobbs Jr. on Monday. Later Hobbs left.", "Leroy Hobbs Jr.", 2);
}

static void test_middle_initial_and_nickname(void **state)
{
	joined(*state, "They met William T. Crane. Then Bill Crane left. Crane ate.", "William T. Crane", 3);
}

static void test_particles(void **state)
{
	joined(*state, "They met Greta von der Heide. Later Von der Heide left.", "Greta von der Heide", 2);
}

static void test_hyphen(void **state)
{
	joined(*state, "They met Anne-Lise Roy-Petit. Later Roy-Petit left.", "Anne-Lise Roy-Petit", 2);
}

static void test_family_name_first(void **state)
{
	joined(*state, "They met President Baek Dong Su. Later Baek left.", "Baek Dong Su", 2);
}

static void test_transliteration(void **state)
{
	joined(*state, "They met Pavlo Horenskyy. Later Horensky left, and Horenskiy too.", "Pavlo Horenskyy", 3);
	joined(*state, "They met Omar Qadhami. Later Gaddhami left.", "Omar Qadhami", 2);
}

static void test_diacritics(void **state)
{
	joined(*state, "They met Kerem \xc3\x87" "elido\xc4\x9f" "an. Later Celidogan left.", "Kerem \xc3\x87" "elido\xc4\x9f" "an", 2);
	joined(*state, "They met Andre\xcc\x81 Lavigne-Roux. Later Andr\xc3\xa9" " Lavigne-Roux left.", "Andre\xcc\x81 Lavigne-Roux", 2);
}

static void test_all_caps(void **state)
{
	joined(*state, "NO DEAL NOW, SAYS LINDQVIST\n\nThey met Rosa Lindqvist. Lindqvist left.", "Rosa Lindqvist", 3);
}

static void test_acronym(void **state)
{
	const dx_ent *e = joined(*state, "He joined the League for Peace and Trade (LPT). Then the LPT split.", "League for Peace and Trade", 3);
	assert_int_equal(e->kind, DX_KIND_ORGANIZATION);
}

static void test_short_form_of_a_body(void **state)
{
	joined(*state, "He reads the Bergen Courier-Gazette Post daily. The Post is old.", "Bergen Courier-Gazette Post", 2);
}

static void test_word_and_place_surnames(void **state)
{
	fixture *f = *state;
	read_text(f, "Ms. March met Rita Paris in Paris. March left in March.");
	assert_non_null(find(f, "March"));
	assert_int_equal(find(f, "March")->n_mention, 1);
	assert_non_null(find(f, "Rita Paris"));
}

static void test_title_is_kept(void **state)
{
	const dx_ent *e = joined(*state, "On Monday Hungarian Trade Minister Janos Toth left. Toth ate.", "Janos Toth", 2);
	assert_true(dx_str_eq(e->title, DX_STR("Hungarian Trade Minister")));
	assert_true(e->nation > 0 && e->n_role >= 3);
}

static void test_places_stay_apart(void **state)
{
	fixture *f = *state;
	read_text(f, "Talks in Eastern Europe went well. In Europe they did not.");
	assert_non_null(find(f, "Europe"));
	assert_non_null(find(f, "Eastern Europe"));
}

/* One surname repeated with ever new forenames must not cost the square of their number. */
static void test_many_of_one_surname(void **state)
{
	fixture *f = *state;
	size_t n = 20000, w = 0;
	char *text = malloc(n * 40);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		w += (size_t)snprintf(text + w, 40, "they have visited Q%c%c%c Lind and ", 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26), 'a' + (int)(i / 676 % 26));
	dx_str s = { text, w };
	assert_int_equal(dx_analyse(&f->a.doc, f->a.header, s, f->a.arena, NULL), DX_OK);
	assert_int_equal(dx_mentions_find(&f->m, &f->a.doc, NULL), DX_OK);
	assert_int_equal(dx_entities_find(&f->e, &f->m, &f->a.doc, NULL, NULL), DX_OK);
	assert_true(f->e.n > 1000);
	free(text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_surname), T(test_honorific_changes), T(test_swallowed_words), T(test_same_surname), T(test_same_surname_by_forename), T(test_suffix),
		T(test_middle_initial_and_nickname), T(test_particles), T(test_hyphen), T(test_family_name_first), T(test_transliteration),
		T(test_diacritics), T(test_all_caps), T(test_acronym), T(test_short_form_of_a_body), T(test_word_and_place_surnames),
		T(test_title_is_kept), T(test_places_stay_apart), T(test_many_of_one_surname),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
