#include "features/issue.h"
#include "features/lexicon.h"

/* The list's values come in pairs: an issue, and what is called after its other side. */
static dx_issue issue_of_value(unsigned v)
{
	return (dx_issue){ (uint8_t)((v + 1) / 2), v && v % 2 == 0 };
}

dx_issue dx_issue_of(const dx_doc *target)
{
	unsigned found = 0;
	for (size_t i = 0; i + 1 < target->n_tok && !found; i++)
		found = dx_lexicon_find(dx_mix(target->tok[i].hash, target->tok[i + 1].hash))->v[DX_LEX_ISSUES];
	for (size_t i = 0; i < target->n_tok && !found; i++)
		found = target->tok[i].word->v[DX_LEX_ISSUES];
	return issue_of_value(found);
}
