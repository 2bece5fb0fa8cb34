#include "predict/progress.h"
#include <inttypes.h>

#define FIRST 1.0                                        /* seconds before the line shows at all */
#define EVERY 0.2                                        /* seconds between two lines */

static double seconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void dx_meter_init(dx_meter *m, FILE *to, uint64_t n_total)
{
	*m = (dx_meter){ .to = to, .n_total = n_total };
	clock_gettime(CLOCK_MONOTONIC, &m->start);
	m->last = m->start;
}

static int put_left(char *buf, size_t size, double left)
{
	if (left < 90)
		return snprintf(buf, size, ", %.0f s left", left);
	if (left < 5400)
		return snprintf(buf, size, ", %.0f min left", left / 60);
	return snprintf(buf, size, ", %.1f h left", left / 3600);
}

void dx_meter_show(dx_meter *m, uint64_t n_records, uint64_t n_bytes)
{
	struct timespec now;
	char line[120], left[40] = "";
	if (!m->to)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double run = seconds(&m->start, &now);
	if (run < FIRST || (m->n_shown && seconds(&m->last, &now) < EVERY))
		return;
	m->last = now;
	if (m->n_total > n_bytes && n_bytes)
		put_left(left, sizeof left, run / (double)n_bytes * (double)(m->n_total - n_bytes));
	int n = snprintf(line, sizeof line, "%" PRIu64 " articles, %.1f MB, %.2f MB/s%s", n_records, (double)n_bytes / 1e6,
	                 (double)n_bytes / 1e6 / run, left);
	fprintf(m->to, "\r%s%*s", line, n < (int)m->n_shown ? (int)m->n_shown - n : 0, "");
	fflush(m->to);
	m->n_shown = (size_t)(n > 0 ? n : 0);
}

void dx_meter_clear(dx_meter *m)
{
	if (!m->to || !m->n_shown)
		return;
	fprintf(m->to, "\r%*s\r", (int)m->n_shown, "");
	fflush(m->to);
	m->n_shown = 0;
}
