/* gen.c - build tool: turns the word lists (TSV) into one C table.
 *     gen OUT.h OUT.c LIST.tsv...
 * A list begins with comment lines: "# columns: word NAME..." names the value columns ("value", the default, is called after the list alone), and
 * "# values: A B C" names the values 1, 2, 3 of the last column. A row is a lower-case word and its values: numbers 1..65535, or
 * named values; a row without values has 1. A column called "vector" holds a string of printable characters instead, 'O' for 0, all of the
 * same length: the value is then the row + 1 in a table of vectors. A word may be two with a blank between, a phrase (features/rating.h). Words must
 * ascend in byte order, without repeats: anything else is refused. */
#include "features/base.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_COLUMN 64
#define MOST_VALUE 128

typedef struct { uint64_t hash; uint16_t v[MOST_COLUMN]; } row;
typedef struct { char *name; bool vector; } column;

static struct {
	column col[MOST_COLUMN];
	size_t n_col;
	row *row;
	size_t n_row, cap_row;
	uint32_t *slot;
	size_t n_slot;
	signed char *vec;                        /* [n_vec][dim] */
	size_t n_vec, cap_vec, dim;
	uint64_t sum;
	FILE *h;
} g;

typedef struct {
	const char *path;
	char stem[64], last[256];
	size_t first_col, n_col, line;
	char *value[MOST_VALUE];
	size_t n_value;
} list;

static void die(const list *l, const char *why)
{
	fprintf(stderr, "%s:%zu: %s\n", l->path, l->line, why);
	exit(1);
}

static char *upper(const char *a, const char *b)
{
	size_t n = strlen(a) + strlen(b) + 2;
	char *s = calloc(1, n);
	if (!s)
		exit(1);
	snprintf(s, n, "%s%s%s", a, *b ? "_" : "", b);
	for (char *p = s; *p; p++)
		*p = (char)(isalnum((unsigned char)*p) ? toupper((unsigned char)*p) : '_');
	return s;
}

static void grow(void)
{
	if (g.n_row < g.cap_row)
		return;
	g.cap_row = g.cap_row ? 2 * g.cap_row : 4096;
	g.row = realloc(g.row, g.cap_row * sizeof *g.row);
	if (!g.row)
		exit(1);
}

static void index_rows(size_t n_slot)
{
	free(g.slot);
	g.n_slot = n_slot;
	g.slot = calloc(n_slot, sizeof *g.slot);
	if (!g.slot)
		exit(1);
	for (size_t r = 0; r < g.n_row; r++) {
		size_t i = g.row[r].hash & (n_slot - 1);
		while (g.slot[i])
			i = (i + 1) & (n_slot - 1);
		g.slot[i] = (uint32_t)r + 1;
	}
}

static row *row_of(uint64_t hash)
{
	if (3 * g.n_row + 3 >= g.n_slot)
		index_rows(g.n_slot ? 2 * g.n_slot : 1024);
	size_t i = hash & (g.n_slot - 1);
	for (; g.slot[i]; i = (i + 1) & (g.n_slot - 1))
		if (g.row[g.slot[i] - 1].hash == hash)
			return g.row + g.slot[i] - 1;
	grow();
	g.row[g.n_row] = (row){ .hash = hash };
	g.slot[i] = (uint32_t)++g.n_row;
	return g.row + g.n_row - 1;
}

static void add_column(list *l, const char *name)
{
	if (g.n_col == MOST_COLUMN)
		die(l, "too many columns in all");
	g.col[g.n_col++] = (column){ upper(l->stem, name), !strcmp(name, "vector") };
	l->n_col++;
}

static void head_line(list *l, char *s)
{
	char *save = NULL;
	if (!strncmp(s, "# columns:", 10)) {
		strtok_r(s + 10, " \t\n", &save);
		for (char *w; (w = strtok_r(NULL, " \t\n", &save));)
			add_column(l, strcmp(w, "value") ? w : "");
	} else if (!strncmp(s, "# values:", 9)) {
		char *w = strtok_r(s + 9, " \t\n", &save);
		for (; w && l->n_value < MOST_VALUE; w = strtok_r(NULL, " \t\n", &save)) {
			l->value[l->n_value++] = upper(w, "");
			fprintf(g.h, "#define DX_%s_%s %zu\n", upper(l->stem, ""), l->value[l->n_value - 1], l->n_value);
		}
	}
}

static uint16_t value_of(list *l, const char *s)
{
	char *end, *name = upper(s, "");
	long v;
	for (size_t i = 0; i < l->n_value; i++)
		if (!strcmp(l->value[i], name)) {
			free(name);
			return (uint16_t)(i + 1);
		}
	free(name);
	errno = 0;
	v = strtol(s, &end, 10);
	if (errno || end == s || *end || v < 1 || v > 65535)
		die(l, "a value is neither a name of the head nor a number 1..65535");
	return (uint16_t)v;
}

static uint16_t vector_of(list *l, const char *s)
{
	const size_t n = strlen(s);
	if (!n || (g.dim && n != g.dim) || g.n_vec == 65535)
		die(l, "a vector is empty or has another length than the first, or there are too many");
	g.dim = n;
	if (g.n_vec == g.cap_vec) {
		g.cap_vec = g.cap_vec ? 2 * g.cap_vec : 4096;
		g.vec = realloc(g.vec, g.cap_vec * n);
		if (!g.vec)
			exit(1);
	}
	for (size_t i = 0; i < n; i++)
		g.vec[g.n_vec * n + i] = (signed char)(s[i] - 'O');
	return (uint16_t)++g.n_vec;
}

/* A phrase of two words by the hashes of both, as it is looked up. */
static uint64_t key_of(const char *word)
{
	const size_t n = strcspn(word, " ");
	const uint64_t first = dx_hash(word, n);
	return word[n] ? dx_mix(first, dx_hash(word + n + 1, strlen(word + n + 1))) : first;
}

static void data_line(list *l, char *s)
{
	char *save = NULL, *word = strtok_r(s, "\t", &save);
	if (!l->n_col)
		add_column(l, "");
	if (!word || strlen(word) >= sizeof l->last)
		die(l, "no word, or one that is too long");
	if (strcmp(word, l->last) <= 0)
		die(l, "words must ascend in byte order, without repeats");
	strcpy(l->last, word);
	row *r = row_of(key_of(word));
	char *v = strtok_r(NULL, "\t", &save);
	for (size_t c = 0; c < l->n_col; c++, v = strtok_r(NULL, "\t", &save)) {
		if (!v && c)
			die(l, "a column is missing");
		r->v[l->first_col + c] = !v ? 1 : g.col[l->first_col + c].vector ? vector_of(l, v) : value_of(l, v);
	}
}

static void read_list(const char *path)
{
	list l = { .path = path, .first_col = g.n_col };
	char buf[1024];
	const char *slash = strrchr(path, '/');
	FILE *in = fopen(path, "r");
	if (!in)
		die(&l, strerror(errno));
	snprintf(l.stem, sizeof l.stem, "%s", slash ? slash + 1 : path);
	l.stem[strcspn(l.stem, ".")] = 0;
	while (fgets(buf, sizeof buf, in)) {
		l.line++;
		g.sum = dx_mix(g.sum, dx_hash(buf, strlen(buf)));
		if (!strchr(buf, '\n'))
			die(&l, "line too long, or no line feed at the end");
		if (*buf == '#') {
			head_line(&l, buf);
			continue;
		}
		buf[strcspn(buf, "\n")] = 0;
		if (*buf)
			data_line(&l, buf);
	}
	if (ferror(in))
		die(&l, "read failed");
	fclose(in);
}

static void write_table(FILE *c)
{
	fprintf(c, "/* Generated by features/lexicon/gen.c: do not edit. */\n#include \"features/lexicon.h\"\n");
	fprintf(c, "const uint64_t dx_lexicon_sum = 0x%llxu;\n", (unsigned long long)g.sum);
	fprintf(c, "const dx_word dx_lexicon_row[] = {\n");
	for (size_t r = 0; r < g.n_row; r++) {
		fprintf(c, "{0x%llxu,{", (unsigned long long)g.row[r].hash);
		for (size_t k = 0; k < g.n_col; k++)
			fprintf(c, k ? ",%d" : "%d", g.row[r].v[k]);
		fprintf(c, "}},\n");
	}
	fprintf(c, "};\nconst uint32_t dx_lexicon_mask = %zu;\nconst uint32_t dx_lexicon_slot[] = {", g.n_slot - 1);
	for (size_t i = 0; i < g.n_slot; i++)
		fprintf(c, "%s%u,", i % 16 ? "" : "\n", g.slot[i]);
	fprintf(c, "\n};\nconst signed char dx_lexicon_vector[][DX_LEX_VECTOR_DIM] = {\n");
	for (size_t i = 0; i < g.n_vec; i++)
		for (size_t d = 0; d < g.dim; d++)
			fprintf(c, "%s%d%s", d ? "," : "{", g.vec[i * g.dim + d], d + 1 < g.dim ? "" : "},\n");
	fprintf(c, "};\n");
}

int main(int argc, char **argv)
{
	FILE *c = argc > 3 ? fopen(argv[2], "w") : NULL;
	g.h = argc > 3 ? fopen(argv[1], "w") : NULL;
	if (!c || !g.h) {
		fprintf(stderr, "usage: gen OUT.h OUT.c LIST.tsv...\n");
		return 1;
	}
	fprintf(g.h, "/* Generated by features/lexicon/gen.c: do not edit. */\n#ifndef DX_LEXICON_GEN_H\n#define DX_LEXICON_GEN_H\n");
	for (int i = 3; i < argc; i++)
		read_list(argv[i]);
	fprintf(g.h, "enum {\n");
	for (size_t i = 0; i < g.n_col; i++)
		fprintf(g.h, "\tDX_LEX_%s,\n", g.col[i].name);
	fprintf(g.h, "\tDX_LEX_N\n};\n#define DX_LEX_VECTOR_DIM %zu\n#endif\n", g.dim);
	write_table(c);
	int bad = fclose(c) != 0;
	bad |= fclose(g.h) != 0;
	return bad;
}
