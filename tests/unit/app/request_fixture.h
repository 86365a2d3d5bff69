/* request_fixture.h: an invented request type, a person and rows for tests of the customers' use
 * cases. The type is compiled from source, so that the tests meet what publishing makes. */
#ifndef TEST_REQUEST_FIXTURE_H
#define TEST_REQUEST_FIXTURE_H

#include "app/request/request_check.h"
#include "db/fake.h"
#include "formats/locale.h"
#include "process/definition/definition.h"
#include "store/definition.h"

#define FIXTURE_NOW   (INT64_C(1795305600) * US_PER_S) /* 2026-11-22T00:00:00Z */
#define FIXTURE_PHASE "First look"

static const char fixture_bpmn[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"
    "<process id='P' name='Lend a crane' isExecutable='true'><extensionElements>"
    "<zeebe:properties><zeebe:property name='kontor:action' value='add'/>"
    "<zeebe:property name='kontor:object' value='crane'/>"
    "<zeebe:property name='kontor:summary' value='Cranes by the day.'/>"
    "<zeebe:property name='kontor:intakeTeam' value='harbour'/>"
    "<zeebe:property name='kontor:intakePhase' value='" FIXTURE_PHASE "'/>"
    "<zeebe:property name='kontor:effectiveDateField' value='from'/>"
    "<zeebe:property name='kontor:forms' value='crane'/>"
    "</zeebe:properties></extensionElements>"
    "<startEvent id='S'/><userTask id='T' name='Grease it'><extensionElements>"
    "<zeebe:assignmentDefinition "
    "candidateGroups='harbour'/></extensionElements></userTask>"
    "<endEvent id='E'/><sequenceFlow id='f1' sourceRef='S' targetRef='T'/>"
    "<sequenceFlow id='f2' sourceRef='T' targetRef='E'/></process></definitions>";
static const char fixture_form[] =
    "{\"schemaVersion\":17,\"type\":\"default\",\"id\":\"crane\","
    "\"properties\":{\"title\":\"Crane\"},\"components\":["
    "{\"type\":\"textfield\",\"id\":\"a\",\"key\":\"quay\",\"label\":\"Quay\","
    "\"validate\":{\"required\":true},\"properties\":{\"masterData\":\"home.quay\"}},"
    "{\"type\":\"number\",\"id\":\"b\",\"key\":\"tons\",\"label\":\"Tons\","
    "\"validate\":{\"min\":1,\"max\":90}},"
    "{\"type\":\"datetime\",\"subtype\":\"date\",\"id\":\"c\",\"key\":\"from\","
    "\"dateLabel\":\"From\",\"validate\":{\"required\":true}}]}";
/* More members of the slot: a test defines it before it includes this. */
#ifndef FIXTURE_SLOT
#define FIXTURE_SLOT ""
#endif
static const char fixture_documents[] =
    "{\"slots\":[{\"key\":\"licence\",\"title\":\"Licence\",\"description\":\"To lift.\","
    "\"required\":true," FIXTURE_SLOT
    "\"checkedBy\":\"harbour\",\"kinds\":[{\"key\":\"old-paper\","
    "\"title\":\"Paper\",\"maxAgeMonths\":3}],\"mediaTypes\":[\"application/pdf\"],"
    "\"reasons\":[{\"key\":\"torn\",\"title\":\"It is torn.\"}]}]}";
static const char fixture_texts[] =
    "msgid \"\"\nmsgstr \"Language: de\\nContent-Type: text/plain; charset=UTF-8\\n\"\n\n"
    "msgid \"Lend a crane\"\nmsgstr \"Kran leihen\"\n\n"
    "msgid \"Cranes by the day.\"\nmsgstr \"Krane tageweise.\"\n\n"
    "msgid \"First look\"\nmsgstr \"Erster Blick\"\n\nmsgid \"Grease it\"\nmsgstr "
    "\"Fetten\"\n\n"
    "msgid \"Crane\"\nmsgstr \"Kran\"\n\nmsgid \"Quay\"\nmsgstr \"Kai\"\n\n"
    "msgid \"Tons\"\nmsgstr \"Tonnen\"\n\nmsgid \"From\"\nmsgstr \"Ab\"\n\n"
    "msgid \"Licence\"\nmsgstr \"Schein\"\n\nmsgid \"To lift.\"\nmsgstr \"Zum "
    "Heben.\"\n\n"
    "msgid \"Paper\"\nmsgstr \"Papier\"\n\nmsgid \"It is torn.\"\nmsgstr "
    "\"Zerrissen.\"\n";

static void fixture_problem(void *context, struct str file, int line, struct str reason)
{
    (void)context;
    bug("fixture: %.*s:%d: %.*s", STR_ARG(file), line, STR_ARG(reason));
}

struct fixture {
    struct arena *process; /**< as a program's start arena: never rewound */
    struct arena *arena;
    struct db *db;
    struct fake *fake;
    struct principal person;
    struct actor actor;
    struct customer_env env;
    struct definition_row definition;
    struct request_type_row type;
    struct team_row team;
    struct request_row request;
    struct request_slot_row slot;
};

static inline void fixture_init(struct fixture *f)
{
    struct str compiled;
    *f = (struct fixture){.process = arena_new((size_t)8 << 20),
                          .arena = arena_new((size_t)8 << 20)};
    const struct definition_file files[] = {
        {STR("crane.form"), str_from(fixture_form)},
        {STR("de.po"), str_from(fixture_texts)},
        {STR("documents.json"), str_from(fixture_documents)},
        {STR("process.bpmn"), str_from(fixture_bpmn)},
    };
    if (definition_compile(f->process, STR("lend-crane"), files, 4, fixture_problem, NULL,
                           &compiled) != OK)
        bug("fixture: %s", err_text());
    f->definition = (struct definition_row){.id = 7,
                                            .request_type = STR("lend-crane"),
                                            .version = 1,
                                            .format = DEFINITION_FORMAT,
                                            .compiled = compiled};
    f->type = (struct request_type_row){STR("lend-crane"), 7};
    f->team = (struct team_row){STR("harbour"), STR("Harbour"), STR("Hafen"),
                                STR("harbour@example.org")};
    f->person = (struct principal){.person_id = 3,
                                   .login = STR("anna"),
                                   .display_name = STR("Anna"),
                                   .email = STR("anna@example.org"),
                                   .language = STR("de"),
                                   .company_id = 11,
                                   .company_name = STR("Kran AG")};
    f->env = (struct customer_env){.definitions = definitions_new(f->process),
                                   .site_language = STR("en"),
                                   .intake_due_us = US_PER_DAY};
    f->request = (struct request_row){
        .id = 5,
        .reference = STR("R-AAAA-0001"),
        .company_id = 11,
        .company_name = STR("Kran AG"),
        .company_zone = STR("Europe/Berlin"),
        .request_type = STR("lend-crane"),
        .definition_id = 7,
        .state = STR("draft"),
        .answers = STR("{\"quay\":\"East\",\"tons\":null,\"from\":\"2026-12-01\"}"),
        .base = STR("{\"home.quay\":\"West\"}"),
        .effective_date = DAY_NONE,
        .created_by = 3,
        .submitted_at = INSTANT_NONE,
        .ended_at = INSTANT_NONE,
        .since_at = INSTANT_NONE,
        .version = 4};
    f->slot = (struct request_slot_row){
        .id = 21,
        .slot_key = STR("licence"),
        .item = 1,
        .required = true,
        .applies = true,
        .original_on = DAY_NONE,
        .state = STR("filled"),
        .asked_at = INSTANT_NONE,
        .due_at = INSTANT_NONE,
        .document_id = 31,
        .kind_key = STR("old-paper"),
        .issued_on = day_from_civil((struct civil_date){2026, 11, 1})};
}

/** Start to play a script. */
static inline void fixture_play(struct fixture *f, const struct fake_step *steps)
{
    err_clear();
    f->db = db_open_fake(f->arena, steps, &f->fake);
    f->actor = (struct actor){.db = f->db,
                              .arena = f->arena,
                              .principal = &f->person,
                              .now = FIXTURE_NOW,
                              .program = "requests",
                              .trace_id = STR("t")};
}

static inline void fixture_fini(struct fixture *f)
{
    arena_free(&f->arena);
    arena_free(&f->process);
}

/* What a use case on one request begins with. The definition is read by the first one only. */
#define STEP_LOCK(f)                                                                     \
    {                                                                                    \
        .expect = "SQL_REQUEST_LOCK", .rows = &(f)->request.id, .row_count = 1           \
    }
#define STEP_GET(f)                                                                      \
    {                                                                                    \
        .expect = "SQL_REQUEST_GET", .rows = &(f)->request, .row_count = 1               \
    }
#define STEP_SLOTS(f)                                                                    \
    {                                                                                    \
        .expect = "SQL_REQUEST_SLOT_LIST", .rows = &(f)->slot, .row_count = 1            \
    }
#define STEP_DEFINITION(f)                                                               \
    {                                                                                    \
        .expect = "SQL_DEFINITION_BY_ID", .rows = &(f)->definition, .row_count = 1       \
    }
#define STEP_TEAMS(f)                                                                    \
    {                                                                                    \
        .expect = "SQL_TEAM_LIST", .rows = &(f)->team, .row_count = 1                    \
    }

#endif
