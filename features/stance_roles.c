#include "features/stance_roles.h"
#include "features/tagset.h"

#define REACH 7                                          /* items on a side of a name that are looked at */
#define MODIFIERS 3
#define PLACES 3

#define NO_VERB SIZE_MAX

/* The verbs beside one place of a name. */
typedef struct { size_t right, left; bool passive; } verbs;

typedef struct { const dx_items *it; dx_role *out; size_t n; bool holder; } search;

static unsigned pos_at(const dx_items *it, size_t i)
{
	return i < it->n && it->v[i].kind == DX_ITEM_WORD ? it->doc->tok[it->v[i].tok].pos : 0;
}

static bool is_word(const dx_items *it, size_t i, const char *low)
{
	return dx_tok_is(it->doc, it->doc->tok + it->v[i].tok, low);
}

static bool is_verb(unsigned pos)
{
	return pos >= DX_POS_VB && pos <= DX_POS_VBZ;
}

static bool is_describing(unsigned pos)
{
	return pos == DX_POS_JJ || pos == DX_POS_NN || pos == DX_POS_NNS;
}

/* Forms of "be" and "get", which make a passive. */
static bool is_be(const dx_items *it, size_t i)
{
	static const char *const BE[] = { "is", "was", "are", "were", "be", "been", "being", "'s", "'re", "gets", "got" };
	for (size_t k = 0; k < DX_COUNT(BE); k++)
		if (is_word(it, i, BE[k]))
			return true;
	return false;
}

static void add(search *s, dx_role_kind kind, size_t item, uint64_t prep, bool passive)
{
	if (s->n < DX_MOST_ROLES)
		s->out[s->n++] = (dx_role){ .item = (uint32_t)item, .kind = (uint8_t)kind, .holder = s->holder, .passive = passive, .prep = prep };
}

/* "Voss's brave stand": what is the name's. */
static void find_possession(search *s, size_t from)
{
	for (size_t i = from; i < from + MODIFIERS && is_describing(pos_at(s->it, i)); i++)
		add(s, DX_ROLE_MODIFIER, i, 0, false);
}

/* The last verb of the group behind the name ("has been sharply criticised"), or what it is ("is a liar"). */
static void find_right(search *s, verbs *found, size_t name)
{
	const dx_items *it = s->it;
	bool be = false;
	found->right = NO_VERB;
	for (size_t i = name + 1; i < it->n && i <= name + REACH; i++) {
		unsigned p = pos_at(it, i);
		if (it->v[i].kind == DX_ITEM_BREAK || p == DX_POS_CC || p == DX_POS_WH)
			break;
		if (p == DX_POS_POS && i == name + 1) {
			find_possession(s, i + 1);
			break;
		}
		if (is_verb(p) && is_be(it, i)) {
			be = true;
		} else if (is_verb(p)) {
			found->right = i;
			if (!is_verb(pos_at(it, i + 1)) && !(pos_at(it, i + 1) == DX_POS_RB && is_verb(pos_at(it, i + 2))))
				break;
		} else if (be && is_describing(p)) {
			add(s, DX_ROLE_PASSIVE, i, 0, false);
			break;
		}
	}
	found->passive = be && found->right != NO_VERB && pos_at(it, found->right) == DX_POS_VBN;
	if (found->right != NO_VERB)
		add(s, found->passive ? DX_ROLE_PASSIVE : DX_ROLE_SUBJECT, found->right, 0, false);
}

/* The words that stand before the name within its phrase, and the verb or noun that governs it. */
static void find_left(search *s, verbs *found, size_t name)
{
	const dx_items *it = s->it;
	uint64_t prep = 0;
	found->left = NO_VERB;
	for (size_t i = name, k = 0; i-- > 0 && k <= REACH; k++) {
		unsigned p = pos_at(it, i);
		if (it->v[i].kind == DX_ITEM_BREAK || p == DX_POS_WH)
			break;
		if (k < MODIFIERS && !prep && (is_describing(p) || p == DX_POS_VBN))
			add(s, DX_ROLE_MODIFIER, i, 0, false);
		if (!prep && (p == DX_POS_IN || p == DX_POS_TO || p == DX_POS_RP))
			prep = it->v[i].key;
		if (is_verb(p) || (prep && (p == DX_POS_NN || p == DX_POS_NNS))) {
			add(s, DX_ROLE_OBJECT, i, prep, false);
			found->left = i;
			break;
		}
	}
}

size_t dx_roles_find(dx_role out[DX_MOST_ROLES], const dx_items *it)
{
	search s = { .it = it, .out = out };
	verbs v[2][PLACES];
	size_t n[2] = { 0 };
	for (size_t i = 0; i < it->n; i++) {
		s.holder = it->v[i].kind == DX_ITEM_HOLDER;
		if ((!s.holder && it->v[i].kind != DX_ITEM_TARGET) || n[s.holder] == PLACES)
			continue;
		verbs *found = &v[s.holder][n[s.holder]++];
		find_right(&s, found, i);
		find_left(&s, found, i);
	}
	for (size_t t = 0; t < n[false]; t++)
		for (size_t h = 0; h < n[true]; h++) {
			const verbs *target = &v[false][t], *holder = &v[true][h];
			if (holder->right != NO_VERB && holder->right == target->left)
				add(&s, DX_ROLE_FORTH, holder->right, 0, holder->passive);
			if (target->right != NO_VERB && target->right == holder->left)
				add(&s, DX_ROLE_BACK, target->right, 0, target->passive);
		}
	return s.n;
}

static bool ends_clause(const dx_items *it, size_t i)
{
	unsigned p = pos_at(it, i);
	return it->v[i].kind == DX_ITEM_BREAK || p == DX_POS_CC || p == DX_POS_WH || it->v[i].word->v[DX_LEX_MODALITY] == DX_MODALITY_CONTRAST ||
	       (p == DX_POS_IN && is_word(it, i, "that"));
}

dx_range dx_role_clause(const dx_items *it, size_t i)
{
	size_t beg = i, end = i + 1;
	while (beg > 0 && !ends_clause(it, beg - 1))
		beg--;
	while (end < it->n && !ends_clause(it, end))
		end++;
	return (dx_range){ (uint32_t)beg, (uint32_t)end };
}
