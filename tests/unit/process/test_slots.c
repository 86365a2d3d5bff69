/* documents.json and rules.json: what is read, what is refused with its line, and what a rule comes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "process/definition/slots_read.h"
#include "process/submission.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* ---- reading ---- */

struct seen {
    int line;
    const char *part;
    bool found;
    char all[1000];
};

static void look(void *context, struct str file, int line, struct str reason)
{
    struct seen *seen = context;
    (void)file;
    size_t used = strlen(seen->all);
    snprintf(seen->all + used, sizeof seen->all - used, "%d: %.*s\n", line,
             STR_ARG(reason));
    if (line == seen->line && str_find(reason, str_from(seen->part)) >= 0)
        seen->found = true;
}

static json_t *parse(struct json_source *source)
{
    json_t *object = NULL;
    assert_int_equal(json_source_parse(source, &object), OK);
    return object;
}

static size_t read_slots(const char *text, struct seen *seen,
                         const struct slot_rule **out)
{
    struct report report = {.arena = arena, .fn = seen ? look : NULL, .context = seen};
    struct json_source source = {
        .arena = arena, .report = &report, .text = str_from(text)};
    size_t count;
    slots_read(&source, NULL, parse(&source), out, &count);
    if (!seen)
        assert_int_equal(report.count, 0);
    return count;
}

static size_t read_rules(const char *text, struct seen *seen,
                         const struct submission_rule **out)
{
    struct report report = {.arena = arena, .fn = seen ? look : NULL, .context = seen};
    struct json_source source = {
        .arena = arena, .report = &report, .text = str_from(text)};
    size_t count;
    submission_read(&source, NULL, parse(&source), out, &count);
    if (!seen)
        assert_int_equal(report.count, 0);
    return count;
}

#define SLOT_HEAD                                                                        \
    "{\"slots\": [{\"key\": \"proof\", \"title\": \"Proof\", \"checkedBy\": \"it\",\n"   \
    "\"kinds\": [{\"key\": \"a\", \"title\": \"A\"}], \"mediaTypes\": "                  \
    "[\"application/pdf\"], "                                                            \
    "\"reasons\": [{\"key\": \"old\", \"title\": \"Old\"}],\n"
#define SLOT_TAIL "}]}"

static void everything_a_slot_may_say(void **state)
{
    (void)state;
    const struct slot_rule *slots;
    size_t count = read_slots(
        SLOT_HEAD "\"required\": \"=x > 1\", \"showIf\": \"=y\", \"form\": \"original\","
                  "\"check\": \"correctness\", \"validMonths\": 12, \"remindDays\": 14,"
                  "\"number\": {\"min\": 2, \"max\": \"=n\"}" SLOT_TAIL,
        NULL, &slots);
    assert_int_equal(count, 1);
    assert_false(slots[0].required);
    assert_non_null(slots[0].required_if);
    assert_non_null(slots[0].show_if);
    assert_true(slots[0].original);
    assert_true(slots[0].correctness);
    assert_int_equal(slots[0].valid_months, 12);
    assert_int_equal(slots[0].remind_days, 14);
    assert_int_equal(slots[0].min.constant, 2);
    assert_non_null(slots[0].max.expression);
}

static void what_is_not_said_is_the_plain_slot(void **state)
{
    (void)state;
    const struct slot_rule *slots;
    (void)read_slots(SLOT_HEAD "\"required\": true" SLOT_TAIL, NULL, &slots);
    assert_true(slots[0].required);
    assert_null(slots[0].required_if);
    assert_null(slots[0].show_if);
    assert_false(slots[0].original);
    assert_false(slots[0].correctness);
    assert_false(slots[0].reuse);
    assert_int_equal(slots[0].valid_months, 0);
    assert_int_equal(slots[0].min.constant, 1);
    assert_int_equal(slots[0].max.constant, 1);
}

static void mistakes_of_slots_have_their_lines(void **state)
{
    (void)state;
    static const struct {
        const char *tail;
        const char *part;
    } ROWS[] = {
        {"\"showIf\": \"y\"", "must be an expression"},
        {"\"showIf\": true", "must be an expression"},
        {"\"showIf\": \"=y +\"", "FEEL expression: column"},
        {"\"required\": \"yes\"", "\"required\" must be true or false"},
        {"\"required\": \"=(\"", "FEEL expression: column"},
        {"\"form\": \"fax\"", "must be one of: scan original"},
        {"\"check\": \"maybe\"", "must be one of: completeness correctness"},
        {"\"number\": 0", "from 1 to 50"},
        {"\"number\": 51", "from 1 to 50"},
        {"\"number\": \"=\"", "FEEL expression"},
        {"\"number\": {\"min\": 1}", "\"max\" is missing"},
        {"\"number\": {\"min\": 3, \"max\": 2}", "\"min\" is more than \"max\""},
        {"\"number\": {\"most\": 3}", "\"most\" is not supported here"},
        {"\"remindDays\": 5", "needs \"validMonths\""},
        {"\"validMonths\": 0", "from 1 to 240"},
        {"\"form\": \"original\", \"reuse\": true", "not used again"},
        {"\"reuse\": 1", "\"reuse\" must be true or false"},
        {"\"pages\": 3", "\"pages\" is not supported here"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct seen seen = {.line = 3, .part = ROWS[i].part};
        const struct slot_rule *slots;
        (void)read_slots(
            str_format(arena, "%s%s%s", SLOT_HEAD, ROWS[i].tail, SLOT_TAIL).ptr, &seen,
            &slots);
        if (!seen.found)
            fail_msg("%s: %s", ROWS[i].tail, seen.all);
    }
}

static void an_age_is_of_months_or_of_days(void **state)
{
    (void)state;
    const struct slot_rule *slots;
    struct seen seen = {.line = 2, .part = "either \"maxAgeMonths\" or \"maxAgeDays\""};
    static const char TEXT[] =
        "{\"slots\": [{\"key\": \"p\", \"title\": \"P\", \"checkedBy\": \"it\",\n"
        "\"kinds\": [{\"key\": \"a\", \"title\": \"A\", \"maxAgeDays\": 60%s}],\n"
        "\"mediaTypes\": [\"image/png\"],\n"
        "\"reasons\": [{\"key\": \"old\", \"title\": \"Old\"}]}]}";
    (void)read_slots(str_format(arena, TEXT, "").ptr, NULL, &slots);
    assert_int_equal(slots[0].kind_max_age[0].days, 60);
    assert_int_equal(slots[0].kind_max_age[0].months, 0);
    (void)read_slots(str_format(arena, TEXT, ", \"maxAgeMonths\": 2").ptr, &seen, &slots);
    assert_true(seen.found);
}

/* ---- deciding ---- */

static struct form_world world_of(const char *json)
{
    struct feel_value value;
    assert_int_equal(feel_from_json(arena, str_from(json), &value), OK);
    return (struct form_world){.context = value.context, .today = 20779};
}

static struct slot_now resolve(const char *tail, const char *json)
{
    const struct slot_rule *slots;
    const struct form_world world = world_of(json);
    (void)read_slots(str_format(arena, "%s%s%s", SLOT_HEAD, tail, SLOT_TAIL).ptr, NULL,
                     &slots);
    return slot_resolve(arena, &slots[0], &world);
}

static void a_condition_holds_when_it_is_true(void **state)
{
    (void)state;
    static const char TAIL[] = "\"required\": \"=volume > 10\", \"showIf\": \"=gas\"";
    struct slot_now now = resolve(TAIL, "{\"volume\": 11, \"gas\": true}");
    assert_true(now.shown);
    assert_true(now.required);
    now = resolve(TAIL, "{\"volume\": 10, \"gas\": true}");
    assert_true(now.shown);
    assert_false(now.required);
    /* An answer that is not there yet asks for nothing. */
    now = resolve(TAIL, "{\"volume\": null, \"gas\": true}");
    assert_false(now.required);
    now = resolve(TAIL, "{\"volume\": 11, \"gas\": null}");
    assert_false(now.shown);
    assert_false(now.required);
    now = resolve(TAIL, "{\"volume\": 11, \"gas\": \"yes\"}");
    assert_false(now.shown);
}

static void a_number_is_what_the_answers_say(void **state)
{
    (void)state;
    static const char TAIL[] = "\"required\": true, \"number\": \"=count(people)\"";
    struct slot_now now = resolve(TAIL, "{\"people\": [1, 2, 3]}");
    assert_true(now.required);
    assert_int_equal(now.min, 3);
    assert_int_equal(now.max, 3);
    now = resolve(TAIL, "{\"people\": []}");
    assert_false(now.shown);
    assert_false(now.required);
    /* What is no number is one document. */
    now = resolve(TAIL, "{\"people\": \"Anna\"}");
    assert_int_equal(now.max, 1);
    now = resolve("\"number\": \"=n\"", "{\"n\": 1000000}");
    assert_int_equal(now.max, SLOT_DOCUMENTS_MAX);
    now = resolve("\"number\": {\"min\": \"=n\", \"max\": 2}", "{\"n\": 4}");
    assert_int_equal(now.min, 4);
    assert_int_equal(now.max, 4);
    now = resolve("\"number\": {\"max\": 4}", "{}");
    assert_int_equal(now.min, 1);
    assert_int_equal(now.max, 4);
}

static void what_costs_too_much_asks_for_the_document(void **state)
{
    (void)state;
    struct slot_now now = resolve(
        "\"required\": \"=count(for a in 1..2000, b in 1..2000 return a) > 0\"", "{}");
    assert_true(now.required);
}

/* ---- rules ---- */

#define RULE                                                                             \
    "{\"rules\": [{\"key\": \"open\", \"refuseIf\": \"=count(company.obligations) > "    \
    "0\",\n"                                                                             \
    "\"text\": \"Still open: {0}\", \"list\": \"=for o in company.obligations return "   \
    "o.text\",\n"                                                                        \
    "\"form\": \"end\"}]}"

static void a_rule_refuses_with_its_list(void **state)
{
    (void)state;
    const struct submission_rule *rules;
    struct submission_refusal *refusals;
    size_t count = read_rules(RULE, NULL, &rules);
    struct form_world world = world_of(
        "{\"company\": {\"obligations\": [{\"text\": {\"en\": \"Invoice 7\", \"de\": "
        "\"Rechnung 7\"}}, {\"text\": {\"en\": \"Fee\", \"de\": \"Gebühr\"}}]}}");
    assert_int_equal(submission_check(arena, rules, count, &world, &refusals), 1);
    assert_true(str_is(refusals[0].rule->form, "end"));
    assert_true(str_is(refusals[0].list_en, "Invoice 7, Fee"));
    assert_true(str_is(refusals[0].list_de, "Rechnung 7, Gebühr"));
    world = world_of("{\"company\": {\"obligations\": []}}");
    assert_int_equal(submission_check(arena, rules, count, &world, &refusals), 0);
    /* Nothing is known: nothing is true. */
    world = (struct form_world){.today = 20779};
    assert_int_equal(submission_check(arena, rules, count, &world, &refusals), 0);
}

static void a_list_may_be_of_words(void **state)
{
    (void)state;
    const struct submission_rule *rules;
    struct submission_refusal *refusals;
    size_t count = read_rules("{\"rules\": [{\"key\": \"x\", \"refuseIf\": \"=true\", "
                              "\"text\": \"No: {0}\", \"list\": \"=[\\\"a\\\", 2]\"}]}",
                              NULL, &rules);
    const struct form_world world = world_of("{}");
    assert_int_equal(submission_check(arena, rules, count, &world, &refusals), 1);
    assert_true(str_is(refusals[0].list_en, "a, 2"));
    assert_true(str_is(refusals[0].list_de, "a, 2"));
}

static void what_costs_too_much_refuses(void **state)
{
    (void)state;
    const struct submission_rule *rules;
    struct submission_refusal *refusals;
    size_t count = read_rules("{\"rules\": [{\"key\": \"x\", \"text\": \"No\", "
                              "\"refuseIf\": \"=count(for a in 1..2000, b in 1..2000 "
                              "return a) < 0\"}]}",
                              NULL, &rules);
    const struct form_world world = world_of("{}");
    assert_int_equal(submission_check(arena, rules, count, &world, &refusals), 1);
    assert_true(str_is(refusals[0].list_en, ""));
}

static void mistakes_of_rules_have_their_lines(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        const char *part;
    } ROWS[] = {
        {"\"text\": \"No\"", "\"refuseIf\" is missing"},
        {"\"refuseIf\": true, \"text\": \"No\"", "must be an expression"},
        {"\"refuseIf\": \"=a\"", "\"text\" is missing"},
        {"\"refuseIf\": \"=a\", \"text\": \"No\", \"list\": \"=b\"",
         "does not say where"},
        {"\"refuseIf\": \"=a\", \"text\": \"No {0}\"", "there is no \"list\""},
        {"\"refuseIf\": \"=a\", \"text\": \"No\", \"level\": 1", "not supported here"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct seen seen = {.line = 2, .part = ROWS[i].part};
        const struct submission_rule *rules;
        (void)read_rules(
            str_format(arena, "{\"rules\": [\n{\"key\": \"x\", %s}]}", ROWS[i].members)
                .ptr,
            &seen, &rules);
        if (!seen.found)
            fail_msg("%s: %s", ROWS[i].members, seen.all);
    }
    struct seen seen = {.line = 3, .part = "is there twice"};
    const struct submission_rule *rules;
    (void)read_rules("{\"rules\": [\n{\"key\": \"x\", \"refuseIf\": \"=a\", \"text\": "
                     "\"No\"},\n{\"key\": \"x\", \"refuseIf\": \"=a\", \"text\": "
                     "\"No\"}]}",
                     &seen, &rules);
    assert_true(seen.found);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(everything_a_slot_may_say),
        T(what_is_not_said_is_the_plain_slot),
        T(mistakes_of_slots_have_their_lines),
        T(an_age_is_of_months_or_of_days),
        T(a_condition_holds_when_it_is_true),
        T(a_number_is_what_the_answers_say),
        T(what_costs_too_much_asks_for_the_document),
        T(a_rule_refuses_with_its_list),
        T(a_list_may_be_of_words),
        T(what_costs_too_much_refuses),
        T(mistakes_of_rules_have_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
