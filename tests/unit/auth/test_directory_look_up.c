/* The present state of many people: batches, gone, disabled, away, odd subjects. */
#include "fake_directory.h"

#define COUNT 120

static const char CONF[] = "[directory]\nuri=ldaps://one\npeople=staff\n"
                           "role_group_base=ou=roles\n" COMMON;

static void states(void **state)
{
    struct directory_person people[] = {
        {.subject = STR("s-1")},  {.subject = STR("s*2")}, {.login = STR("ANNA")},
        {.login = STR("nobody")}, {.login = STR("")},      {.subject = STR("S-1")},
    };
    struct fake_rule *found, *active;

    must_open("[directory]\nuri=ldaps://one\npeople=staff\nactive_filter=(a=b)\n"
              "role_group_base=ou=roles\n" COMMON,
              NULL);
    active = rule("", "dc=x", "(a=b)", 1);
    active->entries[0] = person("uid=one,dc=x", "one", NULL, "s-1");
    found = rule("", "dc=x", "(entryUUID=s\\2a2)", 2);
    found->entries[0] = active->entries[0];
    found->entries[1] = person("uid=anna,dc=x", "Anna", NULL, "s-3");
    rule("", "ou=roles", "(member=uid=one,dc=x)", 1)->entries[0] =
        group("cn=lead,ou=roles", "lead", NULL);
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), people, 6), OK);
    assert_int_equal(people[0].state, DIRECTORY_PRESENT);
    assert_int_equal(people[0].identity.roles, 1u << ROLE_STAFF_LEAD);
    assert_int_equal(people[1].state, DIRECTORY_GONE);
    assert_int_equal(people[2].state, DIRECTORY_DISABLED);
    assert_true(str_is(people[2].identity.subject, "s-3"));
    assert_int_equal(people[2].identity.roles, 0);
    assert_int_equal(people[3].state, DIRECTORY_GONE);
    assert_int_equal(people[4].state, DIRECTORY_GONE);
    assert_int_equal(people[5].state, DIRECTORY_PRESENT);
    assert_int_equal(count_of("search dc=x"), 2);
    assert_int_equal(count_of("\nbind "), 0);
    assert_int_equal(directory_look_up(set, arena, STR("ldap:two"), people, 6),
                     ERR_NOT_FOUND);
}

static void two_with_one_login(void **state)
{
    struct directory_person who = {.login = STR("twin")};
    struct fake_rule *found;

    must_open(CONF, NULL);
    found = rule("", "dc=x", "(uid=twin)", 3);
    for (size_t i = 0; i < 3; i++)
        found->entries[i] = person(i == 0 ? "uid=twin,ou=a,dc=x" : "uid=twin,ou=b,dc=x",
                                   "twin", NULL, "s");
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), &who, 1), OK);
    assert_int_equal(who.state, DIRECTORY_DOUBLE);
    assert_int_equal(who.identity.subject.len, 0);
}

static void fifty_at_a_time(void **state)
{
    struct directory_person people[COUNT] = {0};

    must_open(CONF, NULL);
    rule("", "dc=x", "(objectClass=*)", 1);
    for (size_t i = 0; i < COUNT; i++)
        people[i].subject = str_format(arena, "s-%zu", i);
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), people, COUNT), OK);
    assert_int_equal(count_of("search dc=x"), 3);
    assert_int_equal(people[COUNT - 1].state, DIRECTORY_GONE);
}

/* Whoever sees nobody, not even the base, says nothing about anybody. */
static void blind_is_not_gone(void **state)
{
    struct directory_person who = {.subject = STR("s-1")};

    must_open(CONF, NULL);
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), &who, 1),
                     ERR_UNAVAILABLE);
    assert_int_equal(who.state, DIRECTORY_UNKNOWN);
    rule("", "dc=x", "(objectClass=*)", 1);
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), &who, 1), OK);
    assert_int_equal(who.state, DIRECTORY_GONE);
}

static void away_is_not_gone(void **state)
{
    struct directory_person people[] = {{.subject = STR("s-1")}, {.subject = STR("s-2")}};
    struct fake_rule *found;

    must_open(CONF, NULL);
    fake.down[0] = "one";
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), people, 2),
                     ERR_UNAVAILABLE);
    assert_int_equal(people[0].state, DIRECTORY_UNKNOWN);
    fake.down[0] = NULL;
    /* It goes away while groups are read: who had none yet stays unknown. */
    found = rule("", "dc=x", "", 2);
    found->entries[0] = person("uid=a,dc=x", "a", NULL, "s-1");
    found->entries[1] = person("uid=b,dc=x", "b", NULL, "s-2");
    rule("", "ou=roles", "uid=b", 0)->outcome = DIRECTORY_AWAY;
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), people, 2),
                     ERR_UNAVAILABLE);
    assert_int_equal(people[0].state, DIRECTORY_PRESENT);
    assert_int_equal(people[1].state, DIRECTORY_UNKNOWN);
}

static void guids(void **state)
{
    struct directory_person people[] = {
        {.subject = STR("00112233-4455-6677-8899-aabbccddeeff")},
        {.subject = STR("not a GUID")},
        {.subject = STR("00112233-4455-6677-8899-aabbccddeefg")},
        {.subject = STR("00112233x4455-6677-8899-aabbccddeeff")},
    };
    struct fake_rule *found;

    must_open("[directory]\nkind=ad\nuri=ldaps://"
              "one\npeople=staff\nactive_filter=none\n" COMMON,
              NULL);
    found =
        rule("", "dc=x",
             "(&(|(objectGUID=\\33\\22\\11\\00\\55\\44\\77\\66\\88\\99\\aa\\bb\\cc\\dd"
             "\\ee\\ff)(objectClass=kontor-nothing)))",
             1);
    found->entries[0] = person("cn=a,dc=x", "a", NULL, NULL);
    found->entries[0].values[4] =
        STR("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xAA\xBB\xCC\xDD\xEE\xFF");
    assert_int_equal(directory_look_up(set, arena, STR("ldap:main"), people, 4), OK);
    assert_int_equal(people[0].state, DIRECTORY_PRESENT);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(people[i].state, DIRECTORY_GONE);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
    const struct CMUnitTest tests[] = {
        T(states),           T(two_with_one_login),
        T(fifty_at_a_time),  T(blind_is_not_gone),
        T(away_is_not_gone), T(guids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
