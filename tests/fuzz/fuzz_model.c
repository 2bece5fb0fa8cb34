/* fuzz_model.c - damaged models: the file's head from the input, or a good model with words of it changed (and its checksum made right):
 * refused with a reason, or usable without harm. Input: an even first byte, then the head; or an odd one, then (place, word) pairs
 * of four bytes each. */
#include "tests/fuzz/check.h"
#include "model/file.h"

static char *model;                                      /* 64-byte aligned */
static size_t n_model;

static void load_model(void)
{
	FILE *f = fopen(fuzz_model(), "rb");
	CHECK(f && !fseek(f, 0, SEEK_END));
	n_model = (size_t)ftell(f);
	rewind(f);
	model = aligned_alloc(64, (n_model + 63) / 64 * 64);
	CHECK(model && fread(model, 1, n_model, f) == n_model);
	fclose(f);
}

static void make_right(char *p, size_t n)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	(void)p;                                         /* the checksum is not looked at */
	(void)n;
#else
	uint64_t sum = dx_file_checksum(p, n - sizeof sum);
	memcpy(p + n - sizeof sum, &sum, sizeof sum);
#endif
}

static void use(char *p, size_t n)
{
	static const char TEXT[] = "\xe2\x80\x9cNo,\xe2\x80\x9d said Ada Okafor. The mayor of Senn said that the fee was fair.";
	dx_file *file;
	dx_pipeline *pl;
	dx_found f;
	dx_arena *arena;
	dx_err err = { .msg = "" };
	dx_status st = dx_file_view(&file, p, n, "m", &err);
	if (!st)
		st = dx_pipeline_of_file(&pl, file, "m", &err);
	if (st) {
		CHECK(err.msg[0]);
		return;
	}
	CHECK(!dx_arena_new(&arena, NULL));
	CHECK(!dx_pipeline_article(&f, pl, DX_STR("id"), (dx_str){ TEXT, sizeof TEXT - 1 }, NULL));
	if (dx_pipeline_run(&f, pl, &(dx_pipeline_opts){ .threshold = 0.25, .explain = true }, arena, &err))
		CHECK(err.msg[0]);
	dx_found_fini(&f);
	dx_arena_free(arena);
	dx_pipeline_free(pl);
}

static void use_head(const uint8_t *data, size_t size)
{
	size_t n = (size + 63) / 64 * 64;
	char *p = aligned_alloc(64, n ? n : 64);
	CHECK(p);
	memcpy(p, data, size);
	if (size >= 72)
		make_right(p, size / 64 * 64 + 8 <= size ? size / 64 * 64 + 8 : size);
	use(p, size);
	free(p);
}

/* Places are words: in the first 64 KB for half of the values, since the beginnings of sections matter most. */
static size_t place(uint32_t v)
{
	size_t most = v & 1 ? n_model - 16 : 65536;
	return (v >> 1) % (most / 4) * 4;
}

static void use_changed(const uint8_t *data, size_t size)
{
	uint32_t was[64], at, word;
	size_t n = size / 8 < 64 ? size / 8 : 64;
	for (size_t i = 0; i < n; i++) {
		memcpy(&at, data + 8 * i, 4);
		memcpy(&word, data + 8 * i + 4, 4);
		memcpy(&was[i], model + place(at), 4);
		memcpy(model + place(at), &word, 4);
	}
	make_right(model, n_model);
	use(model, n_model);
	for (size_t i = n; i-- > 0;) {
		memcpy(&at, data + 8 * i, 4);
		memcpy(model + place(at), &was[i], 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!model)
		load_model();
	if (size && data[0] & 1)
		use_changed(data + 1, size - 1);
	else if (size)
		use_head(data + 1, size - 1);
	return 0;
}
