/* token_vector.h - what the taggers see of a token: hashed binary features for parts of speech and for name classes.
 * One function each for training and prediction. */
#ifndef DX_TOKEN_VECTOR_H
#define DX_TOKEN_VECTOR_H
#include "features/doc.h"

#define DX_POS_FEATURES 32                               /* room that out needs */
#define DX_NER_FEATURES 48

/* Where a table has the rows of features. Each is asked for as soon as the feature is known, so that the wait for memory falls
 * together with the making of the next ones. */
typedef struct { const char *base; uint32_t mask, size; } dx_table;

static const dx_table dx_no_table = { "", 0, 0 };

static inline void dx_table_ask(dx_table r, uint32_t feature)
{
	__builtin_prefetch(r.base + (size_t)(feature & r.mask) * r.size);
}

/* May a table of words say what part of speech the token has? Not of capitals, which may be names, and numbers. */
static inline bool dx_tok_one_tag(const dx_tok *t)
{
	return !(t->shape & (DX_SH_UPPER | DX_SH_DIGIT));
}

/* Features of token i of the sentence `sent`; returns how many. When tok->pos is set, the table of words knows it: one feature says so. */
size_t dx_pos_features(uint32_t *out, const dx_doc *doc, dx_range sent, size_t i, dx_table rows);
/* Needs tok->pos. A token without capitals and digits between others of the kind is hardly ever part of a name: one feature says so. */
size_t dx_ner_features(uint32_t *out, const dx_doc *doc, dx_range sent, size_t i, dx_table rows);

/* Version of the templates: what a chain was trained with, it must be used with. */
#define DX_TEMPLATES 2

/* Hash of 24 bits of value under a template number: what every token feature is made of. Multiplied by an odd number of the template's own and
 * shifted (Dietzfelbinger et al. 1997), since a token has a hundred of them. The upper 6 bits of value count for little. */
static inline uint32_t dx_template(uint32_t number, uint64_t value)
{
	return (uint32_t)((value + number + 1) * (dx_mix(number + 1, 0x51ed270b7a14c0d3u) | 1) >> 40);
}

/* A value of two, the first a hash or a few bits, the second a hash or less than 58 bits. Not symmetric. */
static inline uint64_t dx_both(uint64_t a, uint64_t b)
{
	return a * 0xbf58476d1ce4e5b9u + b;
}

/* The word of a token as features see it: numbers by their shape, all else by its lower-case form. */
static inline uint64_t dx_tok_key(const dx_tok *t)
{
	if (t->kind == DX_TOK_NUMBER)
		return 0xd161u + t->n_fold;
	return t->kind == DX_TOK_MARK ? 0x3a2cu + (t->mark == DX_MK_STRAIGHT1 || t->mark == DX_MK_RIGHT1 || t->mark == DX_MK_LEFT1) : t->hash;
}
/* Hash of the last n bytes, at most 4, of the lower-case form (of all of it when it is shorter). */
uint64_t dx_tok_suffix(const dx_doc *doc, const dx_tok *t, size_t n);
/* Features take words beside token i from here: a token outside of the range gives a fixed key. */
static inline uint64_t dx_key_at(const dx_doc *doc, dx_range r, size_t i, int step)
{
	int64_t at = (int64_t)i + step;
	return at < r.beg || at >= r.end ? 0x7f4a7c15u + (at < r.beg) : dx_tok_key(doc->tok + at);
}
#endif
