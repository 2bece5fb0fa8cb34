/* walk.h - the files that a list of paths names: itself, or what lies in a directory (what name.h wants, recursively, in
 * byte order, no hidden ones). Links to directories are not followed inside a directory, so that a walk ends. */
#ifndef DX_WALK_H
#define DX_WALK_H
#include "features/base.h"

/* Set paths and n_paths, zero the rest. Holds the names of the directories on the way, not of the whole tree. */
typedef struct {
	const char *const *paths;
	size_t n_paths, at;
	struct dx_level *top;                    /* directories being read, innermost first */
	char *path;                              /* the last path given */
} dx_walk;

/* *path = NULL at the end. A failure concerns one directory, which *path names; the next call goes on behind it. The
 * path is valid until the next call. */
dx_status dx_walk_next(const char **path, dx_walk *w, dx_err *err) DX_CHECKED;
void dx_walk_fini(dx_walk *w);
#endif
