#include "datasets/options.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define HELP_INDENT 26                                   /* column of the help texts */
#define HELP_WIDTH 80

/* What parsing carries along. */
typedef struct {
	char *into;                                      /* the caller's struct */
	const dx_usage *u;
	int argc, at;                                    /* at: index of the next argument */
	char *const *argv;
	dx_arena *arena;
	bool stop, no_more_options;
} parser;

static bool is_flag(const dx_option *o)
{
	return o->kind == DX_OPT_FLAG || o->kind == DX_OPT_STOP;
}

/* The array is sized for the whole command line at its first item: no list is longer than that. */
static dx_status push(dx_opt_list *list, const char *arg, const parser *ps, dx_err *err)
{
	if (!list->v && !(list->v = dx_arena_array(ps->arena, (size_t)ps->argc, sizeof *list->v)))
		return dx_fail(err, DX_ENOMEM, "out of memory: command line");
	list->v[list->n++] = arg;
	return DX_OK;
}

static bool in_range(const dx_option *o, double v)
{
	return (o->least == 0 && o->most == 0) || (v >= o->least && v <= o->most);
}

/* "a, b or c" into buf, cut where it is too long. */
static void list_choices(char *buf, size_t size, const char *const *choices)
{
	size_t w = 0;
	buf[0] = '\0';
	for (size_t i = 0; choices[i] && w < size; i++) {
		const char *sep = i == 0 ? "" : choices[i + 1] ? ", " : " or ";
		int n = snprintf(buf + w, size - w, "%s%s", sep, choices[i]);
		w += n > 0 ? (size_t)n : 0;
	}
}

static dx_status bad_number(const dx_option *o, const char *arg, dx_err *err)
{
	const char *what = o->kind == DX_OPT_INT ? "a whole number" : "a number";
	char names[120];
	if (o->choices) {
		list_choices(names, sizeof names, o->choices);
		return dx_fail(err, DX_EFORMAT, "option --%s: expected %s, or %s from %.15g to %.15g, got \"%.60s\"", o->name, names, what, o->least,
		               o->most, arg);
	}
	if (o->least == 0 && o->most == 0)
		return dx_fail(err, DX_EFORMAT, "option --%s: expected %s, got \"%.60s\"", o->name, what, arg);
	return dx_fail(err, DX_EFORMAT, "option --%s: expected %s from %.15g to %.15g, got \"%.60s\"", o->name, what,
	               o->least, o->most, arg);
}

/* strtol and strtod pass over blanks in front; a number does not begin with one. */
static bool starts_number(const char *arg)
{
	return *arg && !strchr(" \t\n\v\f\r", *arg);
}

static dx_status set_int(int64_t *field, const dx_option *o, const char *arg, dx_err *err)
{
	char *end;
	errno = 0;
	intmax_t v = strtoimax(arg, &end, 10);
	if (!starts_number(arg) || *end || errno || v < INT64_MIN || v > INT64_MAX || !in_range(o, (double)v))
		return bad_number(o, arg, err);
	*field = (int64_t)v;
	return DX_OK;
}

static dx_status set_double(double *field, const dx_option *o, const char *arg, dx_err *err)
{
	char *end;
	for (size_t i = 0; o->choices && o->choices[i]; i++)
		if (strcmp(o->choices[i], arg) == 0) {
			*field = o->values[i];
			return DX_OK;
		}
	errno = 0;
	double v = strtod(arg, &end);
	if (!starts_number(arg) || *end || (errno && fabs(v) > 1) || !isfinite(v) || !in_range(o, v))
		return bad_number(o, arg, err);
	*field = v;
	return DX_OK;
}

static dx_status set_choice(int *field, const dx_option *o, const char *arg, dx_err *err)
{
	char all[120];
	for (int i = 0; o->choices[i]; i++)
		if (strcmp(o->choices[i], arg) == 0) {
			*field = i;
			return DX_OK;
		}
	list_choices(all, sizeof all, o->choices);
	return dx_fail(err, DX_EFORMAT, "option --%s: expected %s, got \"%.40s\"", o->name, all, arg);
}

/* The casts are safe: the caller's field has the type that the kind promises (options.h). */
static dx_status set(const parser *ps, const dx_option *o, const char *arg, dx_err *err)
{
	void *field = ps->into + o->field;
	switch (o->kind) {
	case DX_OPT_FLAG:
	case DX_OPT_STOP:
		break;                           /* these have no argument */
	case DX_OPT_STR:
		*(const char **)field = arg;
		return DX_OK;
	case DX_OPT_LIST:
		return push(field, arg, ps, err);
	case DX_OPT_INT:
		return set_int(field, o, arg, err);
	case DX_OPT_DOUBLE:
		return set_double(field, o, arg, err);
	case DX_OPT_CHOICE:
		return set_choice(field, o, arg, err);
	}
	assert(false && "a kind of option that has an argument");
	return DX_OK;
}

static void clear(const parser *ps, const dx_option *o)
{
	void *field = ps->into + o->field;
	switch (o->kind) {
	case DX_OPT_FLAG:
	case DX_OPT_STOP:
		*(bool *)field = false;
		break;
	case DX_OPT_STR:
		*(const char **)field = NULL;
		break;
	case DX_OPT_LIST:
		*(dx_opt_list *)field = (dx_opt_list){ NULL, 0 };
		break;
	case DX_OPT_INT:
		*(int64_t *)field = 0;
		break;
	case DX_OPT_DOUBLE:
		*(double *)field = 0;
		break;
	case DX_OPT_CHOICE:
		*(int *)field = 0;
		break;
	}
}

static dx_status set_defaults(const parser *ps, dx_err *err)
{
	for (size_t i = 0; i < ps->u->n_options; i++) {
		const dx_option *o = &ps->u->options[i];
		clear(ps, o);
		if (!o->def)
			continue;
		assert(!is_flag(o) && o->kind != DX_OPT_LIST);
		dx_status st = set(ps, o, o->def, err);
		assert(st == DX_OK);
		if (st)
			return st;
	}
	if (ps->u->most)
		*(dx_opt_list *)(void *)(ps->into + ps->u->positionals) = (dx_opt_list){ NULL, 0 };
	return DX_OK;
}

static const dx_option *find_long(const dx_usage *u, const char *name, size_t n)
{
	for (size_t i = 0; i < u->n_options; i++)
		if (strlen(u->options[i].name) == n && memcmp(u->options[i].name, name, n) == 0)
			return &u->options[i];
	return NULL;
}

static const dx_option *find_short(const dx_usage *u, char letter)
{
	for (size_t i = 0; letter && i < u->n_options; i++)
		if (u->options[i].letter == letter)
			return &u->options[i];
	return NULL;
}

/* arg: what the option's own word brings along; NULL: the next word of the command line is the argument. */
static dx_status set_argument(parser *ps, const dx_option *o, const char *arg, dx_err *err)
{
	if (!arg && ps->at < ps->argc)
		arg = ps->argv[ps->at++];
	if (!arg)
		return dx_fail(err, DX_EFORMAT, "option --%s needs an argument: %s", o->name, o->arg ? o->arg : "ARG");
	return set(ps, o, arg, err);
}

static void raise_flag(parser *ps, const dx_option *o)
{
	ps->stop = o->kind == DX_OPT_STOP;
	*(bool *)(ps->into + o->field) = true;
}

/* word: what follows the two dashes. */
static dx_status parse_long(parser *ps, const char *word, dx_err *err)
{
	size_t n = strcspn(word, "=");
	const char *arg = word[n] ? word + n + 1 : NULL;
	const dx_option *o = find_long(ps->u, word, n);
	if (!o)
		return dx_fail(err, DX_EFORMAT, "unknown option --%.*s (see --help)", n > 60 ? 60 : (int)n, word);
	if (is_flag(o) && arg)
		return dx_fail(err, DX_EFORMAT, "option --%s takes no argument", o->name);
	if (is_flag(o)) {
		raise_flag(ps, o);
		return DX_OK;
	}
	return set_argument(ps, o, arg, err);
}

/* word: what follows the dash: flags, of which the last one may take the rest, or the next word, as its argument. */
static dx_status parse_short(parser *ps, const char *word, dx_err *err)
{
	for (; *word && !ps->stop; word++) {
		const dx_option *o = find_short(ps->u, *word);
		if (!o)
			return dx_fail(err, DX_EFORMAT, "unknown option -%.1s (see --help)", word);
		if (is_flag(o)) {
			raise_flag(ps, o);
			continue;
		}
		return set_argument(ps, o, word[1] ? word + 1 : NULL, err);
	}
	return DX_OK;
}

static dx_status positional(const parser *ps, const char *word, dx_err *err)
{
	if (!ps->u->most)
		return dx_fail(err, DX_EFORMAT, "unexpected argument \"%.100s\" (see --help)", word);
	dx_opt_list *list = (void *)(ps->into + ps->u->positionals);
	if (list->n == ps->u->most)
		return dx_fail(err, DX_EFORMAT, "one argument too many: \"%.100s\" (see --help)", word);
	return push(list, word, ps, err);
}

static dx_status parse_word(parser *ps, const char *word, dx_err *err)
{
	if (ps->no_more_options || word[0] != '-' || !word[1])
		return positional(ps, word, err);
	if (word[1] != '-')
		return parse_short(ps, word + 1, err);
	if (word[2])
		return parse_long(ps, word + 2, err);
	ps->no_more_options = true;
	return DX_OK;
}

dx_status dx_options_parse(void *into, const dx_usage *u, int argc, char *const *argv, dx_arena *arena, dx_err *err)
{
	parser ps = { .into = into, .u = u, .argc = argc, .at = 1, .argv = argv, .arena = arena };
	dx_status st = set_defaults(&ps, err);
	while (!st && !ps.stop && ps.at < argc)
		st = parse_word(&ps, argv[ps.at++], err);
	if (st || ps.stop || !u->most)
		return st;
	const dx_opt_list *list = (void *)(ps.into + u->positionals);
	if (list->n < u->least)
		return dx_fail(err, DX_EFORMAT, "arguments missing: usage: %s %s (see --help)", u->program, u->synopsis);
	return DX_OK;
}

/* Length of the piece of text that fits into width columns: up to a line feed, else to the last blank that fits, else one
 * whole word. Help texts are ASCII, so bytes are columns. */
static size_t line_length(const char *text, size_t width)
{
	size_t fits = 0, i = 0;
	for (; text[i] && text[i] != '\n'; i++) {
		if ((i <= width || !fits) && text[i] == ' ')
			fits = i;
		if (i >= width && fits)
			return fits;
	}
	return i <= width || !fits ? i : fits;
}

static void write_wrapped(FILE *to, const char *text, int indent)
{
	for (bool first = true; *text; first = false) {
		size_t n = line_length(text, (size_t)(HELP_WIDTH - indent));
		fprintf(to, "%*s%.*s\n", first ? 0 : indent, "", (int)n, text);
		text += n + (text[n] == ' ' || text[n] == '\n');
	}
}

static void write_option(FILE *to, const dx_option *o)
{
	char names[80], all[160], text[800];
	int n = snprintf(names, sizeof names, o->letter ? "  -%c, --%s%s%s" : "  %c   --%s%s%s", o->letter ? o->letter : ' ',
	                 o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	all[0] = '\0';
	if (o->choices)
		list_choices(all, sizeof all, o->choices);
	snprintf(text, sizeof text, "%s%s%s%s%s%s", o->help, *all ? ": " : "", all, o->def ? " (default: " : "",
	         o->def ? o->def : "", o->def ? ")" : "");
	if (n >= HELP_INDENT - 1)
		fprintf(to, "%s\n%*s", names, HELP_INDENT, "");
	else
		fprintf(to, "%-*s", HELP_INDENT, names);
	write_wrapped(to, text, HELP_INDENT);
}

void dx_options_help(const dx_usage *u, FILE *to)
{
	fprintf(to, "Usage: %s %s\n", u->program, u->synopsis);
	if (u->about)
		write_wrapped(to, u->about, 0);
	fputs("\nOptions:\n", to);
	for (size_t i = 0; i < u->n_options; i++)
		write_option(to, &u->options[i]);
	if (u->after)
		fprintf(to, "\n%s%s", u->after, u->after[0] && u->after[strlen(u->after) - 1] == '\n' ? "" : "\n");
}
