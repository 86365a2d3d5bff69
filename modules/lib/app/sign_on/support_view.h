/* support_view.h: a member of staff looks at a company's portal as its people see it: begun with a
 * reason, for a time, one at a time, on record for the company. Read only is what the guard makes of it
 * (web/guard.c, principal_enter_support). */
#ifndef APP_SUPPORT_VIEW_H
#define APP_SUPPORT_VIEW_H

#include "store/companies.h"
#include "store/support_visit.h"
#include "app/actor.h"

/** A company as the page that begins a view names it. ERR_NOT_FOUND. 1 statement. */
enum err support_view_company(const struct actor *actor, struct str reference,
                              struct companies_row *out) MUST_USE;
/** People of a company that is not active cannot sign in: there is nothing to see with their eyes. */
bool support_view_possible(const struct companies_row *company);

struct support_view_start {
    struct str company_reference;
    struct str reason;   /**< not empty, at most 500 characters */
    int64_t duration_us; /**< from now on */
};
/**
 * Begin the view in the session of the one who acts; one of theirs that runs ends, in whatever session.
 * ERR_NOT_FOUND: no such company; ERR_CONFLICT: it is not active, or the session has ended meanwhile;
 * ERR_DENIED without the right. One transaction of 7 statements: sessions, visits, audit, access log.
 */
enum err support_view_start(const struct actor *actor,
                            const struct support_view_start *start) MUST_USE;
/** End it; nothing is changed where none runs. */
enum err support_view_end(const struct actor *actor) MUST_USE;
/** Who looked at this company: struct support_visit_row. 1 statement. */
enum err support_view_visits(const struct actor *actor, int64_t company_id,
                             const struct support_visit_query *query,
                             struct db_rows *out) MUST_USE;

#endif
