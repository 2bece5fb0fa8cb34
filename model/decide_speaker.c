#include "model/decide_speaker.h"
#include "features/pronoun.h"
#include <math.h>
#include <stdio.h>

#define VERSION 3

dx_status dx_speaker_load(dx_speaker_model *out, const dx_file *f, dx_err *err)
{
	return dx_speaker_unpack(out, dx_file_section(f, "speaker"), err);
}

dx_status dx_speaker_unpack(dx_speaker_model *out, dx_str s, dx_err *err)
{
	*out = (dx_speaker_model){ .present = false };
	if (!s.n)
		return DX_OK;
	dx_cursor c = { s.p, s.n, 0, false };
	uint32_t version = dx_take_u32(&c), n_feat = dx_take_u32(&c);
	if (c.bad || version != VERSION || n_feat != DX_SPEAKER_FEATURES)
		return dx_fail(err, DX_EFORMAT, "section speaker: version %u with %u features, this program has %d with %d", version, n_feat,
		               VERSION, DX_SPEAKER_FEATURES);
	for (size_t i = 0; i < DX_COUNT(out->conf); i++) {
		out->conf[i] = dx_take_f64(&c);
		if (c.bad || !isfinite(out->conf[i]))
			return dx_fail(err, DX_EFORMAT, "section speaker: bad calibration");
	}
	out->prior = dx_take(&c, DX_N_SPK, sizeof *out->prior);
	for (size_t i = 0; i < DX_N_SPK; i++)
		if (c.bad || !isfinite(out->prior[i]))
			return dx_fail(err, DX_EFORMAT, "section speaker: bad prior weights");
	dx_status st = dx_svm_unpack(&out->svm, &c, err);
	if (st)
		return st;
	if (out->svm.kernel != DX_SVM_LINEAR || out->svm.n_class != 2 || out->svm.n_feat > DX_SPEAKER_FEATURES)
		return dx_fail(err, DX_EFORMAT, "section speaker: %u classes, %u features, or not linear", out->svm.n_class, out->svm.n_feat);
	out->present = true;
	return DX_OK;
}

size_t dx_speaker_best(double *lead, const double *score, size_t n)
{
	size_t best = 0;
	double second = -DX_SPEAKER_LEAD;
	for (size_t i = 1; i < n; i++)
		if (score[i] > score[best])
			best = i;
	second += score[best];
	for (size_t i = 0; i < n; i++)
		if (i != best && score[i] > second)
			second = score[i];
	*lead = score[best] - second;
	return best;
}

typedef struct {
	dx_speakers s;
	const dx_speaker_model *m;
	dx_speaker_why *why;                     /* [n_quotes], or NULL */
} decider;

/* What each unit of a value of quote q adds to a candidate's score: the machine sees values once for all sources, once for their form and
 * once for their block (dx_speaker_vector), and the three weights of a value go for all candidates of a quote. */
static void weigh(double weight[DX_N_SPK], const decider *d, size_t q)
{
	const dx_source *o = d->s.src + q;
	const uint32_t part[] = { 0, DX_N_SPK * (1u + o->form), DX_N_SPK * (1u + o->block) };
	const size_t n_part = o->block == o->form ? 2 : 3;
	for (uint32_t i = 0; i < DX_N_SPK; i++)
		weight[i] = d->m ? d->m->prior[i] : dx_speaker_rule_weight(i);
	for (size_t k = 0; d->m && k < n_part; k++)
		for (uint32_t i = 0; i < DX_N_SPK && part[k] + i < d->m->svm.n_feat; i++)
			weight[i] -= d->m->svm.w[part[k] + i];
}

/* Scores of the candidates c[n] of quote q, good for comparing them: of one alone nothing is asked. */
static void score_all(double *score, const decider *d, size_t q, const dx_candidate *c, size_t n)
{
	double weight[DX_N_SPK];
	score[0] = 0;
	if (n < 2)
		return;
	weigh(weight, d, q);
	for (size_t k = 0; k < n; k++) {
		float value[DX_N_SPK];
		dx_speaker_values(value, &d->s, q, c + k, c, n);
		score[k] = 0;
		for (uint32_t i = 0; i < DX_N_SPK; i++)
			if (value[i] != 0)
				score[k] += (double)value[i] * weight[i];
	}
}

static double confidence(const decider *d, double lead)
{
	const double rule[2] = { -0.5, 0.8 };
	const double *k = d->m ? d->m->conf : rule;
	return 1 / (1 + exp(-(k[0] + k[1] * lead)));
}

/* ---- why ---- */

/* Keeps the strongest parts, by insertion. */
static void add_part(uint32_t *index, dx_speaker_why *w, uint32_t i, double weight)
{
	size_t at = w->n_part;
	while (at > 0 && fabs(w->weight[at - 1]) < fabs(weight))
		at--;
	if (at == DX_SPEAKER_PARTS || fabs(weight) < 0.005)
		return;
	size_t n = w->n_part < DX_SPEAKER_PARTS ? w->n_part++ : DX_SPEAKER_PARTS - 1;
	memmove(w->weight + at + 1, w->weight + at, (n - at) * sizeof *w->weight);
	memmove(index + at + 1, index + at, (n - at) * sizeof *index);
	w->weight[at] = weight;
	index[at] = i;
}

static dx_status name_parts(dx_speaker_why *w, const uint32_t *index, dx_arena *a, dx_err *err)
{
	for (size_t k = 0; k < w->n_part; k++) {
		char buf[64];
		dx_speaker_feature_name(buf, sizeof buf, index[k]);
		for (char *p = buf; *p; p++)
			*p = (char)(dx_ascii_upper((unsigned char)*p) ? *p | 32 : *p);
		w->part[k] = dx_str_of(buf);
		w->part[k].p = dx_arena_strdup(a, w->part[k]);
		if (!w->part[k].p)
			return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	}
	return DX_OK;
}

/* The chosen candidate against the one that came next. */
static dx_status explain(decider *d, size_t q, const dx_candidate *c, const double *score, size_t n, size_t best, dx_err *err)
{
	dx_speaker_why *w = d->why + q;
	float v[DX_N_SPK], u[DX_N_SPK] = { 0 };
	double weight[DX_N_SPK];
	uint32_t index[DX_SPEAKER_PARTS];
	size_t next = n;
	weigh(weight, d, q);
	for (size_t i = 0; i < n; i++)
		if (i != best && (next == n || score[i] > score[next]))
			next = i;
	dx_speaker_values(v, &d->s, q, c + best, c, n);
	if (next < n) {
		dx_speaker_values(u, &d->s, q, c + next, c, n);
		w->second = d->s.ents.v[c[next].ent].name;
	}
	for (uint32_t i = 0; i < DX_N_SPK; i++)
		if (v[i] != u[i])
			add_part(index, w, i, weight[i] * ((double)v[i] - (double)u[i]));
	int32_t m = c[best].back >= 0 ? c[best].back : c[best].fore;
	if (m >= 0 && d->s.src[q].form != DX_SRC_NAME && (int32_t)c[best].ent != d->s.src[q].self)
		w->antecedent = dx_range_span(d->s.doc, d->s.mentions.v[m].tok);
	return name_parts(w, index, d->s.doc->arena, err);
}

/* Decides quote q; *ent is -1 when it has no candidate. */
static dx_status decide_one(decider *d, size_t q, int32_t *ent, double *conf, dx_err *err)
{
	dx_candidate c[DX_SPEAKER_MOST];
	double score[DX_SPEAKER_MOST], lead;
	size_t n = dx_speakers_candidates(c, &d->s, q);
	dx_status st = DX_OK;
	*ent = -1;
	*conf = 0;
	score_all(score, d, q, c, n);
	if (n) {
		size_t best = dx_speaker_best(&lead, score, n);
		*ent = (int32_t)c[best].ent;
		*conf = confidence(d, lead);
		st = d->why ? explain(d, q, c, score, n, best, err) : DX_OK;
	}
	dx_speakers_said(&d->s, q, *ent);
	return st;
}

/* ---- what is reported ---- */

static dx_kind kind_of(const dx_ent *e)
{
	return e->kind == DX_KIND_UNKNOWN ? DX_KIND_PERSON : (dx_kind)e->kind;
}

/* A phrase of nothing but control characters has no name: then there is no speaker and no entity. */
static bool is_reported(const decider *d, size_t e)
{
	const dx_ent *v = d->s.ents.v + e;
	if (!v->name.n)
		return false;
	return d->s.n_said[e] > 0 || (!v->phrase && v->kind != DX_KIND_UNKNOWN && v->kind != DX_KIND_GROUP);
}

/* The mentions of all reported entities, names and pronouns, in text order; room for the sources that are a phrase itself. */
static dx_status add_mentions(dx_entity *out, const int32_t *map, const decider *d, dx_err *err)
{
	const dx_doc *doc = d->s.doc;
	int32_t *of;
	size_t *n = dx_arena_array(doc->arena, d->s.ents.n + 1, sizeof *n);
	dx_status st = n ? dx_pronouns_resolve(&of, &d->s, err) : dx_fail(err, DX_ENOMEM, "out of memory: mentions");
	for (size_t i = 0; i < d->s.mentions.n && !st; i++) {
		if (of[i] < 0)
			of[i] = d->s.mentions.v[i].entity;
		if (of[i] >= 0)
			n[of[i]]++;
	}
	for (size_t e = 0; e < d->s.ents.n && !st; e++)
		if (map[e] >= 0 && !(out[map[e]].mentions.v = dx_arena_array(doc->arena, n[e] + d->s.n_said[e] + 1u, sizeof(dx_span))))
			st = dx_fail(err, DX_ENOMEM, "out of memory: mentions");
	for (size_t i = 0; i < d->s.mentions.n && !st; i++) {
		dx_spans *m = of[i] >= 0 && map[of[i]] >= 0 ? &out[map[of[i]]].mentions : NULL;
		if (m)
			m->v[m->n++] = dx_range_span(doc, d->s.mentions.v[i].core);
	}
	return st;
}

/* Sources that are the phrase itself, as its mentions; text order, no overlap. */
static void add_phrase_mentions(dx_entity *out, const int32_t *map, const decider *d)
{
	for (size_t q = 0; q < d->s.n_quotes; q++) {
		const dx_source *o = d->s.src + q;
		int32_t e = d->s.said[q];
		if (e < 0 || map[e] < 0 || e != o->self || !d->s.ents.v[e].phrase || o->np.beg >= o->np.end)
			continue;
		dx_spans *m = &out[map[e]].mentions;
		dx_span s = dx_range_span(d->s.doc, o->np);
		if (!m->n || m->v[m->n - 1].end <= s.beg)
			m->v[m->n++] = s;
	}
}

static dx_str cut_tail(dx_str s, const char *tail)
{
	const size_t n = strlen(tail);
	if (s.n > n && !memcmp(s.p + s.n - n, tail, n))
		s.n -= n;
	return s;
}

/* An entity's name as it is reported: a phrase that was cut in two loses what hangs over ("two of" of "two of whose chapters", "critics such"
 * of "critics such as ...", "R-Texas) campaign"), as long as something is left. */
static dx_str name_of(const dx_ent *e)
{
	dx_str s = e->name;
	int open = 0;
	if (!e->phrase)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		open += s.p[i] == '(';
		if (s.p[i] == ')' && --open < 0 && i + 2 < s.n && s.p[i + 1] == ' ')
			return (dx_str){ s.p + i + 2, s.n - i - 2 };
	}
	return cut_tail(cut_tail(s, " of"), " such");
}

static dx_status report_entities(dx_entity **entities, size_t *n_entities, int32_t *map, const decider *d, dx_err *err)
{
	dx_status st = DX_OK;
	size_t n = 0;
	for (size_t e = 0; e < d->s.ents.n; e++)
		map[e] = is_reported(d, e) ? (int32_t)n++ : -1;
	*n_entities = n;
	*entities = dx_arena_array(d->s.doc->arena, n + 1, sizeof **entities);
	if (!*entities)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu entities", n);
	for (size_t e = 0; e < d->s.ents.n; e++) {
		if (map[e] < 0)
			continue;
		dx_entity *to = *entities + map[e];
		to->name = name_of(d->s.ents.v + e);
		to->title = d->s.ents.v[e].title;
		to->kind = kind_of(d->s.ents.v + e);
	}
	st = add_mentions(*entities, map, d, err);
	if (!st)
		add_phrase_mentions(*entities, map, d);
	return st;
}

static void report_quotes(dx_quote *quotes, const decider *d, const int32_t *map, const double *conf)
{
	for (size_t q = 0; q < d->s.n_quotes; q++) {
		int32_t e = d->s.said[q];
		if (e >= 0 && map[e] < 0)
			e = -1;
		quotes[q].entity = e < 0 ? -1 : map[e];
		quotes[q].speaker = e < 0 ? (dx_str){ NULL, 0 } : name_of(d->s.ents.v + e);
		quotes[q].kind = e < 0 ? DX_KIND_UNKNOWN : kind_of(d->s.ents.v + e);
		quotes[q].conf_speaker = e < 0 ? 0 : conf[q];
	}
}

dx_status dx_speakers_decide(dx_entity **entities, size_t *n_entities, dx_quote *quotes, size_t n_quotes, const dx_doc *doc,
                             const dx_speaker_model *m, const dx_names *names, dx_speaker_why **why, dx_err *err)
{
	decider d = { .m = m && m->present ? m : NULL };
	*entities = NULL;
	*n_entities = 0;
	dx_status st = dx_speakers_init(&d.s, doc, quotes, n_quotes, names, err);
	if (st)
		return st;
	if (why && !(d.why = *why = dx_arena_array(doc->arena, n_quotes + 1, sizeof *d.why)))
		return dx_fail(err, DX_ENOMEM, "out of memory: reasons");
	double *conf = dx_arena_array(doc->arena, n_quotes + 1, sizeof *conf);
	int32_t *map = dx_arena_array(doc->arena, d.s.ents.n + 1, sizeof *map);
	if (!conf || !map)
		return dx_fail(err, DX_ENOMEM, "out of memory: %zu quotes", n_quotes);
	for (size_t q = 0; q < n_quotes && !st; q++) {
		int32_t ent;
		st = decide_one(&d, q, &ent, conf + q, err);
	}
	if (!st)
		st = report_entities(entities, n_entities, map, &d, err);
	if (!st)
		report_quotes(quotes, &d, map, conf);
	return st;
}
