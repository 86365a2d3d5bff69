#include "app/sign_on/password.h"

#include "base/log.h"
#include "store/identity.h"
#include "store/pending_sign_on.h"
#include "store/session.h"
#include "store/session_list.h"
#include "app/sign_on/account_mail.h"
#include "app/sign_on/session_open.h"
#include "app/sign_on/sessions.h"
#include "app/sign_on/sign_on_person.h"

#define REASON "password-changed"

static enum password_verdict verdict_of(enum directory_change change)
{
    switch (change) {
    case DIRECTORY_CHANGED:
        return PASSWORD_CHANGED;
    case DIRECTORY_CHANGE_WRONG:
    case DIRECTORY_CHANGE_LOCKED:
        return PASSWORD_WRONG;
    case DIRECTORY_CHANGE_WEAK:
        return PASSWORD_WEAK;
    case DIRECTORY_CHANGE_TOO_YOUNG:
        return PASSWORD_TOO_YOUNG;
    case DIRECTORY_CHANGE_NOT_ALLOWED:
        return PASSWORD_NOT_ALLOWED;
    case DIRECTORY_CHANGE_AWAY:
        return PASSWORD_AWAY;
    }
    bug("change %d of a password", (int)change);
}

/* ---- what follows ----------------------------------------------------------------------------- */

struct changing {
    const struct actor *actor;
    const struct password_input *input;
    int64_t ended;
};

/* Whose password it was; 0 for somebody who never came in. Not who is signed on in this browser: during a sign-on
 * that may be somebody else. */
static enum err person_of(const struct changing *changing, int64_t *person_id_out)
{
    const struct actor *actor = changing->actor;
    struct identity_row row = {0};
    struct str key = sign_on_login_key(actor->arena, changing->input->login);
    enum err err;

    *person_id_out = 0;
    if (!key.ptr)
        return OK;
    err = identity_by_login(actor->db, actor->arena, changing->input->issuer, key, &row);
    *person_id_out = err == OK ? row.person_id : 0;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err write_changed(struct db *db, struct arena *arena, void *context)
{
    struct changing *changing = context;
    const struct actor *actor = changing->actor;
    struct account_mail mail = {.template_name = "password-changed",
                                .url_path = "/profile/sessions"};
    int64_t person_id = 0;
    enum err err = person_of(changing, &person_id);
    bool own = person_id && person_id == actor->principal->person_id;

    (void)arena;
    if (err == OK && own)
        err = sessions_end_others_tx(actor, REASON, &changing->ended);
    else if (err == OK && person_id)
        err = session_end_others(db, person_id, 0, REASON, actor->now, &changing->ended);
    if (err == OK && !own && person_id)
        err = pending_sign_on_remove_all(db, person_id);
    if (err == OK)
        err = sign_on_audit(actor, "password.changed", person_id,
                            own ? actor->principal->company_id : 0, NULL);
    if (err == OK && person_id)
        err = account_mail(actor, person_id, &mail);
    return err;
}

/* ---- the change ------------------------------------------------------------------------------- */

static enum err ask(const struct actor *actor, struct directory_set *directory,
                    const struct password_input *input, struct password_result *result)
{
    struct directory_new_password change = {input->issuer, input->login,
                                            input->old_password, input->new_password};
    struct changing changing = {.actor = actor, .input = input};
    enum err err = OK;

    result->verdict = verdict_of(
        directory_change_password(directory, actor->arena, &change, &result->weakness));
    if (result->verdict == PASSWORD_AWAY)
        log_event(LOG_LEVEL_ERROR, "directory_away", "%s", err_text());
    err_clear();
    if (result->verdict == PASSWORD_CHANGED) {
        /* It is changed, whatever becomes of our own rows. */
        if (tx_run(actor->db, actor->arena, TX_READ_WRITE, write_changed, &changing) !=
            OK)
            log_event(LOG_LEVEL_ERROR, "password_changed_alone", "%s", err_text());
        err_clear();
    } else if (result->verdict == PASSWORD_WRONG) {
        err = sign_on_audit(actor, "password.not_changed", actor->principal->person_id,
                            actor->principal->company_id, "wrong");
    }
    result->ended = changing.ended;
    return err;
}

enum err password_change(const struct actor *actor, struct directory_set *directory,
                         const struct sign_on_policy *policy,
                         const struct password_input *input, struct password_result *out)
{
    struct sign_on_attempt attempt = {
        .login = input->login, .network = input->network, .device_id = input->device_id};
    struct password_result result = {0};
    enum err err = sign_on_wait(actor, &attempt, &result.wait_s);

    if (err == OK && result.wait_s > 0)
        result.verdict = PASSWORD_THROTTLED;
    else if (err == OK)
        err = ask(actor, directory, input, &result);
    if (err == OK && result.verdict == PASSWORD_WRONG)
        err = sign_on_count(actor, policy, &attempt);
    if (err == OK && result.verdict == PASSWORD_CHANGED)
        err = sign_on_forget(actor, &attempt);
    if (err == OK)
        *out = result;
    return err;
}

enum err password_home(const struct actor *actor, const struct directory_set *directory,
                       struct password_home *out)
{
    struct session_proof_row proof = {0};
    struct str login = actor->principal->login;
    enum err err =
        session_proof(actor->db, actor->arena, actor->principal->session_id, &proof);

    if (err != OK)
        return err;
    *out = (struct password_home){
        .here = !proof.by_provider && proof.login_key.len > 0 &&
                directory_changes_passwords(directory, proof.issuer),
        .issuer = proof.issuer,
        .login = str_eq(sign_on_login_key(actor->arena, login), proof.login_key)
                     ? login
                     : proof.login_key,
    };
    return OK;
}
