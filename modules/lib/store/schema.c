/* schema.c: migrations, the schema's text, accounts. Names that no placeholder can stand
 * for are quoted here; they come from the server itself or from the operator's
 * configuration. */
#include "store/schema.h"

#include "base/buf.h"

/* programs: ctl */
SQL(SQL_SCHEMA_PREPARE,
    "CREATE TABLE IF NOT EXISTS schema_migration (number INT NOT NULL, "
    "name VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "sha256 BINARY(32) NOT NULL, statements_done INT NOT NULL DEFAULT 0, "
    "applied_at DATETIME(6) NULL, PRIMARY KEY (number)) "
    "ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci");

/* programs: ctl */
SQL(SQL_SCHEMA_LOCK,
    "SELECT COALESCE(GET_LOCK(CONCAT('kontor_migrate_', DATABASE()), 10), 0) AS got");

/* programs: ctl */
SQL(SQL_MIGRATION_LIST,
    "SELECT number, name, sha256, statements_done, applied_at FROM schema_migration "
    "ORDER BY number LIMIT 10000");

/* programs: ctl */
SQL(SQL_MIGRATION_BEGIN,
    "INSERT INTO schema_migration (number, name, sha256) VALUES (?, ?, ?)");

/* programs: ctl */
SQL(SQL_MIGRATION_PROGRESS,
    "UPDATE schema_migration SET statements_done = ? WHERE number = ?");

/* programs: ctl */
SQL(SQL_MIGRATION_FINISH,
    "UPDATE schema_migration SET sha256 = ?, applied_at = ? WHERE number = ?");

/* programs: ctl */
SQL(SQL_SCHEMA_TABLES,
    "SELECT table_name, table_type = 'VIEW' FROM information_schema.tables "
    "WHERE table_schema = DATABASE() ORDER BY table_type = 'VIEW', table_name LIMIT "
    "1000");

const struct sql *const store_schema_statements[] = {
    &SQL_SCHEMA_PREPARE,     &SQL_SCHEMA_LOCK,
    &SQL_MIGRATION_LIST,     &SQL_MIGRATION_BEGIN,
    &SQL_MIGRATION_PROGRESS, &SQL_MIGRATION_FINISH,
    &SQL_SCHEMA_TABLES,      NULL,
};

enum err schema_prepare(struct db *db)
{
    return db_exec(db, &SQL_SCHEMA_PREPARE, NULL, 0, NULL);
}

struct got {
    bool got;
};

enum err schema_lock(struct db *db, struct arena *arena)
{
    static const struct db_column columns[] = {DB_COL(struct got, got, DB_BOOL)};
    DB_ROW_MAP(map, struct got, columns);
    struct got row;
    enum err err = db_query_one(db, arena, &SQL_SCHEMA_LOCK, NULL, 0, &map, &row);
    if (err == OK && !row.got) {
        err = err_note(ERR_CONFLICT, "another kontorctl migrate is at work");
    }
    return err;
}

enum err migration_list(struct db *db, struct arena *arena, struct db_rows *out)
{
    static const struct db_column columns[] = {
        DB_COL(struct migration_row, number, DB_I64),
        DB_COL(struct migration_row, name, DB_STR),
        DB_COL(struct migration_row, sha256, DB_STR),
        DB_COL(struct migration_row, statements_done, DB_I64),
        DB_COL(struct migration_row, applied_at, DB_TIME),
    };
    DB_ROW_MAP(map, struct migration_row, columns);
    return db_query(db, arena, &SQL_MIGRATION_LIST, NULL, 0, &map, out);
}

enum err migration_begin(struct db *db, const struct migration_row *row)
{
    return DB_EXEC(db, &SQL_MIGRATION_BEGIN, NULL, P_I64(row->number), P_STR(row->name),
                   P_STR(row->sha256));
}

enum err migration_progress(struct db *db, int64_t number, int64_t statements_done)
{
    return DB_EXEC(db, &SQL_MIGRATION_PROGRESS, NULL, P_I64(statements_done),
                   P_I64(number));
}

enum err migration_finish(struct db *db, int64_t number, struct str sha256,
                          instant_us applied_at)
{
    return DB_EXEC(db, &SQL_MIGRATION_FINISH, NULL, P_STR(sha256), P_TIME(applied_at),
                   P_I64(number));
}

enum err schema_tables(struct db *db, struct arena *arena, struct db_rows *out)
{
    static const struct db_column columns[] = {
        DB_COL(struct table_row, name, DB_STR),
        DB_COL(struct table_row, is_view, DB_BOOL),
    };
    DB_ROW_MAP(map, struct table_row, columns);
    return db_query(db, arena, &SQL_SCHEMA_TABLES, NULL, 0, &map, out);
}

/** Copy `text` without every stretch that begins with `from` and ends with `to`. */
static struct str without(struct arena *arena, struct str text, struct str from,
                          struct str to)
{
    struct buf out = buf_init(arena, text.len + 1);
    ssize_t at;
    while ((at = str_find(text, from)) >= 0) {
        struct str rest = str_from_index(text, (size_t)at + from.len);
        ssize_t end = str_find(rest, to);
        if (end < 0) {
            break;
        }
        buf_put(&out, str_sub(text, 0, (size_t)at));
        text = str_from_index(rest, (size_t)end + to.len);
    }
    buf_put(&out, text);
    return buf_str(&out);
}

/** Lines into a view's text, which the server writes as one. */
static struct str broken_up(struct arena *arena, struct str text)
{
    struct buf out = buf_init(arena, text.len * 2 + 16);
    for (size_t i = 0; i < text.len; i++) {
        struct str rest = str_from_index(text, i);
        if (str_starts(rest, STR(" from ")) || str_starts(rest, STR(" where ")) ||
            str_starts(rest, STR(" AS select "))) {
            buf_put_c(&out, "\n ");
        }
        buf_put_char(&out, text.ptr[i]);
    }
    return buf_str(&out);
}

enum err schema_create_text(struct db *db, struct arena *arena,
                            const struct table_row *table, struct str *out)
{
    struct db_text_rows rows;
    struct str text = str_format(arena, "SHOW CREATE TABLE `%.*s`", STR_ARG(table->name));
    enum err err = db_text(db, arena, text, &rows);
    if (err == OK && (rows.row_count != 1 || rows.column_count < 2)) {
        err = err_note(ERR_INTERNAL, "SHOW CREATE TABLE answered nothing");
    }
    if (err != OK) {
        return err;
    }
    struct str create = rows.cells[1];
    create = without(arena, create, STR("AUTO_INCREMENT="), STR(" "));
    if (table->is_view) {
        /* Algorithm and definer say who made it, not what it is. */
        ssize_t security = str_find(create, STR("SQL SECURITY"));
        if (security > 0) {
            create = str_concat(arena, STR("CREATE "),
                                str_from_index(create, (size_t)security));
        }
        create = broken_up(arena, create);
    }
    *out = create;
    return OK;
}

enum err account_reset(struct db *db, struct arena *arena, struct str user,
                       struct str host, struct str password)
{
    struct str user_literal, host_literal, password_literal;
    enum err err = db_quote(db, arena, user, &user_literal);
    if (err == OK) {
        err = db_quote(db, arena, host, &host_literal);
    }
    if (err == OK) {
        err = db_quote(db, arena, password, &password_literal);
    }
    if (err != OK) {
        return err;
    }
    struct str account =
        str_format(arena, "%.*s@%.*s", STR_ARG(user_literal), STR_ARG(host_literal));
    /* IF NOT EXISTS leaves an old password, so it is set in any case. */
    for (size_t i = 0; i < 2 && err == OK; i++) {
        struct str text =
            i == 0
                ? str_format(arena, "CREATE USER IF NOT EXISTS %.*s IDENTIFIED BY %.*s",
                             STR_ARG(account), STR_ARG(password_literal))
                : str_format(arena, "ALTER USER %.*s IDENTIFIED BY %.*s",
                             STR_ARG(account), STR_ARG(password_literal));
        err = db_text(db, arena, text, NULL);
        secret_wipe((char *)(uintptr_t)text.ptr, text.len);
    }
    secret_wipe((char *)(uintptr_t)password_literal.ptr, password_literal.len);
    if (err == OK) {
        err = db_text(db, arena,
                      str_format(arena, "REVOKE ALL PRIVILEGES, GRANT OPTION FROM %.*s",
                                 STR_ARG(account)),
                      NULL);
    }
    return err;
}
