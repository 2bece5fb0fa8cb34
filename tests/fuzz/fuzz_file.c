/* fuzz_file.c - whole input files: packed, archives, web archives, HTML, JSON lines, texts, told by their bytes. Read and parsed, not
 * analysed. What comes out must be valid UTF-8 with a text. */
#define _GNU_SOURCE                                      /* memfd_create */
#include "tests/fuzz/check.h"
#include <sys/mman.h>
#include <unistd.h>
#include "features/utf8.h"
#include "predict/parse.h"

static void parse(const dx_input *in, dx_arena *arena)
{
	dx_found f;
	dx_parse_place place;
	dx_err err = { .msg = "" };
	if (dx_parse(&f, &place, in, fuzz_pipeline(), in->bytes.n & 1, arena, &err)) {
		CHECK(err.msg[0]);
		return;
	}
	CHECK(!dx_utf8_check(f.rec.text, NULL) && !dx_utf8_check(f.rec.id, NULL) && !dx_utf8_check(f.rec.title, NULL));
	CHECK(!dx_utf8_check(f.rec.url, NULL) && !dx_utf8_check(f.rec.date, NULL));
	dx_found_fini(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[40];
	static const char *const paths[] = { path };
	dx_arena *arena;
	dx_reader *rd;
	bool more = true;
	if (fd < 0) {
		fd = memfd_create("input", 0);
		CHECK(fd >= 0);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		dx_parse_init();
	}
	CHECK(!ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size);
	CHECK(!dx_arena_new(&arena, NULL) && !dx_reader_new(&rd, paths, 1, NULL, NULL));
	for (int i = 0; more && i < 100000; i++) {
		dx_input in;
		dx_err err = { .msg = "" };
		dx_status st = dx_reader_next(&in, &more, rd, &err);
		if (st)
			CHECK(more && err.msg[0] && in.file);
		else if (more)
			parse(&in, arena);
		dx_arena_reset(arena);
	}
	CHECK(!more);
	dx_reader_free(rd);
	dx_arena_free(arena);
	return 0;
}
