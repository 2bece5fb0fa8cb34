#include "features/segment.h"

/* Lines between these lengths that do not end a sentence look hard-wrapped. */
#define WRAP_LEAST 40
#define WRAP_MOST 110

static bool ends_sentence(char c)
{
	return strchr(".!?:;\"')", c) != NULL;
}

/* Whether the text is hard-wrapped: most single line feeds stand behind a full line in the middle of a sentence. */
static bool is_wrapped(const char *s, size_t n)
{
	size_t wrapped = 0, single = 0, beg = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\n')
			continue;
		if (i > beg && i + 1 < n && s[i + 1] != '\n') {
			single++;
			wrapped += i - beg >= WRAP_LEAST && i - beg <= WRAP_MOST && !ends_sentence(s[i - 1]) && (unsigned char)s[i - 1] < 0x80;
		}
		beg = i + 1;
	}
	return wrapped >= 3 && 10 * wrapped >= 6 * single;
}

/* Line feeds between token i and the one before it. */
static unsigned feeds_before(const dx_doc *d, size_t i)
{
	unsigned n = 0;
	for (size_t k = d->tok[i - 1].fold + d->tok[i - 1].n_fold; k < d->tok[i].fold; k++)
		n += d->fold[k] == '\n';
	return n;
}

static bool is_stop(const dx_doc *d, const dx_tok *t)
{
	char c = d->fold[t->fold];
	return t->kind == DX_TOK_PUNCT && (c == '.' || c == '?' || c == '!' || !memcmp(d->fold + t->fold, "\xe2\x80\xa6", t->n_fold < 3 ? t->n_fold : 3));
}

/* What may stand between a full stop and the end of its sentence: closing marks and brackets, glued on. */
static bool closes(const dx_doc *d, const dx_tok *t)
{
	char c = d->fold[t->fold];
	if (t->kind == DX_TOK_PUNCT)
		return (t->shape & DX_SH_GLUED) && (c == ')' || c == ']' || is_stop(d, t));
	return t->kind == DX_TOK_MARK && (t->shape & DX_SH_GLUED) && t->mark != DX_MK_LEFT2 && t->mark != DX_MK_LEFT1;
}

/* Whether a sentence may begin with token t. */
static bool opens(const dx_doc *d, const dx_tok *t)
{
	char c = d->fold[t->fold];
	if (t->kind == DX_TOK_PUNCT && (c == '(' || c == '[') && !(t->shape & DX_SH_GLUED))
		return t + 1 < d->tok + d->n_tok && (t[1].shape & DX_SH_UPPER || t[1].kind == DX_TOK_MARK);
	return (t->shape & DX_SH_UPPER) || t->kind == DX_TOK_NUMBER || t->kind == DX_TOK_MARK || t->kind == DX_TOK_SYMBOL;
}

/* Whether the sentence ends behind token i, where j is the next token that does not close it. */
static bool sentence_ends(const dx_doc *d, size_t i, size_t j)
{
	const dx_tok *t = d->tok + i, *next = d->tok + j;
	if (is_stop(d, t)) {
		/* ". he said" goes on; "...word" too */
		if (!opens(d, next))
			return false;
		return !(next->shape & DX_SH_GLUED) || (next->shape & DX_SH_UPPER) || next->kind == DX_TOK_MARK;
	}
	/* An abbreviation ends a sentence when a word follows that begins sentences more often than it goes on with names. */
	return t->kind == DX_TOK_WORD && t->shape & DX_SH_DOT && d->fold[t->fold + t->n_fold - 1u] == '.' && !(t->shape & DX_SH_INITIAL) &&
	       t->word->v[DX_LEX_ABBREVIATIONS] != DX_ABBREVIATIONS_TITLE && next->shape & DX_SH_UPPER && next->word->v[DX_LEX_FUNCTION];
}

typedef struct { dx_doc *d; size_t cap_sent, cap_par; } segmenter;

static bool push(segmenter *s, bool par, size_t beg, size_t end)
{
	dx_doc *d = s->d;
	dx_range r = { (uint32_t)beg, (uint32_t)end };
	return par ? DX_PUSH(d->arena, d->par, d->n_par, s->cap_par, r) : DX_PUSH(d->arena, d->sent, d->n_sent, s->cap_sent, r);
}

static bool split_sentences(segmenter *s, size_t beg, size_t end)
{
	dx_doc *d = s->d;
	size_t from = beg;
	for (size_t i = beg, j = beg; i < end;) {
		/* What closes behind i also closes behind the next token, while j is ahead. */
		if (j <= i)
			for (j = i + 1; j < end && closes(d, d->tok + j);)
				j++;
		d->tok[i].sent = (uint32_t)d->n_sent;
		if (j < end && !sentence_ends(d, i, j)) {
			i++;
			continue;
		}
		for (size_t k = i; k < j; k++)
			d->tok[k].sent = (uint32_t)d->n_sent;
		if (j == end || j > i) {
			if (!push(s, false, from, j))
				return false;
			from = j;
		}
		i = j;
	}
	return true;
}

dx_status dx_segment(dx_doc *d, dx_err *err)
{
	segmenter s = { .d = d };
	bool wrapped = is_wrapped(d->fold, d->n_fold);
	d->sent = d->par = NULL;
	d->n_sent = d->n_par = 0;
	for (size_t beg = 0, end; beg < d->n_tok; beg = end) {
		for (end = beg + 1; end < d->n_tok && feeds_before(d, end) < (wrapped ? 2u : 1u); end++)
			;
		for (size_t i = beg; i < end; i++)
			d->tok[i].par = (uint32_t)d->n_par;
		if (!split_sentences(&s, beg, end) || !push(&s, true, beg, end))
			return dx_fail(err, DX_ENOMEM, "out of memory: %zu sentences", d->n_sent);
	}
	return DX_OK;
}
