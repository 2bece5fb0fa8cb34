/* curve.h - a rising curve from decision values to probabilities, straight between its knots. It fits where a sigmoid does not: values of a
 * support vector machine crowd at its margins, and on either side of the crowd probabilities differ. Fitted by train/curve_fit.h. */
#ifndef DX_CURVE_H
#define DX_CURVE_H
#include "model/file.h"

#define DX_CURVE_KNOTS 64                                /* most knots */

typedef struct { const double *value, *p; uint32_t n; } dx_curve;        /* [n] each: values ascending, probabilities not falling; a view */

/* Views a packed curve at the next multiple of 8; DX_EFORMAT where it is none. */
dx_status dx_curve_unpack(dx_curve *out, dx_cursor *c, dx_err *err) DX_CHECKED;
/* Probability of a value; that of the first or last knot beyond them. */
double dx_curve_at(const dx_curve *c, double value);
#endif
