#include "features/target.h"
#include "features/rating.h"
#include "features/tagset.h"

#define POLAR_REACH 4
#define RATING_REACH 5
#define VERB_REACH 6

static unsigned lex(const dx_tok *t, unsigned column)
{
	return t->word->v[column];
}

/* What is looked at, and the bits of a value: each has places of its own, so that an index occurs once in a vector. Values that take more bits are
 * hashed. kind, order and the like are in nearly all, because the machine is linear: what a word before a name says it need not say of a deed. */
#define TEMPLATES(X) X(KIND, 3) X(FIRST, 4) X(ORDER, 6) X(HEAD, 13) X(CLUSTER, 11) X(FINE, 11) X(OFTEN, 7) X(CUE_KIND, 11) X(CUE_CLASS, 10) X(SHORT, 11) \
	X(BEFORE, 11) X(AFTER, 11) X(BESIDE, 12) X(TIE, 11) X(POS_AROUND, 12) X(POS_BEFORE, 11) \
	X(VERB, 12) X(VERB_CLASS, 11) X(ROLE, 8) X(ROLE_CUE, 11) X(CLUSTER_ROLE, 11) X(DONE, 3) X(DOER, 3) X(TONE, 3) X(POLAR_WORDS, 4) \
	X(CUE_ORDER, 11) X(OPENING, 12) X(OPENING_POS, 10) X(LENGTH, 6) X(NUMBER, 11) X(PLACE, 6) X(LAST, 7) X(DIRECT, 7) X(OFFSET, 7) X(SENTENCE, 7) \
	X(NAMES, 8) X(NTH, 7) X(HE_INSIDE, 11) X(WORD, 12) X(SHAPE, 10) \
	X(CLASS, 5) X(LEAD, 3) X(LINK, 6) X(LINK_KIND, 12) X(LINK_PRONOUN, 12) X(LINK_CUE, 11) X(LINK_OPENING, 11) X(LINK_LENGTH, 11) X(MENTIONS, 5) X(BACK, 10) \
	X(RECENT, 10) X(GENDER, 11) X(PRONOUNS, 11) X(HE_WORD, 11) X(HE_FIT, 11)
#define X(name, bits) T_##name, LAST_##name = T_##name + (1 << (bits)) - 1,
enum { TEMPLATES(X) N_PLACES };
#undef X
#define X(name, bits) SIZE_##name = 1 << (bits),
enum { TEMPLATES(X) };
#undef X
static_assert(N_PLACES <= DX_TARGET_DIM, "places");
static_assert(DX_N_TG <= 8 && DX_N_POS < 31 && DX_N_NER <= 8, "bits of the parts of a value");

#define put(x, name, found) dx_vec_add(x, T_##name + (uint32_t)((found) & (SIZE_##name - 1)), 1)

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* --- candidates of the content --- */

/* A candidate in its piece of the content, and what most of its features share. */
typedef struct {
	const dx_target_pool *p;
	const dx_doc *d;
	dx_range r, in;
	uint64_t kind, order;
	uint64_t before, after;                  /* hashes of the words beside it */
} place;

static dx_range piece_of(const dx_stance_case *c, dx_range r)
{
	for (size_t i = 0; i < c->content.n; i++)
		if (r.beg >= c->content.v[i].beg && r.end <= c->content.v[i].end)
			return c->content.v[i];
	return r;
}

static unsigned polar_near(const dx_doc *d, uint32_t beg, uint32_t end)
{
	unsigned n = 0;
	for (uint32_t i = beg; i < end && n < 2; i++)
		n += lex(d->tok + i, DX_LEX_POLARITY_VADER) > 1 || lex(d->tok + i, DX_LEX_POLARITY_HU) > 1;
	return n;
}

static uint64_t step(int rating)
{
	return rating < -2 ? 0 : rating < 0 ? 1 : rating == 0 ? 2 : rating <= 2 ? 3 : 4;
}

/* What the words around a candidate say of it: the nearest rated one before it of whom it is done to, behind it of who does it. */
static void put_ratings(dx_vec *x, const place *w)
{
	const dx_range r = w->r, in = w->in;
	const dx_tok *tok = w->d->tok;
	int done = 0, doer = 0, tone = 0;
	for (uint32_t i = r.beg, k = 0; i-- > in.beg && k < RATING_REACH && !done; k++)
		done = dx_rating_of(tok[i].word).v[DX_RATING_DONE];
	for (uint32_t i = r.end; i < in.end && i < r.end + RATING_REACH && !doer; i++)
		doer = dx_rating_of(tok[i].word).v[DX_RATING_DOER];
	for (uint32_t i = r.beg; i < r.end && !tone; i++)
		tone = dx_rating_of(tok[i].word).v[DX_RATING_TONE];
	put(x, DONE, step(done));
	put(x, DOER, step(doer));
	put(x, TONE, step(tone));
	const uint64_t left = polar_near(w->d, r.beg - in.beg > POLAR_REACH ? r.beg - POLAR_REACH : in.beg, r.beg);
	const uint64_t right = polar_near(w->d, r.end, in.end - r.end > POLAR_REACH ? r.end + POLAR_REACH : in.end);
	put(x, POLAR_WORDS, left * 3 + right);
}

static bool is_verb(unsigned pos)
{
	return pos >= DX_POS_VB && pos <= DX_POS_VBZ;
}

/* What a candidate is to the verb beside it: its object, tied to it by a preposition, its subject, or nothing that a few words show. */
typedef enum { ROLE_OBJECT, ROLE_TIED, ROLE_SUBJECT, ROLE_NONE } role;

static role role_of(const dx_tok **verb, const place *w)
{
	const dx_tok *tok = w->d->tok;
	role is = ROLE_OBJECT;
	*verb = NULL;
	for (uint32_t i = w->r.beg, k = 0; i-- > w->in.beg && k < VERB_REACH; k++) {
		if (is_verb(tok[i].pos)) {
			*verb = tok + i;
			return is;
		}
		if (tok[i].pos == DX_POS_IN || tok[i].pos == DX_POS_TO)
			is = ROLE_TIED;
		else if (tok[i].kind != DX_TOK_WORD)
			break;
	}
	for (uint32_t i = w->r.end; i < w->in.end && i < w->r.end + 3; i++)
		if (is_verb(tok[i].pos) || tok[i].pos == DX_POS_MD) {
			*verb = tok + i;
			return ROLE_SUBJECT;
		}
	return ROLE_NONE;
}

static void put_role(dx_vec *x, const place *w)
{
	const dx_tok *verb;
	const uint64_t is = role_of(&verb, w), role_kind = is * 8 + w->kind;
	uint64_t class = 0;
	if (verb)
		class = lex(verb, DX_LEX_REPORTING) * 64 + lex(verb, DX_LEX_ACTS) * 8
		        + step(dx_rating_of(verb->word).v[is == ROLE_SUBJECT ? DX_RATING_DOER : DX_RATING_DONE]);
	put(x, VERB, dx_mix(verb ? verb->hash : 0, is));
	put(x, VERB_CLASS, dx_mix(class, role_kind));
	put(x, ROLE, role_kind * 8 + w->order);
	put(x, ROLE_CUE, dx_mix(role_kind, w->p->cue_class));
	put(x, CLUSTER_ROLE, lex(w->d->tok + w->r.end - 1, DX_LEX_CLUSTERS_COARSE) * 8 + is);
}

/* The words beside it and their parts of speech; 31 stands for the edge of the piece. */
static void put_beside(dx_vec *x, const place *w)
{
	const dx_tok *tok = w->d->tok;
	const uint32_t beg = w->r.beg, end = w->r.end, left = beg - w->in.beg;
	const uint64_t pos = left ? tok[beg - 1].pos : 31, second = left > 1 ? tok[beg - 2].pos : 31, after = end < w->in.end ? tok[end].pos : 31;
	put(x, BEFORE, w->before);
	put(x, AFTER, w->after);
	put(x, BESIDE, dx_mix(w->before, w->kind));
	put(x, TIE, left > 1 ? dx_mix(w->before, tok[beg - 2].hash) : w->before);
	put(x, POS_AROUND, dx_mix(w->kind, pos * 32 + after));
	put(x, POS_BEFORE, dx_mix(w->kind, pos * 32 + second));
}

/* Where in the piece and among the other candidates. */
static void put_place(dx_vec *x, const place *w)
{
	const dx_tok *tok = w->d->tok;
	const dx_target_pool *p = w->p;
	const dx_range r = w->r, in = w->in;
	const uint64_t off = r.beg - in.beg, offset = off < 4 ? off : off < 6 ? 4 : off < 10 ? 5 : off < 20 ? 6 : 7;
	const uint64_t kind_order = w->kind * 8 + w->order;
	put(x, ORDER, kind_order);
	put(x, CUE_ORDER, dx_mix(p->cue, kind_order));
	put(x, OPENING, dx_mix(tok[in.beg].hash, kind_order));
	put(x, OPENING_POS, dx_mix(tok[in.beg].pos, kind_order));
	put(x, NUMBER, least(p->n_order, 15) * 64 + kind_order);
	put(x, PLACE, off * 8 / (in.end - in.beg) * 8 + w->kind);
	put(x, LAST, (in.end - r.end < 3) * 64u + kind_order);
	put(x, DIRECT, p->c->direct * 64u + kind_order);
	put(x, OFFSET, (offset * 8 + w->kind) * 2 + p->c->direct);
	put(x, SENTENCE, (least(tok[r.beg].sent - tok[in.beg].sent, 3) * 4 + least(tok[in.end - 1].sent - tok[r.beg].sent, 3)) * 8 + w->kind);
	put(x, NAMES, least(p->n_names, 3) * 64 + kind_order);
	put(x, HE_INSIDE, dx_mix(p->pronoun * 8u + least(p->pronoun_at, 7), w->kind * 2 + (p->pronoun_at < off)));
}

/* How it is built. */
static void put_build(dx_vec *x, const place *w)
{
	uint64_t shape = 0;
	for (uint32_t i = w->r.beg; i < w->r.end; i++)
		shape = dx_mix(shape, w->d->tok[i].pos);
	put(x, SHAPE, shape);
	put(x, WORD, w->d->tok[w->r.beg].hash);
	put(x, LENGTH, w->kind * 8 + least(w->r.end - w->r.beg, 7));
}

static void put_inside(dx_vec *x, const dx_target_pool *p, const dx_target_cand *me)
{
	const dx_doc *d = p->c->doc;
	const dx_range r = me->tok, in = piece_of(p->c, r);
	const place w = { p, d, r, in, me->kind, least(me->order, 5), r.beg > in.beg ? d->tok[r.beg - 1].hash : 1,
		r.end < in.end ? d->tok[r.end].hash : 1 };
	put_build(x, &w);
	put_place(x, &w);
	put_beside(x, &w);
	put_role(x, &w);
	put_ratings(x, &w);
	if (me->kind == DX_TG_NAME)
		put(x, NTH, (least(me->nth, 3) * 4 + least(p->n_names, 3)) * 8 + p->names->name[me->name].ner);
}

/* --- names --- */

/* What ties a name to the quote: whose it is, where it was named last, and whether the first pronoun of the content may mean it. */
static void put_name(dx_vec *x, const dx_target_pool *p, const dx_target_cand *me)
{
	const dx_target_name *n = &p->names->name[me->name];
	const uint64_t link = me->link, kind = me->kind == DX_TG_NAME ? 0 : me->kind == DX_TG_FRAME ? 1 : 2, link_kind = link * 4 + kind;
	const uint64_t back = me->back < 8 ? 0 : me->back < 24 ? 1 : me->back < 64 ? 2 : me->back < DX_TARGET_BACK ? 3 : 4;
	const uint64_t recent = least(me->recent, 4), at = least(p->pronoun_at, 3);
	const bool third = p->pronoun == DX_PRONOUNS_MALE || p->pronoun == DX_PRONOUNS_FEMALE;
	const uint64_t fit = !third ? 3 : !n->gender ? 2 : n->gender == p->pronoun;
	put(x, CLASS, kind * 8 + n->ner);
	put(x, LEAD, n->lead * 4u + kind);
	put(x, MENTIONS, kind * 8 + least(n->n_mention, 7));
	put(x, LINK, link);
	put(x, LINK_KIND, link_kind * 8 + n->ner);
	put(x, LINK_PRONOUN, dx_mix(link_kind, p->pronoun));
	put(x, LINK_CUE, dx_mix(link_kind, p->cue));
	put(x, LINK_OPENING, dx_mix(link_kind, p->c->content.n ? p->c->doc->tok[p->c->content.v[0].beg].hash : 0));
	put(x, LINK_LENGTH, least(p->n_word / 6, 3) * 256 + link_kind);
	put(x, BACK, (back * 4 + kind) * 16 + p->pronoun);
	put(x, RECENT, (recent * 4 + kind) * 16 + p->pronoun);
	put(x, GENDER, ((fit * 8 + recent) * 4 + kind) * 8 + back);
	put(x, PRONOUNS, dx_mix(link_kind, p->pronouns));
	put(x, HE_WORD, dx_mix(p->pronoun_word, link_kind * 4 + at));
	put(x, HE_FIT, dx_mix(p->pronoun_word, ((fit * 8 + recent) * 4 + kind) * 4 + at));
}

/* --- all --- */

dx_status dx_target_vector(dx_vec *x, const dx_target_pool *p, size_t i, dx_err *err)
{
	const dx_target_cand *me = p->v + i;
	const uint64_t kind = me->kind;
	x->n = 0;
	put(x, KIND, kind);
	put(x, FIRST, (i == 0) * 8u + kind);
	put(x, CUE_KIND, dx_mix(kind, p->cue));
	put(x, CUE_CLASS, p->cue_class * 8u + kind);
	put(x, SHORT, (kind * 16 + least(p->n_word / 3, 15)) * 8 + least(p->n_order, 7));
	if (me->text.beg < me->text.end) {
		const uint32_t last = me->text.end - 1;
		put(x, HEAD, p->c->doc->tok[last].hash);
		put(x, FINE, lex(p->c->doc->tok + last, DX_LEX_CLUSTERS_FINE));
		put(x, CLUSTER, lex(p->c->doc->tok + last, DX_LEX_CLUSTERS_COARSE) * 8 + kind);
		put(x, OFTEN, least(p->names->often[last], 8) * 8 + kind);
	}
	if (me->kind != DX_TG_FRAME && me->kind != DX_TG_ARTICLE)
		put_inside(x, p, me);
	if (me->name >= 0)
		put_name(x, p, me);
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
