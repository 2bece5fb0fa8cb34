#include "predict/names_file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_BYTES ((size_t)256 << 20)

/* Everything of f, malloc'ed. */
static dx_status slurp(char **out, size_t *n, FILE *f, dx_err *err)
{
	size_t cap = 0;
	*out = NULL;
	*n = 0;
	for (size_t got = 1; got;) {
		if (*n == cap) {
			cap = cap ? 2 * cap : 4096;
			char *p = cap > MOST_BYTES ? NULL : realloc(*out, cap);
			if (!p)
				return dx_fail(err, cap > MOST_BYTES ? DX_ELIMIT : DX_ENOMEM, cap > MOST_BYTES ? "too large" : "out of memory");
			*out = p;
		}
		got = fread(*out + *n, 1, cap - *n, f);
		*n += got;
	}
	return ferror(f) ? dx_fail(err, DX_EIO, "%s", strerror(errno)) : DX_OK;
}

dx_status dx_names_open(dx_names **out, const char *path, dx_err *err)
{
	dx_err why = { .code = DX_OK };
	char *text = NULL;
	size_t n = 0, len = strlen(path);
	const char *tail = len > 60 ? path + len - 60 : path;        /* the end of a long one tells most */
	*out = NULL;
	FILE *f = fopen(path, "rb");
	if (!f)
		return dx_fail(err, DX_EIO, "%s: %s", tail, strerror(errno));
	dx_status st = slurp(&text, &n, f, &why);
	if (!st)
		st = dx_names_parse(out, (dx_str){ text, n }, &why);
	fclose(f);
	free(text);
	if (st == DX_EFORMAT && why.offset)
		return dx_fail(err, st, "%s:%zu: %s", tail, why.offset, why.msg);
	return st ? dx_fail(err, st, "%s: %s", tail, why.msg) : DX_OK;
}
