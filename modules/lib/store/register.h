/* register.h: what each company has: memberships of exchanges, products on markets, members of the board,
 * access to clearing houses, and what it owes. Rows are ended, never deleted. */
#ifndef STORE_REGISTER_H
#define STORE_REGISTER_H

#include "db/db.h"

enum register_kind {
    REGISTER_MEMBERSHIP,
    REGISTER_ENTITLEMENT,
    REGISTER_BOARD_MEMBER,
    REGISTER_CLEARING_ACCESS,
    REGISTER_KIND_COUNT,
    REGISTER_OBLIGATION = REGISTER_KIND_COUNT, /**< listed alone */
    REGISTER_COMPANY                           /**< the company itself, first in a list */
};
/** "membership", ...: the table, and the word of history.object. */
const char *register_kind_word(enum register_kind kind);

/* ---- reading ---- */

struct register_query {
    int64_t company_id;
    day_no today; /**< what has ended before it is left out */
    bool board;   /**< with members of the board, and with references of board matters */
};
/** One line of the register; what its kind does not have is absent. */
struct register_row {
    int64_t kind; /**< enum register_kind */
    struct str
        key; /**< exchange | "product@market" | id | house | id | the company's reference */
    struct str
        name_en; /**< of exchange, product, house; text of an obligation; else the name itself */
    struct str name_de;
    struct str product; /**< of an entitlement */
    struct str market;
    struct str market_en;
    struct str market_de;
    struct str exchange; /**< of the market */
    struct str detail;   /**< function | clearing member | kind of the obligation */
    struct str volume;   /**< planned, "1234.5"; may be absent */
    struct str unit;
    day_no birth_date;
    day_no valid_from; /**< of an obligation: due, may be DAY_NONE */
    day_no ends_on;    /**< last day; DAY_NONE = no end is known */
    /** the request that brought it, and the one that ends it; of an obligation what names it. Absent
     *  if the operator did, or if it is a board matter and the reader does not see those */
    struct str request_reference;
    struct str ended_request_reference;
    int64_t position; /**< the operator's order within its kind */
    int64_t id;       /**< of the row */
};
/** Everything of one company that holds today or will, kinds in the order of the enum; open
 *  obligations; the company itself. One statement. */
enum err register_list(struct db *db, struct arena *arena,
                       const struct register_query *query, struct db_rows *out) MUST_USE;

/* ---- under a lock ---- */

struct register_company {
    struct str name;
    struct str state;
    struct str zone;
    day_no ends_on;    /**< its last day, if that is known */
    day_no changes_on; /**< when Kontor looks again */
    int64_t version;
};
/** Lock the company: first of all that changes its register. Comes last in the order of locks. */
enum err register_company_lock(struct db *db, struct arena *arena, int64_t company_id,
                               struct register_company *out) MUST_USE;
enum err register_company_put(struct db *db, int64_t company_id,
                              const struct register_company *company) MUST_USE;
/** Companies (int64_t) whose changes_on is `day` or before. */
enum err register_companies_due(struct db *db, struct arena *arena, day_no day,
                                struct db_rows *out) MUST_USE;

struct register_lock {
    int64_t id;
    struct str key;    /**< as in struct register_row */
    struct str name;   /**< of a member of the board; clearing member */
    struct str market; /**< of an entitlement */
    struct str exchange;
    day_no birth_date;
    day_no valid_from;
    day_no ends_on;
    int64_t request_id; /**< 0 = the operator */
    int64_t ended_request_id;
};
/** The company's rows of one kind as they are now, ended ones too, locked. Call after
 *  register_company_lock(). */
enum err register_lock(struct db *db, struct arena *arena, int64_t company_id,
                       enum register_kind kind, struct db_rows *out) MUST_USE;

struct register_new {
    struct str key;    /**< exchange | product | name | house */
    struct str market; /**< of an entitlement */
    struct str detail; /**< function | clearing member | unit of the volume */
    struct str volume; /**< absent = none */
    day_no birth_date;
    day_no valid_from;
};
/** `id_out` may be NULL. */
enum err register_insert(struct db *db, int64_t company_id, enum register_kind kind,
                         const struct register_new *row, int64_t request_id,
                         instant_us now, int64_t *id_out) MUST_USE;
/** The row's last day is `ends_on`. ERR_CONFLICT if it ends by then already. */
enum err register_end(struct db *db, int64_t company_id, enum register_kind kind,
                      int64_t id, day_no ends_on, int64_t request_id) MUST_USE;

extern const struct sql *const store_register_statements[];

#endif
