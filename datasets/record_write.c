/* record_write.c - writes a record as one line: from its JSON, or a new one's quotes and entities straight from where they are. */
#include "datasets/json_out.h"
#include "datasets/offsets.h"
#include <errno.h>
#include <math.h>

/* Ends the line. */
static dx_status finish(dx_json_out *o, dx_err *err)
{
	dx_json_char(o, '\n');
	dx_json_flush(o);
	if (ferror(o->to))
		return dx_fail(err, DX_EIO, "writing: %s", errno ? strerror(errno) : "output failed");
	return DX_OK;
}

dx_status dx_record_write(const dx_record *r, FILE *to, dx_err *err)
{
	dx_json_out o = { .to = to };
	errno = 0;
	dx_json_value(&o, r->root);
	return finish(&o, err);
}

/* --- new records: the fields and their order are those of record_update.c --- */

static void put_str(dx_json_out *o, const char *field, dx_str s)
{
	if (!s.n)
		return;
	dx_json_text(o, field);
	dx_json_string(o, s.p, s.n);
}

static void put_name(dx_json_out *o, const char *field, const char *name)
{
	put_str(o, field, dx_str_of(name));
}

static void put_span(dx_json_out *o, const dx_offset_count *k, dx_span s)
{
	dx_json_char(o, '[');
	dx_json_integer(o, dx_offset_of(k, s.beg));
	dx_json_char(o, ',');
	dx_json_integer(o, dx_offset_of(k, s.end));
	dx_json_char(o, ']');
}

static void put_spans(dx_json_out *o, const char *field, const dx_offset_count *k, dx_spans s)
{
	dx_json_text(o, field);
	dx_json_char(o, '[');
	for (size_t i = 0; i < s.n; i++) {
		if (i)
			dx_json_char(o, ',');
		put_span(o, k, s.v[i]);
	}
	dx_json_char(o, ']');
}

static void put_content_text(dx_json_out *o, dx_str text, dx_spans s)
{
	dx_json_text(o, ",\"text\":\"");
	for (size_t i = 0; i < s.n; i++) {
		if (i)
			dx_json_char(o, ' ');
		dx_json_escaped(o, text.p + s.v[i].beg, s.v[i].end - s.v[i].beg);
	}
	dx_json_char(o, '"');
}

static void put_probability(dx_json_out *o, double p)
{
	dx_json_real(o, round(p * 1000) / 1000);
}

static void put_labels(dx_json_out *o, const dx_label_p *p, size_t n)
{
	dx_json_text(o, ",\"p\":{");
	for (size_t i = 0; i < n; i++) {
		if (i)
			dx_json_char(o, ',');
		dx_json_string(o, p[i].label.p, p[i].label.n);
		dx_json_char(o, ':');
		put_probability(o, p[i].p);
	}
	dx_json_char(o, '}');
}

static void put_confidence(dx_json_out *o, const dx_quote *q)
{
	static const char *const NAME[] = { "\"quote\":", "\"speaker\":", "\"stance\":" };
	const double p[] = { q->conf_quote, q->conf_speaker, q->conf_stance };
	size_t n = 0;
	for (size_t i = 0; i < DX_COUNT(p); i++) {
		if (p[i] < 0)
			continue;
		dx_json_text(o, n++ ? "," : ",\"confidence\":{");
		dx_json_text(o, NAME[i]);
		put_probability(o, p[i]);
	}
	if (n)
		dx_json_char(o, '}');
}

static void put_quote(dx_json_out *o, const dx_quote *q, const dx_offset_count *k)
{
	put_name(o, "{\"type\":", dx_type_name(q->type));
	put_spans(o, ",\"content\":", k, q->content);
	put_spans(o, ",\"cue\":", k, q->cue);
	put_spans(o, ",\"source\":", k, q->source);
	put_content_text(o, k->text, q->content);
	put_str(o, ",\"speaker\":", q->speaker);
	if (q->speaker.n || q->kind != DX_KIND_UNKNOWN)
		put_name(o, ",\"kind\":", dx_kind_name(q->kind));
	if (q->entity >= 0) {
		dx_json_text(o, ",\"entity\":");
		dx_json_integer(o, q->entity);
	}
	put_name(o, ",\"act\":", dx_act_name(q->act));
	put_str(o, ",\"stance\":", q->stance);
	put_str(o, ",\"target\":", q->target);
	if (q->target_span.end > q->target_span.beg) {
		dx_json_text(o, ",\"target_span\":");
		put_span(o, k, q->target_span);
	}
	if (q->n_p)
		put_labels(o, q->p, q->n_p);
	put_confidence(o, q);
	dx_json_char(o, '}');
}

static void put_entity(dx_json_out *o, const dx_entity *e, const dx_offset_count *k)
{
	dx_json_char(o, '{');
	put_str(o, "\"name\":", e->name);
	put_name(o, e->name.n ? ",\"kind\":" : "\"kind\":", dx_kind_name(e->kind));
	put_str(o, ",\"title\":", e->title);
	put_spans(o, ",\"mentions\":", k, e->mentions);
	dx_json_char(o, '}');
}

/* The root's own fields, as they came; the object stays open. */
static void put_root(dx_json_out *o, json_t *root)
{
	const char *key;
	size_t n;
	json_t *v;
	dx_json_char(o, '{');
	json_object_keylen_foreach(root, key, n, v) {
		dx_json_string(o, key, n);
		dx_json_char(o, ':');
		dx_json_value(o, v);
		dx_json_char(o, ',');
	}
}

bool dx_record_is_new(const dx_record *r)
{
	return !r->is_statement && !json_object_get(r->root, "quotes") && !json_object_get(r->root, "entities");
}

dx_status dx_record_write_new(const dx_record *r, dx_offsets off, FILE *to, dx_err *err)
{
	dx_json_out o = { .to = to };
	dx_offset_count k;
	assert(dx_record_is_new(r));
	dx_status st = dx_offset_count_init(&k, r->text, off, err);
	if (st)
		return st;
	errno = 0;
	put_root(&o, r->root);
	dx_json_text(&o, "\"quotes\":[");
	for (size_t i = 0; i < r->n_quotes; i++) {
		if (i)
			dx_json_char(&o, ',');
		put_quote(&o, &r->quotes[i], &k);
	}
	dx_json_char(&o, ']');
	for (size_t i = 0; i < r->n_entities; i++) {
		dx_json_text(&o, i ? "," : ",\"entities\":[");
		put_entity(&o, &r->entities[i], &k);
	}
	dx_json_text(&o, r->n_entities ? "]}" : "}");
	dx_offset_count_fini(&k);
	return finish(&o, err);
}
