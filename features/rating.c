#include "features/rating.h"
#include <stdlib.h>

#define NEUTRAL 100                                      /* as in the list */

dx_rating dx_rating_of(const dx_word *w)
{
	dx_rating r = { .any = w->v[DX_LEX_RATINGS_TONE] != 0 };
	for (int k = 0; k < DX_N_RATING && r.any; k++)
		r.v[k] = (int16_t)(w->v[DX_LEX_RATINGS_TONE + k] - NEUTRAL);
	return r;
}

dx_rating dx_rating_of_phrase(uint64_t first, uint64_t second)
{
	return dx_rating_of(dx_lexicon_find(dx_mix(first, second)));
}

int dx_rating_whole(const dx_rating *r)
{
	const int doer = r->v[DX_RATING_DOER], done = r->v[DX_RATING_DONE];
	return r->v[DX_RATING_TONE] ? r->v[DX_RATING_TONE] : abs(done) > abs(doer) ? done : doer;
}
