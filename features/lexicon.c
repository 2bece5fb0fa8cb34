#include "features/lexicon.h"

const dx_word dx_word_none;

const dx_word *dx_lexicon_find(uint64_t hash)
{
	for (uint32_t i = (uint32_t)hash & dx_lexicon_mask; dx_lexicon_slot[i]; i = (i + 1) & dx_lexicon_mask) {
		const dx_word *w = dx_lexicon_row + dx_lexicon_slot[i] - 1;
		if (w->hash == hash)
			return w;
	}
	return &dx_word_none;
}

uint64_t dx_lexicon_checksum(void)
{
	return dx_lexicon_sum;
}
