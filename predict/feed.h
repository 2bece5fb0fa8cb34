/* feed.h - the bytes of one input: a file or standard input as it is, or unpacked on the way (gzip, zstd, xz, bzip2), or the
 * members of an archive (tar, zip), one after the other. Told apart by their first bytes, never by name. Streamed through
 * libarchive (gzip through zlib): memory depends neither on the size of the archive nor on that of its members. */
#ifndef DX_FEED_H
#define DX_FEED_H
#include <stdatomic.h>
#include <stdio.h>
#include <sys/types.h>
#include "features/base.h"

typedef struct dx_feed dx_feed;

/* The file that the output goes to: it is refused as an input. */
typedef struct { bool set; dev_t dev; ino_t ino; } dx_feed_refuse;

/* path "-" is standard input. stop (may be NULL): once it becomes true, a read that waits ends soon, as if at the end. */
dx_status dx_feed_open(dx_feed **out, const char *path, const dx_feed_refuse *refuse, const atomic_bool *stop, dx_err *err)
	DX_CHECKED;
void dx_feed_free(dx_feed *s);               /* NULL is fine; does not close standard input */

/* Goes to the next member; *more = false behind the last one. What is no archive has one. Members that are no articles by name
 * are passed over. A failure concerns one member, which dx_feed_name tells; the next call goes on behind it, where the
 * archive can be read on at all. DX_EIO, DX_EFORMAT, DX_ENOMEM. */
dx_status dx_feed_next(bool *more, dx_feed *s, dx_err *err) DX_CHECKED;
/* Reads some bytes of the member, at most cap; *n = 0 at its end. */
dx_status dx_feed_read(size_t *n, dx_feed *s, char *buf, size_t cap, dx_err *err) DX_CHECKED;

/* The member as a stream for those who read one, until the next dx_feed_next; closing it closes nothing else. NULL: memory is out. */
FILE *dx_feed_stream(dx_feed *s) DX_CHECKED;

/* "FILE", or "FILE:MEMBER" in an archive. Valid until the next call of dx_feed_next. */
const char *dx_feed_name(const dx_feed *s);
/* The member's path in its archive; NULL: no archive. */
const char *dx_feed_member(const dx_feed *s);
#endif
