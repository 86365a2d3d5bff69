#include "app/people/people_invite.h"

#include "base/random.h"
#include "base/secret.h"
#include "store/identity.h"
#include "store/person.h"
#include "app/people/people_tx.h"
#include "app/sign_on/sign_on_person.h"

#define TOKEN_BYTES 32
#define REPEAT_US   (60 * US_PER_S)

struct inviting {
    struct people_tx tx;
    const struct people_invite *invite; /* NULL: again */
    uint8_t token[TOKEN_BYTES];         /* made before: a restart repeats it */
    struct people_invited out;
};

/* ---- the invitation itself ----------------------------------------------------------------- */

struct invited {
    int64_t person_id;
    struct str email;
    struct str language;
    const struct role_set *roles;
};

static enum err send_link(struct db *db, struct arena *arena,
                          const struct inviting *inviting, const struct invited *invited)
{
    const struct people_tx *tx = &inviting->tx;
    struct str token = str_base64url(arena, inviting->token, TOKEN_BYTES);
    struct invitation_insert_row row = {
        .person_id = invited->person_id,
        .invited_by = tx->actor->principal->person_id,
        .created_at = tx->actor->now,
        .expires_at = tx->actor->now + INVITATION_DAYS * US_PER_DAY,
    };
    struct people_mail mail = {
        .template_name = "invitation",
        .person_id = invited->person_id,
        .recipient = invited->email,
        .language = invited->language,
        .roles = invited->roles,
        .url_path = str_format(arena, "/login?invitation=%.*s", STR_ARG(token)),
    };
    enum err err;

    sha256(token, row.token_sha256);
    err = invitation_close(db, invited->person_id, tx->actor->now);
    if (err == OK)
        err = invitation_insert(db, &row);
    if (err == OK)
        err =
            people_tx_audit(db, arena, tx,
                            &(struct people_event){"people.invited", invited->person_id,
                                                   role_set_text(arena, invited->roles)});
    return err == OK ? people_tx_mail(db, arena, tx, &mail) : err;
}

/* A stolen account of a coordinator must not make us send mails without end. */
static enum err count_mails(struct db *db, struct arena *arena, struct inviting *inviting)
{
    const struct people_tx *tx = &inviting->tx;
    int64_t count = 0;
    enum err err = invitation_count(db, arena, tx->scope->company_id,
                                    tx->actor->now - US_PER_DAY, &count);

    if (err == OK && count >= INVITATIONS_A_DAY)
        inviting->out.verdict = PEOPLE_MANY;
    return err;
}

/* ---- somebody new -------------------------------------------------------------------------- */

/* Is the mail address or the login somebody's? */
static enum err find_there(struct db *db, struct arena *arena, struct inviting *inviting,
                           struct str login_key)
{
    const struct people_invite *invite = inviting->invite;
    const struct people_tx *tx = &inviting->tx;
    struct company_mail_row mail = {0};
    struct company_person_row person = {0};
    struct identity_row identity = {0};
    enum err err = company_person_by_mail(db, arena, tx->scope->company_id, invite->email,
                                          tx->actor->principal->person_id, &mail);

    if (err == OK) {
        inviting->out.verdict = mail.invited_at != INSTANT_NONE &&
                                        mail.invited_at > tx->actor->now - REPEAT_US
                                    ? PEOPLE_REPEATED
                                    : PEOPLE_MAIL_THERE;
        inviting->out.person_id = mail.person_id;
        return OK;
    }
    if (err != ERR_NOT_FOUND || !login_key.ptr)
        return err == ERR_NOT_FOUND ? OK : err;
    err = identity_by_login(db, arena, invite->issuer, login_key, &identity);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    err =
        company_person_get(db, arena, tx->scope->company_id, identity.person_id, &person);
    if (err == OK) {
        inviting->out.verdict = PEOPLE_LOGIN_THERE;
        inviting->out.person_id = person.id;
    } else if (err == ERR_NOT_FOUND) {
        inviting->out.verdict = PEOPLE_LOGIN_TAKEN;
        err = OK;
    }
    return err;
}

static enum err write_person(struct db *db, const struct inviting *inviting,
                             struct str login_key, int64_t *person_id_out)
{
    const struct people_invite *invite = inviting->invite;
    const struct people_tx *tx = &inviting->tx;
    struct person_row person = {
        .login = invite->login.ptr ? invite->login : STR(""),
        .display_name = invite->display_name,
        .email = invite->email,
        .language = invite->language,
        .company_id = tx->scope->company_id,
    };
    struct identity_row identity = {.login_key = login_key};
    enum err err = person_insert(db, &person, tx->actor->now, &identity.person_id);

    if (err == OK && login_key.ptr)
        err = identity_insert(db, &identity, invite->issuer, tx->actor->now, INSTANT_NONE,
                              &identity.id);
    /* Another company invites the same login at the same time: the next run sees it. */
    if (err == ERR_CONFLICT)
        tx_request_restart(db);
    if (err == OK)
        *person_id_out = identity.person_id;
    return err;
}

static enum err invite_tx(struct db *db, struct arena *arena, void *context)
{
    struct inviting *inviting = context;
    const struct people_invite *invite = inviting->invite;
    struct people_tx *tx = &inviting->tx;
    struct str login_key = sign_on_login_key(arena, invite->login);
    struct invited invited = {
        .email = invite->email, .language = invite->language, .roles = &invite->roles};
    enum err err;

    inviting->out = (struct people_invited){0};
    err = people_tx_begin(db, arena, tx, &inviting->out.verdict);
    if (err != OK || inviting->out.verdict != PEOPLE_DONE)
        return err;
    if (role_set_has(&invite->roles, ROLE_COORDINATOR) && !tx->actor_is_coordinator) {
        inviting->out.verdict = PEOPLE_COORDINATORS;
        return OK;
    }
    err = people_tx_check_markets(tx, &invite->roles);
    if (err == OK)
        err = find_there(db, arena, inviting, login_key);
    if (err == OK && inviting->out.verdict == PEOPLE_DONE)
        err = count_mails(db, arena, inviting);
    if (err != OK || inviting->out.verdict != PEOPLE_DONE)
        return err;
    err = write_person(db, inviting, login_key, &invited.person_id);
    if (err == OK)
        err = people_tx_write_roles(
            db, arena, tx,
            &(struct people_difference){.person_id = invited.person_id,
                                        .given = invite->roles});
    inviting->out.person_id = invited.person_id;
    return err == OK ? send_link(db, arena, inviting, &invited) : err;
}

enum err people_invite(const struct actor *actor, const struct people_env *env,
                       const struct people_scope *scope,
                       const struct people_invite *invite, struct people_invited *out)
{
    struct inviting inviting = {.tx = {.actor = actor, .env = env, .scope = scope},
                                .invite = invite};
    enum err err;

    random_bytes(inviting.token, sizeof inviting.token);
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, invite_tx, &inviting);
    if (err == OK)
        *out = inviting.out;
    return err;
}

/* ---- once more ----------------------------------------------------------------------------- */

static enum err again_tx(struct db *db, struct arena *arena, void *context)
{
    struct inviting *inviting = context;
    struct people_tx *tx = &inviting->tx;
    int64_t company_id = tx->scope->company_id;
    int64_t person_id = inviting->out.person_id;
    struct company_person_row row = {0};
    struct role_set roles;
    enum err err = people_tx_begin(db, arena, tx, &inviting->out.verdict);

    if (err != OK || inviting->out.verdict != PEOPLE_DONE)
        return err;
    err = company_person_get(db, arena, company_id, person_id, &row);
    if (err != OK)
        return err;
    role_set_parse(row.roles, &roles);
    if (row.email.len == 0)
        inviting->out.verdict = PEOPLE_NO_MAIL;
    else if (row.last_sign_on_at != INSTANT_NONE || roles.count == 0)
        inviting->out.verdict = PEOPLE_CHANGED;
    else if (row.invited_until != INSTANT_NONE &&
             row.invited_until >
                 tx->actor->now + INVITATION_DAYS * US_PER_DAY - REPEAT_US)
        inviting->out.verdict = PEOPLE_REPEATED;
    else
        err = count_mails(db, arena, inviting);
    if (err != OK || inviting->out.verdict != PEOPLE_DONE)
        return err;
    return send_link(db, arena, inviting,
                     &(struct invited){person_id, row.email, row.language, &roles});
}

enum err people_invite_again(const struct actor *actor, const struct people_env *env,
                             const struct people_scope *scope, int64_t person_id,
                             enum people_verdict *out)
{
    struct inviting inviting = {.tx = {.actor = actor, .env = env, .scope = scope},
                                .out = {.person_id = person_id}};
    enum err err;

    random_bytes(inviting.token, sizeof inviting.token);
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, again_tx, &inviting);
    if (err == OK)
        *out = inviting.out.verdict;
    return err;
}
