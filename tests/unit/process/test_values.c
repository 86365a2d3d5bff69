/* Answers and facts as FEEL values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "form_fixture.h"

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
        cmocka_unit_test(test_answers_as_values),
        cmocka_unit_test(test_facts_as_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
