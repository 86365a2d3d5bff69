/* Connections: the service account's, which is kept, and those that are bound as a person. */
#include <stdio.h>

#include "base/clock.h"
#include "auth/directory_source.h"

/* Unused for longer, a connection may be one that a firewall has forgotten without a word. */
#define IDLE_US     (60 * US_PER_S)
#define CAUSE_BYTES 512

static void close_link(const struct directory *d, void **link)
{
    if (*link)
        d->driver->close(*link);
    *link = NULL;
}

void directory_close(struct directory *d)
{
    close_link(d, &d->people_link);
    close_link(d, &d->service);
}

static void close_idle(struct directory *d)
{
    int64_t now_us = clock_monotonic_us();

    if (d->service &&
        (now_us - d->service_used_us > IDLE_US || !d->driver->alive(d->service)))
        directory_close(d);
    if (d->people_link &&
        (now_us - d->people_used_us > IDLE_US || !d->driver->alive(d->people_link)))
        close_link(d, &d->people_link);
}

enum directory_outcome directory_ensure_open(struct directory *d, int64_t deadline_us)
{
    enum directory_outcome outcome = DIRECTORY_AWAY;
    struct directory_answer answer = DIRECTORY_ANSWER_NONE;

    close_idle(d);
    if (d->service)
        return DIRECTORY_DONE;
    /* Each server gets its share of the time that is left, so that a dead first one leaves enough for
     * the second. */
    for (size_t i = 0; i < d->server_count; i++) {
        int64_t now = clock_monotonic_us();
        int64_t share = (deadline_us - now) / (int64_t)(d->server_count - i);
        void *link = NULL;

        if (share <= 0)
            break;
        outcome = d->driver->connect(d->context, &d->servers[i], now + share, &link);
        if (outcome != DIRECTORY_DONE)
            continue;
        outcome = d->driver->bind(link, d->bind_dn, secret_str(d->bind_password),
                                  now + share, &answer);
        if (outcome == DIRECTORY_DONE) {
            d->service = link;
            d->server = &d->servers[i];
            d->service_used_us = clock_monotonic_us();
            return DIRECTORY_DONE;
        }
        d->driver->close(link);
    }
    if (outcome == DIRECTORY_REFUSED)
        (void)err_note(ERR_UNAVAILABLE, "it refuses the service account");
    return outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome;
}

enum directory_outcome directory_search(struct directory *d, struct arena *arena,
                                        const struct directory_search *search,
                                        int64_t deadline_us,
                                        struct directory_entries *out)
{
    const void *before = d->service;
    int64_t now_us = clock_monotonic_us();
    enum directory_outcome outcome = directory_ensure_open(d, deadline_us);
    bool kept = before && d->service == before;
    int64_t first_us;

    if (outcome != DIRECTORY_DONE)
        return outcome;
    /* A kept connection whose server hangs must leave time for the next server. */
    first_us = kept && d->server_count > 1 ? (now_us + deadline_us) / 2 : deadline_us;
    outcome = d->driver->search(d->service, arena, search, first_us, out);
    d->service_used_us = clock_monotonic_us();
    if (outcome == DIRECTORY_AWAY) {
        directory_close(d);
        if (kept)
            return directory_search(d, arena, search, deadline_us, out);
    }
    return outcome;
}

static enum directory_outcome bind_apart(struct directory *d, const char *dn,
                                         struct str password, int64_t deadline_us,
                                         struct directory_answer *answer_out,
                                         void **link_out)
{
    void *link = NULL;
    enum directory_outcome outcome =
        d->driver->connect(d->context, d->server, deadline_us, &link);

    if (outcome != DIRECTORY_DONE)
        return DIRECTORY_AWAY;
    outcome = d->driver->bind(link, dn, password, deadline_us, answer_out);
    if (outcome == DIRECTORY_DONE)
        *link_out = link;
    else
        d->driver->close(link);
    return outcome;
}

enum directory_outcome directory_bind_as(struct directory *d, const char *dn,
                                         struct str password, int64_t deadline_us,
                                         struct directory_answer *answer_out,
                                         void **link_out)
{
    enum directory_outcome outcome;

    *answer_out = DIRECTORY_ANSWER_NONE;
    if (link_out)
        return bind_apart(d, dn, password, deadline_us, answer_out, link_out);
    close_idle(d);
    if (!d->people_link && d->driver->connect(d->context, d->server, deadline_us,
                                              &d->people_link) != DIRECTORY_DONE)
        return DIRECTORY_AWAY;
    outcome = d->driver->bind(d->people_link, dn, password, deadline_us, answer_out);
    d->people_used_us = clock_monotonic_us();
    /* Not sent a second time: a wrong password would count twice for the directory's lock-out. */
    if (outcome == DIRECTORY_AWAY || outcome == DIRECTORY_BROKEN)
        close_link(d, &d->people_link);
    return outcome;
}

/* The lowest function has noted the cause; which directory it was stands before it. */
static void note(const struct directory *d, const char *otherwise)
{
    char cause[CAUSE_BYTES];

    (void)snprintf(cause, sizeof(cause), "%s", *err_text() ? err_text() : otherwise);
    err_clear();
    (void)err_note(ERR_UNAVAILABLE, "directory %.*s: %s", STR_ARG(d->name), cause);
}

enum auth_verdict directory_verdict_of(const struct directory *d,
                                       enum directory_outcome outcome)
{
    switch (outcome) {
    case DIRECTORY_DONE:
        return AUTH_OK;
    case DIRECTORY_REFUSED:
        return AUTH_WRONG;
    case DIRECTORY_AWAY:
        note(d, "no server answered in time");
        return AUTH_UNAVAILABLE;
    case DIRECTORY_BROKEN:
        note(d, "it answered with an error");
        return AUTH_UNAVAILABLE;
    }
    bug("directory outcome %d", (int)outcome);
}

enum auth_verdict directory_verdict_of_refusal(enum directory_account account)
{
    switch (account) {
    case DIRECTORY_ACCOUNT_NORMAL:
        return AUTH_WRONG;
    case DIRECTORY_ACCOUNT_LOCKED:
        return AUTH_LOCKED;
    case DIRECTORY_ACCOUNT_EXPIRED:
        return AUTH_EXPIRED;
    case DIRECTORY_ACCOUNT_MUST_CHANGE:
        return AUTH_MUST_CHANGE;
    case DIRECTORY_ACCOUNT_DISABLED:
        return AUTH_DISABLED;
    }
    bug("account %d", (int)account);
}
