/* process_simulate.c: kontorctl process simulate. Plays one instance and prints its trace: every
 * task is completed in the order in which it was opened. */
#include "process_command.h"

#include "process/bpmn.h"
#include "process/scenario.h"
#include "process/state.h"

/* A process with a loop that its variables never leave would go on for ever. */
#define STEPS_MAX 1000

static enum err read_variables(struct ctl *ctl, const char *text, json_t **out)
{
    if (!text) {
        *out = json_new_object(ctl->arena);
        return OK;
    }
    enum err err = json_parse(ctl->arena, str_from(text), out);
    if (err == OK && !json_is_object(*out))
        err = err_note(ERR_INPUT, "--variables is no JSON object");
    return err;
}

static enum err step(struct ctl *ctl, const struct process_model *model,
                     struct process_state **state, const struct process_event *event,
                     bool *ended)
{
    struct process_outcome outcome;
    enum err err = process_step(ctl->arena, model, *state, event, 0, &outcome);
    if (err != OK)
        return err;
    if (event->kind != PROCESS_STARTED)
        printf("complete %.*s\n", STR_ARG(event->activation));
    for (size_t i = 0; i < outcome.effect_count; i++)
        printf("  %.*s\n", STR_ARG(scenario_trace(ctl->arena, &outcome.effects[i])));
    *state = scenario_store(ctl->arena, model, outcome.state);
    *ended = outcome.ended;
    return OK;
}

static enum err play(struct ctl *ctl, const struct process_model *model,
                     const json_t *variables)
{
    struct process_state *state = NULL;
    struct process_event event = {.kind = PROCESS_STARTED, .variables = variables};
    bool ended = false;
    printf("start\n");
    enum err err = step(ctl, model, &state, &event, &ended);
    for (int i = 0; err == OK && !ended; i++) {
        if (i >= STEPS_MAX)
            return err_note(ERR_INPUT, "not ended after %d steps", STEPS_MAX);
        const struct process_token *first =
            VEC_AT(&state->tokens, struct process_token, 0);
        bool user = model->nodes[first->node].kind == NODE_USER_TASK;
        event = (struct process_event){.kind = user ? PROCESS_TASK_COMPLETED
                                                    : PROCESS_SERVICE_COMPLETED,
                                       .activation = first->activation};
        err = step(ctl, model, &state, &event, &ended);
    }
    return err;
}

int process_simulate(struct ctl *ctl)
{
    const char *process_id = ctl_option(ctl, "--process");
    const char *variables_text = ctl_option(ctl, "--variables");
    json_t *variables = NULL;
    struct str text;
    struct bpmn_process process;
    if (!ctl_arguments(ctl, 1, 1))
        return CTL_USAGE;
    enum err err = read_variables(ctl, variables_text, &variables);
    if (err != OK)
        return ctl_fail(err, "--variables");
    struct report report = {.arena = ctl->arena,
                            .fn = process_print_problem,
                            .file = str_copy(ctl->arena, str_from(ctl->argv[0]))};
    if (ctl_read(ctl, ctl->argv[0], &text) != OK ||
        bpmn_read(ctl->arena, text, process_id ? str_from(process_id) : STR_NONE, &report,
                  &process) != OK)
        return CTL_FAILED;
    err = play(ctl, process.model, variables);
    return err == OK ? CTL_OK : ctl_fail(err, ctl->argv[0]);
}
