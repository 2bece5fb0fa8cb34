/* brat.c - lines of a .ann file become marks, events, relations and remarks; these become quotes; these become JSON, which the record
 * reader checks like any other. */
#include "datasets/brat.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "datasets/json_memory.h"
#include "features/utf8.h"

#define STEP 256                                         /* code points between two entries of the table of places */
#define NONE SIZE_MAX

typedef enum { OTHER, CONTENT, SOURCE, CUE, N_ROLE } role;
static const char *const ROLE[N_ROLE] = { "", "content", "source", "cue" };

/* T or E and a number. */
typedef struct { char letter; uint32_t number; } ref;

typedef struct {                                         /* a T line */
	uint32_t number;
	size_t line, quote;                              /* quote: whose trigger, content or cue this is; NONE */
	bool used;                                       /* as the content of an event, of a refused one too */
	role role;
	dx_spans at;
} mark;

typedef struct { role role; ref ref; } argument;

typedef struct {                                         /* an E line */
	uint32_t number;
	size_t line, quote;                              /* quote: NONE where it is none */
	ref trigger;
	argument *arg;
	size_t n_arg;
} event;

typedef struct { size_t line; ref a, b; } relation;      /* an R line */
typedef struct { size_t line; ref ref; dx_str name, value; } remark;     /* an A line, or a note: without name */

typedef struct { dx_quote q; bool has_type, has_kind; } found;

typedef struct {
	dx_str text, notes;
	const char *path;
	dx_brat_log *log;
	dx_arena *arena;
	size_t at, line;                                 /* where reading of notes stands; the line that is read */
	uint32_t *byte, n_cp;                            /* byte of every STEP-th code point */
	mark *mark;
	event *event, **by_number;
	relation *relation;
	remark *remark;
	found *quote;
	size_t n_mark, n_event, n_relation, n_remark, n_quote, cap_mark, cap_event, cap_relation, cap_remark, cap_quote;
} reader;

/* Lines go wrong in two ways: DX_EFORMAT concerns the line, DX_ENOMEM all of it. */
static dx_status bad(reader *r, size_t line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static dx_status bad(reader *r, size_t line, const char *fmt, ...)
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

static dx_status count(reader *r)
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
static uint32_t byte_of(const reader *r, uint32_t cp)
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
static void tidy(dx_spans *s, dx_str text)
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

static bool same_word(dx_str a, const char *b)
{
	size_t i = 0;
	while (i < a.n && b[i] && tolower((unsigned char)a.p[i]) == b[i])
		i++;
	return i == a.n && !b[i];
}

/* Content, content or Content2. */
static role role_of(dx_str name)
{
	while (name.n && dx_ascii_digit((unsigned char)name.p[name.n - 1]))
		name.n--;
	for (int i = CONTENT; i < N_ROLE; i++)
		if (same_word(name, ROLE[i]))
			return (role)i;
	return OTHER;
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

static bool ref_of(ref *out, dx_str s)
{
	*out = (ref){ .letter = s.n ? s.p[0] : 0 };
	return s.n > 1 && number_of(&out->number, (dx_str){ s.p + 1, s.n - 1 });
}

/* --- T: marks --- */

/* "10 15;20 31", in the order of the line. */
static dx_status take_ranges(reader *r, dx_spans *out, dx_str s)
{
	dx_span v[DX_BRAT_PIECES];
	size_t n = 0;
	while (s.n) {
		uint32_t beg, end;
		dx_str piece = cut(&s, ';'), first = cut(&piece, ' ');
		if (n == DX_COUNT(v))
			return bad(r, r->line, "more than %d pieces", DX_BRAT_PIECES);
		if (!number_of(&beg, first) || !number_of(&end, piece))
			return bad(r, r->line, "offsets are not \"BEGIN END\" or \"BEGIN END;BEGIN END\"");
		if (beg >= end || end > r->n_cp)
			return bad(r, r->line, "characters %u to %u are not inside the text (0 to %u)", beg, end, r->n_cp);
		v[n++] = (dx_span){ byte_of(r, beg), byte_of(r, end) };
	}
	if (!n)
		return bad(r, r->line, "no offsets");
	out->v = dx_arena_array(r->arena, n, sizeof *out->v);
	if (!out->v)
		return DX_ENOMEM;
	memcpy(out->v, v, n * sizeof *v);
	out->n = n;
	return DX_OK;
}

/* Whether notes go on at *at with the text of these pieces: byte for byte, but any white space for any, and one more between two pieces;
 * then the line must end. *at moves behind it. */
static bool same_text(const reader *r, size_t *at, dx_spans s)
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
static dx_status take_mark(reader *r, ref id, dx_str rest, size_t *lines)
{
	dx_str where = cut(&rest, '\t'), type = cut(&where, ' ');
	mark m = { .number = id.number, .line = r->line, .quote = NONE, .role = role_of(type) };
	size_t at = (size_t)(rest.p - r->notes.p), end = at;
	dx_status st = take_ranges(r, &m.at, where);
	if (st)
		return st;
	if (!same_text(r, &end, m.at))
		return bad(r, r->line, "T%u: its text is not what stands at its offsets", id.number);
	for (size_t i = at; i + 1 < end; i++)
		*lines += r->notes.p[i] == '\n';
	r->at = end > r->at ? end : r->at;
	trim(&m.at, r->text);
	if (!m.at.n)
		return bad(r, r->line, "T%u: nothing but line ends", id.number);
	tidy(&m.at, r->text);
	return DX_PUSH(r->arena, r->mark, r->n_mark, r->cap_mark, m) ? DX_OK : DX_ENOMEM;
}

/* --- E, R, A, #: what is said of marks --- */

static dx_status take_event(reader *r, ref id, dx_str rest)
{
	argument arg[DX_BRAT_PIECES];
	event e = { .number = id.number, .line = r->line, .quote = NONE };
	dx_str trigger = cut(&rest, ' ');
	cut(&trigger, ':');
	if (!ref_of(&e.trigger, trigger) || e.trigger.letter != 'T')
		return bad(r, r->line, "E%u: no trigger such as \"Quote:T1\"", id.number);
	while (rest.n) {
		dx_str a = cut(&rest, ' '), name = cut(&a, ':');
		if (!name.n && !a.n)
			continue;
		if (e.n_arg == DX_COUNT(arg))
			return bad(r, r->line, "E%u: more than %d roles", id.number, DX_BRAT_PIECES);
		arg[e.n_arg].role = role_of(name);
		if (!ref_of(&arg[e.n_arg++].ref, a))
			return bad(r, r->line, "E%u: a role is not such as \"Source:T1\"", id.number);
	}
	e.arg = dx_arena_array(r->arena, e.n_arg, sizeof *arg);
	if (!e.arg)
		return DX_ENOMEM;
	if (e.n_arg)
		memcpy(e.arg, arg, e.n_arg * sizeof *arg);
	return DX_PUSH(r->arena, r->event, r->n_event, r->cap_event, e) ? DX_OK : DX_ENOMEM;
}

static dx_status take_relation(reader *r, dx_str rest)
{
	relation v = { .line = r->line };
	cut(&rest, ' ');
	dx_str a = cut(&rest, ' '), b = cut(&rest, ' ');
	cut(&a, ':');
	cut(&b, ':');
	if (!ref_of(&v.a, a) || !ref_of(&v.b, b))
		return bad(r, r->line, "not a relation such as \"Said Arg1:T1 Arg2:T2\"");
	return DX_PUSH(r->arena, r->relation, r->n_relation, r->cap_relation, v) ? DX_OK : DX_ENOMEM;
}

static dx_status put_remark(reader *r, remark v)
{
	return DX_PUSH(r->arena, r->remark, r->n_remark, r->cap_remark, v) ? DX_OK : DX_ENOMEM;
}

static dx_status take_attribute(reader *r, dx_str rest)
{
	remark v = { .line = r->line, .name = cut(&rest, ' ') };
	if (!v.name.n || !ref_of(&v.ref, cut(&rest, ' ')))
		return bad(r, r->line, "not an attribute such as \"Stance E1 oppose\"");
	if (dx_utf8_check(rest, NULL))
		return bad(r, r->line, "not valid UTF-8");
	v.value = cut(&rest, ' ');
	return put_remark(r, v);
}

/* Only notes of annotators: brat keeps other things under # as well. */
static dx_status take_note(reader *r, dx_str rest)
{
	remark v = { .line = r->line };
	dx_str head = cut(&rest, '\t');
	if (!same_word(cut(&head, ' '), "annotatornotes"))
		return DX_OK;
	if (!ref_of(&v.ref, head))
		return bad(r, r->line, "not a note such as \"AnnotatorNotes E1\"");
	if (dx_utf8_check(rest, NULL))
		return bad(r, r->line, "not valid UTF-8");
	v.value = rest;
	return put_remark(r, v);
}

static dx_status take_line(reader *r, dx_str line, size_t *lines)
{
	ref id;
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
		return bad(r, r->line, "not an annotation: it does not begin with T, E, R, A and a number, or with #, N, M, *, and a tab");
	}
	return id.letter == 'T' ? take_mark(r, id, line, lines) : id.letter == 'E' ? take_event(r, id, line)
	     : id.letter == 'R' ? take_relation(r, line) : take_attribute(r, line);
}

/* Whether a line begins like an annotation: "T12<tab>". What does not, behind a T line that was refused, is taken for its text. */
static bool begins(dx_str line)
{
	ref id;
	dx_str head = cut(&line, '\t');
	return line.n && head.n && strchr("TERANM#*", head.p[0]) && (head.n == 1 || ref_of(&id, head));
}

static dx_status take_lines(reader *r)
{
	dx_status st = DX_OK;
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

/* --- from marks to quotes --- */

static int by_place(uint32_t a, uint32_t b, size_t line_a, size_t line_b)
{
	return a != b ? (a < b ? -1 : 1) : line_a < line_b ? -1 : line_a > line_b;
}

static int compare_marks(const void *a, const void *b)
{
	const mark *x = a, *y = b;
	return by_place(x->number, y->number, x->line, y->line);
}

static int compare_events(const void *a, const void *b)
{
	const event *x = *(event *const *)a, *y = *(event *const *)b;
	return by_place(x->number, y->number, x->line, y->line);
}

/* Sorts both for finding; of those that share a number the first counts. */
static dx_status sort(reader *r)
{
	r->by_number = dx_arena_array(r->arena, r->n_event, sizeof *r->by_number);
	if (!r->by_number)
		return DX_ENOMEM;
	for (size_t i = 0; i < r->n_event; i++)
		r->by_number[i] = r->event + i;
	if (r->n_event)
		qsort(r->by_number, r->n_event, sizeof *r->by_number, compare_events);
	if (r->n_mark)
		qsort(r->mark, r->n_mark, sizeof *r->mark, compare_marks);
	for (size_t i = 1; i < r->n_event; i++)
		if (r->by_number[i]->number == r->by_number[i - 1]->number)
			bad(r, r->by_number[i]->line, "E%u is there already", r->by_number[i]->number);
	for (size_t i = 1; i < r->n_mark; i++)
		if (r->mark[i].number == r->mark[i - 1].number) {
			bad(r, r->mark[i].line, "T%u is there already", r->mark[i].number);
			r->mark[i].role = OTHER;
		}
	return DX_OK;
}

static event *find_event(const reader *r, uint32_t number)
{
	size_t lo = 0, hi = r->n_event;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (r->by_number[mid]->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->n_event && r->by_number[lo]->number == number ? r->by_number[lo] : NULL;
}

/* An event stands for its trigger. NULL: not there. */
static mark *find_mark(const reader *r, ref id)
{
	const event *e = id.letter == 'E' ? find_event(r, id.number) : NULL;
	size_t lo = 0, hi = r->n_mark;
	if (e)
		id = e->trigger;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (r->mark[mid].number < id.number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return id.letter == 'T' && lo < r->n_mark && r->mark[lo].number == id.number ? r->mark + lo : NULL;
}

/* Adds the pieces of more to s. */
static dx_status unite(reader *r, dx_spans *s, dx_spans more)
{
	dx_span *v = dx_arena_array(r->arena, s->n + more.n, sizeof *v);
	if (!v)
		return DX_ENOMEM;
	if (s->n)
		memcpy(v, s->v, s->n * sizeof *v);
	if (more.n)
		memcpy(v + s->n, more.v, more.n * sizeof *v);
	*s = (dx_spans){ v, s->n + more.n };
	tidy(s, r->text);
	return DX_OK;
}

static bool same_spans(dx_spans a, dx_spans b)
{
	return a.n == b.n && (!a.n || !memcmp(a.v, b.v, a.n * sizeof *a.v));
}

/* Makes m a part of quote i. */
static dx_status join(reader *r, size_t i, role as, mark *m)
{
	dx_quote *q = &r->quote[i].q;
	if (as != SOURCE && m->quote == NONE)
		m->quote = i;
	return as == OTHER ? DX_OK : unite(r, as == CONTENT ? &q->content : as == SOURCE ? &q->source : &q->cue, m->at);
}

static dx_status new_quote(reader *r, size_t *i)
{
	found f = { .q = dx_quote_empty() };
	*i = r->n_quote;
	return DX_PUSH(r->arena, r->quote, r->n_quote, r->cap_quote, f) ? DX_OK : DX_ENOMEM;
}

/* What makes an event a quote: a content. *is: whether it has one; one that is only half a quote, or names what is not there, is bad. */
static dx_status check_event(reader *r, bool *is, const event *e, mark *trigger)
{
	bool any = trigger && trigger->role != OTHER;
	dx_status st = DX_OK;
	*is = trigger && trigger->role == CONTENT;
	if (!trigger)
		st = bad(r, e->line, "E%u: its trigger T%u is not there", e->number, e->trigger.number);
	for (size_t i = 0; i < e->n_arg; i++) {
		mark *m = e->arg[i].role == OTHER ? NULL : find_mark(r, e->arg[i].ref);
		if (m && e->arg[i].role == CONTENT)
			m->used = *is = true;
		if (!m && e->arg[i].role != OTHER && !st)
			st = bad(r, e->line, "E%u: its %s %c%u is not there", e->number, ROLE[e->arg[i].role],
			         isalpha((unsigned char)e->arg[i].ref.letter) ? e->arg[i].ref.letter : '?', e->arg[i].ref.number);
		any |= e->arg[i].role != OTHER;
	}
	return st || *is || !any ? st : bad(r, e->line, "E%u: a quote without a content", e->number);
}

static dx_status make_quote(reader *r, event *e)
{
	mark *trigger = find_mark(r, e->trigger);
	bool is;
	dx_status st = check_event(r, &is, e, trigger);
	if (trigger && trigger->role == CONTENT)
		trigger->used = true;
	if (st || !is)
		return st;
	st = new_quote(r, &e->quote);
	for (size_t i = 0; i < e->n_arg && !st; i++)
		if (e->arg[i].role != OTHER)
			st = join(r, e->quote, e->arg[i].role, find_mark(r, e->arg[i].ref));
	if (!st && (trigger->role != OTHER || !same_spans(trigger->at, r->quote[e->quote].q.content)))
		st = join(r, e->quote, trigger->role == OTHER ? CUE : trigger->role, trigger);
	return st;
}

static dx_status make_quotes(reader *r)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n_event && st != DX_ENOMEM; i++)
		if (find_event(r, r->event[i].number) == r->event + i)
			st = make_quote(r, r->event + i);
	for (size_t i = 0; i < r->n_mark && st != DX_ENOMEM; i++) {
		size_t n;
		mark *m = r->mark + i;
		if (m->role != CONTENT || m->used || m->quote != NONE)
			continue;
		st = new_quote(r, &n);
		if (!st)
			st = join(r, n, CONTENT, m);
	}
	return st == DX_ENOMEM ? st : DX_OK;
}

/* Makes b a part of a's quote, if it can be one. */
static dx_status tie(reader *r, size_t line, const mark *a, mark *b)
{
	if (a->quote == NONE || (b->role != SOURCE && b->role != CUE))
		return DX_OK;
	const dx_quote *q = &r->quote[a->quote].q;
	if ((b->role == SOURCE ? q->source.n : q->cue.n) + b->at.n > DX_BRAT_PIECES)
		return bad(r, line, "more than %d pieces in one %s", DX_BRAT_PIECES, ROLE[b->role]);
	return join(r, a->quote, b->role, b);
}

/* Contents first, since their cues have a quote only then. */
static dx_status tie_all(reader *r, bool contents)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < r->n_relation && st != DX_ENOMEM; i++) {
		const relation *v = r->relation + i;
		mark *a = find_mark(r, v->a), *b = find_mark(r, v->b);
		if (!a || !b)
			st = contents ? bad(r, v->line, "its %s argument is not there", a ? "second" : "first") : DX_OK;
		else if (contents == (a->role == CONTENT || b->role == CONTENT))
			st = a->role == CONTENT || (b->role != CONTENT && a->quote != NONE) ? tie(r, v->line, a, b) : tie(r, v->line, b, a);
	}
	return st == DX_ENOMEM ? st : DX_OK;
}

/* --- what is remarked of quotes --- */

static bool starts(dx_str *s, const char *with)
{
	const size_t n = strlen(with);
	if (s->n < n || memcmp(s->p, with, n))
		return false;
	*s = (dx_str){ s->p + n, s->n - n };
	return true;
}

/* "speaker: NAME; target: WHAT", or one of the two. Other notes are the annotator's own. */
static void note(dx_quote *q, dx_str s)
{
	static const char MIDDLE[] = "; target: ";
	const size_t n = sizeof MIDDLE - 1;
	if (starts(&s, "target: "))
		q->target = s;
	else if (starts(&s, "speaker: ")) {
		size_t at = s.n;
		for (size_t i = s.n; i > 1 && at == s.n; i--)    /* the last one: names may hold anything */
			if (s.n - (i - 1) > n && !memcmp(s.p + i - 1, MIDDLE, n))
				at = i - 1;
		q->speaker = (dx_str){ s.p, at };
		if (at < s.n)
			q->target = (dx_str){ s.p + at + n, s.n - at - n };
	}
}

static void attribute(reader *r, found *f, const remark *v)
{
	found to = *f;
	bool good = true;
	if (same_word(v->name, "type"))
		good = to.has_type = dx_type_parse(&to.q.type, v->value);
	else if (same_word(v->name, "kind"))
		good = to.has_kind = dx_kind_parse(&to.q.kind, v->value);
	else if (same_word(v->name, "act"))
		good = v->value.n && dx_act_parse(&to.q.act, v->value);
	else if (same_word(v->name, "stance")) {
		good = v->value.n > 0;
		to.q.stance = v->value;
	}
	if (good)
		*f = to;
	else
		bad(r, v->line, "not a value that %.*s can have", DX_ARG(v->name));
}

static void remark_all(reader *r)
{
	for (size_t i = 0; i < r->n_remark; i++) {
		const remark *v = r->remark + i;
		const bool of_event = v->ref.letter == 'E';
		const event *e = of_event ? find_event(r, v->ref.number) : NULL;
		const mark *m = of_event ? NULL : find_mark(r, v->ref);
		const size_t at = e ? e->quote : m ? m->quote : NONE;
		if (!e && !m && (of_event || v->ref.letter == 'T'))
			bad(r, v->line, "%c%u is not there", v->ref.letter, v->ref.number);
		else if (at != NONE && v->name.n)
			attribute(r, r->quote + at, v);
		else if (at != NONE)
			note(&r->quote[at].q, v->value);
	}
}

/* --- as JSON --- */

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

static bool put_quote(json_t *quotes, const found *f)
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
static char *make_line(const reader *r, dx_str id)
{
	json_t *o = json_object(), *quotes = json_array();
	bool good = o && quotes && put_str(o, "id", id) && put(o, "text", json_stringn(r->text.p, r->text.n));
	for (size_t i = 0; i < r->n_quote && good; i++)
		good = put_quote(quotes, r->quote + i);
	good = o && put(o, "quotes", quotes) && good;
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
	reader r = { .text = text, .notes = notes, .path = path, .log = log, .arena = arena };
	if (text.n > DX_BRAT_MOST || notes.n > DX_BRAT_MOST)
		return dx_fail(err, DX_ELIMIT, "larger than %zu MB", DX_BRAT_MOST >> 20);
	if (dx_utf8_check(text, err))
		return DX_EUTF8;
	dx_status st = count(&r);
	if (!st)
		st = take_lines(&r);
	if (!st)
		st = sort(&r);
	if (!st)
		st = make_quotes(&r);
	if (!st)
		st = tie_all(&r, true);
	if (!st)
		st = tie_all(&r, false);
	if (st)
		return no_memory(err);
	remark_all(&r);
	char *line = make_line(&r, id);
	st = line ? dx_record_parse(out, dx_str_of(line), arena, err) : no_memory(err);
	free(line);
	return st;
}
