#include "store/queue.h"

/* A queue page is one statement. The inner select walks one index in its order and stops
 * after `limit` ids, so the rows read do not depend on how many sub-tickets there are;
 * names are joined to those few, in the order written (straight_join: with few tickets the
 * planner would scan those first). The two arms of the "or" are two neighbouring ranges of
 * the index (a comparison of row constructors would be read from the top). */
#define QUEUE_HEAD                                                                       \
    "select straight_join s.id, s.reference, s.name, s.subject, s.type_key, s.phase,"    \
    " s.team_key, s.state, s.due_at, o.display_name, t.reference, r.definition_id,"      \
    " c.name, s.waiting_for from ("
#define QUEUE_TAIL                                                                       \
    ") page straight_join sub_ticket s on s.id = page.id"                                \
    " straight_join ticket t on t.id = s.ticket_id"                                      \
    " straight_join request r on r.id = t.request_id"                                    \
    " straight_join company c on c.id = t.company_id"                                    \
    " left join person o on o.id = s.owner_id"                                           \
    " order by s.due_at, s.id"
#define QUEUE_RANGE                                                                      \
    " and (due_at > ? or (due_at = ? and id > ?)) order by due_at, id limit ?"

/* programs: dashboard */
SQL(SQL_QUEUE_MINE,
    QUEUE_HEAD "select id from sub_ticket where is_open = 1 and owner_id = ?" QUEUE_RANGE
        QUEUE_TAIL);
/* programs: dashboard */
SQL(SQL_QUEUE_TEAM,
    QUEUE_HEAD "select id from sub_ticket where is_open = 1 and team_key = ?" QUEUE_RANGE
        QUEUE_TAIL);
/* programs: dashboard */
SQL(SQL_QUEUE_ALL,
    QUEUE_HEAD "select id from sub_ticket where is_open = 1" QUEUE_RANGE QUEUE_TAIL);

/* Several teams: as many index walks side by side; an unused place holds no team (null).
 */
#define ARM                                                                              \
    "(select id, due_at from sub_ticket where is_open = 1 and team_key = ?" QUEUE_RANGE  \
    ")"
/* programs: dashboard */
SQL(SQL_QUEUE_TEAMS,
    QUEUE_HEAD "select id from (" ARM " union all " ARM " union all " ARM
               " union all " ARM " union all " ARM " union all " ARM " union all " ARM
               " union all " ARM ") arms order by due_at, id limit ?" QUEUE_TAIL);

static const struct db_column item_columns[] = {
    DB_COL(struct queue_item, id, DB_I64),
    DB_COL(struct queue_item, reference, DB_STR),
    DB_COL(struct queue_item, name, DB_STR),
    DB_COL(struct queue_item, subject, DB_STR),
    DB_COL(struct queue_item, type_key, DB_STR),
    DB_COL(struct queue_item, phase, DB_STR),
    DB_COL(struct queue_item, team_key, DB_STR),
    DB_COL(struct queue_item, state, DB_STR),
    DB_COL(struct queue_item, due_at, DB_TIME),
    DB_COL(struct queue_item, owner_name, DB_STR),
    DB_COL(struct queue_item, ticket_reference, DB_STR),
    DB_COL(struct queue_item, definition_id, DB_I64),
    DB_COL(struct queue_item, company_name, DB_STR),
    DB_COL(struct queue_item, waiting_for, DB_STR),
};
DB_ROW_MAP(item_map, struct queue_item, item_columns);

enum err queue_list(struct db *db, struct arena *arena, const struct queue_query *query,
                    struct db_rows *out)
{
    instant_us due = query->after_due == INSTANT_NONE ? 0 : query->after_due;
    int64_t id = query->after_id;
    if (query->owner_id != 0)
        return DB_QUERY(db, arena, &SQL_QUEUE_MINE, &item_map, out,
                        P_I64(query->owner_id), P_TIME(due), P_TIME(due), P_I64(id),
                        P_I64(query->limit));
    if (query->team_count == 0)
        return DB_QUERY(db, arena, &SQL_QUEUE_ALL, &item_map, out, P_TIME(due),
                        P_TIME(due), P_I64(id), P_I64(query->limit));
    if (query->team_count == 1)
        return DB_QUERY(db, arena, &SQL_QUEUE_TEAM, &item_map, out,
                        P_STR(query->teams[0]), P_TIME(due), P_TIME(due), P_I64(id),
                        P_I64(query->limit));
    if (query->team_count > QUEUE_TEAMS)
        bug("%zu teams in one queue", query->team_count);
    struct db_param params[QUEUE_TEAMS * 5 + 1];
    struct db_param *at = params;
    for (size_t i = 0; i < QUEUE_TEAMS; i++) {
        *at++ = P_STR(i < query->team_count ? query->teams[i] : STR_NONE);
        *at++ = P_TIME(due);
        *at++ = P_TIME(due);
        *at++ = P_I64(id);
        *at++ = P_I64(query->limit);
    }
    *at++ = P_I64(query->limit);
    return db_query(db, arena, &SQL_QUEUE_TEAMS, params, (size_t)(at - params), &item_map,
                    out);
}

#define COUNT_HEAD "select count(*) from ("
#define COUNT_TAIL " limit 1001) counted"
/* programs: dashboard */
SQL(SQL_QUEUE_COUNT_MINE,
    COUNT_HEAD "select 1 from sub_ticket where is_open = 1 and owner_id = ?" COUNT_TAIL);
/* programs: dashboard */
SQL(SQL_QUEUE_COUNT_ALL,
    COUNT_HEAD "select 1 from sub_ticket where is_open = 1" COUNT_TAIL);
/* programs: dashboard */
SQL(SQL_QUEUE_COUNT_TEAMS,
    COUNT_HEAD "select 1 from sub_ticket where is_open = 1"
               " and team_key in (?, ?, ?, ?, ?, ?, ?, ?)" COUNT_TAIL);

struct count_row {
    int64_t count;
};
static const struct db_column count_columns[] = {DB_COL(struct count_row, count, DB_I64)};
DB_ROW_MAP(count_map, struct count_row, count_columns);

enum err queue_count(struct db *db, struct arena *arena, const struct queue_query *query,
                     int64_t *out)
{
    struct count_row row = {0};
    enum err err;
    if (query->owner_id != 0) {
        err = DB_QUERY_ONE(db, arena, &SQL_QUEUE_COUNT_MINE, &count_map, &row,
                           P_I64(query->owner_id));
    } else if (query->team_count == 0) {
        err = db_query_one(db, arena, &SQL_QUEUE_COUNT_ALL, NULL, 0, &count_map, &row);
    } else {
        struct db_param params[QUEUE_TEAMS];
        for (size_t i = 0; i < QUEUE_TEAMS; i++)
            params[i] = P_STR(i < query->team_count ? query->teams[i] : STR_NONE);
        err = db_query_one(db, arena, &SQL_QUEUE_COUNT_TEAMS, params, QUEUE_TEAMS,
                           &count_map, &row);
    }
    if (err == OK)
        *out = row.count;
    return err;
}

const struct sql *const store_queue_statements[] = {
    &SQL_QUEUE_MINE,       &SQL_QUEUE_TEAM,      &SQL_QUEUE_ALL,         &SQL_QUEUE_TEAMS,
    &SQL_QUEUE_COUNT_MINE, &SQL_QUEUE_COUNT_ALL, &SQL_QUEUE_COUNT_TEAMS, NULL};
