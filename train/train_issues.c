#include "train/train_issues.h"
#include "train/label_set.h"
#include "train/read.h"
#include "train/stance_machine.h"
#include <stdlib.h>

#define LEAST_ROWS 8                                     /* of each label */
#define MOST_FEATURES 160000                             /* that are trained; most of them by issue */
#define MOST_KEPT 80000                                  /* and kept */

typedef struct {
	const dx_train_options *opt;
	const dx_record *recs;
	size_t n_recs;
	dx_stance_labels labels;
	dx_rows rows;                            /* features by hash, y: number of the label */
	dx_arena *arena;                         /* of the record at hand */
} trainer;

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: training on issues");
}

static dx_status add_row(trainer *t, const dx_record *r, dx_err *err)
{
	const dx_statement s = { .target = r->target };
	dx_vec x = { .arena = t->arena };
	dx_doc doc;
	dx_stance_case c;
	dx_status st = dx_train_read(&doc, r->text, t->opt, t->arena, err);
	if (!st)
		st = dx_stance_of_statement(&c, &doc, &s, err);
	if (!st && (!c.issue.number || c.issue.against))
		st = dx_fail(err, DX_EDATA, "issues: features/lexicon/issues.tsv lists nothing in \"%.*s\" as the first side of an issue", DX_ARG(r->target));
	if (st)
		return st;
	c = dx_stance_as_issue(&c);
	st = dx_stance_vector(&x, NULL, &c, err);
	return st ? st : dx_rows_add(&t->rows, &x, dx_label_set_number(&t->labels, r->stance), (uint32_t)dx_hash(r->text.p, r->text.n), err);
}

static dx_status collect(trainer *t, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < t->n_recs && !st; i++) {
		const dx_record *r = &t->recs[i];
		if (t->opt->progress && i % 256 == 0)
			t->opt->progress(t->opt->progress_ctx, "issues: reading", i, t->n_recs);
		if (!r->is_statement || !r->stance.n)
			continue;
		dx_arena_reset(t->arena);
		st = add_row(t, r, err);
	}
	return st;
}

/* Every label is a class. */
static dx_status check_classes(const trainer *t, dx_err *err)
{
	size_t count[DX_STANCE_LABELS] = { 0 };
	for (size_t i = 0; i < t->rows.n; i++)
		count[t->rows.y[i]]++;
	for (uint32_t l = 0; l < t->labels.n; l++)
		if (count[l] < LEAST_ROWS)
			return dx_fail(err, DX_EDATA, "issues: %zu rows of label \"%.*s\", %d are the least", count[l], DX_ARG(t->labels.name[l]), LEAST_ROWS);
	return DX_OK;
}

static dx_status fit(dx_pack *out, trainer *t, dx_err *err)
{
	dx_word_machine words[DX_N_STANCE_KIND] = { 0 };                    /* the only one stands in the place of statements */
	uint32_t label[DX_STANCE_LABELS], *text = calloc(t->rows.n + 1, sizeof *text);      /* no table of known texts */
	for (uint32_t l = 0; l < t->labels.n; l++)
		label[l] = l;
	dx_status st = text ? dx_word_machine_fit(words, &t->rows, t->rows.n, t->labels.n, MOST_FEATURES, "issues", t->opt, err) : no_memory(err);
	const dx_stance_problem p = { .rows = &t->rows, .text = text, .label = label, .n_class = t->labels.n, .words = words, .kind = DX_STANCE_STATEMENT, .name = "issues",
		.names = t->labels.name, .neutral = t->labels.neutral, .most_kept = MOST_KEPT };
	if (!st)
		st = dx_stance_fit(out, NULL, &p, t->opt, err);
	dx_word_machine_fini(words);
	free(text);
	return st;
}

dx_status dx_train_issues(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err)
{
	trainer t = { .opt = opt, .recs = recs, .n_recs = n };
	dx_pack section = { 0 };
	dx_status st = dx_arena_new(&t.arena, err);
	if (!st)
		st = dx_label_set_find(&t.labels, recs, n, err);
	if (!st)
		st = collect(&t, err);
	if (!st)
		st = check_classes(&t, err);
	if (!st)
		dx_label_set_pack(&section, &t.labels);
	if (!st)
		st = fit(&section, &t, err);
	if (!st)
		st = section.failed ? no_memory(err) : dx_writer_put(w, "issues", section.p, section.n, err);
	free(section.p);
	dx_rows_fini(&t.rows);
	dx_arena_free(t.arena);
	return st;
}
