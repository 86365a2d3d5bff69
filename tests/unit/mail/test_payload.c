#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "mail/payload.h"

static enum err parse(const char *json, struct mail_payload *out)
{
    static struct arena *arena;
    if (arena == NULL) {
        arena = arena_new((size_t)1 << 20);
    }
    err_clear();
    return mail_payload_parse(arena, str_from(json), out);
}

static void absent_keys_are_empty(void **state)
{
    (void)state;
    struct mail_payload payload;
    assert_int_equal(parse("{}", &payload), OK);
    assert_int_equal(payload.definition_id, 0);
    assert_true(str_is_empty(payload.reference));
    assert_int_equal(parse("{\"reference\":\"R-1\",\"definition_id\":12,\"team\":null,"
                           "\"url_path\":\"/requests/R-1\"}",
                           &payload),
                     OK);
    assert_true(str_is(payload.reference, "R-1"));
    assert_int_equal(payload.definition_id, 12);
    assert_true(str_is(payload.url_path, "/requests/R-1"));
}

static void what_is_not_in_the_list_is_refused(void **state)
{
    (void)state;
    struct mail_payload payload;
    const char *bad[] = {"",
                         "[]",
                         "{\"refrence\":\"R-1\"}",
                         "{\"reference\":7}",
                         "{\"definition_id\":\"7\"}",
                         "{\"url_path\":\"https://elsewhere.example\"}",
                         "{\"url_path\":\"//elsewhere.example\"}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_int_equal(parse(bad[i], &payload), ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_keys_are_empty),
        cmocka_unit_test(what_is_not_in_the_list_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
