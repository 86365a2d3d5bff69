/* A BPMN file: read, checked, stored, loaded; then an instance of it is played by whatever waits first. Each
 * state goes through its stored form and must come back the same. */
#include "bpmn/engine.h"
#include "bpmn/model_json.h"
#include "bpmn/read.h"

#define STEPS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What could happen to this token next; false if nothing. */
static bool next_of(const struct bpmn_model *model, const struct bpmn_token *token,
                    int step, struct bpmn_event *out)
{
    const struct bpmn_wait *wait;

    if (token->is_open) {
        *out = (struct bpmn_event){.kind = step % 7 == 6 ? BPMN_EVENT_ERROR
                                                         : BPMN_EVENT_COMPLETE,
                                   .key = token->key,
                                   .name = STR("bad")};
        return true;
    }
    if (token->waits.count == 0)
        return false;
    wait = VEC_AT(&token->waits, struct bpmn_wait, 0);
    *out = (struct bpmn_event){.key = token->key,
                               .element = wait->event,
                               .name = wait->name,
                               .correlation = wait->key};
    switch (model->elements[wait->event].trigger) {
    case BPMN_TIMER:
        out->kind = BPMN_EVENT_TIMER;
        return true;
    case BPMN_SIGNAL:
        out->kind = BPMN_EVENT_SIGNAL;
        return true;
    case BPMN_MESSAGE:
        out->kind = BPMN_EVENT_MESSAGE;
        return true;
    default:
        return false;
    }
}

static struct bpmn_state *store(struct arena *arena, const struct bpmn_model *model,
                                const struct bpmn_state *state)
{
    struct str encoded = bpmn_state_encode(arena, model, state);
    struct bpmn_state *decoded;

    if (bpmn_state_decode(arena, model, encoded, &decoded) != OK)
        bug("an encoded state is not decoded: %s", err_text());
    if (!str_eq(encoded, bpmn_state_encode(arena, model, decoded)))
        bug("a decoded state differs");
    return decoded;
}

static void play(struct arena *arena, const struct bpmn_model *model)
{
    struct bpmn_step step = {
        .arena = arena, .model = model, .state = bpmn_state_new(arena)};
    struct bpmn_event event = {
        .kind = BPMN_EVENT_START, .element = model->processes[0], .start = BPMN_NONE};

    for (int i = 0; i < STEPS && bpmn_step(&step, &event) == OK; i++) {
        bool found = false;

        step.state = store(arena, model, step.state);
        for (size_t t = 0; t < step.state->tokens.count && !found; t++)
            found = next_of(model, *VEC_AT(&step.state->tokens, struct bpmn_token *, t),
                            i, &event);
        if (!found)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)512 << 20);
    struct str xml = {(const char *)data, size};
    struct bpmn_problems problems;
    struct bpmn_model *read;
    struct bpmn_model *model;

    if (bpmn_read(arena, xml, &problems, &read) == OK) {
        if (bpmn_model_load(arena, bpmn_model_encode(arena, read), &model) != OK)
            bug("what was read does not load: %s", err_text());
        play(arena, model);
    }
    err_clear();
    arena_free(&arena);
    return 0;
}
