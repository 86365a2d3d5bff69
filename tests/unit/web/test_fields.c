/* All field types: what is taken, what is complained about, what a handler sees then. */
#include "site.h"

struct all {
    struct str text;
    struct str lines;
    struct str password;
    int64_t number;
    day_no day;
    struct str choice;
    bool yes;
    struct str token;
};
static const char *const CHOICES[] = {"red", "blue", NULL};
static const struct field FIELDS[] = {
    {.name = "text",
     .label = "Text",
     .type = FIELD_TEXT,
     .max = 5,
     .offset = offsetof(struct all, text)},
    {.name = "lines",
     .label = "Lines",
     .type = FIELD_MULTILINE,
     .max = 9,
     .offset = offsetof(struct all, lines)},
    {.name = "password",
     .label = "Password",
     .type = FIELD_PASSWORD,
     .max = 6,
     .offset = offsetof(struct all, password)},
    {.name = "number",
     .label = "Number",
     .type = FIELD_INT,
     .min = -3,
     .max = 12,
     .offset = offsetof(struct all, number)},
    {.name = "day",
     .label = "Day",
     .type = FIELD_DAY,
     .offset = offsetof(struct all, day)},
    {.name = "choice",
     .label = "Choice",
     .type = FIELD_CHOICE,
     .choices = CHOICES,
     .offset = offsetof(struct all, choice)},
    {.name = "yes",
     .label = "Yes",
     .type = FIELD_BOOL,
     .offset = offsetof(struct all, yes)},
    {.name = "token",
     .label = "Token",
     .type = FIELD_TOKEN,
     .offset = offsetof(struct all, token)},
};
static const struct field NEEDED[] = {
    {.name = "text",
     .label = "Text",
     .type = FIELD_TEXT,
     .required = true,
     .offset = offsetof(struct all, text)},
    {.name = "password",
     .label = "Password",
     .type = FIELD_PASSWORD,
     .required = true,
     .offset = offsetof(struct all, password)},
    {.name = "day",
     .label = "Day",
     .type = FIELD_DAY,
     .required = true,
     .offset = offsetof(struct all, day)},
};

/* What the handler saw, in memory of its own. */
static struct all seen;
static size_t complaints;
static char first_complaint[400];
static char raw_password[40];
static char kept[400];

static struct str keep(struct str s)
{
    static char memory[4000];
    static size_t used;

    if (used + s.len > sizeof memory)
        used = 0;
    if (s.len)
        memcpy(memory + used, s.ptr, s.len);
    used += s.len;
    return (struct str){s.ptr ? memory + used - s.len : NULL, s.len};
}

static enum err take(struct page *page)
{
    const struct all *fields = page->fields;

    seen = *fields;
    seen.text = keep(fields->text);
    seen.lines = keep(fields->lines);
    seen.password = keep(fields->password);
    seen.choice = keep(fields->choice);
    seen.token = keep(fields->token);
    complaints = page->error_count;
    first_complaint[0] = 0;
    if (complaints)
        (void)snprintf(first_complaint, sizeof first_complaint, "%.*s: %.*s",
                       STR_ARG(page->errors[0].name), STR_ARG(page->errors[0].text));
    (void)snprintf(raw_password, sizeof raw_password, "%.*s",
                   STR_ARG(page_raw(page, "password")));
    (void)snprintf(kept, sizeof kept, "%.*s", STR_ARG(page_raw(page, "text")));
    return page_redirect(page, page_url(page, "/"));
}

static const struct route ROUTES[] = {
    {HTTP_POST, "/", RIGHT_NONE, CSRF_TOKEN, FIELDS, 8, sizeof(struct all),
     .handle = take},
    {HTTP_POST, "/needed", RIGHT_NONE, CSRF_TOKEN, NEEDED, 3, sizeof(struct all),
     .handle = take},
};
static const struct web_program PROGRAM = {
    .name = "test", .routes = ROUTES, .route_count = 2, .guard = &PORT};
static struct test_site t;

static int setup(void **state)
{
    (void)state;
    site_open(&t, &PROGRAM);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    site_close(&t);
    return 0;
}

/* Send "name=value"; true if nothing was complained about. */
static bool send_to(const char *uri, const char *pair)
{
    char length[20];
    struct arena *arena = arena_new(1 << 20);
    struct str token = csrf_mac(arena, STR(PRE_TOKEN), "csrf");
    struct str body = str_format(arena, "csrf=%.*s&%s", STR_ARG(token), pair);
    struct call call = {.params = {"REQUEST_METHOD", "POST", "REQUEST_URI", uri,
                                   "CONTENT_LENGTH", length, "CONTENT_TYPE",
                                   "application/x-www-form-urlencoded", "HTTP_COOKIE",
                                   "__Host-kontor-pre=" PRE_TOKEN},
                        .body = body.ptr,
                        .body_len = body.len};

    (void)snprintf(length, sizeof length, "%zu", body.len);
    if (status_of(site_run(&t, &call)) != 303)
        fail_msg("%s did not reach the handler", pair);
    arena_free(&arena);
    return complaints == 0;
}

static bool sent(const char *pair)
{
    return send_to("/portal/", pair);
}

static void nothing_sent_is_nothing(void **state)
{
    (void)state;
    assert_true(sent(""));
    assert_null(seen.text.ptr);
    assert_null(seen.token.ptr);
    assert_int_equal(seen.number, 0);
    assert_true(seen.day == DAY_NONE);
    assert_false(seen.yes);
}

static void text(void **state)
{
    (void)state;
    assert_true(sent("text=++ab+c++"));
    assert_true(str_is(seen.text, "ab c")); /* white space at the ends goes */
    assert_true(sent("text=%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80%C3%A4"));
    assert_int_equal(seen.text.len, 18); /* five characters, whatever their bytes */
    assert_true(sent("text=u%CC%88"));
    assert_true(str_is(seen.text, "ü")); /* NFC */
    assert_false(sent("text=abcdef"));
    assert_non_null(strstr(first_complaint, "text: Shorten “Text” to at most 5"));
    assert_non_null(strstr(first_complaint, "it has 6 now"));
    assert_null(seen.text.ptr);
    assert_string_equal(kept, "abcdef"); /* what was typed stays typed */
    assert_false(sent("text=a%0Ab"));
    assert_non_null(strstr(first_complaint, "control characters"));
    assert_false(sent("text=a%7Fb"));
    assert_false(sent("text=a%1Bb"));
    assert_true(sent("text=%3Cb%3E"));
    assert_true(str_is(seen.text, "<b>")); /* raw until the edge */
    assert_true(sent("text=a&text=b"));    /* the first one counts */
    assert_true(str_is(seen.text, "a"));
}

static void several_lines(void **state)
{
    (void)state;
    assert_true(sent("lines=a%0D%0Ab%0Dc%0Ad"));
    assert_true(str_is(seen.lines, "a\nb\nc\nd"));
    assert_true(sent("lines=a%09b"));
    assert_true(str_is(seen.lines, "a\tb"));
    /* CRLF counts as one character, as the browser counts it. */
    assert_true(sent("lines=1%0D%0A2%0D%0A3%0D%0A4%0D%0A5"));
    assert_false(sent("lines=1%0D%0A2%0D%0A3%0D%0A4%0D%0A56"));
    assert_false(sent("lines=a%08b"));
}

static void password(void **state)
{
    (void)state;
    assert_true(sent("password=+a%0A+"));
    assert_true(str_is(seen.password, " a\n ")); /* bytes as typed */
    assert_string_equal(raw_password, "");       /* never for showing again */
    assert_false(sent("password=1234567"));
    assert_null(strstr(first_complaint, "1234567"));
    assert_string_equal(raw_password, "");
}

static void number(void **state)
{
    (void)state;
    static const char *const BAD[] = {"13",
                                      "-4",
                                      "1.0",
                                      "0x1",
                                      "1e1",
                                      "a",
                                      "%2B",
                                      "1+2",
                                      "--1",
                                      "９",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999999999999"};
    char pair[80];

    assert_true(sent("number=12"));
    assert_int_equal(seen.number, 12);
    assert_true(sent("number=-3"));
    assert_int_equal(seen.number, -3);
    assert_true(sent("number=+7+"));
    assert_int_equal(seen.number, 7);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        (void)snprintf(pair, sizeof pair, "number=%s", BAD[i]);
        if (sent(pair))
            fail_msg("%s was taken", pair);
        assert_int_equal(seen.number, 0);
        assert_non_null(strstr(first_complaint, "from -3 to 12"));
    }
}

static void day(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "2026-02-29", "2026-13-01",       "2026-00-10",  "26-01-01",   "2026-1-1",
        "31.12.2026", "2026-01-01T00:00", "-2026-01-01", "2026-01-32", "tomorrow"};
    char pair[80];

    assert_true(sent("day=2028-02-29"));
    assert_true(seen.day == day_from_civil((struct civil_date){2028, 2, 29}));
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        (void)snprintf(pair, sizeof pair, "day=%s", BAD[i]);
        if (sent(pair))
            fail_msg("%s was taken", pair);
        assert_true(seen.day == DAY_NONE);
    }
}

static void choice(void **state)
{
    (void)state;
    assert_true(sent("choice=blue"));
    assert_true(str_is(seen.choice, "blue"));
    assert_false(sent("choice=green"));
    assert_false(sent("choice=Red"));
    assert_false(sent("choice=red%2Cblue"));
    assert_null(seen.choice.ptr);
}

static void yes(void **state)
{
    (void)state;
    assert_true(sent("yes=1"));
    assert_true(seen.yes);
    assert_true(sent("yes=on"));
    assert_true(seen.yes);
    assert_true(sent("yes=0"));
    assert_false(seen.yes);
    assert_true(sent("yes=false"));
    assert_false(seen.yes);
    assert_true(sent("yes="));
    assert_false(seen.yes);
}

static void token(void **state)
{
    (void)state;
    char pair[100] = "token=";

    assert_true(sent("token=aZ0_-"));
    assert_true(str_is(seen.token, "aZ0_-"));
    memset(pair + 6, 'x', 64);
    assert_true(sent(pair));
    memset(pair + 6, 'x', 65);
    assert_false(sent(pair));
    assert_false(sent("token=a%20b"));
    assert_false(sent("token=..%2F"));
    assert_false(sent("token=%C3%A4"));
    assert_null(seen.token.ptr);
}

static void required(void **state)
{
    (void)state;
    assert_false(send_to("/portal/needed", "text=+++&password=x&day="));
    assert_int_equal(complaints, 2);
    assert_string_equal(first_complaint, "text: Fill in “Text”.");
    assert_true(seen.day == DAY_NONE);
    /* Blanks alone are a password. */
    assert_true(send_to("/portal/needed", "text=a&password=++&day=2026-01-01"));
    assert_true(str_is(seen.password, "  "));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(nothing_sent_is_nothing),
        T(text),
        T(several_lines),
        T(password),
        T(number),
        T(day),
        T(choice),
        T(yes),
        T(token),
        T(required),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
