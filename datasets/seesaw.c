#include "datasets/seesaw.h"
#include "datasets/json_memory.h"
#include "features/utf8.h"
#include <stdlib.h>

#define NOT_LISTED "Not in the list"

static bool holds(dx_str line, const char *key)
{
	const size_t n = strlen(key);
	for (size_t i = 0; i + n <= line.n; i++)
		if (line.p[i] == key[0] && !memcmp(line.p + i, key, n))
			return true;
	return false;
}

bool dx_seesaw_is(dx_str line)
{
	return holds(line, "\"sentences\"") && holds(line, "\"stances\"") && !holds(line, "\"quotes\"");
}

static bool is_named(const json_t *s)
{
	return json_string_length(s) && strcmp(json_string_value(s), NOT_LISTED);
}

/* The triple as a line of the record format, parsed like any other: one place knows what a statement is. */
static dx_status add_triple(dx_record **v, size_t *n, size_t *cap, const char *id, json_t *text, const json_t *t, dx_arena *arena,
                            dx_err *err)
{
	dx_record rec;
	json_t *o = json_pack("{s:s, s:O, s:O, s:O, s:O}", "id", id, "text", text, "target", json_object_get(t, "target"), "stance",
	                      json_object_get(t, "stance"), "holder", json_object_get(t, "holder"));
	char *line = o ? dx_json_line(o) : NULL;
	json_decref(o);
	if (!line)
		return dx_fail(err, DX_ENOMEM, "out of memory: %s", id);
	dx_status st = dx_record_parse(&rec, dx_str_of(line), arena, err);
	free(line);
	if (!st && !DX_PUSH(arena, *v, *n, *cap, rec)) {
		dx_record_fini(&rec);
		st = dx_fail(err, DX_ENOMEM, "out of memory: %s", id);
	}
	return st;
}

static dx_status add_sentence(dx_record **v, size_t *n, size_t *cap, const char *id, const json_t *sentence, size_t number,
                              dx_arena *arena, dx_err *err)
{
	json_t *text = json_object_get(sentence, "text"), *stances = json_object_get(sentence, "stances"), *t;
	size_t i;
	if (!json_is_string(text) || !json_is_array(stances))
		return dx_fail(err, DX_EFORMAT, "sentences[%zu]: needs \"text\" and \"stances\"", number);
	json_array_foreach(stances, i, t) {
		if (!json_is_string(json_object_get(t, "target")) || !json_is_string(json_object_get(t, "stance")))
			return dx_fail(err, DX_EFORMAT, "sentences[%zu].stances[%zu]: needs \"target\" and \"stance\"", number, i);
		if (!json_string_length(text) || !is_named(json_object_get(t, "target")) || !is_named(json_object_get(t, "holder")))
			continue;
		dx_status st = add_triple(v, n, cap, id, text, t, arena, err);
		if (st)
			return st;
	}
	return DX_OK;
}

static dx_status add_all(dx_record **v, size_t *n, size_t *cap, const json_t *root, dx_arena *arena, dx_err *err)
{
	const json_t *sentences = json_object_get(root, "sentences"), *s;
	const char *id = json_string_value(json_object_get(root, "id"));
	dx_status st = DX_OK;
	size_t i;
	if (!json_is_array(sentences))
		return dx_fail(err, DX_EFORMAT, "\"sentences\" is not a list");
	json_array_foreach(sentences, i, s)
		if ((st = add_sentence(v, n, cap, id ? id : "seesaw", s, i, arena, err)))
			return st;
	return st;
}

dx_status dx_seesaw_parse(dx_record **v, size_t *n, size_t *cap, dx_str line, dx_arena *arena, dx_err *err)
{
	const size_t before = *n;
	json_error_t why;
	dx_status st = dx_utf8_check(line, err);
	if (st)
		return st;
	bool no_memory;
	json_t *root = dx_json_load(&no_memory, line, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (no_memory)
		return dx_fail(err, DX_ENOMEM, "out of memory: JSON of %zu bytes", line.n);
	if (!root)
		return dx_fail(err, DX_EFORMAT, "JSON: byte %d: %s", why.position, why.text);
	st = add_all(v, n, cap, root, arena, err);
	json_decref(root);
	while (st && *n > before)
		dx_record_fini(*v + --*n);
	return st;
}
