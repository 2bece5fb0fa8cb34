#include "train/chain_train.h"
#include <math.h>
#include <stdlib.h>

/* Squared gradients start from here, so that the first steps of a rare feature are short. */
#ifndef G0
#define G0 0.1f
#endif

/* Room for one more behind n items; moves *p when needed. */
static bool room(void *p, size_t n, size_t *cap, size_t more, size_t size)
{
	void **arr = p;
	size_t want = *cap ? *cap : 1024;
	if (n + more <= *cap)
		return true;
	while (want < n + more)
		want *= 2;
	void *q = realloc(*arr, want * size);
	if (!q)
		return false;
	*arr = q;
	*cap = want;
	return true;
}

dx_status dx_seqs_token(dx_seqs *s, const uint32_t *feat, size_t n, uint8_t label, dx_err *err)
{
	size_t cap = s->cap_tok;
	if (!room(&s->feat, s->n_feat, &s->cap_feat, n, sizeof *s->feat) || !room(&s->label, s->n_tok, &cap, 2, sizeof *s->label) ||
	    !room(&s->beg, s->n_tok, &s->cap_tok, 2, sizeof *s->beg))
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu tokens to train on", s->n_tok);
	memcpy(s->feat + s->n_feat, feat, n * sizeof *feat);
	s->beg[s->n_tok] = s->n_feat;
	s->label[s->n_tok++] = label;
	s->n_feat += n;
	s->beg[s->n_tok] = s->n_feat;
	return DX_OK;
}

dx_status dx_seqs_end(dx_seqs *s, uint32_t group, dx_err *err)
{
	size_t cap = s->cap_seq;
	if (!room(&s->group, s->n_seq, &cap, 2, sizeof *s->group) || !room(&s->seq, s->n_seq, &s->cap_seq, 2, sizeof *s->seq))
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu sequences to train on", s->n_seq);
	if (!s->n_seq)
		s->seq[0] = 0;
	if (s->seq[s->n_seq] == s->n_tok)
		return DX_OK;
	s->group[s->n_seq++] = group;
	s->seq[s->n_seq] = s->n_tok;
	return DX_OK;
}

void dx_seqs_fini(dx_seqs *s)
{
	free(s->feat);
	free(s->beg);
	free(s->label);
	free(s->seq);
	free(s->group);
	*s = (dx_seqs){ 0 };
}

/* What one training run works on. A feature's weights and summed squared gradients lie side by side: one cache line for 8 labels. */
typedef struct {
	const dx_seqs *s;
	const dx_chain_params *par;
	uint32_t L, S, mask;
	float *row;                              /* [mask + 1][2][S]: weights, then summed squared gradients */
	float *sum;                              /* [mask + 1][S] and [L + 1][L]: weights of the snapshots so far */
	uint32_t n_sum;
	uint32_t *feat;                          /* features of the training part that occur often enough, masked, token after token */
	size_t *beg;                             /* [tokens of s + 1] into feat */
	float *trans, *trans_g;                  /* [L + 1][L] */
	float *e, *alpha, *p;                    /* [longest][S] emissions, forward, marginals */
	float *xi;                               /* [L + 1][L] expected transitions */
	size_t longest;
	uint32_t *order;                         /* sequences of the training part */
	size_t n_order;
} run;

static void run_fini(run *r)
{
	free(r->row);
	free(r->sum);
	free(r->feat);
	free(r->beg);
	free(r->trans);
	free(r->trans_g);
	free(r->e);
	free(r->alpha);
	free(r->p);
	free(r->xi);
	free(r->order);
}

/* The sequences to train on, and the longest of them. */
static dx_status choose(run *r, dx_err *err)
{
	const dx_seqs *s = r->s;
	const dx_chain_params *par = r->par;
	r->order = calloc(s->n_seq + 1, sizeof *r->order);
	if (!r->order)
		return dx_fail(err, DX_ENOMEM, "out of memory: %s", par->what);
	for (size_t q = 0; q < s->n_seq; q++) {
		size_t n = s->seq[q + 1] - s->seq[q];
		if (par->fold_of && par->fold_of[s->group[q]] == par->fold)
			continue;
		r->order[r->n_order++] = (uint32_t)q;
		r->longest = n > r->longest ? n : r->longest;
	}
	return r->n_order ? DX_OK : dx_fail(err, DX_EDATA, "%s: no sequences to train on", par->what);
}

/* Copies the features that occur par->least times or more in the training part. */
static dx_status filter(run *r, dx_err *err)
{
	const dx_seqs *s = r->s;
	uint32_t *count = calloc((size_t)r->mask + 1, sizeof *count);
	size_t n = 0, w = 0;
	r->beg = calloc(s->n_tok + 1, sizeof *r->beg);
	for (size_t o = 0; count && o < r->n_order; o++)
		for (size_t k = s->beg[s->seq[r->order[o]]]; k < s->beg[s->seq[r->order[o] + 1]]; k++, n++)
			count[s->feat[k] & r->mask]++;
	r->feat = malloc((n + 1) * sizeof *r->feat);
	if (!count || !r->beg || !r->feat) {
		free(count);
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu features of %s", n, r->par->what);
	}
	for (size_t o = 0; o < r->n_order; o++)
		for (size_t t = s->seq[r->order[o]]; t < s->seq[r->order[o] + 1]; t++) {
			r->beg[t] = w;
			for (size_t k = s->beg[t]; k < s->beg[t + 1]; k++)
				if (count[s->feat[k] & r->mask] >= r->par->least)
					r->feat[w++] = s->feat[k] & r->mask;
			r->beg[t + 1] = w;
		}
	free(count);
	return DX_OK;
}

static dx_status run_init(run *r, const dx_seqs *s, const dx_chain_params *par, dx_err *err)
{
	*r = (run){ .s = s, .par = par, .L = par->n_label, .S = (par->n_label + 7) / 8 * 8, .mask = (1u << par->bits) - 1 };
	dx_status st = choose(r, err);
	if (!st)
		st = filter(r, err);
	if (st)
		return st;
	size_t tr = (size_t)(r->L + 1) * r->L;
	r->row = calloc(((size_t)r->mask + 1) * 2 * r->S, sizeof *r->row);
	r->sum = calloc(((size_t)r->mask + 1) * r->S + tr, sizeof *r->sum);
	r->trans = calloc(tr, sizeof *r->trans);
	r->trans_g = calloc(tr, sizeof *r->trans_g);
	r->xi = calloc(tr, sizeof *r->xi);
	r->e = calloc((r->longest + 1) * r->S, sizeof *r->e);
	r->alpha = calloc((r->longest + 1) * r->S, sizeof *r->alpha);
	r->p = calloc((r->longest + 1) * r->S, sizeof *r->p);
	if (!r->row || !r->sum || !r->trans || !r->trans_g || !r->xi || !r->e || !r->alpha || !r->p)
		return dx_fail(err, DX_ENOMEM, "out of memory: chain of 2^%u rows", par->bits);
	return DX_OK;
}

/* Emissions of a sequence as exp(score - max), forward probabilities, then marginals and expected transitions. */
static void expectations(run *r, size_t t0, size_t n)
{
	const uint32_t L = r->L, S = r->S;
	float tr[(DX_CHAIN_LABELS + 1) * DX_CHAIN_LABELS], beta[DX_CHAIN_LABELS], eb[DX_CHAIN_LABELS];
	for (uint32_t i = 0; i < (L + 1) * L; i++)
		tr[i] = expf(r->trans[i]);
	memset(r->xi, 0, (L + 1) * L * sizeof *r->xi);
	for (size_t t = 0; t < n; t++) {
		float *e = r->e + t * S, *a = r->alpha + t * S, most = -1e30f, sum = 0;
		memset(e, 0, S * sizeof *e);
		for (size_t k = r->beg[t0 + t]; k < r->beg[t0 + t + 1]; k++) {
			const float *w = r->row + (size_t)r->feat[k] * 2 * S;
			for (uint32_t y = 0; y < S; y++)
				e[y] += w[y];
		}
		for (uint32_t y = 0; y < L; y++)
			most = e[y] > most ? e[y] : most;
		for (uint32_t y = 0; y < L; y++)
			e[y] = expf(e[y] - most);
		for (uint32_t y = 0; y < L; y++) {
			float s = 0;
			if (!t)
				s = tr[L * L + y];
			else
				for (uint32_t x = 0; x < L; x++)
					s += (a - S)[x] * tr[x * L + y];
			a[y] = s * e[y];
			sum += a[y];
		}
		for (uint32_t y = 0; y < L; y++)
			a[y] /= sum;
	}
	for (uint32_t y = 0; y < L; y++)
		beta[y] = 1;
	for (size_t t = n; t-- > 0;) {
		float *p = r->p + t * S, *a = r->alpha + t * S, sum = 0, z = 0;
		for (uint32_t y = 0; y < L; y++)
			sum += p[y] = a[y] * beta[y];
		for (uint32_t y = 0; y < L; y++)
			p[y] /= sum;
		if (!t) {
			for (uint32_t y = 0; y < L; y++)
				r->xi[L * L + y] += p[y];
			break;
		}
		for (uint32_t y = 0; y < L; y++)
			eb[y] = r->e[t * S + y] * beta[y];
		for (uint32_t x = 0; x < L; x++) {
			float s = 0;
			for (uint32_t y = 0; y < L; y++)
				s += tr[x * L + y] * eb[y];
			beta[x] = s;
			z += s * (a - S)[x];
		}
		for (uint32_t x = 0; x < L; x++) {
			float ax = (a - S)[x] / z;
			for (uint32_t y = 0; y < L; y++)
				r->xi[x * L + y] += ax * tr[x * L + y] * eb[y];
		}
		sum = 0;
		for (uint32_t x = 0; x < L; x++)
			sum += beta[x];
		for (uint32_t x = 0; x < L; x++)
			beta[x] /= sum;
	}
}

static void step(float *w, float *g, float grad, float rate, float decay)
{
	grad -= decay * *w;
	*g += grad * grad;
	*w += rate * grad / sqrtf(G0 + *g);
}

/* One gradient step on sequence q. */
static void learn(run *r, size_t q)
{
	const uint32_t L = r->L, S = r->S;
	const size_t t0 = r->s->seq[q], n = r->s->seq[q + 1] - t0;
	const float rate = (float)r->par->rate, decay = (float)r->par->decay;
	expectations(r, t0, n);
	for (size_t t = 0; t < n; t++) {
		float grad[DX_CHAIN_LABELS], size = 0;
		for (uint32_t y = 0; y < L; y++) {
			grad[y] = (float)(r->s->label[t0 + t] == y) - r->p[t * S + y];
			size += fabsf(grad[y]);
		}
		r->xi[(t ? r->s->label[t0 + t - 1] : L) * L + r->s->label[t0 + t]] -= 1;
		if (size < 1e-3f)
			continue;
		for (size_t k = r->beg[t0 + t]; k < r->beg[t0 + t + 1]; k++) {
			float *w = r->row + (size_t)r->feat[k] * 2 * S;
			for (uint32_t y = 0; y < L; y++)
				step(w + y, w + S + y, grad[y], rate, decay);
		}
	}
	for (uint32_t i = 0; i < (L + 1) * L; i++)
		step(r->trans + i, r->trans_g + i, -r->xi[i], rate, decay);
}

/* Adds the weights as they are now to the sum. */
static void snapshot(run *r)
{
	const size_t n = (size_t)r->mask + 1, S = r->S;
	for (size_t i = 0; i < n; i++)
		for (size_t y = 0; y < S; y++)
			r->sum[i * S + y] += r->row[i * 2 * S + y];
	for (size_t i = 0; i < (size_t)(r->L + 1) * r->L; i++)
		r->sum[n * S + i] += r->trans[i];
	r->n_sum++;
}

/* Replaces the weights by the mean of the snapshots, which is less at the mercy of the last sequences. */
static void average(run *r)
{
	const size_t n = (size_t)r->mask + 1, S = r->S;
	const float share = 1 / (float)r->n_sum;
	for (size_t i = 0; i < n; i++)
		for (size_t y = 0; y < S; y++)
			r->row[i * 2 * S + y] = share * r->sum[i * S + y];
	for (size_t i = 0; i < (size_t)(r->L + 1) * r->L; i++)
		r->trans[i] = share * r->sum[n * S + i];
}

static uint64_t next_random(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15u;
	return dx_mix(*state, 0x2545f4914f6cdd1du);
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = next_random(state) % i;
		uint32_t x = order[i - 1];
		order[i - 1] = order[j];
		order[j] = x;
	}
}

/* Scale of one 8-bit step, so that at most a hundred-thousandth of the weights is clipped. */
static float step_size(const run *r)
{
	size_t n = (size_t)r->mask + 1;
	float most = 0.5f;
	for (size_t i = 0; i < n; i++)
		for (uint32_t y = 0; y < r->S; y++)
			most = fmaxf(most, fabsf(r->row[i * 2 * r->S + y]));
	for (float cut = most; cut > 0.25f * most; cut *= 0.95f) {
		size_t over = 0;
		for (size_t i = 0; i < n; i++)
			for (uint32_t y = 0; y < r->S; y++)
				over += fabsf(r->row[i * 2 * r->S + y]) > cut;
		if (over > n * r->S / 100000)
			return cut / 127;
	}
	return most / 127;
}

static void pack(dx_pack *out, const run *r)
{
	float scale = step_size(r);
	dx_pack_u32(out, DX_TEMPLATES);
	dx_pack_u32(out, r->L);
	dx_pack_u32(out, r->par->bits);
	dx_pack_f64(out, scale);
	dx_pack_bytes(out, r->trans, (r->L + 1) * r->L * sizeof *r->trans);
	dx_pack_align(out, 64);
	for (size_t i = 0; i <= r->mask; i++) {
		int8_t q[DX_CHAIN_LABELS];
		for (uint32_t y = 0; y < r->S; y++) {
			float v = roundf(r->row[i * 2 * r->S + y] / scale);
			q[y] = (int8_t)(v > 127 ? 127 : v < -127 ? -127 : v);
		}
		dx_pack_bytes(out, q, r->S);
	}
	dx_pack_align(out, 8);
}

dx_status dx_chain_train(dx_pack *out, const dx_seqs *s, const dx_chain_params *par, dx_err *err)
{
	run r;
	assert(par->n_label <= DX_CHAIN_LABELS && par->bits >= 8 && par->bits <= 24);
	dx_status st = run_init(&r, s, par, err);
	uint64_t state = par->seed;
	for (uint32_t epoch = 0; epoch < par->epochs && !st; epoch++) {
		shuffle(r.order, r.n_order, &state);
		for (size_t o = 0; o < r.n_order; o++) {
			if (epoch && o == r.n_order / 2)
				snapshot(&r);
			learn(&r, r.order[o]);
			if (par->progress && o % 256 == 0)
				par->progress(par->progress_ctx, par->what, epoch * r.n_order + o, par->epochs * r.n_order);
		}
	}
	if (!st && r.n_sum)
		average(&r);
	if (!st)
		pack(out, &r);
	run_fini(&r);
	return !st && out->failed ? dx_fail(err, DX_ENOMEM, "out of memory: packing %s", par->what) : st;
}
