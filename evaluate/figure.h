/* figure.h - makes figures of counts: precision, recall, F1, shares, macro F1, calibration error. Values are shares (0..1);
 * dx_percent makes the printed ones. */
#ifndef DX_FIGURE_H
#define DX_FIGURE_H
#include "evaluate/score.h"

typedef struct { double p, r, f; } dx_prf;

dx_prf dx_prf_of(const dx_cell *c);                      /* 0 where there is nothing to divide by */
double dx_cell_value(const dx_cell *c, dx_metric m);     /* F1, or the share of an ACC metric; NaN where there are no gold things */

/* Printed figures: 66.7 for two of three. The order of the operations is that of the Python scorer, because rounding shows it. */
double dx_percent(double share);
double dx_percent_of(double hit, double n);              /* 0 for n = 0 */
dx_prf dx_prf_percent(const dx_cell *c);
double dx_cell_percent(const dx_cell *c, dx_metric m);   /* F1 or share; 0 where there is nothing */
double dx_round1(double v);                              /* to one decimal, half to even */

/* A choice of labels, in order; -1 stands for one that never occurs. */
typedef struct { int32_t *v; size_t n; } dx_label_set;

/* The labels of macro F1: those that occur in gold. With as_default, where these are all of support, oppose and neutral: the
 * three, whether they occur or not, so that figures of several articles can be compared. */
dx_status dx_labels_macro(dx_label_set *out, const dx_scores *s, const dx_verdicts *v, bool as_default, dx_err *err) DX_CHECKED;

/* The labels of F-avg: those named; where none are, those that occur in gold but for neutral and none. */
dx_status dx_labels_subset(dx_label_set *out, const dx_scores *s, const dx_verdicts *v, const char *const *names,
                           size_t n_names, dx_err *err) DX_CHECKED;
bool dx_labels_default(const dx_scores *s, const dx_verdicts *v);    /* are all gold labels support, oppose or neutral? */

/* Gold label by predicted label; the last column: none given. */
typedef struct { size_t n_labels; double *n; } dx_confusion;     /* n: [n_labels][n_labels + 1] */

/* What falls into one slice, each unit as often as weight says (NULL: once). Fills n, which is of the right size. */
void dx_confusion_count(dx_confusion *c, const dx_verdicts *v, int slice, const double *weight);
dx_status dx_confusion_new(dx_confusion *out, const dx_scores *s, dx_err *err) DX_CHECKED;

dx_cell dx_confusion_cell(const dx_confusion *c, int32_t label);         /* hits, gold and predicted of one label */
double dx_confusion_total(const dx_confusion *c);
double dx_confusion_accuracy(const dx_confusion *c);                     /* NaN when empty */
double dx_confusion_macro(const dx_confusion *c, dx_label_set labels);   /* mean F1 of the labels; NaN when empty */
/* As printed: the mean of the printed F1 of each label, as the Python scorer takes it. */
double dx_macro_percent(const dx_confusion *c, dx_label_set labels);

double dx_calibration_total(const dx_calibration *c);
/* Expected calibration error: mean over all of |share right - confidence| of their bin; NaN when empty. */
double dx_calibration_error(const dx_calibration *c);
#endif
