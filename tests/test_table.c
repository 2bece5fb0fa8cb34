/* test_table.c - TSV and CSV rows become records: quoting, line feeds in fields, names of columns, errors with reasons. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datasets/table.h"

static FILE *from_text(const char *text, size_t n)
{
	FILE *f = tmpfile();
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	rewind(f);
	return f;
}

/* Opens a table of this text; its head is good. */
static dx_table *open_table(FILE **f, const char *text, const char *name)
{
	dx_table *t;
	dx_err err = { 0 };
	*f = from_text(text, strlen(text));
	if (dx_table_new(&t, *f, name, &err))
		fail_msg("%s", err.msg);
	return t;
}

static void expect_row(dx_table *t, size_t line, const char *json)
{
	dx_str s;
	bool more;
	dx_err err = { 0 };
	if (dx_table_next(&s, &more, t, &err))
		fail_msg("%s", err.msg);
	assert_true(more);
	assert_string_equal(s.p, json);
	assert_int_equal(dx_table_line(t), line);
}

static void expect_end(dx_table *t, FILE *f)
{
	dx_str s;
	bool more = true;
	dx_err err = { 0 };
	assert_int_equal(dx_table_next(&s, &more, t, &err), DX_OK);
	assert_false(more);
	dx_table_free(t);
	fclose(f);
}

static void test_csv(void **state)
{
	(void)state;
	FILE *f;
	dx_table *t = open_table(&f, "\xef\xbb\xbfID,Target,Tweet,Stance\r\n1,ferry,\"so, \"\"new\"\"\nand green\",FAVOR\r\n\r\n"
	                             "2,a \"big\" toll,5\"\" wide,AGAINST\r\n3,\"\",,NONE", "x.csv");
	expect_row(t, 2, "{\"id\":\"1\",\"target\":\"ferry\",\"text\":\"so, \\\"new\\\"\\nand green\",\"stance\":\"FAVOR\"}");
	expect_row(t, 5, "{\"id\":\"2\",\"target\":\"a \\\"big\\\" toll\",\"text\":\"5\\\"\\\" wide\",\"stance\":\"AGAINST\"}");
	expect_row(t, 6, "{\"id\":\"3\",\"stance\":\"NONE\"}");
	expect_end(t, f);
}

static void test_semicolons_and_tabs(void **state)
{
	(void)state;
	FILE *f;
	dx_table *t = open_table(&f, "text;topic;label;source\nbad, bad;toll;CON;paper\n", "x.csv");
	expect_row(t, 2, "{\"text\":\"bad, bad\",\"target\":\"toll\",\"stance\":\"CON\",\"source\":\"paper\"}");
	expect_end(t, f);
	t = open_table(&f, "text\ttarget\tlabel\n\"quoted \"\"so\"\"\"\ttoll\tPRO\n\"not\" closed\"\ttoll\tCON\n\"open\ttoll\tPRO\n", "x.tsv");
	expect_row(t, 2, "{\"text\":\"quoted \\\"so\\\"\",\"target\":\"toll\",\"stance\":\"PRO\"}");
	expect_row(t, 3, "{\"text\":\"\\\"not\\\" closed\\\"\",\"target\":\"toll\",\"stance\":\"CON\"}");
	expect_row(t, 4, "{\"text\":\"\\\"open\",\"target\":\"toll\",\"stance\":\"PRO\"}");
	expect_end(t, f);
}

static void test_bad_rows_are_passed_over(void **state)
{
	(void)state;
	FILE *f;
	dx_str s;
	bool more;
	dx_err err = { 0 };
	dx_table *t = open_table(&f, "text,target\none\ntwo,a,b\nb\xff" "d,c\ngood,t\n\"never closed,t\n", "x.csv");
	assert_int_equal(dx_table_next(&s, &more, t, &err), DX_EFORMAT);
	assert_string_equal(err.msg, "1 fields, the first row has 2");
	assert_int_equal(dx_table_next(&s, &more, t, &err), DX_EFORMAT);
	assert_int_equal(dx_table_line(t), 3);
	assert_int_equal(dx_table_next(&s, &more, t, &err), DX_EUTF8);
	expect_row(t, 5, "{\"text\":\"good\",\"target\":\"t\"}");
	assert_int_equal(dx_table_next(&s, &more, t, &err), DX_EFORMAT);
	assert_int_equal(dx_table_line(t), 6);
	expect_end(t, f);
}

static void expect_refused(const char *text, size_t n, const char *reason)
{
	dx_table *t;
	dx_err err = { 0 };
	FILE *f = from_text(text, n);
	assert_int_equal(dx_table_new(&t, f, "x.tsv", &err), DX_EFORMAT);
	assert_null(t);
	if (!strstr(err.msg, reason))
		fail_msg("%s", err.msg);
	fclose(f);
}

static void test_bad_heads(void **state)
{
	(void)state;
	static const char NUL[] = "text\ttar\0get\n";
	expect_refused("", 0, "empty");
	expect_refused("\n\n", 2, "empty");
	expect_refused("a\tb\n1\t2\n", 8, "there are: a, b");
	expect_refused("text\tb\n1\t2\n", 11, "no column is called target");
	expect_refused("text\ttext\ttarget\n", 17, "two columns");
	expect_refused(NUL, sizeof NUL - 1, "column 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv), cmocka_unit_test(test_semicolons_and_tabs), cmocka_unit_test(test_bad_rows_are_passed_over),
		cmocka_unit_test(test_bad_heads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
