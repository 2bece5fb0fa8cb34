#define _DEFAULT_SOURCE                                  /* madvise */
#include "features/huge.h"
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096                                        /* pages are no smaller anywhere */

void *dx_huge_alloc(size_t size, size_t *got)
{
	const size_t page = size >= DX_HUGE_PAGE ? DX_HUGE_PAGE : PAGE;
	if (size > SIZE_MAX - page)
		return NULL;
	size = (size + page - 1) / page * page;
	void *p = aligned_alloc(page, size);
#ifdef MADV_HUGEPAGE
	if (p && page == DX_HUGE_PAGE)
		(void)madvise(p, size, MADV_HUGEPAGE);   /* advice: without it all works as well */
#endif
	if (got)
		*got = size;
	return p;
}
