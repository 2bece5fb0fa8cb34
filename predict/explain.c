#include "predict/explain.h"
#include <math.h>

/* The pieces of a role from the first to the last, as one stretch of the article. */
static dx_str role(const dx_doc *d, dx_spans s)
{
	return s.n ? dx_slice(d, (dx_span){ s.v[0].beg, s.v[s.n - 1].end }) : (dx_str){ NULL, 0 };
}

static bool add_speaker(dx_why *w, const dx_speaker_why *s, const dx_doc *doc)
{
	w->second = s->second;
	if (s->antecedent.end > s->antecedent.beg)
		w->antecedent = dx_slice(doc, s->antecedent);
	w->speaker = dx_arena_array(doc->arena, s->n_part, sizeof *w->speaker);
	for (size_t i = 0; i < s->n_part && w->speaker; i++)
		w->speaker[w->n_speaker++] = (dx_reason){ s->part[i], s->weight[i] };
	return w->speaker;
}

dx_why *dx_explain_quote(const dx_quote *q, const dx_entity *entities, size_t n_entities, const dx_speaker_why *speaker,
                         const dx_doc *doc)
{
	dx_why *w = dx_arena_alloc(doc->arena, sizeof *w);
	if (!w)
		return NULL;
	w->cue = role(doc, q->cue);
	w->source = role(doc, q->source);
	if (q->entity >= 0 && (size_t)q->entity < n_entities) {
		w->entity = entities[q->entity].name;
		w->n_mentions = entities[q->entity].mentions.n;
	}
	return !speaker || add_speaker(w, speaker, doc) ? w : NULL;
}

static int put_str(json_t *obj, const char *key, dx_str s)
{
	return s.n ? json_object_set_new_nocheck(obj, key, json_stringn_nocheck(s.p, s.n)) : 0;
}

static json_t *reasons(const dx_reason *r, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n && list; i++) {
		json_t *one = json_pack("[o,f]", json_stringn_nocheck(r[i].what.p, r[i].what.n), round(r[i].weight * 1000) / 1000);
		if (json_array_append_new(list, one)) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

json_t *dx_explain_json(const dx_why *w)
{
	json_t *obj = json_object();
	if (!obj)
		return NULL;
	int bad = put_str(obj, "cue", w->cue) || put_str(obj, "source", w->source) || put_str(obj, "antecedent", w->antecedent) ||
	          put_str(obj, "entity", w->entity);
	if (!bad && w->entity.n)
		bad = json_object_set_new_nocheck(obj, "mentions", json_integer((json_int_t)w->n_mentions));
	if (!bad && w->n_speaker)
		bad = json_object_set_new_nocheck(obj, "speaker", reasons(w->speaker, w->n_speaker));
	if (!bad)
		bad = put_str(obj, "rather_than", w->second);
	if (!bad && w->n_stance)
		bad = json_object_set_new_nocheck(obj, "stance", reasons(w->stance, w->n_stance));
	if (bad) {
		json_decref(obj);
		return NULL;
	}
	return obj;
}
