/* staff_form.h: the form of a user task, and what it is resolved for. */
#ifndef APP_STAFF_FORM_H
#define APP_STAFF_FORM_H

#include "process/definition/definition.h"
#include "process/user_task.h"
#include "process/values.h"
#include "app/actor.h"

/** A request as a form of staff sees it; `today` is the reader's day. Text as it is stored, absent = none. */
struct staff_form_request {
    const struct definition *definition;
    struct str answers; /**< JSON object */
    struct str base;
    struct str facts;
    struct str reference;
    struct str company;
    instant_us submitted_at;
    day_no effective_on;
};
/** The form that a task names; NULL: it has none. */
const struct form *staff_form_of(const struct definition *definition,
                                 const struct user_task *task);
enum err staff_form_world(const struct actor *actor, struct arena *arena,
                          const struct staff_form_request *request,
                          struct form_world *out) MUST_USE;

#endif
