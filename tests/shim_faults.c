/* shim_faults.c - preloaded before a command to make its environment fail: allocations (of every library), reads.
 *     FAULT_MALLOC=K      the K-th allocation fails (from 1); with FAULT_LASTING all from there on
 *     FAULT_READ=K        the K-th read fails with EIO; FAULT_SHORT: reads give one to seven bytes
 *     FAULT_COUNT=FILE    how many there were, "ALLOCATIONS READS", is written there at the end
 * Not part of the library; used by test_faults.sh. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static atomic_long n_malloc, n_read;
static long fail_malloc, fail_read;
static int lasting, shorten;

static long number(const char *name)
{
	const char *s = getenv(name);
	return s ? atol(s) : 0;
}

static void __attribute__((constructor)) start(void)
{
	lasting = getenv("FAULT_LASTING") != NULL;
	shorten = getenv("FAULT_SHORT") != NULL;
	fail_read = number("FAULT_READ");
	fail_malloc = number("FAULT_MALLOC");
}

static void __attribute__((destructor)) end(void)
{
	const char *path = getenv("FAULT_COUNT");
	fail_malloc = 0;
	FILE *f = path ? fopen(path, "w") : NULL;
	if (!f)
		return;
	fprintf(f, "%ld %ld\n", atomic_load(&n_malloc), atomic_load(&n_read));
	fclose(f);
}

static int fails(void)
{
	long k = atomic_fetch_add(&n_malloc, 1) + 1;
	if (!fail_malloc || (lasting ? k < fail_malloc : k != fail_malloc))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

ssize_t read(int fd, void *buf, size_t n)
{
	static ssize_t (*real)(int, void *, size_t);
	long k = atomic_fetch_add(&n_read, 1) + 1;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "read");
	if (k == fail_read) {
		errno = EIO;
		return -1;
	}
	return real(fd, buf, shorten && n > 7 ? (size_t)(1 + k % 7) : n);
}
