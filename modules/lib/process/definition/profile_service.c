/* profile_service.c: do service tasks say what their service needs. */
#include "process/definition/profile_own.h"
#include "process/definition/rules.h"
#include "process/definition/service_types.h"

/* What is written as it is, and cannot be an expression: its German and its team are known at publish. */
static void check_plain_input(struct profile_check *c, const struct bpmn_element *element,
                              const struct service_input *known,
                              const struct bpmn_mapping *mapping)
{
    if (mapping->source.feel || str_is_empty(mapping->source.text))
        report_problem(c->report, element->line,
                       "input %s of %.*s is written without =", known->name,
                       STR_ARG(element->id));
    else if (known->kind == SERVICE_TEXT)
        text_list_add(c->texts, mapping->source.text, c->report->file, element->line);
    else if (!rule_is_key(mapping->source.text))
        report_problem(c->report, element->line,
                       "input %s of %.*s is neither customer nor the key of a team",
                       known->name, STR_ARG(element->id));
}

static void check_input(struct profile_check *c, const struct bpmn_element *element,
                        const struct service_type *type,
                        const struct bpmn_mapping *mapping)
{
    const struct service_input *known = service_type_input(type, mapping->target);
    const struct str *keys;
    size_t count;

    if (!known)
        report_problem(c->report, element->line, "service %s has no input %.*s",
                       type->name, STR_ARG(mapping->target));
    else if (known->kind == SERVICE_TEXT || known->kind == SERVICE_RECIPIENT)
        check_plain_input(c, element, known, mapping);
    else if (known->kind == SERVICE_ATTRIBUTES &&
             (!mapping->source.feel ||
              !feel_context_keys(mapping->source.feel, &keys, &count)))
        report_problem(c->report, element->line,
                       "input %s of service %s is written as a context: "
                       "={\"attribute\": value, ...}",
                       known->name, type->name);
}

static bool has_input(const struct bpmn_element *element, const char *name)
{
    for (size_t i = 0; i < element->input_count; i++)
        if (str_is(element->inputs[i].target, name))
            return true;
    return false;
}

void profile_service(struct profile_check *c, const struct bpmn_element *element)
{
    const struct service_type *type =
        element->job_type.feel ? NULL : service_type_find(element->job_type.text);

    if (!type) {
        report_problem(
            c->report, element->line,
            "unknown service type \"%.*s\" (kontorctl process services lists them)",
            STR_ARG(element->job_type.text));
        return;
    }
    for (size_t i = 0; i < element->input_count; i++) {
        check_input(c, element, type, &element->inputs[i]);
        for (size_t k = 0; k < i; k++)
            if (str_eq(element->inputs[k].target, element->inputs[i].target))
                report_problem(c->report, element->line, "input %.*s is mapped twice",
                               STR_ARG(element->inputs[i].target));
    }
    for (size_t k = 0; k < type->input_count; k++)
        if (type->inputs[k].required && !has_input(element, type->inputs[k].name))
            report_problem(c->report, element->line, "service %s needs the input %s (%s)",
                           type->name, type->inputs[k].name, type->inputs[k].meaning);
}
