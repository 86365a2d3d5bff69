/* statements.c: kontorctl statements: every SQL statement is prepared as each account that runs it.
 * Which those are is said in the source, in a comment right above the statement:
 *     programs: requests, dashboard
 * so this command reads the sources: it is part of the tests, not of an operator's day. */
#include "ctl.h"

#include "base/map.h"
#include "store/registry.h"

/** statement name -> comma-separated programs, as text. */
struct owners {
    struct map *programs;
    int problems;
};

static void problem(struct owners *owners, struct str where, const char *what)
{
    printf("%.*s: %s\n", STR_ARG(where), what);
    owners->problems++;
}

/** The list in a comment "programs: LIST", or absent. */
static struct str programs_in(struct str line)
{
    const struct str opening = STR("/* programs:"), closing = STR("*/");
    struct str code = str_trim(line);
    if (!str_starts(code, opening) || !str_ends(code, closing)) {
        return STR_NONE;
    }
    return str_trim(str_sub(code, opening.len, code.len - opening.len - closing.len));
}

/** Name of the statement that a line declares, or absent. */
static struct str statement_in(struct str line)
{
    struct str code = str_trim(line);
    ssize_t end = str_index(code, ',');
    if (!str_starts(code, STR("SQL(")) || end < 0) {
        return STR_NONE;
    }
    return str_sub(code, 4, (size_t)end - 4);
}

static void read_source(struct owners *owners, const struct ctl_file *file)
{
    struct str rest = file->content, line, above = STR_NONE;
    while (rest.len > 0 && str_next(&rest, '\n', &line)) {
        struct str programs = programs_in(line);
        struct str name = statement_in(line);
        if (programs.ptr) {
            above = programs;
        } else if (name.ptr) {
            if (!above.ptr) {
                problem(owners, name, "no comment says which programs run it");
            } else {
                map_set(owners->programs, name,
                        (void *)(uintptr_t)(above.ptr)); /* ends at the comment's end */
            }
            above = STR_NONE;
        }
    }
}

/** The list begins at `text` and ends at the comment's end. */
static bool names_program(const char *text, const char *program)
{
    const char *end = strstr(text, "*/");
    struct str rest = {text, (size_t)(end - text)}, part;
    while (str_next(&rest, ',', &part)) {
        if (str_is(str_trim(part), program)) {
            return true;
        }
    }
    return false;
}

static bool is_program(struct str name)
{
    for (size_t i = 0; CTL_PROGRAMS[i]; i++) {
        if (str_is(name, CTL_PROGRAMS[i])) {
            return true;
        }
    }
    return str_is(name, "ctl");
}

/** Every name in every comment is a program, and every statement has a comment. */
static void check_names(struct owners *owners)
{
    for (const struct store_file *file = STORE_FILES; file->name; file++) {
        for (size_t i = 0; file->statements[i]; i++) {
            const struct sql *sql = file->statements[i];
            const char *text = map_get(owners->programs, str_from(sql->name));
            if (!text) {
                problem(owners, str_from(sql->name), "not found in the sources");
                continue;
            }
            struct str rest = {text, (size_t)(strstr(text, "*/") - text)}, part;
            while (str_next(&rest, ',', &part)) {
                if (!is_program(str_trim(part))) {
                    problem(owners, str_from(sql->name), "names an unknown program");
                }
            }
        }
    }
}

static int prepare_as(struct ctl *ctl, struct owners *owners, const char *program)
{
    struct db *db;
    enum err err = ctl_connect(ctl, program, &db);
    if (err != OK) {
        return ctl_fail(err, program);
    }
    for (const struct store_file *file = STORE_FILES; file->name; file++) {
        for (size_t i = 0; file->statements[i]; i++) {
            const struct sql *sql = file->statements[i];
            const char *text = map_get(owners->programs, str_from(sql->name));
            if (!text || !names_program(text, program)) {
                continue;
            }
            err_clear();
            if (db_check(db, sql) != OK) {
                printf("%s as %s: %s\n", sql->name, program, db_error_text(db));
                owners->problems++;
            }
        }
    }
    return CTL_OK;
}

/** One line each, name and text, for tests that look at query plans. */
static int list_statements(void)
{
    for (const struct store_file *file = STORE_FILES; file->name; file++) {
        for (size_t i = 0; file->statements[i]; i++) {
            printf("%s\t%s\n", file->statements[i]->name, file->statements[i]->text);
        }
    }
    return CTL_OK;
}

int command_statements(struct ctl *ctl)
{
    bool list = ctl_flag(ctl, "--list");
    const char *sources = ctl_option(ctl, "--sources");
    if (list && !sources && ctl_arguments(ctl, 0, 0)) {
        return list_statements();
    }
    if (list || !sources || !ctl_arguments(ctl, 0, 0)) {
        fprintf(stderr, "kontorctl: statements --sources DIR | --list\n");
        return CTL_USAGE;
    }
    struct ctl_file *files;
    size_t count;
    if (ctl_read_dir(ctl, sources, ".c", 0, &files, &count) != OK) {
        return CTL_FAILED;
    }
    struct owners owners = {.programs = map_new(ctl->arena)};
    for (size_t i = 0; i < count; i++) {
        read_source(&owners, &files[i]);
    }
    check_names(&owners);
    int code = prepare_as(ctl, &owners, "ctl");
    for (size_t i = 0; code == CTL_OK && CTL_PROGRAMS[i]; i++) {
        code = prepare_as(ctl, &owners, CTL_PROGRAMS[i]);
    }
    if (code == CTL_OK && owners.problems > 0) {
        code = CTL_FAILED;
    }
    if (code == CTL_OK) {
        printf("%zu statements prepared\n", map_count(owners.programs));
    }
    return code;
}
