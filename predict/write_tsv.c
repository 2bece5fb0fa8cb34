/* write_tsv.c - one quote a line. Tabs, line feeds, carriage returns and backslashes of the text become \t \n \r \\, so that a line is
 * always one quote and a column always one field. A statement is one line too, of type "statement". */
#include "predict/write.h"

#define COLUMNS "id\tquote\ttype\tbegin\tend\tcontent\tcue\tsource\tspeaker\tkind\tact\tstance\ttarget\t" \
	"conf_quote\tconf_speaker\tconf_stance\n"

static void put_escaped(FILE *to, dx_str s)
{
	static const char FROM[] = "\t\n\r\\", INTO[] = "tnr\\";
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(FROM, s.p[i]) : NULL;
		if (!at && s.p[i])
			continue;
		fwrite(s.p + from, 1, i - from, to);
		from = i + 1;
		fprintf(to, "\\%c", at ? INTO[at - FROM] : '0');
	}
	if (s.n > from)
		fwrite(s.p + from, 1, s.n - from, to);
}

static void put_field(FILE *to, dx_str s)
{
	put_escaped(to, s);
	putc('\t', to);
}

static void put_role(FILE *to, dx_str text, dx_spans s)
{
	dx_write_pieces(to, put_escaped, text, s);
	putc('\t', to);
}

static void put_probability(FILE *to, double p, char end)
{
	if (p >= 0)
		fprintf(to, "%.3f", p);
	putc(end, to);
}

/* Begin of the first and end of the last piece, in the unit of the record format's offsets. */
static void put_range(FILE *to, const json_t *quote)
{
	const json_t *list = json_object_get(quote, "content");
	size_t n = json_array_size(list);
	const json_t *beg = json_array_get(json_array_get(list, 0), 0), *end = json_array_get(json_array_get(list, n - 1), 1);
	fprintf(to, "%" JSON_INTEGER_FORMAT "\t%" JSON_INTEGER_FORMAT "\t", json_integer_value(beg), json_integer_value(end));
}

static void put_quote(FILE *to, const dx_record *r, size_t i)
{
	const dx_quote *q = &r->quotes[i];
	put_field(to, r->id);
	fprintf(to, "%zu\t%s\t", i, dx_type_name(q->type));
	put_range(to, json_array_get(json_object_get(r->root, "quotes"), i));
	put_role(to, r->text, q->content);
	put_role(to, r->text, q->cue);
	put_role(to, r->text, q->source);
	put_field(to, q->speaker);
	fprintf(to, "%s\t%s\t", q->speaker.n ? dx_kind_name(q->kind) : "", dx_act_name(q->act));
	put_field(to, q->stance);
	put_field(to, q->target);
	put_probability(to, q->conf_quote, '\t');
	put_probability(to, q->conf_speaker, '\t');
	put_probability(to, q->conf_stance, '\n');
}

/* Probability of the label that was chosen. */
static double stance_p(const dx_record *r)
{
	for (size_t i = 0; i < r->n_p; i++)
		if (dx_str_eq(r->p[i].label, r->stance))
			return r->p[i].p;
	return -1;
}

static void put_statement(FILE *to, const dx_record *r)
{
	put_field(to, r->id);
	fputs("\tstatement\t\t\t", to);
	put_field(to, r->text);
	fputs("\t\t", to);
	put_field(to, r->holder);
	fputs("\t\t", to);
	put_field(to, r->stance);
	put_field(to, r->target);
	fputs("\t\t", to);
	put_probability(to, stance_p(r), '\n');
}

static dx_status record(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err)
{
	dx_status st = dx_found_update(f, o->offsets, err);
	if (st)
		return st;
	if (f->rec.is_statement)
		put_statement(to, &f->rec);
	for (size_t i = 0; i < f->rec.n_quotes && !f->rec.is_statement; i++)
		put_quote(to, &f->rec, i);
	return dx_write_check(to, err);
}

static dx_status head(dx_sink *s, dx_err *err)
{
	return dx_sink_write(s, DX_STR(COLUMNS), err);
}

const dx_format dx_write_tsv = { .name = "tsv", .record = record, .head = head };
