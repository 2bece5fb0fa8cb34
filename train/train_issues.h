/* train_issues.h - trains section "issues" (model/decide_issue.h): what is said for and against issues of public debate. */
#ifndef DX_TRAIN_ISSUES_H
#define DX_TRAIN_ISSUES_H
#include "datasets/record.h"
#include "model/file.h"
#include "train/options.h"

/* Statements whose target is about an issue, called after the side that the labels are toward. Tells opt->note what cross-validation measured.
 * DX_EDATA where a target is about no issue, or called after the other side, or a label is rare. */
dx_status dx_train_issues(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err) DX_CHECKED;
#endif
