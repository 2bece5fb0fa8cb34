#include "features/mention.h"
#include "features/tagset.h"

#define MOST_RUN 24                              /* words of a run of capitals */
#define LONG_RUN 7                               /* longer ones without of/for are headings or menus */
#define MOST_LEFT 8                              /* words that a nominal or a title may have before its head */
#define MOST_AFTER 14                            /* words of an apposition */

typedef struct {
	const dx_doc *d;
	dx_mentions *m;
	size_t cap;
	size_t title_case;                       /* tokens before this one are of a long run in title case */
	dx_err *err;
} finder;

/* ---- how the article writes its words ---- */

unsigned dx_word_seen(const dx_mentions *m, uint64_t hash)
{
	size_t mask = m->n_word_slot - 1;
	for (size_t i = hash & mask; m->word[i]; i = (i + 1) & mask)
		if (m->word[i] == hash)
			return m->seen[i];
	return 0;
}

static void see(dx_mentions *m, uint64_t hash, unsigned how)
{
	size_t mask = m->n_word_slot - 1, i = hash & mask;
	while (m->word[i] && m->word[i] != hash)
		i = (i + 1) & mask;
	m->word[i] = hash;
	m->seen[i] |= (uint8_t)how;
}

/* Title case, or all capitals: most of its longer words begin with a capital. With a full stop it must be alone in its paragraph. */
static bool is_headline(const dx_doc *d, dx_range s)
{
	size_t n_long = 0, n_upper = 0, n_caps = 0, n_low = 0;
	for (size_t i = s.beg; i < s.end; i++) {
		const dx_tok *t = d->tok + i;
		if (t->kind != DX_TOK_WORD || t->shape & DX_SH_CLITIC)
			continue;
		n_caps += (t->shape & DX_SH_ALLCAPS) != 0;
		n_low += !(t->shape & DX_SH_UPPER);
		if (t->n_fold >= 4) {
			n_long++;
			n_upper += (t->shape & DX_SH_UPPER) != 0;
		}
	}
	dx_range par = s.end > s.beg ? d->par[d->tok[s.beg].par] : s;
	bool stop = s.end > s.beg && dx_tok_is(d, d->tok + s.end - 1, ".") && (par.beg < s.beg || par.end > s.end);
	return (!stop && n_long >= 4 && 5 * n_upper >= 4 * n_long && n_low <= n_upper / 2) || (n_caps >= 4 && n_low == 0);
}

/* Whether i is the first word of its sentence, marks and punctuation aside. */
static bool is_first(const dx_doc *d, size_t i)
{
	size_t beg = d->sent[d->tok[i].sent].beg;
	for (size_t k = 0; k < 3 && i > beg; k++, i--)
		if (d->tok[i - 1].kind == DX_TOK_WORD || d->tok[i - 1].kind == DX_TOK_NUMBER)
			return d->tok[i - 1].depth < d->tok[i].depth;
	return i == beg;
}

static dx_status see_words(finder *f)
{
	const dx_doc *d = f->d;
	dx_mentions *m = f->m;
	m->n_word_slot = 64;
	while (m->n_word_slot < 2 * d->n_tok)
		m->n_word_slot *= 2;
	m->word = dx_arena_array(d->arena, m->n_word_slot, sizeof *m->word);
	m->seen = dx_arena_array(d->arena, m->n_word_slot, 1);
	m->headline = dx_arena_array(d->arena, d->n_sent + 1, sizeof *m->headline);
	m->of_tok = dx_arena_array(d->arena, d->n_tok + 1, sizeof *m->of_tok);
	if (!m->word || !m->seen || !m->headline || !m->of_tok)
		return dx_fail(f->err, DX_ENOMEM, "out of memory: words of %zu tokens", d->n_tok);
	for (size_t s = 0; s < d->n_sent; s++)
		m->headline[s] = is_headline(d, d->sent[s]);
	for (size_t i = 0; i < d->n_tok; i++) {
		const dx_tok *t = d->tok + i;
		m->of_tok[i] = -1;
		if (t->kind != DX_TOK_WORD || m->headline[t->sent])
			continue;
		if (!(t->shape & DX_SH_UPPER))
			see(m, t->hash, DX_SEEN_LOWER);
		else if (!is_first(d, i))
			see(m, t->hash, DX_SEEN_UPPER);
	}
	return DX_OK;
}

/* ---- words ---- */

static bool ends_in(const dx_doc *d, size_t i, const char *tail)
{
	dx_str s = dx_tok_low(d, d->tok + i);
	size_t n = strlen(tail);
	return s.n > n + 2 && !memcmp(s.p + s.n - n, tail, n);
}

static bool is_person_role(const dx_doc *d, size_t i)
{
	unsigned r = dx_lex(d, i, DX_LEX_ROLES);
	return r == DX_ROLES_PERSON || r == DX_ROLES_MAN || r == DX_ROLES_WOMAN;
}

static bool is_title(const dx_doc *d, size_t i)
{
	return dx_lex(d, i, DX_LEX_TITLES) || is_person_role(d, i);
}

static bool is_suffix(const dx_doc *d, size_t i)
{
	return dx_is_capital(d, i) && dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_SUFFIX;
}

static bool is_listed_name(const dx_doc *d, size_t i)
{
	return dx_lex(d, i, DX_LEX_FORENAMES) || dx_lex(d, i, DX_LEX_PLACES_SORT);
}

/* Whether a capital that stands first in its sentence (or in a headline) is one of a name rather than of the sentence. */
static bool is_name_at_start(const finder *f, size_t i, bool headline)
{
	const dx_doc *d = f->d;
	const dx_tok *t = d->tok + i;
	unsigned seen = dx_word_seen(f->m, t->hash);
	const bool small = dx_lex(d, i, DX_LEX_FUNCTION);
	/* "As New York Times ...", which the tagger takes for one name; "Will" may be a person */
	if (t->ner > DX_NER_OUTSIDE && !headline && !(small && t->pos && t->pos != DX_POS_NNP && !(seen & DX_SEEN_UPPER)))
		return true;
	if (small || dx_lex(d, i, DX_LEX_PRONOUNS) || dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_OPENER)
		return false;
	if (seen & DX_SEEN_UPPER)
		return !(seen & DX_SEEN_LOWER) || !headline || is_listed_name(d, i);
	if (is_listed_name(d, i) || t->shape & (DX_SH_INITIAL | DX_SH_DOT))
		return !(seen & DX_SEEN_LOWER);
	if (headline || t->ner == DX_NER_OUTSIDE || seen & DX_SEEN_LOWER)
		return dx_lex(d, i, DX_LEX_TITLES) && !headline;
	if (is_title(d, i) || !dx_lex(d, i, DX_LEX_CLUSTERS_COARSE))
		return true;
	bool goes_on = i + 1 < d->n_tok && d->tok[i + 1].sent == t->sent && dx_is_capital(d, i + 1);
	return goes_on && !dx_lex(d, i, DX_LEX_REPORTING) && !ends_in(d, i, "ing") && !ends_in(d, i, "ly") && !ends_in(d, i, "ed");
}

/* Whether a capital function word behind token i is a surname: "Otieno Were", "Mr. Will". */
static bool is_name_word_before(const dx_doc *d, size_t i)
{
	unsigned title = dx_lex(d, i, DX_LEX_TITLES);
	bool next = i + 2 < d->n_tok && dx_is_capital(d, i + 2);
	if (d->tok[i].sent != d->tok[i + 1].sent || next || d->tok[i + 1].n_fold < 4 || !dx_is_capital(d, i))
		return false;
	return dx_lex(d, i, DX_LEX_FORENAMES) || title == DX_TITLES_MALE || title == DX_TITLES_FEMALE || !is_first(d, i);
}

/* Whether token i can be a word of a name. */
static bool is_namey(const finder *f, size_t i)
{
	const dx_doc *d = f->d;
	const dx_tok *t = d->tok + i;
	if (!dx_is_capital(d, i) || t->shape & DX_SH_CLITIC)
		return false;
	bool inside = i && dx_is_capital(d, i - 1) && i + 1 < d->n_tok && dx_is_capital(d, i + 1) && t->n_fold > 1;
	if (dx_lex(d, i, DX_LEX_PRONOUNS) && !inside && !(t->shape & DX_SH_ALLCAPS && t->n_fold == 2))
		return false;
	if (dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_CALENDAR)
		return (i && dx_lex(d, i - 1, DX_LEX_TITLES)) || t->ner == DX_NER_PERSON;
	if (f->m->headline[t->sent] || i < f->title_case)
		return is_name_at_start(f, i, true);
	if (dx_lex(d, i, DX_LEX_FUNCTION) && i && is_name_word_before(d, i - 1))
		return true;
	return is_first(d, i) ? is_name_at_start(f, i, false) : !dx_lex(d, i, DX_LEX_FUNCTION);
}

const dx_word *dx_place_at(const dx_doc *d, size_t i, size_t end, size_t *n_tok)
{
	*n_tok = 0;
	if (i >= end || !dx_is_capital(d, i))
		return &dx_word_none;
	if (i + 1 < end && d->tok[i + 1].kind == DX_TOK_WORD) {
		char buf[64];
		dx_str a = dx_tok_low(d, d->tok + i), b = dx_tok_low(d, d->tok + i + 1);
		if (a.n + b.n + 1 <= sizeof buf) {
			memcpy(buf, a.p, a.n);
			buf[a.n] = '-';
			memcpy(buf + a.n + 1, b.p, b.n);
			const dx_word *pair = dx_lexicon_find(dx_hash(buf, a.n + b.n + 1));
			*n_tok = pair->v[DX_LEX_PLACES_SORT] ? 2 : 0;
			if (*n_tok)
				return pair;
		}
	}
	*n_tok = d->tok[i].word->v[DX_LEX_PLACES_SORT] ? 1 : 0;
	return *n_tok ? d->tok[i].word : &dx_word_none;
}

/* ---- names ---- */

/* "and", "in" inside the name of a body: "Organization for Security and ...", "Securities and Exchange Commission". */
static bool joins_and(const dx_doc *d, size_t beg, size_t i)
{
	bool body = false, and = dx_tok_is(d, d->tok + i, "and");
	if (!and && !dx_tok_is(d, d->tok + i, "in"))
		return false;
	for (size_t k = beg + 1; k < i; k++)
		body |= dx_tok_is(d, d->tok + k, "for");
	if (body && dx_lex(d, beg, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_HEAD_OF)
		return true;
	size_t k = i + 1;
	while (k < d->n_tok && k < i + 4 && dx_is_capital(d, k))
		k++;
	return and && i == beg + 1 && k > i + 2 && beg && dx_tok_is(d, d->tok + beg - 1, "the") &&
	       dx_lex(d, k - 1, DX_LEX_ROLES) == DX_ROLES_BODY && !dx_lex(d, beg, DX_LEX_ROLES);
}

/* Whether the run goes on over the small word i: particles, "of" and "for" in names of bodies, "and" behind these. */
static bool joins(const finder *f, size_t beg, size_t i)
{
	const dx_doc *d = f->d;
	size_t next = i + 1;
	if (i == beg || d->tok[i].kind != DX_TOK_WORD || next >= d->n_tok || d->tok[next].sent != d->tok[i].sent)
		return false;
	if (dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_PARTICLE) {
		while (next + 1 < d->n_tok && dx_lex(d, next, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_PARTICLE && !dx_is_capital(d, next))
			next++;
		return dx_is_capital(d, next);
	}
	bool head = dx_lex(d, i - 1, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_HEAD_OF;
	if (head && next + 1 < d->n_tok && (dx_tok_is(d, d->tok + next, "a") || dx_tok_is(d, d->tok + next, "the")) &&
	    dx_tok_is(d, d->tok + i, "for"))
		return dx_is_capital(d, next + 1);
	if (!dx_is_capital(d, next))
		return (dx_tok_is(d, d->tok + i, "a") || dx_tok_is(d, d->tok + i, "the")) && dx_is_capital(d, next);
	if (dx_tok_is(d, d->tok + i, "of") || dx_tok_is(d, d->tok + i, "for"))
		return head;
	if (dx_tok_is(d, d->tok + i, "on") || dx_tok_is(d, d->tok + i, "to"))
		return head && !dx_lex(d, next, DX_LEX_PLACES_SORT) && !dx_lex(d, next, DX_LEX_NAMEPARTS);
	if (dx_tok_is(d, d->tok + i, "a") || dx_tok_is(d, d->tok + i, "the"))
		return dx_tok_is(d, d->tok + i - 1, "for");
	return joins_and(d, beg, i);
}

/* Whether the run goes on over a possessive: "Rice Growers' Federation", "Women's Media Center". People before it, a body behind. */
static bool joins_possessive(const dx_doc *d, size_t beg, size_t i)
{
	bool mark = d->tok[i].kind == DX_TOK_MARK && d->tok[i].shape & DX_SH_GLUED && ends_in(d, i - 1, "s");
	bool clitic = d->tok[i].shape & DX_SH_CLITIC && d->tok[i].n_fold <= 4 && d->tok[i].n_fold > 1;
	size_t k = i + 1;
	if (i == beg || !(mark || clitic) || dx_lex(d, i - 1, DX_LEX_ROLES) != DX_ROLES_PEOPLE)
		return false;
	while (k < d->n_tok && k < i + 5 && d->tok[k].sent == d->tok[i].sent && dx_is_capital(d, k))
		k++;
	return k > i + 1 && (dx_lex(d, k - 1, DX_LEX_ROLES) == DX_ROLES_BODY || dx_lex(d, k - 1, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_HEAD_OF);
}

/* Joseph "Big Joe" Amato: end of a nickname in quotation marks at i, or i. */
static size_t nickname_end(const finder *f, size_t i)
{
	const dx_doc *d = f->d;
	size_t k = i + 1;
	if (i + 3 >= d->n_tok || d->tok[i].kind != DX_TOK_MARK)
		return i;
	while (k < i + 4 && k + 1 < d->n_tok && dx_is_capital(d, k))
		k++;
	bool closed = k > i + 1 && d->tok[k].kind == DX_TOK_MARK && dx_is_capital(d, k + 1) && d->tok[k + 1].sent == d->tok[i].sent;
	return closed && !dx_lex(d, k + 1, DX_LEX_FUNCTION) ? k + 1 : i;
}

/* Whether token i spells the initials of the capitals before it: the short form of a name of a body, behind the name. */
static bool is_acronym_of(const dx_doc *d, size_t beg, size_t i)
{
	dx_str s = dx_tok_low(d, d->tok + i);
	size_t k = 0;
	if (!(d->tok[i].shape & DX_SH_ALLCAPS) || s.n < 3)
		return false;
	for (size_t j = beg; j < i; j++) {
		if (!dx_is_capital(d, j))
			continue;
		if (k == s.n || dx_tok_low(d, d->tok + j).p[0] != s.p[k])
			return false;
		k++;
	}
	return k == s.n;
}

/* A body's or place's name ends and a person's begins, by the tagger: "Washington Post | Trump". */
static bool begins_person(const dx_doc *d, size_t i)
{
	unsigned before = d->tok[i - 1].ner;
	return d->tok[i].ner == DX_NER_PERSON && (before == DX_NER_ORGANIZATION || before == DX_NER_LOCATION) && dx_is_capital(d, i);
}

/* A person's name begins again: what a page hides behind a link runs into the text, as in "Ada Orr | Ada Maria OrrTwo more ferries". */
static bool begins_again(const dx_doc *d, size_t beg, size_t i)
{
	const bool person = dx_is_capital(d, i) && dx_is_capital(d, i - 1) && (d->tok[i].ner == DX_NER_PERSON || dx_lex(d, i, DX_LEX_FORENAMES));
	for (size_t k = beg; person && k + 2 <= i; k++)
		if (d->tok[k].hash == d->tok[i].hash && (k == beg || is_title(d, k - 1)))
			return true;
	return false;
}

static size_t run_end(const finder *f, size_t beg)
{
	const dx_doc *d = f->d;
	size_t i = beg + 1;
	while (i < d->n_tok && i - beg < MOST_RUN && d->tok[i].sent == d->tok[beg].sent) {
		size_t nick = i > beg && dx_lex(d, beg, DX_LEX_FORENAMES) ? nickname_end(f, i) : i;
		if (nick > i)
			i = nick;
		else if (is_acronym_of(d, beg, i) || begins_person(d, i) || begins_again(d, beg, i))
			break;
		else if (is_namey(f, i) || joins(f, beg, i) || joins_possessive(d, beg, i))
			i++;
		else if (d->tok[i].kind == DX_TOK_PUNCT && i + 1 < d->n_tok && is_suffix(d, i + 1) && dx_tok_is(d, d->tok + i, ","))
			i += 2;
		else
			break;
	}
	while (i > beg + 1 && !dx_is_capital(d, i - 1))
		i--;
	return i;
}

/* Where the name begins behind the titles of the run [beg, end). */
static size_t core_begin(const dx_doc *d, size_t beg, size_t end)
{
	size_t at = beg, last = end - (is_suffix(d, end - 1) ? 1 : 0);
	for (size_t i = beg; i + 1 < last; i++) {
		if (!is_title(d, i) || (i == beg && dx_lex(d, i, DX_LEX_FORENAMES) && !(d->tok[i].shape & DX_SH_DOT)))
			continue;
		at = i + 1;
		if (!dx_tok_is(d, d->tok + at, "of") && !dx_tok_is(d, d->tok + at, "for"))
			continue;
		size_t k = at + 1;               /* Secretary of State John ...: the name begins at a forename */
		while (k < last && !(dx_lex(d, k, DX_LEX_FORENAMES) || d->tok[k].shape & DX_SH_INITIAL))
			k++;
		at = k < last ? k : beg;
		i = at > i + 1 ? at - 1 : i;
	}
	return at;
}

/* Affiliation words before a name that has no title: "Republican Ann Poe", "Russian Ivan Petrov". */
static size_t skip_affiliation(const dx_doc *d, size_t beg, size_t end)
{
	while (beg + 1 < end) {
		size_t n;
		unsigned sort = dx_place_at(d, beg, end, &n)->v[DX_LEX_PLACES_SORT];
		bool party = is_person_role(d, beg) && !dx_lex(d, beg, DX_LEX_FORENAMES);
		if (!party && sort != DX_PLACES_DEMONYM)
			break;
		n = party ? 1 : n;
		if (beg + n >= end || !(dx_lex(d, beg + n, DX_LEX_FORENAMES) || (party && end - beg - n == 1)))
			break;
		beg += n;
	}
	return beg;
}

static dx_kind kind_of_ner(const dx_doc *d, dx_range core)
{
	size_t n[DX_N_NER] = { 0 };
	for (size_t i = core.beg; i < core.end; i++)
		n[d->tok[i].ner]++;
	size_t half = (core.end - core.beg + 1) / 2;
	return n[DX_NER_PERSON] >= half ? DX_KIND_PERSON : n[DX_NER_ORGANIZATION] >= half ? DX_KIND_ORGANIZATION
	       : n[DX_NER_LOCATION] >= half ? DX_KIND_PLACE : DX_KIND_UNKNOWN;
}

static bool has_body_word(const dx_doc *d, dx_range r)
{
	for (size_t i = r.beg; i < r.end; i++) {
		unsigned role = dx_lex(d, i, DX_LEX_ROLES);
		if (role == DX_ROLES_BODY || dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_HEAD_OF)
			return true;
	}
	return false;
}

static bool after_the(const dx_doc *d, size_t i)
{
	return i && dx_tok_is(d, d->tok + i - 1, "the");
}

static dx_kind kind_of_name(const finder *f, const dx_mention *m)
{
	const dx_doc *d = f->d;
	dx_range c = m->core;
	size_t n;
	unsigned sort = dx_place_at(d, c.beg, c.end, &n)->v[DX_LEX_PLACES_SORT], last = dx_lex(d, m->head, DX_LEX_ROLES);
	bool body = has_body_word(d, c) && !dx_lex(d, c.beg, DX_LEX_FORENAMES) && c.end - c.beg > 1;
	if (n > 1 && n == c.end - c.beg && sort != DX_PLACES_DEMONYM)
		return DX_KIND_PLACE;                    /* "bitter rival South Korea" */
	if (m->honored && !body)
		return DX_KIND_PERSON;
	if (n == c.end - c.beg)
		return sort == DX_PLACES_DEMONYM ? DX_KIND_GROUP : DX_KIND_PLACE;
	if (dx_lex(d, m->head, DX_LEX_PLACES_SORT) == DX_PLACES_DEMONYM)
		return DX_KIND_GROUP;
	if (dx_lex(d, m->head, DX_LEX_PLACES_SORT) == DX_PLACES_COUNTRY && !dx_lex(d, c.beg, DX_LEX_FORENAMES) && c.end - c.beg == 2)
		return DX_KIND_PLACE;
	dx_kind k = kind_of_ner(d, c);
	if (k != DX_KIND_UNKNOWN)
		return k == DX_KIND_PLACE && last == DX_ROLES_BODY && c.end - c.beg > 1 ? DX_KIND_ORGANIZATION : k;
	if (last == DX_ROLES_PEOPLE)
		return DX_KIND_GROUP;
	if (last == DX_ROLES_PAPER && c.end - c.beg > 1)
		return DX_KIND_DOCUMENT;
	bool forename = dx_lex(d, c.beg, DX_LEX_FORENAMES) || (d->tok[c.beg].shape & DX_SH_INITIAL && c.end - c.beg > 1);
	if (last == DX_ROLES_BODY || (dx_lex(d, m->head, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_BODY && c.end - c.beg > 1) || (!forename && c.end - c.beg > 1 && has_body_word(d, c)))
		return DX_KIND_ORGANIZATION;
	if (forename && c.end - c.beg > 1 && !after_the(d, c.beg))
		return DX_KIND_PERSON;
	if (d->tok[c.beg].shape & DX_SH_ALLCAPS && c.end - c.beg == 1 && d->tok[c.beg].n_fold <= 6 && !m->headline)
		return DX_KIND_ORGANIZATION;
	bool modifies = c.end < d->n_tok && d->tok[c.end].kind == DX_TOK_WORD && !dx_lex(d, c.end, DX_LEX_FUNCTION) &&
	                !(d->tok[c.end].shape & DX_SH_CLITIC) && !dx_lex(d, c.end, DX_LEX_REPORTING);
	return after_the(d, c.beg) && !modifies ? DX_KIND_ORGANIZATION : DX_KIND_UNKNOWN;
}

static dx_gender gender_of_role(unsigned r)
{
	return r == DX_ROLES_MAN ? DX_GENDER_MALE : r == DX_ROLES_WOMAN ? DX_GENDER_FEMALE : DX_GENDER_UNKNOWN;
}

static dx_gender gender_of_titles(const dx_doc *d, dx_range r)
{
	dx_gender g = DX_GENDER_UNKNOWN;
	for (size_t i = r.beg; i < r.end; i++) {
		unsigned t = dx_lex(d, i, DX_LEX_TITLES);
		dx_gender of = t == DX_TITLES_MALE ? DX_GENDER_MALE : t == DX_TITLES_FEMALE ? DX_GENDER_FEMALE
		               : gender_of_role(dx_lex(d, i, DX_LEX_ROLES));
		if (of)
			g = of;
	}
	return g;
}

static dx_gender gender_of_forename(const dx_doc *d, size_t i)
{
	unsigned n = dx_lex(d, i, DX_LEX_FORENAMES);
	return n == DX_FORENAMES_MALE ? DX_GENDER_MALE : n == DX_FORENAMES_FEMALE ? DX_GENDER_FEMALE : DX_GENDER_UNKNOWN;
}

static void read_nation(dx_mention *m, const dx_doc *d, dx_range r)
{
	for (size_t i = r.beg; i < r.end && !m->nation;) {
		size_t n;
		const dx_word *w = dx_place_at(d, i, r.end, &n);
		m->nation = w->v[DX_LEX_PLACES_NATION];
		m->region = w->v[DX_LEX_PLACES_REGION];
		i += n ? n : 1;
	}
}

/* Word that a title or the modifiers of a nominal may hold on the way left from its head. */
static bool is_modifier(const dx_doc *d, size_t i)
{
	const dx_tok *t = d->tok + i;
	if (t->kind == DX_TOK_NUMBER)
		return true;
	if (t->shape & DX_SH_CLITIC)
		return dx_tok_is(d, t, "'s") || dx_tok_is(d, t, "\xe2\x80\x99s");
	if (t->kind != DX_TOK_WORD || dx_lex(d, i, DX_LEX_FUNCTION) || dx_lex(d, i, DX_LEX_PRONOUNS) ||
	    dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_CALENDAR)
		return false;
	if (t->pos)
		return t->pos == DX_POS_NN || t->pos == DX_POS_NNS || t->pos == DX_POS_NNP || t->pos == DX_POS_JJ || t->pos == DX_POS_CD ||
		       t->pos == DX_POS_VBN || t->pos == DX_POS_VBG;
	return t->shape & DX_SH_UPPER || !dx_lex(d, i, DX_LEX_REPORTING);
}

static bool is_article(const dx_doc *d, size_t i)
{
	static const char *const WORD[] = { "the", "a", "an", "this", "that", "these", "those", "one", "some", "several", "many", "other",
		"his", "her", "their", "its", "our", "my", "your", "another", "any", "no", "most", "two", "three", "each", "every" };
	for (size_t k = 0; k < DX_COUNT(WORD); k++)
		if (dx_tok_is(d, d->tok + i, WORD[k]))
			return true;
	return false;
}

/* Begin of the noun phrase whose head is at `head`, its article included; stays in the sentence and behind least. Without an
 * article: as far as capitals and plain words go. */
static size_t phrase_begin(const dx_doc *d, size_t head, size_t least)
{
	size_t i = head;
	while (i > least && head - i < MOST_LEFT && d->tok[i - 1].sent == d->tok[head].sent && is_modifier(d, i - 1))
		i--;
	if (i > least && d->tok[i - 1].sent == d->tok[head].sent && is_article(d, i - 1))
		return i - 1;
	if (d->tok[head].pos)
		return i;
	while (i < head && !dx_is_capital(d, i))
		i++;
	return i;
}

/* "the", "a" ... at the begin of a nominal; returns the begin of the words behind it. */
static size_t read_article(const dx_doc *d, dx_mention *m, size_t i)
{
	static const char *const INDEFINITE[] = { "a", "an", "one", "some", "several", "many", "another", "two", "three", "most" };
	if (i == m->head || !is_article(d, i))
		return i;
	for (size_t k = 0; k < DX_COUNT(INDEFINITE); k++)
		m->indefinite |= dx_tok_is(d, d->tok + i, INDEFINITE[k]);
	m->definite = !m->indefinite;
	return i + (dx_tok_is(d, d->tok + i, "the") || dx_tok_is(d, d->tok + i, "a") || dx_tok_is(d, d->tok + i, "an"));
}

static dx_kind kind_of_role(unsigned r)
{
	switch (r) {
	case DX_ROLES_BODY: return DX_KIND_ORGANIZATION;
	case DX_ROLES_PAPER: return DX_KIND_DOCUMENT;
	case DX_ROLES_PEOPLE: return DX_KIND_GROUP;
	case DX_ROLES_PLACE: return DX_KIND_PLACE;
	default: return DX_KIND_PERSON;
	}
}

static dx_status add(finder *f, dx_mention m)
{
	const dx_doc *d = f->d;
	dx_mentions *all = f->m;
	m.quoted = d->tok[m.head].depth > 0;
	m.headline = all->headline[d->tok[m.head].sent];
	m.entity = -1;
	for (size_t i = m.tok.beg; i < m.tok.end; i++)
		all->of_tok[i] = (int32_t)all->n;
	return DX_PUSH(d->arena, all->v, all->n, f->cap, m) ? DX_OK
	       : dx_fail(f->err, DX_ENOMEM, "out of memory: %zu mentions", all->n);
}

static size_t free_from(const finder *f)
{
	return f->m->n ? f->m->v[f->m->n - 1].tok.end : 0;
}

/* A lower-case role right before the name: "political science professor Ann Poe", "former president Ann Poe". The title may
 * reach over names that are mentions of their own: "NATO chief Ann Poe". */
static void add_title_before(const finder *f, dx_mention *m)
{
	const dx_doc *d = f->d;
	size_t b = m->tok.beg, least = free_from(f);
	if (b == 0 || b <= least || d->tok[b - 1].sent != d->tok[b].sent || !is_title(d, b - 1) || d->tok[b - 1].kind != DX_TOK_WORD)
		return;
	m->title = (dx_range){ (uint32_t)phrase_begin(d, b - 1, 0), (uint32_t)b };
	m->tok.beg = m->title.beg < least ? (uint32_t)least : m->title.beg;
	m->tok.beg += d->tok[m->tok.beg].shape & DX_SH_CLITIC ? 1 : 0;
	m->honored = true;
}

static bool ends_apposition(const dx_doc *d, size_t i)
{
	return d->tok[i].kind == DX_TOK_PUNCT || dx_lex(d, i, DX_LEX_PRONOUNS) == DX_PRONOUNS_RELATIVE;
}

/* The comma of "the matai, or chief,": another word for the same. */
static bool is_or(const dx_doc *d, size_t i)
{
	return i + 2 < d->n_tok && dx_tok_is(d, d->tok + i, ",") && dx_tok_is(d, d->tok + i + 1, "or") && !dx_is_capital(d, i + 2);
}

/* "..., 54, a farmer from Lodi," and "..., the state's attorney general": the words between the commas when a role is among them. */
static dx_range apposition(const dx_doc *d, size_t end)
{
	size_t i = end, sent = d->tok[end - 1].sent;
	dx_range none = { 0, 0 };
	if (i + 2 >= d->n_tok || d->tok[i].sent != sent || !dx_tok_is(d, d->tok + i, ","))
		return none;
	i++;
	if (d->tok[i].kind == DX_TOK_NUMBER && i + 2 < d->n_tok && dx_tok_is(d, d->tok + i + 1, ","))
		i += 2;
	size_t beg = i;
	bool role = false;
	if (d->tok[i].kind != DX_TOK_WORD || (dx_lex(d, i, DX_LEX_FUNCTION) && !is_article(d, i)) || dx_lex(d, i, DX_LEX_REPORTING))
		return none;
	for (; i < d->n_tok && i - beg < MOST_AFTER && d->tok[i].sent == sent && (!ends_apposition(d, i) || is_or(d, i)); i++)
		role |= is_person_role(d, i) && i - beg < MOST_LEFT;
	bool closed = i >= d->n_tok || d->tok[i].sent != sent || ends_apposition(d, i);
	bool starts = is_article(d, beg) || is_modifier(d, beg);
	return role && closed && starts ? (dx_range){ (uint32_t)beg, (uint32_t)i } : none;
}

/* "the Arizona Republican", "the President": a run of capitals that is no name but a nominal. */
static bool is_capital_nominal(const dx_doc *d, size_t beg, size_t end)
{
	unsigned last = dx_lex(d, end - 1, DX_LEX_ROLES), title = dx_lex(d, beg, DX_LEX_TITLES);
	if (end - beg > 1 && title && (d->tok[beg].shape & DX_SH_DOT || title != DX_TITLES_EITHER))
		return false;                    /* Mr. King */
	bool role = is_title(d, end - 1) && last != DX_ROLES_BODY && last != DX_ROLES_PAPER;
	if (end - beg > 1 && (dx_lex(d, end - 2, DX_LEX_FORENAMES) || (role && dx_lex(d, end - 1, DX_LEX_FORENAMES))))
		return false;
	return (role && (end - beg > 1 || (beg && is_article(d, beg - 1)) || !dx_lex(d, beg, DX_LEX_FORENAMES)) &&
	        !dx_lex(d, beg, DX_LEX_FORENAMES)) || (last == DX_ROLES_PEOPLE && !dx_lex(d, beg, DX_LEX_FORENAMES));
}

static dx_status add_nominal(finder *f, size_t head, size_t beg)
{
	const dx_doc *d = f->d;
	unsigned role = dx_lex(d, head, DX_LEX_ROLES);
	dx_mention m = { .head = (uint32_t)head, .form = DX_FORM_NOMINAL, .kind = (uint8_t)kind_of_role(role) };
	m.core = (dx_range){ (uint32_t)read_article(d, &m, beg), (uint32_t)head + 1 };
	m.tok = (dx_range){ (uint32_t)(beg < free_from(f) ? free_from(f) : beg), (uint32_t)head + 1 };
	m.plural = role == DX_ROLES_PEOPLE;
	m.gender = (uint8_t)gender_of_role(role);
	read_nation(&m, d, m.core);
	return add(f, m);
}

/* Words before a forename that are of the sentence or of a heading: "Rip Donald Trump", "House Newt Gingrich". */
static size_t skip_strangers(const finder *f, size_t beg, size_t end)
{
	const dx_doc *d = f->d;
	if (dx_lex(d, beg, DX_LEX_FORENAMES) || end - beg < 3)
		return beg;
	bool stranger = dx_lex(d, beg, DX_LEX_ROLES) || dx_lex(d, beg, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_HEAD_OF || is_first(d, beg) ||
	                f->m->headline[d->tok[beg].sent] || dx_word_seen(f->m, d->tok[beg].hash) & DX_SEEN_LOWER;
	for (size_t k = beg + 1; k + 1 < end && stranger; k++) {
		if (!dx_is_capital(d, k))
			break;
		if (dx_lex(d, k, DX_LEX_FORENAMES) && !dx_lex(d, k, DX_LEX_PLACES_SORT) && !dx_lex(d, k, DX_LEX_ROLES))
			return k;
	}
	return beg;
}

/* Where the name of the run begins; a body keeps its first words ("Republican National Committee"). */
static size_t name_begin(const finder *f, size_t beg, size_t end)
{
	const dx_doc *d = f->d;
	size_t core = core_begin(d, beg, end);
	bool body = dx_lex(d, end - 1, DX_LEX_ROLES) == DX_ROLES_BODY || dx_lex(d, end - 1, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_BODY;
	if (body && !dx_lex(d, core, DX_LEX_FORENAMES))
		return beg;
	return core > beg || body ? core : skip_strangers(f, beg, end);
}

static dx_status add_name(finder *f, size_t beg, size_t end)
{
	const dx_doc *d = f->d;
	dx_mention m = { .form = DX_FORM_NAME, .tok = { (uint32_t)beg, (uint32_t)end } };
	size_t core = name_begin(f, beg, end);
	m.honored = core > beg;
	m.title = (dx_range){ (uint32_t)beg, (uint32_t)core };
	if (!m.honored)
		m.title.end = (uint32_t)(core = skip_affiliation(d, beg, end));
	m.core = (dx_range){ (uint32_t)core, (uint32_t)end };
	m.head = (uint32_t)(end - 1);
	while (m.head > core && (is_suffix(d, m.head) || !dx_is_capital(d, m.head)))
		m.head--;
	if (!m.honored && core == beg)
		add_title_before(f, &m);
	m.kind = (uint8_t)kind_of_name(f, &m);
	if (m.kind == DX_KIND_PERSON || m.kind == DX_KIND_UNKNOWN) {
		m.after = apposition(d, end);
		m.gender = (uint8_t)gender_of_titles(d, m.title);
		if (!m.gender && m.core.end - m.core.beg > 1)
			m.gender = (uint8_t)gender_of_forename(d, m.core.beg);
		if (!m.gender && m.after.beg < m.after.end)
			m.gender = (uint8_t)gender_of_titles(d, m.after);
	}
	read_nation(&m, d, m.title);
	read_nation(&m, d, m.after);
	m.plural = m.kind == DX_KIND_GROUP;
	return add(f, m);
}

/* A run that is too long for a name and has no of/for: a heading or a menu. So is one of four words in capitals. */
static bool is_title_case(const dx_doc *d, size_t beg, size_t end)
{
	size_t n_caps = 0;
	for (size_t i = beg; i < end; i++)
		n_caps += d->tok[i].shape & DX_SH_ALLCAPS && d->tok[i].n_fold > 2;
	if (n_caps >= 4)
		return true;
	if (end - beg < LONG_RUN)
		return false;
	for (size_t i = beg; i < end; i++)
		if (dx_tok_is(d, d->tok + i, "of") || dx_tok_is(d, d->tok + i, "for"))
			return false;
	return true;
}

/* "Ukrainian" before "officials": part of a nominal that comes later. */
static bool is_adjective(const dx_doc *d, size_t beg, size_t end)
{
	size_t n;
	unsigned sort = dx_place_at(d, beg, end, &n)->v[DX_LEX_PLACES_SORT];
	return n == end - beg && sort == DX_PLACES_DEMONYM && !ends_in(d, end - 1, "ns") && end < d->n_tok &&
	       d->tok[end].kind == DX_TOK_WORD && !dx_lex(d, end, DX_LEX_FUNCTION);
}

/* "Secretary of State" without a name behind it: its head, or end. */
static size_t office_head(const dx_doc *d, size_t beg, size_t end)
{
	size_t core = core_begin(d, beg, end);
	for (size_t i = beg; core == beg && i + 2 < end; i++)
		if (is_title(d, i) && dx_lex(d, i, DX_LEX_ROLES) != DX_ROLES_BODY && dx_tok_is(d, d->tok + i + 1, "of"))
			return i;
	return end;
}

/* A run of capitals at i: a name, or a nominal with capitals. */
static dx_status read_run(finder *f, size_t *i)
{
	const dx_doc *d = f->d;
	size_t beg = *i, end = run_end(f, beg);
	if (beg >= f->title_case && is_title_case(d, beg, end)) {
		f->title_case = end;
		if (!is_namey(f, beg)) {
			++*i;
			return DX_OK;
		}
		end = run_end(f, beg);
	}
	*i = end;
	size_t office = office_head(d, beg, end);
	if (office < end)
		return add_nominal(f, office, phrase_begin(d, office, 0));
	if (is_adjective(d, beg, end))
		return DX_OK;
	if (is_capital_nominal(d, beg, end))
		return add_nominal(f, end - 1, phrase_begin(d, end - 1, 0));
	return add_name(f, beg, end);
}

static dx_status add_pronoun(finder *f, size_t i, unsigned p)
{
	dx_mention m = { .form = DX_FORM_PRONOUN, .head = (uint32_t)i, .tok = { (uint32_t)i, (uint32_t)i + 1 } };
	m.core = m.tok;
	m.gender = p == DX_PRONOUNS_MALE ? DX_GENDER_MALE : p == DX_PRONOUNS_FEMALE ? DX_GENDER_FEMALE : DX_GENDER_UNKNOWN;
	m.plural = p == DX_PRONOUNS_PLURAL || p == DX_PRONOUNS_FIRST_PL;
	m.kind = m.gender ? DX_KIND_PERSON : DX_KIND_UNKNOWN;
	return add(f, m);
}

/* A small role word that heads a phrase: the next word is none, so that "campaign manager" is one. */
static bool is_nominal_head(const dx_doc *d, size_t i)
{
	if (!dx_lex(d, i, DX_LEX_ROLES) || d->tok[i].kind != DX_TOK_WORD || d->tok[i].shape & DX_SH_CLITIC)
		return false;
	unsigned pos = d->tok[i].pos;
	if (pos && pos != DX_POS_NN && pos != DX_POS_NNS && pos != DX_POS_NNP)
		return false;
	bool more = i + 1 < d->n_tok && d->tok[i + 1].sent == d->tok[i].sent && d->tok[i + 1].kind == DX_TOK_WORD &&
	            !(d->tok[i + 1].shape & DX_SH_CLITIC);
	return !more || (!dx_lex(d, i + 1, DX_LEX_ROLES) && !dx_is_capital(d, i + 1));
}

static dx_status find_at(finder *f, size_t *i)
{
	const dx_doc *d = f->d;
	if (d->tok[*i].kind != DX_TOK_WORD) {
		++*i;
		return DX_OK;
	}
	unsigned p = dx_lex(d, *i, DX_LEX_PRONOUNS);
	if (is_namey(f, *i))
		return read_run(f, i);
	size_t at = (*i)++;
	if (p && p != DX_PRONOUNS_INDEFINITE && p != DX_PRONOUNS_DEMONSTRATIVE && !is_nominal_head(d, at))
		return add_pronoun(f, at, p);
	if (is_nominal_head(d, at))
		return add_nominal(f, at, phrase_begin(d, at, 0));
	return DX_OK;
}

dx_status dx_mentions_find(dx_mentions *out, const dx_doc *d, dx_err *err)
{
	*out = (dx_mentions){ 0 };
	finder f = { d, out, 0, 0, err };
	dx_status st = see_words(&f);
	for (size_t i = 0; i < d->n_tok && !st;)
		st = find_at(&f, &i);
	return st;
}
