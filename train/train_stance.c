#include "train/train_stance.h"
#include "model/decide_stance.h"
#include "train/label_set.h"
#include "train/read.h"
#include "train/stance_machine.h"
#include "train/train_context.h"
#include "train/train_target.h"
#include <stdlib.h>

#define MOST_LETTERS 8000                        /* statements; edited news, which comes in larger sets, gains nothing by letters */
#define MOST_FEATURES 80000                      /* of a kind that are trained */
#define MOST_KEPT 40000                          /* and kept */
#define LEAST_ROWS 8                             /* of a label of a kind, for it to be a class */

#define NO_QUOTE UINT32_MAX

/* A key of a row's text, 0: it has a row already; the number of its quote among the labelled ones, where prediction would look at it so. */
typedef struct { uint32_t text, quote; } row_of;

typedef struct {
	const dx_train_options *opt;
	const dx_record *recs;
	size_t n_recs, n_whole;                  /* n_whole: those with all quotes of their article */
	dx_stance_labels labels;
	dx_rows rows[DX_N_STANCE_KIND];          /* features by hash, y: number of the label */
	struct { row_of *v; size_t n, cap; } of[DX_N_STANCE_KIND];       /* what each row is of */
	struct { dx_cross_target *target; double *p; int32_t *y; size_t n; uint32_t n_class; } own;      /* the labelled quotes, as decided on their own */
	bool letters;                            /* statements get the family LETTERS, for cross-validation to judge */
	dx_arena *arena;                         /* of the record at hand */
} trainer;

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: stance training");
}

static void progress(const trainer *t, const char *what, size_t done, size_t total)
{
	if (t->opt->progress)
		t->opt->progress(t->opt->progress_ctx, what, done, total);
}

/* --- cases to rows --- */

static dx_status add_origin(trainer *t, dx_stance_kind kind, row_of origin, dx_err *err)
{
	const size_t n = t->of[kind].n;
	if (n == t->of[kind].cap) {
		const size_t cap = n ? 2 * n : 1024;
		row_of *v = realloc(t->of[kind].v, cap * sizeof *v);
		if (!v)
			return no_memory(err);
		t->of[kind].v = v;
		t->of[kind].cap = cap;
	}
	t->of[kind].v[t->of[kind].n++] = origin;
	return DX_OK;
}

static dx_status add_case(trainer *t, const dx_stance_case *c, dx_str stance, uint32_t group, row_of origin, dx_err *err)
{
	dx_vec x = { .arena = t->arena };
	dx_status st = dx_stance_vector(&x, NULL, c, err);
	if (!st && t->opt->issues)
		st = dx_issue_advise(&x, NULL, c, t->opt->issues, err);
	if (!st)
		st = add_origin(t, c->kind, origin, err);
	return st ? st : dx_rows_add(&t->rows[c->kind], &x, dx_label_set_number(&t->labels, stance), group, err);
}

static dx_status add_statement(trainer *t, const dx_doc *doc, const dx_record *r, dx_err *err)
{
	const dx_statement s = { r->target, r->holder, r->target_span, r->holder_span };
	dx_stance_case c;
	dx_status st = dx_stance_of_statement(&c, doc, &s, err);
	c.letters = t->letters && c.kind == DX_STANCE_STATEMENT;
	/* rows of one text share a fold: a sentence often comes with several targets */
	return st ? st : add_case(t, &c, r->stance, (uint32_t)dx_hash(r->text.p, r->text.n), (row_of){ dx_stance_text_key(&c), NO_QUOTE }, err);
}

/* A quote without a target, and toward the one that is found; toward the one it is labelled with only where none is found: as a third row it brings
 * nothing, and instead of the second it costs half a point (docs/stance.md). */
static dx_status add_quote(trainer *t, const dx_doc *doc, const dx_quote *q, uint32_t number, uint32_t group, dx_err *err)
{
	const dx_str found = t->own.target[number].text, target = found.n ? found : q->target;
	dx_stance_case c;
	dx_status st = dx_stance_of_quote(&c, doc, q, (dx_str){ "", 0 }, err);
	if (!st)
		st = add_case(t, &c, q->stance, group, (row_of){ dx_stance_text_key(&c), number }, err);
	if (!st && target.n)
		st = dx_stance_of_quote(&c, doc, q, target, err);
	if (!st && target.n)
		st = add_case(t, &c, q->stance, group, (row_of){ 0, found.n ? number : NO_QUOTE }, err);
	return st;
}

/* *next: number of r's first quote with a stance, then of the first of what follows. */
static dx_status add_quotes(trainer *t, size_t *next, const dx_doc *doc, const dx_record *r, uint32_t group, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t q = 0; q < r->n_quotes && !st; q++)
		if (r->quotes[q].stance.n)
			st = add_quote(t, doc, &r->quotes[q], (uint32_t)(*next)++, group, err);
	return st;
}

static bool is_labelled(const dx_record *r)
{
	if (r->is_statement)
		return r->stance.n > 0;
	for (size_t q = 0; q < r->n_quotes; q++)
		if (r->quotes[q].stance.n)
			return true;
	return false;
}

static dx_status collect(trainer *t, dx_err *err)
{
	dx_doc doc;
	dx_status st = DX_OK;
	size_t n = 0, next = 0;
	for (size_t i = 0; i < t->n_recs; i++)
		n += t->recs[i].is_statement && is_labelled(&t->recs[i]) && !t->recs[i].holder.n;
	t->letters = n <= MOST_LETTERS;
	for (size_t i = 0; i < t->n_recs && !st; i++) {
		const dx_record *r = &t->recs[i];
		if (i % 256 == 0)
			progress(t, "stance: reading", i, t->n_recs);
		if (!is_labelled(r))
			continue;
		dx_arena_reset(t->arena);
		st = dx_train_read(&doc, r->text, t->opt, t->arena, err);
		if (!st)
			st = r->is_statement ? add_statement(t, &doc, r, err) : add_quotes(t, &next, &doc, r, (uint32_t)i, err);
	}
	return st;
}

/* --- one machine a kind --- */

static const char *kind_name(uint32_t kind)
{
	static const char *const names[DX_N_STANCE_KIND] = { "stance.statement", "stance.held", "stance.named", "stance.quote" };
	return names[kind];
}

/* Rows of a kind whose label is a class, numbered by class. */
typedef struct {
	dx_rows rows;
	uint32_t *text, *quote;
	uint32_t label[DX_STANCE_LABELS], n_class;
} kind_rows;

/* The labels with LEAST_ROWS rows or more are classes; class_of[label] is -1 for the others. */
static void find_classes(kind_rows *k, int32_t *class_of, const dx_rows *r, const trainer *t)
{
	size_t count[DX_STANCE_LABELS] = { 0 };
	for (size_t i = 0; i < r->n; i++)
		count[r->y[i]]++;
	for (uint32_t l = 0; l < t->labels.n; l++) {
		class_of[l] = count[l] >= LEAST_ROWS ? (int32_t)k->n_class : -1;
		if (class_of[l] >= 0)
			k->label[k->n_class++] = l;
	}
}

static dx_status take_rows(kind_rows *k, const trainer *t, uint32_t kind, dx_err *err)
{
	const dx_rows *r = &t->rows[kind];
	int32_t class_of[DX_STANCE_LABELS];
	dx_status st = DX_OK;
	find_classes(k, class_of, r, t);
	if (k->n_class < 2) {
		k->n_class = 0;
		return DX_OK;
	}
	k->text = calloc(r->n, sizeof *k->text);
	k->quote = calloc(r->n, sizeof *k->quote);
	if (!k->text || !k->quote)
		return no_memory(err);
	for (size_t i = 0; i < r->n && !st; i++) {
		const dx_vec x = { .f = r->f + r->beg[i], .n = r->beg[i + 1] - r->beg[i] };
		if (class_of[r->y[i]] < 0)
			continue;
		k->text[k->rows.n] = t->of[kind].v[i].text;
		k->quote[k->rows.n] = t->of[kind].v[i].quote;
		st = dx_rows_add(&k->rows, &x, class_of[r->y[i]], r->group[i], err);
	}
	return st;
}

/* Rows of `from` whose label is a class of k. */
static dx_status add_guests(kind_rows *k, const kind_rows *from, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < from->rows.n && !st; i++)
		for (uint32_t c = 0; c < k->n_class && !st; c++) {
			const dx_vec x = { .f = from->rows.f + from->rows.beg[i], .n = from->rows.beg[i + 1] - from->rows.beg[i] };
			if (k->label[c] == from->label[from->rows.y[i]])
				st = dx_rows_add(&k->rows, &x, (int32_t)c, from->rows.group[i], err);
		}
	return st;
}

/* Step 1. Holders given by name learn from marked ones as well: what is said between two sides is the same, and where both are found
 * in the text, so is how. Not the other way round, which was measured: it costs the marked ones. */
static dx_status fit_words(dx_word_machine *out, kind_rows *k, uint32_t kind, const trainer *t, dx_err *err)
{
	const size_t n_own = k[kind].rows.n, n_f = k[kind].rows.n_f;
	dx_status st = kind == DX_STANCE_NAMED ? add_guests(&k[kind], &k[DX_STANCE_HELD], err) : DX_OK;
	if (!st)
		st = dx_word_machine_fit(out, &k[kind].rows, n_own, k[kind].n_class, MOST_FEATURES, kind_name(kind), t->opt, err);
	out->guests = kind == DX_STANCE_NAMED ? 1u << DX_STANCE_HELD : 0;
	k[kind].rows.n = n_own;
	k[kind].rows.n_f = n_f;
	return st;
}

static bool has_advice(const dx_word_machine *m)
{
	return m->n_feat && dx_stance_family_of(m->key[m->n_feat - 1]) == DX_SF_ADVICE;
}

/* What the machine says of each quote by words that have not seen it, from its rows' probabilities. */
static dx_status take_own(trainer *t, const kind_rows *k, const double *all, dx_err *err)
{
	const uint32_t n_class = k->n_class;
	t->own.p = calloc(t->own.n * n_class + 1, sizeof *t->own.p);
	t->own.y = calloc(t->own.n + 1, sizeof *t->own.y);
	if (!t->own.p || !t->own.y)
		return no_memory(err);
	t->own.n_class = n_class;
	for (size_t i = 0; i < t->own.n; i++) {
		t->own.p[i * n_class] = -1;
		t->own.y[i] = -1;
	}
	for (size_t i = 0; i < k->rows.n; i++) {
		if (k->quote[i] == NO_QUOTE)
			continue;
		double *p = t->own.p + k->quote[i] * (size_t)n_class;
		if (t->own.y[k->quote[i]] < 0)
			memcpy(p, all + i * n_class, n_class * sizeof *all);
		else if (dx_stance_is_open(p, n_class))
			dx_stance_mean(p, all + i * n_class, n_class);
		t->own.y[k->quote[i]] = k->rows.y[i];
	}
	return DX_OK;
}

static dx_status fit_kind(dx_pack *body, const dx_stance_problem *p, const kind_rows *k, trainer *t, dx_err *err)
{
	double *all = p->kind == DX_STANCE_QUOTE ? calloc(k->rows.n * k->n_class, sizeof *all) : NULL;
	dx_status st = p->kind == DX_STANCE_QUOTE && !all ? no_memory(err) : dx_stance_fit(body, all, p, t->opt, err);
	if (!st && all)
		st = take_own(t, k, all, err);
	free(all);
	return st;
}

/* Both steps for every kind that has rows, into body; *advised: one of them listens to the machine of issues. */
static dx_status train_kinds(dx_pack *body, uint32_t *n_done, bool *advised, trainer *t, dx_err *err)
{
	kind_rows k[DX_N_STANCE_KIND] = { 0 };
	dx_word_machine words[DX_N_STANCE_KIND] = { 0 };
	dx_status st = DX_OK;
	for (uint32_t i = 0; i < DX_N_STANCE_KIND && !st; i++) {
		st = take_rows(&k[i], t, i, err);
		dx_rows_fini(&t->rows[i]);
	}
	for (uint32_t i = 0; i < DX_N_STANCE_KIND && !st; i++)
		if (k[i].n_class)
			st = fit_words(&words[i], k, i, t, err);
	for (uint32_t i = 0; i < DX_N_STANCE_KIND && !st; i++) {
		const dx_stance_problem p = { &k[i].rows, k[i].text, k[i].label, k[i].n_class, words, i, kind_name(i), t->labels.name, t->labels.neutral,
			t->letters && i == DX_STANCE_STATEMENT, MOST_KEPT };
		if (!k[i].n_class)
			continue;
		dx_pack_u32(body, i);
		st = fit_kind(body, &p, &k[i], t, err);
		*advised |= has_advice(&words[i]);
		++*n_done;
	}
	for (uint32_t i = 0; i < DX_N_STANCE_KIND; i++) {
		dx_rows_fini(&k[i].rows);
		free(k[i].text);
		free(k[i].quote);
		dx_word_machine_fini(&words[i]);
	}
	return st;
}

/* --- the section --- */

static dx_status train_all(dx_writer *w, trainer *t, dx_err *err)
{
	dx_pack head = { 0 }, body = { 0 };
	uint32_t n_done = 0;
	bool advised = false;
	dx_status st = train_kinds(&body, &n_done, &advised, t, err);
	if (!st && !n_done)
		st = dx_fail(err, DX_EDATA, "stance: no two labels have %d rows of one kind", LEAST_ROWS);
	dx_label_set_pack(&head, &t->labels);
	dx_pack_u32(&head, n_done);
	dx_pack_align(&head, 8);
	dx_pack_bytes(&head, body.p, body.n);
	if (!st)
		st = head.failed || body.failed ? no_memory(err) : dx_writer_put(w, "stance", head.p, head.n, err);
	if (!st && advised && t->opt->advice.n)
		st = dx_writer_put(w, "issues", t->opt->advice.p, t->opt->advice.n, err);
	free(head.p);
	free(body.p);
	return st;
}

/* Of no use for quotes without a machine of their own. */
static dx_status train_context(dx_writer *w, const trainer *t, dx_err *err)
{
	const dx_own_stances own = { t->own.p, t->own.y, t->own.target, t->own.p ? t->own.n : 0, t->own.n_class };
	return dx_train_context(w, t->recs, t->n_whole, &own, t->opt, err);
}

dx_status dx_train_stance(dx_writer *w, const dx_record *recs, size_t n, size_t n_whole, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .opt = opt, .recs = recs, .n_recs = n, .n_whole = n_whole };
	dx_arena *keep = NULL;                   /* targets that were found */
	dx_status st = dx_arena_new(&t.arena, err);
	if (!st)
		st = dx_arena_new(&keep, err);
	if (!st)
		st = dx_label_set_find(&t.labels, recs, n, err);
	if (!st)
		st = dx_cross_targets(&t.own.target, &t.own.n, recs, n, opt, dx_writer_section(w, "target"), keep, err);
	if (!st)
		st = collect(&t, err);
	if (!st)
		st = train_all(w, &t, err);
	if (!st)
		st = dx_train_target(w, recs, n, opt, err);
	if (!st)
		st = train_context(w, &t, err);
	for (size_t k = 0; k < DX_N_STANCE_KIND; k++) {
		dx_rows_fini(&t.rows[k]);
		free(t.of[k].v);
	}
	free(t.own.p);
	free(t.own.y);
	dx_arena_free(t.arena);
	dx_arena_free(keep);
	return st;
}
