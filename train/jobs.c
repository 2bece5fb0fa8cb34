#include "train/jobs.h"
#include <pthread.h>

#define MOST_HELPERS 64

typedef struct {
	const dx_jobs *jobs;
	pthread_mutex_t lock;                    /* guards all below */
	uint32_t next, n_done;
	dx_status st;
	dx_err err;
} run;

static void *work(void *arg)
{
	run *r = arg;
	const dx_jobs *j = r->jobs;
	pthread_mutex_lock(&r->lock);
	while (r->next < j->n && !r->st) {
		const uint32_t k = r->next++;
		dx_err err = { .msg = "" };
		pthread_mutex_unlock(&r->lock);
		const dx_status st = j->part(j->ctx, k, &err);
		pthread_mutex_lock(&r->lock);
		r->n_done++;
		if (st && !r->st) {
			r->st = st;
			r->err = err;
		}
		if (j->done)
			j->done(j->ctx, r->n_done, j->n);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

dx_status dx_jobs_run(const dx_jobs *jobs, dx_err *err)
{
	run r = { .jobs = jobs };
	pthread_t helper[MOST_HELPERS];
	size_t n = 0;
	pthread_mutex_init(&r.lock, NULL);
	while (n + 1 < jobs->threads && n + 1 < jobs->n && n < MOST_HELPERS && !pthread_create(&helper[n], NULL, work, &r))
		n++;
	work(&r);
	while (n)
		pthread_join(helper[--n], NULL);
	pthread_mutex_destroy(&r.lock);
	if (r.st && err)
		*err = r.err;
	return r.st;
}
