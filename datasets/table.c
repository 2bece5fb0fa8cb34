#include "datasets/table.h"
#include "datasets/json_memory.h"
#include "features/utf8.h"
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>

#define MOST_COLUMNS 200

struct dx_table {
	FILE *from;
	bool tabs;
	char sep;
	size_t line, next_line;                  /* of the row at hand; of what is read next */
	char *buf;                               /* the row, its fields unquoted and each with a NUL behind it */
	size_t n, cap;
	dx_str field[MOST_COLUMNS];
	size_t n_field;
	char *name[MOST_COLUMNS];                /* of the columns, as records call them */
	size_t n_name;
	char *json;
};

static const char *ending(const char *path)
{
	const char *dot = strrchr(path, '.');
	return dot ? dot : "";
}

bool dx_table_named(const char *path)
{
	return !strcmp(ending(path), ".tsv") || !strcmp(ending(path), ".csv");
}

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: table");
}

/* --- a row --- */

static dx_status put(dx_table *t, char c, dx_err *err)
{
	if (t->n == t->cap) {
		const size_t cap = t->cap ? 2 * t->cap : 4096;
		char *p = cap <= 2 * DX_TABLE_ROW_MOST ? realloc(t->buf, cap) : NULL;
		if (!p)
			return cap <= 2 * DX_TABLE_ROW_MOST ? no_memory(err) : dx_fail(err, DX_ELIMIT, "a row of more than %zu bytes: is a "
			       "quotation mark not closed?", DX_TABLE_ROW_MOST);
		t->buf = p;
		t->cap = cap;
	}
	t->buf[t->n++] = c;
	return DX_OK;
}

typedef enum { PLAIN, QUOTED, CLOSED } quoting;          /* closed: behind a mark that ends the field, or is the first of a doubled one */

static quoting quoting_after(quoting q, char c, bool fresh)
{
	if (c == '"' && (fresh || q == CLOSED))
		return QUOTED;
	if (q == QUOTED)
		return c == '"' ? CLOSED : QUOTED;
	return PLAIN;
}

/* A row's bytes up to its line feed into buf; quoted line feeds belong to it. */
static dx_status read_row(bool *more, dx_table *t, dx_err *err)
{
	quoting q = PLAIN;
	bool fresh = true;                       /* at the beginning of a field */
	dx_status st = DX_OK;
	int c = EOF;
	t->line = t->next_line;
	t->n = 0;
	while (!st && (c = getc(t->from)) != EOF) {
		t->next_line += c == '\n';
		q = t->tabs ? PLAIN : quoting_after(q, (char)c, fresh);
		if (c == '\n' && q != QUOTED)
			break;
		fresh = c == t->sep && q != QUOTED;
		st = put(t, (char)c, err);
	}
	while (st == DX_ELIMIT && getc(t->from) != EOF)
		;                                /* nothing behind it can be trusted */
	if (!st && ferror(t->from))
		st = dx_fail(err, DX_EIO, "read failed");
	if (!st && c == EOF && q == QUOTED)
		st = dx_fail(err, DX_EFORMAT, "a quotation mark is not closed before the end of the file");
	if (!st && t->n && t->buf[t->n - 1] == '\r')
		t->n--;
	*more = c != EOF || t->n;
	return st;
}

/* Takes the marks of a quoted field off in place; returns its new length. A TSV field is quoted only when nothing speaks against it. */
static size_t unquote(char *p, size_t n, bool doubtful)
{
	size_t k = 0;
	if (n < 2 || p[0] != '"' || p[n - 1] != '"')
		return n;
	for (size_t i = 1; i + 1 < n && doubtful; i++)
		if (p[i] == '"' && !(i + 2 < n && p[++i] == '"'))
			return n;
	for (size_t i = 1; i + 1 < n; i++) {
		p[k++] = p[i];
		i += p[i] == '"' && i + 2 < n && p[i + 1] == '"';
	}
	return k;
}

static dx_status split(dx_table *t, dx_err *err)
{
	quoting q = PLAIN;
	size_t beg = 0;
	t->n_field = 0;
	for (size_t i = 0; i <= t->n; i++) {
		if (i < t->n && !t->tabs)
			q = quoting_after(q, t->buf[i], i == beg);
		if (i < t->n && (q == QUOTED || t->buf[i] != t->sep))
			continue;
		if (t->n_field == MOST_COLUMNS)
			return dx_fail(err, DX_EFORMAT, "more than %d fields", MOST_COLUMNS);
		t->field[t->n_field++] = (dx_str){ t->buf + beg, unquote(t->buf + beg, i - beg, t->tabs) };
		beg = i + 1;
	}
	return DX_OK;
}

static bool is_blank(const dx_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!isspace((unsigned char)t->buf[i]))
			return false;
	return true;
}

static dx_status next_row(bool *more, dx_table *t, dx_err *err)
{
	dx_status st;
	do
		st = read_row(more, t, err);
	while (!st && *more && is_blank(t));
	return !st && *more ? split(t, err) : st;
}

/* --- the columns --- */

/* What records call a column. */
static const char *record_name(const char *s)
{
	static const char *const names[][2] = { { "text", "text" }, { "tweet", "text" }, { "sentence", "text" }, { "statement", "text" },
		{ "content", "text" }, { "target", "target" }, { "topic", "target" }, { "claim", "target" }, { "stance", "stance" },
		{ "label", "stance" }, { "class", "stance" }, { "id", "id" }, { "holder", "holder" } };
	for (size_t i = 0; i < DX_COUNT(names); i++) {
		size_t k = 0;
		while (s[k] && names[i][0][k] == tolower((unsigned char)s[k]))
			k++;
		if (!s[k] && !names[i][0][k])
			return names[i][1];
	}
	return s;
}

static bool has(const dx_table *t, const char *name)
{
	for (size_t i = 0; i < t->n_name; i++)
		if (!strcmp(t->name[i], name))
			return true;
	return false;
}

static char *copy(const char *s)
{
	const size_t n = strlen(s) + 1;
	char *p = malloc(n);
	return p ? memcpy(p, s, n) : NULL;
}

static dx_status name_columns(dx_table *t, dx_err *err)
{
	for (size_t i = 0; i < t->n_field; i++) {
		char buf[256];
		dx_str s = t->field[i];
		if (i == 0 && s.n >= 3 && !memcmp(s.p, "\xef\xbb\xbf", 3))
			s = (dx_str){ s.p + 3, s.n - 3 };
		while (s.n && isspace((unsigned char)s.p[s.n - 1]))
			s.n--;
		while (s.n && isspace((unsigned char)s.p[0]))
			s = (dx_str){ s.p + 1, s.n - 1 };
		if (s.n >= sizeof buf || dx_utf8_check(s, err) || memchr(s.p, 0, s.n))
			return dx_fail(err, DX_EFORMAT, "the name of column %zu is too long or not UTF-8", i + 1);
		snprintf(buf, sizeof buf, "%.*s", DX_ARG(s));
		const char *name = record_name(buf);
		if (has(t, name) && name != buf)
			name = buf;              /* the first of two that mean the same */
		if (has(t, name))
			return dx_fail(err, DX_EFORMAT, "two columns are called \"%.60s\"", name);
		if (!(t->name[t->n_name] = copy(name)))
			return no_memory(err);
		t->n_name++;
	}
	return DX_OK;
}

static dx_status check_columns(const dx_table *t, dx_err *err)
{
	static const char *const needed[][2] = { { "text", "text, tweet, sentence, statement or content" }, { "target", "target, topic or claim" } };
	char list[120] = "";
	size_t n = 0;
	for (size_t i = 0; i < t->n_name && n < sizeof list; i++)
		n += (size_t)snprintf(list + n, sizeof list - n, i ? ", %s" : "%s", t->name[i]);
	for (size_t i = 0; i < DX_COUNT(needed); i++)
		if (!has(t, needed[i][0]))
			return dx_fail(err, DX_EFORMAT, "no column is called %s (there are: %s)", needed[i][1], list);
	return DX_OK;
}

/* The separator of CSV, from the first row. */
static char find_separator(const dx_table *t)
{
	return memchr(t->buf, ',', t->n) || !memchr(t->buf, ';', t->n) ? ',' : ';';
}

static dx_status read_head(dx_table *t, dx_err *err)
{
	bool more;
	dx_status st = next_row(&more, t, err);
	if (!st && !more)
		return dx_fail(err, DX_EFORMAT, "the file is empty");
	if (!st && !t->tabs && find_separator(t) == ';') {
		t->sep = ';';
		st = split(t, err);
	}
	if (!st)
		st = name_columns(t, err);
	return st ? st : check_columns(t, err);
}

dx_status dx_table_new(dx_table **out, FILE *from, const char *path, dx_err *err)
{
	dx_table *t = calloc(1, sizeof *t);
	*out = NULL;
	if (!t)
		return no_memory(err);
	t->from = from;
	t->tabs = !strcmp(ending(path), ".tsv");
	t->sep = t->tabs ? '\t' : ',';
	t->next_line = 1;
	dx_status st = read_head(t, err);
	if (st)
		dx_table_free(t);
	else
		*out = t;
	return st;
}

void dx_table_free(dx_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n_name; i++)
		free(t->name[i]);
	free(t->json);
	free(t->buf);
	free(t);
}

size_t dx_table_line(const dx_table *t)
{
	return t->line;
}

/* --- rows to JSON --- */

dx_status dx_table_next(dx_str *json, bool *more, dx_table *t, dx_err *err)
{
	dx_status st = next_row(more, t, err);
	if (st || !*more)
		return st;
	*more = true;
	if (t->n_field != t->n_name)
		return dx_fail(err, DX_EFORMAT, "%zu fields, the first row has %zu", t->n_field, t->n_name);
	st = dx_utf8_check((dx_str){ t->buf, t->n }, err);
	if (st)
		return st;
	json_t *o = json_object();
	for (size_t i = 0; i < t->n_name && o; i++)
		if (t->field[i].n && json_object_set_new(o, t->name[i], json_stringn(t->field[i].p, t->field[i].n)))
			st = no_memory(err);
	free(t->json);
	t->json = o && !st ? dx_json_line(o) : NULL;
	json_decref(o);
	if (!t->json)
		return no_memory(err);
	*json = dx_str_of(t->json);
	return DX_OK;
}
