/* The ladder on a fake directory: verdicts, number of binds, order of servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "auth/directory.h"
#include "auth/directory_driver.h"

#define PASSWORD "right"
#define PERSON   "uid=anna,ou=customers,dc=x"
#define STAFF    "uid=sven,ou=staff,dc=x"

struct fake {
    int connects;
    int service_binds;
    int person_binds;
    int searches;
    char last_dn[100];
    char last_filter[400];
    char first_uri[40];
    char last_uri[40];
    int hits;              /* of the person search */
    const char *dn;        /* whom it finds */
    bool down;             /* no server answers */
    bool first_down;       /* only the second answers */
    bool drop_next_search; /* the kept connection was closed meanwhile */
    enum directory_outcome service_bind;
    enum directory_outcome bind; /* of a person with the right password */
};
static struct fake fake;

static enum directory_outcome fake_connect(void *context, const char *uri,
                                           const char *ca_file, int64_t deadline_us,
                                           void **link_out)
{
    fake.connects++;
    (void)snprintf(fake.last_uri, sizeof(fake.last_uri), "%s", uri);
    if (fake.down || (fake.first_down && strstr(uri, "one")))
        return DIRECTORY_AWAY;
    *link_out = &fake;
    return DIRECTORY_DONE;
}

static enum directory_outcome fake_bind(void *link, const char *dn, struct str password,
                                        int64_t deadline_us)
{
    assert_true(password.len > 0);
    if (strcmp(dn, "cn=service") == 0) {
        fake.service_binds++;
        return fake.service_bind;
    }
    fake.person_binds++;
    (void)snprintf(fake.last_dn, sizeof(fake.last_dn), "%s", dn);
    if (fake.dn && strcmp(dn, fake.dn) == 0 && str_is(password, PASSWORD))
        return fake.bind;
    return DIRECTORY_REFUSED;
}

static enum directory_outcome
fake_search(void *link, struct arena *arena, const struct directory_search *search,
            int64_t deadline_us, struct directory_entry *entries_out, size_t *count_out)
{
    fake.searches++;
    if (fake.drop_next_search) {
        fake.drop_next_search = false;
        return DIRECTORY_AWAY;
    }
    *count_out = 0;
    if (strcmp(search->base, "dc=x") == 0) {
        (void)snprintf(fake.last_filter, sizeof(fake.last_filter), "%s", search->filter);
        assert_string_equal(search->attributes[0], "uid");
        for (int i = 0; i < fake.hits && i < search->limit; i++) {
            entries_out[i] = (struct directory_entry){
                .dn = str_from(fake.dn),
                .values = {STR("Anna"), STR("Anna A"), STR("a@x"), STR("M-1")}};
            *count_out = (size_t)i + 1;
        }
    } else if (strcmp(search->base, "ou=roles") == 0) {
        static const char *const KEYS[] = {"member", "signatory", "other"};

        assert_non_null(strstr(search->filter, "(member=uid=sven,ou=staff,dc=x)"));
        for (size_t i = 0; i < 3; i++)
            entries_out[i] = (struct directory_entry){.values = {str_from(KEYS[i])}};
        *count_out = 3;
    } else {
        entries_out[0] = (struct directory_entry){.values = {STR("it")}};
        *count_out = 1;
    }
    return DIRECTORY_DONE;
}

static void fake_close(void *link)
{
}

static const struct directory_driver DRIVER = {fake_connect, fake_bind, fake_search,
                                               fake_close};

static struct arena *arena;
static struct directory_set *directory;

static int setup(void **state)
{
    char dir[] = "/tmp/kontor-auth-XXXXXX";
    char path[100];
    struct conf *conf = NULL;
    FILE *file;

    memset(&fake, 0, sizeof(fake));
    fake.hits = 1;
    fake.dn = PERSON;
    arena = arena_new(16 << 20);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/secret", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs("servicepw\n", file);
    (void)fclose(file);
    (void)snprintf(path, sizeof(path), "%s/conf", dir);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(
        "[directory]\nuri=ldaps://one ldaps://two\nbind_dn=cn=service\n"
        "bind_password_file=secret\nuser_base=dc=x\ncustomer_base=ou=customers,dc=x\n"
        "staff_base=ou=staff,dc=x\nrole_group_base=ou=roles\nteam_group_base=ou=teams\n",
        file);
    (void)fclose(file);
    if (conf_load(arena, path, &conf) != OK ||
        directory_open_with(arena, conf, &DRIVER, NULL, &directory) != OK)
        fail_msg("%s", err_text());
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/secret", dir);
    (void)unlink(path);
    (void)rmdir(dir);
    return 0;
}

static int teardown(void **state)
{
    arena_free(&arena);
    err_clear();
    return 0;
}

static enum auth_verdict login(const char *name, const char *password,
                               struct identity *identity)
{
    struct directory_try attempt = {.login = str_from(name),
                                    .password = str_from(password)};
    unsigned away = 0;

    *identity = (struct identity){0};
    return directory_login(directory, arena, &attempt, identity, &away);
}

static void customer_comes_in(void **state)
{
    struct identity who;

    assert_int_equal(login("anna", PASSWORD, &who), AUTH_OK);
    assert_true(str_is(who.login, "Anna"));
    assert_true(str_is(who.company_key, "M-1"));
    assert_true(who.is_customer && !who.is_staff);
    assert_int_equal(fake.person_binds, 1);
    assert_int_equal(fake.searches, 1); /* no groups for customers */
    assert_string_equal(fake.last_filter, "(uid=anna)");
    /* The service connection is kept. */
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_OK);
    assert_int_equal(fake.service_binds, 1);
}

static void staff_has_roles_and_teams(void **state)
{
    struct identity who;

    fake.dn = STAFF;
    assert_int_equal(login("sven", PASSWORD, &who), AUTH_OK);
    assert_true(who.is_staff && !who.is_customer);
    assert_int_equal(who.roles,
                     1u << ROLE_STAFF_MEMBER); /* a group cannot give a company role */
    assert_int_equal(who.team_count, 1);
    assert_null(who.company_key.ptr);
}

static void base_is_a_border(void **state)
{
    struct identity who;

    fake.dn = "uid=x\\,ou=staff,dc=x";
    assert_int_equal(login("x", PASSWORD, &who), AUTH_OK);
    assert_false(who.is_staff || who.is_customer);
    fake.dn = "uid=x,ou=notstaff,dc=x";
    assert_int_equal(login("x", PASSWORD, &who), AUTH_OK);
    assert_false(who.is_staff);
    fake.dn = "uid=x,OU=Customers,DC=x";
    assert_int_equal(login("x", PASSWORD, &who), AUTH_OK);
    assert_true(who.is_customer);
}

static void wrong_and_unknown_cost_the_same(void **state)
{
    struct identity who;

    assert_int_equal(login("anna", "wrong", &who), AUTH_WRONG);
    assert_int_equal(fake.person_binds, 1);
    assert_int_equal(fake.searches, 1);
    fake.hits = 0;
    assert_int_equal(login("nobody", PASSWORD, &who), AUTH_WRONG);
    assert_int_equal(fake.person_binds, 2);
    assert_int_equal(fake.searches, 2);
    assert_non_null(strstr(fake.last_dn, "uid=nobody-"));
    fake.hits = 2; /* not exactly one */
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_WRONG);
    assert_int_equal(fake.person_binds, 3);
    fake.hits = 0;
    assert_int_equal(login("", PASSWORD, &who), AUTH_WRONG);
    assert_int_equal(fake.person_binds, 4);
    assert_null(who.login.ptr);
}

static void empty_password_is_never_sent(void **state)
{
    struct identity who;
    struct directory_try attempt = {.login = STR("anna")};
    unsigned away = 0;

    assert_int_equal(login("anna", "", &who), AUTH_EMPTY_PASSWORD);
    assert_int_equal(fake.connects, 0);
    attempt.password = STR("\0x");
    assert_int_equal(directory_login(directory, arena, &attempt, &who, &away),
                     AUTH_EMPTY_PASSWORD);
}

static void filter_is_escaped(void **state)
{
    struct identity who;

    fake.hits = 0;
    assert_int_equal(login("a*)(uid=b\\", PASSWORD, &who), AUTH_WRONG);
    assert_string_equal(fake.last_filter, "(uid=a\\2a\\29\\28uid=b\\5c)");
}

static void away_is_never_wrong(void **state)
{
    struct identity who;

    fake.down = true;
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_UNAVAILABLE);
    assert_int_equal(fake.connects, 2); /* both servers were tried */
    fake.down = false;
    fake.service_bind =
        DIRECTORY_REFUSED; /* our own account is refused: not the person's fault */
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_UNAVAILABLE);
    fake.service_bind = DIRECTORY_DONE;
    fake.bind = DIRECTORY_AWAY;
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_UNAVAILABLE);
    fake.bind = DIRECTORY_BROKEN; /* of this one account */
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_BROKEN);
}

static void second_server_and_lost_connection(void **state)
{
    struct identity who;

    fake.first_down = true;
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_OK);
    assert_string_equal(fake.last_uri, "ldaps://two");
    fake.drop_next_search = true;
    assert_int_equal(login("anna", PASSWORD, &who), AUTH_OK);
    assert_int_equal(fake.service_binds, 2);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(customer_comes_in),
        T(staff_has_roles_and_teams),
        T(base_is_a_border),
        T(wrong_and_unknown_cost_the_same),
        T(empty_password_is_never_sent),
        T(filter_is_escaped),
        T(away_is_never_wrong),
        T(second_server_and_lost_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
