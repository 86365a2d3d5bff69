#include "app/people/directory_sync.h"

#include "base/log.h"
#include "store/person.h"
#include "app/sign_on/sign_on_enter.h"

/* A process that was killed in mid-round is waited for as long as this. */
#define LEASE_US (10 * US_PER_S)
/* A directory that is away is asked again after this long, if rounds are not more frequent. */
#define AWAY_PAUSE_US  (10 * US_PER_S)
#define LEAST_PAUSE_US US_PER_S
/* So many failures one after the other, and it is the directory, not the people asked for. */
#define FAILURES_MAX 3

enum err directory_sync_open(struct arena *arena, const struct conf *conf,
                             struct directory_sync *out)
{
    struct sign_on_policy policy = {0};
    struct directory_sync sync = {
        .interval_us = conf_int(conf, "session", "directory_sync_seconds") * US_PER_S,
        .idle_us = conf_int(conf, "session", "idle_minutes") * 60 * US_PER_S,
    };
    enum err err = sign_on_policy_read(conf, &policy);

    if (err == OK)
        err = directory_open(arena, conf, &sync.directories);
    sync.second_factor_roles = policy.second_factor_roles;
    if (err == OK)
        *out = sync;
    return err;
}

/* ---- a round ----------------------------------------------------------------------------------- */

struct round {
    const struct directory_sync *sync;
    struct actor actor;
    struct str issuer;
    int64_t only_person_id;
    instant_us held_until; /* INSTANT_NONE: without a lease */
    struct team_key_row *teams;
    size_t team_count;
    struct directory_sync_counts counts;
    bool away;
    bool overtaken; /* the lease ran out; another process goes on */
    struct str reason;
};

/* The directory failed on many at once. One entry that it stumbles over must not hide the others from
 * us for ever, so they are asked for one by one; false when it is the directory. */
static bool ask_one_by_one(const struct round *round, struct directory_person *people,
                           size_t count)
{
    size_t failures = 0;

    for (size_t i = 0; i < count; i++) {
        err_clear();
        if (directory_look_up(round->sync->directories, round->actor.arena, round->issuer,
                              &people[i], 1) == OK) {
            failures = 0;
            continue;
        }
        people[i].state = DIRECTORY_UNKNOWN;
        if (++failures == (count < FAILURES_MAX ? count : FAILURES_MAX))
            return false;
    }
    return true;
}

static bool ask(struct round *round, const struct sync_person_row *known,
                struct directory_person *people, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        people[i].subject = known[i].subject;
        people[i].login = known[i].login_key.ptr ? known[i].login_key : known[i].login;
    }
    err_clear();
    if (directory_look_up(round->sync->directories, round->actor.arena, round->issuer,
                          people, count) == OK)
        return true;
    if (count > 1)
        return ask_one_by_one(round, people, count);
    people[0].state = DIRECTORY_UNKNOWN;
    return round->counts.asked > 0; /* it has just answered for others */
}

static enum err apply_all(struct round *round, const struct sync_person_row *known,
                          const struct directory_person *people, size_t count,
                          instant_us asked_at)
{
    enum err err = OK;

    for (size_t i = 0; i < count && err == OK; i++) {
        struct arena_mark mark = arena_mark(round->actor.arena);
        struct directory_sync_person person = {
            .sync = round->sync,
            .actor = &round->actor,
            .issuer = round->issuer,
            .known = &known[i],
            .found = &people[i],
            .teams = round->teams,
            .team_count = round->team_count,
            .asked_at = asked_at,
        };

        err = directory_sync_apply(&person, &round->counts);
        arena_rewind(round->actor.arena, mark);
    }
    return err;
}

static enum err do_page(struct round *round, const struct sync_person_row *known,
                        size_t count)
{
    struct directory_person *people =
        ARENA_ARRAY(round->actor.arena, struct directory_person, count);
    instant_us asked_at;

    round->actor.now = clock_now(&clock_system);
    asked_at = round->actor.now;
    if (!ask(round, known, people, count)) {
        round->away = true;
        return OK;
    }
    round->counts.asked += (int64_t)count;
    return apply_all(round, known, people, count, asked_at);
}

static enum err keep_lease(struct round *round)
{
    instant_us until = clock_now(&clock_system) + LEASE_US;
    bool held = false;
    enum err err;

    if (round->held_until == INSTANT_NONE)
        return OK;
    err = sync_lease_extend(round->actor.db, round->issuer, round->held_until, until,
                            &held);
    if (err == OK && held)
        round->held_until = until;
    round->overtaken = err == OK && !held;
    return err;
}

static enum err do_round(struct round *round)
{
    struct arena *arena = round->actor.arena;
    struct sync_page page = {.issuer = round->issuer};
    size_t count = SYNC_PAGE;
    enum err err = team_keys(round->actor.db, arena, &round->teams, &round->team_count);

    while (err == OK && count == SYNC_PAGE && !round->away) {
        struct arena_mark mark = arena_mark(arena);
        struct sync_person_row *known = NULL;

        page.now = clock_now(&clock_system);
        page.idle_since = page.now - round->sync->idle_us;
        err = keep_lease(round);
        if (round->overtaken)
            break;
        if (err == OK)
            err = sync_people(round->actor.db, arena, &page, &known, &count);
        if (err != OK || count == 0)
            break;
        page.after_identity_id = known[count - 1].identity_id;
        for (size_t i = 0; round->only_person_id && i < count && err == OK; i++)
            if (known[i].person_id == round->only_person_id)
                err = do_page(round, &known[i], 1);
        if (!round->only_person_id)
            err = do_page(round, known, count);
        if (!round->away)
            arena_rewind(arena, mark);
    }
    return err;
}

enum err directory_sync_now(const struct actor *actor, const struct directory_sync *sync,
                            size_t index, int64_t person_id,
                            struct directory_sync_result *out)
{
    struct round round = {.sync = sync,
                          .actor = *actor,
                          .issuer = directory_issuer(sync->directories, index),
                          .only_person_id = person_id,
                          .held_until = INSTANT_NONE};
    enum err err = do_round(&round);

    if (err == OK)
        *out = (struct directory_sync_result){.outcome = round.away ? DIRECTORY_SYNC_AWAY
                                                                    : DIRECTORY_SYNC_DONE,
                                              .next_at = actor->now,
                                              .counts = round.counts};
    return err;
}

/* ---- when, and by whom --------------------------------------------------------------------------- */

static enum err read_state(const struct actor *actor, struct str issuer,
                           struct sync_state_row *out)
{
    enum err err = sync_state(actor->db, actor->arena, issuer, out);

    if (err != ERR_NOT_FOUND)
        return err;
    err = sync_state_insert(actor->db, issuer, actor->now);
    /* Another process has just met the same new directory. */
    if (err == ERR_CONFLICT)
        err = OK;
    *out = (struct sync_state_row){.issuer = issuer,
                                   .due_at = actor->now,
                                   .lease_until = INSTANT_NONE,
                                   .finished_at = INSTANT_NONE,
                                   .away_since = INSTANT_NONE};
    return err;
}

static enum err write_away(const struct round *round, const struct sync_state_row *was,
                           struct directory_sync_result *out)
{
    instant_us now = clock_now(&clock_system);
    int64_t interval_us = round->sync->interval_us;
    struct sync_state_row row = {
        .issuer = round->issuer,
        .due_at = now + (interval_us < AWAY_PAUSE_US ? interval_us : AWAY_PAUSE_US),
        .away_since = now,
        .away_reason =
            round->away ? str_sub(str_from(err_text()), 0, 200) : was->away_reason,
    };

    if (was->away_since == INSTANT_NONE)
        log_event(LOG_LEVEL_ERROR, "directory_away",
                  "nobody's session ends meanwhile: %s", err_text());
    *out = (struct directory_sync_result){DIRECTORY_SYNC_AWAY, row.due_at, round->counts};
    return sync_away(round->actor.db, &row, round->held_until);
}

static enum err write_finished(const struct round *round,
                               const struct sync_state_row *was, instant_us started_at,
                               struct directory_sync_result *out)
{
    instant_us now = clock_now(&clock_system);
    const struct directory_sync_counts *counts = &round->counts;
    struct sync_state_row row = {
        .issuer = round->issuer,
        .due_at = started_at + round->sync->interval_us,
        .finished_at = now,
        .took_ms = (now - started_at) / 1000,
        .asked = counts->asked,
        .changed = counts->changed,
        .ended = counts->ended,
        .unclear = counts->unclear,
    };

    if (row.due_at < now + LEAST_PAUSE_US)
        row.due_at = now + LEAST_PAUSE_US;
    if (was->away_since != INSTANT_NONE)
        log_event(LOG_LEVEL_INFO, "directory_back", "%.*s answers again",
                  STR_ARG(round->issuer));
    log_event(counts->unclear ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG, "directory_round",
              "%.*s: %lld asked, %lld changed, %lld ended, %lld unclear, %lld ms",
              STR_ARG(round->issuer), (long long)counts->asked,
              (long long)counts->changed, (long long)counts->ended,
              (long long)counts->unclear, (long long)row.took_ms);
    *out = (struct directory_sync_result){DIRECTORY_SYNC_DONE, row.due_at, *counts};
    return sync_finished(round->actor.db, &row, round->held_until);
}

enum err directory_sync_step(const struct actor *actor, const struct directory_sync *sync,
                             size_t index, struct directory_sync_result *out)
{
    struct round round = {.sync = sync,
                          .actor = *actor,
                          .issuer = directory_issuer(sync->directories, index),
                          .held_until = actor->now + LEASE_US};
    struct sync_state_row state = {0};
    bool leased = false;
    enum err err = read_state(actor, round.issuer, &state);

    if (err != OK)
        return err;
    if (state.due_at <= actor->now &&
        (state.lease_until == INSTANT_NONE || state.lease_until <= actor->now))
        err = sync_lease(actor->db, round.issuer, actor->now, round.held_until, &leased);
    if (err == OK && leased)
        err = do_round(&round);
    if (err != OK)
        return err;
    if (!leased || round.overtaken) {
        instant_us next_at = state.due_at;

        if (state.lease_until != INSTANT_NONE && state.lease_until > next_at)
            next_at = state.lease_until;
        if (next_at < actor->now + LEAST_PAUSE_US)
            next_at = actor->now + LEAST_PAUSE_US;
        *out = (struct directory_sync_result){DIRECTORY_SYNC_LATER, next_at, {0}};
        return OK;
    }
    /* Away, and nobody is left to ask about: that says nothing new. */
    if (state.away_since != INSTANT_NONE && round.counts.asked == 0)
        return write_away(&round, &state, out);
    return round.away ? write_away(&round, &state, out)
                      : write_finished(&round, &state, actor->now, out);
}
