/* bpmn_reader.h: what bpmn.c (document, process, flows) and bpmn_element.c (flow nodes
 * and their zeebe extension elements) share. Private to the two. */
#ifndef PROCESS_BPMN_READER_H
#define PROCESS_BPMN_READER_H

#include "base/map.h"
#include "base/vec.h"
#include "formats/xml.h"
#include "process/bpmn.h"
#include "process/rules.h"

#define NS_BPMN    "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define NS_BPMNDI  "http://www.omg.org/spec/BPMN/20100524/DI"
#define NS_ZEEBE   "http://camunda.org/schema/zeebe/1.0"
#define NS_MODELER "http://camunda.org/schema/modeler/1.0"
#define NS_XSI     "http://www.w3.org/2001/XMLSchema-instance"

/** Column widths of the tables that hold them. */
#define BPMN_NAME_MAX 200
#define BPMN_ID_MAX   100

/** <incoming> or <outgoing> of a node: must name a flow that really ends or begins there.
 */
struct bpmn_reference {
    struct str node_id;
    struct str flow_id;
    bool incoming;
    int line;
};

struct bpmn_reader {
    struct arena *arena;
    struct report *report;
    struct vec nodes;      /**< struct process_node */
    struct vec flows;      /**< struct process_flow */
    struct vec references; /**< struct bpmn_reference */
    struct vec properties; /**< struct bpmn_property, of the process */
    struct map *ids;       /**< every id of the process */
};

/** Name for people: "zeebe:taskSchedule". */
struct str bpmn_name(struct bpmn_reader *reader, const struct xml_node *element);
/** Report attributes that are not in `allowed` (space-separated names without namespace).
 */
void bpmn_check_attributes(struct bpmn_reader *reader, const struct xml_node *element,
                           const char *allowed);
/** The element's id, checked and unique; absent (and reported) otherwise. */
struct str bpmn_id(struct bpmn_reader *reader, const struct xml_node *element);
/** The attribute as one line of text of at most BPMN_NAME_MAX characters; absent if
 * empty. */
struct str bpmn_text(struct bpmn_reader *reader, const struct xml_node *element,
                     const char *attribute);
/** An attribute that starts with '=': the FEEL behind it, parsed; absent and reported
 * otherwise. */
struct str bpmn_feel(struct bpmn_reader *reader, int line, struct str text,
                     struct feel **out);
/** zeebe:properties: call `fn` with each name behind "kontor:"; others are reported. */
void bpmn_properties(struct bpmn_reader *reader, const struct xml_node *properties,
                     void (*fn)(struct bpmn_reader *reader, void *context,
                                struct str name, struct str value, int line),
                     void *context);

/** Read a flow node into reader->nodes; false if the element is none. */
bool bpmn_read_node(struct bpmn_reader *reader, const struct xml_node *element);

#endif
