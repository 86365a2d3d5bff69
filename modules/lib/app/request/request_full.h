/* request_full.h: one request with its definition, answers and slots: what every page of
 * it shows and every change of it checks. */
#ifndef APP_REQUEST_FULL_H
#define APP_REQUEST_FULL_H

#include "formats/json.h"
#include "store/request.h"
#include "store/request_slot.h"
#include "app/actor.h"
#include "app/request/customer_env.h"

/** A slot of the request beside the rule it was made from. */
struct request_slot {
    struct request_slot_row row; /**< the first of `items` */
    const struct slot_rule *rule;
    /** for a draft: as the rule is today; later: as it was when the request was submitted */
    struct slot_now now;
    const struct request_slot_row *items; /**< one per document, empty ones too */
    size_t item_count;
    size_t document_count; /**< items that hold a document */
};

struct request_full {
    struct request_row row;
    struct str company_reference; /**< member number */
    enum request_state state;
    const struct definition *definition;
    json_t *answers; /**< object: form field -> value */
    json_t *base;    /**< object: attribute -> value when the draft began */
    /** what is on record (facts.h): now for a draft, else as it was at submission. NULL: the type
     *  asks for none */
    json_t *facts;
    day_no today;               /**< in the company's calendar */
    struct request_slot *slots; /**< those that the request has (request_slots.h) */
    size_t slot_count;
    struct request_slot *every_slot; /**< with those that it does not have now */
    size_t every_slot_count;
};

/**
 * Read it inside a transaction: two statements, one more per definition not seen before, two more for
 * a draft of a type whose expressions ask what is on record.
 * ERR_NOT_FOUND for another company's request, and for a board matter that `who` does not see.
 */
enum err request_full_load(struct db *db, struct arena *arena,
                           const struct customer_env *env, const struct principal *who,
                           struct str reference, instant_us now,
                           struct request_full *out) MUST_USE;
/** As request_full_load in a READ ONLY transaction of its own. A discarded draft is
 * ERR_NOT_FOUND. */
enum err request_open(const struct actor *actor, const struct customer_env *env,
                      struct str reference, struct request_full *out) MUST_USE;

/** The question group with this id, or NULL. */
const struct form *request_form(const struct request_full *full, struct str form_id);
/** The slot with this key, or NULL. */
const struct request_slot *request_slot_find(const struct request_full *full,
                                             struct str slot_key);
/** An answer as text, as history and pages show it; absent for none. */
struct str answer_text(struct arena *arena, const json_t *value);
/** A field name of the definition as a history field: prefixed, so that it can never be taken for a field of the
 *  request itself ("state"). */
const char *answer_history_field(struct arena *arena, struct str key);
/** Answer to a field, as text; absent when there is none. */
struct str request_answer(const struct request_full *full, struct arena *arena,
                          const struct form_field *field);
/** The answers of one question group as an object of its own (borrowed values). */
json_t *request_form_values(const struct request_full *full, struct arena *arena,
                            const struct form *form);
/** What a page was made from, for "somebody changed it meanwhile": 32 hex digits. */
struct str request_form_fingerprint(const struct request_full *full, struct arena *arena,
                                    const struct form *form);
/** As above over all answers and documents. */
struct str request_fingerprint(const struct request_full *full, struct arena *arena);

#endif
