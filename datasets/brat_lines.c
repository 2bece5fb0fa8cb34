/* brat_lines.c - the lines of a .ann file: marks, whose text is compared with the article's, and what is said of them. */
#include "datasets/brat_parts.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "features/utf8.h"

#define STEP 256                                         /* code points between two entries of the table of places */

const char *const dx_brat_role_name[DX_BRAT_N_ROLE] = { "", "content", "source", "cue" };

dx_status dx_brat_refuse(dx_brat_parts *r, size_t line, const char *fmt, ...)
{
	char why[160];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	r->log->n++;
	if (r->log->fn)
		r->log->fn(r->log->ctx, r->path, line, why);
	return DX_EFORMAT;
}

/* --- places in the text --- */

static bool is_lead(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static bool is_break(char c)
{
	return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || is_break(c);
}

static dx_status count(dx_brat_parts *r)
{
	r->byte = dx_arena_scratch(r->arena, r->text.n / STEP + 1, sizeof *r->byte);
	if (!r->byte)
		return DX_ENOMEM;
	r->byte[0] = 0;
	for (size_t i = 0; i < r->text.n; i++)
		if (is_lead(r->text.p[i]) && r->n_cp++ % STEP == 0)
			r->byte[(r->n_cp - 1) / STEP] = (uint32_t)i;
	return DX_OK;
}

/* The byte of a code point, of which there are at least so many. */
static uint32_t byte_of(const dx_brat_parts *r, uint32_t cp)
{
	if (cp == r->n_cp)
		return (uint32_t)r->text.n;
	uint32_t at = r->byte[cp / STEP];
	for (uint32_t left = cp % STEP; left > 0; left--)
		do
			at++;
		while (!is_lead(r->text.p[at]));
	return at;
}

static int by_begin(const void *a, const void *b)
{
	const dx_span *x = a, *y = b;
	return x->beg != y->beg ? (x->beg < y->beg ? -1 : 1) : x->end < y->end ? -1 : x->end > y->end;
}

/* Whether nothing but line ends stands between. */
static bool only_breaks(dx_str text, uint32_t beg, uint32_t end)
{
	while (beg < end && is_break(text.p[beg]))
		beg++;
	return beg >= end;
}

/* Without line ends at the ends of pieces: brat's pieces have none. */
static void trim(dx_spans *s, dx_str text)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		dx_span v = s->v[i];
		while (v.beg < v.end && is_break(text.p[v.beg]))
			v.beg++;
		while (v.beg < v.end && is_break(text.p[v.end - 1]))
			v.end--;
		if (v.beg < v.end)
			s->v[n++] = v;
	}
	s->n = n;
}

/* In order, and one where they touch. */
void dx_brat_tidy(dx_spans *s, dx_str text)
{
	size_t n = 0;
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, by_begin);
	for (size_t i = 0; i < s->n; i++)
		if (!n || !only_breaks(text, s->v[n - 1].end, s->v[i].beg))
			s->v[n++] = s->v[i];
		else if (s->v[i].end > s->v[n - 1].end)
			s->v[n - 1].end = s->v[i].end;
	s->n = n;
}

/* --- fields of a line --- */

bool dx_brat_word_is(dx_str a, const char *b)
{
	size_t i = 0;
	while (i < a.n && b[i] && tolower((unsigned char)a.p[i]) == b[i])
		i++;
	return i == a.n && !b[i];
}

/* Content, content or Content2. */
static dx_brat_role role_of(dx_str name)
{
	while (name.n && dx_ascii_digit((unsigned char)name.p[name.n - 1]))
		name.n--;
	for (int i = DX_BRAT_CONTENT; i < DX_BRAT_N_ROLE; i++)
		if (dx_brat_word_is(name, dx_brat_role_name[i]))
			return (dx_brat_role)i;
	return DX_BRAT_OTHER;
}

/* Cuts what stands before sep off *rest, all of it if there is no sep. */
static dx_str cut(dx_str *rest, char sep)
{
	const char *end = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	dx_str word = { rest->p, end ? (size_t)(end - rest->p) : rest->n };
	size_t n = word.n + (end != NULL);
	rest->p += n;
	rest->n -= n;
	return word;
}

static bool number_of(uint32_t *out, dx_str s)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (!dx_ascii_digit((unsigned char)s.p[i]) || v > UINT32_MAX)
			return false;
		v = 10 * v + (uint64_t)(s.p[i] - '0');
	}
	*out = (uint32_t)v;
	return s.n && v <= UINT32_MAX;
}

static bool ref_of(dx_brat_ref *out, dx_str s)
{
	*out = (dx_brat_ref){ .letter = s.n ? s.p[0] : 0 };
	return s.n > 1 && number_of(&out->number, (dx_str){ s.p + 1, s.n - 1 });
}

/* --- T: marks --- */

/* "10 15;20 31", in the order of the line. */
static dx_status take_ranges(dx_brat_parts *r, dx_spans *out, dx_str s)
{
	dx_span v[DX_BRAT_PIECES];
	size_t n = 0;
	while (s.n) {
		uint32_t beg, end;
		dx_str piece = cut(&s, ';'), first = cut(&piece, ' ');
		if (n == DX_COUNT(v))
			return dx_brat_refuse(r, r->line, "more than %d pieces", DX_BRAT_PIECES);
		if (!number_of(&beg, first) || !number_of(&end, piece))
			return dx_brat_refuse(r, r->line, "offsets are not \"BEGIN END\" or \"BEGIN END;BEGIN END\"");
		if (beg >= end || end > r->n_cp)
			return dx_brat_refuse(r, r->line, "characters %u to %u are not inside the text (0 to %u)", beg, end, r->n_cp);
		v[n++] = (dx_span){ byte_of(r, beg), byte_of(r, end) };
	}
	if (!n)
		return dx_brat_refuse(r, r->line, "no offsets");
	out->v = dx_arena_array(r->arena, n, sizeof *out->v);
	if (!out->v)
		return DX_ENOMEM;
	memcpy(out->v, v, n * sizeof *v);
	out->n = n;
	return DX_OK;
}

/* Whether notes go on at *at with the text of these pieces: byte for byte, but any white space for any, and one more between two pieces;
 * then the line must end. *at moves behind it. */
static bool same_text(const dx_brat_parts *r, size_t *at, dx_spans s)
{
	const dx_str in = r->notes;
	size_t a = *at;
	for (size_t i = 0; i < s.n; i++) {
		const uint32_t beg = s.v[i].beg, end = s.v[i].end;
		if (i && a < in.n && is_blank(in.p[a]) && (!is_blank(r->text.p[beg]) || (a + 1 < in.n && is_blank(in.p[a + 1]))))
			a++;
		for (uint32_t b = beg; b < end; a++, b++)
			if (a == in.n || (in.p[a] != r->text.p[b] && !(is_blank(in.p[a]) && is_blank(r->text.p[b]))))
				return false;
	}
	while (a < in.n && in.p[a] != '\n' && is_blank(in.p[a]))
		a++;
	if (a < in.n && in.p[a] != '\n')
		return false;
	*at = a < in.n ? a + 1 : a;
	return true;
}

/* rest: type, offsets and the begin of the text, which stands at text_at. */
static dx_status take_mark(dx_brat_parts *r, dx_brat_ref id, dx_str rest, size_t *lines)
{
	dx_str where = cut(&rest, '\t'), type = cut(&where, ' ');
	dx_brat_mark m = { .number = id.number, .line = r->line, .quote = DX_BRAT_NONE, .role = role_of(type) };
	size_t at = (size_t)(rest.p - r->notes.p), end = at;
	dx_status st = take_ranges(r, &m.at, where);
	if (st)
		return st;
	if (!same_text(r, &end, m.at))
		return dx_brat_refuse(r, r->line, "T%u: its text is not what stands at its offsets", id.number);
	for (size_t i = at; i + 1 < end; i++)
		*lines += r->notes.p[i] == '\n';
	r->at = end > r->at ? end : r->at;
	trim(&m.at, r->text);
	if (!m.at.n)
		return dx_brat_refuse(r, r->line, "T%u: nothing but line ends", id.number);
	dx_brat_tidy(&m.at, r->text);
	return DX_PUSH(r->arena, r->mark, r->n_mark, r->cap_mark, m) ? DX_OK : DX_ENOMEM;
}

/* --- E, R, A, #: what is said of marks --- */

static dx_status take_event(dx_brat_parts *r, dx_brat_ref id, dx_str rest)
{
	dx_brat_argument arg[DX_BRAT_PIECES];
	dx_brat_event e = { .number = id.number, .line = r->line, .quote = DX_BRAT_NONE };
	dx_str trigger = cut(&rest, ' ');
	cut(&trigger, ':');
	if (!ref_of(&e.trigger, trigger) || e.trigger.letter != 'T')
		return dx_brat_refuse(r, r->line, "E%u: no trigger such as \"Quote:T1\"", id.number);
	while (rest.n) {
		dx_str a = cut(&rest, ' '), name = cut(&a, ':');
		if (!name.n && !a.n)
			continue;
		if (e.n_arg == DX_COUNT(arg))
			return dx_brat_refuse(r, r->line, "E%u: more than %d roles", id.number, DX_BRAT_PIECES);
		arg[e.n_arg].role = role_of(name);
		if (!ref_of(&arg[e.n_arg++].ref, a))
			return dx_brat_refuse(r, r->line, "E%u: a role is not such as \"Source:T1\"", id.number);
	}
	e.arg = dx_arena_array(r->arena, e.n_arg, sizeof *arg);
	if (!e.arg)
		return DX_ENOMEM;
	if (e.n_arg)
		memcpy(e.arg, arg, e.n_arg * sizeof *arg);
	return DX_PUSH(r->arena, r->event, r->n_event, r->cap_event, e) ? DX_OK : DX_ENOMEM;
}

static dx_status take_relation(dx_brat_parts *r, dx_str rest)
{
	dx_brat_relation v = { .line = r->line };
	cut(&rest, ' ');
	dx_str a = cut(&rest, ' '), b = cut(&rest, ' ');
	cut(&a, ':');
	cut(&b, ':');
	if (!ref_of(&v.a, a) || !ref_of(&v.b, b))
		return dx_brat_refuse(r, r->line, "not a relation such as \"Said Arg1:T1 Arg2:T2\"");
	return DX_PUSH(r->arena, r->relation, r->n_relation, r->cap_relation, v) ? DX_OK : DX_ENOMEM;
}

static dx_status put_remark(dx_brat_parts *r, dx_brat_remark v)
{
	return DX_PUSH(r->arena, r->remark, r->n_remark, r->cap_remark, v) ? DX_OK : DX_ENOMEM;
}

static dx_status take_attribute(dx_brat_parts *r, dx_str rest)
{
	dx_brat_remark v = { .line = r->line, .name = cut(&rest, ' ') };
	if (!v.name.n || !ref_of(&v.ref, cut(&rest, ' ')))
		return dx_brat_refuse(r, r->line, "not an attribute such as \"Stance E1 oppose\"");
	if (dx_utf8_check(rest, NULL))
		return dx_brat_refuse(r, r->line, "not valid UTF-8");
	v.value = cut(&rest, ' ');
	return put_remark(r, v);
}

/* Only notes of annotators: brat keeps other things under # as well. */
static dx_status take_note(dx_brat_parts *r, dx_str rest)
{
	dx_brat_remark v = { .line = r->line };
	dx_str head = cut(&rest, '\t');
	if (!dx_brat_word_is(cut(&head, ' '), "annotatornotes"))
		return DX_OK;
	if (!ref_of(&v.ref, head))
		return dx_brat_refuse(r, r->line, "not a note such as \"AnnotatorNotes E1\"");
	if (dx_utf8_check(rest, NULL))
		return dx_brat_refuse(r, r->line, "not valid UTF-8");
	v.value = rest;
	return put_remark(r, v);
}

static dx_status take_line(dx_brat_parts *r, dx_str line, size_t *lines)
{
	dx_brat_ref id;
	dx_str head = cut(&line, '\t');
	bool numbered = ref_of(&id, head);
	switch (id.letter) {
	case '#':
		return take_note(r, line);
	case '*':                                        /* marks of one meaning, normalizations, modifications */
	case 'N':
	case 'M':
		return DX_OK;
	case 'T':
	case 'E':
	case 'R':
	case 'A':
		if (numbered)
			break;
		/* fall through */
	default:
		return dx_brat_refuse(r, r->line, "not an annotation: it does not begin with T, E, R, A and a number, or with #, N, M, *, and a tab");
	}
	return id.letter == 'T' ? take_mark(r, id, line, lines) : id.letter == 'E' ? take_event(r, id, line)
	     : id.letter == 'R' ? take_relation(r, line) : take_attribute(r, line);
}

/* Whether a line begins like an annotation: "T12<tab>". What does not, behind a T line that was refused, is taken for its text. */
static bool begins(dx_str line)
{
	dx_brat_ref id;
	dx_str head = cut(&line, '\t');
	return line.n && head.n && strchr("TERANM#*", head.p[0]) && (head.n == 1 || ref_of(&id, head));
}

dx_status dx_brat_lines(dx_brat_parts *r)
{
	dx_status st = count(r);
	bool lost = false;                               /* behind a T line that was refused */
	while (r->at < r->notes.n && st != DX_ENOMEM) {
		dx_str rest = { r->notes.p + r->at, r->notes.n - r->at }, line = cut(&rest, '\n');
		size_t more = 0;
		r->at = (size_t)(rest.p - r->notes.p);
		r->line++;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!line.n || (lost && !begins(line)))
			continue;
		st = take_line(r, line, &more);
		lost = st == DX_EFORMAT && line.p[0] == 'T';
		r->line += more;
	}
	return st == DX_ENOMEM ? st : DX_OK;
}
