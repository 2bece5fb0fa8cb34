#include "features/factor.h"
#include <math.h>

float dx_logit(float p)
{
	p = p < 0.002f ? 0.002f : p > 0.998f ? 0.998f : p;
	return logf(p / (1 - p));
}

typedef float float4 __attribute__((vector_size(16)));
typedef int32_t int4 __attribute__((vector_size(16)));

/* How many of the steps, which ascend, v reaches: all compared at once. */
static unsigned step_of_p(float v)
{
	static const float4 P[DX_STEPS / 4] = {
		{ 0.01f, 0.03f, 0.06f, 0.1f }, { 0.15f, 0.22f, 0.3f, 0.4f }, { 0.5f, 0.6f, 0.7f, 0.8f }, { 0.9f, 0.96f, 0.99f, INFINITY }
	};
	const float4 all = { v, v, v, v };
	int4 n = (all >= P[0]) + (all >= P[1]) + (all >= P[2]) + (all >= P[3]);
	return (unsigned)-((n[0] + n[1]) + (n[2] + n[3]));
}

static unsigned step_of(dx_factor_kind kind, float v)
{
	switch (kind) {
	case DX_FACTOR_P:
		return step_of_p(v);
	case DX_FACTOR_LOGIT:
		v = (v + 6.4f) / 0.8f;
		break;
	case DX_FACTOR_LOG:
		v *= 3;
		break;
	case DX_FACTOR_CLASS:
		break;
	}
	return v <= 0 ? 0 : v >= DX_STEPS - 1 ? DX_STEPS - 1 : (unsigned)v;
}

static float plain_value(dx_factor_kind kind, float v)
{
	return kind == DX_FACTOR_LOGIT ? v / 6 : kind == DX_FACTOR_LOG ? v / 5 : v;
}

#define MOST_FACTORS 96

/* Index of cross k for these steps. */
static size_t cross_at(const dx_factor_set *s, size_t k, const uint8_t *step)
{
	return 17 * s->n + 256 * k + 16u * step[s->cross[k][0]] + step[s->cross[k][1]];
}

void dx_factors_add(dx_vec *x, const dx_factor_set *s, const float *value)
{
	const size_t n = s->n;
	uint8_t step[MOST_FACTORS];
	assert(n <= MOST_FACTORS);
	if (!dx_vec_room(x, 2 * n + s->n_cross))
		return;
	dx_feat *out = x->f + x->n;
	for (size_t i = 0; i < n; i++) {
		step[i] = (uint8_t)step_of(s->f[i].kind, value[i]);
		if (s->f[i].kind != DX_FACTOR_CLASS && value[i] != 0)
			*out++ = (dx_feat){ (uint32_t)i, plain_value(s->f[i].kind, value[i]) };
		*out++ = (dx_feat){ (uint32_t)(n + DX_STEPS * i + step[i]), 1 };
	}
	for (size_t k = 0; k < s->n_cross; k++)
		*out++ = (dx_feat){ (uint32_t)cross_at(s, k, step), 1 };
	x->n = (size_t)(out - x->f);
}

double dx_factors_dot(const dx_factor_set *s, const float *value, const double *w, size_t n_w)
{
	const size_t n = s->n;
	uint8_t step[MOST_FACTORS];
	double plain = 0, sum = 0;
	assert(n <= MOST_FACTORS);
	for (size_t i = 0; i < n; i++) {
		step[i] = (uint8_t)step_of(s->f[i].kind, value[i]);
		if (s->f[i].kind != DX_FACTOR_CLASS && i < n_w)
			plain += w[i] * (double)plain_value(s->f[i].kind, value[i]);
	}
	for (size_t i = 0; i < n; i++) {
		const size_t at = n + DX_STEPS * i + step[i];
		sum += at < n_w ? w[at] : 0;
	}
	for (size_t k = 0; k < s->n_cross; k++) {
		const size_t at = cross_at(s, k, step);
		sum += at < n_w ? w[at] : 0;
	}
	return plain + sum;
}
