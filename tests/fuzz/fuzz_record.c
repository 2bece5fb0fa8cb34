/* fuzz_record.c - a line of JSON through the record reader, the pipeline with the quotes that it brings along, and the writer. */
#include "tests/fuzz/check.h"
#include "datasets/seesaw.h"
#include "features/utf8.h"

static void run(dx_found *f, bool again, dx_arena *arena)
{
	dx_pipeline_opts o = { .threshold = 0.25, .given = true, .again = again };
	dx_err err;
	if (f->rec.text.n <= 1000 && dx_pipeline_run(f, fuzz_pipeline(), &o, arena, &err))
		CHECK(err.msg[0]);
}

static void one_record(dx_str line, bool again, dx_arena *arena)
{
	dx_found f = { .kept = true };
	dx_err err;
	if (dx_record_parse(&f.rec, line, arena, &err)) {
		CHECK(err.msg[0]);
		return;
	}
	CHECK(!dx_utf8_check(f.rec.text, NULL));
	f.kept = true;
	CHECK(!dx_record_update(&f.rec, DX_OFF_BYTE, NULL));
	fuzz_check(&f);
	CHECK(!dx_record_update(&f.rec, DX_OFF_UTF16, NULL));
	CHECK(!dx_record_update(&f.rec, DX_OFF_CODEPOINT, NULL));
	run(&f, again, arena);
	CHECK(!dx_found_update(&f, DX_OFF_BYTE, NULL));
	fuzz_check(&f);
	dx_found_fini(&f);
}

static void one_seesaw(dx_str line, dx_arena *arena)
{
	dx_record *v = NULL;
	size_t n = 0, cap = 0;
	if (!dx_seesaw_is(line))
		return;
	dx_err err = { .msg = "" };
	if (dx_seesaw_parse(&v, &n, &cap, line, arena, &err))
		CHECK(err.msg[0] && !n);
	for (size_t i = 0; i < n; i++)
		dx_record_fini(&v[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dx_arena *arena;
	if (!size)
		return 0;
	CHECK(!dx_arena_new(&arena, NULL));
	dx_str line = { (const char *)data + 1, size - 1 };
	one_record(line, data[0] & 1, arena);
	one_seesaw(line, arena);
	dx_arena_free(arena);
	return 0;
}
