/* link.h - which cue a content piece belongs to and which source belongs to a quote: candidate pairs and their vectors. */
#ifndef DX_LINK_H
#define DX_LINK_H
#include "features/span.h"

/* A labelled piece of text: tokens [beg, end) and how sure the chain (or the span decision) is of it. */
typedef struct { uint32_t beg, end; float p; } dx_piece;
typedef struct { dx_piece *v; size_t n, cap; } dx_pieces;

/* Everything that was found in a document, each list in text order. */
typedef struct {
	dx_pieces content, cue, source;
	dx_span_cand *cand;                      /* all candidates for contents, with their scores */
	size_t n_cand;
} dx_parts;

/* Cue and source pieces of the chain's labels, appended to parts (arena). Contents come from the span decision. */
dx_status dx_parts_find(dx_parts *parts, const dx_span_view *v, dx_err *err) DX_CHECKED;

enum { DX_LINK_FACTORS = 37, DX_LINK_CROSSES = 22, DX_LINK_N = DX_FACTOR_SIZE(DX_LINK_FACTORS, DX_LINK_CROSSES, 0) };
extern const dx_factor_set dx_link_set;

/* Candidates for the content piece c are cues [lo, hi) of parts: up to DX_LINK_NEAR on each side, in its own and the neighbouring paragraphs. */
#define DX_LINK_NEAR 3
void dx_link_cues(size_t *lo, size_t *hi, const dx_span_view *v, const dx_parts *parts, const dx_piece *c);
/* Candidates for an anchor (the cue of a quote, or its first content piece when it has none) among the sources. */
void dx_link_sources(size_t *lo, size_t *hi, const dx_span_view *v, const dx_parts *parts, const dx_piece *anchor);

/* What is known of (content piece, cue i_cue). */
void dx_link_cue_facts(dx_facts *out, const dx_span_view *v, const dx_parts *parts, const dx_piece *content, size_t i_cue);
/* What is known of (quote, source i_source): anchor as above, content: its first piece; has_cue: the anchor is a cue. */
void dx_link_source_facts(dx_facts *out, const dx_span_view *v, const dx_parts *parts, const dx_piece *anchor, bool has_cue,
                          const dx_piece *content, size_t i_source);
#endif
