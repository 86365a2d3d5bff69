/* service_task.h: service tasks of processes, carried out by the worker in one
 * transaction each. */
#ifndef APP_SERVICE_TASK_H
#define APP_SERVICE_TASK_H

#include "app/actor.h"
#include "app/ticket/staff_env.h"

/** Expected outcomes of a service task. */
enum service_verdict {
    SERVICE_DONE, /**< carried out now; the instance has moved on and the job is done */
    SERVICE_REPEATED, /**< the job was done before: nothing was changed */
    SERVICE_CONFLICT, /**< what is on record changed since the request began: the job is
                         parked with an incident that staff see at the ticket */
};

/**
 * Carry out the job (kind service_task) once: lock request, instance and job, read the
 * job again, call the handler of its type (services/service.h), complete the activation or
 * end it with the handler's error, write all that follows and mark the job done (or parked) in
 * the same transaction.
 *
 * ERR_INPUT when the payload or the service type is not understood (the worker marks the
 * job failed: staff see it), ERR_UNAVAILABLE and ERR_UNCERTAIN as the database says (the
 * worker tries again: a repeat is SERVICE_REPEATED). Nothing is written on an error.
 */
enum err app_service_task(const struct actor *actor, const struct staff_env *env,
                          const struct app_job *job, enum service_verdict *out) MUST_USE;

#endif
