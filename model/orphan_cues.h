/* orphan_cues.h - cues that the token chain is sure of and that the choice of contents left without one. The choice looks at contents alone;
 * here each orphan takes the candidate that raises the sum of contents and links most, against what it must push out (local search). */
#ifndef DX_ORPHAN_CUES_H
#define DX_ORPHAN_CUES_H
#include "model/decide_quotes.h"

/* The cue that a content most likely has, and the decision value of the link; DX_NO_PIECE when every link is more likely wrong. */
typedef struct { size_t cue; double value; } dx_cue_link;

/* Changes parts->content; parts->cand has the candidates with their scores. *out: the link of each content that there is then, in the
 * document's arena. O(cues) besides a sort. */
dx_status dx_orphans_adopt(dx_cue_link **out, dx_parts *parts, const dx_span_view *v, const dx_svm *link_cue, dx_err *err) DX_CHECKED;
#endif
