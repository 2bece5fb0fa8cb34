/* fuzz_text.c - an article's text through the whole pipeline and every writer. */
#include "tests/fuzz/check.h"
#include "predict/write.h"

static char *written(size_t *n, const dx_format *format, dx_found *f, bool colour)
{
	char *out = NULL;
	FILE *to = open_memstream(&out, n);
	CHECK(!format->record(to, f, &(dx_write_opts){ DX_OFF_BYTE, 40, colour }, NULL));
	fclose(to);
	return out;
}

/* JSON first: the line is the same whether it goes through the record's root, which the others fill, or not. */
static void write_all(dx_found *f)
{
	static const dx_format *const FORMATS[] = { &dx_write_text, &dx_write_tsv, &dx_write_html, &dx_write_brat };
	size_t n, n_again, n_other;
	char *line = written(&n, &dx_write_jsonl, f, false);
	for (size_t i = 0; i < DX_COUNT(FORMATS); i++)
		free(written(&n_other, FORMATS[i], f, i % 2));
	CHECK(!dx_found_update(f, DX_OFF_BYTE, NULL));
	char *again = written(&n_again, &dx_write_jsonl, f, false);
	CHECK(n == n_again && !memcmp(line, again, n));
	free(line);
	free(again);
}

/* The first byte chooses options. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dx_arena *arena;
	dx_found f;
	dx_str target = DX_STR("the fee");
	if (!size)
		return 0;
	dx_pipeline_opts o = { .threshold = data[0] & 1 ? 0.25 : 0, .explain = data[0] & 2, .targets = &target, .n_targets = data[0] & 4 ? 1 : 0 };
	CHECK(!dx_arena_new(&arena, NULL));
	dx_str text = fuzz_text(data + 1, size - 1, arena);
	CHECK(!dx_pipeline_article(&f, fuzz_pipeline(), DX_STR("id"), text, NULL));
	CHECK(!dx_pipeline_run(&f, fuzz_pipeline(), &o, arena, NULL));
	write_all(&f);
	fuzz_check(&f);
	dx_found_fini(&f);
	dx_arena_free(arena);
	return 0;
}
