#include "model/decide_stance.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- the model --- */

void dx_stance_buckets(uint32_t *bucket, const uint32_t *key, uint32_t n)
{
	uint32_t i = 0;
	for (uint32_t b = 0; b <= DX_STANCE_BUCKETS; b++) {
		while (i < n && key[i] >> DX_STANCE_SHIFT < b)
			i++;
		bucket[b] = i;
	}
}

static dx_status check_keys(const dx_stance_head *h, dx_err *err)
{
	uint32_t i = 0;
	for (uint32_t k = 1; k < h->n_feat; k++)
		if (h->key[k] <= h->key[k - 1])
			return dx_fail(err, DX_EFORMAT, "section stance: feature %u is out of order", k);
	if (h->n_feat && dx_stance_family_of(h->key[h->n_feat - 1]) >= DX_N_SF)
		return dx_fail(err, DX_EFORMAT, "section stance: feature %u is of no family", h->n_feat - 1);
	for (uint32_t b = 0; b <= DX_STANCE_BUCKETS; b++) {
		while (i < h->n_feat && h->key[i] >> DX_STANCE_SHIFT < b)
			i++;
		if (h->bucket[b] != i)
			return dx_fail(err, DX_EFORMAT, "section stance: bucket %u is wrong", b);
	}
	return DX_OK;
}

static dx_status check_labels(const dx_stance_head *h, uint32_t n_label, dx_err *err)
{
	for (uint32_t c = 0; c < h->n_class; c++) {
		if (h->label[c] >= n_label || (c && h->label[c] <= h->label[c - 1]))
			return dx_fail(err, DX_EFORMAT, "section stance: class %u has label %u of %u", c, h->label[c], n_label);
		if (!(fabs(h->lift[c]) < 1e6))
			return dx_fail(err, DX_EFORMAT, "section stance: class %u has a lift that is no number", c);
	}
	return DX_OK;
}

/* Finite numbers all of them: what is computed of them is, too. */
static bool all_finite(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(v[i]) < 1e100))
			return false;
	return true;
}

static dx_status take_machine(dx_stance_head *h, dx_cursor *c, dx_err *err)
{
	const uint32_t n_pair = h->n_class * (h->n_class - 1) / 2;
	h->lift = dx_take(c, h->n_class, sizeof *h->lift);
	h->svm = (dx_svm){ .kernel = DX_SVM_LINEAR, .n_class = h->n_class, .n_pair = n_pair, .bias = dx_take(c, n_pair, sizeof(double)) };
	h->svm.calib = dx_take(c, (size_t)h->n_class * (n_pair + 1), sizeof *h->svm.calib);
	h->key = dx_take(c, h->n_feat, sizeof *h->key);
	h->bucket = dx_take(c, DX_STANCE_BUCKETS + 1, sizeof *h->bucket);
	dx_take_align(c, 8);
	h->unit = dx_take(c, n_pair, sizeof *h->unit);
	h->w = dx_take(c, (size_t)h->n_feat * n_pair, sizeof *h->w);
	dx_take_align(c, 8);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "section stance: %u features do not fit", h->n_feat);
	if (!all_finite(h->svm.bias, n_pair) || !all_finite(h->svm.calib, (size_t)h->n_class * (n_pair + 1)) || !all_finite(h->unit, n_pair))
		return dx_fail(err, DX_EFORMAT, "section stance: a weight is no number");
	return DX_OK;
}

static dx_status take_texts(dx_stance_head *h, dx_cursor *c, dx_err *err)
{
	h->n_text = dx_take_u32(c);
	h->text = dx_take(c, h->n_text, sizeof *h->text);
	h->factor = dx_take(c, h->n_text ? ((size_t)h->n_text + 1) * h->n_class : 0, sizeof *h->factor);
	dx_take_align(c, 8);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "section stance: %u texts do not fit", h->n_text);
	for (uint32_t i = 1; i < h->n_text; i++)
		if (h->text[i] <= h->text[i - 1])
			return dx_fail(err, DX_EFORMAT, "section stance: text %u is out of order", i);
	return DX_OK;
}

static dx_status take_head(dx_stance_head *h, uint32_t n_label, dx_cursor *c, dx_err *err)
{
	h->n_class = dx_take_u32(c);
	h->n_feat = dx_take_u32(c);
	if (h->n_class < 2 || h->n_class > DX_STANCE_LABELS)
		return dx_fail(err, DX_EFORMAT, "section stance: a machine of %u classes", h->n_class);
	h->label = dx_take(c, h->n_class, sizeof *h->label);
	dx_take_align(c, 8);
	dx_status st = take_machine(h, c, err);
	if (!st)
		st = take_texts(h, c, err);
	if (!st)
		st = check_labels(h, n_label, err);
	for (uint32_t i = 0; i < h->n_feat && !st; i++)
		h->letters |= dx_stance_family_of(h->key[i]) == DX_SF_LETTERS;
	h->present = true;
	return st ? st : check_keys(h, err);
}

static dx_status take_names(dx_stance_model *m, dx_cursor *c, dx_err *err)
{
	const uint32_t version = dx_take_u32(c);
	if (!c->bad && version != DX_STANCE_VERSION)
		return dx_fail(err, DX_EFORMAT, "section stance: version %u, this program reads %u", version, DX_STANCE_VERSION);
	m->n_label = dx_take_u32(c);
	m->neutral = dx_take_u32(c);
	if (c->bad || m->n_label < 2 || m->n_label > DX_STANCE_LABELS)
		return dx_fail(err, DX_EFORMAT, "section stance: %u labels", m->n_label);
	dx_take_align(c, 8);
	for (uint32_t i = 0; i < m->n_label; i++) {
		m->label[i] = dx_take_str(c);
		if (c->bad || !m->label[i].n)
			return dx_fail(err, DX_EFORMAT, "section stance: label %u has no name", i);
	}
	return DX_OK;
}

static dx_status load_stance(dx_stance_model *m, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	dx_status st = take_names(m, &c, err);
	const uint32_t n_head = st ? 0 : dx_take_u32(&c);
	dx_take_align(&c, 8);
	for (uint32_t i = 0; i < n_head && !st; i++) {
		const uint32_t kind = dx_take_u32(&c);
		if (c.bad || kind >= DX_N_STANCE_KIND || m->head[kind].present)
			return dx_fail(err, DX_EFORMAT, "section stance: machine %u is of kind %u", i, kind);
		st = take_head(&m->head[kind], m->n_label, &c, err);
	}
	if (!st && (c.bad || !n_head || c.at != c.n))
		st = dx_fail(err, DX_EFORMAT, "section stance: %zu bytes, %zu used", c.n, c.at);
	m->present = !st;
	return st;
}

static dx_status load_target(dx_stance_model *m, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	const uint32_t version = dx_take_u32(&c);
	dx_take_align(&c, 8);
	if (c.bad || version != DX_STANCE_VERSION)
		return dx_fail(err, DX_EFORMAT, "section target: version %u, this program reads %u", version, DX_STANCE_VERSION);
	dx_status st = dx_svm_unpack(&m->target, &c, err);
	if (!st && (m->target.kernel != DX_SVM_LINEAR || m->target.n_class != 2 || m->target.n_feat > DX_TARGET_DIM || c.at != c.n))
		st = dx_fail(err, DX_EFORMAT, "section target: %u classes, %u features, %zu of %zu bytes", m->target.n_class,
		             m->target.n_feat, c.at, c.n);
	m->has_target = !st;
	return st;
}

dx_status dx_stance_load(dx_stance_model *out, const dx_file *f, dx_err *err)
{
	const dx_str stance = dx_file_section(f, "stance"), target = dx_file_section(f, "target");
	*out = (dx_stance_model){ .neutral = UINT32_MAX };
	dx_status st = stance.p ? load_stance(out, stance, err) : DX_OK;
	if (!st && stance.p && target.p)
		st = load_target(out, target, err);
	if (st)
		*out = (dx_stance_model){ .neutral = UINT32_MAX };
	return st;
}

const dx_stance_head *dx_stance_head_for(const dx_stance_model *m, dx_stance_kind kind)
{
	static const uint8_t order[DX_N_STANCE_KIND][DX_N_STANCE_KIND] = {
		[DX_STANCE_STATEMENT] = { DX_STANCE_STATEMENT, DX_STANCE_HELD, DX_STANCE_NAMED, DX_STANCE_QUOTE },
		[DX_STANCE_HELD] = { DX_STANCE_HELD, DX_STANCE_NAMED, DX_STANCE_STATEMENT, DX_STANCE_QUOTE },
		[DX_STANCE_NAMED] = { DX_STANCE_NAMED, DX_STANCE_HELD, DX_STANCE_STATEMENT, DX_STANCE_QUOTE },
		[DX_STANCE_QUOTE] = { DX_STANCE_QUOTE, DX_STANCE_STATEMENT, DX_STANCE_HELD, DX_STANCE_NAMED },
	};
	for (size_t i = 0; i < DX_N_STANCE_KIND; i++)
		if (m->head[order[kind][i]].present)
			return &m->head[order[kind][i]];
	assert(false && "a model that is present has a machine");
	return NULL;
}

/* --- deciding --- */

void dx_stance_number(dx_vec *x, const uint32_t *key, const uint32_t *bucket)
{
	size_t n = 0;
	uint32_t at = 0;                         /* indices ascend: no key is looked at twice */
	for (size_t i = 0; i < x->n; i++) {
		const uint32_t h = x->f[i].i, beg = bucket[h >> DX_STANCE_SHIFT], end = bucket[(h >> DX_STANCE_SHIFT) + 1];
		uint32_t k = at > beg ? at : beg;
		while (k < end && key[k] < h)    /* a few: buckets hold ten or so, but for the dense families */
			k++;
		at = k;
		if (k < end && key[k] == h)
			x->f[n++] = (dx_feat){ k, x->f[i].v };
	}
	x->n = n;
}

uint32_t dx_stance_choose(const double *p, const double *lift, uint32_t n_class)
{
	uint32_t best = 0;
	double most = -HUGE_VAL;
	for (uint32_t c = 0; c < n_class; c++) {
		const double s = log(p[c] + 1e-12) + lift[c];
		if (s > most) {
			most = s;
			best = c;
		}
	}
	return best;
}

static void values_of(double *out, const dx_stance_head *h, const dx_vec *x)
{
	const uint32_t n = h->svm.n_pair;
	double sum[DX_SVM_PAIRS] = { 0 };
	for (size_t i = 0; i < x->n; i++)
		for (uint32_t p = 0; p < n; p++)
			sum[p] += (double)h->w[(size_t)x->f[i].i * n + p] * (double)x->f[i].v;
	for (uint32_t p = 0; p < n; p++)
		out[p] = h->svm.bias[p] + sum[p] * h->unit[p];
}

/* The factors of a text, which stand last for one that training has not seen. */
static const int16_t *text_factors(const dx_stance_head *h, uint32_t text)
{
	uint32_t lo = 0, hi = h->n_text;
	while (lo < hi) {
		const uint32_t mid = lo + (hi - lo) / 2;
		if (h->text[mid] < text)
			lo = mid + 1;
		else
			hi = mid;
	}
	const bool known = text && lo < h->n_text && h->text[lo] == text;
	return h->factor + (size_t)(known ? lo : h->n_text) * h->n_class;
}

static void apply_text(double *p, const dx_stance_head *h, const int16_t *factor)
{
	double sum = 0;
	for (uint32_t c = 0; c < h->n_class; c++)
		sum += p[c] *= exp(factor[c] / DX_STANCE_TEXT_UNIT);
	for (uint32_t c = 0; c < h->n_class && sum > 0; c++)
		p[c] /= sum;
}

/* Decision of a case: *chosen is a class of the head, p[n_class]. */
static dx_status score(uint32_t *chosen, double *p, dx_stance_case *c, const dx_stance_head *h, dx_err *err)
{
	dx_vec x = { .arena = c->doc->arena };
	double values[DX_SVM_PAIRS];
	const int16_t *factor = h->n_text ? text_factors(h, dx_stance_text_key(c)) : NULL;
	c->letters = h->letters;
	dx_status st = dx_stance_vector(&x, NULL, c, err);
	if (st)
		return st;
	dx_stance_number(&x, h->key, h->bucket);
	values_of(values, h, &x);
	dx_svm_probabilities(p, &h->svm, values);
	if (factor)
		apply_text(p, h, factor);
	*chosen = dx_stance_choose(p, h->lift, h->n_class);
	return DX_OK;
}

static dx_status decide(dx_stance *out, uint32_t *label, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	const dx_stance_head *h = dx_stance_head_for(m, c->kind);
	double p[DX_SVM_CLASSES];
	uint32_t chosen;
	dx_status st = score(&chosen, p, c, h, err);
	if (st)
		return st;
	*out = (dx_stance){ .label = m->label[h->label[chosen]], .conf = p[chosen], .n_p = m->n_label,
		.p = dx_arena_array(c->doc->arena, m->n_label, sizeof *out->p) };
	if (!out->p)
		return dx_fail(err, DX_ENOMEM, "out of memory: stance");
	for (uint32_t i = 0; i < m->n_label; i++)
		out->p[i].label = m->label[i];
	for (uint32_t k = 0; k < h->n_class; k++)
		out->p[h->label[k]].p = p[k];
	*label = h->label[chosen];
	return DX_OK;
}

dx_status dx_stance_statement(dx_stance *out, const dx_doc *doc, const dx_statement *s, const dx_stance_model *m, dx_err *err)
{
	dx_stance_case c;
	uint32_t label;
	dx_status st = dx_stance_of_statement(&c, doc, s, err);
	return st ? st : decide(out, &label, &c, m, err);
}

static dx_status best_candidate(dx_stance *out, const dx_stance_case *c, const dx_targets *t, bool polar, const dx_stance_model *m,
                                dx_err *err)
{
	dx_target_pool p;
	dx_vec x = { .arena = c->doc->arena };
	dx_target_candidates(&p, t, c);
	size_t best = p.n;
	double most = -HUGE_VAL;
	dx_status st = DX_OK;
	for (size_t i = 0; i < p.n && !st; i++) {
		st = dx_target_vector(&x, &p, i, polar, err);
		const double s = st ? 0 : dx_svm_yes(&m->target, x.f, x.n);
		if (s > most) {
			most = s;
			best = i;
		}
	}
	if (st || best == p.n)
		return st;
	if (p.v[best].tok.beg < p.v[best].tok.end)
		out->target_span = dx_range_span(c->doc, p.v[best].tok);
	if (p.v[best].name >= 0 && p.v[best].text.beg < p.v[best].text.end)
		out->target_name = dx_range_span(c->doc, (dx_range){ p.v[best].text.end - 1, p.v[best].text.end });
	return dx_target_text(&out->target, c->doc, p.v[best].text, err);
}

static dx_status place_given(dx_stance *out, const dx_stance_case *c, dx_str target)
{
	out->target = target;
	if (c->target.n)
		out->target_span = dx_range_span(c->doc, c->target.v[0]);
	return DX_OK;
}

dx_status dx_stance_quote(dx_stance *out, const dx_doc *doc, const dx_quote *q, dx_str target, const dx_targets *targets,
                          const dx_stance_model *m, dx_err *err)
{
	dx_stance_case c;
	uint32_t label;
	dx_status st = dx_stance_of_quote(&c, doc, q, target, err);
	if (!st)
		st = decide(out, &label, &c, m, err);
	if (st || target.n)
		return st ? st : place_given(out, &c, target);
	return m->has_target && targets ? best_candidate(out, &c, targets, label != m->neutral, m, err) : DX_OK;
}

/* --- explaining --- */

typedef struct { dx_feat f; double weight; } part;

static int by_weight(const void *a, const void *b)
{
	const part *p = a, *q = b;
	const double x = fabs(p->weight), y = fabs(q->weight);
	return x != y ? (x < y) - (x > y) : (p->f.i > q->f.i) - (p->f.i < q->f.i);
}

static dx_status describe(dx_str *out, const dx_stance_case *c, const dx_stance_notes *notes, uint32_t key, dx_err *err)
{
	char buf[160];
	const dx_stance_note *n = NULL;
	for (size_t i = 0; i < notes->n && !n; i++)
		if (notes->v[i].i == key)
			n = &notes->v[i];
	const char *family = dx_stance_family_name(n ? n->family : DX_N_SF);
	dx_str words = { "", 0 };
	if (n && n->tok.beg < n->tok.end)
		words = dx_slice(c->doc, dx_range_span(c->doc, n->tok));
	if (words.n > 80)
		words.n = 0;                     /* the two pieces of a pair may lie in different pieces of a content */
	const char *detail = !n ? NULL : n->family == DX_SF_COUNT ? dx_stance_count_name(n->detail)
	                                 : n->family == DX_SF_VECTOR ? dx_stance_part_name(n->detail) : NULL;
	int len = detail ? snprintf(buf, sizeof buf, "%s %s", family, detail)
	                 : snprintf(buf, sizeof buf, words.n ? "%s: %.*s" : "%s", family, DX_ARG(words));
	out->p = dx_arena_strdup(c->doc->arena, (dx_str){ buf, (size_t)len < sizeof buf ? (size_t)len : sizeof buf - 1 });
	out->n = out->p ? strlen(out->p) : 0;
	return out->p ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: reasons");
}

/* The class that comes second. */
static uint32_t second_of(const double *p, const dx_stance_head *h, uint32_t first)
{
	double rest[DX_SVM_CLASSES];
	for (uint32_t c = 0; c < h->n_class; c++)
		rest[c] = c == first ? 0 : p[c];
	uint32_t s = dx_stance_choose(rest, h->lift, h->n_class);
	return s != first ? s : first ? 0 : 1;
}

static double part_of(const dx_stance_head *h, const dx_feat *f, uint32_t a, uint32_t b)
{
	const uint32_t n = h->svm.n_pair;
	const double *ka = h->svm.calib + (size_t)a * (n + 1), *kb = h->svm.calib + (size_t)b * (n + 1);
	double sum = 0;
	for (uint32_t p = 0; p < n; p++)
		sum += (ka[p] - kb[p]) * (double)h->w[(size_t)f->i * n + p] * h->unit[p] * (double)f->v;
	return sum;
}

dx_status dx_stance_explain(dx_stance_reason **out, size_t *n, size_t most, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	const dx_stance_head *h = dx_stance_head_for(m, c->kind);
	dx_vec x = { .arena = c->doc->arena };
	dx_stance_notes notes = { 0 };
	double p[DX_SVM_CLASSES];
	uint32_t first;
	*n = 0;
	dx_status st = score(&first, p, c, h, err);
	if (!st)
		st = dx_stance_vector(&x, &notes, c, err);
	if (st)
		return st;
	const uint32_t second = second_of(p, h, first);
	dx_stance_number(&x, h->key, h->bucket);
	part *v = dx_arena_array(c->doc->arena, x.n, sizeof *v);
	*out = dx_arena_array(c->doc->arena, most, sizeof **out);
	if (!v || !*out)
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	for (size_t i = 0; i < x.n; i++)
		v[i] = (part){ { h->key[x.f[i].i], x.f[i].v }, part_of(h, &x.f[i], first, second) };
	qsort(v, x.n, sizeof *v, by_weight);
	for (; *n < most && *n < x.n && v[*n].weight != 0 && !st; (*n)++) {
		(*out)[*n].weight = v[*n].weight;
		st = describe(&(*out)[*n].what, c, &notes, v[*n].f.i, err);
	}
	return st;
}
