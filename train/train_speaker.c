#include "train/train_speaker.h"
#include "model/decide_speaker.h"
#include "train/read.h"
#include "train/shuffle.h"
#include <math.h>
#include <stdlib.h>

#define VERSION 3
#define RARE 60                                  /* nation evidence that fewer rows have keeps the weight of the rules */
#define MOST_WORD 24                             /* words of a name that are compared */
#define COST 0.02
#define DROP 20                                  /* one source in so many is left out, besides shared ones */

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

/* ---- rows: one for each pair of the right candidate and a wrong one, the difference of their vectors ---- */

/* One quote: its candidates, the right one first, and the rows of the pairs (right, wrong). An even row is right - wrong with class 1,
 * an odd one wrong - right with class 0, so that classes are even and the machine has no bias to speak of.
 * Where no candidate is right, the vectors wait in `missed`, for calibration only. */
typedef struct { size_t beg, n_pair, n, quote; bool right; uint32_t ent[DX_SPEAKER_MOST]; } group;

typedef struct {
	const dx_record *recs;
	size_t n_recs;
	const dx_train_options *opt;
	dx_arena *arena;
	dx_rows rows, missed;
	group *groups;
	size_t n_groups, cap_groups;
	int32_t *chosen;                         /* [n_quotes] entity that the round before chose, -1 for none; NULL in the first */
	size_t n_quotes;                         /* of all records, counted as they are read */
	double *dense;                           /* [DX_SPEAKER_FEATURES] zero between uses */
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

static dx_status no_memory(trainer *t)
{
	return dx_fail(t->err, DX_ENOMEM, "out of memory: speaker rows");
}

static dx_status add_group(trainer *t, group g)
{
	if (t->n_groups == t->cap_groups) {
		size_t cap = t->cap_groups ? 2 * t->cap_groups : 1024;
		group *p = realloc(t->groups, cap * sizeof *p);
		if (!p)
			return no_memory(t);
		t->groups = p;
		t->cap_groups = cap;
	}
	t->groups[t->n_groups++] = g;
	return DX_OK;
}

/* x becomes a - b. */
static void subtract(dx_vec *x, double *dense, const dx_vec *a, const dx_vec *b)
{
	x->n = 0;
	for (size_t i = 0; i < b->n; i++)
		dense[b->f[i].i] = (double)b->f[i].v;
	for (size_t i = 0; i < a->n; i++) {
		dx_vec_add(x, a->f[i].i, (float)((double)a->f[i].v - dense[a->f[i].i]));
		dense[a->f[i].i] = 0;
	}
	for (size_t i = 0; i < b->n; i++) {
		dx_vec_add(x, b->f[i].i, (float)-dense[b->f[i].i]);
		dense[b->f[i].i] = 0;
	}
}

/* The vectors of one quote's candidates. */
typedef struct { dx_vec v[DX_SPEAKER_MOST]; } vectors;

static bool vectors_of(vectors *x, dx_arena *a, const dx_speakers *s, size_t q, const dx_candidate *c, size_t n)
{
	float value[DX_N_SPK];
	bool failed = false;
	for (size_t i = 0; i < n; i++) {
		x->v[i] = (dx_vec){ .arena = a };
		dx_speaker_values(value, s, q, c + i, c, n);
		dx_speaker_vector(x->v + i, s, q, value);
		failed |= x->v[i].failed;
	}
	return !failed;
}

static dx_status add_pairs(trainer *t, group *g, const vectors *x, const dx_candidate *c, const int32_t *y, uint32_t rec)
{
	dx_vec diff = { .arena = t->arena };
	size_t right = 0;
	dx_status st = DX_OK;
	while (!y[right])
		right++;
	size_t n = g->n;
	g->n = 0;
	g->ent[g->n++] = c[right].ent;
	for (size_t i = 0; i < n && !st; i++) {
		if (y[i])
			continue;
		bool up = t->rows.n % 2 == 0;
		subtract(&diff, t->dense, x->v + (up ? right : i), x->v + (up ? i : right));
		g->ent[g->n++] = c[i].ent;
		g->n_pair++;
		st = diff.failed ? no_memory(t) : dx_rows_add(&t->rows, &diff, up, rec, t->err);
	}
	return st;
}

/* Who is taken to have said the quote when later ones are looked at: whom the last round chose, else the right one. */
static int32_t spoke(const trainer *t, const group *g)
{
	return t->chosen && t->chosen[g->quote] >= 0 ? t->chosen[g->quote] : (int32_t)g->ent[0];
}

static dx_status add_quote(trainer *t, dx_speakers *s, const dx_record *r, size_t q, uint32_t rec)
{
	dx_candidate c[DX_SPEAKER_MOST];
	int32_t y[DX_SPEAKER_MOST] = { 0 };
	vectors x;
	size_t n = dx_speakers_candidates(c, s, q);
	group g = { .beg = t->rows.n, .n = n, .quote = t->n_quotes++ };
	dx_str gold = r->quotes[q].speaker;
	dx_status st = DX_OK;
	bool use = is_known(gold) && n, right = use && label(y, s, c, n, gold);
	if (use && !vectors_of(&x, t->arena, s, q, c, n))
		return no_memory(t);
	g.right = right;
	if (right)
		st = add_pairs(t, &g, &x, c, y, rec);
	for (size_t i = 0; i < n && use && !right && !st; i++)
		st = dx_rows_add(&t->missed, x.v + i, 0, (uint32_t)t->n_groups, t->err);
	if (use && !st)
		st = add_group(t, g);
	if (!st)
		dx_speakers_said(s, q, right ? spoke(t, &g) : n ? (int32_t)c[0].ent : -1);
	return st;
}

static dx_status add_article(trainer *t, const dx_record *r, uint32_t rec)
{
	dx_doc doc;
	dx_speakers s;
	dx_status st = dx_train_read(&doc, r->text, t->opt, t->arena, t->err);
	if (!st)
		st = dx_speakers_init(&s, &doc, r->quotes, r->n_quotes, NULL, t->err);
	for (size_t q = 0; q < r->n_quotes && !st; q++)
		st = add_quote(t, &s, r, q, rec);
	return st;
}

/* A copy of r whose quotes lack some sources, as prediction does not find them all: half of those that an earlier quote of the
 * sentence has too ("she said A and added B"), few of the others. */
static dx_status drop_sources(dx_record *out, const trainer *t, const dx_record *r, uint64_t seed)
{
	*out = *r;
	out->quotes = dx_arena_array(t->arena, r->n_quotes + 1, sizeof *out->quotes);
	if (!out->quotes)
		return dx_fail(t->err, DX_ENOMEM, "out of memory: %zu quotes", r->n_quotes);
	for (size_t i = 0; i < r->n_quotes; i++) {
		dx_quote *q = out->quotes + i;
		*q = r->quotes[i];
		uint64_t draw = dx_mix(seed, i) >> 20;
		bool shared = i && q->source.n && r->quotes[i - 1].source.n && q->source.v[0].beg == r->quotes[i - 1].source.v[0].beg;
		if (shared ? draw % 2 : draw % DROP == 0)
			q->source = (dx_spans){ NULL, 0 };
	}
	return DX_OK;
}

/* The article as it is, and with its lines in another order; some sources are left out in both. */
static dx_status add_record(trainer *t, uint32_t rec)
{
	dx_record mixed, less;
	uint64_t seed = dx_mix(t->opt->seed, rec);
	dx_status st = drop_sources(&less, t, t->recs + rec, seed);
	if (!st)
		st = add_article(t, &less, rec);
	dx_arena_reset(t->arena);
	if (!st)
		st = dx_shuffle_lines(&mixed, t->recs + rec, seed, t->arena, t->err);
	if (!st)
		st = drop_sources(&less, t, &mixed, seed + 1);
	if (!st)
		st = add_article(t, &less, rec);
	dx_arena_reset(t->arena);
	return st;
}

static dx_status add_all(trainer *t)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < t->n_recs && !st; i++)
		if (has_speakers(t->recs + i))
			st = add_record(t, (uint32_t)i);
	if (!st && t->rows.n < 2)
		st = dx_fail(t->err, DX_EDATA, "no quote with a speaker to choose in %zu records", t->n_recs);
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

/* Scores of g's candidates on held-out folds, that of the right one taken as 0. The first pair's decision value speaks for class 0. */
static void scores_of(double *score, const group *g, const double *values)
{
	score[0] = 0;
	for (size_t i = 0; i < g->n_pair; i++)
		score[i + 1] = (g->beg + i) % 2 == 0 ? values[g->beg + i] : -values[g->beg + i];
}

/* What confidence is learned from: one quote's lead, and whether its best candidate is right. */
typedef struct { double lead; bool right; } outcome;

/* conf by logistic regression on the lead of the best candidate: Newton's method. */
static void calibrate(double conf[2], const outcome *o, size_t n)
{
	conf[0] = conf[1] = 0;
	for (size_t step = 0; step < 30; step++) {
		double g[2] = { 0 }, h[3] = { 1e-3, 0, 1e-3 };
		for (size_t i = 0; i < n; i++) {
			double x = o[i].lead, p = 1 / (1 + exp(-(conf[0] + conf[1] * x))), w = p * (1 - p), e = (o[i].right ? 1 : 0) - p;
			g[0] += e;
			g[1] += e * x;
			h[0] += w;
			h[1] += w * x;
			h[2] += w * x * x;
		}
		double det = h[0] * h[2] - h[1] * h[1];
		conf[0] += (h[2] * g[0] - h[1] * g[1]) / det;
		conf[1] += (h[0] * g[1] - h[1] * g[0]) / det;
	}
}

/* The outcomes of all quotes: of those with a right candidate by held-out folds, of the others by the machine, which has not seen them. */
static size_t outcomes(outcome *o, const trainer *t, const double *values, const dx_svm *m)
{
	double score[DX_SPEAKER_MOST], lead;
	size_t n = 0, row = 0;
	for (size_t i = 0; i < t->n_groups; i++) {
		const group *g = t->groups + i;
		if (g->right)
			scores_of(score, g, values);
		for (size_t k = 0; k < g->n && !g->right; k++, row++)
			score[k] = dx_svm_yes(m, t->missed.f + t->missed.beg[row], t->missed.beg[row + 1] - t->missed.beg[row]);
		size_t best = dx_speaker_best(&lead, score, g->n);
		o[n++] = (outcome){ lead, best == 0 && g->right };
	}
	return n;
}

/* Notes whom the machine chose on held-out folds. */
static dx_status choose(trainer *t, const double *values)
{
	free(t->chosen);
	t->chosen = calloc(t->n_quotes, sizeof *t->chosen);
	if (!t->chosen)
		return no_memory(t);
	for (size_t i = 0; i < t->n_quotes; i++)
		t->chosen[i] = -1;
	for (size_t i = 0; i < t->n_groups; i++) {
		double lead, score[DX_SPEAKER_MOST];
		const group *g = t->groups + i;
		if (!g->right)
			continue;
		scores_of(score, g, values);
		t->chosen[g->quote] = (int32_t)g->ent[dx_speaker_best(&lead, score, g->n)];
	}
	return DX_OK;
}

static dx_status learn_confidence(double conf[2], const trainer *t, const double *values, const dx_pack *svm)
{
	dx_svm m;
	dx_cursor c = { svm->p, svm->n, 0, false };
	outcome *o = malloc((t->n_groups + 1) * sizeof *o);
	dx_status st = o ? dx_svm_unpack(&m, &c, t->err) : dx_fail(t->err, DX_ENOMEM, "out of memory: %zu quotes", t->n_groups);
	if (!st)
		calibrate(conf, o, outcomes(o, t, values, &m));
	free(o);
	return st;
}

static void drop_rows(trainer *t)
{
	dx_rows_fini(&t->rows);
	dx_rows_fini(&t->missed);
	t->rows = t->missed = (dx_rows){ 0 };
	t->n_groups = t->n_quotes = 0;
}

/* First round: the gold speaker spoke before; second: whom the first machine chose on held-out folds, as in prediction. */
static dx_status train_round(trainer *t, dx_pack *svm, double conf[2], bool last)
{
	drop_rows(t);
	free(svm->p);
	*svm = (dx_pack){ 0 };
	dx_status st = add_all(t);
	double *values = st ? NULL : calloc(t->rows.n, sizeof *values);
	if (!st)
		st = values ? fit(t, svm, values, last) : no_memory(t);
	if (!st)
		st = learn_confidence(conf, t, values, svm);
	if (!st)
		st = choose(t, values);
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
		bool nation = i == DX_SPK_NATION_SAME || (i >= DX_SPK_OWN_NATION && i <= DX_SPK_OTHER_REGION_WE);
		dx_pack_f64(out, nation && seen[i] < RARE ? DX_SPEAKER_PRIOR * dx_speaker_rule_weight(i) : 0);
	}
}

dx_status dx_train_speaker(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .recs = recs, .n_recs = n, .opt = opt, .err = err };
	dx_pack out = { 0 }, svm = { 0 };
	double conf[2];
	dx_status st = dx_arena_new(&t.arena, err);
	t.dense = calloc(DX_SPEAKER_FEATURES, sizeof *t.dense);
	if (!st && !t.dense)
		st = no_memory(&t);
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
	free(t.dense);
	drop_rows(&t);
	dx_arena_free(t.arena);
	return st;
}
