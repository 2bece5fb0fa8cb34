/* vec.h - what every decision's candidate becomes: a sparse vector of (index, value). Train and predict fill it by the same functions. */
#ifndef DX_VEC_H
#define DX_VEC_H
#include "features/arena.h"

typedef struct { uint32_t i; float v; } dx_feat;         /* absent indices are 0; an index occurs once; any order */

/* A growing vector; init with { .arena = a }. Reuse by setting n = 0. */
typedef struct { dx_feat *f; size_t n, cap; dx_arena *arena; bool failed; } dx_vec;

/* Room for n more features; false, and failed set, when memory is out. */
static inline bool dx_vec_room(dx_vec *x, size_t n)
{
	while (!x->f || x->cap - x->n < n) {
		dx_feat *f = dx_arena_room(x->arena, x->f, x->cap, &x->cap, sizeof *f);
		if (!f) {
			x->failed = true;
			return false;
		}
		x->f = f;
	}
	return true;
}

/* Appends; when memory is out sets failed, which the caller checks once at the end. Zeros are left out. */
static inline void dx_vec_add(dx_vec *x, uint32_t i, float v)
{
	if (v != 0 && dx_vec_room(x, 1))
		x->f[x->n++] = (dx_feat){ i, v };
}
#endif
