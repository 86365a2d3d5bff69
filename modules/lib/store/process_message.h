/* process_message.h: messages that instances have thrown. Each reaches one instance of each request type at
 * most, and waits until it expires for somebody who waits for it. */
#ifndef STORE_PROCESS_MESSAGE_H
#define STORE_PROCESS_MESSAGE_H

#include "db/db.h"

struct process_message_new {
    int64_t request_id; /**< who threw it */
    struct str token;   /**< the activation that did */
    struct str name;
    struct str correlation;
    struct str payload; /**< JSON: name, correlation and variables as they are */
    instant_us published_at;
    instant_us expires_at;
};
/** All with one statement. */
enum err process_message_insert(struct db *db, struct arena *arena,
                                const struct process_message_new *rows,
                                size_t count) MUST_USE;

struct process_message {
    int64_t id;
    struct str payload;
    struct str delivered; /**< request types, each behind a ',' */
    instant_us expires_at;
};
enum err process_message_by_token(struct db *db, struct arena *arena, int64_t request_id,
                                  struct str token, struct process_message *out) MUST_USE;
/** Behind the job in the lock order. ERR_NOT_FOUND. */
enum err process_message_lock(struct db *db, struct arena *arena, int64_t id,
                              struct process_message *out) MUST_USE;
/** What an instance waits for. */
struct message_wanted {
    struct str name;
    struct str correlation;
    struct str request_type;
    instant_us now;
};
/** Those that are kept and have not reached an instance of its type, oldest first, at most 100. Rows of struct
 *  process_message. */
enum err process_message_kept(struct db *db, struct arena *arena,
                              const struct message_wanted *wanted,
                              struct db_rows *out) MUST_USE;
enum err process_message_delivered(struct db *db, int64_t id,
                                   struct str delivered) MUST_USE;

extern const struct sql *const store_process_message_statements[];

#endif
