/* file.h - the model file (FORMAT.md): named sections in one file, mapped, checked whole before use.
 * Knows nothing of what the sections hold; each decision packs and unpacks its own. Little-endian machines only (checked). */
#ifndef DX_FILE_H
#define DX_FILE_H
#include "features/base.h"

typedef struct dx_file dx_file;                          /* immutable once open; threads may share it */

/* Maps and checks path: magic, format version, byte order, lengths, section table, checksum; refuses with a reason such as
 * "m.dixit: section stance: 18204 bytes promised, 300 present". A model of other word lists (dx_lexicon_checksum) is refused too. */
dx_status dx_file_open(dx_file **out, const char *path, dx_err *err) DX_CHECKED;
/* The same on bytes in memory, which must outlive it and be 64-byte aligned (tests, fuzzing, embedding). name is for messages. */
dx_status dx_file_view(dx_file **out, const void *bytes, size_t n, const char *name, dx_err *err) DX_CHECKED;
void dx_file_close(dx_file *f);                          /* NULL is fine */

/* A section's bytes, 64-byte aligned, valid while f is open; {NULL, 0} when there is none of that name. */
dx_str dx_file_section(const dx_file *f, const char *name);
/* Name of section i, NULL behind the last. In file order. */
const char *dx_file_name(const dx_file *f, size_t i);

typedef struct dx_writer dx_writer;
dx_status dx_writer_new(dx_writer **out, dx_err *err) DX_CHECKED;
void dx_writer_free(dx_writer *w);
/* Copies n bytes as section name (at most 31 bytes, [a-z0-9._-]); replaces one of the same name in place. */
dx_status dx_writer_put(dx_writer *w, const char *name, const void *bytes, size_t n, dx_err *err) DX_CHECKED;
/* Copies the sections of f whose name begins with prefix ("" for all), for --base. */
dx_status dx_writer_copy(dx_writer *w, const dx_file *f, const char *prefix, dx_err *err) DX_CHECKED;
/* A section's bytes as put, 8-byte aligned, valid until it is replaced or w is freed; {NULL, 0} when there is none. */
dx_str dx_writer_section(const dx_writer *w, const char *name);
/* Writes the file: a temporary file beside path, synced, then renamed, so that path is whole or untouched. Same sections, same bytes.
 * A device or a pipe is written straight into. */
dx_status dx_writer_save(const dx_writer *w, const char *path, dx_err *err) DX_CHECKED;

/* The checksum at the end of a file, of the n bytes before it (a multiple of 64). For tests and for other writers. */
uint64_t dx_file_checksum(const void *bytes, size_t n);

/* Bounds-checked reading of a section: take n bytes or NULL (then bad stays set). Alignment is the packer's: pad with dx_pack_align. */
typedef struct { const char *p; size_t n, at; bool bad; } dx_cursor;
const void *dx_take(dx_cursor *c, size_t count, size_t size);     /* count * size bytes, overflow-safe */
uint32_t dx_take_u32(dx_cursor *c);                      /* 0 when bad */
double dx_take_f64(dx_cursor *c);
dx_str dx_take_str(dx_cursor *c);                        /* u32 length, bytes, then padding to 8 */
void dx_take_align(dx_cursor *c, size_t to);

/* The opposite: a growing heap buffer; free p when done. When memory is out failed stays set. */
typedef struct { char *p; size_t n, cap; bool failed; } dx_pack;
void dx_pack_bytes(dx_pack *b, const void *p, size_t n);
void dx_pack_u32(dx_pack *b, uint32_t v);
void dx_pack_f64(dx_pack *b, double v);
void dx_pack_str(dx_pack *b, dx_str s);
void dx_pack_align(dx_pack *b, size_t to);
#endif
