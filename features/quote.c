#include "features/quote.h"

static const char *const TYPE[DX_N_TYPE] = { "direct", "indirect", "mixed" };
static const char *const KIND[DX_N_KIND] = { "unknown", "person", "organization", "place", "group", "document" };
static const char *const ACT[DX_N_ACT] = { "", "speech", "thought", "other" };

const char *dx_type_name(dx_quote_type t)
{
	return TYPE[t];
}

const char *dx_kind_name(dx_kind k)
{
	return KIND[k];
}

const char *dx_act_name(dx_act a)
{
	return ACT[a];
}

/* Index of name among n names, or n. */
static size_t find(dx_str name, const char *const *names, size_t n)
{
	size_t i = 0;
	while (i < n && !dx_str_eq(name, dx_str_of(names[i])))
		i++;
	return i;
}

bool dx_type_parse(dx_quote_type *out, dx_str name)
{
	*out = (dx_quote_type)find(name, TYPE, DX_N_TYPE);
	return *out < DX_N_TYPE;
}

bool dx_kind_parse(dx_kind *out, dx_str name)
{
	*out = (dx_kind)find(name, KIND, DX_N_KIND);
	return *out < DX_N_KIND;
}

bool dx_act_parse(dx_act *out, dx_str name)
{
	*out = (dx_act)find(name, ACT, DX_N_ACT);
	return *out < DX_N_ACT;
}

dx_quote dx_quote_empty(void)
{
	return (dx_quote){ .entity = -1, .conf_quote = -1, .conf_speaker = -1, .conf_stance = -1 };
}

/* Length of the quotation mark at the start of s, 0 where there is none. Apostrophes are no evidence of a quote. */
static size_t mark_at(dx_str s)
{
	static const char *const MARKS[] = { "\"", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb" };
	for (size_t i = 0; i < DX_COUNT(MARKS); i++)
		if (s.n >= strlen(MARKS[i]) && memcmp(s.p, MARKS[i], strlen(MARKS[i])) == 0)
			return strlen(MARKS[i]);
	return 0;
}

static bool has_mark(dx_str s)
{
	for (; s.n; s.p++, s.n--)
		if (mark_at(s))
			return true;
	return false;
}

dx_quote_type dx_quote_guess_type(const dx_spans *content, dx_str text)
{
	size_t n_in = 0, n_marked = 0;
	for (size_t i = 0; i < content->n; i++) {
		const dx_span s = content->v[i];
		const dx_str piece = { text.p + s.beg, s.end - s.beg };
		n_in += mark_at(piece) > 0;
		n_marked += has_mark(piece);
	}
	return n_in == content->n ? DX_DIRECT : n_marked ? DX_MIXED : DX_INDIRECT;
}
