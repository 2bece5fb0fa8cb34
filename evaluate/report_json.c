#include "evaluate/report.h"
#include <math.h>

/* Collects failures of jansson: a NULL value or a full memory makes it bad, and that is asked once, at the end. */
typedef struct { const dx_report *r; const dx_scores *s; bool bad; } builder;

static void put(builder *b, json_t *obj, const char *key, json_t *value)
{
	b->bad |= json_object_set_new(obj, key, value) != 0;
}

static void put_label(builder *b, json_t *obj, dx_str key, json_t *value)
{
	b->bad |= json_object_setn_new(obj, key.p, key.n, value) != 0;
}

static json_t *count(double n)
{
	return json_integer((json_int_t)n);
}

static json_t *prf(const dx_cell *c)
{
	dx_prf x = dx_prf_percent(c);
	return json_pack("{s:f,s:f,s:f,s:I,s:I}", "p", x.p, "r", x.r, "f", x.f, "gold", (json_int_t)c->n_gold,
	                 "pred", (json_int_t)c->n_pred);
}

static json_t *share(double hit, double n)
{
	return json_pack("{s:I,s:f}", "n", (json_int_t)n, "accuracy", dx_percent_of(hit, n));
}

static json_t *cell(const dx_cell *c, dx_metric m)
{
	return dx_metric_of(m)->kind == DX_PRF ? prf(c) : share(c->hit_gold, c->n_gold);
}

static bool is_speaker(dx_metric m)
{
	return strcmp(dx_metric_of(m)->group, "speaker") == 0;
}

/* Metrics that gold knows nothing of are left out. Span figures always show: no spans found is a figure. */
static bool is_shown(const builder *b, dx_metric m, int slice)
{
	const dx_cell *c = &b->s->total[m][slice];
	return m <= DX_M_GGT8_VERB ? slice == DX_SLICE_ALL || c->n_gold + c->n_pred > 0 : c->n_gold > 0;
}

/* All metrics of one slice, each under its group; speakers have a shape of their own in the whole (see put_speaker). */
static void put_metrics(builder *b, json_t *to, int slice, bool with_speaker)
{
	for (dx_metric m = 0; m < DX_N_METRIC; m++) {
		const dx_metric_info *info = dx_metric_of(m);
		if (!is_shown(b, m, slice) || (is_speaker(m) && !with_speaker))
			continue;
		json_t *group = to, *value = cell(&b->s->total[m][slice], m);
		if (info->key && !(group = json_object_get(to, info->group))) {
			group = json_object();
			put(b, to, info->group, group);
		}
		put(b, group, info->key ? info->key : info->group, value);
	}
}

static void put_recall_by_type(builder *b, json_t *to)
{
	json_t *obj = json_object();
	for (int t = 0; t < DX_N_TYPE; t++) {
		const dx_cell *c = &b->s->total[DX_M_DETECTION][DX_SLICE_TYPE + t];
		if (c->n_gold > 0)
			put(b, obj, dx_type_name((dx_quote_type)t), json_real(dx_percent_of(c->hit_gold, c->n_gold)));
	}
	put(b, to, "recall_by_type", obj);
}

static void put_speaker(builder *b, json_t *to)
{
	const dx_cell *strict = b->s->total[DX_M_STRICT], *loose = b->s->total[DX_M_LOOSE];
	json_t *obj = json_object(), *by_type = json_object(), *by_source = json_object();
	if (b->s->n_known) {
		put(b, obj, "n", count(loose->n_gold));
		put(b, obj, "strict", json_real(dx_percent_of(strict->hit_gold, strict->n_gold)));
		put(b, obj, "loose", json_real(dx_percent_of(loose->hit_gold, loose->n_gold)));
	}
	for (int i = DX_SLICE_TYPE; i < DX_N_SLICE; i++) {
		const dx_cell *c = &loose[i];
		double percent = dx_percent_of(c->hit_gold, c->n_gold);
		if (c->n_gold > 0 && i < DX_SLICE_FORM)
			put(b, by_type, dx_slice_name(i), json_real(percent));
		else if (c->n_gold > 0)
			put(b, by_source, dx_slice_name(i), json_pack("[I,f]", (json_int_t)c->n_gold, percent));
	}
	put(b, obj, "by_type", by_type);
	put(b, obj, "by_source", by_source);
	put(b, obj, "e2e", prf(&b->s->total[DX_M_LOOSE_E2E][DX_SLICE_ALL]));
	put(b, obj, "e2e_strict", prf(&b->s->total[DX_M_STRICT_E2E][DX_SLICE_ALL]));
	if (b->s->n_known)
		put(b, to, "speaker", obj);
	else
		json_decref(obj);
}

const char *dx_outcome_name(int out)
{
	static const char *const NAME[DX_N_OUT] = { "strict", "loose", "phrase", "other", "nobody" };
	return NAME[out];
}

static void put_outcomes(builder *b, json_t *to)
{
	json_t *obj = json_object();
	for (int f = 0; f < DX_N_FORM; f++) {
		json_t *one = json_object();
		for (int out = 0; out < DX_N_OUT; out++)
			put(b, one, dx_outcome_name(out), count(b->s->outcome[f][out]));
		put(b, obj, dx_form_name((dx_form)f), one);
	}
	put(b, to, "speaker_confusion", obj);
}

static void put_slices(builder *b, json_t *to, const char *key, int from, int n)
{
	json_t *obj = json_object();
	for (int i = from; i < from + n; i++) {
		json_t *one = json_object();
		put_metrics(b, one, i, true);
		put(b, obj, dx_slice_name(i), one);
	}
	put(b, to, key, obj);
}

static json_t *accuracy(const dx_confusion *c)
{
	double n = dx_confusion_total(c), hit = 0;
	for (size_t i = 0; i < c->n_labels; i++)
		hit += dx_confusion_cell(c, (int32_t)i).hit_gold;
	return json_real(dx_percent_of(hit, n));
}

static json_t *label_figures(builder *b, const dx_confusion *c)
{
	json_t *obj = json_object();
	for (size_t i = 0; i < c->n_labels; i++) {
		dx_cell one = dx_confusion_cell(c, (int32_t)i);
		if (one.n_gold + one.n_pred > 0)
			put_label(b, obj, b->s->label[i], prf(&one));
	}
	return obj;
}

/* Gold label -> predicted label -> how often; "" stands for no prediction. */
static json_t *confusion_rows(builder *b, const dx_confusion *c)
{
	json_t *rows = json_object();
	for (size_t g = 0; g < c->n_labels; g++) {
		json_t *row = json_object();
		for (size_t p = 0; p <= c->n_labels; p++)
			if (c->n[g * (c->n_labels + 1) + p] > 0)
				put_label(b, row, p < c->n_labels ? b->s->label[p] : DX_STR(""), count(c->n[g * (c->n_labels + 1) + p]));
		if (json_object_size(row))
			put_label(b, rows, b->s->label[g], row);
		else
			json_decref(row);
	}
	return rows;
}

static json_t *label_names(builder *b, dx_label_set labels)
{
	json_t *list = json_array();
	for (size_t i = 0; i < labels.n; i++)
		if (labels.v[i] >= 0)
			b->bad |= json_array_append_new(list, json_stringn(b->s->label[labels.v[i]].p,
			                                                   b->s->label[labels.v[i]].n)) != 0;
	return list;
}

static json_t *calibration(builder *b, const dx_calibration *c)
{
	json_t *bins = json_array();
	for (size_t i = 0; i < DX_N_BIN; i++)
		if (c->n[i] > 0)
			b->bad |= json_array_append_new(bins, json_pack("{s:f,s:I,s:f,s:f}", "from", (double)i / DX_N_BIN, "n",
				(json_int_t)c->n[i], "confidence", dx_percent_of(c->conf[i], c->n[i]),
				"right", dx_percent_of(c->hit[i], c->n[i]))) != 0;
	return json_pack("{s:I,s:f,s:o}", "n", (json_int_t)dx_calibration_total(c), "ece", dx_percent(dx_calibration_error(c)),
	                 "bins", bins);
}

static void put_calibration(builder *b, json_t *to, const char *key, const dx_calibration *c)
{
	if (dx_calibration_total(c) > 0)
		put(b, to, key, calibration(b, c));
}

/* The three labels of the default model, as the Python scorer prints them. */
static void put_default_labels(builder *b, json_t *to, const dx_confusion *c, dx_label_set three)
{
	static const char *const NAME[] = { "support", "oppose", "neutral" };
	for (size_t i = 0; i < three.n; i++) {
		dx_cell one = dx_confusion_cell(c, three.v[i]);
		put(b, to, NAME[i], prf(&one));
	}
}

static json_t *stance_of(builder *b, dx_confusion *c, const dx_verdicts *v, const dx_stance_sets *sets)
{
	json_t *obj = json_object();
	dx_confusion_count(c, v, DX_SLICE_ALL, NULL);
	put(b, obj, "n", count(dx_confusion_total(c)));
	put(b, obj, "accuracy", accuracy(c));
	put(b, obj, "macro_f1", json_real(dx_macro_percent(c, sets->macro)));
	put(b, obj, "f_avg", json_real(dx_macro_percent(c, sets->subset)));
	put(b, obj, "f_avg_labels", label_names(b, sets->subset));
	put(b, obj, "labels", label_figures(b, c));
	put(b, obj, "confusion", confusion_rows(b, c));
	return obj;
}

static json_t *stance_slices(builder *b, dx_confusion *c, const dx_stance_sets *sets, int from, int n)
{
	json_t *obj = json_object();
	for (int i = from; i < from + n; i++) {
		dx_confusion_count(c, &b->s->quotes, i, NULL);
		if (dx_confusion_total(c) > 0)
			put(b, obj, dx_slice_name(i), json_pack("{s:I,s:o,s:f,s:f}", "n", (json_int_t)dx_confusion_total(c),
				"accuracy", accuracy(c), "macro_f1", dx_macro_percent(c, sets->macro), "f_avg", dx_macro_percent(c, sets->subset)));
	}
	return obj;
}

static void put_stance(builder *b, json_t *to, dx_confusion *c)
{
	const dx_stance_sets *sets = &b->r->quotes;
	if (!b->s->quotes.n)
		return;
	json_t *obj = stance_of(b, c, &b->s->quotes, sets);
	if (dx_labels_default(b->s, &b->s->quotes))
		put_default_labels(b, obj, c, sets->macro);
	put(b, obj, "by_type", stance_slices(b, c, sets, DX_SLICE_TYPE, DX_N_TYPE));
	put(b, obj, "by_source", stance_slices(b, c, sets, DX_SLICE_FORM, DX_N_FORM));
	put(b, to, "stance", obj);
}

static void put_statements(builder *b, json_t *to, dx_confusion *c)
{
	if (!b->s->statements.n)
		return;
	json_t *obj = stance_of(b, c, &b->s->statements, &b->r->statements);
	put_calibration(b, obj, "calibration", &b->s->cal_statement);
	put(b, to, "statements", obj);
}

static void put_interval(builder *b, json_t *to, const char *group, const char *key, dx_interval x)
{
	char name[60];
	snprintf(name, sizeof name, "%s%s%s", group, key ? "." : "", key ? key : "");
	if (!isnan(x.lo))
		put(b, to, name, json_pack("[f,f]", dx_percent(x.lo), dx_percent(x.hi)));
}

static void put_intervals(builder *b, json_t *to)
{
	static const char *const STANCE[] = { "accuracy", "macro_f1", "f_avg" };
	const dx_bootstrap *boot = &b->r->bootstrap;
	json_t *obj = json_object();
	for (dx_metric m = 0; m < DX_N_METRIC; m++)
		put_interval(b, obj, dx_metric_of(m)->group, dx_metric_of(m)->key, boot->figure[m]);
	for (size_t i = 0; i < DX_COUNT(STANCE); i++) {
		put_interval(b, obj, "stance", STANCE[i], boot->figure[DX_FIG_QUOTES + i]);
		put_interval(b, obj, "statements", STANCE[i], boot->figure[DX_FIG_STATEMENTS + i]);
	}
	put(b, to, "bootstrap", json_pack("{s:I,s:I}", "draws", (json_int_t)boot->n_draws, "seed", (json_int_t)boot->seed));
	put(b, to, "ci95", obj);
}

static void put_counts(builder *b, json_t *to)
{
	put(b, to, "articles", count((double)b->r->n_articles));
	put(b, to, "missing_articles", count((double)b->r->n_missing));
	put(b, to, "extra_articles", count((double)b->r->n_extra));
	put(b, to, "bad_lines", json_pack("{s:I,s:I}", "gold", (json_int_t)b->r->n_bad_gold, "pred", (json_int_t)b->r->n_bad_pred));
}

static void put_quotes(builder *b, json_t *to)
{
	json_t *cal = json_object();
	put_metrics(b, to, DX_SLICE_ALL, false);
	put_recall_by_type(b, to);
	put_speaker(b, to);
	put_outcomes(b, to);
	put_slices(b, to, "by_type", DX_SLICE_TYPE, DX_N_TYPE);
	put_slices(b, to, "by_source", DX_SLICE_FORM, DX_N_FORM);
	put_calibration(b, cal, "quote", &b->s->cal_quote);
	put_calibration(b, cal, "speaker", &b->s->cal_speaker);
	put_calibration(b, cal, "stance", &b->s->cal_stance);
	put(b, to, "calibration", cal);
}

static dx_status write_json(const json_t *root, FILE *to, dx_err *err)
{
	/* 15 digits: 66.7 is to look like 66.7 */
	if (json_dumpf(root, to, JSON_REAL_PRECISION(15)) != 0 || putc('\n', to) == EOF)
		return dx_fail(err, DX_EIO, "writing the figures failed");
	return DX_OK;
}

static dx_status build(json_t **out, const dx_report *r, dx_err *err)
{
	builder b = { r, r->scores, false };
	json_t *root = json_object();
	dx_confusion c;
	dx_status st = dx_confusion_new(&c, r->scores, err);
	if (!st) {
		put_counts(&b, root);
		if (r->n_articles)
			put_quotes(&b, root);
		put_stance(&b, root, &c);
		put_statements(&b, root, &c);
		put_intervals(&b, root);
		st = b.bad ? dx_fail(err, DX_ENOMEM, "out of memory: report") : DX_OK;
	}
	*out = root;
	return st;
}

dx_status dx_report_json(const dx_report *r, FILE *to, dx_err *err)
{
	json_t *root;
	dx_status st = build(&root, r, err);
	if (!st)
		st = write_json(root, to, err);
	json_decref(root);
	return st;
}

dx_status dx_report_figure(double *out, bool *found, const dx_report *r, const char *path, dx_err *err)
{
	json_t *root;
	dx_status st = build(&root, r, err);
	const json_t *at = st ? NULL : root;
	while (at && *path) {
		size_t n = strcspn(path, ".");
		char key[64];
		if (n >= sizeof key)
			break;
		memcpy(key, path, n);
		key[n] = '\0';
		at = json_object_get(at, key);
		path += n + (path[n] == '.');
	}
	*found = at && !*path && json_is_number(at);
	*out = *found ? json_number_value(at) : 0;
	json_decref(root);
	return st;
}
