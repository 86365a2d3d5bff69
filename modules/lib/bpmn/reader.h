/* reader.h: private to the files that read BPMN XML. */
#ifndef BPMN_READER_H
#define BPMN_READER_H

#include "base/map.h"
#include "base/vec.h"
#include "formats/xml.h"
#include "bpmn/read.h"

#define NS_BPMN    "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define NS_BPMNDI  "http://www.omg.org/spec/BPMN/20100524/DI"
#define NS_DC      "http://www.omg.org/spec/DD/20100524/DC"
#define NS_DI      "http://www.omg.org/spec/DD/20100524/DI"
#define NS_ZEEBE   "http://camunda.org/schema/zeebe/1.0"
#define NS_MODELER "http://camunda.org/schema/modeler/1.0"
#define NS_XSI     "http://www.w3.org/2001/XMLSchema-instance"

/** Nesting of scopes. */
#define READER_DEPTH_MAX 20

/** A message, signal, error or escalation at the top of the file. */
struct definition_row {
    struct str id;
    struct str kind;                  /**< local name: "message" ... */
    struct bpmn_expression reference; /**< name or code */
    struct bpmn_expression correlation;
    int line;
};

/** An id that has to be found when all is read. */
struct pending_reference {
    uint32_t element; /**< or BPMN_NONE: a flow */
    uint32_t flow;
    struct str id;
    enum { REF_SOURCE, REF_TARGET, REF_DEFAULT, REF_ATTACHED, REF_DEFINITION } what;
    const char *kind; /**< REF_DEFINITION: "message" ... */
    int line;
};

/** <incoming> or <outgoing>: must name a flow that ends or begins there. */
struct stated_flow {
    uint32_t element;
    struct str flow_id;
    bool incoming;
    int line;
};

/** What an id belongs to; neither for what is no element and no flow. */
struct id_entry {
    uint32_t element;
    uint32_t flow;
};

struct reader {
    struct arena *arena;
    struct bpmn_problems *problems;
    struct vec elements;    /**< struct bpmn_element */
    struct vec flows;       /**< struct bpmn_flow */
    struct vec definitions; /**< struct definition_row */
    struct vec references;  /**< struct pending_reference */
    struct vec stated;      /**< struct stated_flow */
    struct map *ids;        /**< id -> struct id_entry * */
    size_t depth;
};

/* ---- read.c ---- */

/** "bpmn:userTask", for problems. */
struct str reader_name(struct reader *r, const struct xml_node *node);
/** The attribute as one line; absent if empty. */
struct str reader_text(struct reader *r, const struct xml_node *node, const char *name);
/** "=FEEL" parsed, or the text itself. */
struct bpmn_expression reader_expression(struct reader *r, int line, struct str text);
/** As reader_expression, but FEEL is a must; `what` for the problem. */
struct bpmn_expression reader_feel(struct reader *r, int line, struct str text,
                                   const char *what);
/** An id that no other element has; absent and reported otherwise. */
struct str reader_id(struct reader *r, const struct xml_node *node, struct id_entry what);
/** Report what has no namespace and is not in `allowed` (separated by blanks). */
void reader_attributes(struct reader *r, const struct xml_node *node,
                       const char *allowed);
void reader_unsupported(struct reader *r, const struct xml_node *node, const char *where);
void reader_refer(struct reader *r, struct pending_reference reference);
bool reader_is_true(const struct xml_node *node, const char *name);
/** Everything inside of a process or sub-process. */
void reader_scope(struct reader *r, const struct xml_node *node, uint32_t scope);

/* ---- read_node.c ---- */

/** A flow node of `scope`; false if the element is none. */
bool reader_node(struct reader *r, const struct xml_node *node, uint32_t scope);

/* ---- read_event.c ---- */

/** An event definition of the element being read; false if the child is none. */
bool reader_event(struct reader *r, const struct xml_node *node, uint32_t index);
/** messageRef of a task. */
void reader_message_of_task(struct reader *r, const struct xml_node *node,
                            uint32_t index);
/** A message, signal, error or escalation; false if the element is none. */
bool reader_definition(struct reader *r, const struct xml_node *node);

/* ---- read_extension.c ---- */

/** The zeebe: elements inside of an element. */
void reader_extensions(struct reader *r, const struct xml_node *node, uint32_t index);
/** zeebe:loopCharacteristics, or the standard ones. */
void reader_multi(struct reader *r, const struct xml_node *node, uint32_t index);

/* ---- read_diagram.c ---- */

/** Shapes and edges, for people. */
void reader_diagram(struct reader *r, const struct xml_node *root,
                    struct bpmn_model *model);

static inline struct bpmn_element *reader_element(struct reader *r, uint32_t index)
{
    return VEC_AT(&r->elements, struct bpmn_element, index);
}

#endif
