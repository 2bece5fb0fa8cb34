#include "model/decide_issue.h"
#include <math.h>

#define LEAST_P 0.02                                     /* below it all is one: advice has bounds */

static dx_status take(dx_issue_model *m, dx_cursor *c, dx_err *err)
{
	dx_status st = dx_stance_labels_take(&m->labels, c, err);
	if (!st)
		st = dx_stance_head_take(&m->head, m->labels.n, c, err);
	if (!st && (c->bad || c->at != c->n))
		st = dx_fail(err, DX_EFORMAT, "%zu bytes, %zu used", c->n, c->at);
	return st;
}

dx_status dx_issue_load(dx_issue_model *out, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	dx_err why = { 0 };
	*out = (dx_issue_model){ .present = false };
	if (!bytes.n)
		return DX_OK;
	dx_status st = take(out, &c, &why);
	out->present = !st;
	return st ? dx_fail(err, st, "section issues: %s", why.msg) : DX_OK;
}

/* The label on the other side, where there are two sides and perhaps none: being for the one is being against the other. */
static uint32_t other_side(uint32_t label, const dx_stance_labels *l)
{
	uint32_t other = label;
	for (uint32_t i = 0; i < l->n; i++)
		if (i != label && i != l->neutral)
			other = i;
	return label != l->neutral && l->n == (l->neutral < l->n ? 3 : 2) ? other : label;
}

dx_status dx_issue_p(double *p, uint32_t *chosen, const dx_stance_case *c, const dx_issue_model *m, dx_err *err)
{
	const dx_stance_case issue = dx_stance_as_issue(c);
	const dx_stance_head *h = &m->head;
	dx_vec x = { .arena = c->doc->arena };
	double by_class[DX_SVM_CLASSES];
	dx_status st = dx_stance_vector(&x, NULL, &issue, err);
	if (st)
		return st;
	dx_stance_head_p(by_class, h, &x, h->n_text ? dx_stance_text_key(&issue) : 0);
	memset(p, 0, m->labels.n * sizeof *p);
	for (uint32_t k = 0; k < h->n_class; k++)
		p[c->issue.against ? other_side(h->label[k], &m->labels) : h->label[k]] = by_class[k];
	if (chosen) {
		const uint32_t label = h->label[dx_stance_choose(by_class, h->lift, h->n_class)];
		*chosen = c->issue.against ? other_side(label, &m->labels) : label;
	}
	return DX_OK;
}

dx_status dx_issue_advise(dx_vec *x, dx_stance_notes *notes, const dx_stance_case *c, const dx_issue_model *m, dx_err *err)
{
	double p[DX_STANCE_LABELS], mean = 0;
	if (!m->present || !c->issue.number)
		return DX_OK;
	dx_status st = dx_issue_p(p, NULL, c, m, err);
	for (uint32_t i = 0; i < m->labels.n && !st; i++)
		mean += (p[i] = log(p[i] + LEAST_P)) / m->labels.n;
	for (uint32_t i = 0; i < m->labels.n && !st; i++) {
		const uint32_t index = (uint32_t)DX_SF_ADVICE << DX_STANCE_BITS | i;
		dx_vec_add(x, index, (float)(p[i] - mean));
		if (notes && !DX_PUSH(x->arena, notes->v, notes->n, notes->cap, ((dx_stance_note){ index, DX_SF_ADVICE, 0, { 0, 0 } })))
			x->failed = true;
	}
	return !st && x->failed ? dx_fail(err, DX_ENOMEM, "out of memory: advice on an issue") : st;
}
