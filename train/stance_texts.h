/* stance_texts.h - what is known of a text that training has seen word for word, with another target or another time: wire stories come in many
 * papers, and a sentence's labels toward two targets mostly agree. A table from texts to factors on the probabilities. How far the
 * labels of a text are believed is measured on the training rows themselves, each judged by the others; where they do not settle
 * much, the table stays empty. A text that the table lacks has a factor too: the labels of texts that came once differ from the others'. */
#ifndef DX_STANCE_TEXTS_H
#define DX_STANCE_TEXTS_H
#include "train/stance_machine.h"

/* p: [n][n_class] out-of-fold probabilities of rows number[n]; with a table they become what it makes of them. Appends the table as
 * model/decide_stance.c reads it. */
dx_status dx_stance_texts_fit(dx_pack *out, const dx_stance_problem *pr, const size_t *number, double *p, size_t n, dx_err *err)
	DX_CHECKED;
#endif
