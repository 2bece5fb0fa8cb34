#include "predict/stances.h"
#include "model/decide_stance.h"
#include "predict/mention_index.h"
#include <stdlib.h>

#define REASONS 6                                        /* features that --explain shows */

struct dx_stances { dx_stance_model model; };

dx_status dx_stances_load(dx_stances **out, const dx_file *f, dx_err *err)
{
	dx_stances *s = calloc(1, sizeof *s);
	*out = NULL;
	if (!s)
		return dx_fail(err, DX_ENOMEM, "out of memory: stance model");
	dx_status st = dx_stance_load(&s->model, f, err);
	if (st)
		free(s);
	else
		*out = s;
	return st;
}

void dx_stances_free(dx_stances *s)
{
	free(s);
}

/* What the stances of one article share. */
typedef struct {
	const dx_doc *doc;
	const dx_stance_model *m;
	const dx_pipeline_opts *o;
	dx_targets targets;
	dx_mention_index mentions;
} decider;

/* The reasons for the stance of a case, put into w. */
static dx_status explain(dx_why *w, dx_stance_case *c, const dx_stance_model *m, dx_err *err)
{
	dx_stance_reason *r;
	size_t n;
	dx_status st = dx_stance_explain(&r, &n, REASONS, c, m, err);
	if (st)
		return st;
	if (!(w->stance = dx_arena_array(c->doc->arena, n, sizeof *w->stance)))
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	for (size_t i = 0; i < n; i++)
		w->stance[i] = (dx_reason){ r[i].what, r[i].weight };
	w->n_stance = n;
	return DX_OK;
}

/* A target that is a name is called as its entity is. */
static dx_str name_of(const dx_stance *s, const decider *d)
{
	const dx_entity *e = s->target_name.end > s->target_name.beg ? dx_mention_ending(&d->mentions, s->target_name.end) : NULL;
	return e ? e->name : s->target;
}

/* Decides q toward target (n = 0: toward what q is about) and fills its stance fields; why may be NULL. */
static dx_status decide(dx_quote *q, dx_why *why, dx_str target, const decider *d, dx_err *err)
{
	dx_stance s = { .n_p = 0 };
	dx_stance_case c;
	dx_status st = dx_stance_quote(&s, d->doc, q, target, &d->targets, d->m, err);
	if (!st && why)
		st = dx_stance_of_quote(&c, d->doc, q, target, err);
	if (!st && why)
		st = explain(why, &c, d->m, err);
	if (st)
		return st;
	const bool sure = s.conf >= d->o->min_confidence;
	q->stance = sure ? s.label : (dx_str){ NULL, 0 };
	q->target = name_of(&s, d);
	if (s.target_span.end > s.target_span.beg)
		q->target_span = s.target_span;
	q->p = s.p;
	q->n_p = s.n_p;
	q->conf_stance = sure ? s.conf : -1;
	return DX_OK;
}

static dx_quote without_target(const dx_quote *q)
{
	dx_quote one = *q;
	one.target = (dx_str){ NULL, 0 };
	one.target_span = (dx_span){ 0, 0 };
	return one;
}

/* One stance for each target that was asked for. */
static dx_status decide_toward(dx_extra *x, const dx_quote *q, const decider *d, dx_err *err)
{
	x->toward = dx_arena_array(d->doc->arena, d->o->n_targets, sizeof *x->toward);
	if (!x->toward)
		return dx_fail(err, DX_ENOMEM, "out of memory: stances");
	for (; x->n_toward < d->o->n_targets; x->n_toward++) {
		dx_str target = d->o->targets[x->n_toward];
		dx_quote one = without_target(q);
		dx_status st = decide(&one, NULL, target, d, err);
		if (st)
			return st;
		x->toward[x->n_toward] = (dx_toward){ target, one.stance, one.p, one.n_p };
	}
	return DX_OK;
}

static dx_status one_quote(dx_quote *q, dx_extra *x, bool kept, const decider *d, dx_err *err)
{
	bool stays = kept && q->stance.n, asked = d->o->n_targets > 0;
	dx_status st = DX_OK;
	if (!stays && asked) {
		*q = without_target(q);
		st = decide(q, x->why, d->o->targets[0], d, err);
	} else if (!stays) {
		st = decide(q, x->why, q->target, d, err);
	}
	return !st && asked && (stays || d->o->n_targets > 1) ? decide_toward(x, q, d, err) : st;
}

dx_status dx_stances_article(dx_found *f, const dx_doc *doc, const dx_stances *s, const dx_pipeline_opts *o, dx_err *err)
{
	decider d = { .doc = doc, .m = &s->model, .o = o };
	if (!s->model.present || !f->rec.n_quotes)
		return DX_OK;
	dx_status st = dx_targets_new(&d.targets, doc, err);
	if (!st)
		st = dx_mention_index_new(&d.mentions, f->rec.entities, f->rec.n_entities, doc->arena, err);
	for (size_t i = 0; i < f->rec.n_quotes && !st; i++)
		st = one_quote(&f->rec.quotes[i], &f->extra[i], f->kept, &d, err);
	return st;
}

static dx_status explain_statement(dx_found *f, const dx_doc *doc, const dx_statement *in, const dx_stance_model *m, dx_err *err)
{
	dx_stance_case c;
	f->why = dx_arena_alloc(doc->arena, sizeof *f->why);
	if (!f->why)
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	dx_status st = dx_stance_of_statement(&c, doc, in, err);
	return st ? st : explain(f->why, &c, m, err);
}

dx_status dx_stances_statement(dx_found *f, const dx_doc *doc, const dx_stances *s, const dx_pipeline_opts *o, dx_err *err)
{
	dx_record *r = &f->rec;
	dx_statement in = { r->target, r->holder, r->target_span, r->holder_span };
	dx_stance found;
	if (!s->model.present || (o->given && r->stance.n))
		return DX_OK;
	dx_status st = dx_stance_statement(&found, doc, &in, &s->model, err);
	if (!st && o->explain)
		st = explain_statement(f, doc, &in, &s->model, err);
	if (st)
		return st;
	r->p = found.p;
	r->n_p = found.n_p;
	r->stance = found.conf >= o->min_confidence ? found.label : (dx_str){ NULL, 0 };
	/* what the record said itself is no answer */
	if (!r->stance.n && json_object_get(r->root, "stance") && json_object_set_new(r->root, "stance", json_null()))
		return dx_fail(err, DX_ENOMEM, "out of memory: stance");
	return DX_OK;
}
