#include "predict/resume.h"
#include "datasets/json_memory.h"
#include "predict/parse.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
	dx_run_totals *sum;
	FILE *out;
	const dx_run_opts *o;
	dx_reader *rd;
	dx_arena *arena;
	char *line;
	size_t cap, n_line;                      /* n_line: whole lines read so far */
	off_t end;                               /* behind the last of them */
} resume;

/* The next whole line of the output; *n = 0: there is none. */
static dx_status next_line(size_t *n, resume *r, dx_err *err)
{
	errno = 0;
	ssize_t got = getline(&r->line, &r->cap, r->out);
	*n = 0;
	if (got < 0 && errno == ENOMEM)
		return dx_fail(err, DX_ENOMEM, "out of memory: line %zu of the output", r->n_line + 1);
	if (got < 0 && ferror(r->out))
		return dx_fail(err, DX_EIO, "reading the output: %s", strerror(errno));
	if (got <= 0 || r->line[got - 1] != '\n')
		return DX_OK;
	*n = (size_t)got;
	r->n_line++;
	return DX_OK;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);
	return (!x && !y) || json_equal(x, y);
}

static dx_status other(const resume *r, const dx_input *in, dx_err *err)
{
	if (!in)
		return dx_fail(err, DX_EDATA, "line %zu of the output has no input: it is not of these inputs; start over without --resume",
		               r->n_line);
	return dx_fail(err, DX_EDATA, "line %zu of the output is not the result of %.60s:%zu; start over without --resume", r->n_line, in->file,
	               in->line);
}

static void report_bad(resume *r, const dx_input *in, size_t line, const dx_err *why)
{
	r->sum->n_bad++;
	if (r->o->bad)
		r->o->bad(r->o->ctx, in->file ? in->file : "", line, why);
}

/* One input against the line: *done when the line is its result; otherwise the input was passed over in that run too. */
static dx_status compare(bool *done, resume *r, const json_t *line, const dx_input *in, dx_err *err)
{
	dx_found f;
	dx_parse_place place;
	dx_err why = { .code = DX_OK };
	dx_status st = dx_parse(&f, &place, in, r->o->pipeline, r->o->lenient, r->arena, &why);
	*done = false;
	if (!st) {
		*done = same(line, f.rec.root, "id") && same(line, f.rec.root, "text");
		if (!*done)
			st = dx_pipeline_run(&f, r->o->pipeline, &r->o->opts, r->arena, &why);
		dx_found_fini(&f);
		if (!*done && !st)
			return other(r, in, err);
	}
	if (*done && place.n_repaired && r->o->repaired)
		r->o->repaired(r->o->ctx, in->file, place.line, place.n_repaired);
	r->sum->n_repaired += *done && place.n_repaired;
	r->sum->n_records += *done;
	r->sum->n_bytes += in->bytes.n;
	if (st)
		report_bad(r, in, place.line, &why);
	return DX_OK;
}

/* Passes over inputs up to the one that the line is the result of. */
static dx_status find_input(resume *r, const json_t *line, dx_err *err)
{
	for (bool done = false; !done;) {
		dx_input in;
		bool more;
		dx_err why = { .code = DX_OK };
		dx_status st = dx_reader_next(&in, &more, r->rd, &why);
		if (!more)
			return other(r, NULL, err);
		if (st) {
			report_bad(r, &in, in.line, &why);
			continue;
		}
		st = compare(&done, r, line, &in, err);
		dx_arena_reset(r->arena);
		if (st)
			return st;
	}
	return DX_OK;
}

static dx_status take_line(resume *r, size_t n, dx_err *err)
{
	json_error_t why;
	bool no_memory;
	json_t *line = dx_json_load(&no_memory, (dx_str){ r->line, n }, JSON_ALLOW_NUL, &why);
	if (no_memory)
		return dx_fail(err, DX_ENOMEM, "out of memory: line %zu of the output", r->n_line);
	if (!line)
		return dx_fail(err, DX_EDATA, "line %zu of the output is no record: %.80s; start over without --resume", r->n_line, why.text);
	dx_status st = find_input(r, line, err);
	json_decref(line);
	r->end += (off_t)n;
	return st;
}

static dx_status take_all(resume *r, dx_err *err)
{
	size_t n;
	dx_status st;
	while (!(st = next_line(&n, r, err)) && n && !(r->o->stop && atomic_load(r->o->stop)))
		if ((st = take_line(r, n, err)))
			return st;
	return st;
}

/* What follows the last whole line goes. After an interruption of this as well nothing may go: the lines behind are good. */
static dx_status cut(resume *r, dx_err *err)
{
	if (r->o->stop && atomic_load(r->o->stop))
		return fseeko(r->out, 0, SEEK_END) ? dx_fail(err, DX_EIO, "the output: %s", strerror(errno)) : DX_OK;
	if (fseeko(r->out, r->end, SEEK_SET) || ftruncate(fileno(r->out), r->end))
		return dx_fail(err, DX_EIO, "cutting the output: %s", strerror(errno));
	return DX_OK;
}

dx_status dx_resume(dx_run_totals *sum, FILE *out, const dx_run_opts *o, dx_reader *rd, dx_err *err)
{
	resume r = { .sum = sum, .out = out, .o = o, .rd = rd };
	*sum = (dx_run_totals){ .n_records = 0 };
	dx_parse_init();
	dx_status st = dx_arena_new(&r.arena, err);
	if (!st)
		st = take_all(&r, err);
	if (!st)
		st = cut(&r, err);
	dx_arena_free(r.arena);
	free(r.line);
	return st;
}
