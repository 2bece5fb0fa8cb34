#include "features/names.h"
#include "features/analyse.h"
#include "features/entity.h"
#include "features/utf8.h"
#include <stdlib.h>

#define MOST_WORDS 32                            /* of one name */

struct dx_names {
	dx_arena *arena;                         /* strings */
	dx_listed *row;
	size_t n, cap;
	uint64_t *key;                           /* [mask + 1] open addressing; 0: free */
	uint32_t *of;                            /* [mask + 1] row */
	size_t mask, n_key;
};

/* What parsing needs besides the list. */
typedef struct { dx_names *names; dx_header *header; dx_arena *arena; dx_err *err; uint32_t line; } parser;

static dx_status refuse(parser *p, dx_status code, const char *what, dx_str word)
{
	dx_fail(p->err, code, "%s%s%.*s%s", what, word.n ? " \"" : "", (int)(word.n < 60 ? word.n : 60), word.p ? word.p : "", word.n ? "\"" : "");
	if (p->err)
		p->err->offset = p->line;
	return code;
}

static uint64_t key_of(const dx_doc *d, dx_range r)
{
	uint64_t h = 0;
	size_t n = 0;
	for (uint32_t i = r.beg; i < r.end && n < MOST_WORDS; i++) {
		bool word = (d->tok[i].kind == DX_TOK_WORD || d->tok[i].kind == DX_TOK_NUMBER) && !(d->tok[i].shape & DX_SH_CLITIC);
		if (!word || (!n && i + 1 < r.end && dx_tok_is(d, d->tok + i, "the")))
			continue;
		h = dx_mix(h + 1, dx_name_key(d, i, false));
		n++;
	}
	return n ? h | 1 : 0;
}

static size_t slot_of(const dx_names *names, uint64_t key)
{
	size_t i = key & names->mask;
	while (names->key[i] && names->key[i] != key)
		i = (i + 1) & names->mask;
	return i;
}

static bool grow(dx_names *names)
{
	dx_names old = *names;
	names->mask = old.key ? 2 * old.mask + 1 : 63;
	names->key = calloc(names->mask + 1, sizeof *names->key);
	names->of = calloc(names->mask + 1, sizeof *names->of);
	for (size_t i = 0; names->key && names->of && old.key && i <= old.mask; i++)
		if (old.key[i]) {
			size_t k = slot_of(names, old.key[i]);
			names->key[k] = old.key[i];
			names->of[k] = old.of[i];
		}
	free(old.key);
	free(old.of);
	return names->key && names->of;
}

/* Enters one spelling of row. */
static dx_status add_key(parser *p, dx_str spelling, uint32_t row)
{
	dx_names *names = p->names;
	dx_doc doc;
	dx_arena_reset(p->arena);
	dx_status st = dx_analyse(&doc, p->header, spelling, p->arena, p->err);
	if (st)
		return st;
	uint64_t key = key_of(&doc, (dx_range){ 0, (uint32_t)doc.n_tok });
	if (!key)
		return refuse(p, DX_EFORMAT, "a name without a word:", spelling);
	if (2 * names->n_key >= names->mask && !grow(names))
		return refuse(p, DX_ENOMEM, "out of memory: names", (dx_str){ NULL, 0 });
	size_t i = slot_of(names, key);
	if (names->key[i] && names->of[i] != row)
		return refuse(p, DX_EFORMAT, "two lines claim", spelling);
	names->n_key += !names->key[i];
	names->key[i] = key;
	names->of[i] = row;
	return DX_OK;
}

static dx_str trimmed(dx_str s)
{
	for (; s.n && (unsigned char)*s.p <= ' '; s.p++)
		s.n--;
	while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return s;
}

/* The field at *at of line, trimmed; *at goes behind its tab. */
static dx_str next_field(dx_str line, size_t *at)
{
	size_t beg = *at, end = beg;
	while (end < line.n && line.p[end] != '\t')
		end++;
	*at = end + 1;
	return trimmed((dx_str){ line.p + beg, end - beg });
}

static dx_status read_kind(parser *p, dx_listed *row, dx_str value)
{
	dx_kind kind;
	if (!dx_kind_parse(&kind, value))
		return refuse(p, DX_EFORMAT, "no such kind:", value);
	row->kind = (uint8_t)kind;
	return DX_OK;
}

static dx_status read_line(parser *p, dx_str line)
{
	dx_names *names = p->names;
	size_t at = 0;
	dx_str name = next_field(line, &at);
	if (!name.n)
		return refuse(p, DX_EFORMAT, "the line begins with no name", name);
	dx_listed row = { .id = (uint32_t)names->n, .line = p->line };
	row.name = (dx_str){ dx_arena_strdup(names->arena, name), name.n };
	if (!row.name.p || !DX_PUSH(names->arena, names->row, names->n, names->cap, row))
		return refuse(p, DX_ENOMEM, "out of memory: names", (dx_str){ NULL, 0 });
	dx_status st = add_key(p, name, row.id);
	while (!st && at <= line.n) {
		dx_str field = next_field(line, &at);
		bool kind = field.n >= 5 && !memcmp(field.p, "kind=", 5);
		if (kind)
			st = read_kind(p, names->row + row.id, (dx_str){ field.p + 5, field.n - 5 });
		else if (field.n)
			st = add_key(p, field, row.id);
	}
	return st;
}

static dx_status read_all(parser *p, dx_str text)
{
	dx_status st = DX_OK;
	for (size_t beg = 0; beg < text.n && !st;) {
		size_t end = beg;
		while (end < text.n && text.p[end] != '\n')
			end++;
		dx_str line = { text.p + beg, end - beg };
		p->line++;
		if (trimmed(line).n && *line.p != '#')
			st = read_line(p, line);
		beg = end + 1;
	}
	return st;
}

dx_status dx_names_parse(dx_names **out, dx_str text, dx_err *err)
{
	parser p = { .names = calloc(1, sizeof *p.names), .err = err };
	*out = NULL;
	dx_status st = p.names ? dx_utf8_check(text, err) : dx_fail(err, DX_ENOMEM, "out of memory: names");
	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		text = (dx_str){ text.p + 3, text.n - 3 };
	if (!st)
		st = dx_arena_new(&p.names->arena, err);
	if (!st)
		st = dx_arena_new(&p.arena, err);
	if (!st)
		st = dx_header_new(&p.header, err);
	if (!st && !grow(p.names))
		st = dx_fail(err, DX_ENOMEM, "out of memory: names");
	if (!st)
		st = read_all(&p, text);
	dx_arena_free(p.arena);
	dx_header_free(p.header);
	if (st)
		dx_names_free(p.names);
	else
		*out = p.names;
	return st;
}

void dx_names_free(dx_names *names)
{
	if (!names)
		return;
	dx_arena_free(names->arena);
	free(names->key);
	free(names->of);
	free(names);
}

size_t dx_names_count(const dx_names *names)
{
	return names ? names->n : 0;
}

const dx_listed *dx_names_find(const dx_names *names, const dx_doc *doc, dx_range r)
{
	uint64_t key = names && names->n_key ? key_of(doc, r) : 0;
	size_t i = key ? slot_of(names, key) : 0;
	return key && names->key[i] ? names->row + names->of[i] : NULL;
}
