/* key_table.h - tables from hashes to bytes (features/key_table.h) in the model file: u32 bits, pad to 8, u64 slots [2^bits]. */
#ifndef DX_MODEL_KEY_TABLE_H
#define DX_MODEL_KEY_TABLE_H
#include "features/key_table.h"
#include "model/file.h"

/* Views a packed table; values from 1 to most. `what` names it in errors. */
dx_status dx_key_table_unpack(dx_key_table *out, dx_cursor *c, const char *what, uint8_t most, dx_err *err) DX_CHECKED;

typedef struct { uint64_t key; uint8_t value; } dx_key_value;
/* Packs n pairs of different keys, values above 0. The same pairs in the same order give the same bytes; DX_ENOMEM. */
dx_status dx_key_table_pack(dx_pack *out, const dx_key_value *v, size_t n, dx_err *err) DX_CHECKED;
#endif
