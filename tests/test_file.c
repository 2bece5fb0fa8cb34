/* test_file.c - the model file: what goes in comes out, and every kind of damage is refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "features/lexicon.h"
#include "model/file.h"

#define N_LARGE 300001

static dx_err err;
static char dir[64];
static char path[128], other[128];

static uint64_t seed = 12345;

static size_t below(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/dixit-test-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/m.dixit", dir);
	snprintf(other, sizeof other, "%s/other.dixit", dir);
	memset(&err, 0, sizeof err);
	return 0;
}

static size_t n_entries(void)
{
	size_t n = 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(dir);
}

static dx_writer *writer(void)
{
	dx_writer *w;
	assert_int_equal(dx_writer_new(&w, &err), DX_OK);
	return w;
}

static void put(dx_writer *w, const char *name, dx_str s)
{
	assert_int_equal(dx_writer_put(w, name, s.p, s.n, &err), DX_OK);
}

static void save(const dx_writer *w, const char *to)
{
	if (dx_writer_save(w, to, &err))
		fail_msg("%s", err.msg);
}

/* A model of four sections: 5, 0, 64 and `large` bytes. */
static void save_sample(size_t large)
{
	dx_writer *w = writer();
	char *p = malloc(large + 1), full[64];
	assert_non_null(p);
	for (size_t i = 0; i < large; i++)
		p[i] = (char)below(256);
	memset(full, 'x', sizeof full);
	put(w, "stance.names", DX_STR("hello"));
	put(w, "empty", DX_STR(""));
	put(w, "stance.svm", (dx_str){ full, sizeof full });
	put(w, "large", (dx_str){ p, large });
	save(w, path);
	dx_writer_free(w);
	free(p);
}

/* n bytes at a multiple of 64 and no byte more, so that a sanitizer sees reads beyond them. */
static char *aligned(size_t n)
{
	static void *p;                          /* static: gcc 12 takes an automatic one for dangling once inlined */
	assert_int_equal(posix_memalign(&p, 64, n ? n : 1), 0);
	return p;
}

static char *slurp(const char *from, size_t *n)
{
	struct stat sb;
	char *p;
	FILE *f = fopen(from, "rb");
	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &sb), 0);
	*n = (size_t)sb.st_size;
	p = aligned(*n);
	assert_int_equal(fread(p, 1, *n, f), *n);
	fclose(f);
	return p;
}

static void spit(const char *to, const char *p, size_t n)
{
	FILE *f = fopen(to, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The bytes must be refused, with a message that names the file and holds `want`. */
static void refused(const char *p, size_t n, const char *want)
{
	dx_file *f;
	char *copy = aligned(n);
	if (n)
		memcpy(copy, p, n);
	memset(&err, 0, sizeof err);
	assert_int_equal(dx_file_view(&f, copy, n, "m.dixit", &err), DX_EFORMAT);
	assert_null(f);
	assert_int_equal(err.code, DX_EFORMAT);
	if (strncmp(err.msg, "m.dixit: ", 9) || !strstr(err.msg, want) || strlen(err.msg) < 15)
		fail_msg("message \"%s\" lacks \"%s\"", err.msg, want);
	free(copy);
}

static void resum(char *p, size_t n)
{
	uint64_t sum = dx_file_checksum(p, n - 8);
	memcpy(p + n - 8, &sum, 8);
}

static void open_fails(const char *from, dx_status want, const char *text)
{
	dx_file *f;
	memset(&err, 0, sizeof err);
	assert_int_equal(dx_file_open(&f, from, &err), want);
	assert_null(f);
	if (!strstr(err.msg, text))
		fail_msg("message \"%s\" lacks \"%s\"", err.msg, text);
}

static void assert_section(const dx_file *f, const char *name, dx_str want)
{
	dx_str got = dx_file_section(f, name);
	assert_non_null(got.p);
	assert_int_equal((uintptr_t)got.p % 64, 0);
	assert_true(dx_str_eq(got, want));
}

static void test_round_trip(void **state)
{
	dx_file *f;
	(void)state;
	save_sample(1000);
	assert_int_equal(dx_file_open(&f, path, &err), DX_OK);
	assert_section(f, "stance.names", DX_STR("hello"));
	assert_section(f, "empty", DX_STR(""));
	assert_int_equal(dx_file_section(f, "large").n, 1000);
	assert_null(dx_file_section(f, "absent").p);
	assert_null(dx_file_section(f, "").p);
	assert_string_equal(dx_file_name(f, 0), "stance.names");
	assert_string_equal(dx_file_name(f, 3), "large");
	assert_null(dx_file_name(f, 4));
	dx_file_close(f);
	dx_file_close(NULL);
	assert_int_equal(n_entries(), 1);
}

static void test_no_sections(void **state)
{
	dx_file *f;
	dx_writer *w = writer();
	(void)state;
	save(w, path);
	dx_writer_free(w);
	dx_writer_free(NULL);
	assert_int_equal(dx_file_open(&f, path, &err), DX_OK);
	assert_null(dx_file_name(f, 0));
	dx_file_close(f);
}

/* Saving over a model that is still open leaves the open one as it was. */
static void test_replace_and_copy(void **state)
{
	dx_file *f, *g;
	dx_writer *w = writer();
	(void)state;
	save_sample(100);
	assert_int_equal(dx_file_open(&f, path, &err), DX_OK);
	put(w, "first", DX_STR("1"));
	assert_int_equal(dx_writer_copy(w, f, "stance.", &err), DX_OK);
	put(w, "stance.names", DX_STR("longer than before"));
	put(w, "last", DX_STR("z"));
	save(w, path);
	assert_int_equal(dx_file_open(&g, path, &err), DX_OK);
	assert_string_equal(dx_file_name(g, 0), "first");
	assert_string_equal(dx_file_name(g, 1), "stance.names");
	assert_string_equal(dx_file_name(g, 2), "stance.svm");
	assert_string_equal(dx_file_name(g, 3), "last");
	assert_null(dx_file_name(g, 4));
	assert_section(g, "stance.names", DX_STR("longer than before"));
	assert_section(f, "stance.names", DX_STR("hello"));
	dx_file_close(g);
	assert_int_equal(dx_writer_copy(w, f, "", &err), DX_OK);
	save(w, other);
	dx_file_close(f);
	assert_int_equal(dx_file_open(&g, other, &err), DX_OK);
	assert_section(g, "stance.names", DX_STR("hello"));
	assert_string_equal(dx_file_name(g, 5), "large");
	dx_file_close(g);
	dx_writer_free(w);
}

static void test_same_bytes(void **state)
{
	size_t n, m;
	char *p, *q;
	(void)state;
	seed = 7;
	save_sample(5000);
	p = slurp(path, &n);
	seed = 7;
	save_sample(5000);
	q = slurp(path, &m);
	assert_int_equal(n, m);
	assert_memory_equal(p, q, n);
	free(p);
	free(q);
}

static void test_cut_at_every_byte(void **state)
{
	size_t n;
	char *p;
	(void)state;
	save_sample(70);
	p = slurp(path, &n);
	assert_true(n < 2000);
	for (size_t k = 0; k < n; k++) {
		refused(p, k, "");
		spit(other, p, k);
		open_fails(other, DX_EFORMAT, "other.dixit: ");
	}
	refused(p, 0, "empty file");
	refused(p, 5, "header: 64 bytes promised, 5 present");
	refused(p, 70, "section table: 192 bytes promised, 6 present");
	refused(p, 258, "section stance.names: 5 bytes promised, 2 present");
	refused(p, n - 9, "bytes promised");
	free(p);
}

static void test_cut_large(void **state)
{
	size_t n;
	char *p;
	(void)state;
	save_sample(N_LARGE);
	p = slurp(path, &n);
	for (int k = 0; k < 1000; k++)
		refused(p, below(n), "");
	free(p);
}

static void test_longer(void **state)
{
	size_t n;
	char *p, *q;
	(void)state;
	save_sample(70);
	p = slurp(path, &n);
	q = aligned(n + 64);
	memset(q, 0, n + 64);
	memcpy(q, p, n);
	refused(q, n + 1, "promised");
	refused(q, n + 64, "promised");
	free(p);
	free(q);
}

static void test_flipped_bits(void **state)
{
	const size_t large[] = { 70, N_LARGE };
	(void)state;
	for (size_t s = 0; s < 2; s++) {
		size_t n;
		char *p;
		save_sample(large[s]);
		p = slurp(path, &n);
		for (int k = 0; k < 1000; k++) {
			size_t bit = below(8 * n);
			p[bit / 8] = (char)(p[bit / 8] ^ 1 << bit % 8);
			refused(p, n, "");
			p[bit / 8] = (char)(p[bit / 8] ^ 1 << bit % 8);
		}
		free(p);
	}
}

static void patch(char *p, size_t n, size_t at, const void *bytes, size_t k, const char *want)
{
	char *q = aligned(n);
	memcpy(q, p, n);
	memcpy(q + at, bytes, k);
	resum(q, n);
	refused(q, n, want);
	free(q);
}

/* Files that lie but whose checksum is right. */
static void test_lies(void **state)
{
	const uint32_t two = 2, many = UINT32_MAX, thousand = 1000;
	const uint64_t huge = UINT64_MAX, half = UINT64_C(1) << 63, wrong = dx_lexicon_checksum() + 1, minus64 = (uint64_t)-64;
	const uint64_t zero = 0, at65 = 257;
	size_t n;
	char *p;
	(void)state;
	save_sample(70);
	p = slurp(path, &n);
	patch(p, n, 0, "d", 1, "not a dixit model");
	patch(p, n, 8, &two, 4, "format version 2");
	patch(p, n, 12, "\1\2\3\4", 4, "byte order");
	patch(p, n, 16, &wrong, 8, "other word lists");
	patch(p, n, 24, &huge, 8, "header says");
	patch(p, n, 32, &many, 4, "sections");
	patch(p, n, 32, &thousand, 4, "section table: 48000 bytes promised");
	patch(p, n, 36, &two, 4, "reserved");
	patch(p, n, 63, "x", 1, "reserved");
	patch(p, n, 64, "S", 1, "entry 0 has a bad name");
	patch(p, n, 64, "\0", 1, "entry 0 has a bad name");
	patch(p, n, 64 + 31, "x", 1, "entry 0 has a bad name");
	patch(p, n, 64, "0123456789012345678901234567890123", 32, "entry 0 has a bad name");
	patch(p, n, 64 + 48, "stance.names", 13, "section stance.names stands twice");
	patch(p, n, 64 + 32, &huge, 8, "begins at byte");
	patch(p, n, 64 + 32, &minus64, 8, "begins at byte");
	patch(p, n, 64 + 32, &at65, 8, "section stance.names begins at byte 257, expected at 256");
	patch(p, n, 64 + 40, &huge, 8, "section stance.names: 18446744073709551615 bytes promised");
	patch(p, n, 64 + 40, &half, 8, "bytes promised");
	patch(p, n, 64 + 3 * 48 + 40, &zero, 8, "header says");
	free(p);
}

/* Random damage to the header and the table under a right checksum: refused or harmless. */
static void test_random_tables(void **state)
{
	size_t n;
	char *p;
	(void)state;
	save_sample(70);
	p = slurp(path, &n);
	for (int k = 0; k < 5000; k++) {
		dx_file *f;
		char *q = aligned(n);
		memcpy(q, p, n);
		for (size_t i = below(3) + 1; i; i--)
			q[8 + below(256 - 8)] = (char)below(256);
		resum(q, n);
		if (!dx_file_view(&f, q, n, "m", &err)) {
			for (size_t i = 0; dx_file_name(f, i); i++) {
				dx_str s = dx_file_section(f, dx_file_name(f, i));
				assert_true(s.p >= q && s.n <= (size_t)(q + n - s.p));
			}
			dx_file_close(f);
		}
		free(q);
	}
	free(p);
}

static void test_names(void **state)
{
	static const char *const BAD[] = { "", "A", "a b", "a/b", "01234567890123456789012345678901", "\xc3\xa9" };
	dx_writer *w = writer();
	(void)state;
	for (size_t i = 0; i < DX_COUNT(BAD); i++) {
		memset(&err, 0, sizeof err);
		assert_int_equal(dx_writer_put(w, BAD[i], "x", 1, &err), DX_EFORMAT);
		assert_non_null(strstr(err.msg, "section name"));
	}
	put(w, "0123456789012345678901234567890", DX_STR("x"));
	put(w, "a.b_c-9", DX_STR("x"));
	dx_writer_free(w);
}

static void test_too_many(void **state)
{
	char name[16];
	dx_file *f;
	dx_writer *w = writer();
	(void)state;
	for (int i = 0; i < 1024; i++) {
		snprintf(name, sizeof name, "s%d", i);
		put(w, name, dx_str_of(name));
	}
	assert_int_equal(dx_writer_put(w, "s1024", "x", 1, &err), DX_ELIMIT);
	put(w, "s7", DX_STR("again"));
	save(w, path);
	dx_writer_free(w);
	assert_int_equal(dx_file_open(&f, path, &err), DX_OK);
	assert_section(f, "s7", DX_STR("again"));
	assert_section(f, "s1023", DX_STR("s1023"));
	dx_file_close(f);
}

static void test_unreadable(void **state)
{
	char name[300];
	(void)state;
	open_fails(path, DX_EIO, "No such file");
	open_fails(dir, DX_EIO, "is a directory");
	open_fails("/dev/null", DX_EIO, "not a regular file");
	spit(path, "", 0);
	open_fails(path, DX_EFORMAT, "empty file");
	spit(path, "{\"text\":\"not a model\"}", 22);
	open_fails(path, DX_EFORMAT, "not a dixit model");
	snprintf(name, sizeof name, "%s/%0150d", dir, 0);
	open_fails(name, DX_EIO, "No such file");                       /* the reason survives a long name */
}

static void save_fails(const char *to, const char *text)
{
	dx_writer *w = writer();
	char block[5000] = "";
	put(w, "a", (dx_str){ block, sizeof block });
	memset(&err, 0, sizeof err);
	assert_int_equal(dx_writer_save(w, to, &err), DX_EIO);
	if (!strstr(err.msg, text))
		fail_msg("message \"%s\" lacks \"%s\"", err.msg, text);
	dx_writer_free(w);
}

static void test_unwritable(void **state)
{
	struct stat sb;
	(void)state;
	snprintf(path, sizeof path, "%s/no/m.dixit", dir);
	save_fails(path, "No such file");
	save_fails(dir, "is a directory");
	save_fails("/proc/m.dixit", "/proc/m.dixit: ");
	save_fails("/dev/full", strerror(ENOSPC));
	assert_int_equal(stat("/dev/full", &sb), 0);
	assert_true(S_ISCHR(sb.st_mode));
	if (geteuid()) {                         /* root may write everywhere */
		assert_int_equal(chmod(dir, 0500), 0);
		snprintf(path, sizeof path, "%s/m.dixit", dir);
		save_fails(path, strerror(EACCES));
		assert_int_equal(chmod(dir, 0700), 0);
	}
	assert_int_equal(n_entries(), 0);
}

/* A file size limit stops the temporary file half-way, as a full disk does. The old model stays, nothing else does. */
static void test_stopped_half_way(void **state)
{
	struct rlimit before, limit;
	size_t n, m;
	char *p, *q;
	(void)state;
	save_sample(70);
	p = slurp(path, &n);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 2048;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	save_fails(path, strerror(EFBIG));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(n_entries(), 1);
	q = slurp(path, &m);
	assert_int_equal(n, m);
	assert_memory_equal(p, q, n);
	free(p);
	free(q);
}

static void test_symbolic_link(void **state)
{
	struct stat sb;
	dx_file *f;
	(void)state;
	save_sample(70);
	assert_int_equal(symlink(path, other), 0);
	dx_writer *w = writer();
	put(w, "new", DX_STR("x"));
	save(w, other);
	dx_writer_free(w);
	assert_int_equal(lstat(other, &sb), 0);
	assert_true(S_ISLNK(sb.st_mode));
	assert_int_equal(dx_file_open(&f, path, &err), DX_OK);
	assert_string_equal(dx_file_name(f, 0), "new");
	dx_file_close(f);
}

static void test_pack_and_take(void **state)
{
	const dx_str s = DX_STR("seven77");
	dx_pack b = { .p = NULL };
	(void)state;
	dx_pack_u32(&b, 7);
	dx_pack_str(&b, s);
	dx_pack_str(&b, DX_STR(""));
	dx_pack_f64(&b, -0.5);
	dx_pack_bytes(&b, "xyz", 3);
	dx_pack_align(&b, 64);
	assert_false(b.failed);
	assert_int_equal(b.n, 64);
	for (size_t n = 0; n <= b.n; n++) {
		char *p = aligned(n);
		dx_cursor c = { .p = memcpy(p, b.p, n), .n = n };
		uint32_t seven = dx_take_u32(&c);
		dx_str got = dx_take_str(&c), none = dx_take_str(&c);
		double half = dx_take_f64(&c);
		(void)dx_take(&c, 3, 1);
		dx_take_align(&c, 64);
		assert_int_equal(c.bad, n < b.n);
		if (n < 4)
			assert_int_equal(seven, 0);
		if (c.bad)
			assert_null(dx_take(&c, 0, 1));
		if (!c.bad) {
			assert_true(dx_str_eq(got, s) && none.n == 0 && half == -0.5 && c.at == 64);
			assert_null(dx_take(&c, SIZE_MAX, SIZE_MAX));
			assert_true(c.bad);
		}
		free(p);
	}
	free(b.p);
}

static void test_take_hostile_length(void **state)
{
	const uint32_t words[4] = { UINT32_MAX, 0, 0, 0 };
	dx_cursor c = { .p = (const char *)words, .n = sizeof words }, none = { .p = NULL };
	(void)state;
	assert_null(dx_take_str(&c).p);
	assert_true(c.bad);
	assert_null(dx_take(&none, 0, 8));
	assert_true(none.bad);
	c = (dx_cursor){ .p = (const char *)words, .n = sizeof words };
	assert_null(dx_take(&c, SIZE_MAX / 4 + 2, 8));           /* the product overflows to 8 */
	assert_true(c.bad);
}

static void test_pack_too_much(void **state)
{
	dx_pack b = { .p = NULL };
	(void)state;
	dx_pack_u32(&b, 1);
	dx_pack_bytes(&b, "", SIZE_MAX - 8);
	assert_true(b.failed);
	dx_pack_u32(&b, 2);
	assert_int_equal(b.n, 4);
	free(b.p);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_round_trip), T(test_no_sections), T(test_replace_and_copy), T(test_same_bytes), T(test_cut_at_every_byte),
		T(test_cut_large), T(test_longer), T(test_flipped_bits), T(test_lies), T(test_random_tables), T(test_names), T(test_too_many),
		T(test_unreadable), T(test_unwritable), T(test_stopped_half_way), T(test_symbolic_link),
		cmocka_unit_test(test_pack_and_take), cmocka_unit_test(test_take_hostile_length), cmocka_unit_test(test_pack_too_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
