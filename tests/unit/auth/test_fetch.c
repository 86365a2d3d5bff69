/* Where a name may lead to. What fetch() does with a real server: tests/integration/oidc-evil.test.mjs. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "auth/fetch.h"

static bool may(const char *address, enum fetch_reach reach)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
        return fetch_may_reach(&four, reach);
    assert_int_equal(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
    return fetch_may_reach(&six, reach);
}

static void judges_addresses(void **state)
{
    static const char *const PUBLIC[] = {
        "8.8.8.8",  "172.15.0.1",   "172.32.0.1",      "100.128.0.1",
        "11.0.0.1", "2a00:1450::1", "2001:4860::8888", "::ffff:8.8.8.8"};
    static const char *const PRIVATE[] = {
        "10.0.0.1",        "10.255.255.255", "172.16.0.1",       "172.31.255.255",
        "192.168.1.1",     "100.64.0.1",     "fd00::1",          "fc00::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:0a00:0001::1"};
    static const char *const LOOPBACK[] = {"127.0.0.1", "127.77.0.3", "::1",
                                           "::ffff:127.0.0.1", "2002:7f00:0001::1"};
    static const char *const NEVER[] = {"0.0.0.0",
                                        "0.1.2.3",
                                        "169.254.169.254",
                                        "224.0.0.1",
                                        "255.255.255.255",
                                        "240.0.0.1",
                                        "::",
                                        "fe80::1",
                                        "ff02::1",
                                        "fec0::1",
                                        "::ffff:169.254.169.254",
                                        "64:ff9b::a9fe:a9fe",
                                        "2001:db8::1",
                                        "2001::1",
                                        "192.0.2.1",
                                        "198.18.0.1",
                                        "::7f00:1"};

    (void)state;
    for (size_t i = 0; i < sizeof(PUBLIC) / sizeof(*PUBLIC); i++)
        if (!may(PUBLIC[i], FETCH_PUBLIC))
            fail_msg("%s", PUBLIC[i]);
    for (size_t i = 0; i < sizeof(PRIVATE) / sizeof(*PRIVATE); i++)
        if (may(PRIVATE[i], FETCH_PUBLIC) || !may(PRIVATE[i], FETCH_PRIVATE))
            fail_msg("%s", PRIVATE[i]);
    for (size_t i = 0; i < sizeof(LOOPBACK) / sizeof(*LOOPBACK); i++)
        if (may(LOOPBACK[i], FETCH_PRIVATE) || !may(LOOPBACK[i], FETCH_LOOPBACK))
            fail_msg("%s", LOOPBACK[i]);
    for (size_t i = 0; i < sizeof(NEVER) / sizeof(*NEVER); i++)
        if (may(NEVER[i], FETCH_LOOPBACK))
            fail_msg("%s", NEVER[i]);
}

static void refuses_other_schemes(void **state)
{
    static const char *const URLS[] = {"http://localhost/", "file:///etc/passwd",
                                       "ftp://localhost/", "HTTPS://localhost/", ""};
    struct arena *arena = arena_new(1 << 20);
    struct fetch_answer answer;

    (void)state;
    for (size_t i = 0; i < sizeof(URLS) / sizeof(*URLS); i++) {
        struct fetch_request request = {
            .url = str_from(URLS[i]),
            .reach = FETCH_LOOPBACK,
            .deadline_us = clock_monotonic_us() + US_PER_S,
            .answer_max = 100,
        };

        assert_int_equal(fetch(arena, &request, &answer), FETCH_REFUSED);
    }
    arena_free(&arena);
    err_clear();
}

static void connects_to_nothing_out_of_reach(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct fetch_request request = {
        .url = STR("https://127.0.0.1:9/"),
        .reach = FETCH_PUBLIC,
        .deadline_us = clock_monotonic_us() + 5 * US_PER_S,
        .answer_max = 100,
    };
    struct fetch_answer answer;

    (void)state;
    err_clear();
    assert_int_equal(fetch(arena, &request, &answer), FETCH_REFUSED);
    assert_non_null(strstr(err_text(), "out of reach"));
    err_clear();
    request.reach = FETCH_LOOPBACK;
    assert_int_equal(fetch(arena, &request, &answer), FETCH_AWAY);
    request.deadline_us = clock_monotonic_us();
    assert_int_equal(fetch(arena, &request, &answer), FETCH_AWAY);
    arena_free(&arena);
    err_clear();
}

static void escapes_values(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_init(arena, 1000);

    (void)state;
    fetch_put_value(&out, STR("aZ09-._~ &=+/?#%ü\r\n"));
    assert_true(str_is(buf_str(&out), "aZ09-._~%20%26%3D%2B%2F%3F%23%25%C3%BC%0D%0A"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_addresses),
        cmocka_unit_test(refuses_other_schemes),
        cmocka_unit_test(connects_to_nothing_out_of_reach),
        cmocka_unit_test(escapes_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
