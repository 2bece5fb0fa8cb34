/* match.h - pairs gold with predicted quotes, one to one: the best pair first, then the best of what is left. */
#ifndef DX_MATCH_H
#define DX_MATCH_H
#include "features/quote.h"

typedef struct { double weight; uint32_t gold, pred; } dx_pair;
typedef struct { dx_pair *v; size_t n; } dx_pairs;

#define DX_NO_MATCH UINT32_MAX

/* Every pair whose hulls (one a quote, empty: in no pair) overlap, weight 0. O(n log n + pairs), where hulls are not nested deeply. */
dx_status dx_pairs_find(dx_pairs *out, dx_spans gold, dx_spans pred, dx_arena *arena, dx_err *err) DX_CHECKED;

/* Fills of_gold [n_gold] and of_pred [n_pred] with each other's index or DX_NO_MATCH, from pairs of weight >= least (or
 * > least); ties: the earlier gold quote, then the earlier predicted one. Reorders pairs. */
void dx_match(uint32_t *of_gold, size_t n_gold, uint32_t *of_pred, size_t n_pred, dx_pairs pairs, double least,
              bool above);
#endif
