/* parse.h - from the bytes of an input to a record: UTF-8 checked or repaired, JSON parsed, HTML reduced to text. */
#ifndef DX_PARSE_H
#define DX_PARSE_H
#include "predict/pipeline.h"
#include "predict/read.h"

/* Where in the input it went wrong, and what was repaired. */
typedef struct { size_t line, n_repaired; } dx_parse_place;

/* in->bytes and in->id must stay as long as out. place->line is in->line, or in a text that is no UTF-8 the line of the first bad
 * byte. On failure nothing is to be freed. DX_EUTF8, DX_EFORMAT, DX_ELIMIT, DX_ENOMEM. */
dx_status dx_parse(dx_found *out, dx_parse_place *place, const dx_input *in, const dx_pipeline *pl, bool lenient, dx_arena *arena,
	dx_err *err) DX_CHECKED;
void dx_parse_init(void);                        /* before threads parse */
#endif
