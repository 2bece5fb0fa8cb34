#include "features/target.h"
#include "features/tagset.h"

#define CHUNK_WORDS 8
#define ARTICLE_NEAR 5                                   /* names before the quote that are candidates */
#define FRAME_ROOM 20                                    /* candidates that are kept for the frame and the article */

static unsigned lex(const dx_tok *t, unsigned column)
{
	return t->word->v[column];
}

/* --- what is added --- */

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
		if (c.name >= 0 ? p->v[i].name == c.name : p->v[i].name < 0 && p->v[i].key == c.key)
			return;
	if (p->n < DX_CANDIDATES)
		p->v[p->n++] = c;
}

/* May the content be about its own speaker, who is not named in it? It has phrases of its own, or a word for a person; "it" alone does not mean her. */
static bool may_be_self(const dx_target_pool *p)
{
	const unsigned persons = 1u << DX_PRONOUNS_FIRST_SG | 1u << DX_PRONOUNS_FIRST_PL | 1u << DX_PRONOUNS_MALE | 1u << DX_PRONOUNS_FEMALE;
	return p->n_order || p->pronouns & persons;
}

/* A name from outside the content. */
static void add_other(dx_target_pool *p, dx_target_cand c)
{
	if (c.name != p->self || may_be_self(p))
		add(p, c);
}

/* A name of the content is called as it is there: its chain of mentions, if any, knows better than its last word what that is short for. */
static void add_name(dx_target_pool *p, dx_range r, dx_target_kind kind)
{
	const int32_t name = p->names->of_tok[r.beg];
	const dx_range text = kind == DX_TG_NAME ? r : p->names->name[name].tok;
	const dx_target_cand c = { .tok = r, .text = text, .name = name, .kind = (uint8_t)kind, .order = p->n_order };
	if (kind == DX_TG_NAME)
		add(p, c);
	else
		add_other(p, c);
}

static void add_phrase(dx_target_pool *p, uint32_t beg, uint32_t end, dx_target_kind kind)
{
	uint64_t key = 0;
	for (uint32_t i = beg; i < end; i++)
		key = dx_mix(key, p->names->doc->tok[i].hash);
	add(p, (dx_target_cand){ .tok = { beg, end }, .text = { beg, end }, .name = -1, .key = key, .kind = (uint8_t)kind, .order = p->n_order });
}

/* --- chunks: a noun and what stands before it --- */

static bool is_small(const dx_tok *t)
{
	return lex(t, DX_LEX_FUNCTION) || lex(t, DX_LEX_PRONOUNS) || lex(t, DX_LEX_MODALITY);
}

/* Part of speech; a word without one that may be in a phrase counts as a noun. */
static dx_pos pos_of(const dx_target_pool *p, uint32_t i)
{
	const dx_tok *t = p->names->doc->tok + i;
	if (t->pos != DX_POS_NONE)
		return (dx_pos)t->pos;
	return t->kind == DX_TOK_WORD && !is_small(t) && !(t->shape & DX_SH_CLITIC) && lex(t, DX_LEX_REPORTING) != DX_REPORTING_SAY
	       ? DX_POS_NN : DX_POS_PUNCT;
}

static bool is_noun(dx_pos pos)
{
	return pos == DX_POS_NN || pos == DX_POS_NNS || pos == DX_POS_NNP;
}

static bool is_verb(dx_pos pos)
{
	return pos >= DX_POS_VB && pos <= DX_POS_VBZ;
}

/* May token i be in a chunk, whatever stands beside it? "Mr." belongs to the name, which goes without it. */
static bool is_plain(const dx_target_pool *p, uint32_t i)
{
	const dx_tok *t = p->names->doc->tok + i;
	const dx_pos pos = pos_of(p, i);
	return p->names->of_tok[i] >= 0 || ((is_noun(pos) || pos == DX_POS_JJ) && t->kind == DX_TOK_WORD && !lex(t, DX_LEX_PRONOUNS)
	                                    && !(lex(t, DX_LEX_TITLES) && t->shape & DX_SH_DOT));
}

static bool in_chunk(const dx_target_pool *p, uint32_t i, uint32_t beg, uint32_t end)
{
	if (is_plain(p, i))
		return true;
	const dx_pos pos = pos_of(p, i);
	const bool more = i + 1 < end && is_plain(p, i + 1);
	if (pos == DX_POS_POS)
		return i > beg && more;
	const dx_pos before = i > beg ? DX_POS_NONE : i > 0 ? pos_of(p, i - 1) : DX_POS_NONE;
	return more && (pos == DX_POS_CD || ((pos == DX_POS_VBN || pos == DX_POS_VBG) && !is_verb(before) && before != DX_POS_RB));
}

/* A chunk ends where the tags make another one begin: "tax cuts | result", "the law permits | judges". */
static bool breaks(const dx_target_pool *p, uint32_t i)
{
	const dx_pos before = pos_of(p, i - 1), pos = pos_of(p, i);
	if (p->names->of_tok[i - 1] >= 0 || pos == DX_POS_POS || before == DX_POS_POS)
		return false;
	return (before == DX_POS_NNS && pos != DX_POS_NNP) || (before == DX_POS_NN && (pos == DX_POS_JJ || pos == DX_POS_CD));
}

/* End of the chunk that begins at beg; beg when none does. */
static uint32_t chunk_end(const dx_target_pool *p, uint32_t beg, uint32_t end)
{
	uint32_t i = beg;
	while (i < end && i - beg < CHUNK_WORDS && in_chunk(p, i, beg, end) && (i == beg || !breaks(p, i)))
		i++;
	return i;
}

/* End of the name that token i belongs to. */
static uint32_t name_end(const dx_targets *t, uint32_t i, uint32_t end)
{
	uint32_t k = i;
	while (k < end && t->of_tok[k] == t->of_tok[i])
		k++;
	return k;
}

/* Names of [beg, end); returns the end of the last one, beg when there is none. */
static uint32_t add_names(dx_target_pool *p, uint32_t beg, uint32_t end, dx_target_kind kind)
{
	uint32_t last = beg;
	for (uint32_t i = beg; i < end;) {
		if (p->names->of_tok[i] < 0) {
			i++;
			continue;
		}
		last = name_end(p->names, i, end);
		add_name(p, (dx_range){ i, last }, kind);
		i = last;
	}
	return last;
}

/* A chunk or what stands before or after its 's. */
static void add_segment(dx_target_pool *p, uint32_t beg, uint32_t end)
{
	while (beg < end && pos_of(p, beg) == DX_POS_CD)
		beg++;
	while (end > beg && p->names->of_tok[end - 1] < 0 && !is_noun(pos_of(p, end - 1)))
		end--;
	const uint32_t names = add_names(p, beg, end, DX_TG_NAME);
	if (names == end)
		return;
	add_phrase(p, beg, end, DX_TG_PHRASE);
	if (names > beg)
		add_phrase(p, names, end, DX_TG_PART);
	if (end - beg > 1)
		add_phrase(p, end - 1, end, DX_TG_PART);
}

static void add_chunk(dx_target_pool *p, uint32_t beg, uint32_t end)
{
	uint32_t from = beg;
	for (uint32_t i = beg; i < end; i++)
		if (pos_of(p, i) == DX_POS_POS) {
			add_segment(p, from, i);
			from = i + 1;
		}
	add_segment(p, from, end);
	if (from > beg)
		add_phrase(p, beg, end, DX_TG_LONG);
}

/* --- what follows a chunk, and deeds --- */

static uint32_t skip_articles(const dx_target_pool *p, uint32_t i, uint32_t end)
{
	while (i < end && (pos_of(p, i) == DX_POS_DT || pos_of(p, i) == DX_POS_PRPS))
		i++;
	return i;
}

/* Does token i tie a phrase to the one before it? */
static bool is_tie(const dx_doc *d, uint32_t i)
{
	static const char *const words[] = { "of", "for", "on", "in", "to", "with", "against", "about", "from", "between", "over" };
	if (d->tok[i].n_fold > 7)
		return false;
	for (size_t k = 0; k < DX_COUNT(words); k++)
		if (dx_tok_is(d, d->tok + i, words[k]))
			return true;
	return false;
}

/* End of the phrase that a word at i ties to what stands before it; i when there is none. */
static uint32_t tied_end(const dx_target_pool *p, uint32_t i, uint32_t end)
{
	if (i >= end || !is_tie(p->names->doc, i))
		return i;
	const uint32_t beg = skip_articles(p, i + 1, end), e = chunk_end(p, beg, end);
	return e > beg ? e : i;
}

/* "fee for boats"; two names with "and" between. */
static void add_long(dx_target_pool *p, uint32_t beg, uint32_t end, uint32_t limit)
{
	const int32_t *of_tok = p->names->of_tok;
	const uint32_t e = tied_end(p, end, limit);
	if (e > end && (of_tok[end - 1] < 0 || dx_tok_is(p->names->doc, p->names->doc->tok + end, "of")))
		add_phrase(p, beg, e, DX_TG_LONG);
	if (end + 1 < limit && of_tok[end - 1] >= 0 && of_tok[end + 1] >= 0 && pos_of(p, end) == DX_POS_CC)
		add_phrase(p, beg, name_end(p->names, end + 1, limit), DX_TG_LONG);
}

/* Does a deed begin at i? Finite verbs are what is said of a target, hardly ever one. */
static bool is_deed(const dx_target_pool *p, uint32_t i, uint32_t beg)
{
	const dx_pos pos = pos_of(p, i);
	return pos == DX_POS_VBG || (pos == DX_POS_VB && (i == beg || pos_of(p, i - 1) == DX_POS_TO));
}

static void add_deed(dx_target_pool *p, uint32_t i, uint32_t end)
{
	uint32_t after = i + 1;
	if (after < end && (pos_of(p, after) == DX_POS_RP || pos_of(p, after) == DX_POS_IN || pos_of(p, after) == DX_POS_TO))
		after++;
	const uint32_t object = skip_articles(p, after, end);
	uint32_t e = chunk_end(p, object, end);
	if (e == object && object < end && pos_of(p, object) == DX_POS_PRP)
		e++;
	if (e == object)
		e = i + 1;
	add_phrase(p, i, e, DX_TG_DEED);
	const uint32_t far = tied_end(p, e, end);
	if (far > e && e > i + 1)
		add_phrase(p, i, far, DX_TG_DEED);
}

static void next_order(dx_target_pool *p)
{
	if (p->n_order < UINT8_MAX)
		p->n_order++;
}

static void scan(dx_target_pool *p, uint32_t beg, uint32_t end)
{
	for (uint32_t i = beg; i < end;) {
		const uint32_t e = chunk_end(p, i, end);
		if (is_deed(p, i, beg)) {
			add_deed(p, i, end);
			next_order(p);
		}
		if (e > i) {
			add_chunk(p, i, e);
			add_long(p, i, e, end);
			next_order(p);
		}
		i = e > i ? e : i + 1;
	}
}

/* --- the frame and the article --- */

static void add_frame(dx_target_pool *p, dx_ranges r)
{
	for (size_t k = 0; k < r.n; k++)
		add_names(p, r.v[k].beg, r.v[k].end, DX_TG_FRAME);
}

static void add_article(dx_target_pool *p, int32_t name)
{
	add_other(p, (dx_target_cand){ .text = p->names->name[name].tok, .name = name, .kind = DX_TG_ARTICLE });
}

static void add_nearest(dx_target_pool *p, uint32_t before)
{
	size_t n = 0;
	int32_t last = -1;
	for (uint32_t i = before; i-- > 0 && n < ARTICLE_NEAR && before - i < DX_TARGET_BACK;)
		if (p->names->of_tok[i] >= 0 && p->names->of_tok[i] != last) {
			last = p->names->of_tok[i];
			if (p->names->name[last].ner == DX_NER_NONE)
				continue;
			add_article(p, last);
			n++;
		}
}

static void add_frequent(dx_target_pool *p)
{
	for (size_t k = 0; k < p->names->n_top; k++)
		add_article(p, p->names->top[k]);
}

static bool is_person(const dx_target_name *n)
{
	return n->ner == DX_NER_PERSON;
}

/* The speaker's name: the last person's in the source; for a pronoun the last one before it that may be meant; -1: none. */
static int32_t find_self(const dx_target_pool *p)
{
	const dx_ranges r = p->c->source;
	const dx_targets *t = p->names;
	unsigned gender = 0;
	for (size_t k = r.n; k-- > 0;)
		for (uint32_t i = r.v[k].end; i-- > r.v[k].beg;) {
			if (t->of_tok[i] >= 0 && is_person(&t->name[t->of_tok[i]]))
				return t->of_tok[i];
			const unsigned w = lex(t->doc->tok + i, DX_LEX_PRONOUNS);
			gender = w == DX_PRONOUNS_MALE || w == DX_PRONOUNS_FEMALE || w == DX_PRONOUNS_RELATIVE ? w : gender;
		}
	if (r.n && !gender)
		return -1;
	const uint32_t from = r.n ? r.v[0].beg : p->c->content.n ? p->c->content.v[0].beg : 0;
	for (uint32_t i = from; i-- > 0 && from - i < DX_TARGET_BACK / 4;) {
		const dx_target_name *n = t->of_tok[i] >= 0 ? &t->name[t->of_tok[i]] : NULL;
		if (n && is_person(n) && (!n->gender || gender == DX_PRONOUNS_RELATIVE || !gender || n->gender == gender))
			return t->of_tok[i];
	}
	return -1;
}

/* What the content has, whichever candidate is looked at. */
static void look_at_content(dx_target_pool *p)
{
	const dx_stance_case *c = p->c;
	p->n_word = 0;
	p->pronouns = 0;
	p->pronoun = p->pronoun_at = 0;
	p->pronoun_word = 0;
	for (size_t k = 0; k < c->content.n; k++)
		for (uint32_t i = c->content.v[k].beg; i < c->content.v[k].end; i++, p->n_word++) {
			const unsigned w = lex(c->doc->tok + i, DX_LEX_PRONOUNS);
			if (!w || w >= DX_PRONOUNS_RELATIVE)
				continue;
			p->pronouns |= (uint16_t)(1u << w);
			if (!p->pronoun) {
				p->pronoun = (uint8_t)w;
				p->pronoun_at = (uint8_t)(p->n_word < UINT8_MAX ? p->n_word : UINT8_MAX);
				p->pronoun_word = c->doc->tok[i].hash;
			}
		}
}

/* The cue's last word, but rather its last word of reporting. */
static void look_at_cue(dx_target_pool *p)
{
	const dx_stance_case *c = p->c;
	p->cue = 0;
	p->cue_class = 0;
	for (size_t k = 0; k < c->cue.n; k++)
		for (uint32_t i = c->cue.v[k].beg; i < c->cue.v[k].end; i++) {
			const unsigned class = lex(c->doc->tok + i, DX_LEX_REPORTING);
			if (class || (!p->cue_class && i + 1 == c->cue.v[k].end)) {
				p->cue = c->doc->tok[i].hash;
				p->cue_class = (uint8_t)class;
			}
		}
}

/* Numbers of the candidates that are names; returns how many. */
static size_t find_names(uint8_t out[DX_CANDIDATES], const dx_target_pool *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].name >= 0)
			out[n++] = (uint8_t)i;
	return n;
}

/* The candidate that is this name, or NULL: no two are. */
static dx_target_cand *cand_of(dx_target_pool *p, const uint8_t *names, size_t n, int32_t name)
{
	for (size_t k = 0; k < n; k++)
		if (p->v[names[k]].name == name)
			return p->v + names[k];
	return NULL;
}

static void link_ranges(dx_target_pool *p, const uint8_t *names, size_t n, dx_ranges r, uint8_t link)
{
	for (size_t k = 0; k < r.n; k++)
		for (uint32_t i = r.v[k].beg; i < r.v[k].end; i++) {
			dx_target_cand *v = p->names->of_tok[i] >= 0 ? cand_of(p, names, n, p->names->of_tok[i]) : NULL;
			if (v)
				v->link |= link;
		}
}

/* How far before the content each name was last mentioned, and in which sentence. */
static void look_back(dx_target_pool *p, const uint8_t *names, size_t n)
{
	const uint32_t from = p->c->content.n ? p->c->content.v[0].beg : 0;
	const dx_tok *tok = p->names->doc->tok;
	size_t left = n;
	uint8_t persons = 0;
	int32_t last = -1, opens = -1;
	for (size_t k = 0; k < n; k++)
		p->v[names[k]].back = DX_TARGET_BACK;
	for (uint32_t back = 0; back < from && back < DX_TARGET_BACK && left; back++) {
		const uint32_t i = from - 1 - back;
		const int32_t name = p->names->of_tok[i];
		if (name < 0)
			continue;
		const uint32_t sents = tok[from].sent - tok[i].sent;
		if (name == last && sents > 1)
			continue;
		last = name;
		opens = sents == 1 ? name : opens;
		dx_target_cand *v = cand_of(p, names, n, name);
		if (!v)
			continue;
		v->link |= (uint8_t)(sents == 0 ? DX_TL_SENTENCE : sents == 1 ? DX_TL_BEFORE : 0);
		if (v->back < DX_TARGET_BACK)
			continue;
		v->back = (uint16_t)back;
		if (is_person(&p->names->name[name]) && name != p->self)
			v->recent = ++persons;
		left--;
	}
	dx_target_cand *v = opens >= 0 ? cand_of(p, names, n, opens) : NULL;
	if (v)
		v->link |= DX_TL_OPENS;
}

static void link_names(dx_target_pool *p)
{
	uint8_t names[DX_CANDIDATES];
	const size_t n = find_names(names, p);
	link_ranges(p, names, n, p->c->source, DX_TL_SOURCE);
	link_ranges(p, names, n, p->c->cue, DX_TL_CUE);
	look_back(p, names, n);
	dx_target_cand *self = p->self >= 0 ? cand_of(p, names, n, p->self) : NULL;
	if (self)
		self->link |= DX_TL_SELF;
	for (size_t k = 0; k < n; k++)
		if (p->v[names[k]].kind == DX_TG_NAME)
			p->v[names[k]].nth = p->n_names++;
}

void dx_target_candidates(dx_target_pool *out, const dx_targets *t, const dx_stance_case *c)
{
	out->names = t;
	out->c = c;
	out->n = 0;
	out->n_order = out->n_names = 0;
	look_at_content(out);
	look_at_cue(out);
	for (size_t k = 0; k < c->content.n; k++)
		scan(out, c->content.v[k].beg, c->content.v[k].end);
	if (out->n > DX_CANDIDATES - FRAME_ROOM)
		out->n = DX_CANDIDATES - FRAME_ROOM;
	out->self = find_self(out);
	add_frame(out, c->cue);
	add_frame(out, c->source);
	if (out->self >= 0)
		add_article(out, out->self);
	if (c->content.n)
		add_nearest(out, c->content.v[0].beg);
	add_frequent(out);
	link_names(out);
}
