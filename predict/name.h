/* name.h - what the name of a file tells: whether it is an article's, whether it is packed, and the id that it gives. */
#ifndef DX_NAME_H
#define DX_NAME_H
#include "features/base.h"

/* The files that a directory is searched for: see DX_NAME_WANTED, and each of these packed (.gz .zst .xz .bz2), and archives. */
#define DX_NAME_WANTED "*.txt, *.jsonl, *.html or *.warc"
bool dx_name_wanted(const char *name);
/* The same for a member of an archive, which must not be packed once more. */
bool dx_name_wanted_member(const char *name);
/* Does the name say that the bytes are compressed or an archive? */
bool dx_name_packed(const char *name);

/* Does the name, without an ending that says how it is packed, end in one of these? */
bool dx_name_is_json(const char *name);          /* .json, .jsonl */
bool dx_name_is_table(const char *name);         /* .tsv, .csv */
bool dx_name_is_html(const char *name);          /* .html, .htm, .xhtml */

/* The name without what says how it is packed and without extension; the directory stays. "a/b.txt.gz" gives "a/b". */
dx_str dx_name_stem(const char *name);
/* The last component of a path. */
const char *dx_name_base(const char *path);
#endif
