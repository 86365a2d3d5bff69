/* model.h: BPMN 2.0 (Camunda 8's zeebe profile) as tables. Immutable once read.
 *
 * A process is an element like a sub-process: the elements inside of it have it as their parent, and
 * so on down. read.c makes the tables from XML and refuses what the engine does not carry out;
 * check.c refuses what could not run. */
#ifndef BPMN_MODEL_H
#define BPMN_MODEL_H

#include "feel/feel.h"

#define BPMN_ELEMENTS_MAX 2000
#define BPMN_FLOWS_MAX    4000
/** No element, no flow. */
#define BPMN_NONE UINT32_MAX

enum bpmn_kind {
    BPMN_PROCESS,
    BPMN_SUB_PROCESS,
    BPMN_EVENT_SUB_PROCESS,
    BPMN_START,
    BPMN_CATCH, /**< intermediate */
    BPMN_THROW, /**< intermediate */
    BPMN_BOUNDARY,
    BPMN_END,
    BPMN_TASK, /**< undefined */
    BPMN_USER_TASK,
    BPMN_SERVICE_TASK,
    BPMN_SEND_TASK,
    BPMN_RECEIVE_TASK,
    BPMN_SCRIPT_TASK,
    BPMN_RULE_TASK,
    BPMN_MANUAL_TASK,
    BPMN_CALL,
    BPMN_EXCLUSIVE,
    BPMN_PARALLEL,
    BPMN_INCLUSIVE,
    BPMN_EVENT_GATEWAY,
    BPMN_KIND_COUNT,
};

enum bpmn_trigger {
    BPMN_NO_TRIGGER,
    BPMN_MESSAGE,
    BPMN_TIMER,
    BPMN_ERROR,
    BPMN_ESCALATION,
    BPMN_SIGNAL,
    BPMN_TERMINATE,
    BPMN_LINK,
    BPMN_CONDITION,
};

enum bpmn_timer { BPMN_TIMER_DATE, BPMN_TIMER_DURATION, BPMN_TIMER_CYCLE };
enum bpmn_loop { BPMN_NO_LOOP, BPMN_STANDARD_LOOP, BPMN_SEQUENTIAL, BPMN_PARALLEL_LOOP };

/** Text that stands for itself, or FEEL behind '='. Neither: not given. */
struct bpmn_expression {
    struct str text;              /**< as written, without '='; absent: not given */
    const struct feel_node *feel; /**< NULL: the text itself is the value */
};

struct bpmn_mapping {
    struct str target; /**< a name, or a path a.b */
    struct bpmn_expression source;
};

/** zeebe:property, zeebe:header. */
struct bpmn_property {
    struct str name;
    struct str value;
    int line;
};

struct bpmn_multi {
    enum bpmn_loop kind;
    struct bpmn_expression collection;
    struct str element; /**< name of the item's variable; absent: none */
    struct str output;  /**< name of the list of results; absent: none */
    struct bpmn_expression output_element; /**< FEEL */
    struct bpmn_expression condition; /**< completion condition, or the standard loop's */
    int64_t maximum;                  /**< standard loop; 0: no bound */
    bool test_before;                 /**< standard loop */
};

struct bpmn_element {
    struct str id;
    struct str name; /**< absent if it has none */
    enum bpmn_kind kind;
    int line;                 /**< in the XML; 0 in a loaded model */
    bool executable;          /**< process */
    uint32_t parent;          /**< index of the scope; BPMN_NONE for a process */
    const uint32_t *incoming; /**< indexes of flows, in the order of the file */
    size_t incoming_count;
    const uint32_t *outgoing;
    size_t outgoing_count;
    const uint32_t *inside; /**< scopes: their elements */
    size_t inside_count;
    uint32_t default_flow;
    uint32_t attached_to;       /**< boundary event: its activity */
    const uint32_t *boundaries; /**< activity: events on it, in the order of the file */
    size_t boundary_count;

    /* events */
    enum bpmn_trigger trigger;
    bool interrupting; /**< boundary event, start of an event sub-process */
    /** name of the message or signal, name of the link, code of the error or escalation; not
     *  given: any error or escalation */
    struct bpmn_expression reference;
    struct bpmn_expression correlation; /**< message: correlation key */
    enum bpmn_timer timer;
    struct bpmn_expression time;      /**< timer */
    struct bpmn_expression condition; /**< conditional event */

    /* data */
    const struct bpmn_mapping *inputs;
    size_t input_count;
    const struct bpmn_mapping *outputs;
    size_t output_count;

    /* activities */
    struct bpmn_multi multi;
    struct bpmn_expression job_type; /**< zeebe:taskDefinition */
    struct bpmn_expression retries;
    struct bpmn_expression script; /**< FEEL */
    struct str result; /**< variable of a script, decision or called process */
    struct bpmn_expression called; /**< id of the decision or process */
    bool share_all_down;           /**< call: all variables go into the called process */
    bool share_all_up;             /**< call: all come back */
    bool publishes;                /**< a message goes out by itself, without a job */
    struct bpmn_expression message_id;
    struct bpmn_expression time_to_live; /**< duration: how long a message waits */
    struct bpmn_expression assignee;
    struct bpmn_expression groups; /**< candidate groups */
    struct bpmn_expression due;
    struct bpmn_expression follow_up;
    struct bpmn_expression form; /**< formId or formKey */
    const struct bpmn_property *headers;
    size_t header_count;
    const struct bpmn_property *properties;
    size_t property_count;
};

struct bpmn_flow {
    struct str id;
    struct str name;
    uint32_t source;
    uint32_t target;
    struct bpmn_expression condition; /**< FEEL */
    int line;
};

/** At most this many shapes, edges and points of one edge are kept. */
#define BPMN_SHAPES_MAX 10000
#define BPMN_POINTS_MAX 200

/** What the diagram draws. Only nodes and flows are the process; the rest is for people. */
enum bpmn_shape_kind {
    BPMN_SHAPE_NODE, /**< element */
    BPMN_SHAPE_FLOW, /**< flow; has points */
    BPMN_SHAPE_POOL,
    BPMN_SHAPE_LANE,
    BPMN_SHAPE_GROUP,
    BPMN_SHAPE_NOTE,
    BPMN_SHAPE_DATA,
    BPMN_SHAPE_STORE,
    BPMN_SHAPE_ASSOCIATION,  /**< has points */
    BPMN_SHAPE_MESSAGE_FLOW, /**< has points */
    BPMN_SHAPE_KIND_COUNT,
};

/** In the units of the file, which are pixels. */
struct bpmn_point {
    double x;
    double y;
};
struct bpmn_box {
    struct bpmn_point at; /**< upper left corner */
    double width;         /**< 0: there is none */
    double height;
};
/** Where the diagram puts something. */
struct bpmn_shape {
    enum bpmn_shape_kind kind;
    uint32_t element; /**< BPMN_SHAPE_NODE, else BPMN_NONE */
    uint32_t flow;    /**< BPMN_SHAPE_FLOW, else BPMN_NONE */
    /** the sub-process whose inside has a drawing of its own, BPMN_NONE: the main drawing */
    uint32_t plane;
    struct str text; /**< of what is no element and no flow; may be absent */
    struct bpmn_box box;
    struct bpmn_box label; /**< where its name stands, if the file says so */
    bool collapsed;        /**< a sub-process without its inside */
    bool upright;          /**< a pool or lane that is no row but a column */
    const struct bpmn_point *points;
    size_t point_count;
};

struct bpmn_model {
    struct bpmn_element *elements;
    size_t element_count;
    struct bpmn_flow *flows;
    size_t flow_count;
    const uint32_t *processes; /**< indexes of elements */
    size_t process_count;
    const struct bpmn_shape *shapes; /**< in the order of the file */
    size_t shape_count;
};

/** "user task" ...: for problems. */
const char *bpmn_kind_name(enum bpmn_kind kind);
/** "a" or "an". */
const char *bpmn_kind_article(enum bpmn_kind kind);
/** "userTask" ...: the local name in the XML. */
const char *bpmn_kind_tag(enum bpmn_kind kind);
/** "message" ...: of the trigger. */
const char *bpmn_trigger_name(enum bpmn_trigger trigger);
/** Index of the element or BPMN_NONE. */
uint32_t bpmn_find(const struct bpmn_model *model, struct str id);
bool bpmn_is_activity(enum bpmn_kind kind);
bool bpmn_is_gateway(enum bpmn_kind kind);
/** Process, sub-process, event sub-process. */
bool bpmn_is_scope(enum bpmn_kind kind);
/** The value of a property, absent if it is not there. */
struct str bpmn_property(const struct bpmn_element *element, const char *name);
static inline bool bpmn_given(struct bpmn_expression expression)
{
    return expression.text.ptr != NULL;
}
/** The start event of an event sub-process, or the none start event of a scope; BPMN_NONE. */
uint32_t bpmn_start_of(const struct bpmn_model *model, uint32_t scope);
/** Elements that can be reached, in the order of the flows; loops are cut at their way back. */
size_t bpmn_order(struct arena *arena, const struct bpmn_model *model, uint32_t **out);
/** Fill incoming, outgoing, inside, boundaries and processes from parents, flows and attached_to. */
void bpmn_link(struct arena *arena, struct bpmn_model *model);

#endif
