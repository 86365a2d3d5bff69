/* request_answers.h: the answers of one question group are saved. */
#ifndef APP_REQUEST_ANSWERS_H
#define APP_REQUEST_ANSWERS_H

#include "app/request/request_full.h"

struct answers_input {
    struct str reference;
    struct str form_id;
    const struct map *posted; /**< name -> struct str *: as typed */
    struct str seen; /**< request_form_fingerprint of the page; absent = do not compare */
    bool later; /**< "save and come back later": stored even if not complete or wrong */
    /** as form_world has it: how numbers were typed; '\0': as they are stored */
    char decimal_sign;
    /** The list that gets a row, the row ("members[0]") that goes; absent: none. Stored as typed and
     *  unchecked, since the person has only begun. */
    struct str add;
    struct str remove;
};
enum answers_outcome {
    ANSWERS_SAVED,
    ANSWERS_INVALID, /**< nothing stored; `checked` has the values as typed and the errors
                      */
    ANSWERS_STALE,   /**< somebody else saved this group meanwhile: nothing stored */
};
struct answers_result {
    enum answers_outcome outcome;
    struct request_full full; /**< as it is stored now */
    const struct form *form;
    struct form_result checked;
    struct form_now now; /**< the form for `checked.values` */
    struct form_world world;
};
/**
 * Save. Only the group itself is compared, so that two people of a company can work on
 * different groups of one draft. ERR_NOT_FOUND: no such request or group; ERR_CONFLICT:
 * no draft any more. One transaction, at most 5 data statements.
 */
enum err request_answers_save(const struct actor *actor, const struct customer_env *env,
                              const struct answers_input *input,
                              struct answers_result *out) MUST_USE;

#endif
