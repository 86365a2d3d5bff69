/* Sections of directories: what is refused at the start, with its line; presets; the group map. */
#include "fake_directory.h"

#define URI "[directory]\nuri=ldaps://one\n"

static void check_refused(const char *conf, const char *map, const char *complaint)
{
    if (open_set(conf, map) == OK)
        fail_msg("taken: %s%s", conf, map ? map : "");
    if (!strstr(err_text(), complaint))
        fail_msg("%s: \"%s\" is not in \"%s\"", conf, complaint, err_text());
}

static void sections_that_cannot_work(void **state)
{
    static const char *const CASES[][2] = {
        {"[directory]\n" COMMON, "[directory] needs uri"},
        {"[directory]\nuri=\n" COMMON, "conf:2: [directory] uri: is empty"},
        {"[directory]\nuri=ldap://one\n" COMMON, "conf:2: [directory] uri: servers are"},
        {"[directory]\nuri=ldaps://one http://two\n" COMMON, "uri: servers are"},
        {URI "starttls=yes\n" COMMON, "with starttls = yes servers are ldap://"},
        {URI "starttls=maybe\n" COMMON, "neither yes nor no"},
        {URI "bind_dn=" SERVICE "\nbind_password_file=secret\nuser_base=dc=x\n",
         "ca_file: is empty"},
        {URI "ca_file=ca\nbind_password_file=secret\nuser_base=dc=x\n",
         "bind_dn: is no distinguished name"},
        {URI "ca_file=ca\nbind_dn=kontor\nbind_password_file=secret\nuser_base=dc=x\n",
         "bind_dn: is no distinguished name"},
        {URI "ca_file=ca\nbind_dn=cn=k\nbind_password_file=empty\nuser_base=dc=x\n",
         "bind_password_file: the file is empty"},
        {URI "ca_file=ca\nbind_dn=cn=k\nbind_password_file=absent\nuser_base=dc=x\n",
         "absent"},
        {URI "ca_file=ca\nbind_dn=cn=k\nbind_password_file=secret\nuser_base=\n",
         "user_base: is empty"},
        {URI "ca_file=ca\nbind_dn=cn=k\nbind_password_file=secret\nuser_base=people\n",
         "user_base: is no distinguished name"},
        {URI "staff_base=people\n" COMMON, "conf:3: [directory] staff_base: is no dist"},
        {URI "decoy_dn=nobody\n" COMMON, "decoy_dn: is no distinguished name"},
        {URI "user_filter=(uid=x)\n" COMMON, "user_filter: has no (attribute={login})"},
        {URI "user_filter=(&(uid={login})\n" COMMON, "user_filter: is no filter"},
        {URI "user_filter=(u d={login})\n" COMMON, "user_filter: is no filter"},
        {URI "user_filter=(uid={login}))(x=y\n" COMMON, "user_filter: is no filter"},
        {URI "active_filter=enabled=1\n" COMMON, "active_filter: is no filter"},
        {URI "subject_attribute=entry UUID\n" COMMON,
         "subject_attribute: is no attribute"},
        {URI "company_attribute=o)(x\n" COMMON, "company_attribute: is no attribute"},
        {URI "people=staff\nstaff_base=dc=x\n" COMMON, "go with people = base"},
        {URI "people=everybody\n" COMMON, "not one of"},
        {URI "kind=edirectory\n" COMMON, "not one of: openldap ad"},
        {URI "nested=expand\n" COMMON, "group_base: is empty"},
        {URI "nested=expand\ngroup_base=ou=a,dc=x\nrole_group_base=ou=b,dc=x\n" COMMON,
         "all groups must lie below it"},
        {URI "nested=in-chain\ngroup_member_value=login\n" COMMON, "hold no groups"},
        {URI "group_map=groups.map\n" COMMON, "group_base: is empty"},
        {URI "group_map=absent.map\ngroup_base=dc=x\n" COMMON,
         "absent.map: No such file"},
        {"[directory.a]\nuri=ldaps://one\n" COMMON
         "[directory.main]\nuri=ldaps://two\n" COMMON
         "[directory]\nuri=ldaps://three\n" COMMON,
         "two directories are called main"},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        check_refused(CASES[i][0], NULL, CASES[i][1]);
}

static void too_many_directories(void **state)
{
    struct buf text = buf_init(arena, 65536);

    for (int i = 0; i < 9; i++)
        buf_format(&text, "[directory.d%d]\nuri=ldaps://one\n" COMMON, i);
    check_refused(str_c(arena, buf_str(&text)), NULL, "more than 8 directories");
}

#define MAPPED URI "group_map=groups.map\ngroup_base=dc=x\n" COMMON

static void maps_that_are_wrong(void **state)
{
    static const char *const CASES[][2] = {
        {"cn=a,dc=x -> role chief\n", "groups.map:1: unknown role: chief"},
        {"\n# note\n cn=a,dc=x -> role signatory\n",
         "groups.map:3: a role that only a company's coordinator gives: signatory"},
        {"cn=a,dc=x -> role lead, role lead\n", ":1: role given twice: lead"},
        {"cn=a,dc=x -> team it, team it\n", ":1: team given twice: it"},
        {"cn=a,dc=x -> team IT\n", ":1: not a team key"},
        {"cn=a,dc=x -> team\n",
         ":1: expected role KEY, team KEY or company NUMBER: team"},
        {"cn=a,dc=x ->\n", ":1: expected role KEY"},
        {"cn=a,dc=x -> role lead,\n", ":1: expected role KEY"},
        {"cn=a,dc=x -> right admin\n", ":1: expected role KEY, team KEY or company"},
        {"cn=a,dc=x -> company A, company B\n", ":1: a group has one company: B"},
        {"cn=a,dc=x -> company A, role lead\n",
         ":1: a group is of staff or of a company"},
        {"cn=a,dc=x => role lead\n", ":1: expected: DN -> role KEY"},
        {"lead -> role lead\n", ":1: not a distinguished name: lead"},
        {"-> role lead\n", ":1: not a distinguished name"},
        {"cn=a,dc=x -> role lead\nCN=A, DC=X -> role lead\n",
         ":2: the group has a meaning already, in line 1"},
        {"cn=\xFC,dc=x -> role lead\n", ":1: not UTF-8"},
    };
    char *text = arena_alloc(arena, 5001);

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        check_refused(MAPPED, CASES[i][0], CASES[i][1]);
    memset(text, '#', 5000);
    check_refused(MAPPED, text, ":1: line too long");
}

static void a_map(void **state)
{
    struct str teams[8];

    must_open(
        MAPPED,
        "\xEF\xBB\xBF# written with an editor that begins so\r\n\r\n"
        "cn=KX-Intake\\, all,ou=Groups,dc=x  ->  role intake,role member , team it\r\n"
        "cn=b,dc=x -> team service, team it\n"
        "cn=c,dc=x -> company Handel & Co-7");
    assert_int_equal(directory_mapped_teams(set, 0, teams, 8), 2);
    assert_true(str_is(teams[0], "it") && str_is(teams[1], "service"));
    assert_int_equal(directory_mapped_teams(set, 0, teams, 1), 1);
}

static void presets(void **state)
{
    struct identity who;
    unsigned away;

    must_open("[directory]\nkind=ad\nuri=ldaps://one\npeople=customers\n" COMMON, NULL);
    assert_int_equal(login("anna", PASSWORD, &who, &away), AUTH_WRONG);
    assert_non_null(strstr(fake.log,
                           "search dc=x (&(objectCategory=person)(objectClass=user)"
                           "(|(sAMAccountName=anna)(userPrincipalName=anna)))\n"));
    assert_non_null(strstr(fake.log, "bind sAMAccountName=nobody-"));
    assert_false(directory_changes_passwords(set, STR("ldap:main")));
    fake.log[0] = 0;
    must_open(URI "user_filter=(&(uid={login})(!(ou={login})))\ndecoy_dn=cn=nobody,dc=x\n"
                  "password_change=yes\n" COMMON,
              NULL);
    assert_int_equal(login("a*", PASSWORD, &who, &away), AUTH_WRONG);
    assert_non_null(strstr(fake.log, "search dc=x (&(uid=a\\2a)(!(ou=a\\2a)))\n"));
    assert_non_null(strstr(fake.log, "bind cn=nobody,dc=x\n"));
    assert_true(directory_changes_passwords(set, STR("ldap:main")));
    assert_false(directory_changes_passwords(set, STR("ldap:other")));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
    const struct CMUnitTest tests[] = {
        T(sections_that_cannot_work),
        T(too_many_directories),
        T(maps_that_are_wrong),
        T(a_map),
        T(presets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
