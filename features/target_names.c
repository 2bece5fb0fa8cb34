#include "features/target_names.h"
#include "features/tagset.h"

#define NAME_WORDS 6

static unsigned lex(const dx_tok *t, unsigned column)
{
	return t->word->v[column];
}

static bool is_small(const dx_tok *t)
{
	return lex(t, DX_LEX_FUNCTION) || lex(t, DX_LEX_PRONOUNS) || lex(t, DX_LEX_MODALITY);
}

static bool name_word(const dx_tok *t)
{
	const bool title = lex(t, DX_LEX_TITLES) && t->shape & DX_SH_DOT;
	return t->kind == DX_TOK_WORD && t->shape & DX_SH_UPPER && !(t->shape & DX_SH_CLITIC) && !is_small(t) && !title;
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

/* Capital words in a row of one name class: in a headline, where all words are such, "Ada Ode Calls Out Ben Holt" holds two names. */
static dx_range name_run(const dx_doc *d, size_t i)
{
	dx_range r = { (uint32_t)i, (uint32_t)i };
	while (r.end < d->n_tok && r.end - r.beg < NAME_WORDS && name_word(d->tok + r.end) && d->tok[r.end].sent == d->tok[i].sent
	       && d->tok[r.end].ner == d->tok[i].ner)
		r.end++;
	while (r.end - r.beg > 1 && lex(d->tok + r.beg, DX_LEX_TITLES))
		r.beg++;
	return r;
}

/* From a forename or the title before it. */
static uint8_t gender_of(const dx_doc *d, dx_range r)
{
	const unsigned title = r.beg > 0 ? lex(d->tok + r.beg - 1, DX_LEX_TITLES) : 0, fore = lex(d->tok + r.beg, DX_LEX_FORENAMES);
	if (title == DX_TITLES_MALE || (r.end - r.beg > 1 && fore == DX_FORENAMES_MALE))
		return DX_PRONOUNS_MALE;
	return title == DX_TITLES_FEMALE || (r.end - r.beg > 1 && fore == DX_FORENAMES_FEMALE) ? DX_PRONOUNS_FEMALE : 0;
}

static uint8_t class_of(const dx_doc *d, dx_range r)
{
	const dx_tok *last = d->tok + r.end - 1;
	return lex(last, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_CALENDAR ? DX_NER_NONE : last->ner ? last->ner : DX_NER_OUTSIDE;
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
		if (!DX_PUSH(t->doc->arena, t->name, t->n_name, b->cap, ((dx_target_name){ .tok = r, .last = last, .ner = class_of(t->doc, r) })))
			return false;
		*s = (uint32_t)t->n_name;
	}
	dx_target_name *n = &t->name[*s - 1];
	n->n_mention++;
	n->lead |= r.beg < DX_TARGET_LEAD;
	if (!n->gender)
		n->gender = gender_of(t->doc, r);
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
