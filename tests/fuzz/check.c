#include "tests/fuzz/check.h"
#include "features/utf8.h"
#include <math.h>

const char *fuzz_model(void)
{
	const char *env = getenv("DIXIT_MODEL");
	return env && *env ? env : "model/default.dixit";
}

const dx_pipeline *fuzz_pipeline(void)
{
	static dx_pipeline *pl;
	dx_err err;
	if (!pl && dx_pipeline_new(&pl, fuzz_model(), &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	return pl;
}

dx_str fuzz_text(const uint8_t *data, size_t size, dx_arena *arena)
{
	dx_str text = { (const char *)data, size };
	size_t n;
	if (dx_utf8_check(text, NULL))
		CHECK(!dx_utf8_repair(&text, &n, text, arena, NULL));
	return text;
}

static bool boundary(dx_str text, uint32_t at)
{
	return at <= text.n && (at == text.n || ((unsigned char)text.p[at] & 0xc0) != 0x80);
}

static void check_spans(dx_spans s, dx_str text)
{
	uint32_t at = 0;
	for (size_t i = 0; i < s.n; at = s.v[i++].end) {
		CHECK(s.v[i].beg >= at && s.v[i].beg < s.v[i].end);
		CHECK(boundary(text, s.v[i].beg) && boundary(text, s.v[i].end));
	}
}

static bool probability(double p)
{
	return p < 0 || (isfinite(p) && p <= 1);         /* below 0: not given */
}

/* The quote's "text" is the slices of its content, joined with a blank. */
static void check_text(const dx_record *r, size_t i)
{
	const json_t *text = json_object_get(json_array_get(json_object_get(r->root, "quotes"), i), "text");
	const char *p = json_string_value(text), *end = p + json_string_length(text);
	const dx_spans s = r->quotes[i].content;
	CHECK(json_is_string(text));
	for (size_t k = 0; k < s.n; k++) {
		size_t n = s.v[k].end - s.v[k].beg;
		if (k)
			CHECK(p < end && *p++ == ' ');
		CHECK((size_t)(end - p) >= n && !memcmp(p, r->text.p + s.v[k].beg, n));
		p += n;
	}
	CHECK(p == end);
}

static void check_labels(const dx_label_p *p, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		CHECK(p[i].label.n > 0 && p[i].p >= 0 && p[i].p <= 1);
		sum += p[i].p;
	}
	CHECK(!n || fabs(sum - 1) < 0.02);
}

static void check_quote(const dx_found *f, size_t i)
{
	const dx_record *r = &f->rec;
	const dx_quote *q = &r->quotes[i];
	CHECK(q->content.n > 0);
	check_spans(q->content, r->text);
	check_spans(q->cue, r->text);
	check_spans(q->source, r->text);
	CHECK(q->entity < (int32_t)r->n_entities);
	CHECK(q->target_span.beg <= q->target_span.end && boundary(r->text, q->target_span.beg) && boundary(r->text, q->target_span.end));
	CHECK(probability(q->conf_quote) && probability(q->conf_speaker) && probability(q->conf_stance));
	if (!f->kept)
		check_labels(q->p, q->n_p);
	check_text(r, i);
}

static char *written(const dx_record *r, size_t *n)
{
	char *line = NULL;
	FILE *to = open_memstream(&line, n);
	CHECK(to && !dx_record_write(r, to, NULL));
	CHECK(!fclose(to) && *n && line[*n - 1] == '\n');
	CHECK(!memchr(line, '\n', *n - 1));
	--*n;
	return line;
}

static void check_written(const dx_record *r)
{
	dx_record again;
	dx_arena *arena;
	dx_err err;
	size_t n, n_again;
	char *line = written(r, &n);
	CHECK(!dx_arena_new(&arena, NULL));
	if (dx_record_parse(&again, (dx_str){ line, n }, arena, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		CHECK(false && "what is written can be read");
	}
	CHECK(again.n_quotes == r->n_quotes && again.n_entities == r->n_entities && dx_str_eq(again.text, r->text));
	CHECK(!dx_record_update(&again, DX_OFF_BYTE, NULL));
	char *second = written(&again, &n_again);
	CHECK(n == n_again && !memcmp(line, second, n));
	free(second);
	dx_record_fini(&again);
	dx_arena_free(arena);
	free(line);
}

void fuzz_check(const dx_found *f)
{
	for (size_t i = 0; i < f->rec.n_quotes; i++)
		check_quote(f, i);
	for (size_t i = 0; i < f->rec.n_entities; i++) {
		CHECK(f->kept || f->rec.entities[i].name.n > 0);
		check_spans(f->rec.entities[i].mentions, f->rec.text);
	}
	check_written(&f->rec);
}
