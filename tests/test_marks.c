/* marks.h: one case a phenomenon (numbers are those of the domain notes), random mark soup, hostile inputs. */
#include "features/analyse.h"
#include "features/marks.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

/* want: a line for each stretch: depth, u when a repair closed it, c when it continues, a blank, its text. */
typedef struct { const char *name, *text, *want; } marks_case;

static const marks_case SINGLES[] = {
	{ "1 possessive plural and single quotes", "The miners' wives said 'we stay put', yet the owners' men laughed.", "1 'we stay put'\n" },
	{ "1 possessive inside a single quote", "She wrote 'the pilots' union is done' on the door.", "1 'the pilots' union is done'\n" },
	{ "1 curly possessive", "The nurses’ strike, ‘a warning shot’, ended; the doctors’ one goes on.", "1 ‘a warning shot’\n" },
	{ "1 name in s", "James' brother and Alexis' aunt came.", "" },
	{ "1 clitics", "He didn't know it's the mayor's car, they've said.", "" },
	{ "1 apostrophe at the end of a paragraph", "Both cars were the sisters'", "" },
	{ "2 decades", "In the '80s it was 'an odd fad', by the '90s 'a menace'.", "1 'an odd fad'\n1 'a menace'\n" },
	{ "2 decade, curly the wrong way", "Back in the ‘70s nobody cared.", "" },
	{ "2 clipped words", "'Twas late. Tell 'em to wait 'til noon, or we leave 'cause it rains.", "" },
	{ "2 clipped behind", "They kept singin' and shoutin' all night.", "" },
	{ "2 n between apostrophes", "Fish 'n' chips were sold out.", "" },
	{ "2 clipped inside a quote", "'Get 'em out of here,' the owner said.", "1 'Get 'em out of here,'\n" },
	{ "single as the main mark", "'We can't wait,' Orla Dean said. 'The boats' crews are tired.'",
		"1 'We can't wait,'\n1 'The boats' crews are tired.'\n" },
	{ "headline", "Mayor calls flood 'a wake-up call'", "1 'a wake-up call'\n" },
	{ "single word", "The 'experts' were wrong.", "1 'experts'\n" },
};

static const marks_case MIXED[] = {
	{ "3 single opens, double closes", "'We will not wait any longer,\" the skipper said.", "1 'We will not wait any longer,\"\n" },
	{ "3 with an apostrophe inside", "'It's the workers' money,\" she said. 'Pay up.'", "1 'It's the workers' money,\"\n1 'Pay up.'\n" },
	{ "3 double opens, single closes", "\"We walked home,' Ito said. \"It rained.\"", "1 \"We walked home,'\n1 \"It rained.\"\n" },
	{ "4 curly opens, straight closes", "“Nothing has moved\", the pilot said.", "1 “Nothing has moved\"\n" },
	{ "4 straight opens, curly closes", "\"Nothing has moved,” the pilot said.", "1 \"Nothing has moved,”\n" },
	{ "5 reversed curly", "”It was dark,“ a neighbour said.", "1 ”It was dark,“\n" },
	{ "5 right marks on both sides", "”It was dark,” a neighbour said. ”Very dark.”", "1 ”It was dark,”\n1 ”Very dark.”\n" },
	{ "5 left marks on both sides", "She called it “a farce“ twice.", "1 “a farce“\n" },
	{ "6 LaTeX", "``We are done,'' Ms Pike said.", "1 ``We are done,''\n" },
	{ "6 two apostrophes", "''We are done,'' Ms Pike said. ''Go home.''", "1 ''We are done,''\n1 ''Go home.''\n" },
	{ "6 three apostrophes close two", "''He told us, 'never again,''' Ms Pike said.", "1 ''He told us, 'never again,'''\n2 'never again,'\n" },
	{ "6 three apostrophes open two", "'''Dust' is my favourite film,'' Ms Pike said.", "1 '''Dust' is my favourite film,''\n2 'Dust'\n" },
	{ "7 guillemets", "«We remain», the mayor wrote.", "1 «We remain»\n" },
	{ "7 guillemets with blanks inside", "« We remain », the mayor wrote.", "1 « We remain »\n" },
	{ "7 guillemets the German way", "»We remain«, the mayor wrote.", "1 »We remain«\n" },
	{ "7 right guillemets on both sides", "»We remain», the mayor wrote.", "1 »We remain»\n" },
	{ "7 single guillemets", "‹We remain›, the mayor wrote.", "1 ‹We remain›\n" },
	{ "7 low and high", "„We remain“, the mayor wrote. ‚Always‘, said his wife.", "1 „We remain“\n1 ‚Always‘\n" },
	{ "7 low and right", "„We remain”, the mayor wrote.", "1 „We remain”\n" },
	{ "8 damaged encoding", "â€œWe won't sellâ€\xc2\x9d said the baker.", "1 â€œWe won't sellâ€\xc2\x9d\n" },
	{ "8 damaged encoding, last byte lost", "â€œWe stayâ€ said the baker.", "1 â€œWe stayâ€\n" },
	{ "8 entities", "&quot;Never,&quot; she said. &ldquo;Not once.&rdquo; &#8216;Odd&#8217; was the word.",
		"1 &quot;Never,&quot;\n1 &ldquo;Not once.&rdquo;\n1 &#8216;Odd&#8217;\n" },
};

static const marks_case STRAYS[] = {
	{ "9 feet and inches", "The 5'11\" keeper and a 6'4\" centre missed training.", "" },
	{ "9 inches inside a quote", "\"I need a 12\" pipe and a 9\" one,\" the plumber said.", "1 \"I need a 12\" pipe and a 9\" one,\"\n" },
	{ "9 a year closes a quote", "\"We met in 2014\", she said.", "1 \"We met in 2014\"\n" },
	{ "9 feet and inches, curly", "“He is 6’3”,” the coach said.", "1 “He is 6’3”,”\n" },
	{ "107 feet, inches", "Levels fell 4' and 7\" overnight.", "" },
	{ "10 unclosed at the end", "\"We shall sue, the tenant said.", "1u \"We shall sue, the tenant said.\n" },
	{ "10 unclosed, last sentence", "He left early. \"We shall sue, the tenant said.", "1u \"We shall sue, the tenant said.\n" },
	{ "10 unclosed behind a cue", "The tenant said: \"We shall sue and win.", "1u \"We shall sue and win.\n" },
	{ "10 unclosed ends at its paragraph", "“We shall sue, the tenant said.\n\nThe owner said “no”.",
		"1u “We shall sue, the tenant said.\n1 “no”\n" },
	{ "10 unclosed ends before the next quote", "\"We shall sue, the tenant said. \"We mean it,\" he added.",
		"1u \"We shall sue, the tenant said.\n1 \"We mean it,\"\n" },
	{ "11 stray in mid-sentence", "A \"deputy quit on Friday, two aides said.", "" },
	{ "11 stray curly", "A “deputy quit on Friday, two aides said.", "" },
	{ "11 stray before a good pair", "A \"deputy quit. He said \"enough is enough\" and left.", "1 \"enough is enough\"\n" },
	{ "11 stray that closes", "A deputy quit\" on Friday, aides said. \"It hurts,\" he said.", "1 \"It hurts,\"\n" },
	{ "11 lone mark between blanks", "A deputy \" quit on Friday.", "" },
	{ "11 only marks", "\" ' “", "" },
	{ "12 bullet", "» Ferries halted, port says.\n» Road closed.", "" },
	{ "12 path of a page", "Home » News » Region", "" },
	{ "12 ditto", "Rye 4 kg\n\" 5 kg\n\" 6 kg", "" },
	{ "106 marks of a tag", "<a href=\"x1\" class=\"big\">More</a> she said \"no\".", "1 \"x1\"\n1 \"big\"\n1 \"no\"\n" },
};

static const marks_case SHAPES[] = {
	{ "13 punctuation outside and inside", "\"Leave\", Bo said. \"Leave!\" Bo cried. \"Leave,\" Bo said.", "1 \"Leave\"\n1 \"Leave!\"\n1 \"Leave,\"\n" },
	{ "14 nested, alternating", "\"My boss said 'pack your bags' and I did,\" Lund said.",
		"1 \"My boss said 'pack your bags' and I did,\"\n2 'pack your bags'\n" },
	{ "14 nested, curly, at the end", "“My boss said, ‘Pack your bags.’” So Lund left.", "1 “My boss said, ‘Pack your bags.’”\n2 ‘Pack your bags.’\n" },
	{ "14 nested with a blank between the marks", "“My boss said, ‘Pack your bags,’ ” Lund said.", "1 “My boss said, ‘Pack your bags,’ ”\n2 ‘Pack your bags,’\n" },
	{ "14 nested at the begin", "\"'Pack your bags' was all I heard,\" Lund said.", "1 \"'Pack your bags' was all I heard,\"\n2 'Pack your bags'\n" },
	{ "14 three deep", "“He wrote, ‘They cried “shame” at me,’ I think,” Lund said.",
		"1 “He wrote, ‘They cried “shame” at me,’ I think,”\n2 ‘They cried “shame” at me,’\n3 “shame”\n" },
	{ "14 British nesting", "'They cried \"shame\" at me,' Lund said.", "1 'They cried \"shame\" at me,'\n2 \"shame\"\n" },
	{ "15 nested, same straight marks", "\"She yelled \"duck\" and we ducked,\" Kofi recalled.", "1 \"She yelled \"duck\" and we ducked,\"\n2 \"duck\"\n" },
	{ "15 nested, same curly marks", "“She yelled “duck” and we ducked,” Kofi recalled.", "1 “She yelled “duck” and we ducked,”\n2 “duck”\n" },
	{ "16 over two paragraphs", "\"We dig first.\n\n\"Then we plant,\" Ruiz said.", "1u \"We dig first.\n1c \"Then we plant,\"\n" },
	{ "16 over three paragraphs, curly", "“We dig.\n\n“We plant.\n\n“We wait,” Ruiz said.", "1u “We dig.\n1uc “We plant.\n1c “We wait,”\n" },
	{ "16 begins in mid-sentence", "Ruiz said “we dig.\n\n“Then we plant.”", "1u “we dig.\n1c “Then we plant.”\n" },
	{ "16 a closed quote is not continued", "\"We dig.\"\n\n\"We plant,\" Ruiz said.", "1 \"We dig.\"\n1 \"We plant,\"\n" },
	{ "16 nested over paragraphs", "“She told us ‘dig’ again.\n\n“We did,” Ruiz said.", "1u “She told us ‘dig’ again.\n2 ‘dig’\n1c “We did,”\n" },
	{ "17 cue in the middle paragraph", "\"It rained.\n\n\"All left,\" said Noor. \"All.\n\n\"I stayed.\"",
		"1u \"It rained.\n1c \"All left,\"\n1u \"All.\n1c \"I stayed.\"\n" },
	{ "18 no marks at all", "The note reads:\n\nWe are sorry for the noise.", "" },
	{ "19 brackets and ellipses", "\"They [the clerks] … left,\" Rao said. \"...and never wrote.\" \"[They] slept.\"",
		"1 \"They [the clerks] … left,\"\n1 \"...and never wrote.\"\n1 \"[They] slept.\"\n" },
	{ "20 broken by an advert", "\"We carried\n\nADVERTISEMENT\n\nthe boats ourselves,\" she said.", "1u \"We carried\n1c the boats ourselves,\"\n" },
	{ "20 broken by a line feed", "“We carried the\nboats ourselves,” she said.", "1u “We carried the\n1c boats ourselves,”\n" },
	{ "20 a subheading between two paragraphs of a quote", "“We carried boats.\n\nA long night\n\n“Then we slept,” she said.",
		"1u “We carried boats.\n1c “Then we slept,”\n" },
	{ "21 sentence ends inside", "\"How? When? Who knows!\" she said.", "1 \"How? When? Who knows!\"\n" },
	{ "22 dash dialogue", "— We open at ten, said the porter.", "" },
	{ "22 marks beside dashes", "\"I never—\" he began. They—\"the quiet ones\"—left.", "1 \"I never—\"\n1 \"the quiet ones\"\n" },
	{ "22 broken by dashes", "\"The roof\" — he pointed — \"leaks.\"", "1 \"The roof\"\n1 \"leaks.\"\n" },
	{ "23-26 not quotes, but marked", "The \"cure\" failed. She sang in \"Cold Rain\". Bob \"Ox\" Hale left. So-called \"sea dust\" fell.",
		"1 \"cure\"\n1 \"Cold Rain\"\n1 \"Ox\"\n1 \"sea dust\"\n" },
	{ "27-29 placards, songs, words", "A sign reads \"No fish\". They closed with \"Red Kite\". The word \"slump\" is gone.",
		"1 \"No fish\"\n1 \"Red Kite\"\n1 \"slump\"\n" },
	{ "brackets around", "The plan (\"a joke\", she said) died [“quickly”].", "1 \"a joke\"\n1 “quickly”\n" },
	{ "101 no blank behind a mark", "\"Stop.\"She left. He said,\"Fine.\"", "1 \"Stop.\"\n1 \"Fine.\"\n" },
	{ "101 no blank before a curly mark", "She said“stop”and left.", "1 “stop”\n" },
	{ "blank inside both marks", "\" Stop it, \" she said. \" Now. \"", "1 \" Stop it, \"\n1 \" Now. \"\n" },
	{ "split", "\"The dam,\" Wu said, \"is leaking.\"", "1 \"The dam,\"\n1 \"is leaking.\"\n" },
	{ "possessive behind a mark", "\"Cold Rain\"'s star left.", "1 \"Cold Rain\"\n" },
	{ "empty pair", "He typed \"\" and left.", "" },
	{ "102 hard-wrapped", "The long report said that the river \"had not been this high in\nmore than forty years and that the wall, which was built by the\n"
		"town, \"cannot hold\" for much longer than a week or so without any\nrepair,\" and nobody who works there was ready to disagree with it\nat all.",
		"1 \"had not been this high in\nmore than forty years and that the wall, which was built by the\n"
		"town, \"cannot hold\" for much longer than a week or so without any\nrepair,\"\n2 \"cannot hold\"\n" },
};

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

static dx_doc analyse(fixture *f, dx_str text)
{
	dx_doc d;
	dx_err err = { 0 };
	dx_arena_reset(f->arena);
	if (dx_analyse(&d, f->header, text, f->arena, &err))
		fail_msg("%s", err.msg);
	return d;
}

static void print_stretches(char *out, size_t room, const dx_doc *d)
{
	size_t w = 0;
	out[0] = 0;
	for (size_t i = 0; i < d->n_stretch && w < room; i++) {
		dx_stretch s = d->stretch[i];
		dx_str t = dx_slice(d, dx_range_span(d, (dx_range){ s.beg, s.end }));
		w += (size_t)snprintf(out + w, room - w, "%u%s%s %.*s\n", s.depth, s.close ? "" : "u", s.continued ? "c" : "", DX_ARG(t));
	}
	assert_true(w < room);
}

/* Order, nesting, depths. */
static void check_shape(const dx_doc *d)
{
	uint32_t *depth = calloc(d->n_tok + 1, sizeof *depth);
	size_t open[DX_MARKS_DEPTH], n = 0;
	assert_non_null(depth);
	for (size_t i = 0; i < d->n_stretch; i++) {
		const dx_stretch *s = d->stretch + i;
		assert_true(s->beg + 1 < s->end && s->end <= d->n_tok);
		assert_true(i == 0 || d->stretch[i - 1].beg <= s->beg);
		while (n && d->stretch[open[n - 1]].end <= s->beg)
			n--;
		assert_true(!n || s->end <= d->stretch[open[n - 1]].end);
		assert_int_equal(s->depth, n + 1);
		assert_true(n < DX_MARKS_DEPTH);
		open[n++] = i;
		assert_int_equal(d->tok[s->beg].par, d->tok[s->end - 1].par);
		assert_true(s->open ? d->tok[s->beg].mark == s->open : s->continued);
		assert_true(!s->close || d->tok[s->end - 1].mark == s->close);
		for (uint32_t k = s->beg; k < s->end; k++)
			depth[k]++;
	}
	for (size_t i = 0; i < d->n_tok; i++)
		assert_int_equal(depth[i], d->tok[i].depth);
	free(depth);
}

static void run(fixture *f, const marks_case *c, size_t n)
{
	char got[4096];
	size_t bad = 0;
	for (size_t i = 0; i < n; i++) {
		dx_doc d = analyse(f, dx_str_of(c[i].text));
		print_stretches(got, sizeof got, &d);
		check_shape(&d);
		if (strcmp(got, c[i].want)) {
			print_error("%s\n  text %s\n  want %s  got  %s", c[i].name, c[i].text, c[i].want, got);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void test_singles(void **state) { run(*state, SINGLES, DX_COUNT(SINGLES)); }
static void test_mixed(void **state) { run(*state, MIXED, DX_COUNT(MIXED)); }
static void test_strays(void **state) { run(*state, STRAYS, DX_COUNT(STRAYS)); }
static void test_shapes(void **state) { run(*state, SHAPES, DX_COUNT(SHAPES)); }

static void test_depth_of_tokens(void **state)
{
	dx_doc d = analyse(*state, DX_STR("Lund said \"go 'now' please\" twice."));
	static const unsigned WANT[] = { 0, 0, 1, 1, 2, 2, 2, 1, 1, 0, 0 };
	assert_int_equal(d.n_tok, DX_COUNT(WANT));
	for (size_t i = 0; i < d.n_tok; i++)
		assert_int_equal(d.tok[i].depth, WANT[i]);
}

static void test_nothing(void **state)
{
	dx_doc d = analyse(*state, DX_STR(""));
	assert_int_equal(d.n_stretch, 0);
	d = analyse(*state, DX_STR("\n\n \n"));
	assert_int_equal(d.n_stretch, 0);
	d = analyse(*state, DX_STR("\""));
	assert_int_equal(d.n_stretch, 0);
}

static uint32_t random_next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void test_soup(void **state)
{
	static const char *const PART[] = { "\"", "'", "“", "”", "‘", "’", "«", "»", "„", "‚", "''", "``", " ", " ", " ", "\n", "go", "Go", "dogs", "said",
		"7", ",", ".", "—", "(", ")", "...", ":", "=", "<", "em", "&quot;" };
	uint64_t seed = 20260101;
	char text[1200];
	for (int round = 0; round < 4000; round++) {
		size_t w = 0, most = 1 + random_next(&seed) % 300;
		for (size_t i = 0; i < most; i++) {
			const char *p = PART[random_next(&seed) % DX_COUNT(PART)];
			memcpy(text + w, p, strlen(p));
			w += strlen(p);
			assert_true(w < sizeof text - 8 || i + 1 == most || (most = i + 1));
		}
		dx_doc d = analyse(*state, (dx_str){ text, w });
		check_shape(&d);
	}
}

/* Seconds that n copies of unit take, marks alone: the tokens are there. */
static double seconds(fixture *f, const char *unit, size_t n)
{
	size_t k = strlen(unit);
	char *text = malloc(n * k);
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * k, unit, k);
	dx_doc d = analyse(f, (dx_str){ text, n * k });
	clock_t from = clock();
	assert_int_equal(dx_marks_find(&d, NULL), DX_OK);
	double s = (double)(clock() - from) / CLOCKS_PER_SEC;
	check_shape(&d);
	free(text);
	return s;
}

static void test_hostile(void **state)
{
	static const char *const UNIT[] = { "\"", "'", "“", "“a ", "‘a “b ", "\"a ", " a\"", "\"\n", "» ", "'s'", "\"a\n\n", "“‘«", "\" ", "\nADVERT" };
	for (size_t i = 0; i < DX_COUNT(UNIT); i++) {
		double small = seconds(*state, UNIT[i], 12000), large = seconds(*state, UNIT[i], 96000);
		/* Eight times as much: quadratic would be 64 times. Times under 20 ms tell nothing. */
		if (large > 25 * (small > 0.02 ? small : 0.02))
			fail_msg("%s: %.3f s, then %.3f s", UNIT[i], small, large);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_singles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mixed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shapes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_depth_of_tokens, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_soup, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
