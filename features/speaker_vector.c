/* The vector of a (quote, candidate) pair: one function for training and prediction. */
#include "features/speaker.h"
#include <math.h>
#include <stdio.h>

#define X(name, weight) #name,
static const char *const NAME[DX_N_SPK] = { DX_SPK_LIST(X) };
#undef X
#define X(name, weight) (float)(weight),
static const float RULE[DX_N_SPK] = { DX_SPK_LIST(X) };
#undef X
static const char *const FORM[DX_N_BLK] = { "none", "name", "he", "they", "it", "who", "i", "noun", "nouns", "person", "body", "paper" };

typedef struct {
	float *v;
	const dx_speakers *s;
	const dx_source *o;
	const dx_candidate *c, *all;
	const dx_ent *e;
	size_t n, q;
} pair;

#define SET(p, name, x) ((p)->v[DX_SPK_##name] = (float)(x))

static float squash(size_t n)
{
	return logf(1 + (float)n) / 3;
}

static void set_kind(pair *p)
{
	const dx_ent *e = p->e;
	if (e->phrase) {
		SET(p, GROUP, e->kind == DX_KIND_GROUP);
		SET(p, PAPER, e->kind == DX_KIND_DOCUMENT);
		SET(p, BODY, e->kind == DX_KIND_ORGANIZATION);
		SET(p, PHRASE_PLACE, e->kind == DX_KIND_PLACE);
		for (size_t k = 0; k < p->o->n_near; k++)
			SET(p, NOMINAL, p->v[DX_SPK_NOMINAL] > 0 || p->o->near_ent[k] == p->c->ent);
		SET(p, JOINT, p->o->n_listed && (int32_t)p->c->ent == p->o->self);
	} else {
		SET(p, PERSON, e->kind == DX_KIND_PERSON);
		SET(p, ORGANIZATION, e->kind == DX_KIND_ORGANIZATION);
		SET(p, PLACE, e->kind == DX_KIND_PLACE);
		SET(p, UNKNOWN, e->kind == DX_KIND_UNKNOWN);
	}
	SET(p, SELF, (int32_t)p->c->ent == p->o->self);
}

static void set_agreement(pair *p)
{
	const dx_ent *e = p->e;
	unsigned g = p->o->gender;
	SET(p, GENDER_SAME, g && g == e->gender);
	SET(p, GENDER_OTHER, g && e->gender && g != e->gender);
	SET(p, GENDER_OPEN, g && !e->gender);
	bool body = e->kind == DX_KIND_ORGANIZATION || e->kind == DX_KIND_DOCUMENT || e->kind == DX_KIND_PLACE;
	SET(p, NUMBER_SAME, !body && p->o->plural == e->plural);
	SET(p, NUMBER_OTHER, !body && p->o->plural != e->plural);
}

/* ---- words of the source against names and titles ---- */

static bool has_role(const dx_ent *e, uint64_t hash)
{
	for (size_t i = 0; i < e->n_role; i++)
		if (e->role[i] == hash)
			return true;
	return false;
}

static bool has_group(const dx_ent *e, unsigned group)
{
	for (size_t i = 0; i < e->n_role && group; i++)
		if (e->role_group[i] == group)
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

static bool has_head(const pair *p, const dx_ent *e, bool *exact)
{
	const dx_tok *t = p->s->doc->tok + p->o->head;
	unsigned group = t->word->v[DX_LEX_ROLEGROUPS];
	*exact = e->phrase ? e->head == t->hash : has_role(e, t->hash) || (e->n_word && e->word[e->n_word - 1] == t->hash);
	return *exact || (group && (e->phrase ? e->head_group == group : has_group(e, group)));
}

static void set_modifiers(pair *p)
{
	const dx_doc *d = p->s->doc;
	size_t n = 0, hit = 0;
	for (uint32_t i = p->o->np.beg; i < p->o->head; i++) {
		if (d->tok[i].kind != DX_TOK_WORD || d->tok[i].shape & DX_SH_CLITIC || dx_lex(d, i, DX_LEX_FUNCTION) || dx_lex(d, i, DX_LEX_PRONOUNS))
			continue;
		n++;
		hit += has_role(p->e, d->tok[i].hash) || has_word(p->e, d->tok[i].hash);
	}
	SET(p, MODIFIERS, n ? (float)hit / (float)n : 0);
	SET(p, NO_MODIFIER, n && !hit);
	bool place = p->e->kind == DX_KIND_PLACE && !p->e->phrase;       /* "the Ohio senator" is not Ohio */
	SET(p, NATION_SAME, p->o->nation && p->o->nation == p->e->nation && !place);
	SET(p, NATION_OTHER, p->o->nation && p->e->nation && p->o->nation != p->e->nation);
}

static bool is_noun(const dx_source *o)
{
	return o->form == DX_SRC_NOUN || o->form == DX_SRC_NOUNS;
}

/* "The ministry" with nothing more to it, where a Ministry of Peat is named. */
static bool names_head(const dx_speakers *s, const dx_source *o, const dx_ent *e)
{
	return is_noun(o) && o->definite && o->np.end - o->np.beg == 1 && !e->phrase && e->kind != DX_KIND_PERSON && e->n_word > 1 &&
	       has_word(e, dx_name_key(s->doc, o->head, false));
}

static void set_words(pair *p)
{
	const dx_source *o = p->o;
	int32_t id = (int32_t)p->c->ent;
	bool exact = false, any;
	SET(p, IS_NAMED, id == o->named && o->form == DX_SRC_NAME && !o->n_listed);
	if (o->form == DX_SRC_NAME)
		SET(p, SAME_SURNAME, id != o->named && !p->e->phrase);
	SET(p, RIGHT_BEFORE, o->form == DX_SRC_WHO && (id == o->named || id == o->self));
	if (!is_noun(o) || id == o->self)
		return;
	any = has_head(p, p->e, &exact);
	unsigned role = dx_lex(p->s->doc, o->head, DX_LEX_ROLES);
	bool person = role == DX_ROLES_PERSON || role == DX_ROLES_MAN || role == DX_ROLES_WOMAN;
	SET(p, FITS_PERSON, person && o->definite && p->e->kind == DX_KIND_PERSON && !p->e->phrase);
	bool body = p->e->kind == DX_KIND_ORGANIZATION || p->e->kind == DX_KIND_UNKNOWN || (p->e->kind == DX_KIND_PLACE && !p->e->nation);
	SET(p, FITS_BODY, role == DX_ROLES_BODY && o->definite && body && !p->e->phrase);
	SET(p, FITS_PLACE, role == DX_ROLES_PLACE && o->definite && p->e->kind == DX_KIND_PLACE && !p->e->phrase);
	bool fit = p->v[DX_SPK_FITS_PERSON] > 0 || p->v[DX_SPK_FITS_BODY] > 0 || p->v[DX_SPK_FITS_PLACE] > 0;
	SET(p, FITS_RANK0, fit && p->c->rank == 0);
	SET(p, FITS_SAID1, fit && p->q > 0 && p->s->said[p->q - 1] == id);
	SET(p, HEAD_FORE, any && p->c->fore >= 0 && p->c->back < 0);
	SET(p, HEAD_SPEAKS, any && p->s->n_by_name[id] > 0);
	SET(p, NAME_HEAD, names_head(p->s, o, p->e));
	SET(p, HEAD_SAME, any && exact);
	SET(p, HEAD_GROUP, any && !exact);
	set_modifiers(p);
	for (size_t i = 0; i < p->n && !any; i++)
		if ((int32_t)p->all[i].ent != o->self && has_head(p, p->s->ents.v + p->all[i].ent, &exact))
			SET(p, HEAD_ELSEWHERE, 1);
}

/* ---- where the candidate stands ---- */

static void set_back(pair *p)
{
	const dx_doc *d = p->s->doc;
	const dx_mention *m = p->s->mentions.v + p->c->back;
	unsigned role = p->s->role[p->c->back], rank = p->c->rank;
	const dx_tok *at = d->tok + p->o->at, *t = d->tok + m->head;
	size_t sent = at->sent > t->sent ? at->sent - t->sent : 0, par = at->par > t->par ? at->par - t->par : 0;
	size_t far = p->o->at > m->head ? p->o->at - m->head : 0;
	bool subject = role == DX_MR_SUBJECT;
	SET(p, BACK, 1);
	SET(p, RANK0, rank == 0);
	SET(p, RANK1, rank == 1);
	SET(p, RANK2, rank == 2);
	SET(p, RANK3, rank > 2);
	SET(p, SUBJECT0, p->c->rank_subject == 0);
	SET(p, SUBJECT1, p->c->rank_subject == 1);
	SET(p, SENT0, sent == 0);
	SET(p, SENT1, sent == 1);
	SET(p, SENT2, sent == 2);
	SET(p, SENT3, sent > 2);
	SET(p, PAR0, par == 0);
	SET(p, PAR1, par == 1);
	SET(p, PAR2, par > 1);
	SET(p, RANK0_SUBJECT, rank == 0 && subject);
	SET(p, RANK0_OBJECT, rank == 0 && role == DX_MR_OBJECT);
	SET(p, PAR0_RANK0, rank == 0 && par == 0);
	SET(p, NEAR, 1 / (1 + logf(1 + (float)far)));
	SET(p, SENT0_SUBJECT, sent == 0 && subject);
	SET(p, SENT1_SUBJECT, sent == 1 && subject);
	SET(p, FAR_SUBJECT, sent > 1 && subject);
	SET(p, SENT0_OBJECT, sent == 0 && role == DX_MR_OBJECT);
	SET(p, SENT1_OBJECT, sent == 1 && role == DX_MR_OBJECT);
	SET(p, SENT0_POSSESSIVE, sent == 0 && role == DX_MR_POSSESSIVE);
	bool first = p->c->back == 0 || d->tok[m[-1].head].sent != t->sent;
	SET(p, FIRST_IN_SENT, first);
	SET(p, FIRST_IN_PAR, first && (p->c->back == 0 || d->tok[m[-1].head].par != t->par));
}

static void set_place(pair *p)
{
	const dx_doc *d = p->s->doc;
	const dx_mention *m = p->s->mentions.v;
	if (p->c->back >= 0)
		set_back(p);
	if (p->c->fore >= 0) {
		const dx_tok *at = d->tok + p->o->at, *t = d->tok + m[p->c->fore].head;
		SET(p, AFTER_SENT, t->sent == at->sent);
		SET(p, AFTER_PAR, t->sent != at->sent && t->par == at->par);
		SET(p, ONLY_AFTER, p->c->back < 0);
	}
	SET(p, QUOTED_ONLY, p->c->rank == UINT16_MAX && p->c->back >= 0);
	SET(p, IN_CONTENT, p->c->in_content);
	SET(p, IN_CONTENT_DIRECT, p->c->in_content && p->s->quotes[p->q].type != DX_INDIRECT);
}

/* ---- who spoke before and after ---- */

static bool is_pronoun_form(unsigned form)
{
	return form == DX_SRC_HE || form == DX_SRC_THEY || form == DX_SRC_IT;
}

static void set_before(pair *p)
{
	const dx_speakers *s = p->s;
	const dx_source *before = s->src + p->q - 1;
	const dx_tok *at = s->doc->tok + p->o->at, *t = s->doc->tok + before->at;
	bool near = at->par == t->par;
	SET(p, SAID1, 1);
	SET(p, SAID1_SENT, at->sent == t->sent);
	SET(p, SAID1_NEXT, at->sent == t->sent + 1);
	SET(p, SAID1_PAR, near);
	SET(p, SAID1_FAR, !near && at->par != t->par + 1);
	SET(p, SAID1_RANK0, p->c->rank == 0);
	SET(p, SAID1_NOT_RANK0, p->c->rank != 0);
	SET(p, SAID1_PRONOUN, is_pronoun_form(before->form));
	bool alone = true;
	for (size_t i = 0; i < p->n; i++)
		alone &= p->all + i == p->c || p->all[i].rank == UINT16_MAX || p->all[i].back < 0 ||
		         s->mentions.v[p->all[i].back].head < before->at;
	SET(p, SAID1_ALONE, alone);
}

static void set_sequence(pair *p)
{
	const dx_speakers *s = p->s;
	int32_t id = (int32_t)p->c->ent;
	size_t q = p->q;
	if (q > 0 && s->said[q - 1] == id)
		set_before(p);
	SET(p, SAID2, q > 1 && s->said[q - 2] == id);
	if (q + 1 < s->n_quotes && s->src[q + 1].form == DX_SRC_NAME && s->src[q + 1].named == id) {
		const dx_tok *at = s->doc->tok + p->o->at, *t = s->doc->tok + s->src[q + 1].at;
		SET(p, NEXT_SENT, at->sent == t->sent);
		SET(p, NEXT_PAR, at->par == t->par);
	}
	SET(p, SAID_SHARE, q ? (float)s->n_said[id] / (float)q : 0);
	SET(p, BY_NAME, squash(s->n_by_name[id]));
	SET(p, BY_NAME_NONE, !s->n_by_name[id]);
	SET(p, SAYS, s->n_says[id] > 0);
	SET(p, SAYS_DIRECT, s->n_says[id] > 0 && s->quotes[q].type != DX_INDIRECT);
	SET(p, TOP1, s->n_top > 0 && s->top[0] == p->c->ent);
	SET(p, TOP3, (s->n_top > 1 && s->top[1] == p->c->ent) || (s->n_top > 2 && s->top[2] == p->c->ent));
	SET(p, MENTIONS, squash(p->e->n_mention));
	SET(p, FULL, p->e->n_full > 0);
}

/* ---- evidence that needs no order ---- */

/* Four sums side by side, which fit a register; of counts, so that their order does not matter. */
static float dot(const float *a, const float *b)
{
	float sum[4] = { 0 };
	for (size_t i = 0; i < DX_TOPIC; i += 4)
		for (size_t l = 0; l < 4; l++)
			sum[l] += a[i + l] * b[i + l];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static float cosine(const float *a, const float *b)
{
	const float aa = dot(a, a), bb = dot(b, b);
	return aa > 0 && bb > 0 ? dot(a, b) / sqrtf(aa * bb) : 0;
}

static void set_topic(pair *p)
{
	if (!p->s->topic[p->c->ent] || p->o->form == DX_SRC_NAME)
		return;
	float own[DX_TOPIC] = { 0 };
	dx_topic_add(own, p->s->doc, p->o->content);
	SET(p, TOPIC, cosine(own, p->s->topic[p->c->ent]));
}

/* Nations and regions that the content speaks of, beside "we", "our": whose voice is it? */
static void set_nation(pair *p)
{
	const dx_doc *d = p->s->doc;
	bool we = false, own = false, foreign = false, region = false, area = false;
	size_t n;
	if (!p->e->nation || p->o->form == DX_SRC_NAME)
		return;
	dx_range r = p->o->content;
	uint32_t end = r.end > r.beg + DX_CONTENT_MOST ? r.beg + DX_CONTENT_MOST : r.end;
	for (uint32_t i = r.beg; i < end; i += n ? (uint32_t)n : 1) {
		const dx_word *w = dx_place_at(d, i, end, &n);
		unsigned nation = w->v[DX_LEX_PLACES_NATION];
		we |= dx_lex(d, i, DX_LEX_PRONOUNS) == DX_PRONOUNS_FIRST_PL;
		own |= nation == p->e->nation;
		foreign |= nation && nation != p->e->nation && w->v[DX_LEX_PLACES_SORT] != DX_PLACES_AREA;
		area |= w->v[DX_LEX_PLACES_SORT] == DX_PLACES_AREA;
		region |= w->v[DX_LEX_PLACES_SORT] == DX_PLACES_AREA && w->v[DX_LEX_PLACES_REGION] == p->e->region;
	}
	bool speaks = p->s->n_by_name[p->c->ent] > 0;        /* elsewhere in the article */
	SET(p, OWN_NATION, own && !(we && speaks));
	SET(p, OWN_NATION_WE, own && we && speaks);
	SET(p, FOREIGN_WE, !own && we && foreign);
	SET(p, OWN_REGION_WE, region && we && speaks);
	SET(p, OTHER_REGION_WE, area && !region && !own && we);
}

/* ---- the phrase itself, and earlier phrases ---- */

static bool has_capital(const dx_doc *d, dx_range r)
{
	for (uint32_t i = r.beg; i < r.end; i++)
		if (dx_is_capital(d, i) && (i > r.beg || i > d->sent[d->tok[i].sent].beg))
			return true;
	return false;
}

static void set_self(pair *p)
{
	const dx_source *o = p->o;
	const dx_doc *d = p->s->doc;
	unsigned role = dx_lex(d, o->head, DX_LEX_ROLES);
	bool exact, elsewhere = false;
	SET(p, SELF_DEFINITE, o->definite);
	SET(p, SELF_INDEFINITE, o->indefinite);
	SET(p, SELF_POSSESSIVE, o->possessive);
	SET(p, SELF_BARE, !o->definite && !o->indefinite && !o->possessive);
	SET(p, SELF_PEOPLE, role == DX_ROLES_PEOPLE);
	SET(p, SELF_BODY, role == DX_ROLES_BODY);
	SET(p, SELF_PAPER, role == DX_ROLES_PAPER);
	SET(p, SELF_PLAIN, !role);
	SET(p, SELF_CAPITAL, has_capital(d, o->np));
	SET(p, SELF_LONG, squash(o->np.end - o->np.beg));
	SET(p, SELF_DEFINITE_PAPER, o->definite && role == DX_ROLES_PAPER);
	SET(p, SELF_DEFINITE_BODY, o->definite && role == DX_ROLES_BODY);
	SET(p, SELF_DEFINITE_PERSON, o->definite && (role == DX_ROLES_PERSON || role == DX_ROLES_MAN || role == DX_ROLES_WOMAN));
	SET(p, SELF_OF, o->head + 1 < o->np.end);
	SET(p, SELF_HEADLINE, p->s->mentions.headline[d->tok[o->head].sent]);
	SET(p, SELF_AGAIN, p->e->same_head >= 0 || p->s->n_said[p->c->ent] > 0);
	for (size_t i = 0; i < p->n && is_noun(o); i++)
		elsewhere |= !p->s->ents.v[p->all[i].ent].phrase && has_head(p, p->s->ents.v + p->all[i].ent, &exact);
	SET(p, SELF_ROLE, elsewhere);
	for (size_t i = 0; i < p->n; i++)
		SET(p, SELF_NAME_HEAD, p->v[DX_SPK_SELF_NAME_HEAD] > 0 || names_head(p->s, o, p->s->ents.v + p->all[i].ent));
}

static void set_phrase(pair *p)
{
	if (!p->e->phrase)
		return;
	uint32_t last = p->s->last_said[p->c->ent];
	SET(p, PHRASE_RECENT, last ? 1.f / (float)(p->q + 2 - last) : 0);
	SET(p, PHRASE_FIRST, p->e->same_head < 0);
	if ((int32_t)p->c->ent == p->o->self) {
		set_self(p);
		return;
	}
	SET(p, PHRASE_LONGER, p->e->n_word > p->o->np.end - p->o->np.beg);
	SET(p, PHRASE_INDEFINITE, p->e->indefinite);
}

void dx_speaker_values(float value[DX_N_SPK], const dx_speakers *s, size_t q, const dx_candidate *c, const dx_candidate *all, size_t n)
{
	pair p = { value, s, s->src + q, c, all, s->ents.v + c->ent, n, q };
	memset(value, 0, DX_N_SPK * sizeof *value);
	set_kind(&p);
	set_agreement(&p);
	set_words(&p);
	set_place(&p);
	set_sequence(&p);
	set_topic(&p);
	set_nation(&p);
	set_phrase(&p);
}

void dx_speaker_vector(dx_vec *x, const dx_speakers *s, size_t q, const float value[DX_N_SPK])
{
	uint32_t form = DX_N_SPK * (1u + s->src[q].form), block = DX_N_SPK * (1u + s->src[q].block);
	for (uint32_t i = 0; i < DX_N_SPK; i++) {
		dx_vec_add(x, i, value[i]);
		dx_vec_add(x, form + i, value[i]);
		if (block != form)
			dx_vec_add(x, block + i, value[i]);
	}
}

double dx_speaker_rule_weight(size_t i)
{
	return (double)RULE[i];
}

void dx_speaker_feature_name(char *out, size_t n, uint32_t i)
{
	if (i < DX_N_SPK)
		snprintf(out, n, "%s", NAME[i]);
	else
		snprintf(out, n, "%s/%s", NAME[i % DX_N_SPK], FORM[(i / DX_N_SPK - 1) % DX_N_BLK]);
}
