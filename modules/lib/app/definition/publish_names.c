#include "app/definition/publish_names.h"

#include "process/user_task.h"
#include "store/definition.h"
#include "store/work_rules.h"

struct names {
    struct arena *arena;
    const struct definition *definition;
    struct db_rows teams;     /* struct team_row */
    struct db_rows types;     /* struct sub_ticket_type_row */
    struct db_rows calendars; /* struct calendar_row */
    definition_problem_fn problem;
    void *problem_context;
    bool failed;
};

static void unknown(struct names *n, const char *what, struct str key)
{
    n->problem(n->problem_context, STR("process.bpmn"), 0,
               str_format(n->arena, "unknown %s \"%.*s\"", what, STR_ARG(key)));
    n->failed = true;
}

static bool has_team(const struct names *n, struct str key)
{
    const struct team_row *rows = n->teams.items;

    for (size_t i = 0; i < n->teams.count; i++)
        if (str_eq(rows[i].team_key, key))
            return true;
    return false;
}

static const struct sub_ticket_type_row *find_type(const struct names *n, struct str key)
{
    const struct sub_ticket_type_row *rows = n->types.items;

    for (size_t i = 0; i < n->types.count; i++)
        if (str_eq(rows[i].type_key, key))
            return &rows[i];
    return NULL;
}

static bool has_calendar(const struct names *n, struct str key)
{
    const struct calendar_row *rows = n->calendars.items;

    for (size_t i = 0; i < n->calendars.count; i++)
        if (str_eq(rows[i].calendar_key, key))
            return true;
    return false;
}

static void check_task(struct names *n, const struct bpmn_element *element)
{
    struct user_task task = user_task_of(element);
    const struct sub_ticket_type_row *type =
        task.type.ptr ? find_type(n, task.type) : NULL;

    if (task.type.ptr && !type)
        unknown(n, "type of sub-tickets", task.type);
    else if (!task.team.ptr && type && !has_team(n, type->default_team))
        unknown(n, "team", type->default_team);
    if (task.has_due && !has_calendar(n, task.calendar))
        unknown(n, "business calendar", task.calendar);
}

enum err publish_check_names(struct db *db, struct arena *arena,
                             const struct definition *definition,
                             definition_problem_fn problem, void *problem_context)
{
    struct names n = {.arena = arena,
                      .definition = definition,
                      .problem = problem,
                      .problem_context = problem_context};
    enum err err = team_list(db, arena, &n.teams);

    if (err == OK)
        err = sub_ticket_types(db, arena, &n.types);
    if (err == OK)
        err = calendar_rows(db, arena, &n.calendars);
    if (err != OK)
        return err;
    for (size_t i = 0; i < definition->team_count; i++)
        if (!has_team(&n, definition->teams[i]))
            unknown(&n, "team", definition->teams[i]);
    for (size_t i = 0; i < definition->model->element_count; i++)
        if (definition->model->elements[i].kind == BPMN_USER_TASK)
            check_task(&n, &definition->model->elements[i]);
    return n.failed ? err_note(ERR_INPUT, "the definition names what is not there") : OK;
}
