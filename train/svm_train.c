#include "train/svm_train.h"
#include "train/jobs.h"
#include <errno.h>
#include <libsvm/svm.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* What a model comes to once its support vectors are folded; heap-owned. */
typedef struct {
	double *bias, *w;                        /* [n_pair]; linear: [n_feat][n_pair] */
	double *coef;                            /* RBF: [n_sv] */
	float *sv;                               /* RBF: [n_sv][n_feat] */
	uint32_t n_sv;
} machine;

/* One call of dx_svm_train. Job 0 trains on all rows, job 1 + f on the complement of fold f. */
typedef struct {
	const dx_rows *r;
	const dx_svm_params *par;
	uint32_t n_class, n_pair;
	double *shift, *scale;                   /* [n_feat]; x' = (x - shift) * scale; shift 0 for linear */
	struct svm_node *node;                   /* all rows, scaled; lives until the models are gone, which point into it */
	struct svm_node **x;                     /* [n] */
	uint32_t *fold;                          /* [n] */
	double *values;                          /* [n][n_pair] out-of-fold decision values */
	bool *done_row;                          /* [n] values are there */
	struct svm_parameter svm;
	int label[DX_SVM_CLASSES];
	machine whole;
	struct svm_problem problem;              /* of job 0, with model: kept for the export, else NULL */
	struct svm_model *model;
} run;

/* -- rows ----------------------------------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b)
{
	const uint32_t x = ((const dx_feat *)a)->i, y = ((const dx_feat *)b)->i;
	return (x > y) - (x < y);
}

/* *p with room for `cap` items; false when memory is out, *p as it was. */
static bool grow(void *p, size_t cap, size_t size)
{
	void *old, *now;
	memcpy(&old, p, sizeof old);
	now = cap > SIZE_MAX / size ? NULL : realloc(old, cap * size);
	if (now)
		memcpy(p, &now, sizeof now);
	return now != NULL;
}

static bool rows_room(dx_rows *r, size_t n_more)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 256;
		if (!grow(&r->beg, cap + 1, sizeof *r->beg) || !grow(&r->y, cap, sizeof *r->y) ||
		    !grow(&r->group, cap, sizeof *r->group))
			return false;
		r->cap = cap;
		r->beg[0] = 0;
	}
	if (!r->f || n_more > r->cap_f - r->n_f) {
		size_t cap = 2 * r->cap_f + n_more + 1024;
		if (!grow(&r->f, cap, sizeof *r->f))
			return false;
		r->cap_f = cap;
	}
	return true;
}

dx_status dx_rows_add(dx_rows *r, const dx_vec *x, int32_t y, uint32_t group, dx_err *err)
{
	dx_feat *f;
	if (x->failed || !rows_room(r, x->n))
		return dx_fail(err, DX_ENOMEM, "training row %zu: out of memory", r->n);
	f = r->f + r->n_f;
	if (x->n)
		memcpy(f, x->f, x->n * sizeof *f);
	qsort(f, x->n, sizeof *f, by_index);
	for (size_t i = 0; i < x->n; i++) {
		assert(!i || f[i - 1].i < f[i].i);
		if (!isfinite(f[i].v))
			return dx_fail(err, DX_EDATA, "training row %zu: feature %u is not finite", r->n, f[i].i);
		if (f[i].i >= INT_MAX - 1)
			return dx_fail(err, DX_ELIMIT, "training row %zu: feature %u: libsvm's indices are ints", r->n, f[i].i);
	}
	if (x->n && f[x->n - 1].i >= r->n_feat)
		r->n_feat = f[x->n - 1].i + 1;
	r->n_f += x->n;
	r->y[r->n] = y;
	r->group[r->n] = group;
	r->beg[++r->n] = r->n_f;
	return DX_OK;
}

void dx_rows_fini(dx_rows *r)
{
	free(r->f);
	free(r->beg);
	free(r->y);
	free(r->group);
	*r = (dx_rows){ .n = 0 };
}

uint32_t dx_fold_of(uint32_t group, uint32_t k, uint64_t seed)
{
	return k ? (uint32_t)(dx_mix(dx_mix(seed, 0x666f6c64), group) % k) : 0;
}

/* -- what libsvm gets ----------------------------------------------------------------------------------------- */

/* Scaled value of feature i. Rounded to float for RBF, because prediction stores support vectors as floats: so they are exact. */
static double scaled(const run *u, uint32_t i, double v)
{
	v = (v - u->shift[i]) * u->scale[i];
	return u->par->kernel == DX_SVM_RBF ? (double)(float)v : v;
}

/* Mean and standard deviation of each feature over all rows, absent values counted as zeros: two passes, which round well.
 * A feature that never changes says nothing: its scale is 0. */
static bool standardise(run *u)
{
	const dx_rows *r = u->r;
	const double n = (double)r->n;
	double *mean = calloc((size_t)r->n_feat + 1, sizeof *mean), *var = calloc((size_t)r->n_feat + 1, sizeof *var);
	size_t *count = calloc((size_t)r->n_feat + 1, sizeof *count);
	if (mean && var && count) {
		for (size_t k = 0; k < r->n_f; k++) {
			mean[r->f[k].i] += (double)r->f[k].v / n;
			count[r->f[k].i]++;
		}
		for (size_t k = 0; k < r->n_f; k++) {
			double d = (double)r->f[k].v - mean[r->f[k].i];
			var[r->f[k].i] += d * d / n;
		}
		for (uint32_t i = 0; i < r->n_feat; i++) {
			double sd = sqrt(var[i] + (n - (double)count[i]) * mean[i] * mean[i] / n);
			u->scale[i] = sd > 1e-9 * fabs(mean[i]) && sd > 1e-30 ? 1 / sd : 0;
			u->shift[i] = u->par->kernel == DX_SVM_RBF ? mean[i] : 0;
		}
	}
	free(mean);
	free(var);
	free(count);
	return mean && var && count;
}

static bool is_dense(const run *u)
{
	return u->par->scale && u->par->kernel == DX_SVM_RBF;    /* with a shift absent features have values too */
}

/* Feature i behind `at`, unless it is zero once scaled; indices from 1. */
static struct svm_node *put_node(const run *u, struct svm_node *at, uint32_t i, float raw)
{
	const double v = scaled(u, i, (double)raw);
	if (v != 0)
		*at++ = (struct svm_node){ .index = (int)i + 1, .value = v };
	return at;
}

/* Row k behind `at`; returns the end. */
static struct svm_node *put_row(const run *u, struct svm_node *at, size_t k)
{
	const dx_feat *f = u->r->f + u->r->beg[k], *end = u->r->f + u->r->beg[k + 1];
	if (is_dense(u))
		for (uint32_t i = 0; i < u->r->n_feat; i++)
			at = put_node(u, at, i, f < end && f->i == i ? (f++)->v : 0);
	else
		for (; f < end; f++)
			at = put_node(u, at, f->i, f->v);
	*at++ = (struct svm_node){ .index = -1 };
	return at;
}

static bool make_nodes(run *u)
{
	const dx_rows *r = u->r;
	const size_t most = (is_dense(u) ? r->n * r->n_feat : r->n_f) + r->n;
	struct svm_node *at;
	u->node = most < r->n ? NULL : calloc(most, sizeof *u->node);
	u->x = calloc(r->n, sizeof *u->x);
	if (!u->node || !u->x)
		return false;
	at = u->node;
	for (size_t k = 0; k < r->n; k++) {
		u->x[k] = at;
		at = put_row(u, at, k);
	}
	return true;
}

static void set_svm_parameter(run *u)
{
	const dx_svm_params *par = u->par;
	u->svm = (struct svm_parameter){ .svm_type = C_SVC, .kernel_type = par->kernel == DX_SVM_RBF ? RBF : LINEAR,
		.gamma = par->kernel == DX_SVM_RBF ? par->gamma : 0, .cache_size = par->cache_mb > 0 ? par->cache_mb : 200, .eps = 0.001,
		.C = par->C, .shrinking = 1 };
	for (uint32_t c = 0; c < u->n_class; c++)
		u->label[c] = (int)c;
	if (par->class_weight) {
		u->svm.nr_weight = (int)u->n_class;
		u->svm.weight_label = u->label;
		u->svm.weight = (double *)(uintptr_t)par->class_weight;  /* libsvm only reads it */
	}
}

/* The rows outside fold `out` (UINT32_MAX: all). The arrays are the problem's own, the nodes are not. */
static bool make_problem(struct svm_problem *p, const run *u, uint32_t out)
{
	*p = (struct svm_problem){ .y = calloc(u->r->n, sizeof *p->y), .x = calloc(u->r->n, sizeof *p->x) };
	if (!p->y || !p->x)
		return false;
	for (size_t k = 0; k < u->r->n; k++)
		if (u->fold[k] != out) {
			p->y[p->l] = u->r->y[k];
			p->x[p->l++] = u->x[k];
		}
	return true;
}

static void free_problem(struct svm_problem *p)
{
	free(p->y);
	free(p->x);
}

static bool has_all_classes(const struct svm_problem *p, uint32_t n_class)
{
	bool seen[DX_SVM_CLASSES] = { false };
	uint32_t n = 0;
	for (int k = 0; k < p->l; k++) {
		uint32_t c = (uint32_t)p->y[k];
		n += !seen[c];
		seen[c] = true;
	}
	return n == n_class;
}

/* -- what libsvm gives ---------------------------------------------------------------------------------------- */

static void machine_free(machine *m)
{
	free(m->bias);
	free(m->w);
	free(m->coef);
	free(m->sv);
	*m = (machine){ .n_sv = 0 };
}

/* Position of pair (a, b), a < b, in our order. */
static uint32_t pair_of(uint32_t a, uint32_t b, uint32_t n_class)
{
	return a * (2 * n_class - a - 1) / 2 + (b - a - 1);
}

/* Adds to pair's column of w what the support vectors of class i say against class j, both in libsvm's order. */
static void fold_vectors(machine *m, const run *u, const struct svm_model *s, int i, int j, uint32_t pair, double sign)
{
	const double *coef = s->sv_coef[j > i ? j - 1 : j];
	int beg = 0;
	for (int c = 0; c < i; c++)
		beg += s->nSV[c];
	for (int k = beg; k < beg + s->nSV[i]; k++)
		for (const struct svm_node *x = s->SV[k]; x->index != -1 && coef[k] != 0; x++) {
			const size_t f = (size_t)x->index - 1;
			m->w[f * u->n_pair + pair] += sign * coef[k] * x->value * u->scale[f];
		}
}

/* libsvm orders classes as they first appear in the rows; a decision value of its pair (i, j) speaks for i when positive. */
static void fold_linear(machine *m, const run *u, const struct svm_model *s)
{
	for (int i = 0, p = 0; i < s->nr_class; i++)
		for (int j = i + 1; j < s->nr_class; j++, p++) {
			const uint32_t a = (uint32_t)s->label[i], b = (uint32_t)s->label[j];
			const uint32_t pair = a < b ? pair_of(a, b, u->n_class) : pair_of(b, a, u->n_class);
			const double sign = a < b ? 1 : -1;
			m->bias[pair] = -sign * s->rho[p];
			fold_vectors(m, u, s, i, j, pair, sign);
			fold_vectors(m, u, s, j, i, pair, sign);
		}
}

static void flatten_rbf(machine *m, const run *u, const struct svm_model *s)
{
	const double sign = s->label[0] == 0 ? 1 : -1;
	m->bias[0] = -sign * s->rho[0];
	for (uint32_t k = 0; k < m->n_sv; k++) {
		m->coef[k] = sign * s->sv_coef[0][k];
		for (const struct svm_node *x = s->SV[k]; x->index != -1; x++)
			m->sv[(size_t)k * u->r->n_feat + (size_t)x->index - 1] = (float)x->value;
	}
}

static dx_status machine_of(machine *m, const run *u, const struct svm_model *s, dx_err *err)
{
	const size_t n_feat = u->r->n_feat;
	const bool rbf = u->par->kernel == DX_SVM_RBF;
	*m = (machine){ .n_sv = rbf ? (uint32_t)s->l : 0, .bias = calloc(u->n_pair, sizeof *m->bias) };
	if (rbf) {
		m->coef = calloc((size_t)m->n_sv + 1, sizeof *m->coef);
		m->sv = calloc(m->n_sv * n_feat + 1, sizeof *m->sv);
	} else {
		m->w = calloc(n_feat * u->n_pair + 1, sizeof *m->w);
	}
	if (!m->bias || (rbf ? !m->coef || !m->sv : !m->w)) {
		machine_free(m);
		return dx_fail(err, DX_ENOMEM, "svm: %zu features, %d support vectors: out of memory", n_feat, s->l);
	}
	if (rbf)
		flatten_rbf(m, u, s);
	else
		fold_linear(m, u, s);
	return DX_OK;
}

static dx_svm view_of(const machine *m, const run *u)
{
	return (dx_svm){ .kernel = u->par->kernel, .n_class = u->n_class, .n_pair = u->n_pair, .n_feat = u->r->n_feat, .n_sv = m->n_sv,
		.gamma = u->svm.gamma, .w = m->w, .bias = m->bias, .shift = u->shift, .scale = u->scale, .sv = m->sv, .coef = m->coef };
}

/* Decision values of row k by the function that prediction uses. */
static void set_values(run *u, const dx_svm *svm, size_t k)
{
	const size_t beg = u->r->beg[k];
	dx_svm_values(u->values + k * u->n_pair, svm, u->r->f + beg, u->r->beg[k + 1] - beg);
	u->done_row[k] = true;
}

/* -- jobs ----------------------------------------------------------------------------------------------------- */

/* DIR/NAME.EXT on the heap, or NULL. */
static char *export_path(const dx_svm_params *par, const char *ext)
{
	const char *name = par->export_name ? par->export_name : "svm";
	const size_t n = strlen(par->export_dir) + strlen(name) + strlen(ext) + 3;
	char *path = malloc(n);
	if (path)
		snprintf(path, n, "%s/%s.%s", par->export_dir, name, ext);
	return path;
}

static void write_rows(FILE *out, const struct svm_problem *p)
{
	for (int k = 0; k < p->l; k++) {
		fprintf(out, "%d", (int)p->y[k]);
		for (const struct svm_node *x = p->x[k]; x->index != -1; x++)
			fprintf(out, " %d:%.17g", x->index, x->value);
		putc('\n', out);
	}
}

/* libsvm's text format, with a decimal point whatever the caller's locale. */
static dx_status export_problem(const char *path, const struct svm_problem *p, dx_err *err)
{
	locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before;
	FILE *out = c ? fopen(path, "w") : NULL;
	bool bad;
	if (!out) {
		dx_status st = dx_fail(err, c ? DX_EIO : DX_ENOMEM, "%s: %s", path, strerror(errno));
		if (c)
			freelocale(c);
		return st;
	}
	before = uselocale(c);
	write_rows(out, p);
	(void)uselocale(before);
	freelocale(c);
	bad = ferror(out) != 0;
	if (fclose(out))
		bad = true;
	return bad ? dx_fail(err, DX_EIO, "%s: %s", path, strerror(errno)) : DX_OK;
}

/* After the helpers are gone: svm_save_model sets and resets the locale of the whole process. */
static dx_status export_both(const run *u, dx_err *err)
{
	char *problem = export_path(u->par, "problem"), *model = export_path(u->par, "model");
	dx_status st = DX_OK;
	if (!problem || !model)
		st = dx_fail(err, DX_ENOMEM, "export: out of memory");
	if (!st)
		st = export_problem(problem, &u->problem, err);
	if (!st && svm_save_model(model, u->model))
		st = dx_fail(err, DX_EIO, "%s: %s", model, strerror(errno));
	free(problem);
	free(model);
	return st;
}

static dx_status whole_job(run *u, dx_err *err)
{
	dx_status st;
	if (!make_problem(&u->problem, u, UINT32_MAX))
		return dx_fail(err, DX_ENOMEM, "svm: %zu rows: out of memory", u->r->n);
	u->model = svm_train(&u->problem, &u->svm);
	st = machine_of(&u->whole, u, u->model, err);
	if (!u->par->export_dir)
		svm_free_and_destroy_model(&u->model);
	return st;
}

/* Trains on p and sets the values of the rows of the fold that p lacks. */
static dx_status train_fold(run *u, const struct svm_problem *p, uint32_t fold, dx_err *err)
{
	machine m;
	struct svm_model *s = svm_train(p, &u->svm);
	dx_status st = machine_of(&m, u, s, err);
	svm_free_and_destroy_model(&s);
	if (!st) {
		dx_svm svm = view_of(&m, u);
		for (size_t k = 0; k < u->r->n; k++)
			if (u->fold[k] == fold)
				set_values(u, &svm, k);
		machine_free(&m);
	}
	return st;
}

/* A fold without rows, or whose complement lacks a class, is left to the machine that saw all rows. */
static dx_status fold_job(run *u, uint32_t fold, dx_err *err)
{
	struct svm_problem p;
	dx_status st = DX_OK;
	if (!make_problem(&p, u, fold))
		st = dx_fail(err, DX_ENOMEM, "svm: %zu rows: out of memory", u->r->n);
	else if ((size_t)p.l < u->r->n && has_all_classes(&p, u->n_class))
		st = train_fold(u, &p, fold, err);
	free_problem(&p);
	return st;
}

static dx_status job(void *ctx, uint32_t k, dx_err *err)
{
	run *u = ctx;
	return k ? fold_job(u, k - 1, err) : whole_job(u, err);
}

static void progress(void *ctx, uint32_t n_done, uint32_t n)
{
	const run *u = ctx;
	if (u->par->progress)
		u->par->progress(u->par->progress_ctx, u->par->export_name ? u->par->export_name : "svm", n_done, n);
}

/* -- all together --------------------------------------------------------------------------------------------- */

static dx_status check_labels(const dx_rows *r, uint32_t n_class, dx_err *err)
{
	size_t count[DX_SVM_CLASSES] = { 0 };
	for (size_t k = 0; k < r->n; k++) {
		if (r->y[k] < 0 || (uint32_t)r->y[k] >= n_class)
			return dx_fail(err, DX_EDATA, "svm: row %zu has class %d of %u", k, r->y[k], n_class);
		count[r->y[k]]++;
	}
	for (uint32_t c = 0; c < n_class; c++)
		if (!count[c])
			return dx_fail(err, DX_EDATA, "svm: none of %zu rows has class %u of %u", r->n, c, n_class);
	return DX_OK;
}

static dx_status check_input(const dx_rows *r, const dx_svm_params *par, dx_err *err)
{
	const bool rbf = par->kernel == DX_SVM_RBF;
	if (libsvm_version != LIBSVM_VERSION)    /* we look into struct svm_model */
		return dx_fail(err, DX_EDATA, "libsvm is version %d, built for %d", libsvm_version, LIBSVM_VERSION);
	if (par->n_class < 2 || par->n_class > DX_SVM_CLASSES || (rbf && par->n_class != 2))
		return dx_fail(err, DX_ELIMIT, "svm: %u classes, possible are 2 to %d", par->n_class, rbf ? 2 : DX_SVM_CLASSES);
	if (rbf && r->n_feat > DX_SVM_DENSE)
		return dx_fail(err, DX_ELIMIT, "svm: %u features, an RBF kernel takes %d at most", r->n_feat, DX_SVM_DENSE);
	if (r->n > INT_MAX)
		return dx_fail(err, DX_ELIMIT, "svm: %zu rows, libsvm takes %d at most", r->n, INT_MAX);
	if (!(par->C > 0) || !isfinite(par->C) || (rbf && !(par->gamma > 0 && isfinite(par->gamma))))
		return dx_fail(err, DX_EDATA, "svm: C is %g, gamma %g: both must be above 0", par->C, par->gamma);
	for (uint32_t c = 0; par->class_weight && c < par->n_class; c++)
		if (!(par->class_weight[c] > 0) || !isfinite(par->class_weight[c]))
			return dx_fail(err, DX_EDATA, "svm: weight of class %u is %g, must be above 0", c, par->class_weight[c]);
	if (par->n_folds < 2 || par->n_folds >= UINT32_MAX)
		return dx_fail(err, DX_EDATA, "svm: %u folds, 2 are the least", par->n_folds);
	return check_labels(r, par->n_class, err);
}

static dx_status run_init(run *u, const dx_rows *r, const dx_svm_params *par, dx_err *err)
{
	*u = (run){ .r = r, .par = par, .n_class = par->n_class, .n_pair = par->n_class * (par->n_class - 1) / 2 };
	u->shift = calloc((size_t)r->n_feat + 1, sizeof *u->shift);
	u->scale = calloc((size_t)r->n_feat + 1, sizeof *u->scale);
	u->fold = calloc(r->n, sizeof *u->fold);
	u->values = calloc(r->n * u->n_pair, sizeof *u->values);
	u->done_row = calloc(r->n, sizeof *u->done_row);
	if (!u->shift || !u->scale || !u->fold || !u->values || !u->done_row)
		return dx_fail(err, DX_ENOMEM, "svm: %zu rows: out of memory", r->n);
	for (uint32_t i = 0; i < r->n_feat; i++)
		u->scale[i] = 1;
	for (size_t k = 0; k < r->n; k++)
		u->fold[k] = dx_fold_of(r->group[k], par->n_folds, par->seed);
	if ((par->scale && !standardise(u)) || !make_nodes(u))
		return dx_fail(err, DX_ENOMEM, "svm: %zu rows: out of memory", r->n);
	set_svm_parameter(u);
	return DX_OK;
}

static void run_fini(run *u)
{
	machine_free(&u->whole);
	if (u->model)
		svm_free_and_destroy_model(&u->model);
	free_problem(&u->problem);
	free(u->shift);
	free(u->scale);
	free(u->node);
	free(u->x);
	free(u->fold);
	free(u->values);
	free(u->done_row);
}

static void pack_f64s(dx_pack *out, const double *v, size_t n)
{
	dx_pack_bytes(out, v, n * sizeof *v);
}

void dx_svm_pack(dx_pack *out, const dx_svm *m)
{
	dx_pack_align(out, 8);
	dx_pack_u32(out, m->kernel);
	dx_pack_u32(out, m->n_class);
	dx_pack_u32(out, m->n_pair);
	dx_pack_u32(out, m->n_feat);
	dx_pack_u32(out, m->n_sv);
	dx_pack_u32(out, 0);
	dx_pack_f64(out, m->gamma);
	pack_f64s(out, m->bias, m->n_pair);
	pack_f64s(out, m->calib, (size_t)m->n_class * (m->n_pair + 1));
	if (m->kernel == DX_SVM_LINEAR) {
		pack_f64s(out, m->w, (size_t)m->n_feat * m->n_pair);
		return;
	}
	pack_f64s(out, m->shift, m->n_feat);
	pack_f64s(out, m->scale, m->n_feat);
	pack_f64s(out, m->coef, m->n_sv);
	dx_pack_bytes(out, m->sv, (size_t)m->n_sv * m->n_feat * sizeof *m->sv);
	dx_pack_align(out, 8);
}

static dx_status calibrate_and_pack(dx_pack *out, run *u, dx_err *err)
{
	dx_svm svm = view_of(&u->whole, u);
	double *calib = calloc((size_t)u->n_class * (u->n_pair + 1), sizeof *calib);
	dx_status st;
	if (!calib)
		return dx_fail(err, DX_ENOMEM, "svm: out of memory");
	for (size_t k = 0; k < u->r->n; k++)
		if (!u->done_row[k])
			set_values(u, &svm, k);
	st = dx_calibrate(calib, u->values, u->r->y, u->r->n, u->n_class, u->n_pair, err);
	svm.calib = calib;
	if (!st)
		dx_svm_pack(out, &svm);
	free(calib);
	if (!st && out->failed)
		st = dx_fail(err, DX_ENOMEM, "svm: %u features: out of memory", u->r->n_feat);
	return st;
}

static void silent(const char *text)
{
	(void)text;
}

static void silence_libsvm(void)
{
	svm_set_print_string_function(silent);
}

dx_status dx_svm_train(dx_pack *out, double *values, const dx_rows *r, const dx_svm_params *par, dx_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	run u;
	const dx_jobs jobs = { .n = par->n_folds + 1, .threads = par->n_threads, .part = job, .done = progress, .ctx = &u };
	dx_status st = check_input(r, par, err);
	if (st)
		return st;
	pthread_once(&once, silence_libsvm);
	st = run_init(&u, r, par, err);
	if (!st)
		st = dx_jobs_run(&jobs, err);
	if (!st && par->export_dir)
		st = export_both(&u, err);
	if (!st)
		st = calibrate_and_pack(out, &u, err);
	if (!st && values)
		memcpy(values, u.values, r->n * u.n_pair * sizeof *values);
	run_fini(&u);
	return st;
}
