/* quote.h - what dixit says of an article: quotes and entities. Plain data; strings and arrays live in the arena of
 * whoever made them. Used by the record format, by the decisions and by the scorer. */
#ifndef DX_QUOTE_H
#define DX_QUOTE_H
#include "features/arena.h"

/* Every enum below has a name table in quote.c, in this order; the names are those of the record format. */
typedef enum { DX_DIRECT, DX_INDIRECT, DX_MIXED, DX_N_TYPE } dx_quote_type;
typedef enum { DX_KIND_UNKNOWN, DX_KIND_PERSON, DX_KIND_ORGANIZATION, DX_KIND_PLACE, DX_KIND_GROUP, DX_KIND_DOCUMENT,
	DX_N_KIND } dx_kind;
typedef enum { DX_ACT_NONE, DX_ACT_SPEECH, DX_ACT_THOUGHT, DX_ACT_OTHER, DX_N_ACT } dx_act;

typedef struct { dx_span *v; size_t n; } dx_spans;       /* ordered, disjoint pieces of one role */

/* A label with its probability; the label set belongs to the stance model. */
typedef struct { dx_str label; double p; } dx_label_p;

typedef struct {
	dx_quote_type type;
	dx_spans content, cue, source;           /* content has a piece at least; cue and source may have none */
	dx_str speaker;                          /* canonical name; n = 0: not known */
	dx_kind kind;
	dx_act act;                              /* DX_ACT_NONE: not given */
	int32_t entity;                          /* index of the article's entities, -1 for none */
	dx_str stance, target;                   /* n = 0: not given */
	dx_span target_span;                     /* empty: not given */
	dx_label_p *p;                           /* [n_p] probability of each stance label; NULL with n_p = 0 */
	size_t n_p;
	double conf_quote, conf_speaker, conf_stance;    /* probabilities; negative: not given */
} dx_quote;

typedef struct {
	dx_str name, title;                      /* title n = 0: none known */
	dx_kind kind;
	dx_spans mentions;
} dx_entity;

const char *dx_type_name(dx_quote_type t);
const char *dx_kind_name(dx_kind k);
const char *dx_act_name(dx_act a);               /* "" for DX_ACT_NONE */
/* The value of a name; false when there is none of that name. */
bool dx_type_parse(dx_quote_type *out, dx_str name);
bool dx_kind_parse(dx_kind *out, dx_str name);
bool dx_act_parse(dx_act *out, dx_str name);

/* The type of a quote that names none: direct when every piece begins with a mark, mixed when there is a mark at all. */
dx_quote_type dx_quote_guess_type(const dx_spans *content, dx_str text);

/* A quote with every optional field empty. */
dx_quote dx_quote_empty(void);
#endif
