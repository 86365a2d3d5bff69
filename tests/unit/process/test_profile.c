/* What a request type's process may not say, and joins that would wait for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model_text.h"
#include "process/definition/definition_read.h"
#include "process/definition/profile.h"

struct expected {
    const char *part;
    int line;
    bool found;
};

static void look(void *context, struct str file, int line, struct str reason)
{
    struct expected *expected = context;

    (void)file;
    if (line == expected->line && expected->part &&
        str_find(reason, str_from(expected->part)) >= 0)
        expected->found = true;
    if (getenv("SHOW"))
        print_message("%d: %.*s\n", line, STR_ARG(reason));
}

/* `xml` is refused with a reason that has `part` at `line`; NULL: it is accepted. */
static void check_xml(struct arena *arena, struct str xml, int line, const char *part)
{
    struct expected expected = {.part = part, .line = line};
    struct report report = {.arena = arena, .fn = look, .context = &expected};
    struct text_list texts = text_list_new(arena);
    struct bpmn_problems problems;
    struct bpmn_model *model;

    if (bpmn_read(arena, xml, &problems, &model) == OK) {
        profile_check(arena, model, &report, &texts);
        if (report.count == 0)
            profile_check_soundness(arena, model, definition_process(model), &report);
    } else {
        for (size_t i = 0; i < problems.list.count; i++) {
            struct bpmn_problem *p = VEC_AT(&problems.list, struct bpmn_problem, i);

            report_problem(&report, p->line, "%.*s", STR_ARG(p->reason));
        }
    }
    if ((part == NULL) != (report.count == 0) || (part && !expected.found))
        fail_msg("wanted line %d \"%s\", got %zu problems:\n%.*s", line,
                 part ? part : "-", report.count, STR_ARG(xml));
}

static void check(const char *notation, int line, const char *part)
{
    struct arena *arena = arena_new(64 << 20);

    check_xml(arena, model_text(arena, notation), line, part);
    arena_free(&arena);
}

static void test_gateways(void **state)
{
    check("S:start X:xor A:user E:end | S>X X>A?v=1 X>E! A>E", 0, NULL);
    check("S:start X:xor A:user E:end | S>X X>A X>E! A>E", 7, "has no condition");
    check("S:start X:xor A:user E:end | S>X X>A?v=1 X>E?v=2 A>E", 3, "no default flow");
    check("S:start X:and A:user E:end | S>X X>A?v=1 X>E A>E", 7, "has no condition");
    check("S:start A:user E:end | S>A?v=1 A>E", 5, "has no condition");
    check("S:start X:xor A:user E:end | S>X X>A?v+ X>E! A>E", 7, "FEEL");
    check("S:start X:xor A:user E:end | S>X X>A A>E", 3, "neither splits nor joins");
    check("S:start X:xor Y:xor E:end | S>X X>Y Y>X?v=1 Y>E!", 3, "loop without any task");
}

static void test_soundness(void **state)
{
    check("S:start F:and A:user B:user J:and E:end | S>F F>A F>B A>J B>J J>E", 0, NULL);
    /* One of two ways is taken, the join wants both. */
    check("S:start X:xor A:user B:user J:and E:end | S>X X>A?v=1 X>B! A>J B>J J>E", 6,
          "wait for ever");
    /* Both ways are taken, and merged by nothing. */
    check("S:start F:and A:user B:user C:user E:end | S>F F>A F>B A>C B>C C>E", 6,
          "two tokens can be before user task C");
    check("S:start F:and A:user B:user X:xor C:user E:end | S>F F>A F>B A>X B>X X>C C>E",
          7, "two tokens can be before user task C");
    /* A way out of the middle of a parallel branch. */
    check("S:start F:and A:user X:xor B:user J:and E:end | S>F F>A F>B A>X X>E?v=1 X>J! "
          "B>J "
          "J>E",
          7, "wait for ever");
    /* A loop that leaves a token behind each time. */
    check("S:start M:xor F:and A:user E:end | S>M M>F F>A F>M A>E", 3,
          "loop without any task");
    check("S:start F:and A:user B:user X:xor E:end | S>X X>F F>A F>B A>E B>X", 7,
          "two tokens");
    check("S:start M:xor F:and A:user B:user J:and X:xor E:end | S>M M>F F>A F>B A>J B>J "
          "J>X "
          "X>M?v=1 X>E!",
          0, NULL);
}

/* 12 branches of 3 tasks: 4^12 situations, which only the reduced game can play. */
static void test_wide(void **state)
{
    for (int broken = 0; broken < 2; broken++) {
        struct arena *arena = arena_new(128 << 20);
        struct buf nodes = buf_init(arena, 1 << 16), flows = buf_init(arena, 1 << 16);
        buf_put_c(&nodes, "S:start F:and J:and E:end X:xor");
        buf_put_c(&flows, "S>F J>E");
        for (int i = 0; i < 12; i++) {
            buf_format(&nodes, " a%d:user b%d:user c%d:user", i, i, i);
            buf_format(&flows, " F>a%d a%d>b%d b%d>c%d c%d>%s", i, i, i, i, i, i,
                       i == 0 ? "X" : "J");
        }
        buf_put_c(&flows, broken ? " X>J?v=1 X>E!" : " X>J?v=1 X>a0!");
        struct str notation = str_format(arena, "%.*s | %.*s", STR_ARG(buf_str(&nodes)),
                                         STR_ARG(buf_str(&flows)));
        check_xml(arena, model_text(arena, notation.ptr), 4,
                  broken ? "wait for ever" : NULL);
        arena_free(&arena);
    }
}

#define HEAD MODEL_TEXT_HEAD
#define GOOD                                                                             \
    "<startEvent id='S'/><endEvent id='E'/><sequenceFlow id='f1' sourceRef='S' "         \
    "targetRef='T'/>"                                                                    \
    "<sequenceFlow id='f2' sourceRef='T' targetRef='E'/>\n"
#define END "</process></definitions>"
#define USER(inner)                                                                      \
    "<userTask id='T' name='T'><extensionElements>\n" inner                              \
    "</extensionElements></userTask>"
#define ASSIGNED "<zeebe:assignmentDefinition candidateGroups='it'/>"
#define PROPERTY(name, value)                                                            \
    "<zeebe:properties><zeebe:property name='" name "' value='" value                    \
    "'/></zeebe:properties>"
#define SERVICE(inner)                                                                   \
    "<serviceTask id='T'><extensionElements>\n" inner "</extensionElements></"           \
    "serviceTask>"
#define TYPE                  "<zeebe:taskDefinition type='master-data.apply'/>"
#define INPUTS(inner)         "<zeebe:ioMapping>" inner "</zeebe:ioMapping>"
#define INPUT(source, target) "<zeebe:input source='" source "' target='" target "'/>"

/* A, then T; B beside them. */
#define PLAIN(id)                                                                        \
    "<userTask id='" id "' name='N'><extensionElements>" ASSIGNED                        \
    "</extensionElements></userTask>"
#define FLOW(id, from, to)                                                               \
    "<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'/>"
#define SECOND(ids)                                                                      \
    "<startEvent id='S'/><parallelGateway id='F'/><parallelGateway id='J'/>"             \
    "<endEvent id='E'/>" FLOW("f1", "S", "F") FLOW("f2", "F", "A") FLOW("f3", "A", "T")  \
        FLOW("f4", "T", "J") FLOW("f5", "F", "B") FLOW("f6", "B", "J")                   \
            FLOW("f7", "J", "E") PLAIN("A")                                              \
                PLAIN("B") "\n" USER(ASSIGNED PROPERTY("kontor:fourEyes", ids))

#define BOUNDARY(trigger)                                                                \
    "<boundaryEvent id='B' attachedToRef='T'>" trigger                                   \
    "</boundaryEvent><endEvent id='E2'/>" FLOW("f3", "B", "E2")
#define START_BY(trigger)                                                                \
    "<startEvent id='S'>" trigger "</startEvent><endEvent id='E'/>" FLOW("f1", "S", "E")
#define END_EVENT(outcome, reason)                                                       \
    "<endEvent id='E'><extensionElements><zeebe:properties><zeebe:property "             \
    "name='kontor:outcome' value='" outcome "'/><zeebe:property "                        \
    "name='kontor:customerReason' value='" reason                                        \
    "'/></zeebe:properties></extensionElements></endEvent>"
#define TEN  "a234567890"
#define HALF TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG HALF HALF "b"

static const struct {
    const char *xml;
    int line;
    const char *part;
} FILES[] = {
    {HEAD GOOD USER(ASSIGNED) END, 0, NULL},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:due", "P3D")) END, 0, NULL},
    {HEAD GOOD USER("<zeebe:userTask/>" ASSIGNED) "<textAnnotation id='x'/>" END, 0,
     NULL},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:due", "P3M")) END, 4, "ISO 8601"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:colour", "red")) END, 4, "not supported"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("other", "red")) END, 4, "property other"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:phase", "")) END, 4, "has no value"},
    {HEAD GOOD USER(ASSIGNED "<zeebe:taskSchedule dueDate='=now()'/>") END, 3,
     "kontor:due"},
    {HEAD GOOD USER(ASSIGNED "<zeebe:formDefinition formId='x'/>") END, 0, NULL},
    {HEAD GOOD USER(ASSIGNED "<zeebe:formDefinition formId='=x'/>") END, 3,
     "the id of a form"},
    {HEAD GOOD USER("") END, 3, "neither a candidate group"},
    {HEAD GOOD USER(PROPERTY("kontor:type", "admission")) END, 0, NULL},
    {HEAD GOOD USER(PROPERTY("kontor:type", "the admission")) END, 4, "must be a key"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:clock", "calendar")) END, 3,
     "no kontor:due"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:clock", "mine")) END, 4, "\"business\""},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:calendar", "A B")) END, 4, "must be a key"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:outcomes", "approved, rejected")) END, 0,
     NULL},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:outcomes", "approved,yes")) END, 4,
     "unknown outcome \"yes\""},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:outcomes", "approved,approved")) END, 4,
     "given twice"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:fourEyes", "X")) END, 4,
     "X is no user task"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:fourEyes", "E")) END, 4,
     "E is no user task"},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:fourEyes", "T")) END, 4, "its own task"},
    {HEAD SECOND("A") END, 0, NULL},
    {HEAD SECOND("A, B") END, 4, "B does not come before T"},
    {HEAD GOOD USER("<zeebe:assignmentDefinition candidateGroups='a, b'/>") END, 3,
     "exactly one team"},
    {HEAD GOOD USER("<zeebe:assignmentDefinition assignee='x' candidateGroups='it'/>")
         END,
     3, "assignee"},
    {HEAD GOOD "<userTask id='T'/>" END, 3, "has no name"},
    {HEAD GOOD SERVICE(
         TYPE INPUTS(INPUT("={}", "attributes") INPUT("=null", "validFrom"))) END,
     0, NULL},
    {HEAD GOOD SERVICE(TYPE) END, 3, "needs the input attributes"},
    {HEAD GOOD SERVICE(TYPE INPUTS(INPUT("=v", "attributes") INPUT("=null", "validFrom")))
         END,
     3, "written as a context"},
    {HEAD GOOD SERVICE(TYPE INPUTS(INPUT("={}", "attributes") INPUT("=v", "validFrom")
                                       INPUT("=v", "other"))) END,
     3, "has no input other"},
    {HEAD GOOD SERVICE("<zeebe:taskDefinition type='rm -rf'/>") END, 3,
     "unknown service type"},
    {HEAD GOOD USER(ASSIGNED) BOUNDARY(
         "<timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition>")
         END,
     0, NULL},
    {HEAD GOOD USER(ASSIGNED)
         BOUNDARY("<signalEventDefinition signalRef='G'/>") "</process>"
                                                            "<signal id='G' name='g'/>"
                                                            "</definitions>",
     0, NULL},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:subject", "=item.name")) END, 0, NULL},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:subject", "item.name")) END, 0, NULL},
    {HEAD GOOD USER(ASSIGNED PROPERTY("kontor:subject", "=item +")) END, 4,
     "kontor:subject"},
    {HEAD START_BY("<timerEventDefinition><timeDate>2030-01-01T00:00:00Z</timeDate>"
                   "</timerEventDefinition>") END,
     2, "and by nothing else"},
    {HEAD START_BY(
         "<messageEventDefinition messageRef='M'/>") "</process>"
                                                     "<message id='M' name='m'/>"
                                                     "</definitions>",
     2, "and by nothing else"},
    {HEAD GOOD "<callActivity id='T'><extensionElements><zeebe:calledElement "
               "processId='Q'/></extensionElements></callActivity>" END,
     3, "there is no process Q"},
    {HEAD GOOD "<callActivity id='T'><extensionElements><zeebe:calledElement "
               "processId='Q'/></extensionElements></callActivity></process>"
               "<process id='Q' isExecutable='true'><startEvent id='S2'/><endEvent "
               "id='E2'/>" FLOW("f9", "S2", "E2") END,
     0, NULL},
    {HEAD "<startEvent id='S'/>" FLOW("f1", "S", "E") "\n" END_EVENT("declined", "x") END,
     0, NULL},
    {HEAD "<startEvent id='S'/>" FLOW("f1", "S", "E") "\n" END_EVENT("lost", "x") END, 3,
     "kontor:outcome of an end event"},
    {HEAD "<startEvent id='S'/>" FLOW(
         "f1", "S", "E") "\n"
                         "<endEvent id='E'><extensionElements>" PROPERTY(
                             "kontor:customerReason",
                             "No.") "</extensionElements></endEvent>" END,
     3, "belongs to kontor:outcome"},
    {HEAD GOOD SERVICE("<zeebe:taskDefinition type='master-data.apply' retries='3'/>")
         END,
     3, "tried again by itself"},
    {HEAD GOOD SERVICE(TYPE "<zeebe:taskHeaders><zeebe:header key='k' value='v'/>"
                            "</zeebe:taskHeaders>") END,
     3, "input mapping"},
    {HEAD GOOD "<sendTask id='T' messageRef='M'><extensionElements><zeebe:publishMessage "
               "correlationKey='=1' messageId='x'/></extensionElements></sendTask>"
               "</process><message id='M' name='m'/></definitions>",
     3, "messageId is not available"},
    {HEAD GOOD "<sendTask id='T' messageRef='M'><extensionElements><zeebe:publishMessage "
               "correlationKey='=1' timeToLive='soon'/></extensionElements></sendTask>"
               "</process><message id='M' name='m'/></definitions>",
     3, "no duration"},
    {HEAD "<startEvent id='S'/>" FLOW("f1", "S", "E") "\n<endEvent id='E' name='" LONG
                                                      "'/>" END,
     3, "longer than 200"},
    {HEAD "<startEvent id='S'/>" FLOW("f1", "S", HALF) "\n<endEvent id='" HALF "'/>" END,
     3, "longer than 90"},
};

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(FILES) / sizeof(*FILES); i++) {
        struct arena *arena = arena_new(64 << 20);

        check_xml(arena, str_from(FILES[i].xml), FILES[i].line, FILES[i].part);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gateways),
        cmocka_unit_test(test_soundness),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
