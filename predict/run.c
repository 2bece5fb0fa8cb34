/* run.c - one thread reads, n analyse, the caller's writes. Between them a ring of slots: the reader fills slot n_read, a
 * worker takes slot n_taken, the writer waits for slot n_put. A slot holds a batch of records (what one read gave, up to
 * BATCH bytes), so that short records do not cost a lock each. A slot belongs to one thread at a time; only the counters
 * and flags need the lock. */
#include "predict/run.h"
#include "predict/bytes.h"
#include "predict/parse.h"
#include <pthread.h>
#include <stdlib.h>

#define BATCH ((size_t)16 << 10)
#define STREAM_BUFFER ((size_t)16 << 10)
#define SLOTS_PER_THREAD 4
#define KEEP_MOST ((size_t)1 << 20)                      /* larger buffers are given back */
#define ARENA_MOST ((size_t)4 << 30)                     /* bytes that the analysis of one record may take */
#define FLIGHT_MOST ((size_t)16 << 20)                   /* bytes read but not put out, unless one record alone has more */

typedef struct {
	dx_read_kind kind;
	size_t line, beg, n;                     /* input: slot->in[beg, beg + n) */
	size_t out_beg, out_n;                   /* output: slot->out.p[...) */
	size_t n_quotes, n_repaired;
	dx_err err;                              /* code DX_OK: good */
} item;

typedef struct {
	bool done;
	char *file, *id;                         /* of all its items */
	char *in;
	size_t n_in, cap_in;
	item *items;
	size_t n_items, cap_items;
	dx_bytes out;
} slot;

typedef struct {
	const dx_run_opts *o;
	dx_reader *rd;
	dx_sink *sink;
	pthread_mutex_t lock;
	pthread_cond_t may_read, may_work, may_put;
	slot *slots;
	size_t n_slots;
	uint64_t n_read, n_taken, n_put;         /* batches so far; slot of batch i is slots[i % n_slots] */
	size_t in_flight;                        /* bytes of input in slots n_put .. n_read */
	bool eof, stop;
	dx_err reader;                           /* why reading ended early; code DX_OK otherwise */
} stream;

/* ---- the reader's side */

static bool room_for(slot *s, size_t n)
{
	if (s->n_items == s->cap_items) {
		size_t cap = s->cap_items ? 2 * s->cap_items : 16;
		item *p = realloc(s->items, cap * sizeof *p);
		if (!p)
			return false;
		s->items = p;
		s->cap_items = cap;
	}
	if (s->cap_in - s->n_in < n) {
		size_t cap = s->n_in + n + BATCH;
		char *p = realloc(s->in, cap);
		if (!p)
			return false;
		s->in = p;
		s->cap_in = cap;
	}
	return true;
}

/* A copy of n bytes of s, with a NUL behind, in place of *to. */
static bool set_str(char **to, const char *s, size_t n)
{
	char *p = malloc(n + 1);
	if (!p)
		return false;
	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	free(*to);
	*to = p;
	return true;
}

static bool set_file(slot *s, const dx_input *in)
{
	const char *file = in->file ? in->file : "";
	if (s->file && s->id && strcmp(s->file, file) == 0 && strlen(s->id) == in->id.n && memcmp(s->id, in->id.p, in->id.n) == 0)
		return true;
	return set_str(&s->file, file, strlen(file)) && set_str(&s->id, in->id.p, in->id.n);
}

static bool add(slot *s, const dx_input *in, const dx_err *why)
{
	size_t n = why->code ? 0 : in->bytes.n;
	if (!room_for(s, n) || (!s->n_items && !set_file(s, in)))
		return false;
	if (n)
		memcpy(s->in + s->n_in, in->bytes.p, n);
	s->items[s->n_items++] = (item){ .kind = in->kind, .line = in->line, .beg = s->n_in, .n = n, .err = *why };
	s->n_in += n;
	return true;
}

/* Fills s with what can be read without waiting for more, one record at least. False: nothing came, or memory is out. */
static bool read_batch(slot *s, stream *t)
{
	bool more;
	s->n_items = s->n_in = 0;
	do {
		dx_input in;
		dx_err why = { .code = DX_OK };
		why.code = dx_reader_next(&in, &more, t->rd, &why);
		if (more && !add(s, &in, &why)) {
			(void)dx_fail(&t->reader, DX_ENOMEM, "out of memory: input");
			return false;
		}
		if (why.code)
			break;
	} while (more && s->n_in < BATCH && dx_reader_ready(t->rd));
	return s->n_items > 0;
}

/* Waits for a free slot; NULL: the stream stops. */
static slot *free_slot(stream *t)
{
	pthread_mutex_lock(&t->lock);
	while (!t->stop && (t->n_read - t->n_put == t->n_slots || (t->in_flight > FLIGHT_MOST && t->n_read > t->n_put)))
		pthread_cond_wait(&t->may_read, &t->lock);
	slot *s = t->stop ? NULL : &t->slots[t->n_read % t->n_slots];
	pthread_mutex_unlock(&t->lock);
	return s;
}

static void *read_all(void *arg)
{
	stream *t = arg;
	slot *s;
	bool got = true;
	while (got && (s = free_slot(t))) {
		got = read_batch(s, t);
		pthread_mutex_lock(&t->lock);
		if (got) {
			t->n_read++;
			t->in_flight += s->n_in;
			pthread_cond_signal(&t->may_work);
		}
		pthread_mutex_unlock(&t->lock);
	}
	pthread_mutex_lock(&t->lock);
	t->eof = true;
	pthread_cond_broadcast(&t->may_work);
	pthread_cond_signal(&t->may_put);
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/* ---- the workers' side */

static dx_status one(item *it, FILE *to, const slot *s, dx_arena *arena, const dx_run_opts *o, dx_err *err)
{
	dx_found f;
	dx_parse_place place;
	dx_input in = { .kind = it->kind, .file = s->file, .id = dx_str_of(s->id), .line = it->line,
		        .bytes = { it->n ? s->in + it->beg : "", it->n } };
	dx_status st = dx_parse(&f, &place, &in, o->pipeline, o->lenient, arena, err);
	it->line = place.line;
	it->n_repaired = place.n_repaired;
	if (st)
		return st;
	st = dx_pipeline_run(&f, o->pipeline, &o->opts, arena, err);
	it->n_quotes = f.rec.n_quotes;
	if (!st)
		st = o->format->record(to, &f, &o->write, err);
	dx_found_fini(&f);
	return st;
}

typedef struct { stream *t; dx_arena *arena; pthread_t id; char buf[STREAM_BUFFER]; } worker;

/* What a record wrote before it failed stays in s->out, but no item points to it. */
static void format(item *it, slot *s, worker *w)
{
	FILE *to = dx_bytes_stream(&s->out, w->buf, sizeof w->buf);
	it->out_beg = s->out.n;
	if (to)
		it->err.code = one(it, to, s, w->arena, w->t->o, &it->err);
	if (it->err.code == DX_ENOMEM && dx_arena_full(w->arena))
		it->err.code = dx_fail(&it->err, DX_ELIMIT, "needs more than %zu MB of memory: passed over", ARENA_MOST >> 20);
	dx_arena_reset(w->arena);
	if (!to || fclose(to) || s->out.failed)
		it->err.code = it->err.code ? it->err.code : dx_fail(&it->err, DX_ENOMEM, "out of memory: output");
	it->out_n = it->err.code ? 0 : s->out.n - it->out_beg;
	s->out.failed = false;
}

static void work(slot *s, worker *w)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (!s->items[i].err.code)
			format(&s->items[i], s, w);
}

/* Waits for a batch to work on; NULL: there is no more. */
static slot *take_slot(stream *t)
{
	slot *s = NULL;
	pthread_mutex_lock(&t->lock);
	while (!t->stop && !t->eof && t->n_taken == t->n_read)
		pthread_cond_wait(&t->may_work, &t->lock);
	if (!t->stop && t->n_taken < t->n_read)
		s = &t->slots[t->n_taken++ % t->n_slots];
	pthread_mutex_unlock(&t->lock);
	return s;
}

static void *work_all(void *arg)
{
	worker *w = arg;
	slot *s;
	while ((s = take_slot(w->t))) {
		work(s, w);
		pthread_mutex_lock(&w->t->lock);
		s->done = true;
		pthread_cond_signal(&w->t->may_put);
		pthread_mutex_unlock(&w->t->lock);
	}
	return NULL;
}

/* ---- the writer's side */

static dx_status put_item(dx_run_totals *sum, const item *it, const slot *s, stream *t, dx_err *err)
{
	const dx_run_opts *o = t->o;
	sum->n_bytes += it->n;
	if (it->err.code) {
		sum->n_bad++;
		if (o->bad)
			o->bad(o->ctx, s->file, it->line, &it->err);
		return DX_OK;
	}
	if (it->n_repaired && o->repaired)
		o->repaired(o->ctx, s->file, it->line, it->n_repaired);
	sum->n_repaired += it->n_repaired > 0;
	dx_str bytes = { s->out.p + it->out_beg, it->out_n };
	dx_status st = o->format->put ? o->format->put(t->sink, bytes, err) : dx_sink_write(t->sink, bytes, err);
	t->sink->n_records++;
	sum->n_records++;
	sum->n_quotes += it->n_quotes;
	return st;
}

static dx_status put_slot(dx_run_totals *sum, slot *s, stream *t, dx_err *err)
{
	dx_status st = DX_OK;
	for (size_t i = 0; i < s->n_items && !st; i++)
		st = put_item(sum, &s->items[i], s, t, err);
	if (t->o->progress)
		t->o->progress(t->o->ctx, sum);
	s->out.n = 0;
	if (s->out.cap > KEEP_MOST) {
		free(s->out.p);
		s->out = (dx_bytes){ .p = NULL };
	}
	if (s->cap_in > KEEP_MOST) {
		free(s->in);
		s->in = NULL;
		s->cap_in = 0;
	}
	return st;
}

/* Is the next batch ready to be put out? Called with the lock held. */
static bool next_done(const stream *t)
{
	return t->n_put < t->n_read && t->slots[t->n_put % t->n_slots].done;
}

/* Waits for the next batch in order; *s = NULL: that was all. What is written goes out before a wait, so that one who reads
 * along sees each result when it is there. */
static dx_status done_slot(slot **s, stream *t, dx_err *err)
{
	pthread_mutex_lock(&t->lock);
	if (!next_done(t)) {
		pthread_mutex_unlock(&t->lock);
		dx_status st = dx_sink_flush(t->sink, err);
		if (st)
			return st;
		pthread_mutex_lock(&t->lock);
	}
	while (!next_done(t) && !(t->eof && t->n_put == t->n_read))
		pthread_cond_wait(&t->may_put, &t->lock);
	*s = next_done(t) ? &t->slots[t->n_put % t->n_slots] : NULL;
	pthread_mutex_unlock(&t->lock);
	return DX_OK;
}

static void give_back(slot *s, size_t n_in, stream *t)
{
	pthread_mutex_lock(&t->lock);
	s->done = false;
	t->in_flight -= n_in;
	t->n_put++;
	pthread_cond_signal(&t->may_read);
	pthread_mutex_unlock(&t->lock);
}

static dx_status put_all(dx_run_totals *sum, stream *t, dx_err *err)
{
	slot *s;
	dx_status st = t->o->format->head ? t->o->format->head(t->sink, err) : DX_OK;
	while (!st && !(st = done_slot(&s, t, err)) && s) {
		st = put_slot(sum, s, t, err);
		give_back(s, s->n_in, t);
	}
	if (!st && t->o->format->tail)
		st = t->o->format->tail(t->sink, err);
	return st ? st : dx_sink_flush(t->sink, err);
}

/* ---- all together */

static void stop(stream *t)
{
	if (t->o->stop)
		atomic_store(t->o->stop, true);
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_broadcast(&t->may_read);
	pthread_cond_broadcast(&t->may_work);
	pthread_mutex_unlock(&t->lock);
}

/* Starts n workers at most; fewer are enough, none is a failure. Returns how many run. */
static size_t start_workers(worker *w, size_t n, stream *t, dx_err *err)
{
	size_t i = 0;
	for (; i < n; i++) {
		w[i].t = t;
		if (dx_arena_new(&w[i].arena, err))
			break;
		dx_arena_limit(w[i].arena, ARENA_MOST);
		if (pthread_create(&w[i].id, NULL, work_all, &w[i])) {
			dx_arena_free(w[i].arena);
			break;
		}
	}
	return i;
}

static dx_status run_threads(dx_run_totals *sum, worker *w, stream *t, dx_err *err)
{
	pthread_t reader;
	dx_status st = DX_OK;
	size_t n = start_workers(w, t->o->n_threads, t, err);
	bool reads = n > 0 && pthread_create(&reader, NULL, read_all, t) == 0;
	if (reads)
		st = put_all(sum, t, err);
	else
		st = dx_fail(err, DX_ENOMEM, "no thread could be started");
	if (st)
		stop(t);
	if (reads)
		pthread_join(reader, NULL);
	for (size_t i = 0; i < n; i++) {
		pthread_join(w[i].id, NULL);
		dx_arena_free(w[i].arena);
	}
	if (!st && t->reader.code)
		st = dx_fail(err, t->reader.code, "%s", t->reader.msg);
	return st;
}

static void stream_fini(stream *t)
{
	for (size_t i = 0; i < t->n_slots && t->slots; i++) {
		free(t->slots[i].file);
		free(t->slots[i].id);
		free(t->slots[i].in);
		free(t->slots[i].items);
		free(t->slots[i].out.p);
	}
	free(t->slots);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->may_read);
	pthread_cond_destroy(&t->may_work);
	pthread_cond_destroy(&t->may_put);
}

dx_status dx_run(dx_run_totals *out, const dx_run_opts *o, dx_reader *rd, dx_sink *sink, dx_err *err)
{
	stream t = { .o = o, .rd = rd, .sink = sink, .n_slots = (size_t)o->n_threads * SLOTS_PER_THREAD };
	dx_status st;
	assert(o->n_threads >= 1 && o->n_threads <= DX_RUN_THREADS_MOST);
	*out = (dx_run_totals){ .n_records = 0 };
	dx_parse_init();
	pthread_mutex_init(&t.lock, NULL);
	pthread_cond_init(&t.may_read, NULL);
	pthread_cond_init(&t.may_work, NULL);
	pthread_cond_init(&t.may_put, NULL);
	worker *w = calloc(o->n_threads, sizeof *w);
	t.slots = calloc(t.n_slots, sizeof *t.slots);
	st = w && t.slots ? run_threads(out, w, &t, err) : dx_fail(err, DX_ENOMEM, "out of memory: stream");
	free(w);
	stream_fini(&t);
	return st;
}
