#include "model/quote_chain.h"

static size_t longest_par(const dx_doc *d)
{
	size_t n = 0;
	for (size_t k = 0; k < d->n_par; k++)
		n = d->par[k].end - d->par[k].beg > n ? d->par[k].end - d->par[k].beg : n;
	return n;
}

/* Scratch of a round, for the longest paragraph: scores; best scores so far, then forward marginals. */
typedef struct { float *score, *alpha; } scratch;

static dx_status round_new(dx_quote_labels *out, scratch *tmp, const dx_doc *d, dx_err *err)
{
	size_t most = longest_par(d);
	tmp->score = dx_arena_scratch(d->arena, most, 8 * sizeof *tmp->score);
	tmp->alpha = dx_arena_scratch(d->arena, most, 8 * sizeof *tmp->alpha);
	out->label = dx_arena_alloc(d->arena, d->n_tok);
	out->p = dx_arena_scratch(d->arena, d->n_tok, 8 * sizeof *out->p);
	if (!tmp->score || !tmp->alpha || !out->label || !out->p)
		return dx_fail(err, DX_ENOMEM, "out of memory: labelling %zu tokens", d->n_tok);
	return DX_OK;
}

/* Scores of a paragraph's tokens; the features of one token are made while the rows of the one before are on their way. */
static void score_paragraph(float *score, const dx_quote_view *v, const dx_chain *m, dx_range par)
{
	uint32_t feat[2][DX_QUOTE_FEATURES];
	size_t n[2] = { 0 };
	for (size_t i = par.beg; i <= par.end; i++) {
		size_t now = i & 1;
		if (i < par.end) {
			n[now] = dx_quote_features(feat[now], v, par, i);
			dx_chain_prefetch(m, feat[now], n[now]);
		}
		if (i > par.beg)
			dx_chain_score(score + 8 * (i - 1 - par.beg), m, feat[!now], n[!now]);
	}
}

dx_status dx_quote_chain_round(dx_quote_labels *out, const dx_quote_view *v, const dx_chain *m, dx_err *err)
{
	const dx_doc *d = v->doc;
	scratch tmp;
	dx_status st = round_new(out, &tmp, d, err);
	for (size_t k = 0; k < d->n_par && !st; k++) {
		dx_range par = d->par[k];
		size_t n = par.end - par.beg;
		score_paragraph(tmp.score, v, m, par);
		if (v->p)
			dx_chain_best(out->label + par.beg, m, tmp.score, n, tmp.alpha);
		dx_chain_marginals(out->p + 8 * (size_t)par.beg, m, tmp.score, n, tmp.alpha);
	}
	return st;
}

/* --- both rounds, as prediction goes about it --- */

/* Of the features that both rounds have: the first round's scores of a paragraph, and what they add up to in the second. */
static void score_shared(float *score, int16_t (*sum)[8], const dx_quote_view *v, const dx_quote_chain *m, dx_range par)
{
	uint32_t feat[2][DX_QUOTE_BASE];
	for (size_t i = par.beg; i <= par.end; i++) {
		size_t now = i & 1;
		if (i < par.end) {
			dx_quote_features_base(feat[now], v, par, i, dx_quote_table_rows(&m->shared));
		}
		if (i > par.beg) {
			int16_t first[8];
			dx_quote_table_sum(first, sum[i - 1], &m->shared, feat[!now], DX_QUOTE_BASE);
			for (size_t y = 0; y < 8; y++)
				score[8 * (i - 1 - par.beg) + y] = m->round1.scale * (float)first[y];
		}
	}
}

/* The second round's scores: what the shared features add up to, and its own. */
static void score_more(float *score, int16_t (*sum)[8], const dx_quote_view *v, const dx_chain *m, dx_range par)
{
	uint32_t feat[2][DX_QUOTE_FEATURES];
	size_t n[2] = { 0 };
	for (size_t i = par.beg; i <= par.end; i++) {
		size_t now = i & 1;
		if (i < par.end) {
			n[now] = dx_quote_features_more(feat[now], v, par, i, dx_chain_table(m));
		}
		if (i > par.beg) {
			int16_t own[8];
			dx_chain_sum(own, m, feat[!now], n[!now]);
			for (size_t y = 0; y < 8; y++)
				score[8 * (i - 1 - par.beg) + y] = m->scale * (float)(int16_t)(own[y] + sum[i - 1][y]);
		}
	}
}

dx_status dx_quote_chain_run(dx_quote_labels *out, dx_quote_view *v, const dx_doc *d, const dx_quote_chain *m, dx_err *err)
{
	scratch tmp;
	int16_t (*sum)[8] = dx_arena_scratch(d->arena, d->n_tok, sizeof *sum);     /* [n_tok] second round's, of the shared features */
	if (!sum)
		return dx_fail(err, DX_ENOMEM, "out of memory: labelling %zu tokens", d->n_tok);
	dx_status st = dx_quote_view_new(v, d, &m->rates, err);
	if (!st)
		st = round_new(out, &tmp, d, err);
	for (size_t k = 0; k < d->n_par && !st; k++) {
		dx_range par = d->par[k];
		score_shared(tmp.score, sum, v, m, par);
		dx_chain_marginals(out->p + 8 * (size_t)par.beg, &m->round1, tmp.score, par.end - par.beg, tmp.alpha);
	}
	if (!st)
		st = dx_quote_view_round2(v, out->p, err);       /* takes from p what the second round sees, which then writes there itself */
	for (size_t k = 0; k < d->n_par && !st; k++) {
		dx_range par = d->par[k];
		size_t n = par.end - par.beg;
		score_more(tmp.score, sum, v, &m->round2, par);
		dx_chain_best(out->label + par.beg, &m->round2, tmp.score, n, tmp.alpha);
		dx_chain_marginals(out->p + 8 * (size_t)par.beg, &m->round2, tmp.score, n, tmp.alpha);
	}
	return st;
}
