/* dixit.h - the library: reads a news article and says what was said in it, who said it, and where they stand.
 *
 *	#include <dixit.h>
 *	...
 *	dx_dixit *dixit;
 *	dx_dixit_result *found;
 *	char why[DX_DIXIT_MESSAGE];
 *	if (dx_dixit_open(&dixit, "default.dixit", why))
 *		... why says what is wrong with the file
 *	if (dx_dixit_analyse(&found, dixit, text, n_bytes, NULL, why))
 *		... why says what is wrong with the text
 *	for (size_t i = 0; i < found->n_quotes; i++)
 *		printf("%.*s\n", (int)found->quotes[i].speaker.n, found->quotes[i].speaker.p);
 *	dx_dixit_result_free(found);
 *	dx_dixit_close(dixit);
 *
 * Strings are UTF-8, a pointer and a length in bytes, and NOT terminated by NUL. Positions are byte offsets into the text that
 * was given. The library prints nothing, never exits, and keeps no state besides what it returns.
 * Threads: an open dx_dixit never changes, so any number of threads may analyse with one at the same time. A result
 * belongs to who asked for it. Closing is for when no call is running; results outlive it.
 * Structs grow at their end only; ask dx_dixit_version for what is linked. Compile with
 * `cc prog.c -ldixit -lpcre2-8 -lutf8proc -ljansson -lm -lpthread`. */
#ifndef DIXIT_H
#define DIXIT_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DX_DIXIT_API __attribute__((visibility("default")))
#define DX_DIXIT_CHECKED __attribute__((warn_unused_result))
#else
#define DX_DIXIT_API
#define DX_DIXIT_CHECKED
#endif

#define DX_DIXIT_MESSAGE 200                             /* room for a message, its NUL included */

typedef enum {
	DX_DIXIT_OK,                             /* 0, everywhere */
	DX_DIXIT_NO_MEMORY,
	DX_DIXIT_UNREADABLE,                     /* the model file could not be read */
	DX_DIXIT_BAD_MODEL,                      /* it is damaged, or of another version */
	DX_DIXIT_BAD_TEXT,                       /* not UTF-8 */
	DX_DIXIT_TOO_LARGE,                      /* more than 4 GB */
	DX_DIXIT_FAILED,                         /* anything else; the message says what */
	DX_DIXIT_BAD_NAMES                       /* a list of names with a line that is wrong; the message says which and why */
} dx_dixit_status;

typedef struct { const char *p; size_t n; } dx_dixit_str;            /* n = 0: there is none */
typedef struct { uint32_t beg, end; } dx_dixit_span;                 /* bytes, half-open */
typedef struct { const dx_dixit_span *v; size_t n; } dx_dixit_spans; /* in order, disjoint; n = 0: there are none */
typedef struct { dx_dixit_str label; double p; } dx_dixit_label;

typedef enum { DX_DIXIT_DIRECT, DX_DIXIT_INDIRECT, DX_DIXIT_MIXED } dx_dixit_type;
typedef enum { DX_DIXIT_UNKNOWN, DX_DIXIT_PERSON, DX_DIXIT_ORGANIZATION, DX_DIXIT_PLACE, DX_DIXIT_GROUP,
	DX_DIXIT_DOCUMENT } dx_dixit_kind;
typedef enum { DX_DIXIT_NO_ACT, DX_DIXIT_SPEECH, DX_DIXIT_THOUGHT, DX_DIXIT_OTHER } dx_dixit_act;

typedef struct {
	dx_dixit_type type;
	dx_dixit_act act;
	dx_dixit_spans content, cue, source;     /* a content in two pieces is one quote */
	dx_dixit_str speaker;                    /* the fullest form of the name that the article uses */
	dx_dixit_kind kind;                      /* of the speaker */
	int32_t entity;                          /* index of entities, -1: none */
	dx_dixit_str stance, target;             /* where the speaker stands, toward what */
	dx_dixit_span target_span;               /* empty: the target is not named in the text */
	const dx_dixit_label *stances;           /* [n_stances] probability of each label */
	size_t n_stances;
	double p_quote, p_speaker, p_stance;     /* probabilities; negative: none given */
} dx_dixit_quote;

typedef struct {
	dx_dixit_str name, title;
	dx_dixit_kind kind;
	dx_dixit_spans mentions;
} dx_dixit_entity;

typedef struct {
	const dx_dixit_quote *quotes;            /* [n_quotes] in the order of the text */
	size_t n_quotes;
	const dx_dixit_entity *entities;         /* [n_entities] */
	size_t n_entities;
} dx_dixit_result;

typedef struct dx_dixit_names dx_dixit_names;

typedef struct {
	double threshold;                        /* least probability of a quote, 0 to 1; 0.25 is best for F1, a higher one surer */
	const char *target;                      /* stance toward this, NUL-terminated; NULL: toward what each quote is about */
	const dx_dixit_names *names;             /* canonical names that win over the article's own; NULL: none */
	double min_confidence;                   /* a stance less probable than this is left out (n = 0); 0: none is */
} dx_dixit_options;

typedef struct dx_dixit dx_dixit;

/* "0.1.0" of the library that is linked. */
DX_DIXIT_API const char *dx_dixit_version(void);

/* Opens a model file. On failure *out is NULL and message (NULL: not wanted) has one line for the user. */
DX_DIXIT_API dx_dixit_status dx_dixit_open(dx_dixit **out, const char *path, char message[DX_DIXIT_MESSAGE]) DX_DIXIT_CHECKED;
DX_DIXIT_API void dx_dixit_close(dx_dixit *dixit);       /* NULL is fine */

/* Reads a list of names: tab-separated lines of a canonical name and other names for it, and, in any order, a field "kind=person" (or
 * organization, place, group, document). Lines that begin with # are passed over. It must outlive the results that it was used for. */
DX_DIXIT_API dx_dixit_status dx_dixit_names_open(dx_dixit_names **out, const char *path, char message[DX_DIXIT_MESSAGE]) DX_DIXIT_CHECKED;
DX_DIXIT_API void dx_dixit_names_close(dx_dixit_names *names);       /* NULL is fine */

/* Analyses n bytes of text, which need not outlive the call. options NULL: { 0.25, NULL, NULL, 0 }. On failure *out is NULL.
 * Time and memory grow in proportion to n. */
DX_DIXIT_API dx_dixit_status dx_dixit_analyse(dx_dixit_result **out, const dx_dixit *dixit, const char *text, size_t n,
	const dx_dixit_options *options, char message[DX_DIXIT_MESSAGE]) DX_DIXIT_CHECKED;
DX_DIXIT_API void dx_dixit_result_free(dx_dixit_result *result);     /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
