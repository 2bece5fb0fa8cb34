/* test_stance_roles.c - what the target and the holder do in their clause (features/stance_roles.h), the first verb behind a cue, and tables of words with one part of
 * speech (model/key_table.h, train/word_tags.h). */
#include "features/stance_roles.h"
#include "features/tagset.h"
#include "features/token_vector.h"
#include "model/decide_tags.h"
#include "tests/article.h"
#include "train/word_tags.h"

typedef article fixture;

/* A sentence written as word/TAG with blanks between, where the tag of a name is TARGET or HOLDER: its items. */
static void items_of(dx_items *out, dx_doc *doc, const fixture *f, const char *tagged)
{
	char text[400] = "", tag[40][8], word[40];
	size_t n = 0;
	int used;
	dx_err err;
	for (const char *p = tagged; sscanf(p, " %39[^/]/%7s%n", word, tag[n], &used) == 2; p += used, n++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", n && word[0] != '\'' ? " " : "", word);
	char *kept = dx_arena_alloc(f->arena, strlen(text) + 1);
	dx_item *v = dx_arena_array(f->arena, n, sizeof *v);
	strcpy(kept, text);
	assert_int_equal(dx_analyse(doc, f->header, dx_str_of(kept), f->arena, &err), DX_OK);
	assert_int_equal(doc->n_tok, n);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t kind = !strcmp(tag[i], "TARGET") ? DX_ITEM_TARGET : !strcmp(tag[i], "HOLDER") ? DX_ITEM_HOLDER
		               : doc->tok[i].kind == DX_TOK_PUNCT ? DX_ITEM_BREAK : DX_ITEM_WORD;
		doc->tok[i].pos = (uint8_t)dx_pos_of_penn(dx_str_of(tag[i]));
		v[i] = (dx_item){ .key = doc->tok[i].hash, .tok = i, .kind = kind, .word = kind == DX_ITEM_WORD ? doc->tok[i].word : &dx_word_none };
	}
	*out = (dx_items){ doc, v, n };
}

/* "kind:word" of every role, in the order found: T for the target's, H for the holder's, + where the subject suffers. */
static void check(const fixture *f, const char *tagged, const char *wanted)
{
	static const char *const KIND[DX_N_ROLE] = { "subject", "passive", "object", "modifier", "forth", "back" };
	char got[400] = "";
	dx_role role[DX_MOST_ROLES];
	dx_items it;
	dx_doc doc;
	items_of(&it, &doc, f, tagged);
	size_t n = dx_roles_find(role, &it);
	for (size_t i = 0; i < n; i++) {
		dx_str w = dx_tok_low(&doc, doc.tok + it.v[role[i].item].tok);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %s%s:%.*s%s", i ? ", " : "", role[i].holder ? "H" : "T", KIND[role[i].kind],
		         role[i].passive ? "+" : "", DX_ARG(w), role[i].prep ? "*" : "");
	}
	assert_string_equal(got, wanted);
}

static void test_roles(void **state)
{
	const fixture *f = *state;
	check(f, "Voss/TARGET lied/VBD again/RB", "T subject:lied");
	check(f, "Voss/TARGET has/VBZ been/VBN sharply/RB criticised/VBN ./.", "T passive:criticised");
	check(f, "Voss/TARGET is/VBZ a/DT liar/NN ./.", "T passive:liar");
	check(f, "the/DT embattled/JJ minister/NN Voss/TARGET resigned/VBD", "T subject:resigned, T modifier:minister, T modifier:embattled");
	check(f, "Voss/TARGET 's/POS brave/JJ stand/NN", "T modifier:brave, T modifier:stand");
	check(f, "they/PRP attacked/VBD Voss/TARGET", "T object:attacked");
	check(f, "their/PRP$ anger/NN at/IN Voss/TARGET grows/VBZ", "T subject:grows, T object:anger*");
	check(f, "it/PRP rained/VBD ,/, said/VBD Voss/TARGET", "T object:said");
	check(f, "Voss/TARGET", "");
}

static void test_shared_verb(void **state)
{
	const fixture *f = *state;
	check(f, "Orlin/HOLDER praised/VBD Voss/TARGET", "H subject:praised, T object:praised, T forth:praised");
	check(f, "Orlin/HOLDER was/VBD praised/VBN by/IN Voss/TARGET", "H passive:praised, T object:praised*, T forth+:praised");
	check(f, "Voss/TARGET sued/VBD Orlin/HOLDER", "T subject:sued, H object:sued, H back:sued");
	check(f, "Orlin/HOLDER slept/VBD ,/, Voss/TARGET sang/VBD", "H subject:slept, T subject:sang");
}

static void test_clause(void **state)
{
	dx_items it;
	dx_doc doc;
	items_of(&it, &doc, *state, "rain/NN fell/VBD and/CC brave/JJ Voss/TARGET smiled/VBD ,/, he/PRP left/VBD");
	dx_range r = dx_role_clause(&it, 4);
	assert_int_equal(r.beg, 3);
	assert_int_equal(r.end, 6);
}

/* Names by the hundred: no more roles than there is room for, and none outside of the items. */
static void test_many(void **state)
{
	const fixture *f = *state;
	dx_items it;
	dx_doc doc;
	dx_role role[DX_MOST_ROLES];
	dx_item v[200];
	items_of(&it, &doc, f, "Orlin/HOLDER praised/VBD brave/JJ old/JJ Voss/TARGET");
	for (size_t i = 0; i < DX_COUNT(v); i++)
		v[i] = it.v[i % it.n];
	const dx_items many = { &doc, v, DX_COUNT(v) };
	size_t n = dx_roles_find(role, &many);
	assert_true(n > 10 && n <= DX_MOST_ROLES);
	for (size_t i = 0; i < n; i++)
		assert_true(role[i].item < many.n && many.v[role[i].item].kind == DX_ITEM_WORD);
}

/* Features of the first verb behind the cue, in the vector of a quote whose cue (empty: none) and content are these tokens; returns how many. */
static size_t head_features(uint32_t out[8], const fixture *f, const char *tagged, dx_range cue, dx_range content)
{
	dx_items it;
	dx_doc doc;
	dx_vec x = { .arena = f->arena };
	dx_err err;
	size_t n = 0;
	items_of(&it, &doc, f, tagged);
	const dx_stance_case c = { .doc = &doc, .kind = DX_STANCE_QUOTE, .cue = { &cue, cue.end > cue.beg }, .content = { &content, 1 } };
	assert_int_equal(dx_stance_vector(&x, NULL, &c, &err), DX_OK);
	for (size_t i = 0; i < x.n; i++)
		if (dx_stance_family_of(x.f[i].i) == DX_SF_HEAD) {
			assert_true(n < 8);
			out[n++] = x.f[i].i;
		}
	return n;
}

static bool same(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	return n_a == n_b && !memcmp(a, b, n_a * sizeof *a);
}

/* What is promised counts with the promise: block and build differ, and so do promise and refusal; nouns, and quotes without a cue, have none. */
static void test_first_verb(void **state)
{
	const fixture *f = *state;
	const dx_range cue = { 2, 3 }, content = { 3, 7 }, none = { 0, 0 };
	uint32_t a[8], b[8];
	const size_t n = head_features(a, f, "The/DT mayor/NN promised/VBD to/TO block/VB the/DT toll/NN ./.", cue, content);
	assert_int_equal(n, 3);
	assert_true(same(a, n, b, head_features(b, f, "A/DT clerk/NN promised/VBD to/TO block/VB a/DT fee/NN ./.", cue, content)));
	assert_false(same(a, n, b, head_features(b, f, "The/DT mayor/NN promised/VBD to/TO build/VB the/DT toll/NN ./.", cue, content)));
	assert_false(same(a, n, b, head_features(b, f, "The/DT mayor/NN refused/VBD to/TO block/VB the/DT toll/NN ./.", cue, content)));
	assert_int_equal(head_features(b, f, "The/DT mayor/NN promised/VBD a/DT road/NN block/NN soon/RB ./.", cue, content), 0);
	assert_int_equal(head_features(b, f, "The/DT mayor/NN promised/VBD to/TO block/VB the/DT toll/NN ./.", none, content), 0);
}

/* Words that hardly ever have a second tag are known, others and names are not. */
static void test_word_tags(void **state)
{
	const fixture *f = *state;
	dx_word_tags words = { 0 };
	dx_pack pack = { 0 };
	dx_key_table known;
	dx_err err;
	dx_doc doc;
	assert_int_equal(dx_analyse(&doc, f->header, DX_STR("the report Voss"), f->arena, &err), DX_OK);
	for (int i = 0; i < 400; i++) {
		doc.tok[0].pos = i ? DX_POS_DT : DX_POS_NNP;     /* one slip in 400 is let pass */
		doc.tok[1].pos = i % 3 ? DX_POS_NN : DX_POS_VBP;
		doc.tok[2].pos = DX_POS_NNP;
		assert_int_equal(dx_word_tags_add(&words, &doc, &err), DX_OK);
	}
	assert_int_equal(dx_word_tags_pack(&pack, &words, &err), DX_OK);
	dx_cursor c = { .p = pack.p, .n = pack.n };
	assert_int_equal(dx_key_table_unpack(&known, &c, "words", DX_N_POS - 1, &err), DX_OK);
	assert_int_equal(c.at, pack.n);
	dx_tags_known(&doc, (dx_range){ 0, 3 }, &known);
	assert_int_equal(doc.tok[0].pos, DX_POS_DT);
	assert_int_equal(doc.tok[1].pos, DX_POS_NONE);
	assert_int_equal(doc.tok[2].pos, DX_POS_NONE);
	dx_word_tags_fini(&words);
	free(pack.p);
}

static dx_status unpack(const uint64_t *slot, uint32_t bits, uint8_t most)
{
	dx_pack p = { 0 };
	dx_key_table t;
	dx_err err;
	dx_pack_u32(&p, bits);
	dx_pack_align(&p, 8);
	dx_pack_bytes(&p, slot, sizeof *slot << (bits & 7));
	dx_cursor c = { .p = p.p, .n = p.n };
	dx_status st = dx_key_table_unpack(&t, &c, "words", most, &err);
	free(p.p);
	return st;
}

static void test_key_table(void **state)
{
	(void)state;
	enum { N = 1000 };
	static dx_key_value v[N];
	dx_pack p = { 0 };
	dx_key_table t;
	dx_err err;
	for (size_t i = 0; i < N; i++)
		v[i] = (dx_key_value){ dx_mix(i, 7), (uint8_t)(1 + i % 200) };
	assert_int_equal(dx_key_table_pack(&p, v, N, &err), DX_OK);
	dx_cursor c = { .p = p.p, .n = p.n };
	assert_int_equal(dx_key_table_unpack(&t, &c, "words", 200, &err), DX_OK);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(dx_key_table_find(&t, v[i].key), v[i].value);
		assert_int_equal(dx_key_table_find(&t, dx_mix(i, 8)), 0);
	}
	free(p.p);
	/* Damaged ones: a value out of range, no empty slot to stop at, more slots than bytes. */
	assert_int_equal(unpack((const uint64_t[]){ 0x105, 0 }, 1, 5), DX_OK);
	assert_int_equal(unpack((const uint64_t[]){ 0x106, 0 }, 1, 5), DX_EFORMAT);
	assert_int_equal(unpack((const uint64_t[]){ 0x100, 0 }, 1, 5), DX_EFORMAT);
	assert_int_equal(unpack((const uint64_t[]){ 0x105, 0x205 }, 1, 5), DX_EFORMAT);
	assert_int_equal(unpack((const uint64_t[]){ 0x105, 0 }, 17, 5), DX_EFORMAT);
	assert_int_equal(unpack((const uint64_t[]){ 0x105, 0 }, 25, 5), DX_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roles), cmocka_unit_test(test_shared_verb), cmocka_unit_test(test_clause), cmocka_unit_test(test_many),
		cmocka_unit_test(test_first_verb), cmocka_unit_test(test_word_tags), cmocka_unit_test(test_key_table),
	};
	return cmocka_run_group_tests(tests, article_setup, article_teardown);
}
