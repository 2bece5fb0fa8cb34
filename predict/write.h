/* write.h - the output formats. Each turns one record with its quotes into bytes; any number of threads may do so at a time, and
 * what they made is put out in order by one (run.h). None of them opens a file but brat's. */
#ifndef DX_WRITE_H
#define DX_WRITE_H
#include "predict/pipeline.h"

typedef struct {
	dx_offsets offsets;
	size_t width;                            /* columns of text for people; 0: 80 */
	bool colour;
} dx_write_opts;

/* Where the output goes. */
typedef struct {
	FILE *to;                                /* NULL for a format that writes a directory */
	const char *dir;
	int error;                               /* errno of the write that failed; 0: none did */
	size_t n_records;                        /* put out so far */
	uint64_t *seen;                          /* brat: [n_slot] hashes of the file names given out, 0 for an empty slot */
	size_t n_seen, n_slot;
} dx_sink;

typedef struct {
	const char *name;
	bool to_directory;
	/* Formats f (which it may update) onto `to`, a stream in memory. */
	dx_status (*record)(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err);
	/* The rest is called by one thread, in order. head and tail (NULL: none) surround all records. */
	dx_status (*head)(dx_sink *s, dx_err *err);
	dx_status (*tail)(dx_sink *s, dx_err *err);
	/* Puts out what record made; NULL: as it is. */
	dx_status (*put)(dx_sink *s, dx_str bytes, dx_err *err);
} dx_format;

extern const dx_format dx_write_text;            /* for people */
extern const dx_format dx_write_jsonl;           /* the record format, one line a record */
extern const dx_format dx_write_tsv;             /* a header line, then one line a quote */
extern const dx_format dx_write_brat;            /* a .txt and a .ann file a record, offsets in code points */
extern const dx_format dx_write_html;            /* one page without anything from elsewhere */

/* Puts bytes out; DX_EIO with the reason when they did not go out. */
dx_status dx_sink_write(dx_sink *s, dx_str bytes, dx_err *err) DX_CHECKED;
dx_status dx_sink_flush(dx_sink *s, dx_err *err) DX_CHECKED;
void dx_sink_fini(dx_sink *s);                   /* frees what it holds, closes nothing */

/* For writers of plain text: the verbatim pieces of a role, joined with " ... ", onto `to` through put. */
typedef void dx_put_str(FILE *to, dx_str s);
void dx_write_pieces(FILE *to, dx_put_str *put, dx_str text, dx_spans s);
/* DX_ENOMEM if the stream in memory failed. */
dx_status dx_write_check(FILE *to, dx_err *err) DX_CHECKED;
#endif
