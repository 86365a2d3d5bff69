/* service.h: what a service task of a process does, one handler for each type of
 * process/definition/service_types.h. */
#ifndef APP_SERVICES_SERVICE_H
#define APP_SERVICES_SERVICE_H

#include "text/i18n.h"
#include "process/values.h"
#include "app/ticket/staff_tx.h"

/** Expected outcomes. */
enum service_answer {
    SERVICE_CARRIED_OUT, /**< `result` goes to the process */
    SERVICE_OBSTACLE, /**< what is on record has changed: staff decide; nothing is written */
    SERVICE_BPMN_ERROR, /**< for a boundary event to catch, else an incident */
};

/** One service task: in the transaction that also takes the step and marks the job done. */
struct service_call {
    struct staff_tx *tx;   /**< request, instance, ticket are locked */
    struct str activation; /**< of process/step: once in the life of the instance */
    struct str ticket;     /**< its reference */
    const json_t *inputs;  /**< object: the evaluated input mappings; never NULL */
    bool force;   /**< staff have seen the obstacle and want it done all the same */
    day_no today; /**< the company's calendar day */
    /* out */
    /** OBSTACLE, and BPMN_ERROR that nobody catches: sentence (N_) for staff; may have {0} */
    const char *obstacle;
    struct str about;      /**< what {0} is: a product, a name; absent: nothing */
    struct str error_code; /**< BPMN_ERROR: "open-obligations" */
    const struct feel_context *result; /**< NULL: nothing */
};

/**
 * Carry it out. ERR_INPUT (noted) when inputs are not what the type asks for: the job is parked and
 * staff see why. Database errors as they come: it is tried again.
 */
typedef enum err (*service_fn)(struct service_call *call, enum service_answer *out);

struct service_handler {
    const char *type; /**< "master-data.apply" */
    service_fn run;
};
/** All handlers; the last has no type. */
extern const struct service_handler SERVICE_HANDLERS[];

#endif
