#include "predict/read.h"
#include "datasets/table.h"
#include "predict/name.h"
#include "predict/walk.h"
#include "predict/warc.h"
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)64 << 10)
#define KEEP_MOST ((size_t)1 << 20)                      /* a larger buffer is given back at the end of its file */
#define WARC_HEAD_MOST ((size_t)64 << 10)

struct dx_reader {
	dx_walk walk;
	const char *path;                        /* the walk's last; valid until its next step */
	dx_feed *src;                          /* NULL: none open */
	bool open, eof;                          /* open: a member of src is being read */
	dx_read_kind kind;
	FILE *table_from;                        /* of a table, which does its own reading */
	dx_table *table;
	size_t line;
	char *page;                              /* FILE:URI of the WARC record given last */
	char *buf;                               /* unread: [beg, end); no line feed in [beg, scanned) */
	size_t cap, beg, end, scanned;
	const atomic_bool *stop;
	dx_feed_refuse refuse;
};

dx_status dx_reader_new(dx_reader **out, const char *const *paths, size_t n, const atomic_bool *stop, dx_err *err)
{
	dx_reader *rd = calloc(1, sizeof *rd);
	*out = rd;
	if (!rd)
		return dx_fail(err, DX_ENOMEM, "out of memory: reader");
	rd->walk = (dx_walk){ .paths = paths, .n_paths = n };
	rd->stop = stop;
	return DX_OK;
}

/* What is in the buffer stays there, and the source with its name: it may be the text that was given last. */
static void close_member(dx_reader *rd)
{
	dx_table_free(rd->table);
	if (rd->table_from)
		fclose(rd->table_from);
	rd->table = NULL;
	rd->table_from = NULL;
	rd->open = false;
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
	dx_feed_free(rd->src);
	dx_walk_fini(&rd->walk);
	free(rd->page);
	free(rd->buf);
	free(rd);
}

void dx_reader_refuse(dx_reader *rd, dev_t dev, ino_t ino)
{
	rd->refuse = (dx_feed_refuse){ true, dev, ino };
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

/* Reads more behind end, or sets eof. */
static dx_status fill(dx_reader *rd, dx_err *err)
{
	size_t n = 0;
	dx_status st = make_room(rd, err);
	if (!st && !stopped(rd))
		st = dx_feed_read(&n, rd->src, rd->buf + rd->end, rd->cap - rd->end, err);
	if (st)
		return st;
	rd->eof = n == 0;
	rd->end += n;
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

static bool begins(const char *p, size_t n, const char *word)
{
	return n >= strlen(word) && strncasecmp(p, word, strlen(word)) == 0;
}

/* What bytes that are no JSON are. */
static dx_read_kind kind_of(const char *p, size_t n)
{
	size_t at = skip_blanks(p, mark_length(p, n), n);
	if (begins(p, n, "WARC/"))
		return DX_READ_WARC;
	return begins(p + at, n - at, "<!doctype html") || begins(p + at, n - at, "<html") ? DX_READ_HTML : DX_READ_TEXT;
}

/* Reads as much as tells the kinds apart. */
static dx_status find_kind(dx_reader *rd, dx_err *err)
{
	const char *name = dx_feed_name(rd->src);
	bool sure = false, json = false;
	dx_status st = DX_OK;
	if (dx_name_is_json(name) || dx_name_is_html(name)) {
		rd->kind = dx_name_is_json(name) ? DX_READ_JSON : DX_READ_HTML;
		return DX_OK;
	}
	while (!st && !rd->eof && rd->end < DX_READ_MOST && (!sure || (!json && rd->end < 512))) {
		st = fill(rd, err);
		json = !st && looks_like_json(&sure, rd->buf, rd->end);
	}
	rd->kind = json ? DX_READ_JSON : rd->end ? kind_of(rd->buf, rd->end) : DX_READ_TEXT;
	return st;
}

/* Opens the next file of the walk; src stays NULL at the end. */
static dx_status next_feed(dx_reader *rd, dx_err *err)
{
	dx_feed_free(rd->src);
	rd->src = NULL;
	dx_status st = dx_walk_next(&rd->path, &rd->walk, err);
	return st || !rd->path ? st : dx_feed_open(&rd->src, rd->path, &rd->refuse, rd->stop, err);
}

/* TSV and CSV: rows become JSON lines. */
static dx_status open_table(dx_reader *rd, dx_err *err)
{
	rd->kind = DX_READ_JSON;
	rd->table_from = dx_feed_stream(rd->src);
	return rd->table_from ? dx_table_new(&rd->table, rd->table_from, dx_feed_name(rd->src), err) : dx_fail(err, DX_ENOMEM, "out of memory: table");
}

static dx_status next_row(dx_input *out, bool *got, dx_reader *rd, dx_err *err)
{
	dx_status st = dx_table_next(&out->bytes, got, rd->table, err);
	out->line = dx_table_line(rd->table);
	return st;
}

/* The next member, of this source or of the next one; none is open at the end. */
static dx_status open_next(dx_reader *rd, dx_err *err)
{
	dx_status st = DX_OK;
	shrink(rd);
	do {
		if (rd->src)
			st = dx_feed_next(&rd->open, rd->src, err);
		if (!st && !rd->open)
			st = next_feed(rd, err);
	} while (!st && !rd->open && rd->src);
	rd->line = 0;
	rd->eof = false;
	if (!st && rd->open)
		st = dx_name_is_table(dx_feed_name(rd->src)) ? open_table(rd, err) : find_kind(rd, err);
	if (st)
		close_member(rd);
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
	*got = !st && (rd->end || strcmp(dx_feed_name(rd->src), "-")) && !stopped(rd);
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

/* ---- web archives */

/* At least n unread bytes, if the file has them. */
static dx_status want(dx_reader *rd, size_t n, dx_err *err)
{
	dx_status st = DX_OK;
	while (!st && !rd->eof && rd->end - rd->beg < n)
		st = fill(rd, err);
	return st;
}

static dx_status skip_bytes(dx_reader *rd, uint64_t n, dx_err *err)
{
	dx_status st = DX_OK;
	for (;;) {
		size_t here = rd->end - rd->beg < n ? rd->end - rd->beg : (size_t)n;
		rd->beg += here;
		n -= here;
		if (!n || st)
			return st;
		if (rd->eof)
			return stopped(rd) ? DX_OK : dx_fail(err, DX_EFORMAT, "the file ends inside a WARC record");
		rd->beg = rd->end = 0;
		st = fill(rd, err);
	}
}

/* Finds the header of the next record and reads far enough behind it to tell what the record holds; *n = 0 at the end of
 * the file. Nothing behind a damaged header can be found again: the file ends there. */
static dx_status next_head(dx_warc *w, size_t *n, dx_reader *rd, dx_err *err)
{
	dx_status st;
	*n = 0;
	*w = (dx_warc){ .n_block = 0 };
	do {
		st = want(rd, 1, err);
		while (rd->beg < rd->end && blank(rd->buf[rd->beg]))
			rd->beg++;
	} while (!st && rd->beg == rd->end && !rd->eof);
	if (!st)
		st = want(rd, 2 * WARC_HEAD_MOST, err);
	if (st || rd->beg == rd->end)
		return st;
	*n = dx_warc_head_length(rd->buf + rd->beg, rd->end - rd->beg);
	st = *n && *n <= WARC_HEAD_MOST ? dx_warc_head(w, (dx_str){ rd->buf + rd->beg, *n }, err)
	                                : dx_fail(err, DX_EFORMAT, "WARC header that does not end");
	if (st) {
		rd->beg = rd->end;
		rd->eof = true;
	}
	return st;
}

static dx_status set_page(dx_reader *rd, const dx_warc *w, dx_err *err)
{
	const char *file = dx_feed_name(rd->src);
	file = strcmp(file, "-") ? file : "stdin";
	size_t n = strlen(file);
	free(rd->page);
	if (!(rd->page = malloc(n + w->uri.n + 2)))
		return dx_fail(err, DX_ENOMEM, "out of memory: name of a page");
	memcpy(rd->page, file, n);
	rd->page[n++] = ':';
	for (size_t i = 0; i < w->uri.n; i++)
		rd->page[n++] = (unsigned char)w->uri.p[i] > ' ' ? w->uri.p[i] : '?';
	rd->page[n] = '\0';
	return DX_OK;
}

/* Is the record at beg a page? As much of it as the buffer holds is enough. */
static dx_status look(bool *page, const dx_warc *w, size_t n_head, const dx_reader *rd, dx_err *err)
{
	dx_warc_page found = { .is_page = false };
	const size_t have = rd->end - rd->beg - n_head;
	dx_str block = { rd->buf + rd->beg + n_head, have < w->n_block ? have : (size_t)w->n_block };
	dx_status st = dx_warc_wanted(w) ? dx_warc_look(&found, w, block, err) : DX_OK;
	*page = !st && found.is_page;
	return st;
}

/* A page: the whole record into the buffer. */
static dx_status give_record(dx_input *out, bool *got, size_t n, dx_reader *rd, dx_err *err)
{
	dx_status st = want(rd, n, err);
	if (st)
		return st;
	if (rd->end - rd->beg < n)
		return skip_bytes(rd, n, err);
	out->bytes = (dx_str){ rd->buf + rd->beg, n };
	rd->beg += n;
	*got = !stopped(rd);
	return DX_OK;
}

/* The next record that holds a page. */
static dx_status next_page(dx_input *out, bool *got, dx_reader *rd, dx_err *err)
{
	for (;;) {
		dx_warc w;
		size_t n_head;
		bool page;
		dx_status st = next_head(&w, &n_head, rd, err);
		if (st || !n_head || stopped(rd))
			return st;
		if ((st = set_page(rd, &w, err)))
			return st;
		out->file = rd->page;
		st = look(&page, &w, n_head, rd, err);
		if (!st && page && w.n_block <= DX_READ_MOST)
			return give_record(out, got, n_head + (size_t)w.n_block, rd, err);
		if (!st && page)
			st = too_long(err, "a page");
		dx_status skipped = skip_bytes(rd, n_head + w.n_block, st ? NULL : err);
		if (st || skipped)
			return st ? st : skipped;
	}
}

/* ---- all kinds */

static dx_status next_input(dx_input *out, bool *got, dx_reader *rd, dx_err *err)
{
	switch (rd->kind) {
	case DX_READ_JSON:
		return rd->table ? next_row(out, got, rd, err) : next_line(out, got, rd, err);
	case DX_READ_WARC:
		return next_page(out, got, rd, err);
	default:
		return next_text(out, got, rd, err);
	}
}

static dx_str id_of(const dx_reader *rd)
{
	const char *member = dx_feed_member(rd->src);
	return member ? dx_name_stem(member) : dx_read_id(dx_feed_name(rd->src));
}

static bool streams(const dx_reader *rd)
{
	return rd->kind == DX_READ_JSON || rd->kind == DX_READ_WARC;
}

/* Is there more to read of the member behind a record that failed? */
static bool goes_on(const dx_reader *rd, dx_status st)
{
	return (rd->kind == DX_READ_JSON && st == DX_ELIMIT) || (rd->table && (st == DX_EFORMAT || st == DX_EUTF8))
	       || (rd->kind == DX_READ_WARC && (st == DX_ELIMIT || st == DX_EFORMAT) && !(rd->eof && rd->beg == rd->end));
}

dx_status dx_reader_next(dx_input *out, bool *more, dx_reader *rd, dx_err *err)
{
	for (;;) {
		dx_status st = DX_OK;
		bool got = false;
		*out = (dx_input){ .file = rd->path };
		*more = !stopped(rd);
		if (!*more)
			return DX_OK;
		if (!rd->open) {
			st = open_next(rd, err);
			out->file = rd->src ? dx_feed_name(rd->src) : rd->path;
			*more = st || rd->open;
			if (st || !rd->open)
				return st;
		}
		out->file = dx_feed_name(rd->src);
		out->kind = rd->kind;
		out->id = id_of(rd);
		st = next_input(out, &got, rd, err);
		if (!(got ? streams(rd) : goes_on(rd, st)))
			close_member(rd);
		if (st || got)
			return st;
	}
}

bool dx_reader_ready(const dx_reader *rd)
{
	return rd->open && rd->kind == DX_READ_JSON && !rd->table && rd->end > rd->scanned
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
	return S_ISREG(s.st_mode) && !dx_name_packed(path);
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
	return strcmp(file, "-") ? dx_name_stem(dx_name_base(file)) : DX_STR("stdin");
}
