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
	float least = 0, most = 0;
	for (size_t i = 0; i < (size_t)(labels + 1) * labels; i++) {
		if (!(fabsf(out->trans[i]) < 1e6f))
			return dx_fail(err, DX_EFORMAT, "chain: transition %zu is not a number", i);
		least = out->trans[i] < least ? out->trans[i] : least;
		most = out->trans[i] > most ? out->trans[i] : most;
	}
	out->spread = most - least;
	return DX_OK;
}

/* 16 bits suffice: a token has fewer than 256 features of at most 127. Eight labels at a time fill one vector register. */
static void score8(int16_t *sum, const dx_chain *m, const uint32_t *feat, size_t n, uint32_t from)
{
	int16_t s[8] = { 0 };
	assert(n < 256);
	for (size_t k = 0; k < n; k++) {
		const int8_t *row = m->w + (size_t)(feat[k] & m->mask) * m->stride + from;
		for (int y = 0; y < 8; y++)
			s[y] = (int16_t)(s[y] + row[y]);
	}
	memcpy(sum + from, s, sizeof s);
}

void dx_chain_score(float *score, const dx_chain *m, const uint32_t *feat, size_t n)
{
	int16_t sum[DX_CHAIN_LABELS];
	for (uint32_t from = 0; from < m->stride; from += 8)
		score8(sum, m, feat, n, from);
	for (uint32_t y = 0; y < m->stride; y++)
		score[y] = m->scale * (float)sum[y];
}

/* One step of Viterbi's algorithm. A label x before that is behind the best one by more than the spread of the transitions cannot be on the
 * best path, so it is passed over; of 27 parts of speech two or three remain. */
static void advance(float *next, uint8_t *back, const dx_chain *m, const float *v)
{
	const uint32_t L = m->n_label;
	float most[DX_CHAIN_LABELS];
	int32_t from[DX_CHAIN_LABELS] = { 0 };
	float best = v[0];
	for (uint32_t x = 1; x < L; x++)
		best = v[x] > best ? v[x] : best;
	for (uint32_t y = 0; y < L; y++)
		most[y] = -INFINITY;
	for (uint32_t x = 0; x < L; x++) {
		const float *tr = m->trans + x * L, vx = v[x];
		if (vx + m->spread < best)
			continue;
		for (uint32_t y = 0; y < L; y++) {
			float s = vx + tr[y];
			from[y] = s > most[y] ? (int32_t)x : from[y];
			most[y] = s > most[y] ? s : most[y];
		}
	}
	for (uint32_t y = 0; y < L; y++) {
		back[y] = (uint8_t)from[y];
		next[y] = most[y];
	}
}

void dx_chain_best(uint8_t *label, const dx_chain *m, const float *score, size_t n, uint8_t *back)
{
	float v[DX_CHAIN_LABELS], next[DX_CHAIN_LABELS];
	const uint32_t L = m->n_label, S = m->stride;
	uint32_t best = 0;
	if (!n)
		return;
	for (uint32_t y = 0; y < L; y++)
		v[y] = m->trans[L * L + y] + score[y];
	for (size_t t = 1; t < n; t++) {
		advance(next, back + t * S, m, v);
		for (uint32_t y = 0; y < L; y++)
			v[y] = next[y] + score[t * S + y];
	}
	for (uint32_t y = 1; y < L; y++)
		if (v[y] > v[best])
			best = y;
	for (size_t t = n; t-- > 0; best = t ? back[t * S + best] : 0)
		label[t] = (uint8_t)best;
}

/* exp(score - max) of one token. */
static void emission(float *e, const dx_chain *m, const float *score)
{
	float most = score[0];
	for (uint32_t y = 1; y < m->n_label; y++)
		most = score[y] > most ? score[y] : most;
	for (uint32_t y = 0; y < m->n_label; y++)
		e[y] = expf(score[y] - most);
}

static void normalise(float *x, uint32_t n)
{
	float s = 0;
	for (uint32_t y = 0; y < n; y++)
		s += x[y];
	for (uint32_t y = 0; y < n; y++)
		x[y] = s > 0 ? x[y] / s : 1 / (float)n;
}

void dx_chain_marginals(float *p, const dx_chain *m, const float *score, size_t n, float *alpha)
{
	const uint32_t L = m->n_label, S = m->stride;
	float tr[(DX_CHAIN_LABELS + 1) * DX_CHAIN_LABELS], e[DX_CHAIN_LABELS], beta[DX_CHAIN_LABELS], eb[DX_CHAIN_LABELS];
	if (!n)
		return;
	for (uint32_t i = 0; i < (L + 1) * L; i++)
		tr[i] = expf(m->trans[i]);
	for (size_t t = 0; t < n; t++) {
		float *a = alpha + t * S;
		emission(e, m, score + t * S);
		for (uint32_t y = 0; y < L; y++) {
			float s = 0;
			if (!t)
				s = tr[L * L + y];
			else
				for (uint32_t x = 0; x < L; x++)
					s += (a - S)[x] * tr[x * L + y];
			a[y] = s * e[y];
		}
		normalise(a, L);
	}
	for (uint32_t y = 0; y < L; y++)
		beta[y] = 1;
	for (size_t t = n; t-- > 0;) {
		float *q = p + t * S;
		for (uint32_t y = 0; y < L; y++)
			q[y] = alpha[t * S + y] * beta[y];
		normalise(q, L);
		emission(e, m, score + t * S);
		for (uint32_t y = 0; y < L; y++)
			eb[y] = e[y] * beta[y];
		for (uint32_t x = 0; x < L; x++) {
			beta[x] = 0;
			for (uint32_t y = 0; y < L; y++)
				beta[x] += tr[x * L + y] * eb[y];
		}
		normalise(beta, L);
	}
}
