#include "datasets/offsets.h"
#include <stdlib.h>

#define STEP 64                                          /* bytes between two counted positions */

/* What a byte adds: one at each first byte of a code point, and UTF-16 needs two units from four bytes on. */
static uint32_t units(unsigned char c, dx_offsets unit)
{
	return (uint32_t)((c & 0xc0) != 0x80) + (uint32_t)(unit == DX_OFF_UTF16 && c >= 0xf0);
}

dx_status dx_offset_count_init(dx_offset_count *k, dx_str text, dx_offsets unit, dx_err *err)
{
	uint32_t n = 0;
	*k = (dx_offset_count){ text, unit, NULL };
	if (unit == DX_OFF_BYTE)
		return DX_OK;
	if (!(k->count = malloc((text.n / STEP + 1) * sizeof *k->count)))
		return dx_fail(err, DX_ENOMEM, "out of memory: offsets of %zu bytes", text.n);
	for (size_t i = 0; i < text.n; i++) {
		if (i % STEP == 0)
			k->count[i / STEP] = n;
		n += units((unsigned char)text.p[i], unit);
	}
	if (text.n % STEP == 0)
		k->count[text.n / STEP] = n;
	return DX_OK;
}

void dx_offset_count_fini(dx_offset_count *k)
{
	free(k->count);
}

json_int_t dx_offset_of(const dx_offset_count *k, uint32_t byte)
{
	if (k->unit == DX_OFF_BYTE)
		return byte;
	uint32_t n = k->count[byte / STEP];
	for (uint32_t i = byte / STEP * STEP; i < byte; i++)
		n += units((unsigned char)k->text.p[i], k->unit);
	return n;
}
