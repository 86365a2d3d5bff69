/* migrate.c: kontorctl migrate. Forward only; what was applied may not change. */
#include "ctl.h"

#include "base/secret.h"
#include "store/schema.h"

struct migration {
    int64_t number;
    struct str name; /**< file name */
    struct str text;
    uint8_t sha256[SHA256_BYTES];
};

/** "0001_name.sql" -> 1; the numbers count up from 1 without a gap. */
static bool parse_files(struct ctl *ctl, const struct ctl_file *files, size_t count,
                        struct migration *out)
{
    for (size_t i = 0; i < count; i++) {
        struct migration *m = &out[i];
        m->name = files[i].path;
        m->text = files[i].content;
        if (m->name.len < 10 || m->name.ptr[4] != '_' ||
            str_to_i64(str_sub(m->name, 0, 4), &m->number) != OK ||
            m->number != (int64_t)i + 1) {
            fprintf(
                stderr,
                "kontorctl: %.*s: files are named NNNN_what.sql and numbered from 0001 "
                "without a gap\n",
                STR_ARG(m->name));
            return false;
        }
        sha256(m->text, m->sha256);
    }
    return true;
}

/** What was finished must still be there, byte for byte. */
static bool check_applied(const struct migration *files, size_t file_count,
                          const struct migration_row *rows, size_t row_count)
{
    for (size_t i = 0; i < row_count; i++) {
        const struct migration_row *row = &rows[i];
        if (row->number < 1 || (size_t)row->number > file_count) {
            fprintf(stderr, "kontorctl: %.*s was applied and is missing in the folder\n",
                    STR_ARG(row->name));
            return false;
        }
        const struct migration *file = &files[row->number - 1];
        bool finished = row->applied_at != INSTANT_NONE;
        if (finished && (row->sha256.len != SHA256_BYTES ||
                         memcmp(row->sha256.ptr, file->sha256, SHA256_BYTES) != 0)) {
            fprintf(stderr,
                    "kontorctl: %.*s was applied and has changed since: write a new file "
                    "instead\n",
                    STR_ARG(file->name));
            return false;
        }
    }
    return true;
}

/** Run the statements of one file after the first `done`. */
static int apply(struct ctl *ctl, struct db *db, const struct migration *m, int64_t done)
{
    struct str rest = m->text, statement;
    int line = 0, at = 0;
    int64_t index = 0;
    while (script_next(&rest, &line, &statement, &at)) {
        if (index++ < done) {
            continue;
        }
        enum err err = db_text(db, ctl->arena, statement, NULL);
        if (err != OK) {
            fprintf(stderr, "%.*s:%d: %s\n", STR_ARG(m->name), at, db_error_text(db));
            return ctl_fail(err, "migration stopped; correct the file and run it again");
        }
        err = migration_progress(db, m->number, index);
        if (err != OK) {
            return ctl_fail(err, "schema_migration");
        }
    }
    enum err err = migration_finish(db, m->number,
                                    (struct str){(const char *)m->sha256, SHA256_BYTES},
                                    clock_now(&clock_system));
    if (err != OK) {
        return ctl_fail(err, "schema_migration");
    }
    printf("applied %.*s\n", STR_ARG(m->name));
    return CTL_OK;
}

static int run(struct ctl *ctl, struct db *db, const struct migration *files,
               size_t count, bool list)
{
    enum err err = schema_prepare(db);
    if (err == OK) {
        err = schema_lock(db, ctl->arena);
    }
    struct db_rows rows = {0};
    if (err == OK) {
        err = migration_list(db, ctl->arena, &rows);
    }
    if (err != OK) {
        return ctl_fail(err, "migrate");
    }
    const struct migration_row *applied = rows.items;
    if (!check_applied(files, count, applied, rows.count)) {
        return CTL_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        bool known = i < rows.count; /* numbers have no gap on either side */
        bool finished = known && applied[i].applied_at != INSTANT_NONE;
        if (list) {
            printf("%-8s %.*s\n",
                   finished ? "applied"
                   : known  ? "begun"
                            : "new",
                   STR_ARG(files[i].name));
            continue;
        }
        if (finished) {
            continue;
        }
        struct migration_row row = {
            .number = files[i].number,
            .name = files[i].name,
            .sha256 = {(const char *)files[i].sha256, SHA256_BYTES},
        };
        err = known ? OK : migration_begin(db, &row);
        if (err != OK) {
            return ctl_fail(err, "schema_migration");
        }
        int code = apply(ctl, db, &files[i], known ? applied[i].statements_done : 0);
        if (code != CTL_OK) {
            return code;
        }
    }
    return CTL_OK;
}

int command_migrate(struct ctl *ctl)
{
    bool list = ctl_flag(ctl, "--list");
    const char *dir = ctl_sql_dir(ctl, "migrations");
    if (!dir || !ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    struct ctl_file *files;
    size_t count;
    if (ctl_read_dir(ctl, dir, ".sql", 0, &files, &count) != OK) {
        return CTL_FAILED;
    }
    struct migration *migrations = ARENA_ARRAY(ctl->arena, struct migration, count + 1);
    if (!parse_files(ctl, files, count, migrations)) {
        return CTL_FAILED;
    }
    struct db *db;
    enum err err = ctl_connect(ctl, "ctl", &db);
    return err == OK ? run(ctl, db, migrations, count, list) : ctl_fail(err, "database");
}
