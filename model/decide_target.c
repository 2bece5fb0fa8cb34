#include "model/decide_target.h"
#include <math.h>
#include <stdlib.h>

dx_status dx_target_load(dx_target_model *out, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	*out = (dx_target_model){ .present = false };
	if (!bytes.n)
		return DX_OK;
	const uint32_t version = dx_take_u32(&c);
	out->n = dx_take_u32(&c);
	if (c.bad || version != DX_TARGET_VERSION)
		return dx_fail(err, DX_EFORMAT, "section target: version %u, this program reads %u", version, DX_TARGET_VERSION);
	out->w = dx_take(&c, out->n, sizeof *out->w);
	if (c.bad || c.at != c.n || out->n > DX_TARGET_DIM)
		return dx_fail(err, DX_EFORMAT, "section target: %u features, %zu of %zu bytes", out->n, c.at, c.n);
	out->present = true;
	return DX_OK;
}

dx_status dx_target_put(dx_writer *to, const double *w, uint32_t n, dx_err *err)
{
	dx_pack out = { 0 };
	double most = 0;
	for (uint32_t i = 0; i < n; i++)
		most = fmax(most, fabs(w[i]));
	dx_pack_u32(&out, DX_TARGET_VERSION);
	dx_pack_u32(&out, n);
	for (uint32_t i = 0; i < n; i++) {
		const int16_t step = (int16_t)(most > 0 ? lrint(w[i] / most * INT16_MAX) : 0);
		dx_pack_bytes(&out, &step, sizeof step);
	}
	dx_status st = out.failed ? dx_fail(err, DX_ENOMEM, "out of memory: target") : dx_writer_put(to, "target", out.p, out.n, err);
	free(out.p);
	return st;
}

/* A candidate's features are there or not: all values are 1. */
static int64_t score(const dx_target_model *m, const dx_vec *x)
{
	int64_t sum = 0;
	for (size_t i = 0; i < x->n; i++)
		sum += x->f[i].i < m->n ? m->w[x->f[i].i] : 0;
	return sum;
}

dx_status dx_target_choose(dx_target_choice *out, const dx_stance_case *c, const dx_targets *t, const dx_target_model *m, dx_err *err)
{
	dx_target_pool p;
	dx_vec x = { .arena = c->doc->arena };
	*out = (dx_target_choice){ .text = { NULL, 0 } };
	dx_target_candidates(&p, t, c);
	size_t best = p.n;
	int64_t most = INT64_MIN;
	dx_status st = DX_OK;
	for (size_t i = 0; i < p.n && !st; i++) {
		st = dx_target_vector(&x, &p, i, err);
		const int64_t s = st ? INT64_MIN : score(m, &x);
		if (s > most) {
			most = s;
			best = i;
		}
	}
	if (st || best == p.n)
		return st;
	const dx_target_cand *b = &p.v[best];
	if (b->tok.beg < b->tok.end)
		out->span = dx_range_span(c->doc, b->tok);
	if (b->text.beg < b->text.end)
		out->last = c->doc->tok[b->text.end - 1].hash;
	if (b->name >= 0 && b->text.beg < b->text.end)
		out->name = dx_range_span(c->doc, (dx_range){ b->text.end - 1, b->text.end });
	return dx_target_text(&out->text, c->doc, b->text, err);
}
