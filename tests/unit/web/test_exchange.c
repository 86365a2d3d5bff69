/* From FastCGI parameters to bytes: guard matrix, CSRF, parking, headers, error pages. */
#include "site.h"

struct word_view {
    struct str word;
};
static const struct view_field word_fields[] = {VIEW_F(struct word_view, word, VIEW_STR)};
static VIEW_TYPE(word_type, struct word_view, word_fields);

struct word_fields_parsed {
    struct str word;
    int64_t amount;
};
static const struct field FIELDS[] = {
    {.name = "word",
     .label = "Word",
     .type = FIELD_TEXT,
     .required = true,
     .max = 5,
     .offset = offsetof(struct word_fields_parsed, word)},
    {.name = "amount",
     .label = "Amount",
     .type = FIELD_INT,
     .min = 1,
     .max = 9,
     .offset = offsetof(struct word_fields_parsed, amount)},
};
#define WITH_FIELDS                                                                      \
    .fields = FIELDS, .field_count = 2, .fields_size = sizeof(struct word_fields_parsed)

static int handled;

static enum err show(struct page *page)
{
    struct word_view view = {.word = STR("hello <you>")};

    handled++;
    return page_render(page, 0, &view);
}

static enum err take(struct page *page)
{
    const struct word_fields_parsed *fields = page->fields;
    struct word_view view = {.word = page_raw(page, "word")};

    handled++;
    if (page->error_count > 0)
        return page_render(page, 0, &view);
    assert_true(fields->word.len > 0);
    page_notice(page, "Saved.");
    return page_redirect(page, page_url(page, "/w/%.*s", STR_ARG(fields->word)));
}

static enum err fail_with(struct page *page)
{
    handled++;
    return (enum err)(page_param(page, "code").ptr[0] - 'a');
}

static enum err send(struct page *page)
{
    return page_send_file(page, STR("ab/cd"), STR("Auszug \"ä\"\r\nX: y.pdf"),
                          STR("application/pdf"));
}

/* An address as long as the parameter that the client chose. */
static enum err far(struct page *page)
{
    return page_redirect(page,
                         page_url(page, "/far/%.*s?%.*s", STR_ARG(page_param(page, "x")),
                                  STR_ARG(page_param(page, "x"))));
}

static const struct route ROUTES[] = {
    {HTTP_GET, "/", RIGHT_NONE, CSRF_NONE, .handle = show},
    {HTTP_POST, "/", RIGHT_NONE, CSRF_TOKEN, WITH_FIELDS, .handle = take},
    {HTTP_GET, "/in", RIGHT_SIGNED_IN, CSRF_NONE, .handle = show},
    {HTTP_GET, "/w/{word}", RIGHT_REQUEST_READ, CSRF_NONE, .handle = show},
    {HTTP_POST, "/w/{word}", RIGHT_REQUEST_EDIT, CSRF_TOKEN, WITH_FIELDS, .handle = take},
    {HTTP_POST, "/only-post", RIGHT_REQUEST_EDIT, CSRF_TOKEN, .handle = show},
    {HTTP_GET, "/q", RIGHT_NONE, CSRF_NONE, WITH_FIELDS, .handle = show},
    {HTTP_GET, "/err/{code}", RIGHT_NONE, CSRF_NONE, .handle = fail_with},
    {HTTP_GET, "/file", RIGHT_NONE, CSRF_NONE, .handle = send},
    {HTTP_GET, "/far/{x}", RIGHT_NONE, CSRF_NONE, .handle = far},
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
    site_open(&t, &PROGRAM);
    handled = 0;
    return 0;
}

static int teardown(void **state)
{
    site_close(&t);
    return 0;
}

#define GET(uri, ...)                                                                    \
    site_run(                                                                            \
        &t, &(struct call){.params = {"REQUEST_METHOD", "GET", "REQUEST_URI", uri,       \
                                      "REQUEST_ID", "0123456789abcdef", ##__VA_ARGS__}})
#define COOKIE_LIVE "HTTP_COOKIE", "__Host-kontor=" LIVE_TOKEN
#define COOKIE_DEAD "HTTP_COOKIE", "__Host-kontor=" DEAD_TOKEN
#define COOKIE_PRE  "HTTP_COOKIE", "__Host-kontor-pre=" PRE_TOKEN

static struct str post(const char *uri, const char *cookie, struct str body,
                       const char *name, const char *value)
{
    char length[20];
    struct call call = {.params = {"REQUEST_METHOD", "POST", "REQUEST_URI", uri,
                                   "CONTENT_LENGTH", length, "CONTENT_TYPE",
                                   "application/x-www-form-urlencoded", "HTTP_COOKIE",
                                   cookie, name, value},
                        .body = body.ptr,
                        .body_len = body.len};

    (void)snprintf(length, sizeof(length), "%zu", body.len);
    return site_run(&t, &call);
}

/* The right token for a key, as text of a form. */
static struct str form(const char *key, const char *rest)
{
    static char text[300];
    struct arena *arena = arena_new(1 << 20);
    struct str token = csrf_mac(arena, str_from(key), "csrf");
    int len = snprintf(text, sizeof(text), "csrf=%.*s&%s", STR_ARG(token), rest);

    arena_free(&arena);
    return (struct str){text, (size_t)len};
}

static void routes_and_methods(void **state)
{
    struct str r = GET("/portal/");

    assert_int_equal(status_of(r), 200);
    assert_true(has(r, "hello &lt;you&gt;"));
    assert_int_equal(port.loads, 0); /* no cookie, no statement */
    assert_int_equal(status_of(GET("/portal")), 200);
    assert_int_equal(status_of(GET("/other/")), 404);
    assert_int_equal(status_of(GET("/portal/nope")), 404);
    assert_int_equal(status_of(GET("/portal/w/")), 404);
    assert_int_equal(status_of(GET("/portal/w/a%2Fb")), 404);
    assert_int_equal(status_of(GET("/portal/w/a/b")), 404);
    r = GET("/portal/only-post");
    assert_int_equal(status_of(r), 405);
    assert_true(has(r, "Allow: POST\r\n"));
    r = post("/portal/in", "", STR(""), NULL, NULL);
    assert_int_equal(status_of(r), 405);
    assert_true(has(r, "Allow: GET, HEAD\r\n"));
}

static void head_has_no_body(void **state)
{
    struct str r = site_run(&t, &(struct call){.params = {"REQUEST_METHOD", "HEAD",
                                                          "REQUEST_URI", "/portal/"}});

    assert_int_equal(status_of(r), 200);
    assert_true(str_ends(r, STR("\r\n\r\n")));
    assert_int_equal(handled, 1);
}

static void malformed_is_400(void **state)
{
    static const char *const URIS[] = {"/portal/q?word=%ff", "/portal/q?word=%00",
                                       "/portal/q?word=%4",  "/portal/q?word=%zz",
                                       "/portal/w/%C3%28",   "/portal/\xc3\xa4",
                                       "/portal/a\x01"};

    for (size_t i = 0; i < sizeof(URIS) / sizeof(*URIS); i++) {
        struct str r = GET(URIS[i]);

        assert_int_equal(status_of(r), 400);
        assert_true(has(r, "not valid text"));
    }
    assert_int_equal(status_of(post("/portal/", "__Host-kontor-pre=" PRE_TOKEN,
                                    form(PRE_TOKEN, "word=%00"), NULL, NULL)),
                     400);
    assert_int_equal(status_of(post("/portal/", "__Host-kontor-pre=" PRE_TOKEN,
                                    form(PRE_TOKEN, "word=\xff"), NULL, NULL)),
                     400);
    assert_int_equal(handled, 0);
    /* A bad value in a link has no field to correct. */
    assert_int_equal(status_of(GET("/portal/q?word=toolong")), 400);
    assert_int_equal(status_of(GET("/portal/q?word=ok&amount=5")), 200);
}

static void guard_matrix(void **state)
{
    static const struct {
        const char *uri;
        right_set rights;
        int status; /* with a live session */
    } CASES[] = {
        {"/portal/in", 0, 200},
        {"/portal/w/x", 0, 403},
        {"/portal/w/x", 1u << RIGHT_REQUEST_EDIT, 403},
        {"/portal/w/x", 1u << RIGHT_REQUEST_READ, 200},
        {"/portal/", 0, 200},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        port.rights = CASES[i].rights;
        assert_int_equal(status_of(GET(CASES[i].uri, COOKIE_LIVE)), CASES[i].status);
        assert_int_equal(status_of(GET(CASES[i].uri)),
                         strcmp(CASES[i].uri, "/portal/") == 0 ? 200 : 303);
        assert_int_equal(status_of(GET(CASES[i].uri, COOKIE_DEAD)),
                         strcmp(CASES[i].uri, "/portal/") == 0 ? 200 : 303);
    }
    port.load_err = ERR_UNAVAILABLE;
    assert_int_equal(status_of(GET("/portal/in", COOKIE_LIVE)), 503);
    assert_true(has(GET("/portal/in", COOKIE_LIVE), "Retry-After: 10\r\n"));
}

static void sends_to_login(void **state)
{
    struct str r = GET("/portal/w/x?a=b%20c");

    assert_int_equal(status_of(r), 303);
    assert_true(has(r, "Location: /portal/login?return_to=%2Fw%2Fx%3Fa%3Db%2520c\r\n"));
    r = GET("/portal/in", "HTTP_ACCEPT", "application/json");
    assert_int_equal(status_of(r), 401);
    assert_true(has(r, "Content-Type: application/problem+json\r\n"));
    /* A cookie that no session can have costs no statement. */
    port.loads = 0;
    (void)GET("/portal/in", "HTTP_COOKIE", "__Host-kontor=short");
    (void)GET("/portal/in", "HTTP_COOKIE",
              "__Host-kontor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'");
    assert_int_equal(port.loads, 0);
}

static void csrf_before_and_in_a_session(void **state)
{
    const char *live = "__Host-kontor=" LIVE_TOKEN "; __Host-kontor-pre=" PRE_TOKEN;

    port.rights = 1u << RIGHT_REQUEST_EDIT;
    assert_int_equal(status_of(post("/portal/", "__Host-kontor-pre=" PRE_TOKEN,
                                    form(PRE_TOKEN, "word=a"), NULL, NULL)),
                     303);
    assert_int_equal(
        status_of(post("/portal/", "", form(PRE_TOKEN, "word=a"), NULL, NULL)), 403);
    assert_int_equal(status_of(post("/portal/", "", STR("word=a"), NULL, NULL)), 403);
    assert_int_equal(status_of(post("/portal/", "", STR("csrf=&word=a"), NULL, NULL)),
                     403);
    assert_int_equal(
        status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"), NULL, NULL)),
        303);
    /* In a session the pre-login token is nothing. */
    assert_int_equal(
        status_of(post("/portal/w/x", live, form(PRE_TOKEN, "word=a"), NULL, NULL)), 403);
    assert_int_equal(
        status_of(post("/portal/w/x", live, form(DEAD_TOKEN, "word=a"), NULL, NULL)),
        403);
    handled = 0;
    assert_int_equal(status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"),
                                    "HTTP_ORIGIN", "https://evil.example")),
                     403);
    assert_int_equal(status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"),
                                    "HTTP_ORIGIN", "null")),
                     403);
    assert_int_equal(status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"),
                                    "HTTP_SEC_FETCH_SITE", "same-site")),
                     403);
    assert_int_equal(handled, 0);
    assert_int_equal(status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"),
                                    "HTTP_ORIGIN", "https://portal.example.org")),
                     303);
    assert_int_equal(status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"),
                                    "HTTP_ORIGIN", "https://staff.example.org")),
                     303);
    assert_int_equal(status_of(post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"),
                                    "HTTP_SEC_FETCH_SITE", "same-origin")),
                     303);
}

static void right_comes_before_csrf_and_fields(void **state)
{
    assert_int_equal(status_of(post("/portal/w/x", "__Host-kontor=" LIVE_TOKEN,
                                    STR("word="), NULL, NULL)),
                     403);
    assert_int_equal(handled, 0);
}

static void invalid_fields_are_422(void **state)
{
    const char *live = "__Host-kontor=" LIVE_TOKEN;
    struct str r;

    port.rights = 1u << RIGHT_REQUEST_EDIT;
    r = post("/portal/w/x", live, form(LIVE_TOKEN, "word=sechs6&amount=10"), NULL, NULL);
    assert_int_equal(status_of(r), 422);
    assert_true(has(r, "<p>sechs6</p>")); /* what was typed is kept */
    assert_true(has(r, "(word:Shorten “Word” to at most 5 characters; it has 6 now.)"));
    assert_true(has(r, "(amount:Enter a whole number from 1 to 9 in “Amount”.)"));
    r = post("/portal/w/x", live, form(LIVE_TOKEN, "word=+"), NULL, NULL);
    assert_true(has(r, "(word:Fill in “Word”.)"));
    r = post("/portal/w/x", live, form(LIVE_TOKEN, "word=a%0Ab"), NULL, NULL);
    assert_true(has(r, "(word:Remove the control characters"));
    r = post("/portal/w/x", live, form(LIVE_TOKEN, "word=sechs6"), "HTTP_ACCEPT",
             "application/json");
    assert_int_equal(status_of(r), 422);
    assert_true(has(r, "\"errors\":[{\"name\":\"word\","));
    assert_true(has(r, "Content-Type: application/problem+json\r\n"));
}

static void too_large_is_413(void **state)
{
    static char body[70000];
    struct call call = {.params = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/portal/",
                                   "CONTENT_TYPE", "application/x-www-form-urlencoded"},
                        .body = body,
                        .body_len = sizeof(body)};

    memset(body, 'a', sizeof(body));
    assert_int_equal(
        status_of(post("/portal/", "", (struct str){body, sizeof(body)}, NULL, NULL)),
        413);
    assert_int_equal(status_of(site_run(&t, &call)), 413); /* no length announced */
    call.broken = true;
    call.body_len = 10;
    assert_int_equal(status_of(site_run(&t, &call)), 400);
}

static void parks_a_post(void **state)
{
    const char *dead = "__Host-kontor=" DEAD_TOKEN;
    struct str r =
        post("/portal/w/x?y=1", dead, form(DEAD_TOKEN, "word=typed"), NULL, NULL);

    assert_int_equal(status_of(r), 303);
    assert_true(has(r, "Location: /portal/login?return_to=%2Fw%2Fx%3Fy%3D1\r\n"));
    assert_int_equal(port.parks, 1);
    assert_int_equal(port.parked.person_id, CUSTOMER_ID);
    assert_string_equal(port.parked_path, "/w/x?y=1");
    assert_non_null(strstr(port.parked_body, "word=typed"));
    assert_true(has(r, "Set-Cookie: __Host-kontor-parked="));
    assert_true(has(r, "Max-Age=1800"));
    /* A page without GET is no place to return to. */
    r = post("/portal/only-post", dead, form(DEAD_TOKEN, "word=x"), NULL, NULL);
    assert_true(has(r, "Location: /portal/login\r\n"));
    /* Not without the form's token, not from elsewhere, not for a token never given out. */
    port.parks = 0;
    (void)post("/portal/w/x", dead, STR("word=x"), NULL, NULL);
    (void)post("/portal/w/x", dead, form(LIVE_TOKEN, "word=x"), NULL, NULL);
    (void)post("/portal/w/x", dead, form(DEAD_TOKEN, "word=x"), "HTTP_ORIGIN",
               "https://evil.example");
    (void)post("/portal/w/x", "__Host-kontor=" PRE_TOKEN, form(PRE_TOKEN, "word=x"), NULL,
               NULL);
    assert_int_equal(port.parks, 0);
    assert_int_equal(handled, 0);
}

static void notice_is_bound_to_the_session(void **state)
{
    const char *live = "__Host-kontor=" LIVE_TOKEN;
    char cookie[400];
    struct str r;
    struct str value;
    ssize_t at;

    port.rights = 1u << RIGHT_REQUEST_EDIT;
    r = post("/portal/w/x", live, form(LIVE_TOKEN, "word=a"), NULL, NULL);
    at = str_find(r, STR("__Host-kontor-notice="));
    assert_true(at > 0);
    value = str_from_index(r, (size_t)at);
    value = str_sub(value, 0, (size_t)str_index(value, ';'));
    (void)snprintf(cookie, sizeof(cookie), "%s; %.*s", live, STR_ARG(value));
    assert_true(has(GET("/portal/in", "HTTP_COOKIE", cookie), "[Saved.]"));
    assert_true(
        has(GET("/portal/in", "HTTP_COOKIE", cookie), "__Host-kontor-notice=; Path=/"));
    assert_false(has(GET("/portal/in", "HTTP_COOKIE", cookie, "HTTP_X_KONTOR_LIVE", "1"),
                     "[Saved.]"));
    cookie[strlen(cookie) - 1] = '!';
    assert_false(has(GET("/portal/in", "HTTP_COOKIE", cookie), "[Saved"));
    (void)snprintf(cookie, sizeof(cookie), "%s; __Host-kontor-notice=x.Evil", live);
    assert_false(has(GET("/portal/in", "HTTP_COOKIE", cookie), "[Evil"));
}

static void headers_are_clean(void **state)
{
    static const char *const WANT[] = {"Content-Security-Policy: default-src 'none'; "
                                       "script-src 'self'; style-src 'self'; img-src "
                                       "'self' data:; font-src 'self'; connect-src "
                                       "'self'; form-action 'self'; base-uri 'none'; "
                                       "frame-ancestors 'none'\r\n",
                                       "X-Content-Type-Options: nosniff\r\n",
                                       "Referrer-Policy: same-origin\r\n",
                                       "Cache-Control: no-store\r\n",
                                       "Vary: Cookie, Accept, Accept-Language\r\n",
                                       "Cross-Origin-Opener-Policy: same-origin\r\n",
                                       "Permissions-Policy: ",
                                       "X-Request-ID: 0123456789abcdef\r\n"};
    static const char *const URIS[] = {"/portal/", "/portal/nope", "/portal/in",
                                       "/portal/q?word=%00", "/portal/file"};

    for (size_t u = 0; u < sizeof(URIS) / sizeof(*URIS); u++) {
        struct str r = GET(URIS[u]);
        ssize_t end = str_find(r, STR("\r\n\r\n"));

        assert_true(end > 0);
        for (size_t i = 0; i < sizeof(WANT) / sizeof(*WANT); i++)
            if (!has(str_sub(r, 0, (size_t)end + 2), WANT[i]))
                fail_msg("%s lacks %s", URIS[u], WANT[i]);
        /* Only printable ASCII and whole line ends in the head. */
        for (ssize_t i = 0; i < end; i++) {
            unsigned char c = (unsigned char)r.ptr[i];

            assert_true((c >= 0x20 && c < 0x7f) || c == '\r' || c == '\n');
            if (c == '\r')
                assert_int_equal(r.ptr[i + 1], '\n');
        }
        assert_false(has(r, "\nX: y.pdf"));
    }
    /* An id that is not nginx's is not repeated. */
    assert_false(
        has(site_run(
                &t, &(struct call){.params = {"REQUEST_METHOD", "GET", "REQUEST_URI",
                                              "/portal/", "REQUEST_ID", "evil\r\nX: y"}}),
            "evil"));
    assert_true(
        has(GET("/portal/file"), "X-Accel-Redirect: /internal/documents/ab/cd\r\n"));
    assert_true(has(GET("/portal/file"), "Content-Disposition: attachment; filename=\""));
}

static void a_long_address_is_no_reason_to_abort(void **state)
{
    char uri[4000] = "/portal/far/";
    struct str r;

    assert_int_equal(status_of(GET("/portal/far/x")), 303);
    memset(uri + strlen(uri), 'x', sizeof(uri) - 1 - strlen(uri));
    r = GET(uri);
    assert_int_equal(status_of(r), 500);
    assert_false(has(r, "Location:"));
    assert_true(has(r, "Content-Type: text/html"));
}

static void health_has_one_address(void **state)
{
    assert_int_equal(status_of(GET("/portal/healthz")), 404);
    assert_int_equal(status_of(GET("/portal/healthz/")), 404);
    assert_int_equal(status_of(GET("/portal/healthz/another")), 404);
}

static void links_of_an_error_page_stay_here(void **state)
{
    assert_true(has(GET("/portal/nope"), "<a href=\"/portal/nope?lang=de\">"));
    assert_true(has(GET("/portal//evil.example"), "<a href=\"/portal/?lang=de\">"));
    assert_true(has(GET("/portal/\\evil.example?a=b"), "<a href=\"/portal/?lang=de\">"));
}

static void pre_login_cookie_is_set_once(void **state)
{
    struct str r = GET("/portal/");

    assert_true(has(r, "Set-Cookie: __Host-kontor-pre="));
    assert_true(has(r, "; Path=/; Secure; SameSite=Lax; HttpOnly\r\n"));
    assert_false(has(GET("/portal/", COOKIE_PRE), "Set-Cookie"));
    assert_false(has(GET("/portal/nope"), "Set-Cookie"));
    assert_false(has(GET("/portal/in", COOKIE_LIVE), "Set-Cookie"));
}

static void language_order(void **state)
{
    assert_true(has(GET("/portal/"), "Content-Language: en\r\n"));
    assert_true(has(GET("/portal/", "HTTP_ACCEPT_LANGUAGE", "de-AT,en;q=0.5"),
                    "Content-Language: de\r\n"));
    assert_true(has(
        GET("/portal/", "HTTP_ACCEPT_LANGUAGE", "de", "HTTP_COOKIE", "kontor-lang=en"),
        "Content-Language: en\r\n"));
    assert_true(has(GET("/portal/?lang=de&x=1", "HTTP_COOKIE", "kontor-lang=en"),
                    "Content-Language: de\r\n"));
    assert_true(has(GET("/portal/?lang=de"),
                    "Set-Cookie: kontor-lang=de; Path=/; Secure; "
                    "SameSite=Lax; Max-Age=31536000\r\n"));
    assert_false(has(GET("/portal/?lang=fr"), "kontor-lang"));
    assert_true(has(GET("/portal/in?a=1&lang=en&b=%20", COOKIE_LIVE),
                    "href=\"/portal/in?a=1&amp;b=%20&amp;lang=de\""));
}

static void every_error_has_its_status(void **state)
{
    static const int STATUS[] = {
        [ERR_INPUT] = 422,     [ERR_AUTH] = 303,        [ERR_DENIED] = 403,
        [ERR_NOT_FOUND] = 404, [ERR_CONFLICT] = 409,    [ERR_TOO_LARGE] = 413,
        [ERR_LIMITED] = 429,   [ERR_UNAVAILABLE] = 503, [ERR_UNCERTAIN] = 503,
        [ERR_INTERNAL] = 500};

    for (int err = ERR_DENIED; err <= ERR_INTERNAL; err++) {
        char uri[] = "/portal/err/a";

        uri[12] = (char)('a' + err);
        assert_int_equal(status_of(GET(uri)), STATUS[err]);
        assert_int_equal(response_status_of((enum err)err), STATUS[err]);
    }
    assert_int_equal(response_status_of(ERR_INPUT), 422);
    assert_int_equal(response_status_of(ERR_AUTH), 401);
    /* OK without an answer is our defect. */
    assert_int_equal(status_of(GET("/portal/err/a")), 500);
}

static void json_view_and_body(void **state)
{
    static const char BODY[] = "{\"word\":\"\\u00e4\",\"amount\":3,\"gone\":null}";
    char length[20];
    struct arena *arena = arena_new(1 << 20);
    struct str token = csrf_mac(arena, STR(LIVE_TOKEN), "csrf");
    struct call call = {.params = {"REQUEST_METHOD", "POST", "REQUEST_URI", "/portal/w/x",
                                   "CONTENT_TYPE", "application/json; charset=utf-8",
                                   "CONTENT_LENGTH", length, COOKIE_LIVE,
                                   "HTTP_X_KONTOR_CSRF", str_c(arena, token)},
                        .body = BODY,
                        .body_len = sizeof(BODY) - 1};
    struct str r = GET("/portal/in", COOKIE_LIVE, "HTTP_ACCEPT", "application/json");

    assert_true(has(r, "Content-Type: application/json\r\n"));
    assert_true(has(r, "hello "));
    assert_true(has(r, "X-Kontor-CSRF: "));
    assert_false(
        has(GET("/portal/in", COOKIE_LIVE, "HTTP_ACCEPT", "text/html,application/json"),
            "application/json\r\n"));
    port.rights = 1u << RIGHT_REQUEST_EDIT;
    (void)snprintf(length, sizeof(length), "%zu", sizeof(BODY) - 1);
    r = site_run(&t, &call);
    assert_int_equal(status_of(r), 303);
    assert_true(has(r, "Location: /portal/w/%C3%A4\r\n"));
    arena_free(&arena);
}

static void seen_is_stamped_once_a_minute(void **state)
{
    (void)GET("/portal/in", COOKIE_LIVE);
    assert_int_equal(port.seens, 0);
    port.last_seen_at = t.clock.fixed - 61 * US_PER_S;
    (void)GET("/portal/in", COOKIE_LIVE, "HTTP_X_KONTOR_LIVE", "1");
    assert_int_equal(port.seens, 0); /* a poll of the page is no sign of the person */
    (void)GET("/portal/in", COOKIE_LIVE);
    assert_int_equal(port.seens, 1);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(routes_and_methods),
        T(head_has_no_body),
        T(malformed_is_400),
        T(guard_matrix),
        T(sends_to_login),
        T(csrf_before_and_in_a_session),
        T(right_comes_before_csrf_and_fields),
        T(invalid_fields_are_422),
        T(too_large_is_413),
        T(parks_a_post),
        T(notice_is_bound_to_the_session),
        T(headers_are_clean),
        T(a_long_address_is_no_reason_to_abort),
        T(health_has_one_address),
        T(links_of_an_error_page_stay_here),
        T(pre_login_cookie_is_set_once),
        T(language_order),
        T(every_error_has_its_status),
        T(json_view_and_body),
        T(seen_is_stamped_once_a_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
