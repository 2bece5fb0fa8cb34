/* fold.h - the folded copy of a text: what the words look like once form no longer matters.
 * Folds compatibility forms (NFKC, utf8proc), blanks of every kind to ' ', drops soft hyphens and zero-width characters, composes
 * combining marks, and undoes two common kinds of damage to quotation marks: HTML entities (&quot; &#8217; &amp; ...) and
 * UTF-8 read as Windows-1252 (three characters for a curly mark). Line feeds stay. Offsets map back to the original bytes. */
#ifndef DX_FOLD_H
#define DX_FOLD_H
#include "features/doc.h"

/* Fills doc->fold, low, n_fold, seam from doc->text[doc->body]. O(n). */
dx_status dx_fold(dx_doc *doc, dx_err *err) DX_CHECKED;

/* Original byte offset of a folded one (0..n_fold). Amortised O(1) for ascending calls with the same *hint (start at 0). */
uint32_t dx_unfold(const dx_doc *doc, uint32_t fold, size_t *hint);
#endif
