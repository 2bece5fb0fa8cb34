#include "model/key_table.h"
#include <stdlib.h>

#define MOST_BITS 24

dx_status dx_key_table_unpack(dx_key_table *out, dx_cursor *c, const char *what, uint8_t most, dx_err *err)
{
	size_t bits = dx_take_u32(c), used = 0;
	dx_take_align(c, 8);
	if (bits > MOST_BITS)
		return dx_fail(err, DX_EFORMAT, "%s: a table of 2^%zu slots, at most 2^%d wanted", what, bits, MOST_BITS);
	out->mask = ((uint32_t)1 << bits) - 1;
	out->slot = dx_take(c, (size_t)out->mask + 1, sizeof *out->slot);
	if (c->bad)
		return dx_fail(err, DX_EFORMAT, "%s: 2^%zu slots do not fit their section", what, bits);
	for (size_t i = 0; i <= out->mask; i++) {
		uint64_t value = out->slot[i] & DX_KEY_VALUE;
		if (out->slot[i] && (!value || value > most))
			return dx_fail(err, DX_EFORMAT, "%s: slot %zu is out of range", what, i);
		used += out->slot[i] != 0;
	}
	return used <= out->mask ? DX_OK : dx_fail(err, DX_EFORMAT, "%s: no slot is empty", what);
}

dx_status dx_key_table_pack(dx_pack *out, const dx_key_value *v, size_t n, dx_err *err)
{
	uint32_t bits = 0;
	while (bits < MOST_BITS && (size_t)1 << bits < 2 * n + 1)
		bits++;
	const size_t mask = ((size_t)1 << bits) - 1;
	uint64_t *slot = calloc(mask + 1, sizeof *slot);
	if (!slot)
		return dx_fail(err, DX_ENOMEM, "out of memory: a table of %zu words", n);
	if (n > mask)
		n = mask;
	for (size_t k = 0; k < n; k++) {
		size_t i = (v[k].key >> 8) & mask;
		while (slot[i])
			i = (i + 1) & mask;
		slot[i] = (v[k].key & ~(uint64_t)DX_KEY_VALUE) | v[k].value;
	}
	dx_pack_u32(out, bits);
	dx_pack_align(out, 8);
	dx_pack_bytes(out, slot, (mask + 1) * sizeof *slot);
	free(slot);
	return out->failed ? dx_fail(err, DX_ENOMEM, "out of memory: a table of %zu words", n) : DX_OK;
}
