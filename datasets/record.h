/* record.h - the record format: one JSON object a line, for input, training, prediction and scoring (jansson).
 * Knows articles (text with quotes and entities) and statements (text with a target). Offsets are half-open byte ranges
 * into text. Fields that are not listed here stay in `root`, in order, and are written back unchanged. */
#ifndef DX_RECORD_H
#define DX_RECORD_H
#include <stdio.h>
#include <jansson.h>
#include "features/quote.h"

typedef struct {
	dx_str id, title, date, source, url;     /* n = 0: not given; any JSON number given as id is kept as its digits */
	dx_str text;                             /* valid UTF-8, may hold NUL */
	bool has_quotes;                         /* the field was there, even if empty */
	dx_quote *quotes;                        /* [n_quotes] */
	size_t n_quotes;
	dx_entity *entities;                     /* [n_entities] */
	size_t n_entities;
	bool is_statement;                       /* no quotes but a target: the fields below hold */
	dx_str target, holder, stance;
	dx_span target_span, holder_span;        /* empty: not given */
	dx_label_p *p;                           /* [n_p] label distribution of a statement, where given */
	size_t n_p;
	json_t *root;                            /* the whole object; owned, freed by dx_record_fini */
	json_t *replaced;                        /* what dx_record_update took out of root, kept because strings point into it */
} dx_record;

/* Parses one line (without its line feed). Strings point into root; arrays live in the arena. Checks everything: spans in range,
 * ordered, on code point boundaries, known names of types, kinds and acts. DX_EFORMAT with a reason such as
 * "quotes[3].content[0]: span 90..80 is not inside the text (0..70)"; DX_EUTF8 with the byte; nothing to free on failure.
 * null and "" count as not given. Metadata (title, date, source, url) of any other type than string or number are passed
 * through, as not given. A quote without a type gets one from the quotation marks of its content. Which of kind and act
 * the record itself gave can be asked of root. O(bytes of the line). */
dx_status dx_record_parse(dx_record *out, dx_str line, dx_arena *arena, dx_err *err) DX_CHECKED;

/* A record around plain text: root = {"id":id,"text":text}. text must be valid UTF-8. */
dx_status dx_record_of_text(dx_record *out, dx_str id, dx_str text, dx_err *err) DX_CHECKED;

void dx_record_fini(dx_record *r);               /* frees root; zeroes *r */

/* How offsets are counted in what is written. */
typedef enum { DX_OFF_BYTE, DX_OFF_CODEPOINT, DX_OFF_UTF16 } dx_offsets;

/* Puts quotes, entities (or a statement's stance and p) of r into r->root in the record format, replacing what is there. Probabilities are
 * rounded to 3 decimals. `text` of each quote is the verbatim slice of the content pieces, joined with one blank. Where the i-th
 * quote there has the same content, fields of it that dixit does not know stay. O(bytes of text + spans). Strings of r stay valid. */
dx_status dx_record_update(dx_record *r, dx_offsets off, dx_err *err) DX_CHECKED;

/* Writes r->root as one compact line with a line feed. */
dx_status dx_record_write(const dx_record *r, FILE *to, dx_err *err) DX_CHECKED;

/* Is it an article that came without quotes and entities? Then dx_record_write_new may write it: the same line as from dx_record_update and
 * dx_record_write, at a third of the cost, without touching root. */
bool dx_record_is_new(const dx_record *r);
dx_status dx_record_write_new(const dx_record *r, dx_offsets off, FILE *to, dx_err *err) DX_CHECKED;

/* Reads lines of any length from a stream, numbering them. The line is valid until the next call. Set from, zero the rest. */
typedef struct { FILE *from; char *buf; size_t cap; size_t n_line; } dx_lines;
/* *more = false at the end of input. Blank lines are passed over. */
dx_status dx_lines_next(dx_str *line, bool *more, dx_lines *in, dx_err *err) DX_CHECKED;
void dx_lines_fini(dx_lines *in);                /* frees the buffer, not the stream */
#endif
