/* The set of directories, and the ladder of a sign-on. */
#include "auth/directory.h"

#include "base/clock.h"
#include "base/log.h"
#include "auth/directory_driver.h"
#include "auth/directory_source.h"

/* ---- the set ------------------------------------------------------------------------------------ */

static void close_at_end(void *handle)
{
    directory_close(handle);
}

enum err directory_open_with(struct arena *arena, const struct conf *conf,
                             const struct directory_driver *driver, void *driver_context,
                             struct directory_set **out)
{
    const char *sections[DIRECTORIES_MAX + 1];
    size_t count = conf_sections(conf, "directory", sections, DIRECTORIES_MAX + 1);
    struct directory_set *set = ARENA_NEW(arena, struct directory_set);

    if (count > DIRECTORIES_MAX)
        return err_note(ERR_INPUT, "more than %d directories", DIRECTORIES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct directory *d = ARENA_NEW(arena, struct directory);
        enum err err = directory_read(arena, conf, sections[i], d);

        if (err != OK)
            return err;
        d->driver = driver;
        d->context = driver_context;
        for (size_t k = 0; k < i; k++)
            if (str_eq(set->items[k]->name, d->name))
                return err_note(ERR_INPUT, "two directories are called %.*s",
                                STR_ARG(d->name));
        arena_on_end(arena, close_at_end, d);
        set->items[set->count++] = d;
    }
    *out = set;
    return OK;
}

enum err directory_open(struct arena *arena, const struct conf *conf,
                        struct directory_set **out)
{
    return directory_open_with(arena, conf, &directory_ldap_driver, NULL, out);
}

size_t directory_count(const struct directory_set *set)
{
    return set->count;
}

static const struct directory *item(const struct directory_set *set, size_t index)
{
    if (index >= set->count)
        bug("directory %zu of %zu", index, set->count);
    return set->items[index];
}

struct str directory_name(const struct directory_set *set, size_t index)
{
    return item(set, index)->name;
}

struct str directory_issuer(const struct directory_set *set, size_t index)
{
    return item(set, index)->issuer;
}

bool directory_of_issuer(const struct directory_set *set, struct str issuer,
                         size_t *index_out)
{
    for (size_t i = 0; i < set->count; i++) {
        if (str_eq(set->items[i]->issuer, issuer)) {
            *index_out = i;
            return true;
        }
    }
    return false;
}

bool directory_changes_passwords(const struct directory_set *set, struct str issuer)
{
    size_t index = 0;

    return directory_of_issuer(set, issuer, &index) && set->items[index]->password_change;
}

static bool is_listed(struct str key, const struct str *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(keys[i], key))
            return true;
    return false;
}

size_t directory_mapped_teams(const struct directory_set *set, size_t index,
                              struct str *out, size_t max)
{
    const struct group_map *map = &item(set, index)->map;
    size_t count = 0;

    for (size_t i = 0; i < map->count; i++)
        for (size_t k = 0; k < map->items[i].team_count && count < max; k++)
            if (!is_listed(map->items[i].teams[k], out, count))
                out[count++] = map->items[i].teams[k];
    return count;
}

/* ---- who knows the login ------------------------------------------------------------------------ */

/* One sign-on. */
struct ladder {
    struct directory_set *set;
    struct arena *arena;
    const struct directory_try *input;
    struct directory *known; /* NULL: nobody knows the login */
    struct directory_entry entry;
    struct directory *first;  /* the first that answered: for the decoy */
    struct directory *missed; /* the first that did not, or was skipped */
    struct str missed_cause;
    bool several;                      /* one directory has several: refused */
    int64_t spent_us[DIRECTORIES_MAX]; /* each has its own time-out */
    unsigned away;
};

static size_t index_of(const struct directory_set *set, const struct directory *d)
{
    size_t i = 0;

    while (i < set->count && set->items[i] != d)
        i++;
    return i;
}

static void miss(struct ladder *ladder, struct directory *d, const char *cause)
{
    if (!ladder->missed) {
        ladder->missed = d;
        ladder->missed_cause = str_copy(ladder->arena, str_from(cause));
    }
    /* Another directory may know the login: then this is no failure of the request. */
    err_clear();
}

static void search_all(struct ladder *ladder)
{
    for (size_t i = 0; i < ladder->set->count; i++) {
        struct directory *d = ladder->set->items[i];
        struct directory_entries found = {0};
        int64_t begun_us = clock_monotonic_us();

        if (ladder->input->skip >> i & 1u) {
            miss(ladder, d, "");
            continue;
        }
        if (directory_find(d, ladder->arena, ladder->input->login,
                           begun_us + d->timeout_us, &found) != DIRECTORY_DONE) {
            ladder->away |= 1u << i;
            miss(ladder, d, *err_text() ? err_text() : "no server answered in time");
            continue;
        }
        ladder->spent_us[i] = clock_monotonic_us() - begun_us;
        if (!ladder->first || found.count > 1)
            ladder->first = d;
        if (found.count == 1) {
            ladder->known = d;
            ladder->entry = found.items[0];
            return;
        }
        if (found.count > 1) {
            ladder->several = true;
            log_event(
                LOG_LEVEL_WARN, "directory_ambiguous",
                "directory %.*s: a login has several entries; nobody can sign on with it",
                STR_ARG(d->name));
            return;
        }
    }
}

/* ---- the bind, and what follows it -------------------------------------------------------------- */

static int64_t deadline_of(const struct ladder *ladder, const struct directory *d)
{
    return clock_monotonic_us() + d->timeout_us -
           ladder->spent_us[index_of(ladder->set, d)];
}

static enum auth_verdict away_while(struct ladder *ladder, struct directory *d,
                                    enum directory_outcome outcome)
{
    ladder->away |= 1u << index_of(ladder->set, d);
    return directory_verdict_of(d, outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN
                                                                : outcome);
}

/* Of this one account: no reason to leave the directory alone. */
static enum auth_verdict broken(const struct directory *d)
{
    (void)directory_verdict_of(d, DIRECTORY_BROKEN);
    return AUTH_BROKEN;
}

static enum auth_verdict bind_decoy(struct ladder *ladder)
{
    struct directory *d = ladder->first;
    struct directory_answer answer;
    enum directory_outcome outcome =
        directory_bind_as(d, directory_decoy(d, ladder->arena),
                          str_sub(ladder->input->password, 0, PASSWORD_MAX),
                          deadline_of(ladder, d), &answer, NULL);

    switch (outcome) {
    case DIRECTORY_DONE:
    case DIRECTORY_REFUSED:
        return AUTH_WRONG;
    case DIRECTORY_AWAY:
        return away_while(ladder, d, outcome);
    case DIRECTORY_BROKEN:
        return broken(d);
    }
    bug("directory outcome %d", (int)outcome);
}

/* The password is right: who is it, are they active, and in which groups? */
static enum auth_verdict enter(struct ladder *ladder, enum auth_verdict verdict,
                               int64_t deadline_us, struct identity *out)
{
    struct directory *d = ladder->known;
    enum directory_outcome outcome;
    bool active = true;

    if (directory_identify(d, ladder->arena, &ladder->entry, ladder->input->login, out) !=
        OK)
        return AUTH_BROKEN;
    outcome = directory_is_active(d, ladder->arena, str_c(ladder->arena, out->dn),
                                  deadline_us, &active);
    if (outcome == DIRECTORY_DONE && !active)
        return AUTH_DISABLED;
    if (outcome == DIRECTORY_DONE && verdict == AUTH_OK)
        outcome = directory_read_groups(d, ladder->arena, out, deadline_us, NULL);
    return outcome == DIRECTORY_DONE ? verdict : away_while(ladder, d, outcome);
}

static enum auth_verdict bind_known(struct ladder *ladder, struct identity *out)
{
    struct directory *d = ladder->known;
    struct directory_answer answer;
    int64_t deadline_us = deadline_of(ladder, d);
    enum auth_verdict verdict = AUTH_OK;
    enum directory_outcome outcome =
        directory_bind_as(d, str_c(ladder->arena, ladder->entry.dn),
                          ladder->input->password, deadline_us, &answer, NULL);

    if (outcome == DIRECTORY_AWAY)
        return away_while(ladder, d, outcome);
    if (outcome == DIRECTORY_BROKEN)
        return broken(d);
    if (outcome == DIRECTORY_REFUSED || answer.account != DIRECTORY_ACCOUNT_NORMAL)
        verdict = directory_verdict_of_refusal(answer.account);
    if (verdict == AUTH_WRONG || verdict == AUTH_LOCKED)
        return verdict;
    verdict = enter(ladder, verdict, deadline_us, out);
    out->password_expires_s = answer.expires_s;
    out->grace_logins = answer.grace_logins;
    return verdict;
}

static enum auth_verdict climb(struct ladder *ladder, struct identity *out)
{
    enum auth_verdict verdict;

    search_all(ladder);
    if (!ladder->known && !ladder->several && (ladder->missed || !ladder->first)) {
        struct directory *d = ladder->missed;

        if (!d)
            (void)err_note(ERR_UNAVAILABLE, "no directory is configured");
        else
            (void)err_note(ERR_UNAVAILABLE, "directory %.*s: %.*s", STR_ARG(d->name),
                           STR_ARG(ladder->missed_cause.len > 0
                                       ? ladder->missed_cause
                                       : STR("known to be away")));
        return AUTH_UNAVAILABLE;
    }
    /* Nobody's password is so long: the account is not bothered with it. */
    if (ladder->input->password.len > PASSWORD_MAX)
        ladder->known = NULL;
    verdict = ladder->known ? bind_known(ladder, out) : bind_decoy(ladder);
    if (ladder->missed_cause.len > 0)
        log_event(LOG_LEVEL_WARN, "directory_away", "directory %.*s: %.*s",
                  STR_ARG(ladder->missed->name), STR_ARG(ladder->missed_cause));
    return verdict;
}

enum auth_verdict directory_login(struct directory_set *set, struct arena *arena,
                                  const struct directory_try *input,
                                  struct identity *identity_out, unsigned *away_out)
{
    struct ladder ladder = {.set = set, .arena = arena, .input = input};
    struct identity identity = {0};
    enum auth_verdict verdict;

    *away_out = 0;
    if (input->password.len == 0 || memchr(input->password.ptr, 0, input->password.len))
        return AUTH_EMPTY_PASSWORD;
    verdict = climb(&ladder, &identity);
    *away_out = ladder.away;
    if (verdict == AUTH_OK || verdict == AUTH_EXPIRED || verdict == AUTH_MUST_CHANGE ||
        verdict == AUTH_DISABLED)
        *identity_out = identity;
    return verdict;
}
