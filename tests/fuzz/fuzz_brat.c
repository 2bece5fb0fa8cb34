/* fuzz_brat.c - stand-off annotation (datasets/brat.h). Input: the length of the text (a byte), the text, the lines of annotation. What is
 * read is a record that keeps its promises; written by dixit-predict's writer and read again, nothing is refused, and what is then
 * written is the same. */
#include "tests/fuzz/check.h"
#include "datasets/brat.h"
#include "predict/write.h"

static void refused(void *ctx, const char *path, size_t line, const char *why)
{
	size_t *n_lines = ctx;
	(void)path;
	CHECK(why[0] && line > 0 && line <= *n_lines);
}

static bool read_notes(dx_found *f, dx_str text, dx_str notes, size_t *n_bad, dx_arena *arena)
{
	size_t n_lines = 1;
	dx_brat_log log = { refused, &n_lines, 0 };
	dx_err err = { .msg = "" };
	*f = (dx_found){ .kept = true };
	for (size_t i = 0; i < notes.n; i++)
		n_lines += notes.p[i] == '\n';
	dx_status st = dx_brat_parse(&f->rec, DX_STR("id"), text, notes, "x.ann", &log, arena, &err);
	*n_bad = log.n;
	if (st)
		CHECK(st == DX_EUTF8 && err.msg[0]);
	return !st;
}

/* The lines of annotation of f, to be freed. */
static char *write_notes(dx_str *notes, dx_found *f)
{
	char *out = NULL;
	size_t n, part[3];
	FILE *to = open_memstream(&out, &n);
	CHECK(to && !dx_write_brat.record(to, f, &(dx_write_opts){ DX_OFF_BYTE, 0, false }, NULL));
	fclose(to);
	memcpy(part, out, sizeof part);                  /* lengths of id, text, annotation; then these */
	size_t at = sizeof part + part[0] + part[1];
	*notes = (dx_str){ out + at, n - at };
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dx_arena *arena;
	dx_found f, g;
	size_t n_bad;
	if (!size)
		return 0;
	const size_t n_text = data[0] < size - 1 ? data[0] : size - 1;
	const dx_str text = { (const char *)data + 1, n_text }, notes = { text.p + n_text, size - 1 - n_text };
	CHECK(!dx_arena_new(&arena, NULL));
	if (read_notes(&f, text, notes, &n_bad, arena)) {
		dx_str first, second;
		CHECK(!dx_record_update(&f.rec, DX_OFF_BYTE, NULL));
		fuzz_check(&f);
		char *one = write_notes(&first, &f);
		CHECK(read_notes(&g, text, first, &n_bad, arena) && !n_bad && g.rec.n_quotes == f.rec.n_quotes);
		char *two = write_notes(&second, &g);
		CHECK(dx_str_eq(first, second));
		free(one);
		free(two);
		dx_found_fini(&f);
		dx_found_fini(&g);
	}
	dx_arena_free(arena);
	return 0;
}
