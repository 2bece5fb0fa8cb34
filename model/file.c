#define _XOPEN_SOURCE 700                        /* realpath */
#include "model/file.h"
#include "features/lexicon.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "DIXITMDL"
#define VERSION 1u
#define BYTE_ORDER_WORD 0x01020304u
#define ALIGN 64u
#define N_NAME 32u                               /* bytes of a name, its NUL included */
#define MOST_SECTIONS 1024u
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION          /* what compilers for fuzzing define: look behind the checksum */
#define ANY_CHECKSUM true
#else
#define ANY_CHECKSUM false
#endif

/* FORMAT.md describes both; every field has its natural alignment, so neither struct has holes. */
struct head {
	char magic[8];
	uint32_t version, order;
	uint64_t lexicon, size;
	uint32_t n_section, zero32;
	uint64_t zero[3];
};

struct entry {
	char name[N_NAME];
	uint64_t offset, size;
};

_Static_assert(sizeof(struct head) == 64 && sizeof(struct entry) == 48, "the layout on disk");

struct dx_file {
	const char *base;
	const struct entry *entry;               /* [n_section], in the mapping */
	size_t n_section, n_mapped;              /* n_mapped 0: the bytes are the caller's */
};

/* The end of a long path, so that the reason still fits into the message. */
static const char *brief(const char *path)
{
	size_t n = strlen(path);
	const char *p = n > 90 ? path + n - 90 : path;
	while (((unsigned char)*p & 0xc0) == 0x80)
		p++;
	return p;
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/* -- checksum ------------------------------------------------------------------------------------------------- */

/* Four independent lanes of xor, multiply, rotate, which the processor overlaps. A step is a bijection of the lane and of the
 * word, so damage within one word always shows. n is a multiple of 64. 13 to 22 GB/s. */
struct sum { uint64_t lane[4]; };

static struct sum sum_start(void)
{
	return (struct sum){ { 0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u, 0x082efa98ec4e6c89u } };
}

static uint64_t sum_step(uint64_t h, const char *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof w);
	h = (h ^ w) * 0x9e3779b97f4a7c15u;
	return h << 29 | h >> 35;
}

static void sum_add(struct sum *s, const char *p, size_t n)
{
	uint64_t a = s->lane[0], b = s->lane[1], c = s->lane[2], d = s->lane[3];
	assert(n % ALIGN == 0);
	for (size_t i = 0; i < n; i += 32) {
		a = sum_step(a, p + i);
		b = sum_step(b, p + i + 8);
		c = sum_step(c, p + i + 16);
		d = sum_step(d, p + i + 24);
	}
	*s = (struct sum){ { a, b, c, d } };
}

static uint64_t sum_end(const struct sum *s)
{
	uint64_t h = 0;
	for (size_t i = 0; i < 4; i++) {
		h = (h ^ s->lane[i]) * 0xd6e8feb86659fd93u;
		h ^= h >> 32;
	}
	return h;
}

uint64_t dx_file_checksum(const void *bytes, size_t n)
{
	struct sum s = sum_start();
	sum_add(&s, bytes, n);
	return sum_end(&s);
}

/* -- reading -------------------------------------------------------------------------------------------------- */

static bool name_good(const char *s, size_t n)
{
	if (!n || n >= N_NAME)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!dx_ascii_lower((unsigned char)s[i]) && !dx_ascii_digit((unsigned char)s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-')
			return false;
	return true;
}

static bool all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static dx_status check_head(const struct head *h, size_t n, const char *name, dx_err *err)
{
	const size_t n_magic = strlen(MAGIC);
	if (!n)
		return dx_fail(err, DX_EFORMAT, "%s: empty file", name);
	if (memcmp(h->magic, MAGIC, n < n_magic ? n : n_magic))
		return dx_fail(err, DX_EFORMAT, "%s: not a dixit model: it does not begin with " MAGIC, name);
	if (n < sizeof *h)
		return dx_fail(err, DX_EFORMAT, "%s: header: %zu bytes promised, %zu present", name, sizeof *h, n);
	if (h->order != BYTE_ORDER_WORD)
		return dx_fail(err, DX_EFORMAT, "%s: byte order word is %08x, not %08x", name, h->order, BYTE_ORDER_WORD);
	if (h->version != VERSION)
		return dx_fail(err, DX_EFORMAT, "%s: format version %u, this dixit reads %u", name, h->version, VERSION);
	if (h->n_section > MOST_SECTIONS)
		return dx_fail(err, DX_EFORMAT, "%s: %u sections, at most %u are possible", name, h->n_section, MOST_SECTIONS);
	if (h->zero32 || !all_zero((const char *)h->zero, sizeof h->zero))
		return dx_fail(err, DX_EFORMAT, "%s: header: reserved bytes are not zero", name);
	return DX_OK;
}

static dx_status check_name(const struct entry *e, size_t i, const char *name, dx_err *err)
{
	const size_t len = strnlen(e[i].name, N_NAME);
	if (!name_good(e[i].name, len) || !all_zero(e[i].name + len, N_NAME - len))
		return dx_fail(err, DX_EFORMAT, "%s: section table: entry %zu has a bad name", name, i);
	for (size_t k = 0; k < i; k++)
		if (!memcmp(e[k].name, e[i].name, N_NAME))
			return dx_fail(err, DX_EFORMAT, "%s: section %s stands twice in the table", name, e[i].name);
	return DX_OK;
}

/* Sections lie one behind the other in table order, each on the next multiple of 64: *end moves to the end of section i. */
static dx_status check_entry(uint64_t *end, const struct entry *e, size_t i, size_t n, const char *name, dx_err *err)
{
	const uint64_t want = round_up(*end, ALIGN);
	dx_status st = check_name(e, i, name, err);
	if (st)
		return st;
	if (e[i].offset != want)
		return dx_fail(err, DX_EFORMAT, "%s: section %s begins at byte %llu, expected at %llu", name, e[i].name,
		               (unsigned long long)e[i].offset, (unsigned long long)want);
	if (want > n || e[i].size > n - want)
		return dx_fail(err, DX_EFORMAT, "%s: section %s: %llu bytes promised, %llu present", name, e[i].name,
		               (unsigned long long)e[i].size, (unsigned long long)(want > n ? 0 : n - want));
	*end = want + e[i].size;
	return DX_OK;
}

static dx_status check_table(const struct head *h, const struct entry *e, size_t n, const char *name, dx_err *err)
{
	uint64_t end = sizeof *h + h->n_section * sizeof *e;
	dx_status st = DX_OK;
	if (end > n)
		return dx_fail(err, DX_EFORMAT, "%s: section table: %zu bytes promised, %zu present", name,
		               h->n_section * sizeof *e, n - sizeof *h);
	for (size_t i = 0; !st && i < h->n_section; i++)
		st = check_entry(&end, e, i, n, name, err);
	if (st)
		return st;
	end = round_up(end, ALIGN) + sizeof(uint64_t);
	if (h->size != end)
		return dx_fail(err, DX_EFORMAT, "%s: header says %llu bytes, the section table %llu", name,
		               (unsigned long long)h->size, (unsigned long long)end);
	if (n != end)
		return dx_fail(err, DX_EFORMAT, "%s: %llu bytes promised, %zu present", name, (unsigned long long)end, n);
	return DX_OK;
}

static dx_status check_sums(const struct head *h, size_t n, const char *name, dx_err *err)
{
	const uint64_t got = dx_file_checksum(h, n - sizeof got), lexicon = dx_lexicon_checksum();
	uint64_t want;
	memcpy(&want, (const char *)h + n - sizeof want, sizeof want);
	if (got != want && !ANY_CHECKSUM)
		return dx_fail(err, DX_EFORMAT, "%s: damaged: checksum is %016llx, should be %016llx", name,
		               (unsigned long long)got, (unsigned long long)want);
	if (h->lexicon != lexicon)
		return dx_fail(err, DX_EFORMAT, "%s: trained with other word lists (%016llx) than this dixit has (%016llx): train it anew",
		               name, (unsigned long long)h->lexicon, (unsigned long long)lexicon);
	return DX_OK;
}

dx_status dx_file_view(dx_file **out, const void *bytes, size_t n, const char *name, dx_err *err)
{
	const struct head *h = bytes;
	dx_file *f;
	dx_status st;
	*out = NULL;
	assert((uintptr_t)bytes % ALIGN == 0);
	name = brief(name);
	st = check_head(h, n, name, err);
	if (!st)
		st = check_table(h, (const struct entry *)(h + 1), n, name, err);
	if (!st)
		st = check_sums(h, n, name, err);
	if (st)
		return st;
	f = calloc(1, sizeof *f);
	if (!f)
		return dx_fail(err, DX_ENOMEM, "%s: out of memory", name);
	f->base = bytes;
	f->entry = (const struct entry *)(h + 1);
	f->n_section = h->n_section;
	*out = f;
	return DX_OK;
}

/* Maps an open file; *n its size. Empty files have no mapping: *map is NULL. */
static dx_status map_fd(void **map, size_t *n, int fd, const char *path, dx_err *err)
{
	struct stat sb;
	*map = NULL;
	if (fstat(fd, &sb))
		return dx_fail(err, DX_EIO, "%s: %s", brief(path), strerror(errno));
	if (!S_ISREG(sb.st_mode))
		return dx_fail(err, DX_EIO, "%s: %s", brief(path), S_ISDIR(sb.st_mode) ? "is a directory" : "not a regular file");
	*n = (size_t)sb.st_size;
	if (!*n)
		return DX_OK;
	*map = mmap(NULL, *n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (*map == MAP_FAILED)
		return dx_fail(err, DX_EIO, "%s: mapping %zu bytes: %s", brief(path), *n, strerror(errno));
	(void)posix_madvise(*map, *n, POSIX_MADV_WILLNEED);
	return DX_OK;
}

dx_status dx_file_open(dx_file **out, const char *path, dx_err *err)
{
	void *map;
	size_t n = 0;
	dx_status st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);         /* a FIFO must not hang us */
	*out = NULL;
	if (fd < 0)
		return dx_fail(err, DX_EIO, "%s: %s", brief(path), strerror(errno));
	st = map_fd(&map, &n, fd, path, err);
	close(fd);
	if (st)
		return st;
	st = dx_file_view(out, map, n, path, err);
	if (st && map)
		munmap(map, n);
	if (!st)
		(*out)->n_mapped = n;
	return st;
}

void dx_file_close(dx_file *f)
{
	if (f && f->n_mapped)
		munmap((void *)(uintptr_t)f->base, f->n_mapped);
	free(f);
}

static dx_str section_at(const dx_file *f, size_t i)
{
	return (dx_str){ f->base + f->entry[i].offset, (size_t)f->entry[i].size };
}

dx_str dx_file_section(const dx_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_section; i++)
		if (!strcmp(f->entry[i].name, name))
			return section_at(f, i);
	return (dx_str){ NULL, 0 };
}

const char *dx_file_name(const dx_file *f, size_t i)
{
	return i < f->n_section ? f->entry[i].name : NULL;
}

/* -- writing -------------------------------------------------------------------------------------------------- */

struct section {
	char name[N_NAME];
	char *p;
	size_t n;
};

struct dx_writer {
	struct section *s;
	size_t n, cap;
};

dx_status dx_writer_new(dx_writer **out, dx_err *err)
{
	*out = calloc(1, sizeof **out);
	return *out ? DX_OK : dx_fail(err, DX_ENOMEM, "model writer: out of memory");
}

void dx_writer_free(dx_writer *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++)
		free(w->s[i].p);
	free(w->s);
	free(w);
}

static struct section *section_of(const dx_writer *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->s[i].name, name))
			return &w->s[i];
	return NULL;
}

/* A new, empty section behind the others; NULL when memory is out. */
static struct section *section_new(dx_writer *w, const char *name)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 8;
		struct section *s = realloc(w->s, cap * sizeof *s);
		if (!s)
			return NULL;
		w->s = s;
		w->cap = cap;
	}
	w->s[w->n] = (struct section){ .p = NULL };
	memcpy(w->s[w->n].name, name, strlen(name));
	return &w->s[w->n++];
}

dx_status dx_writer_put(dx_writer *w, const char *name, const void *bytes, size_t n, dx_err *err)
{
	struct section *s;
	char *copy;
	if (!name_good(name, strlen(name)))
		return dx_fail(err, DX_EFORMAT, "section name \"%.40s\" is not 1 to %u of a-z 0-9 . _ -", name, N_NAME - 1);
	s = section_of(w, name);
	if (!s && w->n == MOST_SECTIONS)
		return dx_fail(err, DX_ELIMIT, "section %s: a model holds at most %u sections", name, MOST_SECTIONS);
	copy = malloc(n ? n : 1);
	if (copy && !s)
		s = section_new(w, name);
	if (!copy || !s) {
		free(copy);
		return dx_fail(err, DX_ENOMEM, "section %s: %zu bytes: out of memory", name, n);
	}
	if (n)
		memcpy(copy, bytes, n);
	free(s->p);
	s->p = copy;
	s->n = n;
	return DX_OK;
}

dx_str dx_writer_section(const dx_writer *w, const char *name)
{
	const struct section *s = section_of(w, name);
	return s ? (dx_str){ s->p, s->n } : (dx_str){ NULL, 0 };
}

dx_status dx_writer_copy(dx_writer *w, const dx_file *f, const char *prefix, dx_err *err)
{
	const size_t n_prefix = strlen(prefix);
	dx_status st = DX_OK;
	for (size_t i = 0; !st && i < f->n_section; i++) {
		dx_str s = section_at(f, i);
		if (!strncmp(f->entry[i].name, prefix, n_prefix))
			st = dx_writer_put(w, f->entry[i].name, s.p, s.n, err);
	}
	return st;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* Writes n bytes and zeros up to the next multiple of 64, and adds both to the checksum. */
static bool write_padded(int fd, struct sum *sum, const char *p, size_t n)
{
	char tail[ALIGN] = { 0 };
	const size_t whole = n / ALIGN * ALIGN;
	if (n)
		sum_add(sum, p, whole);
	if (!write_all(fd, p, whole))
		return false;
	if (whole == n)
		return true;
	memcpy(tail, p + whole, n - whole);
	sum_add(sum, tail, sizeof tail);
	return write_all(fd, tail, sizeof tail);
}

/* Header and section table in one heap block of *n bytes, or NULL. */
static char *head_of(const dx_writer *w, size_t *n)
{
	char *block;
	struct head h = { .version = VERSION, .order = BYTE_ORDER_WORD, .lexicon = dx_lexicon_checksum(), .n_section = (uint32_t)w->n };
	uint64_t at = sizeof h + w->n * sizeof(struct entry);
	*n = (size_t)at;
	block = calloc(1, *n);
	if (!block)
		return NULL;
	memcpy(h.magic, MAGIC, sizeof h.magic);
	for (size_t i = 0; i < w->n; i++) {
		struct entry *e = (struct entry *)(void *)(block + sizeof h) + i;
		memcpy(e->name, w->s[i].name, N_NAME);
		e->offset = round_up(at, ALIGN);
		e->size = w->s[i].n;
		at = e->offset + e->size;
	}
	h.size = round_up(at, ALIGN) + sizeof(uint64_t);
	memcpy(block, &h, sizeof h);
	return block;
}

static dx_status write_file(int fd, const dx_writer *w, const char *path, dx_err *err)
{
	struct sum sum = sum_start();
	size_t n_head;
	uint64_t total;
	char *head = head_of(w, &n_head);
	bool good;
	if (!head)
		return dx_fail(err, DX_ENOMEM, "%s: out of memory", brief(path));
	good = write_padded(fd, &sum, head, n_head);
	for (size_t i = 0; good && i < w->n; i++)
		good = write_padded(fd, &sum, w->s[i].p, w->s[i].n);
	total = sum_end(&sum);
	good = good && write_all(fd, (const char *)&total, sizeof total);
	free(head);
	return good ? DX_OK : dx_fail(err, DX_EIO, "%s: writing the model: %s", brief(path), strerror(errno));
}

/* Opens a new file "path.tmp-PID-K"; its name goes to the heap. Ordinary permissions (umask), unlike mkstemp's. */
static int open_temporary(char **name, const char *path)
{
	const size_t cap = strlen(path) + 40;
	int fd = -1;
	*name = malloc(cap);
	if (!*name)
		return -1;
	for (int k = 0; fd < 0 && k < 100; k++) {
		snprintf(*name, cap, "%s.tmp-%ld-%d", path, (long)getpid(), k);
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

/* So that the new name survives a power cut. Not all file systems can do it: failure is not an error. */
static void sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(dir);
}

static dx_status save_beside(const dx_writer *w, const char *path, dx_err *err)
{
	char *tmp;
	dx_status st;
	int fd = open_temporary(&tmp, path);
	if (!tmp)
		return dx_fail(err, DX_ENOMEM, "%s: out of memory", brief(path));
	if (fd < 0) {
		int why = errno;
		free(tmp);
		return dx_fail(err, DX_EIO, "%s: cannot write beside it: %s", brief(path), strerror(why));
	}
	st = write_file(fd, w, path, err);
	if (!st && fsync(fd))
		st = dx_fail(err, DX_EIO, "%s: writing the model: %s", brief(path), strerror(errno));
	if (close(fd) && !st)
		st = dx_fail(err, DX_EIO, "%s: writing the model: %s", brief(path), strerror(errno));
	if (!st && rename(tmp, path))
		st = dx_fail(err, DX_EIO, "%s: %s", brief(path), strerror(errno));
	if (st)
		(void)unlink(tmp);
	else
		sync_directory(path);
	free(tmp);
	return st;
}

/* Devices and pipes are written, never replaced: renaming over /dev/null would ruin the machine. */
static dx_status save_into(const dx_writer *w, const char *path, dx_err *err)
{
	dx_status st;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return dx_fail(err, DX_EIO, "%s: %s", brief(path), strerror(errno));
	st = write_file(fd, w, path, err);
	if (close(fd) && !st)
		st = dx_fail(err, DX_EIO, "%s: writing the model: %s", brief(path), strerror(errno));
	return st;
}

dx_status dx_writer_save(const dx_writer *w, const char *path, dx_err *err)
{
	struct stat sb;
	char *real;
	dx_status st;
	if (stat(path, &sb))                     /* new, or a reason that opening will tell */
		return save_beside(w, path, err);
	if (S_ISDIR(sb.st_mode))
		return dx_fail(err, DX_EIO, "%s: is a directory", brief(path));
	if (!S_ISREG(sb.st_mode))
		return save_into(w, path, err);
	real = realpath(path, NULL);             /* a symbolic link stays one */
	st = real ? save_beside(w, real, err) : dx_fail(err, DX_EIO, "%s: %s", brief(path), strerror(errno));
	free(real);
	return st;
}

/* -- cursor and pack ------------------------------------------------------------------------------------------ */

const void *dx_take(dx_cursor *c, size_t count, size_t size)
{
	const char *p;
	assert(c->at <= c->n);
	if (!c->p || (size && count > (c->n - c->at) / size))
		c->bad = true;
	if (c->bad)
		return NULL;
	p = c->p + c->at;
	c->at += count * size;
	return p;
}

uint32_t dx_take_u32(dx_cursor *c)
{
	uint32_t v = 0;
	const void *p = dx_take(c, 1, sizeof v);
	if (p)
		memcpy(&v, p, sizeof v);
	return v;
}

double dx_take_f64(dx_cursor *c)
{
	double v = 0;
	const void *p = dx_take(c, 1, sizeof v);
	if (p)
		memcpy(&v, p, sizeof v);
	return v;
}

void dx_take_align(dx_cursor *c, size_t to)
{
	(void)dx_take(c, (to - c->at % to) % to, 1);
}

dx_str dx_take_str(dx_cursor *c)
{
	const size_t n = dx_take_u32(c);
	const char *p = dx_take(c, n, 1);
	dx_take_align(c, 8);
	return c->bad ? (dx_str){ NULL, 0 } : (dx_str){ p, n };
}

/* Room for n more bytes. */
static bool pack_room(dx_pack *b, size_t n)
{
	size_t cap = b->cap;
	char *p;
	if (b->failed || n > SIZE_MAX / 2 - b->n)
		b->failed = true;
	if (b->failed || n <= b->cap - b->n)
		return !b->failed;
	while (cap < b->n + n)
		cap = cap ? 2 * cap : 256;
	p = realloc(b->p, cap);
	if (!p) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void dx_pack_bytes(dx_pack *b, const void *p, size_t n)
{
	if (!n || !pack_room(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void dx_pack_u32(dx_pack *b, uint32_t v)
{
	dx_pack_bytes(b, &v, sizeof v);
}

void dx_pack_f64(dx_pack *b, double v)
{
	dx_pack_bytes(b, &v, sizeof v);
}

void dx_pack_align(dx_pack *b, size_t to)
{
	const size_t n = (to - b->n % to) % to;
	if (!n || !pack_room(b, n))
		return;
	memset(b->p + b->n, 0, n);
	b->n += n;
}

void dx_pack_str(dx_pack *b, dx_str s)
{
	if (s.n > UINT32_MAX) {
		b->failed = true;
		return;
	}
	dx_pack_u32(b, (uint32_t)s.n);
	dx_pack_bytes(b, s.p, s.n);
	dx_pack_align(b, 8);
}
