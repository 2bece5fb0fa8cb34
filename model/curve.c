#include "model/curve.h"
#include <math.h>

dx_status dx_curve_unpack(dx_curve *out, dx_cursor *c, dx_err *err)
{
	dx_take_align(c, 8);
	out->n = dx_take_u32(c);
	dx_take_align(c, 8);
	if (c->bad || !out->n || out->n > DX_CURVE_KNOTS)
		return dx_fail(err, DX_EFORMAT, "curve: %u knots, 1 to %d wanted", out->n, DX_CURVE_KNOTS);
	out->value = dx_take(c, out->n, sizeof *out->value);
	out->p = dx_take(c, out->n, sizeof *out->p);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "curve: %u knots do not fit their section", out->n);
	for (uint32_t i = 0; i < out->n; i++)
		if (!isfinite(out->value[i]) || !(out->p[i] >= 0 && out->p[i] <= 1) ||
		    (i && (out->value[i] <= out->value[i - 1] || out->p[i] < out->p[i - 1])))
			return dx_fail(err, DX_EFORMAT, "curve: knot %u is out of order or range", i);
	return DX_OK;
}

double dx_curve_at(const dx_curve *c, double value)
{
	uint32_t i = 0;
	while (i < c->n && c->value[i] < value)
		i++;
	if (i == 0 || i == c->n)
		return c->p[i ? c->n - 1 : 0];
	double share = (value - c->value[i - 1]) / (c->value[i] - c->value[i - 1]);
	return c->p[i - 1] + share * (c->p[i] - c->p[i - 1]);
}
