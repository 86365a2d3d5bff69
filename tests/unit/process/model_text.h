/* model_text.h: BPMN files for tests from a short notation, so that a test shows only its graph.
 *
 *   "S:start A:user X:xor P:and V:service E:end | S>X X>A?a=1 X>E! A>E"
 *
 * `!` marks the default flow, `?` begins a condition (no spaces in it). Each node and flow stands on
 * a line of its own: the first node on line 2. */
#ifndef TEST_MODEL_TEXT_H
#define TEST_MODEL_TEXT_H

#include "base/buf.h"
#include "bpmn/read.h"

#define MODEL_TEXT_HEAD                                                                  \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' "                  \
    "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'><process id='P' "                 \
    "isExecutable='true'>\n"

static inline struct str model_text_escape(struct arena *arena, struct str text)
{
    struct buf out = buf_init(arena, 4096);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '<')
            buf_put_c(&out, "&lt;");
        else
            buf_put_char(&out, text.ptr[i]);
    return buf_str(&out);
}

/* The id of the flow after `!` that leaves `node`, for its default attribute. */
static inline struct str model_text_default(struct arena *arena, struct str flows,
                                            struct str node)
{
    struct str rest = flows, flow;
    for (int n = 1; str_next(&rest, ' ', &flow); n++)
        if (str_starts(flow, str_format(arena, "%.*s>", STR_ARG(node))) &&
            str_ends(flow, STR("!")))
            return str_format(arena, " default='f%d'", n);
    return STR("");
}

static inline void model_text_node(struct buf *out, struct str id, struct str kind,
                                   struct str fallback)
{
    if (str_is(kind, "user"))
        buf_format(
            out,
            "<userTask id='%.*s' name='%.*s'><extensionElements>"
            "<zeebe:assignmentDefinition candidateGroups='it'/></extensionElements>"
            "</userTask>\n",
            STR_ARG(id), STR_ARG(id));
    else if (str_is(kind, "service"))
        buf_format(out,
                   "<serviceTask id='%.*s'><extensionElements><zeebe:taskDefinition "
                   "type='master-data.apply'/><zeebe:ioMapping><zeebe:input "
                   "source='={\"x\": v}' "
                   "target='attributes'/><zeebe:input source='=null' target='validFrom'/>"
                   "</zeebe:ioMapping></extensionElements></serviceTask>\n",
                   STR_ARG(id));
    else
        buf_format(out, "<%s id='%.*s'%.*s/>\n",
                   str_is(kind, "start") ? "startEvent"
                   : str_is(kind, "end") ? "endEvent"
                   : str_is(kind, "xor") ? "exclusiveGateway"
                                         : "parallelGateway",
                   STR_ARG(id), STR_ARG(fallback));
}

static inline struct str model_text(struct arena *arena, const char *notation)
{
    struct buf out = buf_init(arena, 1 << 20);
    struct str nodes, flows = str_from(notation), part;
    (void)str_next(&flows, '|', &nodes);
    nodes = str_trim(nodes);
    flows = str_trim(flows);
    buf_put_c(&out, MODEL_TEXT_HEAD);
    struct str rest = nodes;
    while (str_next(&rest, ' ', &part)) {
        struct str kind = part, id;
        (void)str_next(&kind, ':', &id);
        model_text_node(&out, id, kind, model_text_default(arena, flows, id));
    }
    rest = flows;
    for (int n = 1; str_next(&rest, ' ', &part); n++) {
        struct str target = part, source, condition = STR_NONE;
        (void)str_next(&target, '>', &source);
        ssize_t mark = str_index(target, '?');
        if (mark >= 0) {
            condition = str_from_index(target, (size_t)mark + 1);
            target = str_sub(target, 0, (size_t)mark);
        } else if (str_ends(target, STR("!"))) {
            target.len--;
        }
        buf_format(&out, "<sequenceFlow id='f%d' sourceRef='%.*s' targetRef='%.*s'>", n,
                   STR_ARG(source), STR_ARG(target));
        if (condition.ptr)
            buf_format(&out, "<conditionExpression>=%.*s</conditionExpression>",
                       STR_ARG(model_text_escape(arena, condition)));
        buf_put_c(&out, "</sequenceFlow>\n");
    }
    buf_put_c(&out, "</process></definitions>\n");
    return buf_str(&out);
}

#endif
