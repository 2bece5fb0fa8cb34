/* test_svm.c - our classifiers against libsvm itself: the same decision values, the same bytes for a seed, probabilities
 * that mean something, and an export that libsvm reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <libsvm/svm.h>
#include <locale.h>
#include <math.h>
#include <unistd.h>
#include "train/svm_train.h"

#define N_FEAT 24

static dx_err err;
static uint64_t state64 = 1;

static double uniform(void)                      /* [0, 1) */
{
	state64 = state64 * 6364136223846793005u + 1442695040888963407u;
	return (double)(state64 >> 11) / 9007199254740992.0;
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)(uniform() * n);
}

static double normal(void)
{
	double s = 0;
	for (int i = 0; i < 12; i++)
		s += uniform();
	return s - 6;
}

static int setup(void **state)
{
	state64 = 1;
	memset(&err, 0, sizeof err);
	return dx_arena_new((dx_arena **)state, NULL) ? -1 : 0;
}

static int teardown(void **state)
{
	dx_arena_free(*state);
	return 0;
}

static void ok(dx_status st)
{
	if (st)
		fail_msg("%s: %s", dx_status_text(st), err.msg);
}

/* -- problems ------------------------------------------------------------------------------------------------- */

/* A vector with features of very different size, some absent, one constant, and in no order. */
static void random_vector(dx_vec *x, double density)
{
	x->n = 0;
	for (uint32_t k = 0; k < N_FEAT; k++) {
		const uint32_t i = k * 7 % N_FEAT;
		if (i == 3)
			dx_vec_add(x, i, 2.5f);
		else if (uniform() < density)
			dx_vec_add(x, i, (float)(normal() * (i % 4 == 1 ? 5 : 1) + (i % 5 == 2 ? 3 : 0)));
	}
}

/* A noisy class of the vector: each class has its own features. */
static int32_t class_of(const dx_vec *x, uint32_t n_class)
{
	double score[8] = { 0 };
	int32_t best = 0;
	for (size_t k = 0; k < x->n; k++)
		score[x->f[k].i % n_class] += (double)x->f[k].v / (x->f[k].i % 4 == 1 ? 5 : 1);
	for (uint32_t c = 0; c < n_class; c++)
		if ((score[c] += normal()) > score[best])
			best = (int32_t)c;
	return best;
}

/* n rows; the first show the classes in the order of `order`, ten rows a group. */
static dx_rows problem(dx_arena *a, size_t n, uint32_t n_class, const char *order, double density)
{
	dx_rows r = { .n = 0 };
	dx_vec x = { .arena = a };
	while (r.n < n) {
		int32_t y;
		random_vector(&x, density);
		y = class_of(&x, n_class);
		if (r.n < n_class && y != order[r.n] - '0')
			continue;
		ok(dx_rows_add(&r, &x, y, (uint32_t)(r.n / 10), &err));
	}
	return r;
}

static dx_svm unpack(const dx_pack *b)
{
	dx_svm m;
	dx_cursor c = { .p = b->p, .n = b->n };
	ok(dx_svm_unpack(&m, &c, &err));
	assert_int_equal(c.at, b->n);
	return m;
}

/* -- libsvm itself -------------------------------------------------------------------------------------------- */

static void hush(const char *s)
{
	(void)s;
}

struct theirs {
	struct svm_model *model;
	struct svm_problem p;
	struct svm_node *node;
};

/* Trains libsvm on vectors scaled here. */
static struct theirs train_theirs(const dx_rows *r, const dx_svm_params *par, const double *shift, const double *scale)
{
	struct svm_parameter sp = { .svm_type = C_SVC, .kernel_type = par->kernel == DX_SVM_RBF ? RBF : LINEAR, .gamma = par->gamma,
		.cache_size = 200, .eps = 0.001, .C = par->C, .shrinking = 1 };
	struct theirs t = { .p = { .l = (int)r->n, .y = calloc(r->n, sizeof(double)), .x = calloc(r->n, sizeof(struct svm_node *)) },
		.node = calloc(r->n * (N_FEAT + 1), sizeof(struct svm_node)) };
	int label[4] = { 0, 1, 2, 3 };
	for (size_t k = 0; k < r->n; k++) {
		struct svm_node *at = t.p.x[k] = t.node + k * (N_FEAT + 1);
		size_t f = r->beg[k];
		t.p.y[k] = r->y[k];
		for (uint32_t i = 0; i < N_FEAT; i++) {
			double v = f < r->beg[k + 1] && r->f[f].i == i ? (double)r->f[f++].v : 0;
			v = (v - shift[i]) * scale[i];
			v = par->kernel == DX_SVM_RBF ? (double)(float)v : v;
			if (v != 0)
				*at++ = (struct svm_node){ (int)i + 1, v };
		}
		at->index = -1;
	}
	double weight[4];
	if (par->class_weight) {
		memcpy(weight, par->class_weight, par->n_class * sizeof *weight);
		sp.nr_weight = (int)par->n_class;
		sp.weight_label = label;
		sp.weight = weight;
	}
	svm_set_print_string_function(hush);
	t.model = svm_train(&t.p, &sp);
	return t;
}

static void free_theirs(struct theirs *t)
{
	svm_free_and_destroy_model(&t->model);
	free(t->node);
	free(t->p.x);
	free(t->p.y);
}

/* Their decision values of a vector in our order and sign. */
static void values_of_theirs(double *out, const struct svm_model *s, const dx_vec *x, bool rbf, const double *shift,
                             const double *scale)
{
	double raw[N_FEAT] = { 0 }, v[6];
	struct svm_node node[N_FEAT + 1];
	int label[4], n = svm_get_nr_class(s), p = 0;
	for (size_t k = 0; k < x->n; k++)
		if (x->f[k].i < N_FEAT)
			raw[x->f[k].i] = (double)x->f[k].v;
	for (int i = 0; i < N_FEAT; i++) {
		double z = (raw[i] - shift[i]) * scale[i];
		node[i] = (struct svm_node){ i + 1, rbf ? (double)(float)z : z };
	}
	node[N_FEAT].index = -1;
	svm_predict_values(s, node, v);
	svm_get_labels(s, label);
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++, p++)
			for (int a = 0, q = 0; a < n; a++)
				for (int b = a + 1; b < n; b++, q++) {
					if (label[i] == a && label[j] == b)
						out[q] = v[p];
					if (label[i] == b && label[j] == a)
						out[q] = -v[p];
				}
}

/* Mean and standard deviation in the plainest way. */
static void plain_scaling(double *shift, double *scale, const dx_rows *r, const dx_svm_params *par)
{
	for (uint32_t i = 0; i < N_FEAT; i++) {
		double mean = 0, var = 0, n = (double)r->n, count = 0;
		shift[i] = 0;
		scale[i] = 1;
		if (!par->scale)
			continue;
		for (size_t k = 0; k < r->n_f; k++)
			mean += r->f[k].i == i ? (double)r->f[k].v / n : 0;
		for (size_t k = 0; k < r->n_f; k++)
			if (r->f[k].i == i) {
				var += pow((double)r->f[k].v - mean, 2) / n;
				count++;
			}
		var += (n - count) / n * mean * mean;
		scale[i] = var < 1e-20 ? 0 : 1 / sqrt(var);
		shift[i] = par->kernel == DX_SVM_RBF ? mean : 0;
	}
}

static void check_parts(const dx_svm *m, const dx_vec *x, const double *values)
{
	for (uint32_t p = 0; p < m->n_pair; p++) {
		double sum = m->bias[p];
		for (size_t k = 0; k < x->n; k++)
			sum += dx_svm_part(m, p, &x->f[k]);
		assert_true(m->kernel == DX_SVM_RBF ? sum == m->bias[p] : fabs(sum - values[p]) < 1e-9);
	}
}

static void compare(dx_arena *a, const dx_svm_params *par, const char *order, double density)
{
	dx_rows r = problem(a, 400, par->n_class, order, density);
	double shift[N_FEAT], scale[N_FEAT];
	dx_pack b = { .p = NULL };
	dx_svm m;
	struct theirs t;
	dx_vec x = { .arena = a };
	const bool rbf = par->kernel == DX_SVM_RBF;
	ok(dx_svm_train(&b, NULL, &r, par, &err));
	m = unpack(&b);
	assert_int_equal(m.n_feat, N_FEAT);
	plain_scaling(shift, scale, &r, par);
	for (uint32_t i = 0; rbf && i < N_FEAT; i++) {
		assert_true(fabs(m.shift[i] - shift[i]) < 1e-9 && fabs(m.scale[i] - scale[i]) < 1e-9);
		shift[i] = m.shift[i];           /* to the last bit, for the rounding to floats */
		scale[i] = m.scale[i];
	}
	t = train_theirs(&r, par, shift, scale);
	for (int k = 0; k < 1000; k++) {
		double ours[6], want[6];
		random_vector(&x, density);
		if (k % 3 == 0)
			dx_vec_add(&x, N_FEAT + below(1000), 1);         /* unknown to the machine */
		dx_svm_values(ours, &m, x.f, x.n);
		values_of_theirs(want, t.model, &x, rbf, shift, scale);
		for (uint32_t p = 0; p < m.n_pair; p++)
			if (!(fabs(ours[p] - want[p]) < 1e-6))
				fail_msg("vector %d pair %u: %.17g, libsvm says %.17g", k, p, ours[p], want[p]);
		check_parts(&m, &x, ours);
		if (m.n_pair == 1)
			assert_true(dx_svm_yes(&m, x.f, x.n) == -ours[0]);
	}
	free_theirs(&t);
	free(b.p);
	dx_rows_fini(&r);
}

static void test_linear_equals_libsvm(void **state)
{
	static const char *const ORDER[] = { "01", "10", "012", "201", "120", "210", "0123", "3120", "2301", "1032" };
	static const double WEIGHT[] = { 1, 3, 0.5, 2 };
	for (size_t i = 0; i < DX_COUNT(ORDER); i++)
		for (int scale = 0; scale < 2; scale++) {
			dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = 0.1, .n_class = (uint32_t)strlen(ORDER[i]), .n_folds = 3,
				.scale = scale, .class_weight = i % 2 ? WEIGHT : NULL };
			compare(*state, &par, ORDER[i], i % 3 ? 0.3 : 1);
		}
}

static void test_rbf_equals_libsvm(void **state)
{
	static const double WEIGHT[] = { 1, 3 };
	for (int i = 0; i < 8; i++) {
		dx_svm_params par = { .kernel = DX_SVM_RBF, .C = i < 4 ? 1 : 10, .gamma = 0.05, .n_class = 2, .n_folds = 3, .scale = i & 1,
			.class_weight = i & 4 ? WEIGHT : NULL };
		compare(*state, &par, i & 2 ? "10" : "01", i & 4 ? 0.3 : 1);
	}
}

/* -- determinism ---------------------------------------------------------------------------------------------- */

static void test_same_bytes(void **state)
{
	dx_rows r = problem(*state, 500, 3, "102", 0.4);
	dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = 1, .n_class = 3, .n_folds = 5, .seed = 9, .scale = true };
	dx_pack first = { .p = NULL };
	double *want = calloc(3 * r.n, sizeof *want), *got = calloc(3 * r.n, sizeof *got);
	ok(dx_svm_train(&first, want, &r, &par, &err));
	for (unsigned threads = 0; threads < 9; threads++) {
		dx_pack b = { .p = NULL };
		par.n_threads = threads;
		srand(threads);
		ok(dx_svm_train(&b, got, &r, &par, &err));
		assert_int_equal(b.n, first.n);
		assert_memory_equal(b.p, first.p, b.n);
		assert_memory_equal(want, got, 3 * r.n * sizeof *want);
		free(b.p);
	}
	par.seed = 10;
	dx_pack b = { .p = NULL };
	ok(dx_svm_train(&b, got, &r, &par, &err));
	assert_int_equal(b.n, first.n);
	assert_memory_not_equal(b.p, first.p, b.n);
	free(b.p);
	free(first.p);
	free(want);
	free(got);
	dx_rows_fini(&r);
}

struct seen { size_t n, last, total; const char *what; };

static void watch(void *ctx, const char *what, size_t done, size_t total)
{
	struct seen *s = ctx;
	s->n++;
	s->last = done;
	s->total = total;
	s->what = what;
}

static void test_rbf_threads_and_progress(void **state)
{
	dx_rows r = problem(*state, 300, 2, "10", 0.4);
	struct seen seen = { 0 };
	dx_svm_params par = { .kernel = DX_SVM_RBF, .C = 1, .gamma = 0.1, .n_class = 2, .n_folds = 4, .progress = watch,
		.progress_ctx = &seen, .export_name = "span", .n_threads = 2 };
	dx_pack b = { .p = NULL }, c = { .p = NULL };
	ok(dx_svm_train(&b, NULL, &r, &par, &err));
	assert_true(seen.n == 5 && seen.last == 5 && seen.total == 5);
	assert_string_equal(seen.what, "span");
	par.n_threads = 1;
	ok(dx_svm_train(&c, NULL, &r, &par, &err));
	assert_int_equal(b.n, c.n);
	assert_memory_equal(b.p, c.p, b.n);
	free(b.p);
	free(c.p);
	dx_rows_fini(&r);
}

/* -- folds ---------------------------------------------------------------------------------------------------- */

static void test_fold_of(void **state)
{
	size_t count[10] = { 0 }, moved = 0;
	(void)state;
	for (uint32_t g = 0; g < 100000; g++) {
		uint32_t f = dx_fold_of(g, 10, 1);
		assert_true(f < 10 && f == dx_fold_of(g, 10, 1));
		count[f]++;
		moved += f != dx_fold_of(g, 10, 2);
	}
	for (int f = 0; f < 10; f++)
		assert_in_range(count[f], 9500, 10500);
	assert_in_range(moved, 89000, 91000);
	assert_int_equal(dx_fold_of(5, 1, 3), 0);
}

/* Labels by the toss of a coin, one for each group, whose rows are near-copies: values that leak between folds would know them. */
static void test_values_are_out_of_fold(void **state)
{
	dx_rows r = { .n = 0 };
	dx_vec x = { .arena = *state };
	dx_pack b = { .p = NULL };
	dx_svm m;
	dx_svm_params par = { .kernel = DX_SVM_RBF, .C = 10, .gamma = 0.1, .n_class = 2, .n_folds = 5, .seed = 4 };
	size_t good = 0, good_seen = 0;
	for (uint32_t g = 0; g < 150; g++) {
		int32_t y = (int32_t)below(2);
		random_vector(&x, 1);
		for (int k = 0; k < 4; k++) {
			x.f[0].v += 0.001f;
			ok(dx_rows_add(&r, &x, y, g, &err));
		}
	}
	double *v = calloc(r.n, sizeof *v);
	ok(dx_svm_train(&b, v, &r, &par, &err));
	m = unpack(&b);
	for (size_t k = 0; k < r.n; k++) {
		good += (v[k] < 0) == r.y[k];
		good_seen += (dx_svm_yes(&m, r.f + r.beg[k], r.beg[k + 1] - r.beg[k]) > 0) == r.y[k];
	}
	assert_in_range(good, r.n * 38 / 100, r.n * 62 / 100);
	assert_true(good_seen > r.n * 95 / 100);
	free(v);
	free(b.p);
	dx_rows_fini(&r);
}

static void check_probabilities(const dx_svm *m, const double *values)
{
	double p[DX_SVM_CLASSES], sum = 0;
	dx_svm_probabilities(p, m, values);
	for (uint32_t c = 0; c < m->n_class; c++) {
		assert_true(p[c] >= 0 && p[c] <= 1);
		sum += p[c];
	}
	assert_true(fabs(sum - 1) < 1e-12);
	if (m->n_class == 2)
		assert_true(fabs(dx_svm_yes_p(m, -values[0]) - p[1]) < 1e-12);
}

/* One class in a single group, then everything in a single group: no fold can be held out honestly, and training still works. */
static void test_fold_without_class(void **state)
{
	for (int lone = 0; lone < 2; lone++) {
		dx_rows r = problem(*state, 200, 3, "012", 0.5);
		dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = 1, .n_class = 3, .n_folds = 4 };
		dx_pack b = { .p = NULL };
		double *v = calloc(3 * r.n, sizeof *v);
		size_t good = 0;
		for (size_t k = 0; k < r.n; k++)
			if (lone || r.y[k] == 2)
				r.group[k] = 77;
		ok(dx_svm_train(&b, v, &r, &par, &err));
		dx_svm m = unpack(&b);
		for (size_t k = 0; k < r.n; k++) {
			double p[3];
			check_probabilities(&m, v + 3 * k);
			dx_svm_probabilities(p, &m, v + 3 * k);
			good += p[r.y[k]] >= fmax(p[0], fmax(p[1], p[2]));
			assert_true(v[3 * k + 1] != 0 && v[3 * k + 2] != 0);     /* never the value of a pair without training */
		}
		assert_true(good > r.n / 2);
		free(v);
		free(b.p);
		dx_rows_fini(&r);
	}
}

/* -- calibration ---------------------------------------------------------------------------------------------- */

static int32_t draw(const double *p, uint32_t n)
{
	double u = uniform();
	for (uint32_t c = 0; c + 1 < n; c++)
		if ((u -= p[c]) < 0)
			return (int32_t)c;
	return (int32_t)n - 1;
}

/* True logits: for each class a row over the pairs in which it takes part, and a constant. */
static void true_p(double *p, const double *v, uint32_t K)
{
	double sum = 0;
	for (uint32_t c = 0; c < K; c++) {
		double s = 0.3 * c;
		for (uint32_t a = 0, q = 0; a < K; a++)
			for (uint32_t b = a + 1; b < K; b++, q++)
				s += 1.5 / (K - 1) * (a == c ? v[q] : b == c ? -v[q] : 0);
		sum += p[c] = exp(s);
	}
	for (uint32_t c = 0; c < K; c++)
		p[c] /= sum;
}

/* Mean absolute error of the probabilities and expected calibration error of the likeliest class (10 bins) on fresh rows. */
static void check_recovery(uint32_t K, size_t n, double unit)
{
	const uint32_t P = K * (K - 1) / 2;
	double *v = calloc(n * P, sizeof *v), *calib = calloc((size_t)K * (P + 1), sizeof *calib), off = 0, ece = 0;
	double conf[10] = { 0 }, hit[10] = { 0 }, p[8], q[8];
	int32_t *y = calloc(n, sizeof *y);
	dx_svm m = { .n_class = K, .n_pair = P, .calib = calib };
	for (int round = 0; round < 2; round++) {
		for (size_t k = 0; k < n; k++) {
			for (uint32_t i = 0; i < P; i++)
				v[k * P + i] = normal();
			true_p(p, v + k * P, K);
			y[k] = draw(p, K);
			for (uint32_t i = 0; i < P; i++)
				v[k * P + i] *= unit;
		}
		if (!round)
			ok(dx_calibrate(calib, v, y, n, K, P, &err));
	}
	for (size_t k = 0; k < n; k++) {
		int32_t best = 0;
		dx_svm_probabilities(q, &m, v + k * P);
		for (uint32_t i = 0; i < P; i++)
			v[k * P + i] /= unit;
		true_p(p, v + k * P, K);
		for (uint32_t c = 0; c < K; c++) {
			off += fabs(p[c] - q[c]) / (double)(n * K);
			best = q[c] > q[best] ? (int32_t)c : best;
		}
		size_t bin = (size_t)fmin(9, q[best] * 10);
		conf[bin] += q[best] / (double)n;
		hit[bin] += (y[k] == best) / (double)n;
	}
	for (int i = 0; i < 10; i++)
		ece += fabs(conf[i] - hit[i]);
	if (off > 0.01 || ece > 0.02)
		fail_msg("%u classes: probabilities off by %.4f, expected calibration error %.4f", K, off, ece);
	free(v);
	free(y);
	free(calib);
}

static void test_calibration_recovers(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 7; K++)
		check_recovery(K, 20000, 1);
	check_recovery(2, 20000, 1e-8);
	check_recovery(3, 20000, 1e8);
	check_recovery(6, 20000, 1e8);
}

/* A hundred rows whose labels and values are as given by the case. */
static void test_calibration_degenerate(void **state)
{
	(void)state;
	for (uint32_t K = 2; K <= 6; K += 2)
		for (int kind = 0; kind < 8; kind++) {
			const uint32_t P = K * (K - 1) / 2;
			const size_t n = kind == 0 ? 0 : kind == 1 ? 1 : 100;
			double v[100 * 15], calib[6 * 16], *at = calib;
			int32_t y[100];
			dx_svm m = { .n_class = K, .n_pair = P, .calib = at };
			for (size_t k = 0; k < 100; k++) {
				y[k] = kind == 2 ? 1 : (int32_t)(k % K);         /* 2: one class only */
				for (uint32_t i = 0; i < P; i++)
					v[k * P + i] = kind == 3 ? 0 : kind == 4 ? 7 : kind == 6 ? normal() * 1e50 : normal();
				if (kind == 5)
					v[k * P] = k % K ? -1e3 : 1e3;          /* separated by far */
				if (kind == 7)
					v[k * P] = k ? 0 : 1e60;                /* one row beyond all others */
			}
			ok(dx_calibrate(calib, v, y, n, K, P, &err));
			for (uint32_t i = 0; i < K * (P + 1); i++)
				assert_true(isfinite(calib[i]));
			for (size_t k = 0; k < 100; k++)
				check_probabilities(&m, v + k * P);
			if (kind == 2 && K == 2)
				assert_in_range((size_t)(1000 * dx_svm_yes_p(&m, 0)), 985, 993);        /* Platt's target: 101/102 */
			if (kind == 3 && K == 2)
				assert_true(fabs(dx_svm_yes_p(&m, 0) - 0.5) < 1e-6);
		}
}

static void test_calibration_refuses(void **state)
{
	double calib[4], v[2] = { 0, NAN };
	const int32_t y[2] = { 0, 1 }, bad[2] = { 0, 2 };
	(void)state;
	assert_int_equal(dx_calibrate(calib, v, y, 2, 2, 1, &err), DX_EDATA);
	v[1] = 0;
	assert_int_equal(dx_calibrate(calib, v, bad, 2, 2, 1, &err), DX_EDATA);
}

/* Platt's own case: the slope of a trained machine is that of a fit of fresh values, within sampling error. */
static void test_trained_probabilities(void **state)
{
	dx_rows r = problem(*state, 2000, 2, "01", 0.5), fresh = problem(*state, 4000, 2, "01", 0.5);
	dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = 0.1, .n_class = 2, .n_folds = 5, .scale = true };
	dx_pack b = { .p = NULL };
	double conf[10] = { 0 }, hit[10] = { 0 }, ece = 0;
	ok(dx_svm_train(&b, NULL, &r, &par, &err));
	dx_svm m = unpack(&b);
	for (size_t k = 0; k < fresh.n; k++) {
		double p = dx_svm_yes_p(&m, dx_svm_yes(&m, fresh.f + fresh.beg[k], fresh.beg[k + 1] - fresh.beg[k]));
		size_t bin = (size_t)fmin(9, 10 * p);
		conf[bin] += p / (double)fresh.n;
		hit[bin] += fresh.y[k] / (double)fresh.n;
	}
	for (int i = 0; i < 10; i++)
		ece += fabs(conf[i] - hit[i]);
	if (ece > 0.04)
		fail_msg("expected calibration error %.4f", ece);
	free(b.p);
	dx_rows_fini(&r);
	dx_rows_fini(&fresh);
}

/* -- export --------------------------------------------------------------------------------------------------- */

/* The class with most votes, as svm_predict counts: classes in the model's order, the first wins a tie. */
static int vote(const double *v, uint32_t K, const int *label)
{
	int votes[4] = { 0 }, best = label[0];
	for (uint32_t a = 0, p = 0; a < K; a++)
		for (uint32_t b = a + 1; b < K; b++, p++)
			votes[v[p] > 0 ? a : b]++;
	for (uint32_t c = 0; c < K; c++)
		best = votes[label[c]] > votes[best] ? label[c] : best;
	return best;
}

/* svm-predict on the exported files must print our votes; a value within rounding of 0 may go either way. */
static void check_svm_predict(const char *dir, const dx_svm *m, const dx_rows *r, const int *label)
{
	char cmd[400];
	FILE *f;
	int got, off = 0;
	snprintf(cmd, sizeof cmd, "command -v svm-predict >/dev/null && cd %s && svm-predict t.problem t.model out >/dev/null", dir);
	if (system(cmd)) {
		print_message("no svm-predict here: checked with svm_load_model only\n");
		return;
	}
	snprintf(cmd, sizeof cmd, "%s/out", dir);
	f = fopen(cmd, "r");
	assert_non_null(f);
	for (size_t k = 0; k < r->n; k++) {
		double v[6];
		dx_svm_values(v, m, r->f + r->beg[k], r->beg[k + 1] - r->beg[k]);
		assert_int_equal(fscanf(f, "%d", &got), 1);
		off += got != vote(v, m->n_class, label);
	}
	fclose(f);
	unlink(cmd);
	assert_in_range(off, 0, r->n / 100);
}

/* Every line of the problem through the loaded model: the model's text has 8 digits a value. */
static void check_loaded(const char *dir, const dx_svm *m, const dx_rows *r, int *label)
{
	char name[100], *line = NULL;
	size_t cap = 0, k = 0;
	struct svm_model *s;
	FILE *f;
	snprintf(name, sizeof name, "%s/t.model", dir);
	s = svm_load_model(name);
	assert_non_null(s);
	svm_get_labels(s, label);
	snprintf(name, sizeof name, "%s/t.problem", dir);
	f = fopen(name, "r");
	assert_non_null(f);
	for (; getline(&line, &cap, f) > 0; k++) {
		struct svm_node node[N_FEAT + 1];
		double ours[6], v[6], want[6] = { 0 };
		char *p = line;
		int n = 0, q = 0, y = (int)strtol(p, &p, 10);
		assert_int_equal(y, r->y[k]);
		for (; *p == ' '; n++) {
			assert_true(n < N_FEAT);
			node[n].index = (int)strtol(p, &p, 10);
			assert_int_equal(*p, ':');
			node[n].value = strtod(p + 1, &p);
		}
		assert_int_equal(*p, '\n');
		node[n].index = -1;
		svm_predict_values(s, node, v);
		for (int i = 0; i < (int)m->n_class; i++)
			for (int j = i + 1; j < (int)m->n_class; j++, q++) {
				uint32_t a = (uint32_t)(label[i] < label[j] ? label[i] : label[j]), b = (uint32_t)(label[i] + label[j]) - a;
				want[a * (2 * m->n_class - a - 1) / 2 + b - a - 1] = label[i] < label[j] ? v[q] : -v[q];
			}
		dx_svm_values(ours, m, r->f + r->beg[k], r->beg[k + 1] - r->beg[k]);
		for (uint32_t i = 0; i < m->n_pair; i++)
			if (!(fabs(ours[i] - want[i]) < 1e-5))
				fail_msg("row %zu pair %u: %.9g, the exported model says %.9g", k, i, ours[i], want[i]);
	}
	assert_int_equal(k, r->n);
	fclose(f);
	free(line);
	svm_free_and_destroy_model(&s);
}

static void check_export(dx_arena *a, dx_svm_params par, const char *order)
{
	char dir[] = "/tmp/dixit-test-XXXXXX", name[100];
	dx_rows r = problem(a, 300, par.n_class, order, 0.6);
	dx_pack b = { .p = NULL };
	int label[4];
	assert_non_null(mkdtemp(dir));
	par.export_dir = dir;
	par.export_name = "t";
	ok(dx_svm_train(&b, NULL, &r, &par, &err));
	dx_svm m = unpack(&b);
	check_loaded(dir, &m, &r, label);
	check_svm_predict(dir, &m, &r, label);
	snprintf(name, sizeof name, "%s/t.problem", dir);
	assert_int_equal(unlink(name), 0);
	snprintf(name, sizeof name, "%s/t.model", dir);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(rmdir(dir), 0);
	free(b.p);
	dx_rows_fini(&r);
}

static void test_export(void **state)
{
	for (int scale = 0; scale < 2; scale++) {
		dx_svm_params linear = { .kernel = DX_SVM_LINEAR, .C = 1, .n_class = 3, .n_folds = 2, .scale = scale, .n_threads = 2 };
		dx_svm_params rbf = { .kernel = DX_SVM_RBF, .C = 1, .gamma = 0.05, .n_class = 2, .n_folds = 2, .scale = scale };
		check_export(*state, linear, "201");
		check_export(*state, rbf, "10");
	}
}

/* A decimal comma must reach neither file. */
static void test_export_in_other_locale(void **state)
{
	static const char *const COMMA[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8" };
	dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = 1, .n_class = 3, .n_folds = 2, .scale = true };
	size_t i = 0;
	while (i < DX_COUNT(COMMA) && !setlocale(LC_ALL, COMMA[i]))
		i++;
	if (i == DX_COUNT(COMMA))
		skip();
	/* check_loaded reads with strtod: its own locale must be C, so only the writing runs under the comma. */
	char dir[] = "/tmp/dixit-test-XXXXXX", cmd[200];
	dx_rows r = problem(*state, 300, 3, "201", 0.6);
	dx_pack b = { .p = NULL };
	int label[4];
	assert_non_null(mkdtemp(dir));
	par.export_dir = dir;
	par.export_name = "t";
	ok(dx_svm_train(&b, NULL, &r, &par, &err));
	assert_string_equal(localeconv()->decimal_point, ",");
	setlocale(LC_ALL, "C");
	dx_svm m = unpack(&b);
	check_loaded(dir, &m, &r, label);
	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	assert_int_equal(system(cmd), 0);
	free(b.p);
	dx_rows_fini(&r);
}

/* -- what is refused ------------------------------------------------------------------------------------------ */

static void fails(const dx_rows *r, const dx_svm_params *par, dx_status want, const char *text)
{
	dx_pack b = { .p = NULL };
	memset(&err, 0, sizeof err);
	assert_int_equal(dx_svm_train(&b, NULL, r, par, &err), want);
	if (!strstr(err.msg, text))
		fail_msg("message \"%s\" lacks \"%s\"", err.msg, text);
	assert_int_equal(b.n, 0);
	free(b.p);
}

static void test_train_refuses(void **state)
{
	static const double WEIGHT[] = { 1, 0, 1 };
	dx_rows r = problem(*state, 50, 3, "012", 0.5), none = { .n = 0 };
	const dx_svm_params good = { .kernel = DX_SVM_LINEAR, .C = 1, .n_class = 3, .n_folds = 2 };
	dx_svm_params par = good;
	fails(&none, &par, DX_EDATA, "none of 0 rows has class 0");
	par.C = 0;
	fails(&r, &par, DX_EDATA, "C is 0");
	par.C = NAN;
	fails(&r, &par, DX_EDATA, "C is ");
	par = good;
	par.n_folds = 1;
	fails(&r, &par, DX_EDATA, "1 folds");
	par = good;
	par.n_class = 4;
	fails(&r, &par, DX_EDATA, "has class 3 of 4");
	par.n_class = 2;
	fails(&r, &par, DX_EDATA, "has class 2 of 2");
	par.n_class = 33;
	fails(&r, &par, DX_ELIMIT, "33 classes");
	par.n_class = 1;
	fails(&r, &par, DX_ELIMIT, "1 classes");
	par = good;
	par.kernel = DX_SVM_RBF;
	fails(&r, &par, DX_ELIMIT, "3 classes, possible are 2 to 2");
	par = good;
	par.class_weight = WEIGHT;
	fails(&r, &par, DX_EDATA, "weight of class 1");
	par = good;
	par.export_dir = "/tmp/no-such-directory";
	fails(&r, &par, DX_EIO, "/tmp/no-such-directory/svm.problem: No such file");
	dx_rows_fini(&r);
	r = problem(*state, 50, 2, "01", 0.5);
	par = (dx_svm_params){ .kernel = DX_SVM_RBF, .C = 1, .n_class = 2, .n_folds = 2 };
	fails(&r, &par, DX_EDATA, "gamma 0");
	r.n_feat = DX_SVM_DENSE + 1;
	par.gamma = 1;
	fails(&r, &par, DX_ELIMIT, "513 features");
	dx_rows_fini(&r);
}

static void test_rows(void **state)
{
	dx_rows r = { .n = 0 };
	dx_vec x = { .arena = *state };
	for (uint32_t k = 0; k < 1000; k++) {
		x.n = 0;
		for (uint32_t i = k % 5; i-- > 0;)
			dx_vec_add(&x, 10 * i + 1, (float)(k + 1));
		ok(dx_rows_add(&r, &x, (int32_t)k % 2, k, &err));
	}
	assert_true(r.n == 1000 && r.n_feat == 32 && r.n_f == 2000 && r.beg[0] == 0 && r.beg[1000] == 2000);
	for (uint32_t k = 0; k < 1000; k++) {
		assert_int_equal(r.beg[k + 1] - r.beg[k], k % 5);
		assert_true(r.y[k] == (int32_t)k % 2 && r.group[k] == k);
		for (size_t f = r.beg[k]; f < r.beg[k + 1]; f++)
			assert_true(r.f[f].i == 10 * (f - r.beg[k]) + 1 && r.f[f].v == (float)(k + 1));
	}
	x.n = 0;
	dx_vec_add(&x, 1, INFINITY);
	assert_int_equal(dx_rows_add(&r, &x, 0, 0, &err), DX_EDATA);
	x.n = 0;
	dx_vec_add(&x, UINT32_MAX, 1);
	assert_int_equal(dx_rows_add(&r, &x, 0, 0, &err), DX_ELIMIT);
	x.n = 0;
	x.failed = true;
	assert_int_equal(dx_rows_add(&r, &x, 0, 0, &err), DX_ENOMEM);
	assert_int_equal(r.n, 1000);
	dx_rows_fini(&r);
}

/* Rows without a single feature: all that is left is the constant. */
static void test_no_features(void **state)
{
	dx_rows r = { .n = 0 };
	dx_vec x = { .arena = *state };
	dx_pack b = { .p = NULL };
	for (int kernel = 0; kernel < 2; kernel++)
		for (int scale = 0; scale < 2; scale++) {
			dx_svm_params par = { .kernel = kernel ? DX_SVM_RBF : DX_SVM_LINEAR, .C = 1, .gamma = 1, .n_class = 2, .n_folds = 2,
				.scale = scale };
			double p;
			for (uint32_t k = 0; k < 100; k++)
				ok(dx_rows_add(&r, &x, k % 4 == 0, k, &err));
			b.n = 0;
			ok(dx_svm_train(&b, NULL, &r, &par, &err));
			dx_svm m = unpack(&b);
			p = dx_svm_yes_p(&m, dx_svm_yes(&m, NULL, 0));
			assert_true(p > 0.2 && p < 0.3);
			dx_rows_fini(&r);
		}
	free(b.p);
}

static void unpack_fails(const char *p, size_t n, const char *text)
{
	dx_svm m;
	dx_cursor c = { .p = p, .n = n };
	memset(&err, 0, sizeof err);
	assert_int_equal(dx_svm_unpack(&m, &c, &err), DX_EFORMAT);
	if (!strstr(err.msg, text))
		fail_msg("message \"%s\" lacks \"%s\"", err.msg, text);
}

static void patched(const dx_pack *b, size_t at, const void *bytes, size_t n, const char *text)
{
	char *copy = malloc(b->n);
	memcpy(copy, b->p, b->n);
	memcpy(copy + at, bytes, n);
	unpack_fails(copy, b->n, text);
	free(copy);
}

static void test_unpack_refuses(void **state)
{
	const uint32_t nine = 9, huge = UINT32_MAX, zero = 0, one = 1;
	const double nan = NAN, minus = -1;
	for (int kernel = 0; kernel < 2; kernel++) {
		dx_rows r = problem(*state, 40, 2, "01", 0.5);
		dx_svm_params par = { .kernel = kernel ? DX_SVM_RBF : DX_SVM_LINEAR, .C = 1, .gamma = 0.1, .n_class = 2, .n_folds = 2 };
		dx_pack b = { .p = NULL };
		ok(dx_svm_train(&b, NULL, &r, &par, &err));
		for (size_t n = 0; n < b.n; n++) {
			char *copy = malloc(n ? n : 1);
			memcpy(copy, b.p, n);
			unpack_fails(copy, n, "section");
			free(copy);
		}
		unpack_fails(NULL, 0, "section");
		patched(&b, 0, &nine, 4, "kernel 9");
		patched(&b, 4, &nine, 4, "9 classes with 1 pairs");
		patched(&b, 4, &zero, 4, "0 classes");
		patched(&b, 8, &huge, 4, "pairs");
		patched(&b, 12, &huge, 4, "features");
		patched(&b, 16, &huge, 4, "support vectors");
		patched(&b, 24, &nan, 8, "gamma");
		patched(&b, 24, &minus, 8, "gamma");
		patched(&b, 0, kernel ? &zero : &one, 4, "");
		for (size_t at = 32; at + 8 <= b.n; at += 8)
			patched(&b, at, &nan, 8, "not a number");
		free(b.p);
		dx_rows_fini(&r);
	}
}

/* Behind other things in one section: at the next multiple of 8, and from memory that is not aligned at all. */
static void test_unpack_behind_others(void **state)
{
	dx_rows r = problem(*state, 40, 2, "01", 0.5);
	dx_svm_params par = { .kernel = DX_SVM_RBF, .C = 1, .gamma = 0.1, .n_class = 2, .n_folds = 2 };
	dx_pack b = { .p = NULL };
	dx_svm first, second;
	dx_pack_u32(&b, 5);
	ok(dx_svm_train(&b, NULL, &r, &par, &err));
	par.C = 2;
	ok(dx_svm_train(&b, NULL, &r, &par, &err));
	dx_cursor c = { .p = b.p, .n = b.n };
	assert_int_equal(dx_take_u32(&c), 5);
	ok(dx_svm_unpack(&first, &c, &err));
	ok(dx_svm_unpack(&second, &c, &err));
	assert_int_equal(c.at, b.n);
	assert_true(dx_svm_yes(&first, r.f, r.beg[1]) != dx_svm_yes(&second, r.f, r.beg[1]));
	unpack_fails(b.p + 4, b.n - 4, "not aligned");
	free(b.p);
	dx_rows_fini(&r);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_linear_equals_libsvm), T(test_rbf_equals_libsvm), T(test_same_bytes), T(test_rbf_threads_and_progress), T(test_fold_of),
		T(test_values_are_out_of_fold), T(test_fold_without_class), T(test_calibration_recovers), T(test_calibration_degenerate),
		T(test_calibration_refuses), T(test_trained_probabilities), T(test_export), T(test_export_in_other_locale),
		T(test_train_refuses), T(test_rows), T(test_no_features), T(test_unpack_refuses), T(test_unpack_behind_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
