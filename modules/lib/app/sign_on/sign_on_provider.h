/* sign_on_provider.h: what the database knows of sign-ons by an identity provider (auth/oidc.h): states that count once,
 * people whom a provider vouches for, and sessions that a provider ends. */
#ifndef APP_SIGN_ON_PROVIDER_H
#define APP_SIGN_ON_PROVIDER_H

#include "auth/directory.h"
#include "auth/oidc.h"
#include "app/sign_on/sign_on_enter.h"

/** This state was answered; ERR_CONFLICT when it was answered before. */
enum err provider_state_use(const struct actor *actor, struct str state) MUST_USE;

/** A provider that did not answer in time is asked nothing for 10 s, by no process: who waits for it keeps others from
 *  signing on. */
enum err provider_is_left_alone(const struct actor *actor,
                                const struct oidc_provider *provider, bool *out) MUST_USE;
enum err provider_leave_alone(const struct actor *actor,
                              const struct oidc_provider *provider) MUST_USE;

/** What the use cases need beside the actor. */
struct provider_env {
    struct directory_set *directory;
    const struct sign_on_policy *policy;
    const struct oidc_provider *provider;
};

/**
 * The provider has proved an identity: sign_on_enter(). With link = login:NAME it vouches for the person
 * of that login in a directory: the directory says, now, whether they are there, and their roles, teams and
 * company; an account of the provider is then that person's for good (another account with the same login, or
 * the same account with the login of somebody else, is SIGN_ON_NOT_LINKED). Blocks on the directory then.
 */
enum err sign_on_by_provider(const struct actor *actor, const struct provider_env *env,
                             const struct identity *proved,
                             const struct sign_on_entry *entry,
                             struct sign_on_result *out) MUST_USE;

/** Inside the transaction of sign_on_enter(): the account that vouched for somebody of a directory is theirs. */
enum err sign_on_bind_provider(const struct actor *actor, struct arena *arena,
                               const struct identity *identity,
                               int64_t person_id) MUST_USE;

/** The audit event of a sign-on that a provider's answer did not prove. */
enum err sign_on_provider_failed(const struct actor *actor,
                                 enum oidc_verdict verdict) MUST_USE;

/** The provider of a live session; NULL for one by password, or by a provider that is configured no more. */
enum err provider_of_session(const struct actor *actor, const struct oidc *oidc,
                             int64_t session_id,
                             const struct oidc_provider **out) MUST_USE;
/** True in `same_out`: the account that proved itself now is the one that this session came from. */
enum err provider_proves_session(const struct actor *actor, const struct identity *proved,
                                 int64_t session_id, bool *same_out) MUST_USE;

/** The provider says that somebody signed off there: their sessions end. ERR_CONFLICT when this logout token came before.
 *  How many sessions ended is no secret to the log. */
enum err provider_signed_off(const struct actor *actor,
                             const struct oidc_provider *provider,
                             const struct oidc_logout *logout,
                             size_t *ended_out) MUST_USE;

#endif
