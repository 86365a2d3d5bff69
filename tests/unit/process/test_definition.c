/* Compiling a folder: every kind of mistake is refused with its file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "folder.h"
#include "model_text.h"

static const char BPMN[] = MODEL_TEXT_HEAD /* the process begins on line 1 */
    "<extensionElements><zeebe:properties>\n"
    "<zeebe:property name='kontor:action' value='add'/>\n"
    "<zeebe:property name='kontor:object' value='thing'/>\n"
    "<zeebe:property name='kontor:summary' value='Summary'/>\n"
    "<zeebe:property name='kontor:intakeTeam' value='service'/>\n"
    "<zeebe:property name='kontor:intakePhase' value='Intake'/>\n"
    "<zeebe:property name='kontor:effectiveDateField' value='day'/>\n"
    "<zeebe:property name='kontor:forms' value='one, two'/>\n"
    "</zeebe:properties></extensionElements>\n"
    "<startEvent id='S'/><exclusiveGateway id='X' default='f3'/>\n"
    "<userTask id='T' name='Check'><extensionElements><zeebe:assignmentDefinition "
    "candidateGroups='it'/></extensionElements></userTask>\n"
    "<serviceTask id='V'><extensionElements><zeebe:taskDefinition "
    "type='master-data.apply'/>"
    "<zeebe:ioMapping><zeebe:input source='={\"thing.word\": word}' target='attributes'/>"
    "<zeebe:input source='=day' "
    "target='validFrom'/></zeebe:ioMapping></extensionElements>"
    "</serviceTask>\n"
    "<endEvent id='E'/>\n"
    "<sequenceFlow id='f1' sourceRef='S' targetRef='X'/>\n"
    "<sequenceFlow id='f2' sourceRef='X' targetRef='T'>\n"
    "<conditionExpression>=word = \"a\"</conditionExpression></sequenceFlow>\n"
    "<sequenceFlow id='f3' sourceRef='X' targetRef='V'/>\n"
    "<sequenceFlow id='f4' sourceRef='T' targetRef='V'/>\n"
    "<sequenceFlow id='f5' sourceRef='V' targetRef='E'/>\n"
    "</process></definitions>\n";

static const char ONE[] =
    "{\n\"id\": \"one\",\n\"type\": \"default\",\n\"schemaVersion\": 17,\n"
    "\"properties\": {\"title\": \"One\"},\n\"components\": [\n"
    "{\"type\": \"textfield\",\n \"key\": \"word\",\n \"label\": \"Word\",\n"
    " \"validate\": {\"required\": true},\n \"properties\": {\"masterData\": "
    "\"thing.word\"}},\n"
    "{\"type\": \"select\", \"key\": \"pick\", \"label\": \"Pick\",\n"
    " \"values\": [\n  {\"label\": \"Word\", \"value\": \"w\"},\n"
    "  {\"label\": \"Pick\", \"value\": \"p\"}]}\n]}\n";

static const char TWO[] = "{\"id\": \"two\", \"type\": \"default\", \"schemaVersion\": "
                          "17, \"properties\": {\"title\": "
                          "\"Two\"}, \"components\": [\n{\"type\": \"datetime\", "
                          "\"subtype\": \"date\", \"key\": "
                          "\"day\", \"dateLabel\": \"Day\"}]}\n";

static const char DOCUMENTS[] =
    "{\"slots\": [\n{\"key\": \"proof\", \"title\": \"Proof\", \"required\": true,\n"
    "\"checkedBy\": \"service\",\n\"kinds\": [{\"key\": \"extract\", \"title\": "
    "\"Extract\", "
    "\"maxAgeMonths\": 3},\n{\"key\": \"letter\", \"title\": \"Letter\"}],\n"
    "\"mediaTypes\": [\"application/pdf\"],\n\"reasons\": [{\"key\": \"old\", \"title\": "
    "\"Old\"}]}]}\n";

static const char PO[] =
    "# German\nmsgid \"\"\nmsgstr \"\"\n\"Language: de\\n\"\n"
    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
    "msgid \"P\"\nmsgstr \"P-de\"\n\nmsgid \"Summary\"\nmsgstr \"Zusammenfassung\"\n\n"
    "msgid \"Intake\"\nmsgstr \"Eingang\"\n\nmsgid \"Check\"\nmsgstr \"Prüfen\"\n\n"
    "msgid \"One\"\nmsgstr \"Eins\"\n\nmsgid \"Two\"\nmsgstr \"Zwei\"\n\n"
    "msgid \"Word\"\nmsgstr \"\"\n\"Wo\"\n\"rt \\\"w\\\"\"\n\nmsgid \"Pick\"\nmsgstr "
    "\"Wahl\"\n\n"
    "msgid \"Day\"\nmsgstr \"Tag\"\n\nmsgid \"Proof\"\nmsgstr \"Beleg\"\n\n"
    "msgid \"Extract\"\nmsgstr \"Auszug\"\n\nmsgid \"Letter\"\nmsgstr \"Brief\"\n\n"
    "msgid \"Old\"\nmsgstr \"Alt\"\n";

static struct definition_file FILES[] = {
    {{"process.bpmn", 12}, {NULL, 0}}, {{"one.form", 8}, {NULL, 0}},
    {{"two.form", 8}, {NULL, 0}},      {{"documents.json", 14}, {NULL, 0}},
    {{"de.po", 5}, {NULL, 0}},         {{"scenarios/x.json", 16}, {NULL, 0}},
};

/* The good folder; its process has a name only here, so that model_text.h needs none. */
static void good_files(struct arena *arena, struct definition_file *files)
{
    struct str bpmn = str_from(BPMN);
    ssize_t at = str_find(bpmn, STR("id='P'"));
    memcpy(files, FILES, sizeof FILES);
    files[0].content =
        str_format(arena, "%.*sname='P' %s", (int)at, bpmn.ptr, bpmn.ptr + at);
    files[1].content = str_from(ONE);
    files[2].content = str_from(TWO);
    files[3].content = str_from(DOCUMENTS);
    files[4].content = str_from(PO);
    files[5].content = STR("{}");
}

struct seen {
    const char *file;
    int line;
    const char *part;
    bool found;
    size_t count;
    char first[300];
};

static void look(void *context, struct str file, int line, struct str reason)
{
    struct seen *seen = context;
    if (seen->count++ == 0)
        snprintf(seen->first, sizeof seen->first, "%.*s:%d: %.*s", STR_ARG(file), line,
                 STR_ARG(reason));
    if (str_is(file, seen->file) && line == seen->line &&
        str_find(reason, str_from(seen->part)) >= 0)
        seen->found = true;
}

static struct str replace(struct arena *arena, struct str text, const char *from,
                          const char *to)
{
    ssize_t at = str_find(text, str_from(from));
    if (at < 0)
        fail_msg("the good file has no \"%s\"", from);
    return str_format(arena, "%.*s%s%s", (int)at, text.ptr, to,
                      text.ptr + at + strlen(from));
}

/* One change to one good file, and where it is noticed. */
static const struct {
    int file;
    const char *from;
    const char *to;
    const char *where;
    int line;
    const char *part;
} CHANGES[] = {
    {0, "value='add'", "value='buy'", "process.bpmn", 1, "add, change, terminate or ask"},
    {0, "kontor:object", "kontor:objekt", "process.bpmn", 4, "is not known"},
    {0, "kontor:summary", "kontor:sumary", "process.bpmn", 1,
     "kontor:summary is missing"},
    {0, "value='service'/>",
     "value='service'/><zeebe:property name='kontor:visibility' "
     "value='public'/>",
     "process.bpmn", 1, "company or board"},
    {0, "value='thing'", "value='A thing'", "process.bpmn", 4, "must be a key"},
    {0, "value='day'", "value='word'", "process.bpmn", 1, "no date field"},
    {0, "'one, two'", "'one'", "two.form", 0, "named neither"},
    {0, "'one, two'", "'one, two, six'", "process.bpmn", 9, "six.form"},
    {0, "'one, two'", "'one, two, one'", "process.bpmn", 9, "twice"},
    {0, "name='P' ", "", "process.bpmn", 1, "no name"},
    {0, "=word =", "=wort =", "process.bpmn", 16, "no form asks for \"wort\""},
    {0, "=word =", "=word.x =", "process.bpmn", 16, "without part \"x\""},
    {0, "=word =", "=request.date =", "process.bpmn", 16, "is followed by"},
    {0, "=day'", "=dax'", "process.bpmn", 13, "no form asks for \"dax\""},
    {0, "\"thing.word\"", "\"Thing Word\"", "process.bpmn", 1, "no key of an attribute"},
    {0, "value='Intake'", "value='Inbox'", "process.bpmn", 7,
     "no German (de.po) for \"Inbox\""},
    {0, "value='Intake'", "value='Inbox'", "de.po", 13, "no part of the definition says"},
    {0, "name='Check'", "name='Test'", "process.bpmn", 12, "no German"},
    {0, "<endEvent", "<transaction", "process.bpmn", 14, "not supported"},
    {1, "\"id\": \"one\"", "\"id\": \"uno\"", "one.form", 2, "the file's name"},
    {1, "\"schemaVersion\": 17", "\"schemaVersion\": 99", "one.form", 4, "integer from"},
    {1, "\"title\": \"One\"", "\"titel\": \"One\"", "one.form", 5,
     "\"titel\" is not supported"},
    {1, "\"type\": \"textfield\"", "\"type\": \"table\"", "one.form", 7, "not supported"},
    {1, "\"key\": \"word\"", "\"key\": \"2word\"", "one.form", 8, "must be a letter"},
    {1, "\"key\": \"word\"", "\"key\": \"csrf\"", "one.form", 8, "none of"},
    {1, "\"key\": \"pick\"", "\"key\": \"request\"", "one.form", 12, "none of"},
    {1, "\"key\": \"pick\"", "\"key\": \"word\"", "one.form", 12, "used twice"},
    {1, "\"key\": \"pick\"", "\"key\": \"day\"", "two.form", 0, "in another form"},
    {1, "\"label\": \"Word\",\n", "\"label\": \"\",\n", "one.form", 9, "one line of"},
    {1, "\"label\": \"Word\",\n", "\"label\": \"Werd\",\n", "one.form", 9, "no German"},
    {1, "\"required\": true", "\"needed\": true", "one.form", 10, "\"needed\""},
    {1, "\"required\": true", "\"required\": 1", "one.form", 10, "true or false"},
    {1, "\"required\": true", "\"pattern\": \"(\"", "one.form", 10, "pattern at byte"},
    {1, "\"required\": true", "\"pattern\": \"[a-z]\"", "one.form", 7, "patternText"},
    {1, "\"required\": true", "\"minLength\": 9, \"maxLength\": 2", "one.form", 10,
     "above"},
    {1, "\"masterData\"", "\"masterDate\"", "one.form", 11, "not supported"},
    {1, "\"validate\"", "\"conditional\": {}, \"validate\"", "one.form", 10,
     "\"hide\" is missing"},
    {1, "\"validate\"", "\"conditional\": {\"hide\": \"=day > today\"}, \"validate\"",
     "one.form", 7, "\"day\" is asked after it"},
    {1, "\"validate\"", "\"conditional\": {\"hide\": \"=wort = 1\"}, \"validate\"",
     "one.form", 7, "no form asks for \"wort\""},
    {1, "\"validate\"", "\"conditional\": {\"hide\": \"=company.age > 1\"}, \"validate\"",
     "one.form", 7, "\"company.\" is followed by"},
    {1, "\"validate\"", "\"conditional\": {\"hide\": \"=pick = 1\"}, \"validate\"",
     "one.form", 7, "\"pick\" is asked after it"},
    {1, "\"validate\"",
     "\"conditional\": {\"hide\": \"=[1][wort = 1] = []\"}, \"validate\"", "one.form", 7,
     "no form asks for \"wort\""},
    {1, "\"validate\"", "\"readonly\": true, \"validate\"", "one.form", 7,
     "cannot be required"},
    {1, "\"key\": \"pick\"", "\"key\": \"pick\", \"disabled\": \"=word = null\"",
     "one.form", 12, "nothing fills in"},
    {1, "\"key\": \"pick\"", "\"key\": \"catalogue\"", "one.form", 12, "another meaning"},
    {1, "\"value\": \"p\"", "\"value\": \"w\"", "one.form", 15, "twice"},
    {1, "\"values\": [", "\"values\": [],\"x\":[", "one.form", 13, "\"x\""},
    {1, "\"values\": [\n", "\"values\": [,\n", "one.form", 13, "JSON"},
    {2, "\"subtype\": \"date\"", "\"subtype\": \"time\"", "two.form", 2,
     "only the subtype"},
    {2, "\"dateLabel\"", "\"properties\": {\"min\": \"later\"}, \"dateLabel\"",
     "two.form", 2, "must be a day"},
    {3, "\"maxAgeMonths\": 3", "\"maxAgeMonths\": 0", "documents.json", 4,
     "integer from"},
    {3, "\"key\": \"letter\"", "\"key\": \"extract\"", "documents.json", 5, "twice"},
    {3, "application/pdf", "pdf", "documents.json", 6, "media type"},
    {3, "\"checkedBy\"", "\"checkedby\"", "documents.json", 3, "\"checkedby\""},
    {3, "\"title\": \"Old\"", "\"title\": \"Older\"", "documents.json", 7, "no German"},
    {4, "Language: de", "Language: fr", "de.po", 2, "Language: de"},
    {4, "UTF-8", "latin1", "de.po", 2, "charset"},
    {4, "msgstr \"P-de\"", "msgstr \"\"", "de.po", 7, "empty"},
    {4, "msgid \"Summary\"", "#, fuzzy\nmsgid \"Summary\"", "de.po", 11, "fuzzy"},
    {4, "msgid \"Summary\"", "msgctxt \"x\"\nmsgid \"Summary\"", "de.po", 10,
     "only msgid"},
    {4, "msgid \"Intake\"", "msgid \"P\"", "de.po", 13, "there twice"},
    {4, "msgid \"Intake\"\n", "msgid \"Intake\n", "de.po", 13, "double quotes"},
    {4, "msgstr \"Alt\"", "msgstr \"A\"lt\"", "de.po", 46, "stray quote"},
    {4, "msgid \"Old\"\nmsgstr \"Alt\"\n", "", "documents.json", 7, "no German"},
};

static enum err compile(struct arena *arena, const struct definition_file *files,
                        size_t count, struct seen *seen, struct str *compiled)
{
    return definition_compile(arena, STR("invented"), files, count, look, seen, compiled);
}

static void test_changes(void **state)
{
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        struct arena *arena = arena_new(64 << 20);
        struct definition_file files[6];
        struct seen seen = {
            CHANGES[i].where, CHANGES[i].line, CHANGES[i].part, false, 0, ""};
        struct str compiled;
        good_files(arena, files);
        struct str *content = &files[CHANGES[i].file].content;
        *content = replace(arena, *content, CHANGES[i].from, CHANGES[i].to);
        assert_int_equal(compile(arena, files, 6, &seen, &compiled), ERR_INPUT);
        if (!seen.found)
            fail_msg("row %zu (%s): wanted %s:%d: %s; first of %zu: %s", i, CHANGES[i].to,
                     CHANGES[i].where, CHANGES[i].line, CHANGES[i].part, seen.count,
                     seen.first);
        arena_free(&arena);
    }
}

static void test_files(void **state)
{
    struct arena *arena = arena_new(64 << 20);
    struct definition_file files[7];
    struct str compiled;
    good_files(arena, files);
    files[6] = (struct definition_file){STR("notes.txt"), STR("x")};
    struct seen extra = {"notes.txt", 0, "no file of a definition", false, 0, ""};
    assert_int_equal(compile(arena, files, 7, &extra, &compiled), ERR_INPUT);
    assert_true(extra.found && extra.count == 1);
    struct seen missing = {"process.bpmn", 0, "missing", false, 0, ""};
    assert_int_equal(compile(arena, files + 1, 5, &missing, &compiled), ERR_INPUT);
    assert_true(missing.found);
    struct seen name = {"Bad Name", 0, "folder's name", false, 0, ""};
    assert_int_equal(
        definition_compile(arena, STR("Bad Name"), files, 6, look, &name, &compiled),
        ERR_INPUT);
    assert_true(name.found && name.count == 1);
    arena_free(&arena);
}

static void test_loaded(void **state)
{
    struct arena *arena = arena_new(64 << 20);
    struct definition_file files[6];
    struct seen seen = {.file = "", .part = ""};
    struct str compiled, again;
    struct definition *d = NULL;
    good_files(arena, files);
    assert_int_equal(compile(arena, files, 6, &seen, &compiled), OK);
    assert_int_equal(compile(arena, files, 6, &seen, &again), OK);
    assert_true(str_eq(compiled, again));
    assert_int_equal(definition_load(arena, compiled, &d), OK);
    assert_true(str_is(d->key, "invented"));
    assert_true(str_is(d->title, "P"));
    assert_true(str_is(d->action, "add"));
    assert_true(str_is(d->effective_date_field, "day"));
    assert_int_equal(d->form_count, 2);
    assert_true(str_is(d->forms[0].title, "One"));
    assert_int_equal(d->forms[0].fields[1].option_count, 2);
    assert_int_equal(d->slot_count, 1);
    assert_int_equal(d->slots[0].kind_max_age[0].months, 3);
    assert_int_equal(d->slots[0].kind_max_age[1].months, 0);
    assert_true(str_is(d->slots[0].reason_keys[0], "old"));
    assert_int_equal(d->team_count, 2);
    assert_true(str_is(d->teams[0], "service") && str_is(d->teams[1], "it"));
    assert_int_equal(d->attribute_count, 1);
    assert_true(str_is(d->attributes[0], "thing.word"));
    assert_true(str_is(definition_text(d, LANGUAGE_DE, STR("Word")), "Wort \"w\""));
    assert_true(str_is(definition_text(d, LANGUAGE_EN, STR("Word")), "Word"));
    assert_true(str_is(definition_text(d, LANGUAGE_DE, STR("Other")), "Other"));
    /* A rule that came after it was published. */
    struct str earlier = replace(arena, compiled, "\"validate\":{\"required\":true",
                                 "\"validate\":{\"pattern\":\"[a-z]\",\"required\":true");
    struct definition *running = NULL;
    assert_int_equal(definition_load(arena, earlier, &running), OK);
    assert_int_equal(running->forms[0].field_count, d->forms[0].field_count);
    /* Who in the company sees requests of the type. */
    assert_false(definition_is_board(d));
    files[0].content =
        replace(arena, files[0].content, "<zeebe:property name='kontor:forms'",
                "<zeebe:property name='kontor:visibility' value='board'/>"
                "<zeebe:property name='kontor:forms'");
    assert_int_equal(compile(arena, files, 6, &seen, &again), OK);
    assert_int_equal(definition_load(arena, again, &running), OK);
    assert_true(definition_is_board(running));
    assert_int_equal(definition_load(arena,
                                     replace(arena, again, "\"visibility\":\"board\"",
                                             "\"visibility\":true"),
                                     &running),
                     ERR_INPUT);
    assert_int_equal(definition_load(arena,
                                     replace(arena, again, "\"visibility\":\"board\"",
                                             "\"visibility\":\"bored\""),
                                     &running),
                     ERR_INPUT);
    /* What cannot be read is refused, never read as less than it asks for. */
    struct str damaged[] = {
        replace(arena, compiled, "\"validate\":{\"required\":true",
                "\"validate\":{\"required\":1"),
        replace(arena, compiled, "\"required\":true", "\"needed\":true"), /* a slot */
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
        assert_int_equal(definition_load(arena, damaged[i], &running), ERR_INPUT);
    /* Another format number, and things that were never a definition. */
    struct str old = replace(arena, compiled, "\"format\":4", "\"format\":2");
    assert_int_equal(definition_load(arena, old, &d), ERR_INPUT);
    assert_int_equal(definition_load(arena, STR("{\"format\":4}"), &d), ERR_INPUT);
    assert_int_equal(definition_load(arena, STR("[]"), &d), ERR_INPUT);
    assert_int_equal(definition_load(arena, STR(""), &d), ERR_INPUT);
    arena_free(&arena);
}

/* ---- forms of staff, tables, facts ---- */

static const char TASK[] = "{\"id\":\"task\",\"type\":\"default\",\"schemaVersion\":17,"
                           "\"properties\":{\"title\":\"One\"},\"components\":[\n"
                           "{\"type\":\"number\",\"key\":\"limit\",\"label\":\"Word\"}]}";
static const char TABLE[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' name='T' id='T' "
    "namespace='n'>\n<decision id='D' name='D'><variable name='d'/><literalExpression>\n"
    "<text>word = \"a\" and T.limit > 5</text></literalExpression></decision>"
    "</definitions>";

#define NUMBER "{\"type\":\"number\",\"key\":\"limit\",\"label\":\"Word\"}"
/* A list whose second field has these members. */
#define LIST(members, second)                                                            \
    "{\"type\":\"dynamiclist\",\"path\":\"limit\",\"label\":\"Word\",\"isRepeating\":"   \
    "true," members                                                                      \
    "\"components\":[\n{\"type\":\"number\",\"key\":\"a\",\"label\":\"Word\"},\n"        \
    "{\"type\":\"number\",\"key\":\"b\",\"label\":\"Word\"," second "}]}"
#define FILLED "\"properties\":{\"prefill\":\"=[]\"},"

/* Eight files: a form that the user task names, and a table. */
static void more_files(struct arena *arena, struct definition_file *files)
{
    good_files(arena, files);
    files[0].content = replace(arena, files[0].content, "candidateGroups='it'/>",
                               "candidateGroups='it'/><zeebe:formDefinition "
                               "formId='task'/>");
    files[6] = (struct definition_file){STR("task.form"), str_from(TASK)};
    files[7] = (struct definition_file){STR("table.dmn"), str_from(TABLE)};
}

/* One change to one of them, and where it is noticed. */
static const struct {
    int file;
    const char *from;
    const char *to;
    const char *where;
    int line;
    const char *part;
} MORE[] = {
    {0, "formId='task'", "formId='one'", "process.bpmn", 12, "a page of the customer"},
    {0, "formId='task'", "formId='six'", "process.bpmn", 12, "six.form, a file that is"},
    {0, "formId='task'", "formId='six'", "task.form", 0, "named neither"},
    {0, "formId='task'", "formId='=word'", "process.bpmn", 12,
     "must be the id of a form"},
    {0, "=word =", "=T.limits =", "process.bpmn", 16, "no form asks for \"T\""},
    {6, "\"id\":\"task\"", "\"id\":\"tusk\"", "task.form", 1, "the file's name"},
    {6, "\"key\":\"limit\"", "\"key\":\"outcome\"", "task.form", 0, "cannot have"},
    {6, "\"label\":\"Word\"", "\"label\":\"Limit\"", "task.form", 2, "no German"},
    {6, "\"label\"", "\"conditional\":{\"hide\":\"=worm\"},\"label\"", "task.form", 2,
     "no form asks for \"worm\""},
    {6, NUMBER, LIST("", "\"properties\":{\"prefill\":\"=c\"}"), "task.form", 4,
     "no form asks for \"c\""},
    {6, NUMBER, LIST("", "\"properties\":{\"prefill\":\"=b\"}"), "task.form", 4,
     "no form asks for \"b\""},
    {6, NUMBER, LIST("", "\"readonly\":true"), "task.form", 4, "nothing fills in"},
    {6, NUMBER, LIST(FILLED "\"allowAddRemove\":true,", "\"readonly\":true"), "task.form",
     4, "only if rows are fixed"},
    {7, "word =", "worm =", "table.dmn", 2, "no form asks for \"worm\""},
    {7, "T.limit", "T.limits", "table.dmn", 2, "no form asks for \"T\""},
    {7, "and T", "and and T", "table.dmn", 2, "column"},
    {0, "=word =", "=today =", "process.bpmn", 16, "use today()"},
    {1, "\"key\": \"pick\"", "\"key\": \"function\"", "one.form", 12, "another meaning"},
    {1, "\"key\": \"pick\"", "\"key\": \"T\"", "one.form", 12, "element of the process"},
    {3, "\"required\": true", "\"required\": \"=worm = 1\"", "documents.json", 2,
     "no form asks for \"worm\""},
};

static void test_more_changes(void **state)
{
    for (size_t i = 0; i < sizeof MORE / sizeof *MORE; i++) {
        struct arena *arena = arena_new(64 << 20);
        struct definition_file files[8];
        struct seen seen = {MORE[i].where, MORE[i].line, MORE[i].part, false, 0, ""};
        struct str compiled;
        more_files(arena, files);
        struct str *content = &files[MORE[i].file].content;
        *content = replace(arena, *content, MORE[i].from, MORE[i].to);
        assert_int_equal(compile(arena, files, 8, &seen, &compiled), ERR_INPUT);
        if (!seen.found)
            fail_msg("row %zu (%s): wanted %s:%d: %s; first of %zu: %s", i, MORE[i].to,
                     MORE[i].where, MORE[i].line, MORE[i].part, seen.count, seen.first);
        arena_free(&arena);
    }
}

static struct definition *loaded(struct arena *arena, const struct definition_file *files)
{
    struct seen seen = {.file = "", .part = ""};
    struct definition *d = NULL;
    struct str compiled;
    if (compile(arena, files, 8, &seen, &compiled) != OK)
        fail_msg("%s", seen.first);
    assert_int_equal(definition_load(arena, compiled, &d), OK);
    return d;
}

static void test_staff_forms(void **state)
{
    struct arena *arena = arena_new(64 << 20);
    struct definition_file files[8];
    more_files(arena, files);
    struct definition *d = loaded(arena, files);
    assert_int_equal(d->form_count, 2);
    assert_int_equal(d->staff_form_count, 1);
    const struct form *form = definition_staff_form(d, STR("task"));
    assert_non_null(form);
    assert_true(str_is(form->fields[0].key, "limit"));
    assert_null(definition_staff_form(d, STR("one")));
    /* No answer of the customer: the process knows it as a part of its task. */
    assert_null(definition_field(d, STR("limit")));
    arena_free(&arena);
}

static void test_uses_facts(void **state)
{
    static const struct {
        int file;
        const char *from, *to;
        bool uses, company, catalogue;
    } ROWS[] = {
        {1, "\"key\": \"pick\"", "\"key\": \"pick\"", false, false, false},
        {1, "\"key\": \"pick\"",
         "\"key\": \"pick\", \"conditional\": {\"hide\": \"=company.name = null\"}", true,
         false, false},
        {6, "\"label\"",
         "\"properties\":{\"prefill\":\"=count(catalogue.offers)\"},\"label\"", true,
         false, false},
        {3, "\"required\": true", "\"required\": \"=catalogue.offers[available] = []\"",
         true, false, false},
        {6, NUMBER, LIST("", "\"properties\":{\"prefill\":\"=a\"}"), false, false, false},
        {6, NUMBER, LIST(FILLED, "\"readonly\":true"), false, false, false},
        {1, "\"key\": \"pick\"",
         "\"key\": \"pick\", \"conditional\": {\"hide\": \"=[1][key = word] = []\"}",
         false, false, false},
        {0, "=word =", "=company.reference =", true, true, false},
        {7, "word =", "count(catalogue.markets) > 1 and word =", true, false, true},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct arena *arena = arena_new(64 << 20);
        struct definition_file files[8];
        more_files(arena, files);
        struct str *content = &files[ROWS[i].file].content;
        *content = replace(arena, *content, ROWS[i].from, ROWS[i].to);
        struct definition *d = loaded(arena, files);
        if (d->uses_facts != ROWS[i].uses || d->process_uses_company != ROWS[i].company ||
            d->process_uses_catalogue != ROWS[i].catalogue)
            fail_msg("row %zu: %d %d %d", i, d->uses_facts, d->process_uses_company,
                     d->process_uses_catalogue);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),     cmocka_unit_test(test_files),
        cmocka_unit_test(test_loaded),      cmocka_unit_test(test_more_changes),
        cmocka_unit_test(test_staff_forms), cmocka_unit_test(test_uses_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
