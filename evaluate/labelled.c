#include "evaluate/labelled.h"

typedef struct { dx_record *v; size_t n, cap; } records;

static dx_status read_articles(records *out, FILE *from, dx_standoff_log *log, dx_arena *arena, dx_err *err)
{
	dx_lines in = { .from = from };
	dx_status st = DX_OK;
	dx_str line;
	bool more = true;
	while (!st && !(st = dx_lines_next(&line, &more, &in, err)) && more) {
		dx_record r;
		dx_err why = { 0 };
		st = dx_record_parse(&r, line, arena, &why);
		if (!st && !DX_PUSH(arena, out->v, out->n, out->cap, r)) {
			dx_record_fini(&r);
			st = dx_fail(err, DX_ENOMEM, "out of memory: %zu articles", out->n);
		} else if (st && st != DX_ENOMEM) {
			log->n_bad++;
			if (log->bad)
				log->bad(log->ctx, in.n_line, why.msg);
			st = DX_OK;
		} else if (st) {
			*err = why;
		}
	}
	dx_lines_fini(&in);
	return st;
}

static dx_status write_one(FILE *to, const dx_record *with, dx_err *err)
{
	dx_record r;
	dx_status st = dx_record_of_text(&r, with->id, with->text, err);
	if (st)
		return st;
	r.has_quotes = true;
	r.quotes = with->quotes;
	r.n_quotes = with->n_quotes;
	st = dx_record_update(&r, DX_OFF_BYTE, err);
	if (!st)
		st = dx_record_write(&r, to, err);
	dx_record_fini(&r);
	return st;
}

dx_status dx_labelled_write(FILE *to, FILE *articles, dx_standoff_log *in_articles, FILE *labels, dx_standoff_log *in_labels, dx_arena *arena, dx_err *err)
{
	records in = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	const dx_standoff_to into = { &out.v, &out.n, &out.cap, arena };
	dx_status st = read_articles(&in, articles, in_articles, arena, err);
	if (!st)
		st = dx_standoff_quotes(&into, in.v, in.n, labels, in_labels, err);
	for (size_t i = 0; i < out.n && !st; i++)
		st = write_one(to, out.v + i, err);
	for (size_t i = 0; i < in.n; i++)
		dx_record_fini(in.v + i);
	return st;
}
