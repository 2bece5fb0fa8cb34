#include "train/train_speaker.h"
#include "features/analyse.h"
#include "model/decide_speaker.h"
#include <math.h>
#include <stdlib.h>

#define VERSION 2
#define RARE 60                                  /* nation evidence that fewer rows have keeps the weight of the rules */
#define MOST_WORD 24                             /* words of a name that are compared */
#define COST 0.05

/* ---- names ---- */

typedef struct { uint64_t w[MOST_WORD]; size_t n; } words;

static bool is_letter(unsigned char c)
{
	return dx_ascii_digit(c) || dx_ascii_lower(c | 32) || c >= 0x80 || c == '\'' || c == '-';
}

/* Lower-case words; ’ counts as ', a final 's and leading articles are dropped. */
static words words_of(dx_str s)
{
	words x = { .n = 0 };
	char buf[128];
	for (size_t i = 0; i < s.n && x.n < MOST_WORD;) {
		size_t n = 0;
		while (i < s.n && !is_letter((unsigned char)s.p[i]))
			i++;
		while (i < s.n && is_letter((unsigned char)s.p[i])) {
			bool curly = s.n - i >= 3 && !memcmp(s.p + i, "\xe2\x80\x99", 3);
			char c = curly ? '\'' : dx_ascii_upper((unsigned char)s.p[i]) ? (char)(s.p[i] | 32) : s.p[i];
			i += curly ? 3 : 1;
			if (n < sizeof buf)
				buf[n++] = c;
		}
		if (i >= s.n && n > 2 && buf[n - 2] == '\'' && buf[n - 1] == 's')
			n -= 2;
		bool article = !x.n && ((n == 3 && !memcmp(buf, "the", 3)) || (n == 1 && *buf == 'a') || (n == 2 && !memcmp(buf, "an", 2)));
		if (n && !article)
			x.w[x.n++] = dx_hash(buf, n);
	}
	return x;
}

static bool within(const words *a, const words *b)
{
	for (size_t i = 0; i < a->n; i++) {
		bool found = false;
		for (size_t k = 0; k < b->n; k++)
			found |= a->w[i] == b->w[k];
		if (!found)
			return false;
	}
	return true;
}

int dx_name_match(dx_str a, dx_str b)
{
	words x = words_of(a), y = words_of(b);
	if (!x.n || !y.n)
		return 0;
	if (x.n == y.n && !memcmp(x.w, y.w, x.n * sizeof *x.w))
		return 2;
	return (within(&x, &y) || within(&y, &x)) && x.w[x.n - 1] == y.w[y.n - 1];
}

/* ---- rows ---- */

/* One quote's rows, [beg, beg + n) of the problem, the entities behind them, and the one that the last round chose. */
typedef struct { size_t beg, n, quote; uint32_t ent[DX_SPEAKER_MOST]; } group;

typedef struct {
	const dx_record *recs;
	size_t n_recs;
	const dx_train_options *opt;
	dx_header *header;
	dx_arena *arena;
	dx_rows rows;
	group *groups;
	size_t n_groups, cap_groups;
	int32_t *chosen;                         /* [n_quotes] entity that the round before chose, -1 for none; NULL in the first */
	size_t n_quotes;                         /* of all records, counted as they are read */
	dx_err *err;
} trainer;

static bool is_known(dx_str speaker)
{
	return speaker.n && !dx_str_eq(speaker, DX_STR("unknown"));
}

static bool has_speakers(const dx_record *r)
{
	for (size_t i = 0; i < r->n_quotes; i++)
		if (is_known(r->quotes[i].speaker))
			return true;
	return false;
}

/* Best-fitting candidates get y = 1. Whether there is one. */
static bool label(int32_t *y, const dx_speakers *s, const dx_candidate *c, size_t n, dx_str gold)
{
	int best = 0, fit[DX_SPEAKER_MOST];
	for (size_t i = 0; i < n; i++) {
		fit[i] = dx_name_match(s->ents.v[c[i].ent].name, gold);
		best = fit[i] > best ? fit[i] : best;
	}
	for (size_t i = 0; i < n; i++)
		y[i] = best && fit[i] == best;
	return best > 0;
}

static dx_status add_group(trainer *t, group g)
{
	if (t->n_groups == t->cap_groups) {
		size_t cap = t->cap_groups ? 2 * t->cap_groups : 1024;
		group *p = realloc(t->groups, cap * sizeof *p);
		if (!p)
			return dx_fail(t->err, DX_ENOMEM, "out of memory: %zu quotes", cap);
		t->groups = p;
		t->cap_groups = cap;
	}
	t->groups[t->n_groups++] = g;
	return DX_OK;
}

/* Who is taken to have said the quote when later ones are looked at: whom the last round chose, else the gold speaker. */
static int32_t spoke(const trainer *t, const group *g, const int32_t *y)
{
	size_t i = 0;
	if (t->chosen && t->chosen[g->quote] >= 0)
		return t->chosen[g->quote];
	while (i < g->n && !y[i])
		i++;
	return (int32_t)g->ent[i < g->n ? i : 0];
}

static dx_status add_quote(trainer *t, dx_speakers *s, size_t q, uint32_t rec, dx_vec *x)
{
	dx_candidate c[DX_SPEAKER_MOST];
	int32_t y[DX_SPEAKER_MOST] = { 0 };
	float value[DX_N_SPK];
	size_t n = dx_speakers_candidates(c, s, q);
	group g = { .beg = t->rows.n, .n = n, .quote = t->n_quotes++ };
	dx_str gold = t->recs[rec].quotes[q].speaker;
	dx_status st = DX_OK;
	bool use = is_known(gold) && label(y, s, c, n, gold);
	for (size_t i = 0; i < n && use && !st; i++) {
		g.ent[i] = c[i].ent;
		dx_speaker_values(value, s, q, c + i, c, n);
		x->n = 0;
		dx_speaker_vector(x, s, q, value);
		st = x->failed ? dx_fail(t->err, DX_ENOMEM, "out of memory: speaker rows") : dx_rows_add(&t->rows, x, y[i], rec, t->err);
	}
	if (use && !st)
		st = add_group(t, g);
	if (!st)
		dx_speakers_said(s, q, use ? spoke(t, &g, y) : n ? (int32_t)c[0].ent : -1);
	return st;
}

static dx_status add_record(trainer *t, uint32_t rec)
{
	const dx_record *r = t->recs + rec;
	dx_doc doc;
	dx_speakers s;
	dx_vec x = { .arena = t->arena };
	dx_status st = dx_analyse(&doc, t->header, r->text, t->arena, t->err);
	if (!st && t->opt->tags)
		st = dx_tags_decide(&doc, t->opt->tags, t->err);
	if (!st)
		st = dx_speakers_init(&s, &doc, r->quotes, r->n_quotes, t->err);
	for (size_t q = 0; q < r->n_quotes && !st; q++)
		st = add_quote(t, &s, q, rec, &x);
	dx_arena_reset(t->arena);
	return st;
}

static dx_status add_all(trainer *t)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < t->n_recs && !st; i++)
		if (has_speakers(t->recs + i))
			st = add_record(t, (uint32_t)i);
	if (!st && !t->rows.n)
		st = dx_fail(t->err, DX_EDATA, "no quote with a speaker in %zu records", t->n_recs);
	return st;
}

/* ---- machine and calibration ---- */

static dx_status fit(trainer *t, dx_pack *out, double *values, bool last)
{
	dx_svm_params par = { .kernel = DX_SVM_LINEAR, .C = COST, .n_class = 2, .n_folds = t->opt->folds < 2 ? 5 : t->opt->folds,
		.seed = t->opt->seed, .n_threads = t->opt->threads, .progress = t->opt->progress, .progress_ctx = t->opt->progress_ctx,
		.export_dir = last ? t->opt->export_dir : NULL, .export_name = "speaker" };
	t->rows.n_feat = DX_SPEAKER_FEATURES;
	return dx_svm_train(out, values, &t->rows, &par, t->err);
}

/* conf by logistic regression on (score, lead) of the best candidate: gradient steps, enough for three weights. */
static void calibrate(double conf[3], const trainer *t, const double *values)
{
	conf[0] = conf[1] = conf[2] = 0;
	for (size_t step = 0; step < 2000; step++) {
		double g[3] = { 0 };
		for (size_t i = 0; i < t->n_groups; i++) {
			double lead;
			const group *k = t->groups + i;
			size_t best = dx_speaker_best(&lead, values + k->beg, k->n);
			double x[3] = { 1, values[k->beg + best], lead };
			double p = 1 / (1 + exp(-(conf[0] * x[0] + conf[1] * x[1] + conf[2] * x[2])));
			for (size_t j = 0; j < 3; j++)
				g[j] += ((double)t->rows.y[k->beg + best] - p) * x[j];
		}
		for (size_t j = 0; j < 3; j++)
			conf[j] += g[j] / (double)t->n_groups;
	}
}

/* Value of "yes" from the first pair's decision value: class 0 is "no". */
static void turn(double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		values[i] = -values[i];
}

/* Notes whom the machine chose on held-out folds. */
static dx_status choose(trainer *t, const double *values)
{
	free(t->chosen);
	t->chosen = calloc(t->n_quotes, sizeof *t->chosen);
	if (!t->chosen)
		return dx_fail(t->err, DX_ENOMEM, "out of memory: %zu quotes", t->n_quotes);
	for (size_t i = 0; i < t->n_quotes; i++)
		t->chosen[i] = -1;
	for (size_t i = 0; i < t->n_groups; i++) {
		double lead;
		const group *g = t->groups + i;
		t->chosen[g->quote] = (int32_t)g->ent[dx_speaker_best(&lead, values + g->beg, g->n)];
	}
	return DX_OK;
}

/* First round: the gold speaker spoke before; second: whom the first machine chose on held-out folds, as in prediction. */
static dx_status train_round(trainer *t, dx_pack *svm, double conf[3], bool last)
{
	dx_rows_fini(&t->rows);
	t->rows = (dx_rows){ 0 };
	t->n_groups = t->n_quotes = 0;
	free(svm->p);
	*svm = (dx_pack){ 0 };
	dx_status st = add_all(t);
	double *values = st ? NULL : calloc(t->rows.n, sizeof *values);
	if (!st)
		st = values ? fit(t, svm, values, last) : dx_fail(t->err, DX_ENOMEM, "out of memory: %zu rows", t->rows.n);
	if (!st) {
		turn(values, t->rows.n);
		calibrate(conf, t, values);
		st = choose(t, values);
	}
	free(values);
	return st;
}

/* The rules' weights of evidence by nations where training hardly saw it: it has no chance in articles of one country. */
static void pack_prior(dx_pack *out, const dx_rows *r)
{
	size_t seen[DX_N_SPK] = { 0 };
	for (size_t i = 0; i < r->n_f; i++)
		if (r->f[i].i < DX_N_SPK)
			seen[r->f[i].i]++;
	for (size_t i = 0; i < DX_N_SPK; i++) {
		bool nation = i == DX_SPK_NATION_SAME || (i >= DX_SPK_OWN_NATION && i <= DX_SPK_OWN_REGION_WE);
		dx_pack_f64(out, nation && seen[i] < RARE ? DX_SPEAKER_PRIOR * dx_speaker_rule_weight(i) : 0);
	}
}

dx_status dx_train_speaker(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .recs = recs, .n_recs = n, .opt = opt, .err = err };
	dx_pack out = { 0 }, svm = { 0 };
	double conf[3];
	dx_status st = dx_header_new(&t.header, err);
	if (!st)
		st = dx_arena_new(&t.arena, err);
	if (!st)
		st = train_round(&t, &svm, conf, false);
	if (!st)
		st = train_round(&t, &svm, conf, true);
	if (!st) {
		dx_pack_u32(&out, VERSION);
		dx_pack_u32(&out, DX_SPEAKER_FEATURES);
		for (size_t i = 0; i < DX_COUNT(conf); i++)
			dx_pack_f64(&out, conf[i]);
		pack_prior(&out, &t.rows);
		dx_pack_bytes(&out, svm.p, svm.n);
		st = out.failed ? dx_fail(err, DX_ENOMEM, "out of memory: section speaker") : dx_writer_put(w, "speaker", out.p, out.n, err);
	}
	free(out.p);
	free(svm.p);
	free(t.groups);
	free(t.chosen);
	dx_rows_fini(&t.rows);
	dx_arena_free(t.arena);
	dx_header_free(t.header);
	return st;
}
