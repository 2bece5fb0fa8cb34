/* check.h - the properties that every record must have after the pipeline, for the fuzz targets. */
#ifndef DX_FUZZ_CHECK_H
#define DX_FUZZ_CHECK_H
#include <stdio.h>
#include <stdlib.h>
#include "predict/pipeline.h"

#define CHECK(what) ((what) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), abort()))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The model $DIXIT_MODEL, loaded once. */
const dx_pipeline *fuzz_pipeline(void);
const char *fuzz_model(void);
/* Spans in range, ordered, on code point boundaries; the reported text is their slices; probabilities are such; what is written is read
 * back, and is then written the same. f was updated with byte offsets. */
void fuzz_check(const dx_found *f);
/* Valid UTF-8 of these bytes, in the arena. */
dx_str fuzz_text(const uint8_t *data, size_t size, dx_arena *arena);
#endif
