#include "train/train_stance.h"
#include "features/analyse.h"
#include "model/decide_stance.h"
#include "train/stance_machine.h"
#include "train/train_target.h"
#include <stdlib.h>

#define MOST_LETTERS 8000                        /* statements; edited news, which comes in larger sets, gains nothing by letters */
#define LEAST_ROWS 8                             /* of a label of a kind, for it to be a class */

typedef struct {
	const dx_train_options *opt;
	const dx_record *recs;
	size_t n_recs;
	dx_str label[DX_STANCE_LABELS];          /* ascending; they point into the records */
	uint32_t n_label;
	dx_rows rows[DX_N_STANCE_KIND];          /* features by hash, y: number of the label */
	struct { uint32_t *v; size_t n, cap; } text[DX_N_STANCE_KIND];   /* a key for each row's text */
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

/* --- labels --- */

static int compare(dx_str a, dx_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static dx_status add_label(trainer *t, dx_str s, dx_err *err)
{
	uint32_t i = 0;
	if (!s.n)
		return DX_OK;
	while (i < t->n_label && compare(t->label[i], s) < 0)
		i++;
	if (i < t->n_label && dx_str_eq(t->label[i], s))
		return DX_OK;
	if (t->n_label == DX_STANCE_LABELS)
		return dx_fail(err, DX_EDATA, "more than %d stance labels, the last is \"%.*s\"", DX_STANCE_LABELS, DX_ARG(s));
	memmove(t->label + i + 1, t->label + i, (t->n_label - i) * sizeof *t->label);
	t->label[i] = s;
	t->n_label++;
	return DX_OK;
}

static int32_t label_number(const trainer *t, dx_str s)
{
	for (uint32_t i = 0; i < t->n_label; i++)
		if (dx_str_eq(t->label[i], s))
			return (int32_t)i;
	return -1;
}

static dx_status find_labels(trainer *t, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < t->n_recs && !st; i++) {
		if (t->recs[i].is_statement)
			st = add_label(t, t->recs[i].stance, err);
		for (size_t q = 0; q < t->recs[i].n_quotes && !st; q++)
			st = add_label(t, t->recs[i].quotes[q].stance, err);
	}
	if (!st && t->n_label == 1)
		st = dx_fail(err, DX_EDATA, "stance: the training data have one label only, \"%.*s\": two are the least", DX_ARG(t->label[0]));
	if (!st && !t->n_label)
		st = dx_fail(err, DX_EDATA, "stance: nothing in the training data has a stance (a field or column \"stance\" or \"label\")");
	return st;
}

static bool means_neutral(dx_str s)
{
	static const char *const names[] = { "neutral", "none", "neither", "no stance", "unrelated" };
	for (size_t i = 0; i < DX_COUNT(names); i++) {
		size_t k = 0;
		while (k < s.n && names[i][k] && (s.p[k] | 32) == names[i][k])
			k++;
		if (k == s.n && !names[i][k])
			return true;
	}
	return false;
}

/* --- cases to rows --- */

static dx_status add_text(trainer *t, dx_stance_kind kind, uint32_t key, dx_err *err)
{
	const size_t n = t->text[kind].n;
	if (n == t->text[kind].cap) {
		const size_t cap = n ? 2 * n : 1024;
		uint32_t *v = realloc(t->text[kind].v, cap * sizeof *v);
		if (!v)
			return no_memory(err);
		t->text[kind].v = v;
		t->text[kind].cap = cap;
	}
	t->text[kind].v[t->text[kind].n++] = key;
	return DX_OK;
}

/* again: the text has a row already, with other labels to be judged by. */
static dx_status add_case(trainer *t, const dx_stance_case *c, dx_str stance, uint32_t group, bool again, dx_err *err)
{
	dx_vec x = { .arena = t->arena };
	dx_status st = dx_stance_vector(&x, NULL, c, err);
	if (!st)
		st = add_text(t, c->kind, again ? 0 : dx_stance_text_key(c), err);
	return st ? st : dx_rows_add(&t->rows[c->kind], &x, label_number(t, stance), group, err);
}

static dx_status add_statement(trainer *t, const dx_doc *doc, const dx_record *r, dx_err *err)
{
	const dx_statement s = { r->target, r->holder, r->target_span, r->holder_span };
	dx_stance_case c;
	dx_status st = dx_stance_of_statement(&c, doc, &s, err);
	c.letters = t->letters && c.kind == DX_STANCE_STATEMENT;
	/* rows of one text share a fold: a sentence often comes with several targets */
	return st ? st : add_case(t, &c, r->stance, (uint32_t)dx_hash(r->text.p, r->text.n), false, err);
}

static dx_status add_quotes(trainer *t, const dx_doc *doc, const dx_record *r, uint32_t group, dx_err *err)
{
	dx_stance_case c;
	dx_status st = DX_OK;
	for (size_t q = 0; q < r->n_quotes && !st; q++) {
		if (!r->quotes[q].stance.n)
			continue;
		st = dx_stance_of_quote(&c, doc, &r->quotes[q], (dx_str){ "", 0 }, err);
		if (!st)
			st = add_case(t, &c, r->quotes[q].stance, group, false, err);
		if (!st && r->quotes[q].target.n)
			st = dx_stance_of_quote(&c, doc, &r->quotes[q], r->quotes[q].target, err);
		if (!st && r->quotes[q].target.n)
			st = add_case(t, &c, r->quotes[q].stance, group, true, err);
	}
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
	size_t n = 0;
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
		st = dx_analyse(&doc, t->opt->header, r->text, t->arena, err);
		if (!st && t->opt->tags)
			st = dx_tags_decide(&doc, t->opt->tags, err);
		if (!st)
			st = r->is_statement ? add_statement(t, &doc, r, err) : add_quotes(t, &doc, r, (uint32_t)i, err);
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
	uint32_t *text;
	uint32_t label[DX_STANCE_LABELS], n_class;
} kind_rows;

/* The labels with LEAST_ROWS rows or more are classes; class_of[label] is -1 for the others. */
static void find_classes(kind_rows *k, int32_t *class_of, const dx_rows *r, const trainer *t)
{
	size_t count[DX_STANCE_LABELS] = { 0 };
	for (size_t i = 0; i < r->n; i++)
		count[r->y[i]]++;
	for (uint32_t l = 0; l < t->n_label; l++) {
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
	if (!k->text)
		return no_memory(err);
	for (size_t i = 0; i < r->n && !st; i++) {
		const dx_vec x = { .f = r->f + r->beg[i], .n = r->beg[i + 1] - r->beg[i] };
		if (class_of[r->y[i]] < 0)
			continue;
		k->text[k->rows.n] = t->text[kind].v[i];
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
		st = dx_word_machine_fit(out, &k[kind].rows, n_own, k[kind].n_class, kind_name(kind), t->opt, err);
	out->guests = kind == DX_STANCE_NAMED ? 1u << DX_STANCE_HELD : 0;
	k[kind].rows.n = n_own;
	k[kind].rows.n_f = n_f;
	return st;
}

/* Both steps for every kind that has rows, into body. */
static dx_status train_kinds(dx_pack *body, uint32_t *n_done, trainer *t, uint32_t neutral, dx_err *err)
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
		const dx_stance_problem p = { &k[i].rows, k[i].text, k[i].label, k[i].n_class, words, i, kind_name(i), t->label, neutral,
			t->letters && i == DX_STANCE_STATEMENT };
		if (!k[i].n_class)
			continue;
		dx_pack_u32(body, i);
		st = dx_stance_fit(body, &p, t->opt, err);
		++*n_done;
	}
	for (uint32_t i = 0; i < DX_N_STANCE_KIND; i++) {
		dx_rows_fini(&k[i].rows);
		free(k[i].text);
		dx_word_machine_fini(&words[i]);
	}
	return st;
}

/* --- the section --- */

static dx_status train_all(dx_writer *w, trainer *t, dx_err *err)
{
	dx_pack head = { 0 }, body = { 0 };
	uint32_t n_done = 0, neutral = UINT32_MAX;
	for (uint32_t i = 0; i < t->n_label; i++)
		if (means_neutral(t->label[i]) && neutral == UINT32_MAX)
			neutral = i;
	dx_status st = train_kinds(&body, &n_done, t, neutral, err);
	if (!st && !n_done)
		st = dx_fail(err, DX_EDATA, "stance: no two labels have %d rows of one kind", LEAST_ROWS);
	dx_pack_u32(&head, DX_STANCE_VERSION);
	dx_pack_u32(&head, t->n_label);
	dx_pack_u32(&head, neutral);
	dx_pack_align(&head, 8);
	for (uint32_t i = 0; i < t->n_label; i++)
		dx_pack_str(&head, t->label[i]);
	dx_pack_u32(&head, n_done);
	dx_pack_align(&head, 8);
	dx_pack_bytes(&head, body.p, body.n);
	if (!st)
		st = head.failed || body.failed ? no_memory(err) : dx_writer_put(w, "stance", head.p, head.n, err);
	free(head.p);
	free(body.p);
	return st;
}

dx_status dx_train_stance(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .opt = opt, .recs = recs, .n_recs = n };
	dx_status st = dx_arena_new(&t.arena, err);
	if (!st)
		st = find_labels(&t, err);
	if (!st)
		st = collect(&t, err);
	if (!st)
		st = train_all(w, &t, err);
	for (size_t k = 0; k < DX_N_STANCE_KIND; k++) {
		dx_rows_fini(&t.rows[k]);
		free(t.text[k].v);
	}
	dx_arena_free(t.arena);
	return st ? st : dx_train_target(w, recs, n, opt, err);
}
