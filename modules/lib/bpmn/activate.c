/* activate.c: what happens when a token reaches an element. */
#include "bpmn/run.h"

/* ---- gateways -------------------------------------------------------------------------------- */

static bool all_arrived(const struct run *run, const struct bpmn_element *gateway,
                        int64_t scope)
{
    for (size_t i = 0; i < gateway->incoming_count; i++)
        if (run_arrived(run, scope, gateway->incoming[i]) == 0)
            return false;
    return true;
}

void run_flow(struct run *run, uint32_t flow, struct bpmn_token *scope)
{
    uint32_t target = run->model->flows[flow].target;
    const struct bpmn_element *element = &run->model->elements[target];
    bool joins = element->incoming_count > 1 &&
                 (element->kind == BPMN_PARALLEL || element->kind == BPMN_INCLUSIVE);

    if (!joins) {
        run_activate(run, target, scope);
        return;
    }
    run_arrive(run, scope->key, flow, 1);
    /* Inclusive joins are asked when nothing else can move. */
    if (element->kind == BPMN_PARALLEL && all_arrived(run, element, scope->key)) {
        for (size_t i = 0; i < element->incoming_count; i++)
            run_arrive(run, scope->key, element->incoming[i], -1);
        run_activate(run, target, scope);
    }
}

/* One way, or for an inclusive gateway all that are open; the default if none is. */
static void choose(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *gateway = run_element(run, token);
    struct vec taken = VEC_INIT(run->arena, uint32_t);

    for (size_t i = 0; i < gateway->outgoing_count; i++) {
        uint32_t index = gateway->outgoing[i];
        const struct bpmn_flow *flow = &run->model->flows[index];
        bool open = index != gateway->default_flow;

        if (open && bpmn_given(flow->condition) &&
            !run_condition(run, token, &flow->condition, &open))
            return;
        if (!open)
            continue;
        *VEC_PUSH(&taken, uint32_t) = index;
        if (gateway->kind == BPMN_EXCLUSIVE)
            break;
    }
    if (taken.count == 0 && gateway->default_flow != BPMN_NONE)
        *VEC_PUSH(&taken, uint32_t) = gateway->default_flow;
    if (taken.count == 0) {
        run_incident(run, token, "no condition holds and there is no default flow");
        return;
    }
    run_effect(run, BPMN_COMPLETED, token);
    for (size_t i = 0; i < taken.count; i++)
        run_push(run, OP_FLOW, *VEC_AT(&taken, uint32_t, i), token->parent);
    run_remove_token(run, token);
}

static void wait_behind_gateway(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *gateway = run_element(run, token);

    for (size_t i = 0; i < gateway->outgoing_count; i++)
        if (!run_wait_for(run, token, run->model->flows[gateway->outgoing[i]].target))
            return;
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool keep_until(struct run *run, struct bpmn_token *token, struct bpmn_due *out)
{
    const struct bpmn_expression *time = &run_element(run, token)->time_to_live;
    struct feel_value value;

    if (!bpmn_given(*time))
        return true;
    if (!run_value(run, token, time, &value))
        return false;
    if (bpmn_timer_first(BPMN_TIMER_DURATION, value, run->step->now, run->step->zone,
                         out))
        return true;
    run_incident(run, token, "the time to live \"%.*s\" is no duration",
                 STR_ARG(feel_text(run->arena, value)));
    return false;
}

static void publish(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *element = run_element(run, token);
    struct bpmn_effect *effect;
    struct bpmn_due kept = {.at = run->step->now};
    struct str name;
    struct str key;

    if (!run_text(run, token, &element->reference, &name) ||
        !run_text(run, token, &element->correlation, &key) ||
        !keep_until(run, token, &kept))
        return;
    run_effect(run, BPMN_THROWN, token);
    effect = run_effect(run, BPMN_PUBLISH, token);
    effect->due = kept.at;
    effect->name = name;
    effect->correlation = key;
    effect->context = bpmn_visible(run->arena, run->model, run->state, token);
    run_complete(run, token, NULL);
}

static void throw_signal(struct run *run, struct bpmn_token *token)
{
    struct bpmn_effect *effect;
    int64_t key = token->key;
    struct str name;

    if (!run_text(run, token, &run_element(run, token)->reference, &name))
        return;
    run_effect(run, BPMN_THROWN, token);
    effect = run_effect(run, BPMN_SIGNAL_OUT, token);
    effect->name = name;
    effect->context = bpmn_visible(run->arena, run->model, run->state, token);
    (void)run_broadcast(run, name, effect->context);
    /* Who caught it may have ended this token, too. */
    if (bpmn_token(run->state, key))
        run_complete(run, token, NULL);
}

static void throw_code(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *event = run_element(run, token);
    int64_t key = token->key;
    struct str code;
    bool caught;

    if (!run_text(run, token, &event->reference, &code))
        return;
    run_effect(run, BPMN_THROWN, token);
    caught = run_throw(run, token, event->trigger, code, NULL);
    if (!bpmn_token(run->state, key))
        return;
    if (!caught && event->trigger == BPMN_ERROR)
        run_incident(run, token, "nobody catches the error \"%.*s\"", STR_ARG(code));
    else
        run_complete(run, token, NULL);
}

static void terminate(struct run *run, struct bpmn_token *token)
{
    struct bpmn_token *scope = run_parent(run, token);

    run_effect(run, BPMN_COMPLETED, token);
    run_remove_token(run, token);
    /* With nothing left inside the scope itself completes. */
    run_cancel_inside(run, scope);
}

static void jump(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *link = run_element(run, token);
    const struct bpmn_element *scope = &run->model->elements[link->parent];

    run_effect(run, BPMN_THROWN, token);
    run_effect(run, BPMN_COMPLETED, token);
    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *other = &run->model->elements[scope->inside[i]];

        if (other->kind == BPMN_CATCH && other->trigger == BPMN_LINK &&
            str_eq(other->reference.text, link->reference.text))
            run_push(run, OP_ACTIVATE, scope->inside[i], token->parent);
    }
    run_remove_token(run, token);
}

static void begin_throw(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *event = run_element(run, token);

    switch (event->trigger) {
    case BPMN_MESSAGE:
        publish(run, token);
        break;
    case BPMN_SIGNAL:
        throw_signal(run, token);
        break;
    case BPMN_ERROR:
    case BPMN_ESCALATION:
        throw_code(run, token);
        break;
    case BPMN_TERMINATE:
        terminate(run, token);
        break;
    case BPMN_LINK:
        jump(run, token);
        break;
    default:
        run_complete(run, token, NULL);
        break;
    }
}

static void begin_catch(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *event = run_element(run, token);

    if (event->trigger != BPMN_LINK) {
        (void)run_wait_for(run, token, token->element);
        return;
    }
    run_effect(run, BPMN_CAUGHT, token);
    run_complete(run, token, NULL);
}

/* ---- activities ------------------------------------------------------------------------------- */

static void open(struct run *run, struct bpmn_token *token)
{
    token->is_open = true;
    run_effect(run, BPMN_OPEN, token)->context =
        bpmn_visible(run->arena, run->model, run->state, token);
}

/* Into the token when an output mapping looks at it, else to where the name is known. */
static void set_result(struct run *run, struct bpmn_token *token, struct feel_value value)
{
    const struct bpmn_element *element = run_element(run, token);

    if (element->output_count)
        run_set_local(run, token, element->result, value);
    else
        run_set(run, token, element->result, value);
}

static void run_script(struct run *run, struct bpmn_token *token)
{
    struct feel_value value;

    if (!run_value(run, token, &run_element(run, token)->script, &value))
        return;
    set_result(run, token, value);
    run_complete(run, token, NULL);
}

static void decide(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_port *port = run->step->port;
    struct feel_run feel = {
        .arena = run->arena, .now = run->step->now, .zone = run->step->zone};
    struct feel_value value = FEEL_NULL_VALUE;
    struct str id;

    if (!run_text(run, token, &run_element(run, token)->called, &id))
        return;
    if (!port || port->decide(port->context, id,
                              bpmn_visible(run->arena, run->model, run->state, token),
                              &feel, &value) != OK) {
        run_incident(run, token, "decision %.*s: %s", STR_ARG(id),
                     port ? err_text() : "there is none");
        err_clear();
        return;
    }
    set_result(run, token, value);
    run_complete(run, token, NULL);
}

static void call(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *element = run_element(run, token);
    const struct feel_context *shared;
    struct bpmn_token *process;
    uint32_t called;
    uint32_t start;
    struct str id;

    if (!run_text(run, token, &element->called, &id))
        return;
    called = bpmn_find(run->model, id);
    start = called == BPMN_NONE || run->model->elements[called].kind != BPMN_PROCESS
                ? BPMN_NONE
                : bpmn_start_of(run->model, called);
    if (start == BPMN_NONE) {
        run_incident(run, token, "there is no process %.*s to call", STR_ARG(id));
        return;
    }
    shared = element->share_all_down
                 ? bpmn_visible(run->arena, run->model, run->state, token)
                 : &(const struct feel_context){token->variables.items,
                                                token->variables.count};
    process = run_new_token(run, called, token->key);
    for (size_t i = 0; i < shared->count; i++)
        run_set_local(run, process, shared->entries[i].name, shared->entries[i].value);
    run_effect(run, BPMN_ACTIVATED, process);
    run_begin(run, process);
}

void run_scope(struct run *run, struct bpmn_token *token, uint32_t start)
{
    const struct bpmn_element *scope = run_element(run, token);

    for (size_t i = 0; i < scope->inside_count; i++)
        if (run->model->elements[scope->inside[i]].kind == BPMN_EVENT_SUB_PROCESS &&
            !run_wait_for(run, token, bpmn_start_of(run->model, scope->inside[i])))
            return;
    run_push(run, OP_ACTIVATE, start, token->key);
}

static void begin_task(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *task = run_element(run, token);

    if (bpmn_given(task->job_type) || task->kind == BPMN_USER_TASK)
        open(run, token);
    else if (task->kind == BPMN_SEND_TASK || task->kind == BPMN_THROW)
        publish(run, token);
    else if (task->kind == BPMN_RECEIVE_TASK)
        (void)run_wait_for(run, token, token->element);
    else if (task->kind == BPMN_SCRIPT_TASK)
        run_script(run, token);
    else if (task->kind == BPMN_RULE_TASK)
        decide(run, token);
    else
        run_complete(run, token, NULL);
}

/* ---- the element ------------------------------------------------------------------------------ */

static bool map_inputs(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *element = run_element(run, token);

    for (size_t i = 0; i < element->input_count; i++) {
        struct feel_value value;

        if (!run_value(run, token, &element->inputs[i].source, &value))
            return false;
        run_set_local(run, token, element->inputs[i].target, value);
    }
    return true;
}

static bool wait_at_border(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *element = run_element(run, token);

    for (size_t i = 0; i < element->boundary_count; i++)
        if (!run_wait_for(run, token, element->boundaries[i]))
            return false;
    return true;
}

static void begin_inside(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *element = run_element(run, token);
    const struct feel_context *brought;

    switch (element->kind) {
    case BPMN_PROCESS:
    case BPMN_SUB_PROCESS:
        run_scope(run, token, bpmn_start_of(run->model, token->element));
        break;
    case BPMN_CALL:
        call(run, token);
        break;
    case BPMN_THROW:
    case BPMN_END:
        if (bpmn_given(element->job_type))
            open(run, token);
        else
            begin_throw(run, token);
        break;
    case BPMN_CATCH:
        begin_catch(run, token);
        break;
    case BPMN_EXCLUSIVE:
    case BPMN_INCLUSIVE:
        choose(run, token);
        break;
    case BPMN_EVENT_GATEWAY:
        wait_behind_gateway(run, token);
        break;
    case BPMN_START:
        brought = run->brought;
        run->brought = NULL;
        run_complete(run, token, brought);
        break;
    case BPMN_PARALLEL:
        run_complete(run, token, NULL);
        break;
    default:
        begin_task(run, token);
        break;
    }
}

void run_begin(struct run *run, struct bpmn_token *token)
{
    const struct bpmn_element *element = run_element(run, token);
    bool body = element->multi.kind != BPMN_NO_LOOP && token->loop == 0;
    int64_t key = token->key;

    token->incident = STR_NONE;
    if (body) {
        token->is_body = true;
        if (wait_at_border(run, token) && bpmn_token(run->state, key))
            run_body(run, token);
        return;
    }
    if (!map_inputs(run, token))
        return;
    if (token->loop == 0 && !wait_at_border(run, token))
        return;
    /* A condition at the border may have been true at once. */
    if (bpmn_token(run->state, key))
        begin_inside(run, token);
}

void run_activate(struct run *run, uint32_t element, struct bpmn_token *scope)
{
    struct bpmn_token *token = run_new_token(run, element, scope->key);

    run_effect(run, BPMN_ACTIVATED, token);
    run_begin(run, token);
}
