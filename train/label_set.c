#include "train/label_set.h"

static int compare(dx_str a, dx_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static dx_status add_label(dx_stance_labels *l, dx_str s, dx_err *err)
{
	uint32_t i = 0;
	if (!s.n)
		return DX_OK;
	while (i < l->n && compare(l->name[i], s) < 0)
		i++;
	if (i < l->n && dx_str_eq(l->name[i], s))
		return DX_OK;
	if (l->n == DX_STANCE_LABELS)
		return dx_fail(err, DX_EDATA, "more than %d stance labels, the last is \"%.*s\"", DX_STANCE_LABELS, DX_ARG(s));
	memmove(l->name + i + 1, l->name + i, (l->n - i) * sizeof *l->name);
	l->name[i] = s;
	l->n++;
	return DX_OK;
}

int32_t dx_label_set_number(const dx_stance_labels *l, dx_str s)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (dx_str_eq(l->name[i], s))
			return (int32_t)i;
	return -1;
}

static bool means_neutral(dx_str s)
{
	static const char *const names[] = { "neutral", "none", "neither", "no stance", "unrelated" };
	for (size_t i = 0; i < DX_COUNT(names); i++) {
		size_t k = 0;
		while (k < s.n && names[i][k] && (s.p[k] | 32) == names[i][k])
			k++;
		if (k == s.n && !names[i][k])
			return true;
	}
	return false;
}

dx_status dx_label_set_find(dx_stance_labels *out, const dx_record *recs, size_t n, dx_err *err)
{
	dx_status st = DX_OK;
	*out = (dx_stance_labels){ .neutral = UINT32_MAX };
	for (size_t i = 0; i < n && !st; i++) {
		if (recs[i].is_statement)
			st = add_label(out, recs[i].stance, err);
		for (size_t q = 0; q < recs[i].n_quotes && !st; q++)
			st = add_label(out, recs[i].quotes[q].stance, err);
	}
	if (!st && out->n == 1)
		st = dx_fail(err, DX_EDATA, "stance: the training data have one label only, \"%.*s\": two are the least", DX_ARG(out->name[0]));
	if (!st && !out->n)
		st = dx_fail(err, DX_EDATA, "stance: nothing in the training data has a stance (a field or column \"stance\" or \"label\")");
	for (uint32_t i = 0; i < out->n && out->neutral == UINT32_MAX; i++)
		if (means_neutral(out->name[i]))
			out->neutral = i;
	return st;
}

void dx_label_set_pack(dx_pack *out, const dx_stance_labels *l)
{
	dx_pack_u32(out, DX_STANCE_VERSION);
	dx_pack_u32(out, l->n);
	dx_pack_u32(out, l->neutral);
	dx_pack_align(out, 8);
	for (uint32_t i = 0; i < l->n; i++)
		dx_pack_str(out, l->name[i]);
}
