#include "datasets/gum.h"
#include <stdlib.h>

#define MOST_DEEP 64                             /* mentions that are open at a time */
#define MOST_MIN 64                              /* words of a minimal span that are looked at: bits */

typedef struct { dx_span span; bool proper, third; } word;

/* A mention that is open: its entity, its first word, the words of its minimal span as bits from there. */
typedef struct { uint32_t id; size_t first; uint64_t min; } open_mention;

typedef struct { uint32_t id; dx_span span; } found;

typedef struct {
	dx_arena *arena;
	dx_err *err;
	size_t line;
	char *text;
	size_t n_text, cap_text;
	word *word;
	size_t n_word, cap_word;
	open_mention open[MOST_DEEP];
	size_t n_open;
	found *found;
	size_t n_found, cap_found;
	dx_str id;
	bool blank, paragraph;                   /* what comes before the next word */
	uint32_t skip_to;                        /* words up to this number were one form ("Ann's"); text has it already */
	size_t form_at;                          /* where in that form's text the next of its words is looked for */
} reader;

static dx_status no_memory(reader *r)
{
	return dx_fail(r->err, DX_ENOMEM, "out of memory: a GUM document");
}

static dx_status refuse(reader *r, const char *what)
{
	dx_fail(r->err, DX_EFORMAT, "%s", what);
	if (r->err)
		r->err->offset = r->line;
	return DX_EFORMAT;
}

static bool put(reader *r, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!DX_PUSH(r->arena, r->text, r->n_text, r->cap_text, s[i]))
			return false;
	return true;
}

static bool put_gap(reader *r)
{
	bool good = !r->n_text || (r->paragraph ? put(r, "\n\n", 2) : !r->blank || put(r, " ", 1));
	r->paragraph = false;
	r->blank = true;
	return good;
}

static bool has(dx_str s, const char *what)
{
	size_t n = strlen(what);
	for (size_t i = 0; i + n <= s.n; i++)
		if (!memcmp(s.p + i, what, n))
			return true;
	return false;
}

/* Field i of a hyphenated annotation: id-type-status-salience-centering-minspan-... */
static dx_str field(dx_str s, size_t i)
{
	size_t at = 0, end;
	for (;; at = end + 1) {
		for (end = at; end < s.n && s.p[end] != '-'; end++)
			;
		if (i-- == 0)
			return (dx_str){ s.p + at, end - at };
		if (end >= s.n)
			return (dx_str){ s.p + s.n, 0 };
	}
}

static uint32_t number(dx_str s)
{
	uint32_t x = 0;
	for (size_t i = 0; i < s.n && dx_ascii_digit((unsigned char)s.p[i]); i++)
		x = 10 * x + (uint32_t)(s.p[i] - '0');
	return x;
}

static dx_status open_one(reader *r, dx_str annotation)
{
	if (r->n_open == MOST_DEEP)
		return refuse(r, "too many open mentions");
	open_mention o = { number(annotation), r->n_word - 1, 0 };
	dx_str min = field(annotation, 5);
	for (size_t i = 0; i < min.n; i++)
		if ((i == 0 || min.p[i - 1] == ',') && dx_ascii_digit((unsigned char)min.p[i])) {
			uint32_t k = number((dx_str){ min.p + i, min.n - i });
			o.min |= k >= 1 && k <= MOST_MIN ? (uint64_t)1 << (k - 1) : 0;
		}
	r->open[r->n_open++] = o;
	return DX_OK;
}

/* The mention as it counts, if it does: the minimal span of a name, or a pronoun. */
static dx_status keep(reader *r, const open_mention *o)
{
	size_t last = r->n_word - 1, lo = last + 1, hi = 0;
	bool proper = false;
	for (size_t i = o->first; i <= last && i - o->first < MOST_MIN; i++) {
		if (!(o->min >> (i - o->first) & 1))
			continue;
		lo = i < lo ? i : lo;
		hi = i;
		proper |= r->word[i].proper;
	}
	bool pronoun = o->first == last && r->word[last].third;
	if ((!proper && !pronoun) || lo > hi)
		return DX_OK;
	found f = { o->id, { r->word[lo].span.beg, r->word[hi].span.end } };
	return DX_PUSH(r->arena, r->found, r->n_found, r->cap_found, f) ? DX_OK : no_memory(r);
}

static dx_status close_one(reader *r, uint32_t id)
{
	size_t i = r->n_open;
	while (i > 0 && r->open[i - 1].id != id)
		i--;
	if (!i)
		return refuse(r, "a mention is closed that is not open");
	open_mention o = r->open[i - 1];
	memmove(r->open + i - 1, r->open + i, (r->n_open - i) * sizeof *r->open);
	r->n_open--;
	return keep(r, &o);
}

/* "(1-person-...", "1)", "(2-...)" one after the other. */
static dx_status read_entity(reader *r, dx_str s)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < s.n && !st;) {
		bool opens = s.p[i] == '(';
		size_t beg = i + opens, end = beg;
		while (end < s.n && s.p[end] != '(' && s.p[end] != ')')
			end++;
		dx_str part = { s.p + beg, end - beg };
		if (opens)
			st = open_one(r, part);
		bool closes = end < s.n && s.p[end] == ')';
		if (!opens && !closes)
			return refuse(r, "Entity= with brackets that do not match");
		if (!st && closes)
			st = close_one(r, number(part));
		i = end + closes;
	}
	return st;
}

static size_t split(dx_str *column, size_t most, dx_str line)
{
	size_t n = 0, beg = 0;
	for (size_t i = 0; i <= line.n && n < most; i++)
		if (i == line.n || line.p[i] == '\t') {
			column[n++] = (dx_str){ line.p + beg, i - beg };
			beg = i + 1;
		}
	return n;
}

/* A form that stands for several words: its text counts, and the words share its span. */
static dx_status read_form(reader *r, dx_str number_, dx_str form, dx_str misc)
{
	size_t dash = 0;
	while (dash < number_.n && number_.p[dash] != '-')
		dash++;
	if (!put_gap(r))
		return no_memory(r);
	r->form_at = r->n_text;
	if (!put(r, form.p, form.n))
		return no_memory(r);
	r->skip_to = number((dx_str){ number_.p + dash + 1, number_.n - dash - 1 });
	r->blank = !has(misc, "SpaceAfter=No");
	return DX_OK;
}

static dx_status read_word(reader *r, const dx_str *c)
{
	bool inside = number(c[0]) <= r->skip_to;
	if (!inside) {
		r->skip_to = 0;
		if (!put_gap(r))
			return no_memory(r);
	}
	size_t beg = inside ? r->form_at : r->n_text;
	if (!inside && !put(r, c[1].p, c[1].n))
		return no_memory(r);
	if (!inside)
		r->blank = !has(c[9], "SpaceAfter=No");
	size_t end = beg + c[1].n <= r->n_text && !memcmp(r->text + beg, c[1].p, c[1].n) ? beg + c[1].n : r->n_text;
	r->form_at = end < r->n_text ? end : beg;
	bool pronoun = dx_str_eq(c[3], DX_STR("PRON"));
	word w = { { (uint32_t)beg, (uint32_t)end }, dx_str_eq(c[3], DX_STR("PROPN")),
		pronoun && !has(c[5], "Person=1") && !has(c[5], "Person=2") };
	if (!DX_PUSH(r->arena, r->word, r->n_word, r->cap_word, w))
		return no_memory(r);
	for (size_t i = 0; i < c[9].n; i++)
		if ((i == 0 || c[9].p[i - 1] == '|') && c[9].n - i > 7 && !memcmp(c[9].p + i, "Entity=", 7)) {
			size_t to = i + 7;
			while (to < c[9].n && c[9].p[to] != '|')
				to++;
			return read_entity(r, (dx_str){ c[9].p + i + 7, to - i - 7 });
		}
	return DX_OK;
}

static int by_entity(const void *a, const void *b)
{
	const found *x = a, *y = b;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	if (x->span.beg != y->span.beg)
		return x->span.beg < y->span.beg ? -1 : 1;
	return (x->span.end > y->span.end) - (x->span.end < y->span.end);
}

/* Mentions become entities; a mention that overlaps the one before it in the same entity is left out. */
static dx_status add_entities(reader *r, dx_record *rec)
{
	rec->entities = dx_arena_array(r->arena, r->n_found + 1, sizeof *rec->entities);
	dx_span *spans = dx_arena_array(r->arena, r->n_found + 1, sizeof *spans);
	if (!rec->entities || !spans)
		return no_memory(r);
	qsort(r->found, r->n_found, sizeof *r->found, by_entity);
	for (size_t i = 0; i < r->n_found; i++) {
		const found *f = r->found + i;
		dx_entity *e = rec->n_entities ? rec->entities + rec->n_entities - 1 : NULL;
		if (!e || r->found[i - 1].id != f->id) {
			e = rec->entities + rec->n_entities++;
			*e = (dx_entity){ .name = { rec->text.p + f->span.beg, f->span.end - f->span.beg }, .mentions = { spans, 0 } };
		}
		if (e->mentions.n && e->mentions.v[e->mentions.n - 1].end > f->span.beg)
			continue;
		e->mentions.v[e->mentions.n++] = f->span;
		spans = e->mentions.v + e->mentions.n;
	}
	return DX_OK;
}

static dx_status end_document(reader *r, dx_record **v, size_t *n, size_t *cap)
{
	dx_record rec;
	if (!r->n_text)
		return DX_OK;
	if (r->n_open)
		return refuse(r, "a mention is open at the end of the document");
	dx_status st = dx_record_of_text(&rec, r->id, (dx_str){ r->text, r->n_text }, r->err);
	if (!st)
		st = add_entities(r, &rec);
	if (!st)
		st = dx_record_update(&rec, DX_OFF_BYTE, r->err);
	if (!st && !DX_PUSH(r->arena, *v, *n, *cap, rec))
		st = no_memory(r);
	*r = (reader){ .arena = r->arena, .err = r->err, .line = r->line };
	return st;
}

static dx_status read_line(reader *r, dx_str line, dx_record **v, size_t *n, size_t *cap)
{
	static const char ID[] = "# newdoc id = ";
	dx_str c[10];
	if (line.n && *line.p == '#') {
		bool doc = line.n > sizeof ID - 1 && !memcmp(line.p, ID, sizeof ID - 1);
		dx_status st = doc ? end_document(r, v, n, cap) : DX_OK;
		r->paragraph |= line.n >= 8 && !memcmp(line.p, "# newpar", 8);
		if (doc && !st) {
			dx_str id = { line.p + sizeof ID - 1, line.n - (sizeof ID - 1) };
			r->id = (dx_str){ dx_arena_strdup(r->arena, id), id.n };
			st = r->id.p ? DX_OK : no_memory(r);
		}
		return st;
	}
	r->skip_to = line.n ? r->skip_to : 0;
	if (!line.n)
		return DX_OK;
	if (split(c, 10, line) != 10)
		return refuse(r, "a row without ten columns");
	for (size_t i = 0; i < c[0].n; i++) {
		if (c[0].p[i] == '.')
			return DX_OK;            /* an empty node */
		if (c[0].p[i] == '-')
			return read_form(r, c[0], c[1], c[9]);
	}
	return read_word(r, c);
}

dx_status dx_gum_read(dx_record **v, size_t *n, size_t *cap, FILE *from, dx_arena *arena, dx_err *err)
{
	reader r = { .arena = arena, .err = err };
	char *buf = NULL;
	size_t size = 0, before = *n;
	dx_status st = DX_OK;
	for (ssize_t len; !st && (len = getline(&buf, &size, from)) >= 0;) {
		r.line++;
		while (len > 0 && (buf[len - 1] == '\n' || buf[len - 1] == '\r'))
			len--;
		st = read_line(&r, (dx_str){ buf, (size_t)len }, v, n, cap);
	}
	if (!st && ferror(from))
		st = dx_fail(err, DX_EIO, "read failed");
	if (!st)
		st = end_document(&r, v, n, cap);
	while (st && *n > before)
		dx_record_fini(*v + --*n);
	free(buf);
	return st;
}
