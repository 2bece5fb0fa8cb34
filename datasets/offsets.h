/* offsets.h - byte offsets told in other units: code points (Python) or UTF-16 (JavaScript). */
#ifndef DX_OFFSETS_H
#define DX_OFFSETS_H
#include "datasets/record.h"

/* A count at every 64 bytes, made in one pass; at most 64 bytes are counted for each offset. */
typedef struct { dx_str text; dx_offsets unit; uint32_t *count; } dx_offset_count;

dx_status dx_offset_count_init(dx_offset_count *k, dx_str text, dx_offsets unit, dx_err *err) DX_CHECKED;
void dx_offset_count_fini(dx_offset_count *k);
/* byte: on a code point boundary, at most text.n. */
json_int_t dx_offset_of(const dx_offset_count *k, uint32_t byte);
#endif
