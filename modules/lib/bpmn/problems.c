#include "bpmn/problems.h"

#define PROBLEMS_MAX 200

void bpmn_problem(struct bpmn_problems *problems, int line, const char *format, ...)
{
    struct bpmn_problem *problem;
    va_list args;

    if (problems->list.count == PROBLEMS_MAX)
        return;
    problem = VEC_PUSH(&problems->list, struct bpmn_problem);
    problem->line = line;
    va_start(args, format);
    problem->reason = str_vformat(problems->arena, format, args);
    va_end(args);
}
