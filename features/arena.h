/* arena.h - memory with the life of one document: allocate freely, reset between articles. Nothing is freed piecemeal.
 * With DX_ARENA_MALLOC (make SAN=1) every object is a malloc of its own, so that sanitizers see overflows. */
#ifndef DX_ARENA_H
#define DX_ARENA_H
#include "features/base.h"

typedef struct dx_arena dx_arena;

dx_status dx_arena_new(dx_arena **out, dx_err *err) DX_CHECKED;
void dx_arena_free(dx_arena *a);                         /* NULL is fine */
void dx_arena_reset(dx_arena *a);                        /* every object of it is gone; keeps at most 8 MB for the next */

/* From now on the arena holds at most so many bytes (0: any number): what would need more fails, as when memory is out, and
 * dx_arena_full says why, until the next reset. */
void dx_arena_limit(dx_arena *a, size_t most);
bool dx_arena_full(const dx_arena *a);

/* n zeroed bytes, 16-byte aligned; NULL when memory is out. n = 0 gives a valid pointer. */
void *dx_arena_alloc(dx_arena *a, size_t n) DX_CHECKED;
/* A zeroed array of count items; NULL also when the size overflows. */
void *dx_arena_array(dx_arena *a, size_t count, size_t size) DX_CHECKED;
/* The same with whatever bytes there are. */
void *dx_arena_scratch(dx_arena *a, size_t count, size_t size) DX_CHECKED;
/* A NUL-terminated copy. */
char *dx_arena_strdup(dx_arena *a, dx_str s) DX_CHECKED;
/* Room for one more item behind arr (n items used, *cap there, all from this function): the array, moved where it could not grow in its
 * place, or NULL. Behind n its bytes are not set. */
void *dx_arena_room(dx_arena *a, void *arr, size_t n, size_t *cap, size_t size) DX_CHECKED;

/* Appends value to the array arr of n items and capacity cap; false when memory is out. */
#define DX_PUSH(a, arr, n, cap, value) \
	(((arr) = dx_push_room_((a), &(arr), sizeof *(arr), (n), &(cap))) ? ((arr)[(n)++] = (value), true) : false)
#define dx_push_room_(a, parr, size, n, pcap) dx_arena_room((a), *(parr), (n), (pcap), (size))
#endif
