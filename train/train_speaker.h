/* train_speaker.h - trains the speaker decision (model/decide_speaker.h) on articles whose quotes have speakers. */
#ifndef DX_TRAIN_SPEAKER_H
#define DX_TRAIN_SPEAKER_H
#include "datasets/record.h"
#include "train/options.h"

/* Puts the section "speaker" into w. Uses the records whose quotes have a speaker, the others are passed over; DX_EDATA when none has.
 * Rows are (quote, candidate) pairs; the candidates of a quote that no candidate fits are left out. Deterministic for a seed. */
dx_status dx_train_speaker(dx_writer *w, const dx_record *recs, size_t n, const dx_train_options *opt, dx_err *err) DX_CHECKED;

/* How well name a fits the gold name b: 2 the same words, 1 the words of one among the other's with the last word shared, 0 not. */
int dx_name_match(dx_str a, dx_str b);
#endif
