/* solve.h - linear equations with a symmetric, positive definite matrix, as Newton's method asks for. */
#ifndef DX_SOLVE_H
#define DX_SOLVE_H
#include "features/base.h"

/* step[n] = h^-1 grad by Cholesky decomposition of h [n][n], of which the lower triangle is read and overwritten. False when rounding has left
 * the matrix without one. O(n^3). */
bool dx_solve(double *step, double *h, const double *grad, uint32_t n);
#endif
