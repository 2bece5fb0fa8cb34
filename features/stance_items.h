/* stance_items.h - the words of a stance case as its features see them: one item for the target and the holder each, however many words they have,
 * with distances to the target, negation and ratings. */
#ifndef DX_STANCE_ITEMS_H
#define DX_STANCE_ITEMS_H
#include <stdlib.h>
#include "features/rating.h"
#include "features/stance.h"

typedef enum { DX_ITEM_WORD, DX_ITEM_BREAK, DX_ITEM_TARGET, DX_ITEM_HOLDER } dx_item_kind;

/* One word of the content, the target or holder as a whole, or a break (punctuation between clauses). */
typedef struct {
	uint64_t key;
	const dx_word *word;
	uint32_t tok;
	int16_t dist;                            /* words to the nearest target, negative: to the left of it; 0: no target */
	uint8_t kind;                            /* dx_item_kind */
	bool negated;
	dx_rating rated;                         /* the first word of a phrase has the phrase's, the second none */
} dx_item;

/* Keys of items that are no words, and of what lies beyond the first and the last. */
enum { DX_KEY_TARGET = 1, DX_KEY_HOLDER, DX_KEY_NUMBER, DX_KEY_EDGE };

#define DX_ITEM_BESIDE 8                                 /* words on either side of the target that count as beside it */

/* The items of the content, those nearest the target where it is long; returns how many. O(words). */
size_t dx_stance_items(dx_item out[DX_STANCE_WORDS], const dx_stance_case *c);

/* Where the nearest target stands: 1: to the right of the item, 2: to the left of it; 0: there is none. */
static inline int dx_item_side(const dx_item *it)
{
	return it->dist < 0 ? 1 : it->dist > 0 ? 2 : 0;
}

static inline bool dx_item_near(const dx_item *it, int most)
{
	return it->dist && abs(it->dist) <= most;
}

/* DX_MODALITY_... of the word; 0: none. */
static inline unsigned dx_item_mood(const dx_item *it)
{
	return it->word->v[DX_LEX_MODALITY];
}
#endif
