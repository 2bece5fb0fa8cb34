/* dixit.c - the public interface over the pipeline. Its types are apart from the inner ones, so that those may change. */
#include "predict/dixit.h"
#include "features/utf8.h"
#include "predict/names_file.h"
#include "predict/pipeline.h"
#include <stdlib.h>

struct dx_dixit { dx_pipeline *pipeline; };
struct dx_dixit_names { dx_names *list; };

/* What dx_dixit_result_free frees; the result is its first member. */
typedef struct { dx_dixit_result pub; dx_arena *arena; dx_found found; } result;

/* The values of the enums go over as they are. */
_Static_assert((int)DX_DIXIT_MIXED == (int)DX_MIXED && (int)DX_DIXIT_INDIRECT == (int)DX_INDIRECT, "types");
_Static_assert((int)DX_DIXIT_DOCUMENT == (int)DX_KIND_DOCUMENT && (int)DX_DIXIT_PLACE == (int)DX_KIND_PLACE, "kinds");
_Static_assert((int)DX_DIXIT_OTHER == (int)DX_ACT_OTHER && (int)DX_DIXIT_THOUGHT == (int)DX_ACT_THOUGHT, "acts");

const char *dx_dixit_version(void)
{
	return DX_VERSION;
}

static dx_dixit_status report(char *message, dx_status st, const dx_err *err, bool loading)
{
	if (message) {
		size_t n = strnlen(err->msg, DX_DIXIT_MESSAGE - 1);
		memcpy(message, err->msg, n);
		message[n] = '\0';
	}
	switch (st) {
	case DX_OK:
		return DX_DIXIT_OK;
	case DX_ENOMEM:
		return DX_DIXIT_NO_MEMORY;
	case DX_EIO:
		return DX_DIXIT_UNREADABLE;
	case DX_EUTF8:
		return loading ? DX_DIXIT_BAD_MODEL : DX_DIXIT_BAD_TEXT;
	case DX_EFORMAT:
		return loading ? DX_DIXIT_BAD_MODEL : DX_DIXIT_FAILED;
	case DX_ELIMIT:
		return loading ? DX_DIXIT_BAD_MODEL : DX_DIXIT_TOO_LARGE;
	default:
		return DX_DIXIT_FAILED;
	}
}

dx_dixit_status dx_dixit_open(dx_dixit **out, const char *path, char message[DX_DIXIT_MESSAGE])
{
	dx_err err = { .code = DX_OK };
	dx_dixit *d = calloc(1, sizeof *d);
	*out = NULL;
	dx_status st = d ? dx_pipeline_new(&d->pipeline, path, &err) : dx_fail(&err, DX_ENOMEM, "out of memory: model");
	if (st)
		free(d);
	else
		*out = d;
	return report(message, st, &err, true);
}

void dx_dixit_close(dx_dixit *d)
{
	if (!d)
		return;
	dx_pipeline_free(d->pipeline);
	free(d);
}

dx_dixit_status dx_dixit_names_open(dx_dixit_names **out, const char *path, char message[DX_DIXIT_MESSAGE])
{
	dx_err err = { .code = DX_OK };
	dx_dixit_names *names = calloc(1, sizeof *names);
	*out = NULL;
	dx_status st = names ? dx_names_open(&names->list, path, &err) : dx_fail(&err, DX_ENOMEM, "out of memory: names");
	if (st)
		free(names);
	else
		*out = names;
	dx_dixit_status code = report(message, st, &err, false);
	return code == DX_DIXIT_FAILED || code == DX_DIXIT_BAD_TEXT ? DX_DIXIT_BAD_NAMES : code;
}

void dx_dixit_names_close(dx_dixit_names *names)
{
	if (!names)
		return;
	dx_names_free(names->list);
	free(names);
}

static dx_dixit_str str_of(dx_str s)
{
	return (dx_dixit_str){ s.p, s.n };
}

static dx_dixit_span span_of(dx_span s)
{
	return (dx_dixit_span){ s.beg, s.end };
}

/* Copies pieces; false when memory is out. */
static bool copy_spans(dx_dixit_spans *out, dx_spans s, dx_arena *arena)
{
	dx_dixit_span *v = dx_arena_array(arena, s.n, sizeof *v);
	*out = (dx_dixit_spans){ v, v ? s.n : 0 };
	for (size_t i = 0; i < out->n; i++)
		v[i] = span_of(s.v[i]);
	return v != NULL;
}

static bool copy_labels(dx_dixit_quote *out, const dx_quote *q, dx_arena *arena)
{
	dx_dixit_label *v = dx_arena_array(arena, q->n_p, sizeof *v);
	out->stances = v;
	out->n_stances = v ? q->n_p : 0;
	for (size_t i = 0; i < out->n_stances; i++)
		v[i] = (dx_dixit_label){ str_of(q->p[i].label), q->p[i].p };
	return v != NULL;
}

static bool copy_quote(dx_dixit_quote *out, const dx_quote *q, dx_arena *arena)
{
	*out = (dx_dixit_quote){
		.type = (dx_dixit_type)q->type, .act = (dx_dixit_act)q->act, .speaker = str_of(q->speaker),
		.kind = (dx_dixit_kind)q->kind, .entity = q->entity, .stance = str_of(q->stance), .target = str_of(q->target),
		.target_span = span_of(q->target_span), .p_quote = q->conf_quote, .p_speaker = q->conf_speaker,
		.p_stance = q->conf_stance,
	};
	return copy_spans(&out->content, q->content, arena) && copy_spans(&out->cue, q->cue, arena)
	       && copy_spans(&out->source, q->source, arena) && copy_labels(out, q, arena);
}

static bool copy_entity(dx_dixit_entity *out, const dx_entity *e, dx_arena *arena)
{
	*out = (dx_dixit_entity){ .name = str_of(e->name), .title = str_of(e->title), .kind = (dx_dixit_kind)e->kind };
	return copy_spans(&out->mentions, e->mentions, arena);
}

static dx_status publish(result *r, dx_err *err)
{
	const dx_record *rec = &r->found.rec;
	dx_dixit_quote *q = dx_arena_array(r->arena, rec->n_quotes, sizeof *q);
	dx_dixit_entity *e = dx_arena_array(r->arena, rec->n_entities, sizeof *e);
	bool good = q && e;
	for (size_t i = 0; i < rec->n_quotes && good; i++)
		good = copy_quote(&q[i], &rec->quotes[i], r->arena);
	for (size_t i = 0; i < rec->n_entities && good; i++)
		good = copy_entity(&e[i], &rec->entities[i], r->arena);
	if (!good)
		return dx_fail(err, DX_ENOMEM, "out of memory: result");
	r->pub = (dx_dixit_result){ q, rec->n_quotes, e, rec->n_entities };
	return DX_OK;
}

/* Labels belong to the model and a target to the caller, both of which may go before the result does: they are copied. */
static dx_status own_strings(result *r, dx_err *err)
{
	dx_record *rec = &r->found.rec;
	for (size_t i = 0; i < rec->n_quotes; i++) {
		dx_quote *q = &rec->quotes[i];
		dx_label_p *p = q->n_p ? dx_arena_array(r->arena, q->n_p, sizeof *p) : NULL;
		for (size_t k = 0; k < q->n_p && p; k++) {
			p[k] = q->p[k];
			if (!(p[k].label.p = dx_arena_strdup(r->arena, q->p[k].label)))
				p = NULL;
		}
		q->stance.p = dx_arena_strdup(r->arena, q->stance);
		q->target.p = dx_arena_strdup(r->arena, q->target);
		if (!q->stance.p || !q->target.p || (q->n_p && !p))
			return dx_fail(err, DX_ENOMEM, "out of memory: result");
		q->p = p;
	}
	return DX_OK;
}

static dx_status analyse(result *r, const dx_dixit *d, dx_str text, const dx_dixit_options *options, dx_err *err)
{
	dx_str target = options && options->target ? dx_str_of(options->target) : (dx_str){ NULL, 0 };
	dx_pipeline_opts o = { .threshold = options ? options->threshold : DX_PIPELINE_THRESHOLD,
		                .targets = &target, .n_targets = target.n > 0,
		                .names = options && options->names ? options->names->list : NULL,
		                .min_confidence = options ? options->min_confidence : 0 };
	dx_status st = dx_utf8_check(text, err);
	if (!st)
		st = dx_utf8_check(target, err);
	if (!st)
		st = dx_arena_new(&r->arena, err);
	if (!st)
		st = dx_pipeline_article(&r->found, d->pipeline, (dx_str){ NULL, 0 }, text, err);
	if (!st)
		st = dx_pipeline_run(&r->found, d->pipeline, &o, r->arena, err);
	if (!st)
		st = own_strings(r, err);
	return st ? st : publish(r, err);
}

dx_dixit_status dx_dixit_analyse(dx_dixit_result **out, const dx_dixit *d, const char *text, size_t n,
	const dx_dixit_options *options, char message[DX_DIXIT_MESSAGE])
{
	dx_err err = { .code = DX_OK };
	result *r = calloc(1, sizeof *r);
	*out = NULL;
	dx_status st = r ? analyse(r, d, (dx_str){ text, n }, options, &err) : dx_fail(&err, DX_ENOMEM, "out of memory: result");
	if (st && r)
		dx_dixit_result_free(&r->pub);
	else if (!st)
		*out = &r->pub;
	return report(message, st, &err, false);
}

void dx_dixit_result_free(dx_dixit_result *pub)
{
	result *r = (result *)pub;               /* pub is its first member */
	if (!r)
		return;
	dx_found_fini(&r->found);
	dx_arena_free(r->arena);
	free(r);
}
