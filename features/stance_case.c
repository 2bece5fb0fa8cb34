#include "features/stance_case.h"
#include "features/fold.h"
#include "features/token.h"

#define MOST_FOUND 4
#define MOST_NAME 16
#define LEAST_AKIN 4                                     /* bytes that two words begin with */
#define MOST_ENDING 5

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: stance case");
}

dx_status dx_stance_ranges(dx_ranges *out, const dx_doc *doc, dx_spans spans, dx_err *err)
{
	dx_range *v = dx_arena_array(doc->arena, spans.n, sizeof *v);
	size_t n = 0;
	if (!v)
		return no_memory(err);
	for (size_t i = 0; i < spans.n; i++) {
		v[n] = dx_stance_tokens(doc, spans.v[i]);
		n += v[n].beg < v[n].end;
	}
	*out = (dx_ranges){ v, n };
	return DX_OK;
}

/* A name as a document of its own: folded and cut into words. */
static dx_status analyse_name(dx_doc *name, dx_str text, dx_arena *arena, dx_err *err)
{
	*name = (dx_doc){ .text = text, .arena = arena, .body = { 0, (uint32_t)text.n } };
	dx_status st = dx_fold(name, err);
	return st ? st : dx_tokenize(name, err);
}

/* One is the beginning of the other: Republican and Republicans, Iran and Iranian. */
static bool is_akin(dx_str a, dx_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	return n >= LEAST_AKIN && a.n < n + MOST_ENDING && b.n < n + MOST_ENDING && !memcmp(a.p, b.p, n);
}

static dx_str low_of(const dx_doc *d, const dx_tok *t)
{
	return (dx_str){ d->low + t->fold, t->n_fold };
}

/* Capital words of doc that are akin to a word of the name, for a name that does not stand there whole. */
static size_t find_akin(dx_range *out, size_t most, const dx_doc *doc, dx_range in, const dx_doc *name)
{
	size_t n = 0;
	for (uint32_t i = in.beg; i < in.end && n < most; i++)
		for (size_t k = 0; k < name->n_tok && doc->tok[i].shape & DX_SH_UPPER; k++)
			if (is_akin(low_of(doc, doc->tok + i), low_of(name, name->tok + k))) {
				out[n++] = (dx_range){ i, i + 1 };
				break;
			}
	return n;
}

/* Adds where name stands in each of `in` to out. named, where asked for, is the case whose target it is. */
static dx_status find_name(dx_ranges *out, dx_stance_case *named, const dx_doc *doc, dx_ranges in, dx_str name, bool akin, dx_err *err)
{
	dx_range *v = dx_arena_array(doc->arena, MOST_FOUND, sizeof *v);
	uint64_t words[MOST_NAME];
	dx_doc d;
	*out = (dx_ranges){ v, 0 };
	dx_status st = v ? analyse_name(&d, name, doc->arena, err) : no_memory(err);
	if (st)
		return st;
	const size_t n_words = dx_stance_words(words, MOST_NAME, &d);
	for (size_t i = 0; i < in.n && out->n < MOST_FOUND; i++)
		out->n += dx_stance_find(v + out->n, MOST_FOUND - out->n, doc, in.v[i], words, n_words);
	for (size_t i = 0; i < in.n && akin && !out->n; i++)
		out->n = find_akin(v, MOST_FOUND, doc, in.v[i], &d);
	if (named) {
		named->target_text = (dx_str){ d.low, d.n_fold };
		named->issue = dx_issue_of(&d);
	}
	return DX_OK;
}

/* The range of a given span, or wherever the name stands in `in`. */
static dx_status locate(dx_ranges *out, dx_stance_case *named, const dx_doc *doc, dx_ranges in, dx_str name, dx_span span, dx_err *err)
{
	dx_span one = span;
	dx_status st = find_name(out, named, doc, in, name, true, err);
	if (!st && span.end > span.beg)
		st = dx_stance_ranges(out, doc, (dx_spans){ &one, 1 }, err);
	return st;
}

dx_status dx_stance_of_statement(dx_stance_case *out, const dx_doc *doc, const dx_statement *s, dx_err *err)
{
	const bool held = s->holder.n || s->holder_span.end > s->holder_span.beg;
	const bool marked = s->target_span.end > s->target_span.beg;
	*out = (dx_stance_case){ .doc = doc, .kind = !held ? DX_STANCE_STATEMENT : marked ? DX_STANCE_HELD : DX_STANCE_NAMED };
	dx_range *all = dx_arena_alloc(doc->arena, sizeof *all);
	if (!all)
		return no_memory(err);
	*all = (dx_range){ 0, (uint32_t)doc->n_tok };
	out->content = (dx_ranges){ all, doc->n_tok > 0 };
	dx_status st = locate(&out->target, out, doc, out->content, s->target, s->target_span, err);
	if (marked)
		out->issue = (dx_issue){ 0, false };
	if (!st && held)
		st = locate(&out->holder, NULL, doc, out->content, s->holder, s->holder_span, err);
	return st;
}

dx_status dx_stance_of_quote(dx_stance_case *out, const dx_doc *doc, const dx_quote *q, dx_str target, dx_err *err)
{
	*out = (dx_stance_case){ .doc = doc, .kind = DX_STANCE_QUOTE, .direct = q->type == DX_DIRECT };
	dx_status st = dx_stance_ranges(&out->content, doc, q->content, err);
	if (!st)
		st = dx_stance_ranges(&out->cue, doc, q->cue, err);
	if (!st)
		st = dx_stance_ranges(&out->source, doc, q->source, err);
	if (!st && target.n)
		st = find_name(&out->target, out, doc, out->content, target, false, err);
	if (!st && target.n && !out->target.n)
		st = find_name(&out->target, NULL, doc, out->cue, target, false, err);
	return st;
}

dx_stance_case dx_stance_as_issue(const dx_stance_case *c)
{
	dx_stance_case x = *c;
	x.kind = DX_STANCE_ISSUE;
	x.target = (dx_ranges){ NULL, 0 };
	x.letters = false;
	return x;
}
