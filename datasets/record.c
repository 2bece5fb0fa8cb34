/* record.c - reads a record: JSON by jansson, then every field that record.h lists is checked once, here. */
#include "datasets/record.h"
#include "datasets/json_memory.h"
#include "features/utf8.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* What the checks carry along. */
typedef struct {
	dx_str text;
	dx_arena *arena;
	dx_err *err;
	size_t n_entities;
} reader;

/* Where a value stands, for messages: list[i].field[piece]. */
typedef struct { const char *list; size_t i; } place;
static const place TOP = { NULL, 0 };

#define NO_PIECE SIZE_MAX

static void path(char *buf, size_t size, const place *at, const char *field, size_t piece)
{
	char head[40] = "", tail[30] = "";
	if (at->list)
		snprintf(head, sizeof head, "%s[%zu]%s", at->list, at->i, *field ? "." : "");
	if (piece != NO_PIECE)
		snprintf(tail, sizeof tail, "[%zu]", piece);
	snprintf(buf, size, "%s%s%s", head, field, tail);
}

static dx_status bad(const reader *rd, const place *at, const char *field, size_t piece, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static dx_status bad(const reader *rd, const place *at, const char *field, size_t piece, const char *fmt, ...)
{
	char where[80], what[160];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	path(where, sizeof where, at, field, piece);
	return dx_fail(rd->err, DX_EFORMAT, "%s: %s", where, what);
}

static dx_status no_memory(const reader *rd)
{
	return dx_fail(rd->err, DX_ENOMEM, "out of memory: record");
}

/* A value as it can stand in a message: the first bytes, on a code point boundary, control characters replaced. */
typedef struct { char s[88]; } brief;

static brief brief_of(dx_str v)
{
	brief b;
	size_t n = v.n < sizeof b.s - 4 ? v.n : sizeof b.s - 4;
	while (n < v.n && n > 0 && ((unsigned char)v.p[n] & 0xc0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++)
		b.s[i] = (unsigned char)v.p[i] < 0x20 || v.p[i] == 0x7f ? '?' : v.p[i];
	memcpy(b.s + n, n < v.n ? "..." : "", n < v.n ? 4 : 1);
	return b;
}

static const char *kind_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	default:
		return "null";
	}
}

/* The field, or NULL where it is absent or null: both mean "not given". */
static json_t *field_of(const json_t *obj, const char *field)
{
	json_t *v = json_object_get(obj, field);
	return json_is_null(v) ? NULL : v;
}

static dx_str str_of(const json_t *v)
{
	return (dx_str){ json_string_value(v), json_string_length(v) };
}

static dx_status get_str(dx_str *out, const reader *rd, const place *at, const json_t *obj, const char *field)
{
	const json_t *v = field_of(obj, field);
	*out = (dx_str){ NULL, 0 };
	if (!v)
		return DX_OK;
	if (!json_is_string(v))
		return bad(rd, at, field, NO_PIECE, "expected a string, found %s", kind_of(v));
	*out = str_of(v);
	return DX_OK;
}

/* A number becomes its digits. */
static dx_status number_text(dx_str *out, const reader *rd, const json_t *v)
{
	char buf[40];
	int n = json_is_integer(v) ? snprintf(buf, sizeof buf, "%" JSON_INTEGER_FORMAT, json_integer_value(v))
	                           : snprintf(buf, sizeof buf, "%.15g", json_real_value(v));
	char *p = dx_arena_strdup(rd->arena, (dx_str){ buf, n > 0 ? (size_t)n : 0 });
	*out = (dx_str){ p, n > 0 ? (size_t)n : 0 };
	return p ? DX_OK : no_memory(rd);
}

/* Metadata that are only passed on: whatever is neither string nor number counts as not given (news services put
 * objects into "source"). */
static dx_status get_meta(dx_str *out, const reader *rd, const json_t *obj, const char *field)
{
	const json_t *v = field_of(obj, field);
	*out = (dx_str){ NULL, 0 };
	if (json_is_string(v))
		*out = str_of(v);
	else if (json_is_number(v))
		return number_text(out, rd, v);
	return DX_OK;
}

static dx_status get_id(dx_str *out, const reader *rd, const json_t *obj)
{
	const json_t *v = field_of(obj, "id");
	if (v && !json_is_string(v) && !json_is_number(v))
		return bad(rd, &TOP, "id", NO_PIECE, "expected a string or a number, found %s", kind_of(v));
	return get_meta(out, rd, obj, "id");
}

static dx_status get_probability(double *out, const reader *rd, const place *at, const json_t *v, const char *field)
{
	if (!json_is_number(v))
		return bad(rd, at, field, NO_PIECE, "expected a number, found %s", kind_of(v));
	double p = json_number_value(v);
	if (!(p >= 0 && p <= 1))
		return bad(rd, at, field, NO_PIECE, "%g is not a probability", p);
	*out = p;
	return DX_OK;
}

/* Is the offset between two code points? A continuation byte is in the middle of one. */
static bool on_boundary(dx_str text, json_int_t at)
{
	return at == (json_int_t)text.n || ((unsigned char)text.p[at] & 0xc0) != 0x80;
}

static dx_status get_span(dx_span *out, const reader *rd, const place *at, const json_t *v, const char *field, size_t piece)
{
	const json_t *b = json_array_get(v, 0), *e = json_array_get(v, 1);
	if (json_array_size(v) != 2 || !json_is_integer(b) || !json_is_integer(e))
		return bad(rd, at, field, piece, "expected a span [begin, end] of two whole numbers");
	json_int_t beg = json_integer_value(b), end = json_integer_value(e);
	if (beg < 0 || end < beg || (uint64_t)end > rd->text.n)
		return bad(rd, at, field, piece, "span %" JSON_INTEGER_FORMAT "..%" JSON_INTEGER_FORMAT
		           " is not inside the text (0..%zu)", beg, end, rd->text.n);
	if (beg == end)
		return bad(rd, at, field, piece, "span %" JSON_INTEGER_FORMAT "..%" JSON_INTEGER_FORMAT " is empty", beg, end);
	if (!on_boundary(rd->text, beg) || !on_boundary(rd->text, end))
		return bad(rd, at, field, piece, "span %" JSON_INTEGER_FORMAT "..%" JSON_INTEGER_FORMAT
		           " cuts the UTF-8 character at %" JSON_INTEGER_FORMAT " (offsets count bytes)", beg, end,
		           on_boundary(rd->text, beg) ? end : beg);
	*out = (dx_span){ (uint32_t)beg, (uint32_t)end };
	return DX_OK;
}

static dx_status get_one_span(dx_span *out, const reader *rd, const place *at, const json_t *obj, const char *field)
{
	const json_t *v = field_of(obj, field);
	*out = (dx_span){ 0, 0 };
	return v ? get_span(out, rd, at, v, field, NO_PIECE) : DX_OK;
}

static dx_status get_spans(dx_spans *out, const reader *rd, const place *at, const json_t *obj, const char *field)
{
	const json_t *v = field_of(obj, field);
	*out = (dx_spans){ NULL, 0 };
	if (!v)
		return DX_OK;
	if (!json_is_array(v))
		return bad(rd, at, field, NO_PIECE, "expected a list of spans, found %s", kind_of(v));
	out->n = json_array_size(v);
	if (!(out->v = dx_arena_array(rd->arena, out->n, sizeof *out->v)))
		return no_memory(rd);
	for (size_t i = 0; i < out->n; i++) {
		dx_status st = get_span(&out->v[i], rd, at, json_array_get(v, i), field, i);
		if (st)
			return st;
		if (i > 0 && out->v[i].beg < out->v[i - 1].end)
			return bad(rd, at, field, i, "span %u..%u begins before the end of the one before it (%u)",
			           (unsigned)out->v[i].beg, (unsigned)out->v[i].end, (unsigned)out->v[i - 1].end);
	}
	return DX_OK;
}

/* The label distribution "p": an object of probabilities. */
static dx_status get_labels(dx_label_p **out, size_t *n, const reader *rd, const place *at, json_t *obj)
{
	const char *key;
	size_t key_len;
	json_t *v = field_of(obj, "p"), *one;
	*out = NULL;
	*n = 0;
	if (!v)
		return DX_OK;
	if (!json_is_object(v))
		return bad(rd, at, "p", NO_PIECE, "expected an object of probabilities, found %s", kind_of(v));
	if (!(*out = dx_arena_array(rd->arena, json_object_size(v), sizeof **out)))
		return no_memory(rd);
	json_object_keylen_foreach(v, key, key_len, one) {
		(*out)[*n].label = (dx_str){ key, key_len };
		dx_status st = get_probability(&(*out)[*n].p, rd, at, one, "p");
		if (st)
			return st;
		++*n;
	}
	return DX_OK;
}

static dx_status get_confidence(dx_quote *q, const reader *rd, const place *at, const json_t *obj)
{
	const json_t *conf = field_of(obj, "confidence"), *v;
	dx_status st = DX_OK;
	if (!conf)
		return DX_OK;
	if (!json_is_object(conf))
		return bad(rd, at, "confidence", NO_PIECE, "expected an object, found %s", kind_of(conf));
	if ((v = field_of(conf, "quote")))
		st = get_probability(&q->conf_quote, rd, at, v, "confidence.quote");
	if (!st && (v = field_of(conf, "speaker")))
		st = get_probability(&q->conf_speaker, rd, at, v, "confidence.speaker");
	if (!st && (v = field_of(conf, "stance")))
		st = get_probability(&q->conf_stance, rd, at, v, "confidence.stance");
	return st;
}

static dx_status get_kind(dx_kind *out, const reader *rd, const place *at, const json_t *obj)
{
	dx_str s;
	dx_status st = get_str(&s, rd, at, obj, "kind");
	*out = DX_KIND_UNKNOWN;
	if (st || !s.n || dx_kind_parse(out, s))
		return st;
	return bad(rd, at, "kind", NO_PIECE, "unknown kind \"%s\"", brief_of(s).s);
}

static dx_status get_act(dx_act *out, const reader *rd, const place *at, const json_t *obj)
{
	dx_str s;
	dx_status st = get_str(&s, rd, at, obj, "act");
	*out = DX_ACT_NONE;
	if (st || !s.n || dx_act_parse(out, s))
		return st;
	return bad(rd, at, "act", NO_PIECE, "unknown act \"%s\"", brief_of(s).s);
}

static dx_status get_type(dx_quote *q, const reader *rd, const place *at, const json_t *obj)
{
	dx_str s;
	dx_status st = get_str(&s, rd, at, obj, "type");
	if (!st && !s.n)
		q->type = dx_quote_guess_type(&q->content, rd->text);
	if (st || !s.n || dx_type_parse(&q->type, s))
		return st;
	return bad(rd, at, "type", NO_PIECE, "unknown type \"%s\"", brief_of(s).s);
}

static dx_status get_quote_spans(dx_quote *q, const reader *rd, const place *at, const json_t *obj)
{
	dx_status st = get_spans(&q->content, rd, at, obj, "content");
	if (!st && !q->content.n)
		return bad(rd, at, "content", NO_PIECE, "missing or empty; a quote has a content");
	if (!st)
		st = get_spans(&q->cue, rd, at, obj, "cue");
	if (!st)
		st = get_spans(&q->source, rd, at, obj, "source");
	if (!st)
		st = get_one_span(&q->target_span, rd, at, obj, "target_span");
	return st;
}

static dx_status get_entity_index(int32_t *out, const reader *rd, const place *at, const json_t *obj)
{
	const json_t *v = field_of(obj, "entity");
	*out = -1;
	if (!v)
		return DX_OK;
	if (!json_is_integer(v))
		return bad(rd, at, "entity", NO_PIECE, "expected the index of an entity, found %s",
		           json_is_real(v) ? "a fraction" : kind_of(v));
	json_int_t i = json_integer_value(v);
	if (i < -1 || i > INT32_MAX || (i >= 0 && (uint64_t)i >= rd->n_entities))
		return bad(rd, at, "entity", NO_PIECE, "%" JSON_INTEGER_FORMAT " is not the index of one of %zu entities", i,
		           rd->n_entities);
	*out = (int32_t)i;
	return DX_OK;
}

static dx_status get_quote_labels(dx_quote *q, const reader *rd, const place *at, json_t *obj)
{
	dx_status st = get_str(&q->speaker, rd, at, obj, "speaker");
	if (!st)
		st = get_kind(&q->kind, rd, at, obj);
	if (!st)
		st = get_act(&q->act, rd, at, obj);
	if (!st)
		st = get_str(&q->stance, rd, at, obj, "stance");
	if (!st)
		st = get_str(&q->target, rd, at, obj, "target");
	if (!st)
		st = get_labels(&q->p, &q->n_p, rd, at, obj);
	if (!st)
		st = get_entity_index(&q->entity, rd, at, obj);
	if (!st)
		st = get_confidence(q, rd, at, obj);
	return st;
}

static dx_status get_quote(dx_quote *q, const reader *rd, const place *at, json_t *obj)
{
	*q = dx_quote_empty();
	if (!json_is_object(obj))
		return bad(rd, at, "", NO_PIECE, "expected a quote object, found %s", kind_of(obj));
	dx_status st = get_quote_spans(q, rd, at, obj);
	if (!st)
		st = get_type(q, rd, at, obj);
	return st ? st : get_quote_labels(q, rd, at, obj);
}

static dx_status get_quotes(dx_record *r, const reader *rd)
{
	json_t *v = field_of(r->root, "quotes");
	if (!v)
		return DX_OK;
	if (!json_is_array(v))
		return bad(rd, &TOP, "quotes", NO_PIECE, "expected a list, found %s", kind_of(v));
	r->has_quotes = true;
	if (!(r->quotes = dx_arena_array(rd->arena, json_array_size(v), sizeof *r->quotes)))
		return no_memory(rd);
	for (; r->n_quotes < json_array_size(v); r->n_quotes++) {
		place at = { "quotes", r->n_quotes };
		dx_status st = get_quote(&r->quotes[at.i], rd, &at, json_array_get(v, at.i));
		if (st)
			return st;
	}
	return DX_OK;
}

static dx_status get_entity(dx_entity *e, const reader *rd, const place *at, const json_t *obj)
{
	if (!json_is_object(obj))
		return bad(rd, at, "", NO_PIECE, "expected an entity object, found %s", kind_of(obj));
	dx_status st = get_str(&e->name, rd, at, obj, "name");
	if (!st && !e->name.n)
		return bad(rd, at, "name", NO_PIECE, "missing or empty; an entity has a name");
	if (!st)
		st = get_str(&e->title, rd, at, obj, "title");
	if (!st)
		st = get_kind(&e->kind, rd, at, obj);
	if (!st)
		st = get_spans(&e->mentions, rd, at, obj, "mentions");
	return st;
}

static dx_status get_entities(dx_record *r, reader *rd)
{
	const json_t *v = field_of(r->root, "entities");
	if (!v)
		return DX_OK;
	if (!json_is_array(v))
		return bad(rd, &TOP, "entities", NO_PIECE, "expected a list, found %s", kind_of(v));
	if (!(r->entities = dx_arena_array(rd->arena, json_array_size(v), sizeof *r->entities)))
		return no_memory(rd);
	for (; r->n_entities < json_array_size(v); r->n_entities++) {
		place at = { "entities", r->n_entities };
		dx_status st = get_entity(&r->entities[at.i], rd, &at, json_array_get(v, at.i));
		if (st)
			return st;
	}
	rd->n_entities = r->n_entities;
	return DX_OK;
}

static dx_status get_statement(dx_record *r, const reader *rd)
{
	const json_t *target = r->has_quotes ? NULL : field_of(r->root, "target");
	if (!target || (json_is_string(target) && !json_string_length(target)))
		return DX_OK;
	r->is_statement = true;
	dx_status st = get_str(&r->target, rd, &TOP, r->root, "target");
	if (!st)
		st = get_str(&r->holder, rd, &TOP, r->root, "holder");
	if (!st)
		st = get_str(&r->stance, rd, &TOP, r->root, "stance");
	if (!st)
		st = get_one_span(&r->target_span, rd, &TOP, r->root, "target_span");
	if (!st)
		st = get_one_span(&r->holder_span, rd, &TOP, r->root, "holder_span");
	if (!st)
		st = get_labels(&r->p, &r->n_p, rd, &TOP, r->root);
	return st;
}

static dx_status get_text(dx_record *r, reader *rd)
{
	dx_status st = get_str(&r->text, rd, &TOP, r->root, "text");
	if (!st && !r->text.p)
		return dx_fail(rd->err, DX_EFORMAT, "the record has no field \"text\"");
	rd->text = r->text;
	return st;
}

static dx_status get_all(dx_record *r, reader *rd)
{
	static const char *const META[] = { "title", "date", "source", "url" };
	dx_str *const meta[] = { &r->title, &r->date, &r->source, &r->url };
	dx_status st = get_text(r, rd);
	if (!st)
		st = get_id(&r->id, rd, r->root);
	for (size_t i = 0; i < DX_COUNT(META) && !st; i++)
		st = get_meta(meta[i], rd, r->root, META[i]);
	if (!st)
		st = get_entities(r, rd);
	if (!st)
		st = get_quotes(r, rd);
	return st ? st : get_statement(r, rd);
}

static dx_status parse_json(json_t **out, dx_str line, dx_err *err)
{
	json_error_t why;
	dx_status st = dx_utf8_check(line, err);
	if (st)
		return st;
	bool no_memory;
	*out = dx_json_load(&no_memory, line, JSON_ALLOW_NUL, &why);
	if (*out)
		return json_is_object(*out) ? DX_OK : dx_fail(err, DX_EFORMAT, "expected a JSON object, found %s",
		                                              kind_of(*out));
	if (no_memory)
		return dx_fail(err, DX_ENOMEM, "out of memory: JSON of %zu bytes", line.n);
	if (err)
		err->offset = why.position > 0 ? (size_t)why.position : 0;
	return dx_fail(err, DX_EFORMAT, "not JSON, byte %d: %s", why.position, brief_of(dx_str_of(why.text)).s);
}

dx_status dx_record_parse(dx_record *out, dx_str line, dx_arena *arena, dx_err *err)
{
	dx_record r = { .root = NULL };
	reader rd = { .arena = arena, .err = err };
	dx_status st = parse_json(&r.root, line, err);
	if (!st)
		st = get_all(&r, &rd);
	if (st)
		dx_record_fini(&r);
	*out = r;
	return st;
}

dx_status dx_record_of_text(dx_record *out, dx_str id, dx_str text, dx_err *err)
{
	dx_record r = { .root = json_object() };
	int rc = r.root ? 0 : -1;
	if (!rc && id.n)
		rc = json_object_set_new_nocheck(r.root, "id", json_stringn_nocheck(id.p, id.n));
	if (!rc)
		rc = json_object_set_new_nocheck(r.root, "text", json_stringn_nocheck(text.n ? text.p : "", text.n));
	if (rc) {
		dx_record_fini(&r);
		*out = r;
		return dx_fail(err, DX_ENOMEM, "out of memory: record");
	}
	if (id.n)
		r.id = str_of(json_object_get(r.root, "id"));
	r.text = str_of(json_object_get(r.root, "text"));
	*out = r;
	return DX_OK;
}

void dx_record_fini(dx_record *r)
{
	json_decref(r->root);
	json_decref(r->replaced);
	*r = (dx_record){ .root = NULL };
}
