#include "model/decide_target.h"
#include <math.h>

dx_status dx_target_load(dx_target_model *out, dx_str bytes, dx_err *err)
{
	dx_cursor c = { .p = bytes.p, .n = bytes.n };
	*out = (dx_target_model){ .present = false };
	if (!bytes.n)
		return DX_OK;
	const uint32_t version = dx_take_u32(&c);
	dx_take_align(&c, 8);
	if (c.bad || version != DX_TARGET_VERSION)
		return dx_fail(err, DX_EFORMAT, "section target: version %u, this program reads %u", version, DX_TARGET_VERSION);
	dx_status st = dx_svm_unpack(&out->svm, &c, err);
	if (!st && (out->svm.kernel != DX_SVM_LINEAR || out->svm.n_class != 2 || out->svm.n_feat > DX_TARGET_DIM || c.at != c.n))
		st = dx_fail(err, DX_EFORMAT, "section target: %u classes, %u features, %zu of %zu bytes", out->svm.n_class, out->svm.n_feat, c.at, c.n);
	out->present = !st;
	return st;
}

dx_status dx_target_choose(dx_target_choice *out, const dx_stance_case *c, const dx_targets *t, const dx_target_model *m, dx_err *err)
{
	dx_target_pool p;
	dx_vec x = { .arena = c->doc->arena };
	*out = (dx_target_choice){ .text = { NULL, 0 } };
	dx_target_candidates(&p, t, c);
	size_t best = p.n;
	double most = -HUGE_VAL;
	dx_status st = DX_OK;
	for (size_t i = 0; i < p.n && !st; i++) {
		st = dx_target_vector(&x, &p, i, err);
		const double s = st ? 0 : dx_svm_yes(&m->svm, x.f, x.n);
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
