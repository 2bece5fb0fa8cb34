#include "features/pronoun.h"

#define MOST_BACK 30                             /* mentions that are looked back at */
#define MOST_SENT 3                              /* sentences, likewise */
#define LEAST 2.0                                /* weaker ties are none */

static bool is_he(const dx_mention *m)
{
	return m->form == DX_FORM_PRONOUN && m->gender;
}

static bool is_it(const dx_speakers *s, const dx_mention *m)
{
	return m->form == DX_FORM_PRONOUN && dx_lex(s->doc, m->head, DX_LEX_PRONOUNS) == DX_PRONOUNS_THING;
}

static bool may_be_person(const dx_ent *e, unsigned gender)
{
	bool person = e->kind == DX_KIND_PERSON || (e->kind == DX_KIND_UNKNOWN && e->gender);
	return person && !e->plural && (!e->gender || e->gender == gender || e->conflict);
}

static bool may_be_thing(const dx_ent *e)
{
	return !e->plural && (e->kind == DX_KIND_ORGANIZATION || e->kind == DX_KIND_DOCUMENT || e->kind == DX_KIND_PLACE);
}

/* How well pronoun i is tied to entity e by its mention k. Recency and subjects first; weights tuned on GUM's training news. */
static double tie(const dx_speakers *s, size_t i, size_t k, const dx_ent *e)
{
	const dx_mention *m = s->mentions.v + i, *a = s->mentions.v + k;
	size_t sent = s->doc->tok[m->head].sent, before = s->doc->tok[a->head].sent;
	double x = 4 - 1.2 * (double)(sent - before);
	x += s->role[k] == DX_MR_SUBJECT ? 1 : 0;
	x += a->form == DX_FORM_PRONOUN ? 0.5 : 0;
	x += m->gender && e->gender == m->gender ? 1 : 0;
	x -= a->quoted && !m->quoted ? 1.5 : 0;
	x -= a->headline ? 1 : 0;
	x -= !m->gender && e->kind == DX_KIND_PLACE ? 1.5 : 0;
	/* "Orr told him": the object is not the subject beside it. */
	x -= sent == before && s->role[i] == DX_MR_OBJECT && s->role[k] == DX_MR_SUBJECT && m->head - a->head < 4 ? 2 : 0;
	return x;
}

static int32_t entity_of(const dx_speakers *s, const int32_t *of, size_t k)
{
	return s->mentions.v[k].form == DX_FORM_NAME ? s->mentions.v[k].entity : of[k];
}

static int32_t antecedent(const dx_speakers *s, const int32_t *of, size_t i)
{
	const dx_mention *m = s->mentions.v + i;
	double best = LEAST;
	int32_t found = -1;
	for (size_t k = i, n = 0; k-- > 0 && n < MOST_BACK; n++) {
		if (s->doc->tok[m->head].sent - s->doc->tok[s->mentions.v[k].head].sent > MOST_SENT)
			break;
		int32_t id = entity_of(s, of, k);
		const dx_ent *e = id < 0 ? NULL : s->ents.v + id;
		if (!e || e->phrase || !(m->gender ? may_be_person(e, m->gender) : may_be_thing(e)))
			continue;
		double x = tie(s, i, k, e);
		if (x > best) {
			best = x;
			found = id;
		}
	}
	return found;
}

dx_status dx_pronouns_resolve(int32_t **out, const dx_speakers *s, dx_err *err)
{
	size_t n = s->mentions.n;
	int32_t *of = *out = dx_arena_array(s->doc->arena, n + 1, sizeof *of);
	bool *fixed = dx_arena_array(s->doc->arena, n + 1, sizeof *fixed);
	if (!of || !fixed)
		return dx_fail(err, DX_ENOMEM, "out of memory: pronouns");
	for (size_t i = 0; i < n; i++)
		of[i] = -1;
	for (size_t q = 0; q < s->n_quotes; q++) {
		const dx_source *o = s->src + q;
		int32_t m = o->tok.beg < o->tok.end ? s->mentions.of_tok[o->head] : -1;
		bool third = o->form == DX_SRC_HE || o->form == DX_SRC_THEY || o->form == DX_SRC_IT || o->form == DX_SRC_WHO;
		if (m < 0 || !third || s->mentions.v[m].form != DX_FORM_PRONOUN || s->said[q] < 0)
			continue;
		fixed[m] = true;
		of[m] = s->ents.v[s->said[q]].phrase ? -1 : s->said[q];
	}
	for (size_t i = 0; i < n; i++) {
		const dx_mention *m = s->mentions.v + i;
		if (!fixed[i] && (is_he(m) || is_it(s, m)))
			of[i] = antecedent(s, of, i);
	}
	return DX_OK;
}
