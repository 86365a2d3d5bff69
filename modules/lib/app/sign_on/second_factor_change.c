#include "app/sign_on/second_factor_change.h"

#include "store/pending_sign_on.h"
#include "store/recovery_code.h"
#include "store/second_factor.h"
#include "store/session.h"
#include "app/sign_on/second_factor_trail.h"
#include "app/sign_on/session_open.h"

/* What a transaction works with; everything random in it is made before, so that a restart repeats it. */
struct changing {
    const struct actor *actor;
    const struct second_factor_policy *policy;
    struct str code;
    uint8_t place_sha256[SHA256_BYTES]; /* token of the pending sign-on, or the session */
    struct session_token token;         /* of the session to come */
    struct recovery_code_new *codes;
    struct second_factor_owner owner;
    struct second_factor_result result;
};

/* ---- the offered secret -------------------------------------------------------------------- */

/* Another one after each change (the id of the factor), so that nothing that was shown before comes back. */
static void derive(struct arena *arena, const struct changing *changing,
                   int64_t person_id, int64_t factor_id, uint8_t out[32])
{
    struct str place = str_hex(arena, changing->place_sha256, SHA256_BYTES);

    seal_derive(arena, changing->policy->keys,
                str_format(arena, "totp:%lld:%lld:%.*s", (long long)person_id,
                           (long long)factor_id, STR_ARG(place)),
                out);
}

enum err second_factor_offer(const struct actor *actor,
                             const struct second_factor_policy *policy, struct str place,
                             const struct second_factor_waiting *who,
                             struct second_factor_offer *out)
{
    struct changing changing = {.actor = actor, .policy = policy};
    struct second_factor_row row = {0};
    uint8_t bytes[32];
    struct str secret = {(const char *)bytes, TOTP_SECRET_BYTES};
    enum err err = second_factor_of(actor->db, actor->arena, who->person_id, &row);

    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    sha256(place, changing.place_sha256);
    derive(actor->arena, &changing, who->person_id, row.id, bytes);
    out->secret_text = totp_secret_text(actor->arena, secret);
    out->link = totp_link(actor->arena, policy->issuer, who->login, secret);
    secret_wipe(bytes, sizeof(bytes));
    return qr_code(actor->arena, out->link, &out->qr);
}

/* ---- writing one ---------------------------------------------------------------------------------- */

static enum err write_codes(const struct changing *changing, struct db *db,
                            int64_t person_id)
{
    struct recovery_code_row rows[RECOVERY_CODES];
    enum err err = recovery_code_remove(db, person_id);

    for (size_t i = 0; i < RECOVERY_CODES; i++)
        memcpy(rows[i].sha256, changing->codes[i].sha256, SHA256_BYTES);
    return err == OK ? recovery_code_insert(db, person_id, rows, RECOVERY_CODES,
                                            changing->actor->now)
                     : err;
}

static enum err leave_trail(const struct changing *changing, const char *action,
                            const char *template_name, const char *reason)
{
    struct second_factor_mail mail = {.template_name = template_name,
                                      .language = changing->policy->language};
    int64_t person_id = changing->result.person_id;
    enum err err =
        second_factor_mail(changing->actor, person_id, &changing->owner, &mail);

    return err == OK ? second_factor_audit(changing->actor, action, person_id,
                                           &changing->owner, reason)
                     : err;
}

/* The code of the offered secret, if it is right: from now on this is the person's factor. */
static enum err set_up(struct changing *changing, struct db *db, struct arena *arena,
                       int64_t old_id)
{
    struct second_factor_result *result = &changing->result;
    int64_t person_id = result->person_id;
    struct second_factor_row row = {0};
    char digits[TOTP_DIGITS + 1];
    uint8_t bytes[32];
    struct str secret = {(const char *)bytes, TOTP_SECRET_BYTES};
    enum totp_verdict verdict = TOTP_WRONG;
    enum err err = OK;

    derive(arena, changing, person_id, old_id, bytes);
    if (totp_digits(changing->code, digits))
        verdict = totp_check(secret, digits, changing->actor->now, 0, &row.last_counter);
    row.secret = seal(arena, changing->policy->keys,
                      second_factor_purpose(arena, person_id), secret);
    secret_wipe(bytes, sizeof(bytes));
    result->verdict = verdict == TOTP_RIGHT     ? SECOND_FACTOR_RIGHT
                      : verdict == TOTP_TOO_OLD ? SECOND_FACTOR_TOO_OLD
                                                : SECOND_FACTOR_WRONG;
    if (result->verdict != SECOND_FACTOR_RIGHT)
        return OK;
    if (old_id)
        err = second_factor_remove(db, person_id, NULL);
    if (err == OK)
        err = second_factor_insert(db, person_id, &row, changing->actor->now);
    /* Two set-ups at once: the second one runs again and finds the first. */
    if (err == ERR_CONFLICT)
        tx_request_restart(db);
    if (err == OK)
        err = second_factor_owner(db, arena, person_id, &changing->owner);
    if (err == OK)
        err = write_codes(changing, db, person_id);
    return err == OK ? leave_trail(changing, "second_factor.set_up",
                                   "second-factor-set-up", old_id ? "replaced" : NULL)
                     : err;
}

static void make_codes(struct arena *arena, struct recovery_code_new *codes)
{
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        codes[i] = recovery_code_make(arena);
}

/* ---- during a sign-on ------------------------------------------------------------------------------ */

static enum err begin(struct db *db, struct arena *arena, void *context)
{
    struct changing *changing = context;
    struct second_factor_result *result = &changing->result;
    struct pending_sign_on_row pending = {0};
    struct second_factor_row row = {0};
    struct session_plan plan = {0};
    enum err err = pending_sign_on_lock(db, arena, changing->place_sha256,
                                        changing->actor->now, &pending);

    *result = (struct second_factor_result){.verdict = SECOND_FACTOR_OVER,
                                            .person_id = pending.person_id};
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err == OK)
        err = second_factor_lock(db, arena, pending.person_id, &row);
    if (err == OK)
        result->verdict = SECOND_FACTOR_EXISTS;
    if (err == ERR_NOT_FOUND)
        err = set_up(changing, db, arena, 0);
    if (err != OK || result->verdict != SECOND_FACTOR_RIGHT)
        return err;
    err = session_plan_read(arena, pending.payload, &plan);
    if (err == OK)
        err = pending_sign_on_remove(db, pending.id);
    if (err != OK)
        return err;
    plan.second_factor = true;
    plan.proved_at = 0; /* by a code, now */
    result->is_staff = changing->owner.is_staff;
    result->token = changing->token.text;
    return session_open(changing->actor, &plan, &changing->token,
                        changing->policy->absolute_us);
}

enum err second_factor_begin(const struct actor *actor,
                             const struct second_factor_policy *policy,
                             struct str pending_token, struct str code,
                             struct second_factor_set_up *out)
{
    struct changing changing = {.actor = actor,
                                .policy = policy,
                                .code = code,
                                .token = session_token_new(actor->arena),
                                .codes = out->codes};
    enum err err;

    sha256(pending_token, changing.place_sha256);
    make_codes(actor->arena, out->codes);
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, begin, &changing);
    out->result = changing.result;
    return err;
}

/* ---- by somebody who is signed on ------------------------------------------------------------------- */

struct str second_factor_place(const struct actor *actor)
{
    return str_format(actor->arena, "session:%lld",
                      (long long)actor->principal->session_id);
}

static enum err replace(struct db *db, struct arena *arena, void *context)
{
    struct changing *changing = context;
    struct second_factor_row row = {0};
    int64_t person_id = changing->actor->principal->person_id;
    enum err err = second_factor_lock(db, arena, person_id, &row);

    changing->result = (struct second_factor_result){.person_id = person_id};
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    return set_up(changing, db, arena, row.id);
}

enum err second_factor_replace(const struct actor *actor,
                               const struct second_factor_policy *policy, struct str code,
                               struct second_factor_set_up *out)
{
    struct changing changing = {
        .actor = actor, .policy = policy, .code = code, .codes = out->codes};
    enum err err;

    sha256(second_factor_place(actor), changing.place_sha256);
    make_codes(actor->arena, out->codes);
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, replace, &changing);
    out->result = changing.result;
    return err;
}

static enum err new_codes(struct db *db, struct arena *arena, void *context)
{
    struct changing *changing = context;
    struct second_factor_row row = {0};
    int64_t person_id = changing->actor->principal->person_id;
    enum err err = second_factor_lock(db, arena, person_id, &row);

    changing->result.person_id = person_id;
    if (err == OK)
        err = second_factor_owner(db, arena, person_id, &changing->owner);
    if (err == OK)
        err = write_codes(changing, db, person_id);
    return err == OK ? leave_trail(changing, "second_factor.new_codes",
                                   "recovery-codes-new", NULL)
                     : err;
}

enum err second_factor_new_codes(const struct actor *actor,
                                 const struct second_factor_policy *policy,
                                 struct recovery_code_new codes_out[RECOVERY_CODES])
{
    struct changing changing = {.actor = actor, .policy = policy, .codes = codes_out};

    make_codes(actor->arena, codes_out);
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, new_codes, &changing);
}

enum err second_factor_status(const struct actor *actor,
                              const struct second_factor_policy *policy,
                              struct second_factor_status *out)
{
    struct second_factor_row row = {0};
    struct str roles = STR_NONE;
    int64_t person_id = actor->principal->person_id;
    enum err err = second_factor_roles(actor->db, actor->arena, person_id, &roles);

    if (err == OK)
        err = second_factor_of(actor->db, actor->arena, person_id, &row);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    *out = (struct second_factor_status){
        .has_one = err == OK,
        .required = second_factor_is_required(policy, roles),
        .since = err == OK ? row.created_at : INSTANT_NONE,
        .codes_left = row.codes_left,
    };
    return OK;
}

/* ---- taking one away ---------------------------------------------------------------------------------- */

static enum err clear(struct db *db, int64_t person_id, bool *had_one_out)
{
    int64_t count = 0;
    enum err err = second_factor_remove(db, person_id, &count);

    *had_one_out = count > 0;
    return err == OK ? recovery_code_remove(db, person_id) : err;
}

static enum err remove_own(struct db *db, struct arena *arena, void *context)
{
    struct changing *changing = context;
    struct str roles = STR_NONE;
    int64_t person_id = changing->actor->principal->person_id;
    bool had_one = false;
    enum err err = second_factor_roles(db, arena, person_id, &roles);

    changing->result.person_id = person_id;
    if (err == OK && second_factor_is_required(changing->policy, roles))
        return ERR_DENIED;
    if (err == OK)
        err = second_factor_owner(db, arena, person_id, &changing->owner);
    if (err == OK)
        err = clear(db, person_id, &had_one);
    if (err == OK && !had_one)
        return ERR_NOT_FOUND;
    return err == OK ? leave_trail(changing, "second_factor.removed",
                                   "second-factor-removed", NULL)
                     : err;
}

enum err second_factor_remove_own(const struct actor *actor,
                                  const struct second_factor_policy *policy)
{
    struct changing changing = {.actor = actor, .policy = policy};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, remove_own, &changing);
}

struct resetting {
    const struct actor *actor;
    int64_t person_id;
    struct str language;
    struct str operator; /* by kontorctl: nobody is signed on */
    bool had_one;
};

/* Staff with the right, or a coordinator for their own company's people. */
static enum err may_reset(const struct principal *principal, int64_t person_id,
                          const struct second_factor_owner *owner)
{
    if (principal->support || person_id == principal->person_id)
        return ERR_DENIED;
    if (rights_include(principal->rights, RIGHT_PEOPLE_WORK))
        return OK;
    if (!rights_include(principal->rights, RIGHT_COMPANY_PEOPLE))
        return ERR_DENIED;
    return !owner->is_staff && owner->company_id == principal->company_id ? OK
                                                                          : ERR_NOT_FOUND;
}

static enum err reset(struct db *db, struct arena *arena, void *context)
{
    struct resetting *resetting = context;
    const struct actor *actor = resetting->actor;
    int64_t person_id = resetting->person_id;
    struct second_factor_owner owner = {0};
    struct second_factor_mail mail = {.template_name = "second-factor-reset",
                                      .language = resetting->language,
                                      .actor_name = actor->principal->display_name};
    enum err err = second_factor_owner(db, arena, person_id, &owner);

    if (err == OK && !resetting->operator.ptr)
        err = may_reset(actor->principal, person_id, &owner);
    if (err == OK)
        err = pending_sign_on_remove_all(db, person_id);
    if (err == OK)
        err = clear(db, person_id, &resetting->had_one);
    if (err != OK || !resetting->had_one)
        return err;
    err = session_end_all(db, person_id, "second-factor-reset", actor->now);
    if (err == OK)
        err = second_factor_mail(actor, person_id, &owner, &mail);
    if (err == OK && resetting->operator.ptr)
        return second_factor_audit_operator(actor, person_id, &owner,
                                            resetting->operator);
    return err == OK ? second_factor_audit(actor, "second_factor.reset", person_id,
                                           &owner, NULL)
                     : err;
}

static enum err run_reset(struct resetting *resetting, bool *had_one_out)
{
    const struct actor *actor = resetting->actor;
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, reset, resetting);

    if (err == OK)
        *had_one_out = resetting->had_one;
    return err;
}

enum err second_factor_reset(const struct actor *actor, int64_t person_id,
                             struct str language, bool *had_one_out)
{
    struct resetting resetting = {
        .actor = actor, .person_id = person_id, .language = language};

    return run_reset(&resetting, had_one_out);
}

enum err second_factor_reset_by_operator(const struct actor *actor, int64_t person_id,
                                         struct str language, struct str operator,
                                         bool * had_one_out)
{
    struct resetting resetting = {.actor = actor,
                                  .person_id = person_id,
                                  .language = language,
                                  .operator= operator};

    return run_reset(&resetting, had_one_out);
}
