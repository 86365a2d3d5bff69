/* Catalogues: good, missing, damaged at every byte, with a foreign plural rule. */
#include "fixture.h"

static void texts(void **state)
{
    struct fixture *f = *state;
    const struct i18n *i18n = f->context.i18n;

    assert_true(str_is(i18n_text(i18n, LANGUAGE_DE, STR("Hello")), "Hallo"));
    assert_true(str_is(i18n_text(i18n, LANGUAGE_EN, STR("Hello")), "Hello"));
    assert_true(str_is(i18n_text(i18n, LANGUAGE_DE, STR("Not there")), "Not there"));
    assert_true(str_is(i18n_text(i18n, LANGUAGE_DE, STR("")), ""));
    /* Singular alone is found by its first form too. */
    assert_true(str_is(i18n_text(i18n, LANGUAGE_DE, STR("{0} question")), "eine Frage"));
    assert_true(str_is(
        i18n_plural(i18n, LANGUAGE_DE, STR("{0} question"), STR("{0} questions"), 0),
        "{0} Fragen"));
    assert_true(
        str_is(i18n_plural(i18n, LANGUAGE_EN, STR("one"), STR("many"), 1), "one"));
    assert_true(
        str_is(i18n_plural(i18n, LANGUAGE_EN, STR("one"), STR("many"), 2), "many"));
}

static void fill(void **state)
{
    struct fixture *f = *state;
    struct str args[] = {STR("{1}"), STR("B"), STR_NONE};

    assert_true(str_is(i18n_fill(f->arena, STR("{0}-{1}{2}.{0}"), args, 3), "{1}-B.{1}"));
    assert_true(str_is(i18n_fill(f->arena, STR("{3} {x} {0"), args, 3), "{3} {x} {0"));
    assert_true(str_is(i18n_fill(f->arena, STR(""), NULL, 0), ""));
}

static void languages(void **state)
{
    enum language language = LANGUAGE_EN;

    (void)state;
    assert_true(language_parse(STR("DE-at"), &language));
    assert_int_equal(language, LANGUAGE_DE);
    assert_false(language_parse(STR("den"), &language));
    assert_false(language_parse(STR("d"), &language));
    assert_false(language_parse(STR(""), &language));
    assert_int_equal(language, LANGUAGE_DE);
    assert_int_equal(language_accept(STR("fr, de;q=0.5"), LANGUAGE_EN), LANGUAGE_DE);
    assert_int_equal(language_accept(STR("fr"), LANGUAGE_DE), LANGUAGE_DE);
}

static enum err open_with(struct fixture *f, struct str mo)
{
    struct i18n *i18n = NULL;

    err_clear();
    write_file(f, "de.mo", mo);
    return i18n_open(f->arena, f->dir, &i18n);
}

static void refused(void **state)
{
    static const struct str headers[] = {
        STR("Content-Type: text/plain; charset=UTF-8\n"),
        STR("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; "
            "plural=0;\n"),
        STR("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; "
            "plural=(n > 1);\n"),
        STR("Content-Type: text/plain; charset=ISO-8859-1\nPlural-Forms: nplurals=2; "
            "plural=n!=1;\n"),
    };
    struct fixture *f = *state;
    const struct str good[][2] = {{STR(""), STR(MO_HEADER)}};
    struct i18n *i18n = NULL;

    assert_int_equal(open_with(f, make_mo(f->arena, good, 1)), OK);
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        const struct str bad[][2] = {{STR(""), headers[i]}};

        assert_int_equal(open_with(f, make_mo(f->arena, bad, 1)), ERR_UNAVAILABLE);
        assert_true(strstr(err_text(), "de.mo") != NULL);
    }
    assert_int_equal(open_with(f, STR("")), ERR_UNAVAILABLE);
    err_clear();
    assert_int_equal(i18n_open(f->arena, "/nonexistent", &i18n), ERR_UNAVAILABLE);
    assert_null(i18n);
}

/* Any byte changed, or the file cut anywhere: refused or usable, never a read outside of it. */
static void damaged(void **state)
{
    struct fixture *f = *state;
    const struct str pairs[][2] = {
        {STR(""), STR(MO_HEADER)},
        {STR("Hello"), STR("Hallo")},
        {STR("one\0many"), STR("eins\0viele")},
    };
    struct str good = make_mo(f->arena, pairs, 3);
    struct arena *outer = f->arena;

    for (size_t i = 0; i < good.len; i++) {
        struct arena *scratch = arena_new(16 << 20);
        char *copy = str_c(outer, good);
        struct i18n *i18n = NULL;

        copy[i] = (char)(copy[i] ^ 0xFF);
        write_file(f, "de.mo", (struct str){copy, good.len});
        if (i18n_open(scratch, f->dir, &i18n) == OK)
            (void)i18n_plural(i18n, LANGUAGE_DE, STR("one"), STR("many"), 2);
        write_file(f, "de.mo", str_sub(good, 0, i));
        if (i18n_open(scratch, f->dir, &i18n) == OK)
            (void)i18n_text(i18n, LANGUAGE_DE, STR("Hello"));
        arena_free(&scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(texts), TEST(fill), TEST(languages),
                                       TEST(refused), TEST(damaged)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
