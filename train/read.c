#include "train/read.h"
#include "features/analyse.h"

dx_status dx_train_read(dx_doc *out, dx_str text, const dx_train_options *opt, dx_arena *arena, dx_err *err)
{
	dx_status st = dx_analyse(out, opt->header, text, arena, err);
	return !st && opt->tags ? dx_tags_decide(out, opt->tags, err) : st;
}
