/* label_set.h - the stance labels of training data: whatever they are, ascending. */
#ifndef DX_LABEL_SET_H
#define DX_LABEL_SET_H
#include "datasets/record.h"
#include "model/stance_head.h"

/* Labels of all statements and quotes, ascending in byte order; they point into the records. The neutral one is called neutral, none, neither, ...
 * DX_EDATA for fewer than two, or more than DX_STANCE_LABELS. */
dx_status dx_label_set_find(dx_stance_labels *out, const dx_record *recs, size_t n, dx_err *err) DX_CHECKED;

/* -1: none of them. */
int32_t dx_label_set_number(const dx_stance_labels *l, dx_str s);

/* As dx_stance_labels_take reads them. */
void dx_label_set_pack(dx_pack *out, const dx_stance_labels *l);
#endif
