#include "app/sign_on/sign_on_try.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/log.h"
#include "base/secret.h"
#include "formats/locale.h"
#include "store/throttle.h"

#define BREAKER_PREFIX     "directory:"
#define BREAKER_US         (10 * US_PER_S)
#define LOGIN_FIRST_WAIT_S 5
/* A stranger who guesses at somebody's login must not lock that person out for long. */
#define LOGIN_LONGEST_WAIT_S   60
#define NETWORK_FIRST_WAIT_S   10
#define NETWORK_LONGEST_WAIT_S 900

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

static struct buckets buckets_of(struct arena *arena,
                                 const struct sign_on_attempt *attempt)
{
    struct buckets buckets;
    struct str who = str_concat(arena, STR("login:"), locale_bare(arena, attempt->login));

    /* Directories compare logins by what they mean: "Anna", "anna" and "ａnna" share a bucket, in Active
     * Directory "ànna" as well, or every spelling of a login would have tries of its own. */
    if (attempt->device_id.len > 0)
        who = str_format(arena, "device:%.*s:%.*s", STR_ARG(attempt->device_id),
                         STR_ARG(who));
    sha256(who, buckets.login);
    sha256(str_concat(arena, STR("network:"), network_of(arena, attempt->network)),
           buckets.network);
    return buckets;
}

enum err sign_on_wait(const struct actor *actor, const struct sign_on_attempt *attempt,
                      int64_t *wait_s_out)
{
    struct buckets buckets = buckets_of(actor->arena, attempt);
    instant_us until = INSTANT_NONE;
    enum err err = throttle_blocked_until(actor->db, actor->arena, buckets.login,
                                          buckets.network, actor->now, &until);

    if (err != OK)
        return err;
    *wait_s_out = 0;
    /* No wait is longer than the longest: that one was noted by a clock which has been set back since. */
    if (until != INSTANT_NONE && until > actor->now &&
        until - actor->now <= NETWORK_LONGEST_WAIT_S * US_PER_S)
        *wait_s_out = (until - actor->now + US_PER_S - 1) / US_PER_S;
    return OK;
}

enum err sign_on_count(const struct actor *actor, const struct sign_on_policy *policy,
                       const struct sign_on_attempt *attempt)
{
    struct buckets buckets = buckets_of(actor->arena, attempt);
    struct throttle_rule login = {policy->per_login, LOGIN_FIRST_WAIT_S,
                                  LOGIN_LONGEST_WAIT_S, policy->window_us};
    struct throttle_rule network = {policy->per_network, NETWORK_FIRST_WAIT_S,
                                    NETWORK_LONGEST_WAIT_S, policy->window_us};
    enum err err = throttle_fail(actor->db, buckets.login, &login, actor->now);

    return err == OK ? throttle_fail(actor->db, buckets.network, &network, actor->now)
                     : err;
}

enum err sign_on_forget(const struct actor *actor, const struct sign_on_attempt *attempt)
{
    struct buckets buckets = buckets_of(actor->arena, attempt);

    return throttle_clear(actor->db, buckets.login);
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

static enum err ask(const struct actor *actor, struct directory_set *directory,
                    const struct sign_on_attempt *attempt, struct sign_on_answer *out)
{
    struct directory_try one = {.login = attempt->login, .password = attempt->password};
    unsigned away = 0;
    enum err err = read_breakers(actor, directory, &one.skip);

    if (err != OK)
        return err;
    out->verdict = directory_login(directory, actor->arena, &one, &out->identity, &away);
    if (out->verdict == AUTH_BROKEN)
        log_event(LOG_LEVEL_ERROR, "directory_broken", "%s", err_text());
    if (out->verdict == AUTH_UNAVAILABLE)
        log_event(LOG_LEVEL_ERROR, "directory_away", "%s", err_text());
    return open_breakers(actor, directory, away);
}

enum err sign_on_try(const struct actor *actor, struct directory_set *directory,
                     const struct sign_on_policy *policy,
                     const struct sign_on_attempt *attempt, struct sign_on_answer *out)
{
    struct sign_on_answer answer = {.verdict = AUTH_UNAVAILABLE};
    enum err err = sign_on_wait(actor, attempt, &answer.wait_s);

    if (err == OK && answer.wait_s == 0)
        err = ask(actor, directory, attempt, &answer);
    if (err == OK && answer.wait_s == 0 &&
        (answer.verdict == AUTH_WRONG || answer.verdict == AUTH_EMPTY_PASSWORD ||
         answer.verdict == AUTH_LOCKED || answer.verdict == AUTH_BROKEN))
        err = sign_on_count(actor, policy, attempt);
    if (err == OK)
        *out = answer;
    return err;
}
