/* The modules between bytes and marks: arena, utf8, fold, header, token, segment. */
#include "features/analyse.h"
#include "features/fold.h"
#include "features/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

typedef struct { dx_arena *arena; dx_header *header; } fixture;

static int setup(void **state)
{
	fixture *f = calloc(1, sizeof *f);
	*state = f;
	return !f || dx_arena_new(&f->arena, NULL) || dx_header_new(&f->header, NULL);
}

static int teardown(void **state)
{
	fixture *f = *state;
	dx_arena_free(f->arena);
	dx_header_free(f->header);
	free(f);
	return 0;
}

/* ---- arena ---- */

static void test_arena(void **state)
{
	fixture *f = *state;
	for (size_t n = 0; n < 300; n++) {
		char *p = dx_arena_alloc(f->arena, n * n);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n * n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n * n);
	}
	const size_t large = (size_t)9 << 20;
	char *p = dx_arena_alloc(f->arena, large);
	assert_non_null(p);
	assert_int_equal((uintptr_t)p % 16, 0);
	assert_true(p[0] == 0 && !memcmp(p, p + 1, large - 1));
	memset(p, 0xff, large);
	dx_arena_reset(f->arena);
	dx_arena_reset(f->arena);
	char *s = dx_arena_strdup(f->arena, DX_STR("a\0b"));
	assert_memory_equal(s, "a\0b", 4);
	assert_string_equal(dx_arena_strdup(f->arena, (dx_str){ NULL, 0 }), "");
	assert_null(dx_arena_array(f->arena, SIZE_MAX / 2, 3));
	assert_null(dx_arena_alloc(f->arena, SIZE_MAX));
	dx_arena_free(NULL);
}

static void test_arena_push(void **state)
{
	fixture *f = *state;
	uint32_t *v = NULL;
	size_t n = 0, cap = 0;
	for (uint32_t i = 0; i < 10000; i++)
		assert_true(DX_PUSH(f->arena, v, n, cap, i * i));
	assert_int_equal(n, 10000);
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(v[i], i * i);
}

/* ---- utf8 ---- */

#define GOOD SIZE_MAX

static const struct { const char *name; dx_str text; size_t bad; size_t n_repaired; const char *repaired; } UTF8[] = {
	{ "empty", { "", 0 }, GOOD, 0, "" },
	{ "ASCII", { "abc", 3 }, GOOD, 0, "abc" },
	{ "NUL is fine", { "a\0b", 3 }, GOOD, 0, NULL },
	{ "two, three, four bytes", { "é€😀", 9 }, GOOD, 0, "é€😀" },
	{ "last of each length", { "\x7f\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf", 10 }, GOOD, 0, NULL },
	{ "either side of the surrogates", { "\xed\x9f\xbf\xee\x80\x80", 6 }, GOOD, 0, NULL },
	{ "lone continuation", { "ab\x80""cd", 5 }, 2, 1, "ab\xef\xbf\xbd""cd" },
	{ "overlong, two bytes", { "a\xc0\xafz", 4 }, 1, 1, "a\xef\xbf\xbdz" },
	{ "overlong, C1", { "\xc1\xbfz", 3 }, 0, 1, "\xef\xbf\xbdz" },
	{ "overlong, three bytes", { "abc\xe0\x9f\xbfz", 7 }, 3, 1, "abc\xef\xbf\xbdz" },
	{ "overlong, four bytes", { "\xf0\x8f\xbf\xbfz", 5 }, 0, 1, "\xef\xbf\xbdz" },
	{ "surrogate", { "a\xed\xa0\x80z", 5 }, 1, 1, "a\xef\xbf\xbdz" },
	{ "above U+10FFFF", { "a\xf4\x90\x80\x80z", 6 }, 1, 1, "a\xef\xbf\xbdz" },
	{ "F5", { "a\xf5\x80\x80\x80z", 6 }, 1, 1, "a\xef\xbf\xbdz" },
	{ "FF and FE", { "\xff" "a\xfe", 3 }, 0, 2, "\xef\xbf\xbd""a\xef\xbf\xbd" },
	{ "cut after one of two", { "abcdefghij\xc3", 11 }, 10, 1, "abcdefghij\xef\xbf\xbd" },
	{ "cut after two of three", { "a\xe2\x82", 3 }, 1, 1, "a\xef\xbf\xbd" },
	{ "cut after three of four", { "a\xf0\x9f\x98", 4 }, 1, 1, "a\xef\xbf\xbd" },
	{ "wrong second byte", { "a\xe2z\x80", 4 }, 1, 2, "a\xef\xbf\xbdz\xef\xbf\xbd" },
	{ "wrong third byte", { "a\xe2\x82z", 4 }, 1, 1, "a\xef\xbf\xbdz" },
	{ "bad behind good", { "€€\xe2\x82", 8 }, 6, 1, "€€\xef\xbf\xbd" },
	{ "one run of bad bytes", { "a\x80\x81\x82z\x80", 6 }, 1, 2, "a\xef\xbf\xbdz\xef\xbf\xbd" },
	{ "bad in the ninth byte", { "12345678\x80", 9 }, 8, 1, "12345678\xef\xbf\xbd" },
};

static void test_utf8(void **state)
{
	fixture *f = *state;
	for (size_t i = 0; i < DX_COUNT(UTF8); i++) {
		dx_err err = { .offset = GOOD };
		dx_status st = dx_utf8_check(UTF8[i].text, &err);
		if ((st == DX_OK) != (UTF8[i].bad == GOOD) || err.offset != UTF8[i].bad)
			fail_msg("%s: status %d at %zu", UTF8[i].name, st, err.offset);
		if (st)
			assert_int_equal(st, DX_EUTF8);
		dx_str out;
		size_t n;
		assert_int_equal(dx_utf8_repair(&out, &n, UTF8[i].text, f->arena, NULL), DX_OK);
		assert_int_equal(n, UTF8[i].n_repaired);
		assert_int_equal(dx_utf8_check(out, NULL), DX_OK);
		if (UTF8[i].repaired && !dx_str_eq(out, dx_str_of(UTF8[i].repaired)))
			fail_msg("%s: repaired to %.*s", UTF8[i].name, DX_ARG(out));
	}
	assert_int_equal(dx_utf8_check((dx_str){ "", DX_TEXT_MOST + 1 }, NULL), DX_ELIMIT);
}

static void test_code_points(void **state)
{
	(void)state;
	char buf[4];
	size_t len;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		size_t n = dx_utf8_encode(buf, cp);
		assert_true(n >= 1 && n <= 4);
		assert_int_equal(dx_utf8_check((dx_str){ buf, n }, NULL), DX_OK);
		assert_int_equal(dx_utf8_decode(buf, n, &len), cp);
		assert_int_equal(len, n);
	}
	assert_true(dx_cp_is_letter('z') && dx_cp_is_letter(0xe9) && dx_cp_is_letter(0x416) && !dx_cp_is_letter('@') && !dx_cp_is_letter('['));
	assert_true(dx_cp_is_upper('Z') && dx_cp_is_upper(0x130) && !dx_cp_is_upper('z') && !dx_cp_is_upper('_'));
	assert_true(dx_cp_is_digit('0') && dx_cp_is_digit('9') && dx_cp_is_digit(0x663) && !dx_cp_is_digit(':') && !dx_cp_is_digit('/'));
	assert_true(dx_cp_is_mark(0x301) && !dx_cp_is_mark('a') && !dx_cp_is_mark(0xe9));
}

/* ---- fold ---- */

static const struct { const char *name, *text, *fold, *low; } FOLD[] = {
	{ "plain", "Plain Text", "Plain Text", "plain text" },
	{ "blanks", "a\xc2\xa0" "b\xe2\x80\x89" "c\td\r\ne", "a b c d \ne", "a b c d \ne" },
	{ "soft hyphen", "co\xc2\xadop", "coop", "coop" },
	{ "zero width", "\xef\xbb\xbf" "Za\xe2\x80\x8bra\xe2\x80\x8f", "Zara", "zara" },
	{ "decomposed", "Erdog\xcc\x86" "an", "Erdo\xc4\x9f" "an", "erdo\xc4\x9f" "an" },
	{ "composed", "\xc3\x89" "dith", "\xc3\x89" "dith", "\xc3\xa9" "dith" },
	{ "ligature", "\xef\xac\x81rst", "first", "first" },
	{ "full width", "\xef\xbc\xa1\xef\xbc\x91", "A1", "a1" },
	{ "entities", "&quot;R&amp;D&quot;&nbsp;&#8220;x&#x201D;", "\"R&D\" “x”", "\"r&d\" “x”" },
	{ "no entities", "AT&T &; &#; &#x; &#99999999; &bogus; R&", "AT&T &; &#; &#x; &#99999999; &bogus; R&", "at&t &; &#; &#x; &#99999999; &bogus; r&" },
	{ "dropped and Windows-1252 entities", "co&#173;op&#8203; &#147;x&#148; it&#146;s", "coop “x” it’s", "coop “x” it’s" },
	{ "Windows-1252 as control characters", "\xc2\x93x\xc2\x94 it\xc2\x92s \xc2\x96 so\xc2\x85", "“x” it’s – so…", "“x” it’s – so…" },
	{ "mojibake", "â€œxâ€\xc2\x9d itâ€™s", "“x” it’s", "“x” it’s" },
	{ "mojibake dash and ellipsis", "aâ€”b â€“ câ€¦", "a—b – c…", "a—b – c…" },
	{ "lower case of another length", "\xc4\xb0zmir", "\xc4\xb0zmir", "\xc4\xb0zmir" },
	{ "fractions", "1\xc2\xbd or \xe2\x85\x93", "1 1/2 or  1/3", "1 1/2 or  1/3" },
	{ "what would be several tokens stays", "\xe2\x91\xb4 5\xe2\x80\xb3 \xc2\xb4", "\xe2\x91\xb4 5\xe2\x80\xb3 \xc2\xb4", "\xe2\x91\xb4 5\xe2\x80\xb3 \xc2\xb4" },
	{ "marks stay", "“a” ‘b’ «c» „d“", "“a” ‘b’ «c» „d“", "“a” ‘b’ «c» „d“" },
	{ "too large a fold stays", "\xef\xb7\xba", "\xef\xb7\xba", "\xef\xb7\xba" },
	{ "nothing", "", "", "" },
};

static dx_doc whole(fixture *f, const char *text)
{
	dx_doc d = { .text = dx_str_of(text), .arena = f->arena };
	d.body.end = (uint32_t)d.text.n;
	return d;
}

static void test_fold(void **state)
{
	fixture *f = *state;
	for (size_t i = 0; i < DX_COUNT(FOLD); i++) {
		dx_doc d = whole(f, FOLD[i].text);
		assert_int_equal(dx_fold(&d, NULL), DX_OK);
		if (!dx_str_eq((dx_str){ d.fold, d.n_fold }, dx_str_of(FOLD[i].fold)))
			fail_msg("%s: %.*s", FOLD[i].name, (int)d.n_fold, d.fold);
		if (!dx_str_eq((dx_str){ d.low, d.n_fold }, dx_str_of(FOLD[i].low)))
			fail_msg("%s, lower case: %.*s", FOLD[i].name, (int)d.n_fold, d.low);
		uint32_t last = 0;
		size_t hint = 0, other = 0;
		for (uint32_t k = 0; k <= d.n_fold; k++) {
			uint32_t at = dx_unfold(&d, k, &hint);
			assert_true(at >= last && at <= d.text.n);
			last = at;
			assert_int_equal(dx_unfold(&d, (uint32_t)d.n_fold - k, &other), dx_unfold(&d, (uint32_t)d.n_fold - k, &(size_t){ 0 }));
		}
	}
}

static void test_unfold(void **state)
{
	dx_doc d = whole(*state, "x&quot;co\xc2\xadop\xef\xac\x81 end");
	static const uint32_t WANT[] = { 0, 1, 7, 8, 11, 12, 13, 13, 16, 17, 18, 19, 20 };
	assert_int_equal(dx_fold(&d, NULL), DX_OK);
	assert_int_equal(d.n_fold + 1, DX_COUNT(WANT));
	size_t hint = 0;
	for (uint32_t i = 0; i <= d.n_fold; i++)
		assert_int_equal(dx_unfold(&d, i, &hint), WANT[i]);
}

/* ---- properties of every analysed document ---- */

static bool on_boundary(const dx_doc *d, uint32_t at)
{
	return at == d->text.n || (at < d->text.n && ((unsigned char)d->text.p[at] & 0xc0) != 0x80);
}

static void check_ranges(const dx_doc *d, const dx_range *r, size_t n)
{
	uint32_t at = 0;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(r[i].beg, at);
		assert_true(r[i].end > at);
		at = r[i].end;
	}
	assert_int_equal(at, d->n_tok);
}

static void check_doc(const dx_doc *d)
{
	uint32_t at = d->body.beg, fold = 0;
	for (size_t i = 0; i < d->n_tok; i++) {
		const dx_tok *t = d->tok + i;
		assert_true(t->span.beg < t->span.end && t->span.end <= d->body.end);
		assert_true(on_boundary(d, t->span.beg) && on_boundary(d, t->span.end));
		assert_true(t->span.beg >= at);
		assert_true(t->n_fold > 0 && t->fold >= fold && t->fold + t->n_fold <= d->n_fold);
		at = t->span.end;
		fold = t->fold + t->n_fold;
		assert_non_null(t->word);
		assert_true((t->kind == DX_TOK_MARK) == (t->mark != DX_MK_NONE));
		assert_true(t->sent < d->n_sent && d->sent[t->sent].beg <= i && i < d->sent[t->sent].end);
		assert_true(t->par < d->n_par && d->par[t->par].beg <= i && i < d->par[t->par].end);
	}
	check_ranges(d, d->sent, d->n_sent);
	check_ranges(d, d->par, d->n_par);
}

static dx_doc analyse(fixture *f, dx_str text)
{
	dx_doc d;
	dx_err err = { 0 };
	dx_arena_reset(f->arena);
	if (dx_analyse(&d, f->header, text, f->arena, &err))
		fail_msg("%s", err.msg);
	check_doc(&d);
	return d;
}

/* ---- token ---- */

static const struct { const char *name, *text, *want; } TOKEN[] = {
	{ "words and stops", "Snow fell, then rain; why?", "Snow|fell|,|then|rain|;|why|?" },
	{ "clitics", "She didn't know he'd left; they're Kerr's, we'll see, I'm sure, they've won.",
		"She|did|n't|know|he|'d|left|;|they|'re|Kerr|'s|,|we|'ll|see|,|I|'m|sure|,|they|'ve|won|." },
	{ "curly clitics", "It’s Ito’s, isn’t it?", "It|’s|Ito|’s|,|is|n’t|it|?" },
	{ "capital clitics", "DON'T SELL MAY'S", "DO|N'T|SELL|MAY|'S" },
	{ "names with an apostrophe", "O'Neill and D'Souza", "O'Neill|and|D'Souza" },
	{ "possessive plural", "the miners' hall", "the|miners|'|hall" },
	{ "abbreviations", "Mr. Rao met Dr. Ek.", "Mr.|Rao|met|Dr.|Ek|." },
	{ "dotted capitals", "the U.S. at 9 a.m. today", "the|U.S.|at|9|a.m.|today" },
	{ "initials", "J. K. Osei and G.H. Moss", "J.|K.|Osei|and|G.H.|Moss" },
	{ "hyphens", "a well-known Petit-Roy - yes", "a|well-known|Petit-Roy|-|yes" },
	{ "dashes", "so -- yes—no", "so|--|yes|—|no" },
	{ "ellipses", "Well... so… no....", "Well|...|so|…|no|...." },
	{ "numbers", "$1,200.50 in 2014-15, 10:30, 3/4 and 5%, the 1990s, 3rd",
		"$|1,200.50|in|2014-15|,|10:30|,|3/4|and|5|%|,|the|1990s|,|3rd" },
	{ "number ends a sentence", "It was 2014. Then 15.", "It|was|2014|.|Then|15|." },
	{ "measure", "a 6'2\" guard", "a|6|'|2|\"|guard" },
	{ "URLs", "See https://example.org/a?b=c, www.example.com/x. Or (http://example.net/y).",
		"See|https://example.org/a?b=c|,|www.example.com/x|.|Or|(|http://example.net/y|)|." },
	{ "URL in marks", "\"https://example.org/a\" “http://example.org/b”", "\"|https://example.org/a|\"|“|http://example.org/b|”" },
	{ "handles", "@kofi_b and #rescue2 on x.com", "@kofi_b|and|#rescue2|on|x.com" },
	{ "lone @ and #", "@ # a", "@|#|a" },
	{ "ampersand", "R&D at M&S & Co", "R&D|at|M&S|&|Co" },
	{ "marks", "\"a\" 'b' ``c'' “d” ‘e’ «f»", "\"|a|\"|'|b|'|``|c|''|“|d|”|‘|e|’|«|f|»" },
	{ "three apostrophes", "''x 'y''' '''z'", "''|x|'|y|'|''|''|'|z|'" },
	{ "brackets", "(a) [b] {c}", "(|a|)|[|b|]|{|c|}" },
	{ "missing blank", "\"Go.\"He left.She stayed.", "\"|Go|.|\"|He|left|.|She|stayed|." },
	{ "spans hold the original", "&quot;co\xc2\xadop&quot; Erdog\xcc\x86" "an", "&quot;|co\xc2\xadop|&quot;|Erdog\xcc\x86" "an" },
	{ "dropped characters between tokens", "a\xe2\x80\x8b, b\xe2\x80\x8b c", "a|,|b|c" },
	{ "other scripts", "Путин и 北京", "Путин|и|北京" },
	{ "emoji", "ok😀👍", "ok|😀|👍" },
	{ "underscores and dots in words", "foo_bar v1.2 e.g. this", "foo_bar|v1|.|2|e.g.|this" },
};

static void join(char *out, size_t room, const dx_doc *d, const dx_range *r, size_t n, const char *sep)
{
	size_t w = 0;
	out[0] = 0;
	for (size_t i = 0; i < n && w < room; i++) {
		dx_range one = r ? r[i] : (dx_range){ (uint32_t)i, (uint32_t)i + 1 };
		dx_str s = dx_slice(d, dx_range_span(d, one));
		w += (size_t)snprintf(out + w, room - w, "%s%.*s", i ? sep : "", DX_ARG(s));
	}
	assert_true(w < room);
}

static void test_tokens(void **state)
{
	char got[2048];
	size_t bad = 0;
	for (size_t i = 0; i < DX_COUNT(TOKEN); i++) {
		dx_doc d = analyse(*state, dx_str_of(TOKEN[i].text));
		join(got, sizeof got, &d, NULL, d.n_tok, "|");
		if (strcmp(got, TOKEN[i].want)) {
			print_error("%s\n  want %s\n  got  %s\n", TOKEN[i].name, TOKEN[i].want, got);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void test_token_kinds(void **state)
{
	static const struct { const char *text; dx_tok_kind kind; unsigned shape, mark; } ONE[] = {
		{ "word", DX_TOK_WORD, 0, 0 }, { "Word", DX_TOK_WORD, DX_SH_UPPER, 0 },
		{ "WORD", DX_TOK_WORD, DX_SH_UPPER | DX_SH_ALLCAPS, 0 }, { "Éric", DX_TOK_WORD, DX_SH_UPPER, 0 },
		{ "mid-May", DX_TOK_WORD, DX_SH_HYPHEN, 0 }, { "J.", DX_TOK_WORD, DX_SH_UPPER | DX_SH_DOT | DX_SH_INITIAL, 0 },
		{ "U.S.", DX_TOK_WORD, DX_SH_UPPER | DX_SH_ALLCAPS | DX_SH_DOT, 0 }, { "42", DX_TOK_NUMBER, DX_SH_DIGIT, 0 },
		{ ",", DX_TOK_PUNCT, 0, 0 }, { "…", DX_TOK_PUNCT, 0, 0 }, { "$", DX_TOK_SYMBOL, 0, 0 },
		{ "\"", DX_TOK_MARK, 0, DX_MK_STRAIGHT2 }, { "'", DX_TOK_MARK, 0, DX_MK_STRAIGHT1 }, { "''", DX_TOK_MARK, 0, DX_MK_STRAIGHT2 },
		{ "``", DX_TOK_MARK, 0, DX_MK_LEFT2 }, { "`", DX_TOK_MARK, 0, DX_MK_STRAIGHT1 }, { "“", DX_TOK_MARK, 0, DX_MK_LEFT2 },
		{ "”", DX_TOK_MARK, 0, DX_MK_RIGHT2 }, { "‘", DX_TOK_MARK, 0, DX_MK_LEFT1 }, { "’", DX_TOK_MARK, 0, DX_MK_RIGHT1 },
		{ "„", DX_TOK_MARK, 0, DX_MK_LOW2 }, { "‚", DX_TOK_MARK, 0, DX_MK_LOW1 }, { "«", DX_TOK_MARK, 0, DX_MK_GUILLEMET_L },
		{ "»", DX_TOK_MARK, 0, DX_MK_GUILLEMET_R }, { "‹", DX_TOK_MARK, 0, DX_MK_GUILLEMET_L }, { "&quot;", DX_TOK_MARK, 0, DX_MK_STRAIGHT2 },
		{ "&ldquo;", DX_TOK_MARK, 0, DX_MK_LEFT2 },
	};
	for (size_t i = 0; i < DX_COUNT(ONE); i++) {
		dx_doc d = analyse(*state, dx_str_of(ONE[i].text));
		if (d.n_tok != 1 || d.tok[0].kind != ONE[i].kind || d.tok[0].shape != ONE[i].shape || d.tok[0].mark != ONE[i].mark)
			fail_msg("%s: %zu tokens, kind %u shape %u mark %u", ONE[i].text, d.n_tok, d.tok[0].kind, d.tok[0].shape, d.tok[0].mark);
	}
	dx_doc d = analyse(*state, DX_STR("It's so."));
	assert_int_equal(d.tok[1].shape, DX_SH_CLITIC | DX_SH_GLUED);
	assert_int_equal(d.tok[2].shape, 0);
	assert_int_equal(d.tok[3].shape & DX_SH_GLUED, DX_SH_GLUED);
	assert_true(d.tok[2].hash == dx_hash("so", 2) && dx_tok_is(&d, d.tok, "it"));
}

/* ---- segment ---- */

static const struct { const char *name, *text, *want; } SENTENCE[] = {
	{ "two", "It rained. All left.", "It rained.|All left." },
	{ "question, exclamation", "Why? Go! Now.", "Why?|Go!|Now." },
	{ "titles", "Mr. Rao met Gov. Ek. They spoke.", "Mr. Rao met Gov. Ek.|They spoke." },
	{ "initials", "It was J. K. Osei. He waved.", "It was J. K. Osei.|He waved." },
	{ "dotted capitals go on", "The U.S. Senate voted. It passed.", "The U.S. Senate voted.|It passed." },
	{ "dotted capitals end", "He moved to the U.S. The firm stayed.", "He moved to the U.S.|The firm stayed." },
	{ "marks behind the stop", "\"It rained.\" All left. “Why?” Nobody knew.", "\"It rained.\"|All left.|“Why?”|Nobody knew." },
	{ "quote goes on", "\"Why?\" she asked. \"Go!\" he cried.", "\"Why?\" she asked.|\"Go!\" he cried." },
	{ "ellipsis goes on", "Well ... so it was. Yes.", "Well ... so it was.|Yes." },
	{ "ellipsis ends", "He waited... Then he left.", "He waited...|Then he left." },
	{ "one-character ellipsis", "He waited… Then he left.", "He waited…|Then he left." },
	{ "decimals", "It fell 3.5 points. It rose.", "It fell 3.5 points.|It rose." },
	{ "brackets behind", "He left (at last.) She stayed.", "He left (at last.)|She stayed." },
	{ "brackets before", "He left. (She stayed.) All slept.", "He left.|(She stayed.)|All slept." },
	{ "missing blank", "\"Go.\"He left.She stayed.", "\"Go.\"|He left.|She stayed." },
	{ "line feed", "No stop here\nAnd none here", "No stop here|And none here" },
	{ "stops only", "...", "..." },
};

static void test_sentences(void **state)
{
	char got[2048];
	size_t bad = 0;
	for (size_t i = 0; i < DX_COUNT(SENTENCE); i++) {
		dx_doc d = analyse(*state, dx_str_of(SENTENCE[i].text));
		join(got, sizeof got, &d, d.sent, d.n_sent, "|");
		if (strcmp(got, SENTENCE[i].want)) {
			print_error("%s\n  want %s\n  got  %s\n", SENTENCE[i].name, SENTENCE[i].want, got);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void test_paragraphs(void **state)
{
	dx_doc d = analyse(*state, DX_STR("One line.\nTwo lines.\n\n\nThree."));
	assert_int_equal(d.n_par, 3);
	d = analyse(*state, DX_STR("The council met on Monday to talk about the bridge that\nfell last spring, and most members want a new one built\n"
	                           "before the next flood comes, though nobody could say who\nwill pay for it.\n\nA second paragraph starts here and goes on for a while as\n"
	                           "well, with a few more words than the first one had in all\nof its lines together.\n"));
	assert_int_equal(d.n_par, 2);
	assert_int_equal(d.n_sent, 2);
	d = analyse(*state, DX_STR("\n \n"));
	assert_int_equal(d.n_par, 0);
	assert_int_equal(d.n_sent, 0);
}

/* ---- header ---- */

static void test_header(void **state)
{
	dx_doc d = analyse(*state, DX_STR("Bridge falls\n20240131\nhttps://example.org/a?b\nIt fell.\n"));
	assert_true(dx_str_eq(dx_slice(&d, d.title), DX_STR("Bridge falls")));
	assert_true(dx_str_eq(dx_slice(&d, d.date), DX_STR("20240131")));
	assert_true(dx_str_eq(dx_slice(&d, d.url), DX_STR("https://example.org/a?b")));
	assert_true(dx_str_eq(dx_slice(&d, d.body), DX_STR("It fell.\n")));
	assert_int_equal(d.n_tok, 3);
	d = analyse(*state, DX_STR("Bridge falls\r\n20240131\r\nhttps://example.org/a\r\nIt fell."));
	assert_true(dx_str_eq(dx_slice(&d, d.title), DX_STR("Bridge falls")));
	assert_true(dx_str_eq(dx_slice(&d, d.url), DX_STR("https://example.org/a")));
	d = analyse(*state, DX_STR("Bridge falls\n20240131\nhttps://example.org/a"));
	assert_int_equal(d.body.beg, d.body.end);
	assert_int_equal(d.n_tok, 0);
}

static void test_no_header(void **state)
{
	static const char *const TEXT[] = { "", "\n20240131\nhttps://example.org/a\nx", "Title\n2024\nhttps://example.org/a\nx",
		"Title\n20240131\nexample.org/a\nx", "Title\n\n20240131\nhttps://example.org/a\nx", "Title\n99990131\nhttps://example.org/a\nx",
		"Title\n20240131\nhttps://example.org/a b\nx" };
	for (size_t i = 0; i < DX_COUNT(TEXT); i++) {
		dx_doc d = analyse(*state, dx_str_of(TEXT[i]));
		assert_int_equal(d.body.beg, 0);
		assert_int_equal(d.body.end, d.text.n);
		assert_int_equal(d.title.end + d.date.end + d.url.end, 0);
	}
}

/* ---- anything ---- */

static uint32_t random_next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void repair_and_analyse(fixture *f, const char *bytes, size_t n)
{
	dx_arena *a;
	dx_str text;
	size_t n_repaired;
	assert_int_equal(dx_arena_new(&a, NULL), DX_OK);
	assert_int_equal(dx_utf8_repair(&text, &n_repaired, (dx_str){ bytes, n }, a, NULL), DX_OK);
	assert_int_equal(n_repaired == 0, dx_utf8_check((dx_str){ bytes, n }, NULL) == DX_OK);
	assert_int_equal(dx_utf8_check(text, NULL), DX_OK);
	analyse(f, text);
	dx_arena_free(a);
}

static void test_random_bytes(void **state)
{
	uint64_t seed = 7;
	char bytes[400];
	for (int round = 0; round < 4000; round++) {
		size_t n = random_next(&seed) % sizeof bytes;
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)random_next(&seed);
		repair_and_analyse(*state, bytes, n);
	}
}

/* Pieces that meet the special cases of folding, in any order, and now and then a byte of chance. */
static void test_random_pieces(void **state)
{
	static const char *const PIECE[] = { "a", "B", " ", "\n", ".", "'", "\"", "&", "&quot;", "&#8217;", "&amp;", "#", "&#", ";", "\xc2\xad", "\xc2\xa0",
		"\xcc\x81", "\xcc\x86", "e\xcc\x81", "\xef\xac\x81", "\xef\xb7\xba", "\xef\xbc\xa1", "â€œ", "â€", "â", "\xc2\x9d", "\xc2\x93", "½", "⑴", "㏂", "℃", "…", "—",
		"\xc4\xb0", "😀", "北", "\xe2\x80\x8b", "\xe2\x80\x8d", "7", "U.", "http://", "@", "-", "n't", "'s", "\xe1\x84\x80", "\xe1\x85\xa1", "\xc2\xb4", "″", "\xef\xb8\x8f" };
	uint64_t seed = 11;
	char bytes[1024];
	for (int round = 0; round < 8000; round++) {
		size_t w = 0, most = 1 + random_next(&seed) % 40;
		for (size_t i = 0; i < most; i++) {
			const char *p = PIECE[random_next(&seed) % DX_COUNT(PIECE)];
			memcpy(bytes + w, p, strlen(p));
			w += strlen(p);
			if (random_next(&seed) % 64 == 0)
				bytes[w++] = (char)random_next(&seed);
		}
		repair_and_analyse(*state, bytes, w);
	}
}

static double seconds(fixture *f, const char *unit, size_t n, const char *tail)
{
	size_t k = strlen(unit), m = strlen(tail);
	char *text = malloc(n * k + m + 1);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * k, unit, k);
	memcpy(text + n * k, tail, m);
	clock_t from = clock();
	analyse(f, (dx_str){ text, n * k + m });
	double s = (double)(clock() - from) / CLOCKS_PER_SEC;
	free(text);
	return s;
}

static void test_hostile(void **state)
{
	static const struct { const char *unit, *tail; } SOUP[] = { { "a", "" }, { "A.", "AB" }, { ")", " b" }, { "\"", " b" }, { "!", " b" }, { "\n", "b" },
		{ "a'", "b" }, { "&", "" }, { "&#", "" }, { "\xcc\x81", "" }, { "1.", "" }, { "a-", "" }, { "http://", "" }, { "www.", "" }, { "@", "" },
		{ "\xc2\xad", "a" }, { "a.", "" }, { ". ", "" }, { "…", " b" }, { "x\n", "" } };
	for (size_t i = 0; i < DX_COUNT(SOUP); i++) {
		double small = seconds(*state, SOUP[i].unit, 10000, SOUP[i].tail), large = seconds(*state, SOUP[i].unit, 80000, SOUP[i].tail);
		/* Eight times as much: quadratic would be 64 times. Times under 20 ms tell nothing. */
		if (large > 25 * (small > 0.02 ? small : 0.02))
			fail_msg("%s: %.3f s, then %.3f s", SOUP[i].unit, small, large);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_arena), T(test_arena_push), T(test_utf8), T(test_code_points), T(test_fold), T(test_unfold), T(test_tokens), T(test_token_kinds),
		T(test_sentences), T(test_paragraphs), T(test_header), T(test_no_header), T(test_random_bytes), T(test_random_pieces), T(test_hostile),
	};
#undef T
	return cmocka_run_group_tests(tests, NULL, NULL);
}
