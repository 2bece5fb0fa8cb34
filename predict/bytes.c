#define _GNU_SOURCE                              /* fopencookie; where there is none, funopen is */
#include "predict/bytes.h"
#include <stdlib.h>

static bool append(dx_bytes *b, const char *p, size_t n)
{
	if (b->cap - b->n < n) {
		size_t cap = 2 * b->cap + n;
		char *wider = realloc(b->p, cap);
		if (!wider) {
			b->failed = true;
			return false;
		}
		b->p = wider;
		b->cap = cap;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
	return true;
}

#ifdef __APPLE__
static int put(void *b, const char *p, int n)
{
	return n > 0 && append(b, p, (size_t)n) ? n : -1;
}

FILE *dx_bytes_stream(dx_bytes *b, char *buf, size_t n)
{
	FILE *f = funopen(b, NULL, put, NULL, NULL);
#else
static ssize_t put(void *b, const char *p, size_t n)
{
	return append(b, p, n) ? (ssize_t)n : 0;
}

FILE *dx_bytes_stream(dx_bytes *b, char *buf, size_t n)
{
	FILE *f = fopencookie(b, "w", (cookie_io_functions_t){ .write = put });
#endif
	if (f && setvbuf(f, buf, _IOFBF, n)) {
		fclose(f);
		return NULL;
	}
	return f;
}
