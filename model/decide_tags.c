#include "model/decide_tags.h"
#include "features/tagset.h"
#include "features/token_vector.h"

dx_status dx_tags_unpack(dx_tags_model *out, dx_str s, dx_err *err)
{
	dx_cursor c = { .p = s.p, .n = s.n };
	*out = (dx_tags_model){ 0 };
	if (!s.p)
		return DX_OK;
	dx_status st = dx_key_table_unpack(&out->known, &c, "tags of words", DX_N_POS - 1, err);
	dx_take_align(&c, 64);
	if (!st)
		st = dx_chain_unpack(&out->pos, &c, DX_N_POS, err);
	dx_take_align(&c, 64);
	if (!st)
		st = dx_chain_unpack(&out->ner, &c, DX_N_NER, err);
	out->present = !st;
	return st;
}

dx_status dx_tags_load(dx_tags_model *out, const dx_file *f, dx_err *err)
{
	return dx_tags_unpack(out, dx_file_section(f, "tags"), err);
}

void dx_tags_known(dx_doc *d, dx_range s, const dx_key_table *known)
{
	for (size_t i = s.beg; i < s.end; i++)
		d->tok[i].pos = dx_tok_one_tag(d->tok + i) ? dx_key_table_find(known, d->tok[i].hash) : DX_POS_NONE;
}

typedef size_t features_of(uint32_t *out, const dx_doc *d, dx_range s, size_t i, dx_table rows);

typedef struct { float *score, *best; uint8_t *label; } scratch;

/* Labels the tokens of one sentence. */
static void label(scratch *tmp, const dx_doc *d, dx_range s, const dx_chain *m, features_of *features)
{
	uint32_t feat[2][DX_NER_FEATURES];
	size_t n[2] = { 0 };
	for (size_t i = s.beg; i <= s.end; i++) {        /* a token ahead, as in quote_chain.c */
		size_t now = i & 1;
		if (i < s.end)
			n[now] = features(feat[now], d, s, i, dx_chain_table(m));
		if (i > s.beg)
			dx_chain_score(tmp->score + (i - 1 - s.beg) * m->stride, m, feat[!now], n[!now]);
	}
	dx_chain_best(tmp->label, m, tmp->score, s.end - s.beg, tmp->best);
}

static size_t longest(const dx_doc *d)
{
	size_t n = 0;
	for (size_t k = 0; k < d->n_sent; k++)
		n = d->sent[k].end - d->sent[k].beg > n ? d->sent[k].end - d->sent[k].beg : n;
	return n;
}

dx_status dx_tags_decide(dx_doc *d, const dx_tags_model *m, dx_err *err)
{
	size_t n = m->present ? longest(d) : 0;
	scratch tmp = { .score = dx_arena_scratch(d->arena, n, DX_CHAIN_LABELS * sizeof(float)), .label = dx_arena_alloc(d->arena, n),
		.best = dx_arena_scratch(d->arena, n, DX_CHAIN_LABELS * sizeof(float)) };
	if (!tmp.score || !tmp.label || !tmp.best)
		return dx_fail(err, DX_ENOMEM, "out of memory: tagging a sentence of %zu tokens", n);
	for (size_t k = 0; n && k < d->n_sent; k++) {
		dx_range s = d->sent[k];
		dx_tags_known(d, s, &m->known);
		label(&tmp, d, s, &m->pos, dx_pos_features);
		for (size_t i = s.beg; i < s.end; i++)
			d->tok[i].pos = tmp.label[i - s.beg];
		label(&tmp, d, s, &m->ner, dx_ner_features);
		for (size_t i = s.beg; i < s.end; i++)
			d->tok[i].ner = tmp.label[i - s.beg];
	}
	return DX_OK;
}
