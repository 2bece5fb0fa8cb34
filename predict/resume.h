/* resume.h - goes on where an earlier run was interrupted: the records that the output holds are passed over in the input. */
#ifndef DX_RESUME_H
#define DX_RESUME_H
#include <stdio.h>
#include "predict/run.h"

/* out: JSON lines that a run over the same inputs with the same options has written, open for reading and writing. A last line
 * that is not whole is cut off, and out is left at its end. rd has then given the inputs that belong to its lines, and those that
 * were passed over among them, which o->bad and o->repaired are told as in a run; all are counted in *sum.
 * Each line is compared with its input by id and text: DX_EDATA when they differ, and the output is then as it was but for the
 * cut. DX_EIO, DX_ENOMEM. Needs no model for what was done: some 100 MB/s. */
dx_status dx_resume(dx_run_totals *sum, FILE *out, const dx_run_opts *o, dx_reader *rd, dx_err *err) DX_CHECKED;
#endif
