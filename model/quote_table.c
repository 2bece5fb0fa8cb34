#include "model/quote_table.h"
#include "features/huge.h"
#include <stdlib.h>

typedef int8_t byte8 __attribute__((vector_size(8)));
typedef int16_t short8 __attribute__((vector_size(16)));
typedef uint16_t ushort8 __attribute__((vector_size(16)));

dx_status dx_quote_table_new(dx_quote_table *out, const dx_chain *round1, const dx_chain *round2, dx_err *err)
{
	uint32_t mask = round1->mask > round2->mask ? round1->mask : round2->mask;
	size_t size = ((size_t)mask + 1) * sizeof *out->row;
	assert(round1->stride == 8 && round2->stride == 8);
	*out = (dx_quote_table){ .mask = mask, .row = dx_huge_alloc(size, NULL) };     /* no row lies in two cache lines */
	if (!out->row)
		return dx_fail(err, DX_ENOMEM, "out of memory: table of quote weights");
	const int8_t *w1 = round1->w, *w2 = round2->w;
	const size_t mask1 = round1->mask, mask2 = round2->mask;
	for (size_t i = 0; i <= mask; i++) {
		byte8 a, b;
		memcpy(&a, w1 + 8 * (i & mask1), sizeof a);
		memcpy(&b, w2 + 8 * (i & mask2), sizeof b);
		ushort8 row = (ushort8)(__builtin_convertvector(b, short8) * 256 + __builtin_convertvector(a, short8) + 128);
		memcpy(out->row[i], &row, sizeof row);
	}
	return DX_OK;
}

void dx_quote_table_free(dx_quote_table *t)
{
	free(t->row);
	t->row = NULL;
}

void dx_quote_table_sum(int16_t sum1[8], int16_t sum2[8], const dx_quote_table *t, const uint32_t *feat, size_t n)
{
	ushort8 all = { 0 };
	short8 high = { 0 };
	for (size_t k = 0; k < n; k++) {
		ushort8 row;
		memcpy(&row, t->row[feat[k] & t->mask], sizeof row);
		all += row;
		high += (short8)row >> 8;        /* the 128 keeps the first round's weights from borrowing */
	}
	all -= (ushort8)high << 8;               /* sums of 16 bits may have run over; what is left does not */
	all -= (uint16_t)(128 * n);
	memcpy(sum1, &all, sizeof all);
	memcpy(sum2, &high, sizeof high);
}
