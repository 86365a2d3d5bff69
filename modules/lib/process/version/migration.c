#include "process/version/migration.h"

#include "formats/json.h"

static void PRINTF_LIKE(2, 3) problem(struct migration *m, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    *VEC_PUSH(&m->problems, struct str) = str_vformat(m->arena, format, args);
    va_end(args);
}

static void PRINTF_LIKE(2, 3) note(struct migration *m, const char *format, ...)
{
    va_list args;
    struct str text;

    va_start(args, format);
    text = str_vformat(m->arena, format, args);
    va_end(args);
    for (size_t i = 0; i < m->notes.count; i++)
        if (str_eq(*VEC_AT(&m->notes, struct str, i), text))
            return;
    *VEC_PUSH(&m->notes, struct str) = text;
}

/* ---- the plan ------------------------------------------------------------------------------------ */

static enum err read_pairs(struct arena *arena, const json_t *object, bool may_drop,
                           struct map *out)
{
    /* The iterator takes a mutable object, though it only reads. */
    json_t *pairs = (json_t *)(uintptr_t)object;

    for (void *i = json_object_iter(pairs); i; i = json_object_iter_next(pairs, i)) {
        const json_t *value = json_object_iter_value(i);
        struct str *target = ARENA_NEW(arena, struct str);

        if (!json_is_string(value) && !(may_drop && json_is_null(value)))
            return err_note(ERR_INPUT, "the plan: %s does not lead to an id%s",
                            json_object_iter_key(i), may_drop ? " or null" : "");
        if (json_is_string(value))
            *target = (struct str){json_string_value(value), json_string_length(value)};
        map_set(out, str_copy(arena, str_from(json_object_iter_key(i))), target);
    }
    return OK;
}

enum err migration_plan_read(struct arena *arena, struct str json,
                             struct migration_plan *out)
{
    struct map *elements = map_new(arena);
    struct map *flows = map_new(arena);
    json_t *root = NULL;
    enum err err = json_parse(arena, json, &root);

    if (err != OK)
        return err;
    if (!json_is_object(root))
        return err_note(ERR_INPUT, "the plan is no JSON object");
    for (void *i = json_object_iter(root); err == OK && i;
         i = json_object_iter_next(root, i)) {
        struct str key = str_from(json_object_iter_key(i));
        const json_t *value = json_object_iter_value(i);

        if (!json_is_object(value))
            err = err_note(ERR_INPUT, "the plan: %.*s is no object", STR_ARG(key));
        else if (str_is(key, "elements"))
            err = read_pairs(arena, value, true, elements);
        else if (str_is(key, "flows"))
            err = read_pairs(arena, value, false, flows);
        else
            err = err_note(ERR_INPUT, "the plan: \"%.*s\" is neither elements nor flows",
                           STR_ARG(key));
    }
    if (err == OK)
        *out = (struct migration_plan){elements, flows};
    return err;
}

struct migration migration_of(struct arena *arena, const struct definition *from,
                              const struct definition *to,
                              const struct migration_plan *plan)
{
    return (struct migration){.arena = arena,
                              .from = from,
                              .to = to,
                              .plan = plan,
                              .problems = VEC_INIT(arena, struct str),
                              .notes = VEC_INIT(arena, struct str)};
}

static uint32_t find_flow(const struct bpmn_model *model, struct str id)
{
    for (size_t i = 0; i < model->flow_count; i++)
        if (str_eq(model->flows[i].id, id))
            return (uint32_t)i;
    return BPMN_NONE;
}

bool migration_knows(const struct definition *from, struct str id)
{
    return bpmn_find(from->model, id) != BPMN_NONE ||
           find_flow(from->model, id) != BPMN_NONE;
}

static const struct str *planned(const struct map *pairs, struct str id)
{
    return pairs ? map_get(pairs, id) : NULL;
}

void migration_check_plan(struct migration *m)
{
    for (size_t i = 0; m->plan && i < map_count(m->plan->elements); i++) {
        const struct map_entry *entry = &map_entries(m->plan->elements)[i];
        const struct str *target = entry->value;

        if (target->ptr && bpmn_find(m->to->model, *target) == BPMN_NONE)
            problem(m, "the plan: the new version has no element %.*s", STR_ARG(*target));
    }
    for (size_t i = 0; m->plan && i < map_count(m->plan->flows); i++) {
        const struct str *target = map_entries(m->plan->flows)[i].value;

        if (find_flow(m->to->model, *target) == BPMN_NONE)
            problem(m, "the plan: the new version has no flow %.*s", STR_ARG(*target));
    }
}

uint32_t migration_target(const struct migration *m, uint32_t element)
{
    struct str id = m->from->model->elements[element].id;
    const struct str *target = planned(m->plan ? m->plan->elements : NULL, id);

    if (element == m->from->process)
        return m->to->process;
    if (target && !target->ptr)
        return BPMN_NONE;
    return bpmn_find(m->to->model, target ? *target : id);
}

/* ---- tokens ------------------------------------------------------------------------------------------ */

/* False, said, when a token at `old` could not be one at `now`. */
static bool fits(struct migration *m, const struct bpmn_element *old,
                 const struct bpmn_element *now)
{
    const char *what = old->kind != now->kind               ? "another kind of element"
                       : old->trigger != now->trigger       ? "another kind of event"
                       : old->multi.kind != now->multi.kind ? "repeated in another way"
                       : !str_eq(old->job_type.text, now->job_type.text)
                           ? "another service"
                           : NULL;

    if (!what)
        return true;
    problem(m, "%.*s cannot go on as %.*s: that is %s", STR_ARG(old->id),
            STR_ARG(now->id), what);
    return false;
}

/* The token around it has to be where the new element lies. */
static bool is_inside(struct migration *m, const struct bpmn_state *before,
                      const struct bpmn_token *token, uint32_t target)
{
    const struct bpmn_token *around =
        token->parent ? bpmn_token(before, token->parent) : NULL;
    const struct bpmn_element *now = &m->to->model->elements[target];

    if (!around || around->element == token->element || now->kind == BPMN_PROCESS ||
        migration_target(m, around->element) == now->parent)
        return true;
    problem(m, "%.*s lies elsewhere than %.*s did: in another sub-process",
            STR_ARG(now->id), STR_ARG(m->from->model->elements[token->element].id));
    return false;
}

static bool event_belongs(const struct bpmn_model *model, uint32_t event, uint32_t to)
{
    const struct bpmn_element *element = &model->elements[event];

    if (event == to)
        return true;
    if (element->kind == BPMN_BOUNDARY)
        return element->attached_to == to;
    if (element->kind == BPMN_START)
        return model->elements[element->parent].parent == to;
    for (size_t i = 0; i < element->incoming_count; i++)
        if (model->flows[element->incoming[i]].source == to)
            return true;
    return false;
}

static void move_waits(struct migration *m, const struct bpmn_token *old,
                       struct bpmn_token *token)
{
    token->waits = VEC_INIT(m->arena, struct bpmn_wait);
    for (size_t i = 0; i < old->waits.count; i++) {
        struct bpmn_wait wait = *VEC_AT(&old->waits, struct bpmn_wait, i);
        const struct bpmn_element *event = &m->from->model->elements[wait.event];
        const struct str *target = planned(m->plan ? m->plan->elements : NULL, event->id);
        uint32_t now = migration_target(m, wait.event);

        if (target && !target->ptr && wait.event != old->element) {
            note(m, "%.*s is not waited for any more", STR_ARG(event->id));
            continue;
        }
        if (now == BPMN_NONE) {
            problem(m,
                    "%.*s is waited for, and the new version has no such event: the plan "
                    "must name one, or null",
                    STR_ARG(event->id));
            continue;
        }
        if (wait.event != old->element && !fits(m, event, &m->to->model->elements[now]))
            continue;
        if (!event_belongs(m->to->model, now, token->element)) {
            problem(m, "%.*s is no event of %.*s in the new version", STR_ARG(event->id),
                    STR_ARG(m->to->model->elements[token->element].id));
            continue;
        }
        wait.event = now;
        *VEC_PUSH(&token->waits, struct bpmn_wait) = wait;
    }
}

/* Events that only later tokens wait for. */
static void note_unwatched(struct migration *m, const struct bpmn_token *token)
{
    const struct bpmn_element *now = &m->to->model->elements[token->element];

    for (size_t i = 0; i < now->boundary_count && token->loop == 0; i++) {
        bool watched = false;

        for (size_t k = 0; k < token->waits.count; k++)
            watched |=
                VEC_AT(&token->waits, struct bpmn_wait, k)->event == now->boundaries[i];
        if (!watched)
            note(m, "%.*s is new: it does not act for what stands at %.*s already",
                 STR_ARG(m->to->model->elements[now->boundaries[i]].id),
                 STR_ARG(now->id));
    }
}

/* What a task leaves behind is called like it: Task_1.outcome. */
static void move_variables(struct migration *m, struct bpmn_token *token)
{
    struct vec variables = VEC_INIT(m->arena, struct feel_entry);

    for (size_t i = 0; i < token->variables.count; i++) {
        struct feel_entry entry = *VEC_AT(&token->variables, struct feel_entry, i);
        uint32_t element = bpmn_find(m->from->model, entry.name);
        uint32_t target = element != BPMN_NONE &&
                                  m->from->model->elements[element].kind == BPMN_USER_TASK
                              ? migration_target(m, element)
                              : BPMN_NONE;

        if (target != BPMN_NONE)
            entry.name = m->to->model->elements[target].id;
        *VEC_PUSH(&variables, struct feel_entry) = entry;
    }
    token->variables = variables;
}

static void move_token(struct migration *m, const struct bpmn_state *before,
                       const struct bpmn_token *old, struct bpmn_state *after)
{
    const struct bpmn_element *element = &m->from->model->elements[old->element];
    uint32_t target = migration_target(m, old->element);
    struct bpmn_token *token;
    const struct bpmn_element *now;

    if (target == BPMN_NONE) {
        problem(m, "%.*s: it stands there, and the new version has no such element",
                STR_ARG(element->id));
        return;
    }
    now = &m->to->model->elements[target];
    if (!fits(m, element, now) || !is_inside(m, before, old, target))
        return;
    token = ARENA_NEW(m->arena, struct bpmn_token);
    *token = *old;
    token->element = target;
    move_variables(m, token);
    move_waits(m, old, token);
    note_unwatched(m, token);
    if (element->kind != BPMN_PROCESS && !str_eq(element->id, now->id))
        note(m, "%.*s goes on as %.*s", STR_ARG(element->id), STR_ARG(now->id));
    if (element->kind == BPMN_USER_TASK &&
        !str_eq(element->groups.text, now->groups.text))
        note(m, "%.*s: what is open stays with %.*s", STR_ARG(now->id),
             STR_ARG(element->groups.text));
    *VEC_PUSH(&after->tokens, struct bpmn_token *) = token;
}

/* ---- arrivals, what was passed ------------------------------------------------------------------------ */

static void move_arrival(struct migration *m, const struct bpmn_arrival *old,
                         struct bpmn_state *after)
{
    const struct bpmn_flow *flow = &m->from->model->flows[old->flow];
    const struct str *target = planned(m->plan ? m->plan->flows : NULL, flow->id);
    struct bpmn_arrival arrival = *old;

    arrival.flow = find_flow(m->to->model, target ? *target : flow->id);
    if (arrival.flow == BPMN_NONE)
        problem(
            m,
            "flow %.*s: it waits behind it at a join, and the new version has no such "
            "flow",
            STR_ARG(flow->id));
    else if (m->to->model->flows[arrival.flow].target !=
             migration_target(m, flow->target))
        problem(m, "flow %.*s leads to another element in the new version",
                STR_ARG(m->to->model->flows[arrival.flow].id));
    else
        *VEC_PUSH(&after->arrivals, struct bpmn_arrival) = arrival;
}

static void move_passed(struct migration *m, const struct bpmn_passed *old,
                        struct bpmn_state *after)
{
    uint32_t target = migration_target(m, old->element);
    struct bpmn_passed passed = *old;

    if (target == BPMN_NONE)
        return;
    for (size_t i = 0; i < after->passed.count; i++) {
        struct bpmn_passed *other = VEC_AT(&after->passed, struct bpmn_passed, i);

        if (other->element != target)
            continue;
        other->count += old->count;
        other->at = old->at > other->at ? old->at : other->at;
        return;
    }
    passed.element = target;
    *VEC_PUSH(&after->passed, struct bpmn_passed) = passed;
}

bool migration_state(struct migration *m, const struct bpmn_state *before,
                     struct bpmn_state **out)
{
    struct bpmn_state *after = bpmn_state_new(m->arena);

    after->next_key = before->next_key;
    after->ended = before->ended;
    for (size_t i = 0; i < before->tokens.count; i++)
        move_token(m, before, *VEC_AT(&before->tokens, struct bpmn_token *, i), after);
    for (size_t i = 0; i < before->arrivals.count; i++)
        move_arrival(m, VEC_AT(&before->arrivals, struct bpmn_arrival, i), after);
    for (size_t i = 0; i < before->passed.count; i++)
        move_passed(m, VEC_AT(&before->passed, struct bpmn_passed, i), after);
    *out = m->problems.count ? NULL : after;
    return m->problems.count == 0;
}

/* ---- rows that name tokens ------------------------------------------------------------------------------ */

static struct str new_id(const struct migration *m, struct str id)
{
    uint32_t element = bpmn_find(m->from->model, id);
    uint32_t target = element == BPMN_NONE ? BPMN_NONE : migration_target(m, element);

    return target == BPMN_NONE ? STR_NONE : m->to->model->elements[target].id;
}

struct str migration_token(const struct migration *m, struct str token)
{
    ssize_t mark = str_index(token, '#');
    ssize_t colon = str_index(token, ':');
    struct str element;
    struct str event = STR_NONE;

    if (mark < 0)
        return STR_NONE;
    element = new_id(m, str_sub(token, 0, (size_t)mark));
    if (colon > mark) {
        event = new_id(m, str_from_index(token, (size_t)colon + 1));
        if (!event.ptr)
            return STR_NONE;
    }
    if (!element.ptr)
        return STR_NONE;
    token =
        str_sub(token, (size_t)mark, colon > mark ? (size_t)(colon - mark) : token.len);
    return str_format(m->arena, "%.*s%.*s%s%.*s", STR_ARG(element), STR_ARG(token),
                      event.ptr ? ":" : "", STR_ARG(event));
}
