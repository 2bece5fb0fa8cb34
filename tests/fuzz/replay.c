/* replay.c - runs a fuzz target on files, without libFuzzer: so that its corpus guards with any compiler. */
#include "tests/fuzz/check.h"

static void replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	CHECK(f && !fseek(f, 0, SEEK_END));
	size_t n = (size_t)ftell(f);
	uint8_t *p = malloc(n ? n : 1);                  /* its own size, so that sanitizers see an overflow */
	rewind(f);
	CHECK(p && fread(p, 1, n, f) == n);
	fclose(f);
	LLVMFuzzerTestOneInput(p, n);
	free(p);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%s: %d files\n", argv[0], argc - 1);
	return 0;
}
