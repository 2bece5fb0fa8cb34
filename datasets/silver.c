#include "datasets/silver.h"
#include "features/tagset.h"
#include <stdlib.h>

#define N_COLUMN 6

typedef struct { dx_silver *out; dx_arena *arena; dx_err *err; size_t line, cap_id, cap_beg, cap_tok; } reader;

static dx_status bad(reader *r, const char *why)
{
	if (r->err)
		r->err->offset = r->line;
	return dx_fail(r->err, DX_EFORMAT, "line %zu: %s", r->line, why);
}

static dx_status start_doc(reader *r, dx_str id)
{
	dx_silver *s = r->out;
	char *copy = dx_arena_strdup(r->arena, id);
	size_t n_beg = s->n_doc;
	if (!copy || !DX_PUSH(r->arena, s->beg, n_beg, r->cap_beg, s->n_tok) || !DX_PUSH(r->arena, s->id, s->n_doc, r->cap_id, copy))
		return dx_fail(r->err, DX_ENOMEM, "out of memory: silver tokens");
	return DX_OK;
}

static dx_status row(reader *r, char *line)
{
	char *col[N_COLUMN], *save = NULL, *end;
	for (int i = 0; i < N_COLUMN; i++)
		if (!(col[i] = strtok_r(i ? NULL : line, "\t", &save)))
			return bad(r, "fewer than six columns");
	if (!r->out->n_doc)
		return bad(r, "a token before the first \"# doc\" line");
	dx_silver_tok t = { .pos = (uint8_t)dx_pos_of_penn(dx_str_of(col[4])), .ner = (uint8_t)dx_ner_of_name(dx_str_of(col[5])) };
	t.span.beg = (uint32_t)strtoul(col[0], &end, 10);
	if (*end || end == col[0])
		return bad(r, "begin is not a number");
	t.span.end = (uint32_t)strtoul(col[1], &end, 10);
	if (*end || end == col[1] || t.span.end < t.span.beg)
		return bad(r, "end is not a number behind begin");
	return DX_PUSH(r->arena, r->out->tok, r->out->n_tok, r->cap_tok, t) ? DX_OK : dx_fail(r->err, DX_ENOMEM, "out of memory: silver tokens");
}

dx_status dx_silver_read(dx_silver *out, FILE *from, dx_arena *arena, dx_err *err)
{
	reader r = { out, arena, err, 0, 0, 0, 0 };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	dx_status st = DX_OK;
	*out = (dx_silver){ 0 };
	while (!st && (n = getline(&line, &cap, from)) >= 0) {
		r.line++;
		if (n && line[n - 1] == '\n')
			line[--n] = 0;
		if (!strncmp(line, "# doc ", 6))
			st = start_doc(&r, (dx_str){ line + 6, (size_t)n - 6 });
		else if (n && *line != '#')
			st = row(&r, line);
	}
	free(line);
	if (!st && ferror(from))
		st = dx_fail(err, DX_EIO, "read failed");
	size_t n_beg = out->n_doc;
	if (!st && !DX_PUSH(arena, out->beg, n_beg, r.cap_beg, out->n_tok))
		st = dx_fail(err, DX_ENOMEM, "out of memory: silver tokens");
	return st;
}

size_t dx_silver_find(const dx_silver *s, dx_str id, size_t *hint)
{
	for (size_t k = 0; k < s->n_doc; k++) {
		size_t i = (*hint + k) % s->n_doc;
		if (dx_str_eq(dx_str_of(s->id[i]), id)) {
			*hint = i + 1;
			return i;
		}
	}
	return s->n_doc;
}

void dx_silver_align(dx_doc *d, const dx_silver *s, size_t i_doc)
{
	size_t k = s->beg[i_doc];
	const size_t end = s->beg[i_doc + 1];
	for (size_t i = 0; i < d->n_tok; i++) {
		uint32_t at = d->tok[i].span.beg;
		while (k < end && s->tok[k].span.end <= at)
			k++;
		bool hit = k < end && s->tok[k].span.beg <= at;
		d->tok[i].pos = hit ? s->tok[k].pos : DX_POS_NONE;
		d->tok[i].ner = hit ? s->tok[k].ner : DX_NER_NONE;
	}
}
