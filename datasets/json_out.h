/* json_out.h - writes JSON. A writer of our own, because jansson's prints 0.71 as 0.70999999999999996 and takes no field that is not a
 * value of its own. Write errors stay with the stream: ask ferror behind dx_json_flush. */
#ifndef DX_JSON_OUT_H
#define DX_JSON_OUT_H
#include <jansson.h>
#include <stdio.h>
#include "features/base.h"

/* What is to be written, in front of a stream that would take a lock for every character. Set `to`, zero the rest. */
typedef struct { FILE *to; size_t n; char buf[4096]; } dx_json_out;

void dx_json_flush(dx_json_out *o);
/* As they are: for punctuation, and for names of fields that need no escapes. */
void dx_json_char(dx_json_out *o, char c);
void dx_json_bytes(dx_json_out *o, const char *s, size_t n);
void dx_json_text(dx_json_out *o, const char *s);

void dx_json_string(dx_json_out *o, const char *s, size_t n);
void dx_json_escaped(dx_json_out *o, const char *s, size_t n);     /* the inside of a string */
void dx_json_integer(dx_json_out *o, json_int_t v);
void dx_json_real(dx_json_out *o, double v);                       /* the shortest digits that read back as v */
/* As deep as the value: jansson reads at most 2048 levels. */
void dx_json_value(dx_json_out *o, json_t *v);
#endif
