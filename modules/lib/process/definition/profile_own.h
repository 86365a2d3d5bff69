/* profile_own.h: private to the files of the profile's check. */
#ifndef PROCESS_PROFILE_OWN_H
#define PROCESS_PROFILE_OWN_H

#include "process/definition/profile.h"

struct profile_check {
    struct arena *arena;
    const struct bpmn_model *model;
    struct report *report;
    struct text_list *texts;
};

/** zeebe:property of an element. */
void profile_properties(struct profile_check *c, const struct bpmn_element *element);
/** What carries out a service type: a service task, or anything else with a zeebe:taskDefinition. */
void profile_service(struct profile_check *c, const struct bpmn_element *element);

#endif
