/* Every definition in templates/processes compiles, and its scenarios run as written. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "folder.h"
#include "process/scenario.h"

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
    expect(HEAD START "\"variables\":{}}]}", 3, "\"trace\" is missing");
    expect(HEAD START "\"refused\":true}]}", 3, "was not refused");
    expect(HEAD "\"answers\":{},\n\"steps\":[]}", 1, "answer word");
    expect(HEAD "\"answers\":{},\n\"errors\":{\"word\":\"Enter “{0}”.\"}}", 0, NULL);
    expect(HEAD "\"answers\":{\"word\":\"x\"},\n\"errors\":{\"word\":\"Enter “{0}”.\"}}",
           3, "is accepted");
    expect(HEAD "\"answers\":{\"word\":\"x\",\n\"other\":1},\"errors\":{}}", 3,
           "no form asks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
