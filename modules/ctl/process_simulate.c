/* process_simulate.c: kontorctl process simulate: plays a BPMN file without a database, on a clock of its own. Work
 * is done by itself in the order in which it was opened; messages and signals thrown in the file are
 * delivered inside of it, also to start another of its processes; when nothing else can move, the next
 * timer is due. */
#include "process_command.h"

#include "formats/json.h"
#include "bpmn/engine.h"
#include "bpmn/read.h"

/* 2026-01-01T00:00:00Z: the same output today and tomorrow. */
#define SIMULATED_START (INT64_C(1767225600) * US_PER_S)
/* Timers of a cycle without end would go on for ever. */
#define TIMERS_MAX 1000
#define WORK_MAX   100000
/* Bytes of one instance's state, and of what one step needs: a million values of an expression, and more. */
#define STATE_MAX ((size_t)64 << 20)
#define STEP_MAX  ((size_t)1 << 30)

struct work {
    int64_t key;
    size_t instance;
    bool gone;
};

struct letter {
    bool signal;
    size_t sender; /* a signal has reached its own instance already */
    struct str name;
    struct str correlation;
    struct str variables; /* JSON; absent: none */
};

/* What a step leaves behind: each instance has its own memory, or a thousand of them would need all there is. */
struct instance {
    struct arena *arena;
    struct bpmn_state *state;
};

struct player {
    struct ctl *ctl;
    const struct bpmn_model *model;
    instant_us now;
    struct arena *scratch; /* of one step */
    struct vec instances;  /* struct instance */
    struct vec work;       /* struct work, in the order of opening */
    size_t work_at;
    struct vec letters; /* struct letter */
    size_t letters_at;
    size_t incidents;
};

static void print_event(struct player *player, const struct bpmn_effect *effect,
                        const char *what)
{
    const struct bpmn_element *element = &player->model->elements[effect->element];
    struct buf line = buf_init(player->scratch, 65536);

    buf_put_c(&line, "{\"at\":");
    json_put_str(&line, instant_format_iso(player->scratch, player->now));
    buf_format(&line, ",\"event\":\"%s\",\"element\":", what);
    json_put_str(&line, element->id);
    buf_put_c(&line, ",\"name\":");
    json_put_str(&line, element->name.ptr ? element->name : STR(""));
    buf_format(&line, ",\"type\":\"%s\"}\n", bpmn_kind_tag(element->kind));
    printf("%.*s", STR_ARG(buf_str(&line)));
}

static void post(struct player *player, size_t instance, const struct bpmn_effect *effect)
{
    struct arena *arena = player->ctl->arena;
    struct buf variables = buf_init(arena, STATE_MAX);

    if (effect->context)
        feel_put_json(&variables, player->scratch,
                      feel_context(player->scratch, effect->context->entries,
                                   effect->context->count));
    *VEC_PUSH(&player->letters, struct letter) = (struct letter){
        .signal = effect->kind == BPMN_SIGNAL_OUT,
        .sender = instance,
        .name = str_copy(arena, effect->name),
        .correlation = str_copy(arena, effect->correlation),
        .variables = buf_str(&variables),
    };
}

static void take_effect(struct player *player, size_t instance,
                        const struct bpmn_effect *effect)
{
    static const char *const WORDS[] = {
        [BPMN_ACTIVATED] = "activated", [BPMN_COMPLETED] = "completed",
        [BPMN_CANCELLED] = "cancelled", [BPMN_THROWN] = "thrown",
        [BPMN_CAUGHT] = "caught",       [BPMN_ENDED] = "ended",
    };

    if (effect->kind <= BPMN_ENDED) {
        print_event(player, effect, WORDS[effect->kind]);
    } else if (effect->kind == BPMN_OPEN) {
        *VEC_PUSH(&player->work, struct work) =
            (struct work){effect->key, instance, false};
    } else if (effect->kind == BPMN_CLOSE) {
        for (size_t i = player->work_at; i < player->work.count; i++) {
            struct work *work = VEC_AT(&player->work, struct work, i);

            work->gone |= work->instance == instance && work->key == effect->key;
        }
    } else if (effect->kind == BPMN_PUBLISH || effect->kind == BPMN_SIGNAL_OUT) {
        post(player, instance, effect);
    } else if (effect->kind == BPMN_INCIDENT) {
        const struct bpmn_element *element = &player->model->elements[effect->element];

        player->incidents++;
        fprintf(stderr, "kontorctl: %.*s: %.*s\n", STR_ARG(element->id),
                STR_ARG(effect->name));
    }
}

static void free_arena(void *handle)
{
    struct arena *arena = handle;

    arena_free(&arena);
}

static struct arena *new_arena(struct player *player, size_t limit_bytes)
{
    struct arena *arena = arena_new(limit_bytes);

    arena_on_end(player->ctl->arena, free_arena, arena);
    return arena;
}

/* One step of one instance. The state goes through its stored form each time, as it does in life. */
static enum err step(struct player *player, size_t index, const struct bpmn_event *event,
                     bool *matched_out)
{
    struct instance *instance = VEC_AT(&player->instances, struct instance, index);
    struct bpmn_step step = {.arena = player->scratch,
                             .model = player->model,
                             .state = instance->state,
                             .now = player->now};
    enum err err = bpmn_step(&step, event);
    struct str stored;

    if (err != OK)
        return err;
    for (size_t i = 0; i < step.effects.count; i++)
        take_effect(player, index, VEC_AT(&step.effects, struct bpmn_effect, i));
    if (matched_out)
        *matched_out |= step.matched;
    stored = bpmn_state_encode(player->scratch, player->model, step.state);
    arena_clear(instance->arena);
    err = bpmn_state_decode(instance->arena, player->model, stored, &instance->state);
    arena_clear(player->scratch);
    return err;
}

static enum err begin(struct player *player, uint32_t process, uint32_t start,
                      const struct feel_context *variables)
{
    struct bpmn_event event = {.kind = BPMN_EVENT_START,
                               .element = process,
                               .start = start,
                               .variables = variables};

    struct instance *instance = VEC_PUSH(&player->instances, struct instance);

    instance->arena = new_arena(player, STATE_MAX);
    instance->state = bpmn_state_new(instance->arena);
    return step(player, player->instances.count - 1, &event, NULL);
}

/* Process start events that wait for this message or signal. */
static enum err start_by(struct player *player, const struct letter *letter,
                         const struct feel_context *variables, bool *matched)
{
    enum bpmn_trigger trigger = letter->signal ? BPMN_SIGNAL : BPMN_MESSAGE;
    enum err err = OK;

    for (size_t p = 0; p < player->model->process_count && err == OK; p++) {
        const struct bpmn_element *process =
            &player->model->elements[player->model->processes[p]];

        for (size_t i = 0; i < process->inside_count && err == OK; i++) {
            const struct bpmn_element *event =
                &player->model->elements[process->inside[i]];

            if (event->kind != BPMN_START || event->trigger != trigger ||
                !str_eq(event->reference.text, letter->name))
                continue;
            *matched = true;
            err =
                begin(player, player->model->processes[p], process->inside[i], variables);
            if (!letter->signal)
                return err;
        }
    }
    return err;
}

static enum err deliver(struct player *player, const struct letter *letter)
{
    struct bpmn_event event = {.kind = letter->signal ? BPMN_EVENT_SIGNAL
                                                      : BPMN_EVENT_MESSAGE,
                               .name = letter->name,
                               .correlation = letter->correlation};
    struct feel_value variables = FEEL_NULL_VALUE;
    size_t count = player->instances.count;
    bool matched = false;
    enum err err = OK;

    if (letter->variables.len > 0)
        err = feel_from_json(player->ctl->arena, letter->variables, &variables);
    event.variables = variables.type == FEEL_CONTEXT ? variables.context : NULL;
    for (size_t i = 0; i < count && err == OK && !(matched && !letter->signal); i++)
        if (!letter->signal || i != letter->sender)
            err = step(player, i, &event, &matched);
    if (err == OK && (letter->signal || !matched))
        err = start_by(player, letter, event.variables, &matched);
    return err;
}

static enum err do_work(struct player *player)
{
    struct work work = *VEC_AT(&player->work, struct work, player->work_at++);
    struct bpmn_event event = {.kind = BPMN_EVENT_COMPLETE, .key = work.key};

    return work.gone ? OK : step(player, work.instance, &event, NULL);
}

/* The timer that is due first; false if none is set. */
static bool next_timer(struct player *player, size_t *instance_out,
                       struct bpmn_event *event_out, instant_us *at_out)
{
    bool found = false;

    for (size_t s = 0; s < player->instances.count; s++) {
        const struct bpmn_state *state =
            VEC_AT(&player->instances, struct instance, s)->state;

        for (size_t t = 0; t < state->tokens.count; t++) {
            const struct bpmn_token *token =
                *VEC_AT(&state->tokens, struct bpmn_token *, t);

            for (size_t i = 0; i < token->waits.count; i++) {
                const struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, i);

                if (player->model->elements[wait->event].trigger != BPMN_TIMER ||
                    (found && wait->due.at >= *at_out))
                    continue;
                found = true;
                *at_out = wait->due.at;
                *instance_out = s;
                *event_out = (struct bpmn_event){
                    .kind = BPMN_EVENT_TIMER, .key = token->key, .element = wait->event};
            }
        }
    }
    return found;
}

static bool all_ended(const struct player *player)
{
    for (size_t i = 0; i < player->instances.count; i++)
        if (!VEC_AT(&player->instances, struct instance, i)->state->ended)
            return false;
    return true;
}

static enum err play(struct player *player)
{
    enum err err = OK;
    size_t timers = 0;

    while (err == OK) {
        struct bpmn_event event;
        size_t instance = 0;
        instant_us at = 0;

        if (player->letters_at < player->letters.count) {
            err = deliver(player,
                          VEC_AT(&player->letters, struct letter, player->letters_at++));
        } else if (player->work_at < player->work.count) {
            if (player->work_at > WORK_MAX)
                return err_note(ERR_LIMITED, "not ended after %d tasks", WORK_MAX);
            err = do_work(player);
        } else if (!all_ended(player) && next_timer(player, &instance, &event, &at)) {
            if (++timers > TIMERS_MAX)
                return err_note(ERR_LIMITED, "not ended after %d timers", TIMERS_MAX);
            if (at > player->now)
                player->now = at;
            err = step(player, instance, &event, NULL);
        } else {
            break;
        }
    }
    return err;
}

/* The process of this id, or the first executable one. */
static uint32_t choose(const struct bpmn_model *model, const char *id)
{
    for (size_t i = 0; i < model->process_count; i++) {
        const struct bpmn_element *process = &model->elements[model->processes[i]];

        if (id ? str_is(process->id, id) : process->executable)
            return model->processes[i];
    }
    return BPMN_NONE;
}

/* Where it begins when nothing is said: without a trigger, else by the first there is. */
static uint32_t first_start(const struct bpmn_model *model, uint32_t process)
{
    const struct bpmn_element *element = &model->elements[process];

    if (bpmn_start_of(model, process) != BPMN_NONE)
        return bpmn_start_of(model, process);
    for (size_t i = 0; i < element->inside_count; i++)
        if (model->elements[element->inside[i]].kind == BPMN_START)
            return element->inside[i];
    return BPMN_NONE;
}

int process_simulate(struct ctl *ctl)
{
    const char *process_id = ctl_option(ctl, "--process");
    const char *json = ctl_option(ctl, "--variables");
    struct bpmn_problems problems = {.arena = ctl->arena};
    struct player player = {.ctl = ctl, .now = SIMULATED_START};
    struct feel_value variables = feel_context(ctl->arena, NULL, 0);
    struct bpmn_model *model = NULL;
    struct str text;
    uint32_t process;
    enum err err;

    if (!ctl_arguments(ctl, 1, 1))
        return CTL_USAGE;
    if (json && (feel_from_json(ctl->arena, str_from(json), &variables) != OK ||
                 variables.type != FEEL_CONTEXT)) {
        fprintf(stderr, "kontorctl: --variables is no JSON object\n");
        return CTL_USAGE;
    }
    if (ctl_read(ctl, ctl->argv[0], &text) != OK)
        return CTL_FAILED;
    if (bpmn_read(ctl->arena, text, &problems, &model) != OK) {
        process_print_problems(ctl->argv[0], &problems);
        return CTL_DATA;
    }
    process = choose(model, process_id);
    if (process == BPMN_NONE) {
        fprintf(stderr, "kontorctl: there is no process %s\n", process_id);
        return CTL_USAGE;
    }
    player.model = model;
    player.scratch = new_arena(&player, STEP_MAX);
    player.instances = VEC_INIT(ctl->arena, struct instance);
    player.work = VEC_INIT(ctl->arena, struct work);
    player.letters = VEC_INIT(ctl->arena, struct letter);
    err = begin(&player, process, first_start(model, process), variables.context);
    if (err == OK)
        err = play(&player);
    if (err != OK)
        fprintf(stderr, "kontorctl: %s\n", err_text());
    return err == OK && all_ended(&player) ? CTL_OK : CTL_STUCK;
}
