/* doc.h - one article under analysis: its text, the folded copy with the map back, paragraphs, sentences and tokens.
 * Everything lives in doc->arena and is gone when that is reset. Filled step by step: dx_fold, dx_tokenize, dx_marks_find ... */
#ifndef DX_DOC_H
#define DX_DOC_H
#include "features/arena.h"
#include "features/lexicon.h"

typedef enum { DX_TOK_WORD, DX_TOK_NUMBER, DX_TOK_MARK, DX_TOK_PUNCT, DX_TOK_SYMBOL } dx_tok_kind;

/* Shape flags of a token. */
enum {
	DX_SH_UPPER = 1,                         /* first letter is a capital */
	DX_SH_ALLCAPS = 2,                       /* two letters or more, all capitals */
	DX_SH_DIGIT = 4,                         /* holds a digit */
	DX_SH_HYPHEN = 8,
	DX_SH_DOT = 16,                          /* holds or ends in a full stop: "U.S.", "Mr." */
	DX_SH_INITIAL = 32,                      /* one capital and a full stop: "J." */
	DX_SH_CLITIC = 64,                       /* split off the word before: 's n't 'll */
	DX_SH_GLUED = 128                        /* no blank between the token before and this one */
};

/* What a quotation mark character may be; DX_TOK_MARK tokens only. */
typedef enum { DX_MK_NONE, DX_MK_STRAIGHT2, DX_MK_STRAIGHT1, DX_MK_LEFT2, DX_MK_RIGHT2, DX_MK_LEFT1, DX_MK_RIGHT1,
	DX_MK_LOW2, DX_MK_LOW1, DX_MK_GUILLEMET_L, DX_MK_GUILLEMET_R } dx_mark_char;

typedef struct {
	dx_span span;                            /* bytes of the original text */
	uint32_t fold;                           /* offset of its folded form in doc->fold and doc->low */
	uint16_t n_fold;                         /* bytes of the folded form; longer tokens are cut at 65535 */
	uint8_t kind;                            /* dx_tok_kind */
	uint8_t shape;                           /* DX_SH_* */
	uint8_t mark;                            /* dx_mark_char */
	uint8_t pos;                             /* part of speech, 0 = not tagged (model/decide_tags.h) */
	uint8_t ner;                             /* name label, 0 = outside or not tagged */
	uint8_t depth;                           /* quotation depth: 0 outside, 1 in a quote, 2 nested ...; marks belong inside */
	uint32_t sent, par;                      /* index of its sentence and paragraph */
	uint64_t hash;                           /* dx_hash of the lower-case form */
	const dx_word *word;                     /* lexicon row; dx_word_none when the lexicon lacks it, never NULL */
} dx_tok;

typedef struct { uint32_t beg, end; } dx_range;          /* token indices, half-open */

/* A stretch between quotation marks, marks included. Ordered by beg; a nested one comes after the one around it. */
typedef struct {
	uint32_t beg, end;                       /* tokens, half-open; both marks lie inside */
	uint8_t open, close;                     /* dx_mark_char; close DX_MK_NONE: closed by repair */
	uint8_t depth;                           /* 1 outermost */
	bool continued;                          /* goes on from the stretch before it: a new mark at each paragraph of one quote */
} dx_stretch;

/* Where folded and original offsets part: from folded offset `fold` on, original = orig + (f - fold). Inside a folded
 * sequence that one original character made, every offset maps to that character's begin. */
typedef struct { uint32_t fold, orig; } dx_seam;

typedef struct {
	dx_str text;                             /* the original, valid UTF-8 */
	dx_arena *arena;
	dx_span body;                            /* bytes of text without the metadata header; all when there is none */
	dx_span title, date, url;                /* of the header; empty when there is none */
	char *fold, *low;                        /* folded copy of body, and its lower case: same length, same offsets */
	size_t n_fold;
	dx_seam *seam;                           /* [n_seam], ascending */
	size_t n_seam;
	dx_tok *tok;                             /* [n_tok] */
	size_t n_tok;
	dx_range *sent;                          /* [n_sent] */
	size_t n_sent;
	dx_range *par;                           /* [n_par] */
	size_t n_par;
	dx_stretch *stretch;                     /* [n_stretch] */
	size_t n_stretch;
} dx_doc;

static inline dx_str dx_slice(const dx_doc *d, dx_span s)
{
	assert(s.beg <= s.end && s.end <= d->text.n);
	return (dx_str){ d->text.p + s.beg, s.end - s.beg };
}

/* The folded and the lower-case form of a token. */
static inline dx_str dx_tok_fold(const dx_doc *d, const dx_tok *t)
{
	return (dx_str){ d->fold + t->fold, t->n_fold };
}

static inline dx_str dx_tok_low(const dx_doc *d, const dx_tok *t)
{
	return (dx_str){ d->low + t->fold, t->n_fold };
}

/* Bytes from the first through the last token of a non-empty range. */
static inline dx_span dx_range_span(const dx_doc *d, dx_range r)
{
	assert(r.beg < r.end && r.end <= d->n_tok);
	return (dx_span){ d->tok[r.beg].span.beg, d->tok[r.end - 1].span.end };
}

static inline bool dx_tok_is(const dx_doc *d, const dx_tok *t, const char *low)
{
	return dx_str_eq(dx_tok_low(d, t), dx_str_of(low));
}
#endif
