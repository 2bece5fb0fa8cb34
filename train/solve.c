#include "train/solve.h"
#include <math.h>

static bool decompose(double *h, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j <= i; j++) {
			double s = h[(size_t)i * n + j];
			for (uint32_t k = 0; k < j; k++)
				s -= h[(size_t)i * n + k] * h[(size_t)j * n + k];
			if (i == j && !(s > 0))
				return false;
			h[(size_t)i * n + j] = i == j ? sqrt(s) : s / h[(size_t)j * n + j];
		}
	return true;
}

bool dx_solve(double *step, double *h, const double *grad, uint32_t n)
{
	if (!decompose(h, n))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		double s = grad[i];
		for (uint32_t k = 0; k < i; k++)
			s -= h[(size_t)i * n + k] * step[k];
		step[i] = s / h[(size_t)i * n + i];
	}
	for (uint32_t i = n; i-- > 0;) {
		double s = step[i];
		for (uint32_t k = i + 1; k < n; k++)
			s -= h[(size_t)k * n + i] * step[k];
		step[i] = s / h[(size_t)i * n + i];
	}
	return true;
}
