#include "predict/gunzip.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#define BLOCK ((size_t)64 << 10)

struct dx_gunzip {
	z_stream z;
	dx_gunzip_more *more;
	void *ctx;
	const char *why;
	bool eof, between;                       /* between: behind a member, where the file may end */
	unsigned char in[BLOCK];
};

dx_status dx_gunzip_new(dx_gunzip **out, dx_str first, dx_gunzip_more *more, void *ctx, dx_err *err)
{
	dx_gunzip *z = calloc(1, sizeof *z);
	*out = NULL;
	assert(first.n <= BLOCK);
	if (!z || inflateInit2(&z->z, 16 + MAX_WBITS) != Z_OK) {
		free(z);
		return dx_fail(err, DX_ENOMEM, "out of memory: gzip");
	}
	z->more = more;
	z->ctx = ctx;
	z->why = "failed";
	if (first.n)
		memcpy(z->in, first.p, first.n);
	z->z.next_in = z->in;
	z->z.avail_in = (uInt)first.n;
	*out = z;
	return DX_OK;
}

void dx_gunzip_free(dx_gunzip *z)
{
	if (!z)
		return;
	inflateEnd(&z->z);
	free(z);
}

const char *dx_gunzip_why(const dx_gunzip *z)
{
	return z->why;
}

static int damaged(dx_gunzip *z, const char *why)
{
	z->why = why;
	errno = EBADMSG;
	return -1;
}

/* 1: there is input; 0: none is left; -1: failure. */
static int refill(dx_gunzip *z)
{
	if (z->z.avail_in || z->eof)
		return z->z.avail_in > 0;
	ssize_t n = z->more(z->ctx, (char *)z->in, sizeof z->in);
	if (n < 0)
		return -1;
	z->eof = n == 0;
	z->z.next_in = z->in;
	z->z.avail_in = (uInt)n;
	return n > 0;
}

/* Behind a member: another one, or zeros up to the end (tapes are padded). 1: go on, 0: the end, -1: failure. */
static int next_member(dx_gunzip *z)
{
	int rc;
	while ((rc = refill(z)) > 0 && *z->z.next_in == 0) {
		z->z.next_in++;
		z->z.avail_in--;
	}
	if (rc <= 0)
		return rc;
	if (*z->z.next_in != 0x1f)
		return damaged(z, "gzip: something else behind the compressed bytes");
	z->between = false;
	return inflateReset(&z->z) == Z_OK ? 1 : damaged(z, "gzip: failed");
}

ssize_t dx_gunzip_read(dx_gunzip *z, char *buf, size_t cap)
{
	z->z.next_out = (unsigned char *)buf;
	z->z.avail_out = cap > INT_MAX ? INT_MAX : (uInt)cap;
	const uInt room = z->z.avail_out;
	while (z->z.avail_out == room && room) {
		const int more = z->between ? next_member(z) : refill(z);
		if (more < 0 || (more == 0 && z->between))
			return more;
		/* Without more input there may still be output that found no room before. */
		int rc = inflate(&z->z, Z_NO_FLUSH);
		z->between = rc == Z_STREAM_END;
		if (rc == Z_MEM_ERROR) {
			errno = ENOMEM;
			return -1;
		}
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return damaged(z, z->z.msg ? z->z.msg : "gzip: damaged");
		if (more == 0 && rc != Z_STREAM_END && z->z.avail_out == room)
			return damaged(z, "gzip: the file ends too early");
	}
	return (ssize_t)(room - z->z.avail_out);
}

/* ---- in memory */

static ssize_t from_memory(void *ctx, char *buf, size_t cap)
{
	dx_str *rest = ctx;
	size_t n = rest->n < cap ? rest->n : cap;
	if (n)
		memcpy(buf, rest->p, n);
	rest->p += n;
	rest->n -= n;
	return (ssize_t)n;
}

static dx_status unpack(dx_str *out, dx_gunzip *z, size_t most, dx_arena *arena, dx_err *err)
{
	size_t cap = BLOCK, n = 0;
	char *p = dx_arena_alloc(arena, cap);
	ssize_t got = 1;
	while (p && got > 0 && n <= most) {
		if (n == cap) {
			char *wider = dx_arena_alloc(arena, 2 * cap);
			if (wider)
				memcpy(wider, p, n);
			p = wider;
			cap *= 2;
		}
		if (p && (got = dx_gunzip_read(z, p + n, cap - n)) > 0)
			n += (size_t)got;
	}
	if (!p || (got < 0 && errno == ENOMEM))
		return dx_fail(err, DX_ENOMEM, "out of memory: unpacking");
	if (got < 0)
		return dx_fail(err, DX_EFORMAT, "unpacking: %s", z->why);
	if (n > most)
		return dx_fail(err, DX_ELIMIT, "unpacked it has more than %zu MB", most >> 20);
	*out = (dx_str){ p, n };
	return DX_OK;
}

dx_status dx_gunzip_all(dx_str *out, dx_str packed, size_t most, dx_arena *arena, dx_err *err)
{
	dx_gunzip *z;
	dx_status st = dx_gunzip_new(&z, (dx_str){ NULL, 0 }, from_memory, &packed, err);
	*out = (dx_str){ NULL, 0 };
	if (z)
		st = unpack(out, z, most, arena, err);
	dx_gunzip_free(z);
	return st;
}
