#include "features/entity.h"
#include "features/utf8.h"
#include <utf8proc.h>

#define MOST_CHAIN 12                            /* entities of one surname that are looked at: hostile input repeats one */

/* Salts: one table serves all kinds of keys. */
enum { KEY_LAST = 1, KEY_FIRST, KEY_WHOLE, KEY_ACRONYM, KEY_LOOSE, KEY_MIDDLE };

typedef struct { uint64_t key; uint32_t ent, next; } node;       /* next: node + 1 of the same slot, 0 at the end */

/* What names are compared by. */
typedef struct {
	uint64_t word[DX_NAME_WORDS];
	uint64_t loose;                          /* of the last word */
	uint16_t nick[DX_NAME_WORDS];
	char initial[DX_NAME_WORDS];             /* first byte */
	bool is_initial[DX_NAME_WORDS];
	uint8_t n;
	uint64_t suffix;
	bool forename, generic;                  /* the first word is one; is no name by itself: "National", "Texas" */
	uint64_t kin;                            /* of the first word: its consonants */
	bool derived;                            /* the last word makes a part of a body: "DNC Rules Committee" */
	char capital[2 * DX_NAME_WORDS];         /* initials, those of small words too */
	uint8_t n_capital;
} name;

typedef struct {
	const dx_doc *d;
	dx_mentions *m;
	dx_ents *out;
	name *name;                              /* [mention] of those that are names */
	node *node;
	size_t n_node, cap_node, cap_ent;
	uint32_t *slot;                          /* node + 1 */
	size_t mask;
	uint32_t *last;                          /* [ent] last mention seen so far + 1 */
	uint32_t *n_long;                        /* [ent] mentions by names of several words */
	uint32_t *n_fore;                        /* [ent] mentions by the forename alone */
	dx_err *err;
} joiner;

/* ---- keys ---- */

static bool is_vowel_like(char c)
{
	return c == 'i' || c == 'y';
}

/* Spelling habits of transliteration: doubled letters, y and i at the end, q or kh for g at the begin, kh and gh for k and g. */
static size_t loosen(char *s, size_t n)
{
	size_t w = 0;
	for (size_t i = 0; i < n; i++) {
		char c = s[i] == 'y' ? 'i' : s[i] == 'q' || (s[i] == 'k' && i == 0) ? 'g' : s[i] == 'w' ? 'v' : s[i];
		if (i && s[i] == 'h' && (s[i - 1] == 'k' || s[i - 1] == 'g'))
			continue;
		if (w && s[w - 1] == c)
			continue;
		s[w++] = c;
	}
	while (w > 3 && is_vowel_like(s[w - 1]))
		w--;
	return w;
}

/* Latin letters without their marks; anything else stays. */
static size_t strip_marks(char *out, size_t most, dx_str s)
{
	size_t w = 0, len;
	for (size_t i = 0; i < s.n && w + 4 < most; i += len) {
		utf8proc_int32_t buf[8];
		uint32_t cp = dx_utf8_decode(s.p + i, s.n - i, &len);
		if (cp >= 0x80) {
			int boundary = 0;
			utf8proc_ssize_t k = utf8proc_decompose_char((utf8proc_int32_t)cp, buf, 8, UTF8PROC_DECOMPOSE, &boundary);
			cp = cp == 0x131 ? 'i' : cp == 0x142 ? 'l' : cp == 0xf8 ? 'o' : k > 0 ? (uint32_t)buf[0] : cp;
			if (dx_cp_is_mark(cp))
				continue;
		}
		w += dx_utf8_encode(out + w, cp);
	}
	return w;
}

uint64_t dx_name_key(const dx_doc *d, size_t i, bool loose)
{
	const dx_tok *t = d->tok + i;
	dx_str s = dx_tok_low(d, t);
	char buf[128];
	bool plain = s.n < sizeof buf && !(t->shape & DX_SH_DOT);
	for (size_t k = 0; k < s.n && plain; k++)
		plain = (unsigned char)s.p[k] < 0x80;
	if (plain && !loose)
		return t->hash;
	size_t n = strip_marks(buf, sizeof buf, s), w = 0;
	for (size_t k = 0; k < n; k++)
		if (buf[k] != '.')
			buf[w++] = buf[k];
	return dx_hash(buf, loose && w >= 5 ? loosen(buf, w) : w);
}

static bool is_small(const dx_doc *d, size_t i)
{
	return d->tok[i].kind != DX_TOK_WORD || (dx_lex(d, i, DX_LEX_FUNCTION) && !(d->tok[i].shape & DX_SH_UPPER)) ||
	       dx_tok_is(d, d->tok + i, "of") || dx_tok_is(d, d->tok + i, "for") || dx_tok_is(d, d->tok + i, "and") ||
	       dx_tok_is(d, d->tok + i, "the") || dx_tok_is(d, d->tok + i, "in") || d->tok[i].shape & DX_SH_CLITIC;
}

/* First words that do not stand for the body that they begin. */
static bool is_generic(const dx_doc *d, size_t i)
{
	return dx_lex(d, i, DX_LEX_PLACES_SORT) || dx_lex(d, i, DX_LEX_ROLES) || dx_lex(d, i, DX_LEX_TITLES) ||
	       dx_lex(d, i, DX_LEX_NAMEPARTS) || dx_lex(d, i, DX_LEX_FORENAMES);
}

static bool has_mark(const dx_doc *d, size_t i, size_t end)
{
	while (i < end && d->tok[i].kind != DX_TOK_MARK)
		i++;
	return i < end;
}

/* Forenames are spelt with one vowel or another where the surname is: "Mikhail", "Mikheil". */
static uint64_t consonants(dx_str s)
{
	char buf[32];
	size_t w = 0;
	for (size_t i = 0; i < s.n && w < sizeof buf; i++)
		if (!memchr("aeiouy", s.p[i], 6))
			buf[w++] = s.p[i];
	return dx_hash(buf, w);
}

/* "Pan-Andean" gives P and A. */
static void add_initials(name *x, dx_str s)
{
	for (size_t i = 0; i < s.n && x->n_capital < sizeof x->capital; i++)
		if (i == 0 || s.p[i - 1] == '-')
			x->capital[x->n_capital++] = s.p[i];
}

static name name_of(const dx_doc *d, dx_range r)
{
	name x = { .n = 0 };
	bool nick = false;
	for (size_t i = r.beg; i < r.end && x.n < DX_NAME_WORDS; i++) {
		if (d->tok[i].kind == DX_TOK_MARK) {
			nick = !nick && has_mark(d, i + 1, r.end);
			continue;
		}
		if (!nick && d->tok[i].kind == DX_TOK_WORD && !(d->tok[i].shape & DX_SH_CLITIC))
			add_initials(&x, dx_tok_low(d, d->tok + i));
		if (nick || is_small(d, i))
			continue;
		if (x.n && dx_lex(d, i, DX_LEX_NAMEPARTS) == DX_NAMEPARTS_SUFFIX) {
			x.suffix = dx_name_key(d, i, false);
			continue;
		}
		x.forename |= !x.n && dx_lex(d, i, DX_LEX_FORENAMES);
		x.generic |= !x.n && is_generic(d, i);
		x.word[x.n] = dx_name_key(d, i, false);
		x.nick[x.n] = (uint16_t)dx_lex(d, i, DX_LEX_NICKNAMES);
		x.initial[x.n] = dx_tok_low(d, d->tok + i).p[0];
		x.is_initial[x.n] = d->tok[i].n_fold <= 2 && (d->tok[i].n_fold == 1 || d->tok[i].shape & DX_SH_INITIAL);
		x.derived = dx_lex(d, i, DX_LEX_ROLES) == DX_ROLES_BODY;
		x.kin = x.n ? x.kin : consonants(dx_tok_low(d, d->tok + i));
		x.loose = dx_name_key(d, i, true);
		x.n++;
	}
	return x;
}

static bool is_personal(unsigned kind)
{
	return kind == DX_KIND_PERSON || kind == DX_KIND_UNKNOWN;
}

static uint64_t whole_key(const name *x)
{
	uint64_t h = KEY_WHOLE;
	for (size_t i = 0; i < x->n; i++)
		h = dx_mix(h, x->word[i]);
	return h;
}

static uint64_t acronym_key(const name *x)
{
	return x->n < 2 ? 0 : dx_mix(KEY_ACRONYM, dx_hash(x->initial, x->n));
}

/* ---- the table ---- */

static dx_status put(joiner *j, uint64_t key, uint32_t ent)
{
	uint32_t *s = j->slot + (key & j->mask);
	node n = { key, ent, *s };
	if (!DX_PUSH(j->d->arena, j->node, j->n_node, j->cap_node, n))
		return dx_fail(j->err, DX_ENOMEM, "out of memory: %zu names", j->n_node);
	*s = (uint32_t)j->n_node;
	return DX_OK;
}

static dx_status put_name(joiner *j, const name *x, uint32_t ent, dx_kind kind)
{
	dx_status st = put(j, dx_mix(KEY_LAST, x->word[x->n - 1]), ent);
	if (!st)
		st = put(j, whole_key(x), ent);
	if (!st && x->n > 1 && (kind == DX_KIND_PERSON || x->forename || (kind == DX_KIND_ORGANIZATION && !x->generic && !x->derived)))
		st = put(j, dx_mix(KEY_FIRST, x->word[0]), ent);
	for (size_t i = 1; x->n == 3 && i < 2 && !st && (is_personal(kind) || x->forename) && !x->derived; i++)
		st = x->is_initial[i] ? DX_OK : put(j, dx_mix(KEY_MIDDLE, x->word[i]), ent);
	if (!st && x->n > 1 && kind != DX_KIND_PERSON)
		st = put(j, acronym_key(x), ent);
	if (!st && x->n > 1 && kind != DX_KIND_PERSON && x->n_capital > x->n)
		st = put(j, dx_mix(KEY_ACRONYM, dx_hash(x->capital, x->n_capital)), ent);
	if (!st)
		st = put(j, dx_mix(KEY_LOOSE, x->loose), ent);
	return st;
}

/* ---- may two names be one? ---- */

static bool same_word(const name *a, size_t i, const name *b, size_t k)
{
	if (a->word[i] == b->word[k] || (a->nick[i] && a->nick[i] == b->nick[k]))
		return true;
	return (a->is_initial[i] || b->is_initial[k]) && a->initial[i] == b->initial[k];
}

/* Whether the words of the shorter name occur in the longer one in order; or both share forename and surname. */
static bool fits(const name *a, const name *b)
{
	const name *l = a->n >= b->n ? a : b, *s = l == a ? b : a;
	size_t k = 0;
	if (a->suffix && b->suffix && a->suffix != b->suffix)
		return false;
	for (size_t i = 0; i < l->n && k < s->n; i++)
		k += same_word(l, i, s, k);
	return k == s->n || (s->n > 1 && same_word(l, 0, s, 0) && same_word(l, l->n - 1, s, s->n - 1));
}

static bool kinds_agree(unsigned a, unsigned b)
{
	return a == b || a == DX_KIND_UNKNOWN || b == DX_KIND_UNKNOWN;
}

static const name *name_of_ent(const joiner *j, const dx_ent *e)
{
	return j->name + e->first;
}

static bool genders_differ(unsigned a, unsigned b)
{
	return a && b && a != b;
}

/* A short form of a person is any word of the name; of a body its last word unless that is an acronym; of a place none. */
static bool is_short_form(const joiner *j, const dx_mention *m, const name *x, const name *y, unsigned kind)
{
	if (x->n == y->n || is_personal(kind))
		return true;
	if (m->kind == DX_KIND_PLACE || kind == DX_KIND_PLACE)
		return false;
	return x->n > 1 || !(j->d->tok[m->head].shape & DX_SH_ALLCAPS) || x->word[0] == y->word[0];
}

static bool may_join(const joiner *j, const dx_mention *m, const name *x, const dx_ent *e)
{
	if (!kinds_agree(m->kind, e->kind) || (genders_differ(m->gender, e->gender) && x->n > 1 && !m->honored))
		return false;
	if (m->honored && genders_differ(m->gender, e->gender))
		return false;
	const name *y = name_of_ent(j, e);
	return is_short_form(j, m, x, y, e->kind) && fits(x, y);
}

/* ---- joining ---- */

static dx_status new_ent(joiner *j, uint32_t *out, uint32_t mention, const name *x)
{
	const dx_mention *m = j->m->v + mention;
	dx_ent e = { .kind = m->kind, .gender = m->gender, .first = mention, .nation = m->nation, .region = m->region, .plural = m->plural };
	*out = (uint32_t)j->out->n;
	if (m->kind == DX_KIND_PLACE || m->kind == DX_KIND_GROUP) {
		size_t n;
		const dx_word *w = dx_place_at(j->d, m->core.beg, m->core.end, &n);
		e.nation = w->v[DX_LEX_PLACES_NATION];
		e.region = w->v[DX_LEX_PLACES_REGION];
	}
	if (!DX_PUSH(j->d->arena, j->out->v, j->out->n, j->cap_ent, e))
		return dx_fail(j->err, DX_ENOMEM, "out of memory: %zu entities", j->out->n);
	return put_name(j, x, *out, m->kind);
}

/* A longer form of the name becomes the one that later mentions are compared with. */
static dx_status lengthen(joiner *j, uint32_t ent, uint32_t mention, const name *x)
{
	dx_ent *e = j->out->v + ent;
	const dx_mention *m = j->m->v + mention;
	const name *y = name_of_ent(j, e);
	if (e->kind == DX_KIND_UNKNOWN)
		e->kind = m->kind;
	if (!e->gender)
		e->gender = m->gender;
	if (!e->nation) {
		e->nation = m->nation;
		e->region = m->region;
	}
	if (x->n <= y->n)
		return DX_OK;
	e->first = mention;
	return put_name(j, x, ent, m->kind);
}

/* Whether a title before m is one of entity e's: "President Poe" where "President Ann Poe" stands elsewhere. */
static bool shares_title(const joiner *j, const dx_mention *m, const dx_ent *e)
{
	const dx_mention *first = j->m->v + e->first;
	for (uint32_t i = m->title.beg; i < m->title.end; i++)
		for (uint32_t k = first->title.beg; k < first->title.end; k++)
			if (j->d->tok[i].hash == j->d->tok[k].hash)
				return true;
	return false;
}

/* How likely m is of entity e: a shared title, then how often e has its long name (who goes by the
 * forename does not go by the surname), then how lately it was mentioned. */
static uint64_t likely(const joiner *j, const dx_mention *m, uint32_t e)
{
	uint64_t n = j->n_long[e] > 60 ? 60 : j->n_long[e], title = shares_title(j, m, j->out->v + e);
	n = 100 + n > j->n_fore[e] ? 100 + n - j->n_fore[e] : 0;
	return (title << 48) | (n << 40) | j->last[e];
}

/* Of the entities under key, the likeliest that may be m's, else the earliest. -1 for none. */
static int64_t best_under(const joiner *j, uint64_t key, const dx_mention *m, const name *x)
{
	int64_t best = -1;
	size_t steps = 0;
	for (uint32_t k = j->slot[key & j->mask]; k && steps < 4 * MOST_CHAIN; k = j->node[k - 1].next, steps++) {
		const node *n = j->node + k - 1;
		if (n->key != key || (best >= 0 && n->ent == (uint32_t)best) || !may_join(j, m, x, j->out->v + n->ent))
			continue;
		uint64_t a = likely(j, m, n->ent), b = best < 0 ? 0 : likely(j, m, (uint32_t)best);
		if (best < 0 || a > b || (a == b && n->ent < (uint32_t)best))
			best = n->ent;
	}
	return best;
}

static bool has_loose_form(const joiner *j, const dx_mention *m)
{
	return m->kind != DX_KIND_PLACE && j->d->tok[m->head].n_fold >= 5;
}

static int64_t find_full(const joiner *j, const dx_mention *m, const name *x)
{
	int64_t e = best_under(j, whole_key(x), m, x);
	if (e < 0)
		e = best_under(j, dx_mix(KEY_LAST, x->word[x->n - 1]), m, x);
	if (e < 0 && m->kind == DX_KIND_ORGANIZATION && x->n > 1)
		e = best_under(j, dx_mix(KEY_FIRST, x->word[0]), m, x);
	return e;
}

/* Whether a single word stands for one with this name: surname, forename, first word of a family-name-first name, or the first
 * of two surnames ("Ruiz" for "Ana Ruiz Soto"). */
static int64_t find_single(const joiner *j, const dx_mention *m, const name *x)
{
	dx_mention open = *m;
	int64_t e = best_under(j, dx_mix(KEY_LAST, x->word[0]), m, x);
	if (m->kind == DX_KIND_ORGANIZATION && !(j->d->tok[m->head].shape & DX_SH_ALLCAPS)) {
		open.kind = DX_KIND_UNKNOWN;     /* "the Clinton camp" made it a body */
		e = e < 0 ? best_under(j, dx_mix(KEY_LAST, x->word[0]), &open, x) : e;
	}
	if (e < 0 && m->kind != DX_KIND_PLACE)
		e = best_under(j, dx_mix(KEY_FIRST, x->word[0]), m, x);
	if (e < 0 && is_personal(m->kind))
		e = best_under(j, dx_mix(KEY_MIDDLE, x->word[0]), m, x);
	return e;
}

/* Acronym: "IRP" for an entity whose capitals spell it. */
static int64_t find_acronym(const joiner *j, const dx_mention *m)
{
	dx_str s = dx_tok_low(j->d, j->d->tok + m->head);
	char buf[DX_NAME_WORDS];
	size_t w = 0;
	if (!(j->d->tok[m->head].shape & DX_SH_ALLCAPS) || m->core.end - m->core.beg > 1)
		return -1;
	for (size_t i = 0; i < s.n && w < sizeof buf; i++)
		if (s.p[i] != '.')
			buf[w++] = s.p[i];
	uint64_t key = dx_mix(KEY_ACRONYM, dx_hash(buf, w));
	size_t steps = 0;
	for (uint32_t k = j->slot[key & j->mask]; k && steps < 4 * MOST_CHAIN; k = j->node[k - 1].next, steps++)
		if (j->node[k - 1].key == key)
			return j->node[k - 1].ent;
	return -1;
}

/* Another spelling of the last word, the other words alike. */
static int64_t find_loose(const joiner *j, const dx_mention *m, const name *x)
{
	uint64_t key = dx_mix(KEY_LOOSE, x->loose);
	size_t steps = 0;
	for (uint32_t k = has_loose_form(j, m) ? j->slot[key & j->mask] : 0; k && steps < MOST_CHAIN; k = j->node[k - 1].next, steps++) {
		const node *n = j->node + k - 1;
		if (n->key != key)
			continue;
		const name *y = name_of_ent(j, j->out->v + n->ent);
		name z = *x;
		if (y->loose != z.loose)
			continue;
		z.word[z.n - 1] = y->word[y->n - 1];
		if (z.n == 2 && y->n == 2 && z.kin == y->kin)
			z.word[0] = y->word[0];
		if (may_join(j, m, &z, j->out->v + n->ent))
			return n->ent;
	}
	return -1;
}

/* "Washington Post Trump" where a person of that surname is known: the words before are of the sentence. */
static int64_t find_surname(const joiner *j, const dx_mention *m, const name *x)
{
	const dx_tok *t = j->d->tok + m->core.beg;
	bool common = t->word->v[DX_LEX_CLUSTERS_COARSE] && (m->headline || t->sent != (t - 1)->sent || x->n > 2);
	if (!m->core.beg || x->forename || m->honored || x->derived || !common || (m->kind == DX_KIND_ORGANIZATION && x->n < 3))
		return -1;
	name last = { .n = 1 };
	last.word[0] = x->word[x->n - 1];
	last.initial[0] = x->initial[x->n - 1];
	last.loose = x->loose;
	dx_mention open = *m;
	open.kind = DX_KIND_UNKNOWN;
	int64_t e = best_under(j, dx_mix(KEY_LAST, last.word[0]), &open, &last);
	return e >= 0 && j->out->v[e].kind == DX_KIND_PERSON ? e : -1;
}

/* Whether a name is surely one: a person's, or no word of a person's name. */
static bool is_sure(const dx_mention *m, const name *x)
{
	return x->n > 1 && (m->kind == DX_KIND_PERSON || (m->kind == DX_KIND_UNKNOWN && x->forename));
}

/* One round: names of several words (full; those that are surely a person's first), or single words. */
static dx_status join_round(joiner *j, bool full, bool sure)
{
	dx_status st = DX_OK;
	for (uint32_t i = 0; i < j->m->n && !st; i++) {
		dx_mention *m = j->m->v + i;
		if (m->form != DX_FORM_NAME)
			continue;
		const name *x = j->name + i;
		if (m->entity < 0 && x->n && (x->n > 1) == full && (!sure || is_sure(m, x))) {
			int64_t e = x->n > 1 ? find_full(j, m, x) : find_single(j, m, x);
			if (e < 0 && x->n > 1 && !sure)
				e = find_surname(j, m, x);
			if (e < 0 && !full)
				e = find_acronym(j, m);
			if (e < 0)
				e = find_loose(j, m, x);
			uint32_t id = (uint32_t)e;
			bool odd = x->n > 1 && !sure && e >= 0 && j->out->v[e].kind == DX_KIND_PERSON;
			st = e < 0 ? new_ent(j, &id, i, x) : odd ? DX_OK : lengthen(j, id, i, x);
			m->entity = (int32_t)id;
		}
		if (m->entity >= 0 && !st && full && !sure && !m->headline)
			j->n_long[m->entity]++;
		if (m->entity >= 0 && !st && !full)
			j->last[m->entity] = i + 1;
	}
	return st;
}

/* Mentions by a name or alias of the user's list, with its title or without. */
static dx_status join_listed(joiner *j, const dx_names *names)
{
	dx_status st = DX_OK;
	size_t n = dx_names_count(names);
	uint32_t *of = n ? dx_arena_array(j->d->arena, n, sizeof *of) : NULL;        /* [row] entity + 1 */
	if (n && !of)
		return dx_fail(j->err, DX_ENOMEM, "out of memory: %zu names", n);
	for (uint32_t i = 0; i < j->m->n && n && !st; i++) {
		dx_mention *m = j->m->v + i;
		const dx_listed *row = m->form == DX_FORM_NAME ? dx_names_find(names, j->d, m->core) : NULL;
		if (!row && m->form == DX_FORM_NAME)
			row = dx_names_find(names, j->d, m->tok);
		const name *x = j->name + i;
		if (!row || !x->n)
			continue;
		uint32_t id = of[row->id] - 1;
		m->kind = row->kind ? row->kind : m->kind;
		st = of[row->id] ? lengthen(j, id, i, x) : new_ent(j, &id, i, x);
		of[row->id] = id + 1;
		m->entity = (int32_t)id;
		if (!st)
			j->out->v[id].listed = row;
	}
	return st;
}

/* How often each person goes by the forename alone. */
static void count_forenames(joiner *j)
{
	for (size_t i = 0; i < j->m->n; i++) {
		const dx_mention *m = j->m->v + i;
		if (m->form != DX_FORM_NAME || m->entity >= 0 || m->honored || m->quoted || m->headline || !is_personal(m->kind))
			continue;
		const name *x = j->name + i;
		int64_t e = x->n != 1 || best_under(j, dx_mix(KEY_LAST, x->word[0]), m, x) >= 0 ? -1
		            : best_under(j, dx_mix(KEY_FIRST, x->word[0]), m, x);
		if (e >= 0)
			j->n_fore[e]++;
	}
}

/* ---- what is known of each ---- */

dx_status dx_name_text(dx_str *out, const dx_doc *d, dx_range r, dx_err *err)
{
	if (r.beg >= r.end) {
		*out = (dx_str){ "", 0 };
		return DX_OK;
	}
	dx_span s = dx_range_span(d, r);
	char *p = dx_arena_alloc(d->arena, s.end - s.beg + 1);
	size_t w = 0;
	if (!p)
		return dx_fail(err, DX_ENOMEM, "out of memory: a name");
	for (size_t i = s.beg; i < s.end; i++) {
		unsigned char c = (unsigned char)d->text.p[i];
		unsigned char next = i + 1 < s.end ? (unsigned char)d->text.p[i + 1] : 0;
		bool nbsp = c == 0xc2 && next == 0xa0;
		i += nbsp;
		if (c == 0xc2 && next == 0xad) {
			i++;                     /* a soft hyphen */
			continue;
		}
		if (c > ' ' && !nbsp)
			p[w++] = (char)c;
		else if (w && p[w - 1] != ' ')
			p[w++] = ' ';
	}
	*out = (dx_str){ p, w };
	return DX_OK;
}

void dx_ent_add_roles(dx_ent *e, const dx_doc *d, dx_range r)
{
	for (size_t i = r.beg; i < r.end; i++) {
		const dx_tok *t = d->tok + i;
		if (t->kind != DX_TOK_WORD || t->shape & DX_SH_CLITIC || dx_lex(d, i, DX_LEX_FUNCTION) || dx_lex(d, i, DX_LEX_PRONOUNS))
			continue;
		bool known = false;
		for (size_t k = 0; k < e->n_role; k++)
			known |= e->role[k] == t->hash;
		if (known || e->n_role == DX_ENT_ROLES)
			continue;
		e->role_group[e->n_role] = (uint16_t)dx_lex(d, i, DX_LEX_ROLEGROUPS);
		e->role[e->n_role++] = t->hash;
	}
}

/* "the commission" may be the Commission on Fair Debates: nouns in the name of a body tell what it is; so does a place's sort. */
static void add_name_roles(dx_ent *e, const dx_doc *d, dx_range core)
{
	if (e->kind == DX_KIND_PERSON)
		return;
	for (uint32_t i = core.beg; i < core.end; i++) {
		unsigned role = dx_lex(d, i, DX_LEX_ROLES);
		if (role == DX_ROLES_BODY || role == DX_ROLES_PAPER || role == DX_ROLES_PLACE)
			dx_ent_add_roles(e, d, (dx_range){ i, i + 1 });
	}
	size_t n;
	unsigned sort = e->kind == DX_KIND_PLACE ? dx_place_at(d, core.beg, core.end, &n)->v[DX_LEX_PLACES_SORT] : 0;
	const char *noun = sort == DX_PLACES_COUNTRY ? "country" : sort == DX_PLACES_STATE ? "state"
	                   : sort == DX_PLACES_CITY || sort == DX_PLACES_CAPITAL ? "city" : NULL;
	if (noun && e->n_role < DX_ENT_ROLES) {
		uint64_t hash = dx_hash(noun, strlen(noun));
		e->role_group[e->n_role] = dx_lexicon_find(hash)->v[DX_LEX_ROLEGROUPS];
		e->role[e->n_role++] = hash;
	}
}

/* How good the form of mention m is as a canonical name: longer is better, all capitals and headlines are worse. One of many words that does not
 * begin as a name may have swallowed words before it ("Getty Images Scott"): it comes just behind a name of two. */
static int form_rank(const dx_doc *d, const dx_mention *m, const name *x, unsigned kind)
{
	bool caps = d->tok[m->head].shape & DX_SH_ALLCAPS && d->tok[m->head].n_fold > 4;
	bool odd = x->n > 2 && kind != DX_KIND_ORGANIZATION && !x->forename && !dx_lex(d, m->core.beg, DX_LEX_NAMEPARTS) &&
	           !(d->tok[m->core.beg].shape & DX_SH_INITIAL);
	return 4 * ((odd ? 2 : x->n) + (x->suffix != 0)) - (caps ? 6 : 0) - (m->headline ? 3 : 0) - odd;
}

static dx_range longer(dx_range a, dx_range b)
{
	return b.end - b.beg > a.end - a.beg ? b : a;
}

static dx_status describe(joiner *j, dx_ent *e)
{
	const dx_doc *d = j->d;
	int best = -100;
	dx_range core = { 0, 0 }, title = { 0, 0 };
	for (size_t k = 0; k < e->n_mention; k++) {
		const dx_mention *m = j->m->v + e->mention[k];
		int rank = form_rank(d, m, j->name + e->mention[k], e->kind);
		if (rank > best) {
			best = rank;
			core = m->core;
			e->first = e->mention[k];
		}
		title = longer(longer(title, m->title), m->after);
		e->n_full += rank > 4 || m->honored;
		e->conflict |= genders_differ(e->gender, m->gender);
		dx_ent_add_roles(e, d, m->title);
		dx_ent_add_roles(e, d, m->after);
		if (!e->gender)
			e->gender = m->gender;
		if (!e->nation) {
			e->nation = m->nation;
			e->region = m->region;
		}
	}
	add_name_roles(e, d, core);
	const name *x = name_of_ent(j, e);
	memcpy(e->word, x->word, sizeof x->word);
	e->n_word = x->n;
	dx_status st = dx_name_text(&e->name, d, core, j->err);
	if (e->listed) {
		e->name = e->listed->name;
		e->kind = e->listed->kind ? e->listed->kind : e->kind;
	}
	return st ? st : dx_name_text(&e->title, d, title, j->err);
}

/* The mentions of each entity, in order, in one array. */
static dx_status collect(joiner *j)
{
	uint32_t *all = dx_arena_array(j->d->arena, j->m->n + 1, sizeof *all);
	if (!all)
		return dx_fail(j->err, DX_ENOMEM, "out of memory: %zu mentions", j->m->n);
	for (size_t i = 0; i < j->m->n; i++)
		if (j->m->v[i].entity >= 0)
			j->out->v[j->m->v[i].entity].n_mention++;
	for (size_t e = 0; e < j->out->n; e++) {
		j->out->v[e].mention = all;
		all += j->out->v[e].n_mention;
		j->out->v[e].n_mention = 0;
	}
	for (uint32_t i = 0; i < j->m->n; i++) {
		dx_ent *e = j->m->v[i].entity >= 0 ? j->out->v + j->m->v[i].entity : NULL;
		if (e)
			e->mention[e->n_mention++] = i;
	}
	return DX_OK;
}

dx_status dx_entities_find(dx_ents *out, dx_mentions *m, const dx_doc *d, const dx_names *names, dx_err *err)
{
	joiner j = { .d = d, .m = m, .out = out, .err = err, .mask = 63 };
	*out = (dx_ents){ NULL, 0 };
	while (j.mask < 4 * m->n)
		j.mask = 2 * j.mask + 1;
	j.slot = dx_arena_array(d->arena, j.mask + 1, sizeof *j.slot);
	j.last = dx_arena_array(d->arena, m->n + 1, sizeof *j.last);
	j.n_long = dx_arena_array(d->arena, m->n + 1, sizeof *j.n_long);
	j.n_fore = dx_arena_array(d->arena, m->n + 1, sizeof *j.n_fore);
	j.name = dx_arena_scratch(d->arena, m->n + 1, sizeof *j.name);
	if (!j.slot || !j.last || !j.n_long || !j.n_fore || !j.name)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu mentions", m->n);
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].form == DX_FORM_NAME)
			j.name[i] = name_of(d, m->v[i].core);
	dx_status st = join_listed(&j, names);
	if (!st)
		st = join_round(&j, true, true);
	if (!st)
		st = join_round(&j, true, false);
	count_forenames(&j);
	if (!st)
		st = join_round(&j, false, false);
	if (!st)
		st = collect(&j);
	for (size_t e = 0; e < out->n && !st; e++)
		st = describe(&j, out->v + e);
	return st;
}
