#include "train/logistic.h"
#include <linear.h>
#include <math.h>
#include <stdlib.h>

static const double COSTS[] = { 0.001, 0.003, 0.01, 0.03, 0.1, 0.3 };
enum { MIDDLE = 2 };

typedef struct {
	const dx_rows *r;
	const dx_logistic_params *par;
	struct feature_node *node, **x;          /* rows for liblinear, the last feature is the constant */
	struct feature_node **some;              /* of the rows that one training sees */
	double *y;
	uint32_t *fold;
	double *w;                               /* [n_feat + 1], the constant last */
	size_t n_done;
} run;

static void silent(const char *text)
{
	(void)text;
}

static dx_status no_memory(const run *u, dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "%s: %zu rows: out of memory", u->par->name, u->r->n);
}

static dx_status run_init(run *u, dx_err *err)
{
	const dx_rows *r = u->r;
	u->node = malloc((r->n_f + 2 * r->n) * sizeof *u->node);
	u->x = malloc(r->n * sizeof(struct feature_node *));
	u->some = malloc(r->n * sizeof(struct feature_node *));
	u->y = malloc(r->n * sizeof *u->y);
	u->fold = malloc(r->n * sizeof *u->fold);
	u->w = calloc((size_t)r->n_feat + 1, sizeof *u->w);
	if (!u->node || !u->x || !u->some || !u->y || !u->fold || !u->w)
		return no_memory(u, err);
	struct feature_node *at = u->node;
	for (size_t i = 0; i < r->n; i++) {
		u->x[i] = at;
		u->fold[i] = dx_fold_of(r->group[i], u->par->n_folds, u->par->seed);
		for (size_t k = r->beg[i]; k < r->beg[i + 1]; k++)
			*at++ = (struct feature_node){ .index = (int)r->f[k].i + 1, .value = (double)r->f[k].v };
		*at++ = (struct feature_node){ .index = (int)r->n_feat + 1, .value = 1 };
		*at++ = (struct feature_node){ .index = -1 };
	}
	return DX_OK;
}

static void run_fini(run *u)
{
	free(u->node);
	free(u->x);
	free(u->some);
	free(u->y);
	free(u->fold);
	free(u->w);
}

/* Weights from the rows outside fold `out` (UINT32_MAX: all) into u->w; false when these lack a class. */
static dx_status fit(bool *fitted, run *u, uint32_t out, double cost, dx_err *err)
{
	const dx_rows *r = u->r;
	struct problem p = { .n = (int)r->n_feat + 1, .bias = -1, .y = u->y, .x = u->some };
	const struct parameter par = { .solver_type = L2R_LR, .C = cost, .eps = 0.001 };
	size_t n_yes = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (u->fold[i] == out)
			continue;
		u->some[p.l] = u->x[i];
		u->y[p.l++] = r->y[i] ? 1 : -1;
		n_yes += r->y[i] != 0;
	}
	*fitted = n_yes && n_yes < (size_t)p.l;
	if (!*fitted)
		return DX_OK;
	struct model *m = train(&p, &par);
	if (!m)
		return no_memory(u, err);
	for (uint32_t i = 0; i <= r->n_feat; i++)
		u->w[i] = m->label[0] == 1 ? m->w[i] : -m->w[i];
	free_and_destroy_model(&m);
	return DX_OK;
}

static double log_odds(const run *u, size_t i)
{
	double sum = u->w[u->r->n_feat];
	for (size_t k = u->r->beg[i]; k < u->r->beg[i + 1]; k++)
		sum += u->w[u->r->f[k].i] * (double)u->r->f[k].v;
	return sum;
}

/* Out-of-fold log odds at a cost, and their log loss. */
static dx_status cross_validate(double *value, double *loss, run *u, double cost, dx_err *err)
{
	const dx_rows *r = u->r;
	dx_status st = DX_OK;
	*loss = 0;
	for (uint32_t f = 0; f < u->par->n_folds && !st; f++) {
		bool fitted;
		st = fit(&fitted, u, f, cost, err);
		for (size_t i = 0; i < r->n && !st; i++) {
			if (u->fold[i] != f)
				continue;
			value[i] = fitted ? log_odds(u, i) : 0;
			const double wrong = r->y[i] ? -value[i] : value[i];
			*loss += wrong > 0 ? wrong + log1p(exp(-wrong)) : log1p(exp(wrong));
		}
		if (u->par->progress)
			u->par->progress(u->par->progress_ctx, u->par->name, ++u->n_done, (DX_COUNT(COSTS) - 1) * u->par->n_folds + 1);
	}
	return st;
}

/* The middle cost, then those on the side where the loss falls, as long as it does. *best: [n] values at the cost that is chosen. */
static dx_status choose_cost(double *cost, double *best, double *value, run *u, dx_err *err)
{
	double least, loss;
	dx_status st = cross_validate(best, &least, u, COSTS[MIDDLE], err);
	for (int step = 1; step >= -1 && *cost == COSTS[MIDDLE] && !st; step -= 2)
		for (int k = MIDDLE + step; k >= 0 && k < (int)DX_COUNT(COSTS) && !st; k += step) {
			st = cross_validate(value, &loss, u, COSTS[k], err);
			if (st || loss >= least)
				break;
			least = loss;
			*cost = COSTS[k];
			memcpy(best, value, u->r->n * sizeof *best);
		}
	return st;
}

/* A machine of classes no and yes: its only value speaks for no, so that all signs are turned; the map to probabilities is the logistic
 * function itself. */
static void pack(dx_pack *out, run *u)
{
	static const double calib[] = { 1, 0, 0, 0 };
	const double bias = -u->w[u->r->n_feat];
	for (uint32_t i = 0; i < u->r->n_feat; i++)
		u->w[i] = -u->w[i];
	const dx_svm m = { .kernel = DX_SVM_LINEAR, .n_class = 2, .n_pair = 1, .n_feat = u->r->n_feat, .w = u->w, .bias = &bias, .calib = calib };
	dx_svm_pack(out, &m);
}

static dx_status train_all(dx_pack *out, double *yes, run *u, dx_err *err)
{
	double *best = calloc(2 * u->r->n, sizeof *best), cost = COSTS[MIDDLE];
	bool fitted = false;
	dx_status st = best ? choose_cost(&cost, best, best + u->r->n, u, err) : no_memory(u, err);
	if (!st)
		st = fit(&fitted, u, UINT32_MAX, cost, err);
	if (!st && !fitted)
		st = dx_fail(err, DX_EDATA, "%s: all of %zu rows have one class", u->par->name, u->r->n);
	if (!st) {
		pack(out, u);
		st = out->failed ? no_memory(u, err) : DX_OK;
	}
	if (!st && yes)
		memcpy(yes, best, u->r->n * sizeof *yes);
	free(best);
	return st;
}

dx_status dx_logistic_train(dx_pack *out, double *yes, const dx_rows *r, const dx_logistic_params *par, dx_err *err)
{
	run u = { .r = r, .par = par };
	if (!r->n)
		return dx_fail(err, DX_EDATA, "%s: no rows", par->name);
	set_print_string_function(silent);
	dx_status st = run_init(&u, err);
	if (!st)
		st = train_all(out, yes, &u, err);
	run_fini(&u);
	return st;
}
