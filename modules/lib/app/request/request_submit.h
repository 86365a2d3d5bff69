/* request_submit.h: a draft becomes a request that staff see. */
#ifndef APP_REQUEST_SUBMIT_H
#define APP_REQUEST_SUBMIT_H

#include "app/request/request_check.h"

enum submit_outcome {
    SUBMIT_DONE,
    SUBMIT_REPEATED,   /**< it was submitted before: double click, back button, lost reply
                        */
    SUBMIT_INCOMPLETE, /**< see problems */
    SUBMIT_CHANGED,    /**< somebody changed the draft after the person had checked it */
};
struct submit_result {
    enum submit_outcome outcome;
    struct request_full full; /**< as it was before this call */
    struct request_problem *problems;
    size_t problem_count;
};
/**
 * Submit. `seen` is the request_fingerprint of the page that was checked. All rules are
 * enforced again. One transaction with at most 9 data statements, however many answers
 * there are: lock, request, slots, which slots it has (where conditions say so), team (cached for a minute), state, customer status,
 * history, audit, two mails. ERR_CONFLICT: neither a draft nor submitted before
 * (discarded).
 */
enum err request_submit(const struct actor *actor, const struct customer_env *env,
                        struct str reference, struct str seen,
                        struct submit_result *out) MUST_USE;

#endif
