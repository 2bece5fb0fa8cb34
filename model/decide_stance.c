#include "model/decide_stance.h"

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

dx_status dx_stance_load(dx_stance_model *out, const dx_file *f, dx_err *err)
{
	const dx_str stance = dx_file_section(f, "stance");
	*out = (dx_stance_model){ .labels.neutral = UINT32_MAX };
	if (!stance.p)
		return DX_OK;
	dx_status st = load_stance(out, stance, err);
	if (!st)
		st = dx_target_load(&out->target, dx_file_section(f, "target"), err);
	if (!st)
		st = dx_issue_load(&out->issues, dx_file_section(f, "issues"), err);
	if (!st)
		st = dx_context_load(&out->context, dx_file_section(f, "context"), err);
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

dx_status dx_stance_features(dx_vec *x, dx_stance_notes *notes, dx_stance_case *c, const dx_stance_head *h, const dx_stance_model *m, dx_err *err)
{
	*x = (dx_vec){ .arena = c->doc->arena };
	c->letters = h->letters;
	dx_status st = dx_stance_vector(x, notes, c, err);
	return !st && h->advice ? dx_issue_advise(x, notes, c, &m->issues, err) : st;
}

/* Probabilities [n_class] of a case by a machine. */
static dx_status score(double *p, dx_stance_case *c, const dx_stance_head *h, const dx_stance_model *m, dx_err *err)
{
	dx_vec x;
	dx_status st = dx_stance_features(&x, NULL, c, h, m, err);
	if (!st)
		dx_stance_head_p(p, h, &x, h->n_text ? dx_stance_text_key(c) : 0);
	return st;
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

/* p of the model's labels, which are zeros before, from those of a machine's classes; returns the label that is chosen. */
static uint32_t by_label(double *p, const double *by_class, const dx_stance_head *h)
{
	for (uint32_t k = 0; k < h->n_class; k++)
		p[h->label[k]] = by_class[k];
	return h->label[dx_stance_choose(by_class, h->lift, h->n_class)];
}

static dx_status decide_kind(double *p, uint32_t *label, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	const dx_stance_head *h = dx_stance_head_for(m, c->kind);
	double by_class[DX_STANCE_LABELS];
	dx_status st = score(by_class, c, h, m, err);
	if (!st)
		*label = by_label(p, by_class, h);
	return st;
}

/* p [m->labels.n] of the label that is chosen and of the others. */
static dx_status write_stance(dx_stance *out, const double *p, uint32_t label, const dx_stance_model *m, dx_arena *arena, dx_err *err)
{
	*out = (dx_stance){ .label = m->labels.name[label], .conf = p[label], .n_p = m->labels.n, .p = dx_arena_array(arena, m->labels.n, sizeof *out->p) };
	if (!out->p)
		return dx_fail(err, DX_ENOMEM, "out of memory: stance");
	for (uint32_t i = 0; i < m->labels.n; i++)
		out->p[i] = (dx_label_p){ m->labels.name[i], p[i] };
	return DX_OK;
}

static dx_status decide(dx_stance *out, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	double p[DX_STANCE_LABELS] = { 0 };
	const bool by_issue = is_for_issues(c, m);
	uint32_t label;
	dx_status st = by_issue ? decide_issue(p, &label, c, m, err) : decide_kind(p, &label, c, m, err);
	if (!st)
		st = write_stance(out, p, label, m, c->doc->arena, err);
	out->by_issue = !st && by_issue;
	return st;
}

dx_status dx_stance_statement(dx_stance *out, const dx_doc *doc, const dx_statement *s, const dx_stance_model *m, dx_err *err)
{
	dx_stance_case c;
	dx_status st = dx_stance_of_statement(&c, doc, s, err);
	return st ? st : decide(out, &c, m, err);
}

static void place_given(dx_target_choice *out, const dx_stance_case *c, dx_str target)
{
	*out = (dx_target_choice){ .text = target };
	if (!c->target.n)
		return;
	out->span = dx_range_span(c->doc, c->target.v[0]);
	out->last = c->doc->tok[c->target.v[0].end - 1].hash;
}

static dx_status decide_toward(dx_stance *out, const dx_doc *doc, const dx_quote *q, dx_str target, const dx_stance_model *m, dx_err *err)
{
	dx_stance_case c;
	dx_status st = dx_stance_of_quote(&c, doc, q, target, err);
	if (!st)
		st = decide(out, &c, m, err);
	if (!st)
		place_given(&out->target, &c, target);
	return st;
}

/* p [n_class] of the machine for quotes by what the quote says in all; where that leaves the label open, and a target was chosen, also by what it says of
 * that. Not always, since it hardly changes the others and costs as much again. */
static dx_status both_ways(double *p, bool *by_target, const dx_quote *q, dx_stance_case *c, dx_str chosen, const dx_stance_head *h,
                           const dx_stance_model *m, dx_err *err)
{
	double toward[DX_STANCE_LABELS];
	dx_stance_case t;
	dx_status st = score(p, c, h, m, err);
	*by_target = !st && chosen.n && dx_stance_is_open(p, h->n_class);
	if (!*by_target)
		return st;
	st = dx_stance_of_quote(&t, c->doc, q, chosen, err);
	if (!st)
		st = score(toward, &t, h, m, err);
	if (!st)
		dx_stance_mean(p, toward, h->n_class);
	return st;
}

static dx_status decide_open(dx_stance *out, const dx_doc *doc, const dx_quote *q, const dx_targets *targets, const dx_stance_model *m, dx_err *err)
{
	const dx_stance_head *h = dx_stance_head_for(m, DX_STANCE_QUOTE);
	dx_target_choice choice = { .text = { NULL, 0 } };
	double by_class[DX_STANCE_LABELS], p[DX_STANCE_LABELS] = { 0 };
	bool by_target;
	dx_stance_case c;
	dx_status st = dx_stance_of_quote(&c, doc, q, (dx_str){ "", 0 }, err);
	if (!st && m->target.present && targets)
		st = dx_target_choose(&choice, &c, targets, &m->target, err);
	if (!st)
		st = both_ways(by_class, &by_target, q, &c, choice.text, h, m, err);
	if (st)
		return st;
	const uint32_t label = by_label(p, by_class, h);
	st = write_stance(out, p, label, m, doc->arena, err);
	out->target = choice;
	out->by_target = by_target;
	return st;
}

dx_status dx_stance_quote(dx_stance *out, const dx_doc *doc, const dx_quote *q, dx_str target, const dx_targets *targets,
                          const dx_stance_model *m, dx_err *err)
{
	return target.n ? decide_toward(out, doc, q, target, m, err) : decide_open(out, doc, q, targets, m, err);
}

/* --- in the light of an article's other quotes --- */

/* By classes of the machine for quotes, from the model's labels, and back. */
static void classes_of(double *p, const dx_stance *s, const dx_stance_head *h)
{
	for (uint32_t c = 0; c < h->n_class; c++)
		p[c] = s->p[h->label[c]].p;
}

static void settle_one(dx_stance *s, double *p, const double *others, const dx_stance_head *h, const dx_stance_model *m)
{
	dx_context_join(p, others, h->n_class, &m->context);
	for (uint32_t c = 0; c < h->n_class; c++)
		s->p[h->label[c]].p = p[c];
	const uint32_t label = h->label[dx_stance_choose(p, h->lift, h->n_class)];
	s->label = m->labels.name[label];
	s->conf = s->p[label].p;
	s->others = others;
}

dx_status dx_stance_settle(dx_stance *s, dx_context_quote *place, size_t n, const dx_stance_model *m, dx_arena *arena, dx_err *err)
{
	const dx_stance_head *h = dx_stance_head_for(m, DX_STANCE_QUOTE);
	double *message, *p = m->context.present ? dx_arena_array(arena, n * h->n_class, sizeof *p) : NULL;
	if (!m->context.present)
		return DX_OK;
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: stances of an article");
	for (size_t i = 0; i < n; i++) {
		classes_of(p + i * h->n_class, &s[i], h);
		place[i].target = s[i].target.last;
		place[i].p = s[i].by_issue ? NULL : p + i * h->n_class;
	}
	dx_status st = dx_context_messages(&message, place, n, h->n_class, arena, err);
	for (size_t i = 0; i < n && !st; i++)
		if (!s[i].by_issue)
			settle_one(&s[i], p + i * h->n_class, message + i * DX_N_RELATION * h->n_class, h, m);
	return st;
}
