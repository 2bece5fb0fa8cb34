/* huge.h - large pieces of memory. Filled page by page they cost more for the pages than for what is done with them, so that the kernel is
 * asked for huge pages, where it has them (Linux). */
#ifndef DX_HUGE_H
#define DX_HUGE_H
#include <stddef.h>

#define DX_HUGE_PAGE ((size_t)2 << 20)

/* At least size bytes, at the begin of a page of either kind; NULL when memory is out. free() it. *got (may be NULL): how many there are. */
void *dx_huge_alloc(size_t size, size_t *got);
#endif
