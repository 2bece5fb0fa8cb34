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

/* Equal steps: floor((v + more) * by), kept within 0 .. 15. */
static void even_steps(uint8_t *step, const float *v, size_t n, float more, float by)
{
	for (size_t i = 0; i < n; i++) {
		float x = (v[i] + more) * by;
		x = x < 0 ? 0 : x;
		step[i] = (uint8_t)(int)(x > DX_STEPS - 1 ? DX_STEPS - 1 : x);
	}
}

static void steps_of(uint8_t *step, const dx_factor_set *s, const float *value)
{
	const size_t p = s->n_kind[DX_FACTOR_CLASS], logit = p + s->n_kind[DX_FACTOR_P], log = logit + s->n_kind[DX_FACTOR_LOGIT];
	assert(s->n <= DX_MOST_FACTORS && log + s->n_kind[DX_FACTOR_LOG] == s->n);
	even_steps(step, value, p, 0, 1);
	for (size_t i = p; i < logit; i++)
		step[i] = (uint8_t)step_of_p(value[i]);
	even_steps(step + logit, value + logit, log - logit, 6.4f, 1.25f);
	even_steps(step + log, value + log, s->n - log, 0, 3);
}

/* What brings the real values of a kind, as they are, to about 1. */
static float plain_unit(size_t kind)
{
	return kind == DX_FACTOR_LOGIT ? 1.0f / 6 : kind == DX_FACTOR_LOG ? 1.0f / 5 : 1;
}

/* Index of cross k for these steps; k = n_cross: that of the first word. */
static size_t cross_at(const dx_factor_set *s, size_t k, const uint8_t *step)
{
	const size_t at = 17u * s->n + 256 * k;
	return k == s->n_cross ? at : at + 16u * step[s->cross[k][0]] + step[s->cross[k][1]];
}

/* Two words may share a hash: then it counts twice. */
static void add_words(dx_vec *x, const dx_factor_set *s, const dx_facts *f, size_t first)
{
	for (size_t i = 0; i < s->n_word; i++) {
		size_t before = 0, same = 1;
		for (size_t k = 0; k < i; k++)
			before += f->word[k] == f->word[i];
		for (size_t k = i + 1; k < s->n_word; k++)
			same += f->word[k] == f->word[i];
		dx_vec_add(x, (uint32_t)(first + f->word[i]), before ? 0 : (float)same);
	}
}

void dx_factors_add(dx_vec *x, const dx_factor_set *s, const dx_facts *f)
{
	uint8_t step[DX_MOST_FACTORS];
	steps_of(step, s, f->value);
	for (size_t kind = DX_FACTOR_P, i = s->n_kind[DX_FACTOR_CLASS]; kind < DX_N_FACTOR_KIND; kind++)
		for (const size_t end = i + s->n_kind[kind]; i < end; i++)
			dx_vec_add(x, (uint32_t)i, f->value[i] * plain_unit(kind));
	for (size_t i = 0; i < s->n; i++)
		dx_vec_add(x, (uint32_t)(s->n + DX_STEPS * i + step[i]), 1);
	for (size_t k = 0; k < s->n_cross; k++)
		dx_vec_add(x, (uint32_t)cross_at(s, k, step), 1);
	add_words(x, s, f, cross_at(s, s->n_cross, step));
}

double dx_factors_dot(const dx_factor_set *s, const dx_facts *f, const double *w)
{
	uint8_t step[DX_MOST_FACTORS];
	double sum = 0;
	steps_of(step, s, f->value);
	for (size_t kind = DX_FACTOR_P, i = s->n_kind[DX_FACTOR_CLASS]; kind < DX_N_FACTOR_KIND; kind++)
		for (const size_t end = i + s->n_kind[kind]; i < end; i++)
			sum += w[i] * (double)(f->value[i] * plain_unit(kind));
	for (size_t i = 0; i < s->n; i++)
		sum += w[s->n + DX_STEPS * i + step[i]];
	for (size_t k = 0; k < s->n_cross; k++)
		sum += w[cross_at(s, k, step)];
	for (size_t i = 0; i < s->n_word; i++)
		sum += w[cross_at(s, s->n_cross, step) + f->word[i]];
	return sum;
}
