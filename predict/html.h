/* html.h - the readable text of an HTML page (libxml2): what stands in block elements becomes paragraphs, and scripts, styles,
 * navigation and controls go. Does not tell the article from what surrounds it otherwise. */
#ifndef DX_HTML_H
#define DX_HTML_H
#include "features/arena.h"

/* Elements may be nested this deep: a closing tag without its opening one costs libxml2 a look at each open element. */
#define DX_HTML_DEPTH_MOST 1000

/* *text: valid UTF-8 in the arena, paragraphs separated by an empty line; *title: what <title> says, n = 0 without.
 * charset: what the server said, NULL: what the page says. Damaged HTML is read as browsers do. DX_ELIMIT when it is nested
 * too deep, DX_EFORMAT for an unknown character set, DX_ENOMEM. May run in any number of threads after dx_html_init. */
dx_status dx_html_text(dx_str *text, dx_str *title, dx_str html, const char *charset, dx_arena *arena, dx_err *err) DX_CHECKED;
void dx_html_init(void);
#endif
