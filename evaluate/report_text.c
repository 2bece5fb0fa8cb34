#include "evaluate/report.h"
#include <math.h>

#define TITLE 30                                         /* width of the first column */

const char *dx_slice_name(int slice)
{
	if (slice == DX_SLICE_ALL)
		return "all";
	if (slice < DX_SLICE_FORM)
		return dx_type_name((dx_quote_type)(slice - DX_SLICE_TYPE));
	return dx_form_name((dx_form)(slice - DX_SLICE_FORM));
}

static void write_interval(FILE *to, dx_interval x)
{
	if (isnan(x.lo))
		fprintf(to, "  %13s", "");
	else
		fprintf(to, "  %5.1f - %5.1f", dx_percent(x.lo), dx_percent(x.hi));
}

static void write_head(FILE *to, const dx_report *r)
{
	const dx_scores *s = r->scores;
	if (r->n_articles)
		fprintf(to, "%zu articles: %zu gold quotes, %zu predicted.\n", r->n_articles, s->n_gold, s->n_pred);
	if (s->n_statements)
		fprintf(to, "%zu statements with a gold stance.\n", s->n_statements);
	fprintf(to, "Missing in PRED: %zu (counted as empty). Not in GOLD: %zu (left out). Bad lines: %zu in GOLD, %zu in PRED.\n",
	        r->n_missing, r->n_extra, r->n_bad_gold, r->n_bad_pred);
	if (r->bootstrap.n_draws)
		fprintf(to, "95 %% intervals: %zu bootstrap draws by article, seed %llu. All figures but counts in percent.\n",
		        r->bootstrap.n_draws, (unsigned long long)r->bootstrap.seed);
}

static void write_prf(FILE *to, const dx_report *r, dx_metric m)
{
	const dx_cell *c = &r->scores->total[m][DX_SLICE_ALL];
	dx_prf x = dx_prf_percent(c);
	fprintf(to, "  %-*s %6.1f %6.1f %6.1f", TITLE, dx_metric_of(m)->title, x.p, x.r, x.f);
	write_interval(to, r->bootstrap.figure[m]);
	fprintf(to, " %8.0f %8.0f\n", c->n_gold, c->n_pred);
}

static void write_acc(FILE *to, const dx_report *r, dx_metric m)
{
	const dx_cell *c = &r->scores->total[m][DX_SLICE_ALL];
	fprintf(to, "  %-*s %6s %6s %6.1f", TITLE, dx_metric_of(m)->title, "", "", dx_cell_percent(c, m));
	write_interval(to, r->bootstrap.figure[m]);
	fprintf(to, " %8.0f\n", c->n_gold);
}

static void write_rows(FILE *to, const dx_report *r, dx_metric first, dx_metric last)
{
	for (dx_metric m = first; m <= last; m++) {
		const dx_cell *c = &r->scores->total[m][DX_SLICE_ALL];
		if (dx_metric_of(m)->kind == DX_PRF && c->n_gold + c->n_pred > 0)
			write_prf(to, r, m);
		else if (c->n_gold > 0)
			write_acc(to, r, m);
	}
}

static void write_title(FILE *to, const char *title)
{
	fprintf(to, "\n%-*s %6s %6s %6s  %-13s %8s %8s\n", TITLE + 2, title, "P", "R", "F1/%", "   95 %", "gold/n", "pred");
}

static void write_quotes(FILE *to, const dx_report *r)
{
	write_title(to, "Spans");
	write_rows(to, r, DX_M_EXACT_SOURCE, DX_M_JACCARD_CONTENT);
	fputs("  exact: both ends equal, marks and blanks at the ends aside. overlap: all tokens pooled. partial:\n"
	      "  mean share of each span that is covered. begin: first tokens equal. Jaccard: tokens in both\n"
	      "  by tokens in either.\n", to);
	write_title(to, "Quotes");
	write_rows(to, r, DX_M_DETECTION, DX_M_GGT8_VERB);
	fputs("  detection: one to one, contents share half of their tokens; \"matched\" below means this.\n"
	      "  all spans: source, cue and content exact. GGT: more than 30 (80) % of the gold quote's characters\n"
	      "  are covered.\n", to);
	write_title(to, "Speakers");
	write_rows(to, r, DX_M_MENTION, DX_M_LOOSE_E2E);
	fputs("  mention: predicted source overlaps the gold one. strict: same name. loose: one name's words are\n"
	      "  among the other's, with the same last word. end to end: quotes not found, or found falsely,\n"
	      "  count too.\n", to);
	write_title(to, "Labels of matched quotes");
	write_rows(to, r, DX_M_TYPE, DX_M_STANCE_E2E);
}

static void write_slices(FILE *to, const dx_report *r)
{
	fprintf(to, "\n%-*s", TITLE + 2, "F1 or share by type and source");
	for (int i = DX_SLICE_TYPE; i < DX_N_SLICE; i++)
		fprintf(to, " %8s", dx_slice_name(i));
	putc('\n', to);
	for (dx_metric m = 0; m < DX_N_METRIC; m++) {
		const dx_cell *c = r->scores->total[m];
		if (c[DX_SLICE_ALL].n_gold <= 0)
			continue;
		fprintf(to, "  %-*s", TITLE, dx_metric_of(m)->title);
		for (int i = DX_SLICE_TYPE; i < DX_N_SLICE; i++)
			if (c[i].n_gold > 0)
				fprintf(to, " %8.1f", dx_cell_percent(&c[i], m));
			else
				fprintf(to, " %8s", "-");
		putc('\n', to);
	}
	fprintf(to, "  %-*s", TITLE, "recall of detection");
	for (int i = DX_SLICE_TYPE; i < DX_N_SLICE; i++) {
		const dx_cell *c = &r->scores->total[DX_M_DETECTION][i];
		fprintf(to, " %8.1f", dx_percent_of(c->hit_gold, c->n_gold));
	}
	fputs("\n  Recall is over gold quotes of the type (form), precision over predicted quotes of it.\n", to);
}

/* A label cut to fit its column, never within a character. */
static int fit(dx_str s, size_t width)
{
	size_t n = s.n < width ? s.n : width;
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

static void write_figure(FILE *to, const char *title, double percent, dx_interval x)
{
	fprintf(to, "  %-*s %6s %6s %6.1f", TITLE, title, "", "", percent);
	write_interval(to, x);
	putc('\n', to);
}

static void write_outcomes(FILE *to, const dx_scores *s)
{
	if (!s->n_known)
		return;
	fprintf(to, "\n%-*s", TITLE + 2, "Speakers of matched quotes by source");
	for (int out = 0; out < DX_N_OUT; out++)
		fprintf(to, " %8s", dx_outcome_name(out));
	putc('\n', to);
	for (int f = 0; f < DX_N_FORM; f++) {
		fprintf(to, "  %-*s", TITLE, dx_form_name((dx_form)f));
		for (int out = 0; out < DX_N_OUT; out++)
			fprintf(to, " %8.0f", s->outcome[f][out]);
		putc('\n', to);
	}
	fputs("  strict, loose: right, as above. phrase: the words of the source itself, not resolved. other:\n  somebody else.\n", to);
}

static void write_labels(FILE *to, const dx_scores *s, const dx_confusion *c)
{
	for (size_t i = 0; i < s->n_labels; i++) {
		dx_cell one = dx_confusion_cell(c, (int32_t)i);
		dx_prf x = dx_prf_percent(&one);
		if (one.n_gold + one.n_pred > 0)
			fprintf(to, "  %-*.*s %6.1f %6.1f %6.1f %15s %8.0f %8.0f\n", TITLE, fit(s->label[i], TITLE), s->label[i].p,
			        x.p, x.r, x.f, "", one.n_gold, one.n_pred);
	}
}

/* More labels than fit into a line are for --json. */
#define MOST_COLUMNS 6

static void write_confusion(FILE *to, const dx_scores *s, const dx_confusion *c)
{
	if (c->n_labels > MOST_COLUMNS)
		return;
	fprintf(to, "  %-*s", TITLE, "gold (rows), predicted");
	for (size_t p = 0; p < c->n_labels; p++)
		fprintf(to, " %8.*s", fit(s->label[p], 8), s->label[p].p);
	fprintf(to, " %8s\n", "none");
	for (size_t g = 0; g < c->n_labels; g++) {
		fprintf(to, "    %-*.*s", TITLE - 2, fit(s->label[g], TITLE - 2), s->label[g].p);
		for (size_t p = 0; p <= c->n_labels; p++)
			fprintf(to, " %8.0f", c->n[g * (c->n_labels + 1) + p]);
		putc('\n', to);
	}
}

static void write_f_avg_labels(FILE *to, const dx_scores *s, dx_label_set set)
{
	fputs("  F-avg: mean F1 of", to);
	for (size_t i = 0; i < set.n; i++)
		if (set.v[i] >= 0)
			fprintf(to, "%s %.*s", i ? "," : "", fit(s->label[set.v[i]], 20), s->label[set.v[i]].p);
	fputs(". Macro F1: mean over the labels.\n", to);
}

static void write_stance(FILE *to, const dx_report *r, dx_confusion *c, const dx_verdicts *v, const char *title)
{
	bool quotes = v == &r->scores->quotes;
	const dx_stance_sets *sets = quotes ? &r->quotes : &r->statements;
	const dx_interval *x = &r->bootstrap.figure[quotes ? DX_FIG_QUOTES : DX_FIG_STATEMENTS];
	if (!v->n)
		return;
	dx_confusion_count(c, v, DX_SLICE_ALL, NULL);
	write_title(to, title);
	write_figure(to, "accuracy", dx_percent(dx_confusion_accuracy(c)), x[0]);
	write_figure(to, "macro F1", dx_macro_percent(c, sets->macro), x[1]);
	write_figure(to, "F-avg", dx_macro_percent(c, sets->subset), x[2]);
	write_labels(to, r->scores, c);
	write_confusion(to, r->scores, c);
	write_f_avg_labels(to, r->scores, sets->subset);
}

static void write_stance_slices(FILE *to, const dx_report *r, dx_confusion *c)
{
	if (!r->scores->quotes.n)
		return;
	fprintf(to, "  %-*s", TITLE, "macro F1 by type and source");
	for (int i = DX_SLICE_TYPE; i < DX_N_SLICE; i++) {
		dx_confusion_count(c, &r->scores->quotes, i, NULL);
		if (dx_confusion_total(c) > 0)
			fprintf(to, " %s %.1f", dx_slice_name(i), dx_macro_percent(c, r->quotes.macro));
	}
	putc('\n', to);
}

static void write_calibration(FILE *to, const dx_calibration *c, const char *title)
{
	if (dx_calibration_total(c) > 0)
		fprintf(to, "  %-*s %13s %6.1f %15s %8.0f\n", TITLE, title, "", dx_percent(dx_calibration_error(c)), "",
		        dx_calibration_total(c));
}

static void write_calibrations(FILE *to, const dx_scores *s)
{
	if (dx_calibration_total(&s->cal_quote) + dx_calibration_total(&s->cal_speaker) + dx_calibration_total(&s->cal_stance)
	    + dx_calibration_total(&s->cal_statement) <= 0)
		return;
	write_title(to, "Expected calibration error");
	write_calibration(to, &s->cal_quote, "confidence of quote");
	write_calibration(to, &s->cal_speaker, "confidence of speaker");
	write_calibration(to, &s->cal_stance, "confidence of stance");
	write_calibration(to, &s->cal_statement, "p of statements");
	fputs("  Mean gap between how sure the prediction is and how often it is right, in ten bins.\n", to);
}

dx_status dx_report_text(const dx_report *r, FILE *to, dx_err *err)
{
	dx_confusion c;
	dx_status st = dx_confusion_new(&c, r->scores, err);
	if (st)
		return st;
	write_head(to, r);
	if (r->n_articles) {
		write_quotes(to, r);
		write_slices(to, r);
		write_outcomes(to, r->scores);
	}
	write_stance(to, r, &c, &r->scores->quotes, "Stance of matched quotes");
	write_stance_slices(to, r, &c);
	write_stance(to, r, &c, &r->scores->statements, "Stance of statements");
	write_calibrations(to, r->scores);
	return ferror(to) ? dx_fail(err, DX_EIO, "writing the figures failed") : DX_OK;
}
