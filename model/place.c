#include "model/place.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "features/base.h"

#ifndef DX_MODEL_DIR
#define DX_MODEL_DIR "/usr/local/share/dixit"
#endif

bool dx_place_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The directory of this program with tail appended; false when it cannot be known or is too long. */
static bool beside_program(char *path, const char *tail)
{
	ssize_t n = readlink("/proc/self/exe", path, DX_PLACE_MOST - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	char *slash = strrchr(path, '/');
	if (!slash || (size_t)(slash - path) + strlen(tail) + 2 > DX_PLACE_MOST)
		return false;
	memcpy(slash + 1, tail, strlen(tail) + 1);
	return true;
}

const char *dx_place_model(char path[DX_PLACE_MOST])
{
	static const char *const PLACES[] = { "../model/default.dixit", "../../../model/default.dixit",
		                              "../share/dixit/default.dixit" };
	const char *env = getenv("DIXIT_MODEL");
	if (env && *env)
		return env;
	for (size_t i = 0; i < DX_COUNT(PLACES); i++)
		if (beside_program(path, PLACES[i]) && dx_place_exists(path))
			return path;
	return DX_MODEL_DIR "/default.dixit";
}
