#include "predict/parse.h"
#include "datasets/json_memory.h"
#include "features/utf8.h"
#include "predict/html.h"
#include "predict/warc.h"

/* Line and byte of the line in which offset lies, both from 1: what an editor shows. */
static void locate(size_t *line, size_t *column, dx_str text, size_t offset)
{
	const char *p = text.p, *end = text.p + offset, *feed;
	for (*line = 1; p < end && (feed = memchr(p, '\n', (size_t)(end - p))); ++*line)
		p = feed + 1;
	*column = (size_t)(end - p) + 1;
}

static dx_status check_text(dx_str *text, dx_parse_place *place, const dx_input *in, bool lenient, dx_arena *arena, dx_err *err)
{
	size_t column;
	dx_status st = dx_utf8_check(*text, err);
	if (st != DX_EUTF8)
		return st;
	if (lenient)
		return dx_utf8_repair(text, &place->n_repaired, *text, arena, err);
	if (in->kind == DX_READ_TEXT)
		locate(&place->line, &column, *text, err->offset);
	return st;
}

/* File names and addresses are not always UTF-8: made valid. */
static dx_status make_valid(dx_str *name, dx_arena *arena, dx_err *err)
{
	size_t n;
	return dx_utf8_check(*name, NULL) ? dx_utf8_repair(name, &n, *name, arena, err) : DX_OK;
}

static int set(json_t *root, const char *key, dx_str *field, dx_str value)
{
	json_t *v = json_stringn_nocheck(value.p, value.n);
	if (json_object_set_new_nocheck(root, key, v))
		return -1;
	*field = (dx_str){ json_string_value(v), json_string_length(v) };
	return 0;
}

/* What is known of a page goes before its text. */
static dx_status set_metadata(dx_record *r, dx_str title, dx_str date, dx_str url, dx_err *err)
{
	json_t *text = json_incref(json_object_get(r->root, "text"));
	json_object_del(r->root, "text");
	int bad = title.n ? set(r->root, "title", &r->title, title) : 0;
	bad = bad || (date.n && set(r->root, "date", &r->date, date)) || (url.n && set(r->root, "url", &r->url, url));
	if (json_object_set_new_nocheck(r->root, "text", text) || bad) {
		dx_record_fini(r);
		return dx_fail(err, DX_ENOMEM, "out of memory: page");
	}
	return DX_OK;
}

typedef struct { dx_str id, url, date, body; const char *charset; bool is_html; } page;

static dx_status parse_page(dx_found *out, page *pg, const dx_pipeline *pl, dx_arena *arena, dx_err *err)
{
	dx_str text = pg->body, title = { NULL, 0 };
	dx_status st = make_valid(&pg->id, arena, err);
	if (!st)
		st = make_valid(&pg->url, arena, err);
	if (!st && !pg->is_html)
		st = dx_utf8_check(text, err);
	if (!st && pg->is_html) {
		st = dx_html_text(&text, &title, pg->body, pg->charset, arena, err);
		if (!st)                         /* libxml2 gives some damaged pages as they are */
			st = make_valid(&text, arena, err);
		if (!st)
			st = make_valid(&title, arena, err);
	}
	if (!st)
		st = dx_pipeline_article(out, pl, pg->id, text, err);
	return st ? st : set_metadata(&out->rec, title, pg->date, pg->url, err);
}

/* "2022-01-13T10:00:00Z" -> its day; anything else is no date. */
static dx_str day(dx_str date)
{
	for (size_t i = 0; i < 10; i++)
		if (date.n < 10 || (i == 4 || i == 7 ? date.p[i] != '-' : !dx_ascii_digit((unsigned char)date.p[i])))
			return (dx_str){ NULL, 0 };
	return (dx_str){ date.p, 10 };
}

static dx_status parse_warc(dx_found *out, const dx_input *in, const dx_pipeline *pl, dx_arena *arena, dx_err *err)
{
	dx_warc w;
	dx_warc_page found;
	const size_t n = dx_warc_head_length(in->bytes.p, in->bytes.n);
	dx_status st = dx_warc_head(&w, (dx_str){ in->bytes.p, n }, err);
	if (!st)
		st = dx_warc_look(&found, &w, (dx_str){ in->bytes.p + n, in->bytes.n - n }, err);
	if (st)
		return st;
	page pg = { w.uri, w.uri, day(w.date), { NULL, 0 }, *found.charset ? found.charset : NULL, found.is_html };
	st = dx_warc_body(&pg.body, &found, DX_READ_MOST, arena, err);
	return st ? st : parse_page(out, &pg, pl, arena, err);
}

static dx_status parse_text(dx_found *out, dx_parse_place *place, const dx_input *in, const dx_pipeline *pl, bool lenient,
	dx_arena *arena, dx_err *err)
{
	dx_str text = in->bytes, id = in->id;
	dx_status st = check_text(&text, place, in, lenient, arena, err);
	if (!st && in->kind == DX_READ_JSON)
		return dx_record_parse(&out->rec, text, arena, err);
	if (!st)
		st = make_valid(&id, arena, err);
	return st ? st : dx_pipeline_article(out, pl, id, text, err);
}

dx_status dx_parse(dx_found *out, dx_parse_place *place, const dx_input *in, const dx_pipeline *pl, bool lenient, dx_arena *arena,
	dx_err *err)
{
	*out = (dx_found){ .extra = NULL };
	*place = (dx_parse_place){ .line = in->line };
	switch (in->kind) {
	case DX_READ_WARC:
		return parse_warc(out, in, pl, arena, err);
	case DX_READ_HTML:
		return parse_page(out, &(page){ .id = in->id, .body = in->bytes, .is_html = true }, pl, arena, err);
	default:
		return parse_text(out, place, in, pl, lenient, arena, err);
	}
}

void dx_parse_init(void)
{
	json_object_seed(0);                     /* jansson wants this before threads make objects */
	dx_json_memory_init();
	dx_html_init();
}
