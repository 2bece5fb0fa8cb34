#include "model/chain.h"
#include <math.h>

dx_status dx_chain_unpack(dx_chain *out, dx_cursor *c, uint32_t n_label, dx_err *err)
{
	uint32_t templates = dx_take_u32(c), labels = dx_take_u32(c), bits = dx_take_u32(c);
	double scale = dx_take_f64(c);
	if (!c->bad && templates != DX_TEMPLATES)
		return dx_fail(err, DX_EFORMAT, "chain: token features of version %u, this program makes version %d", templates, DX_TEMPLATES);
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

#define NEVER -1e30f                                     /* transitions are less than 1e6 */

void dx_chain_ready(dx_chain *m)
{
	const uint32_t L = m->n_label, S = m->stride;
	for (uint32_t x = 0; x <= L; x++)
		for (uint32_t y = 0; y < S; y++) {
			m->step[x * S + y] = y < L ? m->trans[x * L + y] : NEVER;
			m->forth[x * S + y] = y < L ? expf(m->trans[x * L + y]) : 0;
		}
	for (uint32_t x = 0; x < L; x++)
		for (uint32_t y = 0; y < S; y++) {
			m->pets[x * S + y] = y < L ? m->step[y * S + x] : NEVER;
			m->back[x * S + y] = y < L ? m->forth[y * S + x] : 0;
			m->lead[x * S + y] = NEVER;
			for (uint32_t to = 0; to < L && y < L; to++)
				m->lead[x * S + y] = fmaxf(m->lead[x * S + y], m->step[y * S + to] - m->step[x * S + to]);
		}
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

/* What is summed so far, of pairs of bytes as 16-bit numbers: the low and the high bytes apart, since shifts widen them for less than
 * unpacking does. 16 bits suffice: a token has fewer than 256 features of at most 127. */
typedef struct { short8 low, high; } sums;

static inline void sums_add(sums *s, long2 row)
{
	s->low += (short8)((ushort8)row << 8) >> 8;
	s->high += (short8)row >> 8;
}

/* The sums of n pairs, in the order of the bytes. */
static inline void sums_put(int16_t *out, const sums *s, size_t n)
{
	for (size_t y = 0; y < n; y++) {
		out[2 * y] = LITTLE ? s->low[y] : s->high[y];
		out[2 * y + 1] = LITTLE ? s->high[y] : s->low[y];
	}
}

/* Eight labels at w of each row: two rows to a register. */
static inline void sum8(int16_t *sum, const int8_t *w, uint32_t mask, uint32_t stride, const uint32_t *feat, size_t n)
{
	sums s = { { 0 }, { 0 } };
	int16_t both[16];
	for (size_t k = 0; k + 2 <= n; k += 2) {
		const int8_t *p = w + (size_t)(feat[k] & mask) * stride, *q = w + (size_t)(feat[k + 1] & mask) * stride;
		sums_add(&s, (long2){ eight(p), eight(q) });
	}
	if (n % 2)
		sums_add(&s, (long2){ eight(w + (size_t)(feat[n - 1] & mask) * stride), 0 });
	sums_put(both, &s, 8);
	for (size_t y = 0; y < 8; y++)
		sum[y] = (int16_t)(both[y] + both[8 + y]);
}

static inline void sum32(int16_t *sum, const int8_t *w, uint32_t mask, const uint32_t *feat, size_t n)
{
	sums s[2] = { { { 0 }, { 0 } }, { { 0 }, { 0 } } };
	for (size_t k = 0; k < n; k++) {
		const int8_t *p = w + (size_t)(feat[k] & mask) * 32;
		for (size_t r = 0; r < 2; r++) {
			long2 row;
			memcpy(&row, p + 16 * r, sizeof row);
			sums_add(s + r, row);
		}
	}
	for (size_t r = 0; r < 2; r++)
		sums_put(sum + 16 * r, s + r, 8);
}

void dx_chain_sum(int16_t *sum, const dx_chain *m, const uint32_t *feat, size_t n)
{
	assert(n < 256);
	if (m->stride == 8)
		sum8(sum, m->w, m->mask, 8, feat, n);
	else if (m->stride == 32)
		sum32(sum, m->w, m->mask, feat, n);
	else
		for (uint32_t y = 0; y < m->stride; y += 8)
			sum8(sum + y, m->w + y, m->mask, m->stride, feat, n);
}

void dx_chain_score(float *score, const dx_chain *m, const uint32_t *feat, size_t n)
{
	int16_t sum[DX_CHAIN_LABELS];
	dx_chain_sum(sum, m, feat, n);
	for (uint32_t y = 0; y < m->stride; y++)
		score[y] = m->scale * (float)sum[y];
}

/* The functions below are inlined into ones for chains of one and of four registers of labels and for all others: with the counts known,
 * loops over labels become straight lines. */
#define INLINE static inline __attribute__((always_inline))

INLINE float4 load4(const float *p)
{
	float4 v;
	memcpy(&v, p, sizeof v);
	return v;
}

INLINE void store4(float *p, float4 v)
{
	memcpy(p, &v, sizeof v);
}

INLINE float4 max4(float4 a, float4 b)
{
#ifdef __SSE2__
	return __builtin_ia32_maxps(a, b);
#else
	int4 more = a > b;
	return (float4)((more & (int4)a) | (~more & (int4)b));
#endif
}

INLINE float most4(float4 v)
{
	float a = v[0] > v[2] ? v[0] : v[2], b = v[1] > v[3] ? v[1] : v[3];
	return a > b ? a : b;
}

/* One bit for each lane of a comparison. */
INLINE uint32_t bits4(int4 yes)
{
#ifdef __SSE2__
	return (uint32_t)__builtin_ia32_movmskps((float4)yes);
#else
	yes &= (int4){ 1, 2, 4, 8 };
	return (uint32_t)(yes[0] | yes[1] | yes[2] | yes[3]);
#endif
}

INLINE float most(const float *v, uint32_t S)
{
	float4 best = load4(v);
	for (uint32_t y = 4; y < S; y += 4)
		best = max4(best, load4(v + y));
	return most4(best);
}

/* One bit for each label y with v[y] + more[y] >= least. */
INLINE uint32_t reaching(const float *v, const float *more, float least, uint32_t S)
{
	uint32_t bits = 0;
	for (uint32_t y = 0; y < S; y += 4)
		bits |= bits4(load4(v + y) + load4(more + y) >= least) << y;
	return bits;
}

/* First label of largest v[y] + more[y]. */
INLINE uint32_t best_of(const float *v, const float *more, uint32_t S)
{
	float4 best = load4(v) + load4(more);
	uint32_t bits = 0;
	for (uint32_t y = 4; y < S; y += 4)
		best = max4(best, load4(v + y) + load4(more + y));
	float top = most4(best);
	for (uint32_t y = 0; y < S; y += 4)
		bits |= bits4(load4(v + y) + load4(more + y) == top) << y;
	return bits ? (uint32_t)__builtin_ctz(bits) : 0;         /* none: not a number */
}

/* Viterbi's algorithm. v[t][y]: the best score of labels up to token t that ends in y. A label before that cannot be better than the best
 * one before, whatever follows, is passed over; of 27 parts of speech one or two remain. The way back finds again where each best came from,
 * which costs less than to note it for every label. */
INLINE void viterbi(uint8_t *label, const dx_chain *m, const float *score, size_t n, float *v, uint32_t S)
{
	static const float ZERO[DX_CHAIN_LABELS];
	for (uint32_t y = 0; y < S; y += 4)
		store4(v + y, load4(m->step + m->n_label * S + y) + load4(score + y));
	for (size_t t = 1; t < n; t++) {
		const float *before = v + (t - 1) * S;
		float *now = v + t * S;
		uint32_t best = best_of(before, ZERO, S);
		for (uint32_t y = 0; y < S; y += 4)
			store4(now + y, before[best] + load4(m->step + best * S + y));
		for (uint32_t left = reaching(before, m->lead + best * S, before[best], S) & ~(1u << best); left; left &= left - 1) {
			uint32_t x = (uint32_t)__builtin_ctz(left);
			for (uint32_t y = 0; y < S; y += 4)
				store4(now + y, max4(load4(now + y), before[x] + load4(m->step + x * S + y)));
		}
		for (uint32_t y = 0; y < S; y += 4)
			store4(now + y, load4(now + y) + load4(score + t * S + y));
	}
	uint32_t y = best_of(v + (n - 1) * S, ZERO, S);
	for (size_t t = n - 1; t > 0; t--) {
		label[t] = (uint8_t)y;
		y = best_of(v + (t - 1) * S, m->pets + y * S, S);
	}
	label[0] = (uint8_t)y;
}

void dx_chain_best(uint8_t *label, const dx_chain *m, const float *score, size_t n, float *v)
{
	if (!n)
		return;
	if (m->stride == 8)
		viterbi(label, m, score, n, v, 8);
	else if (m->stride == 32)
		viterbi(label, m, score, n, v, 32);
	else
		viterbi(label, m, score, n, v, m->stride);
}

/* e^x for x <= 0 to 1e-7 of its value, and the same on every machine, which libm's is not: 2^n times a polynomial for what is left.
 * Below e^-80 it gives e^-80, next to 0. */
INLINE float4 exp4(float4 x)
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

/* exp(score - max) of one token; 0 behind the last label. */
INLINE void emission(float *e, const float *score, uint32_t L, uint32_t S)
{
	float top = score[0];
	if (L == S)
		top = most(score, S);
	else
		for (uint32_t y = 1; y < L; y++)
			top = score[y] > top ? score[y] : top;
	for (uint32_t y = 0; y < S; y += 4)
		store4(e + y, exp4(load4(score + y) - top));
	for (uint32_t y = L; y < S; y++)
		e[y] = 0;
}

/* Makes the sum of x[S] one; behind the last label x is 0. */
INLINE void normalise(float *x, uint32_t L, uint32_t S)
{
	float4 s = load4(x);
	for (uint32_t y = 4; y < S; y += 4)
		s += load4(x + y);
	float sum = (s[0] + s[2]) + (s[1] + s[3]), share = 1 / sum;
	if (sum > 0)
		for (uint32_t y = 0; y < S; y += 4)
			store4(x + y, load4(x + y) * share);
	else
		for (uint32_t y = 0; y < L; y++)
			x[y] = 1 / (float)L;
}

/* out = x times the matrix [L][S]. */
INLINE void times(float *out, const float *matrix, const float *x, uint32_t L, uint32_t S)
{
	for (uint32_t y = 0; y < S; y += 4) {
		float4 sum = x[0] * load4(matrix + y);
		for (uint32_t k = 1; k < L; k++)
			sum += x[k] * load4(matrix + k * S + y);
		store4(out + y, sum);
	}
}

/* Forward, leaving the emissions in p; then backward over them. */
INLINE void forward_backward(float *p, const dx_chain *m, const float *score, size_t n, float *alpha, uint32_t L, uint32_t S)
{
	float beta[DX_CHAIN_LABELS] = { 0 }, eb[DX_CHAIN_LABELS];
	for (size_t t = 0; t < n; t++) {
		float *a = alpha + t * S, *e = p + t * S;
		emission(e, score + t * S, L, S);
		if (t)
			times(a, m->forth, a - S, L, S);
		else
			memcpy(a, m->forth + L * S, S * sizeof *a);
		for (uint32_t y = 0; y < S; y += 4)
			store4(a + y, load4(a + y) * load4(e + y));
		normalise(a, L, S);
	}
	for (uint32_t y = 0; y < L; y++)
		beta[y] = 1;
	for (size_t t = n; t-- > 0;) {
		float *q = p + t * S;
		for (uint32_t y = 0; y < S; y += 4) {
			store4(eb + y, load4(q + y) * load4(beta + y));
			store4(q + y, load4(alpha + t * S + y) * load4(beta + y));
		}
		normalise(q, L, S);
		if (t) {
			times(beta, m->back, eb, L, S);
			normalise(beta, L, S);
		}
	}
}

void dx_chain_marginals(float *p, const dx_chain *m, const float *score, size_t n, float *alpha)
{
	if (m->n_label == 8)
		forward_backward(p, m, score, n, alpha, 8, 8);
	else
		forward_backward(p, m, score, n, alpha, m->n_label, m->stride);
}
