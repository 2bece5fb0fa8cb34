/* stance_case.h - from a quote or a statement (byte spans, names) to a stance case (token ranges): looks the target and the holder up. */
#ifndef DX_STANCE_CASE_H
#define DX_STANCE_CASE_H
#include "features/quote.h"
#include "features/stance.h"

/* A statement as the record format has it; empty spans and strings where nothing is given. */
typedef struct {
	dx_str target, holder;
	dx_span target_span, holder_span;
} dx_statement;

/* The whole of doc as content. Without a span the target and the holder are looked for by name. Arrays live in doc->arena. */
dx_status dx_stance_of_statement(dx_stance_case *out, const dx_doc *doc, const dx_statement *s, dx_err *err) DX_CHECKED;

/* A quote and a target, which may be empty; the target is looked for in the content, then in cue and source. */
dx_status dx_stance_of_quote(dx_stance_case *out, const dx_doc *doc, const dx_quote *q, dx_str target, dx_err *err) DX_CHECKED;

/* The same case looked at for its issue alone, wherever and however the target is named. */
dx_stance_case dx_stance_as_issue(const dx_stance_case *c);

/* Token ranges of byte spans; spans without a token are left out. */
dx_status dx_stance_ranges(dx_ranges *out, const dx_doc *doc, dx_spans spans, dx_err *err) DX_CHECKED;
#endif
