/* bpmn.h: BPMN 2.0 XML as Camunda Modeler writes it for Camunda 8, read into a process
 * model.
 *
 * Known: start event, end event, user task, service task, exclusive gateway, parallel
 * gateway, sequence flow, documentation, text annotations and groups (drawing only), the
 * diagram. Everything else is refused with its line: what would be ignored would not do
 * what the drawing says. */
#ifndef PROCESS_BPMN_H
#define PROCESS_BPMN_H

#include "process/model.h"
#include "process/report.h"

/** A zeebe:property of the process element, name without the "kontor:" prefix. */
struct bpmn_property {
    struct str name;
    struct str value;
    int line;
};

struct bpmn_process {
    struct str id;
    struct str name; /**< absent if it has none */
    int line;
    const struct bpmn_property *properties;
    size_t property_count;
    struct process_model *model; /**< linked and checked */
};

/**
 * Read, then check that it can run. `process_id` picks one of several processes; absent =
 * there must be exactly one. Every problem is reported; ERR_INPUT if there was one. Texts
 * are copied into the arena.
 */
enum err bpmn_read(struct arena *arena, struct str xml, struct str process_id,
                   struct report *report, struct bpmn_process *out) MUST_USE;

#endif
