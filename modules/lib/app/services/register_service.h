/* register_service.h: what the services that change the register share: reading inputs, the locked
 * company and its rows, obstacles, history. */
#ifndef APP_SERVICES_REGISTER_SERVICE_H
#define APP_SERVICES_REGISTER_SERVICE_H

#include "store/register.h"
#include "app/services/service.h"

/* ---- inputs ---- */

/** A day, today if it is null or not given. ERR_INPUT (noted) otherwise. */
enum err service_day(const struct service_call *call, const char *name,
                     day_no *out) MUST_USE;
/** A text of 1 to `max` characters. ERR_INPUT (noted) otherwise. */
enum err service_text(const json_t *object, const char *name, size_t max,
                      struct str *out) MUST_USE;
/** A list; null is an empty one. ERR_INPUT (noted) otherwise. */
enum err service_list(const json_t *object, const char *name,
                      const json_t **out) MUST_USE;
/** A list of texts, or one text. ERR_INPUT (noted) for anything else in it. */
enum err service_keys(const struct service_call *call, const char *name,
                      const struct str **keys_out, size_t *count_out) MUST_USE;

/* ---- what is on record ---- */

/** The company, locked: first of all that changes its register. */
struct register_hand {
    struct service_call *call;
    struct register_company company;
    bool refused; /**< call->obstacle says why */
};
/** Lock the company. One that is not a member any more on `from` is refused, unless it is DAY_NONE. */
enum err register_begin(struct register_hand *hand, struct service_call *call,
                        day_no from) MUST_USE;
/** `sentence` (N_) with what {0} is: nothing is to be written any more. */
void register_refuse(struct register_hand *hand, const char *sentence, struct str about);
/** CARRIED_OUT, or OBSTACLE if it was refused. */
enum service_answer register_answer(const struct register_hand *hand);

/** The company's rows of one kind, locked. */
struct register_rows {
    enum register_kind kind;
    const struct register_lock *items;
    size_t count;
};
enum err register_rows(struct register_hand *hand, enum register_kind kind,
                       struct register_rows *out) MUST_USE;
/** The row of this key that has no end yet, or NULL. */
const struct register_lock *register_open(const struct register_rows *rows,
                                          struct str key);
/** The row of this key that this request has ended already, or NULL. */
const struct register_lock *register_ended_by(const struct register_rows *rows,
                                              struct str key, int64_t request_id);
/** The row of this key that holds on `day`, or will from then on; NULL: there is none. */
const struct register_lock *register_holds(const struct register_rows *rows,
                                           struct str key, day_no day);

/* ---- changes, with their history ---- */

/** A new row. `name` is what the history says it is. */
enum err register_add(struct register_hand *hand, enum register_kind kind,
                      const struct register_new *row, struct str name) MUST_USE;
/** Its last day is `ends_on`; a row that ends before that anyway stays as it is. */
enum err register_finish(struct register_hand *hand, enum register_kind kind,
                         const struct register_lock *row, day_no ends_on) MUST_USE;
/**
 * The whole of a service that ends what its input `name` lists, on the day of the input endsOn (today if
 * not given). What this request has ended before is passed over.
 */
enum err register_end_keys(struct service_call *call, enum register_kind kind,
                           const char *name, enum service_answer *out) MUST_USE;

#endif
