/* request_draft.h: a request begins. */
#ifndef APP_REQUEST_DRAFT_H
#define APP_REQUEST_DRAFT_H

#include "app/actor.h"
#include "app/request/customer_env.h"

struct draft_start {
    struct str request_type;
    uint8_t creation_key[16]; /**< made with the form: the same form makes one draft */
};
enum draft_outcome {
    DRAFT_STARTED,      /**< now, or before by the same form */
    DRAFT_OPEN_ALREADY, /**< another request of the company about the same object is open
                         */
};
/**
 * Make a draft with its slots and the company's present values. `*reference_out` is the
 * draft's, or that of the open request; absent if the open request is a board matter and the person may not
 * know it. ERR_NOT_FOUND: no such active request type. One
 * transaction, at most 9 data statements.
 */
enum err request_start(const struct actor *actor, const struct customer_env *env,
                       const struct draft_start *start, enum draft_outcome *outcome_out,
                       struct str *reference_out) MUST_USE;

#endif
