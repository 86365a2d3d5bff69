#include "process/definition/json_own.h"
#include "process/scenario/scenario.h"

static void put_quoted(struct buf *buf, const char *name, struct str text)
{
    if (text.ptr)
        buf_format(buf, " %s=\"%.*s\"", name, STR_ARG(text));
}

static void put_activation(struct buf *buf, const char *what,
                           const struct process_effect *effect)
{
    buf_format(buf, "%s %.*s", what, STR_ARG(effect->activation));
}

static void put_event(struct buf *buf, const char *what,
                      const struct process_effect *effect)
{
    put_activation(buf, what, effect);
    buf_format(buf, " %.*s", STR_ARG(effect->event_id));
}

static void put_message(struct buf *buf, const struct process_effect *effect)
{
    put_quoted(buf, "name", effect->name);
    put_quoted(buf, "correlation", effect->correlation);
    if (effect->keep_s > 0)
        buf_format(buf, " keep=%llds", (long long)effect->keep_s);
}

static void put_open(struct buf *buf, const struct process_effect *effect)
{
    put_activation(buf, "open", effect);
    buf_format(buf, " team=%.*s", STR_ARG(effect->team));
    put_quoted(buf, "subject", effect->subject);
    if (effect->due_s)
        buf_format(buf, " due=%llds", (long long)effect->due_s);
}

static void put_effect(struct arena *arena, struct buf *buf,
                       const struct process_effect *effect)
{
    switch (effect->kind) {
    case EFFECT_OPEN_TASK:
        put_open(buf, effect);
        break;
    case EFFECT_RUN_SERVICE:
        put_activation(buf, "run", effect);
        buf_format(buf, " type=%.*s", STR_ARG(effect->service_type));
        break;
    case EFFECT_ENDED:
        buf_put_c(buf, "ended");
        put_quoted(buf, "outcome", effect->outcome);
        put_quoted(buf, "reason", effect->reason);
        break;
    case EFFECT_CLOSE_TASK:
    case EFFECT_CLOSE_SERVICE:
        put_activation(buf, "close", effect);
        break;
    case EFFECT_SET_TIMER:
        put_event(buf, "timer", effect);
        buf_format(buf, " at=%.*s", STR_ARG(instant_format_iso(arena, effect->due_at)));
        break;
    case EFFECT_CLEAR_TIMER:
        put_event(buf, "no timer", effect);
        break;
    case EFFECT_SUBSCRIBE:
        put_event(buf, effect->signal ? "wait for signal" : "wait", effect);
        put_message(buf, effect);
        break;
    case EFFECT_UNSUBSCRIBE:
        put_event(buf, "no wait", effect);
        put_message(buf, effect);
        break;
    case EFFECT_PUBLISH:
        buf_put_c(buf, "message");
        put_message(buf, effect);
        break;
    case EFFECT_SIGNAL:
        buf_put_c(buf, "signal");
        put_message(buf, effect);
        break;
    case EFFECT_INCIDENT:
        put_activation(buf, "incident", effect);
        put_quoted(buf, "reason", effect->name);
        break;
    }
}

struct str scenario_trace(struct arena *arena, const struct process_effect *effect)
{
    struct buf buf = buf_init(arena, 1u << 20);
    bool inputs = effect->kind == EFFECT_RUN_SERVICE || effect->kind == EFFECT_PUBLISH ||
                  effect->kind == EFFECT_SIGNAL;

    put_effect(arena, &buf, effect);
    put_quoted(&buf, "phase", effect->phase);
    put_quoted(&buf, "step", effect->customer_step);
    if (inputs &&
        (effect->kind == EFFECT_RUN_SERVICE || json_object_size(effect->inputs) > 0)) {
        buf_put_c(&buf, " inputs=");
        buf_put(&buf, json_write(arena, effect->inputs));
    }
    return buf_str(&buf);
}
