/* test_mention_index.c - which entity is mentioned by words that end at a byte (predict/mention_index.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "predict/mention_index.h"

static void test_ends(void **state)
{
	/* Ada Okafor's aide met Okafor: the aide is an entity of her own, and "Okafor" ends a mention within a longer one. */
	static dx_span ada[] = { { 0, 10 }, { 22, 28 } }, surname[] = { { 4, 10 } }, aide[] = { { 0, 17 } };
	const dx_entity e[] = { { .name = DX_STR("the name alone"), .mentions = { surname, 1 } }, { .name = DX_STR("Ada Okafor"), .mentions = { ada, 2 } },
		{ .name = DX_STR("Ada Okafor's aide"), .mentions = { aide, 1 } } };
	dx_mention_index m;
	dx_arena *arena;
	dx_err err;
	(void)state;
	assert_int_equal(dx_arena_new(&arena, &err), DX_OK);
	assert_int_equal(dx_mention_index_new(&m, e, DX_COUNT(e), arena, &err), DX_OK);
	assert_int_equal(m.n, 4);
	assert_ptr_equal(dx_mention_ending(&m, 10), e + 1);
	assert_ptr_equal(dx_mention_ending(&m, 28), e + 1);
	assert_ptr_equal(dx_mention_ending(&m, 17), e + 2);
	assert_null(dx_mention_ending(&m, 9));
	assert_null(dx_mention_ending(&m, 29));
	assert_int_equal(dx_mention_index_new(&m, e, 0, arena, &err), DX_OK);
	assert_null(dx_mention_ending(&m, 0));
	dx_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ends) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
