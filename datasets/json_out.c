#include "datasets/json_out.h"
#include <math.h>
#include <stdlib.h>

void dx_json_flush(dx_json_out *o)
{
	fwrite(o->buf, 1, o->n, o->to);
	o->n = 0;
}

void dx_json_char(dx_json_out *o, char c)
{
	if (o->n == sizeof o->buf)
		dx_json_flush(o);
	o->buf[o->n++] = c;
}

void dx_json_bytes(dx_json_out *o, const char *s, size_t n)
{
	if (n > sizeof o->buf - o->n)
		dx_json_flush(o);
	if (n > sizeof o->buf) {
		fwrite(s, 1, n, o->to);
		return;
	}
	memcpy(o->buf + o->n, s, n);
	o->n += n;
}

void dx_json_text(dx_json_out *o, const char *s)
{
	dx_json_bytes(o, s, strlen(s));
}

void dx_json_escaped(dx_json_out *o, const char *s, size_t n)
{
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *at;
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		dx_json_bytes(o, s + from, i - from);
		from = i + 1;
		char code[8] = { '\\' };
		if (c && (at = strchr("\"\"\\\\\nn\tt\rr\bb\ff", c)))
			code[1] = at[1];
		else
			snprintf(code + 1, sizeof code - 1, "u%04x", c);
		dx_json_text(o, code);
	}
	dx_json_bytes(o, s + from, n - from);
}

void dx_json_string(dx_json_out *o, const char *s, size_t n)
{
	dx_json_char(o, '"');
	dx_json_escaped(o, s, n);
	dx_json_char(o, '"');
}

void dx_json_integer(dx_json_out *o, json_int_t v)
{
	char buf[24], *p = buf + sizeof buf;
	uint64_t n = v < 0 ? -(uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + n % 10);
	while (n /= 10);
	if (v < 0)
		*--p = '-';
	dx_json_bytes(o, p, (size_t)(buf + sizeof buf - p));
}

/* A number that three decimals say, as our probabilities are: the very characters that write_real would find. */
static bool write_thousandths(dx_json_out *o, double v)
{
	double k = round(v * 1000);
	if (signbit(v) || !(k < 1e9) || k / 1000 != v)
		return false;
	unsigned n = (unsigned)k, rest = n % 1000;
	char buf[4] = { '.', (char)('0' + rest / 100), (char)('0' + rest / 10 % 10), (char)('0' + rest % 10) };
	dx_json_integer(o, n / 1000);
	dx_json_bytes(o, buf, rest % 10 ? 4 : rest % 100 ? 3 : 2);
	return true;
}

/* The shortest digits that read back as the same number; with a point or exponent, so that it stays a real. */
void dx_json_real(dx_json_out *o, double v)
{
	char buf[40];
	if (write_thousandths(o, v))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, sizeof buf, "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	dx_json_text(o, buf);
	dx_json_text(o, strpbrk(buf, ".eE") ? "" : ".0");
}

static void write_object(dx_json_out *o, json_t *obj)
{
	const char *key, *sep = "";
	size_t n;
	json_t *v;
	dx_json_char(o, '{');
	json_object_keylen_foreach(obj, key, n, v) {
		dx_json_text(o, sep);
		dx_json_string(o, key, n);
		dx_json_char(o, ':');
		dx_json_value(o, v);
		sep = ",";
	}
	dx_json_char(o, '}');
}

static void write_array(dx_json_out *o, const json_t *list)
{
	dx_json_char(o, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			dx_json_char(o, ',');
		dx_json_value(o, json_array_get(list, i));
	}
	dx_json_char(o, ']');
}

/* As deep as the value: jansson reads at most 2048 levels. */
void dx_json_value(dx_json_out *o, json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		write_object(o, v);
		break;
	case JSON_ARRAY:
		write_array(o, v);
		break;
	case JSON_STRING:
		dx_json_string(o, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		dx_json_integer(o, json_integer_value(v));
		break;
	case JSON_REAL:
		dx_json_real(o, json_real_value(v));
		break;
	case JSON_TRUE:
		dx_json_text(o, "true");
		break;
	case JSON_FALSE:
		dx_json_text(o, "false");
		break;
	case JSON_NULL:
		dx_json_text(o, "null");
		break;
	}
}
