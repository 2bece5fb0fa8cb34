#include "features/base.h"
#include <stdarg.h>
#include <stdio.h>

dx_status dx_fail(dx_err *err, dx_status code, const char *fmt, ...)
{
	if (err) {
		va_list ap;
		err->code = code;
		va_start(ap, fmt);
		vsnprintf(err->msg, sizeof err->msg, fmt, ap);
		va_end(ap);
	}
	return code;
}

const char *dx_status_text(dx_status st)
{
#define X(name, text) text,
	static const char *const TEXT[] = { DX_STATUS_LIST(X) };
#undef X
	return (size_t)st < DX_COUNT(TEXT) ? TEXT[st] : "unknown status";
}

/* FNV-1a over bytes with a final avalanche: keys are words of a few bytes, where it is as fast as wider hashes. */
uint64_t dx_hash(const void *p, size_t n)
{
	const unsigned char *s = p;
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ (h >> 32);
}
