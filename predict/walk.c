#include "predict/walk.h"
#include "predict/name.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A directory on the way: its entries in order, directories with a slash at their end. */
typedef struct dx_level {
	struct dx_level *up;
	char *dir;
	char **name;
	size_t n, cap, at;
} level;

static void level_free(level *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		free(l->name[i]);
	free(l->name);
	free(l->dir);
	free(l);
}

/* a/b, without doubling the slash; with a slash at the end when asked for. NULL: memory is out. */
static char *join(const char *a, const char *b, const char *tail)
{
	size_t n_a = strlen(a), n_b = strlen(b), n_t = strlen(tail);
	bool slash = n_a && a[n_a - 1] != '/';
	char *p = malloc(n_a + slash + n_b + n_t + 1);
	if (!p)
		return NULL;
	memcpy(p, a, n_a);
	p[n_a] = '/';
	memcpy(p + n_a + slash, b, n_b);
	memcpy(p + n_a + slash + n_b, tail, n_t + 1);
	return p;
}

static bool ends_in(const char *name, const char *tail)
{
	size_t n = strlen(name), t = strlen(tail);
	return n > t && strcmp(name + n - t, tail) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add(level *l, const char *name, const char *tail)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		char **p = realloc(l->name, cap * sizeof *p);
		if (!p)
			return false;
		l->name = p;
		l->cap = cap;
	}
	char *copy = join("", name, tail);
	if (!copy)
		return false;
	l->name[l->n++] = copy;
	return true;
}

/* Takes name if it is a directory or an article file. A link counts as what it points to, but not as a directory. */
static bool consider(level *l, DIR *d, const char *name)
{
	struct stat s;
	if (name[0] == '.' || fstatat(dirfd(d), name, &s, AT_SYMLINK_NOFOLLOW))
		return true;
	if (S_ISDIR(s.st_mode))
		return add(l, name, "/");
	if (!dx_name_wanted(name))
		return true;
	if (S_ISLNK(s.st_mode) && (fstatat(dirfd(d), name, &s, 0) || S_ISDIR(s.st_mode)))
		return true;
	return add(l, name, "");
}

static dx_status level_read(level *l, dx_err *err)
{
	struct dirent *e;
	DIR *d = opendir(l->dir);
	bool room = true;
	if (!d)
		return dx_fail(err, errno == ENOMEM ? DX_ENOMEM : DX_EIO, "%s", strerror(errno));
	errno = 0;
	while (room && (e = readdir(d))) {
		room = consider(l, d, e->d_name);
		errno = 0;
	}
	int why = errno;
	closedir(d);
	if (!room)
		return dx_fail(err, DX_ENOMEM, "out of memory: directory");
	if (why)
		return dx_fail(err, DX_EIO, "%s", strerror(why));
	if (l->n)
		qsort(l->name, l->n, sizeof *l->name, by_name);
	return DX_OK;
}

/* Goes into a directory; takes over dir. */
static dx_status enter(dx_walk *w, char *dir, dx_err *err)
{
	level *l = calloc(1, sizeof *l);
	if (!l) {
		free(dir);
		return dx_fail(err, DX_ENOMEM, "out of memory: directory");
	}
	l->dir = dir;
	l->up = w->top;
	w->top = l;
	dx_status st = level_read(l, err);
	if (!st && !l->n && !l->up)
		st = dx_fail(err, DX_EIO, "no " DX_NAME_WANTED " in this directory");
	return st;
}

static void leave(dx_walk *w)
{
	level *l = w->top;
	w->top = l->up;
	level_free(l);
}

static bool is_dir(const char *path)
{
	struct stat s;
	return strcmp(path, "-") && stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* The next name, of the innermost directory or of the list; NULL with DX_OK at the end. */
static dx_status next_name(char **out, dx_walk *w, dx_err *err)
{
	*out = NULL;
	while (w->top && w->top->at == w->top->n)
		leave(w);
	if (!w->top && w->at == w->n_paths)
		return DX_OK;
	*out = w->top ? join(w->top->dir, w->top->name[w->top->at++], "") : join("", w->paths[w->at++], "");
	return *out ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: path");
}

dx_status dx_walk_next(const char **path, dx_walk *w, dx_err *err)
{
	for (;;) {
		bool inside, dir;
		dx_status st;
		free(w->path);
		w->path = NULL;
		*path = NULL;
		if ((st = next_name(&w->path, w, err)) || !w->path)
			return st;
		*path = w->path;
		inside = w->top != NULL;
		dir = inside ? ends_in(w->path, "/") : is_dir(w->path);
		if (!dir)
			return DX_OK;
		char *copy = join("", w->path, "");
		st = copy ? enter(w, copy, err) : dx_fail(err, DX_ENOMEM, "out of memory: path");
		if (st)
			return st;
	}
}

void dx_walk_fini(dx_walk *w)
{
	while (w->top)
		leave(w);
	free(w->path);
	w->path = NULL;
}
