/* stance_roles.h - what the target and the holder of a stance do in their clause: the verb whose subject or object a name is, the words that
 * describe it, the verb that leads from the one to the other. A parser's work, done by rules over parts of speech (after dx_tags_decide;
 * without tags nothing is found). */
#ifndef DX_STANCE_ROLES_H
#define DX_STANCE_ROLES_H
#include "features/stance_items.h"

typedef struct { const dx_doc *doc; const dx_item *v; size_t n; } dx_items;

typedef enum {
	DX_ROLE_SUBJECT,                         /* verb of which the name is the subject */
	DX_ROLE_PASSIVE,                         /* verb done to it, or what it is said to be */
	DX_ROLE_OBJECT,                          /* verb, or noun with a preposition, before it */
	DX_ROLE_MODIFIER,                        /* adjective or noun before it, or its possession */
	DX_ROLE_FORTH,                           /* verb of which the holder is the subject and the target the object */
	DX_ROLE_BACK,                            /* the other way round */
	DX_N_ROLE
} dx_role_kind;

typedef struct {
	uint32_t item;                           /* the word */
	uint8_t kind;                            /* dx_role_kind */
	bool holder;                             /* it is the holder's role */
	bool passive;                            /* DX_ROLE_FORTH and DX_ROLE_BACK: the subject suffers */
	uint64_t prep;                           /* key of the preposition between; 0: none */
} dx_role;

#define DX_MOST_ROLES 64

/* Roles of up to three places of the target and of the holder; returns how many. O(items). */
size_t dx_roles_find(dx_role out[DX_MOST_ROLES], const dx_items *it);

/* Items of the clause around item i: up to breaks, conjunctions, relative pronouns and "that". */
dx_range dx_role_clause(const dx_items *it, size_t i);
#endif
