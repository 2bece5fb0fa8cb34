/* place.h - where the model is that is used when none is named. */
#ifndef DX_PLACE_H
#define DX_PLACE_H
#include <stdbool.h>

#define DX_PLACE_MOST 4096

/* $DIXIT_MODEL; else the build tree's own, which comes before an installed one, beside the running program or in DX_MODEL_DIR. The path is path[] or a
 * string that lasts. There may be no file there. */
const char *dx_place_model(char path[DX_PLACE_MOST]);
bool dx_place_exists(const char *path);
#endif
