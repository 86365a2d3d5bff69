/* Forms that depend on answers and facts: what is shown, what is offered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "form_fixture.h"

static void test_hide(void **state)
{
    struct fixture f = setup('.');
    struct form_now now = form_resolve(f.arena, &f.form, &f.world, NULL);
    /* No kind yet: null is not "more". */
    assert_non_null(shown(&now, "kind"));
    assert_null(shown(&now, "volume"));
    size_t count = now.field_count;
    now = form_resolve(f.arena, &f.form, &f.world, parse(f.arena, "{'kind':'new'}"));
    assert_null(shown(&now, "volume"));
    assert_non_null(shown(&now, "exact"));
    assert_int_equal(now.field_count, count);
    now = form_resolve(f.arena, &f.form, &f.world, parse(f.arena, "{'kind':'more'}"));
    assert_non_null(shown(&now, "volume"));
    assert_int_equal(now.field_count, count + 2); /* the text, too */
    arena_free(&f.arena);
}

static void test_options(void **state)
{
    struct fixture f = setup('.');
    struct form_now now =
        form_resolve(f.arena, &f.form, &f.world, parse(f.arena, "{'places':['at']}"));
    const struct form_field_now *places = shown(&now, "places");
    assert_int_equal(places->option_count, 3);
    assert_true(str_is(places->options[1].value, "fr"));
    assert_true(str_is(places->options[1].label, "France"));
    assert_true(str_is(places->options[1].label_de, "Frankreich"));
    /* Offered from another answer: strings stand for themselves. */
    const struct form_field_now *place = shown(&now, "place");
    assert_int_equal(place->option_count, 1);
    assert_true(str_is(place->options[0].value, "at"));
    assert_true(str_is(place->options[0].label, "at"));
    /* Without facts there is nothing to choose from. */
    f.world.context = NULL;
    now = form_resolve(f.arena, &f.form, &f.world, NULL);
    assert_int_equal(shown(&now, "places")->option_count, 0);
    arena_free(&f.arena);
}

static void test_filled_in(void **state)
{
    struct fixture f = setup('.');
    struct form_now now = form_resolve(f.arena, &f.form, &f.world,
                                       parse(f.arena, "{'places':['at'],'city':'Ulm'}"));
    assert_true(shown(&now, "notice")->readonly);
    assert_string_equal(json_string_value(shown(&now, "notice")->value), "1 of 3");
    assert_false(shown(&now, "city")->readonly);
    assert_string_equal(json_string_value(shown(&now, "city")->value), "Ulm");
    now = form_resolve(f.arena, &f.form, &f.world,
                       parse(f.arena, "{'kind':'new','city':'Ulm'}"));
    assert_true(shown(&now, "city")->readonly);
    assert_string_equal(json_string_value(shown(&now, "city")->value), "Bonn");
    now = form_resolve(f.arena, &f.form, &f.world, NULL);
    assert_string_equal(json_string_value(shown(&now, "city")->value), "Bonn");
    /* An answer of nothing is an answer. */
    now = form_resolve(f.arena, &f.form, &f.world, parse(f.arena, "{'city':null}"));
    assert_true(json_is_null(shown(&now, "city")->value));
    arena_free(&f.arena);
}

static void test_rows_shown(void **state)
{
    struct fixture f = setup('.');
    struct form_now now = form_resolve(f.arena, &f.form, &f.world, NULL);
    assert_int_equal(shown(&now, "people")->row_count, 2);
    assert_non_null(shown(&now, "people[1].name"));
    assert_null(shown(&now, "people[1].born")); /* hidden by its own row */
    assert_int_equal(shown(&now, "plan")->row_count, 1);
    now = form_resolve(
        f.arena, &f.form, &f.world,
        parse(f.arena, "{'places':['at','de','fr'],'people':[{'name':'A'},{'name':null},"
                       "{'duties':['a']}],'plan':[{'amount':7}]}"));
    assert_int_equal(shown(&now, "people")->row_count, 3);
    assert_non_null(shown(&now, "people[0].born"));
    assert_null(shown(&now, "people[1].born"));
    assert_null(shown(&now, "people[1].share"));
    /* 50 as answers with one digit are stored. */
    assert_string_equal(json_string_value(shown(&now, "people[2].share")->value), "50.0");
    /* A row for each place, and what was typed stays. */
    assert_int_equal(shown(&now, "plan")->row_count, 3);
    assert_string_equal(json_string_value(shown(&now, "plan[2].where")->value), "fr");
    assert_int_equal(json_integer_value(shown(&now, "plan[0].amount")->value), 7);
    assert_null(shown(&now, "plan[1].amount")->value);
    arena_free(&f.arena);
}

static void test_options_by_expression(void **state)
{
    struct fixture f = setup('.');
    struct form form = form_of(
        &f,
        "{'type':'select','key':'a','label':'A','valuesExpression':'=[\\\"x\\\", "
        "\\\"x\\\", 7, null, \\\"\\\", [1], {label: \\\"no value\\\"}, {value: "
        "\\\"y\\\"}, {value: \\\"z\\\", label: {de: \\\"Zett\\\"}}]'},"
        "{'type':'select','key':'b','label':'B','valuesExpression':'=7'},"
        "{'type':'select','key':'c','label':'C','valuesExpression':'=nobody.knows'},"
        "{'type':'select','key':'d','label':'D','valuesExpression':'=for x in 1..1000 "
        "return string(x)'}");
    struct form_now now = form_resolve(f.arena, &form, &f.world, NULL);
    const struct form_field_now *a = shown(&now, "a");
    static const char *const VALUES[] = {"x", "7", "y", "z"};
    static const char *const LABELS[] = {"x", "7", "y", "Zett"};
    assert_int_equal(a->option_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_is(a->options[i].value, VALUES[i]));
        assert_true(str_is(a->options[i].label, LABELS[i]));
    }
    assert_int_equal(shown(&now, "b")->option_count, 0);
    assert_int_equal(shown(&now, "c")->option_count, 0);
    assert_int_equal(shown(&now, "d")->option_count, FORM_OPTIONS_MAX);
    arena_free(&f.arena);
}

/* Options of rows: of the row's own answers, or the same in all of them. */
static void test_options_of_rows(void **state)
{
    struct fixture f = setup('.');
    struct form form = form_of(
        &f, "{'type':'dynamiclist','path':'r','label':'R','isRepeating':true,"
            "'allowAddRemove':true,'components':[{'type':'textfield','key':'t','label':"
            "'T'},{'type':'select','key':'own','label':'O','valuesExpression':'=[t]'},"
            "{'type':'select','key':'all','label':'A','valuesExpression':'=for m in "
            "catalogue.markets return m.key'}]}");
    const json_t *rows = parse(f.arena, "{'r':[{'t':'a','own':'a','all':'de'},{'t':'b',"
                                        "'own':'a','all':'fr'},{'own':'b','all':'x'}]}");
    struct form_now now = form_resolve(f.arena, &form, &f.world, rows);
    struct form_result result;
    assert_true(form.fields[0].fields[1].options_by_row);
    assert_false(form.fields[0].fields[2].options_by_row);
    assert_true(str_is(shown(&now, "r[0].own")->options[0].value, "a"));
    assert_true(str_is(shown(&now, "r[1].own")->options[0].value, "b"));
    assert_int_equal(shown(&now, "r[2].own")->option_count, 0);
    assert_int_equal(shown(&now, "r[0].all")->option_count, 3);
    assert_int_equal(shown(&now, "r[2].all")->option_count, 3);
    form_validate_values(f.arena, &form, rows, &f.world, &result);
    has_error(&result, "r[0].own", NULL);
    has_error(&result, "r[1].own", "offered");
    has_error(&result, "r[2].own", "offered");
    has_error(&result, "r[1].all", NULL);
    has_error(&result, "r[2].all", "offered");
    arena_free(&f.arena);
}

/* What is filled in is made an answer of the field, or is left out. */
static void test_filled_in_kinds(void **state)
{
    struct fixture f = setup('.');
    struct form form = form_of(
        &f,
        "{'type':'number','key':'n','label':'N','decimalDigits':2,'readonly':true,"
        "'properties':{'prefill':'=10 / 3 + 0.005'}},"
        "{'type':'number','key':'w','label':'W','properties':{'prefill':'=2.5'}},"
        "{'type':'number','key':'x','label':'X','properties':{'prefill':'=\\\"x\\\"'},"
        "'defaultValue':3},"
        "{'type':'datetime','subtype':'date','key':'d','dateLabel':'D','properties':{"
        "'prefill':'=today + duration(\\\"P1D\\\")'}},"
        "{'type':'datetime','subtype':'date','key':'e','dateLabel':'E','properties':{"
        "'prefill':'=\\\"soon\\\"'}},"
        "{'type':'textfield','key':'t','label':'T','properties':{'prefill':'=12'}},"
        "{'type':'checkbox','key':'c','label':'C','properties':{'prefill':'=1 = 1'}},"
        "{'type':'checklist','key':'l','label':'L','values':[{'label':'A','value':'a'}],"
        "'properties':{'prefill':'=[\\\"a\\\", 5]'}},"
        "{'type':'textfield','key':'u','label':'U','properties':{'prefill':'=nothing'},"
        "'defaultValue':'else'}");
    static const struct {
        const char *name, *value;
    } ROWS[] = {{"n", "'3.34'"},       {"w", "3"},      {"x", "(none)"},
                {"d", "'2026-11-23'"}, {"e", "(none)"}, {"t", "'12'"},
                {"c", "true"},         {"l", "['a']"},  {"u", "'else'"}};
    struct form_now now = form_resolve(f.arena, &form, &f.world, NULL);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        json_t *values = json_new_object(f.arena);
        const json_t *value = shown(&now, ROWS[i].name)->value;
        if (value)
            json_object_set_new(values, ROWS[i].name, json_deep_copy(value));
        has_value(&f, values, ROWS[i].name, ROWS[i].value);
    }
    arena_free(&f.arena);
}

static void test_rows_have_an_end(void **state)
{
    struct fixture f = setup('.');
    struct form form = form_of(
        &f, "{'type':'dynamiclist','path':'r','label':'R','isRepeating':true,"
            "'allowAddRemove':true,'properties':{'prefill':'=for i in 1..500 return {a: "
            "i}'},'components':[{'type':'number','key':'a','label':'A'}]}");
    json_t *many = json_new_object(f.arena), *rows = json_array();
    struct form_result result;
    struct form_now now = form_resolve(f.arena, &form, &f.world, NULL);
    assert_int_equal(shown(&now, "r")->row_count, FORM_ROWS_MAX);
    for (int i = 0; i < 5000; i++)
        json_array_append_new(rows, json_pack("{s:i}", "a", i));
    json_object_set_new(many, "r", rows);
    now = form_resolve(f.arena, &form, &f.world, many);
    assert_int_equal(shown(&now, "r")->row_count, FORM_ROWS_MAX);
    form_validate_values(f.arena, &form, many, &f.world, &result);
    assert_int_equal(json_array_size(json_object_get(result.values, "r")),
                     FORM_ROWS_MAX + 1);
    has_error(&result, "r", "at most {1} entries");
    /* Typed: the names of 100 rows are read, and of what is behind a full list one, so that it is said. */
    static const char *const TYPED[] = {"r[100].a", "1", "r[0]x", "2", "r[5", "3",
                                        "r[-1].a",  "4", "r[].a", "5", NULL};
    form_validate(f.arena, &form, post(&f, TYPED), &f.world, &result);
    has_value(&f, result.values, "r", "[]");
    json_t *typed = form_typed(f.arena, &form, post(&f, TYPED), &f.world);
    has_value(&f, typed, "r", "[]");
    struct map *all = map_new(f.arena);
    struct str one = STR("1");
    for (int i = 0; i < 150; i++)
        map_set(all, str_format(f.arena, "r[%d].a", i), &one);
    form_validate(f.arena, &form, all, &f.world, &result);
    has_error(&result, "r", "at most {1} entries");
    static const char *const LAST[] = {"r[99].a", "1", "r[98]", "", NULL};
    form_validate(f.arena, &form, post(&f, LAST), &f.world, &result);
    has_value(&f, result.values, "r", "[{'a':null},{'a':1}]");
    arena_free(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hide),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_filled_in),
        cmocka_unit_test(test_rows_shown),
        cmocka_unit_test(test_options_by_expression),
        cmocka_unit_test(test_options_of_rows),
        cmocka_unit_test(test_filled_in_kinds),
        cmocka_unit_test(test_rows_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
