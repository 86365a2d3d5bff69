/* problems.h: what is wrong with a file, each with its line. */
#ifndef BPMN_PROBLEMS_H
#define BPMN_PROBLEMS_H

#include "base/str.h"
#include "base/vec.h"

struct bpmn_problem {
    int line; /**< from 1; 0: the whole file */
    struct str reason;
};

/** In the order in which they were found. */
struct bpmn_problems {
    struct arena *arena;
    struct vec list; /**< of struct bpmn_problem */
};

/** One more; the text is copied. */
void bpmn_problem(struct bpmn_problems *problems, int line, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
