#include "features/tagset.h"

#define X(name) #name,
static const char *const POS[DX_N_POS] = { DX_POS_LIST(X) };
#undef X
static const char *const NER[DX_N_NER] = { "NONE", "O", "PERSON", "ORGANIZATION", "LOCATION", "MISC" };

/* Penn tags that are merged into another, or written otherwise. */
static const struct { const char *penn; dx_pos pos; } PENN[] = {
	{ "NNPS", DX_POS_NNP }, { "PRP$", DX_POS_PRPS }, { "PDT", DX_POS_DT }, { "WDT", DX_POS_WH }, { "WP", DX_POS_WH },
	{ "WP$", DX_POS_WH }, { "JJR", DX_POS_JJ }, { "JJS", DX_POS_JJ }, { "RBR", DX_POS_RB }, { "RBS", DX_POS_RB },
	{ ".", DX_POS_PUNCT }, { ",", DX_POS_PUNCT }, { ":", DX_POS_PUNCT }, { "``", DX_POS_PUNCT }, { "''", DX_POS_PUNCT },
	{ "-LRB-", DX_POS_PUNCT }, { "-RRB-", DX_POS_PUNCT }, { "HYPH", DX_POS_PUNCT },
};

const char *dx_pos_name(dx_pos p)
{
	return POS[p];
}

const char *dx_ner_name(dx_ner n)
{
	return NER[n];
}

dx_pos dx_pos_of_penn(dx_str tag)
{
	for (size_t i = 0; i < DX_COUNT(PENN); i++)
		if (dx_str_eq(tag, dx_str_of(PENN[i].penn)))
			return PENN[i].pos;
	for (int p = DX_POS_NN; p < DX_POS_PUNCT; p++)
		if (dx_str_eq(tag, dx_str_of(POS[p])))
			return (dx_pos)p;
	return DX_POS_OTHER;
}

dx_ner dx_ner_of_name(dx_str name)
{
	static const char *const PLACE[] = { "COUNTRY", "CITY", "STATE_OR_PROVINCE" };
	for (int n = DX_NER_PERSON; n < DX_N_NER; n++)
		if (dx_str_eq(name, dx_str_of(NER[n])))
			return (dx_ner)n;
	for (size_t i = 0; i < DX_COUNT(PLACE); i++)
		if (dx_str_eq(name, dx_str_of(PLACE[i])))
			return DX_NER_LOCATION;
	return DX_NER_OUTSIDE;
}
