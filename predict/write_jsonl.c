#include "predict/write.h"

static dx_status record(FILE *to, dx_found *f, const dx_write_opts *o, dx_err *err)
{
	dx_status st = dx_found_update(f, o->offsets, err);
	return st ? st : dx_record_write(&f->rec, to, err);
}

const dx_format dx_write_jsonl = { .name = "jsonl", .record = record };
