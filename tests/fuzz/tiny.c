/* tiny.c - makes a small model out of a whole one, for the fuzz target of models: its tables of chain weights are cut to their first 256
 * rows, the rest is as it was. Of no use to find quotes, but it passes every check and takes every way, and is loaded in no time.
 *     tiny MODEL OUT */
#include <stdio.h>
#include <stdlib.h>
#include "features/quote_vector.h"
#include "features/tagset.h"
#include "model/chain.h"

#define BITS 8                                           /* least that a chain may have */

/* Where the next chain of n_label labels begins, from c on; what stands before chains is not known here. */
static bool find_chain(dx_chain *m, size_t *beg, dx_cursor *c, uint32_t n_label)
{
	for (size_t at = (c->at + 7) / 8 * 8; at + 64 <= c->n; at += 8) {
		dx_cursor from = { .p = c->p, .n = c->n, .at = at };
		if (dx_take_u32(&from) != DX_TEMPLATES || dx_take_u32(&from) != n_label)
			continue;
		from.at = at;
		if (!dx_chain_unpack(m, &from, n_label, NULL)) {
			*beg = at;
			*c = from;
			return true;
		}
	}
	return false;
}

/* Copies what stands before the next chain, and the chain with fewer rows. Both tables are a multiple of 64 bytes long, so that what follows
 * keeps its alignment. */
static dx_status cut_chain(dx_pack *out, dx_cursor *c, uint32_t n_label, dx_err *err)
{
	dx_chain m;
	size_t from = c->at, beg;
	if (!find_chain(&m, &beg, c, n_label))
		return dx_fail(err, DX_EFORMAT, "no chain of %u labels", n_label);
	dx_cursor head = { .p = c->p, .n = c->n, .at = beg };
	dx_pack_bytes(out, c->p + from, beg - from);
	dx_pack_u32(out, dx_take_u32(&head));
	dx_pack_u32(out, dx_take_u32(&head));
	dx_pack_u32(out, BITS);
	dx_take_u32(&head);
	dx_pack_f64(out, dx_take_f64(&head));
	dx_pack_bytes(out, m.trans, (size_t)(n_label + 1) * n_label * sizeof *m.trans);
	dx_pack_align(out, 64);
	dx_pack_bytes(out, m.w, ((size_t)1 << BITS) * m.stride);
	return DX_OK;
}

static dx_status cut_chains(dx_pack *out, dx_cursor *c, uint32_t first, uint32_t second, dx_err *err)
{
	dx_status st = cut_chain(out, c, first, err);
	if (!st)
		st = cut_chain(out, c, second, err);
	if (!st)
		dx_pack_bytes(out, c->p + c->at, c->n - c->at);
	return st;
}

static dx_status cut_section(dx_writer *w, const char *name, dx_str s, dx_err *err)
{
	dx_cursor c = { .p = s.p, .n = s.n };
	dx_pack cut = { 0 };
	dx_status st = DX_OK;
	if (!strcmp(name, "tags"))
		st = cut_chains(&cut, &c, DX_N_POS, DX_N_NER, err);
	else if (!strcmp(name, "quotes.chain"))
		st = cut_chains(&cut, &c, DX_N_QL, DX_N_QL, err);
	else
		dx_pack_bytes(&cut, s.p, s.n);
	if (!st && cut.failed)
		st = dx_fail(err, DX_ENOMEM, "out of memory: section %s", name);
	if (!st)
		st = dx_writer_put(w, name, cut.p, cut.n, err);
	free(cut.p);
	return st;
}

static dx_status cut_file(dx_writer *w, const char *from, const char *to, dx_err *err)
{
	dx_file *f;
	const char *name;
	dx_status st = dx_file_open(&f, from, err);
	if (st)
		return st;
	for (size_t i = 0; !st && (name = dx_file_name(f, i)); i++)
		st = cut_section(w, name, dx_file_section(f, name), err);
	dx_file_close(f);
	return st ? st : dx_writer_save(w, to, err);
}

int main(int argc, char **argv)
{
	dx_writer *w;
	dx_err err = { .msg = "usage: tiny MODEL OUT" };
	dx_status st = argc == 3 ? dx_writer_new(&w, &err) : DX_EFORMAT;
	if (!st) {
		st = cut_file(w, argv[1], argv[2], &err);
		dx_writer_free(w);
	}
	if (st)
		fprintf(stderr, "tiny: %s\n", err.msg);
	return st ? 1 : 0;
}
