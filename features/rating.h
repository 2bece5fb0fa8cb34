/* rating.h - what a word, or a phrase of two words, says of those around it (lexicon/ratings.tsv): in which light it shows what it describes,
 * who does it, and whom it is done to. "Slam" says little of who slams and much of who is slammed; "lie" the other way round. */
#ifndef DX_RATING_H
#define DX_RATING_H
#include "features/lexicon.h"

typedef enum {
	DX_RATING_TONE,                          /* of what the word describes or belongs to */
	DX_RATING_DOER,                          /* of the subject of a verb or deed */
	DX_RATING_DONE,                          /* of its object: how it is treated, the doer's attitude toward it */
	DX_RATING_CONCERN,                       /* whether it presents an issue as grave and real, or as doubtful and overdone */
	DX_N_RATING
} dx_rating_kind;

#define DX_RATING_MOST 6

typedef struct {
	int16_t v[DX_N_RATING];                  /* -DX_RATING_MOST .. DX_RATING_MOST, good above 0 */
	bool any;                                /* the list has the word, be it as neutral */
} dx_rating;

dx_rating dx_rating_of(const dx_word *w);

/* Of the phrase of two words by their hashes; what may stand between them (articles, possessives) is left out by the caller. */
dx_rating dx_rating_of_phrase(uint64_t first, uint64_t second);

/* The three in one: tone, else the stronger of the two others. */
int dx_rating_whole(const dx_rating *r);
#endif
