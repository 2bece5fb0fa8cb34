#include "model/stance_head.h"
#include <math.h>

#define OPEN 0.6                                         /* a label with this probability leaves nothing open */

/* --- reading --- */

dx_status dx_stance_labels_take(dx_stance_labels *out, dx_cursor *c, dx_err *err)
{
	const uint32_t version = dx_take_u32(c);
	if (!c->bad && version != DX_STANCE_VERSION)
		return dx_fail(err, DX_EFORMAT, "version %u, this program reads %u", version, DX_STANCE_VERSION);
	out->n = dx_take_u32(c);
	out->neutral = dx_take_u32(c);
	if (c->bad || out->n < 2 || out->n > DX_STANCE_LABELS)
		return dx_fail(err, DX_EFORMAT, "%u labels", out->n);
	dx_take_align(c, 8);
	for (uint32_t i = 0; i < out->n; i++) {
		out->name[i] = dx_take_str(c);
		if (c->bad || !out->name[i].n)
			return dx_fail(err, DX_EFORMAT, "label %u has no name", i);
	}
	return DX_OK;
}

void dx_stance_buckets(uint32_t *bucket, const uint32_t *key, uint32_t n)
{
	uint32_t i = 0;
	for (uint32_t b = 0; b <= DX_STANCE_BUCKETS; b++) {
		while (i < n && key[i] >> DX_STANCE_SHIFT < b)
			i++;
		bucket[b] = i;
	}
}

static dx_status check_keys(const dx_stance_head *h, dx_err *err)
{
	uint32_t i = 0;
	for (uint32_t k = 1; k < h->n_feat; k++)
		if (h->key[k] <= h->key[k - 1])
			return dx_fail(err, DX_EFORMAT, "feature %u is out of order", k);
	if (h->n_feat && dx_stance_family_of(h->key[h->n_feat - 1]) >= DX_N_SF)
		return dx_fail(err, DX_EFORMAT, "feature %u is of no family", h->n_feat - 1);
	for (uint32_t b = 0; b <= DX_STANCE_BUCKETS; b++) {
		while (i < h->n_feat && h->key[i] >> DX_STANCE_SHIFT < b)
			i++;
		if (h->bucket[b] != i)
			return dx_fail(err, DX_EFORMAT, "bucket %u is wrong", b);
	}
	return DX_OK;
}

static dx_status check_labels(const dx_stance_head *h, uint32_t n_label, dx_err *err)
{
	for (uint32_t c = 0; c < h->n_class; c++) {
		if (h->label[c] >= n_label || (c && h->label[c] <= h->label[c - 1]))
			return dx_fail(err, DX_EFORMAT, "class %u has label %u of %u", c, h->label[c], n_label);
		if (!(fabs(h->lift[c]) < 1e6))
			return dx_fail(err, DX_EFORMAT, "class %u has a lift that is no number", c);
	}
	return DX_OK;
}

/* Finite numbers all of them: what is computed of them is, too. */
static bool all_finite(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(v[i]) < 1e100))
			return false;
	return true;
}

static dx_status take_machine(dx_stance_head *h, dx_cursor *c, dx_err *err)
{
	const uint32_t n_pair = h->n_class * (h->n_class - 1) / 2;
	h->lift = dx_take(c, h->n_class, sizeof *h->lift);
	h->svm = (dx_svm){ .kernel = DX_SVM_LINEAR, .n_class = h->n_class, .n_pair = n_pair, .bias = dx_take(c, n_pair, sizeof(double)) };
	h->svm.calib = dx_take(c, (size_t)h->n_class * (n_pair + 1), sizeof *h->svm.calib);
	h->key = dx_take(c, h->n_feat, sizeof *h->key);
	h->bucket = dx_take(c, DX_STANCE_BUCKETS + 1, sizeof *h->bucket);
	dx_take_align(c, 8);
	h->unit = dx_take(c, n_pair, sizeof *h->unit);
	h->w = dx_take(c, (size_t)h->n_feat * n_pair, sizeof *h->w);
	dx_take_align(c, 8);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "%u features do not fit", h->n_feat);
	if (!all_finite(h->svm.bias, n_pair) || !all_finite(h->svm.calib, (size_t)h->n_class * (n_pair + 1)) || !all_finite(h->unit, n_pair))
		return dx_fail(err, DX_EFORMAT, "a weight is no number");
	return DX_OK;
}

static dx_status take_texts(dx_stance_head *h, dx_cursor *c, dx_err *err)
{
	h->n_text = dx_take_u32(c);
	h->text = dx_take(c, h->n_text, sizeof *h->text);
	h->factor = dx_take(c, h->n_text ? ((size_t)h->n_text + 1) * h->n_class : 0, sizeof *h->factor);
	dx_take_align(c, 8);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "%u texts do not fit", h->n_text);
	for (uint32_t i = 1; i < h->n_text; i++)
		if (h->text[i] <= h->text[i - 1])
			return dx_fail(err, DX_EFORMAT, "text %u is out of order", i);
	return DX_OK;
}

dx_status dx_stance_head_take(dx_stance_head *h, uint32_t n_label, dx_cursor *c, dx_err *err)
{
	h->n_class = dx_take_u32(c);
	h->n_feat = dx_take_u32(c);
	if (h->n_class < 2 || h->n_class > DX_STANCE_LABELS)
		return dx_fail(err, DX_EFORMAT, "a machine of %u classes", h->n_class);
	h->label = dx_take(c, h->n_class, sizeof *h->label);
	dx_take_align(c, 8);
	dx_status st = take_machine(h, c, err);
	if (!st)
		st = take_texts(h, c, err);
	if (!st)
		st = check_labels(h, n_label, err);
	for (uint32_t i = 0; i < h->n_feat && !st; i++)
		h->letters |= dx_stance_family_of(h->key[i]) == DX_SF_LETTERS;
	h->advice = !st && h->n_feat && dx_stance_family_of(h->key[h->n_feat - 1]) == DX_SF_ADVICE;
	h->present = true;
	return st ? st : check_keys(h, err);
}

/* --- deciding --- */

void dx_stance_number(dx_vec *x, const uint32_t *key, const uint32_t *bucket)
{
	size_t n = 0;
	uint32_t at = 0;                         /* indices ascend: no key is looked at twice */
	for (size_t i = 0; i < x->n; i++) {
		const uint32_t h = x->f[i].i, beg = bucket[h >> DX_STANCE_SHIFT], end = bucket[(h >> DX_STANCE_SHIFT) + 1];
		uint32_t k = at > beg ? at : beg;
		while (k < end && key[k] < h)    /* a few: buckets hold ten or so, but for the dense families */
			k++;
		at = k;
		if (k < end && key[k] == h)
			x->f[n++] = (dx_feat){ k, x->f[i].v };
	}
	x->n = n;
}

uint32_t dx_stance_choose(const double *p, const double *lift, uint32_t n_class)
{
	uint32_t best = 0;
	double most = -HUGE_VAL;
	for (uint32_t c = 0; c < n_class; c++) {
		const double s = log(p[c] + 1e-12) + lift[c];
		if (s > most) {
			most = s;
			best = c;
		}
	}
	return best;
}

bool dx_stance_is_open(const double *p, uint32_t n_class)
{
	double most = 0;
	for (uint32_t c = 0; c < n_class; c++)
		most = fmax(most, p[c]);
	return most < OPEN;
}

void dx_stance_mean(double *p, const double *q, uint32_t n_class)
{
	double sum = 0;
	for (uint32_t c = 0; c < n_class; c++)
		sum += p[c] = sqrt(p[c] * q[c]);
	for (uint32_t c = 0; c < n_class && sum > 0; c++)
		p[c] /= sum;
}

/* Decision values of features by number. Three pairs, which three labels make, are summed side by side. */
static void values_of(double *out, const dx_stance_head *h, const dx_vec *x)
{
	const uint32_t n = h->svm.n_pair;
	double sum[DX_SVM_PAIRS];
	for (uint32_t p = 0; p < n; p++)
		sum[p] = 0;
	if (n == 3) {
		double a = 0, b = 0, c = 0;
		for (size_t i = 0; i < x->n; i++) {
			const int16_t *w = h->w + (size_t)x->f[i].i * 3;
			const double v = (double)x->f[i].v;
			a += w[0] * v;
			b += w[1] * v;
			c += w[2] * v;
		}
		sum[0] = a;
		sum[1] = b;
		sum[2] = c;
	} else {
		for (size_t i = 0; i < x->n; i++)
			for (uint32_t p = 0; p < n; p++)
				sum[p] += (double)h->w[(size_t)x->f[i].i * n + p] * (double)x->f[i].v;
	}
	for (uint32_t p = 0; p < n; p++)
		out[p] = h->svm.bias[p] + sum[p] * h->unit[p];
}

/* The factors of a text, which stand last for one that training has not seen. */
static const int16_t *text_factors(const dx_stance_head *h, uint32_t text)
{
	uint32_t lo = 0, hi = h->n_text;
	while (lo < hi) {
		const uint32_t mid = lo + (hi - lo) / 2;
		if (h->text[mid] < text)
			lo = mid + 1;
		else
			hi = mid;
	}
	const bool known = text && lo < h->n_text && h->text[lo] == text;
	return h->factor + (size_t)(known ? lo : h->n_text) * h->n_class;
}

static void apply_text(double *p, const dx_stance_head *h, const int16_t *factor)
{
	double sum = 0;
	for (uint32_t c = 0; c < h->n_class; c++)
		sum += p[c] *= exp(factor[c] / DX_STANCE_TEXT_UNIT);
	for (uint32_t c = 0; c < h->n_class && sum > 0; c++)
		p[c] /= sum;
}

void dx_stance_head_p(double *p, const dx_stance_head *h, dx_vec *x, uint32_t text)
{
	double values[DX_SVM_PAIRS];
	dx_stance_number(x, h->key, h->bucket);
	values_of(values, h, x);
	dx_svm_probabilities(p, &h->svm, values);
	if (h->n_text)
		apply_text(p, h, text_factors(h, text));
}
