/* write_text.c - for people at a terminal: the article's title, then each quote with who said it, how, and where they stand.
 *	Harbour fee splits the island
 *
 *	  "We will not pay twice for one crane," Okafor said.
 *	    -- Ada Okafor (person) | said | direct | oppose -> the harbour fee (71%)
 * Not for programs to read. Control characters of the article do not reach the terminal. */
#include "features/utf8.h"
#include "predict/write.h"
#include <utf8proc.h>

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

/* Wraps words at the terminal's width. */
typedef struct { FILE *to; size_t width, indent, column; bool colour; } wrap;

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* C0, DEL and C1 may move the cursor or worse; U+202A.. and U+2066.. turn the direction of what follows. */
static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static size_t columns(dx_str s)
{
	size_t n = 0, len;
	for (size_t i = 0; i < s.n; i += len) {
		uint32_t cp = dx_utf8_decode(s.p + i, s.n - i, &len);
		int w = is_control(cp) ? 1 : utf8proc_charwidth((utf8proc_int32_t)cp);
		n += w > 0 ? (size_t)w : 0;
	}
	return n;
}

static void put_safe(FILE *to, dx_str s)
{
	size_t len;
	for (size_t i = 0; i < s.n; i += len) {
		if (is_control(dx_utf8_decode(s.p + i, s.n - i, &len)))
			fputs("\xef\xbf\xbd", to);
		else
			fwrite(s.p + i, 1, len, to);
	}
}

static void new_line(wrap *w)
{
	fprintf(w->to, "\n%*s", (int)w->indent, "");
	w->column = w->indent;
}

static wrap begin(FILE *to, const dx_write_opts *o, size_t indent)
{
	fprintf(to, "%*s", (int)indent, "");
	return (wrap){ to, o->width ? o->width : 80, indent, indent, o->colour };
}

static void put_word(wrap *w, dx_str word)
{
	size_t n = columns(word);
	if (w->column > w->indent && w->column + 1 + n > w->width)
		new_line(w);
	else if (w->column > w->indent) {
		putc(' ', w->to);
		w->column++;
	}
	put_safe(w->to, word);
	w->column += n;
}

static void put_words(wrap *w, dx_str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t beg = i;
		while (i < s.n && !is_blank(s.p[i]))
			i++;
		if (i > beg)
			put_word(w, (dx_str){ s.p + beg, i - beg });
		while (i < s.n && is_blank(s.p[i]))
			i++;
	}
}

static void style(const wrap *w, const char *code)
{
	if (w->colour)
		fputs(code, w->to);
}

static void put_pieces(wrap *w, dx_str text, dx_spans s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (i > 0)
			put_word(w, DX_STR("..."));
		put_words(w, (dx_str){ text.p + s.v[i].beg, s.v[i].end - s.v[i].beg });
	}
}

static const char *colour_of(dx_str stance)
{
	if (dx_str_eq(stance, DX_STR("support")))
		return "\033[32m";
	if (dx_str_eq(stance, DX_STR("oppose")))
		return "\033[31m";
	return dx_str_eq(stance, DX_STR("neutral")) ? DIM : "\033[36m";
}

/* A label with its target and probability: "oppose -> the harbour fee (71%)". */
static void put_stance(wrap *w, dx_str stance, dx_str target, double p)
{
	char buf[16] = "";
	if (!stance.n)
		return;
	put_word(w, DX_STR("|"));
	style(w, colour_of(stance));
	put_words(w, stance);
	style(w, PLAIN);
	if (target.n) {
		put_word(w, DX_STR("->"));
		put_words(w, target);
	}
	if (p >= 0) {
		snprintf(buf, sizeof buf, "(%.0f%%)", 100 * p);
		put_word(w, dx_str_of(buf));
	}
}

static void put_speaker(wrap *w, const dx_quote *q)
{
	char buf[24];
	put_word(w, DX_STR("--"));
	style(w, BOLD);
	put_words(w, q->speaker.n ? q->speaker : DX_STR("(unknown speaker)"));
	style(w, PLAIN);
	if (!q->speaker.n || q->kind == DX_KIND_UNKNOWN)
		return;
	snprintf(buf, sizeof buf, "(%s)", dx_kind_name(q->kind));
	put_word(w, dx_str_of(buf));
}

static double label_p(const dx_label_p *p, size_t n, dx_str label)
{
	for (size_t i = 0; i < n; i++)
		if (dx_str_eq(p[i].label, label))
			return p[i].p;
	return -1;
}

static void put_part(wrap *w, const char *name, dx_str value)
{
	put_words(w, dx_str_of(name));
	put_words(w, value.n ? value : DX_STR("none"));
}

static void put_reasons(wrap *w, dx_str head, const dx_reason *r, size_t n)
{
	char buf[24];
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			put_words(w, head);
		put_words(w, r[i].what);
		snprintf(buf, sizeof buf, "%+.2f%s", r[i].weight, i + 1 < n ? "," : "");
		put_word(w, dx_str_of(buf));
	}
}

static void put_why(FILE *to, const dx_write_opts *o, const dx_why *why)
{
	wrap w = begin(to, o, 4);
	char buf[40];
	style(&w, DIM);
	put_part(&w, "why: cue:", why->cue);
	put_part(&w, "| source:", why->source);
	if (why->antecedent.n)
		put_part(&w, "| antecedent:", why->antecedent);
	if (why->entity.n) {
		put_part(&w, "| taken for:", why->entity);
		snprintf(buf, sizeof buf, "(mentioned %zux)", why->n_mentions);
		put_word(&w, dx_str_of(buf));
	}
	if (why->second.n)
		put_part(&w, "| rather than:", why->second);
	put_reasons(&w, DX_STR("| by:"), why->speaker, why->n_speaker);
	put_reasons(&w, DX_STR("| stance:"), why->stance, why->n_stance);
	style(&w, PLAIN);
	putc('\n', to);
}

static void put_quote(FILE *to, const dx_record *r, const dx_quote *q, const dx_extra *x, const dx_write_opts *o)
{
	wrap w = begin(to, o, 2);
	put_pieces(&w, r->text, q->content);
	putc('\n', to);
	w = begin(to, o, 4);
	put_speaker(&w, q);
	if (q->cue.n) {
		put_word(&w, DX_STR("|"));
		put_pieces(&w, r->text, q->cue);
	}
	put_word(&w, DX_STR("|"));
	put_word(&w, dx_str_of(dx_type_name(q->type)));
	if (q->act == DX_ACT_THOUGHT || q->act == DX_ACT_OTHER)
		put_word(&w, dx_str_of(q->act == DX_ACT_THOUGHT ? "thought" : "no speech"));
	put_stance(&w, q->stance, q->target, q->conf_stance);
	for (size_t i = 1; i < x->n_toward; i++)
		put_stance(&w, x->toward[i].stance, x->toward[i].target,
		           label_p(x->toward[i].p, x->toward[i].n_p, x->toward[i].stance));
	putc('\n', to);
	if (x->why)
		put_why(to, o, x->why);
	putc('\n', to);
}

/* The title; else a first line that looks like one (short, no full stop, a blank line behind it); else the id. */
static dx_str heading(const dx_record *r)
{
	const char *feed = r->text.n ? memchr(r->text.p, '\n', r->text.n) : NULL;
	size_t n = feed ? (size_t)(feed - r->text.p) : 0;
	if (r->title.n)
		return r->title;
	if (n && n <= 150 && n + 1 < r->text.n && r->text.p[n + 1] == '\n' && !strchr(".,:;!?", r->text.p[n - 1]))
		return (dx_str){ r->text.p, n };
	return r->id.n ? r->id : DX_STR("(no title)");
}

static void put_head(FILE *to, const dx_record *r, const dx_write_opts *o)
{
	wrap w = begin(to, o, 0);
	style(&w, BOLD);
	put_words(&w, heading(r));
	style(&w, PLAIN);
	if (r->date.n || r->source.n) {
		new_line(&w);
		put_words(&w, r->date);
		put_words(&w, r->source);
	}
	fputs("\n\n", to);
}

static void put_statement(FILE *to, const dx_record *r, const dx_write_opts *o)
{
	wrap w = begin(to, o, 0);
	put_words(&w, r->text);
	w.indent = 2;
	new_line(&w);
	put_word(&w, DX_STR("--"));
	put_words(&w, r->holder.n ? r->holder : DX_STR("stance"));
	put_stance(&w, r->stance, r->target, label_p(r->p, r->n_p, r->stance));
	fputs("\n\n", to);
}

static dx_status record(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err)
{
	if (f->rec.is_statement) {
		put_statement(to, &f->rec, o);
		return dx_write_check(to, err);
	}
	put_head(to, &f->rec, o);
	for (size_t i = 0; i < f->rec.n_quotes; i++)
		put_quote(to, &f->rec, &f->rec.quotes[i], &f->extra[i], o);
	if (!f->rec.n_quotes)
		fputs("  No quotes found.\n\n", to);
	return dx_write_check(to, err);
}

const dx_format dx_write_text = { .name = "text", .record = record };
