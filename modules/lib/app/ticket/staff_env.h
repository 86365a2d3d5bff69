/* staff_env.h: what the staff's use cases need beside the actor; made once per process.
 */
#ifndef APP_STAFF_ENV_H
#define APP_STAFF_ENV_H

#include "app/definition/definitions.h"

struct staff_env {
    struct definitions *definitions; /**< cache of the process */
    /** "de", "en": mails to teams and to people who chose none */
    struct str site_language;
};

/** A job row the worker has leased. */
struct app_job {
    int64_t id;
    int64_t request_id;
    struct str payload; /**< JSON object as stored */
    struct str token;   /**< of the instance; absent: of none */
};

#endif
