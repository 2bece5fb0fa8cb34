/* read.h - what predict reads, one article or statement at a time: text files, JSON lines, HTML, web archives (WARC), tables of
 * statements (.tsv, .csv: datasets/table.h; each row is given as a JSON line), any of these packed or in archives (feed.h),
 * directories, standard input.
 * Gives bytes as they are in the file; UTF-8, JSON and HTML are parsed by parse.h (run.c's workers), since that takes time
 * and reading does not. Which kind a file is: its name tells (.jsonl, .json, .html, .htm, .xhtml, .tsv, .csv), else its first bytes. */
#ifndef DX_READ_H
#define DX_READ_H
#include "predict/feed.h"

typedef enum { DX_READ_TEXT, DX_READ_JSON, DX_READ_HTML, DX_READ_WARC } dx_read_kind;

typedef struct {
	dx_read_kind kind;
	const char *file;                        /* as the user would name it, FILE:MEMBER in archives; "-" is standard input */
	dx_str id;                               /* of a text or HTML article: by its file or member; may be no UTF-8 */
	size_t line;                             /* 1 .. in JSON lines; 0 otherwise */
	dx_str bytes;                            /* one line, one whole file, or one WARC record with its header */
} dx_input;                                      /* valid until the next call */

typedef struct dx_reader dx_reader;

/* One article has at most this many bytes: what is longer is not an article but a disk image, an endless line. Such a record is
 * refused and passed over without being read into memory. (Analysis takes 20 to 500 bytes a byte: run.c limits that too.) */
#define DX_READ_MOST ((size_t)64 << 20)

/* Paths are files, directories (what name.h wants, recursively, in byte order of the names; no hidden ones) or "-". The
 * array must outlive the reader. stop (may be NULL): once it becomes true, a call that waits for input ends soon. */
dx_status dx_reader_new(dx_reader **out, const char *const *paths, size_t n, const atomic_bool *stop, dx_err *err)
	DX_CHECKED;
void dx_reader_free(dx_reader *rd);              /* NULL is fine */

/* *more = false: that was all. A failure concerns one file, member or line, which out names: the next call goes on behind it.
 * DX_EIO (missing, unreadable), DX_ELIMIT, DX_EFORMAT (a JSON document over several lines, a damaged archive), DX_ENOMEM. */
dx_status dx_reader_next(dx_input *out, bool *more, dx_reader *rd, dx_err *err) DX_CHECKED;
/* Would the next call give another line of the same file without waiting for it? */
bool dx_reader_ready(const dx_reader *rd);

/* The file that the output goes to: it is refused as an input. */
void dx_reader_refuse(dx_reader *rd, dev_t dev, ino_t ino);

/* Bytes of all input files together, 0 when that is not known (a pipe or packed files among them). Reads directories, opens no
 * file. */
uint64_t dx_reader_total(const char *const *paths, size_t n);

/* File name without directory and extension (and ending of a compressed file): the id of an article from a text file. */
dx_str dx_read_id(const char *file);
#endif
