#include "features/factor.h"
#include <math.h>
#include <stdio.h>

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

void dx_factors_add(dx_vec *x, const dx_factor *f, const float *value, size_t n, const uint8_t (*cross)[2], size_t n_cross)
{
	uint8_t step[MOST_FACTORS];
	assert(n <= MOST_FACTORS);
	if (!dx_vec_room(x, 2 * n + n_cross))
		return;
	dx_feat *out = x->f + x->n;
	for (size_t i = 0; i < n; i++) {
		step[i] = (uint8_t)step_of(f[i].kind, value[i]);
		if (f[i].kind != DX_FACTOR_CLASS && value[i] != 0)
			*out++ = (dx_feat){ (uint32_t)i, plain_value(f[i].kind, value[i]) };
		*out++ = (dx_feat){ (uint32_t)(n + DX_STEPS * i + step[i]), 1 };
	}
	for (size_t k = 0; k < n_cross; k++)
		*out++ = (dx_feat){ (uint32_t)(17 * n + 256 * k + 16u * step[cross[k][0]] + step[cross[k][1]]), 1 };
	x->n = (size_t)(out - x->f);
}

void dx_factor_name(char *buf, size_t size, uint32_t i, const dx_factor *f, size_t n, const uint8_t (*cross)[2], size_t n_cross)
{
	if (i < n) {
		snprintf(buf, size, "%s", f[i].name);
	} else if (i < 17 * n) {
		snprintf(buf, size, "%s=%zu", f[(i - n) / 16].name, (i - n) % 16);
	} else {
		size_t k = (i - 17 * n) / 256, c = (i - 17 * n) % 256;
		if (k < n_cross)
			snprintf(buf, size, "%s=%zu & %s=%zu", f[cross[k][0]].name, c / 16, f[cross[k][1]].name, c % 16);
		else
			snprintf(buf, size, "feature %u", i);
	}
}
