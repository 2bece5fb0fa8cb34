/* vec.h - what every decision's candidate becomes: a sparse vector of (index, value). Train and predict fill it by the same functions. */
#ifndef DX_VEC_H
#define DX_VEC_H
#include "features/arena.h"

typedef struct { uint32_t i; float v; } dx_feat;         /* absent indices are 0; an index occurs once; any order */

/* A growing vector; init with { .arena = a }. Reuse by setting n = 0. */
typedef struct { dx_feat *f; size_t n, cap; dx_arena *arena; bool failed; } dx_vec;

/* Appends; when memory is out sets failed, which the caller checks once at the end. Zeros are left out. */
static inline void dx_vec_add(dx_vec *x, uint32_t i, float v)
{
	dx_feat f = { i, v };
	if (v != 0 && !DX_PUSH(x->arena, x->f, x->n, x->cap, f)) {
		x->failed = true;
		x->n = x->cap = 0;               /* empty: it may be scored before the check */
	}
}
#endif
