/* Every definition in templates/processes compiles, and its scenarios run as written. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "folder.h"
#include "process/scenario/scenario.h"

#define DEFINITIONS "templates/processes"

static void print_problem(void *context, struct str file, int line, struct str reason)
{
    print_error("%s/%.*s:%d: %.*s\n", (const char *)context, STR_ARG(file), line,
                STR_ARG(reason));
}

static void run_folder(struct arena *arena, const char *key, size_t *scenarios)
{
    char *dir = str_c(arena, str_format(arena, DEFINITIONS "/%s", key));
    struct vec files = folder_read(arena, dir);
    struct str compiled;
    struct definition *definition;
    assert_int_equal(definition_compile(arena, str_from(key), files.items, files.count,
                                        print_problem, dir, &compiled),
                     OK);
    assert_int_equal(definition_load(arena, compiled, &definition), OK);
    struct report report = {.arena = arena, .fn = print_problem, .context = dir};
    for (size_t i = 0; i < files.count; i++) {
        struct definition_file *file = VEC_AT(&files, struct definition_file, i);
        if (!str_starts(file->path, STR("scenarios/")))
            continue;
        report.file = file->path;
        assert_int_equal(scenario_run(arena, definition, file->content, &report), OK);
        ++*scenarios;
    }
}

static void test_all(void **state)
{
    DIR *handle = opendir(DEFINITIONS);
    size_t scenarios = 0;
    assert_non_null(handle);
    for (const struct dirent *entry; (entry = readdir(handle));) {
        if (strchr(entry->d_name, '.'))
            continue;
        struct arena *arena = arena_new(64 << 20);
        run_folder(arena, entry->d_name, &scenarios);
        arena_free(&arena);
    }
    closedir(handle);
    assert_true(scenarios >= 3);
}

static const char MODEL[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"
    "<process id='P' name='Invented' "
    "isExecutable='true'><extensionElements><zeebe:properties>"
    "<zeebe:property name='kontor:action' value='add'/>"
    "<zeebe:property name='kontor:object' value='thing'/>"
    "<zeebe:property name='kontor:summary' value='Invented'/>"
    "<zeebe:property name='kontor:intakeTeam' value='service'/>"
    "<zeebe:property name='kontor:intakePhase' value='Invented'/>"
    "<zeebe:property name='kontor:forms' value='one'/>"
    "</zeebe:properties></extensionElements><startEvent id='S'/>"
    "<userTask id='T' name='Invented'><extensionElements>"
    "<zeebe:assignmentDefinition candidateGroups='it'/></extensionElements></userTask>"
    "<endEvent id='E'/><sequenceFlow id='f1' sourceRef='S' targetRef='T'/>"
    "<sequenceFlow id='f2' sourceRef='T' targetRef='E'/></process></definitions>";
static const char FORM[] =
    "{\"id\":\"one\",\"type\":\"default\",\"schemaVersion\":17,\"properties\":{\"title\":"
    "\"Invented\"},\"components\":[{\"type\":\"textfield\",\"key\":\"word\",\"label\":"
    "\"Invented\",\"validate\":{\"required\":true}}]}";
static const char PO[] = "msgid \"\"\nmsgstr \"\"\n\"Language: de\\n\"\n\"Content-Type: "
                         "text/plain; charset=UTF-8\\n\"\n\nmsgid \"Invented\"\nmsgstr "
                         "\"Erfunden\"\n";

struct first_problem {
    char text[500];
    int line;
};

static void keep_first(void *context, struct str file, int line, struct str reason)
{
    struct first_problem *first = context;
    if (first->line >= 0)
        return;
    first->line = line;
    snprintf(first->text, sizeof first->text, "%.*s", STR_ARG(reason));
}

/* A scenario that is wrong is found wrong, at its line. */
static void expect(const char *scenario, int line, const char *part)
{
    struct arena *arena = arena_new(16 << 20);
    struct definition_file files[] = {{STR("de.po"), str_from(PO)},
                                      {STR("one.form"), str_from(FORM)},
                                      {STR("process.bpmn"), str_from(MODEL)}};
    struct str compiled;
    struct definition *definition;
    char context[] = "invented";
    assert_int_equal(definition_compile(arena, STR("invented"), files, 3, print_problem,
                                        context, &compiled),
                     OK);
    assert_int_equal(definition_load(arena, compiled, &definition), OK);
    struct first_problem first = {.line = -1};
    struct report report = {.arena = arena, .fn = keep_first, .context = &first};
    enum err err = scenario_run(arena, definition, str_from(scenario), &report);
    assert_int_equal(err, part ? ERR_INPUT : OK);
    if (part) {
        assert_non_null(strstr(first.text, part));
        assert_int_equal(first.line, line);
    }
    arena_free(&arena);
}

#define HEAD  "{\"description\":\"d\",\"today\":\"2026-11-22\",\n"
#define START "\"answers\":{\"word\":\"x\"},\n\"steps\":[{\"event\":\"start\",\n"

static void test_differences(void **state)
{
    expect(HEAD START "\"trace\":[\"open T#1 team=it\"]}]}", 0, NULL);
    expect(HEAD START "\"trace\":[\"open T#2 team=it\"]}]}", 4, "got: open T#1 team=it");
    expect(HEAD START "\"trace\":[\"open T#1 team=it\",\n\"ended\"]}]}", 5,
           "did not happen");
    expect(HEAD START "\"trace\":[]}]}", 4, "got: open T#1");
    expect(HEAD START "\"refused\":false}]}", 3, "\"trace\" is missing");
    expect(HEAD START "\"variables\":{}}]}", 4, "means nothing");
    expect(HEAD START "\"refused\":true}]}", 3, "was not refused");
    expect(HEAD "\"answers\":{},\n\"steps\":[]}", 1, "answer word");
    expect(HEAD "\"answers\":{},\n\"errors\":{\"word\":\"Enter “{0}”.\"}}", 0, NULL);
    expect(HEAD "\"answers\":{\"word\":\"x\"},\n\"errors\":{\"word\":\"Enter “{0}”.\"}}",
           3, "is accepted");
    expect(HEAD "\"answers\":{\"word\":\"x\",\n\"other\":1},\"errors\":{}}", 3,
           "no form asks");
}

/* ---- everything a scenario can do ---- */

static const char RICH_MODEL[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"
    "<message id='M' name='Invoice'><extensionElements><zeebe:subscription "
    "correlationKey='=request.reference'/></extensionElements></message>"
    "<process id='P' name='Invented' isExecutable='true'><extensionElements>"
    "<zeebe:properties>"
    "<zeebe:property name='kontor:action' value='add'/>"
    "<zeebe:property name='kontor:object' value='thing'/>"
    "<zeebe:property name='kontor:summary' value='Invented'/>"
    "<zeebe:property name='kontor:intakeTeam' value='service'/>"
    "<zeebe:property name='kontor:intakePhase' value='Invented'/>"
    "<zeebe:property name='kontor:effectiveDateField' value='day'/>"
    "<zeebe:property name='kontor:forms' value='one'/>"
    "</zeebe:properties></extensionElements><startEvent id='S'/>"
    "<sequenceFlow id='f1' sourceRef='S' targetRef='T'/>"
    "<userTask id='T' name='Invented'><extensionElements>"
    "<zeebe:formDefinition formId='limit'/>"
    "<zeebe:assignmentDefinition candidateGroups='it'/></extensionElements></userTask>"
    "<sequenceFlow id='f2' sourceRef='T' targetRef='W'/>"
    "<intermediateCatchEvent id='W'><timerEventDefinition><timeDuration>P2D"
    "</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    "<sequenceFlow id='f3' sourceRef='W' targetRef='R'/>"
    "<intermediateCatchEvent id='R'><messageEventDefinition messageRef='M'/>"
    "</intermediateCatchEvent>"
    "<sequenceFlow id='f4' sourceRef='R' targetRef='V'/>"
    "<serviceTask id='V'><extensionElements><zeebe:taskDefinition "
    "type='master-data.apply'/><zeebe:ioMapping>"
    "<zeebe:input source='={\"thing.sum\": sum(members.share) + T.limit, "
    "\"thing.where\": count(places), \"thing.who\": company.reference, \"thing.base\": "
    "base.thing.sum, \"thing.day\": string(date(now()))}' target='attributes'/>"
    "<zeebe:input source='=request.effectiveOn' target='validFrom'/></zeebe:ioMapping>"
    "</extensionElements></serviceTask>"
    "<sequenceFlow id='f5' sourceRef='V' targetRef='E'/><endEvent id='E'/>"
    "</process></definitions>";
static const char RICH_FORM[] =
    "{'id':'one','type':'default','schemaVersion':17,'properties':{'title':'Invented'},"
    "'components':[{'type':'datetime','subtype':'date','key':'day','dateLabel':"
    "'Invented'},{'type':'checklist','key':'places','label':'Invented',"
    "'valuesExpression':'=catalogue.markets.key'},{'type':'dynamiclist','path':'members',"
    "'label':'Invented','isRepeating':true,'allowAddRemove':true,'components':[{'type':"
    "'number','decimalDigits':2,'key':'share','label':'Invented','validate':{'required':"
    "true}}]}]}";
static const char LIMIT_FORM[] =
    "{'id':'limit','type':'default','schemaVersion':17,'properties':{'title':'Invented'},"
    "'components':[{'type':'number','key':'limit','label':'Invented','validate':{'max':"
    "100}}]}";
static const char RICH_SLOTS[] =
    "{'slots':[{'key':'proof','title':'Invented','required':'=count(places) > 1',"
    "'checkedBy':'service','kinds':[{'key':'k','title':'Invented'}],'mediaTypes':"
    "['application/pdf'],'reasons':[{'key':'r','title':'Invented'}]}]}";
static const char RICH_RULES[] =
    "{'rules':[{'key':'too-many','refuseIf':'=count(places) > 2','text':'Invented'}]}";

#define RICH_HEAD                                                                        \
    "{'description':'d','today':'2026-11-22','base':{'thing.sum':'1'},'facts':{"         \
    "'company':{'reference':'M-7'},'catalogue':{'markets':[{'key':'a'},{'key':'b'},{"    \
    "'key':'c'}]}},\n"
#define RICH_ANSWERS                                                                     \
    "'answers':{'day':'1.12.2026','places':['a','b'],'members':[{'share':'0.25'},"       \
    "{'share':1}]},\n"

static struct str double_quotes(struct arena *arena, const char *text)
{
    char *copy = str_c(arena, str_from(text));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return str_from(copy);
}

static void expect_rich(const char *scenario, int line, const char *part)
{
    struct arena *arena = arena_new(16 << 20);
    struct definition_file files[] = {
        {STR("de.po"), str_from(PO)},
        {STR("one.form"), double_quotes(arena, RICH_FORM)},
        {STR("limit.form"), double_quotes(arena, LIMIT_FORM)},
        {STR("documents.json"), double_quotes(arena, RICH_SLOTS)},
        {STR("rules.json"), double_quotes(arena, RICH_RULES)},
        {STR("process.bpmn"), str_from(RICH_MODEL)}};
    struct str compiled;
    struct definition *definition;
    char context[] = "invented";
    assert_int_equal(definition_compile(arena, STR("invented"), files, 6, print_problem,
                                        context, &compiled),
                     OK);
    assert_int_equal(definition_load(arena, compiled, &definition), OK);
    struct first_problem first = {.line = -1};
    struct report report = {.arena = arena, .fn = keep_first, .context = &first};
    enum err err =
        scenario_run(arena, definition, double_quotes(arena, scenario), &report);
    if (err != (part ? ERR_INPUT : OK) || (part && !strstr(first.text, part)) ||
        (part && first.line != line))
        fail_msg("wanted %d: %s; got %d: %s", line, part ? part : "good", first.line,
                 first.line >= 0 ? first.text : "good");
    arena_free(&arena);
}

#define STEP_START                                                                       \
    "'documents':['proof'],'steps':[{'event':'start','trace':['open T#1 team=it']},\n"
#define STEP_TASK                                                                        \
    "{'event':'complete T#1','outcome':'remark','reason':'r','answers':{'limit':5},"     \
    "'trace':['timer W#1 W at=2026-11-24T08:00:00.000000Z']},\n"
#define STEP_TIMER                                                                       \
    "{'event':'timer W#1','trace':['no timer W#1 W','wait R#1 R name=\\\"Invoice\\\" "   \
    "correlation=\\\"R-1\\\"']},\n"

static void test_everything(void **state)
{
    const char *good = RICH_HEAD RICH_ANSWERS STEP_START
        "{'event':'complete T#1','answers':{'limit':101},'errors':{'limit':'“{0}” must "
        "be {1} or less.'}},\n" STEP_TASK STEP_TIMER
        "{'event':'message Invoice','correlation':'R-2','refused':false,'trace':[]},\n"
        "{'event':'complete V#1','refused':true}]}";
    expect_rich(good, 0, NULL);
    expect_rich(RICH_HEAD RICH_ANSWERS "'documents':[],'steps':[]}", 3, "got proof");
    expect_rich(RICH_HEAD RICH_ANSWERS "\n'documents':['proof',\n'extra']}", 5,
                "extra: did not come about");
    expect_rich(RICH_HEAD "'answers':{'places':['a','b','c']},'refusals':['too-many']}",
                0, NULL);
    expect_rich(RICH_HEAD "'answers':{'places':['a','b','c']},\n'steps':[]}", 1,
                "got too-many");
    expect_rich(RICH_HEAD RICH_ANSWERS "'refusals':['too-many']}", 3, "did not come");
    expect_rich(RICH_HEAD "'answers':{'members':[{'share':\n'x'}]},'errors':{}}", 3,
                "answer members[0].share");
    expect_rich(RICH_HEAD
                "'answers':{'places':\n['z']},'errors':{'places':'Choose one of "
                "the offered answers for “{0}”.'}}",
                0, NULL);
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START
                "{'event':'complete T#1','answers':{'limit':101},\n'trace':[]}]}",
                4, "answer limit");
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START
                "{'event':'complete T#1','answers':{\n'limits':5},'trace':[]}]}",
                5, "no form asks");
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START
                "{'event':'complete T#1',\n'outcome':'rejected','trace':[]}]}",
                4, "no outcome rejected");
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START
                "{'event':'complete T#1',\n'variables':{},'trace':[]}]}",
                5, "means nothing");
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START "{'event':'timer T#1','trace':[]}]}", 4,
                "no such timer");
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START STEP_TASK
                "{'event':'timer W#1','trace':['x']}]}",
                5, "got: no timer W#1 W");
    expect_rich(RICH_HEAD RICH_ANSWERS STEP_START "{'event':'wait T#1','trace':[]}]}", 4,
                "must be start");
}

/* What a service is given: numbers are exact, facts and master data are there. */
static void test_to_the_end(void **state)
{
    expect_rich(
        RICH_HEAD RICH_ANSWERS STEP_START STEP_TASK STEP_TIMER
        "{'event':'message Invoice','correlation':'R-1','trace':['no wait R#1 "
        "R',\n'none']}]}",
        7,
        "run V#1 type=master-data.apply "
        "inputs={\"attributes\":{\"thing.base\":\"1\",\"thing.day\":\"2026-11-24\","
        "\"thing.sum\":\"6.25\",\"thing.where\":2,\"thing.who\":\"M-7\"},"
        "\"validFrom\":\"2026-12-01\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_to_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
