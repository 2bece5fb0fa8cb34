#include "train/load.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include "datasets/brat.h"
#include "datasets/seesaw.h"
#include "datasets/table.h"

static dx_status add(dx_records *r, dx_record rec, dx_arena *arena, dx_err *err)
{
	if (DX_PUSH(arena, r->v, r->n, r->cap, rec))
		return DX_OK;
	dx_record_fini(&rec);
	return dx_fail(err, DX_ENOMEM, "out of memory: %zu records", r->n);
}

static dx_status add_line(dx_records *r, dx_str line, dx_arena *arena, dx_err *err)
{
	dx_record rec;
	dx_status st = dx_record_parse(&rec, line, arena, err);
	return st ? st : add(r, rec, arena, err);
}

static dx_status read_lines(dx_records *r, dx_lines *in, const char *path, dx_arena *arena, dx_bad_line *bad, void *ctx, dx_err *err)
{
	dx_str line;
	bool more;
	dx_status st;
	while (!(st = dx_lines_next(&line, &more, in, err)) && more) {
		st = dx_seesaw_is(line) ? dx_seesaw_parse(&r->v, &r->n, &r->cap, line, arena, err) : add_line(r, line, arena, err);
		if (st == DX_ENOMEM)
			return st;
		if (st) {
			bad(ctx, path, in->n_line, err->msg);
			r->n_bad++;
		}
	}
	return st;
}

static dx_status read_table(dx_records *r, FILE *f, const char *path, dx_arena *arena, dx_bad_line *bad, void *ctx, dx_err *err)
{
	dx_table *t;
	dx_err why;
	dx_str line;
	bool more = true;
	dx_status st = dx_table_new(&t, f, path, &why);
	if (st)
		return dx_fail(err, st == DX_EFORMAT ? DX_EDATA : st, "%s:1: %s", path, why.msg);
	while (more && !st) {
		st = dx_table_next(&line, &more, t, err);
		if (!st && more)
			st = add_line(r, line, arena, err);
		if (st != DX_OK && st != DX_ENOMEM && st != DX_EIO && st != DX_ELIMIT) {
			bad(ctx, path, dx_table_line(t), err->msg);
			r->n_bad++;
			st = DX_OK;
		}
	}
	dx_table_free(t);
	return st;
}

/* An article that cannot be read is passed over like a bad line. */
static dx_status read_brat(dx_records *r, const char *path, dx_arena *arena, dx_bad_line *bad, void *ctx, dx_err *err)
{
	dx_record rec;
	dx_brat_log log = { bad, ctx, 0 };
	dx_status st = dx_brat_read(&rec, path, &log, arena, err);
	r->n_bad += log.n;
	if (!st)
		return add(r, rec, arena, err);
	if (st == DX_ENOMEM)
		return st;
	bad(ctx, path, 0, err->msg);
	r->n_bad++;
	return DX_OK;
}

static dx_status read_directory(dx_records *r, const char *path, dx_arena *arena, dx_bad_line *bad, void *ctx, dx_err *err)
{
	const char **v;
	size_t n;
	dx_status st = dx_brat_list(&v, &n, path, arena, err);
	for (size_t i = 0; i < n && !st; i++)
		st = read_brat(r, v[i], arena, bad, ctx, err);
	return st;
}

dx_status dx_records_load(dx_records *r, const char *path, dx_arena *arena, dx_bad_line *bad, void *ctx, dx_err *err)
{
	struct stat s;
	FILE *f = fopen(path, "rb");
	if (!f)
		return dx_fail(err, DX_EIO, "%s: %s", path, strerror(errno));
	const bool is_dir = fstat(fileno(f), &s) == 0 && S_ISDIR(s.st_mode);
	if (is_dir || dx_brat_named(path)) {
		fclose(f);
		return is_dir ? read_directory(r, path, arena, bad, ctx, err) : read_brat(r, path, arena, bad, ctx, err);
	}
	dx_lines in = { .from = f };
	dx_status st = dx_table_named(path) ? read_table(r, f, path, arena, bad, ctx, err) : read_lines(r, &in, path, arena, bad, ctx, err);
	dx_lines_fini(&in);
	fclose(f);
	return st;
}

void dx_records_fini(dx_records *r)
{
	for (size_t i = 0; i < r->n; i++)
		dx_record_fini(r->v + i);
	*r = (dx_records){ 0 };
}
