/* access_request.h: somebody signed on and has no role in their company: who gives roles there is told. */
#ifndef APP_ACCESS_REQUEST_H
#define APP_ACCESS_REQUEST_H

#include "app/actor.h"

struct access_request {
    int64_t person_id; /**< who asks; their row names the company */
    struct str company_name;
    struct str site_language; /**< of mails to somebody who never chose one */
};
/**
 * Queue the mail `access-requested` to everybody of the company who may give roles and has ever signed on. Inside the
 * transaction that makes the person somebody who asks. Who was told is not told again, until somebody has decided and
 * the person asks once more. 1 or 2 statements.
 */
enum err access_request_mail(const struct actor *actor, struct arena *arena,
                             const struct access_request *request) MUST_USE;

#endif
