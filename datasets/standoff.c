#include "datasets/standoff.h"
#include <errno.h>
#include <stdlib.h>

enum { AT, STANCE, TARGET_BEG, TARGET_END, N_LABEL_COLUMN };            /* of labels for a quote of the records */
enum { CONTENT, CUE, SOURCE, QUOTE_STANCE, QUOTE_TARGET_BEG, QUOTE_TARGET_END, N_QUOTE_COLUMN };       /* of a quote */
enum { TEXT_BEG, TEXT_END, LABEL, TARGET, N_STATEMENT_COLUMN };         /* of a statement */

typedef struct reader reader;
struct reader {
	dx_status (*row)(reader *r, char **col);
	int n_column;
	const dx_record *recs;
	size_t n, hint;
	const dx_record *rec;                    /* of the last "# doc" line; NULL: recs lack it */
	bool begun;
	dx_standoff_log *log;
	dx_arena *arena;
	dx_err *err;
	size_t line;
	dx_record **out;                         /* statements, or articles with quotes, go here */
	size_t *n_out, *cap;
	bool open;                               /* the last of out is of the last "# doc" line: */
	size_t quote_cap;                        /* and its quotes have room for so many */
};

static dx_status refuse(reader *r, const char *why)
{
	if (r->err)
		r->err->offset = r->line;
	return dx_fail(r->err, DX_EFORMAT, "line %zu: %s", r->line, why);
}

static dx_status pass_over(reader *r, const char *why)
{
	r->log->n_bad++;
	if (r->log->bad)
		r->log->bad(r->log->ctx, r->line, why);
	return DX_OK;
}

/* Articles mostly come in the order of the records: the search begins behind the last find. */
static void find_record(reader *r, dx_str id)
{
	r->begun = true;
	r->open = false;
	r->rec = NULL;
	for (size_t k = 0; k < r->n && !r->rec; k++) {
		const size_t i = (r->hint + k) % r->n;
		if (!r->recs[i].is_statement && dx_str_eq(r->recs[i].id, id)) {
			r->rec = r->recs + i;
			r->hint = i + 1;
		}
	}
}

static bool number(uint32_t *out, const char *s)
{
	char *end;
	errno = 0;
	const unsigned long v = strtoul(s, &end, 10);
	*out = (uint32_t)v;
	return end != s && !*end && !errno && *s != '-' && v <= UINT32_MAX;
}

static dx_quote *quote_at(const dx_record *rec, uint32_t content)
{
	for (size_t i = 0; i < rec->n_quotes; i++)
		if (rec->quotes[i].content.n && rec->quotes[i].content.v[0].beg == content)
			return rec->quotes + i;
	return NULL;
}

static bool starts_character(dx_str text, uint32_t at)
{
	return at == text.n || ((unsigned char)text.p[at] & 0xc0) != 0x80;
}

static bool is_span(dx_str text, uint32_t beg, uint32_t end)
{
	return beg < end && end <= text.n && starts_character(text, beg) && starts_character(text, end);
}

/* The column as a string in the arena; p = NULL: out of memory. */
static dx_str keep(reader *r, const char *col)
{
	const char *p = dx_arena_strdup(r->arena, dx_str_of(col));
	return (dx_str){ p, p ? strlen(p) : 0 };
}

static dx_status no_memory(reader *r)
{
	return dx_fail(r->err, DX_ENOMEM, "out of memory: stances");
}

static dx_status label_row(reader *r, char **col)
{
	uint32_t content, beg, end;
	if (!number(&content, col[AT]) || !number(&beg, col[TARGET_BEG]) || !number(&end, col[TARGET_END]))
		return refuse(r, "an offset is not a number");
	if (!r->rec)
		return DX_OK;
	dx_quote *q = quote_at(r->rec, content);
	const dx_str text = r->rec->text;
	if (!q)
		return pass_over(r, "no quote's content begins there");
	if (!is_span(text, beg, end))
		return pass_over(r, "the target is not a span of the text");
	if (q->stance.n)
		return DX_OK;
	const dx_str stance = keep(r, col[STANCE]);
	if (!stance.p)
		return no_memory(r);
	q->stance = stance;
	q->target = (dx_str){ text.p + beg, end - beg };
	r->log->n_set++;
	return DX_OK;
}

/* Spans from "120-180,190-220"; "-" is none. *fits: in order and inside the text. Refused: no such list. */
static dx_status spans(dx_spans *out, bool *fits, reader *r, char *col)
{
	size_t cap = 0;
	char *save = NULL;
	*out = (dx_spans){ NULL, 0 };
	if (!strcmp(col, "-"))
		return DX_OK;
	for (char *s = strtok_r(col, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		char *dash = strchr(s, '-');
		dx_span at;
		if (dash)
			*dash = '\0';
		if (!dash || !number(&at.beg, s) || !number(&at.end, dash + 1))
			return refuse(r, "a span is not two numbers with a hyphen between");
		*fits &= is_span(r->rec->text, at.beg, at.end) && (!out->n || at.beg >= out->v[out->n - 1].end);
		if (!DX_PUSH(r->arena, out->v, out->n, cap, at))
			return no_memory(r);
	}
	return DX_OK;
}

/* To the record for the article at hand, which is made for its first quote. */
static dx_status add_quote(reader *r, dx_quote q)
{
	const dx_record s = { .id = r->rec->id, .text = r->rec->text };
	if (!r->open && !DX_PUSH(r->arena, *r->out, *r->n_out, *r->cap, s))
		return no_memory(r);
	if (!r->open)
		r->quote_cap = 0;
	r->open = true;
	dx_record *rec = *r->out + *r->n_out - 1;
	if (!DX_PUSH(r->arena, rec->quotes, rec->n_quotes, r->quote_cap, q))
		return no_memory(r);
	r->log->n_set++;
	return DX_OK;
}

static dx_status quote_row(reader *r, char **col)
{
	dx_quote q = dx_quote_empty();
	bool fits = true;
	if (!number(&q.target_span.beg, col[QUOTE_TARGET_BEG]) || !number(&q.target_span.end, col[QUOTE_TARGET_END]))
		return refuse(r, "an offset is not a number");
	if (!r->rec)
		return DX_OK;
	dx_status st = spans(&q.content, &fits, r, col[CONTENT]);
	if (!st)
		st = spans(&q.cue, &fits, r, col[CUE]);
	if (!st)
		st = spans(&q.source, &fits, r, col[SOURCE]);
	if (st)
		return st;
	const dx_str text = r->rec->text;
	if (!fits || !q.content.n || !is_span(text, q.target_span.beg, q.target_span.end))
		return pass_over(r, "content, cue, source or target are no spans of the text");
	q.type = dx_quote_guess_type(&q.content, text);
	q.stance = keep(r, col[QUOTE_STANCE]);
	q.target = (dx_str){ text.p + q.target_span.beg, q.target_span.end - q.target_span.beg };
	return q.stance.p ? add_quote(r, q) : no_memory(r);
}

static dx_status statement_row(reader *r, char **col)
{
	uint32_t beg, end;
	if (!number(&beg, col[TEXT_BEG]) || !number(&end, col[TEXT_END]))
		return refuse(r, "an offset is not a number");
	if (!r->rec)
		return DX_OK;
	if (!is_span(r->rec->text, beg, end))
		return pass_over(r, "the statement is not a span of the text");
	const dx_record s = { .is_statement = true, .text = { r->rec->text.p + beg, end - beg }, .stance = keep(r, col[LABEL]), .target = keep(r, col[TARGET]) };
	if (!s.stance.p || !s.target.p || !DX_PUSH(r->arena, *r->out, *r->n_out, *r->cap, s))
		return no_memory(r);
	r->log->n_set++;
	return DX_OK;
}

static dx_status split_row(reader *r, char *line)
{
	char *col[N_QUOTE_COLUMN], *save = NULL;
	for (int i = 0; i < r->n_column; i++)
		if (!(col[i] = strtok_r(i ? NULL : line, "\t", &save)))
			return refuse(r, r->n_column == N_QUOTE_COLUMN ? "fewer than six columns" : "fewer than four columns");
	return r->begun ? r->row(r, col) : refuse(r, "a row before the first \"# doc\" line");
}

static dx_status read_rows(reader *r, FILE *from)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	dx_status st = DX_OK;
	while (!st && (len = getline(&line, &cap, from)) >= 0) {
		r->line++;
		if (len && line[len - 1] == '\n')
			line[--len] = 0;
		if (!strncmp(line, "# doc ", 6))
			find_record(r, (dx_str){ line + 6, (size_t)len - 6 });
		else if (len && *line != '#')
			st = split_row(r, line);
	}
	free(line);
	return !st && ferror(from) ? dx_fail(r->err, DX_EIO, "read failed") : st;
}

dx_status dx_standoff_read(dx_record *recs, size_t n, FILE *from, dx_standoff_log *log, dx_arena *arena, dx_err *err)
{
	reader r = { .row = label_row, .n_column = N_LABEL_COLUMN, .recs = recs, .n = n, .log = log, .arena = arena, .err = err };
	return read_rows(&r, from);
}

/* Rows that become records. */
static dx_status read_new(dx_status (*row)(reader *r, char **col), int n_column, const dx_standoff_to *to, const dx_record *recs, size_t n, FILE *from,
                          dx_standoff_log *log, dx_err *err)
{
	reader r = { .row = row, .n_column = n_column, .recs = recs, .n = n, .log = log, .arena = to->arena, .err = err, .out = to->v, .n_out = to->n,
		.cap = to->cap };
	return read_rows(&r, from);
}

dx_status dx_standoff_statements(const dx_standoff_to *to, const dx_record *recs, size_t n, FILE *from, dx_standoff_log *log, dx_err *err)
{
	return read_new(statement_row, N_STATEMENT_COLUMN, to, recs, n, from, log, err);
}

dx_status dx_standoff_quotes(const dx_standoff_to *to, const dx_record *recs, size_t n, FILE *from, dx_standoff_log *log, dx_err *err)
{
	return read_new(quote_row, N_QUOTE_COLUMN, to, recs, n, from, log, err);
}
