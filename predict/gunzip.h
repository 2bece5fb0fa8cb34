/* gunzip.h - gzip, through zlib: libarchive reads it too, but does not look at the checksum, so that a damaged file would give wrong
 * text in silence. Files of several members (as web archives are) are read as one. */
#ifndef DX_GUNZIP_H
#define DX_GUNZIP_H
#include <sys/types.h>
#include "features/arena.h"

typedef struct dx_gunzip dx_gunzip;

/* More compressed bytes: how many, 0 at the end, -1 with errno. */
typedef ssize_t dx_gunzip_more(void *ctx, char *buf, size_t cap);

/* first: compressed bytes that were read already, at most 64 KB. */
dx_status dx_gunzip_new(dx_gunzip **out, dx_str first, dx_gunzip_more *more, void *ctx, dx_err *err) DX_CHECKED;
void dx_gunzip_free(dx_gunzip *z);               /* NULL is fine */
/* Bytes unpacked, 0 at the end, -1 with errno: EIO and the like from more, EBADMSG for damage, which dx_gunzip_why explains. */
ssize_t dx_gunzip_read(dx_gunzip *z, char *buf, size_t cap);
const char *dx_gunzip_why(const dx_gunzip *z);

/* Unpacks bytes in memory, at most `most` of the result (DX_ELIMIT). */
dx_status dx_gunzip_all(dx_str *out, dx_str packed, size_t most, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
