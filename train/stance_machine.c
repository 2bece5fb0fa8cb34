#include "train/stance_machine.h"
#include "train/stance_lifts.h"
#include "train/stance_report.h"
#include "train/stance_texts.h"
#include <math.h>
#include <stdlib.h>

#define MOST_ROWS 6000                           /* libsvm's time grows with the square */
#define COST 0.02

enum { GROUPS = DX_STANCE_GROUPS };

typedef struct {
	const dx_train_options *opt;
	const dx_stance_problem *p;
	const dx_word_machine *own;
	uint32_t n_pair;
	uint32_t n_score, n_dim;                 /* columns that are scores; all: the counts follow */
	uint32_t total;                          /* first column of the sums over all groups */
	uint32_t first[DX_N_STANCE_KIND];        /* first column of another kind's words */
	float *score;                            /* [rows][n_score] */
	double *scale;                           /* [n_score] */
	double class_cost[DX_STANCE_LABELS], lift[DX_STANCE_LABELS];
} fit;

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: stance training");
}

/* --- columns --- */

/* Is it a machine of another kind, which has not seen these rows? */
static bool is_other(const fit *m, uint32_t kind)
{
	return kind != m->p->kind && m->p->words[kind].n_class && !(m->p->words[kind].guests >> m->p->kind & 1);
}

static void lay_columns(fit *m)
{
	m->total = GROUPS * m->own->n_out;
	m->n_score = m->total + m->own->n_out;
	for (uint32_t k = 0; k < DX_N_STANCE_KIND; k++)
		if (is_other(m, k)) {
			m->first[k] = m->n_score;
			m->n_score += m->p->words[k].n_out;
		}
	m->n_dim = m->n_score + DX_STANCE_COUNTS;
}

static dx_status fill_scores(fit *m, dx_err *err)
{
	const dx_rows *r = m->p->rows;
	const size_t own = (size_t)GROUPS * m->own->n_out;
	double s[DX_STANCE_LABELS];
	m->score = calloc(r->n * m->n_score, sizeof *m->score);
	if (!m->score)
		return no_memory(err);
	for (size_t i = 0; i < r->n; i++) {
		float *at = m->score + i * m->n_score;
		memcpy(at, m->own->score + i * own, own * sizeof *at);
		for (size_t d = 0; d < own; d++)
			at[m->total + d % m->own->n_out] += at[d];
		for (uint32_t k = 0; k < DX_N_STANCE_KIND; k++) {
			if (!is_other(m, k))
				continue;
			dx_word_machine_score(s, &m->p->words[k], r, i);
			for (uint32_t o = 0; o < m->p->words[k].n_out; o++)
				at[m->first[k] + o] = (float)s[o];
		}
	}
	return DX_OK;
}

/* What regularisation makes of a column: the whole says more than its groups, whose scores are small and noisy. */
static double weight_of(const fit *m, uint32_t d)
{
	return d < m->total ? 0.3 : d < m->total + m->own->n_out ? 3 : 1;
}

/* One over the standard deviation of each score, so that one cost fits all. */
static dx_status set_scale(fit *m, dx_err *err)
{
	const size_t n = m->p->rows->n;
	m->scale = calloc(m->n_score, sizeof *m->scale);
	if (!m->scale)
		return no_memory(err);
	for (uint32_t d = 0; d < m->n_score; d++) {
		double sum = 0, sum2 = 0;
		for (size_t i = 0; i < n; i++) {
			const double s = (double)m->score[i * m->n_score + d];
			sum += s;
			sum2 += s * s;
		}
		const double mean = sum / (double)n, var = sum2 / (double)n - mean * mean;
		m->scale[d] = var > 1e-8 ? weight_of(m, d) / sqrt(var) : 0;
	}
	return DX_OK;
}

/* A share of the rows, spread by a hash of their number. */
static bool taken(const fit *m, size_t i)
{
	const double u = (double)(dx_mix(m->opt->seed, i + 1) >> 11) / 9007199254740992.0;
	return m->p->rows->n <= MOST_ROWS || u < (double)MOST_ROWS / (double)m->p->rows->n;
}

/* Row i by the columns of step 2. */
static dx_status dense_row(dx_vec *x, const fit *m, size_t i, dx_err *err)
{
	const dx_rows *r = m->p->rows;
	for (uint32_t d = 0; d < m->n_score; d++)
		dx_vec_add(x, d, (float)((double)m->score[i * m->n_score + d] * m->scale[d]));
	for (size_t k = r->beg[i]; k < r->beg[i + 1]; k++)
		if (dx_stance_family_of(r->f[k].i) == DX_SF_COUNT)
			dx_vec_add(x, m->n_score + dx_stance_number_of(r->f[k].i), r->f[k].v);
	return x->failed ? no_memory(err) : DX_OK;
}

/* The dense rows, and the number of each among all. */
static dx_status make_dense(dx_rows *out, size_t *number, const fit *m, dx_arena *arena, dx_err *err)
{
	const dx_rows *r = m->p->rows;
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n && !st; i++) {
		dx_vec x = { .arena = arena };
		if (!taken(m, i))
			continue;
		st = dense_row(&x, m, i, err);
		number[out->n] = i;
		if (!st)
			st = dx_rows_add(out, &x, r->y[i], r->group[i], err);
		dx_arena_reset(arena);
	}
	return st;
}

/* --- libsvm --- */

/* Probabilities [r->n][n_class] of out-of-fold values, through a calibration of their own. */
static dx_status probabilities(double *p, const fit *m, const dx_rows *r, const double *values, dx_err *err)
{
	const uint32_t n_class = m->p->n_class;
	double *calib = calloc((size_t)n_class * (m->n_pair + 1), sizeof *calib);
	const dx_svm svm = { .n_class = n_class, .n_pair = m->n_pair, .calib = calib };
	dx_status st = calib ? dx_calibrate(calib, values, r->y, r->n, n_class, m->n_pair, err) : no_memory(err);
	for (size_t i = 0; i < r->n && !st; i++)
		dx_svm_probabilities(p + i * n_class, &svm, values + i * m->n_pair);
	free(calib);
	return st;
}

static dx_status run_libsvm(dx_pack *svm, double *p, fit *m, dx_rows *r, dx_err *err)
{
	double *values = calloc(r->n * m->n_pair + 1, sizeof *values);
	if (!values)
		return no_memory(err);
	r->n_feat = m->n_dim;
	dx_stance_class_costs(m->class_cost, r, m->p->n_class);
	const dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = COST, .class_weight = m->class_cost, .n_class = m->p->n_class,
		.n_folds = m->opt->folds, .seed = m->opt->seed, .cache_mb = 300, .n_threads = m->opt->threads,
		.export_dir = m->opt->export_dir, .export_name = m->p->name, .progress = m->opt->progress, .progress_ctx = m->opt->progress_ctx };
	dx_status st = dx_svm_train(svm, values, r, &par, err);
	if (!st)
		st = probabilities(p, m, r, values, err);
	free(values);
	return st;
}

static dx_status weigh(dx_pack *svm, dx_pack *texts, fit *m, dx_arena *arena, dx_err *err)
{
	dx_rows r = { 0 };
	size_t *number = calloc(m->p->rows->n + 1, sizeof *number);
	double *p = calloc(m->p->rows->n * m->p->n_class + 1, sizeof *p);
	dx_status st = number && p ? fill_scores(m, err) : no_memory(err);
	if (!st)
		st = set_scale(m, err);
	if (!st)
		st = make_dense(&r, number, m, arena, err);
	if (!st)
		st = run_libsvm(svm, p, m, &r, err);
	if (!st)
		st = dx_stance_texts_fit(texts, m->p, number, p, r.n, err);
	if (!st)
		dx_stance_lifts(m->lift, m->p, p, r.n, m->opt);
	if (!st)
		dx_stance_report(m->p, &r, p, m->lift, m->opt);
	dx_rows_fini(&r);
	free(number);
	free(p);
	return st;
}

/* Those rows too that libsvm had no time for. The few that it had are in-sample for step 2, whose two hundred weights do not know them by heart. */
static dx_status decide_rows(double *p, const fit *m, const dx_svm *s, dx_arena *arena, dx_err *err)
{
	double values[DX_SVM_PAIRS];
	dx_status st = DX_OK;
	for (size_t i = 0; i < m->p->rows->n && !st; i++) {
		dx_vec x = { .arena = arena };
		st = dense_row(&x, m, i, err);
		if (!st) {
			dx_svm_values(values, s, x.f, x.n);
			dx_svm_probabilities(p + i * m->p->n_class, s, values);
		}
		dx_arena_reset(arena);
	}
	return st;
}

/* --- all folded into one machine --- */

static double folded(const fit *m, const dx_svm *s, uint32_t key, uint32_t pair)
{
	const uint32_t group = dx_stance_group_of(key);
	double sum = 0;
	if (group == GROUPS)
		sum = s->w[(m->n_score + dx_stance_number_of(key)) * (size_t)m->n_pair + pair];
	for (uint32_t k = 0; k < DX_N_STANCE_KIND; k++) {
		const dx_word_machine *w = &m->p->words[k];
		const bool own = k == m->p->kind;
		if ((own && group == GROUPS) || (!own && !is_other(m, k)))
			continue;
		const uint32_t f = dx_word_machine_find(w, key);
		for (uint32_t o = 0; o < w->n_out && f != UINT32_MAX; o++) {
			const uint32_t d = own ? group * w->n_out + o : m->first[k] + o, t = m->total + o;
			const double by = s->w[(size_t)d * m->n_pair + pair] * m->scale[d]
			                  + (own ? s->w[(size_t)t * m->n_pair + pair] * m->scale[t] : 0);
			sum += by * w->w[(size_t)o * (w->n_feat + 1) + f];
		}
	}
	return sum;
}

/* What is packed: the features with the heaviest weights. */
typedef struct { uint32_t *key; float *size, *sorted; double *w; uint32_t n; uint32_t bucket[DX_STANCE_BUCKETS + 1]; } kept;

static int by_key(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static int by_size_down(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;
	return (x < y) - (x > y);
}

/* Advice on issues that the kind's own rows never had is not taken from the machines of others. */
static bool is_heard(const fit *m, uint32_t key)
{
	return dx_stance_family_of(key) != DX_SF_ADVICE || dx_word_machine_find(m->own, key) != UINT32_MAX;
}

/* The features of all words machines. */
static dx_status collect_keys(kept *k, const fit *m, dx_err *err)
{
	uint32_t all = 0, n = 0;
	for (uint32_t i = 0; i < DX_N_STANCE_KIND; i++)
		all += m->p->words[i].n_feat;
	k->key = calloc((size_t)all + 1, sizeof *k->key);
	k->size = calloc((size_t)all + 1, sizeof *k->size);
	k->sorted = calloc((size_t)all + 1, sizeof *k->sorted);
	k->w = calloc((size_t)all * m->n_pair + 1, sizeof *k->w);
	if (!k->key || !k->size || !k->sorted || !k->w)
		return no_memory(err);
	for (uint32_t i = 0; i < DX_N_STANCE_KIND; i++) {
		if (m->p->words[i].n_feat)
			memcpy(k->key + n, m->p->words[i].key, m->p->words[i].n_feat * sizeof *k->key);
		n += m->p->words[i].n_feat;
	}
	qsort(k->key, n, sizeof *k->key, by_key);
	for (uint32_t i = 0; i < n; i++)
		if ((!k->n || k->key[i] != k->key[k->n - 1]) && is_heard(m, k->key[i]))
			k->key[k->n++] = k->key[i];
	return DX_OK;
}

static dx_status keep_heaviest(kept *k, const fit *m, const dx_svm *s, dx_err *err)
{
	dx_status st = collect_keys(k, m, err);
	if (st)
		return st;
	uint32_t n = 0;
	for (uint32_t i = 0; i < k->n; i++) {
		double most = 0;
		for (uint32_t p = 0; p < m->n_pair; p++)
			most = fmax(most, fabs(k->w[(size_t)i * m->n_pair + p] = folded(m, s, k->key[i], p)));
		k->size[i] = k->sorted[i] = (float)most;
	}
	qsort(k->sorted, k->n, sizeof *k->sorted, by_size_down);
	const float least = k->n > m->p->most_kept ? k->sorted[m->p->most_kept] : 0;
	for (uint32_t i = 0; i < k->n; i++) {
		if (k->size[i] <= least && !dx_stance_is_dense(k->key[i]))
			continue;
		memmove(k->w + (size_t)n * m->n_pair, k->w + (size_t)i * m->n_pair, m->n_pair * sizeof *k->w);
		k->key[n++] = k->key[i];
	}
	k->n = n;
	dx_stance_buckets(k->bucket, k->key, k->n);
	return DX_OK;
}

/* Weights in 16 bits, in the unit of the largest of their pair. */
static void pack_weights(dx_pack *out, const fit *m, const kept *k)
{
	double unit[DX_SVM_PAIRS] = { 0 };
	for (uint32_t i = 0; i < k->n; i++)
		for (uint32_t p = 0; p < m->n_pair; p++)
			unit[p] = fmax(unit[p], fabs(k->w[(size_t)i * m->n_pair + p]) / INT16_MAX);
	for (uint32_t p = 0; p < m->n_pair; p++)
		dx_pack_f64(out, unit[p]);
	for (uint32_t i = 0; i < k->n; i++)
		for (uint32_t p = 0; p < m->n_pair; p++) {
			const int16_t w = (int16_t)(unit[p] > 0 ? lrint(k->w[(size_t)i * m->n_pair + p] / unit[p]) : 0);
			dx_pack_bytes(out, &w, sizeof w);
		}
	dx_pack_align(out, 8);
}

static void pack_head(dx_pack *out, const fit *m, const kept *k, const dx_svm *s)
{
	dx_pack_u32(out, m->p->n_class);
	dx_pack_u32(out, k->n);
	for (uint32_t c = 0; c < m->p->n_class; c++)
		dx_pack_u32(out, m->p->label[c]);
	dx_pack_align(out, 8);
	for (uint32_t c = 0; c < m->p->n_class; c++)
		dx_pack_f64(out, m->lift[c]);
	dx_pack_bytes(out, s->bias, m->n_pair * sizeof *s->bias);
	dx_pack_bytes(out, s->calib, (size_t)m->p->n_class * (m->n_pair + 1) * sizeof *s->calib);
	dx_pack_bytes(out, k->key, k->n * sizeof *k->key);
	dx_pack_bytes(out, k->bucket, sizeof k->bucket);
	dx_pack_align(out, 8);
	pack_weights(out, m, k);
}

static dx_status pack_all(dx_pack *out, const fit *m, const dx_svm *s, const dx_pack *texts, dx_err *err)
{
	kept *k = calloc(1, sizeof *k);
	dx_status st = k ? keep_heaviest(k, m, s, err) : no_memory(err);
	if (!st) {
		pack_head(out, m, k, s);
		dx_pack_bytes(out, texts->p, texts->n);
		st = out->failed ? no_memory(err) : DX_OK;
	}
	if (k) {
		free(k->w);
		free(k->key);
		free(k->size);
		free(k->sorted);
	}
	free(k);
	return st;
}

dx_status dx_stance_fit(dx_pack *out, double *all, const dx_stance_problem *p, const dx_train_options *opt, dx_err *err)
{
	fit m = { .opt = opt, .p = p, .own = &p->words[p->kind], .n_pair = p->n_class * (p->n_class - 1) / 2 };
	dx_pack svm = { 0 }, texts = { 0 };
	dx_arena *arena;
	dx_svm s;
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	lay_columns(&m);
	st = weigh(&svm, &texts, &m, arena, err);
	dx_cursor c = { .p = svm.p, .n = svm.n };
	if (!st)
		st = dx_svm_unpack(&s, &c, err);
	if (!st)
		st = pack_all(out, &m, &s, &texts, err);
	if (!st && all)
		st = decide_rows(all, &m, &s, arena, err);
	free(svm.p);
	free(texts.p);
	free(m.score);
	free(m.scale);
	dx_arena_free(arena);
	return st;
}
