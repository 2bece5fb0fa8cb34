#include "predict/pipeline.h"
#include "features/analyse.h"
#include "model/decide_quotes.h"
#include "model/decide_speaker.h"
#include "model/decide_tags.h"
#include "predict/given.h"
#include "predict/stances.h"
#include <stdlib.h>

struct dx_pipeline {
	dx_header *header;
	dx_file *file;                           /* the decisions are views into it */
	dx_tags_model tags;
	dx_quotes_model *quotes;                 /* NULL: the model has none */
	dx_speaker_model speaker;
	dx_stances *stances;
};

static dx_status load_decisions(dx_pipeline *pl, dx_err *err)
{
	dx_status st = dx_tags_load(&pl->tags, pl->file, err);
	if (!st && dx_file_section(pl->file, "quotes.chain").p)
		st = dx_quotes_load(&pl->quotes, pl->file, err);
	if (!st)
		st = dx_speaker_load(&pl->speaker, pl->file, err);
	if (!st)
		st = dx_stances_load(&pl->stances, pl->file, err);
	return st;
}

static dx_status load(dx_pipeline *pl, const char *path, dx_err *err)
{
	dx_err why = { .code = DX_OK };
	size_t n = strlen(path);
	dx_status st = dx_header_new(&pl->header, err);
	if (st)
		return st;
	st = load_decisions(pl, &why);           /* whose messages do not know the file's name; the end of a long one tells most */
	return st ? dx_fail(err, st, "%s: %s", n > 60 ? path + n - 60 : path, why.msg) : DX_OK;
}

dx_status dx_pipeline_of_file(dx_pipeline **out, dx_file *file, const char *name, dx_err *err)
{
	dx_pipeline *pl = calloc(1, sizeof *pl);
	*out = NULL;
	if (!pl) {
		dx_file_close(file);
		return dx_fail(err, DX_ENOMEM, "out of memory: model");
	}
	pl->file = file;
	dx_status st = load(pl, name, err);
	if (st) {
		dx_pipeline_free(pl);
		return st;
	}
	*out = pl;
	return DX_OK;
}

dx_status dx_pipeline_new(dx_pipeline **out, const char *path, dx_err *err)
{
	dx_file *file;
	dx_status st = dx_file_open(&file, path, err);
	*out = NULL;
	return st ? st : dx_pipeline_of_file(out, file, path, err);
}

void dx_pipeline_free(dx_pipeline *pl)
{
	if (!pl)
		return;
	dx_quotes_free(pl->quotes);
	dx_stances_free(pl->stances);
	dx_file_close(pl->file);
	dx_header_free(pl->header);
	free(pl);
}

static dx_status no_memory(dx_err *err)
{
	return dx_fail(err, DX_ENOMEM, "out of memory: article");
}

static int set_str(json_t *root, const char *key, dx_str *field, dx_str value)
{
	json_t *v = json_stringn_nocheck(value.p, value.n);
	if (json_object_set_new_nocheck(root, key, v))
		return -1;
	*field = (dx_str){ json_string_value(v), json_string_length(v) };
	return 0;
}

/* 20220113 -> 2022-01-13 */
static dx_str iso_date(char buf[10], dx_str digits)
{
	assert(digits.n == 8);
	memcpy(buf, digits.p, 4);
	buf[4] = buf[7] = '-';
	memcpy(buf + 5, digits.p + 4, 2);
	memcpy(buf + 8, digits.p + 6, 2);
	return (dx_str){ buf, 10 };
}

/* Puts the header's fields before the text, where a reader of the line looks for them. */
static int set_metadata(dx_record *r, const dx_doc *d)
{
	char date[10];
	json_t *text = json_incref(json_object_get(r->root, "text"));
	json_object_del(r->root, "text");
	int bad = set_str(r->root, "title", &r->title, dx_slice(d, d->title))
	          || set_str(r->root, "date", &r->date, iso_date(date, dx_slice(d, d->date)))
	          || set_str(r->root, "url", &r->url, dx_slice(d, d->url));
	int lost = json_object_set_new_nocheck(r->root, "text", text);
	return bad || lost ? -1 : 0;
}

dx_status dx_pipeline_article(dx_found *out, const dx_pipeline *pl, dx_str id, dx_str text, dx_err *err)
{
	*out = (dx_found){ .extra = NULL };
	dx_status st = dx_record_of_text(&out->rec, id, text, err);
	if (st)
		return st;
	dx_doc head = { .text = out->rec.text };
	st = dx_header_find(pl->header, &head, err);
	if (!st && head.url.end > head.url.beg && set_metadata(&out->rec, &head))
		st = no_memory(err);
	if (st)
		dx_found_fini(out);
	return st;
}

void dx_found_fini(dx_found *f)
{
	dx_record_fini(&f->rec);
	f->extra = NULL;
}

/* Keeps the quotes of one act; entities stay as they are. */
static void keep_act(dx_record *r, dx_speaker_why *why, dx_act act)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_quotes && act != DX_ACT_NONE; i++)
		if (r->quotes[i].act == act) {
			if (why)
				why[n] = why[i];
			r->quotes[n++] = r->quotes[i];
		}
	r->n_quotes = act == DX_ACT_NONE ? r->n_quotes : n;
}

/* *why is left NULL where nobody asked for it. */
static dx_status find_quotes(dx_record *r, dx_speaker_why **why, const dx_doc *doc, const dx_pipeline *pl, const dx_pipeline_opts *o,
                             dx_err *err)
{
	if (!pl->quotes)
		return dx_fail(err, DX_EFORMAT, "the model cannot find quotes; it can only serve records that have them (--given)");
	dx_status st = dx_quotes_decide(&r->quotes, &r->n_quotes, doc, pl->quotes, o->threshold, err);
	if (!st)
		st = dx_speakers_decide(&r->entities, &r->n_entities, r->quotes, r->n_quotes, doc, &pl->speaker, o->names, o->explain ? why : NULL, err);
	if (!st)
		keep_act(r, *why, o->act);
	return st;
}

static dx_status explain(dx_found *f, const dx_speaker_why *why, const dx_doc *doc, dx_err *err)
{
	for (size_t i = 0; i < f->rec.n_quotes; i++) {
		f->extra[i].why = dx_explain_quote(&f->rec.quotes[i], f->rec.entities, f->rec.n_entities, why ? why + i : NULL, doc);
		if (!f->extra[i].why)
			return no_memory(err);
	}
	return DX_OK;
}

/* Forgets what a record brought along besides spans, so that it is decided anew. */
static void forget(dx_record *r)
{
	for (size_t i = 0; i < r->n_quotes; i++) {
		dx_quote q = dx_quote_empty(), *old = r->quotes + i;
		q.type = old->type;
		q.content = old->content;
		q.cue = old->cue;
		q.source = old->source;
		q.act = old->act;
		q.conf_quote = old->conf_quote;
		*old = q;
	}
	r->n_entities = 0;
	r->stance = (dx_str){ NULL, 0 };
	r->n_p = 0;
}

static dx_status run_article(dx_found *f, const dx_doc *doc, const dx_pipeline *pl, const dx_pipeline_opts *o, dx_err *err)
{
	f->kept = o->given && f->rec.has_quotes;
	dx_speaker_why *why = NULL;
	dx_status st = f->kept ? dx_given_speakers(&f->rec, o->explain ? &why : NULL, doc, &pl->speaker, o->names, err)
	                       : find_quotes(&f->rec, &why, doc, pl, o, err);
	f->kept = f->kept && !o->again;          /* what an earlier run added to the quotes is obsolete then */
	if (st)
		return st;
	f->extra = dx_arena_array(doc->arena, f->rec.n_quotes, sizeof *f->extra);
	if (!f->extra)
		return no_memory(err);
	if (o->explain)
		st = explain(f, why, doc, err);
	return st ? st : dx_stances_article(f, doc, pl->stances, o, err);
}

dx_status dx_pipeline_run(dx_found *f, const dx_pipeline *pl, const dx_pipeline_opts *o, dx_arena *arena, dx_err *err)
{
	dx_doc doc;
	f->extra = NULL;
	f->why = NULL;
	if (o->again)
		forget(&f->rec);
	dx_status st = dx_analyse(&doc, pl->header, f->rec.text, arena, err);
	if (!st)
		st = dx_tags_decide(&doc, &pl->tags, err);
	if (!st && f->rec.is_statement)
		return dx_stances_statement(f, &doc, pl->stances, o, err);
	return st ? st : run_article(f, &doc, pl, o, err);
}

static json_t *labels(const dx_label_p *p, size_t n)
{
	json_t *obj = json_object();
	for (size_t i = 0; i < n && obj; i++) {
		json_t *v = json_real((double)(int64_t)(p[i].p * 1000 + 0.5) / 1000);
		if (json_object_setn_new_nocheck(obj, p[i].label.p, p[i].label.n, v)) {
			json_decref(obj);
			obj = NULL;
		}
	}
	return obj;
}

static json_t *stances(const dx_extra *x)
{
	json_t *list = json_array();
	for (size_t i = 0; i < x->n_toward && list; i++) {
		const dx_toward *t = &x->toward[i];
		json_t *one = json_pack("{s:o,s:o,s:o}", "target", json_stringn_nocheck(t->target.p, t->target.n), "stance",
		                        t->stance.n ? json_stringn_nocheck(t->stance.p, t->stance.n) : json_null(), "p",
		                        labels(t->p, t->n_p));
		if (json_array_append_new(list, one)) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

/* Fields of ours that an earlier run left behind would contradict this one. */
static int put_extra(json_t *quote, const dx_extra *x, bool kept)
{
	if (!kept) {
		json_object_del(quote, "stances");
		json_object_del(quote, "why");
	}
	if (x->n_toward && json_object_set_new_nocheck(quote, "stances", stances(x)))
		return -1;
	return x->why ? json_object_set_new_nocheck(quote, "why", dx_explain_json(x->why)) : 0;
}

dx_status dx_found_update(dx_found *f, dx_offsets off, dx_err *err)
{
	dx_status st = dx_record_update(&f->rec, off, err);
	if (!st && f->rec.is_statement && f->why && json_object_set_new_nocheck(f->rec.root, "why", dx_explain_json(f->why)))
		return no_memory(err);
	if (st || f->rec.is_statement)
		return st;
	const json_t *list = json_object_get(f->rec.root, "quotes");
	for (size_t i = 0; i < f->rec.n_quotes; i++)
		if (put_extra(json_array_get(list, i), &f->extra[i], f->kept))
			return no_memory(err);
	return DX_OK;
}
