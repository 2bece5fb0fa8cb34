#include "evaluate/figure.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const DEFAULT[] = { "support", "oppose", "neutral" };

dx_prf dx_prf_of(const dx_cell *c)
{
	dx_prf x = { c->n_pred > 0 ? c->hit_pred / c->n_pred : 0, c->n_gold > 0 ? c->hit_gold / c->n_gold : 0, 0 };
	if (x.p + x.r > 0)
		x.f = 2 * x.p * x.r / (x.p + x.r);
	return x;
}

double dx_cell_value(const dx_cell *c, dx_metric m)
{
	if (c->n_gold <= 0)
		return NAN;
	return dx_metric_of(m)->kind == DX_PRF ? dx_prf_of(c).f : c->hit_gold / c->n_gold;
}

/* printf rounds the exact binary value, half to even, as Python's round does. */
double dx_round1(double v)
{
	char buf[400];
	snprintf(buf, sizeof buf, "%.1f", v);
	return strtod(buf, NULL);
}

double dx_percent(double share)
{
	return dx_round1(100 * share);
}

double dx_percent_of(double hit, double n)
{
	return n > 0 ? dx_round1(100 * hit / n) : 0;
}

dx_prf dx_prf_percent(const dx_cell *c)
{
	dx_prf x = dx_prf_of(c);
	double f = x.p + x.r > 0 ? 200 * x.p * x.r / (x.p + x.r) : 0;
	return (dx_prf){ dx_percent(x.p), dx_percent(x.r), dx_round1(f) };
}

double dx_cell_percent(const dx_cell *c, dx_metric m)
{
	return dx_metric_of(m)->kind == DX_PRF ? dx_prf_percent(c).f : dx_percent_of(c->hit_gold, c->n_gold);
}

static bool is_default(dx_str label)
{
	for (size_t i = 0; i < DX_COUNT(DEFAULT); i++)
		if (dx_str_eq(label, dx_str_of(DEFAULT[i])))
			return true;
	return false;
}

static int32_t find_label(const dx_scores *s, dx_str label)
{
	for (size_t i = 0; i < s->n_labels; i++)
		if (dx_str_eq(s->label[i], label))
			return (int32_t)i;
	return -1;
}

static bool in_gold(const dx_verdicts *v, size_t label)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].gold == (int32_t)label)
			return true;
	return false;
}

bool dx_labels_default(const dx_scores *s, const dx_verdicts *v)
{
	for (size_t i = 0; i < s->n_labels; i++)
		if (!is_default(s->label[i]) && in_gold(v, i))
			return false;
	return v->n > 0;
}

static dx_status new_set(dx_label_set *out, const dx_scores *s, size_t n, dx_err *err)
{
	*out = (dx_label_set){ dx_arena_array(s->keep, n, sizeof *out->v), 0 };
	return out->v ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: labels");
}

static void add_names(dx_label_set *out, const dx_scores *s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out->v[out->n++] = find_label(s, dx_str_of(names[i]));
}

dx_status dx_labels_macro(dx_label_set *out, const dx_scores *s, const dx_verdicts *v, bool as_default, dx_err *err)
{
	dx_status st = new_set(out, s, s->n_labels + DX_COUNT(DEFAULT), err);
	if (st)
		return st;
	if (as_default && dx_labels_default(s, v))
		add_names(out, s, DEFAULT, DX_COUNT(DEFAULT));
	else
		for (size_t i = 0; i < s->n_labels; i++)
			if (in_gold(v, i))
				out->v[out->n++] = (int32_t)i;
	return DX_OK;
}

/* neutral and none in any case of letters. */
static bool is_no_side(dx_str s)
{
	static const char *const NAMES[] = { "neutral", "none" };
	for (size_t k = 0; k < DX_COUNT(NAMES); k++) {
		size_t i = 0;
		while (i < s.n && NAMES[k][i] && tolower((unsigned char)s.p[i]) == NAMES[k][i])
			i++;
		if (i == s.n && !NAMES[k][i])
			return true;
	}
	return false;
}

dx_status dx_labels_subset(dx_label_set *out, const dx_scores *s, const dx_verdicts *v, const char *const *names, size_t n_names,
                           dx_err *err)
{
	dx_status st = new_set(out, s, s->n_labels + n_names, err);
	if (st)
		return st;
	add_names(out, s, names, n_names);
	for (size_t i = 0; i < s->n_labels && !n_names; i++)
		if (!is_no_side(s->label[i]) && in_gold(v, i))
			out->v[out->n++] = (int32_t)i;
	return DX_OK;
}

dx_status dx_confusion_new(dx_confusion *out, const dx_scores *s, dx_err *err)
{
	*out = (dx_confusion){ s->n_labels, dx_arena_array(s->keep, s->n_labels * (s->n_labels + 1), sizeof *out->n) };
	return out->n ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: %zu labels", s->n_labels);
}

void dx_confusion_count(dx_confusion *c, const dx_verdicts *v, int slice, const double *weight)
{
	size_t width = c->n_labels + 1;
	for (size_t i = 0; i < c->n_labels * width; i++)
		c->n[i] = 0;
	for (size_t i = 0; i < v->n; i++) {
		const dx_verdict *x = &v->v[i];
		size_t col = x->pred < 0 ? c->n_labels : (size_t)x->pred;
		if (x->mask >> slice & 1)
			c->n[(size_t)x->gold * width + col] += weight ? weight[x->unit] : 1;
	}
}

dx_cell dx_confusion_cell(const dx_confusion *c, int32_t label)
{
	dx_cell cell = { 0, 0, 0, 0 };
	size_t width = c->n_labels + 1, l = (size_t)label;
	if (label < 0)
		return cell;
	for (size_t k = 0; k < width; k++)
		cell.n_gold += c->n[l * width + k];
	for (size_t k = 0; k < c->n_labels; k++)
		cell.n_pred += c->n[k * width + l];
	cell.hit_gold = cell.hit_pred = c->n[l * width + l];
	return cell;
}

double dx_confusion_total(const dx_confusion *c)
{
	double n = 0;
	for (size_t i = 0; i < c->n_labels * (c->n_labels + 1); i++)
		n += c->n[i];
	return n;
}

double dx_confusion_accuracy(const dx_confusion *c)
{
	double hit = 0;
	for (size_t i = 0; i < c->n_labels; i++)
		hit += c->n[i * (c->n_labels + 1) + i];
	return hit / dx_confusion_total(c);
}

double dx_confusion_macro(const dx_confusion *c, dx_label_set labels)
{
	double sum = 0;
	if (!labels.n || dx_confusion_total(c) <= 0)
		return NAN;
	for (size_t i = 0; i < labels.n; i++) {
		dx_cell cell = dx_confusion_cell(c, labels.v[i]);
		sum += dx_prf_of(&cell).f;
	}
	return sum / (double)labels.n;
}

double dx_macro_percent(const dx_confusion *c, dx_label_set labels)
{
	double sum = 0;
	for (size_t i = 0; i < labels.n; i++) {
		dx_cell one = dx_confusion_cell(c, labels.v[i]);
		sum += dx_prf_percent(&one).f;
	}
	return labels.n ? dx_round1(sum / (double)labels.n) : 0;
}

double dx_calibration_total(const dx_calibration *c)
{
	double n = 0;
	for (size_t i = 0; i < DX_N_BIN; i++)
		n += c->n[i];
	return n;
}

double dx_calibration_error(const dx_calibration *c)
{
	double off = 0;
	for (size_t i = 0; i < DX_N_BIN; i++)
		off += fabs(c->hit[i] - c->conf[i]);             /* n * |hit/n - conf/n| */
	return off / dx_calibration_total(c);
}
