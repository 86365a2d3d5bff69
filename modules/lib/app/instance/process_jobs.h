/* process_jobs.h: what happens to running processes by itself: a timer is due, a message or a signal was thrown.
 * Jobs of the worker; each instance is changed in a transaction of its own, which also reads the job again and
 * marks it done, so that a repeat changes nothing. */
#ifndef APP_PROCESS_JOBS_H
#define APP_PROCESS_JOBS_H

#include "app/actor.h"
#include "app/ticket/staff_env.h"

/* Errors of all: ERR_INPUT, ERR_LIMITED (a step without end): staff have to look. The database's: again later. */

/** One instance: its timer. A timer that is not set any more does nothing. */
enum err app_timer_due(const struct actor *actor, const struct staff_env *env,
                       const struct app_job *job) MUST_USE;
/** A message goes to one instance of each request type that waits for it, the oldest first. */
enum err app_message_thrown(const struct actor *actor, const struct staff_env *env,
                            const struct app_job *job) MUST_USE;
/** An instance has begun to wait: for messages that were thrown before and are kept. */
enum err app_subscribed(const struct actor *actor, const struct staff_env *env,
                        const struct app_job *job) MUST_USE;
/** A signal goes to all instances that wait for it, but the one that threw it: a job for each. */
enum err app_signal_thrown(const struct actor *actor, const struct staff_env *env,
                           const struct app_job *job) MUST_USE;
/** One of them. */
enum err app_signal_caught(const struct actor *actor, const struct staff_env *env,
                           const struct app_job *job) MUST_USE;

#endif
