/* wait.c: waiting for events, and what happens when they come. */
#include "bpmn/run.h"

ssize_t run_find_wait(const struct bpmn_token *token, uint32_t event)
{
    for (size_t i = 0; i < token->waits.count; i++)
        if (VEC_AT(&token->waits, struct bpmn_wait, i)->event == event)
            return (ssize_t)i;
    return -1;
}

/* A receive task waits like a message event. */
static enum bpmn_trigger trigger_of(const struct bpmn_element *event)
{
    return event->kind == BPMN_RECEIVE_TASK ? BPMN_MESSAGE : event->trigger;
}

/* ---- beginning to wait ------------------------------------------------------------------------ */

static bool set_timer(struct run *run, struct bpmn_token *token, struct bpmn_wait *wait)
{
    const struct bpmn_element *event = &run->model->elements[wait->event];
    struct bpmn_effect *effect;
    struct feel_value value;

    if (!run_value(run, token, &event->time, &value))
        return false;
    if (!bpmn_timer_first(event->timer, value, run->step->now, run->step->zone,
                          &wait->due)) {
        run_incident(run, token, "timer %.*s: \"%.*s\" is no time", STR_ARG(event->id),
                     STR_ARG(feel_text(run->arena, value)));
        return false;
    }
    if (event->timer == BPMN_TIMER_CYCLE)
        wait->cycle = value.string;
    effect = run_effect(run, BPMN_SET_TIMER, token);
    effect->event = wait->event;
    effect->due = wait->due.at;
    return true;
}

static bool subscribe(struct run *run, struct bpmn_token *token, struct bpmn_wait *wait)
{
    const struct bpmn_element *event = &run->model->elements[wait->event];
    bool message = trigger_of(event) == BPMN_MESSAGE;
    struct bpmn_effect *effect;
    struct feel_value key = FEEL_NULL_VALUE;

    if (!run_text(run, token, &event->reference, &wait->name) ||
        (message && !run_value(run, token, &event->correlation, &key)))
        return false;
    if (message && key.type == FEEL_NULL) {
        run_incident(run, token, "the correlation key \"%.*s\" is null",
                     STR_ARG(event->correlation.text));
        return false;
    }
    wait->key = message ? feel_text(run->arena, key) : STR("");
    effect = run_effect(run, BPMN_SUBSCRIBE, token);
    effect->event = wait->event;
    effect->name = wait->name;
    effect->correlation = wait->key;
    return true;
}

bool run_wait_for(struct run *run, struct bpmn_token *token, uint32_t event)
{
    const struct bpmn_element *element = &run->model->elements[event];
    struct bpmn_wait wait = {.event = event};
    bool fine = true;

    /* Begun before an incident. */
    if (run_find_wait(token, event) >= 0)
        return true;
    switch (trigger_of(element)) {
    case BPMN_TIMER:
        fine = set_timer(run, token, &wait);
        break;
    case BPMN_MESSAGE:
    case BPMN_SIGNAL:
        fine = subscribe(run, token, &wait);
        break;
    case BPMN_ERROR:
    case BPMN_ESCALATION:
        if (bpmn_given(element->reference))
            fine = run_text(run, token, &element->reference, &wait.name);
        break;
    default:
        break;
    }
    if (fine)
        *VEC_PUSH(&token->waits, struct bpmn_wait) = wait;
    return fine;
}

/* ---- ending ----------------------------------------------------------------------------------- */

static void stop_wait(struct run *run, struct bpmn_token *token, size_t index)
{
    struct bpmn_wait *waits = token->waits.items;
    uint32_t event = waits[index].event;
    enum bpmn_trigger trigger = trigger_of(&run->model->elements[event]);

    if (trigger == BPMN_TIMER)
        run_effect(run, BPMN_CLEAR_TIMER, token)->event = event;
    else if (trigger == BPMN_MESSAGE || trigger == BPMN_SIGNAL)
        run_effect(run, BPMN_UNSUBSCRIBE, token)->event = event;
    for (size_t i = index + 1; i < token->waits.count; i++)
        waits[i - 1] = waits[i];
    token->waits.count--;
}

void run_stop_waits(struct run *run, struct bpmn_token *token)
{
    while (token->waits.count)
        stop_wait(run, token, token->waits.count - 1);
}

/* ---- what happens ------------------------------------------------------------------------------ */

/* The event itself: it is there and gone, and its flows go on. */
static void pass_event(struct run *run, uint32_t event, int64_t scope,
                       const struct feel_context *variables)
{
    struct bpmn_token *token = run_new_token(run, event, scope);

    run_effect(run, BPMN_ACTIVATED, token);
    run_effect(run, BPMN_CAUGHT, token);
    run_complete(run, token, variables);
}

/* What does not interrupt goes on waiting; a timer only if it repeats. Times that were missed are not made
 * up for: after a pause it happens once, and then an interval from now. */
static void wait_again(struct run *run, struct bpmn_token *token, size_t index)
{
    struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, index);
    struct bpmn_effect *effect;
    struct bpmn_due due;

    if (trigger_of(&run->model->elements[wait->event]) != BPMN_TIMER)
        return;
    due = wait->due;
    if (!bpmn_timer_next(feel_string(wait->cycle), &due, &wait->due)) {
        stop_wait(run, token, index);
        return;
    }
    due.at = run->step->now;
    if (wait->due.at <= run->step->now)
        (void)bpmn_timer_next(feel_string(wait->cycle), &due, &wait->due);
    effect = run_effect(run, BPMN_SET_TIMER, token);
    effect->event = wait->event;
    effect->due = wait->due.at;
}

static void trigger_boundary(struct run *run, struct bpmn_token *token, size_t index,
                             const struct feel_context *variables)
{
    uint32_t event = VEC_AT(&token->waits, struct bpmn_wait, index)->event;
    int64_t scope = token->parent;

    if (run->model->elements[event].interrupting)
        run_cancel(run, token);
    else
        wait_again(run, token, index);
    pass_event(run, event, scope, variables);
}

static void trigger_event_scope(struct run *run, struct bpmn_token *scope, size_t index,
                                const struct feel_context *variables)
{
    uint32_t event = VEC_AT(&scope->waits, struct bpmn_wait, index)->event;
    struct bpmn_token *inner;

    if (run->model->elements[event].interrupting) {
        run_cancel_inside(run, scope);
        for (size_t i = scope->waits.count; i > 0; i--) {
            uint32_t other = VEC_AT(&scope->waits, struct bpmn_wait, i - 1)->event;

            if (run->model->elements[other].kind == BPMN_START)
                stop_wait(run, scope, i - 1);
        }
    } else {
        wait_again(run, scope, index);
    }
    inner = run_new_token(run, run->model->elements[event].parent, scope->key);
    run_effect(run, BPMN_ACTIVATED, inner);
    pass_event(run, event, inner->key, variables);
}

void run_trigger(struct run *run, struct bpmn_token *token, size_t wait,
                 const struct feel_context *variables)
{
    uint32_t event = VEC_AT(&token->waits, struct bpmn_wait, wait)->event;
    int64_t scope = token->parent;

    if (event == token->element) {
        run_effect(run, BPMN_CAUGHT, token);
        stop_wait(run, token, wait);
        run_complete(run, token, variables);
    } else if (run_element(run, token)->kind == BPMN_EVENT_GATEWAY) {
        run_stop_waits(run, token);
        run_effect(run, BPMN_COMPLETED, token);
        run_remove_token(run, token);
        pass_event(run, event, scope, variables);
    } else if (run->model->elements[event].kind == BPMN_START) {
        trigger_event_scope(run, token, wait, variables);
    } else {
        trigger_boundary(run, token, wait, variables);
    }
}

/* ---- errors, escalations, signals, conditions ---------------------------------------------------- */

/* The wait that answers best: of this code before of any; inside of the token (event sub-process) before
 * at its border. -1 for none. */
static ssize_t best_wait(const struct run *run, const struct bpmn_token *token,
                         enum bpmn_trigger trigger, struct str code)
{
    ssize_t best = -1;
    int best_rank = 0;

    for (size_t i = 0; i < token->waits.count; i++) {
        const struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, i);
        const struct bpmn_element *event = &run->model->elements[wait->event];
        int rank = event->kind == BPMN_START ? 3 : 1;

        if (event->trigger != trigger)
            continue;
        if (wait->name.ptr && str_eq(wait->name, code))
            rank++;
        else if (wait->name.ptr)
            continue;
        if (rank > best_rank) {
            best = (ssize_t)i;
            best_rank = rank;
        }
    }
    return best;
}

bool run_throw(struct run *run, struct bpmn_token *from, enum bpmn_trigger trigger,
               struct str code, const struct feel_context *variables)
{
    for (struct bpmn_token *token = from; token; token = run_parent(run, token)) {
        ssize_t wait = best_wait(run, token, trigger, code);

        if (wait < 0)
            continue;
        run_trigger(run, token, (size_t)wait, variables);
        return true;
    }
    return false;
}

struct place {
    int64_t key;
    uint32_t event;
};

bool run_broadcast(struct run *run, struct str name, const struct feel_context *variables)
{
    struct vec places = VEC_INIT(run->arena, struct place);

    for (size_t t = 0; t < run->state->tokens.count; t++) {
        const struct bpmn_token *token =
            *VEC_AT(&run->state->tokens, struct bpmn_token *, t);

        for (size_t i = 0; i < token->waits.count; i++) {
            const struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, i);

            if (run->model->elements[wait->event].trigger == BPMN_SIGNAL &&
                str_eq(wait->name, name))
                *VEC_PUSH(&places, struct place) =
                    (struct place){token->key, wait->event};
        }
    }
    /* One that was caught first may have ended the next. */
    for (size_t i = 0; i < places.count; i++) {
        const struct place *place = VEC_AT(&places, struct place, i);
        struct bpmn_token *token = bpmn_token(run->state, place->key);
        ssize_t wait = token ? run_find_wait(token, place->event) : -1;

        if (wait >= 0)
            run_trigger(run, token, (size_t)wait, variables);
    }
    return places.count > 0;
}

bool run_conditions(struct run *run)
{
    for (size_t t = 0; t < run->state->tokens.count; t++) {
        struct bpmn_token *token = *VEC_AT(&run->state->tokens, struct bpmn_token *, t);

        for (size_t i = 0; i < token->waits.count; i++) {
            struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, i);
            const struct bpmn_element *event = &run->model->elements[wait->event];
            struct feel_value value;
            bool was_true = wait->was_true;

            if (event->trigger != BPMN_CONDITION ||
                !run_value(run, token, &event->condition, &value))
                continue;
            wait->was_true = feel_is_true(value);
            if (!wait->was_true || was_true)
                continue;
            run_trigger(run, token, i, NULL);
            return true;
        }
    }
    return false;
}
