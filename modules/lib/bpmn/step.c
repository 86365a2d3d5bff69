#include "bpmn/run.h"

/* ---- settling: until every token rests ---------------------------------------------------------- */

static void work_off(struct run *run)
{
    while (run->agenda_at < run->agenda.count && !run->exhausted) {
        struct op op = *VEC_AT(&run->agenda, struct op, run->agenda_at++);
        struct bpmn_token *scope = bpmn_token(run->state, op.scope);

        /* Cancelled meanwhile. */
        if (!scope)
            continue;
        if (op.kind == OP_FLOW)
            run_flow(run, op.index, scope);
        else
            run_activate(run, op.index, scope);
    }
}

static bool is_empty(const struct run *run, const struct bpmn_token *scope)
{
    for (size_t i = 0; i < run->state->tokens.count; i++)
        if ((*VEC_AT(&run->state->tokens, struct bpmn_token *, i))->parent == scope->key)
            return false;
    for (size_t i = 0; i < run->state->arrivals.count; i++)
        if (VEC_AT(&run->state->arrivals, struct bpmn_arrival, i)->scope == scope->key)
            return false;
    return true;
}

/* A scope without a token inside of it is done. */
static bool complete_scope(struct run *run)
{
    for (size_t i = run->state->tokens.count; i > 0; i--) {
        struct bpmn_token *token =
            *VEC_AT(&run->state->tokens, struct bpmn_token *, i - 1);

        if (bpmn_is_scope(run_element(run, token)->kind) && !token->is_body &&
            !token->incident.ptr && is_empty(run, token)) {
            run_complete(run, token, NULL);
            return true;
        }
    }
    return false;
}

static enum err settle(struct run *run)
{
    do {
        work_off(run);
    } while (!run->exhausted &&
             (run_conditions(run) || run_inclusive_joins(run) || complete_scope(run)));
    if (run->exhausted)
        return err_note(ERR_LIMITED,
                        "more than %d activations without a wait: a loop that never ends",
                        BPMN_STEP_MAX);
    return OK;
}

/* ---- events ---------------------------------------------------------------------------------------- */

static enum err start(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *process;
    bool mapped;
    uint32_t first = event->start != BPMN_NONE
                         ? event->start
                         : bpmn_start_of(run->model, event->element);

    if (first == BPMN_NONE)
        return err_note(ERR_INPUT, "the process has no start event without a trigger");
    process = run_new_token(run, event->element, 0);
    /* What a message brings is the start event's own, and its output mapping says what of it the process gets. */
    mapped = run->model->elements[first].trigger != BPMN_NO_TRIGGER &&
             run->model->elements[first].output_count > 0;
    for (size_t i = 0; !mapped && event->variables && i < event->variables->count; i++)
        run_set_local(run, process, event->variables->entries[i].name,
                      event->variables->entries[i].value);
    run_effect(run, BPMN_ACTIVATED, process);
    run->brought = mapped ? event->variables : NULL;
    run_scope(run, process, first);
    return OK;
}

/* The token of an event; NULL (noted) if its work is not open. */
static struct bpmn_token *open_token(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *token = bpmn_token(run->state, event->key);

    if (token && token->is_open)
        return token;
    (void)err_note(ERR_CONFLICT, "token %lld is not open", (long long)event->key);
    return NULL;
}

static enum err fail(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *token = open_token(run, event);
    bool error = event->kind == BPMN_EVENT_ERROR;

    if (!token)
        return ERR_CONFLICT;
    if (!run_throw(run, token, error ? BPMN_ERROR : BPMN_ESCALATION, event->name,
                   event->variables) &&
        error)
        run_incident(run, token, "nobody catches the error \"%.*s\"",
                     STR_ARG(event->name));
    return OK;
}

static void message(struct run *run, const struct bpmn_event *event)
{
    for (size_t t = 0; t < run->state->tokens.count; t++) {
        struct bpmn_token *token = *VEC_AT(&run->state->tokens, struct bpmn_token *, t);

        for (size_t i = 0; i < token->waits.count; i++) {
            const struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, i);
            const struct bpmn_element *element = &run->model->elements[wait->event];

            if ((element->trigger != BPMN_MESSAGE &&
                 element->kind != BPMN_RECEIVE_TASK) ||
                !str_eq(wait->name, event->name) ||
                !str_eq(wait->key, event->correlation))
                continue;
            run->step->matched = true;
            run_trigger(run, token, i, event->variables);
            return;
        }
    }
}

static enum err timer(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *token = bpmn_token(run->state, event->key);
    ssize_t wait = token ? run_find_wait(token, event->element) : -1;

    if (wait < 0)
        return err_note(ERR_CONFLICT, "the timer is not set");
    run_trigger(run, token, (size_t)wait, NULL);
    return OK;
}

static enum err retry(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *token = bpmn_token(run->state, event->key);

    if (!token || !token->incident.ptr)
        return err_note(ERR_CONFLICT, "there is no incident");
    if (token->is_open) {
        token->incident = STR_NONE;
        return OK;
    }
    if (token->is_done)
        run_complete(run, token, NULL);
    else
        run_begin(run, token);
    return OK;
}

static enum err change_variables(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *root = run->state->tokens.count
                                  ? *VEC_AT(&run->state->tokens, struct bpmn_token *, 0)
                                  : NULL;

    if (!root)
        return err_note(ERR_CONFLICT, "the process has ended");
    for (size_t i = 0; event->variables && i < event->variables->count; i++)
        run_set(run, root, event->variables->entries[i].name,
                event->variables->entries[i].value);
    return OK;
}

static enum err complete(struct run *run, const struct bpmn_event *event)
{
    struct bpmn_token *token = open_token(run, event);

    if (!token)
        return ERR_CONFLICT;
    run_complete(run, token, event->variables);
    return OK;
}

static enum err cancel(struct run *run)
{
    while (run->state->tokens.count)
        run_cancel(run, *VEC_AT(&run->state->tokens, struct bpmn_token *, 0));
    run->state->ended = true;
    return OK;
}

static enum err take(struct run *run, const struct bpmn_event *event)
{
    switch (event->kind) {
    case BPMN_EVENT_START:
        return start(run, event);
    case BPMN_EVENT_COMPLETE:
        return complete(run, event);
    case BPMN_EVENT_ERROR:
    case BPMN_EVENT_ESCALATION:
        return fail(run, event);
    case BPMN_EVENT_MESSAGE:
        message(run, event);
        return OK;
    case BPMN_EVENT_SIGNAL:
        run->step->matched = run_broadcast(run, event->name, event->variables);
        return OK;
    case BPMN_EVENT_TIMER:
        return timer(run, event);
    case BPMN_EVENT_RETRY:
        return retry(run, event);
    case BPMN_EVENT_VARIABLES:
        return change_variables(run, event);
    case BPMN_EVENT_CANCEL:
        return cancel(run);
    }
    bug("event %d", (int)event->kind);
}

enum err bpmn_step(struct bpmn_step *step, const struct bpmn_event *event)
{
    struct run run = {
        .step = step, .model = step->model, .state = step->state, .arena = step->arena};
    enum err err;

    run.agenda = VEC_INIT(step->arena, struct op);
    step->effects = VEC_INIT(step->arena, struct bpmn_effect);
    step->matched = false;
    err = take(&run, event);
    return err == OK ? settle(&run) : err;
}
