/* explain_stance.h - why a stance was decided as it was. */
#ifndef DX_EXPLAIN_STANCE_H
#define DX_EXPLAIN_STANCE_H
#include "model/decide_stance.h"

/* What a feature, or the article's other quotes, added to the log odds of the label that won over the next one. Exact: all is linear. */
typedef struct { dx_str what; double weight; } dx_stance_reason;

/* The most reasons for s (by absolute weight, strongest first) into the arena of c->doc. c: its case as it was given, toward: the same quote toward the
 * target that was chosen, NULL where s is not by_target. */
dx_status dx_stance_explain(dx_stance_reason **out, size_t *n, size_t most, const dx_stance *s, dx_stance_case *c, dx_stance_case *toward,
                            const dx_stance_model *m, dx_err *err) DX_CHECKED;
#endif
