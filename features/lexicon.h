/* lexicon.h - the word lists of features/lexicon/ as one static table: everything that they say of a word in one look-up.
 * The columns (DX_LEX_TITLES, ...) and the values (DX_TITLES_FEMALE, ...) are generated from the lists by lexicon/gen.c.
 * Words are looked up by the hash of their lower-case folded form. */
#ifndef DX_LEXICON_H
#define DX_LEXICON_H
#include "features/base.h"
#include "lexicon_gen.h"

typedef struct {
	uint64_t hash;
	uint16_t v[DX_LEX_N];                    /* a value for each column of each list; 0: the list lacks the word */
} dx_word;

extern const dx_word dx_word_none;               /* every value 0 */

/* The row of a word, or &dx_word_none. */
const dx_word *dx_lexicon_find(uint64_t hash);
/* Of all lists; features depend on them, so models carry it. */
uint64_t dx_lexicon_checksum(void);

/* Generated: [dx_lexicon_n_row] rows, and an open-addressing index of row + 1, 0 for an empty slot. */
extern const dx_word dx_lexicon_row[];
extern const uint32_t dx_lexicon_slot[];
extern const uint32_t dx_lexicon_mask;
extern const uint64_t dx_lexicon_sum;
/* Word vectors: row v[DX_LEX_VECTORS_VECTOR] - 1 of each word that has one; 0 there: it has none. */
extern const signed char dx_lexicon_vector[][DX_LEX_VECTOR_DIM];

/* Asks for what dx_lexicon_find of this hash will read: first the index, then, when that has come, the row. */
static inline void dx_lexicon_prefetch_slot(uint64_t hash)
{
	__builtin_prefetch(dx_lexicon_slot + ((uint32_t)hash & dx_lexicon_mask));
}

static inline void dx_lexicon_prefetch_row(uint64_t hash)
{
	uint32_t at = dx_lexicon_slot[(uint32_t)hash & dx_lexicon_mask];
	__builtin_prefetch(dx_lexicon_row + (at ? at - 1 : 0));
}
#endif
