#include "features/speaker.h"
#include "features/tagset.h"

#define MOST_BACK 80                             /* mentions that the walk back looks at */
#define MOST_BACK_ENTS 9
#define MOST_FORE 14
#define MOST_FORE_ENTS 3
#define MOST_TOP 48                              /* named entities that are looked at wherever they stand */
#define MOST_SAID 4                              /* quotes before this one whose speakers are candidates */

/* ---- mention roles ---- */

static bool is_preposition(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "of", "to", "for", "with", "by", "from", "at", "in", "on", "about", "against", "than", "like",
		"over", "between", "under", "toward", "towards", "into", "after", "before", "behind", "beyond", "among", "around", "via" };
	for (size_t k = 0; k < DX_COUNT(WORD); k++)
		if (dx_tok_is(d, d->tok + i, WORD[k]))
			return true;
	return false;
}

static bool is_verb_before(const dx_doc *d, size_t i)
{
	unsigned pos = d->tok[i].pos;
	if (pos)
		return pos >= DX_POS_VB && pos <= DX_POS_VBZ;
	return dx_lex(d, i, DX_LEX_REPORTING) != 0;
}

static uint8_t role_of(const dx_doc *d, const dx_mention *m)
{
	if (m->tok.end < d->n_tok && d->tok[m->tok.end].shape & DX_SH_CLITIC && dx_tok_low(d, d->tok + m->tok.end).n <= 4 &&
	    (dx_tok_is(d, d->tok + m->tok.end, "'s") || dx_tok_is(d, d->tok + m->tok.end, "\xe2\x80\x99s")))
		return DX_MR_POSSESSIVE;
	size_t beg = d->sent[d->tok[m->tok.beg].sent].beg, i = m->tok.beg;
	if (i == beg || d->tok[i - 1].kind == DX_TOK_MARK)
		return DX_MR_SUBJECT;
	i -= dx_tok_is(d, d->tok + i - 1, "the") ? 1 : 0;
	if (i == beg)
		return DX_MR_SUBJECT;
	if (is_preposition(d, i - 1) || is_verb_before(d, i - 1))
		return DX_MR_OBJECT;
	bool clause = d->tok[i - 1].kind == DX_TOK_PUNCT || dx_lex(d, i - 1, DX_LEX_FUNCTION);
	return clause ? DX_MR_SUBJECT : DX_MR_OTHER;
}

/* ---- phrases ---- */

/* First mention that begins at or behind token at. */
static size_t mention_from(const dx_mentions *m, uint32_t at)
{
	size_t lo = 0, hi = m->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (m->v[mid].tok.beg < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_same_phrase(const dx_ent *e, const uint64_t *word, size_t n)
{
	return e->n_word == n && !memcmp(e->word, word, n * sizeof *word);
}

/* "the Author" of the article itself: first person outside quotation marks. */
static bool is_author(const dx_source *o)
{
	return o->form == DX_SRC_FIRST && !o->quoted;
}

/* The phrase as a name: its words from the text, the first one in small letters unless it is a name. */
static dx_status phrase_name(dx_str *out, const dx_speakers *s, const dx_source *o, dx_err *err)
{
	const dx_doc *d = s->doc;
	uint32_t i = o->np.beg;
	if (is_author(o)) {
		bool you = dx_lex(d, o->head, DX_LEX_PRONOUNS) == DX_PRONOUNS_SECOND;
		*out = you ? DX_STR("you") : DX_STR("author");
		return DX_OK;
	}
	dx_status st = dx_name_text(out, d, o->np, err);
	bool plain = !st && out->n && dx_ascii_upper((unsigned char)*out->p) && !(d->tok[i].shape & DX_SH_ALLCAPS);
	if (!plain || s->mentions.headline[d->tok[i].sent])
		return st;
	unsigned seen = dx_word_seen(&s->mentions, d->tok[i].hash);
	bool first = i == d->sent[d->tok[i].sent].beg || o->np.beg > o->tok.beg ? i == o->tok.beg || d->sent[d->tok[i].sent].beg == i : true;
	int32_t m = s->mentions.of_tok[i];
	bool name = (m >= 0 && s->mentions.v[m].form == DX_FORM_NAME) || seen & DX_SEEN_UPPER || dx_lex(d, i, DX_LEX_PLACES_SORT);
	if (first && !name) {
		char *p = dx_arena_strdup(d->arena, *out);
		if (!p)
			return dx_fail(err, DX_ENOMEM, "out of memory: a name");
		p[0] = (char)(p[0] | 32);
		out->p = p;
	}
	return st;
}

static dx_status add_ent(dx_speakers *s, dx_ent e, int32_t *id, dx_err *err)
{
	*id = (int32_t)s->ents.n;
	return DX_PUSH(s->doc->arena, s->ents.v, s->ents.n, s->cap_ents, e) ? DX_OK
	       : dx_fail(err, DX_ENOMEM, "out of memory: %zu entities", s->ents.n);
}

/* Heads of phrases by hash, in a small table of its own; the newest phrase of each. */
typedef struct { uint64_t *key; int32_t *ent; size_t mask; } heads;

static int32_t *slot_of(const heads *h, uint64_t key)
{
	size_t i = key & h->mask;
	while (h->key[i] && h->key[i] != key)
		i = (i + 1) & h->mask;
	h->key[i] = key;
	return h->ent + i;
}

static uint64_t head_key(const dx_doc *d, const dx_source *o)
{
	unsigned group = dx_lex(d, o->head, DX_LEX_ROLEGROUPS);
	return group ? dx_mix(77, group) : dx_mix(78, d->tok[o->head].hash);
}

static bool has_phrase(const dx_source *o)
{
	if (o->form == DX_SRC_WHO)
		return o->named < 0 && o->np.end > o->np.beg && o->np.end <= o->head;
	return o->form == DX_SRC_NAME || o->form == DX_SRC_NOUN || o->form == DX_SRC_NOUNS || o->form == DX_SRC_FIRST;
}

static size_t phrase_words(uint64_t *word, const dx_doc *d, const dx_source *o)
{
	size_t n = 0;
	for (uint32_t i = o->np.beg; i < o->np.end && n < DX_NAME_WORDS; i++)
		if (d->tok[i].kind == DX_TOK_WORD || d->tok[i].kind == DX_TOK_NUMBER)
			word[n++] = dx_name_key(d, i, false);
	return n;
}

/* The entity of a phrase: an earlier phrase of the same words, or a new one. */
static dx_status add_phrase(dx_speakers *s, dx_source *o, heads *h, dx_err *err)
{
	const dx_doc *d = s->doc;
	uint32_t head = o->form == DX_SRC_WHO ? o->np.end - 1 : o->head;
	dx_source with = *o;
	with.head = head;
	dx_ent e = { .phrase = true, .kind = o->kind, .gender = o->gender, .plural = o->plural, .indefinite = o->indefinite,
		.nation = o->nation, .head = d->tok[head].hash, .head_group = (uint16_t)dx_lex(d, head, DX_LEX_ROLEGROUPS) };
	int32_t *newest = slot_of(h, is_author(o) ? 79 + (dx_lex(d, o->head, DX_LEX_PRONOUNS) == DX_PRONOUNS_SECOND) : head_key(d, &with));
	e.n_word = (uint8_t)phrase_words(e.word, d, o);
	e.same_head = *newest - 1;
	size_t steps = 0;
	for (int32_t k = e.same_head; k >= 0 && steps < 16; k = s->ents.v[k].same_head, steps++)
		if (is_author(o) || is_same_phrase(s->ents.v + k, e.word, e.n_word)) {
			o->self = k;
			return DX_OK;
		}
	if (is_author(o))
		e.kind = DX_KIND_PERSON;
	dx_ent_add_roles(&e, d, o->np);
	dx_status st = phrase_name(&e.name, s, o, err);
	if (!st)
		st = add_ent(s, e, &o->self, err);
	if (!st)
		*newest = o->self + 1;
	return st;
}

/* Whether the source is nothing but the entity's name, titles aside: then there is no phrase to speak of. */
static bool is_plain_name(const dx_source *o)
{
	return o->form == DX_SRC_NAME && o->named >= 0;
}

/* "Ito and Mbeki" as one speaker. */
static dx_status add_list(dx_speakers *s, dx_source *o, dx_err *err)
{
	size_t n = 0, w = 0;
	for (size_t i = 0; i < o->n_listed; i++)
		n += s->ents.v[o->listed[i]].name.n + 5;
	char *p = dx_arena_alloc(s->doc->arena, n + 1);
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: a name");
	for (size_t i = 0; i < o->n_listed; i++) {
		dx_str name = s->ents.v[o->listed[i]].name;
		memcpy(p + w, " and ", 5);
		w += i ? 5 : 0;
		memcpy(p + w, name.p, name.n);
		w += name.n;
	}
	dx_ent e = { .phrase = true, .plural = true, .kind = s->ents.v[o->named].kind, .same_head = -1, .name = { p, w } };
	if (e.kind == DX_KIND_UNKNOWN)
		e.kind = DX_KIND_PERSON;
	return add_ent(s, e, &o->self, err);
}

#define MOST_ANTECEDENT 40                       /* mentions that are looked back at for the long form of "the ad" */

/* End of the noun phrase of mention m: "of", "from" ... and the mention behind it belong to it, twice at most. */
static uint32_t phrase_end(const dx_speakers *s, const dx_mention *m)
{
	static const char *const WORD[] = { "of", "from", "by", "for", "in", "with", "at" };
	const dx_doc *d = s->doc;
	uint32_t end = m->tok.end;
	for (int round = 0; round < 2; round++) {
		bool link = false;
		for (size_t k = 0; k < DX_COUNT(WORD) && end + 1 < d->n_tok; k++)
			link |= dx_tok_is(d, d->tok + end, WORD[k]);
		uint32_t i = end + 1;
		while (link && i < d->n_tok && i < end + 4 && s->mentions.of_tok[i] < 0 && d->tok[i].kind == DX_TOK_WORD)
			i++;
		if (!link || i >= d->n_tok || s->mentions.of_tok[i] < 0 || d->tok[i].sent != d->tok[end].sent)
			break;
		end = s->mentions.v[s->mentions.of_tok[i]].tok.end;
	}
	return end;
}

/* "the ad" may mean a longer noun phrase with that head further up, which is no source itself: "a web video by the party". */
static dx_source antecedent(const dx_speakers *s, const dx_source *o)
{
	const dx_doc *d = s->doc;
	dx_source none = { .form = DX_SRC_NONE, .self = -1 };
	unsigned group = dx_lex(d, o->head, DX_LEX_ROLEGROUPS);
	size_t i = mention_from(&s->mentions, o->tok.beg);
	for (size_t k = 0; k < MOST_ANTECEDENT && i > 0; k++) {
		const dx_mention *m = s->mentions.v + --i;
		bool head = d->tok[m->head].hash == d->tok[o->head].hash || (group && group == dx_lex(d, m->head, DX_LEX_ROLEGROUPS));
		if (m->form != DX_FORM_NOMINAL || !head || m->plural != o->plural || m->quoted)
			continue;
		dx_range np = { m->core.beg, phrase_end(s, m) };
		if (np.end - np.beg <= o->np.end - o->np.beg || (m->definite && np.end - np.beg < 3))
			continue;
		dx_source a = { .form = o->form, .kind = o->kind, .plural = o->plural, .indefinite = m->indefinite, .np = np, .head = m->head,
			.tok = m->tok, .self = -1, .named = -1, .nation = m->nation, .gender = o->gender };
		return a;
	}
	return none;
}

static dx_status add_antecedent(dx_speakers *s, const dx_source *o, heads *h, dx_err *err)
{
	if (!o->definite || (o->form != DX_SRC_NOUN && o->form != DX_SRC_NOUNS) || o->np.end - o->np.beg > 2)
		return DX_OK;
	dx_source a = antecedent(s, o);
	return a.form == DX_SRC_NONE ? DX_OK : add_phrase(s, &a, h, err);
}

static bool is_pronoun(const dx_source *o)
{
	return o->form == DX_SRC_HE || o->form == DX_SRC_IT || o->form == DX_SRC_THEY;
}

/* Whether a pronoun may stand for the noun phrase m: "the railway ... it". */
static bool may_mean(const dx_source *o, const dx_mention *m)
{
	if (m->form != DX_FORM_NOMINAL || m->quoted || m->headline)
		return false;
	switch (o->form) {
	case DX_SRC_HE:
		return m->kind == DX_KIND_PERSON && !m->plural && (!m->gender || !o->gender || m->gender == o->gender);
	case DX_SRC_IT:
		return m->kind != DX_KIND_PERSON && m->kind != DX_KIND_GROUP;
	default:
		return m->plural;
	}
}

/* Whether the nominal m is said of a name: it stands in the name's title or apposition. */
static bool is_apposed(const dx_speakers *s, size_t m)
{
	const dx_mention *v = s->mentions.v + m;
	for (size_t k = m > 4 ? m - 4 : 0; k <= m + 1 && k < s->mentions.n; k++) {
		const dx_mention *o = s->mentions.v + k;
		if ((o->after.beg <= v->head && v->head < o->after.end) || (o->title.beg <= v->head && v->head < o->title.end))
			return true;
	}
	return false;
}

/* Whether m names a person whom "he" or "she" may mean; who stands nearer than any noun phrase is meant before it. */
static bool is_person_named(const dx_speakers *s, const dx_source *o, const dx_mention *m)
{
	const dx_ent *e = m->entity >= 0 ? s->ents.v + m->entity : NULL;
	return e && !m->quoted && e->kind == DX_KIND_PERSON && (!e->gender || !o->gender || e->gender == o->gender);
}

/* Noun phrases before a pronoun that are no sources themselves become candidates. */
static dx_status add_nominals(dx_speakers *s, dx_source *o, heads *h, dx_err *err)
{
	size_t i = mention_from(&s->mentions, o->tok.beg);
	dx_status st = DX_OK;
	for (size_t k = 0; k < MOST_ANTECEDENT / 2 && i > 0 && o->n_near < DX_SOURCE_NEAR && !st; k++) {
		const dx_mention *m = s->mentions.v + --i;
		if (o->form == DX_SRC_HE && is_person_named(s, o, m))
			break;
		if (!may_mean(o, m) || is_apposed(s, i))
			continue;
		dx_source a = { .form = m->plural ? DX_SRC_NOUNS : DX_SRC_NOUN, .plural = m->plural, .indefinite = m->indefinite,
			.kind = m->kind == DX_KIND_PERSON ? DX_KIND_GROUP : m->kind, .np = { m->core.beg, phrase_end(s, m) }, .head = m->head,
			.tok = m->tok, .self = -1, .named = -1, .nation = m->nation, .gender = m->gender };
		st = add_phrase(s, &a, h, err);
		o->near[o->n_near] = (uint32_t)i;
		o->near_ent[o->n_near++] = (uint32_t)a.self;
	}
	return st;
}

static bool is_noun(const dx_source *o)
{
	return o->form == DX_SRC_NOUN || o->form == DX_SRC_NOUNS;
}

/* A noun phrase of the user's list is a name: that of the entity which the article names otherwise, too. */
static void use_listed(const dx_speakers *s, dx_source *o, const dx_listed *row)
{
	for (size_t e = 0; e < s->n_named; e++)
		if (s->ents.v[e].listed == row) {
			o->form = o->block = DX_SRC_NAME;
			o->named = (int32_t)e;
			return;
		}
}

static void name_phrase(dx_source *o, dx_ent *e, const dx_listed *row)
{
	o->form = o->block = DX_SRC_NAME;
	o->named = o->self;
	e->listed = row;
	e->name = row->name;
	e->kind = row->kind ? row->kind : e->kind;
}

static dx_status read_sources(dx_speakers *s, const dx_names *names, dx_err *err)
{
	dx_arena *a = s->doc->arena;
	heads h = { .mask = 63 };
	while (h.mask < 4 * s->n_quotes)
		h.mask = 2 * h.mask + 1;
	h.key = dx_arena_array(a, h.mask + 1, sizeof *h.key);
	h.ent = dx_arena_array(a, h.mask + 1, sizeof *h.ent);
	s->src = dx_arena_array(a, s->n_quotes + 1, sizeof *s->src);
	dx_ent *all = dx_arena_array(a, s->ents.n + 2 * s->n_quotes + 1, sizeof *all);
	if (!h.key || !h.ent || !s->src || !all)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu quotes", s->n_quotes);
	if (s->ents.n)
		memcpy(all, s->ents.v, s->ents.n * sizeof *all);
	s->ents.v = all;
	s->cap_ents = s->ents.n + 2 * s->n_quotes + 1;
	dx_status st = DX_OK;
	for (size_t q = 0; q < s->n_quotes && !st; q++) {
		dx_source *o = s->src + q;
		dx_source_read(o, s, s->quotes + q);
		const dx_listed *row = is_noun(o) ? dx_names_find(names, s->doc, o->np) : NULL;
		if (row)
			use_listed(s, o, row);
		if (o->n_listed)
			st = add_list(s, o, err);
		else if (has_phrase(o) && !is_plain_name(o)) {
			st = add_antecedent(s, o, &h, err);
			st = st ? st : add_phrase(s, o, &h, err);
			if (!st && row)
				name_phrase(o, s->ents.v + o->self, row);
		} else if (is_pronoun(o)) {
			st = add_nominals(s, o, &h, err);
		}
	}
	return st;
}

/* ---- what is known before any decision ---- */

static int by_mentions(const dx_ent *a, const dx_ent *b)
{
	return a->n_mention > b->n_mention ? -1 : a->n_mention < b->n_mention;
}

/* The MOST_TOP named entities with the most mentions, by insertion: O(entities * MOST_TOP) at worst, mostly one comparison each. */
static void find_top(dx_speakers *s)
{
	for (uint32_t e = 0; e < s->n_named; e++) {
		const dx_ent *v = s->ents.v + e;
		size_t at = s->n_top;
		while (at > 0 && by_mentions(v, s->ents.v + s->top[at - 1]) < 0)
			at--;
		if (at == MOST_TOP)
			continue;
		size_t n = s->n_top < MOST_TOP ? s->n_top++ : MOST_TOP - 1;
		memmove(s->top + at + 1, s->top + at, (n - at) * sizeof *s->top);
		s->top[at] = e;
	}
}

/* Gender of persons that titles and forenames leave open: each "he" or "she" votes for the person mentioned last before it. */
static dx_status vote_gender(dx_speakers *s, dx_err *err)
{
	uint16_t (*vote)[2] = dx_arena_array(s->doc->arena, s->n_named + 1, sizeof *vote);
	int32_t last = -1;
	if (!vote)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu entities", s->n_named);
	for (size_t i = 0; i < s->mentions.n; i++) {
		const dx_mention *m = s->mentions.v + i;
		if (m->quoted || m->headline)
			continue;
		if (m->entity >= 0 && s->role[i] != DX_MR_POSSESSIVE &&
		    (s->ents.v[m->entity].kind == DX_KIND_PERSON || s->ents.v[m->entity].kind == DX_KIND_UNKNOWN))
			last = m->entity;
		else if (m->form == DX_FORM_PRONOUN && m->gender && last >= 0 && vote[last][m->gender - 1] < UINT16_MAX)
			vote[last][m->gender - 1]++;
	}
	for (size_t e = 0; e < s->n_named; e++) {
		dx_ent *v = s->ents.v + e;
		if (v->gender || vote[e][0] + vote[e][1] < 2)
			continue;
		v->gender = vote[e][0] > 3 * vote[e][1] ? DX_GENDER_MALE : vote[e][1] > 3 * vote[e][0] ? DX_GENDER_FEMALE : DX_GENDER_UNKNOWN;
		v->conflict |= v->gender != DX_GENDER_UNKNOWN;      /* a guess does not exclude */
	}
	return DX_OK;
}

/* Whether the quote's cue has a verb of saying: who "told" something speaks, who "issued demands" may not. */
static bool says(const dx_doc *d, const dx_quote *q)
{
	for (size_t i = 0; i < q->cue.n; i++)
		for (size_t t = dx_tok_at(d, q->cue.v[i].beg); t < d->n_tok && d->tok[t].span.beg < q->cue.v[i].end; t++)
			if (dx_lex(d, t, DX_LEX_REPORTING) == DX_REPORTING_SAY)
				return true;
	return false;
}

static dx_status read_topics(dx_speakers *s, dx_err *err)
{
	for (size_t q = 0; q < s->n_quotes; q++) {
		int32_t e = s->src[q].form == DX_SRC_NAME ? s->src[q].named : -1;
		if (e < 0)
			continue;
		s->n_by_name[e]++;
		s->n_says[e] += says(s->doc, s->quotes + q);
		if (!s->topic[e] && !(s->topic[e] = dx_arena_array(s->doc->arena, DX_TOPIC, sizeof **s->topic)))
			return dx_fail(err, DX_ENOMEM, "out of memory: topics");
		dx_topic_add(s->topic[e], s->doc, s->src[q].content);
	}
	return DX_OK;
}

dx_status dx_speakers_init(dx_speakers *s, const dx_doc *d, const dx_quote *quotes, size_t n, const dx_names *names, dx_err *err)
{
	*s = (dx_speakers){ .doc = d, .quotes = quotes, .n_quotes = n };
	dx_status st = dx_mentions_find(&s->mentions, d, err);
	if (!st)
		st = dx_entities_find(&s->ents, &s->mentions, d, names, err);
	s->n_named = s->ents.n;
	if (!st)
		st = read_sources(s, names, err);
	if (st)
		return st;
	size_t ents = s->ents.n + 1;
	s->said = dx_arena_array(d->arena, n + 1, sizeof *s->said);
	s->n_said = dx_arena_array(d->arena, ents, sizeof *s->n_said);
	s->last_said = dx_arena_array(d->arena, ents, sizeof *s->last_said);
	s->n_by_name = dx_arena_array(d->arena, ents, sizeof *s->n_by_name);
	s->n_says = dx_arena_array(d->arena, ents, sizeof *s->n_says);
	s->topic = dx_arena_array(d->arena, ents, sizeof *s->topic);
	s->top = dx_arena_array(d->arena, MOST_TOP + 1, sizeof *s->top);
	s->role = dx_arena_array(d->arena, s->mentions.n + 1, 1);
	if (!s->said || !s->n_said || !s->last_said || !s->n_by_name || !s->n_says || !s->topic || !s->top || !s->role)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu entities", ents);
	for (size_t q = 0; q < n; q++)
		s->said[q] = -1;
	for (size_t i = 0; i < s->mentions.n; i++)
		s->role[i] = role_of(d, s->mentions.v + i);
	find_top(s);
	st = vote_gender(s, err);
	return st ? st : read_topics(s, err);
}

void dx_speakers_said(dx_speakers *s, size_t q, int32_t entity)
{
	s->said[q] = entity;
	if (entity < 0)
		return;
	s->n_said[entity]++;
	s->last_said[entity] = (uint32_t)q + 1;
}

/* ---- candidates ---- */

typedef struct { const dx_speakers *s; const dx_source *o; const dx_quote *q; dx_candidate *c; size_t n; } gather;

static bool is_person_like(const dx_ent *e)
{
	return e->kind == DX_KIND_PERSON || e->kind == DX_KIND_UNKNOWN;
}

/* "The mayor" is no body, "the bank" no person. */
static bool suits_role(unsigned role, const dx_ent *e)
{
	switch (role) {
	case DX_ROLES_PERSON: case DX_ROLES_MAN: case DX_ROLES_WOMAN:
		return is_person_like(e);
	case DX_ROLES_BODY: case DX_ROLES_PLACE: case DX_ROLES_PAPER:
		return e->kind != DX_KIND_PERSON;
	default:
		return true;
	}
}

/* Whether entity e may be meant by a source of this form at all. */
static bool may_be(const dx_source *o, const dx_ent *e)
{
	bool gender = !o->gender || !e->gender || o->gender == e->gender || e->conflict;
	switch (o->form) {
	case DX_SRC_HE:
		return gender && !e->plural && (is_person_like(e) || (e->phrase && e->kind == DX_KIND_GROUP));
	case DX_SRC_IT:
		return e->kind != DX_KIND_PERSON && !(e->phrase && e->kind == DX_KIND_GROUP);
	case DX_SRC_NOUN:
		return gender && !e->plural && (e->phrase || suits_role(o->role, e));
	case DX_SRC_NOUNS:
		return e->plural || !is_person_like(e);
	default:
		return true;
	}
}

static dx_candidate *find(const gather *g, int32_t ent)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->c[i].ent == (uint32_t)ent)
			return g->c + i;
	return NULL;
}

static dx_candidate *offer(gather *g, int32_t ent)
{
	dx_candidate *c = ent < 0 ? NULL : find(g, ent);
	if (c || ent < 0 || g->n == DX_SPEAKER_MOST)
		return c;
	g->c[g->n] = (dx_candidate){ .ent = (uint32_t)ent, .back = -1, .fore = -1, .rank = UINT16_MAX, .rank_subject = UINT16_MAX };
	return g->c + g->n++;
}

static void offer_fitting(gather *g, int32_t ent)
{
	if (ent >= 0 && may_be(g->o, g->s->ents.v + ent))
		offer(g, ent);
}

static bool in_content(const gather *g, const dx_mention *m)
{
	dx_span t = g->s->doc->tok[m->head].span;
	for (size_t i = 0; i < g->q->content.n && i < 8; i++)
		if (dx_span_overlaps(t, g->q->content.v[i]))
			return true;
	return false;
}

static uint32_t walk_from(const dx_source *o)
{
	return o->tok.beg < o->tok.end ? o->tok.beg : o->at;
}

/* The entity that mention i stands for as far as this source is concerned, or -1. */
static int32_t entity_at(const gather *g, size_t i)
{
	for (size_t k = 0; k < g->o->n_near; k++)
		if (g->o->near[k] == i)
			return (int32_t)g->o->near_ent[k];
	return g->s->mentions.v[i].entity;
}

/* The entities of the mentions before the source, nearest first, with their rank among the fitting ones. */
static void walk_back(gather *g, size_t from)
{
	const dx_speakers *s = g->s;
	uint16_t rank = 0, rank_subject = 0;
	size_t n_new = 0;
	for (size_t k = 0; k < MOST_BACK && from > 0 && n_new < MOST_BACK_ENTS; k++) {
		const dx_mention *m = s->mentions.v + --from;
		int32_t ent = entity_at(g, from);
		if (ent < 0 || !may_be(g->o, s->ents.v + ent))
			continue;
		bool inside = in_content(g, m);
		dx_candidate *c = find(g, ent);
		n_new += !c;
		c = offer(g, ent);
		if (!c)
			continue;
		c->in_content |= inside;
		if (inside || m->quoted) {
			if (c->back < 0 && !inside)
				c->back = (int32_t)from;
			continue;
		}
		if (c->back < 0 || s->mentions.v[c->back].quoted)
			c->back = (int32_t)from;
		if (c->rank == UINT16_MAX)
			c->rank = rank++;
		if (c->rank_subject == UINT16_MAX && s->role[from] == DX_MR_SUBJECT)
			c->rank_subject = rank_subject++;
	}
}

/* Candidates whom the walk did not reach: their last mention before it, however far. */
static void look_back(gather *g, size_t from)
{
	for (size_t k = 0; k < g->n; k++) {
		dx_candidate *c = g->c + k;
		const dx_ent *e = g->s->ents.v + c->ent;
		size_t lo = 0, hi = e->n_mention;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			if (e->mention[mid] < from)
				lo = mid + 1;
			else
				hi = mid;
		}
		if (c->back >= 0 || lo == 0 || g->s->mentions.v[e->mention[lo - 1]].quoted)
			continue;
		c->back = (int32_t)e->mention[lo - 1];
		c->rank = DX_RANK_FAR;
	}
}

static void walk_fore(gather *g, size_t from)
{
	const dx_speakers *s = g->s;
	size_t n_new = 0;
	for (size_t k = 0; k < MOST_FORE && from < s->mentions.n && n_new < MOST_FORE_ENTS; k++, from++) {
		const dx_mention *m = s->mentions.v + from;
		if (m->entity < 0 || !may_be(g->o, s->ents.v + m->entity))
			continue;
		dx_candidate *c = find(g, m->entity);
		n_new += !c;
		c = offer(g, m->entity);
		if (!c)
			continue;
		bool inside = in_content(g, m);
		c->in_content |= inside;
		if (c->fore < 0 && !inside)
			c->fore = (int32_t)from;
	}
}

static void offer_said(gather *g, size_t q)
{
	for (size_t k = 1; k <= MOST_SAID && k <= q; k++)
		offer_fitting(g, g->s->said[q - k]);
	if (q + 1 < g->s->n_quotes && g->s->src[q + 1].form == DX_SRC_NAME)
		offer_fitting(g, g->s->src[q + 1].named);
}

static bool has_role(const dx_ent *e, uint64_t hash, unsigned group)
{
	for (size_t i = 0; i < e->n_role; i++)
		if (e->role[i] == hash || (group && e->role_group[i] == group))
			return true;
	return false;
}

static bool has_word(const dx_ent *e, uint64_t key)
{
	for (size_t i = 0; i < e->n_word; i++)
		if (e->word[i] == key)
			return true;
	return false;
}

/* Entities anywhere in the article: the most mentioned, those who share the surname, those whose title has the head noun. */
static void offer_top(gather *g)
{
	const dx_speakers *s = g->s;
	const dx_tok *head = s->doc->tok + g->o->head;
	bool noun = g->o->form == DX_SRC_NOUN || g->o->form == DX_SRC_NOUNS;
	bool body = noun && (g->o->role == DX_ROLES_BODY || g->o->role == DX_ROLES_PLACE);
	uint64_t key = g->o->form == DX_SRC_NAME ? dx_name_key(s->doc, g->o->head, false) : 0;
	size_t n = 0;
	for (size_t i = 0; i < s->n_top; i++) {
		int32_t id = (int32_t)s->top[i];
		const dx_ent *e = s->ents.v + id;
		if (key ? has_word(e, key) && is_person_like(e) : noun && has_role(e, head->hash, head->word->v[DX_LEX_ROLEGROUPS]))
			offer_fitting(g, id);
		else if (!key && n < 3 && (body ? !is_person_like(e) : is_person_like(e)) && may_be(g->o, e) && ++n)
			offer(g, id);
	}
}

/* Named by the source of some quote: known speakers, in whatever order the article comes. */
static void offer_by_name(gather *g)
{
	size_t n = 0;
	for (size_t i = 0; i < g->s->n_top && n < 6; i++)
		if (g->s->n_by_name[g->s->top[i]] && may_be(g->o, g->s->ents.v + g->s->top[i])) {
			offer(g, (int32_t)g->s->top[i]);
			n++;
		}
}

static void offer_phrases(gather *g)
{
	size_t n = 0;
	int32_t k = g->o->self;
	offer(g, k);
	if (k < 0)
		return;
	for (k = g->s->ents.v[k].same_head; k >= 0 && n < 4; k = g->s->ents.v[k].same_head, n++)
		offer(g, k);
}

size_t dx_speakers_candidates(dx_candidate *out, const dx_speakers *s, size_t q)
{
	gather g = { s, s->src + q, s->quotes + q, out, 0 };
	size_t from = mention_from(&s->mentions, walk_from(g.o));
	bool name = g.o->form == DX_SRC_NAME;
	offer_phrases(&g);
	if (name) {
		offer(&g, g.o->named);
		offer_top(&g);
	} else {
		offer_said(&g, q);
	}
	size_t known = g.n;
	walk_back(&g, from);
	uint32_t behind = g.o->tok.end > g.o->at ? g.o->tok.end : g.o->at;
	walk_fore(&g, mention_from(&s->mentions, behind));
	if (name)
		return known;                    /* the walks only told where these stand */
	offer_top(&g);
	if (g.o->form == DX_SRC_HE || g.o->form == DX_SRC_NONE)
		offer_by_name(&g);
	look_back(&g, from);
	return g.n;
}
