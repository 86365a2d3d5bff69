/* request_slots.h: which slots a request has: the rules of its definition beside the rows. Pure. */
#ifndef APP_REQUEST_SLOTS_H
#define APP_REQUEST_SLOTS_H

#include "app/request/request_full.h"

/** Sort the rows of request_slot_list() into full->every_slot, one per slot of the definition. */
void request_slots_group(struct request_full *full, struct arena *arena,
                         const struct request_slot_row *rows, size_t count);
/**
 * Decide which of them the request has, into full->slots: of a draft by its answers as they stand in `full`
 * (call it again when they have changed), later by what was stored at submission. Documents in a slot that a
 * draft does not have stay where they are and count for nothing: they are back when an answer changes back.
 */
void request_slots_resolve(struct request_full *full, struct arena *arena);

/** What submission stores of it. */
struct request_slots_stored {
    struct str applies;  /**< keys of the slots it has, joined by ',' */
    struct str required; /**< ids of the rows without which it cannot be released */
    bool changed;        /**< the rows do not say so already */
};
struct request_slots_stored request_slots_to_store(const struct request_full *full,
                                                   struct arena *arena);

#endif
