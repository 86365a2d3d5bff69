/* Forms that depend on answers and facts: what is shown, what is offered, what is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "process/definition/definition.h"
#include "process/form/form_read.h"
#include "process/values.h"

/* JSON is written with ' for ", since C strings are full of it. */
static const char FORM[] =
    "{'id':'one','type':'default','schemaVersion':17,'properties':{'title':'T'},"
    "'components':["
    "{'type':'radio','key':'kind','label':'Kind','validate':{'required':true},'values':["
    "{'label':'New','value':'new'},{'label':'More','value':'more'}]},"
    "{'type':'text','text':'More than before.','conditional':{'hide':'=kind != "
    "\\\"more\\\"'}},"
    "{'type':'number','key':'volume','label':'Volume','decimalDigits':2,'increment':0.25,"
    "'appearance':{'suffixAdorner':'MWh'},'validate':{'required':true,'min':0.5,"
    "'max':1000000},'conditional':{'hide':'=kind != \\\"more\\\"'}},"
    "{'type':'number','key':'exact','label':'Exact','decimalDigits':3},"
    "{'type':'checklist','key':'places','label':'Places','valuesExpression':"
    "'=for m in catalogue.markets return {value: m.key, label: m.name}','properties':"
    "{'minChoices':'1','maxChoices':'2'}},"
    "{'type':'select','key':'place','label':'Place','valuesExpression':'=places'},"
    "{'type':'textfield','key':'notice','label':'Notice','readonly':true,'properties':"
    "{'prefill':'=string(count(places)) + \\\" of \\\" + "
    "string(count(catalogue.markets))'}},"
    "{'type':'textfield','key':'city','label':'City','properties':{'masterData':"
    "'address.city'},'disabled':'=kind = \\\"new\\\"'},"
    "{'type':'textfield','key':'mail','label':'Mail','validate':{'validationType':"
    "'email'}},"
    "{'type':'textfield','key':'phone','label':'Phone','validate':{'validationType':"
    "'phone'}},"
    "{'type':'dynamiclist','path':'people','label':'People','isRepeating':true,"
    "'allowAddRemove':true,'defaultRepetitions':2,'properties':{'minRows':'1','maxRows':"
    "'3'},'components':["
    "{'type':'textfield','key':'name','label':'Name','validate':{'required':true}},"
    "{'type':'datetime','subtype':'date','key':'born','dateLabel':'Born','conditional':"
    "{'hide':'=name = null'},'properties':{'max':'today'}},"
    "{'type':'checklist','key':'duties','label':'Duties','values':[{'label':'A','value':"
    "'a'},{'label':'B','value':'b'}]},"
    "{'type':'number','key':'share','label':'Share','decimalDigits':1,'defaultValue':50,"
    "'conditional':{'hide':'=not(list contains(duties, \\\"a\\\"))'}}]},"
    "{'type':'dynamiclist','path':'plan','label':'Plan','isRepeating':true,"
    "'allowAddRemove':false,'properties':{'prefill':'=for p in places return {where: "
    "p}'},"
    "'components':["
    "{'type':'textfield','key':'where','label':'Where','readonly':true},"
    "{'type':'number','key':'amount','label':'Amount','validate':{'required':true}}]},"
    "{'type':'textarea','key':'why','label':'Why','conditional':{'hide':"
    "'=count(people) < 2 or sum(plan.amount) < 10'}}]}";

static const char FACTS[] =
    "{'catalogue':{'markets':[{'key':'de','name':{'en':'Germany','de':'Deutschland'}},"
    "{'key':'fr','name':{'en':'France','de':'Frankreich'}},{'key':'at','name':{'en':"
    "'Austria','de':'Österreich'}}]}}";

struct fixture {
    struct arena *arena;
    struct form form;
    struct form_world world;
};

static struct str json_of(struct arena *arena, const char *text)
{
    char *copy = str_c(arena, str_from(text));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return str_from(copy);
}

static json_t *parse(struct arena *arena, const char *text)
{
    json_t *value = NULL;
    assert_int_equal(json_parse(arena, json_of(arena, text), &value), OK);
    return value;
}

static void print_problem(void *context, struct str file, int line, struct str reason)
{
    fprintf(stderr, "line %d: %.*s\n", line, STR_ARG(reason));
}

static struct fixture setup(char decimal_sign)
{
    struct fixture f = {.arena = arena_new(16 << 20)};
    struct report report = {.arena = f.arena, .fn = print_problem};
    struct json_source source = {
        .arena = f.arena, .report = &report, .text = json_of(f.arena, FORM)};
    json_t *object = NULL;
    assert_int_equal(json_source_parse(&source, &object), OK);
    form_read(&source, NULL, object, &f.form);
    assert_int_equal(report.count, 0);
    struct definition *d = ARENA_NEW(f.arena, struct definition);
    const struct request_facts facts = {.facts = parse(f.arena, FACTS),
                                        .submitted_at = INSTANT_NONE,
                                        .effective_on = DAY_NONE,
                                        .today = 20779};
    f.world = (struct form_world){.context = values_context(f.arena, d, &facts),
                                  .base = parse(f.arena, "{'address.city':'Bonn'}"),
                                  .today = 20779,
                                  .decimal_sign = decimal_sign};
    return f;
}

static struct map *post(struct fixture *f, const char *const *pairs)
{
    struct map *posted = map_new(f->arena);
    for (; pairs[0]; pairs += 2) {
        struct str *value = ARENA_NEW(f->arena, struct str);
        *value = str_from(pairs[1]);
        map_set(posted, str_from(pairs[0]), value);
    }
    return posted;
}

static void has_value(struct fixture *f, const json_t *values, const char *key,
                      const char *wanted)
{
    const json_t *value = json_object_get(values, key);
    struct str got = value ? json_write(f->arena, value) : STR("(none)");
    if (!str_eq(got, json_of(f->arena, wanted)))
        fail_msg("%s is %.*s, wanted %s", key, STR_ARG(got), wanted);
}

static const struct form_error *error_of(const struct form_result *result,
                                         const char *name)
{
    for (size_t i = 0; i < result->error_count; i++)
        if (str_is(result->errors[i].key, name))
            return &result->errors[i];
    return NULL;
}

static void has_error(const struct form_result *result, const char *name,
                      const char *part)
{
    const struct form_error *error = error_of(result, name);
    if (!error && part)
        fail_msg("%s is accepted, wanted: %s", name, part);
    if (error && (!part || !strstr(error->msgid, part)))
        fail_msg("%s: %s", name, error->msgid);
}

/* A form of these components; the facts of setup(). */
static struct form form_of(struct fixture *f, const char *components)
{
    struct report report = {.arena = f->arena, .fn = print_problem};
    struct str text = str_format(
        f->arena,
        "{'id':'one','type':'default','schemaVersion':17,'properties':{'title':'T'},"
        "'components':[%s]}",
        components);
    struct json_source source = {
        .arena = f->arena, .report = &report, .text = json_of(f->arena, text.ptr)};
    json_t *object = NULL;
    struct form form;
    assert_int_equal(json_source_parse(&source, &object), OK);
    form_read(&source, NULL, object, &form);
    assert_int_equal(report.count, 0);
    return form;
}

/* ---- what is shown ---- */

static const struct form_field_now *shown(const struct form_now *now, const char *name)
{
    return form_now_find(now, str_from(name));
}

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

/* ---- what is accepted ---- */

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

static void test_answers_as_values(void **state)
{
    struct fixture f = setup('.');
    struct definition d = {.forms = &f.form, .form_count = 1};
    const json_t *answers = parse(
        f.arena,
        "{'kind':'new','volume':'7.50','exact':'0.100','places':['de'],'people':"
        "[{'name':'A','born':'1980-02-01','share':'33.3'}],'plan':[{'amount':'1e3'}]}");
    const struct feel_context *context = values_of_answers(f.arena, &d, answers);
    struct str text =
        feel_text(f.arena, (struct feel_value){.type = FEEL_CONTEXT, .context = context});
    assert_true(str_find(text, STR("volume: 7.5")) >= 0);
    assert_true(str_find(text, STR("exact: 0.1")) >= 0);
    assert_true(str_find(text, STR("places: [\"de\"]")) >= 0);
    assert_true(str_find(text, STR("duties: []")) >= 0);
    assert_int_equal(feel_get(context, STR("exact"))->type, FEEL_NUMBER);
    const struct feel_value *people = feel_get(context, STR("people"));
    assert_int_equal(people->list->count, 1);
    assert_int_equal(feel_get(people->list->items[0].context, STR("born"))->type,
                     FEEL_DATE);
    assert_int_equal(feel_get(context, STR("city"))->type, FEEL_NULL);
    /* "later" keeps what was typed wrongly: it is no number yet. */
    const struct feel_value *plan = feel_get(context, STR("plan"));
    assert_int_equal(feel_get(plan->list->items[0].context, STR("amount"))->type,
                     FEEL_NULL);
    /* Rows that were added and not filled in are none; one in between is. */
    answers = parse(f.arena, "{'people':[{},{'name':'A'},{'name':null},{}]}");
    people = feel_get(values_of_answers(f.arena, &d, answers), STR("people"));
    assert_int_equal(people->list->count, 2);
    answers =
        parse(f.arena, "{'kind':'new','volume':'7.50','exact':'0.100','places':['de']}");
    /* The stored answer to a question that is not asked any more does not count. */
    const struct request_facts facts = {.answers = answers,
                                        .base = f.world.base,
                                        .submitted_at = INSTANT_NONE,
                                        .effective_on = 20779,
                                        .today = 20779,
                                        .type = STR("t")};
    context = values_context(f.arena, &d, &facts);
    assert_int_equal(feel_get(context, STR("volume"))->type, FEEL_NULL);
    assert_int_equal(feel_get(context, STR("exact"))->type, FEEL_NUMBER);
    /* A read-only field has what is filled in now. */
    assert_true(str_is(feel_get(context, STR("city"))->string, "Bonn"));
    /* What was submitted counts for the process, of the facts what it names. */
    struct request_facts known = facts;
    known.facts = parse(f.arena, "{'company':{},'catalogue':{}}");
    context = values_of_process(f.arena, &d, &known);
    assert_int_equal(feel_get(context, STR("volume"))->type, FEEL_NUMBER);
    assert_null(feel_get(context, STR("today")));
    assert_null(feel_get(context, STR("catalogue")));
    d.process_uses_catalogue = true;
    context = values_of_process(f.arena, &d, &known);
    assert_non_null(feel_get(context, STR("catalogue")));
    assert_null(feel_get(context, STR("company")));
    context = values_context(f.arena, &d, &facts);
    const struct feel_value *request = feel_get(context, STR("request"));
    assert_int_equal(feel_get(request->context, STR("effectiveOn"))->type, FEEL_DATE);
    assert_int_equal(feel_get(request->context, STR("submittedAt"))->type, FEEL_NULL);
    assert_int_equal(feel_get(context, STR("today"))->type, FEEL_DATE);
    assert_null(feel_get(context, STR("company")));
    arena_free(&f.arena);
}

static void test_facts_as_values(void **state)
{
    struct arena *arena = arena_new(4 << 20);
    struct feel_value facts = value_of_facts(
        arena, parse(arena, "{'company':{'entitlements':[{'key':'p@m','volume':'12.50',"
                            "'validFrom':'2026-01-01','name':{'en':'2026-01-01'}}]},"
                            "'noticeDays':30}"));
    assert_true(str_is(feel_text(arena, facts),
                       "{company: {entitlements: [{key: \"p@m\", name: {en: "
                       "\"2026-01-01\"}, validFrom: 2026-01-01, volume: 12.50}]}, "
                       "noticeDays: 30}") ||
                str_find(feel_text(arena, facts), STR("validFrom: 2026-01-01")) >= 0);
    const struct feel_value *company = feel_get(facts.context, STR("company"));
    const struct feel_value *list = feel_get(company->context, STR("entitlements"));
    assert_int_equal(feel_get(list->list->items[0].context, STR("volume"))->type,
                     FEEL_NUMBER);
    struct feel_value base = value_of_base(
        arena, parse(arena, "{'address.city':'Bonn','address.street':'A','seat':'B',"
                            "'address':'in the way'}"));
    const struct feel_value *address = feel_get(base.context, STR("address"));
    assert_int_equal(address->type, FEEL_CONTEXT);
    assert_true(str_is(feel_get(address->context, STR("city"))->string, "Bonn"));
    assert_true(str_is(feel_get(base.context, STR("seat"))->string, "B"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hide),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_options_by_expression),
        cmocka_unit_test(test_options_of_rows),
        cmocka_unit_test(test_filled_in_kinds),
        cmocka_unit_test(test_rows_have_an_end),
        cmocka_unit_test(test_empty_rows),
        cmocka_unit_test(test_number_of_choices),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_filled_in),
        cmocka_unit_test(test_rows_shown),
        cmocka_unit_test(test_hidden_is_dropped),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_number_errors),
        cmocka_unit_test(test_mail_and_phone),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_number_of_rows),
        cmocka_unit_test(test_fixed_rows),
        cmocka_unit_test(test_fixed_rows_keep_what_they_are_for),
        cmocka_unit_test(test_list_in_expression),
        cmocka_unit_test(test_answers_as_values),
        cmocka_unit_test(test_facts_as_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
