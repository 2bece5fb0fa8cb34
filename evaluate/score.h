/* score.h - compares predicted records with gold ones and counts. What is counted is kept twice: as totals for every slice
 * (all quotes, each type, each form of the source), and for each article over all its quotes, for the bootstrap. Every
 * figure is made of these counts by figure.h; nothing here divides, but for the shares of Pareti's partial match. */
#ifndef DX_SCORE_H
#define DX_SCORE_H
#include "datasets/record.h"
#include "evaluate/names.h"

/* A slice is one bit of a mask: all quotes, those of a type, those of a form of source. */
enum { DX_SLICE_ALL, DX_SLICE_TYPE, DX_SLICE_FORM = DX_SLICE_TYPE + DX_N_TYPE, DX_N_SLICE = DX_SLICE_FORM + DX_N_FORM };

/* name, kind (PRF: precision, recall, F1; ACC: a share of hits), group and key in JSON, title for people. */
#define DX_METRIC_LIST(X) \
	X(EXACT_SOURCE, PRF, "exact", "source", "source, exact") \
	X(EXACT_CUE, PRF, "exact", "cue", "cue, exact") \
	X(EXACT_CONTENT, PRF, "exact", "content", "content, exact") \
	X(OVERLAP_SOURCE, PRF, "overlap", "source", "source, overlap (Citron)") \
	X(OVERLAP_CUE, PRF, "overlap", "cue", "cue, overlap (Citron)") \
	X(OVERLAP_CONTENT, PRF, "overlap", "content", "content, overlap (Citron)") \
	X(PARTIAL_SOURCE, PRF, "partial", "source", "source, partial (Pareti)") \
	X(PARTIAL_CUE, PRF, "partial", "cue", "cue, partial (Pareti)") \
	X(PARTIAL_CONTENT, PRF, "partial", "content", "content, partial (Pareti)") \
	X(BEGIN_SOURCE, PRF, "begin", "source", "source, begin (CofeNet)") \
	X(BEGIN_CUE, PRF, "begin", "cue", "cue, begin (CofeNet)") \
	X(BEGIN_CONTENT, PRF, "begin", "content", "content, begin (CofeNet)") \
	X(JACCARD_SOURCE, ACC, "jaccard", "source", "source, Jaccard (CofeNet)") \
	X(JACCARD_CUE, ACC, "jaccard", "cue", "cue, Jaccard (CofeNet)") \
	X(JACCARD_CONTENT, ACC, "jaccard", "content", "content, Jaccard (CofeNet)") \
	X(DETECTION, PRF, "detection", NULL, "detection (Jaccard >= 0.5)") \
	X(ALL_SPANS, PRF, "all_spans", NULL, "all spans exact") \
	X(ALL_COREF, PRF, "all_spans_coref", NULL, "all spans, or same speaker") \
	X(GGT3, PRF, "ggt_0.3", "quotes", "quotes, GGT 0.3") \
	X(GGT3_SPEAKER, ACC, "ggt_0.3", "speaker", "speaker overlaps, GGT 0.3") \
	X(GGT3_VERB, ACC, "ggt_0.3", "verb", "verb equal, GGT 0.3") \
	X(GGT8, PRF, "ggt_0.8", "quotes", "quotes, GGT 0.8") \
	X(GGT8_SPEAKER, ACC, "ggt_0.8", "speaker", "speaker overlaps, GGT 0.8") \
	X(GGT8_VERB, ACC, "ggt_0.8", "verb", "verb equal, GGT 0.8") \
	X(MENTION, ACC, "mention", "matched", "mention, matched") \
	X(MENTION_E2E, PRF, "mention", "e2e", "mention, end to end") \
	X(STRICT, ACC, "speaker", "strict", "speaker strict, matched") \
	X(STRICT_E2E, PRF, "speaker", "e2e_strict", "speaker strict, end to end") \
	X(LOOSE, ACC, "speaker", "loose", "speaker loose, matched") \
	X(LOOSE_E2E, PRF, "speaker", "e2e", "speaker loose, end to end") \
	X(TYPE, ACC, "type", NULL, "type") \
	X(KIND, ACC, "kind", NULL, "kind of speaker") \
	X(ACT, ACC, "act", NULL, "act") \
	X(TARGET, ACC, "target", NULL, "target (loose)") \
	X(STANCE_E2E, PRF, "stance_e2e", NULL, "stance, end to end")
#define X(name, kind, group, key, title) DX_M_##name,
typedef enum { DX_METRIC_LIST(X) DX_N_METRIC } dx_metric;
#undef X
typedef enum { DX_PRF, DX_ACC } dx_metric_kind;
typedef struct { dx_metric_kind kind; const char *group, *key, *title; } dx_metric_info;
const dx_metric_info *dx_metric_of(dx_metric m);

/* Hits among gold things and how many there are, the same for predicted things. An ACC metric uses the gold half only. */
typedef struct { double hit_gold, n_gold, hit_pred, n_pred; } dx_cell;

/* A stance that was judged: labels are indexes of dx_scores.label; pred < 0: none given. */
typedef struct { uint32_t unit; uint8_t mask; int32_t gold, pred; } dx_verdict;
typedef struct { dx_verdict *v; size_t n, cap; } dx_verdicts;

/* Ten bins of equal width: how many, the sum of confidences, how many were right. */
#define DX_N_BIN 10
typedef struct { double n[DX_N_BIN], conf[DX_N_BIN], hit[DX_N_BIN]; } dx_calibration;

/* What became of the speaker of a matched quote: the same name; a longer or shorter form of it; the words of the source itself (a noun
 * phrase that was not resolved); somebody else; nobody. */
enum { DX_OUT_STRICT, DX_OUT_LOOSE, DX_OUT_PHRASE, DX_OUT_OTHER, DX_OUT_NOBODY, DX_N_OUT };

typedef struct {
	dx_arena *keep;                          /* owns everything below; the caller's */
	dx_cell total[DX_N_METRIC][DX_N_SLICE];
	struct dx_unit { dx_cell cell[DX_N_METRIC]; } *unit;     /* [n_units] one an article */
	size_t n_units, cap_units;
	size_t n_gold, n_pred;                   /* quotes */
	size_t n_known;                          /* gold quotes with a speaker that can be scored */
	size_t n_statements;                     /* gold statements with a stance */
	dx_str *label;                           /* [n_labels] stance labels, in order of appearance */
	size_t n_labels, cap_labels;
	dx_verdicts quotes, statements;          /* unit of a statement: its own number */
	double outcome[DX_N_FORM][DX_N_OUT];     /* by the form of the gold source */
	dx_calibration cal_quote, cal_speaker, cal_stance, cal_statement;
} dx_scores;

void dx_scores_init(dx_scores *s, dx_arena *keep);

/* Counts one article. pred: NULL where there is none. Both have the same text. Working space in tmp. */
dx_status dx_score_article(dx_scores *s, const dx_record *gold, const dx_record *pred, dx_arena *tmp, dx_err *err) DX_CHECKED;

/* Counts one statement that has a gold stance. */
dx_status dx_score_statement(dx_scores *s, const dx_record *gold, const dx_record *pred, dx_err *err) DX_CHECKED;
#endif
