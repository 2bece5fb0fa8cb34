#include "evaluate/coref.h"
#include <stdlib.h>

/* A mention and its chain. */
typedef struct { uint32_t end, chain; } link;

/* One side: mentions by their end, chains by size (after mentions that are left out). */
typedef struct { link *v; size_t n; uint32_t *size; size_t n_chain; } side;

static int by_end(const void *a, const void *b)
{
	const link *x = a, *y = b;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->chain > y->chain) - (x->chain < y->chain);
}

/* Leaves out doubles, then chains of one mention; numbers the chains that remain. */
static void tidy(side *s, bool singletons, uint32_t *number)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (!n || s->v[n - 1].end != s->v[i].end)
			s->v[n++] = s->v[i];
	for (size_t i = 0; i < n; i++)
		s->size[s->v[i].chain]++;
	size_t n_chain = 0, kept = 0;
	for (size_t k = 0; k < s->n_chain; k++)
		number[k] = s->size[k] >= (singletons ? 1 : 2) ? (uint32_t)n_chain++ : UINT32_MAX;
	for (size_t i = 0; i < n; i++)
		if (number[s->v[i].chain] != UINT32_MAX)
			s->v[kept++] = (link){ s->v[i].end, number[s->v[i].chain] };
	memset(s->size, 0, s->n_chain * sizeof *s->size);
	for (size_t i = 0; i < kept; i++)
		s->size[s->v[i].chain]++;
	s->n = kept;
	s->n_chain = n_chain;
}

static bool read_side(side *s, const dx_entity *e, size_t n, bool singletons, dx_arena *tmp)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += e[i].mentions.n;
	*s = (side){ .n_chain = n };
	s->v = dx_arena_array(tmp, total + 1, sizeof *s->v);
	s->size = dx_arena_array(tmp, n + 1, sizeof *s->size);
	uint32_t *number = dx_arena_array(tmp, n + 1, sizeof *number);
	if (!s->v || !s->size || !number)
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < e[i].mentions.n; k++)
			s->v[s->n++] = (link){ e[i].mentions.v[k].end, (uint32_t)i };
	qsort(s->v, s->n, sizeof *s->v, by_end);
	tidy(s, singletons, number);
	return true;
}

/* Mentions that key chain k and pred chain p share: [k * n_pred + p]. */
static double *overlaps(const side *key, const side *pred, double *n_common, dx_arena *tmp)
{
	double *common = dx_arena_array(tmp, key->n_chain * pred->n_chain + 1, sizeof *common);
	size_t k = 0, p = 0;
	*n_common = 0;
	while (common && k < key->n && p < pred->n) {
		if (key->v[k].end == pred->v[p].end) {
			common[key->v[k++].chain * pred->n_chain + pred->v[p++].chain]++;
			++*n_common;
		} else if (key->v[k].end < pred->v[p].end) {
			k++;
		} else {
			p++;
		}
	}
	return common;
}

/* MUC: the links of a chain less those that it takes to join its parts on the other side. */
static void add_muc(double *hit, double *n, const side *s, const double *common, size_t step, size_t n_other, size_t other_step)
{
	for (size_t i = 0; i < s->n_chain; i++) {
		double found = 0, parts = 0;
		for (size_t k = 0; k < n_other; k++) {
			double c = common[i * step + k * other_step];
			found += c;
			parts += c > 0;
		}
		*hit += (double)s->size[i] - (parts + ((double)s->size[i] - found));
		*n += (double)s->size[i] - 1;
	}
}

static void add_b3(double *hit, double *n, const side *s, const double *common, size_t step, size_t n_other, size_t other_step)
{
	for (size_t i = 0; i < s->n_chain; i++)
		for (size_t k = 0; k < n_other; k++) {
			double c = common[i * step + k * other_step];
			*hit += c * c / (double)s->size[i];
		}
	*n += (double)s->n;
}

/* The heaviest matching of key and pred chains (Kuhn 1955, Munkres 1957, with potentials; rows <= columns). */
typedef struct { const double *w; size_t n_row, n_col, row_step, col_step; double *u, *v, *least; size_t *match, *way; bool *used; } matching;

static double weight(const matching *m, size_t row, size_t col)
{
	return row && col ? m->w[(row - 1) * m->row_step + (col - 1) * m->col_step] : 0;
}

/* Finds row a column, moving others along. Indices from 1; column 0 holds the row that is being placed. */
static void place_row(matching *m, size_t row)
{
	size_t col = 0;
	m->match[0] = row;
	for (size_t k = 0; k <= m->n_col; k++) {
		m->least[k] = 1e300;
		m->used[k] = false;
	}
	do {
		size_t at = m->match[col], next = 0;
		double delta = 1e300;
		m->used[col] = true;
		for (size_t k = 1; k <= m->n_col; k++) {
			if (m->used[k])
				continue;
			double cost = -weight(m, at, k) - m->u[at] - m->v[k];
			if (cost < m->least[k]) {
				m->least[k] = cost;
				m->way[k] = col;
			}
			if (m->least[k] < delta) {
				delta = m->least[k];
				next = k;
			}
		}
		for (size_t k = 0; k <= m->n_col; k++) {
			if (m->used[k]) {
				m->u[m->match[k]] += delta;
				m->v[k] -= delta;
			} else {
				m->least[k] -= delta;
			}
		}
		col = next;
	} while (m->match[col]);
	while (col) {
		size_t before = m->way[col];
		m->match[col] = m->match[before];
		col = before;
	}
}

static dx_status best_matching(double *out, const double *w, size_t n_key, size_t n_pred, dx_arena *tmp, dx_err *err)
{
	bool turned = n_key > n_pred;
	matching m = { .w = w, .n_row = turned ? n_pred : n_key, .n_col = turned ? n_key : n_pred, .row_step = turned ? 1 : n_pred,
		.col_step = turned ? n_pred : 1 };
	m.u = dx_arena_array(tmp, m.n_row + 1, sizeof *m.u);
	m.v = dx_arena_array(tmp, m.n_col + 1, sizeof *m.v);
	m.least = dx_arena_array(tmp, m.n_col + 1, sizeof *m.least);
	m.match = dx_arena_array(tmp, m.n_col + 1, sizeof *m.match);
	m.way = dx_arena_array(tmp, m.n_col + 1, sizeof *m.way);
	m.used = dx_arena_array(tmp, m.n_col + 1, sizeof *m.used);
	if (!m.u || !m.v || !m.least || !m.match || !m.way || !m.used)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu chains", m.n_col);
	for (size_t row = 1; row <= m.n_row; row++)
		place_row(&m, row);
	*out = 0;
	for (size_t col = 1; col <= m.n_col; col++)
		*out += weight(&m, m.match[col], col);
	return DX_OK;
}

static dx_status add_ceaf(dx_coref *c, const side *key, const side *pred, double *common, dx_arena *tmp, dx_err *err)
{
	double best = 0;
	for (size_t k = 0; k < key->n_chain; k++)
		for (size_t p = 0; p < pred->n_chain; p++)
			common[k * pred->n_chain + p] *= 2 / ((double)key->size[k] + (double)pred->size[p]);
	dx_status st = best_matching(&best, common, key->n_chain, pred->n_chain, tmp, err);
	c->ceaf.hit_key += best;
	c->ceaf.hit_pred += best;
	c->ceaf.n_key += (double)key->n_chain;
	c->ceaf.n_pred += (double)pred->n_chain;
	return st;
}

dx_status dx_coref_add(dx_coref *c, const dx_entity *key, size_t n_key, const dx_entity *pred, size_t n_pred, dx_arena *tmp, dx_err *err)
{
	side k, p;
	double n_common, *common = NULL;
	if (read_side(&k, key, n_key, c->singletons, tmp) && read_side(&p, pred, n_pred, c->singletons, tmp))
		common = overlaps(&k, &p, &n_common, tmp);
	if (!common)
		return dx_fail(err, DX_ENOMEM, "out of memory: chains");
	c->n_articles++;
	c->mentions.hit_key += n_common;
	c->mentions.hit_pred += n_common;
	c->mentions.n_key += (double)k.n;
	c->mentions.n_pred += (double)p.n;
	add_muc(&c->muc.hit_key, &c->muc.n_key, &k, common, p.n_chain, p.n_chain, 1);
	add_muc(&c->muc.hit_pred, &c->muc.n_pred, &p, common, 1, k.n_chain, p.n_chain);
	add_b3(&c->b3.hit_key, &c->b3.n_key, &k, common, p.n_chain, p.n_chain, 1);
	add_b3(&c->b3.hit_pred, &c->b3.n_pred, &p, common, 1, k.n_chain, p.n_chain);
	return add_ceaf(c, &k, &p, common, tmp, err);
}

double dx_coref_r(const dx_coref_cell *c)
{
	return c->n_key > 0 ? c->hit_key / c->n_key : 0;
}

double dx_coref_p(const dx_coref_cell *c)
{
	return c->n_pred > 0 ? c->hit_pred / c->n_pred : 0;
}

double dx_coref_f(const dx_coref_cell *c)
{
	double r = dx_coref_r(c), p = dx_coref_p(c);
	return r + p > 0 ? 2 * r * p / (r + p) : 0;
}

double dx_coref_conll(const dx_coref *c)
{
	return (dx_coref_f(&c->muc) + dx_coref_f(&c->b3) + dx_coref_f(&c->ceaf)) / 3;
}
