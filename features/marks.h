/* marks.h - quotation marks paired into quoted stretches, with repairs (field notes: every kind of mark that news carries).
 * Handled: curly and straight, single against apostrophe, '' and ``, guillemets and low marks, ' opened and " closed,
 * reversed curly marks, unclosed (ends with its paragraph, or goes on where the next paragraph opens with a mark again), nested with other or the same
 * marks, inch and foot marks, clipped words ('90s), ditto marks and bullets. */
#ifndef DX_MARKS_H
#define DX_MARKS_H
#include "features/doc.h"

#define DX_MARKS_DEPTH 3                         /* marks open at a time; deeper ones are taken for no marks */

/* Fills doc->stretch and the tokens' depth. Needs dx_segment. O(n). A stretch stays in its paragraph:
 * - `continued`: a quote that the paragraph before left open, with a new mark (the news convention) or without (broken off
 *   in mid-sentence by an advert or a line feed); then open is DX_MK_NONE and the stretch begins with its first word;
 * - without a closing mark (close is DX_MK_NONE) it ends with its paragraph, or before the next quote of that paragraph. */
dx_status dx_marks_find(dx_doc *doc, dx_err *err) DX_CHECKED;
#endif
