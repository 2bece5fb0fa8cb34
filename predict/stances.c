#include "predict/stances.h"
#include "model/explain_stance.h"
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

/* The reasons for a stance, put into w. */
static dx_status explain(dx_why *w, const dx_stance *s, dx_stance_case *c, dx_stance_case *toward, const dx_stance_model *m, dx_err *err)
{
	dx_stance_reason *r;
	size_t n;
	dx_status st = dx_stance_explain(&r, &n, REASONS, s, c, toward, m, err);
	if (st)
		return st;
	if (!(w->stance = dx_arena_array(c->doc->arena, n, sizeof *w->stance)))
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	for (size_t i = 0; i < n; i++)
		w->stance[i] = (dx_reason){ r[i].what, r[i].weight };
	w->n_stance = n;
	return DX_OK;
}

/* The reasons for the stance of q toward target, or toward what it is about (n = 0). */
static dx_status explain_quote(dx_why *w, const dx_stance *s, const dx_quote *q, dx_str target, const decider *d, dx_err *err)
{
	dx_stance_case c, toward;
	dx_status st = dx_stance_of_quote(&c, d->doc, q, target, err);
	if (!st && s->by_target)
		st = dx_stance_of_quote(&toward, d->doc, q, s->target.text, err);
	return st ? st : explain(w, s, &c, s->by_target ? &toward : NULL, d->m, err);
}

/* A target that is a name is called as its entity is. */
static dx_str name_of(const dx_target_choice *t, const decider *d)
{
	const dx_entity *e = t->name.end > t->name.beg ? dx_mention_ending(&d->mentions, t->name.end) : NULL;
	return e ? e->name : t->text;
}

/* Fills the stance fields of q, which was decided toward target (n = 0: toward what it is about); why may be NULL. */
static dx_status fill(dx_quote *q, dx_why *why, const dx_stance *s, dx_str target, const decider *d, dx_err *err)
{
	dx_status st = why ? explain_quote(why, s, q, target, d, err) : DX_OK;
	if (st)
		return st;
	const bool sure = s->conf >= d->o->min_confidence;
	q->stance = sure ? s->label : (dx_str){ NULL, 0 };
	q->target = name_of(&s->target, d);
	if (s->target.span.end > s->target.span.beg)
		q->target_span = s->target.span;
	q->p = s->p;
	q->n_p = s->n_p;
	q->conf_stance = sure ? s->conf : -1;
	return DX_OK;
}

static dx_quote without_target(const dx_quote *q)
{
	dx_quote one = *q;
	one.target = (dx_str){ NULL, 0 };
	one.target_span = (dx_span){ 0, 0 };
	return one;
}

/* The stance toward a target that was asked for, by the quote's own words: those of others need not be about it. */
static dx_status decide_toward(dx_quote *q, dx_why *why, dx_str target, const decider *d, dx_err *err)
{
	dx_stance s;
	*q = without_target(q);
	dx_status st = dx_stance_quote(&s, d->doc, q, target, NULL, d->m, err);
	return st ? st : fill(q, why, &s, target, d, err);
}

/* One stance for each target that was asked for. */
static dx_status add_toward(dx_extra *x, const dx_quote *q, const decider *d, dx_err *err)
{
	x->toward = dx_arena_array(d->doc->arena, d->o->n_targets, sizeof *x->toward);
	if (!x->toward)
		return dx_fail(err, DX_ENOMEM, "out of memory: stances");
	for (; x->n_toward < d->o->n_targets; x->n_toward++) {
		dx_str target = d->o->targets[x->n_toward];
		dx_quote one = *q;
		dx_status st = decide_toward(&one, NULL, target, d, err);
		if (st)
			return st;
		x->toward[x->n_toward] = (dx_toward){ target, one.stance, one.p, one.n_p };
	}
	return DX_OK;
}

/* Targets were asked for. stays: the quote has a stance that is kept. */
static dx_status answer(dx_quote *q, dx_extra *x, bool stays, const decider *d, dx_err *err)
{
	dx_status st = stays ? DX_OK : decide_toward(q, x->why, d->o->targets[0], d, err);
	return !st && (stays || d->o->n_targets > 1) ? add_toward(x, q, d, err) : st;
}

/* Quotes that are to be decided toward what they are about: each on its own, then all in each other's light. */
typedef struct {
	size_t *number;                          /* [n] of the article's quotes */
	dx_stance *s;
	dx_context_quote *place;
	size_t n;
} open_quotes;

static dx_status decide_each(open_quotes *o, const dx_record *r, bool kept, const decider *d, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n_quotes && !st; i++) {
		const dx_quote *q = &r->quotes[i];
		if (kept && q->stance.n)
			continue;
		st = dx_stance_quote(&o->s[o->n], d->doc, q, q->target, &d->targets, d->m, err);
		o->place[o->n] = (dx_context_quote){ .at = q->content.n ? q->content.v[0].beg : 0,
			.speaker = q->speaker.n ? dx_hash(q->speaker.p, q->speaker.n) : 0 };
		o->number[o->n++] = i;
	}
	return st;
}

static dx_status decide_all(dx_found *f, const decider *d, dx_err *err)
{
	dx_record *r = &f->rec;
	dx_arena *arena = d->doc->arena;
	open_quotes o = { .number = dx_arena_array(arena, r->n_quotes, sizeof *o.number), .s = dx_arena_array(arena, r->n_quotes, sizeof *o.s),
		.place = dx_arena_array(arena, r->n_quotes, sizeof *o.place) };
	if (!o.number || !o.s || !o.place)
		return dx_fail(err, DX_ENOMEM, "out of memory: stances");
	dx_status st = decide_each(&o, r, f->kept, d, err);
	if (!st && o.n)
		st = dx_stance_settle(o.s, o.place, o.n, d->m, arena, err);
	for (size_t i = 0; i < o.n && !st; i++) {
		dx_quote *q = &r->quotes[o.number[i]];
		st = fill(q, f->extra[o.number[i]].why, &o.s[i], q->target, d, err);
	}
	return st;
}

dx_status dx_stances_article(dx_found *f, const dx_doc *doc, const dx_stances *s, const dx_pipeline_opts *o, dx_err *err)
{
	decider d = { .doc = doc, .m = &s->model, .o = o };
	dx_record *r = &f->rec;
	dx_status st = DX_OK;
	if (!s->model.present || !r->n_quotes)
		return DX_OK;
	for (size_t i = 0; i < r->n_quotes && o->n_targets && !st; i++)
		st = answer(&r->quotes[i], &f->extra[i], f->kept && r->quotes[i].stance.n, &d, err);
	if (st || o->n_targets)
		return st;
	st = dx_targets_new(&d.targets, doc, err);
	if (!st)
		st = dx_mention_index_new(&d.mentions, r->entities, r->n_entities, doc->arena, err);
	return st ? st : decide_all(f, &d, err);
}

static dx_status explain_statement(dx_found *f, const dx_stance *s, const dx_doc *doc, const dx_statement *in, const dx_stance_model *m, dx_err *err)
{
	dx_stance_case c;
	f->why = dx_arena_alloc(doc->arena, sizeof *f->why);
	if (!f->why)
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	dx_status st = dx_stance_of_statement(&c, doc, in, err);
	return st ? st : explain(f->why, s, &c, NULL, m, err);
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
		st = explain_statement(f, &found, doc, &in, &s->model, err);
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
