/* process_message.h: a message that was thrown reaches an instance. */
#ifndef APP_PROCESS_MESSAGE_H
#define APP_PROCESS_MESSAGE_H

#include "store/process_message.h"
#include "app/actor.h"
#include "app/ticket/staff_env.h"

/** `delivered`: request types, each behind a ','. */
bool message_reached(struct str delivered, struct str request_type);
/**
 * Offer it to an instance, in one transaction: if that waits for it, and it has reached none of this request type,
 * it takes it, and `message->delivered` says so. OK whether it did or not.
 */
enum err message_deliver(const struct actor *actor, const struct staff_env *env,
                         struct process_message *message, int64_t request_id) MUST_USE;

#endif
