#define _GNU_SOURCE                              /* fopencookie; where there is none, funopen is */
#include "predict/feed.h"
#include "predict/gunzip.h"
#include "predict/name.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)64 << 10)
#define PEEK ((size_t)512)                               /* a tar archive shows at byte 257 */
#define STOP_MS 200                                      /* how soon a wait for a pipe notices the stop flag */

struct dx_feed {
	const char *path;                        /* the caller's */
	int fd;
	bool seeks, waits;                       /* waits: reading may block (pipe, terminal) */
	const atomic_bool *stop;
	off_t start;                             /* where the input begins in a file that seeks */
	char peek[PEEK];                         /* what was read to see what this is: [peek_at, n_peek) is still to be given */
	size_t n_peek, peek_at;
	bool fd_ended, eof;                      /* eof: of what is peeked at */
	dx_gunzip *gunzip;                       /* NULL: the input is not compressed with gzip */
	struct archive *unpack;                  /* NULL: the bytes as they are, or as gunzip gives them */
	struct archive_entry *entry;             /* ours, because libarchive does not check that it got one */
	char *block;                             /* [BLOCK] what libarchive is given */
	bool begun, ended, empty, broken;        /* broken: libarchive gave up; the archive is to be opened anew */
	size_t n_entries;                        /* of the archive, passed so far */
	size_t n_given;                          /* members, those that failed included */
	char *name;                              /* "FILE:MEMBER"; NULL: no archive */
};

/* ---- the file itself */

static bool stopped(const dx_feed *s)
{
	return s->stop && atomic_load(s->stop);
}

/* Returns when there is something to read, or the stop flag is set. */
static void wait_for_input(const dx_feed *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	int rc;
	do
		rc = poll(&p, 1, STOP_MS);
	while (!stopped(s) && (rc == 0 || (rc < 0 && errno == EINTR)));
}

/* Bytes read, 0 at the end or when stopped, -1 with errno. */
static ssize_t read_fd(dx_feed *s, char *buf, size_t cap)
{
	ssize_t n;
	do {
		if (s->waits)
			wait_for_input(s);
		if (stopped(s))
			return 0;
		n = read(s->fd, buf, cap);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n;
}

static ssize_t read_on(dx_feed *s, char *buf, size_t cap)
{
	return s->gunzip ? dx_gunzip_read(s->gunzip, buf, cap) : read_fd(s, buf, cap);
}

static ssize_t read_bytes(dx_feed *s, char *buf, size_t cap)
{
	size_t n = s->n_peek - s->peek_at;
	if (!n)
		return s->eof ? 0 : read_on(s, buf, cap);
	if (n > cap)
		n = cap;
	memcpy(buf, s->peek + s->peek_at, n);
	s->peek_at += n;
	return (ssize_t)n;
}

static bool starts(const dx_feed *s, const char *magic, size_t n)
{
	return s->n_peek >= n && memcmp(s->peek, magic, n) == 0;
}

static bool is_packed(const dx_feed *s)
{
	return starts(s, "\x28\xb5\x2f\xfd", 4) || starts(s, "\xfd" "7zXZ\0", 6)
	       || (starts(s, "BZh", 3) && s->n_peek >= 10
	           && (memcmp(s->peek + 4, "1AY&SY", 6) == 0 || memcmp(s->peek + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0))
	       || starts(s, "PK\3\4", 4) || starts(s, "PK\5\6", 4)
	       || (s->n_peek >= 262 && memcmp(s->peek + 257, "ustar", 5) == 0);
}

/* JSON lines from a pipe are to be read as they come: nothing that is packed begins with a brace. */
static bool surely_plain(const dx_feed *s)
{
	size_t at = 0;
	while (at < s->n_peek && strchr(" \t\r\n", s->peek[at]) && s->peek[at])
		at++;
	return at < s->n_peek && s->peek[at] == '{';
}

static dx_status read_failed(const dx_feed *s, dx_err *err)
{
	if (errno == ENOMEM)
		return dx_fail(err, DX_ENOMEM, "out of memory: reading");
	if (errno == EBADMSG && s->gunzip)
		return dx_fail(err, DX_EFORMAT, "unpacking: %s", dx_gunzip_why(s->gunzip));
	return dx_fail(err, DX_EIO, "%s", strerror(errno));
}

static dx_status look(dx_feed *s, dx_err *err)
{
	while (s->n_peek < PEEK && !s->eof && !surely_plain(s)) {
		ssize_t n = read_on(s, s->peek + s->n_peek, PEEK - s->n_peek);
		if (n < 0)
			return read_failed(s, err);
		s->eof = n == 0;
		s->n_peek += (size_t)n;
	}
	return DX_OK;
}

static ssize_t more_gzip(void *ctx, char *buf, size_t cap)
{
	dx_feed *s = ctx;
	return s->fd_ended ? 0 : read_fd(s, buf, cap);
}

/* Puts zlib before the file and looks at what comes out. */
static dx_status start_gunzip(dx_feed *s, dx_err *err)
{
	dx_status st = dx_gunzip_new(&s->gunzip, (dx_str){ s->peek, s->n_peek }, more_gzip, s, err);
	s->seeks = false;
	s->n_peek = 0;
	s->fd_ended = s->eof;
	s->eof = false;
	return st ? st : look(s, err);
}

static dx_status check_file(dx_feed *s, const dx_feed_refuse *refuse, dx_err *err)
{
	struct stat st;
	if (fstat(s->fd, &st))
		return dx_fail(err, DX_EIO, "%s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return dx_fail(err, DX_EIO, "is a directory");
	if (refuse && refuse->set && S_ISREG(st.st_mode) && st.st_dev == refuse->dev && st.st_ino == refuse->ino)
		return dx_fail(err, DX_EIO, "is where the output goes; not read");
	s->waits = !S_ISREG(st.st_mode);
	s->start = lseek(s->fd, 0, SEEK_CUR);
	s->seeks = S_ISREG(st.st_mode) && s->start >= 0;
	return DX_OK;
}

/* ---- libarchive */

static la_ssize_t give_block(struct archive *a, void *ctx, const void **block)
{
	dx_feed *s = ctx;
	ssize_t n = read_bytes(s, s->block, BLOCK);
	*block = s->block;
	if (n < 0)
		archive_set_error(a, errno, "%s", s->gunzip && errno == EBADMSG ? dx_gunzip_why(s->gunzip) : strerror(errno));
	return n;
}

static la_int64_t seek_to(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
	dx_feed *s = ctx;
	off_t at = lseek(s->fd, whence == SEEK_SET ? s->start + offset : offset, whence);
	if (at < 0) {
		archive_set_error(a, errno, "%s", strerror(errno));
		return ARCHIVE_FATAL;
	}
	s->peek_at = s->n_peek;
	s->eof = false;
	return at - s->start;
}

/* A reader of all that is_packed knows. Each part is checked: without one of them an archive would be taken for a text. No filter
 * for gzip: see gunzip.h. */
static struct archive *unpacker(void)
{
	static int (*const PARTS[])(struct archive *) = {
		archive_read_support_filter_bzip2, archive_read_support_filter_xz, archive_read_support_filter_zstd,
		archive_read_support_format_raw, archive_read_support_format_empty, archive_read_support_format_tar,
		archive_read_support_format_zip,
	};
	struct archive *a = archive_read_new();
	for (size_t i = 0; i < DX_COUNT(PARTS) && a; i++)
		if (PARTS[i](a) < ARCHIVE_WARN) {
			archive_read_free(a);
			a = NULL;
		}
	return a;
}

static dx_status failure(const dx_feed *s, dx_err *err)
{
	const char *why = archive_error_string(s->unpack);
	if (archive_errno(s->unpack) == ENOMEM)
		return dx_fail(err, DX_ENOMEM, "out of memory: unpacking");
	return dx_fail(err, DX_EFORMAT, "unpacking: %s%s", why ? why : "failed",
	               s->ended && s->name ? "; the rest of the archive is not read" : "");
}

static dx_status start_unpacking(dx_feed *s, dx_err *err)
{
	if (!s->block)
		s->block = malloc(BLOCK);
	if (!s->entry)
		s->entry = archive_entry_new();
	s->unpack = s->block && s->entry ? unpacker() : NULL;
	if (!s->unpack || archive_read_set_read_callback(s->unpack, give_block) != ARCHIVE_OK
	    || archive_read_set_callback_data(s->unpack, s) != ARCHIVE_OK
	    || (s->seeks && archive_read_set_seek_callback(s->unpack, seek_to) != ARCHIVE_OK))
		return dx_fail(err, DX_ENOMEM, "out of memory: unpacking");
	if (s->seeks) {
		if (lseek(s->fd, s->start, SEEK_SET) < 0)
			return dx_fail(err, DX_EIO, "%s", strerror(errno));
		s->peek_at = s->n_peek;
		s->eof = false;
	}
	return archive_read_open1(s->unpack) < ARCHIVE_WARN ? failure(s, err) : DX_OK;
}

dx_status dx_feed_open(dx_feed **out, const char *path, const dx_feed_refuse *refuse, const atomic_bool *stop, dx_err *err)
{
	dx_feed *s = calloc(1, sizeof *s);
	dx_status st;
	*out = NULL;
	if (!s)
		return dx_fail(err, DX_ENOMEM, "out of memory: input");
	s->path = path;
	s->stop = stop;
	s->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
	st = s->fd < 0 ? dx_fail(err, DX_EIO, "%s", strerror(errno)) : check_file(s, refuse, err);
	if (!st)
		st = look(s, err);
	if (!st && starts(s, "\x1f\x8b\x08", 3))
		st = start_gunzip(s, err);
	if (!st && is_packed(s))
		st = start_unpacking(s, err);
	if (st)
		dx_feed_free(s);
	else
		*out = s;
	return st;
}

void dx_feed_free(dx_feed *s)
{
	if (!s)
		return;
	if (s->unpack)
		archive_read_free(s->unpack);
	archive_entry_free(s->entry);
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	dx_gunzip_free(s->gunzip);
	free(s->block);
	free(s->name);
	free(s);
}

static dx_status set_name(dx_feed *s, const char *member, dx_err *err)
{
	const char *file = strcmp(s->path, "-") ? s->path : "stdin";
	const size_t n_file = strlen(file), n = strlen(member);
	free(s->name);
	if (!(s->name = malloc(n_file + n + 2)))
		return dx_fail(err, DX_ENOMEM, "out of memory: name of a member");
	memcpy(s->name, file, n_file);
	s->name[n_file] = ':';
	memcpy(s->name + n_file + 1, member, n + 1);
	return DX_OK;
}

/* What keeps a member that is an article by name from being read. */
static dx_status check_member(struct archive_entry *e, const char *name, dx_err *err)
{
	if (archive_entry_is_encrypted(e))
		return dx_fail(err, DX_EFORMAT, "is encrypted");
	if (dx_name_packed(name))
		return dx_fail(err, DX_EFORMAT, "is packed inside an archive; unpack one of the two");
	return DX_OK;
}

/* Archives hold directories, links and hidden files too. */
static bool wanted(struct archive_entry *e, const char *name)
{
	const char *base = name ? dx_name_base(name) : "";
	return archive_entry_filetype(e) == AE_IFREG && !archive_entry_hardlink(e) && *base && *base != '.'
	       && (dx_name_wanted_member(base) || dx_name_packed(base));
}

static int read_header(dx_feed *s)
{
	int rc, tries = 0;
	do
		rc = archive_read_next_header2(s->unpack, s->entry);
	while (rc == ARCHIVE_RETRY && ++tries < 10);
	return rc;
}

/* Behind a member that broke the reader: its directory, at the end of a zip file, leads past it. */
static dx_status reopen(dx_feed *s, dx_err *err)
{
	int rc = ARCHIVE_OK;
	archive_read_free(s->unpack);
	s->unpack = NULL;
	dx_status st = start_unpacking(s, err);
	for (size_t i = 0; !st && i < s->n_entries && rc >= ARCHIVE_WARN; i++)
		rc = read_header(s);
	s->broken = false;
	return st || rc >= ARCHIVE_WARN ? st : failure(s, err);
}

/* The next entry of the archive: *e = NULL at the end. */
static dx_status next_entry(struct archive_entry **e, dx_feed *s, dx_err *err)
{
	dx_status st = s->broken ? reopen(s, err) : DX_OK;
	if (st) {
		s->ended = true;
		return st;
	}
	int rc = read_header(s);
	*e = s->entry;
	s->n_entries++;
	if (stopped(s) || rc == ARCHIVE_EOF)
		s->ended = true;
	else if (rc < ARCHIVE_WARN) {
		s->ended = true;
		return failure(s, err);
	}
	if (s->ended)
		*e = NULL;
	return DX_OK;
}

static dx_status first_entry(bool *more, struct archive_entry **e, dx_feed *s, dx_err *err)
{
	dx_status st = next_entry(e, s, err);
	int format = archive_format(s->unpack);
	/* Compressed nothing: a file all the same. */
	s->empty = !st && !*e && format != ARCHIVE_FORMAT_TAR && format != ARCHIVE_FORMAT_ZIP && !stopped(s);
	*more = s->empty || (!st && *e && format == ARCHIVE_FORMAT_RAW);
	s->n_given += *more || st;
	return st;
}

static dx_status no_member(dx_feed *s, dx_err *err)
{
	if (s->n_given || stopped(s))
		return DX_OK;
	s->n_given++;
	return dx_fail(err, DX_EFORMAT, "no " DX_NAME_WANTED " in this archive");
}

static dx_status next_member(bool *more, dx_feed *s, dx_err *err)
{
	struct archive_entry *e = NULL;
	dx_status st = DX_OK;
	if (!s->begun) {
		s->begun = true;
		st = first_entry(more, &e, s, err);
		if (st || *more)
			return st;
	} else
		st = next_entry(&e, s, err);
	for (; !st && e; st = next_entry(&e, s, err)) {
		const char *name = archive_entry_pathname(e);
		if (!wanted(e, name))
			continue;
		s->n_given++;
		*more = true;
		st = set_name(s, name, err);
		return st ? st : check_member(e, name, err);
	}
	return st ? st : no_member(s, err);
}

dx_status dx_feed_next(bool *more, dx_feed *s, dx_err *err)
{
	*more = false;
	if (s->ended)
		return DX_OK;
	if (s->unpack)
		return next_member(more, s, err);
	*more = s->ended = true;
	return DX_OK;
}

dx_status dx_feed_read(size_t *n, dx_feed *s, char *buf, size_t cap, dx_err *err)
{
	la_ssize_t got;
	int tries = 0;
	*n = 0;
	if (s->empty)
		return DX_OK;
	do
		got = s->unpack ? archive_read_data(s->unpack, buf, cap) : read_bytes(s, buf, cap);
	while (s->unpack && got == ARCHIVE_RETRY && ++tries < 10);
	if (got >= 0) {
		*n = (size_t)got;
		return DX_OK;
	}
	if (stopped(s))
		return DX_OK;
	if (!s->unpack)
		return read_failed(s, err);
	s->broken = got == ARCHIVE_FATAL && s->seeks && (archive_format(s->unpack) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
	s->ended = got == ARCHIVE_FATAL && !s->broken;
	return failure(s, err);
}

#ifdef __APPLE__
static int stream_read(void *feed, char *buf, int cap)
{
	size_t n;
	return dx_feed_read(&n, feed, buf, (size_t)cap, NULL) ? -1 : (int)n;
}

FILE *dx_feed_stream(dx_feed *s)
{
	return funopen(s, stream_read, NULL, NULL, NULL);
}
#else
static ssize_t stream_read(void *feed, char *buf, size_t cap)
{
	size_t n;
	return dx_feed_read(&n, feed, buf, cap, NULL) ? -1 : (ssize_t)n;
}

FILE *dx_feed_stream(dx_feed *s)
{
	return fopencookie(s, "r", (cookie_io_functions_t){ .read = stream_read });
}
#endif

const char *dx_feed_name(const dx_feed *s)
{
	return s->name ? s->name : s->path;
}

const char *dx_feed_member(const dx_feed *s)
{
	return s->name ? strchr(s->name + (strcmp(s->path, "-") ? strlen(s->path) : 0), ':') + 1 : NULL;
}
