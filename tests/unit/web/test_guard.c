/* What comes before a page of somebody signed in: a fresh proof, a new token; and what stays good when
 * the token changes. */
#include "site.h"

#define NEXT_TOKEN "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN"
#define NEXT_ONE                                                                         \
    "__Host-kontor=" NEXT_TOKEN /* the fake port knows LIVE_TOKEN alone: it stays "live" */

struct word_view {
    struct str word;
};
static const struct view_field word_fields[] = {VIEW_F(struct word_view, word, VIEW_STR)};
static VIEW_TYPE(word_type, struct word_view, word_fields);

static int handled;

static enum err show(struct page *page)
{
    struct word_view view = {.word = STR("hello")};

    handled++;
    return page_render(page, 0, &view);
}

static enum err act(struct page *page)
{
    handled++;
    page_notice(page, "Done.");
    return page_redirect(page, page_url(page, "/plain"));
}

static enum err renew(struct page *page)
{
    page_renew_session(page, STR(LIVE_TOKEN));
    return page_redirect(page, page_url(page, "/plain"));
}

struct secret_fields {
    struct str password;
};
static const struct field SECRET[] = {
    {.name = "password",
     .label = "Password",
     .type = FIELD_PASSWORD,
     .offset = offsetof(struct secret_fields, password)}};

static const struct route ROUTES[] = {
    {HTTP_POST, "/secret", RIGHT_SIGNED_IN, CSRF_TOKEN, .fields = SECRET,
     .field_count = 1, .fields_size = sizeof(struct secret_fields),
     .flags = ROUTE_STEP_UP, .handle = act},
    {HTTP_POST, "/login/step-up", RIGHT_SIGNED_IN, CSRF_TOKEN, .handle = act},
    {HTTP_GET, "/", RIGHT_NONE, CSRF_NONE, .handle = show},
    {HTTP_POST, "/", RIGHT_NONE, CSRF_TOKEN, .handle = act},
    {HTTP_GET, "/plain", RIGHT_SIGNED_IN, CSRF_NONE, .handle = show},
    {HTTP_POST, "/plain", RIGHT_SIGNED_IN, CSRF_TOKEN, .handle = act},
    {HTTP_GET, "/delicate", RIGHT_SIGNED_IN, CSRF_NONE, .flags = ROUTE_STEP_UP,
     .handle = show},
    {HTTP_POST, "/delicate", RIGHT_SIGNED_IN, CSRF_TOKEN, .flags = ROUTE_STEP_UP,
     .handle = act},
    {HTTP_POST, "/delicate/act", RIGHT_REQUEST_EDIT, CSRF_TOKEN, .flags = ROUTE_STEP_UP,
     .handle = act},
    {HTTP_GET, "/renew", RIGHT_NONE, CSRF_NONE, .handle = renew},
};
static const struct page_template PAGES[] = {{"pages/test.html", &word_type}};
static const struct web_program PROGRAM = {.name = "test",
                                           .routes = ROUTES,
                                           .route_count =
                                               sizeof(ROUTES) / sizeof(*ROUTES),
                                           .pages = PAGES,
                                           .page_count = 1,
                                           .guard = &PORT};
static struct test_site t;

static int setup(void **state)
{
    (void)state;
    site_open(&t, &PROGRAM);
    handled = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(&t);
    return 0;
}

#define LIVE "__Host-kontor=" LIVE_TOKEN

static struct str get(const char *uri, const char *cookie, const char *name,
                      const char *value)
{
    struct call call = {.params = {"REQUEST_METHOD", "GET", "REQUEST_URI", uri,
                                   "HTTP_COOKIE", cookie, name, value}};

    return site_run(&t, &call);
}

static struct str post(const char *uri, const char *cookie, const char *key,
                       const char *accept)
{
    static char text[300];
    char length[20];
    struct arena *arena = arena_new(1 << 20);
    struct str token = csrf_mac(arena, str_from(key), "csrf");
    struct call call = {.params = {"REQUEST_METHOD", "POST", "REQUEST_URI", uri,
                                   "CONTENT_LENGTH", length, "CONTENT_TYPE",
                                   "application/x-www-form-urlencoded", "HTTP_COOKIE",
                                   cookie, "HTTP_ACCEPT", accept},
                        .body = text};

    call.body_len =
        (size_t)snprintf(text, sizeof(text), "csrf=%.*s&word=typed", STR_ARG(token));
    (void)snprintf(length, sizeof(length), "%zu", call.body_len);
    arena_free(&arena);
    return site_run(&t, &call);
}

/* "name=value" of the cookie that a response sets. */
static const char *cookie_of(struct str response, const char *name, char out[300])
{
    char line[100];
    struct str value;
    ssize_t at;

    (void)snprintf(line, sizeof(line), "Set-Cookie: %s=", name);
    at = str_find(response, str_from(line));
    assert_true(at >= 0);
    value = str_from_index(response, (size_t)at + 12);
    (void)snprintf(out, 300, "%.*s", (int)str_index(value, ';'), value.ptr);
    return out;
}

/* ---- step-up -------------------------------------------------------------------------- */

static void a_fresh_proof_is_enough(void **state)
{
    (void)state;
    port.confirmed_at = t.clock.fixed - 10 * 60 * US_PER_S + 1;
    assert_int_equal(status_of(get("/portal/delicate", LIVE, NULL, NULL)), 200);
    assert_int_equal(status_of(post("/portal/delicate", LIVE, LIVE_TOKEN, "text/html")),
                     303);
    assert_int_equal(handled, 2);
    /* Two machines whose clocks differ by a little. */
    port.confirmed_at = t.clock.fixed + 59 * US_PER_S;
    assert_int_equal(status_of(get("/portal/delicate", LIVE, NULL, NULL)), 200);
}

static void an_old_proof_leads_to_the_step_up(void **state)
{
    static const int64_t AGES_US[] = {10 * 60 * US_PER_S, 11 * 3600 * US_PER_S,
                                      -61 * US_PER_S};
    struct str r;

    (void)state;
    for (size_t i = 0; i < sizeof(AGES_US) / sizeof(*AGES_US); i++) {
        port.confirmed_at = t.clock.fixed - AGES_US[i];
        r = get("/portal/delicate?a=b", LIVE, NULL, NULL);
        assert_int_equal(status_of(r), 303);
        assert_true(
            has(r, "Location: /portal/login/step-up?return_to=%2Fdelicate%3Fa%3Db\r\n"));
    }
    r = get("/portal/delicate", LIVE, "HTTP_ACCEPT", "application/json");
    assert_int_equal(status_of(r), 401);
    assert_true(has(r, "urn:kontor:problem:step-up"));
    assert_int_equal(handled, 0);
    assert_int_equal(status_of(get("/portal/plain", LIVE, NULL, NULL)), 200);
}

static void what_was_sent_is_kept_meanwhile(void **state)
{
    struct str r;

    (void)state;
    port.confirmed_at = 0;
    r = post("/portal/delicate", LIVE, LIVE_TOKEN, "text/html");
    assert_int_equal(status_of(r), 303);
    assert_true(has(r, "Location: /portal/login/step-up?return_to=%2Fdelicate\r\n"));
    assert_true(has(r, "Set-Cookie: __Host-kontor-parked="));
    assert_int_equal(port.parks, 1);
    assert_int_equal(port.parked.person_id, CUSTOMER_ID);
    assert_non_null(strstr(port.parked_body, "word=typed"));
    /* Not without the form's token. */
    assert_int_equal(status_of(post("/portal/delicate", LIVE, DEAD_TOKEN, "text/html")),
                     303);
    assert_int_equal(port.parks, 1);
    assert_int_equal(handled, 0);
}

/* A form with a password is never kept: it would lie in the database. */
static void a_password_is_not_kept(void **state)
{
    (void)state;
    port.confirmed_at = 0;
    assert_int_equal(status_of(post("/portal/secret", LIVE, LIVE_TOKEN, "text/html")),
                     303);
    assert_int_equal(status_of(post("/portal/secret", "__Host-kontor=" DEAD_TOKEN,
                                    DEAD_TOKEN, "text/html")),
                     303);
    assert_int_equal(port.parks, 0);
    assert_int_equal(status_of(post("/portal/delicate", "__Host-kontor=" DEAD_TOKEN,
                                    DEAD_TOKEN, "text/html")),
                     303);
    assert_int_equal(port.parks, 1);
}

/* What waits is still there after the form of the step-up itself, and gone after any other. */
static void what_waits_outlives_the_step_up(void **state)
{
    const char *cookies = LIVE "; __Host-kontor-parked=x";

    (void)state;
    assert_false(has(post("/portal/login/step-up", cookies, LIVE_TOKEN, "text/html"),
                     "Set-Cookie: __Host-kontor-parked="));
    assert_true(has(post("/portal/plain", cookies, LIVE_TOKEN, "text/html"),
                    "Set-Cookie: __Host-kontor-parked=; "));
}

/* Who may not do it is told so, and not asked for a password first. */
static void the_right_comes_first(void **state)
{
    struct str r;

    (void)state;
    port.confirmed_at = 0;
    assert_int_equal(
        status_of(post("/portal/delicate/act", LIVE, LIVE_TOKEN, "text/html")), 403);
    assert_int_equal(port.parks, 0);
    r = get("/portal/delicate", "__Host-kontor=" DEAD_TOKEN, NULL, NULL);
    assert_true(has(r, "Location: /portal/login?return_to="));
}

/* ---- a role changed ------------------------------------------------------------------- */

static void the_next_page_goes_through_the_renewal(void **state)
{
    struct str r;

    (void)state;
    port.renew = true;
    r = get("/portal/plain?a=b", LIVE, NULL, NULL);
    assert_int_equal(status_of(r), 303);
    assert_true(has(r, "Location: /portal/login/renew?return_to=%2Fplain%3Fa%3Db\r\n"));
    assert_int_equal(handled, 0);
    /* What is under way, a script and a program go on; so do public pages. */
    assert_int_equal(status_of(get("/portal/plain", LIVE, "HTTP_X_KONTOR_LIVE", "1")),
                     200);
    assert_int_equal(
        status_of(get("/portal/plain", LIVE, "HTTP_ACCEPT", "application/json")), 200);
    assert_true(has(post("/portal/plain", LIVE, LIVE_TOKEN, "text/html"),
                    "Location: /portal/plain\r\n"));
    assert_int_equal(status_of(get("/portal/", LIVE, NULL, NULL)), 200);
    assert_int_equal(handled, 4);
}

/* ---- the token changes ---------------------------------------------------------------- */

/* The browser had NEXT_TOKEN; from the page on it has LIVE_TOKEN. */
static void forms_of_other_tabs_stay_good(void **state)
{
    char form[300];
    char cookies[700];
    struct str r;

    (void)state;
    r = get("/portal/renew", NEXT_ONE, NULL, NULL);
    assert_true(has(r, "Set-Cookie: __Host-kontor=" LIVE_TOKEN ";"));
    (void)cookie_of(r, "__Host-kontor-form", form);
    (void)snprintf(cookies, sizeof(cookies), "%s; %s", LIVE, form);
    assert_int_equal(status_of(post("/portal/plain", cookies, NEXT_TOKEN, "text/html")),
                     303);
    assert_int_equal(status_of(post("/portal/plain", cookies, LIVE_TOKEN, "text/html")),
                     303);
    /* No other form's, and not without the cookie that we made for this session. */
    assert_int_equal(status_of(post("/portal/plain", cookies, PRE_TOKEN, "text/html")),
                     403);
    assert_int_equal(status_of(post("/portal/plain", LIVE, NEXT_TOKEN, "text/html")),
                     403);
    form[strlen("__Host-kontor-form=")] ^= 1;
    (void)snprintf(cookies, sizeof(cookies), "%s; %s", LIVE, form);
    assert_int_equal(status_of(post("/portal/plain", cookies, NEXT_TOKEN, "text/html")),
                     403);
}

/* Somebody who can set a cookie, and knows no token of a session, makes no form token with it. */
static void a_form_cookie_without_a_session_is_nothing(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct str before;
    struct str mac;
    char cookies[700];

    (void)state;
    before = csrf_mac(arena, STR(NEXT_TOKEN), "csrf");
    mac = csrf_mac(arena, STR(""), str_c(arena, str_concat(arena, STR("form:"), before)));
    (void)snprintf(cookies, sizeof(cookies), "__Host-kontor-form=%.*s.%.*s", STR_ARG(mac),
                   STR_ARG(before));
    assert_int_equal(status_of(post("/portal/plain", cookies, NEXT_TOKEN, "text/html")),
                     303); /* to the sign-in page */
    assert_int_equal(status_of(post("/portal/", cookies, NEXT_TOKEN, "text/html")), 403);
    assert_int_equal(port.parks, 0);
    assert_int_equal(handled, 0);
    arena_free(&arena);
}

static void a_notice_stays_good(void **state)
{
    char notice[300];
    char cookies[700];
    struct arena *arena = arena_new(1 << 20);
    struct str mac = csrf_mac(arena, STR(NEXT_TOKEN), "notice:Done.");
    struct str r;

    (void)state;
    (void)snprintf(cookies, sizeof(cookies), "%s; __Host-kontor-notice=%.*s.Done.",
                   NEXT_ONE, STR_ARG(mac));
    arena_free(&arena);
    r = get("/portal/renew", cookies, NULL, NULL);
    (void)cookie_of(r, "__Host-kontor-notice", notice);
    (void)snprintf(cookies, sizeof(cookies), "%s; %s", LIVE, notice);
    assert_true(has(get("/portal/plain", cookies, NULL, NULL), "[Done.]"));
    /* One that is not ours is not made ours. */
    (void)snprintf(cookies, sizeof(cookies), "%s; __Host-kontor-notice=x.Evil", NEXT_ONE);
    r = get("/portal/renew", cookies, NULL, NULL);
    assert_false(has(r, "__Host-kontor-notice="));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_fresh_proof_is_enough),
        T(an_old_proof_leads_to_the_step_up),
        T(what_was_sent_is_kept_meanwhile),
        T(a_password_is_not_kept),
        T(what_waits_outlives_the_step_up),
        T(the_right_comes_first),
        T(the_next_page_goes_through_the_renewal),
        T(forms_of_other_tabs_stay_good),
        T(a_form_cookie_without_a_session_is_nothing),
        T(a_notice_stays_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
