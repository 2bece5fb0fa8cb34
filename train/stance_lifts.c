#include "train/stance_lifts.h"
#include "train/stance_report.h"

typedef struct {
	const dx_stance_problem *problem;
	const dx_train_options *opt;
	const double *p;                         /* [n][n_class] */
	size_t n;
} choice;

/* Two labels are scored by accuracy in the field. */
static double quality(const choice *c, const double *lift)
{
	double hit[DX_STANCE_LABELS] = { 0 }, gold[DX_STANCE_LABELS] = { 0 }, said[DX_STANCE_LABELS] = { 0 }, right = 0, f = 0;
	const uint32_t n_class = c->problem->n_class;
	uint32_t n_f = 0;
	for (size_t i = 0; i < c->n; i++) {
		const double *p = c->p + i * n_class;
		const uint32_t chosen = dx_stance_choose(p, lift, n_class);
		for (uint32_t k = 0; k < n_class; k++)
			gold[k] += p[k];
		said[chosen]++;
		hit[chosen] += p[chosen];
		right += p[chosen];
	}
	for (uint32_t k = 0; k < n_class; k++) {
		if (c->opt->n_f_of && !dx_stance_is_asked(c->problem, k, c->opt))
			continue;
		f += gold[k] + said[k] > 0 ? 2 * hit[k] / (gold[k] + said[k]) : 0;
		n_f++;
	}
	const double mean = n_f ? f / n_f : 0, accuracy = right / (double)c->n;
	return n_class > 2 || c->opt->n_f_of ? mean + 0.1 * accuracy : accuracy + 0.1 * mean;
}

void dx_stance_lifts(double *lift, const dx_stance_problem *problem, const double *p, size_t n, const dx_train_options *opt)
{
	const choice c = { problem, opt, p, n };
	double best = quality(&c, lift);
	for (uint32_t step = 0; step < 2 * problem->n_class; step++) {
		double *l = &lift[step % problem->n_class], at = *l;
		for (int k = -10; k <= 10; k++) {
			*l = k * 0.1;
			const double q = quality(&c, lift);
			if (q > best + 1e-9) {
				best = q;
				at = *l;
			}
		}
		*l = at;
	}
}
