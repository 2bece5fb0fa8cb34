#include "features/stance.h"
#include "features/stance_counts.h"
#include "features/stance_items.h"
#include "features/stance_roles.h"
#include "features/tagset.h"
#include <math.h>
#include <stdlib.h>

#define PLACE_WINDOW 4
#define PAIR_WINDOW 6
#define CLUSTER_WINDOW 10
#define BETWEEN_MOST 12
#define HEAD_MOST 10                                     /* items of a content among which its first verb is looked for */
#define VECTOR_NEAR 5
#define VECTOR_UNIT 0.013f
#define LETTERS_LEAST 2                                  /* length of character n-grams */
#define LETTERS_MOST 5
#define WORDS_LENGTH 4.0f                                /* of the hashed features that are words, tuned against the counts */
#define LETTERS_LENGTH 5.0f                              /* and of letters: there are so many that together they would drown the words */
#define COMMON_SHARE 0.2f                                /* of a case looked at for its issue: features as they are */
#define OWN_SHARE 2.0f                                   /* and by issue */
#define LETTERS_MARK 2.0f                                /* value of a feature of letters before it is scaled */

typedef struct {
	dx_vec *x;
	dx_stance_notes *notes;
	const dx_stance_case *c;
	dx_item *it;                             /* [n] */
	size_t n;
	bool has_target, failed;
} build;

const char *dx_stance_family_name(dx_stance_family f)
{
#define X(name, text) text,
	static const char *const names[] = { DX_STANCE_FAMILIES(X) };
#undef X
	return (unsigned)f < DX_COUNT(names) ? names[f] : "";
}

/* --- putting features --- */

static void put_value(build *b, dx_stance_family f, uint64_t key, float v, dx_range tok, uint16_t detail)
{
	const uint32_t number = f >= DX_SF_COUNT ? (uint32_t)key : (uint32_t)(dx_mix((uint64_t)f + 1, key) >> (64 - DX_STANCE_BITS));
	const uint32_t i = (uint32_t)f << DX_STANCE_BITS | number;
	if (v == 0)
		return;
	dx_vec_add(b->x, i, v);
	if (b->notes && !DX_PUSH(b->x->arena, b->notes->v, b->notes->n, b->notes->cap,
	                         ((dx_stance_note){ i, (uint16_t)f, detail, tok })))
		b->failed = true;
}

static dx_range one(uint32_t tok)
{
	return (dx_range){ tok, tok + 1 };
}

static void put(build *b, dx_stance_family f, uint64_t key, dx_range tok)
{
	put_value(b, f, key, 1, tok, 0);
}

uint32_t dx_stance_text_key(const dx_stance_case *c)
{
	uint64_t h = 1;
	size_t n = 0;
	for (size_t k = 0; k < c->content.n; k++)
		for (uint32_t i = c->content.v[k].beg; i < c->content.v[k].end; i++)
			if (c->doc->tok[i].kind == DX_TOK_WORD || c->doc->tok[i].kind == DX_TOK_NUMBER) {
				h = dx_mix(h, c->doc->tok[i].hash);
				n++;
			}
	return n < DX_STANCE_TEXT_WORDS ? 0 : (uint32_t)(h >> 32) | 1;
}

/* --- ratings --- */

/* A rating in steps of two, 1 to 7; 4: neither good nor bad. */
static uint64_t rating_step(int v)
{
	return (uint64_t)(4 + (v < 0 ? -((1 - v) / 2) : (v + 1) / 2));
}

/* One rating of a word as a feature: what is rated, how well, negation. */
static uint64_t rating_key(const dx_item *it, int kind)
{
	const int v = it->rated.v[kind];
	return v ? ((uint64_t)kind << 4 | rating_step(v)) << 1 | it->negated : 0;
}

/* Rated words by side and distance of the target, and between it and the holder. */
static void put_rated(build *b, const dx_item *it, bool on_path)
{
	const int far = abs(it->dist), step = far <= 2 ? far : far <= 4 ? 3 : far <= 8 ? 4 : 5;
	for (int k = 0; k < DX_N_RATING; k++) {
		const uint64_t key = rating_key(it, k);
		if (!key)
			continue;
		put(b, DX_SF_RATED, key, one(it->tok));
		if (b->has_target && k != DX_RATING_CONCERN) {
			put(b, DX_SF_RATED, dx_mix((uint64_t)dx_item_side(it) + 1, key), one(it->tok));
			put(b, DX_SF_RATED, dx_mix((uint64_t)dx_item_side(it) << 4 | (uint64_t)step << 8 | 8, key), one(it->tok));
		}
		if (on_path)
			put(b, DX_SF_RATED, dx_mix(7, key), one(it->tok));
	}
}

/* --- words and pairs --- */

/* A hashtag or a handle also counts as the word behind its mark. */
static void put_tag(build *b, const dx_item *it)
{
	const dx_str s = dx_tok_low(b->c->doc, b->c->doc->tok + it->tok);
	if (it->kind == DX_ITEM_WORD && s.n > 1 && (s.p[0] == '#' || s.p[0] == '@'))
		put(b, DX_SF_WORD, dx_hash(s.p + 1, s.n - 1), one(it->tok));
}

static void put_word(build *b, const dx_item *it)
{
	const uint64_t side = (uint64_t)dx_item_side(it);
	const unsigned class = it->word->v[DX_LEX_REPORTING], act = it->word->v[DX_LEX_ACTS];
	const dx_range at = one(it->tok);
	put(b, DX_SF_WORD, it->key, at);
	put_tag(b, it);
	if (it->negated)
		put(b, DX_SF_NEGATED, it->key, at);
	if (dx_item_near(it, DX_ITEM_BESIDE))
		put(b, DX_SF_SIDE, dx_mix(side, it->key), at);
	if (dx_item_near(it, PLACE_WINDOW))
		put(b, DX_SF_PLACE, dx_mix((uint64_t)(it->dist + 64), it->key), at);
	if (class || act) {
		const uint64_t k = dx_mix(class, (uint64_t)act * 2 + it->negated);
		put(b, DX_SF_CLASS, k, at);
		if (b->has_target)
			put(b, DX_SF_CLASS, dx_mix(k, side * 2 + dx_item_near(it, DX_ITEM_BESIDE) + 1), at);
	}
}

static void put_clusters(build *b, const dx_item *it)
{
	const unsigned fine = it->word->v[DX_LEX_CLUSTERS_FINE], coarse = it->word->v[DX_LEX_CLUSTERS_COARSE];
	const uint64_t side = (uint64_t)dx_item_side(it);
	if (!fine)
		return;
	put(b, DX_SF_CLUSTER, fine, one(it->tok));
	if (it->negated)
		put(b, DX_SF_CLUSTER, fine + 10000, one(it->tok));
	if (!dx_item_near(it, CLUSTER_WINDOW))
		return;
	put(b, DX_SF_SIDE_CLUSTER, dx_mix(side, fine), one(it->tok));
	put(b, DX_SF_SIDE_CLUSTER, dx_mix(side + 4, coarse), one(it->tok));
}

/* The pair that begins at item i; the target and the holder count as words, a break ends a pair. */
static void put_pairs(build *b, size_t i)
{
	const dx_item *p = b->it + i, *q = p + 1;
	if (i + 1 >= b->n || p->kind == DX_ITEM_BREAK || q->kind == DX_ITEM_BREAK)
		return;
	const dx_range at = { p->tok, q->tok + 1 };
	const uint64_t pair = dx_mix(p->key, q->key);
	put(b, DX_SF_PAIR, pair, at);
	if (dx_item_near(p, PAIR_WINDOW) || dx_item_near(q, PAIR_WINDOW))
		put(b, DX_SF_SIDE_PAIR, dx_mix(pair, (uint64_t)(dx_item_side(p) ? dx_item_side(p) : dx_item_side(q))), at);
}

static uint64_t key_at(const build *b, size_t i, int step)
{
	const size_t k = i + (size_t)step;               /* wraps below 0, which is >= n as well */
	return k >= b->n ? DX_KEY_EDGE : b->it[k].key;
}

static uint32_t tok_at(const build *b, size_t i, int step)
{
	const size_t k = i + (size_t)step;
	return k >= b->n ? b->it[i].tok : b->it[k].tok;
}

static void put_touch(build *b, size_t i)
{
	static const int8_t shape[3][2] = { { -2, -1 }, { -1, 1 }, { 1, 2 } };
	if (b->it[i].kind != DX_ITEM_TARGET)
		return;
	for (size_t s = 0; s < DX_COUNT(shape); s++)
		put(b, DX_SF_TOUCH, dx_mix(dx_mix(s, key_at(b, i, shape[s][0])), key_at(b, i, shape[s][1])),
		    (dx_range){ tok_at(b, i, shape[s][0] < 0 ? shape[s][0] : 0), tok_at(b, i, shape[s][1] > 0 ? shape[s][1] : 0) + 1 });
}

static void put_counts(build *b, const dx_stance_counts *n)
{
	float v[DX_STANCE_COUNTS];
	const size_t n_v = dx_stance_counts_values(v, n);
	for (size_t i = 0; i < n_v; i++)
		put_value(b, DX_SF_COUNT, i, v[i], (dx_range){ 0, 0 }, (uint16_t)i);
}

/* --- frame --- */

/* The first rated verb of a content, NULL: none. */
static const dx_item *head_of(const build *b)
{
	for (size_t i = 0; i < b->n && i < HEAD_MOST; i++) {
		const dx_item *it = b->it + i;
		const unsigned pos = b->c->doc->tok[it->tok].pos;
		if (it->kind == DX_ITEM_WORD && pos >= DX_POS_VB && pos <= DX_POS_VBZ && !it->word->v[DX_LEX_FUNCTION] && it->rated.any)
			return it;
	}
	return NULL;
}

/* What the speaker does about it: the first verb of the content and how it treats its object, with the class of the cue ("promised to block"). */
static void put_head(build *b, dx_stance_counts *n, uint64_t cue, bool cue_negated)
{
	const dx_item *head = b->c->cue.n ? head_of(b) : NULL;
	if (!head)
		return;
	const uint64_t how = rating_step(head->rated.v[DX_RATING_DONE]) << 2 | (uint64_t)head->negated << 1 | cue_negated;
	put(b, DX_SF_HEAD, how, one(head->tok));
	put(b, DX_SF_HEAD, dx_mix(dx_mix(1, cue), how), one(head->tok));
	put(b, DX_SF_HEAD, dx_mix(dx_mix(2, cue), head->word->v[DX_LEX_CLUSTERS_FINE]), one(head->tok));
	dx_count_head(n, head);
}

static void put_frame(build *b, dx_stance_counts *n)
{
	const dx_stance_case *c = b->c;
	bool negated = false;
	uint64_t class = 0;
	for (size_t k = 0; k < c->cue.n; k++)
		for (uint32_t i = c->cue.v[k].beg; i < c->cue.v[k].end; i++) {
			const dx_tok *t = c->doc->tok + i;
			const dx_word *w = t->word;
			if (t->kind != DX_TOK_WORD)
				continue;
			put(b, DX_SF_CUE, t->hash, one(i));
			if (w->v[DX_LEX_REPORTING] || w->v[DX_LEX_ACTS]) {
				class = dx_mix(w->v[DX_LEX_REPORTING], w->v[DX_LEX_ACTS]);
				put(b, DX_SF_CUE, dx_mix(w->v[DX_LEX_REPORTING], (uint64_t)w->v[DX_LEX_ACTS] * 2 + negated), one(i));
			}
			if (w->v[DX_LEX_CLUSTERS_FINE])
				put(b, DX_SF_CUE, 100000u + w->v[DX_LEX_CLUSTERS_FINE], one(i));
			dx_count_cue(n, w, negated);
			negated |= w->v[DX_LEX_MODALITY] == DX_MODALITY_NEGATE;
		}
	put_head(b, n, class, negated);
	for (size_t k = 0; k < c->source.n; k++)
		for (uint32_t i = c->source.v[k].beg; i < c->source.v[k].end; i++)
			if (c->doc->tok[i].kind == DX_TOK_WORD)
				put(b, DX_SF_SOURCE, c->doc->tok[i].hash, one(i));
}

/* Range of items strictly between the nearest holder and target; false when one is missing or they are far apart. */
static bool between(const build *b, size_t *beg, size_t *end, bool *holder_first)
{
	size_t last[2] = { SIZE_MAX, SIZE_MAX }, best = SIZE_MAX;
	for (size_t i = 0; i < b->n; i++) {
		const int me = b->it[i].kind == DX_ITEM_HOLDER ? 0 : b->it[i].kind == DX_ITEM_TARGET ? 1 : -1;
		if (me < 0)
			continue;
		if (last[!me] != SIZE_MAX && i - last[!me] < best) {
			best = i - last[!me];
			*beg = last[!me] + 1;
			*end = i;
			*holder_first = me == 1;
		}
		last[me] = i;
	}
	return best != SIZE_MAX;
}

static void put_between(build *b, size_t beg, size_t end, bool holder_first)
{
	for (size_t i = beg; i < end && i < beg + BETWEEN_MOST; i++) {
		const dx_item *it = b->it + i;
		if (it->kind != DX_ITEM_WORD)
			continue;
		put(b, DX_SF_BETWEEN, dx_mix(holder_first, it->key), one(it->tok));
		if (it->word->v[DX_LEX_CLUSTERS_FINE])
			put(b, DX_SF_BETWEEN, dx_mix(2 + (uint64_t)holder_first, it->word->v[DX_LEX_CLUSTERS_FINE]), one(it->tok));
		if (it->word->v[DX_LEX_REPORTING] || it->word->v[DX_LEX_ACTS])
			put(b, DX_SF_BETWEEN, dx_mix(dx_mix(4 + (uint64_t)holder_first, it->word->v[DX_LEX_REPORTING]),
			                             it->word->v[DX_LEX_ACTS] * 2u + it->negated), one(it->tok));
	}
	const size_t gap = end - beg;
	put(b, DX_SF_ORDER, dx_mix(holder_first, gap < 4 ? gap : gap < 8 ? 4 : gap < 16 ? 5 : 6), (dx_range){ 0, 0 });
}

/* --- form --- */

static void put_flag(build *b, uint64_t key)
{
	put(b, DX_SF_FLAG, key, (dx_range){ 0, 0 });
}

static bool has_char(const build *b, char ch)
{
	for (size_t i = 0; i < b->n; i++) {
		const dx_tok *t = b->c->doc->tok + b->it[i].tok;
		if (b->it[i].kind == DX_ITEM_BREAK && b->c->doc->fold[t->fold] == ch)
			return true;
	}
	return false;
}

static void put_flags(build *b)
{
	const dx_stance_case *c = b->c;
	unsigned first = 0, second = 0;
	for (size_t i = 0; i < b->n; i++) {
		first |= 1u << (b->it[i].word->v[DX_LEX_PRONOUNS] & 15);
		second |= 1u << (dx_item_mood(b->it + i) & 15);
	}
	for (unsigned k = 1; k < 16; k++)
		if (first >> k & 1)
			put_flag(b, 20 + k);
	put_flag(b, 1 + (uint64_t)(b->has_target ? 1 : c->target.n ? 2 : c->target_text.n ? 3 : 0));
	put_flag(b, 6 + c->direct);
	if (has_char(b, '?'))
		put_flag(b, 8);
	if (has_char(b, '!'))
		put_flag(b, 9);
	if (second >> DX_MODALITY_CONDITION & 1)
		put_flag(b, 10);
	for (size_t i = 0, k = 0; i < b->n && k < 2; i++)
		if (b->it[i].kind != DX_ITEM_BREAK)
			put(b, DX_SF_ORDER, dx_mix(100 + k++, b->it[i].key), one(b->it[i].tok));
}

/* Words in conjunction with the target: learns what is said for and against it. Not for holders and quotes, whose targets are too many. */
static void put_topic(build *b)
{
	const uint64_t t = dx_hash(b->c->target_text.p, b->c->target_text.n);
	if (!b->c->target_text.n || b->c->kind == DX_STANCE_QUOTE || b->c->kind == DX_STANCE_ISSUE || (b->has_target && b->c->kind != DX_STANCE_STATEMENT))
		return;
	put(b, DX_SF_TOPIC, t, (dx_range){ 0, 0 });
	for (size_t i = 0; i < b->n; i++)
		if (b->it[i].kind != DX_ITEM_BREAK)
			put(b, DX_SF_TOPIC, dx_mix(t, b->it[i].key), one(b->it[i].tok));
}

/* --- letters --- */

/* Character n-grams within a token and the blanks beside it; with the target, too, where it is known by name. */
static void put_letters(build *b, uint32_t tok)
{
	const uint64_t target = dx_hash(b->c->target_text.p, b->c->target_text.n);
	char buf[64] = " ";
	const dx_str s = dx_tok_low(b->c->doc, b->c->doc->tok + tok);
	const size_t n = s.n < sizeof buf - 2 ? s.n : sizeof buf - 2;
	memcpy(buf + 1, s.p, n);
	buf[n + 1] = ' ';
	for (size_t i = 0; i < n + 2; i++)
		for (size_t k = LETTERS_LEAST; k <= LETTERS_MOST && i + k <= n + 2; k++) {
			const uint64_t key = dx_hash(buf + i, k);
			put_value(b, DX_SF_LETTERS, key, LETTERS_MARK, one(tok), 0);
			if (b->c->target_text.n)
				put_value(b, DX_SF_TOPIC_LETTERS, dx_mix(target, key), LETTERS_MARK, one(tok), 0);
		}
}

static void put_all_letters(build *b)
{
	for (size_t k = 0; k < b->c->content.n && b->c->letters; k++)
		for (uint32_t i = b->c->content.v[k].beg; i < b->c->content.v[k].end && i < b->c->content.v[k].beg + DX_STANCE_WORDS; i++)
			put_letters(b, i);
}

/* --- the whole --- */

/* Ascending by index, equal ones in the order they came: by the upper two bytes, after which hardly any stand wrong, then by insertion. Some
 * hundred features, sorted for every stance, are too many for a call a comparison. */
static void sort_by_index(dx_vec *x)
{
	dx_feat *from = x->f, *to = dx_arena_scratch(x->arena, x->n, sizeof *to);
	if (!to) {
		x->failed = true;
		return;
	}
	for (unsigned shift = 16; shift < 32; shift += 8) {
		uint32_t at[257] = { 0 };
		for (size_t i = 0; i < x->n; i++)
			at[(from[i].i >> shift & 0xff) + 1]++;
		for (size_t b = 1; b < 256; b++)
			at[b] += at[b - 1];
		for (size_t i = 0; i < x->n; i++)
			to[at[from[i].i >> shift & 0xff]++] = from[i];
		dx_feat *sorted = to;
		to = from;
		from = sorted;
	}
	for (size_t i = 1; i < x->n; i++) {
		const dx_feat f = x->f[i];
		size_t k = i;
		for (; k && x->f[k - 1].i > f.i; k--)
			x->f[k] = x->f[k - 1];
		x->f[k] = f;
	}
}

/* The hashed features: ascending, the first of equal indices kept; words and letters are each scaled to a length of their own. */
static void finish(dx_vec *x)
{
	size_t n = 0, n_letters = 0;
	sort_by_index(x);
	for (size_t i = 0; i < x->n; i++)
		if (!n || x->f[i].i != x->f[n - 1].i) {
			n_letters += x->f[i].v > 1;
			x->f[n++] = x->f[i];
		}
	x->n = n;
	for (size_t i = 0; i < n; i++)
		x->f[i].v = x->f[i].v > 1 ? LETTERS_LENGTH / sqrtf((float)n_letters) : WORDS_LENGTH / sqrtf((float)(n - n_letters));
}

/* --- vectors --- */

const char *dx_stance_part_name(unsigned detail)
{
#define X(name, text) text,
	static const char *const names[] = { DX_STANCE_PARTS(X) };
#undef X
	return detail < DX_COUNT(names) ? names[detail] : "";
}

typedef struct { int32_t sum[DX_N_SP][DX_LEX_VECTOR_DIM]; unsigned n[DX_N_SP]; } vectors;

static void add_vector(vectors *v, int part, const dx_word *w)
{
	const unsigned row = w->v[DX_LEX_VECTORS_VECTOR];
	if (!row || w->v[DX_LEX_FUNCTION])
		return;
	for (int d = 0; d < DX_LEX_VECTOR_DIM; d++)
		v->sum[part][d] += dx_lexicon_vector[row - 1][d];
	v->n[part]++;
}

static void add_item_vector(vectors *v, const dx_item *it)
{
	add_vector(v, DX_SP_ALL, it->word);
	if (dx_item_near(it, VECTOR_NEAR))
		add_vector(v, DX_SP_NEAR, it->word);
	if (it->negated)
		add_vector(v, DX_SP_NEGATED, it->word);
}

static void add_range_vectors(vectors *v, int part, const dx_doc *d, dx_ranges r)
{
	for (size_t k = 0; k < r.n; k++)
		for (uint32_t i = r.v[k].beg; i < r.v[k].end; i++)
			add_vector(v, part, d->tok[i].word);
}

static void put_vectors(build *b, vectors *v)
{
	const dx_stance_case *c = b->c;
	add_range_vectors(v, DX_SP_CUE, c->doc, c->cue);
	add_range_vectors(v, DX_SP_TARGET, c->doc, (dx_ranges){ c->target.v, c->target.n > 0 });
	add_range_vectors(v, DX_SP_HOLDER, c->doc, (dx_ranges){ c->holder.v, c->holder.n > 0 });
	for (uint32_t p = 0; p < DX_N_SP; p++)
		for (uint32_t d = 0; d < DX_LEX_VECTOR_DIM && v->n[p]; d++)
			put_value(b, DX_SF_VECTOR, p * DX_LEX_VECTOR_DIM + d, (float)v->sum[p][d] * VECTOR_UNIT / sqrtf((float)v->n[p]), (dx_range){ 0, 0 },
			          (uint16_t)p);
}

/* --- holder and target together --- */

static void put_regions(build *b, size_t beg, size_t end, bool holder_first)
{
	for (size_t i = 0; i < b->n; i++) {
		const dx_item *it = b->it + i;
		const uint64_t region = (i < beg ? 0u : i < end ? 1u : 2u) * 2u + holder_first;
		if (it->kind != DX_ITEM_WORD)
			continue;
		put(b, DX_SF_REGION, dx_mix(region, it->key), one(it->tok));
		if (it->word->v[DX_LEX_CLUSTERS_FINE])
			put(b, DX_SF_REGION, dx_mix(region + 8, it->word->v[DX_LEX_CLUSTERS_FINE]), one(it->tok));
	}
}

static uint64_t put_name(build *b, uint64_t role, dx_ranges r)
{
	uint64_t last = 0;
	for (uint32_t i = r.n ? r.v[0].beg : 0; r.n && i < r.v[0].end; i++)
		if (b->c->doc->tok[i].kind == DX_TOK_WORD && !(b->c->doc->tok[i].shape & DX_SH_CLITIC))
			put(b, DX_SF_NAME, dx_mix(role, last = b->c->doc->tok[i].hash), one(i));
	return last;
}

/* What sort of name it is, by the cluster of its last word: nations, politicians, clubs, ... */
static uint64_t put_name_like(build *b, uint64_t role, dx_ranges r)
{
	const unsigned like = r.n ? b->c->doc->tok[r.v[0].end - 1].word->v[DX_LEX_CLUSTERS_COARSE] : 0;
	if (r.n)
		put(b, DX_SF_NAME, dx_mix(role, like), r.v[0]);
	return like;
}

static void put_names(build *b)
{
	const uint64_t target = put_name(b, 1, b->c->target), holder = put_name(b, 2, b->c->holder);
	const uint64_t like_target = put_name_like(b, 4, b->c->target), like_holder = put_name_like(b, 5, b->c->holder);
	if (target && holder)
		put(b, DX_SF_NAME, dx_mix(dx_mix(3, holder), target), (dx_range){ 0, 0 });
	if (like_target && like_holder)
		put(b, DX_SF_NAME, dx_mix(dx_mix(6, like_holder), like_target), (dx_range){ 0, 0 });
}

static void put_role(build *b, dx_stance_counts *n, const dx_role *r)
{
	const dx_item *it = b->it + r->item;
	const bool shared = r->kind == DX_ROLE_FORTH || r->kind == DX_ROLE_BACK;
	const dx_range at = one(it->tok);
	const unsigned class = it->word->v[DX_LEX_REPORTING], act = it->word->v[DX_LEX_ACTS], fine = it->word->v[DX_LEX_CLUSTERS_FINE];
	const uint64_t role = (uint64_t)r->kind << 8 | (uint64_t)r->holder << 2 | (uint64_t)r->passive << 1 | it->negated;
	put(b, DX_SF_ROLE, dx_mix(role, it->key), at);
	if (fine) {
		put(b, DX_SF_ROLE, dx_mix(role | 8, fine), at);
		put(b, DX_SF_ROLE, dx_mix(role | 16, it->word->v[DX_LEX_CLUSTERS_COARSE]), at);
	}
	if (class || act)
		put(b, DX_SF_ROLE, dx_mix(dx_mix(role | 24, class), act), at);
	for (int k = 0; k < DX_N_RATING; k++)
		if (it->rated.v[k])
			put(b, DX_SF_RATED, dx_mix(role | 40, rating_key(it, k)), at);
	if (r->prep)
		put(b, DX_SF_ROLE, dx_mix(dx_mix(role | 32, r->prep), it->key), at);
	if (!r->holder || shared)                /* a verb in the passive goes the other way */
		dx_count_role(n, r->passive ? r->kind ^ DX_ROLE_FORTH ^ DX_ROLE_BACK : r->kind, it);
}

static void put_roles(build *b, dx_stance_counts *n)
{
	dx_role role[DX_MOST_ROLES];
	const dx_items items = { b->c->doc, b->it, b->n };
	const size_t n_role = dx_roles_find(role, &items);
	for (size_t i = 0; i < n_role; i++)
		put_role(b, n, role + i);
	for (size_t i = 0, places = 0; i < b->n && places < 3; i++) {
		if (b->it[i].kind != DX_ITEM_TARGET)
			continue;
		const dx_range clause = dx_role_clause(&items, i);
		for (uint32_t k = clause.beg; k < clause.end; k++)
			dx_count_clause(n, b->it + k);
		places++;
	}
}

static void put_items(build *b, dx_stance_counts *n, vectors *v)
{
	size_t beg = 0, end = 0, turn = b->n;
	bool holder_first = false;
	const bool path = between(b, &beg, &end, &holder_first);
	for (size_t i = 0; i < b->n; i++)
		if (dx_item_mood(b->it + i) == DX_MODALITY_CONTRAST)
			turn = i;
	for (size_t i = 0; i < b->n; i++) {
		put_touch(b, i);
		if (b->it[i].kind == DX_ITEM_WORD) {
			put_word(b, b->it + i);
			put_clusters(b, b->it + i);
			put_rated(b, b->it + i, path && i >= beg && i < end);
			dx_count_item(n, b->it + i, i > turn, path && i >= beg && i < end);
			add_item_vector(v, b->it + i);
		}
		put_pairs(b, i);
	}
	if (path) {
		put_between(b, beg, end, holder_first);
		put_regions(b, beg, end, holder_first);
	}
}

/* --- by issue --- */

static uint32_t index_by_issue(unsigned issue, uint32_t index)
{
	const dx_stance_family f = dx_stance_is_dense(index) ? DX_SF_ISSUE_DENSE : DX_SF_ISSUE;
	return (uint32_t)f << DX_STANCE_BITS | (uint32_t)(dx_mix(issue, index) >> (64 - DX_STANCE_BITS));
}

/* Every feature once more in conjunction with the issue, and a constant: what holds for all issues and what for this one are told apart by the size of
 * the two (Daume 2007, "Frustratingly easy domain adaptation"). */
static void put_by_issue(build *b)
{
	const unsigned issue = b->c->issue.number;
	const size_t n = b->x->n, n_notes = b->notes ? b->notes->n : 0;
	for (size_t i = 0; i < n; i++) {
		const dx_feat f = b->x->f[i];
		dx_vec_add(b->x, index_by_issue(issue, f.i), f.v * OWN_SHARE);
		b->x->f[i].v *= COMMON_SHARE;
	}
	dx_vec_add(b->x, index_by_issue(issue, UINT32_MAX), 1);
	for (size_t i = 0; i < n_notes && !b->failed; i++) {
		dx_stance_note note = b->notes->v[i];
		note.i = index_by_issue(issue, note.i);
		note.family = (uint16_t)(note.i >> DX_STANCE_BITS);
		note.detail = 0;
		b->failed = !DX_PUSH(b->x->arena, b->notes->v, b->notes->n, b->notes->cap, note);
	}
	if (!b->x->failed)
		sort_by_index(b->x);
}

dx_status dx_stance_vector(dx_vec *x, dx_stance_notes *notes, const dx_stance_case *c, dx_err *err)
{
	dx_item it[DX_STANCE_WORDS];             /* large: filled as far as it is used */
	build b = { .x = x, .notes = notes, .c = c, .it = it };
	dx_stance_counts n = { 0 };
	vectors v = { 0 };
	x->n = 0;
	b.n = dx_stance_items(b.it, c);
	for (size_t i = 0; i < b.n; i++)
		b.has_target |= b.it[i].kind == DX_ITEM_TARGET;
	put_items(&b, &n, &v);
	put_roles(&b, &n);
	put_frame(&b, &n);
	put_flags(&b);
	put_topic(&b);
	put_names(&b);
	put_all_letters(&b);
	finish(x);
	put_counts(&b, &n);
	put_vectors(&b, &v);
	if (c->kind == DX_STANCE_ISSUE)
		put_by_issue(&b);
	return x->failed || b.failed ? dx_fail(err, DX_ENOMEM, "out of memory: stance features") : DX_OK;
}

/* --- finding names --- */

size_t dx_stance_words(uint64_t *out, size_t most, const dx_doc *name)
{
	size_t n = 0;
	for (size_t i = 0; i < name->n_tok && n < most; i++) {
		const dx_tok *t = name->tok + i;
		const bool article = dx_tok_is(name, t, "the") || dx_tok_is(name, t, "a") || dx_tok_is(name, t, "an");
		if ((t->kind == DX_TOK_WORD || t->kind == DX_TOK_NUMBER) && !article && !(t->shape & DX_SH_CLITIC))
			out[n++] = t->hash;
	}
	return n;
}

static bool name_at(const dx_doc *d, uint32_t i, dx_range in, const uint64_t *w, size_t n)
{
	if (n > in.end - i)
		return false;
	for (size_t k = 0; k < n; k++)
		if (d->tok[i + k].hash != w[k])
			return false;
	return true;
}

size_t dx_stance_find(dx_range *out, size_t most, const dx_doc *doc, dx_range in, const uint64_t *words, size_t n_words)
{
	size_t n = 0;
	if (!n_words)
		return 0;
	for (uint32_t i = in.beg; i < in.end && n < most; i++)
		if (name_at(doc, i, in, words, n_words)) {
			out[n++] = (dx_range){ i, i + (uint32_t)n_words };
			i += (uint32_t)n_words - 1;
		}
	for (uint32_t i = in.beg; i < in.end && n < most && n_words > 1; i++) {
		const dx_tok *t = doc->tok + i;
		bool known = false;
		for (size_t k = 0; k < n; k++)
			known |= i >= out[k].beg && i < out[k].end;
		if (!known && t->hash == words[n_words - 1] && t->shape & DX_SH_UPPER && t->n_fold >= 4)
			out[n++] = (dx_range){ i, i + 1 };
	}
	return n;
}

dx_range dx_stance_tokens(const dx_doc *doc, dx_span s)
{
	uint32_t lo = 0, hi = (uint32_t)doc->n_tok;
	while (lo < hi) {
		const uint32_t mid = lo + (hi - lo) / 2;
		if (doc->tok[mid].span.end <= s.beg)
			lo = mid + 1;
		else
			hi = mid;
	}
	dx_range r = { lo, lo };
	while (r.end < doc->n_tok && doc->tok[r.end].span.beg < s.end)
		r.end++;
	return r;
}
