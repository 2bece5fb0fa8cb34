#include "train/stance_words.h"
#include "train/jobs.h"
#include <linear.h>
#include <math.h>
#include <stdlib.h>

#define LEAST_SEEN 3                             /* rows that a feature must occur in */
#define FEW_ROWS 4000                            /* below it, two rows are enough, */
#define FEW_DIRECTIONS 40                        /* and no more of a vector's numbers count, those of most variance */
#define ODDS_SHARE 0.7                           /* how far a feature's odds decide its size: 1 is all, 0 nothing */

static const double COSTS[] = { 0.001, 0.003, 0.01, 0.03, 0.1, 0.3 };
enum { MIDDLE = 2 };

typedef struct {
	const dx_train_options *opt;
	dx_word_machine *words;
	dx_rows rows;                          /* numbered */
	size_t n_own;                            /* rows that are measured: the first */
	uint32_t most;                           /* features */
	struct feature_node *node, **x;          /* the same for liblinear */
	double class_cost[DX_STANCE_LABELS];
	uint32_t *fold;                          /* [rows] */
	bool by_odds;                            /* hashed features are weighed by their odds before liblinear sees them */
} fit;

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: stance training");
}

uint32_t dx_stance_group_of(uint32_t key)
{
	const uint32_t f = dx_stance_family_of(key);
	switch (f) {
	case DX_SF_COUNT:
		return DX_STANCE_GROUPS;
	case DX_SF_VECTOR:
		return DX_SF_COUNT + dx_stance_number_of(key) / DX_LEX_VECTOR_DIM;
	case DX_SF_ADVICE:
		return DX_STANCE_ADVICE;
	case DX_SF_ISSUE_DENSE:
		return DX_STANCE_BY_ISSUE;
	default:
		return f;
	}
}

uint32_t dx_word_machine_find(const dx_word_machine *m, uint32_t key)
{
	for (uint32_t b = key >> DX_STANCE_SHIFT, i = m->bucket[b]; i < m->bucket[b + 1]; i++)
		if (m->key[i] == key)
			return i;
	return UINT32_MAX;
}

void dx_stance_class_costs(double *cost, const dx_rows *r, uint32_t n_class)
{
	size_t count[DX_STANCE_LABELS] = { 0 };
	for (size_t i = 0; i < r->n; i++)
		count[r->y[i]]++;
	for (uint32_t c = 0; c < n_class; c++)
		cost[c] = count[c] ? (double)r->n / ((double)n_class * (double)count[c]) : 1;
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

/* Families that cross-validation decides on, where rows have them: what is said of each target, and letters. Letters for a target are
 * used with both only. */
#define OPTIONAL (1u << DX_SF_TOPIC | 1u << DX_SF_LETTERS)

/* A direction of a word vector that so few rows cannot learn from? */
static bool is_minor_direction(uint32_t key, size_t n_row)
{
	return n_row < FEW_ROWS && dx_stance_family_of(key) == DX_SF_VECTOR && dx_stance_number_of(key) % DX_LEX_VECTOR_DIM >= FEW_DIRECTIONS;
}

static dx_status make_dictionary(fit *m, const dx_rows *r, uint32_t without, dx_err *err)
{
	size_t n = 0;
	uint32_t *all = calloc(r->n_f + 1, sizeof *all);
	size_t least = r->n < FEW_ROWS ? 2 : LEAST_SEEN;
	if (!all)
		return no_memory(err);
	for (size_t i = 0; i < r->n_f; i++)
		if (!(without >> dx_stance_family_of(r->f[i].i) & 1) && !is_minor_direction(r->f[i].i, r->n))
			all[n++] = r->f[i].i;
	qsort(all, n, sizeof *all, by_number);
	while (frequent(NULL, all, n, least) > m->most)
		least++;
	m->words->key = calloc(n + 1, sizeof *m->words->key);
	if (m->words->key)
		m->words->n_feat = frequent(m->words->key, all, n, least);
	free(all);
	if (!m->words->key)
		return no_memory(err);
	dx_stance_buckets(m->words->bucket, m->words->key, m->words->n_feat);
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
		dx_stance_number(&x, m->words->key, m->words->bucket);
		st = dx_rows_add(&m->rows, &x, r->y[i], r->group[i], err);
		dx_arena_reset(arena);
	}
	return st;
}

/* --- liblinear --- */

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
		*at++ = (struct feature_node){ .index = (int)m->words->n_feat + 1, .value = 1 };
		*at++ = (struct feature_node){ .index = -1 };
	}
	return DX_OK;
}

/* The size of each feature for class c against the rest, learnt from the rows outside fold `out`: the log of how much oftener it occurs with
 * the class or without it (Wang and Manning 2012). So regularisation spares what tells the classes apart, which matters when rows are few. */
static dx_status weigh_features(double *size, const fit *m, const uint32_t *fold, uint32_t out, uint32_t c, dx_err *err)
{
	const dx_rows *r = &m->rows;
	const uint32_t n = m->words->n_feat;
	double *with = calloc(2 * (size_t)n + 1, sizeof *with), all[2] = { 2, 2 };
	if (!with)
		return no_memory(err);
	double *without = with + n;
	for (size_t i = 0; i < r->n; i++) {
		const bool me = (uint32_t)r->y[i] == c;
		if (fold[i] == out)
			continue;
		all[me]++;
		for (size_t k = r->beg[i]; k < r->beg[i + 1]; k++)
			(me ? with : without)[r->f[k].i]++;
	}
	for (uint32_t i = 0; i < n; i++)
		if (!dx_stance_is_dense(m->words->key[i]))
			size[i] = 1 - ODDS_SHARE + ODDS_SHARE * fabs(log((with[i] + 1) / all[1] / ((without[i] + 1) / all[0])));
	free(with);
	return DX_OK;
}

typedef struct {
	struct problem p;
	struct feature_node *node;               /* the rows again where features are weighed; NULL: those of the fit */
	bool both[2];                            /* has rows of the rest, of the class */
} binary;

/* The rows outside fold `out` as a problem of class c against the rest, each feature as large as size says (NULL: as it is). */
static dx_status make_binary(binary *b, const fit *m, const double *size, const uint32_t *fold, uint32_t out, uint32_t c, dx_err *err)
{
	const size_t n_node = m->rows.n_f + 2 * m->rows.n;
	*b = (binary){ .p = { .n = (int)m->words->n_feat + 1, .bias = -1, .y = calloc(m->rows.n, sizeof *b->p.y), .x = calloc(m->rows.n, sizeof *b->p.x) } };
	b->node = size ? malloc(n_node * sizeof *b->node) : NULL;
	if (!b->p.x || !b->p.y || (size && !b->node))
		return no_memory(err);
	for (size_t k = 0; k < n_node && size; k++) {
		b->node[k] = m->node[k];
		if (m->node[k].index > 0)
			b->node[k].value *= size[m->node[k].index - 1];
	}
	for (size_t i = 0; i < m->rows.n; i++)
		if (fold[i] != out) {
			const bool me = (uint32_t)m->rows.y[i] == c;
			b->both[me] = true;
			b->p.y[b->p.l] = me ? 1 : -1;
			b->p.x[b->p.l++] = size ? b->node + (m->x[i] - m->node) : m->x[i];
		}
	return DX_OK;
}

static dx_status solve(double *w, const fit *m, const binary *b, uint32_t c, double cost, dx_err *err)
{
	int label[2] = { 1, -1 };
	double weight[2] = { m->class_cost[c], 1 };
	const struct parameter par = { .solver_type = L2R_L2LOSS_SVC, .C = cost, .eps = 0.01, .p = 0.1, .nr_weight = 2, .weight_label = label,
		.weight = weight };
	struct model *mod = train(&b->p, &par);
	if (!mod)
		return no_memory(err);
	for (uint32_t i = 0; i <= m->words->n_feat; i++)
		w[i] = mod->label[0] == 1 ? mod->w[i] : -mod->w[i];
	free_and_destroy_model(&mod);
	return DX_OK;
}

/* Weights [n_feat + 1] (bias last) of class c against the rest, trained on the rows outside fold `out` (UINT32_MAX: all). */
static dx_status one_against_rest(double *w, const fit *m, const uint32_t *fold, uint32_t out, uint32_t c, double cost, dx_err *err)
{
	const size_t n = (size_t)m->words->n_feat + 1;
	double *size = m->by_odds ? malloc(n * sizeof *size) : NULL;
	binary b = { 0 };
	dx_status st = m->by_odds && !size ? no_memory(err) : DX_OK;
	for (size_t i = 0; i < n && size; i++)
		size[i] = 1;
	memset(w, 0, n * sizeof *w);
	if (!st && size)
		st = weigh_features(size, m, fold, out, c, err);
	if (!st)
		st = make_binary(&b, m, size, fold, out, c, err);
	if (!st && b.both[0] && b.both[1])
		st = solve(w, m, &b, c, cost, err);
	for (size_t i = 0; i < n && size; i++)
		w[i] *= size[i];
	free(size);
	free(b.node);
	free(b.p.x);
	free(b.p.y);
	return st;
}

/* Adds row i's scores by family to s[DX_STANCE_GROUPS * n_out]; returns the whole value. */
static double score_row(float *s, const fit *m, const double *w, size_t i, uint32_t o)
{
	double sum = w[m->words->n_feat];
	for (size_t k = m->rows.beg[i]; k < m->rows.beg[i + 1]; k++) {
		const dx_feat f = m->rows.f[k];
		const double v = w[f.i] * (double)f.v;
		const uint32_t group = dx_stance_group_of(m->words->key[f.i]);
		sum += v;
		if (group < DX_STANCE_GROUPS)
			s[group * m->words->n_out + o] += (float)v;
	}
	return sum;
}

/* The class of output o: for two classes the only output speaks for class 1. */
static uint32_t class_of(const fit *m, uint32_t o)
{
	return m->words->n_class == 2 ? 1 : o;
}

/* Macro F1 of the largest value a row. */
static double macro_f1(const fit *m, const double *value)
{
	size_t hit[DX_STANCE_LABELS] = { 0 }, gold[DX_STANCE_LABELS] = { 0 }, said[DX_STANCE_LABELS] = { 0 };
	double f = 0;
	for (size_t i = 0; i < m->n_own; i++) {
		const double *v = value + i * m->words->n_out;
		uint32_t best = m->words->n_class == 2 ? v[0] > 0 : 0;
		for (uint32_t o = 1; o < m->words->n_out; o++)
			if (v[o] > v[best])
				best = o;
		gold[m->rows.y[i]]++;
		said[best]++;
		hit[m->rows.y[i]] += best == (uint32_t)m->rows.y[i];
	}
	for (uint32_t c = 0; c < m->words->n_class; c++)
		f += gold[c] + said[c] ? 2 * (double)hit[c] / (double)(gold[c] + said[c]) : 0;
	return f / m->words->n_class;
}

/* One output of a fold's complement, applied to the fold. */
typedef struct {
	const fit *m;
	double cost, *value;                     /* [rows][n_out] */
	float *score;
} crossing;

static dx_status cross_part(void *ctx, uint32_t k, dx_err *err)
{
	const crossing *x = ctx;
	const fit *m = x->m;
	const uint32_t n_out = m->words->n_out, f = k / n_out, o = k % n_out;
	double *w = calloc(m->words->n_feat + 1, sizeof *w);
	dx_status st = w ? one_against_rest(w, m, m->fold, f, class_of(m, o), x->cost, err) : no_memory(err);
	for (size_t i = 0; i < m->rows.n && !st; i++)
		if (m->fold[i] == f)
			x->value[i * n_out + o] = score_row(x->score + i * DX_STANCE_GROUPS * n_out, m, w, i, o);
	free(w);
	return st;
}

/* Out-of-fold scores at a cost into score; *quality: macro F1. */
static dx_status cross_score(float *score, double *quality, const fit *m, double cost, dx_err *err)
{
	crossing x = { .m = m, .cost = cost, .score = score, .value = calloc(m->rows.n * m->words->n_out, sizeof *x.value) };
	const dx_jobs jobs = { .n = m->opt->folds * m->words->n_out, .threads = m->opt->threads, .part = cross_part, .ctx = &x };
	memset(score, 0, m->rows.n * DX_STANCE_GROUPS * m->words->n_out * sizeof *score);
	dx_status st = x.value ? dx_jobs_run(&jobs, err) : no_memory(err);
	if (!st)
		*quality = macro_f1(m, x.value);
	free(x.value);
	return st;
}

static void progress(const fit *m, size_t done)
{
	if (m->opt->progress)
		m->opt->progress(m->opt->progress_ctx, m->words->name, done, DX_COUNT(COSTS) + 6);
}

static void forget_rows(fit *m)
{
	free(m->node);
	free(m->x);
	free(m->words->key);
	dx_rows_fini(&m->rows);
	m->node = NULL;
	m->x = NULL;
	m->words->key = NULL;
}

/* Dictionary, numbered rows and nodes without some families. */
static dx_status prepare(fit *m, const dx_rows *rows, uint32_t without, dx_arena *arena, dx_err *err)
{
	forget_rows(m);
	dx_status st = make_dictionary(m, rows, without, err);
	if (!st)
		st = number_rows(m, rows, arena, err);
	return st ? st : make_nodes(m, err);
}

/* Tries a cost on what is prepared and keeps its scores when they are the best so far. */
static dx_status try_cost(fit *m, float *score, uint32_t without, double cost, bool *better, dx_err *err)
{
	const size_t n = m->rows.n * DX_STANCE_GROUPS * m->words->n_out;
	double q = 0;
	dx_status st = cross_score(score, &q, m, cost, err);
	*better = !st && q > m->words->macro_f1;
	if (*better) {
		m->words->macro_f1 = q;
		m->words->cost = cost;
		m->words->without = without;
		m->words->by_odds = m->by_odds;
		memcpy(m->words->score, score, n * sizeof *score);
	}
	return st;
}

static uint32_t optional_families(const dx_rows *r)
{
	uint32_t has = 0;
	for (size_t i = 0; i < r->n_f; i++)
		has |= OPTIONAL & 1u << dx_stance_family_of(r->f[i].i);
	return has;
}

/* The costs around the middle, as long as they get better. */
static dx_status choose_cost(fit *m, float *score, size_t *step, dx_err *err)
{
	dx_status st = DX_OK;
	for (int up = 0; up < 2 && !st; up++) {
		bool better = true;
		for (size_t k = MIDDLE; !st && better && (up ? k + 1 < DX_COUNT(COSTS) : k > 0);) {
			progress(m, (*step)++);
			k = up ? k + 1 : k - 1;
			st = try_cost(m, score, m->words->without, COSTS[k], &better, err);
		}
		if (m->words->cost < COSTS[MIDDLE])
			break;                   /* lower was better: higher is not */
	}
	return st;
}

/* Whether features are weighed by their odds, at the cost that is best without and the next lower one. */
static dx_status choose_odds(fit *m, float *score, size_t *step, dx_err *err)
{
	const double cost = m->words->cost;
	bool better;
	dx_status st = DX_OK;
	m->by_odds = true;
	for (size_t k = 0; k < DX_COUNT(COSTS) && !st; k++)
		if (COSTS[k] == cost || (k + 1 < DX_COUNT(COSTS) && COSTS[k + 1] == cost)) {
			progress(m, (*step)++);
			st = try_cost(m, score, m->words->without, COSTS[k], &better, err);
		}
	m->by_odds = m->words->by_odds;
	return st;
}

/* The families at the middle cost, then the cost, then the odds. What is prepared in the end is the best. */
static dx_status choose(fit *m, const dx_rows *rows, float *score, dx_arena *arena, dx_err *err)
{
	const uint32_t has = optional_families(rows), lacks = OPTIONAL & ~has, both = 1u << DX_SF_TOPIC | 1u << DX_SF_LETTERS;
	uint32_t prepared = UINT32_MAX;
	bool better = true;
	size_t step = 0;
	dx_status st = DX_OK;
	m->words->macro_f1 = -1;
	for (uint32_t without = has;; without = (without - 1) & has) {
		progress(m, step++);
		prepared = without | lacks | ((without | lacks) & both ? 1u << DX_SF_TOPIC_LETTERS : 0);
		st = prepare(m, rows, prepared, arena, err);
		if (!st)
			st = try_cost(m, score, prepared, COSTS[MIDDLE], &better, err);
		if (st || !without)
			break;
	}
	if (!st && prepared != m->words->without)
		st = prepare(m, rows, m->words->without, arena, err);
	if (!st)
		st = choose_cost(m, score, &step, err);
	if (!st)
		st = choose_odds(m, score, &step, err);
	return st;
}

/* One output of all rows. */
static dx_status whole_part(void *ctx, uint32_t o, dx_err *err)
{
	const fit *m = ctx;
	return one_against_rest(m->words->w + (size_t)o * (m->words->n_feat + 1), m, m->fold, UINT32_MAX, class_of(m, o), m->words->cost, err);
}

static dx_status fit_rows(fit *m, const dx_rows *rows, dx_arena *arena, dx_err *err)
{
	const size_t n_score = rows->n * DX_STANCE_GROUPS * m->words->n_out;
	float *score = calloc(n_score, sizeof *score);
	m->fold = calloc(rows->n, sizeof *m->fold);
	m->words->score = calloc(n_score, sizeof *m->words->score);
	dx_status st = m->fold && score && m->words->score ? DX_OK : no_memory(err);
	for (size_t i = 0; i < rows->n && !st; i++)
		m->fold[i] = dx_fold_of(rows->group[i], m->opt->folds, m->opt->seed);
	if (!st)
		st = choose(m, rows, score, arena, err);
	if (!st && !(m->words->w = calloc((size_t)m->words->n_out * (m->words->n_feat + 1), sizeof *m->words->w)))
		st = no_memory(err);
	const dx_jobs jobs = { .n = m->words->n_out, .threads = m->opt->threads, .part = whole_part, .ctx = m };
	if (!st)
		st = dx_jobs_run(&jobs, err);
	free(m->fold);
	free(score);
	return st;
}

dx_status dx_word_machine_fit(dx_word_machine *out, const dx_rows *rows, size_t n_own, uint32_t n_class, uint32_t most, const char *name,
                              const dx_train_options *opt, dx_err *err)
{
	fit m = { .opt = opt, .words = out, .n_own = n_own, .most = most };
	dx_arena *arena;
	dx_status st = dx_arena_new(&arena, err);
	if (st)
		return st;
	set_print_string_function(silent);
	*out = (dx_word_machine){ .name = name, .n_class = n_class, .n_out = n_class == 2 ? 1 : n_class };
	dx_stance_class_costs(m.class_cost, rows, n_class);
	st = fit_rows(&m, rows, arena, err);
	free(m.node);
	free(m.x);
	dx_rows_fini(&m.rows);
	dx_arena_free(arena);
	return st;
}

void dx_word_machine_fini(dx_word_machine *m)
{
	free(m->key);
	free(m->w);
	free(m->score);
	*m = (dx_word_machine){ 0 };
}

void dx_word_machine_score(double *out, const dx_word_machine *m, const dx_rows *rows, size_t i)
{
	memset(out, 0, m->n_out * sizeof *out);
	for (size_t k = rows->beg[i]; k < rows->beg[i + 1]; k++) {
		const uint32_t f = dx_word_machine_find(m, rows->f[k].i);
		for (uint32_t o = 0; o < m->n_out && f != UINT32_MAX; o++)
			out[o] += m->w[(size_t)o * (m->n_feat + 1) + f] * (double)rows->f[k].v;
	}
}

