/* record_update.c - puts quotes, entities and stances back into a record's JSON. */
#include "datasets/json_memory.h"
#include "datasets/offsets.h"
#include "features/utf8.h"
#include <math.h>
#include <stdlib.h>

/* Below, NULL from any function means that memory is out; jansson's setters refuse a NULL value, so that it travels. */

static json_t *new_str(dx_str s)
{
	return json_stringn_nocheck(s.n ? s.p : "", s.n);
}

static json_t *new_probability(double p)
{
	return json_real(round(p * 1000) / 1000);
}

static json_t *new_span(const dx_offset_count *k, dx_span s)
{
	json_t *pair = json_array();
	if (pair && (json_array_append_new(pair, json_integer(dx_offset_of(k, s.beg))) ||
	             json_array_append_new(pair, json_integer(dx_offset_of(k, s.end))))) {
		json_decref(pair);
		return NULL;
	}
	return pair;
}

static json_t *new_spans(const dx_offset_count *k, dx_spans s)
{
	json_t *list = json_array();
	for (size_t i = 0; i < s.n && list; i++)
		if (json_array_append_new(list, new_span(k, s.v[i]))) {
			json_decref(list);
			list = NULL;
		}
	return list;
}

static json_t *new_labels(const dx_label_p *p, size_t n)
{
	json_t *obj = json_object();
	for (size_t i = 0; i < n && obj; i++)
		if (json_object_setn_new_nocheck(obj, p[i].label.p, p[i].label.n, new_probability(p[i].p))) {
			json_decref(obj);
			obj = NULL;
		}
	return obj;
}

/* The pieces of a content, joined with one blank. */
static json_t *new_content_text(dx_str text, dx_spans s)
{
	size_t n = 0, w = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.v[i].end - s.v[i].beg + 1u;
	char *buf = malloc(n + 1);
	if (!buf)
		return NULL;
	for (size_t i = 0; i < s.n; i++) {
		if (i > 0)
			buf[w++] = ' ';
		memcpy(buf + w, text.p + s.v[i].beg, s.v[i].end - s.v[i].beg);
		w += s.v[i].end - s.v[i].beg;
	}
	json_t *v = json_stringn_nocheck(buf, w);
	free(buf);
	return v;
}

/* Sets a field, or takes it away where it is not given. Returns -1 when memory is out. */
static int put(json_t *obj, const char *key, bool given, json_t *value)
{
	if (given)
		return json_object_set_new_nocheck(obj, key, value);
	json_object_del(obj, key);
	return 0;
}

static int put_str(json_t *obj, const char *key, dx_str s)
{
	return put(obj, key, s.n > 0, s.n ? new_str(s) : NULL);
}

static int put_probability(json_t *obj, const char *key, double p)
{
	return put(obj, key, p >= 0, p >= 0 ? new_probability(p) : NULL);
}

static int put_confidence(json_t *obj, const dx_quote *q)
{
	json_t *conf = json_object();
	if (!conf || put_probability(conf, "quote", q->conf_quote) || put_probability(conf, "speaker", q->conf_speaker)
	    || put_probability(conf, "stance", q->conf_stance)) {
		json_decref(conf);
		return -1;
	}
	if (json_object_size(conf))
		return json_object_set_new_nocheck(obj, "confidence", conf);
	json_decref(conf);
	return put(obj, "confidence", false, NULL);
}

static int put_quote(json_t *obj, const dx_quote *q, const dx_offset_count *k)
{
	bool has_target = q->target_span.end > q->target_span.beg, has_kind = q->speaker.n || q->kind != DX_KIND_UNKNOWN;
	const char *act = dx_act_name(q->act);
	return put(obj, "type", true, json_string(dx_type_name(q->type)))
	       || put(obj, "content", true, new_spans(k, q->content))
	       || put(obj, "cue", true, new_spans(k, q->cue))
	       || put(obj, "source", true, new_spans(k, q->source))
	       || put(obj, "text", true, new_content_text(k->text, q->content))
	       || put_str(obj, "speaker", q->speaker)
	       || put(obj, "kind", has_kind, has_kind ? json_string(dx_kind_name(q->kind)) : NULL)
	       || put(obj, "entity", q->entity >= 0, q->entity >= 0 ? json_integer(q->entity) : NULL)
	       || put_str(obj, "act", dx_str_of(act))
	       || put_str(obj, "stance", q->stance)
	       || put_str(obj, "target", q->target)
	       || put(obj, "target_span", has_target, has_target ? new_span(k, q->target_span) : NULL)
	       || put(obj, "p", q->n_p > 0, q->n_p ? new_labels(q->p, q->n_p) : NULL)
	       || put_confidence(obj, q) ? -1 : 0;
}

/* Does the old quote object have just this content? Then it is the same quote, and what else it holds stays. */
static bool same_content(const json_t *old, dx_spans s)
{
	const json_t *list = json_object_get(old, "content");
	if (!json_is_object(old) || json_array_size(list) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const json_t *span = json_array_get(list, i);
		if (json_integer_value(json_array_get(span, 0)) != s.v[i].beg
		    || json_integer_value(json_array_get(span, 1)) != s.v[i].end)
			return false;
	}
	return true;
}

static json_t *new_quote(const json_t *old, const dx_quote *q, const dx_offset_count *k)
{
	json_t *obj = same_content(old, q->content) ? json_copy((json_t *)(uintptr_t)old) : json_object();
	if (obj && put_quote(obj, q, k)) {
		json_decref(obj);
		return NULL;
	}
	return obj;
}

static json_t *new_quotes(const dx_record *r, const dx_offset_count *k)
{
	const json_t *old = json_object_get(r->root, "quotes");
	json_t *list = json_array();
	for (size_t i = 0; i < r->n_quotes && list; i++)
		if (json_array_append_new(list, new_quote(json_array_get(old, i), &r->quotes[i], k))) {
			json_decref(list);
			list = NULL;
		}
	return list;
}

static json_t *new_entity(const json_t *old, const dx_entity *e, const dx_offset_count *k)
{
	const json_t *name = json_object_get(old, "name");
	bool same = json_is_string(name) && dx_str_eq((dx_str){ json_string_value(name), json_string_length(name) }, e->name);
	json_t *obj = same ? json_copy((json_t *)(uintptr_t)old) : json_object();
	if (obj && (put_str(obj, "name", e->name) || put(obj, "kind", true, json_string(dx_kind_name(e->kind)))
	            || put_str(obj, "title", e->title) || put(obj, "mentions", true, new_spans(k, e->mentions)))) {
		json_decref(obj);
		return NULL;
	}
	return obj;
}

static json_t *new_entities(const dx_record *r, const dx_offset_count *k)
{
	const json_t *old = json_object_get(r->root, "entities");
	json_t *list = json_array();
	for (size_t i = 0; i < r->n_entities && list; i++)
		if (json_array_append_new(list, new_entity(json_array_get(old, i), &r->entities[i], k))) {
			json_decref(list);
			list = NULL;
		}
	return list;
}

/* Keeps the value of a field alive that is about to be replaced: the record's strings may point into it. */
static int keep(dx_record *r, const char *key)
{
	json_t *old = json_object_get(r->root, key);
	if (!old)
		return 0;
	if (!r->replaced && !(r->replaced = json_array()))
		return -1;
	return json_array_append(r->replaced, old);
}

static int replace(dx_record *r, const char *key, json_t *value)
{
	if (value && !keep(r, key))
		return json_object_set_new_nocheck(r->root, key, value);
	json_decref(value);
	return -1;
}

static int update_article(dx_record *r, const dx_offset_count *k)
{
	bool has_entities = r->n_entities || json_object_get(r->root, "entities");
	if (replace(r, "quotes", new_quotes(r, k)))
		return -1;
	r->has_quotes = true;
	return has_entities ? replace(r, "entities", new_entities(r, k)) : 0;
}

static int update_statement(dx_record *r, const dx_offset_count *k)
{
	bool has_target = r->target_span.end > r->target_span.beg, has_holder = r->holder_span.end > r->holder_span.beg;
	if (r->stance.n && replace(r, "stance", new_str(r->stance)))
		return -1;
	if (r->n_p && replace(r, "p", new_labels(r->p, r->n_p)))
		return -1;
	if (has_target && put(r->root, "target_span", true, new_span(k, r->target_span)))
		return -1;
	return has_holder ? put(r->root, "holder_span", true, new_span(k, r->holder_span)) : 0;
}

dx_status dx_record_update(dx_record *r, dx_offsets off, dx_err *err)
{
	dx_offset_count k;
	dx_status st = dx_offset_count_init(&k, r->text, off, err);
	if (st)
		return st;
	dx_json_memory_watch();
	int rc = r->is_statement ? update_statement(r, &k) : update_article(r, &k);
	dx_offset_count_fini(&k);
	return rc || dx_json_memory_failed() ? dx_fail(err, DX_ENOMEM, "out of memory: record of %zu quotes", r->n_quotes) : DX_OK;
}
