#include "features/stance_counts.h"
#include <math.h>
#include <stdlib.h>

/* Numbers of the counts: by region those of each list and a balance, then moods, then sums of ratings by region, then concern. */
enum { PER_REGION = 2 * DX_COUNT_LISTS + 1, FIRST_MOOD = DX_COUNT_REGIONS * PER_REGION, FIRST_RATED = FIRST_MOOD + 3 * DX_COUNT_MOODS,
	FIRST_CONCERN = FIRST_RATED + 2 * DX_COUNT_REGIONS, N_COUNT = FIRST_CONCERN + 2 };
static_assert(N_COUNT <= DX_STANCE_COUNTS, "counts have indices of their own");

const char *dx_stance_count_name(unsigned detail)
{
	static const char *const region[DX_COUNT_REGIONS][2] = {
		{ "good words", "bad words" }, { "good words just left of the target", "bad words just left of the target" },
		{ "good words close left", "bad words close left" }, { "good words left of the target", "bad words left of the target" },
		{ "good words just right of the target", "bad words just right of the target" },
		{ "good words close right", "bad words close right" }, { "good words right of the target", "bad words right of the target" },
		{ "good words after a turn", "bad words after a turn" },
		{ "good words between holder and target", "bad words between holder and target" }, { "good cue", "bad cue" },
		{ "good words in the target's clause", "bad words in the target's clause" },
		[DX_COUNT_ROLE + DX_ROLE_SUBJECT] = { "the target does good", "the target does bad" },
		[DX_COUNT_ROLE + DX_ROLE_PASSIVE] = { "good is done to the target", "bad is done to the target" },
		[DX_COUNT_ROLE + DX_ROLE_OBJECT] = { "good verb before the target", "bad verb before the target" },
		[DX_COUNT_ROLE + DX_ROLE_MODIFIER] = { "good is said of the target", "bad is said of the target" },
		[DX_COUNT_ROLE + DX_ROLE_FORTH] = { "the holder does the target good", "the holder does the target bad" },
		[DX_COUNT_ROLE + DX_ROLE_BACK] = { "the target does the holder good", "the target does the holder bad" },
		[DX_COUNT_HEAD] = { "the first verb does good", "the first verb does bad" },
	};
	static const char *const mood_name[DX_COUNT_MOODS] = { "", "negation", "weakening", "contrast", "obligation", "possibility", "future",
		"emphasis", "hedging", "condition", "question", "cause" };
	static const char *const concern[2] = { "words of concern", "words of doubt" };
	if (detail < FIRST_MOOD)
		return detail % PER_REGION == PER_REGION - 1 ? "balance of good and bad" : region[detail / PER_REGION][detail % PER_REGION % 2];
	if (detail < FIRST_RATED)
		return mood_name[(detail - FIRST_MOOD) % DX_COUNT_MOODS];
	if (detail < FIRST_CONCERN)
		return region[(detail - FIRST_RATED) / 2][(detail - FIRST_RATED) % 2];
	return concern[(detail - FIRST_CONCERN) % 2];
}

/* What the lists say of a word: -1, 0 or 1 each, and a valence of -1 to 1. */
typedef struct { int8_t sign[DX_COUNT_LISTS]; float valence; bool any; } leaning;

static leaning leaning_of(const dx_word *w)
{
	static const uint16_t column[DX_COUNT_LISTS] = { DX_LEX_POLARITY_AFINN, DX_LEX_POLARITY_VADER, DX_LEX_POLARITY_HU, DX_LEX_VALENCE };
	static const int margin[DX_COUNT_LISTS] = { 4, 4, 4, 20 };
	const int valence = w->v[DX_LEX_VALENCE];
	leaning out = { .any = false };
	for (int l = 0; l < DX_COUNT_LISTS; l++) {
		const int v = w->v[column[l]];
		out.sign[l] = (int8_t)(v < 2 ? 0 : (v > 100 + margin[l]) - (v < 100 - margin[l]));
		out.any |= out.sign[l] != 0;
	}
	if (valence && abs(valence - 100) > 10) {
		out.valence = (float)(valence - 100) / 80;
		out.any = true;
	}
	return out;
}

/* A word in a region: what the lists say of it, and the rating that counts there. */
static void count(dx_stance_counts *n, int region, const leaning *w, int rating, bool negated)
{
	for (int l = 0; l < DX_COUNT_LISTS; l++)
		if (w->sign[l])
			n->n[region][l][(w->sign[l] < 0) != negated]++;
	n->valence[region] += negated ? -w->valence : w->valence;
	n->rated[region][(rating < 0) != negated] += (unsigned)abs(rating);
}

void dx_count_cue(dx_stance_counts *n, const dx_word *w, bool negated)
{
	const leaning l = leaning_of(w);
	const dx_rating r = dx_rating_of(w);
	count(n, DX_COUNT_CUE, &l, dx_rating_whole(&r), negated);
}

void dx_count_head(dx_stance_counts *n, const dx_item *it)
{
	const leaning l = leaning_of(it->word);
	count(n, DX_COUNT_HEAD, &l, it->rated.v[DX_RATING_DONE], it->negated);
}

void dx_count_clause(dx_stance_counts *n, const dx_item *it)
{
	const leaning l = leaning_of(it->word);
	count(n, DX_COUNT_CLAUSE, &l, dx_rating_whole(&it->rated), it->negated);
}

void dx_count_role(dx_stance_counts *n, dx_role_kind role, const dx_item *it)
{
	static const uint8_t KIND[DX_N_ROLE] = { [DX_ROLE_SUBJECT] = DX_RATING_DOER, [DX_ROLE_PASSIVE] = DX_RATING_DONE,
		[DX_ROLE_OBJECT] = DX_RATING_DONE, [DX_ROLE_MODIFIER] = DX_RATING_TONE, [DX_ROLE_FORTH] = DX_RATING_DONE, [DX_ROLE_BACK] = DX_RATING_DONE };
	const leaning l = leaning_of(it->word);
	const int v = it->rated.v[KIND[role]];
	count(n, DX_COUNT_ROLE + (int)role, &l, role == DX_ROLE_PASSIVE && !v ? it->rated.v[DX_RATING_TONE] : v, it->negated);
}

static void count_mood(dx_stance_counts *n, const dx_item *it)
{
	const unsigned mood = dx_item_mood(it);
	if (!mood)
		return;
	n->mood[0][mood]++;
	if (dx_item_near(it, DX_ITEM_BESIDE))
		n->mood[dx_item_side(it)][mood]++;
}

void dx_count_item(dx_stance_counts *n, const dx_item *it, bool after_turn, bool between)
{
	static const int16_t REACH[DX_COUNT_WINDOWS] = { 5, 12, INT16_MAX };
	const leaning l = leaning_of(it->word);
	const int16_t *rated = it->rated.v;
	const int side = dx_item_side(it), whole = dx_rating_whole(&it->rated);
	const int beside = rated[side == 1 ? DX_RATING_DONE : DX_RATING_DOER];      /* before the target it is done to it, behind it the target does it */
	count_mood(n, it);
	if (!l.any && !it->rated.any)
		return;
	n->concern[(rated[DX_RATING_CONCERN] < 0) != it->negated] += (unsigned)abs(rated[DX_RATING_CONCERN]);
	count(n, 0, &l, whole, it->negated);
	for (int w = 0; w < DX_COUNT_WINDOWS && side; w++)
		if (dx_item_near(it, REACH[w]))
			count(n, 1 + (side - 1) * DX_COUNT_WINDOWS + w, &l, beside ? beside : whole, it->negated);
	if (after_turn)
		count(n, DX_COUNT_AFTER_TURN, &l, whole, it->negated);
	if (between)
		count(n, DX_COUNT_BETWEEN, &l, rated[DX_RATING_DONE] ? rated[DX_RATING_DONE] : whole, it->negated);
}

static float damp(unsigned n)
{
	return n ? log2f(1 + (float)n) / 2 : 0;
}

size_t dx_stance_counts_values(float out[DX_STANCE_COUNTS], const dx_stance_counts *n)
{
	size_t k = 0;
	for (int r = 0; r < DX_COUNT_REGIONS; r++) {
		for (int l = 0; l < DX_COUNT_LISTS; l++)
			for (int s = 0; s < 2; s++)
				out[k++] = damp(n->n[r][l][s]);
		out[k++] = fmaxf(-2, fminf(2, n->valence[r]));
	}
	for (int s = 0; s < 3; s++)
		for (int m = 0; m < DX_COUNT_MOODS; m++)
			out[k++] = damp(n->mood[s][m]);
	for (int r = 0; r < DX_COUNT_REGIONS; r++)
		for (int s = 0; s < 2; s++)
			out[k++] = damp(n->rated[r][s]);
	for (int s = 0; s < 2; s++)
		out[k++] = damp(n->concern[s]);
	return k;
}
