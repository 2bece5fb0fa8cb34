#include "features/stance_items.h"

#define NEGATION_REACH 4                                 /* items that a negator reaches to the right */

typedef struct { const dx_stance_case *c; dx_item *it; size_t n; } items;

static bool covers(dx_ranges r, uint32_t tok)
{
	for (size_t i = 0; i < r.n; i++)
		if (tok >= r.v[i].beg && tok < r.v[i].end)
			return true;
	return false;
}

static bool is_break(const dx_doc *d, const dx_tok *t)
{
	const unsigned char c = (unsigned char)(t->n_fold == 1 ? d->fold[t->fold] : 0);
	return t->kind == DX_TOK_PUNCT && c && strchr(",.;:!?()", c) != NULL;
}

static bool make_item(dx_item *out, const dx_stance_case *c, uint32_t i)
{
	const dx_tok *t = c->doc->tok + i;
	*out = (dx_item){ .word = t->word, .tok = i, .kind = DX_ITEM_WORD, .key = t->hash };
	if (covers(c->target, i)) {
		*out = (dx_item){ .word = &dx_word_none, .tok = i, .kind = DX_ITEM_TARGET, .key = DX_KEY_TARGET };
		return i == 0 || !covers(c->target, i - 1);
	}
	if (covers(c->holder, i)) {
		*out = (dx_item){ .word = &dx_word_none, .tok = i, .kind = DX_ITEM_HOLDER, .key = DX_KEY_HOLDER };
		return i == 0 || !covers(c->holder, i - 1);
	}
	if (t->kind == DX_TOK_NUMBER)
		out->key = DX_KEY_NUMBER;
	else if (is_break(c->doc, t))
		out->kind = DX_ITEM_BREAK;
	else if (t->kind != DX_TOK_WORD)
		return false;
	return true;
}

/* First token of the window: the start, or far enough on that the target lies inside. */
static uint32_t window_start(const dx_stance_case *c)
{
	uint32_t before = 0;
	if (!c->target.n || !c->content.n)
		return 0;
	for (size_t i = 0; i < c->content.n; i++) {
		const dx_range r = c->content.v[i];
		if (c->target.v[0].beg >= r.beg && c->target.v[0].beg < r.end) {
			before += c->target.v[0].beg - r.beg;
			break;
		}
		before += r.end - r.beg;
	}
	return before > DX_STANCE_WORDS * 2 / 3 ? before - DX_STANCE_WORDS / 2 : 0;
}

static void make_items(items *b)
{
	uint32_t skip = window_start(b->c);
	for (size_t k = 0; k < b->c->content.n; k++)
		for (uint32_t i = b->c->content.v[k].beg; i < b->c->content.v[k].end && b->n < DX_STANCE_WORDS; i++) {
			if (skip) {
				skip--;
				continue;
			}
			if (make_item(b->it + b->n, b->c, i))
				b->n++;
		}
}

/* Distances in words, from the left and from the right; the nearer target wins, the left-hand one where both are as near. */
static void set_distances(items *b)
{
	int16_t d = 0;
	bool seen = false;
	for (size_t i = 0; i < b->n; i++) {
		if (b->it[i].kind == DX_ITEM_TARGET) {
			seen = true;
			d = 0;
		} else if (seen) {
			d = (int16_t)(d + (b->it[i].kind != DX_ITEM_BREAK));
			b->it[i].dist = d;
		}
	}
	seen = false;
	for (size_t i = b->n; i-- > 0;) {
		if (b->it[i].kind == DX_ITEM_TARGET) {
			seen = true;
			d = 0;
		} else if (seen) {
			d = (int16_t)(d + (b->it[i].kind != DX_ITEM_BREAK));
			if (!b->it[i].dist || d < b->it[i].dist)
				b->it[i].dist = (int16_t)-d;
		}
	}
}

static void set_negation(items *b)
{
	size_t reach = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->it[i].kind == DX_ITEM_BREAK || dx_item_mood(b->it + i) == DX_MODALITY_CONTRAST)
			reach = 0;
		b->it[i].negated = reach > 0;
		reach -= reach > 0;
		if (dx_item_mood(b->it + i) == DX_MODALITY_NEGATE || dx_item_mood(b->it + i) == DX_MODALITY_WEAKEN)
			reach = NEGATION_REACH;
	}
}

/* Articles and the like, which may stand within a phrase. */
static bool is_filler(const dx_doc *d, const dx_tok *t)
{
	static const char *const FILLER[] = { "a", "an", "the", "his", "her", "their", "its", "our", "my", "your", "this", "that", "these", "those" };
	for (size_t k = 0; k < DX_COUNT(FILLER) && t->n_fold <= 5; k++)
		if (dx_tok_is(d, t, FILLER[k]))
			return true;
	return false;
}

/* The phrase that begins at item i, if it is one: it takes the place of its words, but for concern, which the list rates word by word. */
static void rate_phrase(items *b, size_t i)
{
	size_t k = i + 1;
	while (k < b->n && b->it[k].kind == DX_ITEM_WORD && is_filler(b->c->doc, b->c->doc->tok + b->it[k].tok))
		k++;
	if (k >= b->n || b->it[i].kind != DX_ITEM_WORD || b->it[k].kind != DX_ITEM_WORD)
		return;
	const dx_rating r = dx_rating_of_phrase(b->it[i].key, b->it[k].key);
	if (!r.any)
		return;
	for (int kind = 0; kind < DX_RATING_CONCERN; kind++) {
		b->it[i].rated.v[kind] = r.v[kind];
		b->it[k].rated.v[kind] = 0;
	}
	b->it[i].rated.any = b->it[k].rated.any = true;
}

static void set_ratings(items *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->it[i].kind == DX_ITEM_WORD)
			b->it[i].rated = dx_rating_of(b->it[i].word);
	for (size_t i = 0; i < b->n; i++)
		rate_phrase(b, i);
}

size_t dx_stance_items(dx_item out[DX_STANCE_WORDS], const dx_stance_case *c)
{
	items b = { c, out, 0 };
	make_items(&b);
	set_distances(&b);
	set_negation(&b);
	set_ratings(&b);
	return b.n;
}
