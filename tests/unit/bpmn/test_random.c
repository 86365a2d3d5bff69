/* Random models, random orders of events. Whatever happens: no token is lost, nothing is completed twice, who
 * kept books of the effects knows what the state knows, ended means empty, and the recorded events played
 * again give the same state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bpmn/engine.h"
#include "bpmn/model_json.h"
#include "bpmn/read.h"
#include "random_model.h"

#define MODELS     400
#define ORDERS     3
#define LIVELY     100 /* events after which nothing new is begun */
#define EVENTS_MAX 2000
#define MINUTE     (INT64_C(60) * US_PER_S)

/* What a caller would keep in its tables. */
struct books {
    struct vec open;  /* int64_t: keys */
    struct vec waits; /* struct noted */
    int64_t *times;   /* elements: how often each was activated */
    int64_t activated;
    int64_t finished;
    int64_t ended;
};
struct noted {
    int64_t key;
    uint32_t event;
    bool timer;
};

struct play {
    struct arena *arena;
    const struct bpmn_model *model;
    struct bpmn_state *state;
    struct books books;
    struct vec pairs;    /* struct pair */
    struct vec recorded; /* struct recorded */
    instant_us now;
    struct dice dice;
};
struct recorded {
    struct bpmn_event event;
    instant_us now;
};

static void forget(struct vec *list, size_t at, size_t size)
{
    char *items = list->items;
    memmove(items + at * size, items + (at + 1) * size, (list->count - at - 1) * size);
    list->count--;
}

static void close_work(struct books *books, int64_t key)
{
    for (size_t i = 0; i < books->open.count; i++)
        if (*VEC_AT(&books->open, int64_t, i) == key) {
            forget(&books->open, i, sizeof(int64_t));
            return;
        }
    fail_msg("work %lld is closed that nobody opened", (long long)key);
}

static void end_wait(struct books *books, const struct bpmn_effect *effect, bool timer)
{
    for (size_t i = 0; i < books->waits.count; i++) {
        const struct noted *noted = VEC_AT(&books->waits, struct noted, i);
        if (noted->key == effect->key && noted->event == effect->event &&
            noted->timer == timer) {
            forget(&books->waits, i, sizeof(struct noted));
            return;
        }
    }
    fail_msg("a wait ends that never began");
}

/* A repeated timer is set again. */
static void begin_wait(struct books *books, const struct bpmn_effect *effect)
{
    struct noted wait = {effect->key, effect->event, effect->kind == BPMN_SET_TIMER};

    for (size_t i = 0; i < books->waits.count; i++) {
        const struct noted *noted = VEC_AT(&books->waits, struct noted, i);
        if (noted->key != wait.key || noted->event != wait.event)
            continue;
        assert_true(wait.timer);
        return;
    }
    *VEC_PUSH(&books->waits, struct noted) = wait;
}

static void keep(struct books *books, const struct bpmn_effect *effect)
{
    switch (effect->kind) {
    case BPMN_ACTIVATED:
        books->activated++;
        books->times[effect->element]++;
        break;
    case BPMN_COMPLETED:
    case BPMN_CANCELLED:
        books->finished++;
        break;
    case BPMN_ENDED:
        books->ended++;
        break;
    case BPMN_OPEN:
        *VEC_PUSH(&books->open, int64_t) = effect->key;
        break;
    case BPMN_CLOSE:
        close_work(books, effect->key);
        break;
    case BPMN_SET_TIMER:
    case BPMN_SUBSCRIBE:
        begin_wait(books, effect);
        break;
    case BPMN_CLEAR_TIMER:
    case BPMN_UNSUBSCRIBE:
        end_wait(books, effect, effect->kind == BPMN_CLEAR_TIMER);
        break;
    case BPMN_INCIDENT:
        fail_msg("incident: %.*s", STR_ARG(effect->name));
        break;
    default:
        break;
    }
}

static enum bpmn_trigger trigger_of(const struct play *play, uint32_t event)
{
    const struct bpmn_element *element = &play->model->elements[event];
    return element->kind == BPMN_RECEIVE_TASK ? BPMN_MESSAGE : element->trigger;
}

/* Books and state say the same. */
static void compare(const struct play *play)
{
    size_t open = 0;
    size_t waits = 0;

    for (size_t i = 0; i < play->state->tokens.count; i++) {
        const struct bpmn_token *token =
            *VEC_AT(&play->state->tokens, struct bpmn_token *, i);
        if (token->parent)
            assert_non_null(bpmn_token(play->state, token->parent));
        open += token->is_open;
        for (size_t w = 0; w < token->waits.count; w++) {
            enum bpmn_trigger trigger =
                trigger_of(play, VEC_AT(&token->waits, struct bpmn_wait, w)->event);
            waits += trigger == BPMN_TIMER || trigger == BPMN_MESSAGE ||
                     trigger == BPMN_SIGNAL;
        }
        if (!token->is_open)
            continue;
        bool known = false;
        for (size_t k = 0; k < play->books.open.count; k++)
            known |= *VEC_AT(&play->books.open, int64_t, k) == token->key;
        assert_true(known);
    }
    assert_int_equal(open, play->books.open.count);
    assert_int_equal(waits, play->books.waits.count);
    if (play->state->ended) {
        assert_int_equal(play->state->tokens.count, 0);
        assert_int_equal(play->state->arrivals.count, 0);
        assert_int_equal(play->books.activated, play->books.finished + play->books.ended);
        assert_int_equal(play->books.ended, 1);
    }
}

static uint32_t element_of(const struct bpmn_model *model, struct str id)
{
    for (uint32_t i = 0; i < model->element_count; i++)
        if (str_eq(model->elements[i].id, id))
            return i;
    fail_msg("no element %.*s", STR_ARG(id));
    return BPMN_NONE;
}

static void compare_pairs(const struct play *play)
{
    for (size_t i = 0; i < play->pairs.count; i++) {
        const struct pair *pair = VEC_AT(&play->pairs, struct pair, i);
        int64_t first = play->books.times[element_of(play->model, pair->first)];
        int64_t second = play->books.times[element_of(play->model, pair->second)];
        if (second > first)
            fail_msg("%.*s began %d times, %.*s %d times", STR_ARG(pair->first),
                     (int)first, STR_ARG(pair->second), (int)second);
    }
}

static bool interrupts(const struct bpmn_model *model, const struct bpmn_element *scope)
{
    for (size_t i = 0; i < scope->inside_count; i++) {
        const struct bpmn_element *start = &model->elements[scope->inside[i]];
        if (start->kind == BPMN_START)
            return start->interrupting;
    }
    return false;
}

/* What an event sub-process interrupts is gone. */
static void compare_interrupted(const struct play *play)
{
    const struct vec *tokens = &play->state->tokens;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct bpmn_token *token = *VEC_AT(tokens, struct bpmn_token *, i);
        const struct bpmn_element *element = &play->model->elements[token->element];
        if (element->kind != BPMN_EVENT_SUB_PROCESS || !interrupts(play->model, element))
            continue;
        for (size_t k = 0; k < tokens->count; k++) {
            const struct bpmn_token *other = *VEC_AT(tokens, struct bpmn_token *, k);
            assert_true(other == token || other->parent != token->parent);
        }
    }
}

static struct bpmn_state *stored(const struct play *play)
{
    struct str encoded = bpmn_state_encode(play->arena, play->model, play->state);
    struct bpmn_state *state;
    assert_int_equal(bpmn_state_decode(play->arena, play->model, encoded, &state), OK);
    assert_true(str_eq(encoded, bpmn_state_encode(play->arena, play->model, state)));
    return state;
}

/* A message that does not interrupt can come for ever, and each time more is to do. */
static bool adds(const struct play *play, uint32_t event)
{
    const struct bpmn_element *element = &play->model->elements[event];
    return (element->kind == BPMN_BOUNDARY || element->kind == BPMN_START) &&
           !element->interrupting;
}

/* Everything that could happen next. */
static struct vec possible(const struct play *play)
{
    struct vec events = VEC_INIT(play->arena, struct bpmn_event);

    for (size_t i = 0; i < play->state->tokens.count; i++) {
        const struct bpmn_token *token =
            *VEC_AT(&play->state->tokens, struct bpmn_token *, i);
        if (token->is_open)
            *VEC_PUSH(&events, struct bpmn_event) =
                (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = token->key};
        for (size_t w = 0; w < token->waits.count; w++) {
            const struct bpmn_wait *wait = VEC_AT(&token->waits, struct bpmn_wait, w);
            enum bpmn_trigger trigger = trigger_of(play, wait->event);
            if (trigger == BPMN_ERROR ||
                (play->recorded.count > LIVELY && adds(play, wait->event)))
                continue;
            *VEC_PUSH(&events, struct bpmn_event) = (struct bpmn_event){
                .kind = trigger == BPMN_TIMER     ? BPMN_EVENT_TIMER
                        : trigger == BPMN_MESSAGE ? BPMN_EVENT_MESSAGE
                                                  : BPMN_EVENT_SIGNAL,
                .key = token->key,
                .element = wait->event,
                .name = wait->name,
                .correlation = wait->key,
            };
        }
    }
    return events;
}

static void happen(struct play *play, const struct bpmn_event *event)
{
    struct bpmn_step step = {.arena = play->arena,
                             .model = play->model,
                             .state = play->state,
                             .now = play->now};
    struct recorded *recorded = VEC_PUSH(&play->recorded, struct recorded);

    *recorded = (struct recorded){*event, play->now};
    if (event->kind == BPMN_EVENT_COMPLETE)
        close_work(&play->books, event->key);
    assert_int_equal(bpmn_step(&step, event), OK);
    for (size_t i = 0; i < step.effects.count; i++)
        keep(&play->books, VEC_AT(&step.effects, struct bpmn_effect, i));
    compare(play);
    compare_pairs(play);
    compare_interrupted(play);
    play->state = stored(play);
}

/* The same work again: it is not there any more. */
static void refuse_again(const struct play *play, const struct bpmn_event *event)
{
    struct bpmn_step step = {.arena = play->arena,
                             .model = play->model,
                             .state = stored(play),
                             .now = play->now};
    assert_int_equal(bpmn_step(&step, event), ERR_CONFLICT);
    err_clear();
}

/* Without storing in between: what is stored loses nothing. */
static void play_again(const struct play *play)
{
    struct bpmn_step step = {
        .arena = play->arena, .model = play->model, .state = bpmn_state_new(play->arena)};

    for (size_t i = 0; i < play->recorded.count; i++) {
        const struct recorded *recorded = VEC_AT(&play->recorded, struct recorded, i);
        step.now = recorded->now;
        step.effects.count = 0;
        assert_int_equal(bpmn_step(&step, &recorded->event), OK);
    }
    assert_true(str_eq(bpmn_state_encode(play->arena, play->model, step.state),
                       bpmn_state_encode(play->arena, play->model, play->state)));
}

static const struct feel_context *facts(struct arena *arena)
{
    struct feel_value value;
    assert_int_equal(feel_from_json(arena, STR("{\"n\": 0}"), &value), OK);
    return value.context;
}

/* Number of events until it ended. */
static size_t play_once(struct arena *arena, const struct bpmn_model *model,
                        struct vec pairs, uint64_t seed)
{
    struct play play = {
        .arena = arena,
        .model = model,
        .state = bpmn_state_new(arena),
        .books = {VEC_INIT(arena, int64_t), VEC_INIT(arena, struct noted),
                  ARENA_ARRAY(arena, int64_t, model->element_count), 0, 0, 0},
        .pairs = pairs,
        .recorded = VEC_INIT(arena, struct recorded),
        .dice = {seed},
    };
    struct bpmn_event event = {.kind = BPMN_EVENT_START,
                               .element = model->processes[0],
                               .start = BPMN_NONE,
                               .variables = facts(arena)};
    happen(&play, &event);
    while (!play.state->ended) {
        struct vec events = possible(&play);
        if (events.count == 0)
            fail_msg("nothing can happen, and it has not ended: %.*s",
                     STR_ARG(bpmn_state_encode(arena, model, play.state)));
        event = *VEC_AT(&events, struct bpmn_event,
                        dice_roll(&play.dice, (unsigned)events.count));
        play.now += MINUTE;
        happen(&play, &event);
        if (event.kind == BPMN_EVENT_COMPLETE)
            refuse_again(&play, &event);
        if (play.recorded.count > EVENTS_MAX)
            fail_msg("it does not end: %.*s",
                     STR_ARG(bpmn_state_encode(arena, model, play.state)));
    }
    assert_int_equal(play.books.open.count, 0);
    assert_int_equal(play.books.waits.count, 0);
    play_again(&play);
    return play.recorded.count;
}

static void random_models(void **state)
{
    size_t longest = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= MODELS; seed++) {
        struct arena *arena = arena_new((size_t)1 << 30);
        struct bpmn_problems problems;
        struct vec pairs;
        struct bpmn_model *read;
        struct bpmn_model *model;
        struct str xml = random_model(arena, seed, &pairs);

        if (bpmn_read(arena, xml, &problems, &read) != OK)
            fail_msg("seed %d: %.*s\n%.*s", (int)seed,
                     STR_ARG(VEC_AT(&problems.list, struct bpmn_problem, 0)->reason),
                     STR_ARG(xml));
        assert_int_equal(bpmn_model_load(arena, bpmn_model_encode(arena, read), &model),
                         OK);
        for (uint64_t order = 1; order <= ORDERS; order++) {
            size_t count = play_once(arena, model, pairs, seed * 1000 + order);
            longest = count > longest ? count : longest;
        }
        arena_free(&arena);
    }
    /* The shapes are worth something only if instances live for a while. */
    assert_true(longest > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
