#include "features/analyse.h"
#include "features/fold.h"
#include "features/marks.h"
#include "features/segment.h"
#include "features/token.h"

dx_status dx_analyse(dx_doc *doc, const dx_header *header, dx_str text, dx_arena *arena, dx_err *err)
{
	*doc = (dx_doc){ .text = text, .arena = arena };
	dx_status st = dx_header_find(header, doc, err);
	if (!st)
		st = dx_fold(doc, err);
	if (!st)
		st = dx_tokenize(doc, err);
	if (!st)
		st = dx_segment(doc, err);
	if (!st)
		st = dx_marks_find(doc, err);
	return st;
}
