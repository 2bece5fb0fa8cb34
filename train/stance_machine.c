#include "train/stance_machine.h"
#include <linear.h>
#include <math.h>
#include <stdlib.h>

#define LEAST_SEEN 3                             /* rows that a feature must occur in */
#define MOST_FEATURES 80000                      /* the rarest go first */
#define MOST_KEPT 26000                          /* of the trained features, the heaviest: the model's size */
#define MOST_ROWS 6000                           /* of step 2: libsvm's time grows with the square */
#define COST2 0.02

static const double COSTS[] = { 0.003, 0.01, 0.03 };

typedef struct {
	const dx_train_options *opt;
	const char *name;
	uint32_t n_class, n_out, n_pair;         /* n_out: scores of a family; one is enough for two classes */
	uint32_t n_feat, n_dim;                  /* features; of step 2 */
	uint32_t *key;
	uint32_t bucket[DX_STANCE_BUCKETS + 1];
	dx_rows rows;                            /* numbered */
	struct feature_node *node, **x;          /* the same for liblinear */
	double class_cost[DX_STANCE_LABELS];
	double *w;                               /* [n_out][n_feat] step 1 */
	float *score;                            /* [rows.n][families * n_out] out of fold */
	double *scale;                           /* [families * n_out] */
	double lift[DX_STANCE_LABELS];
} fit;

enum { SCORED = DX_SF_COUNT };                   /* families that are scored; the counts go into step 2 as they are */

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: stance training");
}

static uint32_t family(const fit *m, uint32_t i)
{
	return dx_stance_family_of(m->key[i]);
}

/* --- the dictionary --- */

static int by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Keeps the keys of sorted all[n] that occur `least` times or more; returns how many (written to key where it is not NULL). */
static uint32_t frequent(uint32_t *key, const uint32_t *all, size_t n, size_t least)
{
	uint32_t kept = 0;
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && all[k] == all[i]; k++)
			;
		if (k - i < least)
			continue;
		if (key)
			key[kept] = all[i];
		kept++;
	}
	return kept;
}

static dx_status make_dictionary(fit *m, const dx_rows *r, dx_err *err)
{
	uint32_t *all = calloc(r->n_f + 1, sizeof *all);
	size_t least = r->n < 200 ? 2 : LEAST_SEEN;
	if (!all)
		return no_memory(err);
	for (size_t i = 0; i < r->n_f; i++)
		all[i] = r->f[i].i;
	qsort(all, r->n_f, sizeof *all, by_number);
	while (frequent(NULL, all, r->n_f, least) > MOST_FEATURES)
		least++;
	m->key = calloc(r->n_f + 1, sizeof *m->key);
	if (m->key)
		m->n_feat = frequent(m->key, all, r->n_f, least);
	free(all);
	if (!m->key)
		return no_memory(err);
	dx_stance_buckets(m->bucket, m->key, m->n_feat);
	return DX_OK;
}

static dx_status number_rows(fit *m, const dx_rows *r, dx_arena *arena, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n && !st; i++) {
		dx_vec x = { .arena = arena };
		for (size_t k = r->beg[i]; k < r->beg[i + 1]; k++)
			dx_vec_add(&x, r->f[k].i, r->f[k].v);
		if (x.failed)
			return no_memory(err);
		dx_stance_number(&x, m->key, m->bucket);
		st = dx_rows_add(&m->rows, &x, r->y[i], r->group[i], err);
		dx_arena_reset(arena);
	}
	return st;
}

/* --- step 1: liblinear --- */

static void silent(const char *s)
{
	(void)s;
}

static dx_status make_nodes(fit *m, dx_err *err)
{
	const dx_rows *r = &m->rows;
	m->node = calloc(r->n_f + 2 * r->n, sizeof *m->node);
	m->x = calloc(r->n, sizeof *m->x);
	if (!m->node || !m->x)
		return no_memory(err);
	struct feature_node *at = m->node;
	for (size_t i = 0; i < r->n; i++) {
		m->x[i] = at;
		for (size_t k = r->beg[i]; k < r->beg[i + 1]; k++)
			*at++ = (struct feature_node){ .index = (int)r->f[k].i + 1, .value = (double)r->f[k].v };
		*at++ = (struct feature_node){ .index = (int)m->n_feat + 1, .value = 1 };
		*at++ = (struct feature_node){ .index = -1 };
	}
	return DX_OK;
}

/* Weights [n_feat + 1] (bias last) of class c against the rest, trained on the rows outside fold `out` (UINT32_MAX: all). */
static dx_status one_against_rest(double *w, const fit *m, const uint32_t *fold, uint32_t out, uint32_t c, double cost, dx_err *err)
{
	struct problem p = { .n = (int)m->n_feat + 1, .bias = -1, .y = calloc(m->rows.n, sizeof *p.y), .x = calloc(m->rows.n, sizeof *p.x) };
	int label[2] = { 1, -1 };
	double weight[2] = { m->class_cost[c], 1 };
	const struct parameter par = { .solver_type = L2R_L2LOSS_SVC, .C = cost, .eps = 0.01, .p = 0.1, .nr_weight = 2, .weight_label = label,
		.weight = weight };
	struct model *mod = NULL;
	bool both[2] = { false, false };
	for (size_t i = 0; i < m->rows.n && p.x && p.y; i++)
		if (fold[i] != out) {
			p.y[p.l] = (uint32_t)m->rows.y[i] == c ? 1 : -1;
			both[p.y[p.l] > 0] = true;
			p.x[p.l++] = m->x[i];
		}
	if (p.x && p.y && both[0] && both[1])
		mod = train(&p, &par);
	memset(w, 0, (m->n_feat + 1) * sizeof *w);
	for (uint32_t i = 0; i <= m->n_feat && mod; i++)
		w[i] = mod->label[0] == 1 ? mod->w[i] : -mod->w[i];
	const bool memory = p.x && p.y && (mod || !both[0] || !both[1]);
	if (mod)
		free_and_destroy_model(&mod);
	free(p.x);
	free(p.y);
	return memory ? DX_OK : no_memory(err);
}

/* Adds row i's scores by family to s[SCORED * n_out]; returns the whole value. */
static double score_row(float *s, const fit *m, const double *w, size_t i, uint32_t o)
{
	double sum = w[m->n_feat];
	for (size_t k = m->rows.beg[i]; k < m->rows.beg[i + 1]; k++) {
		const dx_feat f = m->rows.f[k];
		const double v = w[f.i] * (double)f.v;
		const uint32_t fam = family(m, f.i);
		sum += v;
		if (fam < SCORED)
			s[fam * m->n_out + o] += (float)v;
	}
	return sum;
}

/* The class of output o: for two classes the only output speaks for class 1. */
static uint32_t class_of(const fit *m, uint32_t o)
{
	return m->n_class == 2 ? 1 : o;
}

/* Macro F1 of the largest value a row. */
static double macro_f1(const fit *m, const double *value)
{
	size_t hit[DX_STANCE_LABELS] = { 0 }, gold[DX_STANCE_LABELS] = { 0 }, said[DX_STANCE_LABELS] = { 0 };
	double f = 0;
	for (size_t i = 0; i < m->rows.n; i++) {
		const double *v = value + i * m->n_out;
		uint32_t best = m->n_class == 2 ? v[0] > 0 : 0;
		for (uint32_t o = 1; o < m->n_out; o++)
			if (v[o] > v[best])
				best = o;
		gold[m->rows.y[i]]++;
		said[best]++;
		hit[m->rows.y[i]] += best == (uint32_t)m->rows.y[i];
	}
	for (uint32_t c = 0; c < m->n_class; c++)
		f += gold[c] + said[c] ? 2 * (double)hit[c] / (double)(gold[c] + said[c]) : 0;
	return f / m->n_class;
}

/* Out-of-fold scores at a cost into score; *quality: macro F1. */
static dx_status cross_score(float *score, double *quality, const fit *m, const uint32_t *fold, uint32_t n_fold, double cost, dx_err *err)
{
	double *w = calloc(m->n_feat + 1, sizeof *w), *value = calloc(m->rows.n * m->n_out, sizeof *value);
	dx_status st = w && value ? DX_OK : no_memory(err);
	memset(score, 0, m->rows.n * SCORED * m->n_out * sizeof *score);
	for (uint32_t f = 0; f < n_fold && !st; f++)
		for (uint32_t o = 0; o < m->n_out && !st; o++) {
			st = one_against_rest(w, m, fold, f, class_of(m, o), cost, err);
			for (size_t i = 0; i < m->rows.n && !st; i++)
				if (fold[i] == f)
					value[i * m->n_out + o] = score_row(score + i * SCORED * m->n_out, m, w, i, o);
		}
	if (!st)
		*quality = macro_f1(m, value);
	free(w);
	free(value);
	return st;
}

static dx_status step_1(fit *m, dx_err *err)
{
	const size_t n_score = m->rows.n * SCORED * m->n_out;
	const uint32_t n_fold = m->opt->folds;
	uint32_t *fold = calloc(m->rows.n, sizeof *fold);
	float *score = calloc(n_score, sizeof *score);
	double best = -1, cost = COSTS[0], q = 0;
	m->score = calloc(n_score, sizeof *m->score);
	m->w = calloc((size_t)m->n_out * (m->n_feat + 1), sizeof *m->w);
	dx_status st = fold && score && m->score && m->w ? make_nodes(m, err) : no_memory(err);
	for (size_t i = 0; i < m->rows.n && !st; i++)
		fold[i] = dx_fold_of(m->rows.group[i], n_fold, m->opt->seed);
	for (size_t k = 0; k < DX_COUNT(COSTS) && !st; k++) {
		if (m->opt->progress)
			m->opt->progress(m->opt->progress_ctx, m->name, k, DX_COUNT(COSTS) + 2);
		st = cross_score(score, &q, m, fold, n_fold, COSTS[k], err);
		if (!st && q > best) {
			best = q;
			cost = COSTS[k];
			memcpy(m->score, score, n_score * sizeof *score);
		}
	}
	for (uint32_t o = 0; o < m->n_out && !st; o++)
		st = one_against_rest(m->w + (size_t)o * (m->n_feat + 1), m, fold, UINT32_MAX, class_of(m, o), cost, err);
	free(fold);
	free(score);
	return st;
}

/* --- step 2: libsvm --- */

/* One over the standard deviation of each score, so that one cost fits all. */
static dx_status set_scale(fit *m, dx_err *err)
{
	const uint32_t n = SCORED * m->n_out;
	m->scale = calloc(n, sizeof *m->scale);
	if (!m->scale)
		return no_memory(err);
	for (uint32_t d = 0; d < n; d++) {
		double sum = 0, sum2 = 0;
		for (size_t i = 0; i < m->rows.n; i++) {
			const double s = (double)m->score[i * n + d];
			sum += s;
			sum2 += s * s;
		}
		const double mean = sum / (double)m->rows.n, var = sum2 / (double)m->rows.n - mean * mean;
		m->scale[d] = var > 1e-8 ? 1 / sqrt(var) : 0;
	}
	return DX_OK;
}

/* A share of the rows, spread by a hash of their number. */
static bool taken(const fit *m, size_t i)
{
	const double u = (double)(dx_mix(m->opt->seed, i + 1) >> 11) / 9007199254740992.0;
	return m->rows.n <= MOST_ROWS || u < (double)MOST_ROWS / (double)m->rows.n;
}

static dx_status make_dense(dx_rows *out, const fit *m, dx_arena *arena, dx_err *err)
{
	const uint32_t n = SCORED * m->n_out;
	dx_status st = DX_OK;
	for (size_t i = 0; i < m->rows.n && !st; i++) {
		dx_vec x = { .arena = arena };
		if (!taken(m, i))
			continue;
		for (uint32_t d = 0; d < n; d++)
			dx_vec_add(&x, d, (float)((double)m->score[i * n + d] * m->scale[d]));
		for (size_t k = m->rows.beg[i]; k < m->rows.beg[i + 1]; k++)
			if (family(m, m->rows.f[k].i) == DX_SF_COUNT)
				dx_vec_add(&x, n + (m->key[m->rows.f[k].i] & (DX_STANCE_COUNTS - 1)), m->rows.f[k].v);
		if (x.failed)
			return no_memory(err);
		st = dx_rows_add(out, &x, m->rows.y[i], m->rows.group[i], err);
		dx_arena_reset(arena);
	}
	return st;
}

/* Macro F1, and a little of the accuracy, of the labels chosen from probabilities. */
static double quality(const fit *m, const dx_rows *r, const double *p)
{
	size_t hit[DX_STANCE_LABELS] = { 0 }, gold[DX_STANCE_LABELS] = { 0 }, said[DX_STANCE_LABELS] = { 0 }, right = 0;
	double f = 0;
	for (size_t i = 0; i < r->n; i++) {
		const uint32_t c = dx_stance_choose(p + i * m->n_class, m->lift, m->n_class);
		gold[r->y[i]]++;
		said[c]++;
		hit[c] += c == (uint32_t)r->y[i];
		right += c == (uint32_t)r->y[i];
	}
	for (uint32_t c = 0; c < m->n_class; c++)
		f += gold[c] + said[c] ? 2 * (double)hit[c] / (double)(gold[c] + said[c]) : 0;
	return f / m->n_class + 0.1 * (double)right / (double)r->n;
}

/* Lifts by coordinate search on out-of-fold values, through a calibration of their own. */
static dx_status set_lifts(fit *m, const dx_rows *r, const double *values, dx_err *err)
{
	double *calib = calloc((size_t)m->n_class * (m->n_pair + 1), sizeof *calib), *p = calloc(r->n * m->n_class, sizeof *p);
	const dx_svm svm = { .n_class = m->n_class, .n_pair = m->n_pair, .calib = calib };
	dx_status st = calib && p ? dx_calibrate(calib, values, r->y, r->n, m->n_class, m->n_pair, err) : no_memory(err);
	for (size_t i = 0; i < r->n && !st; i++)
		dx_svm_probabilities(p + i * m->n_class, &svm, values + i * m->n_pair);
	double best = st ? 0 : quality(m, r, p);
	for (uint32_t step = 0; step < 2 * m->n_class && !st; step++) {
		double *l = &m->lift[step % m->n_class], at = *l;
		for (int k = -10; k <= 10; k++) {
			*l = k * 0.1;
			const double q = quality(m, r, p);
			if (q > best + 1e-9) {
				best = q;
				at = *l;
			}
		}
		*l = at;
	}
	free(calib);
	free(p);
	return st;
}

static void set_class_costs(fit *m, const dx_rows *r)
{
	size_t count[DX_STANCE_LABELS] = { 0 };
	for (size_t i = 0; i < r->n; i++)
		count[r->y[i]]++;
	for (uint32_t c = 0; c < m->n_class; c++)
		m->class_cost[c] = count[c] ? (double)r->n / ((double)m->n_class * (double)count[c]) : 1;
}

static dx_status step_2(dx_pack *svm, fit *m, dx_arena *arena, dx_err *err)
{
	dx_rows r = { 0 };
	dx_status st = set_scale(m, err);
	if (!st)
		st = make_dense(&r, m, arena, err);
	double *values = calloc(r.n * m->n_pair + 1, sizeof *values);
	if (!st && !values)
		st = no_memory(err);
	r.n_feat = m->n_dim;
	set_class_costs(m, &r);
	const dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = COST2, .class_weight = m->class_cost, .n_class = m->n_class,
		.n_folds = m->opt->folds, .seed = m->opt->seed, .cache_mb = 300, .n_threads = m->opt->threads,
		.export_dir = m->opt->export_dir, .export_name = m->name, .progress = m->opt->progress, .progress_ctx = m->opt->progress_ctx };
	if (!st)
		st = dx_svm_train(svm, values, &r, &par, err);
	if (!st)
		st = set_lifts(m, &r, values, err);
	free(values);
	dx_rows_fini(&r);
	return st;
}

/* --- both folded into one machine --- */

static double folded(const fit *m, const dx_svm *s, uint32_t i, uint32_t pair)
{
	const uint32_t fam = family(m, i), n = SCORED * m->n_out;
	double sum = 0;
	if (fam == DX_SF_COUNT)
		return s->w[(n + (m->key[i] & (DX_STANCE_COUNTS - 1))) * (size_t)m->n_pair + pair];
	for (uint32_t o = 0; o < m->n_out; o++) {
		const uint32_t d = fam * m->n_out + o;
		sum += s->w[(size_t)d * m->n_pair + pair] * m->scale[d] * m->w[(size_t)o * (m->n_feat + 1) + i];
	}
	return sum;
}

/* What is packed: the features with the heaviest weights. */
typedef struct { double *w; uint32_t *key; float *size; uint32_t n; uint32_t bucket[DX_STANCE_BUCKETS + 1]; } kept;

static int by_size_down(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;
	return (x < y) - (x > y);
}

/* Least size of a weight that is kept. size is sorted. */
static float least_kept(float *size, uint32_t n)
{
	qsort(size, n, sizeof *size, by_size_down);
	return n > MOST_KEPT ? size[MOST_KEPT] : 0;
}

static float size_of(const fit *m, const dx_svm *s, uint32_t i)
{
	double most = 0;
	for (uint32_t p = 0; p < m->n_pair; p++)
		most = fmax(most, fabs(folded(m, s, i, p)));
	return (float)most;
}

static dx_status keep_heaviest(kept *k, const fit *m, const dx_svm *s, dx_err *err)
{
	k->size = calloc((size_t)m->n_feat + 1, sizeof *k->size);
	k->key = calloc((size_t)m->n_feat + 1, sizeof *k->key);
	k->w = calloc((size_t)m->n_feat * m->n_pair + 1, sizeof *k->w);
	if (!k->size || !k->key || !k->w)
		return no_memory(err);
	for (uint32_t i = 0; i < m->n_feat; i++)
		k->size[i] = size_of(m, s, i);
	const float least = least_kept(k->size, m->n_feat);
	for (uint32_t i = 0; i < m->n_feat; i++) {
		if (size_of(m, s, i) <= least && family(m, i) != DX_SF_COUNT)
			continue;
		for (uint32_t p = 0; p < m->n_pair; p++)
			k->w[(size_t)k->n * m->n_pair + p] = folded(m, s, i, p);
		k->key[k->n++] = m->key[i];
	}
	dx_stance_buckets(k->bucket, k->key, k->n);
	return DX_OK;
}

/* As dx_svm_unpack reads it. */
static void pack_svm(dx_pack *out, const fit *m, const kept *k, const dx_svm *s)
{
	dx_pack_align(out, 8);
	dx_pack_u32(out, DX_SVM_LINEAR);
	dx_pack_u32(out, m->n_class);
	dx_pack_u32(out, m->n_pair);
	dx_pack_u32(out, k->n);
	dx_pack_u32(out, 0);
	dx_pack_u32(out, 0);
	dx_pack_f64(out, 0);
	dx_pack_bytes(out, s->bias, m->n_pair * sizeof *s->bias);
	dx_pack_bytes(out, s->calib, (size_t)m->n_class * (m->n_pair + 1) * sizeof *s->calib);
	dx_pack_bytes(out, k->w, (size_t)k->n * m->n_pair * sizeof *k->w);
}

static void pack_head(dx_pack *out, const fit *m, const kept *k, const uint32_t *label)
{
	dx_pack_u32(out, m->n_class);
	dx_pack_u32(out, k->n);
	for (uint32_t c = 0; c < m->n_class; c++)
		dx_pack_u32(out, label[c]);
	dx_pack_align(out, 8);
	for (uint32_t c = 0; c < m->n_class; c++)
		dx_pack_f64(out, m->lift[c]);
	dx_pack_bytes(out, k->key, k->n * sizeof *k->key);
	dx_pack_bytes(out, k->bucket, sizeof k->bucket);
}

static dx_status pack_all(dx_pack *out, const fit *m, const uint32_t *label, const dx_pack *svm, dx_err *err)
{
	dx_cursor c = { .p = svm->p, .n = svm->n };
	dx_svm s;
	dx_status st = dx_svm_unpack(&s, &c, err);
	kept *k = st ? NULL : calloc(1, sizeof *k);
	if (!st)
		st = k ? keep_heaviest(k, m, &s, err) : no_memory(err);
	if (!st) {
		pack_head(out, m, k, label);
		pack_svm(out, m, k, &s);
		st = out->failed ? no_memory(err) : DX_OK;
	}
	if (k) {
		free(k->w);
		free(k->key);
		free(k->size);
	}
	free(k);
	return st;
}

static void fit_free(fit *m)
{
	if (!m)
		return;
	free(m->key);
	free(m->node);
	free(m->x);
	free(m->w);
	free(m->score);
	free(m->scale);
	dx_rows_fini(&m->rows);
	free(m);
}

static dx_status fit_all(dx_pack *out, fit *m, const dx_rows *rows, const uint32_t *label, dx_arena *arena, dx_err *err)
{
	dx_pack svm = { 0 };
	dx_status st = make_dictionary(m, rows, err);
	if (!st)
		st = number_rows(m, rows, arena, err);
	set_class_costs(m, &m->rows);
	if (!st)
		st = step_1(m, err);
	if (!st)
		st = step_2(&svm, m, arena, err);
	if (!st)
		st = pack_all(out, m, label, &svm, err);
	free(svm.p);
	return st;
}

dx_status dx_stance_fit(dx_pack *out, const dx_rows *rows, const uint32_t *label, uint32_t n_class, const char *name,
                        const dx_train_options *opt, dx_err *err)
{
	dx_arena *arena = NULL;
	fit *m = calloc(1, sizeof *m);
	dx_status st = m ? dx_arena_new(&arena, err) : no_memory(err);
	if (!st) {
		set_print_string_function(silent);
		m->opt = opt;
		m->name = name;
		m->n_class = n_class;
		m->n_out = n_class == 2 ? 1 : n_class;
		m->n_pair = n_class * (n_class - 1) / 2;
		m->n_dim = SCORED * m->n_out + DX_STANCE_COUNTS;
		st = fit_all(out, m, rows, label, arena, err);
	}
	dx_arena_free(arena);
	fit_free(m);
	return st;
}
