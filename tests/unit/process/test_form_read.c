/* Components of form-js: what is understood, and that everything else is refused at its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "process/form/form_read.h"

/* Two fields, JSON with ' for ". A component stands on line 3, in a list on line 4. */
#define HEAD                                                                             \
    "{'id':'one','type':'default','schemaVersion':17,\n'properties':{'title':'T'},"      \
    "'components':[\n"
#define IN_LIST                                                                          \
    "{'type':'dynamiclist','path':'rows','label':'L','isRepeating':true,'components':["  \
    "\n"

#define TEXT(more)   HEAD "{'type':'textfield','key':'a','label':'L'" more "}]}"
#define NUMBER(more) HEAD "{'type':'number','key':'a','label':'L'" more "}]}"
#define DATE(more)                                                                       \
    HEAD "{'type':'datetime','subtype':'date','key':'a','dateLabel':'L'" more "}]}"
#define OPTIONS      ",'values':[{'label':'X','value':'x'},{'label':'Y','value':'y'}]"
#define SELECT(more) HEAD "{'type':'select','key':'a','label':'L'" more "}]}"
#define CHECKS(more) HEAD "{'type':'checklist','key':'a','label':'L'" more "}]}"
#define LIST(more)                                                                       \
    HEAD "{'type':'dynamiclist','path':'a','label':'L','components':[{'type':'number',"  \
         "'key':'n','label':'N'}]" more "}]}"
#define ROW(component)  HEAD IN_LIST component "]}]}"
#define ONLY(component) HEAD component "]}"

static const char *const GOOD[] = {
    TEXT(",'validate':{'validationType':'email','maxLength':50}"),
    TEXT(",'validate':{'validationType':'custom','pattern':'a+'}"),
    TEXT(",'validate':{'validationType':'','required':false}"),
    TEXT(",'defaultValue':'x','readonly':true"),
    TEXT(",'disabled':'=1 = 1','conditional':{'hide':'=false'}"),
    TEXT(",'properties':{'prefill':'=base.x'}"),
    NUMBER(",'decimalDigits':3,'increment':0.125,'serializeToString':true"),
    NUMBER(",'validate':{'min':-0.5,'max':1e6},'defaultValue':7"),
    NUMBER(",'validate':{'min':'0.5'},'decimalDigits':1,'defaultValue':0.5"),
    NUMBER(",'appearance':{'suffixAdorner':'MWh'}"),
    DATE(",'defaultValue':'2026-12-31','properties':{'prefill':'=today'}"),
    SELECT(OPTIONS ",'defaultValue':'y'"),
    SELECT(",'valuesExpression':'=[1,2]','defaultValue':'z'"),
    CHECKS(OPTIONS ",'defaultValue':['x'],'validate':{'required':true}"),
    CHECKS(OPTIONS ",'properties':{'minChoices':1,'maxChoices':'2'}"),
    LIST(",'isRepeating':true,'allowAddRemove':true,'defaultRepetitions':0,"
         "'showOutline':true,'verticalAlignment':'start'"),
    LIST(",'isRepeating':true,'properties':{'minRows':'2','maxRows':'5','prefill':"
         "'=[]'}"),
    ROW("{'type':'select','key':'b','label':'L','valuesExpression':'=[]'}"),
    ONLY("{'type':'checkbox','key':'a','label':'L','defaultValue':true}"),
    ONLY("{'type':'text','text':'Plain.','conditional':{'hide':'=true'}}"),
};

static const struct {
    const char *form;
    int line;
    const char *part;
} BAD[] = {
    {TEXT(",\n'label2':'x'"), 4, "\"label2\" is not supported"},
    {HEAD "{'type':'textfield','key':'a',\n'label':'=a'}]}", 4, "without expression"},
    {HEAD "{'type':'textfield','key':'a',\n'label':'Hello {{a}}'}]}", 4, "template"},
    {TEXT(",'validate':{\n'validationType':'url'}"), 4, "email, phone or custom"},
    {TEXT(",\n'validate':{'validationType':'email','pattern':'x'}"), 4, "exclude each"},
    {TEXT(",'validate':{\n'minLength':'=a'}"), 4, "an integer"},
    {TEXT(",\n'defaultValue':1"), 4, "no answer to this field"},
    {TEXT(",\n'readonly':'a'"), 4, "true or false"},
    {TEXT(",\n'readonly':'=('"), 4, "FEEL expression"},
    {TEXT(",'readonly':'=a',\n'disabled':'=b'"), 4, "only one of"},
    {TEXT(",'conditional':{\n'hide':'a = 1'}"), 4, "must be an expression"},
    {TEXT(",\n'conditional':{}"), 4, "\"hide\" is missing"},
    {TEXT(",'conditional':{'hide':'=a',\n'show':'=b'}"), 4, "\"show\" is not supported"},
    {TEXT(",'properties':{\n'prefill':'x'}"), 4, "must be an expression"},
    {TEXT(",\n'appearance':{'suffixAdorner':'x'}"), 4, "\"appearance\""},
    {NUMBER(",\n'decimalDigits':10"), 4, "from 0 to 9"},
    {NUMBER(",\n'increment':0"), 4, "above 0"},
    {NUMBER(",\n'increment':'=a'"), 4, "must be a number"},
    {NUMBER(",'validate':{\n'min':1e20}"), 4, "at most 15 digits"},
    {NUMBER(",'validate':{\n'min':0.1234567891}"), 4, "9 behind the point"},
    {NUMBER(",\n'validate':{'min':2,'max':1.5}"), 4, "min is above max"},
    {NUMBER(",\n'serializeToString':false"), 4, "numbers are exact"},
    {NUMBER(",\n'defaultValue':1.5"), 4, "no answer"},
    {NUMBER(",\n'defaultValue':'x'"), 4, "must be a number"},
    {NUMBER(",'appearance':{\n'prefixAdorner':'x'}"), 4, "suffixAdorner"},
    {NUMBER(",'appearance':{\n'suffixAdorner':'=x'}"), 4, "without expression"},
    {DATE(",\n'defaultValue':'tomorrow'"), 4, "no answer"},
    {DATE(",'properties':{\n'max':'later'}"), 4, "must be a day"},
    {SELECT(",\n'valuesKey':'x'"), 4, "use \"valuesExpression\""},
    {SELECT(OPTIONS ",'valuesExpression':'=[]'"), 3, "exclude each other"},
    {SELECT(",\n'valuesExpression':'[]'"), 4, "must be an expression"},
    {SELECT(OPTIONS ",\n'defaultValue':'z'"), 4, "no answer"},
    {SELECT(""), 3, "\"values\" is missing"},
    {CHECKS(OPTIONS ",\n'defaultValue':'x'"), 4, "no answer"},
    {CHECKS(OPTIONS ",\n'defaultValue':['x','q']"), 4, "no answer"},
    {CHECKS(OPTIONS ",\n'defaultValue':['q','x']"), 4, "no answer"},
    {CHECKS(OPTIONS ",\n'properties':{'minChoices':3,'maxChoices':2}"), 4, "above"},
    {CHECKS(OPTIONS ",'properties':{\n'maxChoices':'many'}"), 4, "an integer from 0"},
    {CHECKS(OPTIONS ",'properties':{\n'masterData':'x'}"), 4, "\"masterData\""},
    {LIST(""), 3, "\"isRepeating\" must be true"},
    {LIST(",'isRepeating':true,\n'key':'x'"), 4, "\"key\" is not supported"},
    {LIST(",'isRepeating':true,'defaultRepetitions':9,'properties':{'maxRows':3}"), 3,
     "above maxRows"},
    {LIST(",'isRepeating':true,\n'defaultRepetitions':99"), 4, "an integer"},
    {LIST(",'isRepeating':true,'properties':{\n'maxRows':'101'}"), 4, "from 0 to 100"},
    {LIST(",'isRepeating':true,\n'nonCollapsedItems':3"), 4, "not supported here"},
    {HEAD "{'type':'dynamiclist','path':'1a','label':'L','isRepeating':true,"
          "'components':[]}]}",
     3, "\"path\" must be a letter"},
    {HEAD "{'type':'dynamiclist','path':'a','label':'L','isRepeating':true,\n"
          "'components':[]}]}",
     3, "\"components\" is missing or empty"},
    {ROW("{'type':'text','text':'T'}"), 4, "fields only, no text"},
    {ROW(IN_LIST "]}"), 4, "fields only, no dynamiclist"},
    {ROW("{'type':'textfield','key':'b','label':'L','properties':{\n'masterData':'x'}}"),
     5, "use \"prefill\""},
    {ROW("{'type':'textfield','key':'b','label':'L'},\n{'type':'number','key':'b',"
         "'label':'L'}"),
     5, "used twice"},
    {ONLY("{'type':'group','components':[]}"), 3, "a form is one page"},
    {ONLY("{'type':'taglist','key':'a'}"), 3, "use a checklist"},
    {ONLY("{'type':'button','key':'a'}"), 3, "own buttons"},
    {ONLY("{'type':'html','content':'a'}"), 3, "no HTML"},
    {ONLY("{'type':'image'}"), 3, "no images"},
    {ONLY("{'type':'iframe'}"), 3, "no other pages"},
    {ONLY("{'type':'table'}"), 3, "a form asks"},
    {ONLY("{'type':'expression'}"), 3, "prefill"},
    {ONLY("{'type':'filepicker'}"), 3, "documents.json"},
    {ONLY("{'type':'documentPreview'}"), 3, "documents.json"},
    {ONLY("{'type':'separator'}"), 3, "own spacing"},
    {ONLY("{'type':'spacer'}"), 3, "own spacing"},
    {ONLY("{'type':'multipage'}"), 3, "one page"},
    {ONLY("{'type':'page'}"), 3, "one page"},
    {ONLY("{'type':'slider'}"), 3, "not supported"},
    {ONLY("{'type':'text','text':'*bold*'}"), 3, "markup"},
};

struct seen {
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
        snprintf(seen->first, sizeof seen->first, "%d: %.*s", line, STR_ARG(reason));
    if (seen->part && line == seen->line && str_find(reason, str_from(seen->part)) >= 0)
        seen->found = true;
}

static void read_it(const char *text, struct seen *seen)
{
    struct arena *arena = arena_new(4 << 20);
    struct report report = {.arena = arena, .fn = look, .context = seen};
    char *copy = str_c(arena, str_from(text));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    struct json_source source = {
        .arena = arena, .report = &report, .text = str_from(copy)};
    json_t *object = NULL;
    struct form form;
    assert_int_equal(json_source_parse(&source, &object), OK);
    form_read(&source, NULL, object, &form);
    arena_free(&arena);
}

static void test_good(void **state)
{
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        struct seen seen = {.part = NULL};
        read_it(GOOD[i], &seen);
        if (seen.count > 0)
            fail_msg("row %zu: %s", i, seen.first);
    }
}

static void test_bad(void **state)
{
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct seen seen = {.line = BAD[i].line, .part = BAD[i].part};
        read_it(BAD[i].form, &seen);
        if (!seen.found)
            fail_msg("row %zu: wanted %d: %s; first of %zu: %s", i, BAD[i].line,
                     BAD[i].part, seen.count, seen.first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),
                                       cmocka_unit_test(test_bad)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
