/* definition.c: published definitions and teams. */
#include "store/definition.h"

static const struct db_column definition_columns[] = {
    DB_COL(struct definition_row, id, DB_I64),
    DB_COL(struct definition_row, request_type, DB_STR),
    DB_COL(struct definition_row, version, DB_I64),
    DB_COL(struct definition_row, sha256, DB_STR),
    DB_COL(struct definition_row, format, DB_I64),
    DB_COL(struct definition_row, compiled, DB_STR),
};
DB_ROW_MAP(definition_map, struct definition_row, definition_columns);

/* programs: requests, uploads, dashboard, worker, ctl */
SQL(SQL_DEFINITION_BY_ID,
    "SELECT id, request_type, version, sha256, format, compiled FROM process_definition "
    "WHERE id = ?");

#define NEWEST                                                                           \
    "SELECT id, request_type, version, sha256, format, NULL FROM process_definition "    \
    "WHERE request_type = ? ORDER BY version DESC LIMIT 1"

/* programs: ctl */
SQL(SQL_DEFINITION_NEWEST, NEWEST);
/* programs: ctl */
SQL(SQL_DEFINITION_NEWEST_LOCK, NEWEST " FOR UPDATE");

/* programs: ctl */
SQL(SQL_DEFINITION_OTHER_FORMATS,
    "SELECT id, request_type, version, sha256, format, NULL FROM process_definition "
    "WHERE format <> ? ORDER BY id LIMIT 1000");

/* programs: ctl */
SQL(SQL_DEFINITION_INSERT,
    "INSERT INTO process_definition (request_type, version, sha256, format, compiled, "
    "published_at) VALUES (?, ?, ?, ?, ?, ?)");

/* programs: ctl */
SQL(SQL_DEFINITION_PUT_COMPILED,
    "UPDATE process_definition SET format = ?, compiled = ? WHERE id = ?");

static const struct db_column file_columns[] = {
    DB_COL(struct definition_file_row, path, DB_STR),
    DB_COL(struct definition_file_row, content, DB_STR),
};
DB_ROW_MAP(file_map, struct definition_file_row, file_columns);

/* programs: ctl */
SQL(SQL_DEFINITION_FILES,
    "SELECT path, content FROM process_definition_file WHERE definition_id = ? "
    "ORDER BY path LIMIT 500");

/* programs: ctl */
SQL(SQL_DEFINITION_FILE_INSERT, "INSERT INTO process_definition_file (definition_id, "
                                "path, content) VALUES (?, ?, ?)");

static const struct db_column type_columns[] = {
    DB_COL(struct request_type_row, request_type, DB_STR),
    DB_COL(struct request_type_row, definition_id, DB_I64),
};
DB_ROW_MAP(type_map, struct request_type_row, type_columns);

/* programs: requests, ctl */
SQL(SQL_REQUEST_TYPE_ACTIVE,
    "SELECT request_type, definition_id FROM request_type WHERE active = TRUE "
    "ORDER BY position, request_type LIMIT 200");

/* The time first: it looks at the version of before. */
/* programs: ctl */
SQL(SQL_REQUEST_TYPE_SWITCH,
    "INSERT INTO request_type (request_type, definition_id, since_at, position) "
    "SELECT ?, ?, ?, last.position + 1 "
    "FROM (SELECT COALESCE(MAX(position), 0) AS position FROM request_type) last "
    "ON DUPLICATE KEY UPDATE since_at = IF(definition_id = VALUES(definition_id), "
    "since_at, VALUES(since_at)), definition_id = VALUES(definition_id)");

static const struct db_column team_columns[] = {
    DB_COL(struct team_row, team_key, DB_STR),
    DB_COL(struct team_row, name_en, DB_STR),
    DB_COL(struct team_row, name_de, DB_STR),
    DB_COL(struct team_row, email, DB_STR),
};
DB_ROW_MAP(team_map, struct team_row, team_columns);

/* programs: requests, dashboard, worker, ctl */
SQL(SQL_TEAM_LIST,
    "SELECT team_key, name_en, name_de, email FROM team ORDER BY team_key LIMIT 500");

const struct sql *const store_definition_statements[] = {
    &SQL_DEFINITION_BY_ID,
    &SQL_DEFINITION_NEWEST,
    &SQL_DEFINITION_NEWEST_LOCK,
    &SQL_DEFINITION_OTHER_FORMATS,
    &SQL_DEFINITION_INSERT,
    &SQL_DEFINITION_PUT_COMPILED,
    &SQL_DEFINITION_FILES,
    &SQL_DEFINITION_FILE_INSERT,
    &SQL_REQUEST_TYPE_ACTIVE,
    &SQL_REQUEST_TYPE_SWITCH,
    &SQL_TEAM_LIST,
    NULL,
};

enum err definition_by_id(struct db *db, struct arena *arena, int64_t definition_id,
                          struct definition_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DEFINITION_BY_ID, &definition_map, out,
                        P_I64(definition_id));
}

enum err definition_newest(struct db *db, struct arena *arena, struct str request_type,
                           struct definition_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DEFINITION_NEWEST, &definition_map, out,
                        P_STR(request_type));
}

enum err definition_newest_lock(struct db *db, struct arena *arena,
                                struct str request_type, struct definition_row *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_DEFINITION_NEWEST_LOCK, &definition_map, out,
                        P_STR(request_type));
}

enum err definition_other_formats(struct db *db, struct arena *arena, int64_t format,
                                  struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_DEFINITION_OTHER_FORMATS, &definition_map, out,
                    P_I64(format));
}

enum err definition_insert(struct db *db, const struct definition_row *row,
                           instant_us published_at, int64_t *id_out)
{
    struct db_done done;
    enum err err = DB_EXEC(db, &SQL_DEFINITION_INSERT, &done, P_STR(row->request_type),
                           P_I64(row->version), P_STR(row->sha256), P_I64(row->format),
                           P_STR(row->compiled), P_TIME(published_at));
    if (err == OK) {
        *id_out = done.insert_id;
    }
    return err;
}

enum err definition_put_compiled(struct db *db, int64_t definition_id, int64_t format,
                                 struct str compiled)
{
    return DB_EXEC(db, &SQL_DEFINITION_PUT_COMPILED, NULL, P_I64(format), P_STR(compiled),
                   P_I64(definition_id));
}

enum err definition_files(struct db *db, struct arena *arena, int64_t definition_id,
                          struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_DEFINITION_FILES, &file_map, out,
                    P_I64(definition_id));
}

enum err definition_file_insert(struct db *db, int64_t definition_id, struct str path,
                                struct str content)
{
    return DB_EXEC(db, &SQL_DEFINITION_FILE_INSERT, NULL, P_I64(definition_id),
                   P_STR(path), P_STR(content));
}

enum err request_type_active(struct db *db, struct arena *arena, struct db_rows *out)
{
    return db_query(db, arena, &SQL_REQUEST_TYPE_ACTIVE, NULL, 0, &type_map, out);
}

enum err request_type_switch(struct db *db, struct str request_type,
                             int64_t definition_id, instant_us at)
{
    return DB_EXEC(db, &SQL_REQUEST_TYPE_SWITCH, NULL, P_STR(request_type),
                   P_I64(definition_id), P_TIME(at));
}

enum err team_list(struct db *db, struct arena *arena, struct db_rows *out)
{
    return db_query(db, arena, &SQL_TEAM_LIST, NULL, 0, &team_map, out);
}
