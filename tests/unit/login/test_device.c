/* A User-Agent in two words, and nothing of it that somebody else has chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../modules/login/device.h"

static void what_people_use(void **state)
{
    static const struct {
        const char *agent;
        const char *words;
    } ROWS[] = {
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 "
         "Firefox/128.0",
         "Firefox, Windows"},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
         "Gecko) "
         "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
         "Edge, Windows"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
         "like "
         "Gecko) Version/17.5 Safari/605.1.15",
         "Safari, macOS"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
         "(KHTML, "
         "like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
         "Safari, iPhone"},
        {"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
         "like "
         "Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
         "Chrome, iPad"},
        {"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like "
         "Gecko) "
         "Chrome/126.0.0.0 Mobile Safari/537.36",
         "Chrome, Android"},
        {"Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like "
         "Gecko) "
         "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
         "Samsung Internet, Android"},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "HeadlessChrome/126.0.0.0 Safari/537.36",
         "Chrome, Linux"},
        {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like "
         "Gecko) "
         "Chrome/126.0.0.0 Safari/537.36",
         "Chrome, ChromeOS"},
        {"curl/7.88.1", "curl"},
        {"node", "Browser"},
        {"", "Browser"},
        {"<script>alert(1)</script> Linux", "Browser, Linux"},
    };
    struct arena *arena = arena_new((size_t)1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
        assert_string_equal(str_c(arena, device_words(arena, str_from(ROWS[i].agent))),
                            ROWS[i].words);
    assert_string_equal(str_c(arena, device_words(arena, STR_NONE)), "Browser");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_people_use)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
