/* Reads the source of a quote: its head, its form, the noun phrase that would name an unnamed speaker. */
#include "features/speaker.h"
#include "features/tagset.h"

uint32_t dx_tok_at(const dx_doc *d, uint32_t at)
{
	size_t lo = 0, hi = d->n_tok;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (d->tok[mid].span.end <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

static dx_range tokens_of(const dx_doc *d, dx_span s)
{
	dx_range r = { dx_tok_at(d, s.beg), dx_tok_at(d, s.end) };
	if (r.end < d->n_tok && d->tok[r.end].span.beg < s.end)
		r.end++;
	return r;
}

static bool is_blank_tok(const dx_doc *d, size_t i)
{
	return d->tok[i].kind == DX_TOK_PUNCT || d->tok[i].kind == DX_TOK_MARK;
}

static dx_range trim(const dx_doc *d, dx_range r)
{
	while (r.beg < r.end && is_blank_tok(d, r.beg))
		r.beg++;
	while (r.end > r.beg && (is_blank_tok(d, r.end - 1) || d->tok[r.end - 1].shape & DX_SH_CLITIC))
		r.end--;
	return r;
}

static dx_src_form form_of_pronoun(unsigned p)
{
	switch (p) {
	case DX_PRONOUNS_MALE: case DX_PRONOUNS_FEMALE: return DX_SRC_HE;
	case DX_PRONOUNS_PLURAL: return DX_SRC_THEY;
	case DX_PRONOUNS_THING: case DX_PRONOUNS_DEMONSTRATIVE: return DX_SRC_IT;
	case DX_PRONOUNS_RELATIVE: return DX_SRC_WHO;
	case DX_PRONOUNS_FIRST_SG: case DX_PRONOUNS_FIRST_PL: case DX_PRONOUNS_SECOND: return DX_SRC_FIRST;
	default: return DX_N_SRC;
	}
}

static bool is_word(const dx_doc *d, size_t i, const char *const *list, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (dx_tok_is(d, d->tok + i, list[k]))
			return true;
	return false;
}

/* What ends the noun phrase of a source for good. */
static bool cuts(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "who", "which", "that", "including", "whom", "whose", "when", "where", "while", "as" };
	const dx_tok *t = d->tok + i;
	if (t->kind == DX_TOK_PUNCT)
		return dx_tok_is(d, t, ",") || dx_tok_is(d, t, "(") || dx_tok_is(d, t, ";") || dx_tok_is(d, t, ":") || dx_tok_is(d, t, "--") ||
		       t->n_fold == 3;           /* a dash of another kind */
	return is_word(d, i, WORD, DX_COUNT(WORD));
}

/* What ends the words around the head: prepositions, and what cuts. */
static bool ends_head(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "of", "for", "from", "in", "at", "with", "on", "by", "to", "about", "close", "near", "familiar",
		"inside", "within", "behind", "against", "under", "between", "among", "like", "into", "over", "released", "published",
		"obtained", "conducted", "called", "named", "briefed", "taken", "posted", "issued", "sent", "is", "was", "has", "had" };
	return cuts(d, i) || is_word(d, i, WORD, DX_COUNT(WORD));
}

/* The name mention whose name ends at or covers token i, or -1. */
static int32_t name_at(const dx_speakers *s, size_t i)
{
	int32_t m = s->mentions.of_tok[i];
	return m >= 0 && s->mentions.v[m].form == DX_FORM_NAME && i >= s->mentions.v[m].core.beg ? m : -1;
}

/* Head of the phrase [beg, end): the last word before a preposition; a name reaches over its own small words. */
static uint32_t head_of(const dx_speakers *s, dx_range r)
{
	const dx_doc *d = s->doc;
	uint32_t head = r.beg;
	for (uint32_t i = r.beg; i < r.end; i++) {
		int32_t m = s->mentions.of_tok[i];
		if (m >= 0 && s->mentions.v[m].form == DX_FORM_NAME && s->mentions.v[m].core.end <= r.end) {
			head = s->mentions.v[m].head;
			i = s->mentions.v[m].core.end - 1;
		} else if (i > r.beg && ends_head(d, i)) {
			break;
		} else if (d->tok[i].kind == DX_TOK_WORD && !(d->tok[i].shape & DX_SH_CLITIC)) {
			head = i;
		}
	}
	return head;
}

static bool is_participle(const dx_doc *d, uint32_t i)
{
	dx_str s = dx_tok_low(d, d->tok + i);
	return s.n > 4 && !memcmp(s.p + s.n - 2, "ed", 2) && !dx_is_capital(d, i);
}

/* "(a poll) released Thursday", "published last week": a participle and a time are no part of the name; "published on
 * Tuesday" is told apart by annotators and kept. */
static bool begins_time(const dx_doc *d, uint32_t i, uint32_t end)
{
	static const char *const WORD[] = { "last", "this", "earlier", "on", "in" };
	static const char *const PAST[] = { "last", "this", "earlier" };
	bool participle = is_participle(d, i);
	uint32_t k = i + (participle ? 1 : 0);
	if (dx_tok_is(d, d->tok + i, "on") && is_participle(d, i - 1))
		return false;
	if (k + 1 < end && !dx_tok_is(d, d->tok + k, participle ? "on" : "in") && is_word(d, k, WORD, DX_COUNT(WORD)))
		k++;
	if (participle && i + 1 < end && is_word(d, i + 1, PAST, DX_COUNT(PAST)))
		return true;
	return k < end && k >= i && (participle || k > i) && dx_lex(d, k, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_CALENDAR;
}

static uint32_t cut_at(const dx_doc *d, dx_range r)
{
	uint32_t i = r.beg + 1;
	while (i < r.end && !cuts(d, i) && !begins_time(d, i, r.end))
		i++;
	return i;
}

/* "the governor, Ann Poe": a name right behind the first comma, which has no words of its own before the next. */
static int32_t name_in_apposition(const dx_speakers *s, dx_range r, uint32_t cut)
{
	if (cut + 1 >= r.end || !dx_tok_is(s->doc, s->doc->tok + cut, ","))
		return -1;
	uint32_t at = cut + 1 + (cut + 2 < r.end && dx_tok_is(s->doc, s->doc->tok + cut + 1, "the") ? 1 : 0);
	int32_t m = s->mentions.of_tok[at];
	if (m < 0 || s->mentions.v[m].form != DX_FORM_NAME || s->mentions.v[m].kind == DX_KIND_PLACE)
		return -1;
	uint32_t end = s->mentions.v[m].tok.end;
	return end >= r.end || s->doc->tok[end].kind == DX_TOK_PUNCT ? m : -1;
}

static bool is_own(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "his", "her", "their", "its", "our", "my", "your" };
	return is_word(d, i, WORD, DX_COUNT(WORD));
}

static bool is_the(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "the", "this", "that", "these", "those", "both" };
	return is_word(d, i, WORD, DX_COUNT(WORD));
}

static bool is_a(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "a", "an", "one", "some", "several", "many", "another", "most", "two", "three", "four", "other" };
	return is_word(d, i, WORD, DX_COUNT(WORD));
}

static void read_article(dx_source *o, const dx_doc *d)
{
	uint32_t i = o->np.beg;
	o->possessive = is_own(d, i);
	o->definite = is_the(d, i);
	o->indefinite = is_a(d, i);
	for (uint32_t k = i; k < o->head; k++)
		o->possessive |= (d->tok[k].shape & DX_SH_CLITIC) != 0;
	bool drop = dx_tok_is(d, d->tok + i, "the") || dx_tok_is(d, d->tok + i, "a") || dx_tok_is(d, d->tok + i, "an") || is_own(d, i) ||
	            (o->definite && !dx_tok_is(d, d->tok + i, "both"));
	if (drop && o->np.end - i > 1)
		o->np.beg++;
}

static bool ends_in_s(const dx_doc *d, size_t i)
{
	dx_str s = dx_tok_low(d, d->tok + i);
	return s.n > 3 && s.p[s.n - 1] == 's' && s.p[s.n - 2] != 's';
}

static void read_noun(dx_source *o, const dx_speakers *s)
{
	const dx_doc *d = s->doc;
	unsigned role = dx_lex(d, o->head, DX_LEX_ROLES);
	o->role = (uint8_t)role;
	bool count = d->tok[o->np.beg].kind == DX_TOK_NUMBER;
	o->plural = role == DX_ROLES_PEOPLE || (!role && (ends_in_s(d, o->head) || count));
	o->kind = role == DX_ROLES_BODY ? DX_KIND_ORGANIZATION : role == DX_ROLES_PAPER ? DX_KIND_DOCUMENT
	          : role == DX_ROLES_PLACE ? DX_KIND_PLACE : DX_KIND_GROUP;
	o->gender = role == DX_ROLES_MAN ? DX_GENDER_MALE : role == DX_ROLES_WOMAN ? DX_GENDER_FEMALE : DX_GENDER_UNKNOWN;
	o->form = o->plural ? DX_SRC_NOUNS : DX_SRC_NOUN;
	for (uint32_t i = o->np.beg; i < o->head && !o->nation;) {
		size_t n;
		o->nation = dx_place_at(d, i, o->head + 1, &n)->v[DX_LEX_PLACES_NATION];
		i += n ? (uint32_t)n : 1;
	}
}

static uint8_t block_of(const dx_source *o)
{
	if (o->form != DX_SRC_NOUN || o->indefinite || !o->role)
		return o->form;
	return o->role == DX_ROLES_PAPER ? DX_BLK_PAPER : o->kind == DX_KIND_GROUP ? DX_BLK_PERSON : DX_BLK_BODY;
}

static void read_name(dx_source *o, const dx_speakers *s, int32_t m)
{
	const dx_mention *v = s->mentions.v + m;
	o->form = DX_SRC_NAME;
	o->head = v->head;
	o->named = v->entity;
	o->gender = v->gender;
	o->kind = v->kind == DX_KIND_UNKNOWN ? DX_KIND_PERSON : v->kind;
}

/* "and" or a comma right before mention m, "the" aside: 2, 1; 0 for neither. The first one of the source counts as 1. */
static int before_member(const dx_source *o, const dx_speakers *s, const dx_mention *m)
{
	const dx_doc *d = s->doc;
	uint32_t i = m->tok.beg;
	i -= i > o->tok.beg && is_the(d, i - 1) ? 1 : 0;
	bool title = i > o->tok.beg + 1 && dx_tok_is(d, d->tok + i - 1, ".") && dx_lex(d, i - 2, DX_LEX_TITLES);
	i -= title ? 2 : 0;                      /* Sens. Ito and Mbeki */
	if (i <= o->tok.beg)
		return 1;
	return dx_tok_is(d, d->tok + i - 1, "and") ? 2 : dx_tok_is(d, d->tok + i - 1, ",");
}

/* Names of one list are of one kind; "R-Tenn." is none. */
static bool may_follow(const dx_speakers *s, const dx_mention *first, const dx_mention *m)
{
	const dx_tok *t = s->doc->tok + m->core.beg;
	bool party = t->shape & DX_SH_HYPHEN && dx_tok_low(s->doc, t).p[1] == '-';
	bool person = m->kind == DX_KIND_PERSON || (m->kind == DX_KIND_UNKNOWN && !first->honored);
	bool like = first->kind == DX_KIND_PERSON || first->kind == DX_KIND_UNKNOWN ? person : m->kind == first->kind;
	return m->entity >= 0 && !party && like;
}

/* "Ito and Mbeki", "Ito, Mbeki and Ruiz", "Ito, the mayor, and Mbeki": every name that is a member of the list. One member at
 * least stands right behind "and". */
static void read_list(dx_source *o, const dx_speakers *s)
{
	const dx_doc *d = s->doc;
	const dx_mention *first = NULL;
	int32_t member[DX_SOURCE_NAMES];
	size_t n = 0;
	bool listed = false;
	for (uint32_t i = o->tok.beg; i < o->tok.end && n < DX_SOURCE_NAMES && !dx_tok_is(d, d->tok + i, "who"); i++) {
		int32_t k = s->mentions.of_tok[i];
		if (k < 0 || s->mentions.v[k].form != DX_FORM_NAME)
			continue;
		const dx_mention *m = s->mentions.v + k;
		int before = m->core.end <= o->tok.end ? before_member(o, s, m) : 0;
		bool fits = before && m->entity >= 0 && (!first || may_follow(s, first, m));
		for (size_t j = 0; j < n && fits; j++)
			fits = member[j] != m->entity;
		if (fits) {
			listed |= first && before == 2;
			first = first ? first : m;
			member[n++] = m->entity;
		}
		i = m->tok.end - 1;
	}
	bool form = o->form == DX_SRC_NOUNS;
	for (size_t j = 0; j < n; j++)
		form |= o->form == DX_SRC_NAME && member[j] == o->named;
	if (n < 2 || !listed || !form)
		return;
	o->form = DX_SRC_NAME;
	o->named = member[0];
	o->n_listed = (uint8_t)n;
	memcpy(o->listed, member, n * sizeof *member);
	o->plural = true;
}

/* The name in whose apposition token i stands: "Tim Poe, a lawyer who said"; among the mentions right before m. -1: none. */
static int32_t apposed_to(const dx_speakers *s, int32_t m, uint32_t i)
{
	for (int32_t k = m - 1; k >= 0 && k > m - 6; k--) {
		const dx_mention *v = s->mentions.v + k;
		if (v->after.beg <= i && i < v->after.end)
			return v->entity;
	}
	return -1;
}

static bool is_plain_word(const dx_doc *d, uint32_t i)
{
	const dx_tok *t = d->tok + i;
	if (t->kind == DX_TOK_NUMBER)
		return true;
	if (t->kind != DX_TOK_WORD || t->shape & DX_SH_CLITIC || dx_lex(d, i, DX_LEX_FUNCTION) || dx_lex(d, i, DX_LEX_PRONOUNS))
		return false;
	return !t->pos || t->pos == DX_POS_NN || t->pos == DX_POS_NNS || t->pos == DX_POS_JJ || t->pos == DX_POS_NNP || t->pos == DX_POS_CD;
}

/* "listeners who said": plain words right before the pronoun, of which no mention was made. */
static void read_plain_antecedent(dx_source *o, const dx_speakers *s, uint32_t end)
{
	const dx_doc *d = s->doc;
	uint32_t beg = end;
	bool noun = end > 0 && is_plain_word(d, end - 1) && d->tok[end - 1].kind == DX_TOK_WORD &&
	            (!d->tok[end - 1].pos || d->tok[end - 1].pos == DX_POS_NN || d->tok[end - 1].pos == DX_POS_NNS);
	while (noun && beg > 0 && end - beg < 5 && d->tok[beg - 1].sent == d->tok[o->head].sent && is_plain_word(d, beg - 1) &&
	       (beg == end || d->tok[beg - 1].pos))
		beg--;
	if (beg == end || beg == 0 || ends_head(d, beg - 1))
		return;
	o->np = (dx_range){ beg, end };
	o->plural = ends_in_s(d, end - 1);
	o->kind = DX_KIND_GROUP;
}

/* Whether the name v only says where: "Democrats on Capitol Hill who". */
static bool is_where(const dx_doc *d, const dx_mention *v, uint32_t who)
{
	static const char *const WORD[] = { "in", "on", "at", "from", "of", "near" };
	bool body = v->kind == DX_KIND_PLACE || v->kind == DX_KIND_ORGANIZATION;
	uint32_t i = v->tok.beg - (v->tok.beg > 0 && is_the(d, v->tok.beg - 1) ? 1 : 0);
	return v->form == DX_FORM_NAME && body && dx_tok_is(d, d->tok + who, "who") && i > 1 && is_word(d, i - 1, WORD, DX_COUNT(WORD));
}

/* "a man who said": the noun phrase right before the relative pronoun. */
static void read_relative(dx_source *o, const dx_speakers *s)
{
	uint32_t near = o->head;
	near -= near > 0 && dx_tok_is(s->doc, s->doc->tok + near - 1, ",") ? 1 : 0;
	int32_t before = near > 0 ? s->mentions.of_tok[near - 1] : -1;
	uint32_t from = o->head;
	if (before >= 0 && is_where(s->doc, s->mentions.v + before, o->head)) {
		from = s->mentions.v[before].tok.beg;
		from -= is_the(s->doc, from - 1) ? 2 : 1;
		before = s->mentions.of_tok[from - 1];
		near = from;
	}
	if (before < 0) {
		read_plain_antecedent(o, s, near);
		if (o->np.end == near)
			return;
	}
	for (uint32_t i = from, k = 0; i > 0 && k < 3; i--, k++) {
		int32_t m = s->mentions.of_tok[i - 1];
		if (m < 0)
			continue;
		const dx_mention *v = s->mentions.v + m;
		int32_t apposed = apposed_to(s, m, v->tok.beg);
		if (v->form == DX_FORM_NAME || apposed >= 0) {
			o->named = apposed >= 0 ? apposed : v->entity;
		} else if (v->form == DX_FORM_NOMINAL) {
			o->np = v->core;
			o->plural = v->plural;
			o->kind = v->kind == DX_KIND_PERSON ? DX_KIND_GROUP : v->kind;
			o->indefinite = v->indefinite;
			o->definite = v->definite;
		}
		return;
	}
}

static bool is_pronoun_source(const dx_doc *d, dx_range r)
{
	unsigned form = form_of_pronoun(dx_lex(d, r.beg, DX_LEX_PRONOUNS));
	if (form == DX_N_SRC || (d->tok[r.beg].n_fold == 2 && d->tok[r.beg].shape & DX_SH_ALLCAPS))
		return false;
	return r.end - r.beg == 1 || ends_head(d, r.beg + 1) || d->tok[r.beg + 1].shape & DX_SH_CLITIC;
}

/* Words that annotators and span finders leave before a source. */
static dx_range skip_leading(const dx_doc *d, dx_range r)
{
	static const char *const WORD[] = { "from", "by", "to", "for", "as", "even", "especially", "but", "and", "while" };
	while (r.beg + 1 < r.end && is_word(d, r.beg, WORD, DX_COUNT(WORD)))
		r.beg++;
	return r;
}

static void read_source(dx_source *o, const dx_speakers *s)
{
	const dx_doc *d = s->doc;
	dx_range r = skip_leading(d, trim(d, o->tok));
	if (r.beg == r.end)
		return;
	o->np = r;
	o->head = o->at = r.beg;
	o->quoted = d->tok[r.beg].depth > 0;
	if (is_pronoun_source(d, r)) {
		unsigned p = dx_lex(d, r.beg, DX_LEX_PRONOUNS);
		o->form = (uint8_t)form_of_pronoun(p);
		o->gender = p == DX_PRONOUNS_MALE ? DX_GENDER_MALE : p == DX_PRONOUNS_FEMALE ? DX_GENDER_FEMALE : DX_GENDER_UNKNOWN;
		o->plural = o->form == DX_SRC_THEY;
		if (o->form == DX_SRC_WHO)
			read_relative(o, s);
		return;
	}
	if (r.end - r.beg == 1 && dx_lex(d, r.beg, DX_LEX_REPORTING) && !dx_lex(d, r.beg, DX_LEX_ROLES) && !dx_is_capital(d, r.beg))
		return;                          /* a verb taken for a source */
	uint32_t cut = cut_at(d, r);
	o->np.end = cut;
	o->np = trim(d, o->np);
	o->head = head_of(s, o->np);
	int32_t m = name_at(s, o->head), apposed = m < 0 ? name_in_apposition(s, r, cut) : -1;
	if (m >= 0 && s->mentions.v[m].core.end > o->head + 1)
		o->np.end = o->np.end < s->mentions.v[m].core.end ? s->mentions.v[m].core.end : o->np.end;
	read_article(o, d);
	bool some = o->indefinite && m >= 0 && s->mentions.v[m].kind == DX_KIND_GROUP;
	if (!some && (m >= 0 || apposed >= 0))
		read_name(o, s, m >= 0 ? m : apposed);
	else
		read_noun(o, s);
	read_list(o, s);
}

static bool in_content(const dx_doc *d, const dx_quote *q, dx_range r)
{
	for (size_t i = 0; i < q->content.n; i++)
		if (dx_span_overlaps(dx_range_span(d, r), q->content.v[i]))
			return true;
	return false;
}

static bool is_be(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "is", "are", "was", "were", "be", "been", "being" };
	return is_word(d, i, WORD, DX_COUNT(WORD));
}

/* Between a subject and its verb: "has", "also", "later", "publicly". */
static bool is_between(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "has", "had", "have", "also", "then", "later", "will", "would", "did", "does", "do", "not", "never",
		"often", "once", "even", "still", "now", "just", "again", "could", "can", "may", "might", "should" };
	dx_str t = dx_tok_low(d, d->tok + i);
	return is_word(d, i, WORD, DX_COUNT(WORD)) || (t.n > 4 && !memcmp(t.p + t.n - 2, "ly", 2));
}

#define MOST_BETWEEN 3

/* The source of a quote that has a cue but none: the mention right before the cue, or right behind it where the content comes first
 * ("..., said Ann Poe"). Not where the cue is passive. Empty when there is none such. */
static dx_range missing_source(const dx_speakers *s, const dx_quote *q)
{
	const dx_doc *d = s->doc;
	uint32_t beg = dx_tok_at(d, q->cue.v[0].beg), end = dx_tok_at(d, q->cue.v[q->cue.n - 1].end), i = beg;
	dx_range none = { 0, 0 };
	for (uint32_t k = beg; k < end && k < d->n_tok; k++)
		if (is_be(d, k) || dx_tok_is(d, d->tok + k, "by"))
			return none;
	while (i > 0 && beg - i < MOST_BETWEEN && is_between(d, i - 1))
		i--;
	if (i == 0 || beg >= d->n_tok || is_be(d, i - 1))
		return none;
	int32_t m = s->mentions.of_tok[i - 1];
	if (m >= 0 && d->tok[i - 1].sent == d->tok[beg].sent && !in_content(d, q, s->mentions.v[m].tok))
		return s->mentions.v[m].tok;
	bool before = q->content.v[0].beg < q->cue.v[0].beg && end < d->n_tok && d->tok[end].sent == d->tok[beg].sent;
	m = before && dx_lex(d, end - 1, DX_LEX_REPORTING) == DX_REPORTING_SAY ? s->mentions.of_tok[end] : -1;
	return m >= 0 && !in_content(d, q, s->mentions.v[m].tok) ? s->mentions.v[m].tok : none;
}

void dx_source_read(dx_source *o, const dx_speakers *s, const dx_quote *q)
{
	const dx_doc *d = s->doc;
	*o = (dx_source){ .form = DX_SRC_NONE, .named = -1, .self = -1 };
	o->content = (dx_range){ dx_tok_at(d, q->content.v[0].beg), dx_tok_at(d, q->content.v[q->content.n - 1].end) };
	o->at = q->cue.n ? dx_tok_at(d, q->cue.v[0].beg) : o->content.beg;
	if (q->source.n)
		o->tok = tokens_of(d, q->source.v[0]);
	else if (q->cue.n)
		o->tok = missing_source(s, q);
	if (d->n_tok && o->at >= d->n_tok)
		o->at = (uint32_t)d->n_tok - 1;
	if (o->tok.beg < o->tok.end)
		read_source(o, s);
	o->block = block_of(o);
}

void dx_topic_add(float topic[DX_TOPIC], const dx_doc *d, dx_range r)
{
	uint32_t end = r.end - r.beg > DX_CONTENT_MOST ? r.beg + DX_CONTENT_MOST : r.end;
	for (uint32_t i = r.beg; i < end && r.beg < r.end; i++)
		if (d->tok[i].kind == DX_TOK_WORD && !dx_lex(d, i, DX_LEX_FUNCTION) && !dx_lex(d, i, DX_LEX_PRONOUNS) && d->tok[i].n_fold > 3)
			topic[dx_lex(d, i, DX_LEX_CLUSTERS_FINE) % DX_TOPIC] += dx_lex(d, i, DX_LEX_CLUSTERS_FINE) ? 1 : 0;
}
