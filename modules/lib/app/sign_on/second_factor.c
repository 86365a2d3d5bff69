#include "app/sign_on/second_factor.h"

#include "base/log.h"
#include "base/secret.h"
#include "auth/recovery.h"
#include "store/pending_sign_on.h"
#include "store/recovery_code.h"
#include "store/second_factor.h"
#include "store/throttle.h"
#include "app/sign_on/second_factor_trail.h"
#include "app/sign_on/session_open.h"
#include "app/sign_on/sign_on_enter.h"

/* Whoever guesses here has the password already; a recovery code is let in at any time, so that the person
 * themselves is never locked out. At five minutes a guess one of 333,000 is found in some three years. */
#define FIRST_WAIT_S   30
#define LONGEST_WAIT_S 300

enum err second_factor_policy_read(const struct conf *conf, const struct seal_keys *keys,
                                   struct second_factor_policy *out)
{
    struct second_factor_policy policy = {
        .keys = keys,
        .issuer = conf_str(conf, "second_factor", "issuer"),
        .language = conf_str(conf, "site", "language"),
        .tries = conf_int(conf, "second_factor", "tries"),
    };
    struct sign_on_policy sign_on = {0};
    enum err err = sign_on_policy_read(conf, &sign_on);

    if (err != OK)
        return err;
    if (str_is_empty(policy.issuer))
        policy.issuer = conf_str(conf, "site", "name");
    policy.absolute_us = sign_on.absolute_us;
    policy.required_for = sign_on.second_factor_roles;
    *out = policy;
    return OK;
}

bool second_factor_is_required(const struct second_factor_policy *policy,
                               struct str roles)
{
    struct str entry;
    struct str key;

    while (str_next(&roles, ',', &entry))
        if (str_next(&entry, ':', &key) &&
            (policy->required_for >> role_from_key(key) & 1u))
            return true;
    return false;
}

/* ---- one code ------------------------------------------------------------------------------- */

/* What a transaction works with. */
struct proving {
    const struct actor *actor;
    const struct second_factor_policy *policy;
    const struct second_factor_proof *proof;
    struct session_token token;
    uint8_t pending_sha256[SHA256_BYTES];
    struct second_factor_owner owner;
    struct second_factor_result result; /* made anew by each run */
};

/* The bucket of login_throttle that counts guesses at a person over all their sign-ons. */
static void bucket_of(int64_t person_id, struct arena *arena, uint8_t out[SHA256_BYTES])
{
    sha256(str_format(arena, "second-factor:%lld", (long long)person_id), out);
}

static struct throttle_rule rule_of(const struct second_factor_policy *policy)
{
    return (struct throttle_rule){policy->tries, FIRST_WAIT_S, LONGEST_WAIT_S,
                                  US_PER_DAY};
}

static enum second_factor_verdict verdict_of(enum totp_verdict verdict)
{
    switch (verdict) {
    case TOTP_RIGHT:
        return SECOND_FACTOR_RIGHT;
    case TOTP_USED:
        return SECOND_FACTOR_USED;
    case TOTP_TOO_OLD:
        return SECOND_FACTOR_TOO_OLD;
    case TOTP_WRONG:
        break;
    }
    return SECOND_FACTOR_WRONG;
}

/* The secret is looked at, and sealed again where a new key came on top. */
static enum err judge_code(struct proving *proving, struct db *db, struct arena *arena,
                           const struct second_factor_row *row, const char *digits)
{
    const struct second_factor_policy *policy = proving->policy;
    struct str purpose = second_factor_purpose(arena, proving->result.person_id);
    struct str secret;
    struct str sealed = row->secret;
    int64_t counter = 0;
    bool first = false;
    enum err err;

    if (seal_open(arena, policy->keys, purpose, row->secret, &secret) != OK) {
        log_event(LOG_LEVEL_ERROR, "second_factor_sealed", "no key opens factor %lld",
                  (long long)row->id);
        proving->result.verdict = SECOND_FACTOR_SEALED;
        return OK;
    }
    proving->result.verdict = verdict_of(
        totp_check(secret, digits, proving->actor->now, row->last_counter, &counter));
    if (!seal_is_current(policy->keys, sealed))
        sealed = seal(arena, policy->keys, purpose, secret);
    seal_wipe(secret);
    if (proving->result.verdict != SECOND_FACTOR_RIGHT)
        return OK;
    err = second_factor_use(db, row->id, counter, sealed, &first);
    if (err == OK && !first)
        proving->result.verdict = SECOND_FACTOR_USED;
    return err;
}

static enum err judge_recovery_code(struct proving *proving, struct db *db)
{
    struct second_factor_result *result = &proving->result;
    uint8_t digest[SHA256_BYTES];
    bool used = false;
    enum err err = OK;

    if (recovery_code_hash(proving->proof->recovery_code, digest))
        err =
            recovery_code_use(db, result->person_id, digest, proving->actor->now, &used);
    result->verdict = used ? SECOND_FACTOR_RIGHT : SECOND_FACTOR_NO_SUCH;
    result->by_recovery_code = used;
    result->codes_left -= used;
    return err;
}

/* Verdict of what was typed. */
static enum err judge(struct proving *proving, struct db *db, struct arena *arena,
                      const struct second_factor_row *row)
{
    struct second_factor_result *result = &proving->result;
    char digits[TOTP_DIGITS + 1];
    uint8_t bucket[SHA256_BYTES];
    instant_us until = INSTANT_NONE;
    enum err err;

    result->codes_left = row->codes_left;
    if (proving->proof->recovery_code.ptr)
        return judge_recovery_code(proving, db);
    bucket_of(result->person_id, arena, bucket);
    err = throttle_blocked_until(db, arena, bucket, bucket, proving->actor->now, &until);
    if (err != OK)
        return err;
    if (until != INSTANT_NONE && until > proving->actor->now) {
        result->verdict = SECOND_FACTOR_THROTTLED;
        result->wait_s = (until - proving->actor->now + US_PER_S - 1) / US_PER_S;
        return OK;
    }
    result->verdict = SECOND_FACTOR_WRONG;
    if (!totp_digits(proving->proof->code, digits))
        return OK;
    return judge_code(proving, db, arena, row, digits);
}

/* ---- what a verdict leaves behind ---------------------------------------------------------------- */

static const char *reason_of(enum second_factor_verdict verdict)
{
    switch (verdict) {
    case SECOND_FACTOR_WRONG:
        return "wrong";
    case SECOND_FACTOR_USED:
        return "replay";
    case SECOND_FACTOR_TOO_OLD:
        return "old";
    case SECOND_FACTOR_NO_SUCH:
        return "recovery-code";
    case SECOND_FACTOR_SEALED:
        return "sealed";
    case SECOND_FACTOR_RIGHT:
    case SECOND_FACTOR_THROTTLED:
    case SECOND_FACTOR_OVER:
    case SECOND_FACTOR_NONE:
    case SECOND_FACTOR_EXISTS:
        break;
    }
    return NULL;
}

static enum err write_right(struct proving *proving, struct db *db, struct arena *arena)
{
    const struct second_factor_result *result = &proving->result;
    struct second_factor_mail mail = {
        .template_name = "recovery-code-used",
        .language = proving->policy->language,
        .count = str_format(arena, "%lld", (long long)result->codes_left),
    };
    uint8_t bucket[SHA256_BYTES];
    enum err err;

    bucket_of(result->person_id, arena, bucket);
    err = throttle_clear(db, bucket);
    if (err != OK || !result->by_recovery_code)
        return err;
    err = second_factor_mail(proving->actor, result->person_id, &proving->owner, &mail);
    return err == OK
               ? second_factor_audit(proving->actor, "second_factor.recovery_code_used",
                                     result->person_id, &proving->owner, NULL)
               : err;
}

/* A failed guess at the app's code counts for the person; recovery codes cannot be guessed. */
static enum err write_failure(struct proving *proving, struct db *db, struct arena *arena)
{
    struct throttle_rule rule = rule_of(proving->policy);
    const struct second_factor_result *result = &proving->result;
    const char *reason = reason_of(result->verdict);
    uint8_t bucket[SHA256_BYTES];
    enum err err = OK;

    bucket_of(result->person_id, arena, bucket);
    if (result->verdict != SECOND_FACTOR_NO_SUCH &&
        result->verdict != SECOND_FACTOR_SEALED)
        err = throttle_fail(db, bucket, &rule, proving->actor->now);
    return err == OK ? second_factor_audit(proving->actor, "second_factor.failed",
                                           result->person_id, &proving->owner, reason)
                     : err;
}

/* The factor is locked before anything else is read: guesses at one person queue up here, and each sees what the
 * one before has counted. */
static enum err prove(struct proving *proving, struct db *db, struct arena *arena)
{
    struct second_factor_row row = {0};
    int64_t person_id = proving->result.person_id;
    enum err err = second_factor_lock(db, arena, person_id, &row);

    if (err == ERR_NOT_FOUND) {
        proving->result.verdict = SECOND_FACTOR_NONE;
        return OK;
    }
    if (err == OK)
        err = second_factor_owner(db, arena, person_id, &proving->owner);
    if (err == OK)
        err = judge(proving, db, arena, &row);
    if (err == OK && proving->result.verdict == SECOND_FACTOR_RIGHT)
        err = write_right(proving, db, arena);
    else if (err == OK && reason_of(proving->result.verdict))
        err = write_failure(proving, db, arena);
    return err;
}

/* ---- a sign-on ------------------------------------------------------------------------------------ */

/* The last try: whoever it was knows the password, so the person is told. */
static enum err give_up(struct proving *proving, struct db *db, int64_t pending_id)
{
    struct second_factor_mail mail = {.template_name = "second-factor-failed",
                                      .language = proving->policy->language};
    int64_t person_id = proving->result.person_id;
    enum err err = pending_sign_on_remove(db, pending_id);

    proving->result.verdict = SECOND_FACTOR_OVER;
    if (err == OK)
        err = second_factor_mail(proving->actor, person_id, &proving->owner, &mail);
    return err == OK ? second_factor_audit(proving->actor, "second_factor.given_up",
                                           person_id, &proving->owner, NULL)
                     : err;
}

static enum err finish(struct proving *proving, struct db *db, struct arena *arena,
                       const struct pending_sign_on_row *pending)
{
    struct session_plan plan = {0};
    enum err err = session_plan_read(arena, pending->payload, &plan);

    if (err == OK)
        err = pending_sign_on_remove(db, pending->id);
    if (err != OK)
        return err;
    plan.second_factor = true;
    plan.proved_at = 0; /* by a code, now */
    proving->result.is_staff = proving->owner.is_staff;
    proving->result.token = proving->token.text;
    return session_open(proving->actor, &plan, &proving->token,
                        proving->policy->absolute_us);
}

static enum err prove_pending(struct db *db, struct arena *arena, void *context)
{
    struct proving *proving = context;
    struct pending_sign_on_row pending = {0};
    enum err err = pending_sign_on_lock(db, arena, proving->pending_sha256,
                                        proving->actor->now, &pending);

    proving->result = (struct second_factor_result){.verdict = SECOND_FACTOR_OVER,
                                                    .person_id = pending.person_id};
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err == OK)
        err = prove(proving, db, arena);
    if (err != OK)
        return err;
    if (proving->result.verdict == SECOND_FACTOR_RIGHT)
        return finish(proving, db, arena, &pending);
    if (!reason_of(proving->result.verdict))
        return OK;
    if (pending.tries + 1 >= proving->policy->tries)
        return give_up(proving, db, pending.id);
    return pending_sign_on_try(db, pending.id);
}

enum err second_factor_prove(const struct actor *actor,
                             const struct second_factor_policy *policy,
                             struct str pending_token,
                             const struct second_factor_proof *proof,
                             struct second_factor_result *out)
{
    struct proving proving = {.actor = actor,
                              .policy = policy,
                              .proof = proof,
                              .token = session_token_new(actor->arena)};
    enum err err;

    sha256(pending_token, proving.pending_sha256);
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, prove_pending, &proving);
    if (err == OK)
        *out = proving.result;
    return err;
}

enum err second_factor_waiting(const struct actor *actor, struct str pending_token,
                               struct second_factor_waiting *out)
{
    struct pending_sign_on_row pending = {0};
    struct second_factor_owner owner = {0};
    struct second_factor_row row = {0};
    uint8_t digest[SHA256_BYTES];
    enum err err;

    sha256(pending_token, digest);
    err = pending_sign_on_lock(actor->db, actor->arena, digest, actor->now, &pending);
    if (err == OK)
        err = second_factor_owner(actor->db, actor->arena, pending.person_id, &owner);
    if (err != OK)
        return err;
    err = second_factor_of(actor->db, actor->arena, pending.person_id, &row);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    *out = (struct second_factor_waiting){.person_id = pending.person_id,
                                          .login = owner.login,
                                          .has_one = err == OK,
                                          .codes_left = row.codes_left};
    return OK;
}

/* ---- a step-up ------------------------------------------------------------------------------------ */

static enum err confirm(struct db *db, struct arena *arena, void *context)
{
    struct proving *proving = context;

    proving->result = (struct second_factor_result){
        .verdict = SECOND_FACTOR_WRONG,
        .person_id = proving->actor->principal->person_id,
    };
    return prove(proving, db, arena);
}

enum err second_factor_confirm(const struct actor *actor,
                               const struct second_factor_policy *policy,
                               const struct second_factor_proof *proof,
                               struct second_factor_result *out)
{
    struct proving proving = {.actor = actor, .policy = policy, .proof = proof};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, confirm, &proving);

    if (err == OK)
        *out = proving.result;
    return err;
}
