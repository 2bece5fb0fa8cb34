/* article.h - the fixture of tests that read an article: an arena, a header finder, and the text analysed. */
#ifndef DX_TEST_ARTICLE_H
#define DX_TEST_ARTICLE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "features/analyse.h"

typedef struct { dx_arena *arena; dx_header *header; dx_doc doc; } article;

/* 0, or -1 when there is no memory, as cmocka wants it. */
static inline int article_init(article *a)
{
	return dx_arena_new(&a->arena, NULL) || dx_header_new(&a->header, NULL) ? -1 : 0;
}

static inline void article_fini(article *a)
{
	dx_arena_free(a->arena);
	dx_header_free(a->header);
}

/* For cmocka: *state becomes an article. */
static inline int article_setup(void **state)
{
	static article a;
	*state = &a;
	return article_init(&a);
}

static inline int article_teardown(void **state)
{
	article_fini(*state);
	return 0;
}

/* Forgets the article before, analyses n bytes of text. */
static inline void article_read(article *a, const char *text, size_t n)
{
	dx_arena_reset(a->arena);
	assert_int_equal(dx_analyse(&a->doc, a->header, (dx_str){ text, n }, a->arena, NULL), DX_OK);
}
#endif
