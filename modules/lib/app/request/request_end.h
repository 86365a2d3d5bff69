/* request_end.h: the customer discards a draft or takes a request back before its
 * release. */
#ifndef APP_REQUEST_END_H
#define APP_REQUEST_END_H

#include "app/request/request_full.h"

enum end_outcome {
    END_DONE,     /**< now, or before by the same person's form */
    END_TOO_LATE, /**< its state does not allow it (any more) */
};
/** True if the customer may take the request back now. */
bool request_may_withdraw(enum request_state state);
/** draft -> discarded. The object is free for another request at once. One transaction.
 */
enum err request_discard(const struct actor *actor, const struct customer_env *env,
                         struct str reference, enum end_outcome *out) MUST_USE;
/** submitted or waiting_for_customer -> withdrawn: it leaves the intake queue. One
 * transaction. */
enum err request_withdraw(const struct actor *actor, const struct customer_env *env,
                          struct str reference, enum end_outcome *out) MUST_USE;

#endif
