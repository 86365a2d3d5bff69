/* The present state of many people, without their passwords. */
#include "base/clock.h"
#include "formats/locale.h"
#include "auth/directory_source.h"

#define BATCH 50

struct batch {
    struct directory *d;
    struct arena *arena;
    struct directory_person *people;
    size_t count;
};

static bool by_subject(const struct directory *d, const struct directory_person *person)
{
    return person->subject.len > 0 && !d->subject_is_login;
}

static struct str login_of(const struct directory_person *person)
{
    return person->login.len > 0 ? person->login : person->subject;
}

/* "(&(|(entryUUID=...)(uid=...)...)ACTIVE)". A person who cannot be in this directory is left out. */
static const char *filter_of(const struct batch *batch, const char *active_filter)
{
    struct buf filter = buf_init(batch->arena, FILTER_LIMIT);

    buf_put_c(&filter, "(&(|");
    for (size_t i = 0; i < batch->count; i++) {
        const struct directory_person *person = &batch->people[i];

        if (by_subject(batch->d, person)) {
            if (directory_put_subject(batch->d, &filter, person->subject) != OK)
                continue;
        } else if (login_of(person).len > 0 && login_of(person).len <= LOGIN_MAX) {
            buf_put_c(&filter,
                      directory_user_filter(batch->d, batch->arena, login_of(person)));
        }
    }
    /* An "or" of nothing matches nothing (RFC 4526), but not every server knows. */
    buf_put_c(&filter, "(objectClass=kontor-nothing))");
    buf_put_c(&filter, active_filter);
    buf_put_char(&filter, ')');
    return buf_check(&filter) == OK ? str_c(batch->arena, buf_str(&filter)) : NULL;
}

static enum directory_outcome search(const struct batch *batch, const char *active_filter,
                                     struct directory_entries *out)
{
    struct directory *d = batch->d;
    struct directory_search wanted = {.base = d->user_base,
                                      .filter = filter_of(batch, active_filter),
                                      .attributes = d->attributes,
                                      .limit = (size_t)4 * BATCH,
                                      .all = true};
    enum directory_outcome outcome;

    if (!wanted.filter)
        return DIRECTORY_BROKEN;
    outcome = directory_search(d, batch->arena, &wanted,
                               clock_monotonic_us() + d->timeout_us, out);
    return outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome;
}

static bool is_person(const struct batch *batch, const struct directory_person *person,
                      const struct identity *identity)
{
    if (by_subject(batch->d, person))
        return str_eq_nocase(person->subject, identity->subject);
    return str_eq(locale_fold(batch->arena, login_of(person)),
                  locale_fold(batch->arena, identity->login));
}

static bool has_entry(const struct directory_entries *entries, struct str dn)
{
    for (size_t i = 0; i < entries->count; i++)
        if (str_eq(entries->items[i].dn, dn))
            return true;
    return false;
}

/* One entry that was found: whose is it? */
static void assign(const struct batch *batch, const struct directory_entry *entry,
                   bool active)
{
    struct identity identity = {0};

    if (directory_identify(batch->d, batch->arena, entry, STR(""), &identity) != OK)
        return;
    for (size_t i = 0; i < batch->count; i++) {
        struct directory_person *person = &batch->people[i];

        if (!is_person(batch, person, &identity))
            continue;
        if (person->state != DIRECTORY_GONE) {
            person->state = DIRECTORY_DOUBLE;
            person->identity = (struct identity){0};
            continue;
        }
        person->state = active ? DIRECTORY_PRESENT : DIRECTORY_DISABLED;
        person->identity = identity;
    }
}

static enum err failed(const struct batch *batch, enum directory_outcome outcome)
{
    (void)directory_verdict_of(batch->d, outcome);
    for (size_t i = 0; i < batch->count; i++)
        batch->people[i].state = DIRECTORY_UNKNOWN;
    return ERR_UNAVAILABLE;
}

/* An account that may no longer see people finds nobody, which looks as if all had left. */
static enum directory_outcome sees_base(const struct batch *batch)
{
    static const char *const NOTHING[] = {"1.1", NULL};
    struct directory *d = batch->d;
    struct directory_search base = {.base = d->user_base,
                                    .base_only = true,
                                    .filter = "(objectClass=*)",
                                    .attributes = NOTHING,
                                    .limit = 1};
    struct directory_entries found = {0};
    enum directory_outcome outcome = directory_search(
        d, batch->arena, &base, clock_monotonic_us() + d->timeout_us, &found);

    return outcome == DIRECTORY_DONE && found.count == 0 ? DIRECTORY_BROKEN : outcome;
}

static enum err look_up_batch(const struct batch *batch)
{
    struct directory_entries found = {0};
    struct directory_entries active = {0};
    enum directory_outcome outcome = search(batch, "", &found);

    if (outcome == DIRECTORY_DONE && found.count == 0)
        outcome = sees_base(batch);
    if (outcome == DIRECTORY_DONE && found.count > 0 && *batch->d->active_filter)
        outcome = search(batch, directory_active_filter(batch->d, batch->arena), &active);
    if (outcome != DIRECTORY_DONE)
        return failed(batch, outcome);
    for (size_t i = 0; i < batch->count; i++)
        batch->people[i].state = DIRECTORY_GONE;
    for (size_t i = 0; i < found.count; i++)
        assign(batch, &found.items[i],
               !*batch->d->active_filter || has_entry(&active, found.items[i].dn));
    for (size_t i = 0; i < batch->count; i++) {
        struct directory_person *person = &batch->people[i];

        if (person->state != DIRECTORY_PRESENT)
            continue;
        outcome =
            directory_read_groups(batch->d, batch->arena, &person->identity,
                                  clock_monotonic_us() + batch->d->timeout_us, NULL);
        /* Whoever's groups are not known yet is not known. */
        if (outcome != DIRECTORY_DONE) {
            (void)directory_verdict_of(batch->d, outcome);
            for (size_t k = i; k < batch->count; k++)
                if (batch->people[k].state == DIRECTORY_PRESENT)
                    batch->people[k].state = DIRECTORY_UNKNOWN;
            return ERR_UNAVAILABLE;
        }
    }
    return OK;
}

enum err directory_look_up(struct directory_set *set, struct arena *arena,
                           struct str issuer, struct directory_person *people,
                           size_t count)
{
    size_t index = 0;
    enum err err = OK;

    for (size_t i = 0; i < count; i++)
        people[i].state = DIRECTORY_UNKNOWN;
    if (!directory_of_issuer(set, issuer, &index))
        return ERR_NOT_FOUND;
    for (size_t i = 0; i < count && err == OK; i += BATCH) {
        struct batch batch = {set->items[index], arena, people + i,
                              count - i < BATCH ? count - i : BATCH};

        err = look_up_batch(&batch);
    }
    return err;
}
