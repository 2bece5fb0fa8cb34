#include "predict/read.h"
#include "datasets/table.h"
#include "predict/walk.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)
#define KEEP_MOST ((size_t)1 << 20)                      /* a larger buffer is given back at the end of its file */
#define STOP_MS 200                                      /* how soon a wait for a pipe notices the stop flag */

struct dx_reader {
	dx_walk walk;
	const char *file;                        /* being read; valid until the walk's next step */
	int fd;                                  /* -1: none */
	bool eof, waits;                         /* waits: reading may block (pipe, terminal) */
	dx_read_kind kind;
	FILE *table_from;                        /* of a table, which does its own reading */
	dx_table *table;
	size_t line;
	char *buf;                               /* unread: [beg, end); no line feed in [beg, scanned) */
	size_t cap, beg, end, scanned;
	const atomic_bool *stop;
	bool refuse;
	dev_t refuse_dev;
	ino_t refuse_ino;
};

dx_status dx_reader_new(dx_reader **out, const char *const *paths, size_t n, const atomic_bool *stop, dx_err *err)
{
	dx_reader *rd = calloc(1, sizeof *rd);
	*out = rd;
	if (!rd)
		return dx_fail(err, DX_ENOMEM, "out of memory: reader");
	rd->walk = (dx_walk){ .paths = paths, .n_paths = n };
	rd->fd = -1;
	rd->stop = stop;
	return DX_OK;
}

/* What is in the buffer stays there: it may be the text that was given last. */
static void close_file(dx_reader *rd)
{
	if (rd->fd > STDIN_FILENO)
		close(rd->fd);
	dx_table_free(rd->table);
	if (rd->table_from)
		fclose(rd->table_from);
	rd->table = NULL;
	rd->table_from = NULL;
	rd->fd = -1;
	rd->beg = rd->end = rd->scanned = 0;
}

static void shrink(dx_reader *rd)
{
	if (rd->cap <= KEEP_MOST)
		return;
	free(rd->buf);
	rd->buf = NULL;
	rd->cap = 0;
}

void dx_reader_free(dx_reader *rd)
{
	if (!rd)
		return;
	close_file(rd);
	dx_walk_fini(&rd->walk);
	free(rd->buf);
	free(rd);
}

void dx_reader_refuse(dx_reader *rd, dev_t dev, ino_t ino)
{
	rd->refuse = true;
	rd->refuse_dev = dev;
	rd->refuse_ino = ino;
}

static bool stopped(const dx_reader *rd)
{
	return rd->stop && atomic_load(rd->stop);
}

/* Room for another chunk behind end: what has been used up goes first. */
static dx_status make_room(dx_reader *rd, dx_err *err)
{
	if (rd->beg && rd->cap - rd->end < CHUNK) {
		memmove(rd->buf, rd->buf + rd->beg, rd->end - rd->beg);
		rd->end -= rd->beg;
		rd->scanned -= rd->beg;
		rd->beg = 0;
	}
	if (rd->cap - rd->end >= CHUNK)
		return DX_OK;
	size_t cap = rd->cap ? 2 * rd->cap : 4 * CHUNK;
	char *p = realloc(rd->buf, cap);
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu bytes of input", cap);
	rd->buf = p;
	rd->cap = cap;
	return DX_OK;
}

/* Returns when there is something to read, or the stop flag is set. */
static void wait_for_input(const dx_reader *rd)
{
	struct pollfd p = { .fd = rd->fd, .events = POLLIN };
	int rc;
	do
		rc = poll(&p, 1, STOP_MS);
	while (!stopped(rd) && (rc == 0 || (rc < 0 && errno == EINTR)));
}

/* Reads more behind end, or sets eof. */
static dx_status fill(dx_reader *rd, dx_err *err)
{
	ssize_t n;
	dx_status st = make_room(rd, err);
	if (st)
		return st;
	do {
		if (rd->waits)
			wait_for_input(rd);
		if (stopped(rd)) {
			rd->eof = true;
			return DX_OK;
		}
		n = read(rd->fd, rd->buf + rd->end, rd->cap - rd->end);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return dx_fail(err, DX_EIO, "%s", strerror(errno));
	rd->eof = n == 0;
	rd->end += (size_t)n;
	return DX_OK;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t mark_length(const char *p, size_t n)
{
	return n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static size_t skip_blanks(const char *p, size_t at, size_t n)
{
	while (at < n && blank(p[at]))
		at++;
	return at;
}

/* Do the bytes begin like a JSON object with a field, or an empty one? No article begins with {" . *sure = false when
 * there are too few bytes to tell. */
static bool looks_like_json(bool *sure, const char *p, size_t n)
{
	size_t at = skip_blanks(p, mark_length(p, n), n);
	*sure = true;
	if (at < n && p[at] != '{')
		return false;
	at = at < n ? skip_blanks(p, at + 1, n) : n;
	*sure = at < n;
	return at < n && (p[at] == '"' || p[at] == '}');
}

static bool named_json(const char *file)
{
	const char *dot = strrchr(file, '.');
	return dot && (strcmp(dot, ".jsonl") == 0 || strcmp(dot, ".json") == 0);
}

/* Reads as much as tells text and JSON lines apart. */
static dx_status find_kind(dx_reader *rd, dx_err *err)
{
	bool sure = false, json = false;
	dx_status st = DX_OK;
	if (named_json(rd->file)) {
		rd->kind = DX_READ_JSON;
		return DX_OK;
	}
	while (!st && !sure && !rd->eof && rd->end < DX_READ_MOST) {
		st = fill(rd, err);
		json = looks_like_json(&sure, rd->buf, rd->end);
	}
	rd->kind = json ? DX_READ_JSON : DX_READ_TEXT;
	return st;
}

static dx_status check_file(dx_reader *rd, dx_err *err)
{
	struct stat s;
	if (fstat(rd->fd, &s))
		return dx_fail(err, DX_EIO, "%s", strerror(errno));
	if (S_ISDIR(s.st_mode))
		return dx_fail(err, DX_EIO, "is a directory");
	if (rd->refuse && S_ISREG(s.st_mode) && s.st_dev == rd->refuse_dev && s.st_ino == rd->refuse_ino)
		return dx_fail(err, DX_EIO, "is where the output goes; not read");
	rd->waits = !S_ISREG(s.st_mode);
	return DX_OK;
}

/* TSV and CSV: rows become JSON lines. */
static dx_status open_table(dx_reader *rd, dx_err *err)
{
	const int fd = dup(rd->fd);
	rd->kind = DX_READ_JSON;
	rd->table_from = fd < 0 ? NULL : fdopen(fd, "rb");
	if (!rd->table_from && fd >= 0)
		close(fd);
	return rd->table_from ? dx_table_new(&rd->table, rd->table_from, rd->file, err) : dx_fail(err, DX_EIO, "%s", strerror(errno));
}

static dx_status next_row(dx_input *out, bool *got, dx_reader *rd, dx_err *err)
{
	dx_status st = dx_table_next(&out->bytes, got, rd->table, err);
	out->line = dx_table_line(rd->table);
	return st;
}

/* The next file of the walk; fd stays -1 at the end. */
static dx_status open_next(dx_reader *rd, dx_err *err)
{
	shrink(rd);
	dx_status st = dx_walk_next(&rd->file, &rd->walk, err);
	if (st || !rd->file)
		return st;
	rd->line = 0;
	rd->eof = false;
	rd->fd = strcmp(rd->file, "-") ? open(rd->file, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
	if (rd->fd < 0)
		return dx_fail(err, DX_EIO, "%s", strerror(errno));
	st = check_file(rd, err);
	if (!st)
		st = dx_table_named(rd->file) ? open_table(rd, err) : find_kind(rd, err);
	if (st)
		close_file(rd);
	return st;
}

static dx_status too_long(dx_err *err, const char *what)
{
	return dx_fail(err, DX_ELIMIT, "%s of more than %zu MB is not an article", what, DX_READ_MOST >> 20);
}

/* The whole file. Standard input without a byte is no article, a file is: an empty one. */
static dx_status next_text(dx_input *out, bool *got, dx_reader *rd, dx_err *err)
{
	dx_status st = DX_OK;
	while (!st && !rd->eof && rd->end <= DX_READ_MOST)
		st = fill(rd, err);
	if (!st && rd->end > DX_READ_MOST)
		st = too_long(err, "a text");
	*got = !st && (rd->end || rd->fd != STDIN_FILENO) && !stopped(rd);
	if (*got)
		out->bytes = (dx_str){ rd->buf, rd->end };
	return st;
}

/* Passes over the rest of a line that is too long. */
static dx_status skip_line(dx_reader *rd, dx_err *err)
{
	char *feed = NULL;
	dx_status st = DX_OK;
	while (!st && !rd->eof && !feed) {
		rd->beg = rd->end = rd->scanned = 0;
		st = fill(rd, err);
		if (!st)
			feed = memchr(rd->buf, '\n', rd->end);
	}
	rd->beg = rd->scanned = feed ? (size_t)(feed - rd->buf) + 1 : rd->end;
	return st ? st : too_long(err, "a line");
}

/* Sets *n to the length of the line at beg, its line feed included; 0 at the end of the file. */
static dx_status find_line(size_t *n, dx_reader *rd, dx_err *err)
{
	for (*n = 0;;) {
		char *feed = rd->end > rd->scanned ? memchr(rd->buf + rd->scanned, '\n', rd->end - rd->scanned) : NULL;
		if (feed)
			*n = (size_t)(feed - rd->buf) + 1 - rd->beg;
		else if (rd->eof)
			*n = rd->end - rd->beg;
		if (feed || rd->eof)
			return DX_OK;
		rd->scanned = rd->end;
		if (rd->end - rd->beg > DX_READ_MOST)
			return skip_line(rd, err);
		dx_status st = fill(rd, err);
		if (st)
			return st;
	}
}

/* Without line end, blanks at both ends, and the byte order mark that some editors put at the start of a file. */
static dx_str bare(dx_str s, size_t line)
{
	size_t at = skip_blanks(s.p, line == 1 ? mark_length(s.p, s.n) : 0, s.n);
	while (s.n > at && blank(s.p[s.n - 1]))
		s.n--;
	return (dx_str){ s.p + at, s.n - at };
}

/* A document over several lines would give an error for each of them; one is enough. */
static dx_status check_first(dx_reader *rd, dx_str line, dx_err *err)
{
	if (line.n != 1 || (line.p[0] != '{' && line.p[0] != '['))
		return DX_OK;
	rd->beg = rd->scanned = rd->end;
	rd->eof = true;
	return dx_fail(err, DX_EFORMAT, "JSON over several lines; one record a line is expected (jq -c makes it so)");
}

static dx_status next_line(dx_input *out, bool *got, dx_reader *rd, dx_err *err)
{
	bool first = rd->line == 0;
	size_t n;
	*got = false;
	for (;;) {
		rd->line++;
		out->line = rd->line;
		dx_status st = find_line(&n, rd, err);
		if (st || !n || stopped(rd))
			return st;
		out->bytes = bare((dx_str){ rd->buf + rd->beg, n }, rd->line);
		rd->beg += n;
		rd->scanned = rd->beg;
		if (out->bytes.n > DX_READ_MOST)
			return too_long(err, "a line");
		*got = out->bytes.n > 0;
		if (*got)
			return first ? check_first(rd, out->bytes, err) : DX_OK;
	}
}

dx_status dx_reader_next(dx_input *out, bool *more, dx_reader *rd, dx_err *err)
{
	for (;;) {
		dx_status st = DX_OK;
		bool got;
		*out = (dx_input){ .file = rd->file };
		*more = !stopped(rd);
		if (!*more)
			return DX_OK;
		if (rd->fd < 0) {
			st = open_next(rd, err);
			out->file = rd->file;
			*more = st || rd->file;
			if (st || !rd->file)
				return st;
		}
		out->kind = rd->kind;
		st = rd->kind == DX_READ_TEXT ? next_text(out, &got, rd, err)
		   : rd->table ? next_row(out, &got, rd, err) : next_line(out, &got, rd, err);
		if (rd->kind == DX_READ_TEXT || !(got || st == DX_ELIMIT || (rd->table && (st == DX_EFORMAT || st == DX_EUTF8))))
			close_file(rd);
		if (st || got)
			return st;
	}
}

bool dx_reader_ready(const dx_reader *rd)
{
	return rd->fd >= 0 && rd->kind == DX_READ_JSON && rd->end > rd->scanned
	       && memchr(rd->buf + rd->scanned, '\n', rd->end - rd->scanned);
}

/* Bytes of one input; false when they cannot be known. */
static bool size_of(uint64_t *total, const char *path)
{
	struct stat s;
	int rc = strcmp(path, "-") ? stat(path, &s) : fstat(STDIN_FILENO, &s);
	if (rc)
		return true;
	*total += S_ISREG(s.st_mode) ? (uint64_t)s.st_size : 0;
	return S_ISREG(s.st_mode);
}

uint64_t dx_reader_total(const char *const *paths, size_t n)
{
	dx_walk w = { .paths = paths, .n_paths = n };
	const char *path;
	uint64_t total = 0;
	bool known = true;
	do {
		if (dx_walk_next(&path, &w, NULL))
			continue;                /* the reader will say what is wrong */
		known = !path || size_of(&total, path);
	} while (known && path);
	dx_walk_fini(&w);
	return known ? total : 0;
}

dx_str dx_read_id(const char *file)
{
	if (strcmp(file, "-") == 0)
		return DX_STR("stdin");
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file, *dot = strrchr(name, '.');
	return (dx_str){ name, dot && dot > name ? (size_t)(dot - name) : strlen(name) };
}
