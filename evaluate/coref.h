/* coref.h - how well the entities of two records agree as coreference chains: MUC (Vilain et al. 1995), B3 (Bagga and Baldwin 1998),
 * CEAF-e (Luo 2005, phi 4), and their mean F1, the CoNLL score, as defined by Pradhan et al. 2014: a mention that the other side
 * lacks counts as it stands, nothing is added or removed. Sums over articles, divided at the end.
 * Two mentions are the same when they end at the same byte: where a name begins, titles before it, is a matter of convention. */
#ifndef DX_COREF_H
#define DX_COREF_H
#include "datasets/record.h"

typedef struct { double hit_key, n_key, hit_pred, n_pred; } dx_coref_cell;

typedef struct {
	dx_coref_cell muc, b3, ceaf, mentions;
	size_t n_articles;
	bool singletons;                         /* keep chains of one mention; CoNLL-2012 has none. Set before the first add */
} dx_coref;

/* Counts one article. Each mention belongs to one entity of a side; a second one that ends at the same byte is left out. Working
 * space in tmp. O(mentions log mentions + entities^3) */
dx_status dx_coref_add(dx_coref *c, const dx_entity *key, size_t n_key, const dx_entity *pred, size_t n_pred, dx_arena *tmp,
                       dx_err *err) DX_CHECKED;

double dx_coref_r(const dx_coref_cell *c);       /* shares, 0 where there is nothing to divide by */
double dx_coref_p(const dx_coref_cell *c);
double dx_coref_f(const dx_coref_cell *c);
double dx_coref_conll(const dx_coref *c);
#endif
