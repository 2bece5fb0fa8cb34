/* utf8.h - UTF-8 at the door: validation, repair, decoding one code point, code point classes (utf8proc). */
#ifndef DX_UTF8_H
#define DX_UTF8_H
#include "features/arena.h"

#define DX_TEXT_MOST ((size_t)UINT32_MAX - 16)           /* spans are 32-bit */

/* DX_OK, or DX_EUTF8 with err->offset at the first byte that is not part of valid UTF-8 (RFC 3629: no surrogates,
 * no overlong forms), or DX_ELIMIT above DX_TEXT_MOST bytes. */
dx_status dx_utf8_check(dx_str text, dx_err *err) DX_CHECKED;

/* A valid copy in the arena in which every maximal invalid stretch became U+FFFD. *n_repaired counts them. */
dx_status dx_utf8_repair(dx_str *out, size_t *n_repaired, dx_str text, dx_arena *arena, dx_err *err) DX_CHECKED;

/* The code point at s[0..n), n > 0, of valid UTF-8; *len is its length in bytes. */
uint32_t dx_utf8_decode(const char *s, size_t n, size_t *len);
/* Writes cp at out (room for 4 bytes), returns its length. */
size_t dx_utf8_encode(char *out, uint32_t cp);

bool dx_cp_is_letter(uint32_t cp);
bool dx_cp_is_digit(uint32_t cp);
bool dx_cp_is_upper(uint32_t cp);                        /* Lu or Lt */
bool dx_cp_is_mark(uint32_t cp);                         /* combining mark: Mn, Mc, Me */
#endif
