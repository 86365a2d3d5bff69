/* facts.h: what is on record about a company and what the exchanges offer, as expressions see it. */
#ifndef APP_FACTS_H
#define APP_FACTS_H

#include "formats/json.h"
#include "db/db.h"

struct facts_query {
    int64_t company_id;
    day_no today; /**< in the company's calendar: what has ended before it is left out */
    bool board;   /**< with the members of the board; else company.board is empty */
};
/**
 * {"company": {reference, name, memberships, entitlements, board, clearing, obligations},
 *  "catalogue": {exchanges, markets, offers, houses}}: the members of each are listed in this folder's
 * README. The one number that need not be whole is "volume": then it is text ("1234.5"). Days are
 * "YYYY-MM-DD", texts for people {en, de}.
 * Two statements; what does not hold yet is listed with its day. ERR_NOT_FOUND: no such company.
 */
enum err facts_load(struct db *db, struct arena *arena, const struct facts_query *query,
                    json_t **out) MUST_USE;

#endif
