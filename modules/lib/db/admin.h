/* admin.h: text-protocol statements, for kontorctl alone: migrations, grants, accounts,
 * demo data. Nothing here takes data from outside Kontor's own files, but for db_quote.
 */
#ifndef DB_ADMIN_H
#define DB_ADMIN_H

#include "db/driver.h"

/**
 * Run statements one after another. A statement ends with ';' at the end of a line; lines
 * that begin with "--" are comments. Stops at the first failure: `*line_out` is the line
 * where the failed statement starts (1-based) and db_error_text() says why. Blocks for
 * each statement at most the time set by db_set_patience.
 */
enum err db_script(struct db *db, struct arena *arena, struct str text,
                   int *line_out) MUST_USE;
/** One statement as text; `out` may be NULL. */
enum err db_text(struct db *db, struct arena *arena, struct str text,
                 struct db_text_rows *out) MUST_USE;
/** `value` as a quoted SQL literal, for the few statements that take no placeholder. */
enum err db_quote(struct db *db, struct arena *arena, struct str value,
                  struct str *out) MUST_USE;
/** The server's words of the last failure, values included: for the operator's screen
 * only. */
const char *db_error_text(const struct db *db);

/** The next statement of a script: false at the end. `*line` is advanced past it. */
bool script_next(struct str *rest, int *line, struct str *statement_out, int *line_out);

#endif
