/* write_html.c - one page with every article beside the list of its quotes. Quotes are marked in the colour of their stance; the
 * speaker shows when the pointer rests on them. Nothing comes from elsewhere and nothing runs (the page forbids it), and every byte of
 * the input is escaped. Anchors need the number of the record, which a worker does not know: it writes HOLE, put fills it in. */
#include "predict/layers.h"
#include "predict/write.h"

#define HOLE '\001'                                      /* escaped text never holds it */

static const char PAGE[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n<title>dixit</title>\n<style>\n"
	"body{font:16px/1.5 Georgia,serif;margin:1em auto;max-width:76em;padding:0 1em;color:#222;background:#fff}\n"
	"article{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:0 2em;border-bottom:1px solid #bbb;padding:1em 0}\n"
	"h1{font-size:1.4em;grid-column:1/3;margin:0}.meta{grid-column:1/3;color:#666;margin:0 0 1em}\n"
	".text{white-space:pre-wrap;overflow-wrap:anywhere}\n"
	"ol{font:14px/1.4 sans-serif;margin:0;padding-left:2em}li{margin-bottom:.8em;overflow-wrap:anywhere}\n"
	"li a{color:inherit;text-decoration:none}li a:hover{text-decoration:underline}li small{color:#666}\n"
	"mark{background:#e8e8e8;color:inherit}.support{background:#cdebc9}.oppose{background:#f6cfca}.neutral{background:#e8e8e8}\n"
	".other{background:#cfe3f5}.cue{font-style:italic;background:none}.source{border-bottom:2px solid #888;background:none}\n"
	"a:target+mark{outline:3px solid #e0a000}\n"
	"@media(max-width:50em){article{display:block}}\n"
	"@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}mark,.neutral{background:#444}.support{background:#24502a}"
	".oppose{background:#6a2a24}.other{background:#24455f}.cue,.source{background:none}}\n"
	"</style>\n</head>\n<body>\n";

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
	case '\t':
		return NULL;
	default:
		return (unsigned char)c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
	}
}

static void put_escaped(FILE *to, dx_str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *e = entity_of(s.p[i]);
		if (!e)
			continue;
		fwrite(s.p + from, 1, i - from, to);
		fputs(e, to);
		from = i + 1;
	}
	if (s.n > from)
		fwrite(s.p + from, 1, s.n - from, to);
}

/* A label becomes a class only if the style sheet knows it; labels are the training data's, and may be anything. */
static const char *class_of(dx_str stance)
{
	static const char *const KNOWN[] = { "support", "oppose", "neutral" };
	for (size_t i = 0; i < DX_COUNT(KNOWN); i++)
		if (dx_str_eq(stance, dx_str_of(KNOWN[i])))
			return KNOWN[i];
	return stance.n ? "other" : "none";
}

static void put_stance(FILE *to, dx_str stance, dx_str target)
{
	put_escaped(to, stance);
	if (target.n) {
		fputs(": ", to);
		put_escaped(to, target);
	}
}

/* What shows when the pointer rests on the quote. */
static void put_hint(FILE *to, const dx_quote *q)
{
	put_escaped(to, q->speaker.n ? q->speaker : DX_STR("unknown speaker"));
	if (q->stance.n) {
		fputs(" | ", to);
		put_stance(to, q->stance, q->target);
	}
}

static const char *role_class(const dx_layer_span *role)
{
	return role->role == DX_ROLE_CUE ? "cue" : "source";
}

/* Opens a mark for what shows in each layer; NULL: nothing does. False: nothing shows at all. */
static bool open_mark(FILE *to, const dx_record *r, const dx_layer_span *content, const dx_layer_span *role)
{
	if (!content && !role)
		return false;
	const dx_quote *q = &r->quotes[(content ? content : role)->quote];
	fputs("<mark class=\"", to);
	if (content)
		fputs(class_of(q->stance), to);
	if (role)
		fprintf(to, "%s%s", content ? " " : "", role_class(role));
	fputs("\" title=\"", to);
	put_hint(to, q);
	fputs("\">", to);
	return true;
}

static void put_piece(FILE *to, const dx_record *r, const dx_layer_piece *p)
{
	const dx_layer_span *content = p->shown[DX_LAYER_CONTENT], *role = p->shown[DX_LAYER_ROLE];
	for (size_t i = 0; i < p->n_begun; i++)
		if (p->begun[i].first)
			fprintf(to, "<a id=\"r%c-q%u\"></a>", HOLE, (unsigned)p->begun[i].quote + 1);
	bool marked = open_mark(to, r, content, role);
	put_escaped(to, (dx_str){ r->text.p + p->beg, p->end - p->beg });
	if (marked)
		fputs("</mark>", to);
}

static void put_reasons(FILE *to, const char *head, const dx_reason *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ", " : head, to);
		put_escaped(to, r[i].what);
		fprintf(to, " %+.2f", r[i].weight);
	}
}

static void put_named(FILE *to, const char *head, dx_str value)
{
	if (!value.n)
		return;
	fputs(head, to);
	put_escaped(to, value);
}

static void put_why(FILE *to, const dx_why *w)
{
	fputs("<details><summary>why</summary>cue: ", to);
	put_escaped(to, w->cue.n ? w->cue : DX_STR("none"));
	fputs("<br>source: ", to);
	put_escaped(to, w->source.n ? w->source : DX_STR("none"));
	if (w->entity.n) {
		fputs("<br>taken for: ", to);
		put_escaped(to, w->entity);
		fprintf(to, " (mentioned %zux)", w->n_mentions);
	}
	put_named(to, "<br>antecedent: ", w->antecedent);
	put_named(to, "<br>rather than: ", w->second);
	put_reasons(to, "<br>by: ", w->speaker, w->n_speaker);
	put_reasons(to, "<br>stance: ", w->stance, w->n_stance);
	fputs("</details>", to);
}

static void put_item(FILE *to, const dx_record *r, size_t i, const dx_extra *x)
{
	const dx_quote *q = &r->quotes[i];
	fprintf(to, "<li><b>");
	put_escaped(to, q->speaker.n ? q->speaker : DX_STR("unknown speaker"));
	fprintf(to, "</b> <small>%s%s", q->speaker.n ? dx_kind_name(q->kind) : "", q->speaker.n ? ", " : "");
	fprintf(to, "%s</small><br><a href=\"#r%c-q%zu\">", dx_type_name(q->type), HOLE, i + 1);
	dx_write_pieces(to, put_escaped, r->text, q->content);
	fputs("</a>", to);
	if (q->stance.n) {
		fprintf(to, "<br><mark class=\"%s\">", class_of(q->stance));
		put_stance(to, q->stance, q->target);
		fputs("</mark>", to);
	}
	for (size_t k = 1; k < x->n_toward; k++) {
		fprintf(to, " <mark class=\"%s\">", class_of(x->toward[k].stance));
		put_stance(to, x->toward[k].stance, x->toward[k].target);
		fputs("</mark>", to);
	}
	if (x->why)
		put_why(to, x->why);
	fputs("</li>\n", to);
}

static void put_head(FILE *to, const dx_record *r)
{
	fputs("<article>\n<h1 dir=\"auto\">", to);
	put_escaped(to, r->title.n ? r->title : r->id);
	fputs("</h1>\n<p class=\"meta\">", to);
	put_escaped(to, r->date);
	putc(' ', to);
	put_escaped(to, r->source);
	fputs("</p>\n<div class=\"text\" dir=\"auto\">", to);
}

static void put_statement(FILE *to, const dx_record *r)
{
	fputs("<article>\n<div class=\"text\" dir=\"auto\">", to);
	put_escaped(to, r->text);
	fprintf(to, "</div>\n<p><mark class=\"%s\">", class_of(r->stance));
	put_stance(to, r->stance, r->target);
	fputs("</mark></p>\n</article>\n", to);
}

static dx_status put_article(FILE *to, const dx_found *f, dx_arena *arena, dx_err *err)
{
	dx_layer_piece *piece;
	size_t n;
	dx_status st = dx_layers_cut(&piece, &n, &f->rec, arena, err);
	if (st)
		return st;
	put_head(to, &f->rec);
	for (size_t i = 0; i < n; i++)
		put_piece(to, &f->rec, &piece[i]);
	fputs("</div>\n<ol>\n", to);
	for (size_t i = 0; i < f->rec.n_quotes; i++)
		put_item(to, &f->rec, i, &f->extra[i]);
	fputs("</ol>\n</article>\n", to);
	return DX_OK;
}

static dx_status record(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err)
{
	dx_arena *arena;
	dx_status st;
	(void)o;
	if (f->rec.is_statement) {
		put_statement(to, &f->rec);
		return dx_write_check(to, err);
	}
	if ((st = dx_arena_new(&arena, err)))
		return st;
	st = put_article(to, f, arena, err);
	dx_arena_free(arena);
	return st ? st : dx_write_check(to, err);
}

/* Fills the holes with the number of the record. */
static dx_status put(dx_sink *s, dx_str bytes, dx_err *err)
{
	char number[24];
	int n = snprintf(number, sizeof number, "%zu", s->n_records + 1);
	dx_status st = DX_OK;
	while (!st && bytes.n) {
		const char *hole = memchr(bytes.p, HOLE, bytes.n);
		size_t plain = hole ? (size_t)(hole - bytes.p) : bytes.n;
		st = dx_sink_write(s, (dx_str){ bytes.p, plain }, err);
		if (!st && hole)
			st = dx_sink_write(s, (dx_str){ number, (size_t)n }, err);
		bytes.p += plain + (hole != NULL);
		bytes.n -= plain + (hole != NULL);
	}
	return st;
}

static dx_status head(dx_sink *s, dx_err *err)
{
	return dx_sink_write(s, (dx_str){ PAGE, sizeof PAGE - 1 }, err);
}

static dx_status tail(dx_sink *s, dx_err *err)
{
	return dx_sink_write(s, DX_STR("</body>\n</html>\n"), err);
}

const dx_format dx_write_html = { .name = "html", .record = record, .head = head, .tail = tail, .put = put };
