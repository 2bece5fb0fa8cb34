/* json_memory.h - tells whether memory ran out in jansson, which does not always say so itself: version 2.14 goes on with a shortened
 * string when one cannot grow while it parses, calls other failures a syntax error, and leaves fields out of a copy. */
#ifndef DX_JSON_MEMORY_H
#define DX_JSON_MEMORY_H
#include <jansson.h>
#include "features/base.h"

/* json_loadb, but NULL with *no_memory = true if any allocation failed on the way. Gives jansson the allocation functions that count
 * this, at its first call: call dx_json_memory_init before there are threads. The public library parses no JSON. */
json_t *dx_json_load(bool *no_memory, dx_str bytes, size_t flags, json_error_t *why);
void dx_json_memory_init(void);

/* o as one compact line, to be freed; NULL if any allocation failed on the way. */
char *dx_json_line(const json_t *o);

/* Has an allocation of jansson's failed in this thread since dx_json_memory_watch? */
void dx_json_memory_watch(void);
bool dx_json_memory_failed(void);
#endif
