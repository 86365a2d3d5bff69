/* definition_documents.c: documents.json and rules.json as parts of a definition: do they know the names,
 * pages and teams that they mention? */
#include "process/definition/definition_names.h"
#include "process/definition/definition_read.h"
#include "process/definition/slots_read.h"

struct place {
    struct json_source *source;
    const struct json_at *at;
    const struct name_scope *scope;
};

static void check_names(void *context, const struct feel_node *expression)
{
    const struct place *place = context;
    name_check(place->source, place->at, place->scope, expression);
}

static bool is_team_of_task(const struct definition *definition, struct str team)
{
    for (size_t i = 0; i < definition->model->element_count; i++) {
        const struct bpmn_element *element = &definition->model->elements[i];
        /* Without a group the team is that of the task's type, which the operator sets. */
        if (element->kind == BPMN_USER_TASK &&
            (!bpmn_given(element->groups) || str_eq(element->groups.text, team)))
            return true;
    }
    return false;
}

void definition_read_documents(struct json_source *source, const json_t *documents,
                               struct definition *definition)
{
    const struct json_at list = {NULL, "slots", 0};
    const struct name_scope scope = {.definition = definition};
    slots_read(source, NULL, documents, &definition->slots, &definition->slot_count);
    for (size_t i = 0; i < definition->slot_count; i++) {
        const struct slot_rule *rule = &definition->slots[i];
        const struct json_at at = {&list, NULL, i};
        struct place place = {source, &at, &scope};
        slot_expressions(rule, check_names, &place);
        if (rule->correctness && definition->model && rule->checked_by.ptr &&
            !is_team_of_task(definition, rule->checked_by))
            json_problem(source, &(struct json_at){&at, "checkedBy", 0},
                         "no user task is of team %.*s, so nobody would check the "
                         "document's correctness",
                         STR_ARG(rule->checked_by));
    }
}

static bool is_form(const struct definition *definition, struct str id)
{
    for (size_t i = 0; i < definition->form_count; i++)
        if (str_eq(definition->forms[i].id, id))
            return true;
    return false;
}

void definition_read_rules(struct json_source *source, const json_t *rules,
                           struct definition *definition)
{
    const struct json_at list = {NULL, "rules", 0};
    const struct name_scope scope = {.definition = definition};
    submission_read(source, NULL, rules, &definition->rules, &definition->rule_count);
    for (size_t i = 0; i < definition->rule_count; i++) {
        const struct submission_rule *rule = &definition->rules[i];
        const struct json_at at = {&list, NULL, i};
        struct place place = {source, &at, &scope};
        submission_expressions(rule, check_names, &place);
        if (rule->form.ptr && !is_form(definition, rule->form))
            json_problem(source, &(struct json_at){&at, "form", 0},
                         "there is no form %.*s", STR_ARG(rule->form));
    }
}
