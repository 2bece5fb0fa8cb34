/* record_lines.c - reads lines of any length. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L                          /* getline */
#endif
#include "datasets/record.h"
#include <errno.h>
#include <stdlib.h>

static bool is_blank(dx_str s)
{
	size_t i = 0;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r'))
		i++;
	return i == s.n;
}

/* Without its line feed (or carriage return and line feed); without the byte order mark that editors put at the start. */
static dx_str bare(const dx_lines *in, size_t n)
{
	dx_str s = { in->buf, n };
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	if (in->n_line == 1 && s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0)
		s = (dx_str){ s.p + 3, s.n - 3 };
	return s;
}

dx_status dx_lines_next(dx_str *line, bool *more, dx_lines *in, dx_err *err)
{
	*line = (dx_str){ NULL, 0 };
	for (;;) {
		errno = 0;
		ssize_t n = getline(&in->buf, &in->cap, in->from);
		*more = n >= 0;
		if (n < 0)
			break;
		in->n_line++;
		*line = bare(in, (size_t)n);
		if (!is_blank(*line))
			return DX_OK;
	}
	*line = (dx_str){ NULL, 0 };
	if (errno == ENOMEM || errno == EOVERFLOW)
		return dx_fail(err, DX_ENOMEM, "out of memory: line %zu", in->n_line + 1);
	if (ferror(in->from))
		return dx_fail(err, DX_EIO, "reading: %s", strerror(errno));
	return DX_OK;
}

void dx_lines_fini(dx_lines *in)
{
	free(in->buf);
	in->buf = NULL;
	in->cap = 0;
}
