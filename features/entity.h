/* entity.h - mentions of one person or body joined: "Ann Poe", "Ms. Poe", "Poe"; "the International Rescue Panel", "IRP".
 * One canonical name each: the longest, earliest form without titles. Two people of one surname stay apart.
 * Knows nothing of quotes; whom "he" means is speaker.h's. */
#ifndef DX_ENTITY_H
#define DX_ENTITY_H
#include "features/mention.h"
#include "features/names.h"

#define DX_NAME_WORDS 8                          /* words of a name that are compared; the rest is ignored */
#define DX_ENT_ROLES 24                          /* words of titles and appositions that are kept */

typedef struct {
	dx_str name;                             /* canonical */
	dx_str title;                            /* longest title or apposition, n = 0 for none */
	uint64_t word[DX_NAME_WORDS];            /* keys of the name's words, small words left out */
	uint8_t n_word;
	uint8_t kind;                            /* dx_kind; UNKNOWN: a name that nothing tells more about */
	uint8_t gender;                          /* dx_gender */
	bool plural;
	bool conflict;                           /* titles and forenames do not agree about the gender */
	uint16_t nation, region;                 /* places.tsv, 0 for none: of its titles, or the place that it is */
	uint64_t role[DX_ENT_ROLES];             /* hashes of the words of its titles */
	uint16_t role_group[DX_ENT_ROLES];       /* rolegroups.tsv */
	uint8_t n_role;
	uint32_t first;                          /* first mention */
	uint32_t *mention;                       /* [n_mention] ascending */
	uint32_t n_mention;
	uint32_t n_full;                         /* mentions of two words or more, or with a title */
	const dx_listed *listed;                 /* its row in the user's list of names, or NULL */
	bool phrase;                             /* no name but a noun phrase that is a source of quotes (speaker.h) */
	uint64_t head;                           /* of a phrase: key and role group of its head noun */
	uint16_t head_group;
	bool indefinite;
	int32_t same_head;                       /* an earlier phrase with this head, or -1 */
} dx_ent;

typedef struct { dx_ent *v; size_t n; } dx_ents;

/* Joins the names of m; sets their entity. names is the user's list, whose names win, or NULL. Results live in doc->arena. O(mentions): chains of equal surnames are cut at a limit. */
dx_status dx_entities_find(dx_ents *out, dx_mentions *m, const dx_doc *doc, const dx_names *names, dx_err *err) DX_CHECKED;

/* What a word is compared by: lower case without diacritics, doubled letters and spelling habits (y/i, q/g) where loose. */
uint64_t dx_name_key(const dx_doc *doc, size_t tok, bool loose);
/* The name [r.beg, r.end) as it stands in the text, blanks made single. */
dx_status dx_name_text(dx_str *out, const dx_doc *doc, dx_range r, dx_err *err) DX_CHECKED;
/* Adds the role words of r to e's. */
void dx_ent_add_roles(dx_ent *e, const dx_doc *doc, dx_range r);
#endif
