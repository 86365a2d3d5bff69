/* obligation.h: the operator says what a company owes the exchange, and that it is settled. */
#ifndef APP_OBLIGATION_H
#define APP_OBLIGATION_H

#include "store/obligation.h"
#include "app/actor.h"

/** One transaction with its audit event; `operator` is who typed it. ERR_CONFLICT: the company has one
 *  of this reference. */
enum err obligation_open(const struct actor *actor, int64_t company_id,
                         const struct obligation_row *row, struct str operator) MUST_USE;
/** As above. ERR_NOT_FOUND: none of this reference is open. */
enum err obligation_settle(const struct actor *actor, int64_t company_id,
                           struct str reference, struct str operator) MUST_USE;

#endif
