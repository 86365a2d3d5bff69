/* The zones to choose from: complete, named, sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "formats/locale.h"
#include "formats/zones.h"

static struct zone_choice *zones;
static size_t count;

static size_t find(const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(zones[i].id, id))
            return i;
    fail_msg("no zone %s", id);
    return 0;
}

static void zones_have_names_in_both_languages(void **state)
{
    struct arena *arena = arena_new((size_t)4 << 20);

    (void)state;
    assert_int_equal(zones_list(arena, "en", &zones, &count), OK);
    assert_in_range(count, 350, 700);
    assert_true(str_is(zones[find("Europe/Vienna")].name, "Vienna"));
    assert_true(str_is(zones[find("Europe/Vienna")].region, "Europe"));
    assert_int_equal(zones_list(arena, "de", &zones, &count), OK);
    assert_true(str_is(zones[find("Europe/Vienna")].name, "Wien"));
    assert_true(str_is(zones[find("Europe/Zurich")].name, "Zürich"));
    /* An umlaut sorts beside its vowel, not behind z. */
    assert_true(find("Europe/Athens") < find("Europe/Berlin"));
    assert_true(find("Africa/Algiers") < find("Europe/Berlin"));
    arena_free(&arena);
}

static void every_zone_is_one_that_pages_can_use(void **state)
{
    struct arena *arena = arena_new((size_t)4 << 20);

    (void)state;
    assert_int_equal(zones_list(arena, "en", &zones, &count), OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(locale_zone_known(zones[i].id));
        assert_true(zones[i].id.len <= 64);
        assert_true(zones[i].name.len > 0);
        assert_true(str_starts(zones[i].id, zones[i].region));
        if (i > 0)
            assert_true(str_cmp(zones[i - 1].region, zones[i].region) <= 0);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_have_names_in_both_languages),
        cmocka_unit_test(every_zone_is_one_that_pages_can_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
