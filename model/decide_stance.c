#include "model/decide_stance.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- the model --- */

static dx_status take_heads(dx_stance_model *m, dx_cursor *c, dx_err *err)
{
	dx_status st = dx_stance_labels_take(&m->labels, c, err);
	const uint32_t n_head = st ? 0 : dx_take_u32(c);
	dx_take_align(c, 8);
	for (uint32_t i = 0; i < n_head && !st; i++) {
		const uint32_t kind = dx_take_u32(c);
		if (c->bad || kind >= DX_N_STANCE_KIND || m->head[kind].present)
			return dx_fail(err, DX_EFORMAT, "machine %u is of kind %u", i, kind);
		st = dx_stance_head_take(&m->head[kind], m->labels.n, c, err);
	}
	if (!st && (c->bad || !n_head || c->at != c->n))
		st = dx_fail(err, DX_EFORMAT, "%zu bytes, %zu used", c->n, c->at);
	return st;
}

static dx_status load_stance(dx_stance_model *m, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	dx_err why = { 0 };
	dx_status st = take_heads(m, &c, &why);
	m->present = !st;
	return st ? dx_fail(err, st, "section stance: %s", why.msg) : DX_OK;
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
	*out = (dx_stance_model){ .labels.neutral = UINT32_MAX };
	dx_status st = stance.p ? load_stance(out, stance, err) : DX_OK;
	if (!st && stance.p && target.p)
		st = load_target(out, target, err);
	if (!st && stance.p)
		st = dx_issue_load(&out->issues, dx_file_section(f, "issues"), err);
	if (st)
		*out = (dx_stance_model){ .labels.neutral = UINT32_MAX };
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

/* Decision of a case by a machine: *chosen is a class of it, p[n_class]. */
static dx_status score(uint32_t *chosen, double *p, dx_stance_case *c, const dx_stance_head *h, const dx_stance_model *m, dx_err *err)
{
	dx_vec x = { .arena = c->doc->arena };
	c->letters = h->letters;
	dx_status st = dx_stance_vector(&x, NULL, c, err);
	if (!st && h->advice)
		st = dx_issue_advise(&x, NULL, c, &m->issues, err);
	if (st)
		return st;
	dx_stance_head_p(p, h, &x, h->n_text ? dx_stance_text_key(c) : 0);
	*chosen = dx_stance_choose(p, h->lift, h->n_class);
	return DX_OK;
}

/* Number of an issue machine's label in the model; n: the model lacks it. */
static uint32_t label_of_issue(uint32_t label, const dx_stance_model *m)
{
	uint32_t i = 0;
	while (i < m->labels.n && !dx_str_eq(m->labels.name[i], m->issues.labels.name[label]))
		i++;
	return i;
}

/* Does the machine of issues decide? On a statement, where the model's own machine of statements has learned about other things and never heard its
 * advice; on a quote that does not name the issue. Where it does, the stance is toward what is named: whoever is for action on climate change is against
 * the change. */
static bool is_for_issues(const dx_stance_case *c, const dx_stance_model *m)
{
	bool same = m->issues.present && c->issue.number;
	if (c->kind == DX_STANCE_QUOTE)
		same &= !c->target.n;
	else
		same &= c->kind == DX_STANCE_STATEMENT && !dx_stance_head_for(m, c->kind)->advice;
	for (uint32_t i = 0; same && i < m->issues.labels.n; i++)
		same = label_of_issue(i, m) < m->labels.n;
	return same;
}

/* Probabilities p[m->labels.n] and the label that is chosen. */
static dx_status decide_issue(double *p, uint32_t *label, const dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	double q[DX_STANCE_LABELS];
	uint32_t chosen;
	dx_status st = dx_issue_p(q, &chosen, c, &m->issues, err);
	for (uint32_t i = 0; i < m->issues.labels.n && !st; i++)
		p[label_of_issue(i, m)] = q[i];
	if (!st)
		*label = label_of_issue(chosen, m);
	return st;
}

static dx_status decide_kind(double *p, uint32_t *label, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	const dx_stance_head *h = dx_stance_head_for(m, c->kind);
	double q[DX_SVM_CLASSES];
	uint32_t chosen;
	dx_status st = score(&chosen, q, c, h, m, err);
	for (uint32_t k = 0; k < h->n_class && !st; k++)
		p[h->label[k]] = q[k];
	if (!st)
		*label = h->label[chosen];
	return st;
}

static dx_status decide(dx_stance *out, uint32_t *label, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	double p[DX_STANCE_LABELS] = { 0 };
	dx_status st = is_for_issues(c, m) ? decide_issue(p, label, c, m, err) : decide_kind(p, label, c, m, err);
	if (st)
		return st;
	*out = (dx_stance){ .label = m->labels.name[*label], .conf = p[*label], .n_p = m->labels.n,
		.p = dx_arena_array(c->doc->arena, m->labels.n, sizeof *out->p) };
	if (!out->p)
		return dx_fail(err, DX_ENOMEM, "out of memory: stance");
	for (uint32_t i = 0; i < m->labels.n; i++)
		out->p[i] = (dx_label_p){ m->labels.name[i], p[i] };
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
	return m->has_target && targets ? best_candidate(out, &c, targets, label != m->labels.neutral, m, err) : DX_OK;
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
	dx_stance_case issue = dx_stance_as_issue(c);
	const bool by_issue = is_for_issues(c, m);
	const dx_stance_head *h = by_issue ? &m->issues.head : dx_stance_head_for(m, c->kind);
	dx_vec x = { .arena = c->doc->arena };
	dx_stance_notes notes = { 0 };
	double p[DX_SVM_CLASSES];
	uint32_t first;
	*n = 0;
	if (by_issue)
		c = &issue;
	dx_status st = score(&first, p, c, h, m, err);
	if (!st)
		st = dx_stance_vector(&x, &notes, c, err);
	if (!st && h->advice)
		st = dx_issue_advise(&x, &notes, c, &m->issues, err);
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
