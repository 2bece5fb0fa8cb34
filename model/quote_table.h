/* quote_table.h - the weights of both rounds' chains side by side, for the features that the rounds share: one look at a row, which is
 * mostly a wait for memory, serves both. Made at load from the two chains. */
#ifndef DX_QUOTE_TABLE_H
#define DX_QUOTE_TABLE_H
#include "model/chain.h"

typedef struct {
	uint32_t mask;                           /* rows - 1 */
	uint16_t (*row)[8];                      /* [mask + 1]; of label y: 256 times the second round's weight, and the first's, and 128 */
} dx_quote_table;

/* Both chains have a stride of 8. */
dx_status dx_quote_table_new(dx_quote_table *out, const dx_chain *round1, const dx_chain *round2, dx_err *err) DX_CHECKED;
void dx_quote_table_free(dx_quote_table *t);

static inline dx_table dx_quote_table_rows(const dx_quote_table *t)
{
	return (dx_table){ (const char *)t->row, t->mask, sizeof *t->row };
}

/* As dx_chain_sum, of both rounds. */
void dx_quote_table_sum(int16_t sum1[8], int16_t sum2[8], const dx_quote_table *t, const uint32_t *feat, size_t n);
#endif
