#include "model/orphan_cues.h"
#include <math.h>
#include <stdlib.h>

static dx_cue_link best_cue(const dx_parts *parts, const dx_span_view *v, const dx_piece *c, const dx_svm *m)
{
	size_t lo, hi;
	dx_cue_link best = { DX_NO_PIECE, 0 };
	dx_link_cues(&lo, &hi, v, parts, c);
	for (size_t i = lo; i < hi; i++) {
		if (parts->cue.v[i].beg < c->end && parts->cue.v[i].end > c->beg)
			continue;
		dx_facts f;
		dx_link_cue_facts(&f, v, parts, c, i);
		double s = dx_svm_yes_factors(m, &dx_link_set, &f);
		if (s > best.value)
			best = (dx_cue_link){ i, s };
	}
	return best;
}

/* A cue from this probability on has a content; finding it is worth this much, times the probabilities of cue and link. */
#define ORPHAN_LEAST 0.5f
#define CUE_WORTH 0.5
/* Candidates that begin farther from the cue are not looked at. */
#define ORPHAN_REACH 12

/* Which cue each content has and what that is worth; which contents stay. */
typedef struct {
	dx_parts *parts;
	const dx_span_view *v;
	const dx_svm *m;
	dx_cue_link *link;                       /* [contents] */
	double *worth;                           /* [contents] of the link */
	bool *gone;                              /* [contents] given up for an orphan's */
	uint32_t *n_content;                     /* [cues] */
	dx_pieces added;
} adoption;

static dx_status link_contents(adoption *a, dx_err *err)
{
	dx_arena *arena = a->v->view->doc->arena;
	const dx_pieces *c = &a->parts->content;
	a->link = dx_arena_array(arena, c->n, sizeof *a->link);
	a->worth = dx_arena_array(arena, c->n, sizeof *a->worth);
	a->gone = dx_arena_array(arena, c->n, sizeof *a->gone);
	a->n_content = dx_arena_array(arena, a->parts->cue.n, sizeof *a->n_content);
	if (!a->link || !a->worth || !a->gone || !a->n_content)
		return dx_fail(err, DX_ENOMEM, "out of memory: cues of %zu contents", c->n);
	for (size_t i = 0; i < c->n; i++) {
		const dx_cue_link l = a->link[i] = best_cue(a->parts, a->v, c->v + i, a->m);
		if (l.cue == DX_NO_PIECE)
			continue;
		a->worth[i] = CUE_WORTH * (double)a->parts->cue.v[l.cue].p * dx_svm_yes_p(a->m, l.value);
		a->n_content[l.cue]++;
	}
	return DX_OK;
}

static bool overlap(const dx_piece *p, const dx_span_cand *c)
{
	return p->beg < c->end && c->beg < p->end;
}

/* First content that ends behind the token. */
static size_t content_behind(const dx_pieces *p, uint32_t i)
{
	size_t lo = 0, hi = p->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->v[mid].end <= i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* What the contents that a candidate overlaps are worth; HUGE_VAL where it may not have them. */
static double price(const adoption *a, const dx_span_cand *c)
{
	const dx_pieces *p = &a->parts->content;
	double sum = 0;
	for (size_t k = a->added.n; k-- > 0 && a->added.n - k <= 3;)
		if (overlap(a->added.v + k, c))
			return HUGE_VAL;
	for (size_t i = content_behind(p, c->beg); i < p->n && p->v[i].beg < c->end; i++) {
		if (a->gone[i])
			continue;
		sum += (double)p->v[i].p - DX_SPAN_COST;
		if (a->link[i].cue != DX_NO_PIECE && a->n_content[a->link[i].cue] == 1)
			sum += a->worth[i];
	}
	return sum;
}

static void give_up(adoption *a, const dx_span_cand *c)
{
	const dx_pieces *p = &a->parts->content;
	for (size_t i = content_behind(p, c->beg); i < p->n && p->v[i].beg < c->end; i++) {
		if (!a->gone[i] && a->link[i].cue != DX_NO_PIECE)
			a->n_content[a->link[i].cue]--;
		a->gone[i] = true;
	}
}

/* First candidate that begins at or behind the token. */
static size_t cand_at(const dx_parts *parts, uint32_t i)
{
	size_t lo = 0, hi = parts->n_cand;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (parts->cand[mid].beg < i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Looks for the candidate that orphan cue u gains most by, and adds it. */
static dx_status adopt(adoption *a, size_t u, dx_err *err)
{
	const dx_doc *d = a->v->view->doc;
	const dx_piece *cue = a->parts->cue.v + u;
	uint32_t from = d->sent[d->tok[cue->beg].sent].beg;
	double most = 0;
	const dx_span_cand *best = NULL;
	if (cue->beg - from > DX_SPAN_WORDS)
		from = cue->beg - DX_SPAN_WORDS;
	for (size_t i = cand_at(a->parts, from); i < a->parts->n_cand && a->parts->cand[i].beg <= cue->end + ORPHAN_REACH; i++) {
		const dx_span_cand *c = a->parts->cand + i;
		const dx_piece piece = { c->beg, c->end, (float)c->score };
		double most_worth = CUE_WORTH * (double)cue->p, gain = c->score - DX_SPAN_COST - price(a, c);
		if (overlap(cue, c) || gain + most_worth <= most)
			continue;
		dx_facts f;
		dx_link_cue_facts(&f, a->v, a->parts, &piece, u);
		gain += most_worth * dx_svm_yes_p(a->m, dx_svm_yes_factors(a->m, &dx_link_set, &f));
		if (gain > most) {
			most = gain;
			best = c;
		}
	}
	if (!best)
		return DX_OK;
	give_up(a, best);
	dx_piece p = { best->beg, best->end, (float)best->score };
	return DX_PUSH(d->arena, a->added.v, a->added.n, a->added.cap, p) ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: contents");
}

/* A content as it is in the end, and where its link comes from: an index from before, DX_NO_PIECE when it is new. */
typedef struct { dx_piece piece; size_t before; } final;

static int by_begin(const void *a, const void *b)
{
	const final *x = a, *y = b;
	return x->piece.beg < y->piece.beg ? -1 : x->piece.beg > y->piece.beg;
}

/* Notes the paragraphs of a piece and those beside it: what links see of contents reaches no farther. */
static void note_change(bool *changed, const dx_doc *d, const dx_piece *p)
{
	uint32_t from = d->tok[p->beg].par, to = d->tok[p->end - 1].par;
	for (size_t k = from ? from - 1 : 0; k <= (size_t)to + 1 && k < d->n_par; k++)
		changed[k] = true;
}

/* Contents that stay and those that were added, in order; links anew where something changed near by. */
static dx_status settle(adoption *a, dx_err *err)
{
	const dx_doc *d = a->v->view->doc;
	dx_pieces *p = &a->parts->content;
	const size_t most = p->n + a->added.n;
	final *f = dx_arena_array(d->arena, most, sizeof *f);
	bool *changed = dx_arena_array(d->arena, d->n_par, sizeof *changed);
	dx_cue_link *link = dx_arena_array(d->arena, most, sizeof *link);
	size_t n = 0;
	if (!f || !changed || !link)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu contents", most);
	for (size_t i = 0; i < p->n; i++)
		if (a->gone[i])
			note_change(changed, d, p->v + i);
		else
			f[n++] = (final){ p->v[i], i };
	for (size_t i = 0; i < a->added.n; i++) {
		note_change(changed, d, a->added.v + i);
		f[n++] = (final){ a->added.v[i], DX_NO_PIECE };
	}
	qsort(f, n, sizeof *f, by_begin);
	p->n = 0;
	for (size_t i = 0; i < n; i++)
		if (!DX_PUSH(d->arena, p->v, p->n, p->cap, f[i].piece))
			return dx_fail(err, DX_ENOMEM, "out of memory: contents");
	for (size_t i = 0; i < n; i++) {
		bool same = f[i].before != DX_NO_PIECE && !changed[d->tok[p->v[i].beg].par] && !changed[d->tok[p->v[i].end - 1].par];
		link[i] = same ? a->link[f[i].before] : best_cue(a->parts, a->v, p->v + i, a->m);
	}
	a->link = link;
	return DX_OK;
}

dx_status dx_orphans_adopt(dx_cue_link **out, dx_parts *parts, const dx_span_view *v, const dx_svm *link_cue, dx_err *err)
{
	adoption a = { .parts = parts, .v = v, .m = link_cue };
	dx_status st = link_contents(&a, err);
	for (size_t u = 0; u < parts->cue.n && !st; u++)
		if (!a.n_content[u] && parts->cue.v[u].p >= ORPHAN_LEAST)
			st = adopt(&a, u, err);
	if (!st && a.added.n)
		st = settle(&a, err);
	*out = a.link;
	return st;
}
