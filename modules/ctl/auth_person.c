#include "auth_person.h"

#include "store/throttle.h"
#include "app/sign_on/sign_on_person.h"
#include "app/sign_on/sign_on_try.h"

enum err auth_throttle_rungs(struct ladder *ladder, const struct auth_person *person)
{
    struct arena *arena = ladder->ctl->arena;
    struct sign_on_attempt attempt = {.login = person->login, .network = STR("")};
    struct breaker_row *open = NULL;
    size_t count = 0;
    int64_t wait_s = 0;
    enum err err = sign_on_wait(&person->actor, &attempt, &wait_s);

    if (err == OK)
        err = breakers_open(person->actor.db, arena, person->actor.now, &open, &count);
    if (err != OK)
        return err;
    if (wait_s > 0)
        ladder_own(ladder, "throttle", DIRECTORY_RUNG_WARNING,
                   str_format(arena, "too many failures: the next try counts in %lld s",
                              (long long)wait_s),
                   "Wait; a right password makes it forget.");
    else
        ladder_own(ladder, "throttle", DIRECTORY_RUNG_OK, STR("tries are free"), NULL);
    for (size_t i = 0; i < count; i++)
        ladder_own(
            ladder, "breaker", DIRECTORY_RUNG_WARNING,
            str_format(arena, "%.*s did not answer a moment ago", STR_ARG(open[i].name)),
            "Sign-ons do not ask it for 10 s; its rungs say what is wrong.");
    return OK;
}

/* ---- who is it here ---------------------------------------------------------------------------- */

static void unknown_rung(struct ladder *ladder, const struct identity *identity)
{
    if (identity->is_staff || identity->company_said)
        ladder_own(ladder, "person", DIRECTORY_RUNG_OK,
                   STR("not known yet; the first sign-on makes the person"), NULL);
    else
        ladder_own(ladder, "person", DIRECTORY_RUNG_FAILED, STR("not known, not invited"),
                   "Nothing says the company: a coordinator or staff have to invite this "
                   "login.");
}

static void person_rung(struct ladder *ladder, const struct identity *identity,
                        const struct sign_on_match *match)
{
    struct arena *arena = ladder->ctl->arena;

    if (match->moved_identity_id)
        ladder_own(ladder, "login", DIRECTORY_RUNG_WARNING,
                   STR("the login was somebody else's before"),
                   "Nothing is inherited: invite the new person, or give roles anew.");
    if (!match->person_id)
        unknown_rung(ladder, identity);
    else
        ladder_own(ladder, "person", DIRECTORY_RUNG_OK,
                   str_format(arena, "person %lld%s", (long long)match->person_id,
                              match->identity.subject.ptr
                                  ? ""
                                  : ", invited; the first sign-on binds the identity"),
                   NULL);
}

/* ---- company and roles -------------------------------------------------------------------------- */

static const char *state_advice(struct str state)
{
    if (str_is(state, "suspended"))
        return "The membership is suspended: its people cannot come in.";
    if (str_is(state, "ended"))
        return "The membership has ended: its people cannot come in.";
    return "The company is not admitted yet.";
}

static enum err company_rungs(struct ladder *ladder, const struct auth_person *person,
                              const struct sign_on_match *match,
                              const struct person_row *row, unsigned *roles_out)
{
    const struct identity *identity = person->identity;
    struct arena *arena = ladder->ctl->arena;
    struct sign_on_company_row company = {0};
    struct str rest, key;
    enum err err = ERR_NOT_FOUND;

    if (identity->company_said && identity->company_key.len > 0)
        err = person_company(person->actor.db, arena, identity->company_key,
                             match->person_id, &company);
    else if (!identity->company_said && row->company_id)
        err = person_company_by_id(person->actor.db, arena, row->company_id,
                                   match->person_id, &company);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (identity->company_said && identity->company_key.len == 0) {
        ladder_own(ladder, "member-company", DIRECTORY_RUNG_SKIPPED, STR(""), NULL);
        ladder_own(ladder, "roles", DIRECTORY_RUNG_SKIPPED, STR(""), NULL);
        return OK;
    }
    if (err == ERR_NOT_FOUND) {
        ladder_own(ladder, "member-company", DIRECTORY_RUNG_FAILED,
                   STR("no company of ours"),
                   "The member number is none of Kontor's companies (table company).");
        ladder_own(ladder, "roles", DIRECTORY_RUNG_SKIPPED, STR(""), NULL);
        return OK;
    }
    if (str_is(company.state, "active"))
        ladder_own(ladder, "member-company", DIRECTORY_RUNG_OK, company.name, NULL);
    else
        ladder_own(ladder, "member-company", DIRECTORY_RUNG_FAILED,
                   str_format(arena, "%.*s: %.*s", STR_ARG(company.name),
                              STR_ARG(company.state)),
                   state_advice(company.state));
    if (company.roles.len > 0)
        ladder_own(ladder, "roles", DIRECTORY_RUNG_OK, company.roles, NULL);
    else
        ladder_own(ladder, "roles", DIRECTORY_RUNG_FAILED, STR("none in this company"),
                   "A coordinator gives roles: page \"People\" of the company.");
    rest = company.roles;
    while (str_next(&rest, ',', &key))
        *roles_out |= 1u << role_from_key(key);
    return OK;
}

static void staff_rung(struct ladder *ladder, const struct person_row *row)
{
    struct arena *arena = ladder->ctl->arena;

    ladder_own(ladder, "roles", DIRECTORY_RUNG_OK,
               row->id
                   ? str_format(arena, "of the last sign-on: %.*s",
                                STR_ARG(row->roles.len > 0 ? row->roles : STR("none")))
                   : STR("come with the first sign-on"),
               NULL);
}

static void second_factor_rung(struct ladder *ladder, unsigned roles,
                               const struct sign_on_policy *policy,
                               const struct person_row *row)
{
    bool needed = roles & policy->second_factor_roles;

    if (row->has_second_factor)
        ladder_own(ladder, "second-factor", DIRECTORY_RUNG_OK,
                   needed ? STR("needed, and set up") : STR("set up"), NULL);
    else if (needed)
        ladder_own(
            ladder, "second-factor", DIRECTORY_RUNG_WARNING,
            STR("needed by a role, not set up"),
            "The next sign-on leads through the set-up, unless the provider vouches "
            "for one.");
    else
        ladder_own(ladder, "second-factor", DIRECTORY_RUNG_OK, STR("not needed"), NULL);
}

/* Without a subject (the provider was not asked): who has the login there. */
static enum err find_match(const struct auth_person *person, struct arena *arena,
                           struct sign_on_match *out)
{
    const struct identity *identity = person->identity;
    struct identity_row row = {0};
    enum err err;

    if (identity->subject.len > 0)
        return sign_on_match(person->actor.db, arena, identity, NULL, person->actor.now,
                             out);
    err = identity_by_login(person->actor.db, arena, identity->issuer,
                            sign_on_login_key(arena, identity->login), &row);
    if (err == OK && (row.subject.ptr || identity->links & IDENTITY_LINK_LOGIN)) {
        out->identity = row;
        out->person_id = row.person_id;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err auth_person_rungs(struct ladder *ladder, const struct auth_person *person)
{
    const struct identity *identity = person->identity;
    struct arena *arena = ladder->ctl->arena;
    struct sign_on_policy policy = {0};
    struct sign_on_match match = {0};
    struct person_row row = {0};
    unsigned roles = identity->is_staff ? identity->roles : 0;
    enum err err = sign_on_policy_read(ladder->ctl->conf, &policy);

    if (err == OK)
        err = find_match(person, arena, &match);
    if (err == OK && match.person_id)
        err = person_lock(person->actor.db, arena, match.person_id, &row);
    if (err != OK)
        return err;
    person_rung(ladder, identity, &match);
    if (identity->is_staff)
        staff_rung(ladder, &row);
    else
        err = company_rungs(ladder, person, &match, &row, &roles);
    if (err == OK)
        second_factor_rung(ladder, roles, &policy, &row);
    return err;
}
