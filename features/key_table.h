/* key_table.h - small facts about words, learnt in training: how often a word is a cue, what part of speech it always has. A hash table
 * from 56 bits of a word's hash to a byte, used where the model file is mapped. */
#ifndef DX_KEY_TABLE_H
#define DX_KEY_TABLE_H
#include "features/base.h"

typedef struct {
	const uint64_t *slot;                    /* [mask + 1]: 56 bits of the key, and the value below them; 0: empty. View or heap */
	uint32_t mask;                           /* slots - 1; at least one of them is empty */
} dx_key_table;

#define DX_KEY_VALUE 0xff                                /* bits of a slot that are the value */

/* Value of a key, 0 when the table lacks it. */
static inline uint8_t dx_key_table_find(const dx_key_table *t, uint64_t key)
{
	for (size_t i = (key >> 8) & t->mask;; i = (i + 1) & t->mask)
		if (!((t->slot[i] ^ key) & ~(uint64_t)DX_KEY_VALUE) || !t->slot[i])
			return (uint8_t)(t->slot[i] & DX_KEY_VALUE);
}
#endif
