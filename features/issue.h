/* issue.h - which issue of public debate a target is about, by the words and phrases of features/lexicon/issues.tsv. What is said for and against an
 * issue can be learned once and used for every target that is about it, however it is called (model/decide_issue.h). */
#ifndef DX_ISSUE_H
#define DX_ISSUE_H
#include "features/doc.h"

typedef struct {
	uint8_t number;                          /* 1 .. as the list has them; 0: none of them */
	bool against;                            /* the target is called after the other side: for "gun rights" is against "gun control" */
} dx_issue;

/* Issue of a target, whose text is a document of its own, cut into words. A phrase of two words tells before a word of it alone does. O(words). */
dx_issue dx_issue_of(const dx_doc *target);
#endif
