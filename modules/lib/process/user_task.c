#include "process/user_task.h"

#include "process/definition/definition.h"
#include "process/definition/rules.h"

#define DEFAULT_CALENDAR "exchange"
#define DEFAULT_OUTCOMES "approved,remark"
/* Those whose words people read: modules/dashboard/words.c, the history and the mails. */
#define OUTCOMES "approved remark rejected"

static struct str or_else(struct str text, const char *otherwise)
{
    return str_is_empty(text) ? str_from(otherwise) : text;
}

struct user_task user_task_of(const struct bpmn_element *element)
{
    struct user_task task = {
        .name = element->name,
        .team = element->groups.text,
        .type = bpmn_property(element, "kontor:type"),
        .due_text = bpmn_property(element, "kontor:due"),
        .business = !str_is(bpmn_property(element, "kontor:clock"), "calendar"),
        .calendar = or_else(bpmn_property(element, "kontor:calendar"), DEFAULT_CALENDAR),
        .outcomes = or_else(bpmn_property(element, "kontor:outcomes"), DEFAULT_OUTCOMES),
        .form = element->form.text,
        .four_eyes = bpmn_property(element, "kontor:fourEyes"),
    };

    task.has_due = task.due_text.ptr && duration_parts(task.due_text, &task.due) == OK;
    return task;
}

struct str user_task_element(struct str activation)
{
    ssize_t mark = str_index(activation, '#');

    return mark < 0 ? activation : str_sub(activation, 0, (size_t)mark);
}

const struct bpmn_element *user_task_find(const struct definition *definition,
                                          struct str activation)
{
    uint32_t n = bpmn_find(definition->model, user_task_element(activation));

    if (n == BPMN_NONE || definition->model->elements[n].kind != BPMN_USER_TASK)
        return NULL;
    return &definition->model->elements[n];
}

static bool has_word(struct str list, struct str wanted)
{
    struct str rest = list;
    struct str word;

    while (str_next(&rest, ',', &word))
        if (str_eq(str_trim(word), wanted))
            return true;
    return false;
}

bool user_task_has_outcome(const struct user_task *task, struct str outcome)
{
    return !str_is_empty(outcome) && has_word(task->outcomes, outcome);
}

bool outcome_needs_reason(struct str outcome)
{
    return str_is(outcome, "remark") || str_is(outcome, "rejected");
}

/* ---- publish ------------------------------------------------------------------------------------- */

struct checking {
    struct arena *arena;
    const struct bpmn_model *model;
    const struct bpmn_element *element;
    struct report *report;
};

static void check_outcomes(struct checking *c, struct str outcomes, int line)
{
    struct str rest = outcomes;
    struct str word;
    struct str seen = STR("");

    while (str_next(&rest, ',', &word)) {
        word = str_trim(word);
        if (!rule_has_word(OUTCOMES, word))
            report_problem(c->report, line,
                           "unknown outcome \"%.*s\" (kontor:outcomes has some of: %s)",
                           STR_ARG(word), OUTCOMES);
        else if (has_word(seen, word))
            report_problem(c->report, line, "outcome %.*s is given twice", STR_ARG(word));
        seen = str_format(c->arena, "%.*s,%.*s", STR_ARG(seen), STR_ARG(word));
    }
}

/* Where a token can get to from an element: along the flows, out of its scopes, into others, and by what is
 * attached to it. */
struct reach {
    const struct bpmn_model *model;
    bool *seen;
};

static void reach_element(struct reach *reach, uint32_t n);

static void leave(struct reach *reach, uint32_t n)
{
    const struct bpmn_element *element = &reach->model->elements[n];

    for (size_t i = 0; i < element->outgoing_count; i++)
        reach_element(reach, reach->model->flows[element->outgoing[i]].target);
    for (size_t i = 0; i < element->boundary_count; i++)
        reach_element(reach, element->boundaries[i]);
}

static void reach_element(struct reach *reach, uint32_t n)
{
    const struct bpmn_element *element = &reach->model->elements[n];

    if (reach->seen[n])
        return;
    reach->seen[n] = true;
    leave(reach, n);
    for (size_t i = 0; i < element->inside_count; i++)
        reach_element(reach, element->inside[i]);
    /* A jump: the other half of the link. */
    for (uint32_t i = 0; element->trigger == BPMN_LINK && i < reach->model->element_count;
         i++)
        if (reach->model->elements[i].trigger == BPMN_LINK &&
            reach->model->elements[i].kind == BPMN_CATCH &&
            str_eq(reach->model->elements[i].reference.text, element->reference.text))
            reach_element(reach, i);
}

static bool comes_before(struct checking *c, uint32_t first, uint32_t second)
{
    struct reach reach = {c->model,
                          ARENA_ARRAY(c->arena, bool, c->model->element_count + 1)};

    for (uint32_t n = first; n != BPMN_NONE; n = c->model->elements[n].parent)
        leave(&reach, n);
    return reach.seen[second];
}

static void check_four_eyes(struct checking *c, struct str ids, int line)
{
    uint32_t own = (uint32_t)(c->element - c->model->elements);
    struct str rest = ids;
    struct str id;

    while (str_next(&rest, ',', &id)) {
        id = str_trim(id);
        uint32_t first = bpmn_find(c->model, id);
        if (first == BPMN_NONE || c->model->elements[first].kind != BPMN_USER_TASK)
            report_problem(c->report, line, "kontor:fourEyes: %.*s is no user task",
                           STR_ARG(id));
        else if (first == own)
            report_problem(c->report, line, "kontor:fourEyes names its own task %.*s",
                           STR_ARG(id));
        else if (!comes_before(c, first, own))
            report_problem(c->report, line,
                           "kontor:fourEyes: %.*s does not come before %.*s", STR_ARG(id),
                           STR_ARG(c->element->id));
    }
}

static void check_property(struct checking *c, const struct bpmn_property *property)
{
    struct str value = property->value;
    struct duration due;

    if (str_is_empty(value))
        return; /* said already */
    if (str_is(property->name, "kontor:due") && duration_parts(value, &due) != OK)
        report_problem(
            c->report, property->line,
            "kontor:due is an ISO 8601 duration of weeks, days, hours or minutes "
            "(P3D), not %.*s",
            STR_ARG(value));
    else if (str_is(property->name, "kontor:clock") && !str_is(value, "business") &&
             !str_is(value, "calendar"))
        report_problem(c->report, property->line,
                       "kontor:clock is \"business\" or \"calendar\", not %.*s",
                       STR_ARG(value));
    else if ((str_is(property->name, "kontor:calendar") ||
              str_is(property->name, "kontor:type")) &&
             !rule_is_key(value))
        report_problem(c->report, property->line, "%.*s must be a key",
                       STR_ARG(property->name));
    else if (str_is(property->name, "kontor:outcomes"))
        check_outcomes(c, value, property->line);
    else if (str_is(property->name, "kontor:fourEyes"))
        check_four_eyes(c, value, property->line);
}

void user_task_check(struct arena *arena, const struct bpmn_model *model,
                     const struct bpmn_element *element, struct report *report)
{
    struct checking c = {arena, model, element, report};

    for (size_t i = 0; i < element->property_count; i++)
        check_property(&c, &element->properties[i]);
    if ((bpmn_property(element, "kontor:clock").ptr ||
         bpmn_property(element, "kontor:calendar").ptr) &&
        !bpmn_property(element, "kontor:due").ptr)
        report_problem(report, element->line,
                       "user task %.*s has a clock or a calendar and no kontor:due",
                       STR_ARG(element->id));
    if (element->form.feel)
        report_problem(report, element->line,
                       "the form of %.*s must be the id of a form of the folder",
                       STR_ARG(element->id));
}
