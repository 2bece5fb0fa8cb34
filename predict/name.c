#include "predict/name.h"

static const char *const TEXTS[] = { ".txt", ".jsonl", ".html", ".htm", ".xhtml", ".warc", NULL };
static const char *const PACKED[] = { ".gz", ".zst", ".xz", ".bz2", NULL };
static const char *const ARCHIVES[] = { ".tar", ".tgz", ".tzst", ".txz", ".tbz2", ".zip", NULL };
static const char *const JSON[] = { ".json", ".jsonl", NULL };
static const char *const TABLES[] = { ".tsv", ".csv", NULL };
static const char *const HTML[] = { ".html", ".htm", ".xhtml", NULL };

const char *dx_name_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Length of the ending of name[0, n) that is in the list; a name that is nothing but an ending has none. */
static size_t ending(const char *name, size_t n, const char *const *list)
{
	const size_t most = n - (size_t)(dx_name_base(name) - name);
	for (; *list; list++) {
		size_t k = strlen(*list);
		if (k < most && memcmp(name + n - k, *list, k) == 0)
			return k;
	}
	return 0;
}

/* Length of the name without the ending that says how it is compressed. */
static size_t bare(const char *name)
{
	size_t n = strlen(name);
	return n - ending(name, n, PACKED);
}

bool dx_name_packed(const char *name)
{
	size_t n = strlen(name);
	return ending(name, n, PACKED) || ending(name, n, ARCHIVES);
}

bool dx_name_wanted(const char *name)
{
	size_t n = bare(name);
	return ending(name, n, TEXTS) || ending(name, n, ARCHIVES);
}

bool dx_name_wanted_member(const char *name)
{
	return ending(name, strlen(name), TEXTS) != 0;
}

bool dx_name_is_json(const char *name)
{
	return ending(name, bare(name), JSON) != 0;
}

bool dx_name_is_table(const char *name)
{
	return ending(name, bare(name), TABLES) != 0;
}

bool dx_name_is_html(const char *name)
{
	return ending(name, bare(name), HTML) != 0;
}

dx_str dx_name_stem(const char *name)
{
	const char *base = dx_name_base(name);
	size_t n = bare(name);
	while (n > (size_t)(base - name) && name[n - 1] != '.')
		n--;
	/* Without a dot, or with none but the first of a hidden file: all of it. */
	return (dx_str){ name, n > (size_t)(base - name) + 1 ? n - 1 : bare(name) };
}
