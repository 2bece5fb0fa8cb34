#include "train/train_quotes.h"
#include <math.h>
#include <stdlib.h>
#include "model/decide_quotes.h"
#include "train/chain_train.h"
#include "train/cue_rates.h"
#include "train/curve_fit.h"
#include "train/gold.h"
#include "train/jobs.h"
#include "train/logistic.h"

/* Tables of 2^18 and 2^19 rows of 8 bytes: the model file may have 12 MB. */
static const uint32_t BITS[] = { 18, 19 };
#define EPOCHS 8
/* Rows that a machine gets at most. */
#define MOST_ROWS 60000

enum { SPAN, LINK_CUE, LINK_SOURCE, KEEP, N_MACHINE };

/* What is known of each article while training goes on. */
typedef struct {
	dx_trainset *c;
	const dx_train_options *opt;
	dx_pack rates[64];                       /* of all but one fold; the last of all: [folds + 1] */
	dx_quote_view *view;                     /* [c->n] with the rates of the other folds */
	dx_quote_labels *y;                      /* [c->n] second round, out of fold */
	dx_parts *parts;                         /* [c->n] */
	dx_drafts *drafts;                       /* [c->n] */
	dx_pack chain[2];                        /* trained on all articles */
	dx_pack machine[N_MACHINE];
} job;

static dx_span_view span_view(const job *j, size_t a)
{
	return (dx_span_view){ &j->view[a], j->y[a].label, j->y[a].p };
}

/* --- token chain --- */

static dx_status collect(dx_seqs *s, const job *j, dx_err *err)
{
	uint32_t feat[DX_QUOTE_FEATURES];
	dx_status st = DX_OK;
	for (size_t a = 0; a < j->c->n && !st; a++) {
		const dx_doc *d = &j->c->v[a].doc;
		for (size_t k = 0; k < d->n_par && !st; k++) {
			dx_range par = d->par[k];
			for (size_t i = par.beg; i < par.end && !st; i++)
				st = dx_seqs_token(s, feat, dx_quote_features(feat, j->view + a, par, i), j->c->v[a].label[i], err);
			if (!st)
				st = dx_seqs_end(s, (uint32_t)a, err);
		}
	}
	return st;
}

typedef struct { const dx_seqs *s; dx_chain_params par; dx_pack out; } fold_job;

static dx_status train_fold(void *ctx, uint32_t k, dx_err *err)
{
	fold_job *f = (fold_job *)ctx + k;
	return dx_chain_train(&f->out, f->s, &f->par, err);
}

/* Labels the articles of one fold with the chain of the others. */
static dx_status label_fold(job *j, const fold_job *f, dx_quote_labels *to, dx_err *err)
{
	dx_chain m;
	dx_cursor c = { .p = f->out.p, .n = f->out.n };
	dx_status st = dx_chain_unpack(&m, &c, DX_N_QL, err);
	for (size_t a = 0; a < j->c->n && !st; a++)
		if (j->c->v[a].fold == f->par.fold)
			st = dx_quote_chain_round(to + a, j->view + a, &m, err);
	return st;
}

/* Trains a round on all articles and on each fold's complement, at most opt->threads at a time; to: out-of-fold labels. */
static dx_status train_round(job *j, int round, dx_quote_labels *to, dx_err *err)
{
	dx_seqs s = { 0 };
	const dx_train_options *opt = j->opt;
	uint32_t n = opt->folds + 1;
	fold_job *f = calloc(n, sizeof *f);
	uint32_t *fold = calloc(j->c->n, sizeof *fold);
	dx_status st = f && fold ? collect(&s, j, err) : dx_fail(err, DX_ENOMEM, "out of memory: quote chain");
	for (size_t a = 0; fold && a < j->c->n; a++)
		fold[a] = j->c->v[a].fold;
	for (uint32_t k = 0; k < n && !st; k++)
		f[k] = (fold_job){ .s = &s, .par = { .n_label = DX_N_QL, .bits = BITS[round - 1], .epochs = EPOCHS, .rate = 0.015, .decay = 1e-4,
			.least = 2, .seed = opt->seed, .fold = k, .fold_of = k < opt->folds ? fold : NULL,
			.what = round == 1 ? "quotes, first round" : "quotes, second round",
			.progress = k == 0 ? opt->progress : NULL, .progress_ctx = opt->progress_ctx } };
	if (!st)
		st = dx_jobs_run(&(dx_jobs){ .n = n, .threads = opt->threads, .part = train_fold, .ctx = f }, err);
	for (uint32_t k = 0; k < opt->folds && !st; k++)
		st = label_fold(j, f + k, to, err);
	if (!st) {
		j->chain[round - 1] = f[opt->folds].out;
		f[opt->folds].out = (dx_pack){ 0 };
	}
	for (uint32_t k = 0; f && k < n; k++)
		free(f[k].out.p);
	free(f);
	free(fold);
	dx_seqs_fini(&s);
	return st;
}

static dx_status train_chain(job *j, dx_err *err)
{
	dx_key_table r;
	dx_status st = DX_OK;
	for (uint32_t k = 0; k <= j->opt->folds && !st; k++)
		st = dx_cue_rates_count(j->rates + k, j->c, k, err);
	for (size_t a = 0; a < j->c->n && !st; a++) {
		const dx_pack *p = j->rates + j->c->v[a].fold;
		dx_cursor c = { .p = p->p, .n = p->n };
		st = dx_key_table_unpack(&r, &c, "cue rates", DX_CUE_BINS, err);
		if (!st)
			st = dx_quote_view_new(j->view + a, &j->c->v[a].doc, &r, err);
	}
	if (!st)
		st = train_round(j, 1, j->y, err);
	for (size_t a = 0; a < j->c->n && !st; a++)
		st = dx_quote_view_round2(j->view + a, j->y[a].p, err);
	return st ? st : train_round(j, 2, j->y, err);
}

/* --- gold beside candidates --- */

/* Gold quote whose content piece, cue or source has this core; n_quotes when there is none. */
typedef enum { ROLE_CONTENT, ROLE_CUE, ROLE_SOURCE } role;

static const dx_spans *spans_of(const dx_quote *q, role r)
{
	return r == ROLE_CONTENT ? &q->content : r == ROLE_CUE ? &q->cue : &q->source;
}

/* Share of the union of two token ranges that both cover. */
static double jaccard(dx_range a, uint32_t beg, uint32_t end)
{
	uint32_t lo = a.beg > beg ? a.beg : beg, hi = a.end < end ? a.end : end;
	if (hi <= lo)
		return 0;
	return (double)(hi - lo) / (double)((a.end - a.beg) + (end - beg) - (hi - lo));
}

/* Gold quote that best fits a piece in a role, if at least `least` of the union is shared; else n_quotes. */
static size_t gold_of(const dx_article *a, role r, uint32_t beg, uint32_t end, double least)
{
	size_t best = a->rec->n_quotes;
	double most = least;
	for (size_t i = 0; i < a->rec->n_quotes; i++) {
		const dx_spans *s = spans_of(a->rec->quotes + i, r);
		for (size_t k = 0; k < s->n; k++) {
			double x = jaccard(dx_gold_core(&a->doc, s->v[k], r == ROLE_CONTENT), beg, end);
			if (x >= most && (x > most || best == a->rec->n_quotes)) {
				most = x;
				best = i;
			}
		}
	}
	return best;
}

/* --- machines --- */

/* Trains machine `which` on its rows. */
/* Behind the machine that keeps drafts stands a curve to probabilities. */
static dx_status fit(job *j, int which, dx_rows *r, const char *name, dx_err *err)
{
	const dx_logistic_params par = { .n_folds = j->opt->folds, .seed = j->opt->seed, .name = name, .progress = j->opt->progress,
		.progress_ctx = j->opt->progress_ctx };
	if (which != KEEP)
		return dx_logistic_train(j->machine + which, NULL, r, &par, err);
	double *values = calloc(r->n, sizeof *values);
	dx_status st = values ? dx_logistic_train(j->machine + which, values, r, &par, err) : dx_fail(err, DX_ENOMEM, "out of memory: calibration");
	if (!st)
		st = dx_curve_fit(j->machine + which, values, r->y, r->n, err);
	free(values);
	return st;
}

static dx_status load(dx_svm *out, const dx_pack *p, dx_err *err)
{
	dx_cursor c = { .p = p->p, .n = p->n };
	return dx_svm_unpack(out, &c, err);
}

/* Takes every stride-th of the rows that are offered. */
typedef struct { dx_rows *r; dx_vec x; size_t seen, stride; } sampler;

static dx_status offer(sampler *s, bool yes, size_t article, dx_err *err)
{
	if (s->seen++ % s->stride)
		return DX_OK;
	return s->x.failed ? dx_fail(err, DX_ENOMEM, "out of memory: rows") : dx_rows_add(s->r, &s->x, yes, (uint32_t)article, err);
}

static dx_status span_rows(sampler *s, const job *j, size_t a, dx_err *err)
{
	const dx_article *art = j->c->v + a;
	dx_span_view v = span_view(j, a);
	dx_span_cand *cand = NULL;
	size_t cap = 0;
	dx_status st = DX_OK;
	for (size_t k = 0; k < art->doc.n_par && !st; k++) {
		size_t n = 0;
		st = dx_span_candidates(&cand, &n, &cap, &v, art->doc.par[k], err);
		for (size_t i = 0; i < n && !st; i++) {
			dx_facts f;
			s->x.n = 0;
			dx_span_facts(&f, &v, art->doc.par[k], cand + i);
			dx_factors_add(&s->x, &dx_span_set, &f);
			bool yes = gold_of(art, ROLE_CONTENT, cand[i].beg, cand[i].end, 1.0) < art->rec->n_quotes;
			st = offer(s, yes, a, err);
		}
	}
	return st;
}

static dx_status link_cue_rows(sampler *s, const job *j, size_t a, dx_err *err)
{
	const dx_article *art = j->c->v + a;
	const dx_parts *p = j->parts + a;
	dx_span_view v = span_view(j, a);
	dx_status st = DX_OK;
	for (size_t i = 0; i < p->content.n && !st; i++) {
		const dx_piece *c = p->content.v + i;
		size_t lo, hi, q = gold_of(art, ROLE_CONTENT, c->beg, c->end, 0.5);
		if (q == art->rec->n_quotes)
			continue;
		dx_link_cues(&lo, &hi, &v, p, c);
		for (size_t k = lo; k < hi && !st; k++) {
			const dx_piece *u = p->cue.v + k;
			dx_facts f;
			s->x.n = 0;
			dx_link_cue_facts(&f, &v, p, c, k);
			dx_factors_add(&s->x, &dx_link_set, &f);
			st = offer(s, gold_of(art, ROLE_CUE, u->beg, u->end, 0.01) == q, a, err);
		}
	}
	return st;
}

static size_t draft_gold(const dx_article *art, const dx_parts *p, const dx_draft *d)
{
	const dx_piece *c = p->content.v + d->content[0];
	return gold_of(art, ROLE_CONTENT, c->beg, c->end, 0.5);
}

static dx_status link_source_rows(sampler *s, const job *j, size_t a, dx_err *err)
{
	const dx_article *art = j->c->v + a;
	const dx_parts *p = j->parts + a;
	dx_span_view v = span_view(j, a);
	dx_status st = DX_OK;
	for (size_t i = 0; i < j->drafts[a].n && !st; i++) {
		const dx_draft *d = j->drafts[a].v + i;
		const dx_piece *content = p->content.v + d->content[0];
		bool has_cue = d->cue != DX_NO_PIECE;
		const dx_piece *anchor = has_cue ? p->cue.v + d->cue : content;
		size_t lo, hi, q = draft_gold(art, p, d);
		if (q == art->rec->n_quotes)
			continue;
		dx_link_sources(&lo, &hi, &v, p, anchor);
		for (size_t k = lo; k < hi && !st; k++) {
			const dx_piece *u = p->source.v + k;
			dx_facts f;
			s->x.n = 0;
			dx_link_source_facts(&f, &v, p, anchor, has_cue, content, k);
			dx_factors_add(&s->x, &dx_link_set, &f);
			st = offer(s, gold_of(art, ROLE_SOURCE, u->beg, u->end, 0.01) == q, a, err);
		}
	}
	return st;
}

/* A draft is right when its tokens and the gold quote's share half of their union (the scorer's detection). */
static bool is_detected(const dx_article *art, const dx_parts *p, const dx_draft *d)
{
	size_t q = draft_gold(art, p, d), mine = 0, both = 0, gold = 0;
	if (q == art->rec->n_quotes)
		return false;
	const dx_spans *g = &art->rec->quotes[q].content;
	for (size_t k = 0; k < g->n; k++) {
		dx_range r = dx_gold_core(&art->doc, g->v[k], true);
		gold += r.end - r.beg;
		for (size_t i = 0; i < d->n_content; i++) {
			const dx_piece *c = p->content.v + d->content[i];
			uint32_t lo = r.beg > c->beg ? r.beg : c->beg, hi = r.end < c->end ? r.end : c->end;
			both += hi > lo ? hi - lo : 0;
		}
	}
	for (size_t i = 0; i < d->n_content; i++)
		mine += p->content.v[d->content[i]].end - p->content.v[d->content[i]].beg;
	return 2 * both >= gold + mine - both;
}

static dx_status keep_rows(sampler *s, const job *j, size_t a, dx_err *err)
{
	dx_span_view v = span_view(j, a);
	dx_status st = DX_OK;
	for (size_t i = 0; i < j->drafts[a].n && !st; i++) {
		const dx_draft *d = j->drafts[a].v + i;
		dx_facts f;
		s->x.n = 0;
		dx_keep_facts(&f, d, j->parts + a, &v);
		dx_factors_add(&s->x, &dx_keep_set, &f);
		st = offer(s, is_detected(j->c->v + a, j->parts + a, d), a, err);
	}
	return st;
}

/* Where a handful of articles have no row of one class, a row without any feature stands for it in each fold. */
static dx_status add_missing_class(dx_rows *r, dx_vec *x, uint32_t folds, dx_err *err)
{
	size_t n[2] = { 0 };
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n; i++)
		n[r->y[i] != 0]++;
	x->n = 0;
	for (uint32_t k = 0; k < 2; k++)
		for (uint32_t i = 0; i < folds && !n[k] && !st; i++)
			st = dx_rows_add(r, x, (int32_t)k, i, err);
	return st;
}

typedef dx_status rows_of(sampler *s, const job *j, size_t a, dx_err *err);

/* Counts the rows first, so that the sample spreads over all articles. size: all features that there are. */
static dx_status train_machine(job *j, int which, const char *name, rows_of *rows, uint32_t size, dx_err *err)
{
	dx_rows r = { 0 };
	sampler s = { .r = &r, .x = { .arena = j->c->arena }, .stride = SIZE_MAX };
	dx_status st = DX_OK;
	for (size_t a = 0; a < j->c->n && !st; a++)
		st = rows(&s, j, a, err);
	dx_rows_fini(&r);
	size_t n = s.seen;
	s = (sampler){ .r = &r, .x = s.x, .stride = n / MOST_ROWS + 1 };
	for (size_t a = 0; a < j->c->n && !st; a++)
		st = rows(&s, j, a, err);
	if (!st)
		st = add_missing_class(&r, &s.x, j->opt->folds, err);
	r.n_feat = size;
	if (!st)
		st = fit(j, which, &r, name, err);
	dx_rows_fini(&r);
	return st;
}

static dx_status train_machines(job *j, dx_err *err)
{
	dx_svm m;
	dx_status st = train_machine(j, SPAN, "span", span_rows, DX_SPAN_N, err);
	if (!st)
		st = load(&m, j->machine + SPAN, err);
	for (size_t a = 0; a < j->c->n && !st; a++) {
		dx_span_view v = span_view(j, a);
		st = dx_parts_find(j->parts + a, &v, err);
		if (!st)
			st = dx_quotes_contents(j->parts + a, &v, &m, err);
	}
	if (!st)
		st = train_machine(j, LINK_CUE, "link-cue", link_cue_rows, DX_LINK_N, err);
	if (!st)
		st = load(&m, j->machine + LINK_CUE, err);
	for (size_t a = 0; a < j->c->n && !st; a++) {
		dx_span_view v = span_view(j, a);
		st = dx_quotes_group(j->drafts + a, j->parts + a, &v, &m, err);
	}
	if (!st)
		st = train_machine(j, LINK_SOURCE, "link-source", link_source_rows, DX_LINK_N, err);
	if (!st)
		st = load(&m, j->machine + LINK_SOURCE, err);
	for (size_t a = 0; a < j->c->n && !st; a++) {
		dx_span_view v = span_view(j, a);
		dx_quotes_sources(j->drafts + a, j->parts + a, &v, &m);
	}
	return st ? st : train_machine(j, KEEP, "keep", keep_rows, DX_KEEP_N, err);
}

/* --- acts --- */

typedef struct { uint64_t key; uint32_t n[DX_N_ACT]; } act_count;

static int by_key(const void *a, const void *b)
{
	uint64_t x = ((const act_count *)a)->key, y = ((const act_count *)b)->key;
	return x < y ? -1 : x > y;
}

static uint8_t commonest_act(const uint32_t n[DX_N_ACT])
{
	if (n[DX_ACT_THOUGHT] > n[DX_ACT_SPEECH] && n[DX_ACT_THOUGHT] >= n[DX_ACT_OTHER])
		return DX_ACT_THOUGHT;
	return n[DX_ACT_OTHER] > n[DX_ACT_SPEECH] ? DX_ACT_OTHER : DX_ACT_SPEECH;
}

/* The commonest act of each cue stem that was labelled twice or more and is seldom speech. */
static dx_status pack_acts(dx_pack *out, const job *j, dx_err *err)
{
	act_count *v = NULL;
	size_t n = 0, cap = 0, w = 0;
	for (size_t a = 0; a < j->c->n; a++)
		for (size_t i = 0; i < j->c->v[a].rec->n_quotes; i++) {
			const dx_quote *q = j->c->v[a].rec->quotes + i;
			if (q->act == DX_ACT_NONE || !q->cue.n)
				continue;
			dx_range r = dx_gold_core(&j->c->v[a].doc, q->cue.v[0], false);
			for (uint32_t t = r.beg; t < r.end; t++) {
				if (n == cap) {
					void *more = realloc(v, (cap = cap ? 2 * cap : 1024) * sizeof *v);
					if (!more) {
						free(v);
						return dx_fail(err, DX_ENOMEM, "out of memory: acts");
					}
					v = more;
				}
				v[n] = (act_count){ .key = dx_stem_key(&j->c->v[a].doc, j->c->v[a].doc.tok + t) };
				v[n++].n[q->act] = 1;
			}
		}
	if (n)
		qsort(v, n, sizeof *v, by_key);
	for (size_t i = 0; i < n; i++) {
		if (w && v[w - 1].key == v[i].key)
			for (int k = 0; k < DX_N_ACT; k++)
				v[w - 1].n[k] += v[i].n[k];
		else
			v[w++] = v[i];
	}
	dx_key_value *kept = w ? malloc(w * sizeof *kept) : NULL;
	if (w && !kept) {
		free(v);
		return dx_fail(err, DX_ENOMEM, "out of memory: acts");
	}
	n = 0;
	for (size_t i = 0; i < w; i++)
		if (v[i].n[DX_ACT_SPEECH] + v[i].n[DX_ACT_THOUGHT] + v[i].n[DX_ACT_OTHER] >= 2)
			kept[n++] = (dx_key_value){ v[i].key, commonest_act(v[i].n) };
	dx_status st = dx_key_table_pack(out, kept, n, err);
	free(kept);
	free(v);
	return st;
}

/* --- all --- */

static dx_status put(dx_writer *w, job *j, dx_err *err)
{
	static const char *const NAME[] = { "quotes.span", "quotes.link-cue", "quotes.link-source", "quotes.keep" };
	dx_pack all = { 0 };
	dx_pack_bytes(&all, j->rates[j->opt->folds].p, j->rates[j->opt->folds].n);
	dx_status st = pack_acts(&all, j, err);
	for (int r = 0; r < 2; r++) {
		dx_pack_align(&all, 64);
		dx_pack_bytes(&all, j->chain[r].p, j->chain[r].n);
	}
	if (!st)
		st = all.failed ? dx_fail(err, DX_ENOMEM, "out of memory: packing the quote chain") : dx_writer_put(w, "quotes.chain", all.p, all.n, err);
	for (int k = 0; k < N_MACHINE && !st; k++)
		st = dx_writer_put(w, NAME[k], j->machine[k].p, j->machine[k].n, err);
	free(all.p);
	return st;
}

dx_status dx_train_quotes(dx_writer *w, dx_trainset *c, const dx_train_options *opt, dx_err *err)
{
	job j = { .c = c, .opt = opt };
	if (opt->folds < 2 || opt->folds + 1 > DX_COUNT(j.rates))
		return dx_fail(err, DX_EDATA, "folds must be 2..%zu, got %u", DX_COUNT(j.rates) - 1, opt->folds);
	j.view = dx_arena_array(c->arena, c->n, sizeof *j.view);
	j.y = dx_arena_array(c->arena, c->n, sizeof *j.y);
	j.parts = dx_arena_array(c->arena, c->n, sizeof *j.parts);
	j.drafts = dx_arena_array(c->arena, c->n, sizeof *j.drafts);
	dx_status st = j.view && j.y && j.parts && j.drafts ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: training quotes");
	if (!st)
		st = train_chain(&j, err);
	if (!st)
		st = train_machines(&j, err);
	if (!st)
		st = put(w, &j, err);
	for (size_t k = 0; k < DX_COUNT(j.rates); k++)
		free(j.rates[k].p);
	for (int k = 0; k < 2; k++)
		free(j.chain[k].p);
	for (int k = 0; k < N_MACHINE; k++)
		free(j.machine[k].p);
	return st;
}
