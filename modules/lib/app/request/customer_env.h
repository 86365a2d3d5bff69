/* customer_env.h: what the customers' use cases need beside the actor; made once per
 * process. */
#ifndef APP_CUSTOMER_ENV_H
#define APP_CUSTOMER_ENV_H

#include "app/definition/definitions.h"

struct customer_env {
    struct definitions *definitions; /**< cache of the process */
    /** "de", "en": mails to teams and to people who chose none */
    struct str site_language;
    int64_t intake_due_us; /**< how long intake may take, from submission */
};

#endif
