/* stance_counts.h - how many good and bad words stand where: in the whole content, on either side of the target, in its clause, in its roles and the
 * holder's, in the cue, in the first verb behind it; by four lists of polarity (lexicon/polarity.tsv, valence.tsv) and by the ratings (rating.h).
 * Besides, moods by place. */
#ifndef DX_STANCE_COUNTS_H
#define DX_STANCE_COUNTS_H
#include "features/stance_items.h"
#include "features/stance_roles.h"

enum { DX_COUNT_LISTS = 4, DX_COUNT_WINDOWS = 3, DX_COUNT_MOODS = 12 };

/* Regions: the whole, the windows left and right of the target, then these. */
enum { DX_COUNT_AFTER_TURN = 2 * DX_COUNT_WINDOWS + 1, DX_COUNT_BETWEEN, DX_COUNT_CUE, DX_COUNT_CLAUSE, DX_COUNT_ROLE,
	DX_COUNT_HEAD = DX_COUNT_ROLE + DX_N_ROLE, DX_COUNT_REGIONS };

typedef struct {
	unsigned n[DX_COUNT_REGIONS][DX_COUNT_LISTS][2];     /* words, good and bad */
	unsigned rated[DX_COUNT_REGIONS][2];                 /* sums of ratings */
	unsigned concern[2];                                 /* of concern and of doubt */
	unsigned mood[3][DX_COUNT_MOODS];                    /* all, beside the target by side */
	float valence[DX_COUNT_REGIONS];
} dx_stance_counts;

/* A word of the content. after_turn: behind its last "but"; between: holder and target. */
void dx_count_item(dx_stance_counts *n, const dx_item *it, bool after_turn, bool between);
void dx_count_clause(dx_stance_counts *n, const dx_item *it);
/* A word with a role of the target, or one that target and holder share: of its ratings only the one that is the role's. */
void dx_count_role(dx_stance_counts *n, dx_role_kind role, const dx_item *it);
/* The first verb of a quote's content: how it treats its object. */
void dx_count_head(dx_stance_counts *n, const dx_item *it);
void dx_count_cue(dx_stance_counts *n, const dx_word *w, bool negated);

/* The counts as features, damped, by number (dx_stance_count_name says what each is); returns how many. */
size_t dx_stance_counts_values(float out[DX_STANCE_COUNTS], const dx_stance_counts *n);
#endif
