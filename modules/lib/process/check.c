#include "process/check.h"

#define NAME(node) node_kind_name((node)->kind), STR_ARG((node)->id)

static bool is_gateway(const struct process_node *node)
{
    return node->kind == NODE_EXCLUSIVE || node->kind == NODE_PARALLEL;
}

/* Marks what can be reached from `n` along the flows, or against them. Depth <=
 * MODEL_NODES_MAX. */
static void reach(const struct process_model *model, uint32_t n, bool forward, bool *seen)
{
    if (seen[n])
        return;
    seen[n] = true;
    const struct process_node *node = &model->nodes[n];
    size_t count = forward ? node->outgoing_count : node->incoming_count;
    for (size_t i = 0; i < count; i++) {
        const struct process_flow *flow =
            &model->flows[forward ? node->outgoing[i] : node->incoming[i]];
        reach(model, forward ? flow->target : flow->source, forward, seen);
    }
}

static void check_ends(const struct process_model *model, struct report *report)
{
    const struct process_node *first = &model->nodes[model->start];
    bool has_end = false;
    for (size_t i = 0; i < model->node_count; i++) {
        const struct process_node *node = &model->nodes[i];
        if (node->kind == NODE_START && node != first)
            report_problem(
                report, node->line,
                "start event %.*s is a second one; a process has one start event",
                STR_ARG(node->id));
        has_end = has_end || node->kind == NODE_END;
    }
    if (!has_end)
        report_problem(report, first->line, "process without an end event");
}

static void check_reach(const struct process_model *model, struct report *report)
{
    bool from_start[MODEL_NODES_MAX] = {false}, to_end[MODEL_NODES_MAX] = {false};
    reach(model, model->start, true, from_start);
    for (uint32_t n = 0; n < model->node_count; n++)
        if (model->nodes[n].kind == NODE_END)
            reach(model, n, false, to_end);
    for (uint32_t n = 0; n < model->node_count; n++) {
        const struct process_node *node = &model->nodes[n];
        if (!from_start[n] && node->kind != NODE_START)
            report_problem(report, node->line,
                           "%s %.*s cannot be reached from the start event", NAME(node));
        else if (!to_end[n])
            report_problem(report, node->line, "%s %.*s has no way to an end event",
                           NAME(node));
    }
}

static void check_fan(const struct process_node *node, struct report *report)
{
    size_t in = node->incoming_count, out = node->outgoing_count;
    if (node->kind == NODE_START && in > 0)
        report_problem(report, node->line, "start event %.*s has an incoming flow",
                       STR_ARG(node->id));
    if (node->kind == NODE_END && out > 0)
        report_problem(report, node->line, "end event %.*s has an outgoing flow",
                       STR_ARG(node->id));
    if (!is_gateway(node) && out > 1)
        report_problem(report, node->line,
                       "%s %.*s has %zu outgoing flows; split with a gateway", NAME(node),
                       out);
    if (is_gateway(node) && in == 1 && out == 1)
        report_problem(report, node->line, "%s %.*s neither splits nor joins",
                       NAME(node));
}

static void check_conditions(const struct process_model *model,
                             const struct process_node *node, struct report *report)
{
    bool decides = node->kind == NODE_EXCLUSIVE && node->outgoing_count > 1;
    bool has_default = false;
    for (size_t i = 0; i < node->outgoing_count; i++) {
        const struct process_flow *flow = &model->flows[node->outgoing[i]];
        has_default = has_default || flow->is_default;
        if (!decides && flow->condition)
            report_problem(
                report, flow->line,
                "flow %.*s has a condition, but does not leave a deciding exclusive "
                "gateway",
                STR_ARG(flow->id));
        if (decides && flow->is_default && flow->condition)
            report_problem(report, flow->line, "default flow %.*s has a condition",
                           STR_ARG(flow->id));
        if (decides && !flow->is_default && !flow->condition)
            report_problem(report, flow->line,
                           "flow %.*s of gateway %.*s has no condition",
                           STR_ARG(flow->id), STR_ARG(node->id));
    }
    if (node->default_id.ptr && !has_default)
        report_problem(report, node->line, "default flow %.*s does not leave %s %.*s",
                       STR_ARG(node->default_id), NAME(node));
    else if (decides && !has_default)
        report_problem(
            report, node->line,
            "exclusive gateway %.*s has no default flow; without one an instance can "
            "get stuck",
            STR_ARG(node->id));
}

/* Depth-first search over gateways only: a way back is a loop in which nobody ever waits.
 */
static bool loops(const struct process_model *model, uint32_t n, uint8_t *color)
{
    color[n] = 1;
    const struct process_node *node = &model->nodes[n];
    for (size_t i = 0; i < node->outgoing_count; i++) {
        uint32_t next = model->flows[node->outgoing[i]].target;
        if (!is_gateway(&model->nodes[next]))
            continue;
        if (color[next] == 1 || (color[next] == 0 && loops(model, next, color)))
            return true;
    }
    color[n] = 2;
    return false;
}

static void check_loops(const struct process_model *model, struct report *report)
{
    uint8_t color[MODEL_NODES_MAX] = {0};
    for (uint32_t n = 0; n < model->node_count; n++)
        if (is_gateway(&model->nodes[n]) && color[n] == 0 && loops(model, n, color)) {
            report_problem(report, model->nodes[n].line,
                           "gateway %.*s is on or leads into a loop without any task",
                           STR_ARG(model->nodes[n].id));
            return;
        }
}

void process_check_structure(const struct process_model *model, struct report *report)
{
    check_ends(model, report);
    for (size_t i = 0; i < model->node_count; i++) {
        check_fan(&model->nodes[i], report);
        check_conditions(model, &model->nodes[i], report);
    }
    check_reach(model, report);
    check_loops(model, report);
}
