/* names.h - compares names, and tells the form of a source. Folding a name: compatibility decomposition (NFKD), combining marks
 * away, lower case, possessive 's away, everything but letters, digits, _ ' and - a blank, articles in front away; what is
 * left is a list of words. Letters and digits are what Python's \w takes them for, so that figures equal those of scorers
 * that are written in it. */
#ifndef DX_NAMES_H
#define DX_NAMES_H
#include "features/quote.h"

typedef struct { dx_str *v; size_t n; } dx_words;        /* in the arena */

dx_status dx_name_fold(dx_words *out, dx_str name, dx_arena *arena, dx_err *err) DX_CHECKED;

/* strict: the same words, and one at least. */
bool dx_name_same(dx_words a, dx_words b);
/* loose: the words of one are among those of the other, and the last word is shared (or stands before jr, sr, ii, iii). */
bool dx_name_loose(dx_words a, dx_words b);

/* Is the name one that can be scored? Not where it is missing, "unknown" or "author". */
bool dx_name_known(dx_str speaker);

/* What the first piece of a source looks like. */
typedef enum { DX_FORM_NAME, DX_FORM_PRONOUN, DX_FORM_NOMINAL, DX_FORM_NONE, DX_N_FORM } dx_form;
dx_form dx_form_of(dx_str text, dx_spans source);
const char *dx_form_name(dx_form f);

bool dx_cp_is_word(uint32_t cp);                         /* \w: letters, numbers of any kind, _ */
bool dx_cp_is_blank(uint32_t cp);                        /* \s */
#endif
