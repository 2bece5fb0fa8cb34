/* brat.c - an article from its two files: lines become quotes (brat_parts.h), these become JSON, which the record reader checks like any
 * other. */
#include "datasets/brat_parts.h"
#include <stdlib.h>
#include "datasets/json_memory.h"
#include "features/utf8.h"

static bool put(json_t *o, const char *name, json_t *v)
{
	return !json_object_set_new(o, name, v);
}

static bool put_str(json_t *o, const char *name, dx_str s)
{
	return !s.n || put(o, name, json_stringn(s.p, s.n));
}

static bool put_spans(json_t *o, const char *name, dx_spans s)
{
	json_t *list = json_array();
	bool good = list != NULL;
	for (size_t i = 0; i < s.n && good; i++) {
		json_t *pair = json_array();
		good = pair && !json_array_append_new(pair, json_integer(s.v[i].beg)) && !json_array_append_new(pair, json_integer(s.v[i].end));
		good = !json_array_append_new(list, pair) && good;
	}
	return put(o, name, list) && good;
}

static bool put_quote(json_t *quotes, const dx_brat_found *f)
{
	const dx_quote *q = &f->q;
	json_t *o = json_object();
	bool good = o != NULL;
	if (f->has_type)
		good = good && put_str(o, "type", dx_str_of(dx_type_name(q->type)));
	good = good && put_spans(o, "content", q->content) && put_spans(o, "cue", q->cue) && put_spans(o, "source", q->source)
		&& put_str(o, "speaker", q->speaker);
	if (f->has_kind)
		good = good && put_str(o, "kind", dx_str_of(dx_kind_name(q->kind)));
	good = good && put_str(o, "act", dx_str_of(dx_act_name(q->act))) && put_str(o, "stance", q->stance)
		&& put_str(o, "target", q->target);
	return !json_array_append_new(quotes, o) && good;
}

/* The line of the record; freed by the caller. NULL: memory is out. */
static char *make_line(const dx_brat_parts *r, dx_str id)
{
	json_t *o = json_object(), *quotes = o ? json_array() : NULL;
	bool good = quotes && put_str(o, "id", id) && put(o, "text", json_stringn(r->text.p, r->text.n));
	for (size_t i = 0; i < r->n_quote && good; i++)
		good = put_quote(quotes, r->quote + i);
	good = quotes && put(o, "quotes", quotes) && good;
	char *line = good ? dx_json_line(o) : NULL;
	json_decref(o);
	return line;
}

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: annotations");
}

bool dx_brat_named(const char *path)
{
	const size_t n = strlen(path);
	return n > 4 && !strcmp(path + n - 4, ".ann");
}

dx_status dx_brat_parse(dx_record *out, dx_str id, dx_str text, dx_str notes, const char *path, dx_brat_log *log, dx_arena *arena, dx_err *err)
{
	dx_brat_parts r = { .text = text, .notes = notes, .path = path, .log = log, .arena = arena };
	if (text.n > DX_BRAT_MOST || notes.n > DX_BRAT_MOST)
		return dx_fail(err, DX_ELIMIT, "larger than %zu MB", DX_BRAT_MOST >> 20);
	if (dx_utf8_check(text, err))
		return DX_EUTF8;
	dx_status st = dx_brat_lines(&r);
	if (!st)
		st = dx_brat_quotes(&r);
	if (st)
		return no_memory(err);
	char *line = make_line(&r, id);
	st = line ? dx_record_parse(out, dx_str_of(line), arena, err) : no_memory(err);
	free(line);
	return st;
}
