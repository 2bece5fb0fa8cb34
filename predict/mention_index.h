/* mention_index.h - which entity is mentioned by words that end at a byte of an article. */
#ifndef DX_MENTION_INDEX_H
#define DX_MENTION_INDEX_H
#include "features/quote.h"
#include "features/arena.h"

typedef struct { uint32_t end, beg, entity; } dx_mention_place;

typedef struct {
	const dx_entity *entities;
	dx_mention_place *v;                     /* [n] by end, longer ones first; in the arena */
	size_t n;
} dx_mention_index;

/* entities must outlive *out. DX_ENOMEM only. O(mentions log mentions). */
dx_status dx_mention_index_new(dx_mention_index *out, const dx_entity *entities, size_t n, dx_arena *arena, dx_err *err) DX_CHECKED;
/* The entity whose mention ends there, that of the longest one, or NULL. O(log mentions). */
const dx_entity *dx_mention_ending(const dx_mention_index *m, uint32_t end);
#endif
