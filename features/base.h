/* base.h - what every module shares: slices, byte spans, statuses, error messages, hashing. No state. */
#ifndef DX_BASE_H
#define DX_BASE_H
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DX_CHECKED __attribute__((warn_unused_result))
#define DX_API __attribute__((visibility("default")))

typedef struct { const char *p; size_t n; } dx_str;      /* UTF-8, not NUL-terminated, borrowed */
typedef struct { uint32_t beg, end; } dx_span;           /* byte offsets, half-open [beg, end) */

#define DX_ARG(s) (int)(s).n, (s).p                      /* printf("%.*s", DX_ARG(s)) */
#define DX_STR(lit) ((dx_str){ "" lit, sizeof(lit) - 1 })
#define DX_COUNT(a) (sizeof(a) / sizeof *(a))

#define DX_STATUS_LIST(X) X(OK, "success") X(ENOMEM, "out of memory") X(EIO, "read or write failed") \
	X(EUTF8, "not valid UTF-8") X(EFORMAT, "malformed data") X(EPATTERN, "bad pattern") \
	X(ELIMIT, "too large") X(EDATA, "unusable training data")
#define X(name, text) DX_##name,
typedef enum { DX_STATUS_LIST(X) } dx_status;            /* 0 is success, everywhere */
#undef X

/* offset: byte or line at which the input is wrong, where the function says so; else 0. */
typedef struct { dx_status code; size_t offset; char msg[200]; } dx_err;

/* Fills err (which may be NULL) and returns code, so that failing is one statement. */
dx_status dx_fail(dx_err *err, dx_status code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
const char *dx_status_text(dx_status st);

/* 64-bit hash of n bytes, the same on every machine (weights are stored by it). Not for hostile keys. */
uint64_t dx_hash(const void *p, size_t n);

/* Mixes two hashes into one; not symmetric. */
static inline uint64_t dx_mix(uint64_t a, uint64_t b)
{
	a = (a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2))) * 0xbf58476d1ce4e5b9u;
	return a ^ (a >> 29);
}

static inline bool dx_ascii_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static inline bool dx_ascii_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool dx_ascii_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

static inline dx_str dx_str_of(const char *s)
{
	return (dx_str){ s, strlen(s) };
}

static inline bool dx_str_eq(dx_str a, dx_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool dx_span_overlaps(dx_span a, dx_span b)
{
	return a.beg < b.end && b.beg < a.end;
}
#endif
