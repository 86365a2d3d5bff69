/* sign_on_fixture.h: a directory that answers what a test says, and rows of one customer. The functions of
 * auth/directory.h are defined here, so that nothing of LDAP is linked: tests/unit/auth has the ladder itself. */
#ifndef TEST_SIGN_ON_FIXTURE_H
#define TEST_SIGN_ON_FIXTURE_H

#include "base/buf.h"
#include "app/sign_on/session_open.h"
#include "app/sign_on/sign_on.h"
#include "app/sign_on/sign_on_person.h"
#include "store/person.h"
#include "store/throttle.h"
#include "scripted.h"

#define NOW (INT64_C(1795305600) * US_PER_S)

/* ---- the directory -------------------------------------------------------------------- */

struct directory_set {
    size_t count;
    enum auth_verdict verdict;
    struct identity identity;
    unsigned away; /**< of a try that asks all of them */
    int tries;
    unsigned skipped; /**< of the last try */
    enum directory_change change;
    enum directory_weakness weakness;
    bool changes_passwords;
    /* of directory_look_up(), where a provider vouches */
    bool vouched;
    enum err look_up;
    enum directory_state state;
};

size_t directory_count(const struct directory_set *set)
{
    return set->count;
}

struct str directory_name(const struct directory_set *set, size_t index)
{
    (void)set;
    return index == 0 ? STR("main") : STR("staff");
}

struct str directory_issuer(const struct directory_set *set, size_t index)
{
    (void)set;
    return index == 0 ? STR("ldap:main") : STR("ldap:staff");
}

bool directory_of_issuer(const struct directory_set *set, struct str issuer,
                         size_t *index_out)
{
    *index_out = str_is(issuer, "ldap:main") ? 0 : 1;
    return str_starts(issuer, STR("ldap:")) && *index_out < set->count;
}

bool directory_changes_passwords(const struct directory_set *set, struct str issuer)
{
    size_t index;

    return directory_of_issuer(set, issuer, &index) && set->changes_passwords;
}

enum auth_verdict directory_login(struct directory_set *set, struct arena *in,
                                  const struct directory_try *input,
                                  struct identity *identity_out, unsigned *away_out)
{
    (void)in;
    set->tries++;
    set->skipped = input->skip;
    *away_out = set->away & ~input->skip;
    if (set->verdict == AUTH_OK || set->verdict >= AUTH_EXPIRED)
        *identity_out = set->identity;
    else if (set->verdict >= AUTH_UNAVAILABLE)
        (void)err_note(ERR_UNAVAILABLE, "directory main");
    return set->verdict;
}

enum directory_change
directory_change_password(struct directory_set *set, struct arena *in,
                          const struct directory_new_password *input,
                          enum directory_weakness *weakness_out)
{
    (void)in, (void)input;
    set->tries++;
    *weakness_out = set->weakness;
    return set->change;
}

/* Only login-sync and providers ask without a password. */
enum err directory_look_up(struct directory_set *set, struct arena *in, struct str issuer,
                           struct directory_person *people, size_t count)
{
    (void)in;
    if (!set->vouched || count != 1 || !str_is(issuer, "ldap:main"))
        bug("directory_look_up in a sign-on with a password");
    set->tries++;
    people->state = set->state;
    if (set->state == DIRECTORY_PRESENT || set->state == DIRECTORY_DISABLED)
        people->identity = set->identity;
    return set->look_up;
}

/* ---- rows ----------------------------------------------------------------------------- */

static struct directory_set directory;
static struct identity_row known;
static struct sign_on_company_row company;
static struct person_row person;
static const bool seen_here = true;
static struct sign_on_policy policy;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)8 << 20);
    directory = (struct directory_set){
        .count = 2,
        .identity = {.issuer = STR("ldap:main"),
                     .subject = STR("f81d4fae"),
                     .login = STR("Anna"),
                     .dn = STR("uid=anna,dc=x"),
                     .display_name = STR("Anna A"),
                     .email = STR("a@x.example"),
                     .is_customer = true,
                     .company_said = true,
                     .company_key = STR("M-1"),
                     .links = IDENTITY_LINK_LOGIN,
                     .password_expires_s = -1},
    };
    known = (struct identity_row){
        .id = 5, .person_id = 3, .subject = STR("f81d4fae"), .login_key = STR("anna")};
    company =
        (struct sign_on_company_row){11, STR("Kran AG"), STR("active"), STR("applicant")};
    person = (struct person_row){.id = 3,
                                 .login = STR("Anna"),
                                 .display_name = STR("Anna A"),
                                 .email = STR("a@x.example"),
                                 .language = STR("en"),
                                 .company_id = 11};
    policy = (struct sign_on_policy){.per_login = 5,
                                     .per_network = 100,
                                     .window_us = 15 * 60 * US_PER_S,
                                     .absolute_us = INT64_C(12) * 3600 * US_PER_S};
    return 0;
}

/* Turn the customer into somebody of staff. */
static inline void make_staff(void)
{
    struct identity *identity = &directory.identity;

    identity->is_staff = true;
    identity->is_customer = identity->company_said = false;
    identity->company_key = STR_NONE;
    identity->roles = 1u << ROLE_STAFF_MEMBER;
    identity->teams[0] = STR("it");
    identity->teams[1] = STR("unheard-of");
    identity->team_count = 2;
    known.is_staff = true;
    person.is_staff = true;
    person.company_id = 0;
    person.roles = STR("member");
    person.team_keys = STR("it");
}

static inline void play(const struct fake_step *steps)
{
    play_as("login", NOW, steps);
}

#define STEP_KNOWN                                                                       \
    {                                                                                    \
        .expect = "SQL_IDENTITY_BY_SUBJECT", ROWS_OF(known)                              \
    }
#define STEP_COMPANY                                                                     \
    {                                                                                    \
        .expect = "SQL_PERSON_COMPANY", ROWS_OF(company)                                 \
    }
#define STEP_BIND STEP("SQL_IDENTITY_SIGNED_ON")
#define STEP_SEEN                                                                        \
    {                                                                                    \
        .expect = "SQL_SESSION_DEVICE_SEEN", ROWS_OF(seen_here)                          \
    }

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
