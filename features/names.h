/* names.h - a user's own list of canonical names and their aliases, which win over what the article calls people and bodies.
 *
 * One name a line, tab-separated: the canonical name, then aliases, in any order a field "kind=person" (or another kind of quote.h).
 * Lines that begin with # and blank lines are passed over. Case and diacritics of aliases do not count, nor does a leading "the". */
#ifndef DX_LISTED_NAMES_H
#define DX_LISTED_NAMES_H
#include "features/doc.h"
#include "features/quote.h"

typedef struct dx_names dx_names;                /* immutable after parsing, so threads may share it */

typedef struct {
	dx_str name;                             /* canonical; lives as long as the list */
	uint32_t id;                             /* 0 .. n - 1 */
	uint32_t line;
	uint8_t kind;                            /* dx_kind; DX_KIND_UNKNOWN: not given */
} dx_listed;

/* Reads a list; text (valid UTF-8) need not outlive the call. DX_EFORMAT with err->offset = line and a message without it. */
dx_status dx_names_parse(dx_names **out, dx_str text, dx_err *err) DX_CHECKED;
void dx_names_free(dx_names *names);             /* NULL is fine */
size_t dx_names_count(const dx_names *names);

/* The row whose name or alias the words of r are, or NULL. names may be NULL. O(words). */
const dx_listed *dx_names_find(const dx_names *names, const dx_doc *doc, dx_range r);
#endif
