/* process_command.h: what the process_*.c files of kontorctl share. */
#ifndef CTL_PROCESS_COMMAND_H
#define CTL_PROCESS_COMMAND_H

#include "ctl.h"
#include "process/definition/definition.h"

/** How `kontorctl process` is used, on standard error; the exit code for wrong usage. */
int process_usage(void);
/** definition_problem_fn: "file:line: reason" on standard error; context is the folder or NULL. */
void process_print_problem(void *context, struct str file, int line, struct str reason);
/** The same for a BPMN file of its own. */
struct bpmn_problems;
void process_print_problems(const char *path, const struct bpmn_problems *problems);
/** process_check.c: each argument is a file or a folder; `scenarios` runs those too. */
int process_check(struct ctl *ctl, bool scenarios);
/** process_simulate.c */
int process_simulate(struct ctl *ctl);

#endif
