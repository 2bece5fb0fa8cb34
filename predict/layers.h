/* layers.h - cuts a text where the spans of its quotes begin and end, and says of each cut-out piece which quote it shows: what a
 * writer of marked-up text needs, where spans may overlap or nest but elements may not. O(n log n) in spans. */
#ifndef DX_LAYERS_H
#define DX_LAYERS_H
#include "datasets/record.h"

typedef enum { DX_LAYER_CONTENT, DX_LAYER_ROLE, DX_N_LAYER } dx_layer;
typedef enum { DX_ROLE_CONTENT, DX_ROLE_CUE, DX_ROLE_SOURCE } dx_role;

/* [beg, end) shows quote; first: the first piece of its content begins here. */
typedef struct { uint32_t beg, end, quote; uint8_t role; bool first; } dx_layer_span;

typedef struct {
	uint32_t beg, end;
	const dx_layer_span *shown[DX_N_LAYER];  /* the span begun last that has not ended; NULL: none */
	const dx_layer_span *begun;              /* [n_begun] contents that begin at beg */
	size_t n_begun;
} dx_layer_piece;

/* All pieces of the text in order, without gaps; empty pieces do not occur. In the arena. */
dx_status dx_layers_cut(dx_layer_piece **out, size_t *n, const dx_record *r, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
