#include "app/sign_on/sign_on.h"

#include "base/log.h"
#include "store/pending_sign_on.h"
#include "store/person.h"
#include "store/session.h"
#include "store/support_visit.h"
#include "store/throttle.h"
#include "app/sign_on/session_open.h"

#define KEPT_US         (30 * 60 * US_PER_S)
#define SESSION_KEPT_US (7 * US_PER_DAY)

/* House-keeping that rides along with sign-ins; its failure is nobody's problem now. */
static void purge(const struct actor *actor, const struct sign_on_policy *policy)
{
    if (session_purge(actor->db, actor->now - SESSION_KEPT_US) != OK ||
        pending_sign_on_purge(actor->db, actor->now - US_PER_DAY) != OK ||
        parked_post_purge(actor->db, actor->now - KEPT_US) != OK ||
        throttle_purge(actor->db, actor->now - policy->window_us - US_PER_DAY) != OK)
        log_event(LOG_LEVEL_WARN, "purge_failed", "%s", err_text());
}

static enum err record_failure(const struct actor *actor, struct str login)
{
    int64_t person_id = 0;
    enum err err = person_id_of(actor->db, actor->arena, login, &person_id);

    if (err == ERR_NOT_FOUND)
        err = OK;
    if (err == OK)
        err = sign_on_audit(actor, "sign_on.failed", person_id, 0, NULL);
    return err;
}

static enum err refuse_confirmed(const struct actor *actor,
                                 const struct identity *identity,
                                 enum sign_on_verdict verdict, struct sign_on_result *out)
{
    out->verdict = verdict;
    out->is_staff = identity->is_staff;
    out->issuer = identity->issuer;
    return sign_on_refused(actor, identity, verdict);
}

static enum err act_on(const struct actor *actor, const struct sign_on_answer *answer,
                       const struct sign_on_policy *policy,
                       const struct sign_on_input *input, struct sign_on_result *out)
{
    const struct identity *identity = &answer->identity;

    switch (answer->verdict) {
    case AUTH_OK:
        return sign_on_enter(actor, policy, identity, &input->entry, out);
    case AUTH_EXPIRED:
        return refuse_confirmed(actor, identity, SIGN_ON_EXPIRED, out);
    case AUTH_MUST_CHANGE:
        return refuse_confirmed(actor, identity, SIGN_ON_MUST_CHANGE, out);
    case AUTH_DISABLED:
        return refuse_confirmed(actor, identity, SIGN_ON_DISABLED, out);
    case AUTH_WRONG:
    case AUTH_EMPTY_PASSWORD:
    case AUTH_LOCKED:
        out->verdict = SIGN_ON_WRONG;
        return record_failure(actor, input->login);
    case AUTH_BROKEN: /* something about this one account */
    case AUTH_UNAVAILABLE:
        out->verdict = SIGN_ON_UNAVAILABLE;
        return OK;
    }
    bug("verdict of the directory");
}

enum err sign_on(const struct actor *actor, struct directory_set *directory,
                 const struct sign_on_policy *policy, const struct sign_on_input *input,
                 struct sign_on_result *out)
{
    struct sign_on_attempt attempt = {
        .login = input->login,
        .password = input->password,
        .network = input->entry.network,
        .device_id = input->device_id,
    };
    struct sign_on_answer answer = {0};
    struct sign_on_result result = {0};
    enum err err = sign_on_try(actor, directory, policy, &attempt, &answer);

    if (err == OK && answer.wait_s > 0) {
        result.verdict = SIGN_ON_THROTTLED;
        result.wait_s = answer.wait_s;
    } else if (err == OK) {
        err = act_on(actor, &answer, policy, input, &result);
        if (err == OK && answer.verdict == AUTH_OK)
            err = sign_on_forget(actor, &attempt);
        if (err == OK && result.verdict == SIGN_ON_OK)
            purge(actor, policy);
    }
    if (err == OK)
        *out = result;
    return err;
}

/* ---- leaving -------------------------------------------------------------------------------- */

struct exit {
    const struct actor *actor;
    uint8_t token_sha256[SHA256_BYTES];
};

static enum err write_exit(struct db *db, struct arena *arena, void *context)
{
    struct exit *leave = context;
    const struct actor *actor = leave->actor;
    enum err err = session_end(db, leave->token_sha256, "signed-out", actor->now);

    (void)arena;
    if (err == OK && actor->principal->support_until > actor->now)
        err = support_visit_end(db, actor->principal->person_id, actor->now);
    if (err == OK)
        err = sign_on_audit(actor, "sign_on.ended", actor->principal->person_id,
                            actor->principal->company_id, NULL);
    return err;
}

enum err sign_off(const struct actor *actor, struct str token)
{
    struct exit leave = {.actor = actor};

    sha256(token, leave.token_sha256);
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, write_exit, &leave);
}

enum err sign_on_kept(const struct actor *actor, struct str key,
                      struct parked_post_row *out)
{
    uint8_t digest[SHA256_BYTES];

    sha256(key, digest);
    return parked_post_find(actor->db, actor->arena, digest, actor->principal->person_id,
                            actor->now - KEPT_US, out);
}
