/* session_open.h: from "we know who this is" to a session row. A plan is made when the first proof
 * was right; it becomes a session at once, or waits as JSON in pending_sign_on for a second factor. */
#ifndef APP_SESSION_OPEN_H
#define APP_SESSION_OPEN_H

#include "base/secret.h"
#include "app/actor.h"

#define SESSION_TOKEN_BYTES 32

/** What a session will be made of. Strings are never absent but where said. */
struct session_plan {
    int64_t person_id;
    int64_t company_id; /**< 0 for staff */
    int64_t identity_id;
    bool by_provider;     /**< else by password */
    bool second_factor;   /**< used, here or at the provider */
    instant_us proved_at; /**< the last proof of who it is, if that was before; 0: now */
    struct str device;    /**< "Firefox, Windows" */
    struct str network;   /**< address of the client */
    bool returning; /**< has signed on before: told by mail of one from somewhere new */
    int64_t known_person_id; /**< of the browser's cookie, known_device.h; 0 for none */
    bool replaces;           /**< a session cookie came along: that session ends */
    uint8_t replaces_sha256[SHA256_BYTES];
    struct str issuer; /**< provider only; absent else, as the two below */
    struct str subject;
    struct str provider_sid;
};

/** For pending_sign_on.payload. */
struct str session_plan_json(struct arena *arena, const struct session_plan *plan);
/** ERR_INTERNAL for what session_plan_json() did not write. */
enum err session_plan_read(struct arena *arena, struct str json,
                           struct session_plan *out) MUST_USE;

/** A new random token and its digest, made before the transaction so that a restart repeats it. */
struct session_token {
    struct str text; /**< for the cookie */
    uint8_t sha256[SHA256_BYTES];
};
struct session_token session_token_new(struct arena *arena);

/**
 * Inside a transaction: end the session that came along, insert the new one, audit event
 * "sign_on.succeeded"; a mail to the person where it came from a device and network that are new. 2 to 7
 * statements.
 */
enum err session_open(const struct actor *actor, const struct session_plan *plan,
                      const struct session_token *token, int64_t absolute_us) MUST_USE;

/** audit_event of a sign-on matter; `reason` NULL for none. */
enum err sign_on_audit(const struct actor *actor, const char *action, int64_t person_id,
                       int64_t company_id, const char *reason) MUST_USE;

#endif
