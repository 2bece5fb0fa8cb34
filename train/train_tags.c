#include "train/train_tags.h"
#include <pthread.h>
#include <stdlib.h>
#include "features/analyse.h"
#include "features/tagset.h"
#include "features/token_vector.h"
#include "model/decide_tags.h"
#include "train/chain_train.h"
#include "train/word_tags.h"

#define POS_BITS 16
#define NER_BITS 17

typedef struct { dx_seqs pos, ner; dx_word_tags words; dx_pack packed; dx_key_table table; } rows;

/* Features and silver labels of a document's sentences. */
static dx_status add_doc(rows *r, dx_doc *d, uint32_t group, dx_err *err)
{
	uint32_t feat[DX_NER_FEATURES];
	uint8_t *gold = dx_arena_alloc(d->arena, d->n_tok);
	dx_status st = gold ? DX_OK : dx_fail(err, DX_ENOMEM, "out of memory: silver tags");
	for (size_t i = 0; i < d->n_tok && !st; i++)
		gold[i] = d->tok[i].pos;
	for (size_t k = 0; k < d->n_sent && !st; k++) {
		dx_range s = d->sent[k];
		dx_tags_known(d, s, &r->table);
		for (size_t i = s.beg; i < s.end && !st; i++)
			st = dx_seqs_token(&r->pos, feat, dx_pos_features(feat, d, s, i, dx_no_table), gold[i], err);
		for (size_t i = s.beg; i < s.end; i++)
			d->tok[i].pos = gold[i];
		for (size_t i = s.beg; i < s.end && !st; i++)
			st = dx_seqs_token(&r->ner, feat, dx_ner_features(feat, d, s, i, dx_no_table), d->tok[i].ner, err);
		if (!st)
			st = dx_seqs_end(&r->pos, group, err);
		if (!st)
			st = dx_seqs_end(&r->ner, group, err);
	}
	return st;
}

static dx_status add_words(rows *r, dx_doc *d, uint32_t group, dx_err *err)
{
	(void)group;
	return dx_word_tags_add(&r->words, d, err);
}

typedef dx_status add_of(rows *r, dx_doc *d, uint32_t group, dx_err *err);

static dx_status each_doc(rows *r, add_of *add, const dx_record *recs, size_t n, const dx_silver *silver, const dx_header *header, dx_err *err)
{
	dx_arena *arena;
	dx_status st = dx_arena_new(&arena, err);
	size_t hint = 0;
	for (size_t i = 0; i < n && !st; i++) {
		size_t s = dx_silver_find(silver, recs[i].id, &hint);
		dx_doc doc;
		if (s == silver->n_doc)
			continue;
		st = dx_analyse(&doc, header, recs[i].text, arena, err);
		if (st)
			break;
		dx_silver_align(&doc, silver, s);
		st = add(r, &doc, (uint32_t)i, err);
		dx_arena_reset(arena);
	}
	dx_arena_free(arena);
	return st;
}

static dx_status collect(rows *r, const dx_record *recs, size_t n, const dx_silver *silver, const dx_header *header, dx_err *err)
{
	dx_status st = each_doc(r, add_words, recs, n, silver, header, err);
	if (!st)
		st = dx_word_tags_pack(&r->packed, &r->words, err);
	if (st)
		return st;
	dx_cursor c = { .p = r->packed.p, .n = r->packed.n };
	st = dx_key_table_unpack(&r->table, &c, "tags of words", DX_N_POS - 1, err);
	return st ? st : each_doc(r, add_doc, recs, n, silver, header, err);
}

typedef struct { dx_pack out; const dx_seqs *s; dx_chain_params par; dx_status st; dx_err err; } job;

static void *train(void *arg)
{
	job *j = arg;
	j->st = dx_chain_train(&j->out, j->s, &j->par, &j->err);
	return NULL;
}

static dx_status train_both(dx_writer *w, rows *r, const dx_train_options *opt, dx_err *err)
{
	job pos = { .s = &r->pos, .par = { .n_label = DX_N_POS, .bits = POS_BITS, .epochs = 5, .rate = 0.05, .decay = 1e-5, .least = 3,
		.seed = opt->seed, .what = "parts of speech", .progress = opt->progress, .progress_ctx = opt->progress_ctx } };
	job ner = { .s = &r->ner, .par = { .n_label = DX_N_NER, .bits = NER_BITS, .epochs = 6, .rate = 0.05, .decay = 1e-5, .least = 3,
		.seed = opt->seed, .what = "names" } };
	pthread_t other;
	bool thread = opt->threads > 1 && pthread_create(&other, NULL, train, &ner) == 0;
	train(&pos);
	if (thread)
		pthread_join(other, NULL);
	else
		train(&ner);
	dx_status st = pos.st ? pos.st : ner.st;
	if (st && err)
		*err = pos.st ? pos.err : ner.err;
	dx_pack_align(&r->packed, 64);
	dx_pack_bytes(&r->packed, pos.out.p, pos.out.n);
	dx_pack_align(&r->packed, 64);
	dx_pack_bytes(&r->packed, ner.out.p, ner.out.n);
	if (!st)
		st = r->packed.failed ? dx_fail(err, DX_ENOMEM, "out of memory: packing taggers") : dx_writer_put(w, "tags", r->packed.p, r->packed.n, err);
	free(pos.out.p);
	free(ner.out.p);
	return st;
}

dx_status dx_train_tags(dx_writer *w, const dx_record *recs, size_t n, const dx_silver *silver, const dx_train_options *opt,
                        dx_err *err)
{
	rows r = { 0 };
	dx_status st = collect(&r, recs, n, silver, opt->header, err);
	if (!st && !r.pos.n_seq)
		st = dx_fail(err, DX_EDATA, "no article of the training data has silver tokens");
	if (!st)
		st = train_both(w, &r, opt, err);
	free(r.packed.p);
	dx_word_tags_fini(&r.words);
	dx_seqs_fini(&r.pos);
	dx_seqs_fini(&r.ner);
	return st;
}
