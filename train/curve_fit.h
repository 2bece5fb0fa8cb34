/* curve_fit.h - fits a curve (model/curve.h) to held-out decision values: rates of equal shares of the rows, made to rise by pooling
 * neighbours (pair-adjacent violators; Zadrozny & Elkan 2002: isotonic calibration). */
#ifndef DX_CURVE_FIT_H
#define DX_CURVE_FIT_H
#include "model/curve.h"

/* values [n]: held-out; y [n]: 1 where the row is of the class. Appends to out at the next multiple of 8. n must not be 0. */
dx_status dx_curve_fit(dx_pack *out, const double *values, const int32_t *y, size_t n, dx_err *err) DX_CHECKED;
#endif
