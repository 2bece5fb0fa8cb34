#include "datasets/json_memory.h"
#include <pthread.h>
#include <stdlib.h>

static _Thread_local bool failed;

static void *watched(size_t n)
{
	void *p = malloc(n);
	failed = failed || !p;
	return p;
}

static void watch(void)
{
	json_set_alloc_funcs(watched, free);
}

void dx_json_memory_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, watch);
}

void dx_json_memory_watch(void)
{
	dx_json_memory_init();
	failed = false;
}

bool dx_json_memory_failed(void)
{
	return failed;
}

char *dx_json_line(const json_t *o)
{
	dx_json_memory_watch();
	char *line = json_dumps(o, JSON_COMPACT);
	if (!failed)
		return line;
	free(line);
	return NULL;
}

json_t *dx_json_load(bool *no_memory, dx_str bytes, size_t flags, json_error_t *why)
{
	dx_json_memory_watch();
	json_t *root = json_loadb(bytes.p, bytes.n, flags, why);
	*no_memory = failed;
	if (!failed)
		return root;
	json_decref(root);
	return NULL;
}
