#include "features/target.h"
#include "features/rating.h"
#include "features/tagset.h"
#include <math.h>

#define NAME_WORDS 6
#define PHRASE_WORDS 4
#define ARTICLE_NEAR 4                                   /* names before the quote that are candidates */
#define POLAR_REACH 4

static unsigned lex(const dx_tok *t, unsigned column)
{
	return t->word->v[column];
}

/* --- names of the article --- */

static bool is_small(const dx_tok *t)
{
	return lex(t, DX_LEX_FUNCTION) || lex(t, DX_LEX_PRONOUNS) || lex(t, DX_LEX_MODALITY);
}

static bool name_word(const dx_tok *t)
{
	return t->kind == DX_TOK_WORD && t->shape & DX_SH_UPPER && !(t->shape & DX_SH_CLITIC) && !is_small(t);
}

/* first: the first word of the sentence that was asked about last, so that a sentence is searched once. */
static bool starts_sentence(uint32_t *first, const dx_doc *d, size_t i)
{
	const uint32_t beg = d->sent[d->tok[i].sent].beg;
	if (*first < beg || *first > i)
		for (*first = beg; *first < i && d->tok[*first].kind != DX_TOK_WORD;)
			++*first;
	return *first == i;
}

static dx_range name_run(const dx_doc *d, size_t i)
{
	dx_range r = { (uint32_t)i, (uint32_t)i };
	while (r.end < d->n_tok && r.end - r.beg < NAME_WORDS && name_word(d->tok + r.end) && d->tok[r.end].sent == d->tok[i].sent)
		r.end++;
	while (r.end - r.beg > 1 && lex(d->tok + r.beg, DX_LEX_TITLES))
		r.beg++;
	return r;
}

typedef struct { dx_targets *t; size_t cap; uint32_t *slot; size_t n_slot; } builder;

static uint32_t *slot_of(const builder *b, uint64_t last)
{
	size_t i = (size_t)last & (b->n_slot - 1);
	while (b->slot[i] && b->t->name[b->slot[i] - 1].last != last)
		i = (i + 1) & (b->n_slot - 1);
	return &b->slot[i];
}

static bool add_name(builder *b, dx_range r, bool doubtful)
{
	dx_targets *t = b->t;
	const uint64_t last = t->doc->tok[r.end - 1].hash;
	uint32_t *s = slot_of(b, last);
	if (!*s) {
		if (doubtful)
			return true;
		if (!DX_PUSH(t->doc->arena, t->name, t->n_name, b->cap, ((dx_target_name){ .tok = r, .last = last })))
			return false;
		*s = (uint32_t)t->n_name;
	}
	dx_target_name *n = &t->name[*s - 1];
	n->n_mention++;
	if (r.end - r.beg > n->tok.end - n->tok.beg)
		n->tok = r;
	for (uint32_t i = r.beg; i < r.end; i++)
		t->of_tok[i] = (int32_t)*s - 1;
	return true;
}

/* A single capital word at the start of a sentence is a name where another sentence has it as one: second pass. */
static bool add_names(builder *b, bool doubtful)
{
	const dx_doc *d = b->t->doc;
	uint32_t first = UINT32_MAX;
	for (size_t i = 0; i < d->n_tok; i++) {
		if (!name_word(d->tok + i) || b->t->of_tok[i] >= 0)
			continue;
		const dx_range r = name_run(d, i);
		const bool in_doubt = r.end - r.beg == 1 && starts_sentence(&first, d, i) && d->tok[i].pos != DX_POS_NNP;
		if (in_doubt == doubtful && !add_name(b, r, doubtful))
			return false;
		i = r.end - 1;
	}
	return true;
}

static void find_frequent(dx_targets *t)
{
	const dx_target_name *name = t->name;
	for (size_t i = 0; i < t->n_name; i++) {
		size_t k = t->n_top < DX_TARGET_TOP ? t->n_top++ : DX_TARGET_TOP;
		for (; k > 0 && name[t->top[k - 1]].n_mention < name[i].n_mention; k--)
			if (k < DX_TARGET_TOP)
				t->top[k] = t->top[k - 1];
		if (k < DX_TARGET_TOP)
			t->top[k] = (int32_t)i;
	}
}

/* Counts of all words; slot: scratch of n_slot places, zeros. */
static void count_words(dx_targets *t, uint32_t *slot, size_t n_slot)
{
	const dx_tok *tok = t->doc->tok;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t->doc->n_tok; i++) {
			size_t k = (size_t)tok[i].hash & (n_slot - 1);
			while (slot[k] && tok[slot[k] - 1].hash != tok[i].hash)
				k = (k + 1) & (n_slot - 1);
			if (!slot[k])
				slot[k] = (uint32_t)i + 1;
			uint16_t *first = &t->often[slot[k] - 1];
			if (pass)
				t->often[i] = *first;
			else
				*first = (uint16_t)(*first + (*first < DX_TARGET_OFTEN));
		}
}

dx_status dx_targets_new(dx_targets *out, const dx_doc *doc, dx_err *err)
{
	size_t n_slot = 64;
	while (n_slot < 2 * doc->n_tok)
		n_slot *= 2;
	*out = (dx_targets){ .doc = doc, .of_tok = dx_arena_array(doc->arena, doc->n_tok, sizeof *out->of_tok),
		.often = dx_arena_array(doc->arena, doc->n_tok, sizeof *out->often) };
	builder b = { .t = out, .n_slot = n_slot, .slot = dx_arena_array(doc->arena, n_slot, sizeof *b.slot) };
	uint32_t *slot = dx_arena_array(doc->arena, n_slot, sizeof *slot);
	if (!out->of_tok || !out->often || !b.slot || !slot)
		return dx_fail(err, DX_ENOMEM, "out of memory: names");
	for (size_t i = 0; i < doc->n_tok; i++)
		out->of_tok[i] = -1;
	count_words(out, slot, n_slot);
	if (!add_names(&b, false) || !add_names(&b, true))
		return dx_fail(err, DX_ENOMEM, "out of memory: names");
	find_frequent(out);
	return DX_OK;
}

/* --- candidates --- */

static bool phrase_word(const dx_tok *t)
{
	switch ((dx_pos)t->pos) {
	case DX_POS_NONE:
		return t->kind == DX_TOK_WORD && !is_small(t) && !(t->shape & DX_SH_CLITIC) && lex(t, DX_LEX_REPORTING) != DX_REPORTING_SAY;
	case DX_POS_NN: case DX_POS_NNS: case DX_POS_NNP: case DX_POS_JJ:
		return t->kind == DX_TOK_WORD && !lex(t, DX_LEX_PRONOUNS);
	default:
		return false;
	}
}

static bool ends_phrase(const dx_tok *t)
{
	return t->pos == DX_POS_NONE || t->pos == DX_POS_NN || t->pos == DX_POS_NNS || t->pos == DX_POS_NNP;
}

/* The letter that an editor has changed, with its bracket: "[W]hen". */
static bool is_changed_letter(const dx_doc *d, dx_range text)
{
	const uint32_t i = text.beg;
	return text.end == i + 1 && d->tok[i].n_fold == 1 && text.end < d->n_tok && d->fold[d->tok[text.end].fold] == ']';
}

static void add(dx_target_pool *p, dx_target_cand c)
{
	if (is_changed_letter(p->names->doc, c.text))
		return;
	for (size_t i = 0; i < p->n; i++)
		if (c.name >= 0 ? p->v[i].name == c.name
		                : p->v[i].name < 0 && p->names->doc->tok[p->v[i].tok.end - 1].hash == p->names->doc->tok[c.tok.end - 1].hash)
			return;
	if (p->n < DX_CANDIDATES)
		p->v[p->n++] = c;
}

/* End of the name that token i belongs to. */
static uint32_t name_end(const dx_targets *t, uint32_t i, uint32_t end)
{
	uint32_t k = i;
	while (k < end && t->of_tok[k] == t->of_tok[i])
		k++;
	return k;
}

static uint32_t add_at(dx_target_pool *p, uint32_t i, uint32_t end, dx_target_kind kind)
{
	const dx_targets *t = p->names;
	const dx_tok *tok = t->doc->tok;
	if (t->of_tok[i] >= 0) {
		const uint32_t e = name_end(t, i, end);
		add(p, (dx_target_cand){ { i, e }, t->name[t->of_tok[i]].tok, t->of_tok[i], (uint8_t)kind, 0 });
		return e;
	}
	if (kind != DX_TG_NAME || !phrase_word(tok + i))
		return i + 1;
	uint32_t e = i;
	while (e < end && e - i < PHRASE_WORDS && phrase_word(tok + e) && t->of_tok[e] < 0)
		e++;
	uint32_t last = e;
	while (last > i && !ends_phrase(tok + last - 1))
		last--;
	if (last > i)
		add(p, (dx_target_cand){ { i, last }, { i, last }, -1, DX_TG_PHRASE, 0 });
	return e;
}

static void add_from(dx_target_pool *p, dx_ranges r, dx_target_kind kind)
{
	for (size_t k = 0; k < r.n; k++)
		for (uint32_t i = r.v[k].beg; i < r.v[k].end;)
			i = add_at(p, i, r.v[k].end, kind);
}

static void add_article(dx_target_pool *p, int32_t name)
{
	add(p, (dx_target_cand){ { 0, 0 }, p->names->name[name].tok, name, DX_TG_ARTICLE, 0 });
}

static void add_nearest(dx_target_pool *p, uint32_t before)
{
	size_t n = 0;
	int32_t last = -1;
	for (uint32_t i = before; i-- > 0 && n < ARTICLE_NEAR && before - i < 400;)
		if (p->names->of_tok[i] >= 0 && p->names->of_tok[i] != last) {
			last = p->names->of_tok[i];
			add_article(p, last);
			n++;
		}
}

static void add_frequent(dx_target_pool *p)
{
	for (size_t k = 0; k < p->names->n_top; k++)
		add_article(p, p->names->top[k]);
}

/* What the content has, whichever candidate is looked at. */
static void look_at_content(dx_target_pool *p)
{
	const dx_stance_case *c = p->c;
	for (size_t k = 0; k < c->content.n; k++)
		for (uint32_t i = c->content.v[k].beg; i < c->content.v[k].end; i++) {
			const unsigned w = lex(c->doc->tok + i, DX_LEX_PRONOUNS);
			p->first_person |= w == DX_PRONOUNS_FIRST_SG || w == DX_PRONOUNS_FIRST_PL;
			p->third_person |= w == DX_PRONOUNS_MALE || w == DX_PRONOUNS_FEMALE;
			p->n_word++;
		}
}

/* How far before the content each name was last mentioned. */
static void look_back(dx_target_pool *p)
{
	const uint32_t from = p->c->content.n ? p->c->content.v[0].beg : 0;
	size_t left = 0;
	int32_t last = -1;
	for (size_t i = 0; i < p->n; i++) {
		p->v[i].back = DX_TARGET_BACK;
		left += p->v[i].name >= 0;
	}
	for (uint32_t back = 0; back < from && back < DX_TARGET_BACK && left; back++) {
		const int32_t name = p->names->of_tok[from - 1 - back];
		if (name < 0 || name == last)
			continue;
		last = name;
		for (size_t i = 0; i < p->n; i++)
			if (p->v[i].name == name && p->v[i].back == DX_TARGET_BACK) {
				p->v[i].back = (uint16_t)back;
				left--;
			}
	}
}

void dx_target_candidates(dx_target_pool *out, const dx_targets *t, const dx_stance_case *c)
{
	out->names = t;
	out->c = c;
	out->n = out->n_word = 0;
	out->first_person = out->third_person = false;
	add_from(out, c->content, DX_TG_NAME);
	if (out->n > DX_CANDIDATES - 16)
		out->n = DX_CANDIDATES - 16;     /* room for the frame and the article */
	add_from(out, c->cue, DX_TG_FRAME);
	add_from(out, c->source, DX_TG_FRAME);
	if (c->content.n)
		add_nearest(out, c->content.v[0].beg);
	add_frequent(out);
	look_at_content(out);
	look_back(out);
}

/* --- vectors --- */

enum {
	F_KIND = 1, F_POLAR_KIND = 5, F_FIRST = 9, F_POSITION, F_EARLY, F_LAST, F_LENGTH, F_MENTIONS = 16, F_BEFORE, F_POLAR_LEFT = 32, F_POLAR_RIGHT, F_NEXT_VERB, F_SELF, F_SELF_POLAR, F_SELF_FIRST_PERSON, F_PRONOUN_NEAR, F_DISTANCE,
	F_RANK, F_VALENCE, F_ORDER_NAME, F_NAME_POLAR, F_PLURAL, F_ACT_LEFT, F_SUBJECT, F_COUNT, F_SHORT_CONTENT, F_NEAREST_PRONOUN,
	F_OFTEN, F_OFTEN_POLAR, F_VERB_LEFT, F_END,
	F_KIND_BEFORE = 64,                      /* kind and what stands before it */
	F_CLUSTER = F_KIND_BEFORE + 4 * 15       /* sort of its last word */
};
enum { CLUSTERS = 97 };
static_assert(F_END <= F_KIND_BEFORE && F_CLUSTER + CLUSTERS <= DX_TARGET_DENSE, "indices");

/* What stands before a candidate, as a small number. */
static unsigned before_class(const dx_doc *d, dx_range r, uint32_t beg)
{
	static const char *const words[] = { "of", "in", "on", "for", "with", "against", "about", "to", "by", "from", "the", "a", "this", "that" };
	if (r.beg <= beg || d->tok[r.beg - 1].n_fold > 7)
		return 0;
	for (unsigned i = 0; i < DX_COUNT(words); i++)
		if (dx_tok_is(d, d->tok + r.beg - 1, words[i]))
			return i + 1;
	return 0;
}

static float polar_near(const dx_doc *d, uint32_t beg, uint32_t end)
{
	float sum = 0;
	for (uint32_t i = beg; i < end; i++)
		if (lex(d->tok + i, DX_LEX_POLARITY_VADER) > 1 || lex(d->tok + i, DX_LEX_POLARITY_HU) > 1)
			sum++;
	return fminf(sum, 2) / 2;
}

static dx_range piece_of(const dx_stance_case *c, dx_range r)
{
	for (size_t i = 0; i < c->content.n; i++)
		if (r.beg >= c->content.v[i].beg && r.end <= c->content.v[i].end)
			return c->content.v[i];
	return r;
}

static void put_inside(dx_vec *x, const dx_stance_case *c, dx_range r, unsigned kind)
{
	const dx_doc *d = c->doc;
	const dx_range in = piece_of(c, r);
	const float len = (float)(in.end - in.beg), at = (float)(r.beg - in.beg);
	const uint32_t left = r.beg - in.beg > POLAR_REACH ? r.beg - POLAR_REACH : in.beg;
	const uint32_t right = in.end - r.end > POLAR_REACH ? r.end + POLAR_REACH : in.end;
	const unsigned before = before_class(d, r, in.beg);
	bool act = false;
	dx_vec_add(x, F_POSITION, at / (len + 1));
	dx_vec_add(x, F_EARLY, 1 / (1 + at));
	dx_vec_add(x, F_LAST, in.end - r.end < 3);
	dx_vec_add(x, F_LENGTH + (r.end - r.beg > 3 ? 2 : r.end - r.beg - 1), 1);
	dx_vec_add(x, F_BEFORE + before, 1);
	dx_vec_add(x, F_KIND_BEFORE + kind * 15u + before, 1);
	dx_vec_add(x, F_VERB_LEFT, r.beg > in.beg && lex(d->tok + r.beg - 1, DX_LEX_ACTS));
	dx_vec_add(x, F_POLAR_LEFT, polar_near(d, left, r.beg));
	dx_vec_add(x, F_POLAR_RIGHT, polar_near(d, r.end, right));
	dx_vec_add(x, F_NEXT_VERB, r.end < in.end && (lex(d->tok + r.end, DX_LEX_MODALITY) == DX_MODALITY_FUTURE
	           || dx_tok_is(d, d->tok + r.end, "is") || dx_tok_is(d, d->tok + r.end, "was") || dx_tok_is(d, d->tok + r.end, "has")));
	for (uint32_t i = left; i < r.beg; i++)
		act |= lex(d->tok + i, DX_LEX_ACTS) || lex(d->tok + i, DX_LEX_REPORTING);
	dx_vec_add(x, F_ACT_LEFT, act);
	dx_vec_add(x, F_SUBJECT, at < 3 && r.end < in.end);
	const int v = (int)lex(d->tok + r.end - 1, DX_LEX_VALENCE);
	dx_vec_add(x, F_VALENCE, v ? fabsf((float)(v - 100)) / 40 : 0);
	dx_vec_add(x, F_PLURAL, d->tok[r.end - 1].pos == DX_POS_NNS);
}

/* Words of a candidate and around it, each in bins of its own. */
enum { W_LAST, W_CUE, W_OPENING, W_BEFORE, W_AFTER, W_VERB, W_DONE, W_DOER, W_TONE, W_END };
static_assert(W_END == DX_TARGET_WORDS, "bins");

#define VERB_REACH 6
#define RATING_REACH 5

static void put_hashed(dx_vec *x, uint32_t which, uint64_t word)
{
	dx_vec_add(x, DX_TARGET_DENSE + which * DX_TARGET_BINS + (uint32_t)(dx_mix(which, word) >> 40) % DX_TARGET_BINS, 1);
}

static uint64_t step(int rating)
{
	return rating < -2 ? 0 : rating < 0 ? 1 : rating == 0 ? 2 : rating <= 2 ? 3 : 4;
}

/* What the words around a candidate say of it: the nearest rated one before it of whom it is done to, behind it of who does it. */
static void put_ratings(dx_vec *x, const dx_doc *d, dx_range r, dx_range in, bool polar)
{
	int done = 0, doer = 0, tone = 0;
	for (uint32_t i = r.beg, k = 0; i-- > in.beg && k < RATING_REACH && !done; k++)
		done = dx_rating_of(d->tok[i].word).v[DX_RATING_DONE];
	for (uint32_t i = r.end; i < in.end && i < r.end + RATING_REACH && !doer; i++)
		doer = dx_rating_of(d->tok[i].word).v[DX_RATING_DOER];
	for (uint32_t i = r.beg; i < r.end && !tone; i++)
		tone = dx_rating_of(d->tok[i].word).v[DX_RATING_TONE];
	put_hashed(x, W_DONE, step(done) * 2 + polar);
	put_hashed(x, W_DOER, step(doer) * 2 + polar);
	put_hashed(x, W_TONE, step(tone) * 2 + polar);
}

static void put_verb(dx_vec *x, const dx_doc *d, dx_range r, dx_range in)
{
	for (uint32_t i = r.beg, k = 0; i-- > in.beg && k < VERB_REACH; k++)
		if (d->tok[i].pos >= DX_POS_VB && d->tok[i].pos <= DX_POS_VBZ) {
			put_hashed(x, W_VERB, d->tok[i].hash);
			return;
		}
}

static void put_words(dx_vec *x, const dx_target_pool *p, size_t rank, bool polar)
{
	const dx_target_cand *me = p->v + rank;
	const dx_doc *d = p->c->doc;
	const dx_range r = me->tok, in = piece_of(p->c, r);
	const uint64_t place = (rank < 3 ? rank : 3) * 4 + me->kind;
	if (me->text.beg < me->text.end)
		put_hashed(x, W_LAST, d->tok[me->text.end - 1].hash);
	if (p->c->cue.n)
		put_hashed(x, W_CUE, dx_mix(place, d->tok[p->c->cue.v[p->c->cue.n - 1].end - 1].hash));
	if (me->kind != DX_TG_NAME && me->kind != DX_TG_PHRASE)
		return;
	put_hashed(x, W_OPENING, dx_mix(place, d->tok[in.beg].hash));
	put_hashed(x, W_BEFORE, r.beg > in.beg ? d->tok[r.beg - 1].hash : 1);
	put_hashed(x, W_AFTER, r.end < in.end ? d->tok[r.end].hash : 1);
	put_verb(x, d, r, in);
	put_ratings(x, d, r, in, polar);
}

static bool in_ranges(const dx_targets *t, dx_ranges r, int32_t name)
{
	for (size_t k = 0; k < r.n; k++)
		for (uint32_t i = r.v[k].beg; i < r.v[k].end; i++)
			if (t->of_tok[i] == name)
				return true;
	return false;
}

static void put_name(dx_vec *x, const dx_target_pool *p, const dx_target_cand *v, bool polar)
{
	const dx_targets *t = p->names;
	const dx_stance_case *c = p->c;
	const bool self = in_ranges(t, c->source, v->name);
	const float close = v->back < DX_TARGET_BACK ? 1 / (1 + (float)v->back / 16) : 0;
	dx_vec_add(x, F_MENTIONS, log2f(1 + (float)t->name[v->name].n_mention) / 4);
	dx_vec_add(x, F_SELF, self);
	dx_vec_add(x, F_SELF_POLAR, self && polar);
	dx_vec_add(x, F_SELF_FIRST_PERSON, self && p->first_person);
	dx_vec_add(x, F_PRONOUN_NEAR, p->third_person && v->kind == DX_TG_ARTICLE && !self);
	dx_vec_add(x, F_DISTANCE, close);
	dx_vec_add(x, F_NEAREST_PRONOUN, p->third_person && !self ? close : 0);
}

dx_status dx_target_vector(dx_vec *x, const dx_target_pool *p, size_t i, bool polar, dx_err *err)
{
	const dx_targets *t = p->names;
	const dx_target_cand *me = p->v + i;
	size_t names = 0;
	for (size_t k = 0; k < i; k++)
		names += p->v[k].kind == DX_TG_NAME;
	x->n = 0;
	dx_vec_add(x, F_KIND + (uint32_t)me->kind, 1);
	dx_vec_add(x, F_POLAR_KIND + (uint32_t)me->kind, polar);
	dx_vec_add(x, F_FIRST, i == 0);
	dx_vec_add(x, F_RANK, 1 / (1 + (float)i));
	dx_vec_add(x, F_ORDER_NAME, me->kind == DX_TG_NAME && names == 0);
	dx_vec_add(x, F_NAME_POLAR, me->kind == DX_TG_NAME && names == 0 && polar);
	dx_vec_add(x, F_COUNT, 1 / (1 + (float)p->n));
	dx_vec_add(x, F_SHORT_CONTENT, p->n_word < 8 && me->kind == DX_TG_ARTICLE);
	if (me->kind == DX_TG_NAME || me->kind == DX_TG_PHRASE)
		put_inside(x, p->c, me->tok, me->kind);
	if (me->text.beg < me->text.end) {
		const unsigned cluster = lex(t->doc->tok + me->text.end - 1, DX_LEX_CLUSTERS_COARSE);
		const float often = log2f((float)t->often[me->text.end - 1]) / 4;
		dx_vec_add(x, F_CLUSTER + (cluster < CLUSTERS ? cluster : 0), 1);
		dx_vec_add(x, F_OFTEN, often);
		dx_vec_add(x, F_OFTEN_POLAR, polar ? often : 0);
	}
	if (me->name >= 0)
		put_name(x, p, me, polar);
	put_words(x, p, i, polar);
	return x->failed ? dx_fail(err, DX_ENOMEM, "out of memory: target features") : DX_OK;
}

dx_status dx_target_text(dx_str *out, const dx_doc *doc, dx_range r, dx_err *err)
{
	size_t n = 0;
	const dx_str s = r.beg < r.end ? dx_slice(doc, dx_range_span(doc, r)) : (dx_str){ "", 0 };
	char *p = dx_arena_alloc(doc->arena, s.n + 1);
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: target");
	for (size_t i = 0; i < s.n; i++) {
		const bool blank = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r';
		if (!blank)
			p[n++] = s.p[i];
		else if (n && p[n - 1] != ' ')
			p[n++] = ' ';
	}
	*out = (dx_str){ p, n };
	return DX_OK;
}
