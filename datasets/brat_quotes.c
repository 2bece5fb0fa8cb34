/* brat_quotes.c - quotes from the marks, events and relations of a .ann file, and what is remarked of them. */
#include "datasets/brat_parts.h"
#include <ctype.h>
#include <stdlib.h>

/* --- finding marks --- */

static int by_place(uint32_t a, uint32_t b, size_t line_a, size_t line_b)
{
	return a != b ? (a < b ? -1 : 1) : line_a < line_b ? -1 : line_a > line_b;
}

static int compare_marks(const void *a, const void *b)
{
	const dx_brat_mark *x = a, *y = b;
	return by_place(x->number, y->number, x->line, y->line);
}

static int compare_events(const void *a, const void *b)
{
	const dx_brat_event *x = *(dx_brat_event *const *)a, *y = *(dx_brat_event *const *)b;
	return by_place(x->number, y->number, x->line, y->line);
}

/* Sorts both for finding; of those that share a number the first counts. */
static dx_status sort(dx_brat_parts *r)
{
	r->by_number = dx_arena_array(r->arena, r->n_event, sizeof *r->by_number);
	if (!r->by_number)
		return DX_ENOMEM;
	for (size_t i = 0; i < r->n_event; i++)
		r->by_number[i] = r->event + i;
	if (r->n_event)
		qsort(r->by_number, r->n_event, sizeof *r->by_number, compare_events);
	if (r->n_mark)
		qsort(r->mark, r->n_mark, sizeof *r->mark, compare_marks);
	for (size_t i = 1; i < r->n_event; i++)
		if (r->by_number[i]->number == r->by_number[i - 1]->number)
			dx_brat_refuse(r, r->by_number[i]->line, "E%u is there already", r->by_number[i]->number);
	for (size_t i = 1; i < r->n_mark; i++)
		if (r->mark[i].number == r->mark[i - 1].number) {
			dx_brat_refuse(r, r->mark[i].line, "T%u is there already", r->mark[i].number);
			r->mark[i].role = DX_BRAT_OTHER;
		}
	return DX_OK;
}

static dx_brat_event *find_event(const dx_brat_parts *r, uint32_t number)
{
	size_t lo = 0, hi = r->n_event;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (r->by_number[mid]->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->n_event && r->by_number[lo]->number == number ? r->by_number[lo] : NULL;
}

/* An event stands for its trigger. NULL: not there. */
static dx_brat_mark *find_mark(const dx_brat_parts *r, dx_brat_ref id)
{
	const dx_brat_event *e = id.letter == 'E' ? find_event(r, id.number) : NULL;
	size_t lo = 0, hi = r->n_mark;
	if (e)
		id = e->trigger;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (r->mark[mid].number < id.number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return id.letter == 'T' && lo < r->n_mark && r->mark[lo].number == id.number ? r->mark + lo : NULL;
}

/* Adds the pieces of more to s. */
static dx_status unite(dx_brat_parts *r, dx_spans *s, dx_spans more)
{
	dx_span *v = dx_arena_array(r->arena, s->n + more.n, sizeof *v);
	if (!v)
		return DX_ENOMEM;
	if (s->n)
		memcpy(v, s->v, s->n * sizeof *v);
	if (more.n)
		memcpy(v + s->n, more.v, more.n * sizeof *v);
	*s = (dx_spans){ v, s->n + more.n };
	dx_brat_tidy(s, r->text);
	return DX_OK;
}

static bool same_spans(dx_spans a, dx_spans b)
{
	return a.n == b.n && (!a.n || !memcmp(a.v, b.v, a.n * sizeof *a.v));
}

/* Makes m a part of quote i. */
static dx_status join(dx_brat_parts *r, size_t i, dx_brat_role as, dx_brat_mark *m)
{
	dx_quote *q = &r->quote[i].q;
	if (as != DX_BRAT_SOURCE && m->quote == DX_BRAT_NONE)
		m->quote = i;
	return as == DX_BRAT_OTHER ? DX_OK : unite(r, as == DX_BRAT_CONTENT ? &q->content : as == DX_BRAT_SOURCE ? &q->source : &q->cue, m->at);
}

static dx_status new_quote(dx_brat_parts *r, size_t *i)
{
	dx_brat_found f = { .q = dx_quote_empty() };
	*i = r->n_quote;
	return DX_PUSH(r->arena, r->quote, r->n_quote, r->cap_quote, f) ? DX_OK : DX_ENOMEM;
}

/* What makes an event a quote: a content. *is: whether it has one; one that is only half a quote, or names what is not there, is bad. */
static dx_status check_event(dx_brat_parts *r, bool *is, const dx_brat_event *e, dx_brat_mark *trigger)
{
	bool any = trigger && trigger->role != DX_BRAT_OTHER;
	dx_status st = DX_OK;
	*is = trigger && trigger->role == DX_BRAT_CONTENT;
	if (!trigger)
		st = dx_brat_refuse(r, e->line, "E%u: its trigger T%u is not there", e->number, e->trigger.number);
	for (size_t i = 0; i < e->n_arg; i++) {
		dx_brat_mark *m = e->arg[i].role == DX_BRAT_OTHER ? NULL : find_mark(r, e->arg[i].ref);
		if (m && e->arg[i].role == DX_BRAT_CONTENT)
			m->used = *is = true;
		if (!m && e->arg[i].role != DX_BRAT_OTHER && !st)
			st = dx_brat_refuse(r, e->line, "E%u: its %s %c%u is not there", e->number, dx_brat_role_name[e->arg[i].role],
			         isalpha((unsigned char)e->arg[i].ref.letter) ? e->arg[i].ref.letter : '?', e->arg[i].ref.number);
		any |= e->arg[i].role != DX_BRAT_OTHER;
	}
	return st || *is || !any ? st : dx_brat_refuse(r, e->line, "E%u: a quote without a content", e->number);
}

static dx_status make_quote(dx_brat_parts *r, dx_brat_event *e)
{
	dx_brat_mark *trigger = find_mark(r, e->trigger);
	bool is;
	dx_status st = check_event(r, &is, e, trigger);
	if (trigger && trigger->role == DX_BRAT_CONTENT)
		trigger->used = true;
	if (st || !is)
		return st;
	st = new_quote(r, &e->quote);
	for (size_t i = 0; i < e->n_arg && !st; i++)
		if (e->arg[i].role != DX_BRAT_OTHER)
			st = join(r, e->quote, e->arg[i].role, find_mark(r, e->arg[i].ref));
	if (!st && (trigger->role != DX_BRAT_OTHER || !same_spans(trigger->at, r->quote[e->quote].q.content)))
		st = join(r, e->quote, trigger->role == DX_BRAT_OTHER ? DX_BRAT_CUE : trigger->role, trigger);
	return st;
}

static dx_status make_quotes(dx_brat_parts *r)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n_event && st != DX_ENOMEM; i++)
		if (find_event(r, r->event[i].number) == r->event + i)
			st = make_quote(r, r->event + i);
	for (size_t i = 0; i < r->n_mark && st != DX_ENOMEM; i++) {
		size_t n;
		dx_brat_mark *m = r->mark + i;
		if (m->role != DX_BRAT_CONTENT || m->used || m->quote != DX_BRAT_NONE)
			continue;
		st = new_quote(r, &n);
		if (!st)
			st = join(r, n, DX_BRAT_CONTENT, m);
	}
	return st == DX_ENOMEM ? st : DX_OK;
}

/* Makes b a part of a's quote, if it can be one. */
static dx_status tie(dx_brat_parts *r, size_t line, const dx_brat_mark *a, dx_brat_mark *b)
{
	if (a->quote == DX_BRAT_NONE || (b->role != DX_BRAT_SOURCE && b->role != DX_BRAT_CUE))
		return DX_OK;
	const dx_quote *q = &r->quote[a->quote].q;
	if ((b->role == DX_BRAT_SOURCE ? q->source.n : q->cue.n) + b->at.n > DX_BRAT_PIECES)
		return dx_brat_refuse(r, line, "more than %d pieces in one %s", DX_BRAT_PIECES, dx_brat_role_name[b->role]);
	return join(r, a->quote, b->role, b);
}

/* Contents first, since their cues have a quote only then. */
static dx_status tie_all(dx_brat_parts *r, bool contents)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n_relation && st != DX_ENOMEM; i++) {
		const dx_brat_relation *v = r->relation + i;
		dx_brat_mark *a = find_mark(r, v->a), *b = find_mark(r, v->b);
		if (!a || !b)
			st = contents ? dx_brat_refuse(r, v->line, "its %s argument is not there", a ? "second" : "first") : DX_OK;
		else if (contents == (a->role == DX_BRAT_CONTENT || b->role == DX_BRAT_CONTENT))
			st = a->role == DX_BRAT_CONTENT || (b->role != DX_BRAT_CONTENT && a->quote != DX_BRAT_NONE) ? tie(r, v->line, a, b) : tie(r, v->line, b, a);
	}
	return st == DX_ENOMEM ? st : DX_OK;
}

/* --- what is remarked of quotes --- */

static bool starts(dx_str *s, const char *with)
{
	const size_t n = strlen(with);
	if (s->n < n || memcmp(s->p, with, n))
		return false;
	*s = (dx_str){ s->p + n, s->n - n };
	return true;
}

/* "speaker: NAME; target: WHAT", or one of the two. Other notes are the annotator's own. */
static void note(dx_quote *q, dx_str s)
{
	static const char MIDDLE[] = "; target: ";
	const size_t n = sizeof MIDDLE - 1;
	if (starts(&s, "target: "))
		q->target = s;
	else if (starts(&s, "speaker: ")) {
		size_t at = s.n;
		for (size_t i = s.n; i > 1 && at == s.n; i--)    /* the last one: names may hold anything */
			if (s.n - (i - 1) > n && !memcmp(s.p + i - 1, MIDDLE, n))
				at = i - 1;
		q->speaker = (dx_str){ s.p, at };
		if (at < s.n)
			q->target = (dx_str){ s.p + at + n, s.n - at - n };
	}
}

static void attribute(dx_brat_parts *r, dx_brat_found *f, const dx_brat_remark *v)
{
	dx_brat_found to = *f;
	bool good = true;
	if (dx_brat_word_is(v->name, "type"))
		good = to.has_type = dx_type_parse(&to.q.type, v->value);
	else if (dx_brat_word_is(v->name, "kind"))
		good = to.has_kind = dx_kind_parse(&to.q.kind, v->value);
	else if (dx_brat_word_is(v->name, "act"))
		good = v->value.n && dx_act_parse(&to.q.act, v->value);
	else if (dx_brat_word_is(v->name, "stance")) {
		good = v->value.n > 0;
		to.q.stance = v->value;
	}
	if (good)
		*f = to;
	else
		dx_brat_refuse(r, v->line, "not a value that %.*s can have", DX_ARG(v->name));
}

static void remark_all(dx_brat_parts *r)
{
	for (size_t i = 0; i < r->n_remark; i++) {
		const dx_brat_remark *v = r->remark + i;
		const bool of_event = v->ref.letter == 'E';
		const dx_brat_event *e = of_event ? find_event(r, v->ref.number) : NULL;
		const dx_brat_mark *m = of_event ? NULL : find_mark(r, v->ref);
		const size_t at = e ? e->quote : m ? m->quote : DX_BRAT_NONE;
		if (!e && !m && (of_event || v->ref.letter == 'T'))
			dx_brat_refuse(r, v->line, "%c%u is not there", v->ref.letter, v->ref.number);
		else if (at != DX_BRAT_NONE && v->name.n)
			attribute(r, r->quote + at, v);
		else if (at != DX_BRAT_NONE)
			note(&r->quote[at].q, v->value);
	}
}

dx_status dx_brat_quotes(dx_brat_parts *r)
{
	dx_status st = sort(r);
	if (!st)
		st = make_quotes(r);
	if (!st)
		st = tie_all(r, true);
	if (!st)
		st = tie_all(r, false);
	if (!st)
		remark_all(r);
	return st;
}
