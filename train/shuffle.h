/* shuffle.h - an article as corpora come that were released for copyright reasons: its lines in another order. The speaker decision
 * is trained on such copies too, so that evidence that needs no order gets its weight. */
#ifndef DX_TRAIN_SHUFFLE_H
#define DX_TRAIN_SHUFFLE_H
#include "datasets/record.h"

/* *out: in's text with its lines in an order that follows from seed, and in's quotes with their spans moved along (cut at line ends), by
 * the begin of their contents. Nothing else is set. Lives in the arena; strings of the quotes stay in's. O(n log n). */
dx_status dx_shuffle_lines(dx_record *out, const dx_record *in, uint64_t seed, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
