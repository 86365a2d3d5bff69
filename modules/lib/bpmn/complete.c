/* complete.c: tokens that are done, instances of loops, and cancelling. */
#include "bpmn/run.h"

/* ---- cancelling ------------------------------------------------------------------------------ */

static void forget_arrivals(struct run *run, int64_t scope)
{
    struct bpmn_arrival *arrivals = run->state->arrivals.items;
    size_t kept = 0;

    for (size_t i = 0; i < run->state->arrivals.count; i++)
        if (arrivals[i].scope != scope)
            arrivals[kept++] = arrivals[i];
    run->state->arrivals.count = kept;
}

void run_cancel_inside(struct run *run, struct bpmn_token *scope)
{
    for (size_t i = run->state->tokens.count; i > 0; i--) {
        struct bpmn_token *token;

        if (i > run->state->tokens.count)
            continue;
        token = *VEC_AT(&run->state->tokens, struct bpmn_token *, i - 1);
        if (token->parent == scope->key)
            run_cancel(run, token);
    }
    forget_arrivals(run, scope->key);
}

void run_cancel(struct run *run, struct bpmn_token *token)
{
    run_cancel_inside(run, token);
    run_stop_waits(run, token);
    if (token->is_open)
        run_effect(run, BPMN_CLOSE, token);
    run_effect(run, BPMN_CANCELLED, token);
    run_remove_token(run, token);
}

/* ---- loops and many instances ------------------------------------------------------------------ */

static void begin_instance(struct run *run, struct bpmn_token *body)
{
    const struct bpmn_multi *multi = &run_element(run, body)->multi;
    struct bpmn_token *token = run_new_token(run, body->element, body->key);

    token->loop = ++body->started;
    run_set_local(run, token, STR("loopCounter"), feel_i64(token->loop));
    if (multi->element.ptr)
        run_set_local(run, token, multi->element,
                      *VEC_AT(&body->items, struct feel_value, (size_t)token->loop - 1));
    run_effect(run, BPMN_ACTIVATED, token);
    run_begin(run, token);
}

/* True if a standard loop goes round again. */
static bool goes_on(struct run *run, struct bpmn_token *token,
                    const struct bpmn_token *body, bool *out)
{
    const struct bpmn_multi *multi = &run_element(run, body)->multi;

    *out = true;
    if (multi->maximum && body->started >= multi->maximum) {
        *out = false;
        return true;
    }
    return !bpmn_given(multi->condition) ||
           run_condition(run, token, &multi->condition, out);
}

static bool collect_items(struct run *run, struct bpmn_token *body)
{
    const struct bpmn_multi *multi = &run_element(run, body)->multi;
    struct feel_value list;

    if (!run_value(run, body, &multi->collection, &list))
        return false;
    if (list.type != FEEL_LIST) {
        run_incident(run, body, "the input collection is %s, no list",
                     feel_type_name(list.type));
        return false;
    }
    body->items.count = 0;
    body->results.count = 0;
    for (size_t i = 0; i < list.list->count; i++) {
        *VEC_PUSH(&body->items, struct feel_value) = list.list->items[i];
        *VEC_PUSH(&body->results, struct feel_value) = FEEL_NULL_VALUE;
    }
    return true;
}

static void count_instances(struct run *run, struct bpmn_token *body)
{
    int64_t all = (int64_t)body->items.count;

    run_set_local(run, body, STR("numberOfInstances"), feel_i64(all));
    run_set_local(run, body, STR("numberOfActiveInstances"),
                  feel_i64(body->started - body->completed));
    run_set_local(run, body, STR("numberOfCompletedInstances"),
                  feel_i64(body->completed));
    run_set_local(run, body, STR("numberOfTerminatedInstances"), feel_i64(0));
}

void run_body(struct run *run, struct bpmn_token *body)
{
    const struct bpmn_multi *multi = &run_element(run, body)->multi;
    int64_t key = body->key;
    bool again = true;

    if (multi->kind == BPMN_STANDARD_LOOP) {
        run_set_local(run, body, STR("loopCounter"), feel_i64(0));
        if (multi->test_before && !goes_on(run, body, body, &again))
            return;
        if (again)
            begin_instance(run, body);
        else
            run_complete(run, body, NULL);
        return;
    }
    if (!collect_items(run, body))
        return;
    if (body->items.count == 0) {
        run_complete(run, body, NULL);
        return;
    }
    if (multi->kind == BPMN_SEQUENTIAL) {
        begin_instance(run, body);
        return;
    }
    /* An instance may end all of them. */
    while (!run->exhausted && bpmn_token(run->state, key) &&
           body->started < (int64_t)body->items.count)
        begin_instance(run, body);
}

/* False after an incident of the instance. */
static bool collect_result(struct run *run, struct bpmn_token *token,
                           struct bpmn_token *body)
{
    const struct bpmn_multi *multi = &run_element(run, token)->multi;

    return !multi->output.ptr ||
           run_value(run, token, &multi->output_element,
                     VEC_AT(&body->results, struct feel_value, (size_t)token->loop - 1));
}

static void finish_instance(struct run *run, struct bpmn_token *token)
{
    struct bpmn_token *body = run_parent(run, token);
    const struct bpmn_multi *multi = &run_element(run, body)->multi;
    bool standard = multi->kind == BPMN_STANDARD_LOOP;
    bool enough = false;

    if (!standard && !collect_result(run, token, body))
        return;
    body->completed++;
    if (!standard)
        count_instances(run, body);
    if (standard ? !goes_on(run, token, body, &enough)
                 : bpmn_given(multi->condition) &&
                       !run_condition(run, token, &multi->condition, &enough)) {
        body->completed--;
        return;
    }
    run_stop_waits(run, token);
    run_effect(run, BPMN_COMPLETED, token);
    run_remove_token(run, token);
    if (standard ? !enough : enough || body->completed == (int64_t)body->items.count) {
        run_cancel_inside(run, body);
        run_complete(run, body, NULL);
    } else if (standard || multi->kind == BPMN_SEQUENTIAL) {
        begin_instance(run, body);
    }
}

/* ---- leaving ----------------------------------------------------------------------------------- */

/* The flows that a finished element sends tokens along; false after an incident. */
static bool choose_flows(struct run *run, struct bpmn_token *token, struct vec *taken)
{
    const struct bpmn_element *element = run_element(run, token);
    bool conditional = false;

    for (size_t i = 0; i < element->outgoing_count; i++) {
        uint32_t index = element->outgoing[i];
        const struct bpmn_flow *flow = &run->model->flows[index];
        bool open = index != element->default_flow;

        if (open && bpmn_given(flow->condition)) {
            conditional = true;
            if (!run_condition(run, token, &flow->condition, &open))
                return false;
        }
        if (open)
            *VEC_PUSH(taken, uint32_t) = index;
    }
    if (taken->count == 0 && element->default_flow != BPMN_NONE)
        *VEC_PUSH(taken, uint32_t) = element->default_flow;
    if (taken->count == 0 && conditional) {
        run_incident(run, token, "no condition holds and there is no default flow");
        return false;
    }
    return true;
}

static void leave(struct run *run, struct bpmn_token *token)
{
    struct vec taken = VEC_INIT(run->arena, uint32_t);

    token->is_done = true;
    /* Conditions see what the scope sees: what was the activity's own is gone. */
    token->variables.count = 0;
    if (!choose_flows(run, token, &taken))
        return;
    run_stop_waits(run, token);
    run_effect(run, BPMN_COMPLETED, token);
    for (size_t i = 0; i < taken.count; i++)
        run_push(run, OP_FLOW, *VEC_AT(&taken, uint32_t, i), token->parent);
    run_remove_token(run, token);
}

static bool map_outputs(struct run *run, struct bpmn_token *token,
                        const struct feel_context *variables)
{
    const struct bpmn_element *element = run_element(run, token);
    struct bpmn_token *scope = run_parent(run, token);

    for (size_t i = 0; variables && i < variables->count; i++) {
        if (element->output_count)
            run_set_local(run, token, variables->entries[i].name,
                          variables->entries[i].value);
        else
            run_set(run, token, variables->entries[i].name, variables->entries[i].value);
    }
    for (size_t i = 0; i < element->output_count; i++) {
        struct feel_value value;

        if (!run_value(run, token, &element->outputs[i].source, &value))
            return false;
        run_set(run, scope ? scope : token, element->outputs[i].target, value);
    }
    return true;
}

static void finish_process(struct run *run, struct bpmn_token *process)
{
    struct bpmn_token *call = run_parent(run, process);
    const struct bpmn_element *element = call ? run_element(run, call) : NULL;
    struct feel_context variables = {process->variables.items, process->variables.count};

    run_stop_waits(run, process);
    run_effect(run, call ? BPMN_COMPLETED : BPMN_ENDED, process);
    run_remove_token(run, process);
    if (!call) {
        run->state->ended = run->state->tokens.count == 0;
        return;
    }
    run_complete(run, call,
                 element->share_all_up || element->output_count ? &variables : NULL);
}

static void finish_body(struct run *run, struct bpmn_token *body)
{
    const struct bpmn_multi *multi = &run_element(run, body)->multi;
    struct bpmn_token *scope = run_parent(run, body);

    if (multi->output.ptr)
        run_set(run, scope, multi->output,
                feel_list(run->arena, body->results.items, body->results.count));
    leave(run, body);
}

void run_complete(struct run *run, struct bpmn_token *token,
                  const struct feel_context *variables)
{
    enum bpmn_kind kind = run_element(run, token)->kind;

    token->is_open = false;
    token->incident = STR_NONE;
    if (kind == BPMN_PROCESS) {
        finish_process(run, token);
    } else if (token->is_body) {
        finish_body(run, token);
    } else {
        token->is_done = true;
        if (!map_outputs(run, token, variables))
            return;
        if (token->loop)
            finish_instance(run, token);
        else
            leave(run, token);
    }
}
