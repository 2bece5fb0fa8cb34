/* test_rating.c - what words and phrases say of those around them (features/rating.h), and the items of a stance case that carry it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "features/analyse.h"
#include "features/stance_counts.h"

static uint64_t hash(const char *s)
{
	return dx_hash(s, strlen(s));
}

static dx_rating of_word(const char *s)
{
	return dx_rating_of(dx_lexicon_find(hash(s)));
}

static void test_words(void **state)
{
	(void)state;
	const dx_rating slammed = of_word("slammed"), lied = of_word("lied"), hoax = of_word("hoax"), none = of_word("qqzzqq");
	assert_true(slammed.any && slammed.v[DX_RATING_DONE] <= -4 && slammed.v[DX_RATING_DOER] > slammed.v[DX_RATING_DONE]);
	assert_true(lied.v[DX_RATING_DOER] <= -4 && lied.v[DX_RATING_DOER] < lied.v[DX_RATING_DONE]);
	assert_true(hoax.v[DX_RATING_CONCERN] < 0 && of_word("crisis").v[DX_RATING_CONCERN] > 0);
	assert_false(none.any);
	assert_int_equal(dx_rating_whole(&none), 0);
}

static void test_phrases(void **state)
{
	(void)state;
	const dx_rating stood = dx_rating_of_phrase(hash("stood"), hash("behind")), scene = dx_rating_of_phrase(hash("crime"), hash("scene"));
	assert_true(stood.v[DX_RATING_DONE] >= 4);
	assert_true(scene.any && dx_rating_whole(&scene) == 0 && of_word("crime").v[DX_RATING_TONE] < 0);
	assert_false(dx_rating_of_phrase(hash("behind"), hash("stood")).any);
}

static void test_whole(void **state)
{
	(void)state;
	assert_int_equal(dx_rating_whole(&(dx_rating){ .v = { 2, -5, 5 } }), 2);
	assert_int_equal(dx_rating_whole(&(dx_rating){ .v = { 0, -3, 2 } }), -3);
	assert_int_equal(dx_rating_whole(&(dx_rating){ .v = { 0, 2, -3 } }), -3);
}

/* Every rating in the list lies within the range that features are made for. */
static void test_range(void **state)
{
	(void)state;
	size_t n = 0;
	for (uint32_t i = 0; i <= dx_lexicon_mask; i++) {
		if (!dx_lexicon_slot[i])
			continue;
		const dx_rating r = dx_rating_of(dx_lexicon_row + dx_lexicon_slot[i] - 1);
		n += r.any;
		for (int k = 0; k < DX_N_RATING; k++)
			assert_in_range(r.v[k] + DX_RATING_MOST, 0, 2 * DX_RATING_MOST);
	}
	assert_true(n > 20000);
}

/* A phrase takes the place of its words, an article within it is passed over, and the target is one item. */
static void test_items(void **state)
{
	const dx_str text = DX_STR("The council took the advantage and stood behind Ada Voss.");
	dx_item it[DX_STANCE_WORDS];
	dx_range content = { 0, 0 }, target = { 0, 0 };
	dx_stance_counts n = { 0 };
	dx_header *header;
	dx_arena *arena;
	dx_doc doc;
	dx_err err;
	(void)state;
	assert_int_equal(dx_arena_new(&arena, &err), DX_OK);
	assert_int_equal(dx_header_new(&header, &err), DX_OK);
	assert_int_equal(dx_analyse(&doc, header, text, arena, &err), DX_OK);
	content.end = (uint32_t)doc.n_tok;
	target = dx_stance_tokens(&doc, (dx_span){ 48, 56 });
	const dx_stance_case c = { .doc = &doc, .content = { &content, 1 }, .target = { &target, 1 } };
	assert_int_equal(dx_stance_items(it, &c), 10);           /* the council took the advantage and stood behind TARGET . */
	assert_true(it[2].rated.any && dx_rating_whole(&it[2].rated) < 0 && it[4].rated.any && !dx_rating_whole(&it[4].rated));
	assert_true(it[6].rated.v[DX_RATING_DONE] >= 4 && !dx_rating_whole(&it[7].rated));
	assert_int_equal(it[8].kind, DX_ITEM_TARGET);
	assert_int_equal(it[6].dist, -2);
	dx_count_role(&n, DX_ROLE_OBJECT, it + 6);
	assert_true(n.rated[DX_COUNT_ROLE + DX_ROLE_OBJECT][0] >= 4 && n.rated[DX_COUNT_ROLE + DX_ROLE_OBJECT][1] == 0);
	it[6].negated = true;
	dx_count_role(&n, DX_ROLE_OBJECT, it + 6);
	assert_true(n.rated[DX_COUNT_ROLE + DX_ROLE_OBJECT][1] >= 4);
	dx_header_free(header);
	dx_arena_free(arena);
}

/* Each count has a number of its own and a name. */
static void test_counts(void **state)
{
	(void)state;
	float v[DX_STANCE_COUNTS];
	dx_stance_counts n = { .concern = { 3, 0 } };
	const size_t n_v = dx_stance_counts_values(v, &n);
	assert_true(n_v > 2 && n_v <= DX_STANCE_COUNTS);
	for (size_t i = 0; i < n_v; i++) {
		assert_non_null(dx_stance_count_name((unsigned)i));
		assert_true((v[i] != 0) == (i == n_v - 2));
	}
	assert_string_equal(dx_stance_count_name((unsigned)n_v - 2), "words of concern");
	assert_string_equal(dx_stance_count_name((unsigned)n_v - 1), "words of doubt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
