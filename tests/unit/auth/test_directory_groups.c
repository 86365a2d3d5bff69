/* What groups give: the walk upwards, the map, in-chain, members by login, bounds. */
#include "fake_directory.h"

#define SVEN "uid=sven,ou=staff,dc=x"
#define ANNA "uid=anna,ou=customers,dc=x"

#define PEOPLE                                                                           \
    "[directory]\nuri=ldaps://one\n" COMMON                                              \
    "customer_base=ou=customers,dc=x\nstaff_base=ou=staff,dc=x\n"

static void people(void)
{
    rule("", "dc=x", "(uid=sven)", 1)->entries[0] = person(SVEN, "sven", NULL, "s-2");
    rule("", "dc=x", "(uid=anna)", 1)->entries[0] = person(ANNA, "anna", "M-1", "s-1");
    binds(SVEN, PASSWORD, DIRECTORY_DONE);
    binds(ANNA, PASSWORD, DIRECTORY_DONE);
}

static void enter(const char *name, struct identity *who)
{
    unsigned away;

    assert_int_equal(login(name, PASSWORD, who, &away), AUTH_OK);
}

static void upwards_and_round(void **state)
{
    struct identity who;
    struct fake_rule *found;

    must_open(PEOPLE "nested=expand\ngroup_base=ou=groups,dc=x\n"
                     "role_group_base=ou=roles,ou=groups,dc=x\n",
              NULL);
    people();
    rule("", "ou=groups,dc=x", "(|(member=" SVEN "))", 1)->entries[0] =
        group("cn=north,ou=groups,dc=x", "north", NULL);
    found = rule("", "ou=groups,dc=x", "(member=cn=north,ou=groups,dc=x)", 2);
    found->entries[0] = group("cn=desk,ou=groups,dc=x", "desk", NULL);
    found->entries[1] = group("cn=lead,ou=roles,ou=groups,dc=x", "lead", NULL);
    /* A loop: north is in the group that it holds. */
    rule("", "ou=groups,dc=x", "(member=cn=desk,ou=groups,dc=x)", 1)->entries[0] =
        group("CN=North,OU=groups,DC=x", "north", NULL);
    enter("sven", &who);
    assert_int_equal(who.roles, 1u << ROLE_STAFF_LEAD);
    /* Three levels: sven's, north's, and both of the second asked for at once. */
    assert_int_equal(count_of("search ou=groups,dc=x"), 3);
}

static void in_chain_asks_for_the_groups_of_the_map(void **state)
{
    struct identity who;
    struct fake_rule *found;

    must_open(PEOPLE "nested=in-chain\ngroup_base=dc=groups\ngroup_map=groups.map\n",
              "cn=Desk (1)\\, all,dc=groups -> role intake, team service\n"
              "cn=it,dc=groups -> role member, team it\n"
              "cn=seven,dc=groups -> company M-7\n");
    people();
    fake.rules[1].entries[0].values[3] = STR_NONE;
    found = rule("", "dc=groups", "(distinguishedName=cn=it,dc=groups)", 2);
    found->entries[0] = group("CN=Desk (1)\\2C all,DC=groups", "Desk (1), all", NULL);
    found->entries[1] = group("cn=other,dc=groups", "other", NULL);
    rule("", "dc=groups", "(distinguishedName=cn=seven,dc=groups)", 1)->entries[0] =
        group("cn=seven,dc=groups", "seven", NULL);
    enter("sven", &who);
    assert_int_equal(who.roles, 1u << ROLE_STAFF_INTAKE);
    assert_int_equal(who.team_count, 1);
    assert_non_null(strstr(fake.log, "search dc=groups (&(|(distinguishedName=cn=Desk "
                                     "\\281\\29\\5c, all,dc=groups)"
                                     "(distinguishedName=cn=it,dc=groups))"
                                     "(member:1.2.840.113556.1.4.1941:=" SVEN "))\n"));
    enter("anna", &who);
    assert_true(str_is(who.company_key, "M-7"));
    assert_int_equal(who.roles, 0);
}

static void company_groups(void **state)
{
    struct identity who;
    struct fake_rule *found;

    must_open(PEOPLE "company_group_base=ou=members,dc=x\n"
                     "company_group_attribute=description\n",
              NULL);
    people();
    found = rule("", "ou=members,dc=x", "(member=" ANNA ")", 1);
    found->entries[0] = group("cn=nord,ou=members,dc=x", "nord", "M-1");
    found->entries[1] = group("cn=sued,ou=members,dc=x", "sued", "M-2");
    enter("anna", &who);
    assert_true(str_is(who.company_key, "M-1"));
    assert_true(who.company_said && !who.company_ambiguous);
    found->count = 2;
    enter("anna", &who);
    assert_int_equal(who.company_key.len, 0);
    assert_true(who.company_ambiguous);
    /* The attribute says one, the group another. */
    found->count = 1;
    found->entries[0].values[1] = STR("M-2");
    enter("anna", &who);
    assert_true(who.company_ambiguous);
    /* Staff have no company, whatever groups they are in. */
    rule("", "ou=members,dc=x", "(member=" SVEN ")", 1)->entries[0] = found->entries[0];
    enter("sven", &who);
    assert_int_equal(who.company_key.len, 0);
}

static void members_by_login(void **state)
{
    struct identity who;

    must_open(PEOPLE "role_group_base=ou=roles,dc=x\ngroup_member_attribute=memberUid\n"
                     "group_member_value=login\n",
              NULL);
    people();
    fake.rules[0].entries[0].values[0] = STR("s(v)en");
    rule("", "ou=roles,dc=x", "(memberUid=s\\28v\\29en)", 1)->entries[0] =
        group("cn=admin,ou=roles,dc=x", "admin", NULL);
    enter("sven", &who);
    assert_int_equal(who.roles, 1u << ROLE_STAFF_ADMIN);
}

static void odd_names_of_entries(void **state)
{
    static const char NAME[] = "uid=s\\2C(*)\\5C,ou=staff,dc=x";
    struct identity who;

    must_open(PEOPLE
              "role_group_base=ou=roles,dc=x\nteam_group_base=ou=teams,ou=roles,dc=x\n",
              NULL);
    rule("", "dc=x", "(uid=s)", 1)->entries[0] = person(NAME, "s", NULL, "s-5");
    binds(NAME, PASSWORD, DIRECTORY_DONE);
    enter("s", &who);
    assert_non_null(strstr(fake.log,
                           "search ou=roles,dc=x (member=uid=s\\5c2C\\28\\2a\\29"
                           "\\5c5C,ou=staff,dc=x)\n"));
    /* A base below another is searched with it. */
    assert_int_equal(count_of("search ou=teams"), 0);
}

static void as_many_teams_as_one_has(void **state)
{
    struct buf map = buf_init(arena, 65536);
    struct identity who;
    struct fake_rule *found;

    for (int g = 0; g < 3; g++) {
        buf_format(&map, "cn=g%d,dc=groups -> role member", g);
        for (int t = 0; t < 16; t++)
            buf_format(&map, ", team t%d", g * 8 + t);
        buf_put_c(&map, "\n");
    }
    must_open(PEOPLE "group_base=dc=groups\ngroup_map=groups.map\n",
              str_c(arena, buf_str(&map)));
    people();
    found = rule("", "dc=groups", "(member=" SVEN ")", 3);
    for (int g = 0; g < 3; g++)
        found->entries[g] =
            group(str_format(arena, "cn=g%d,dc=groups", g).ptr, NULL, NULL);
    enter("sven", &who);
    /* 0 to 31, those in two groups once. */
    assert_int_equal(who.team_count, IDENTITY_TEAMS_MAX);
    assert_true(str_is(who.teams[31], "t31"));
}

/* A chain without an end: each group is in one more. */
static enum directory_outcome endless(void *link, struct arena *into,
                                      const struct directory_search *search,
                                      int64_t deadline_us, struct directory_entries *out)
{
    static int number;
    enum directory_outcome outcome = fake_search(link, into, search, deadline_us, out);

    if (strcmp(search->base, "ou=groups,dc=x") != 0)
        return outcome;
    out->items = ARENA_NEW(into, struct directory_entry);
    out->items[0] =
        group(str_format(into, "cn=g%d,ou=groups,dc=x", number++).ptr, NULL, NULL);
    out->count = 1;
    return DIRECTORY_DONE;
}

static void no_end(void **state)
{
    struct directory_driver driver = FAKE_DRIVER;
    struct identity who;
    unsigned away;

    driver.search = endless;
    fake_driver = &driver;
    must_open(PEOPLE "nested=expand\ngroup_base=ou=groups,dc=x\n"
                     "role_group_base=ou=groups,dc=x\n",
              NULL);
    people();
    assert_int_equal(login("sven", PASSWORD, &who, &away), AUTH_UNAVAILABLE);
    assert_non_null(strstr(err_text(), "more than 2000 groups, or 16 levels"));
    assert_int_equal(count_of("search ou=groups,dc=x"), 16);
    fake_driver = &FAKE_DRIVER;
    arena_clear(arena); /* closes with the driver that lies on this stack */
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
    const struct CMUnitTest tests[] = {
        T(upwards_and_round),
        T(in_chain_asks_for_the_groups_of_the_map),
        T(company_groups),
        T(members_by_login),
        T(odd_names_of_entries),
        T(as_many_teams_as_one_has),
        T(no_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
