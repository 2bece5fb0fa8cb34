/* brat_files.c - the files that brat.c reads: NAME.ann with NAME.txt, and directories of them. */
#include "datasets/brat.h"
#include "features/utf8.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static dx_status cannot(const char *path, dx_err *err)
{
	return dx_fail(err, DX_EIO, "%.150s: %s", path, strerror(errno));
}

/* The whole file, in the arena; up to one byte more than may be, so that the parser refuses it. */
static dx_status slurp(dx_str *out, const char *path, dx_arena *arena, dx_err *err)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0, cap = 0, got = 1;
	char *p = NULL;
	if (!f)
		return cannot(path, err);
	dx_status st = DX_OK;
	errno = 0;
	while (!st && got && n <= DX_BRAT_MOST) {
		if (n == cap) {
			char *more = realloc(p, cap = cap ? 2 * cap : 65536);
			if (!more) {
				st = dx_fail(err, DX_ENOMEM, "out of memory: %.150s", path);
				break;
			}
			p = more;
		}
		n += got = fread(p + n, 1, cap - n, f);
	}
	if (!st && ferror(f))
		st = cannot(path, err);
	fclose(f);
	char *copy = st ? NULL : dx_arena_scratch(arena, n + 1, 1);
	if (copy && n)
		memcpy(copy, p, n);
	free(p);
	*out = (dx_str){ copy, n };
	return st || copy ? st : dx_fail(err, DX_ENOMEM, "out of memory: %.150s", path);
}

/* The name without folders and ending, in UTF-8. */
static dx_status id_of(dx_str *id, const char *path, dx_arena *arena, dx_err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n_repaired;
	dx_str name = dx_str_of(slash ? slash + 1 : path);
	name.n -= name.n < 4 ? name.n : 4;
	return dx_utf8_repair(id, &n_repaired, name, arena, err);
}

dx_status dx_brat_read(dx_record *out, const char *path, dx_brat_log *log, dx_arena *arena, dx_err *err)
{
	dx_str id, text, notes;
	char *text_path = dx_arena_strdup(arena, dx_str_of(path));
	assert(dx_brat_named(path));
	if (!text_path)
		return dx_fail(err, DX_ENOMEM, "out of memory: file name");
	memcpy(text_path + strlen(path) - 4, ".txt", 4);
	dx_status st = id_of(&id, path, arena, err);
	if (!st)
		st = slurp(&notes, path, arena, err);
	if (!st)
		st = slurp(&text, text_path, arena, err);
	return st ? st : dx_brat_parse(out, id, text, notes, path, log, arena, err);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

dx_status dx_brat_list(const char ***out, size_t *n, const char *dir, dx_arena *arena, dx_err *err)
{
	const char **v = NULL;
	size_t cap = 0, n_dir = strlen(dir);
	dx_status st = DX_OK;
	struct dirent *e;
	DIR *d = opendir(dir);
	*n = 0;
	if (!d)
		return cannot(dir, err);
	while (!st && (e = readdir(d))) {
		if (!dx_brat_named(e->d_name))
			continue;
		const size_t n_name = strlen(e->d_name);
		char *path = dx_arena_array(arena, n_dir + n_name + 2, 1);
		if (path) {
			memcpy(path, dir, n_dir);
			path[n_dir] = '/';
			memcpy(path + n_dir + 1, e->d_name, n_name);
		}
		if (!path || !DX_PUSH(arena, v, *n, cap, path))
			st = dx_fail(err, DX_ENOMEM, "out of memory: list of files");
	}
	closedir(d);
	*out = st ? NULL : v;
	if (st)
		return st;
	if (!v)
		return dx_fail(err, DX_EIO, "%.150s: a directory without .ann files", dir);
	qsort(v, *n, sizeof *v, compare);
	return DX_OK;
}
