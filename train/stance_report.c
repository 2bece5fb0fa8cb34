#include "train/stance_report.h"
#include <stdarg.h>
#include <stdio.h>

#define MOST_SHOWN 12                            /* labels of which the confusion is shown */
#define WIDTH 11

typedef struct { char buf[4096]; size_t n; } text;

static void add(text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(text *t, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	const int n = vsnprintf(t->buf + t->n, sizeof t->buf - t->n, fmt, args);
	va_end(args);
	if (n > 0)
		t->n = t->n + (size_t)n < sizeof t->buf ? t->n + (size_t)n : sizeof t->buf - 1;
}

typedef struct { size_t cell[DX_STANCE_LABELS][DX_STANCE_LABELS], gold[DX_STANCE_LABELS], said[DX_STANCE_LABELS], right, all; } confusion;

static void count(confusion *c, const dx_rows *r, const double *p, const double *lift, uint32_t n_class)
{
	*c = (confusion){ .all = r->n };
	for (size_t i = 0; i < r->n; i++) {
		const uint32_t y = (uint32_t)r->y[i], said = dx_stance_choose(p + i * n_class, lift, n_class);
		c->cell[y][said]++;
		c->gold[y]++;
		c->said[said]++;
		c->right += y == said;
	}
}

static double f1(const confusion *c, uint32_t k)
{
	return c->gold[k] + c->said[k] ? 200 * (double)c->cell[k][k] / (double)(c->gold[k] + c->said[k]) : 0;
}

bool dx_stance_is_asked(const dx_stance_problem *pr, uint32_t k, const dx_train_options *opt)
{
	const dx_str s = pr->names[pr->label[k]];
	for (size_t i = 0; i < opt->n_f_of; i++)
		if (dx_str_eq(s, dx_str_of(opt->f_of[i])))
			return true;
	return !opt->n_f_of && pr->label[k] != pr->neutral;
}

static void add_means(text *t, const dx_stance_problem *pr, const confusion *c, const dx_train_options *opt)
{
	double macro = 0, mean = 0;
	uint32_t n = 0;
	for (uint32_t k = 0; k < pr->n_class; k++) {
		macro += f1(c, k) / pr->n_class;
		mean += dx_stance_is_asked(pr, k, opt) ? f1(c, k) : 0;
		n += dx_stance_is_asked(pr, k, opt);
	}
	add(t, "  macro F1 %.1f, accuracy %.1f", macro, c->all ? 100 * (double)c->right / (double)c->all : 0);
	if (n && (n < pr->n_class || opt->n_f_of)) {
		add(t, ", mean F1 of");
		for (uint32_t k = 0; k < pr->n_class; k++)
			if (dx_stance_is_asked(pr, k, opt))
				add(t, " %.*s", DX_ARG(pr->names[pr->label[k]]));
		add(t, " %.1f", mean / n);
	}
	add(t, "\n");
}

static void add_confusion(text *t, const dx_stance_problem *pr, const confusion *c)
{
	add(t, "  %*s", -2 * WIDTH, "label \\ predicted");
	for (uint32_t k = 0; k < pr->n_class; k++)
		add(t, " %*.*s", WIDTH, (int)(pr->names[pr->label[k]].n < WIDTH ? pr->names[pr->label[k]].n : WIDTH), pr->names[pr->label[k]].p);
	add(t, " %*s\n", WIDTH, "F1");
	for (uint32_t y = 0; y < pr->n_class; y++) {
		const dx_str s = pr->names[pr->label[y]];
		add(t, "  %*.*s", -2 * WIDTH, (int)(s.n < 2 * WIDTH ? s.n : 2 * WIDTH), s.p);
		for (uint32_t k = 0; k < pr->n_class; k++)
			add(t, " %*zu", WIDTH, c->cell[y][k]);
		add(t, " %*.1f\n", WIDTH, f1(c, y));
	}
}

/* What is learned apart for each target. */
static const char *by_target(const dx_word_machine *w)
{
	if (w->n_feat && dx_stance_family_of(w->key[w->n_feat - 1]) == DX_SF_ISSUE_DENSE)
		return "words weighed by issue too";
	return w->without >> DX_SF_TOPIC & 1 ? "one model for all targets" : "words weighed by target too";
}

void dx_stance_report(const dx_stance_problem *pr, const dx_rows *r, const double *p, const double *lift, const dx_train_options *opt)
{
	const dx_word_machine *w = &pr->words[pr->kind];
	text t = { .n = 0 };
	confusion c;
	if (!opt->note)
		return;
	count(&c, r, p, lift, pr->n_class);
	add(&t, "%s: %zu rows, %u labels, %u folds; C %g%s, %u features, %s, %s letters\n", pr->name, pr->rows->n, pr->n_class, opt->folds,
	    w->cost, w->by_odds ? ", weighed by odds" : "", w->n_feat, by_target(w),
	    w->without >> DX_SF_LETTERS & 1 || !pr->letters ? "without" : "with");
	add_means(&t, pr, &c, opt);
	if (pr->n_class <= MOST_SHOWN)
		add_confusion(&t, pr, &c);
	opt->note(opt->progress_ctx, t.buf);
}
