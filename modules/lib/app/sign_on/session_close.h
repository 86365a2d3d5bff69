/* session_close.h: sessions end at the operator's word. */
#ifndef APP_SESSION_CLOSE_H
#define APP_SESSION_CLOSE_H

#include "store/operator.h"
#include "app/actor.h"

/** One transaction: the sessions, and one audit event "session.ended" with their number, the scope
 *  and `operator`, the name of who said so. Nothing is recorded when none was live. */
enum err session_close(const struct actor *actor, const struct operator_scope *scope,
                       struct str operator, int64_t * ended_out) MUST_USE;

#endif
