/* fuzz_columns.c - tagged tokens in columns (datasets/silver.h). */
#include "tests/fuzz/check.h"
#include "datasets/silver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dx_silver s;
	dx_arena *arena;
	dx_err err = { .msg = "" };
	if (!size)
		return 0;
	FILE *from = fmemopen((void *)(uintptr_t)data, size, "rb");
	CHECK(from && !dx_arena_new(&arena, NULL));
	if (dx_silver_read(&s, from, arena, &err))
		CHECK(err.msg[0]);
	else
		for (size_t i = 0; i < s.n_doc; i++) {
			size_t hint = i;
			CHECK(s.beg[i] <= s.beg[i + 1] && s.beg[i + 1] <= s.n_tok);
			CHECK(dx_silver_find(&s, dx_str_of(s.id[i]), &hint) <= i);
			for (size_t k = s.beg[i]; k < s.beg[i + 1]; k++)
				CHECK(s.tok[k].span.beg <= s.tok[k].span.end);
		}
	fclose(from);
	dx_arena_free(arena);
	return 0;
}
