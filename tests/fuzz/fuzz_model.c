/* fuzz_model.c - damaged models: the file's head from the input, or a good model with words of it changed (and its checksum made right):
 * refused with a reason, or usable without harm. Input: an even first byte, then the head; or an odd one, then patches of eight bytes
 * each: section (0: the file's head), place in it (three bytes), word. */
#include "tests/fuzz/check.h"
#include "model/file.h"

static char *model;                                      /* 64-byte aligned */
static size_t n_model;
static struct { size_t beg, n; } part[32];               /* [n_part] the head, then each section */
static size_t n_part;

static void find_parts(void)
{
	dx_file *f;
	const char *name;
	CHECK(!dx_file_view(&f, model, n_model, "whole", NULL));
	for (n_part = 1; (name = dx_file_name(f, n_part - 1)); n_part++) {
		dx_str s = dx_file_section(f, name);
		CHECK(n_part < DX_COUNT(part));
		part[n_part].beg = (size_t)(s.p - model);
		part[n_part].n = s.n;
	}
	part[0].n = 64 + 48 * (n_part - 1);
	dx_file_close(f);
}

static void load_model(void)
{
	FILE *f = fopen(fuzz_model(), "rb");
	CHECK(f && !fseek(f, 0, SEEK_END));
	n_model = (size_t)ftell(f);
	rewind(f);
	model = aligned_alloc(64, (n_model + 63) / 64 * 64);
	CHECK(model && fread(model, 1, n_model, f) == n_model);
	fclose(f);
	find_parts();
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

/* A text to find quotes in; one with a quote, so that there is a speaker and a stance to decide whatever the model finds; a statement on an issue. */
static void run(const dx_pipeline *pl, const char *given)
{
	static const char TEXT[] = "\xe2\x80\x9cNo,\xe2\x80\x9d said Ada Okafor. The mayor of Senn said that the fee was fair.";
	dx_found f = { .kept = given != NULL };
	dx_arena *arena;
	dx_err err = { .msg = "" };
	CHECK(!dx_arena_new(&arena, NULL));
	if (given)
		CHECK(!dx_record_parse(&f.rec, dx_str_of(given), arena, &err));
	else
		CHECK(!dx_pipeline_article(&f, pl, DX_STR("id"), (dx_str){ TEXT, sizeof TEXT - 1 }, NULL));
	if (dx_pipeline_run(&f, pl, &(dx_pipeline_opts){ .threshold = 0.25, .given = given != NULL, .explain = true }, arena, &err))
		CHECK(err.msg[0]);
	dx_found_fini(&f);
	dx_arena_free(arena);
}

static void use(char *p, size_t n)
{
	static const char QUOTE[] = "{\"id\":\"id\",\"text\":\"Ada Okafor and Ben Lind met. She said that the fee was bad.\","
		"\"quotes\":[{\"content\":[[38,58]],\"cue\":[[33,37]],\"source\":[[29,32]]}]}";
	static const char STATEMENT[] = "{\"text\":\"She says that fewer guns save lives.\",\"target\":\"gun control\"}";
	dx_file *file;
	dx_pipeline *pl;
	dx_err err = { .msg = "" };
	dx_status st = dx_file_view(&file, p, n, "m", &err);
	if (!st)
		st = dx_pipeline_of_file(&pl, file, "m", &err);
	if (st) {
		CHECK(err.msg[0]);
		return;
	}
	run(pl, NULL);
	run(pl, QUOTE);
	run(pl, STATEMENT);
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

typedef struct { uint8_t section, place[3]; uint32_t word; } patch;

/* Words; in the first 256 bytes of the section for half of the values, since counts and lengths stand there. */
static size_t place(const patch *p)
{
	size_t i = p->section % n_part, n = part[i].n, v = p->place[0] | (size_t)p->place[1] << 8 | (size_t)p->place[2] << 16;
	size_t most = v & 1 || n < 256 ? n : 256;
	return most < 4 ? part[i].beg : part[i].beg + (v >> 1) % (most / 4) * 4;
}

static void use_changed(const uint8_t *data, size_t size)
{
	uint32_t was[64];
	size_t at[64], n = size / sizeof(patch) < 64 ? size / sizeof(patch) : 64;
	for (size_t i = 0; i < n; i++) {
		patch p;
		memcpy(&p, data + i * sizeof p, sizeof p);
		at[i] = place(&p);
		memcpy(&was[i], model + at[i], 4);
		memcpy(model + at[i], &p.word, 4);
	}
	make_right(model, n_model);
	use(model, n_model);
	while (n-- > 0)
		memcpy(model + at[n], &was[n], 4);
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
