#include "features/arena.h"
#include "features/huge.h"
#include <stdlib.h>

#define ALIGN 16
#define FIRST_BLOCK ((size_t)256 << 10)
#define KEEP_MOST ((size_t)8 << 20)

typedef struct block { struct block *next; size_t size, used; } block;
#define HEAD ((sizeof(block) + ALIGN - 1) / ALIGN * ALIGN)

struct dx_arena {
	block *top;
	size_t held, most;                       /* bytes of all blocks, and how many there may be; 0: any number */
	bool full;
};

/* *n bytes; large blocks may become larger. */
static block *block_alloc(size_t *n)
{
#ifndef DX_ARENA_MALLOC
	if (*n >= 2 * DX_HUGE_PAGE)
		return dx_huge_alloc(*n, n);
#endif
	return malloc(*n);
}

/* A block of at least `least` bytes, of `size` if there may be so many. */
static block *block_new(dx_arena *a, size_t size, size_t least)
{
	if (a->most && size > a->most - a->held)
		size = least;
	if (a->most && size > a->most - a->held) {
		a->full = true;
		return NULL;
	}
	size_t n = HEAD + size;
	block *b = size > SIZE_MAX - HEAD ? NULL : block_alloc(&n);
	if (b) {
		size = a->most ? size : n - HEAD;
		*b = (block){ a->top, size, 0 };
		a->held += size;
	}
	return b;
}

static void blocks_free(block *b)
{
	while (b) {
		block *next = b->next;
		free(b);
		b = next;
	}
}

dx_status dx_arena_new(dx_arena **out, dx_err *err)
{
	*out = calloc(1, sizeof **out);
	return *out ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: arena");
}

void dx_arena_free(dx_arena *a)
{
	if (!a)
		return;
	blocks_free(a->top);
	free(a);
}

void dx_arena_reset(dx_arena *a)
{
	a->full = false;
#ifdef DX_ARENA_MALLOC
	blocks_free(a->top);
	a->top = NULL;
#else
	if (!a->top)
		return;
	blocks_free(a->top->next);
	a->top->next = NULL;
	a->top->used = 0;
	if (a->top->size > KEEP_MOST) {
		free(a->top);
		a->top = NULL;
	}
#endif
	a->held = a->top ? a->top->size : 0;
}

void dx_arena_limit(dx_arena *a, size_t most)
{
	a->most = most;
}

bool dx_arena_full(const dx_arena *a)
{
	return a->full;
}

/* n bytes as they come. */
static void *take(dx_arena *a, size_t n)
{
	void *p;
	if (n > SIZE_MAX - 2 * ALIGN)
		return NULL;
#ifdef DX_ARENA_MALLOC
	block *one = block_new(a, n, n);
	if (!one)
		return NULL;
	a->top = one;
	p = (char *)one + HEAD;
#else
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (!a->top || a->top->size - a->top->used < n) {
		size_t size = a->top ? 2 * a->top->size : FIRST_BLOCK;
		block *b = block_new(a, size > n ? size : n, n);
		if (!b)
			return NULL;
		a->top = b;
	}
	p = (char *)a->top + HEAD + a->top->used;
	a->top->used += n;
#endif
	return p;
}

void *dx_arena_alloc(dx_arena *a, size_t n)
{
	void *p = take(a, n);
	return p ? memset(p, 0, n) : NULL;
}

void *dx_arena_scratch(dx_arena *a, size_t count, size_t size)
{
	return size && count > SIZE_MAX / size ? NULL : take(a, count * size);
}

void *dx_arena_array(dx_arena *a, size_t count, size_t size)
{
	return size && count > SIZE_MAX / size ? NULL : dx_arena_alloc(a, count * size);
}

char *dx_arena_strdup(dx_arena *a, dx_str s)
{
	char *p = s.n < SIZE_MAX ? dx_arena_alloc(a, s.n + 1) : NULL;
	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

/* Lengthens an array of n bytes to `to` where it stands, when it was the last to be made and there is room behind it. */
static bool lengthen(dx_arena *a, const void *arr, size_t n, size_t to)
{
#ifdef DX_ARENA_MALLOC
	(void)a, (void)arr, (void)n, (void)to;
	return false;
#else
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (to > SIZE_MAX - ALIGN || !a->top || (const char *)arr + n != (char *)a->top + HEAD + a->top->used)
		return false;
	to = (to + ALIGN - 1) / ALIGN * ALIGN;
	if (to - n > a->top->size - a->top->used)
		return false;
	a->top->used += to - n;
	return true;
#endif
}

void *dx_arena_room(dx_arena *a, void *arr, size_t n, size_t *cap, size_t size)
{
	if (arr && n < *cap)
		return arr;
	if (!arr && n)                           /* lost when it could not grow before */
		return NULL;
	size_t more = *cap ? 2 * *cap : 16;
	if (arr && *cap <= SIZE_MAX / 2 / size && lengthen(a, arr, *cap * size, more * size)) {
		*cap = more;
		return arr;
	}
	void *p = dx_arena_scratch(a, more, size);
	if (!p)
		return NULL;
	if (n)
		memcpy(p, arr, n * size);
	*cap = more;
	return p;
}
