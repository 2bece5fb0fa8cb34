#include "predict/write.h"

/* Has a quote a field that only JSON holds? */
static bool has_extra(const dx_found *f)
{
	for (size_t i = 0; i < f->rec.n_quotes; i++)
		if (f->extra[i].n_toward || f->extra[i].why)
			return true;
	return false;
}

static dx_status record(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err)
{
	if (dx_record_is_new(&f->rec) && !has_extra(f))
		return dx_record_write_new(&f->rec, o->offsets, to, err);
	dx_status st = dx_found_update(f, o->offsets, err);
	return st ? st : dx_record_write(&f->rec, to, err);
}

const dx_format dx_write_jsonl = { .name = "jsonl", .record = record };
