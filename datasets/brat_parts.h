/* brat_parts.h - what the sources of the brat reader share (brat.h): what the lines of annotation say, and the quotes made of it. */
#ifndef DX_BRAT_PARTS_H
#define DX_BRAT_PARTS_H
#include "datasets/brat.h"

#define DX_BRAT_NONE SIZE_MAX

typedef enum { DX_BRAT_OTHER, DX_BRAT_CONTENT, DX_BRAT_SOURCE, DX_BRAT_CUE, DX_BRAT_N_ROLE } dx_brat_role;
extern const char *const dx_brat_role_name[DX_BRAT_N_ROLE];      /* in small letters */

/* A letter (T, E, ...) and a number. */
typedef struct { char letter; uint32_t number; } dx_brat_ref;

typedef struct {                                         /* a T line */
	uint32_t number;
	size_t line, quote;                              /* quote: whose trigger, content or cue this is; DX_BRAT_NONE */
	bool used;                                       /* as the content of an event, of a refused one too */
	dx_brat_role role;
	dx_spans at;                                     /* tidy */
} dx_brat_mark;

typedef struct { dx_brat_role role; dx_brat_ref ref; } dx_brat_argument;

typedef struct {                                         /* an E line */
	uint32_t number;
	size_t line, quote;                              /* quote: DX_BRAT_NONE where it is none */
	dx_brat_ref trigger;
	dx_brat_argument *arg;                           /* [n_arg] */
	size_t n_arg;
} dx_brat_event;

typedef struct { size_t line; dx_brat_ref a, b; } dx_brat_relation;      /* an R line */
typedef struct { size_t line; dx_brat_ref ref; dx_str name, value; } dx_brat_remark;     /* an A line, or a note: without name */

typedef struct { dx_quote q; bool has_type, has_kind; } dx_brat_found;

/* Arrays live in the arena; strings point into notes. */
typedef struct {
	dx_str text, notes;
	const char *path;
	dx_brat_log *log;
	dx_arena *arena;
	size_t at, line;                                 /* where reading of notes stands; the line that is read */
	uint32_t *byte, n_cp;                            /* see byte_of */
	dx_brat_mark *mark;
	dx_brat_event *event, **by_number;
	dx_brat_relation *relation;
	dx_brat_remark *remark;
	dx_brat_found *quote;
	size_t n_mark, n_event, n_relation, n_remark, n_quote, cap_mark, cap_event, cap_relation, cap_remark, cap_quote;
} dx_brat_parts;

/* Reads all lines of notes into marks, events, relations and remarks, in their order. Lines go wrong in two ways: DX_EFORMAT concerns
 * one, is told to log and stays inside; DX_ENOMEM comes out, without a message. */
dx_status dx_brat_lines(dx_brat_parts *r) DX_CHECKED;
/* Then makes quotes of them; DX_ENOMEM as above. Sorts the marks. */
dx_status dx_brat_quotes(dx_brat_parts *r) DX_CHECKED;

/* Tells log of a line; returns DX_EFORMAT. */
dx_status dx_brat_refuse(dx_brat_parts *r, size_t line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts spans in order, and makes one of those that overlap, touch, or have line ends only between them. */
void dx_brat_tidy(dx_spans *s, dx_str text);
/* Whether a is the word b, which is in small letters, in any case. */
bool dx_brat_word_is(dx_str a, const char *b);
#endif
