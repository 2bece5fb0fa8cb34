#include "predict/write.h"
#include <errno.h>
#include <stdlib.h>

static dx_status failed(dx_sink *s, dx_err *err)
{
	s->error = errno;
	return dx_fail(err, DX_EIO, "writing output: %s", errno ? strerror(errno) : "failed");
}

dx_status dx_sink_write(dx_sink *s, dx_str bytes, dx_err *err)
{
	errno = 0;
	bool good = !bytes.n || (fwrite(bytes.p, 1, bytes.n, s->to) == bytes.n && !ferror(s->to));
	return good ? DX_OK : failed(s, err);
}

dx_status dx_sink_flush(dx_sink *s, dx_err *err)
{
	errno = 0;
	return !s->to || fflush(s->to) == 0 ? DX_OK : failed(s, err);
}

void dx_sink_fini(dx_sink *s)
{
	free(s->seen);
	s->seen = NULL;
	s->n_seen = s->n_slot = 0;
}

void dx_write_pieces(FILE *to, dx_put_str *put, dx_str text, dx_spans s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (i > 0)
			put(to, DX_STR(" ... "));
		put(to, (dx_str){ text.p + s.v[i].beg, s.v[i].end - s.v[i].beg });
	}
}

dx_status dx_write_check(FILE *to, dx_err *err)
{
	return ferror(to) ? dx_fail(err, DX_ENOMEM, "out of memory: output of one record") : DX_OK;
}
