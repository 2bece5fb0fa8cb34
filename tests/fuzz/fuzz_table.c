/* fuzz_table.c - tables of statements (datasets/table.h): an even first byte reads the rest as CSV, an odd one as TSV. Each row must be a
 * line that the record reader takes, or an error with a reason. */
#include "tests/fuzz/check.h"
#include "datasets/table.h"

static void check_row(dx_str line)
{
	dx_record r;
	dx_arena *arena;
	dx_err err = { .msg = "" };
	json_error_t why;
	json_t *root = json_loadb(line.p, line.n, JSON_ALLOW_NUL, &why);
	CHECK(json_is_object(root));
	json_decref(root);
	CHECK(!dx_arena_new(&arena, NULL));
	if (dx_record_parse(&r, line, arena, &err))
		CHECK(err.msg[0]);
	else
		dx_record_fini(&r);
	dx_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dx_table *t;
	dx_err err = { .msg = "" };
	if (size < 2)
		return 0;
	FILE *from = fmemopen((void *)(uintptr_t)(data + 1), size - 1, "rb");
	CHECK(from);
	dx_status st = dx_table_new(&t, from, data[0] & 1 ? "t.tsv" : "t.csv", &err);
	bool more = !st;
	CHECK(!st || err.msg[0]);
	for (size_t i = 0; more && i <= size; i++) {
		dx_str line;
		st = dx_table_next(&line, &more, t, &err);
		CHECK(!st || err.msg[0]);
		if (!st && more)
			check_row(line);
		if (st == DX_EIO || st == DX_ENOMEM || (st && !more))
			break;
	}
	dx_table_free(t);
	fclose(from);
	return 0;
}
