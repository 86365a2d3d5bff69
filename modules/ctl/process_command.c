/* process_command.c: kontorctl process: work on a definition without a database.
 *
 *   check FILE...|DIR...   read and check a .bpmn or .form file, or whole definitions
 *   test DIR...            check, then run the definition's scenarios
 *   simulate FILE.bpmn [--process ID] [--variables JSON]
 *                          play it on a clock of its own; one JSON line per event
 *   services               what a service task can do
 *
 * A DIR is a definition's folder, or one that holds several. Exit code 65 when a file is refused, 1 when a
 * scenario fails, 75 when a simulation cannot go on. */
#include "process_command.h"

#include "bpmn/problems.h"
#include "process/definition/service_types.h"

int process_usage(void)
{
    fputs(
        "usage: kontorctl process check FILE...|DIR...\n"
        "       kontorctl process test DIR...\n"
        "       kontorctl process simulate FILE.bpmn [--process ID] [--variables JSON]\n"
        "       kontorctl process services\n",
        stderr);
    return CTL_USAGE;
}

void process_print_problem(void *context, struct str file, int line, struct str reason)
{
    const char *dir = context;
    fprintf(stderr, "%s%s%.*s:", dir ? dir : "", dir ? "/" : "", STR_ARG(file));
    if (line > 0)
        fprintf(stderr, "%d:", line);
    fprintf(stderr, " %.*s\n", STR_ARG(reason));
}

void process_print_problems(const char *path, const struct bpmn_problems *problems)
{
    for (size_t i = 0; i < problems->list.count; i++) {
        const struct bpmn_problem *problem =
            VEC_AT(&problems->list, struct bpmn_problem, i);
        fprintf(stderr, "%s:%d: %.*s\n", path, problem->line > 0 ? problem->line : 1,
                STR_ARG(problem->reason));
    }
}

static int print_services(void)
{
    size_t count;
    const struct service_type *types = service_types(&count);
    for (size_t i = 0; i < count; i++) {
        printf("%s: %s\n", types[i].name, types[i].meaning);
        for (size_t k = 0; k < types[i].input_count; k++)
            printf("  %s (%s): %s\n", types[i].inputs[k].name,
                   types[i].inputs[k].required ? "required" : "optional",
                   types[i].inputs[k].meaning);
    }
    return CTL_OK;
}

int command_process(struct ctl *ctl)
{
    if (ctl->argc < 1)
        return process_usage();
    struct ctl rest = *ctl;
    struct str what = str_from(rest.argv[0]);
    rest.argc--;
    rest.argv++;
    if (str_is(what, "check") || str_is(what, "test"))
        return ctl_arguments(&rest, 1, 1000) ? process_check(&rest, str_is(what, "test"))
                                             : CTL_USAGE;
    if (str_is(what, "simulate"))
        return process_simulate(&rest);
    if (str_is(what, "services"))
        return ctl_arguments(&rest, 0, 0) ? print_services() : CTL_USAGE;
    return process_usage();
}
