/* A person's own password, changed with the old one. */
#include "base/clock.h"
#include "auth/directory_source.h"

#define NEW_PASSWORD_MAX 256

static enum directory_change result_of(const struct directory_answer *answer,
                                       enum directory_weakness *weakness_out)
{
    switch (answer->objection) {
    case DIRECTORY_OBJECTION_WRONG_OLD:
        return DIRECTORY_CHANGE_WRONG;
    case DIRECTORY_OBJECTION_WEAK:
        *weakness_out = DIRECTORY_WEAK;
        return DIRECTORY_CHANGE_WEAK;
    case DIRECTORY_OBJECTION_SHORT:
        *weakness_out = DIRECTORY_WEAK_SHORT;
        return DIRECTORY_CHANGE_WEAK;
    case DIRECTORY_OBJECTION_SIMPLE:
        *weakness_out = DIRECTORY_WEAK_SIMPLE;
        return DIRECTORY_CHANGE_WEAK;
    case DIRECTORY_OBJECTION_USED:
        *weakness_out = DIRECTORY_WEAK_USED;
        return DIRECTORY_CHANGE_WEAK;
    case DIRECTORY_OBJECTION_TOO_YOUNG:
        return DIRECTORY_CHANGE_TOO_YOUNG;
    case DIRECTORY_NO_OBJECTION:
    case DIRECTORY_OBJECTION_NOT_ALLOWED:
        return DIRECTORY_CHANGE_NOT_ALLOWED;
    }
    bug("objection %d", (int)answer->objection);
}

static enum directory_change away(const struct directory *d,
                                  enum directory_outcome outcome)
{
    (void)directory_verdict_of(d, outcome);
    return DIRECTORY_CHANGE_AWAY;
}

/* On `link`, which is bound as the person or as the service. */
static enum directory_change set_password(const struct directory *d, void *link,
                                          const struct directory_change_of *change,
                                          int64_t deadline_us,
                                          enum directory_weakness *weakness_out)
{
    struct directory_answer answer = DIRECTORY_ANSWER_NONE;
    enum directory_outcome outcome =
        d->driver->change(link, change, deadline_us, &answer);

    if (outcome == DIRECTORY_DONE)
        return DIRECTORY_CHANGED;
    if (outcome == DIRECTORY_REFUSED)
        return result_of(&answer, weakness_out);
    return away(d, outcome);
}

/* The old password was refused: the answer says whether for itself. */
static enum directory_change after_refusal(struct directory *d,
                                           const struct directory_change_of *change,
                                           enum directory_account account,
                                           int64_t deadline_us,
                                           enum directory_weakness *weakness_out)
{
    enum directory_outcome outcome;

    switch (account) {
    case DIRECTORY_ACCOUNT_NORMAL:
        return DIRECTORY_CHANGE_WRONG;
    case DIRECTORY_ACCOUNT_LOCKED:
        return DIRECTORY_CHANGE_LOCKED;
    case DIRECTORY_ACCOUNT_DISABLED:
        return DIRECTORY_CHANGE_NOT_ALLOWED;
    case DIRECTORY_ACCOUNT_EXPIRED:
    case DIRECTORY_ACCOUNT_MUST_CHANGE:
        break;
    }
    /* Active Directory lets nobody in with such a password, but everybody who knows it replace it,
     * whoever's connection it is. OpenLDAP does not. */
    if (!d->server->active_directory)
        return DIRECTORY_CHANGE_NOT_ALLOWED;
    outcome = directory_ensure_open(d, deadline_us);
    if (outcome != DIRECTORY_DONE)
        return away(d, outcome);
    return set_password(d, d->service, change, deadline_us, weakness_out);
}

static enum directory_change change_of_entry(struct directory *d, struct arena *arena,
                                             const struct directory_change_of *change,
                                             int64_t deadline_us,
                                             enum directory_weakness *weakness_out)
{
    struct directory_answer answer;
    enum directory_change result;
    void *link = NULL;
    bool active = true;
    enum directory_outcome outcome = directory_bind_as(
        d, change->dn, change->old_password, deadline_us, &answer, &link);

    if (outcome == DIRECTORY_REFUSED)
        return after_refusal(d, change, answer.account, deadline_us, weakness_out);
    if (outcome != DIRECTORY_DONE)
        return away(d, outcome);
    outcome = directory_is_active(d, arena, change->dn, deadline_us, &active);
    if (outcome != DIRECTORY_DONE)
        result = away(d, outcome);
    else if (!active)
        result = DIRECTORY_CHANGE_NOT_ALLOWED;
    else
        result = set_password(d, link, change, deadline_us, weakness_out);
    d->driver->close(link);
    return result;
}

enum directory_change
directory_change_password(struct directory_set *set, struct arena *arena,
                          const struct directory_new_password *input,
                          enum directory_weakness *weakness_out)
{
    struct directory_entries found = {0};
    struct directory_answer answer;
    struct directory_change_of change = {.old_password = input->old_password,
                                         .new_password = input->new_password};
    enum directory_outcome outcome;
    struct directory *d;
    int64_t deadline_us;
    size_t index = 0;

    if (!directory_changes_passwords(set, input->issuer) ||
        !directory_of_issuer(set, input->issuer, &index))
        return DIRECTORY_CHANGE_NOT_ALLOWED;
    if (input->old_password.len == 0 || input->old_password.len > PASSWORD_MAX ||
        memchr(input->old_password.ptr, 0, input->old_password.len))
        return DIRECTORY_CHANGE_WRONG;
    *weakness_out = DIRECTORY_WEAK;
    if (input->new_password.len == 0 || input->new_password.len > NEW_PASSWORD_MAX ||
        !str_is_utf8(input->new_password) ||
        memchr(input->new_password.ptr, 0, input->new_password.len))
        return DIRECTORY_CHANGE_WEAK;
    d = set->items[index];
    deadline_us = clock_monotonic_us() + d->timeout_us;
    outcome = directory_find(d, arena, input->login, deadline_us, &found);
    if (outcome != DIRECTORY_DONE)
        return away(d, outcome);
    if (found.count != 1) {
        outcome = directory_bind_as(d, directory_decoy(d, arena), input->old_password,
                                    deadline_us, &answer, NULL);
        return outcome == DIRECTORY_AWAY ? away(d, outcome) : DIRECTORY_CHANGE_WRONG;
    }
    change.dn = str_c(arena, found.items[0].dn);
    return change_of_entry(d, arena, &change, deadline_us, weakness_out);
}
