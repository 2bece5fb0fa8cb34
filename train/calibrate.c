/* dx_calibrate: multinomial logistic regression of the labels on decision values, by Newton's method with step halving.
 *
 * Up to four classes every class has its own row of weights over all decision values and a constant (for two: Platt 1999).
 * Beyond that the full map has K^3/2 weights for K classes, more than calibration data can bear, and a class gets two: one for the
 * mean of its own decision values and a constant (Guo et al. 2017: vector scaling); written out as a full map in the end.
 * Targets are Platt's: (n_c + 1)/(n_c + K) for a row's class c of n_c rows, 1/(n_c + K) for the others; so perfectly separated or
 * one-sided data have finite answers. Inputs are brought to unit mean square first, which makes the ridge, and with it the result,
 * independent of the margins' unit. */
#include "train/solve.h"
#include "train/svm_train.h"
#include <math.h>
#include <stdlib.h>

#define RIDGE 1e-3                               /* on the sum over all rows: a prior that a few rows outweigh */
#define MOST_STEPS 100
#define FULL 4                                   /* most classes with a full map */
#define MOST_INPUTS (FULL * (FULL - 1) / 2 + 1)

struct fit {
	const double *values;                    /* [n][n_pair] */
	const int32_t *y;
	size_t n;
	uint32_t K, n_pair, d, dim;              /* classes; d: inputs a class; dim = K * d */
	double unit[MOST_INPUTS];                /* [d] inputs are multiplied with this */
	double high[DX_SVM_CLASSES], low[DX_SVM_CLASSES];        /* targets for a row of class c: its own, every other */
	double *theta, *next, *grad, *step;      /* [dim] */
	double *hess;                            /* [dim][dim], lower triangle */
	double *z, *p;                           /* one row: inputs [K][d], probabilities [K] */
};

/* Mean of the decision values that class c takes part in, the sign so that positive speaks for c. */
static double class_score(const double *v, uint32_t c, uint32_t K)
{
	double s = 0;
	for (uint32_t a = 0, p = 0; a < K; a++)
		for (uint32_t b = a + 1; b < K; b++, p++)
			s += a == c ? v[p] : b == c ? -v[p] : 0;
	return s / (K - 1);
}

static bool is_full(uint32_t K)
{
	return K <= FULL;
}

static void inputs(struct fit *f, size_t row)
{
	const double *v = f->values + row * f->n_pair;
	for (uint32_t c = 0; c < f->K; c++) {
		double *z = f->z + (size_t)c * f->d;
		if (is_full(f->K))
			for (uint32_t p = 0; p < f->n_pair; p++)
				z[p] = v[p] * f->unit[p];
		else
			z[0] = class_score(v, c, f->K) * f->unit[0];
		z[f->d - 1] = 1;
	}
}

/* Cross-entropy of the row against its target; fills f->p. */
static double row_loss(struct fit *f, const double *theta, size_t row)
{
	const uint32_t y = (uint32_t)f->y[row];
	double most = -HUGE_VAL, sum = 0, loss = 0;
	inputs(f, row);
	for (uint32_t c = 0; c < f->K; c++) {
		f->p[c] = 0;
		for (uint32_t i = 0; i < f->d; i++)
			f->p[c] += theta[c * f->d + i] * f->z[c * f->d + i];
		most = fmax(most, f->p[c]);
	}
	for (uint32_t c = 0; c < f->K; c++)
		sum += exp(f->p[c] - most);
	for (uint32_t c = 0; c < f->K; c++) {
		double logp = f->p[c] - most - log(sum);
		loss -= (c == y ? f->high[y] : f->low[y]) * logp;
		f->p[c] = exp(logp);
	}
	return loss;
}

static double loss_at(struct fit *f, const double *theta)
{
	double loss = 0;
	for (size_t r = 0; r < f->n; r++)
		loss += row_loss(f, theta, r);
	for (uint32_t i = 0; i < f->dim; i++)
		loss += RIDGE / 2 * theta[i] * theta[i];
	return loss;
}

static void add_row(struct fit *f, size_t row)
{
	const uint32_t d = f->d, y = (uint32_t)f->y[row];
	(void)row_loss(f, f->theta, row);
	for (uint32_t c = 0; c < f->K; c++) {
		const double *zc = f->z + (size_t)c * d;
		const double e = f->p[c] - (c == y ? f->high[y] : f->low[y]);
		for (uint32_t i = 0; i < d; i++)
			f->grad[c * d + i] += e * zc[i];
		for (uint32_t k = 0; k <= c; k++) {
			const double *zk = f->z + (size_t)k * d, h = f->p[c] * ((c == k) - f->p[k]);
			for (uint32_t i = 0; i < d; i++)
				for (uint32_t j = 0; j < d; j++)
					f->hess[(size_t)(c * d + i) * f->dim + k * d + j] += h * zc[i] * zk[j];
		}
	}
}

static void gradient_and_hessian(struct fit *f)
{
	memset(f->grad, 0, f->dim * sizeof *f->grad);
	memset(f->hess, 0, (size_t)f->dim * f->dim * sizeof *f->hess);
	for (size_t r = 0; r < f->n; r++)
		add_row(f, r);
	for (uint32_t i = 0; i < f->dim; i++) {
		f->grad[i] += RIDGE * f->theta[i];
		f->hess[(size_t)i * f->dim + i] += RIDGE;
	}
}

/* One step, halved until the loss falls; false when there is nothing left to gain. */
static bool improve(struct fit *f, double *loss)
{
	double size = 1;
	gradient_and_hessian(f);
	if (!dx_solve(f->step, f->hess, f->grad, f->dim))
		memcpy(f->step, f->grad, f->dim * sizeof *f->step);
	for (int half = 0; half < 40; half++, size /= 2) {
		double now;
		for (uint32_t i = 0; i < f->dim; i++)
			f->next[i] = f->theta[i] - size * f->step[i];
		now = loss_at(f, f->next);
		if (now < *loss) {
			bool more = *loss - now > 1e-12 * (1 + *loss);
			memcpy(f->theta, f->next, f->dim * sizeof *f->theta);
			*loss = now;
			return more;
		}
	}
	return false;
}

static void set_targets(struct fit *f)
{
	double count[DX_SVM_CLASSES] = { 0 };
	for (size_t r = 0; r < f->n; r++)
		count[f->y[r]]++;
	for (uint32_t c = 0; c < f->K; c++) {
		f->high[c] = (count[c] + 1) / (count[c] + f->K);
		f->low[c] = 1 / (count[c] + f->K);
	}
}

static void set_units(struct fit *f)
{
	double sum[MOST_INPUTS] = { 0 };
	const double n = (double)f->n * (is_full(f->K) ? 1 : f->K);
	for (uint32_t i = 0; i < f->d; i++)
		f->unit[i] = 1;
	for (size_t r = 0; r < f->n; r++) {
		inputs(f, r);
		for (uint32_t c = 0; c < (is_full(f->K) ? 1 : f->K); c++)
			for (uint32_t i = 0; i < f->d; i++)
				sum[i] += f->z[c * f->d + i] * f->z[c * f->d + i];
	}
	for (uint32_t i = 0; i + 1 < f->d; i++)
		f->unit[i] = sum[i] > 0 && sum[i] < 1e300 ? 1 / sqrt(sum[i] / n) : 0;
}

/* The weights in the form of the header, from those of the fit. */
static void write_out(double *calib, const struct fit *f)
{
	for (uint32_t c = 0; c < f->K; c++) {
		const double *t = f->theta + (size_t)c * f->d;
		double *out = calib + (size_t)c * (f->n_pair + 1);
		out[f->n_pair] = t[f->d - 1];
		for (uint32_t a = 0, p = 0; a < f->K; a++)
			for (uint32_t b = a + 1; b < f->K; b++, p++)
				out[p] = is_full(f->K) ? t[p] * f->unit[p]
				                       : (a == c ? t[0] : b == c ? -t[0] : 0) * f->unit[0] / (f->K - 1);
	}
}

static dx_status check_input(const double *values, const int32_t *y, size_t n, uint32_t K, uint32_t n_pair, dx_err *err)
{
	assert(K >= 2 && K <= DX_SVM_CLASSES && n_pair == K * (K - 1) / 2);
	for (size_t r = 0; r < n; r++) {
		if (y[r] < 0 || (uint32_t)y[r] >= K)
			return dx_fail(err, DX_EDATA, "calibration: row %zu has class %d of %u", r, y[r], K);
		for (uint32_t p = 0; p < n_pair; p++)
			if (!(fabs(values[r * n_pair + p]) < 1e100))
				return dx_fail(err, DX_EDATA, "calibration: decision value of row %zu is %g", r, values[r * n_pair + p]);
	}
	return DX_OK;
}

dx_status dx_calibrate(double *calib, const double *values, const int32_t *y, size_t n, uint32_t n_class, uint32_t n_pair,
                       dx_err *err)
{
	struct fit f = { .values = values, .y = y, .n = n, .K = n_class, .n_pair = n_pair };
	dx_status st = check_input(values, y, n, n_class, n_pair, err);
	double *room, loss;
	if (st)
		return st;
	f.d = is_full(n_class) ? n_pair + 1 : 2;
	f.dim = n_class * f.d;
	room = calloc((size_t)f.dim * f.dim + 5 * (size_t)f.dim + n_class, sizeof *room);
	if (!room)
		return dx_fail(err, DX_ENOMEM, "calibration: out of memory");
	f.hess = room;
	f.theta = room + (size_t)f.dim * f.dim;
	f.next = f.theta + f.dim;
	f.grad = f.next + f.dim;
	f.step = f.grad + f.dim;
	f.z = f.step + f.dim;
	f.p = f.z + f.dim;
	set_targets(&f);
	set_units(&f);
	loss = loss_at(&f, f.theta);
	for (int i = 0; i < MOST_STEPS && improve(&f, &loss); i++)
		;
	write_out(calib, &f);
	free(room);
	return DX_OK;
}
