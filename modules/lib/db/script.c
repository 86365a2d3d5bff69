/* script.c: cuts SQL files into statements. The rule is simple on purpose and written
 * down in sql/README.md: a statement ends with ';' at the end of a line, a line that
 * begins with "--" is a comment. So a text literal may hold ';' anywhere but at the end
 * of a line. */
#include "db/admin.h"

/** The line without a trailing "-- comment" and white space, for the look at its last
 * character. */
static struct str code_of(struct str line)
{
    struct str trimmed = str_trim(line);
    ssize_t comment = str_find(trimmed, STR(" -- "));
    if (comment >= 0 && str_index(str_from_index(trimmed, (size_t)comment), '\'') < 0) {
        trimmed = str_trim(str_sub(trimmed, 0, (size_t)comment));
    }
    return trimmed;
}

bool script_next(struct str *rest, int *line, struct str *statement_out, int *line_out)
{
    const char *start = NULL;
    int start_line = 0;
    struct str head;
    while (rest->len > 0 && str_next(rest, '\n', &head)) {
        ++*line;
        struct str code = code_of(head);
        if (!start) {
            if (code.len == 0 || str_starts(code, STR("--"))) {
                continue;
            }
            start = head.ptr;
            start_line = *line;
        }
        if (!str_starts(code, STR("--")) && str_ends(code, STR(";"))) {
            /* Up to and without the semicolon; what follows it on the line is a comment.
             */
            *statement_out =
                (struct str){start, (size_t)(code.ptr + code.len - 1 - start)};
            *line_out = start_line;
            return true;
        }
    }
    if (!start) {
        return false;
    }
    *statement_out = str_trim((struct str){start, (size_t)(head.ptr + head.len - start)});
    *line_out = start_line;
    return true;
}

enum err db_script(struct db *db, struct arena *arena, struct str text, int *line_out)
{
    int line = 0;
    struct str statement;
    while (script_next(&text, &line, &statement, line_out)) {
        struct arena_mark mark = arena_mark(arena);
        enum err err = db_text(db, arena, statement, NULL);
        arena_rewind(arena, mark);
        if (err != OK) {
            return err;
        }
    }
    return OK;
}
