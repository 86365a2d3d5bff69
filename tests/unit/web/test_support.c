/* A member of staff on customers' pages: with a support view that runs the company's reader, who changes
 * nothing; without one nobody. */
#include "site.h"

struct word_view {
    struct str word;
};
static const struct view_field word_fields[] = {VIEW_F(struct word_view, word, VIEW_STR)};
static VIEW_TYPE(word_type, struct word_view, word_fields);

static struct principal session; /* what the session says */
static int handled;
static bool at_staff;

static enum err load(struct db *db, struct arena *arena, const uint8_t token_sha256[32],
                     instant_us now, int64_t idle_us, struct principal *out)
{
    (void)db;
    (void)arena;
    (void)token_sha256;
    (void)now;
    (void)idle_us;
    *out = session;
    return OK;
}

static enum err show(struct page *page)
{
    struct word_view view = {.word = STR("x")};

    handled++;
    session = *page->principal; /* for the test to look at */
    at_staff = page_at_staff_origin(page);
    return page_render(page, 0, &view);
}

static enum err deny(struct page *page)
{
    (void)page;
    handled++;
    return ERR_NOT_FOUND;
}

static const struct route ROUTES[] = {
    {HTTP_GET, "/read", RIGHT_REQUEST_READ, CSRF_NONE, .handle = show},
    {HTTP_GET, "/in", RIGHT_SIGNED_IN, CSRF_NONE, .handle = show},
    {HTTP_GET, "/any", RIGHT_NONE, CSRF_NONE, .handle = show},
    {HTTP_GET, "/none", RIGHT_REQUEST_READ, CSRF_NONE, .handle = deny},
    {HTTP_GET, "/edit", RIGHT_REQUEST_EDIT, CSRF_NONE, .handle = show},
    {HTTP_GET, "/board", RIGHT_BOARD_READ, CSRF_NONE, .handle = show},
    {HTTP_GET, "/people", RIGHT_COMPANY_PEOPLE, CSRF_NONE, .handle = show},
    {HTTP_POST, "/in", RIGHT_SIGNED_IN, CSRF_TOKEN, .handle = show},
    {HTTP_POST, "/edit", RIGHT_REQUEST_EDIT, CSRF_TOKEN, .handle = show},
    {HTTP_POST, "/stream", RIGHT_REQUEST_EDIT, CSRF_TOKEN, .flags = ROUTE_STREAM,
     .handle = show},
    {HTTP_POST, "/any", RIGHT_NONE, CSRF_TOKEN, .handle = show},
    {HTTP_POST, "/delicate", RIGHT_REQUEST_EDIT, CSRF_TOKEN, .flags = ROUTE_STEP_UP,
     .handle = show},
    {HTTP_GET, "/staff", RIGHT_PEOPLE_READ, CSRF_NONE, .handle = show},
    {HTTP_POST, "/staff", RIGHT_SUPPORT_VIEW, CSRF_TOKEN, .handle = show},
};
static const struct page_template PAGES[] = {{"pages/test.html", &word_type}};
static const struct guard_port SUPPORT_PORT = {load, port_seen, port_person, port_park};
#define PROGRAM_WITH(is_customers)                                                       \
    {                                                                                    \
        .name = "test", .routes = ROUTES,                                                \
        .route_count = sizeof(ROUTES) / sizeof(*ROUTES), .pages = PAGES,                 \
        .page_count = 1, .guard = &SUPPORT_PORT, .customers = (is_customers)             \
    }
static const struct web_program CUSTOMERS = PROGRAM_WITH(true);
static const struct web_program STAFF = PROGRAM_WITH(false);
static struct test_site t;

#define UNTIL 30

/* A member of staff with the right, whose view of company 5 ends in `minutes`. */
static struct principal viewer(int64_t minutes)
{
    return (struct principal){
        .session_id = 3,
        .person_id = 9,
        .is_staff = true,
        .display_name = STR("Sabine"),
        .team_keys = STR("service"),
        .rights = rights_of_role(ROLE_STAFF_INTAKE),
        .confirmed_at = t.clock.fixed,
        .last_seen_at = t.clock.fixed,
        .support_company_id = 5,
        .support_company_reference = STR("M-5"),
        .support_company_name = STR("Kran AG"),
        .support_until = t.clock.fixed + minutes * 60 * US_PER_S,
    };
}

static struct str call(const struct principal *who, const char *method, const char *uri,
                       const char *host)
{
    struct arena *arena = arena_new(1 << 20);
    struct str token = csrf_mac(arena, STR(LIVE_TOKEN), "csrf");
    char body[100];
    char length[20];
    struct call c = {
        .params = {"REQUEST_METHOD", method, "REQUEST_URI", uri, "CONTENT_LENGTH", length,
                   "CONTENT_TYPE", "application/x-www-form-urlencoded", "HTTP_COOKIE",
                   "__Host-kontor=" LIVE_TOKEN, host ? "HTTP_HOST" : NULL, host},
        .body = body};

    if (strcmp(method, "POST") != 0)
        c.params[4] = c.params[6] = "NO_BODY";
    c.body_len = (size_t)snprintf(body, sizeof(body), "csrf=%.*s&x=1", STR_ARG(token));
    (void)snprintf(length, sizeof(length), "%zu", c.body_len);
    arena_free(&arena);
    session = *who;
    handled = 0;
    return site_run(&t, &c);
}

static int setup(void **state)
{
    (void)state;
    site_open(&t, &CUSTOMERS);
    return 0;
}

static int setup_staff(void **state)
{
    (void)state;
    site_open(&t, &STAFF);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(&t);
    return 0;
}

static void sees_with_the_company_s_eyes(void **state)
{
    struct principal who = viewer(UNTIL);

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        static const char *const PATHS[] = {"/portal/read", "/portal/in", "/portal/any"};

        assert_int_equal(status_of(call(&who, "GET", PATHS[i], NULL)), 200);
        assert_true(session.support);
        assert_int_equal(session.company_id, 5);
        assert_true(str_is(session.company_name, "Kran AG"));
        assert_int_equal(session.rights,
                         1u << RIGHT_SIGNED_IN | 1u << RIGHT_REQUEST_READ);
        assert_null(session.team_keys.ptr);
        assert_int_equal(session.person_id, 9);
    }
}

static void does_nothing_there(void **state)
{
    static const char *const POSTS[] = {"/portal/in", "/portal/edit", "/portal/stream",
                                        "/portal/any", "/portal/delicate"};
    static const char *const PAGES_OF_OTHERS[] = {"/portal/edit", "/portal/board",
                                                  "/portal/people"};
    struct principal who = viewer(UNTIL);

    (void)state;
    for (size_t i = 0; i < sizeof(POSTS) / sizeof(*POSTS); i++) {
        struct str r = call(&who, "POST", POSTS[i], NULL);

        assert_int_equal(status_of(r), 403);
        assert_true(has(r, "You are in the support view, which is read only."));
        assert_int_equal(handled, 0);
    }
    assert_int_equal(port.parks, 0);
    for (size_t i = 0; i < sizeof(PAGES_OF_OTHERS) / sizeof(*PAGES_OF_OTHERS); i++) {
        struct str r = call(&who, "GET", PAGES_OF_OTHERS[i], NULL);

        assert_int_equal(status_of(r), 403);
        assert_true(
            has(r, "The support view shows what people of the company may read."));
    }
    /* A page that is not there says so, and nothing about rights. */
    assert_false(has(call(&who, "GET", "/portal/none", NULL), "support view"));
}

static void stays_staff_where_staff_work(void **state)
{
    struct principal who = viewer(UNTIL);

    (void)state;
    assert_int_equal(status_of(call(&who, "GET", "/portal/staff", NULL)), 200);
    assert_false(session.support);
    assert_int_equal(session.company_id, 0);
    assert_int_equal(status_of(call(&who, "POST", "/portal/staff", NULL)), 200);
    assert_false(session.support);
}

/* Time, right, company: each ends it. */
static void ends(void **state)
{
    struct principal cases[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        cases[i] = viewer(i == 0 ? 0 : UNTIL);
    cases[1].rights = rights_of_role(ROLE_STAFF_AUDITOR);
    cases[2].support_company_reference = STR_NONE;
    cases[3].is_staff = false;
    for (size_t i = 0; i < 4; i++) {
        struct str r = call(&cases[i], "GET", "/portal/read", NULL);

        assert_int_equal(status_of(r), 403);
        assert_int_equal(handled, 0);
        assert_int_equal(status_of(call(&cases[i], "GET", "/portal/in", NULL)), 200);
        assert_false(session.support);
        assert_int_equal(session.company_id, 0);
    }
    assert_true(
        has(call(&cases[0], "GET", "/portal/read", NULL), "The support view has ended."));
    /* One second before its end it runs. */
    cases[0].support_until = t.clock.fixed + 1;
    assert_int_equal(status_of(call(&cases[0], "GET", "/portal/read", NULL)), 200);
}

static void staff_programs_know_no_view(void **state)
{
    struct principal who = viewer(UNTIL);

    (void)state;
    assert_int_equal(status_of(call(&who, "GET", "/portal/in", NULL)), 200);
    assert_false(session.support);
    assert_int_equal(status_of(call(&who, "GET", "/portal/read", NULL)), 403);
    assert_int_equal(status_of(call(&who, "POST", "/portal/in", NULL)), 200);
}

static void knows_the_staff_s_host(void **state)
{
    static const struct {
        const char *host;
        bool staff;
    } HOSTS[] = {{"staff.example.org", true},   {"STAFF.example.org", true},
                 {"portal.example.org", false}, {"staff.example.org:8443", false},
                 {"example.org", false},        {NULL, false}};
    struct principal who = viewer(UNTIL);

    (void)state;
    for (size_t i = 0; i < sizeof(HOSTS) / sizeof(*HOSTS); i++) {
        (void)call(&who, "GET", "/portal/staff", HOSTS[i].host);
        assert_int_equal(at_staff, HOSTS[i].staff);
    }
    t.site.staff_origin = STR("");
    (void)call(&who, "GET", "/portal/staff", "staff.example.org");
    assert_false(at_staff);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(sees_with_the_company_s_eyes),
        T(does_nothing_there),
        T(stays_staff_where_staff_work),
        T(ends),
        cmocka_unit_test_setup_teardown(staff_programs_know_no_view, setup_staff,
                                        teardown),
        T(knows_the_staff_s_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
