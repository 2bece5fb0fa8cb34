/* test_chain.c - linear chains: decoding against brute force, marginals against enumeration, training, damaged bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include "train/chain_train.h"

#define L 3
#define N 5

static uint64_t state = 7;

static float draw(void)
{
	state = dx_mix(state, 0x1234567);
	return (float)(state >> 40) / 16777216.0f * 4 - 2;
}

static dx_chain toy(float *trans)
{
	for (int i = 0; i < (L + 1) * L; i++)
		trans[i] = draw();
	dx_chain m = { .n_label = L, .stride = 8, .trans = trans, .scale = 1 };
	dx_chain_ready(&m);
	return m;
}

static double path_score(const dx_chain *m, const float *score, const int *y)
{
	double s = m->trans[L * L + y[0]] + score[y[0]];
	for (int t = 1; t < N; t++)
		s += m->trans[y[t - 1] * L + y[t]] + score[8 * t + y[t]];
	return s;
}

/* Every labelling of N tokens: calls see(ctx, y). */
static void enumerate(void (*see)(void *ctx, const int *y), void *ctx)
{
	int y[N] = { 0 };
	for (int code = 0; code < 243; code++) {
		int c = code;
		for (int t = 0; t < N; t++, c /= L)
			y[t] = c % L;
		see(ctx, y);
	}
}

typedef struct { const dx_chain *m; const float *score; double best, z, p[N][L]; int y[N]; } brute;

static void see(void *ctx, const int *y)
{
	brute *b = ctx;
	double s = path_score(b->m, b->score, y);
	if (s > b->best) {
		b->best = s;
		memcpy(b->y, y, sizeof b->y);
	}
	b->z += exp(s);
	for (int t = 0; t < N; t++)
		b->p[t][y[t]] += exp(s);
}

static void test_against_enumeration(void **unused)
{
	(void)unused;
	for (int round = 0; round < 50; round++) {
		float trans[(L + 1) * L], score[8 * N] = { 0 }, p[8 * N], scratch[8 * N];
		uint8_t label[N];
		dx_chain m = toy(trans);
		for (int t = 0; t < N; t++)
			for (int y = 0; y < L; y++)
				score[8 * t + y] = draw();
		brute b = { .m = &m, .score = score, .best = -1e9 };
		enumerate(see, &b);
		dx_chain_best(label, &m, score, N, scratch);
		dx_chain_marginals(p, &m, score, N, scratch);
		for (int t = 0; t < N; t++) {
			assert_int_equal(label[t], b.y[t]);
			for (int y = 0; y < L; y++)
				assert_true(fabs(p[8 * t + y] - b.p[t][y] / b.z) < 1e-6);
		}
	}
}

/* Label = word modulo 2, but every second token of the sequence is 2 whatever the word: needs words and transitions. */
static void toy_data(dx_seqs *s, size_t n)
{
	dx_err err;
	uint64_t r = 99;
	for (size_t q = 0; q < n; q++) {
		for (int t = 0; t < 6; t++) {
			r = dx_mix(r, 5);
			uint32_t word = (uint32_t)(r >> 33) % 40, feat[2] = { 1000 + word, 7 };
			assert_int_equal(dx_seqs_token(s, feat, 2, (uint8_t)(t % 2 ? 2 : word % 2), &err), DX_OK);
		}
		assert_int_equal(dx_seqs_end(s, (uint32_t)q, &err), DX_OK);
	}
}

static dx_chain_params params(void)
{
	return (dx_chain_params){ .n_label = 3, .bits = 12, .epochs = 10, .rate = 0.1, .decay = 1e-5, .least = 1, .seed = 3, .what = "toy" };
}

static void test_training(void **unused)
{
	(void)unused;
	dx_seqs s = { 0 };
	dx_pack a = { 0 }, b = { 0 };
	dx_chain m;
	dx_err err;
	dx_chain_params par = params();
	toy_data(&s, 200);
	assert_int_equal(dx_chain_train(&a, &s, &par, &err), DX_OK);
	assert_int_equal(dx_chain_train(&b, &s, &par, &err), DX_OK);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	dx_cursor c = { .p = a.p, .n = a.n };
	assert_int_equal(dx_chain_unpack(&m, &c, 3, &err), DX_OK);
	size_t wrong = 0;
	for (size_t q = 0; q < s.n_seq; q++) {
		float score[6 * 8], scratch[6 * 8];
		uint8_t label[6];
		for (size_t t = 0; t < 6; t++)
			dx_chain_score(score + 8 * t, &m, s.feat + s.beg[s.seq[q] + t], 2);
		dx_chain_best(label, &m, score, 6, scratch);
		for (size_t t = 0; t < 6; t++)
			wrong += label[t] != s.label[s.seq[q] + t];
	}
	assert_int_equal(wrong, 0);
	free(a.p);
	free(b.p);
	dx_seqs_fini(&s);
}

static void test_fold_left_out(void **unused)
{
	(void)unused;
	dx_seqs s = { 0 };
	dx_pack out = { 0 };
	dx_err err;
	toy_data(&s, 4);
	uint32_t fold[4] = { 1, 1, 1, 1 };
	dx_chain_params par = params();
	par.fold_of = fold;
	par.fold = 1;
	assert_int_equal(dx_chain_train(&out, &s, &par, &err), DX_EDATA);
	assert_non_null(strstr(err.msg, "toy"));
	par.fold = 0;
	assert_int_equal(dx_chain_train(&out, &s, &par, &err), DX_OK);
	free(out.p);
	dx_seqs_fini(&s);
}

static void test_damaged_bytes(void **unused)
{
	(void)unused;
	dx_seqs s = { 0 };
	dx_pack out = { 0 };
	dx_err err;
	dx_chain m;
	dx_chain_params par = params();
	par.bits = 8;
	toy_data(&s, 4);
	assert_int_equal(dx_chain_train(&out, &s, &par, &err), DX_OK);
	for (size_t n = 0; n < out.n; n += n < 200 ? 1 : 97) {
		dx_cursor c = { .p = out.p, .n = n };
		err.msg[0] = 0;
		assert_int_equal(dx_chain_unpack(&m, &c, 3, &err), DX_EFORMAT);
		assert_true(err.msg[0] != 0);
	}
	dx_cursor other = { .p = out.p, .n = out.n };
	assert_int_equal(dx_chain_unpack(&m, &other, 4, &err), DX_EFORMAT);
	free(out.p);
	dx_seqs_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_enumeration),
		cmocka_unit_test(test_training),
		cmocka_unit_test(test_fold_left_out),
		cmocka_unit_test(test_damaged_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
