#include "store/register.h"

const char *register_kind_word(enum register_kind kind)
{
    static const char *const words[REGISTER_KIND_COUNT] = {
        [REGISTER_MEMBERSHIP] = "membership",
        [REGISTER_ENTITLEMENT] = "entitlement",
        [REGISTER_BOARD_MEMBER] = "board_member",
        [REGISTER_CLEARING_ACCESS] = "clearing_access",
    };

    return words[kind];
}

/* ---- reading ---- */

/* Who brought and who ended a row, unless it is a board matter that the reader does not see. */
#define REQUESTS                                                                         \
    "(SELECT r.reference FROM request r WHERE r.id = x.request_id "                      \
    "AND (r.visibility = 'company' OR ?)), "                                             \
    "(SELECT r.reference FROM request r WHERE r.id = x.ended_request_id "                \
    "AND (r.visibility = 'company' OR ?))"
/* What holds today or will. A row that ended before it began never does. */
#define HOLDS                                                                            \
    "x.company_id = ? AND (x.ends_on IS NULL OR (x.ends_on >= ? AND x.ends_on >= "       \
    "x.valid_from)) "

/* One statement, since whoever asks for one of them asks for all. DECIMAL has six digits behind the
 * point, always: people do not write them. The company's rows come first, however few products there are. */
/* programs: requests */
SQL(SQL_REGISTER_LIST,
    "SELECT 0 AS kind, x.exchange_key AS row_key, n.name_en AS name_en, "
    "n.name_de AS name_de, NULL AS product, NULL AS market, NULL AS market_en, "
    "NULL AS market_de, NULL AS exchange, NULL AS detail, NULL AS volume, NULL AS unit, "
    "NULL AS birth_date, x.valid_from AS valid_from, x.ends_on AS ends_on, " REQUESTS
    ", n.position AS position, x.id AS row_id FROM membership x "
    "STRAIGHT_JOIN exchange n ON n.exchange_key = x.exchange_key WHERE " HOLDS
    "UNION ALL SELECT 1, CONCAT(x.product_key, '@', x.market_key), p.name_en, p.name_de, "
    "x.product_key, x.market_key, m.name_en, m.name_de, m.exchange_key, NULL, "
    "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(x.volume AS CHAR))), x.unit, "
    "NULL, x.valid_from, x.ends_on, " REQUESTS ", m.position * 1000 + p.position, x.id "
    "FROM entitlement x STRAIGHT_JOIN product p "
    "ON p.product_key = x.product_key STRAIGHT_JOIN market m ON m.market_key = "
    "x.market_key WHERE " HOLDS
    "UNION ALL SELECT 2, CAST(x.id AS CHAR), x.name, x.name, NULL, NULL, NULL, NULL, "
    "NULL, x.function, NULL, NULL, x.birth_date, x.valid_from, x.ends_on, " REQUESTS
    ", 0, x.id FROM board_member x WHERE " HOLDS "AND ? "
    "UNION ALL SELECT 3, x.house_key, h.name_en, h.name_de, NULL, NULL, NULL, NULL, "
    "NULL, x.member_name, NULL, NULL, NULL, x.valid_from, x.ends_on, " REQUESTS
    ", h.position, x.id FROM clearing_access x "
    "STRAIGHT_JOIN clearing_house h ON h.house_key = x.house_key WHERE " HOLDS
    "UNION ALL SELECT 4, CAST(o.id AS CHAR), o.text_en, o.text_de, NULL, NULL, NULL, "
    "NULL, NULL, o.kind, NULL, NULL, NULL, o.due_on, NULL, o.reference, NULL, 0, o.id "
    "FROM obligation o WHERE o.company_id = ? AND o.closed_at IS NULL "
    "UNION ALL SELECT 5, c.reference, c.name, c.name, NULL, NULL, NULL, NULL, NULL, "
    "NULL, "
    "NULL, NULL, NULL, NULL, c.ends_on, NULL, NULL, 0, c.id FROM company c "
    "WHERE c.id = ? ORDER BY kind, position, valid_from, row_id LIMIT 5000");

static const struct db_column LIST_COLUMNS[] = {
    DB_COL(struct register_row, kind, DB_I64),
    DB_COL(struct register_row, key, DB_STR),
    DB_COL(struct register_row, name_en, DB_STR),
    DB_COL(struct register_row, name_de, DB_STR),
    DB_COL(struct register_row, product, DB_STR),
    DB_COL(struct register_row, market, DB_STR),
    DB_COL(struct register_row, market_en, DB_STR),
    DB_COL(struct register_row, market_de, DB_STR),
    DB_COL(struct register_row, exchange, DB_STR),
    DB_COL(struct register_row, detail, DB_STR),
    DB_COL(struct register_row, volume, DB_STR),
    DB_COL(struct register_row, unit, DB_STR),
    DB_COL(struct register_row, birth_date, DB_DAY),
    DB_COL(struct register_row, valid_from, DB_DAY),
    DB_COL(struct register_row, ends_on, DB_DAY),
    DB_COL(struct register_row, request_reference, DB_STR),
    DB_COL(struct register_row, ended_request_reference, DB_STR),
    DB_COL(struct register_row, position, DB_I64),
    DB_COL(struct register_row, id, DB_I64),
};
DB_ROW_MAP(LIST_MAP, struct register_row, LIST_COLUMNS);

enum err register_list(struct db *db, struct arena *arena,
                       const struct register_query *query, struct db_rows *out)
{
    struct db_param id = P_I64(query->company_id);
    struct db_param today = P_DAY(query->today);
    struct db_param board = P_I64(query->board);
    const struct db_param params[] = {
        board, board, id, today,        /* memberships */
        board, board, id, today,        /* entitlements */
        board, board, id, today, board, /* board */
        board, board, id, today,        /* clearing */
        id,    id,
    };

    return db_query(db, arena, &SQL_REGISTER_LIST, params, sizeof params / sizeof *params,
                    &LIST_MAP, out);
}

/* ---- the company ---- */

/* programs: worker */
SQL(SQL_REGISTER_COMPANY_LOCK,
    "SELECT c.name, c.state, c.zone, c.ends_on, c.changes_on, c.version FROM company c "
    "WHERE c.id = ? FOR UPDATE");

/* programs: worker */
SQL(SQL_REGISTER_COMPANY_PUT,
    "UPDATE company SET name = ?, state = ?, ends_on = ?, changes_on = ?, "
    "version = version + 1 WHERE id = ?");

/* programs: worker */
SQL(SQL_REGISTER_COMPANIES_DUE, "SELECT c.id FROM company c WHERE c.changes_on <= ? "
                                "ORDER BY c.changes_on, c.id LIMIT 1000");

static const struct db_column COMPANY_COLUMNS[] = {
    DB_COL(struct register_company, name, DB_STR),
    DB_COL(struct register_company, state, DB_STR),
    DB_COL(struct register_company, zone, DB_STR),
    DB_COL(struct register_company, ends_on, DB_DAY),
    DB_COL(struct register_company, changes_on, DB_DAY),
    DB_COL(struct register_company, version, DB_I64),
};
DB_ROW_MAP(COMPANY_MAP, struct register_company, COMPANY_COLUMNS);

struct id_row {
    int64_t id;
};
static const struct db_column ID_COLUMNS[] = {DB_COL(struct id_row, id, DB_I64)};
DB_ROW_MAP(ID_MAP, struct id_row, ID_COLUMNS);

enum err register_company_lock(struct db *db, struct arena *arena, int64_t company_id,
                               struct register_company *out)
{
    return DB_QUERY_ONE(db, arena, &SQL_REGISTER_COMPANY_LOCK, &COMPANY_MAP, out,
                        P_I64(company_id));
}

enum err register_company_put(struct db *db, int64_t company_id,
                              const struct register_company *company)
{
    return DB_EXEC(db, &SQL_REGISTER_COMPANY_PUT, NULL, P_STR(company->name),
                   P_STR(company->state), P_DAY(company->ends_on),
                   P_DAY(company->changes_on), P_I64(company_id));
}

enum err register_companies_due(struct db *db, struct arena *arena, day_no day,
                                struct db_rows *out)
{
    return DB_QUERY(db, arena, &SQL_REGISTER_COMPANIES_DUE, &ID_MAP, out, P_DAY(day));
}

/* ---- rows under a lock ---- */

/* programs: worker */
SQL(SQL_REGISTER_LOCK_MEMBERSHIP,
    "SELECT x.id, x.exchange_key, NULL, NULL, x.exchange_key, NULL, x.valid_from, "
    "x.ends_on, x.request_id, x.ended_request_id FROM membership x "
    "WHERE x.company_id = ? ORDER BY x.id LIMIT 5000 FOR UPDATE");

/* The market in a scalar subquery, which takes no lock there. */
/* programs: worker */
SQL(SQL_REGISTER_LOCK_ENTITLEMENT,
    "SELECT x.id, CONCAT(x.product_key, '@', x.market_key), NULL, x.market_key, "
    "(SELECT m.exchange_key FROM market m WHERE m.market_key = x.market_key), NULL, "
    "x.valid_from, x.ends_on, x.request_id, x.ended_request_id FROM entitlement x "
    "WHERE x.company_id = ? ORDER BY x.id LIMIT 5000 FOR UPDATE");

/* programs: worker */
SQL(SQL_REGISTER_LOCK_BOARD_MEMBER,
    "SELECT x.id, CAST(x.id AS CHAR), x.name, NULL, NULL, x.birth_date, x.valid_from, "
    "x.ends_on, x.request_id, x.ended_request_id FROM board_member x "
    "WHERE x.company_id = ? ORDER BY x.id LIMIT 5000 FOR UPDATE");

/* programs: worker */
SQL(SQL_REGISTER_LOCK_CLEARING_ACCESS,
    "SELECT x.id, x.house_key, x.member_name, NULL, NULL, NULL, x.valid_from, "
    "x.ends_on, x.request_id, x.ended_request_id FROM clearing_access x "
    "WHERE x.company_id = ? ORDER BY x.id LIMIT 5000 FOR UPDATE");

static const struct db_column LOCK_COLUMNS[] = {
    DB_COL(struct register_lock, id, DB_I64),
    DB_COL(struct register_lock, key, DB_STR),
    DB_COL(struct register_lock, name, DB_STR),
    DB_COL(struct register_lock, market, DB_STR),
    DB_COL(struct register_lock, exchange, DB_STR),
    DB_COL(struct register_lock, birth_date, DB_DAY),
    DB_COL(struct register_lock, valid_from, DB_DAY),
    DB_COL(struct register_lock, ends_on, DB_DAY),
    DB_COL(struct register_lock, request_id, DB_I64),
    DB_COL(struct register_lock, ended_request_id, DB_I64),
};
DB_ROW_MAP(LOCK_MAP, struct register_lock, LOCK_COLUMNS);

enum err register_lock(struct db *db, struct arena *arena, int64_t company_id,
                       enum register_kind kind, struct db_rows *out)
{
    static const struct sql *const statements[REGISTER_KIND_COUNT] = {
        [REGISTER_MEMBERSHIP] = &SQL_REGISTER_LOCK_MEMBERSHIP,
        [REGISTER_ENTITLEMENT] = &SQL_REGISTER_LOCK_ENTITLEMENT,
        [REGISTER_BOARD_MEMBER] = &SQL_REGISTER_LOCK_BOARD_MEMBER,
        [REGISTER_CLEARING_ACCESS] = &SQL_REGISTER_LOCK_CLEARING_ACCESS,
    };

    return DB_QUERY(db, arena, statements[kind], &LOCK_MAP, out, P_I64(company_id));
}

/* programs: worker */
SQL(SQL_REGISTER_INSERT_MEMBERSHIP,
    "INSERT INTO membership (company_id, exchange_key, valid_from, request_id, "
    "recorded_at) VALUES (?, ?, ?, ?, ?)");

/* programs: worker */
SQL(SQL_REGISTER_INSERT_ENTITLEMENT,
    "INSERT INTO entitlement (company_id, product_key, market_key, volume, unit, "
    "valid_from, request_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

/* programs: worker */
SQL(SQL_REGISTER_INSERT_BOARD_MEMBER,
    "INSERT INTO board_member (company_id, name, function, birth_date, valid_from, "
    "request_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)");

/* programs: worker */
SQL(SQL_REGISTER_INSERT_CLEARING_ACCESS,
    "INSERT INTO clearing_access (company_id, house_key, member_name, valid_from, "
    "request_id, recorded_at) VALUES (?, ?, ?, ?, ?, ?)");

enum err register_insert(struct db *db, int64_t company_id, enum register_kind kind,
                         const struct register_new *row, int64_t request_id,
                         instant_us now, int64_t *id_out)
{
    struct db_param company = P_I64(company_id);
    struct db_param key = P_STR(row->key);
    struct db_param detail = P_STR(row->detail.ptr ? row->detail : STR(""));
    struct db_param from = P_DAY(row->valid_from);
    struct db_param request = P_ID_OR_NULL(request_id);
    struct db_done done = {0};
    enum err err = ERR_INTERNAL;

    switch (kind) {
    case REGISTER_MEMBERSHIP:
        err = DB_EXEC(db, &SQL_REGISTER_INSERT_MEMBERSHIP, &done, company, key, from,
                      request, P_TIME(now));
        break;
    case REGISTER_ENTITLEMENT:
        err = DB_EXEC(db, &SQL_REGISTER_INSERT_ENTITLEMENT, &done, company, key,
                      P_STR(row->market), P_STR(row->volume), detail, from, request,
                      P_TIME(now));
        break;
    case REGISTER_BOARD_MEMBER:
        err = DB_EXEC(db, &SQL_REGISTER_INSERT_BOARD_MEMBER, &done, company, key, detail,
                      P_DAY(row->birth_date), from, request, P_TIME(now));
        break;
    case REGISTER_CLEARING_ACCESS:
        err = DB_EXEC(db, &SQL_REGISTER_INSERT_CLEARING_ACCESS, &done, company, key,
                      detail, from, request, P_TIME(now));
        break;
    case REGISTER_OBLIGATION:
    case REGISTER_COMPANY:
        bug("a row of kind %d is not inserted here", (int)kind);
    }
    if (err == OK && id_out != NULL)
        *id_out = done.insert_id;
    return err;
}

#define END                                                                              \
    " SET ends_on = ?, is_open = NULL, ended_request_id = ? "                            \
    "WHERE id = ? AND company_id = ? AND (is_open = 1 OR ends_on > ?)"

/* programs: worker */
SQL(SQL_REGISTER_END_MEMBERSHIP, "UPDATE membership" END);

/* programs: worker */
SQL(SQL_REGISTER_END_ENTITLEMENT, "UPDATE entitlement" END);

/* programs: worker */
SQL(SQL_REGISTER_END_BOARD_MEMBER, "UPDATE board_member" END);

/* programs: worker */
SQL(SQL_REGISTER_END_CLEARING_ACCESS, "UPDATE clearing_access" END);

enum err register_end(struct db *db, int64_t company_id, enum register_kind kind,
                      int64_t id, day_no ends_on, int64_t request_id)
{
    static const struct sql *const statements[REGISTER_KIND_COUNT] = {
        [REGISTER_MEMBERSHIP] = &SQL_REGISTER_END_MEMBERSHIP,
        [REGISTER_ENTITLEMENT] = &SQL_REGISTER_END_ENTITLEMENT,
        [REGISTER_BOARD_MEMBER] = &SQL_REGISTER_END_BOARD_MEMBER,
        [REGISTER_CLEARING_ACCESS] = &SQL_REGISTER_END_CLEARING_ACCESS,
    };
    struct db_done done = {0};
    enum err err =
        DB_EXEC(db, statements[kind], &done, P_DAY(ends_on), P_ID_OR_NULL(request_id),
                P_I64(id), P_I64(company_id), P_DAY(ends_on));

    if (err == OK && done.affected != 1)
        return err_note(ERR_CONFLICT, "%s %lld has ended by then",
                        register_kind_word(kind), (long long)id);
    return err;
}

const struct sql *const store_register_statements[] = {
    &SQL_REGISTER_LIST,
    &SQL_REGISTER_COMPANY_LOCK,
    &SQL_REGISTER_COMPANY_PUT,
    &SQL_REGISTER_COMPANIES_DUE,
    &SQL_REGISTER_LOCK_MEMBERSHIP,
    &SQL_REGISTER_LOCK_ENTITLEMENT,
    &SQL_REGISTER_LOCK_BOARD_MEMBER,
    &SQL_REGISTER_LOCK_CLEARING_ACCESS,
    &SQL_REGISTER_INSERT_MEMBERSHIP,
    &SQL_REGISTER_INSERT_ENTITLEMENT,
    &SQL_REGISTER_INSERT_BOARD_MEMBER,
    &SQL_REGISTER_INSERT_CLEARING_ACCESS,
    &SQL_REGISTER_END_MEMBERSHIP,
    &SQL_REGISTER_END_ENTITLEMENT,
    &SQL_REGISTER_END_BOARD_MEMBER,
    &SQL_REGISTER_END_CLEARING_ACCESS,
    NULL,
};
