/* Decision tables: each hit policy, what required decisions give, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dmn/table_json.h"

#define HEAD                                                                             \
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='d' name='n' " \
    "namespace='x'>"
#define RULE(test, result)                                                               \
    "<rule><inputEntry><text>" test "</text></inputEntry><outputEntry><text>" result     \
    "</text></outputEntry></rule>"
#define TABLE(policy, values, rules)                                                     \
    HEAD "<decision id='t' name='T'><decisionTable " policy                              \
         "><input><inputExpression><text>x</text></inputExpression></input><output "     \
         "name='r'>" values "</output>" rules                                            \
         "</decisionTable></decision></definitions>"
#define VALUES "<outputValues><text>\"high\",\"middle\",\"low\"</text></outputValues>"
#define RULES                                                                            \
    RULE("&lt; 10", "\"low\"") RULE("[5..20]", "\"high\"") RULE("&gt; 5", "\"middle\"")
#define NUMBERS RULE("&lt; 10", "1") RULE("[5..20]", "5") RULE("&gt; 5", "5")

struct problems {
    struct arena *arena;
    struct str text;
    int line;
};

static void note(void *context, int line, struct str reason)
{
    struct problems *problems = context;

    problems->text = reason;
    problems->line = line;
}

/* The result as JSON, "!" and the reason for an error; through the stored form, as in life. */
static struct str decide(struct arena *arena, const char *xml, const char *variables)
{
    struct problems problems = {arena, STR_NONE, 0};
    struct feel_run run = {.arena = arena};
    struct buf out = buf_init(arena, 65536);
    struct feel_value context;
    struct feel_value value;
    struct dmn_model *read;
    struct dmn_model *model;

    err_clear();
    if (dmn_read(arena, str_from(xml), note, &problems, &read) != OK)
        return str_format(arena, "!%d: %.*s", problems.line, STR_ARG(problems.text));
    assert_int_equal(dmn_load(arena, dmn_encode(arena, read), &model), OK);
    assert_int_equal(feel_from_json(arena, str_from(variables), &context), OK);
    if (dmn_decide(model, STR("t"), context.context, &run, &value) != OK)
        return str_format(arena, "!%s", err_text());
    feel_put_json(&out, arena, value);
    return buf_str(&out);
}

static void check(const char *xml, const char *variables, const char *want)
{
    struct arena *arena = arena_new(64 << 20);

    assert_string_equal(str_c(arena, decide(arena, xml, variables)), want);
    arena_free(&arena);
}

static void policies(void **state)
{
    (void)state;
    check(TABLE("", "", RULES), "{\"x\":1}", "\"low\"");
    check(TABLE("hitPolicy='UNIQUE'", "", RULES), "{\"x\":7}",
          "!decision t is UNIQUE, and 3 rules match");
    check(TABLE("hitPolicy='FIRST'", "", RULES), "{\"x\":7}", "\"low\"");
    check(TABLE("hitPolicy='PRIORITY'", VALUES, RULES), "{\"x\":7}", "\"high\"");
    check(TABLE("hitPolicy='OUTPUT ORDER'", VALUES, RULES), "{\"x\":7}",
          "[\"high\",\"middle\",\"low\"]");
    check(TABLE("hitPolicy='RULE ORDER'", "", RULES), "{\"x\":7}",
          "[\"low\",\"high\",\"middle\"]");
    check(TABLE("hitPolicy='COLLECT'", "", RULES), "{\"x\":15}", "[\"high\",\"middle\"]");
    check(TABLE("hitPolicy='COLLECT' aggregation='SUM'", "", NUMBERS), "{\"x\":7}", "11");
    check(TABLE("hitPolicy='COLLECT' aggregation='MIN'", "", NUMBERS), "{\"x\":7}", "1");
    check(TABLE("hitPolicy='COLLECT' aggregation='MAX'", "", NUMBERS), "{\"x\":7}", "5");
    check(TABLE("hitPolicy='COLLECT' aggregation='COUNT'", "", NUMBERS), "{\"x\":7}",
          "3");
    check(TABLE("hitPolicy='ANY'", "", NUMBERS), "{\"x\":15}", "5");
    check(TABLE("hitPolicy='ANY'", "", NUMBERS), "{\"x\":7}",
          "!decision t is ANY, and matching rules differ");
}

static void nothing_matches(void **state)
{
    (void)state;
    check(TABLE("", "", RULE("1", "2")), "{\"x\":7}", "null");
    check(TABLE("", "<defaultOutputEntry><text>9</text></defaultOutputEntry>",
                RULE("1", "2")),
          "{\"x\":7}", "9");
    check(TABLE("", "", RULE("-", "x + 1")), "{\"x\":7}", "8");
    check(TABLE("", "", RULE("null", "0")), "{}", "0");
}

static void several_outputs(void **state)
{
    (void)state;
    check(HEAD "<decision id='t' name='T'><decisionTable><input><inputExpression><text>x"
               "</text></inputExpression></input><output name='a'/><output name='b'/>"
               "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>\"p\""
               "</text></outputEntry><outputEntry><text>2</text></outputEntry></rule>"
               "</decisionTable></decision></definitions>",
          "{\"x\":1}", "{\"a\":\"p\",\"b\":2}");
}

static void required(void **state)
{
    (void)state;
    check(
        HEAD
        "<decision id='t' name='T'><informationRequirement><requiredDecision href='#u'/>"
        "</informationRequirement><knowledgeRequirement><requiredKnowledge href='#f'/>"
        "</knowledgeRequirement><literalExpression><text>twice(U) + u</text>"
        "</literalExpression></decision><decision id='u' name='U'><literalExpression>"
        "<text>x * 10</text></literalExpression></decision><businessKnowledgeModel "
        "id='f' "
        "name='twice'><encapsulatedLogic><formalParameter name='n'/><literalExpression>"
        "<text>n * 2</text></literalExpression></encapsulatedLogic>"
        "</businessKnowledgeModel></definitions>",
        "{\"x\":2}", "60");
}

static void refused(void **state)
{
    (void)state;
    check("<x/>", "{}", "!1: this is no DMN 1.3 file");
    check(TABLE("hitPolicy='WHATEVER'", "", RULES), "{}",
          "!1: there is no hit policy WHATEVER");
    check(TABLE("hitPolicy='PRIORITY'", "", RULES), "{}",
          "!1: a hit policy by priority needs the list of output values");
    check(TABLE("", "", "<rule><inputEntry><text>1</text></inputEntry></rule>"), "{}",
          "!1: the rule has another number of cells than the table");
    check(TABLE("", "", RULE("1 +", "2")), "{}",
          "!1: FEEL \"1 +\": column 4: the expression ends too early");
    check(HEAD "<decision id='t' name='T'><informationRequirement><requiredDecision "
               "href='#t'/></informationRequirement><literalExpression><text>1</text>"
               "</literalExpression></decision></definitions>",
          "{}", "!1: decision t needs itself");
    check(HEAD "<decision id='t' name='T'><context/></decision></definitions>", "{}",
          "!1: decision t is neither a table nor a literal expression");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies),        cmocka_unit_test(nothing_matches),
        cmocka_unit_test(several_outputs), cmocka_unit_test(required),
        cmocka_unit_test(refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
