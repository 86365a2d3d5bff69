#include "app/sign_on/sign_on_provider.h"

#include "base/log.h"
#include "base/secret.h"
#include "store/identity.h"
#include "store/session_provider.h"
#include "store/throttle.h"
#include "store/used_token.h"
#include "app/sign_on/session_open.h"
#include "app/sign_on/sign_on_person.h"

#define BREAKER_US (10 * US_PER_S)

/* ---- what counts once ------------------------------------------------------------------------ */

static void digest(struct arena *arena, const char *kind, struct str text,
                   uint8_t out[SHA256_BYTES])
{
    sha256(str_format(arena, "%s:%.*s", kind, STR_ARG(text)), out);
}

enum err provider_state_use(const struct actor *actor, struct str state)
{
    uint8_t used[SHA256_BYTES];
    enum err err;

    digest(actor->arena, "state", state, used);
    /* The try in the cookie is over before this is forgotten. */
    err = used_token_insert(actor->db, used, actor->now + 2 * OIDC_TRY_US);
    if (err == OK && used_token_purge(actor->db, actor->now) != OK)
        log_event(LOG_LEVEL_WARN, "purge_failed", "%s", err_text());
    return err;
}

/* ---- what does not answer ---------------------------------------------------------------------- */

static const char *breaker_of(const struct actor *actor, const char *kind,
                              struct str name)
{
    return str_format(actor->arena, "%s:%.*s", kind, STR_ARG(name)).ptr;
}

static enum err is_open(const struct actor *actor, const char *breaker, bool *out)
{
    struct breaker_row *open = NULL;
    size_t count = 0;
    enum err err = breakers_open(actor->db, actor->arena, actor->now, &open, &count);

    *out = false;
    for (size_t i = 0; err == OK && i < count; i++)
        if (str_is(open[i].name, breaker))
            *out = true;
    return err;
}

enum err provider_is_left_alone(const struct actor *actor,
                                const struct oidc_provider *provider, bool *out)
{
    return is_open(actor, breaker_of(actor, "provider", provider->key), out);
}

enum err provider_leave_alone(const struct actor *actor,
                              const struct oidc_provider *provider)
{
    return breaker_open(actor->db, breaker_of(actor, "provider", provider->key),
                        actor->now + BREAKER_US);
}

/* ---- vouching for somebody of a directory ------------------------------------------------------ */

/* Verdict SIGN_ON_OK and `found`, or why there is nobody. */
static enum err look_up(const struct actor *actor, const struct provider_env *env,
                        struct str login, struct identity *found,
                        enum sign_on_verdict *out)
{
    struct directory_person person = {.login = login};
    struct str name = str_from_index(env->provider->link_directory, sizeof("ldap:") - 1);
    const char *breaker = breaker_of(actor, "directory", name);
    bool open = false;
    enum err err = is_open(actor, breaker, &open);

    *out = SIGN_ON_UNAVAILABLE;
    if (err != OK || open)
        return err;
    err = directory_look_up(env->directory, actor->arena, env->provider->link_directory,
                            &person, 1);
    if (err == ERR_UNAVAILABLE || (err == OK && person.state == DIRECTORY_UNKNOWN)) {
        log_event(LOG_LEVEL_ERROR, "directory_away", "%s", err_text());
        return breaker_open(actor->db, breaker, actor->now + BREAKER_US);
    }
    *found = person.identity;
    *out = person.state == DIRECTORY_PRESENT    ? SIGN_ON_OK
           : person.state == DIRECTORY_DISABLED ? SIGN_ON_DISABLED
                                                : SIGN_ON_NOT_LINKED;
    return err;
}

/* An account of the provider and a person of the directory belong together once and for all: a name that
 * was changed or given out again there opens nobody's door here. */
static enum err is_somebody_elses(const struct actor *actor,
                                  const struct identity *proved,
                                  const struct identity *found, bool *out)
{
    struct db *db = actor->db;
    struct arena *arena = actor->arena;
    struct identity_row account = {0};
    struct identity_row person = {0};
    struct str key = sign_on_login_key(arena, proved->login);
    enum err err =
        identity_by_subject(db, arena, proved->issuer, proved->subject, &account);

    if (err == ERR_NOT_FOUND) {
        err = identity_by_login(db, arena, proved->issuer, key, &account);
        *out = err == OK && account.subject.ptr;
        return err == ERR_NOT_FOUND ? OK : err;
    }
    if (err == OK)
        err = identity_by_subject(db, arena, found->issuer, found->subject, &person);
    *out = err == ERR_NOT_FOUND || person.person_id != account.person_id;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err refuse(const struct actor *actor, const struct identity *proved,
                       enum sign_on_verdict verdict, struct sign_on_result *out)
{
    *out = (struct sign_on_result){.verdict = verdict, .is_staff = proved->is_staff};
    return verdict == SIGN_ON_UNAVAILABLE ? OK : sign_on_refused(actor, proved, verdict);
}

enum err sign_on_by_provider(const struct actor *actor, const struct provider_env *env,
                             const struct identity *proved,
                             const struct sign_on_entry *entry,
                             struct sign_on_result *out)
{
    struct identity found = {0};
    enum sign_on_verdict verdict = SIGN_ON_OK;
    bool elses = false;
    enum err err;

    if (env->provider->link != OIDC_LINK_LOGIN)
        return sign_on_enter(actor, env->policy, proved, entry, out);
    err = look_up(actor, env, proved->login, &found, &verdict);
    if (err == OK && verdict == SIGN_ON_OK && found.is_staff != proved->is_staff)
        verdict = SIGN_ON_NOT_LINKED;
    if (err == OK && verdict == SIGN_ON_OK)
        err = is_somebody_elses(actor, proved, &found, &elses);
    if (err != OK)
        return err;
    if (elses) {
        log_event(LOG_LEVEL_WARN, "provider_link_conflict",
                  "%.*s: account and login belong to two people",
                  STR_ARG(env->provider->key));
        verdict = SIGN_ON_NOT_LINKED;
    }
    if (verdict != SIGN_ON_OK)
        return refuse(actor, proved, verdict, out);
    found.second_factor = proved->second_factor;
    found.provider_issuer = proved->provider_issuer;
    found.provider_subject = proved->provider_subject;
    found.provider_sid = proved->provider_sid;
    return sign_on_enter(actor, env->policy, &found, entry, out);
}

enum err sign_on_bind_provider(const struct actor *actor, struct arena *arena,
                               const struct identity *identity, int64_t person_id)
{
    struct db *db = actor->db;
    struct identity_row row = {0};
    int64_t id = 0;
    enum err err;

    if (!identity->provider_issuer.ptr ||
        str_eq(identity->provider_issuer, identity->issuer))
        return OK;
    err = identity_by_subject(db, arena, identity->provider_issuer,
                              identity->provider_subject, &row);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    row.person_id = person_id;
    row.subject = identity->provider_subject;
    row.login_key = sign_on_login_key(arena, identity->login);
    if (err == OK)
        return identity_signed_on(db, &row, actor->now);
    err =
        identity_insert(db, &row, identity->provider_issuer, actor->now, actor->now, &id);
    /* Two first sign-ons at once: the second finds the row when it runs again. */
    if (err == ERR_CONFLICT)
        tx_request_restart(db);
    return err;
}

enum err sign_on_provider_failed(const struct actor *actor, enum oidc_verdict verdict)
{
    return sign_on_audit(actor, "sign_on.failed", 0, 0, oidc_reason(verdict));
}

/* ---- sessions that came from a provider -------------------------------------------------------- */

enum err provider_of_session(const struct actor *actor, const struct oidc *oidc,
                             int64_t session_id, const struct oidc_provider **out)
{
    struct session_origin_row origin = {0};
    enum err err = session_provider_find(actor->db, actor->arena, session_id, &origin);

    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    *out = err == OK ? oidc_of_issuer(oidc, origin.issuer) : NULL;
    return OK;
}

enum err provider_proves_session(const struct actor *actor, const struct identity *proved,
                                 int64_t session_id, bool *same_out)
{
    struct session_origin_row origin = {0};
    enum err err = session_provider_find(actor->db, actor->arena, session_id, &origin);

    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    *same_out = err == OK && str_eq(origin.issuer, proved->provider_issuer) &&
                str_eq(origin.subject, proved->provider_subject);
    return OK;
}

struct signing_off {
    const struct actor *actor;
    const struct oidc_provider *provider;
    const struct oidc_logout *logout;
    size_t ended;
};

static enum err end_sessions(struct signing_off *off, struct arena *arena, bool *more)
{
    const struct actor *actor = off->actor;
    const struct oidc_logout *logout = off->logout;
    struct session_origin_row origin = {off->provider->issuer, logout->subject};
    struct provider_session_row *rows = NULL;
    size_t count = 0;
    enum err err = logout->subject.ptr
                       ? session_provider_of_subject(actor->db, arena, &origin,
                                                     logout->sid, &rows, &count)
                       : session_provider_of_sid(actor->db, arena, off->provider->issuer,
                                                 logout->sid, &rows, &count);

    for (size_t i = 0; err == OK && i < count; i++) {
        err = session_provider_end(actor->db, rows[i].session_id, "provider", actor->now);
        if (err == OK)
            err = sign_on_audit(actor, "sign_on.ended", rows[i].person_id,
                                rows[i].company_id, "provider");
    }
    off->ended += count;
    *more = count > 0;
    return err;
}

static enum err write_signed_off(struct db *db, struct arena *arena, void *context)
{
    struct signing_off *off = context;
    struct session_origin_row origin = {off->provider->issuer, off->logout->subject};
    uint8_t used[SHA256_BYTES];
    bool more = true;
    enum err err;

    off->ended = 0;
    /* A jti is unique at its issuer only. */
    digest(arena, "jti",
           str_format(arena, "%.*s %.*s", STR_ARG(off->provider->issuer),
                      STR_ARG(off->logout->jti)),
           used);
    err = used_token_insert(db, used, off->logout->expires_at);
    while (err == OK && more)
        err = end_sessions(off, arena, &more);
    if (err == OK && origin.subject.ptr)
        err = session_provider_drop_pending(db, &origin);
    return err;
}

enum err provider_signed_off(const struct actor *actor,
                             const struct oidc_provider *provider,
                             const struct oidc_logout *logout, size_t *ended_out)
{
    struct signing_off off = {actor, provider, logout, 0};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, write_signed_off, &off);

    if (err == OK)
        *ended_out = off.ended;
    return err;
}
