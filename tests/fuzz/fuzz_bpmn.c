/* Any bytes as process.bpmn: read, check, store, load, play; what the check lets through must run. */
#include "process/bpmn.h"
#include "process/scenario.h"
#include "process/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Completes the oldest token again and again; a loop may never leave, so only some rounds. */
static void play(struct arena *arena, const struct process_model *model)
{
    struct process_state *state = NULL;
    struct process_event event = {.kind = PROCESS_STARTED};
    for (int round = 0; round < 30; round++) {
        struct process_outcome outcome;
        if (process_step(arena, model, state, &event, 0, &outcome) != OK || outcome.ended)
            return;
        state = scenario_store(arena, model, outcome.state);
        const struct process_token *first =
            VEC_AT(&state->tokens, struct process_token, 0);
        event.kind = model->nodes[first->node].kind == NODE_USER_TASK
                         ? PROCESS_TASK_COMPLETED
                         : PROCESS_SERVICE_COMPLETED;
        event.activation = first->activation;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(512u << 20);
    struct report report = {.arena = arena};
    struct bpmn_process process;
    struct process_model *loaded;
    err_clear();
    if (bpmn_read(arena, (struct str){(const char *)data, size}, STR_NONE, &report,
                  &process) == OK) {
        json_t *stored = process_model_encode(arena, process.model);
        if (process_model_load(arena, stored, &loaded) != OK)
            bug("a checked process does not load: %s", err_text());
        play(arena, loaded);
    }
    arena_free(&arena);
    return 0;
}
