/* write_brat.c - stand-off annotation for the brat tool: NAME.txt with the text and NAME.ann beside it, offsets in code points.
 *	T1	Quote 166 170	said             the trigger: the cue, or the content where there is none
 *	T2	Content 120 164	"We will ..."    pieces of a content are ranges of one annotation, split at line ends (brat's rule)
 *	T3	Source 171 190	Josep Borrell
 *	E1	Quote:T1 Content:T2 Source:T3
 *	A1	Type E1 direct                   and Act, Stance, Kind
 *	#1	AnnotatorNotes E1	speaker: Josep Borrell; target: negotiations with Russia
 * NAME is the record's id, made fit for a file name (and its number added where another record has that name). A .txt file
 * that is there already with another text is never overwritten. */
#include "predict/write.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_MOST 120

/* Numbering of one record's annotations. */
typedef struct { FILE *to; dx_str text; unsigned n_t, n_e, n_a; uint32_t byte; json_int_t cp; } ann;

static bool is_lead(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Code points before a byte. Walks there from the last answer, since the spans of one quote lie close together. */
static json_int_t code_point(ann *a, uint32_t byte)
{
	while (a->byte < byte)
		a->cp += is_lead(a->text.p[a->byte++]);
	while (a->byte > byte)
		a->cp -= is_lead(a->text.p[--a->byte]);
	return a->cp;
}

static bool is_break(char c)
{
	return c == '\n' || c == '\r';
}

/* The next range of s behind *at without a line end in it; false: no more. */
static bool next_range(dx_span *out, dx_str text, dx_span s, uint32_t *at)
{
	uint32_t beg = *at;
	while (beg < s.end && is_break(text.p[beg]))
		beg++;
	*at = beg;
	while (*at < s.end && !is_break(text.p[*at]))
		++*at;
	*out = (dx_span){ beg, *at };
	return *at > beg;
}

/* Numbers first: "120 130;140 150". */
static void put_ranges(ann *a, dx_spans s)
{
	const char *sep = " ";
	for (size_t i = 0; i < s.n; i++) {
		dx_span r;
		for (uint32_t at = s.v[i].beg; next_range(&r, a->text, s.v[i], &at); sep = ";") {
			json_int_t beg = code_point(a, r.beg), end = code_point(a, r.end);
			fprintf(a->to, "%s%" JSON_INTEGER_FORMAT " %" JSON_INTEGER_FORMAT, sep, beg, end);
		}
	}
}

/* Then their text, joined with blanks. Tabs inside would end the field. */
static void put_range_text(const ann *a, dx_spans s)
{
	bool first = true;
	for (size_t i = 0; i < s.n; i++) {
		dx_span r;
		for (uint32_t at = s.v[i].beg; next_range(&r, a->text, s.v[i], &at); first = false) {
			if (!first)
				putc(' ', a->to);
			for (uint32_t b = r.beg; b < r.end; b++)
				putc(a->text.p[b] == '\t' ? ' ' : a->text.p[b], a->to);
		}
	}
}

static unsigned put_t(ann *a, const char *type, dx_spans s)
{
	fprintf(a->to, "T%u\t%s", ++a->n_t, type);
	put_ranges(a, s);
	putc('\t', a->to);
	put_range_text(a, s);
	putc('\n', a->to);
	return a->n_t;
}

static void put_a(ann *a, const char *name, dx_str value)
{
	if (!value.n)
		return;
	fprintf(a->to, "A%u\t%s E%u ", ++a->n_a, name, a->n_e);
	for (size_t i = 0; i < value.n; i++)     /* a value is one word */
		putc((unsigned char)value.p[i] <= ' ' ? '_' : value.p[i], a->to);
	putc('\n', a->to);
}

static void put_note_part(FILE *to, const char *name, dx_str value, const char *sep)
{
	if (!value.n)
		return;
	fprintf(to, "%s%s: ", sep, name);
	for (size_t i = 0; i < value.n; i++)
		putc((unsigned char)value.p[i] < ' ' ? ' ' : value.p[i], to);
}

static void put_quote(ann *a, const dx_quote *q)
{
	unsigned trigger = put_t(a, "Quote", q->cue.n ? q->cue : q->content), content = put_t(a, "Content", q->content);
	unsigned source = q->source.n ? put_t(a, "Source", q->source) : 0;
	fprintf(a->to, "E%u\tQuote:T%u Content:T%u", ++a->n_e, trigger, content);
	if (source)
		fprintf(a->to, " Source:T%u", source);
	putc('\n', a->to);
	put_a(a, "Type", dx_str_of(dx_type_name(q->type)));
	put_a(a, "Act", dx_str_of(dx_act_name(q->act)));
	put_a(a, "Stance", q->stance);
	put_a(a, "Kind", dx_str_of(q->speaker.n ? dx_kind_name(q->kind) : ""));
	if (!q->speaker.n && !q->target.n)
		return;
	fprintf(a->to, "#%u\tAnnotatorNotes E%u\t", a->n_e, a->n_e);
	put_note_part(a->to, "speaker", q->speaker, "");
	put_note_part(a->to, "target", q->target, q->speaker.n ? "; " : "");
	putc('\n', a->to);
}

/* What goes from a worker to put: lengths of the three parts, then the parts. */
typedef struct { size_t n_id, n_text, n_ann; } frame;

static dx_status record(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err)
{
	ann a = { .to = to, .text = f->rec.text };
	frame fr = { f->rec.id.n, f->rec.text.n, 0 };
	(void)o;                                 /* brat's offsets are always code points */
	fwrite(&fr, sizeof fr, 1, to);
	if (fr.n_id)
		fwrite(f->rec.id.p, 1, fr.n_id, to);
	if (fr.n_text)
		fwrite(f->rec.text.p, 1, fr.n_text, to);
	for (size_t i = 0; i < f->rec.n_quotes; i++)
		put_quote(&a, &f->rec.quotes[i]);
	return dx_write_check(to, err);
}

static bool remember(dx_sink *s, uint64_t h);

static bool grow(dx_sink *s)
{
	dx_sink more = { .n_slot = s->n_slot ? 2 * s->n_slot : 1024 };
	if (!(more.seen = calloc(more.n_slot, sizeof *more.seen)))
		return false;
	for (size_t i = 0; i < s->n_slot; i++)
		if (s->seen[i])
			remember(&more, s->seen[i]);
	free(s->seen);
	s->seen = more.seen;
	s->n_slot = more.n_slot;
	return true;
}

/* True when h is new. */
static bool remember(dx_sink *s, uint64_t h)
{
	size_t i = h & (s->n_slot - 1);
	while (s->seen[i] && s->seen[i] != h)
		i = (i + 1) & (s->n_slot - 1);
	if (s->seen[i])
		return false;
	s->seen[i] = h;
	s->n_seen++;
	return true;
}

/* The id as a file name: no separators, blanks or control characters, no dot in front, not too long, on a code point boundary. */
static void base_name(char name[NAME_MOST + 1], dx_str id, size_t number)
{
	size_t n = id.n < NAME_MOST ? id.n : NAME_MOST;
	while (n && n < id.n && ((unsigned char)id.p[n] & 0xc0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)id.p[i];
		name[i] = c <= ' ' || c == 0x7f || strchr("/\\:*?\"<>|", c) || (c == '.' && i == 0) ? '_' : id.p[i];
	}
	name[n] = '\0';
	if (!n)
		snprintf(name, NAME_MOST + 1, "record-%06zu", number);
}

/* dir/name without extension, the same name never twice in a run: a second one gets its record's number. NULL: memory is out. */
static char *make_path(dx_sink *s, dx_str id)
{
	char name[NAME_MOST + 1], tail[24] = "";
	base_name(name, id, s->n_records + 1);
	size_t n = strlen(s->dir) + NAME_MOST + sizeof tail + 8;
	char *path = malloc(n);
	if (!path || (2 * s->n_seen >= s->n_slot && !grow(s))) {
		free(path);
		return NULL;
	}
	for (size_t copy = s->n_records + 1;; copy++) {
		snprintf(path, n, "%s%s", name, tail);
		uint64_t h = dx_hash(path, strlen(path));
		if (remember(s, h ? h : 1))
			break;
		snprintf(tail, sizeof tail, "-%zu", copy);
	}
	snprintf(path, n, "%s/%s%s", s->dir, name, tail);
	return path;
}

static dx_status save(const char *path, dx_str bytes, dx_err *err)
{
	errno = 0;
	FILE *f = fopen(path, "wb");
	bool good = f && (!bytes.n || fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
	int why = errno;
	if (f && fclose(f) && good) {
		why = errno;
		good = false;
	}
	return good ? DX_OK : dx_fail(err, DX_EIO, "writing %.120s: %s", path, why ? strerror(why) : "failed");
}

typedef enum { ABSENT, SAME, OTHER } presence;

static presence compare(const char *path, dx_str bytes)
{
	char buf[4096];
	size_t at = 0, n;
	presence p = SAME;
	FILE *f = fopen(path, "rb");
	if (!f)
		return errno == ENOENT ? ABSENT : OTHER;
	while (p == SAME && (n = fread(buf, 1, sizeof buf, f)) > 0) {
		if (n > bytes.n - at || memcmp(buf, bytes.p + at, n))
			p = OTHER;
		else
			at += n;
	}
	fclose(f);
	return p == SAME && at == bytes.n ? SAME : OTHER;
}

static dx_status put_files(char *path, dx_str text, dx_str notes, dx_err *err)
{
	dx_status st = DX_OK;
	size_t n = strlen(path);
	memcpy(path + n, ".txt", 5);
	presence p = compare(path, text);
	if (p == OTHER)
		return dx_fail(err, DX_EIO, "%.120s is there with another text; give another directory", path);
	if (p == ABSENT)
		st = save(path, text, err);
	memcpy(path + n, ".ann", 5);
	return st ? st : save(path, notes, err);
}

static dx_status put(dx_sink *s, dx_str bytes, dx_err *err)
{
	frame fr;
	assert(bytes.n >= sizeof fr);
	memcpy(&fr, bytes.p, sizeof fr);
	const char *id = bytes.p + sizeof fr, *text = id + fr.n_id, *notes = text + fr.n_text;
	char *path = make_path(s, (dx_str){ id, fr.n_id });
	if (!path)
		return dx_fail(err, DX_ENOMEM, "out of memory: file name");
	dx_status st = put_files(path, (dx_str){ text, fr.n_text }, (dx_str){ notes, (size_t)(bytes.p + bytes.n - notes) }, err);
	free(path);
	return st;
}

/* What brat must know of the annotations. One that is there is the user's. */
static dx_status head(dx_sink *s, dx_err *err)
{
	static const char CONF[] = "[entities]\nContent\nSource\n\n[relations]\n\n[events]\nQuote\tContent:Content, Source?:Source\n\n"
		"[attributes]\nType\tArg:<EVENT>, Value:direct|indirect|mixed\nAct\tArg:<EVENT>, Value:speech|thought|other\n"
		"Stance\tArg:<EVENT>, Value:support|oppose|neutral\n"
		"Kind\tArg:<EVENT>, Value:person|organization|place|group|document|unknown\n";
	size_t n = strlen(s->dir) + 24;
	char *path = malloc(n);
	if (!path)
		return dx_fail(err, DX_ENOMEM, "out of memory: file name");
	snprintf(path, n, "%s/annotation.conf", s->dir);
	dx_status st = access(path, F_OK) ? save(path, (dx_str){ CONF, sizeof CONF - 1 }, err) : DX_OK;
	free(path);
	return st;
}

const dx_format dx_write_brat = { .name = "brat", .to_directory = true, .record = record, .head = head, .put = put };
