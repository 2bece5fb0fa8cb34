#include "train/conditional.h"
#include "train/solve.h"
#include <math.h>
#include <stdlib.h>

#define MOST_STEPS 50

enum { DIM = DX_CONDITIONAL_DIM };

typedef struct {
	const dx_choices *c;
	const double *prior;
	double ridge;
	double *p;                               /* [n_class] of the row at hand */
	double w[DIM], grad[DIM], hess[DIM * DIM];
} fit;

double dx_conditional_p(double *p, const double *w, const dx_choices *c, size_t row)
{
	const double *x = c->x + row * c->n_class * c->n_dim;
	double most = -HUGE_VAL, sum = 0;
	for (uint32_t k = 0; k < c->n_class; k++) {
		p[k] = 0;
		for (uint32_t d = 0; d < c->n_dim; d++)
			p[k] += w[d] * x[k * c->n_dim + d];
		most = fmax(most, p[k]);
	}
	const double own = p[c->y[row]] - most;
	for (uint32_t k = 0; k < c->n_class; k++)
		sum += p[k] = exp(p[k] - most);
	for (uint32_t k = 0; k < c->n_class; k++)
		p[k] /= sum;
	return own - log(fmax(sum, 1));          /* the most probable class alone makes 1 */
}

static double loss_at(const fit *f, const double *w)
{
	double loss = 0;
	for (size_t i = 0; i < f->c->n; i++)
		loss -= dx_conditional_p(f->p, w, f->c, i);
	for (uint32_t d = 0; d < f->c->n_dim; d++)
		loss += f->ridge / 2 * (w[d] - f->prior[d]) * (w[d] - f->prior[d]);
	return loss;
}

/* Gradient: what was expected of the vectors less what was chosen; Hessian: their covariance under P. */
static void add_row(fit *f, size_t row)
{
	const uint32_t n = f->c->n_dim;
	const double *x = f->c->x + row * f->c->n_class * n, *chosen = x + (size_t)f->c->y[row] * n;
	double mean[DIM] = { 0 };
	(void)dx_conditional_p(f->p, f->w, f->c, row);
	for (uint32_t k = 0; k < f->c->n_class; k++)
		for (uint32_t d = 0; d < n; d++)
			mean[d] += f->p[k] * x[k * n + d];
	for (uint32_t d = 0; d < n; d++)
		f->grad[d] += mean[d] - chosen[d];
	for (uint32_t k = 0; k < f->c->n_class; k++)
		for (uint32_t d = 0; d < n; d++)
			for (uint32_t e = 0; e <= d; e++)
				f->hess[d * n + e] += f->p[k] * (x[k * n + d] - mean[d]) * (x[k * n + e] - mean[e]);
}

static void gradient_and_hessian(fit *f)
{
	const uint32_t n = f->c->n_dim;
	memset(f->grad, 0, sizeof f->grad);
	memset(f->hess, 0, sizeof f->hess);
	for (size_t i = 0; i < f->c->n; i++)
		add_row(f, i);
	for (uint32_t d = 0; d < n; d++) {
		f->grad[d] += f->ridge * (f->w[d] - f->prior[d]);
		f->hess[d * n + d] += f->ridge;
	}
}

/* One step, halved until the loss falls; false when there is nothing left to gain. */
static bool improve(fit *f, double *loss)
{
	double step[DIM], next[DIM];
	gradient_and_hessian(f);
	if (!dx_solve(step, f->hess, f->grad, f->c->n_dim))
		return false;
	for (int half = 0; half < 40; half++) {
		for (uint32_t d = 0; d < f->c->n_dim; d++)
			next[d] = f->w[d] - ldexp(step[d], -half);
		const double now = loss_at(f, next);
		if (now < *loss) {
			const bool more = *loss - now > 1e-12 * (1 + *loss);
			memcpy(f->w, next, f->c->n_dim * sizeof *next);
			*loss = now;
			return more;
		}
	}
	return false;
}

dx_status dx_conditional_fit(double *w, const dx_choices *c, double ridge, dx_err *err)
{
	fit f = { .c = c, .prior = w, .ridge = ridge, .p = calloc(c->n_class, sizeof *f.p) };
	assert(c->n_dim <= DIM && ridge > 0);
	if (!f.p)
		return dx_fail(err, DX_ENOMEM, "out of memory: conditional logit");
	memcpy(f.w, w, c->n_dim * sizeof *w);
	double loss = loss_at(&f, f.w);
	for (int i = 0; i < MOST_STEPS && improve(&f, &loss); i++)
		;
	memcpy(w, f.w, c->n_dim * sizeof *w);
	free(f.p);
	return DX_OK;
}
