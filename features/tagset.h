/* tagset.h - labels of the taggers: parts of speech (Penn Treebank, the rare ones merged) and name classes. 0 means not tagged. */
#ifndef DX_TAGSET_H
#define DX_TAGSET_H
#include "features/base.h"

#define DX_POS_LIST(X) X(NONE) X(NN) X(NNS) X(NNP) X(PRP) X(PRPS) X(DT) X(WH) X(WRB) X(IN) X(TO) X(CC) X(CD) X(JJ) X(RB) X(RP) \
	X(MD) X(VB) X(VBD) X(VBG) X(VBN) X(VBP) X(VBZ) X(POS) X(EX) X(PUNCT) X(OTHER)
#define X(name) DX_POS_##name,
typedef enum { DX_POS_LIST(X) DX_N_POS } dx_pos;
#undef X

/* Name classes, without begin marks: two names of one class in a row are rare without a comma or a word between. */
typedef enum { DX_NER_NONE, DX_NER_OUTSIDE, DX_NER_PERSON, DX_NER_ORGANIZATION, DX_NER_LOCATION, DX_NER_MISC, DX_N_NER } dx_ner;

const char *dx_pos_name(dx_pos p);
const char *dx_ner_name(dx_ner n);
/* The merged tag of a Penn Treebank tag ("NNPS" -> DX_POS_NNP); DX_POS_OTHER for what the list does not know. */
dx_pos dx_pos_of_penn(dx_str tag);
/* CoreNLP's classes PERSON, ORGANIZATION, LOCATION (and COUNTRY, CITY ...), MISC; anything else DX_NER_OUTSIDE. */
dx_ner dx_ner_of_name(dx_str name);
#endif
