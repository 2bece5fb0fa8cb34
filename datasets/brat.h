/* brat.h - reader for stand-off annotation of the brat tool: NAME.txt holds the text, NAME.ann beside it what was marked in it. Together they
 * become one article in the record format, with the name as its id. Reads what dixit-predict -f brat writes, corrected or not, and corpora
 * such as PolNeAR.
 *
 *	T1	Content 120 164;171 190	"We will ..."   a stretch of the text in one piece or several; offsets in code points
 *	T2	Cue 166 170	said
 *	E1	Attribution:T2 Content:T1 Source:T3     a quote: its trigger is the cue (the content, if it has that type or that place)
 *	R1	Said Arg1:T1 Arg2:T3                    the same without events: ties a content to its source or cue
 *	A1	Stance E1 oppose                        or Type, Act, Kind; of an event, a content or a cue
 *	#1	AnnotatorNotes E1	speaker: Ada Okafor; target: the fee
 *
 * Types and roles count by name, in any case: Content, Source, Cue; a role may carry a number (Content2), and its pieces are then joined.
 * A content in no event and no relation is a quote without source and cue. Everything else that brat knows (other types, events, notes,
 * references) is left alone. Pieces between which there are line ends only are one, because brat cuts there. The text of a T line may
 * itself run over lines. */
#ifndef DX_BRAT_H
#define DX_BRAT_H
#include "datasets/record.h"

/* Told of each line that is passed over: of the .ann file path. */
typedef void dx_brat_bad(void *ctx, const char *path, size_t line, const char *why);
typedef struct { dx_brat_bad *fn; void *ctx; size_t n; } dx_brat_log;    /* n counts the calls; set fn and ctx, zero n */

/* Larger files are refused. */
#define DX_BRAT_MOST ((size_t)64 << 20)
/* So many pieces may a stretch have, and so many roles an event. */
#define DX_BRAT_PIECES 100

/* Whether a file of this name is one: .ann. */
bool dx_brat_named(const char *path);

/* One article from the bytes of both files; path is for messages. Strings are copied; arrays live in the arena; free with dx_record_fini.
 * A line that is no annotation, or names what is not there, or whose text is not what stands at its offsets goes to log and is
 * passed over. DX_EUTF8 for the text, DX_ELIMIT, DX_ENOMEM; nothing to free then. O(n log n) in the bytes of both. */
dx_status dx_brat_parse(dx_record *out, dx_str id, dx_str text, dx_str notes, const char *path, dx_brat_log *log, dx_arena *arena, dx_err *err)
	DX_CHECKED;

/* The same for the file path (NAME.ann) and NAME.txt beside it. DX_EIO, and the message names the file. */
dx_status dx_brat_read(dx_record *out, const char *path, dx_brat_log *log, dx_arena *arena, dx_err *err) DX_CHECKED;

/* Paths of the .ann files in a directory, not below it, in the order of their bytes; in the arena. None is DX_EIO, too. */
dx_status dx_brat_list(const char ***out, size_t *n, const char *dir, dx_arena *arena, dx_err *err) DX_CHECKED;
#endif
