/* form_fixture.h: a form that depends on answers and facts, and what tests ask of it. Behind <cmocka.h>. */
#ifndef TESTS_UNIT_PROCESS_FORM_FIXTURE_H
#define TESTS_UNIT_PROCESS_FORM_FIXTURE_H

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

static inline struct str json_of(struct arena *arena, const char *text)
{
    char *copy = str_c(arena, str_from(text));
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return str_from(copy);
}

static inline json_t *parse(struct arena *arena, const char *text)
{
    json_t *value = NULL;
    assert_int_equal(json_parse(arena, json_of(arena, text), &value), OK);
    return value;
}

static inline void print_problem(void *context, struct str file, int line,
                                 struct str reason)
{
    fprintf(stderr, "line %d: %.*s\n", line, STR_ARG(reason));
}

static inline struct fixture setup(char decimal_sign)
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

static inline struct map *post(struct fixture *f, const char *const *pairs)
{
    struct map *posted = map_new(f->arena);
    for (; pairs[0]; pairs += 2) {
        struct str *value = ARENA_NEW(f->arena, struct str);
        *value = str_from(pairs[1]);
        map_set(posted, str_from(pairs[0]), value);
    }
    return posted;
}

static inline void has_value(struct fixture *f, const json_t *values, const char *key,
                             const char *wanted)
{
    const json_t *value = json_object_get(values, key);
    struct str got = value ? json_write(f->arena, value) : STR("(none)");
    if (!str_eq(got, json_of(f->arena, wanted)))
        fail_msg("%s is %.*s, wanted %s", key, STR_ARG(got), wanted);
}

static inline const struct form_error *error_of(const struct form_result *result,
                                                const char *name)
{
    for (size_t i = 0; i < result->error_count; i++)
        if (str_is(result->errors[i].key, name))
            return &result->errors[i];
    return NULL;
}

static inline void has_error(const struct form_result *result, const char *name,
                             const char *part)
{
    const struct form_error *error = error_of(result, name);
    if (!error && part)
        fail_msg("%s is accepted, wanted: %s", name, part);
    if (error && (!part || !strstr(error->msgid, part)))
        fail_msg("%s: %s", name, error->msgid);
}

/* A form of these components; the facts of setup(). */
static inline struct form form_of(struct fixture *f, const char *components)
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

static inline const struct form_field_now *shown(const struct form_now *now,
                                                 const char *name)
{
    return form_now_find(now, str_from(name));
}

#endif
