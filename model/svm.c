#include "model/svm.h"
#include <math.h>

static bool all_finite(const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] - x[i];              /* 0, or NaN for what is not finite */
	return sum == 0;
}

static bool all_finite_f(const float *x, size_t n)
{
	float sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i] - x[i];
	return sum == 0;
}

/* The six counts, each by itself and against the others. */
static dx_status take_head(dx_svm *m, dx_cursor *c, dx_err *err)
{
	m->kernel = dx_take_u32(c);
	m->n_class = dx_take_u32(c);
	m->n_pair = dx_take_u32(c);
	m->n_feat = dx_take_u32(c);
	m->n_sv = dx_take_u32(c);
	(void)dx_take_u32(c);                    /* reserved */
	m->gamma = dx_take_f64(c);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "svm: header does not fit its section");
	if (m->kernel != DX_SVM_LINEAR && m->kernel != DX_SVM_RBF)
		return dx_fail(err, DX_EFORMAT, "svm: kernel %u is not known", m->kernel);
	if (m->n_class < 2 || m->n_class > DX_SVM_CLASSES || m->n_pair != m->n_class * (m->n_class - 1) / 2)
		return dx_fail(err, DX_EFORMAT, "svm: %u classes with %u pairs", m->n_class, m->n_pair);
	if (m->kernel == DX_SVM_LINEAR ? m->n_sv != 0 : m->n_class != 2 || m->n_feat > DX_SVM_DENSE)
		return dx_fail(err, DX_EFORMAT, "svm: kernel %u with %u classes, %u features, %u support vectors", m->kernel, m->n_class,
		               m->n_feat, m->n_sv);
	if (!(m->gamma >= 0 && m->gamma < 1e300))
		return dx_fail(err, DX_EFORMAT, "svm: gamma is %g", m->gamma);
	return DX_OK;
}

static void take_arrays(dx_svm *m, dx_cursor *c)
{
	m->bias = dx_take(c, m->n_pair, sizeof *m->bias);
	m->calib = dx_take(c, (size_t)m->n_class * (m->n_pair + 1), sizeof *m->calib);
	if (m->kernel == DX_SVM_LINEAR) {
		m->w = dx_take(c, (size_t)m->n_feat * m->n_pair, sizeof *m->w);
		return;
	}
	m->shift = dx_take(c, m->n_feat, sizeof *m->shift);
	m->scale = dx_take(c, m->n_feat, sizeof *m->scale);
	m->coef = dx_take(c, m->n_sv, sizeof *m->coef);
	m->sv = dx_take(c, (size_t)m->n_sv * m->n_feat, sizeof *m->sv);
	dx_take_align(c, 8);
}

static bool arrays_finite(const dx_svm *m)
{
	if (!all_finite(m->bias, m->n_pair) || !all_finite(m->calib, (size_t)m->n_class * (m->n_pair + 1)))
		return false;
	if (m->kernel == DX_SVM_LINEAR)
		return all_finite(m->w, (size_t)m->n_feat * m->n_pair);
	return all_finite(m->shift, m->n_feat) && all_finite(m->scale, m->n_feat) && all_finite(m->coef, m->n_sv) &&
	       all_finite_f(m->sv, (size_t)m->n_sv * m->n_feat);
}

dx_status dx_svm_unpack(dx_svm *out, dx_cursor *c, dx_err *err)
{
	dx_svm m = { 0 };
	dx_status st;
	*out = m;
	dx_take_align(c, 8);
	if (!c->bad && (uintptr_t)(c->p + c->at) % 8)
		return dx_fail(err, DX_EFORMAT, "svm: byte %zu of its section is not aligned", c->at);
	st = take_head(&m, c, err);
	if (st)
		return st;
	take_arrays(&m, c);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "svm: %u features, %u pairs, %u support vectors do not fit their section", m.n_feat, m.n_pair,
		               m.n_sv);
	if (!arrays_finite(&m))
		return dx_fail(err, DX_EFORMAT, "svm: a weight is not a number");
	*out = m;
	return DX_OK;
}

/* One pair, the usual case: the sums stay in registers, four of them, so that one addition does not wait for the one before. */
static double linear_value(const dx_svm *m, const dx_feat *x, size_t n)
{
	double sum[4] = { m->bias[0] };
	for (size_t k = 0; k + 4 <= n; k += 4)
		for (size_t l = 0; l < 4; l++)
			if (x[k + l].i < m->n_feat)
				sum[l] += m->w[x[k + l].i] * (double)x[k + l].v;
	for (size_t k = n / 4 * 4; k < n; k++)
		if (x[k].i < m->n_feat)
			sum[0] += m->w[x[k].i] * (double)x[k].v;
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void linear_values(double *out, const dx_svm *m, const dx_feat *x, size_t n)
{
	for (uint32_t p = 0; p < m->n_pair; p++)
		out[p] = m->bias[p];
	for (size_t k = 0; k < n; k++) {
		const double *w;
		if (x[k].i >= m->n_feat)
			continue;
		w = m->w + (size_t)x[k].i * m->n_pair;
		for (uint32_t p = 0; p < m->n_pair; p++)
			out[p] += w[p] * (double)x[k].v;
	}
}

/* x' of x, rounded to float as training rounds it, so that a row has the very distances that libsvm computed. */
static void to_dense(double *dense, const dx_svm *m, const dx_feat *x, size_t n)
{
	float raw[DX_SVM_DENSE] = { 0 };
	for (size_t k = 0; k < n; k++)
		if (x[k].i < m->n_feat)
			raw[x[k].i] = x[k].v;
	for (uint32_t i = 0; i < m->n_feat; i++)
		dense[i] = (double)(float)(((double)raw[i] - m->shift[i]) * m->scale[i]);
}

/* Squared distance in doubles: floats would cost the sixth decimal of sums over thousands of support vectors. Four lanes, for the
 * vectoriser. */
static double distance2(const double *x, const float *sv, size_t n)
{
	double s[4] = { 0 };
	size_t i = 0;
	for (; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++) {
			double d = x[i + k] - (double)sv[i + k];
			s[k] += d * d;
		}
	for (; i < n; i++)
		s[0] += (x[i] - (double)sv[i]) * (x[i] - (double)sv[i]);
	return (s[0] + s[1]) + (s[2] + s[3]);
}

static double rbf_value(const dx_svm *m, const dx_feat *x, size_t n)
{
	double dense[DX_SVM_DENSE], sum = m->bias[0];
	to_dense(dense, m, x, n);
	for (uint32_t k = 0; k < m->n_sv; k++) {
		double e = m->gamma * distance2(dense, m->sv + (size_t)k * m->n_feat, m->n_feat);
		if (e < 40)                      /* exp(-40) = 4e-18 */
			sum += m->coef[k] * exp(-e);
	}
	return sum;
}

void dx_svm_values(double *out, const dx_svm *m, const dx_feat *x, size_t n)
{
	if (m->kernel == DX_SVM_RBF)
		*out = rbf_value(m, x, n);
	else if (m->n_pair == 1)
		*out = linear_value(m, x, n);
	else
		linear_values(out, m, x, n);
}

double dx_svm_yes(const dx_svm *m, const dx_feat *x, size_t n)
{
	double v;
	assert(m->n_pair == 1);
	dx_svm_values(&v, m, x, n);
	return -v;
}

double dx_svm_yes_factors(const dx_svm *m, const dx_factor_set *s, const dx_facts *f)
{
	assert(m->n_pair == 1 && m->kernel == DX_SVM_LINEAR && m->n_feat == DX_FACTOR_SIZE((size_t)s->n, (size_t)s->n_cross, s->n_word));
	return -(m->bias[0] + dx_factors_dot(s, f, m->w));
}

void dx_svm_probabilities(double *out, const dx_svm *m, const double *values)
{
	double most = -HUGE_VAL, sum = 0;
	for (uint32_t c = 0; c < m->n_class; c++) {
		const double *k = m->calib + (size_t)c * (m->n_pair + 1);
		out[c] = k[m->n_pair];
		for (uint32_t p = 0; p < m->n_pair; p++)
			out[c] += k[p] * values[p];
		most = fmax(most, out[c]);
	}
	for (uint32_t c = 0; c < m->n_class; c++)
		sum += out[c] = exp(out[c] - most);
	for (uint32_t c = 0; c < m->n_class; c++)
		out[c] /= sum;
}

double dx_svm_yes_p(const dx_svm *m, double yes)
{
	const double *k = m->calib;              /* [2][2] */
	assert(m->n_pair == 1);
	return 1 / (1 + exp((k[0] - k[2]) * -yes + (k[1] - k[3])));
}

double dx_svm_part(const dx_svm *m, uint32_t pair, const dx_feat *f)
{
	assert(pair < m->n_pair);
	return m->kernel == DX_SVM_LINEAR && f->i < m->n_feat ? m->w[(size_t)f->i * m->n_pair + pair] * (double)f->v : 0;
}
