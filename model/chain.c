#include "model/chain.h"
#include <math.h>

dx_status dx_chain_unpack(dx_chain *out, dx_cursor *c, uint32_t n_label, dx_err *err)
{
	uint32_t labels = dx_take_u32(c), bits = dx_take_u32(c);
	double scale = dx_take_f64(c);
	if (c->bad || labels != n_label || labels > DX_CHAIN_LABELS || bits < 8 || bits > 24 || !(scale >= 0 && scale < 1e6))
		return dx_fail(err, DX_EFORMAT, "chain: %u labels (%u wanted), table of 2^%u rows", labels, n_label, bits);
	*out = (dx_chain){ .n_label = labels, .stride = (labels + 7) / 8 * 8, .mask = (1u << bits) - 1, .scale = (float)scale };
	out->trans = dx_take(c, (size_t)(labels + 1) * labels, sizeof *out->trans);
	dx_take_align(c, 64);
	out->w = dx_take(c, (size_t)out->mask + 1, out->stride);
	dx_take_align(c, 8);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "chain: table of 2^%u rows does not fit its section", bits);
	for (size_t i = 0; i < (size_t)(labels + 1) * labels; i++)
		if (!(fabsf(out->trans[i]) < 1e6f))
			return dx_fail(err, DX_EFORMAT, "chain: transition %zu is not a number", i);
	dx_chain_ready(out);
	return DX_OK;
}

void dx_chain_ready(dx_chain *m)
{
	const uint32_t L = m->n_label, S = m->stride;
	float least = 0, most = 0;
	for (uint32_t x = 0; x <= L; x++)
		for (uint32_t y = 0; y < L; y++) {
			float v = m->trans[x * L + y];
			least = v < least ? v : least;
			most = v > most ? v : most;
			m->step[x * S + y] = v;
			m->forth[x * S + y] = expf(v);
			if (x < L)
				m->back[y * S + x] = expf(v);
		}
	m->spread = most - least;
}

/* Vector types that gcc and clang have on every machine; memcpy loads and stores them anywhere. */
typedef int16_t short8 __attribute__((vector_size(16)));
typedef uint16_t ushort8 __attribute__((vector_size(16)));
typedef int64_t long2 __attribute__((vector_size(16)));
typedef float float4 __attribute__((vector_size(16)));
typedef int32_t int4 __attribute__((vector_size(16)));

#define LITTLE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

static inline int64_t eight(const int8_t *p)
{
	int64_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* Sums 8 or 16 labels, `half` or not. 16 bits suffice: a token has fewer than 256 features of at most 127. A row is taken as pairs of bytes
 * and the two bytes are summed apart, since shifts widen them for less than unpacking does. */
static inline __attribute__((always_inline)) void sum_part(int16_t *sum, const int8_t *w, uint32_t mask, uint32_t stride,
                                                           const uint32_t *feat, size_t n, bool half)
{
	short8 low = { 0 }, high = { 0 };
	for (size_t k = 0; k < n; k++) {
		long2 row = { 0 };
		if (half)
			row[0] = eight(w + (size_t)(feat[k] & mask) * stride);
		else
			memcpy(&row, w + (size_t)(feat[k] & mask) * stride, 16);
		low += (short8)((ushort8)row << 8) >> 8;
		high += (short8)row >> 8;
	}
	for (size_t y = 0; y < (half ? 4 : 8); y++) {
		sum[2 * y] = LITTLE ? low[y] : high[y];
		sum[2 * y + 1] = LITTLE ? high[y] : low[y];
	}
}

void dx_chain_sum(int16_t *sum, const dx_chain *m, const uint32_t *feat, size_t n)
{
	uint32_t y = 0;
	assert(n < 256);
	if (m->stride == 8) {
		sum_part(sum, m->w, m->mask, 8, feat, n, true);
		return;
	}
	for (; y + 16 <= m->stride; y += 16)
		sum_part(sum + y, m->w + y, m->mask, m->stride, feat, n, false);
	if (y < m->stride)
		sum_part(sum + y, m->w + y, m->mask, m->stride, feat, n, true);
}

void dx_chain_score(float *score, const dx_chain *m, const uint32_t *feat, size_t n)
{
	int16_t sum[DX_CHAIN_LABELS];
	dx_chain_sum(sum, m, feat, n);
	for (uint32_t y = 0; y < m->stride; y++)
		score[y] = m->scale * (float)sum[y];
}

static void load8(float4 v[2], const float *p)
{
	memcpy(v, p, 2 * sizeof *v);
}

/* One step of Viterbi's algorithm, for the labels y .. y + 7: the best of the n labels `from` before them. */
static void advance8(float *next, uint8_t *back, const float *step, uint32_t stride, const float *v, const uint8_t *from, uint32_t n)
{
	float4 most[2];
	int4 best[2] = { { 0 } };
	for (int h = 0; h < 2; h++)
		most[h] = (float4){ -INFINITY, -INFINITY, -INFINITY, -INFINITY };
	for (uint32_t k = 0; k < n; k++) {
		float4 s[2];
		load8(s, step + from[k] * stride);
		for (int h = 0; h < 2; h++) {
			s[h] += v[from[k]];
			int4 more = s[h] > most[h];
			best[h] = (more & from[k]) | (~more & best[h]);
			most[h] = (float4)((more & (int4)s[h]) | (~more & (int4)most[h]));
		}
	}
	memcpy(next, most, sizeof most);
	for (int y = 0; y < 8; y++)
		back[y] = (uint8_t)best[y / 4][y % 4];
}

/* A label that is behind the best one by more than the spread of the transitions cannot be on the best path, so it is passed over;
 * of 27 parts of speech two or three remain. */
static uint32_t rivals(uint8_t *out, const dx_chain *m, const float *v)
{
	float best = v[0];
	uint32_t n = 0;
	for (uint32_t x = 1; x < m->n_label; x++)
		best = v[x] > best ? v[x] : best;
	for (uint32_t x = 0; x < m->n_label; x++) {
		out[n] = (uint8_t)x;
		n += v[x] + m->spread >= best;
	}
	return n;
}

void dx_chain_best(uint8_t *label, const dx_chain *m, const float *score, size_t n, uint8_t *back)
{
	float v[DX_CHAIN_LABELS], next[DX_CHAIN_LABELS];
	uint8_t from[DX_CHAIN_LABELS + 1];
	const uint32_t L = m->n_label, S = m->stride;
	uint32_t best = 0;
	if (!n)
		return;
	for (uint32_t y = 0; y < S; y++)
		v[y] = m->step[L * S + y] + score[y];
	for (size_t t = 1; t < n; t++) {
		uint32_t n_from = rivals(from, m, v);
		for (uint32_t y = 0; y < S; y += 8)
			advance8(next + y, back + t * S + y, m->step + y, S, v, from, n_from);
		for (uint32_t y = 0; y < S; y++)
			v[y] = next[y] + score[t * S + y];
	}
	for (uint32_t y = 1; y < L; y++)
		if (v[y] > v[best])
			best = y;
	for (size_t t = n; t-- > 0; best = t ? back[t * S + best] : 0)
		label[t] = (uint8_t)best;
}

/* e^x for x <= 0 to 1e-7 of its value, and the same on every machine, which libm's is not: 2^n times a polynomial for what is left.
 * Below e^-80 it gives e^-80, next to 0. */
static float4 exp4(float4 x)
{
	const float4 least = { -80, -80, -80, -80 };
	const float round = 12582912.0f;         /* 1.5 * 2^23: adding it leaves a whole number in the low bits */
	int4 low = x < least;
	x = (float4)((low & (int4)least) | (~low & (int4)x));
	float4 z = x * 1.44269504f + round, n = z - round;
	float4 r = x - n * 0.693359375f + n * 2.12194440e-4f;
	float4 p = ((((1.9875691500e-4f * r + 1.3981999507e-3f) * r + 8.3334519073e-3f) * r + 4.1665795894e-2f) * r + 1.6666665459e-1f) * r
	           + 5.0000001201e-1f;
	p = p * r * r + r + 1.0f;
	return (float4)((int4)p + ((int4)z << 23));
}

static float sum4(float4 x)
{
	return (x[0] + x[2]) + (x[1] + x[3]);
}

/* exp(score - max) of one token; 0 behind the last label. */
static void emission(float *e, const dx_chain *m, const float *score)
{
	float most = score[0];
	for (uint32_t y = 1; y < m->n_label; y++)
		most = score[y] > most ? score[y] : most;
	for (uint32_t y = 0; y < m->stride; y += 4) {
		float4 x;
		memcpy(&x, score + y, sizeof x);
		x = exp4(x - most);
		memcpy(e + y, &x, sizeof x);
	}
	for (uint32_t y = m->n_label; y < m->stride; y++)
		e[y] = 0;
}

/* Makes the sum of x[stride] one; behind the last label x is 0. */
static void normalise(float *x, const dx_chain *m)
{
	float4 s = { 0 }, v;
	for (uint32_t y = 0; y < m->stride; y += 4) {
		memcpy(&v, x + y, sizeof v);
		s += v;
	}
	float sum = sum4(s), share = 1 / sum;
	if (!(sum > 0)) {
		for (uint32_t y = 0; y < m->n_label; y++)
			x[y] = 1 / (float)m->n_label;
		return;
	}
	for (uint32_t y = 0; y < m->stride; y += 4) {
		memcpy(&v, x + y, sizeof v);
		v *= share;
		memcpy(x + y, &v, sizeof v);
	}
}

/* out = x times the matrix [n_label][stride]. */
static void times(float *out, const dx_chain *m, const float *matrix, const float *x)
{
	for (uint32_t y = 0; y < m->stride; y += 8) {
		float4 sum[2] = { { 0 } }, row[2];
		for (uint32_t k = 0; k < m->n_label; k++) {
			load8(row, matrix + k * m->stride + y);
			sum[0] += row[0] * x[k];
			sum[1] += row[1] * x[k];
		}
		memcpy(out + y, sum, sizeof sum);
	}
}

/* Forward, leaving the emissions in p; then backward over them. */
void dx_chain_marginals(float *p, const dx_chain *m, const float *score, size_t n, float *alpha)
{
	const uint32_t S = m->stride;
	float beta[DX_CHAIN_LABELS] = { 0 }, eb[DX_CHAIN_LABELS];
	for (size_t t = 0; t < n; t++) {
		float *a = alpha + t * S, *e = p + t * S;
		emission(e, m, score + t * S);
		if (t)
			times(a, m, m->forth, a - S);
		else
			memcpy(a, m->forth + m->n_label * S, S * sizeof *a);
		for (uint32_t y = 0; y < S; y++)
			a[y] *= e[y];
		normalise(a, m);
	}
	for (uint32_t y = 0; y < m->n_label; y++)
		beta[y] = 1;
	for (size_t t = n; t-- > 0;) {
		float *q = p + t * S;
		for (uint32_t y = 0; y < S; y++) {
			eb[y] = q[y] * beta[y];
			q[y] = alpha[t * S + y] * beta[y];
		}
		normalise(q, m);
		if (t) {
			times(beta, m, m->back, eb);
			normalise(beta, m);
		}
	}
}
