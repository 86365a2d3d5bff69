#include "app/sign_on.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/log.h"
#include "formats/locale.h"
#include "store/pending_sign_on.h"
#include "store/person.h"
#include "store/session.h"
#include "store/throttle.h"
#include "app/session_open.h"

#define BREAKER_PREFIX     "directory:"
#define BREAKER_US         (10 * US_PER_S)
#define KEPT_US            (30 * 60 * US_PER_S)
#define LOGIN_FIRST_WAIT_S 5
/* A stranger who guesses at somebody's login must not lock that person out for long. */
#define LOGIN_LONGEST_WAIT_S   60
#define NETWORK_FIRST_WAIT_S   10
#define NETWORK_LONGEST_WAIT_S 900
#define SESSION_KEPT_US        (7 * US_PER_DAY)

/* ---- throttle ------------------------------------------------------------------------------- */

struct buckets {
    uint8_t login[SHA256_BYTES];
    uint8_t network[SHA256_BYTES];
};

/* An IPv6 line has at least 2^64 addresses, so its first 64 bits are the network. */
static struct str network_of(struct arena *arena, struct str address)
{
    struct in6_addr six;

    if (inet_pton(AF_INET6, str_c(arena, address), &six) != 1 ||
        IN6_IS_ADDR_V4MAPPED(&six))
        return address;
    return str_hex(arena, six.s6_addr, 8);
}

static struct buckets buckets_of(struct arena *arena, const struct sign_on_input *input)
{
    struct buckets buckets;

    /* Directories compare logins by what they mean: "Anna", "anna" and "ａnna" share a bucket, or
     * every spelling of a login would have tries of its own. */
    sha256(str_concat(arena, STR("login:"), locale_fold(arena, input->login)),
           buckets.login);
    sha256(str_concat(arena, STR("network:"), network_of(arena, input->entry.network)),
           buckets.network);
    return buckets;
}

static enum err count_try(const struct actor *actor, const struct sign_on_policy *policy,
                          const struct buckets *buckets)
{
    struct throttle_rule login = {policy->per_login, LOGIN_FIRST_WAIT_S,
                                  LOGIN_LONGEST_WAIT_S, policy->window_us};
    struct throttle_rule network = {policy->per_network, NETWORK_FIRST_WAIT_S,
                                    NETWORK_LONGEST_WAIT_S, policy->window_us};
    enum err err = throttle_fail(actor->db, buckets->login, &login, actor->now);

    return err == OK ? throttle_fail(actor->db, buckets->network, &network, actor->now)
                     : err;
}

static enum err record_failure(const struct actor *actor,
                               const struct sign_on_policy *policy,
                               const struct sign_on_input *input,
                               const struct buckets *buckets)
{
    int64_t person_id = 0;
    enum err err = count_try(actor, policy, buckets);

    if (err == OK)
        err = person_id_of(actor->db, actor->arena, input->login, &person_id);
    if (err == ERR_NOT_FOUND)
        err = OK;
    if (err == OK)
        err = sign_on_audit(actor, "sign_on.failed", person_id, 0, NULL);
    return err;
}

/* ---- one try --------------------------------------------------------------------------------- */

/* House-keeping that rides along with sign-ins; its failure is nobody's problem now. */
static void purge(const struct actor *actor, const struct sign_on_policy *policy)
{
    if (session_purge(actor->db, actor->now - SESSION_KEPT_US) != OK ||
        pending_sign_on_purge(actor->db, actor->now - US_PER_DAY) != OK ||
        parked_post_purge(actor->db, actor->now - KEPT_US) != OK ||
        throttle_purge(actor->db, actor->now - policy->window_us - US_PER_DAY) != OK)
        log_event(LOG_LEVEL_WARN, "purge_failed", "%s", err_text());
}

/* ---- directories that do not answer are left alone for a while -------------------------------- */

static const char *breaker_name(const struct actor *actor,
                                const struct directory_set *directory, size_t index)
{
    return str_c(actor->arena, str_concat(actor->arena, STR(BREAKER_PREFIX),
                                          directory_name(directory, index)));
}

static enum err read_breakers(const struct actor *actor,
                              const struct directory_set *directory, unsigned *away_out)
{
    struct breaker_row *open = NULL;
    size_t count = 0;
    enum err err = breakers_open(actor->db, actor->arena, actor->now, &open, &count);

    *away_out = 0;
    for (size_t i = 0; err == OK && i < directory_count(directory); i++)
        for (size_t k = 0; k < count; k++)
            if (str_is(open[k].name, breaker_name(actor, directory, i)))
                *away_out |= 1u << i;
    return err;
}

static enum err open_breakers(const struct actor *actor,
                              const struct directory_set *directory, unsigned away)
{
    enum err err = OK;

    for (size_t i = 0; err == OK && i < directory_count(directory); i++)
        if (away >> i & 1u)
            err = breaker_open(actor->db, breaker_name(actor, directory, i),
                               actor->now + BREAKER_US);
    return err;
}

/* ---- one try --------------------------------------------------------------------------------- */

static enum err refuse_confirmed(const struct actor *actor,
                                 const struct identity *identity,
                                 enum sign_on_verdict verdict, struct sign_on_result *out)
{
    out->verdict = verdict;
    out->is_staff = identity->is_staff;
    return sign_on_refused(actor, identity, verdict);
}

static enum err act_on(const struct actor *actor, enum auth_verdict verdict,
                       const struct sign_on_policy *policy,
                       const struct sign_on_input *input, const struct identity *identity,
                       struct sign_on_result *out)
{
    struct buckets buckets = buckets_of(actor->arena, input);
    enum err err;

    switch (verdict) {
    case AUTH_OK:
        err = sign_on_enter(actor, policy, identity, &input->entry, out);
        if (err == OK)
            err = throttle_clear(actor->db, buckets.login);
        if (err == OK && out->verdict == SIGN_ON_OK)
            purge(actor, policy);
        return err;
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
        return record_failure(actor, policy, input, &buckets);
    case AUTH_BROKEN:
        /* Something about this one account: no reason to keep everybody out. */
        out->verdict = SIGN_ON_UNAVAILABLE;
        log_event(LOG_LEVEL_ERROR, "directory_broken", "%s", err_text());
        return count_try(actor, policy, &buckets);
    case AUTH_UNAVAILABLE:
        out->verdict = SIGN_ON_UNAVAILABLE;
        log_event(LOG_LEVEL_ERROR, "directory_away", "%s", err_text());
        return OK;
    }
    bug("verdict of the directory");
}

static enum err ask_directory(const struct actor *actor, struct directory_set *directory,
                              const struct sign_on_policy *policy,
                              const struct sign_on_input *input,
                              struct sign_on_result *out)
{
    struct directory_try attempt = {.login = input->login, .password = input->password};
    struct identity identity = {0};
    unsigned away = 0;
    enum auth_verdict verdict;
    enum err err = read_breakers(actor, directory, &attempt.skip);

    if (err != OK)
        return err;
    verdict = directory_login(directory, actor->arena, &attempt, &identity, &away);
    err = act_on(actor, verdict, policy, input, &identity, out);
    return err == OK ? open_breakers(actor, directory, away) : err;
}

enum err sign_on(const struct actor *actor, struct directory_set *directory,
                 const struct sign_on_policy *policy, const struct sign_on_input *input,
                 struct sign_on_result *out)
{
    struct buckets buckets = buckets_of(actor->arena, input);
    struct sign_on_result result = {0};
    instant_us until = INSTANT_NONE;
    enum err err = throttle_blocked_until(actor->db, actor->arena, buckets.login,
                                          buckets.network, actor->now, &until);

    if (err != OK)
        return err;
    if (until != INSTANT_NONE && until > actor->now) {
        result.verdict = SIGN_ON_THROTTLED;
        result.wait_s = (until - actor->now + US_PER_S - 1) / US_PER_S;
    } else {
        err = ask_directory(actor, directory, policy, input, &result);
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
