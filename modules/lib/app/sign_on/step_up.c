#include "app/sign_on/step_up.h"

#include "base/log.h"
#include "store/profile.h"
#include "store/session.h"
#include "store/session_list.h"
#include "app/sign_on/session_open.h"
#include "app/sign_on/sign_on_person.h"

enum err step_up_needs(const struct actor *actor, struct step_up_needs *out)
{
    const struct principal *who = actor->principal;
    struct session_proof_row proof = {0};
    struct profile_row profile = {0};
    enum err err = session_proof(actor->db, actor->arena, who->session_id, &proof);

    if (err == OK)
        err = profile_get(actor->db, actor->arena, who->person_id, &profile);
    if (err == OK)
        *out = (struct step_up_needs){proof.by_provider, profile.has_second_factor};
    return err;
}

/* ---- done ------------------------------------------------------------------------------------- */

struct confirming {
    const struct actor *actor;
    struct str token;
    bool second_factor;
    struct session_token renewed; /* made before, so that a restart repeats it */
};

static enum err write_confirmed(struct db *db, struct arena *arena, void *context)
{
    struct confirming *confirming = context;
    const struct actor *actor = confirming->actor;
    uint8_t digest[SHA256_BYTES];
    struct session_confirm_row row = {digest, confirming->renewed.sha256, actor->now,
                                      confirming->second_factor};
    enum err err;

    (void)arena;
    sha256(confirming->token, digest);
    err = session_confirm(db, &row);
    if (err == ERR_NOT_FOUND)
        return err_note(ERR_AUTH, "the session ended meanwhile");
    return err == OK
               ? sign_on_audit(actor, "session.confirmed", actor->principal->person_id,
                               actor->principal->company_id,
                               confirming->second_factor ? "second-factor" : NULL)
               : err;
}

static enum err confirm(const struct actor *actor, struct str token, bool second_factor,
                        struct step_up_result *out)
{
    struct confirming confirming = {actor, token, second_factor,
                                    session_token_new(actor->arena)};
    enum err err =
        tx_run(actor->db, actor->arena, TX_READ_WRITE, write_confirmed, &confirming);

    if (err == OK) {
        out->verdict = STEP_UP_DONE;
        out->token = confirming.renewed.text;
    }
    return err;
}

static enum err audit_failure(const struct actor *actor, const char *reason)
{
    return sign_on_audit(actor, "session.not_confirmed", actor->principal->person_id,
                         actor->principal->company_id, reason);
}

/* The code, then done. */
static enum err finish(const struct actor *actor, const struct step_up_env *env,
                       const struct step_up_input *input, bool needs_code,
                       struct step_up_result *out)
{
    struct second_factor_result *factor = &out->factor;
    enum err err = OK;

    factor->verdict = SECOND_FACTOR_NONE;
    if (needs_code)
        err = second_factor_confirm(actor, env->second_factor, &input->code, factor);
    if (err != OK)
        return err;
    if (factor->verdict == SECOND_FACTOR_RIGHT || factor->verdict == SECOND_FACTOR_NONE)
        return confirm(actor, input->token, factor->verdict == SECOND_FACTOR_RIGHT, out);
    out->verdict = STEP_UP_CODE;
    return OK;
}

/* ---- the proof -------------------------------------------------------------------------------- */

/* The login as the directory writes it, where that is still the identity's; else the folded one. */
static struct str login_of(const struct actor *actor,
                           const struct session_proof_row *proof)
{
    struct str login = actor->principal->login;

    return str_eq(sign_on_login_key(actor->arena, login), proof->login_key)
               ? login
               : proof->login_key;
}

static bool is_same(const struct session_proof_row *proof,
                    const struct identity *identity)
{
    return proof->subject.len > 0 && str_eq(proof->issuer, identity->issuer) &&
           str_eq(proof->subject, identity->subject);
}

static enum step_up_verdict verdict_of(const struct sign_on_answer *answer,
                                       const struct session_proof_row *proof)
{
    if (answer->wait_s > 0)
        return STEP_UP_THROTTLED;
    switch (answer->verdict) {
    case AUTH_WRONG:
    case AUTH_EMPTY_PASSWORD:
    case AUTH_LOCKED:
        return STEP_UP_WRONG;
    case AUTH_UNAVAILABLE:
    case AUTH_BROKEN:
        return STEP_UP_UNAVAILABLE;
    case AUTH_OK:
    case AUTH_EXPIRED:
    case AUTH_MUST_CHANGE:
    case AUTH_DISABLED:
        break;
    }
    /* The login is somebody else's by now: their password proves nothing here. */
    if (!is_same(proof, &answer->identity))
        return STEP_UP_OTHER_PERSON;
    if (answer->verdict == AUTH_DISABLED)
        return STEP_UP_DISABLED;
    return answer->verdict == AUTH_OK ? STEP_UP_DONE : STEP_UP_EXPIRED;
}

static enum err prove_password(const struct actor *actor, const struct step_up_env *env,
                               const struct step_up_input *input,
                               struct step_up_result *out)
{
    struct session_proof_row proof = {0};
    struct sign_on_attempt attempt = {.password = input->password,
                                      .network = input->network,
                                      .device_id = input->device_id};
    struct sign_on_answer answer = {0};
    enum err err =
        session_proof(actor->db, actor->arena, actor->principal->session_id, &proof);

    if (err != OK)
        return err;
    if (proof.by_provider || proof.login_key.len == 0) {
        out->verdict = proof.by_provider ? STEP_UP_AT_PROVIDER : STEP_UP_OTHER_PERSON;
        return OK;
    }
    attempt.login = login_of(actor, &proof);
    err = sign_on_try(actor, env->directory, env->policy, &attempt, &answer);
    if (err != OK)
        return err;
    out->wait_s = answer.wait_s;
    out->verdict = verdict_of(&answer, &proof);
    if (out->verdict == STEP_UP_WRONG)
        return audit_failure(actor, "password");
    if (out->verdict == STEP_UP_OTHER_PERSON)
        return audit_failure(actor, "other-person");
    return out->verdict == STEP_UP_DONE ? sign_on_forget(actor, &attempt) : OK;
}

enum err step_up_by_password(const struct actor *actor, const struct step_up_env *env,
                             const struct step_up_input *input,
                             struct step_up_result *out)
{
    struct step_up_result result = {0};
    enum err err = prove_password(actor, env, input, &result);

    if (err == OK && result.verdict == STEP_UP_DONE)
        err = finish(actor, env, input, true, &result);
    if (err == OK)
        *out = result;
    return err;
}

enum err step_up_after_provider(const struct actor *actor, const struct step_up_env *env,
                                const struct step_up_input *input, bool needs_code,
                                struct step_up_result *out)
{
    struct step_up_result result = {0};
    enum err err = finish(actor, env, input, needs_code, &result);

    if (err == OK)
        *out = result;
    return err;
}
