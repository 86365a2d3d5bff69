/* Forms that depend on answers and facts: what is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "form_fixture.h"

static void test_hidden_is_dropped(void **state)
{
    struct fixture f = setup('.');
    static const char *const TYPED[] = {
        "kind", "new", "volume",         "2.5", "notice", "of mine", "city", "Ulm",
        "why",  "so",  "people[0].born", "x",   NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, TYPED), &f.world, &result);
    has_value(&f, result.values, "volume", "(none)");
    has_value(&f, result.values, "notice", "'0 of 3'"); /* as the page shows it */
    has_value(&f, result.values, "city", "'Bonn'");
    has_value(&f, result.values, "why", "(none)");
    has_error(&result, "volume", NULL);
    has_error(&result, "places", "Choose an answer");
    has_error(&result, "people", NULL);
    arena_free(&f.arena);
}

static void test_choices(void **state)
{
    struct fixture f = setup('.');
    static const char *const TYPED[] = {
        "kind",   "new", "places[0]", "fr", "places[7]",   "de", "place", "at",
        "places", "at",  "places[x]", "at", "places[1].x", "at", NULL};
    static const char *const MANY[] = {"places[0]", "fr", "places[1]", "de",
                                       "places[2]", "at", NULL};
    static const char *const WRONG[] = {"places[0]", "fr", "places[1]", "it", NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, TYPED), &f.world, &result);
    has_value(&f, result.values, "places", "['de','fr']");
    has_error(&result, "places", NULL);
    has_error(&result, "place", "offered"); /* at is a market, but not chosen */
    form_validate(f.arena, &f.form, post(&f, MANY), &f.world, &result);
    has_error(&result, "places", "at most");
    form_validate(f.arena, &f.form, post(&f, WRONG), &f.world, &result);
    has_error(&result, "places", "offered");
    has_value(&f, result.values, "places", "['fr']");
    /* At submit the list may be another one than when the answer was saved. */
    form_validate_values(f.arena, &f.form, parse(f.arena, "{'places':['de','gone']}"),
                         &f.world, &result);
    has_error(&result, "places", "offered");
    form_validate_values(f.arena, &f.form, parse(f.arena, "{'places':'de'}"), &f.world,
                         &result);
    has_error(&result, "places", "offered");
    arena_free(&f.arena);
}

/* Field, as typed, decimal sign of the page, stored, part of the error. */
static const struct {
    const char *key;
    const char *typed;
    char sign;
    const char *stored;
    const char *error;
} NUMBERS[] = {
    {"volume", "1.234,50", ',', "'1234.50'", NULL},
    {"volume", "1234,5", ',', "'1234.50'", NULL},
    {"volume", "1 234,5", ',', "'1234.50'", NULL},
    {"volume",
     "1\xc2\xa0"
     "234,5",
     ',', "'1234.50'", NULL},
    {"volume", "12.345.678", ',', "'12345678.00'", "or less"},
    {"volume", "1,234.50", ',', "'1,234.50'", "with a comma"},
    {"volume", "1.5", ',', "' 1.5'", "with a comma"},
    {"volume", "1.50", ',', "' 1.50'", "with a comma"},
    {"volume", "1.234", ',', "'1234.00'", NULL},
    {"volume", "1,234.50", '.', "'1234.50'", NULL},
    {"volume", "1234.5", '.', "'1234.50'", NULL},
    {"volume", "1.234,50", '.', "'1.234,50'", "with a point"},
    {"volume", "1,5", '.', "'1,5'", "with a point"},
    {"volume", "1,234", '.', "'1234.00'", NULL},
    {"volume", "0,75", ',', "'0.75'", NULL},
    {"volume", "1.234,505", ',', "'1.234,505'", "at most {1} digits"},
    {"volume", "0,25", ',', "'0.25'", "or more"},
    {"volume", "1,30", ',', "'1.30'", "multiple"},
    {"volume", "0,5", ',', "'0.50'", NULL},
    {"volume", "007", '.', "'7.00'", NULL},
    {"volume", ",5", ',', "',5'", "at most {1} digits"},
    {"volume", "5,", ',', "'5,'", "at most {1} digits"},
    {"volume", "1e3", '.', "'1e3'", "at most {1} digits"},
    {"volume", "+5", '.', "'+5'", "at most {1} digits"},
    {"volume", "12 34", '.', "'12 34'", "at most {1} digits"},
    {"volume", "five", '.', "'five'", "at most {1} digits"},
    {"volume", "", '.', "null", "Enter"},
    {"volume", "1234.50", '\0', "'1234.50'", NULL},
    {"volume", "1,234.50", '\0', "'1,234.50'", "at most {1} digits"},
    {"exact", "1.234", ',', "' 1.234'", "two different numbers"},
    {"exact", "1,234", '.', "'1,234'", "two different numbers"},
    {"exact", "1,234", ',', "'1.234'", NULL},
    {"exact", "1.234.567", ',', "'1234567.000'", NULL},
    {"exact", "1.234,000", ',', "'1234.000'", NULL},
    {"exact", "-0,1", ',', "'-0.100'", NULL},
    {"exact",
     "\xe2\x88\x92"
     "0,1",
     ',', "'-0.100'", NULL},
    {"exact", "-0", '.', "'0.000'", NULL},
    {"exact", "123456789012345.678", '\0', "'123456789012345.678'", NULL},
    {"exact", "1234567890123456", '\0', "'1234567890123456'", "at most {1} digits"},
};

static void test_numbers(void **state)
{
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        struct fixture f = setup(NUMBERS[i].sign);
        const char *typed[] = {"kind", "more", NUMBERS[i].key, NUMBERS[i].typed, NULL};
        struct form_result result, again;
        form_validate(f.arena, &f.form, post(&f, typed), &f.world, &result);
        has_value(&f, result.values, NUMBERS[i].key, NUMBERS[i].stored);
        has_error(&result, NUMBERS[i].key, NUMBERS[i].error);
        /* What was refused is refused again at submit, whatever its text looks like by then. */
        form_validate_values(f.arena, &f.form, result.values, &f.world, &again);
        assert_int_equal(error_of(&again, NUMBERS[i].key) != NULL,
                         NUMBERS[i].error != NULL);
        if (!NUMBERS[i].error)
            has_value(&f, again.values, NUMBERS[i].key, NUMBERS[i].stored);
        arena_free(&f.arena);
    }
}

static void test_number_errors(void **state)
{
    struct fixture f = setup(',');
    static const char *const TYPED[] = {"kind", "more", "volume", "0,1", NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, TYPED), &f.world, &result);
    const struct form_error *error = error_of(&result, "volume");
    assert_non_null(error);
    assert_true(error->is_number && str_is(error->args[1], "0.5"));
    assert_true(str_is(error->field->unit, "MWh"));
    assert_true(
        str_is(form_number_shown(f.arena, STR("-1234567.50"), ','), "-1.234.567,50"));
    assert_true(str_is(form_number_shown(f.arena, STR("1234"), '.'), "1,234"));
    assert_true(str_is(form_number_shown(f.arena, STR("100"), '.'), "100"));
    assert_true(str_is(form_number_typed(f.arena, STR("1234.50"), ','), "1234,50"));
    assert_true(str_is(form_number_typed(f.arena, STR(" 1.234"), ','), " 1.234"));
    assert_int_equal(form_decimal_sign("de"), ',');
    assert_int_equal(form_decimal_sign("en"), '.');
    arena_free(&f.arena);
}

static void test_mail_and_phone(void **state)
{
    static const char *const GOOD[][2] = {{"mail", "a.b+c@example.org"},
                                          {"mail", "ä@müller.example"},
                                          {"phone", "+49 (0)30 / 123-456"},
                                          {"phone", "030123456"}};
    static const char *const BAD[][2] = {
        {"mail", "a@b"},      {"mail", "a b@c.de"}, {"mail", "a@b@c.de"},
        {"mail", "<a@b.de>"}, {"mail", "a@b..de"},  {"phone", "12"},
        {"phone", "call me"}, {"phone", "+"},       {"phone", "030 12 ext"}};
    struct fixture f = setup('.');
    struct form_result result;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        const char *typed[] = {GOOD[i][0], GOOD[i][1], NULL};
        form_validate(f.arena, &f.form, post(&f, typed), &f.world, &result);
        has_error(&result, GOOD[i][0], NULL);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        const char *typed[] = {BAD[i][0], BAD[i][1], NULL};
        form_validate(f.arena, &f.form, post(&f, typed), &f.world, &result);
        has_error(&result, BAD[i][0], "for example");
    }
    struct form form =
        form_of(&f, "{'type':'textfield','key':'mail','label':'M','validate':{"
                    "'validationType':'email','maxLength':4000}}");
    const char *endless[] = {
        "mail", str_c(f.arena, str_format(f.arena, "a@%0260d.example", 1)), NULL};
    form_validate(f.arena, &form, post(&f, endless), &f.world, &result);
    has_error(&result, "mail", "for example");
    arena_free(&f.arena);
}

static void test_rows(void **state)
{
    struct fixture f = setup(',');
    static const char *const TYPED[] = {"people[0].name",
                                        "Anna",
                                        "people[0].born",
                                        "1.2.1980",
                                        "people[0].duties[0]",
                                        "b",
                                        "people[2].name",
                                        "",
                                        "people[2].born",
                                        "2.2.1980",
                                        "people[5].name",
                                        " ",
                                        "people[4].duties[9]",
                                        "a",
                                        "people[4].share",
                                        "33,3",
                                        "people[999].name",
                                        "far away",
                                        "people[x].name",
                                        "y",
                                        NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, TYPED), &f.world, &result);
    /* Rows are counted anew, the empty one at the end is gone, the one in the middle is not. */
    has_value(&f, result.values, "people",
              "[{'born':'1980-02-01','duties':['b'],'name':'Anna'},"
              "{'duties':[],'name':null},{'duties':['a'],'name':null,'share':'33.3'}]");
    has_error(&result, "people", NULL);
    has_error(&result, "people[0].name", NULL);
    has_error(&result, "people[1].name", "Enter");
    has_error(&result, "people[2].name", "Enter");
    assert_int_equal(error_of(&result, "people[1].name")->row, 2);
    assert_true(str_is(error_of(&result, "people[1].name")->field->label, "Name"));
    /* With the buttons for rows nothing is lost. */
    json_t *typed = form_typed(f.arena, &f.form, post(&f, TYPED), &f.world);
    assert_int_equal(json_array_size(json_object_get(typed, "people")), 4);
    arena_free(&f.arena);
}

static void test_number_of_rows(void **state)
{
    struct fixture f = setup('.');
    static const char *const NONE[] = {"people[0].name", "", "people[1]", "", NULL};
    static const char *const FOUR[] = {"people[0].name",
                                       "a",
                                       "people[1].name",
                                       "b",
                                       "people[2].name",
                                       "c",
                                       "people[3].name",
                                       "d",
                                       NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, NONE), &f.world, &result);
    has_value(&f, result.values, "people", "[]");
    has_error(&result, "people", "at least one entry");
    form_validate(f.arena, &f.form, post(&f, FOUR), &f.world, &result);
    has_error(&result, "people", "at most {1} entries");
    form_validate_values(f.arena, &f.form, parse(f.arena, "{'people':[1,{'name':'a'}]}"),
                         &f.world, &result);
    has_error(&result, "people[0].name", "Enter");
    form_validate_values(f.arena, &f.form, parse(f.arena, "{'people':{'name':'a'}}"),
                         &f.world, &result);
    has_error(&result, "people", "at least one entry");
    arena_free(&f.arena);
}

static void test_fixed_rows(void **state)
{
    struct fixture f = setup('.');
    static const char *const TYPED[] = {"places[0]",
                                        "de",
                                        "places[1]",
                                        "fr",
                                        "plan[0].amount",
                                        "12",
                                        "plan[0].where",
                                        "mine",
                                        "plan[5].amount",
                                        "3",
                                        "plan[1].amount",
                                        "",
                                        "people[0].name",
                                        "a",
                                        "people[1].name",
                                        "b",
                                        NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, TYPED), &f.world, &result);
    has_value(&f, result.values, "plan",
              "[{'amount':12,'where':'de'},{'amount':null,'where':'fr'}]");
    has_error(&result, "plan[0].amount", NULL);
    has_error(&result, "plan[1].amount", "Enter");
    has_error(&result, "plan[2].amount", NULL);
    arena_free(&f.arena);
}

/* The amount for France stays with France when Germany is gone. */
static void test_fixed_rows_keep_what_they_are_for(void **state)
{
    struct fixture f = setup('.');
    json_t *stored = parse(
        f.arena, "{'kind':'new','places':['fr','at'],'people':[{'name':'a'}],'plan':["
                 "{'where':'de','amount':5},{'where':'fr','amount':7}]}");
    struct form_result result;
    form_validate_values(f.arena, &f.form, stored, &f.world, &result);
    has_value(&f, result.values, "plan",
              "[{'amount':7,'where':'fr'},{'amount':null,'where':'at'}]");
    has_error(&result, "plan[1].amount", "Enter");
    struct form_now now = form_resolve(f.arena, &f.form, &f.world, stored);
    const struct form_field_now *plan = shown(&now, "plan");
    assert_int_equal(plan->row_count, 2);
    assert_int_equal(json_integer_value(shown(&now, "plan[0].amount")->value), 7);
    assert_null(shown(&now, "plan[1].amount")->value);
    arena_free(&f.arena);
}

/* A row in which only the page filled something in is empty. */
static void test_empty_rows(void **state)
{
    struct fixture f = setup('.');
    struct form form = form_of(
        &f, "{'type':'dynamiclist','path':'r','label':'R','isRepeating':true,"
            "'allowAddRemove':true,'components':[{'type':'textfield','key':'fixed',"
            "'label':'F','readonly':true,'defaultValue':'x'},{'type':'checklist','key':"
            "'c','label':'C','values':[{'label':'A','value':'a'}]},{'type':'checkbox',"
            "'key':'b','label':'B'},{'type':'textfield','key':'t','label':'T'}]}");
    struct form_result result;
    form_validate_values(
        f.arena, &form,
        parse(f.arena, "{'r':[{'t':'a'},{'fixed':'y','c':[],'b':false,'t':' '}]}"),
        &f.world, &result);
    has_value(&f, result.values, "r", "[{'b':false,'c':[],'fixed':'x','t':'a'}]");
    form_validate_values(f.arena, &form, parse(f.arena, "{'r':[{},{'b':true}]}"),
                         &f.world, &result);
    assert_int_equal(json_array_size(json_object_get(result.values, "r")), 2);
    form_validate_values(f.arena, &form, parse(f.arena, "{'r':[{},{'c':['a']}]}"),
                         &f.world, &result);
    assert_int_equal(json_array_size(json_object_get(result.values, "r")), 2);
    arena_free(&f.arena);
}

static void test_number_of_choices(void **state)
{
    struct fixture f = setup('.');
    struct form form = form_of(
        &f, "{'type':'checklist','key':'c','label':'C','values':[{'label':'A','value':"
            "'a'},{'label':'B','value':'b'},{'label':'D','value':'d'}],'properties':{"
            "'minChoices':2}},{'type':'checklist','key':'q','label':'Q','values':[{"
            "'label':'A','value':'a'}],'validate':{'required':true}}");
    static const char *const ONE[] = {"c[0]", "a", "q[0]", "", NULL};
    static const char *const NONE[] = {"q[3]", "a", NULL};
    struct form_result result;
    form_validate(f.arena, &form, post(&f, ONE), &f.world, &result);
    has_error(&result, "c", "at least {1} answers");
    has_error(&result, "q", "Choose an answer");
    /* Two of them, or the question is left out. */
    form_validate(f.arena, &form, post(&f, NONE), &f.world, &result);
    has_error(&result, "c", NULL);
    has_error(&result, "q", NULL);
    arena_free(&f.arena);
}

/* Bytes that are no text and answers without end are refused, in rows and lists too. */
static void test_no_text(void **state)
{
    struct fixture f = setup('.');
    char *endless = str_c(f.arena, str_format(f.arena, "%70000d", 1));
    const char *typed[] = {
        "kind",  "\xff",      "people[0].name", "\xc3\x28", "people[1].name",
        endless, "places[0]", "\xff",           "mail",     endless,
        NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, typed), &f.world, &result);
    has_error(&result, "kind", "not text");
    has_error(&result, "people[0].name", "not text");
    has_error(&result, "people[1].name", "not text");
    has_error(&result, "places", "offered");
    has_error(&result, "mail", "not text");
    has_value(&f, result.values, "mail", "null");
    arena_free(&f.arena);
}

/* Expressions after a list see its rows with what was accepted. */
static void test_list_in_expression(void **state)
{
    struct fixture f = setup('.');
    static const char *const FEW[] = {"places[0]",
                                      "de",
                                      "plan[0].amount",
                                      "9",
                                      "people[0].name",
                                      "a",
                                      "people[1].name",
                                      "b",
                                      "why",
                                      "gone",
                                      NULL};
    static const char *const MANY[] = {"places[0]",
                                       "de",
                                       "plan[0].amount",
                                       "10",
                                       "people[0].name",
                                       "a",
                                       "people[1].name",
                                       "b",
                                       "why",
                                       "stays",
                                       NULL};
    struct form_result result;
    form_validate(f.arena, &f.form, post(&f, FEW), &f.world, &result);
    has_value(&f, result.values, "why", "(none)");
    form_validate(f.arena, &f.form, post(&f, MANY), &f.world, &result);
    has_value(&f, result.values, "why", "'stays'");
    arena_free(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden_is_dropped),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_number_errors),
        cmocka_unit_test(test_mail_and_phone),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_number_of_rows),
        cmocka_unit_test(test_fixed_rows),
        cmocka_unit_test(test_fixed_rows_keep_what_they_are_for),
        cmocka_unit_test(test_empty_rows),
        cmocka_unit_test(test_number_of_choices),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_list_in_expression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
