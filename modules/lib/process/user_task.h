/* user_task.h: what a definition says about a person's step: by when, with which outcomes, form and type, and who may
 * not do it. Pure. */
#ifndef PROCESS_USER_TASK_H
#define PROCESS_USER_TASK_H

#include "bpmn/model.h"
#include "process/duration.h"
#include "process/definition/report.h"

struct definition;

/** Absent members: the definition does not say. */
struct user_task {
    struct str name;     /**< msgid */
    struct str team;     /**< key; absent: the default team of `type` */
    struct str type;     /**< key of a sub-ticket type */
    struct str due_text; /**< "P3D" */
    struct duration due;
    bool has_due;
    bool business; /**< days and hours are those of the calendar; else every one counts */
    struct str calendar; /**< key; "exchange" unless it says another */
    struct str outcomes; /**< words joined by ',' */
    struct str form;     /**< id of one of definition->staff_forms */
    struct str
        four_eyes; /**< ids of the user tasks that another person must have completed, joined by ',' */
};

/** What the element's properties say. */
struct user_task user_task_of(const struct bpmn_element *element);
/** The user task of an activation ("Task_1#3") or of an element's id; NULL: there is none in this definition. */
const struct bpmn_element *user_task_find(const struct definition *definition,
                                          struct str activation);
/** "Task_1#3" -> "Task_1". */
struct str user_task_element(struct str activation);
/** One of the task's outcomes. */
bool user_task_has_outcome(const struct user_task *task, struct str outcome);
/** An outcome of which people have to say why. */
bool outcome_needs_reason(struct str outcome);

/** Publish: problems with what the element says go to `report`. */
void user_task_check(struct arena *arena, const struct bpmn_model *model,
                     const struct bpmn_element *element, struct report *report);

#endif
