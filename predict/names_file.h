/* names_file.h - the user's list of names from a file. */
#ifndef DX_NAMES_FILE_H
#define DX_NAMES_FILE_H
#include "features/names.h"

/* Reads and parses the file. Messages begin with its name, and the line where it is a line that is wrong. */
dx_status dx_names_open(dx_names **out, const char *path, dx_err *err) DX_CHECKED;
#endif
