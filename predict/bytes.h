/* bytes.h - a stream that writes into memory, and says when memory ran out. open_memstream does not: glibc's loses bytes then, without
 * an error at the stream. */
#ifndef DX_BYTES_H
#define DX_BYTES_H
#include <stdio.h>
#include "features/base.h"

typedef struct { char *p; size_t n, cap; bool failed; } dx_bytes;        /* zero it first; free p */

/* A stream that appends to b, which must not move while it is open; buf[n] is its buffer. NULL: memory is out. What was written is
 * whole if closing it succeeds and b->failed is not set. */
FILE *dx_bytes_stream(dx_bytes *b, char *buf, size_t n) DX_CHECKED;
#endif
