/* version.c: versions of request types. */
#include "store/version.h"

static const struct db_column type_columns[] = {
    DB_COL(struct type_version_row, request_type, DB_STR),
    DB_COL(struct type_version_row, definition_id, DB_I64),
    DB_COL(struct type_version_row, version, DB_I64),
    DB_COL(struct type_version_row, since_at, DB_TIME),
    DB_COL(struct type_version_row, active, DB_BOOL),
    DB_COL(struct type_version_row, running, DB_I64),
};
DB_ROW_MAP(type_map, struct type_version_row, type_columns);

/* programs: dashboard, ctl */
SQL(SQL_VERSION_TYPES,
    "SELECT t.request_type, t.definition_id, d.version, t.since_at, t.active, "
    "(SELECT COUNT(*) FROM process_definition v JOIN process_instance i "
    "ON i.definition_id = v.id AND i.ended_at IS NULL "
    "WHERE v.request_type = t.request_type) "
    "FROM request_type t JOIN process_definition d ON d.id = t.definition_id "
    "ORDER BY t.position, t.request_type LIMIT 500");

#define IN_FORCE                                                                         \
    "SELECT t.request_type, t.definition_id, d.version, t.since_at, t.active, 0 "        \
    "FROM request_type t JOIN process_definition d ON d.id = t.definition_id "           \
    "WHERE t.request_type = ?"

/* programs: dashboard, ctl */
SQL(SQL_VERSION_IN_FORCE, IN_FORCE);
/* programs: ctl */
SQL(SQL_VERSION_IN_FORCE_LOCK, IN_FORCE " FOR UPDATE");

static const struct db_column version_columns[] = {
    DB_COL(struct version_row, definition_id, DB_I64),
    DB_COL(struct version_row, version, DB_I64),
    DB_COL(struct version_row, sha256, DB_STR),
    DB_COL(struct version_row, published_at, DB_TIME),
    DB_COL(struct version_row, running, DB_I64),
    DB_COL(struct version_row, waiting, DB_I64),
};
DB_ROW_MAP(version_map, struct version_row, version_columns);

/* programs: dashboard, ctl */
SQL(SQL_VERSION_LIST,
    "SELECT d.id, d.version, d.sha256, d.published_at, "
    "(SELECT COUNT(*) FROM process_instance i WHERE i.definition_id = d.id "
    "AND i.ended_at IS NULL), "
    "(SELECT COUNT(*) FROM request r WHERE r.definition_id = d.id "
    "AND r.state IN ('draft', 'submitted', 'waiting_for_customer')) "
    "FROM process_definition d WHERE d.request_type = ? ORDER BY d.version DESC "
    "LIMIT 500");

struct id_row {
    int64_t id;
};
static const struct db_column id_columns[] = {DB_COL(struct id_row, id, DB_I64)};
DB_ROW_MAP(id_map, struct id_row, id_columns);

/* programs: dashboard, ctl */
SQL(SQL_VERSION_FIND,
    "SELECT id FROM process_definition WHERE request_type = ? AND version = ?");

/* programs: ctl */
SQL(SQL_VERSION_SET_ACTIVE, "UPDATE request_type SET active = ? WHERE request_type = ?");

const struct sql *const store_version_statements[] = {
    &SQL_VERSION_TYPES,
    &SQL_VERSION_IN_FORCE,
    &SQL_VERSION_IN_FORCE_LOCK,
    &SQL_VERSION_LIST,
    &SQL_VERSION_FIND,
    &SQL_VERSION_SET_ACTIVE,
    NULL,
};

enum err version_types(struct db *db, struct arena *arena, struct db_rows *out)
{
    return db_query(db, arena, &SQL_VERSION_TYPES, NULL, 0, &type_map, out);
}

enum err version_in_force(struct db *db, struct arena *arena, struct str request_type,
                          bool lock, struct type_version_row *out)
{
    return DB_QUERY_ONE(db, arena,
                        lock ? &SQL_VERSION_IN_FORCE_LOCK : &SQL_VERSION_IN_FORCE,
                        &type_map, out, P_STR(request_type));
}

enum err version_list(struct db *db, struct arena *arena, struct str request_type,
                      struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_VERSION_LIST, &version_map, out, P_STR(request_type));
}

enum err version_find(struct db *db, struct arena *arena, struct str request_type,
                      int64_t version, int64_t *id_out)
{
    struct id_row row;
    enum err err = DB_QUERY_ONE(db, arena, &SQL_VERSION_FIND, &id_map, &row,
                                P_STR(request_type), P_I64(version));

    if (err == OK)
        *id_out = row.id;
    return err;
}

enum err version_set_active(struct db *db, struct str request_type, bool active)
{
    return DB_EXEC(db, &SQL_VERSION_SET_ACTIVE, NULL, P_I64(active), P_STR(request_type));
}
