/* random_model.h: a BPMN file made of blocks, each with one way in and one way out, so that every instance can
 * end whatever the order of events. The same seed gives the same file. */
#ifndef TEST_RANDOM_MODEL_H
#define TEST_RANDOM_MODEL_H

#include "base/buf.h"
#include "base/vec.h"

struct dice {
    uint64_t state;
};

/* xorshift64*: enough to try many shapes, and the same everywhere. */
static inline unsigned dice_roll(struct dice *dice, unsigned sides)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (unsigned)((dice->state * UINT64_C(2685821657736338717)) >> 33) % sides;
}

/* The second is passed at most as often as the first: what splits is joined once, and an activity goes on once. */
struct pair {
    struct str first;
    struct str second;
};

struct maker {
    struct arena *arena;
    struct buf *out; /**< of the scope at hand */
    struct dice dice;
    int last;         /**< number of the newest element or flow */
    int messages;     /**< how many there are */
    struct vec pairs; /**< of struct pair */
};

/** From here, to there: numbers of elements. */
struct block {
    int in;
    int out;
};

static struct block make_block(struct maker *m, int depth);

static int make(struct maker *m, const char *tag, const char *attributes,
                const char *inner)
{
    int id = ++m->last;
    buf_format(m->out, "<bpmn:%s id=\"e%d\" %s>%s</bpmn:%s>\n", tag, id, attributes,
               inner, tag);
    return id;
}

static void pair(struct maker *m, int first, int second)
{
    *VEC_PUSH(&m->pairs, struct pair) = (struct pair){
        str_format(m->arena, "e%d", first), str_format(m->arena, "e%d", second)};
}

static void lead(struct maker *m, int from, int to, const char *condition)
{
    buf_format(m->out,
               "<bpmn:sequenceFlow id=\"f%d\" sourceRef=\"e%d\" targetRef=\"e%d\"",
               ++m->last, from, to);
    if (condition)
        buf_format(m->out,
                   "><bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">%s"
                   "</bpmn:conditionExpression></bpmn:sequenceFlow>\n",
                   condition);
    else
        buf_format(m->out, "/>\n");
}

static const char *const TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration "
                                 "xsi:type=\"bpmn:tFormalExpression\">PT5M"
                                 "</bpmn:timeDuration></bpmn:timerEventDefinition>";
static const char *const CYCLE = "<bpmn:timerEventDefinition><bpmn:timeCycle "
                                 "xsi:type=\"bpmn:tFormalExpression\">R2/PT3M"
                                 "</bpmn:timeCycle></bpmn:timerEventDefinition>";
static const char *const SIGNAL = "<bpmn:signalEventDefinition signalRef=\"bell\"/>";

/* One of its own for each event: a message goes to one who waits for it. */
static const char *new_message(struct maker *m)
{
    return str_format(m->arena, "<bpmn:messageEventDefinition messageRef=\"m%d\"/>",
                      ++m->messages)
        .ptr;
}

static const char *some_event(struct maker *m)
{
    unsigned i = dice_roll(&m->dice, 3);
    return i == 0 ? TIMER : i == 1 ? SIGNAL : new_message(m);
}

static struct block leaf(struct maker *m)
{
    static const struct {
        const char *tag;
        const char *attributes;
        const char *inner;
    } LEAVES[] = {
        {"userTask", "", ""},
        {"userTask", "", ""},
        {"task", "", ""},
        {"manualTask", "", ""},
        {"serviceTask", "",
         "<bpmn:extensionElements><zeebe:taskDefinition type=\"work\"/>"
         "</bpmn:extensionElements>"},
        {"scriptTask", "",
         "<bpmn:extensionElements><zeebe:script expression=\"=n + 1\" "
         "resultVariable=\"n\"/></bpmn:extensionElements>"},
        {"receiveTask", NULL, ""},
        {"intermediateCatchEvent", "", NULL},
    };
    size_t i = dice_roll(&m->dice, sizeof LEAVES / sizeof *LEAVES);
    const char *attributes = LEAVES[i].attributes;
    if (!attributes)
        attributes = str_format(m->arena, "messageRef=\"m%d\"", ++m->messages).ptr;
    int id = make(m, LEAVES[i].tag, attributes,
                  LEAVES[i].inner ? LEAVES[i].inner : some_event(m));
    return (struct block){id, id};
}

static struct block sequence(struct maker *m, int depth)
{
    struct block first = make_block(m, depth);
    struct block second = make_block(m, depth);
    lead(m, first.out, second.in, NULL);
    return (struct block){first.in, second.out};
}

/* Split and join of one kind; conditions where the kind has them. */
static struct block branches(struct maker *m, int depth, const char *tag, bool conditions)
{
    int split = ++m->last;
    int fallback = ++m->last;
    int join = make(m, tag, "", "");
    unsigned count = 2 + dice_roll(&m->dice, 2);
    if (conditions)
        buf_format(m->out, "<bpmn:%s id=\"e%d\" default=\"f%d\"/>\n", tag, split,
                   fallback);
    else
        buf_format(m->out, "<bpmn:%s id=\"e%d\"/>\n", tag, split);
    for (unsigned i = 0; i < count; i++) {
        char condition[64];
        struct block block = make_block(m, depth);
        snprintf(condition, sizeof condition, "=modulo(n, %u) = 0", i + 2);
        lead(m, split, block.in, conditions ? condition : NULL);
        lead(m, block.out, join, NULL);
    }
    if (conditions)
        buf_format(
            m->out,
            "<bpmn:sequenceFlow id=\"f%d\" sourceRef=\"e%d\" targetRef=\"e%d\"/>\n",
            fallback, split, join);
    pair(m, split, join);
    return (struct block){split, join};
}

/* Back at most twice, counted by a script. */
static struct block loop(struct maker *m, int depth)
{
    char script[256];
    char again[64];
    int merge = make(m, "exclusiveGateway", "", "");
    struct block body = make_block(m, depth);
    int counter = m->last + 1;
    snprintf(
        script, sizeof script,
        "<bpmn:extensionElements><zeebe:script expression=\"=if c%d = null then 1 else "
        "c%d + 1\" resultVariable=\"c%d\"/></bpmn:extensionElements>",
        counter, counter, counter);
    int count = make(m, "scriptTask", "", script);
    int split = make(m, "exclusiveGateway", "", "");
    int after = make(m, "task", "", "");
    lead(m, merge, body.in, NULL);
    lead(m, body.out, count, NULL);
    lead(m, count, split, NULL);
    snprintf(again, sizeof again, "=c%d &lt; 3", counter);
    lead(m, split, merge, again);
    snprintf(again, sizeof again, "=c%d &gt;= 3", counter);
    lead(m, split, after, again);
    return (struct block){merge, after};
}

static struct block race(struct maker *m)
{
    int gateway = make(m, "eventBasedGateway", "", "");
    int join = make(m, "exclusiveGateway", "", "");
    const char *const events[] = {TIMER, new_message(m), SIGNAL};
    unsigned count = 2 + dice_roll(&m->dice, 2);
    for (unsigned i = 0; i < count; i++) {
        int event = make(m, "intermediateCatchEvent", "", events[i]);
        lead(m, gateway, event, NULL);
        lead(m, event, join, NULL);
    }
    return (struct block){gateway, join};
}

/* What stands inside of a process or sub-process: start, a block, end; sometimes an event sub-process. */
static void make_scope(struct maker *m, int depth, bool may_fail)
{
    int start = make(m, "startEvent", "", "");
    int end = make(m, "endEvent", "", "");
    struct block block = make_block(m, depth);
    lead(m, start, block.in, NULL);
    if (may_fail) {
        int split = make(m, "exclusiveGateway", "", "");
        int failed =
            make(m, "endEvent", "", "<bpmn:errorEventDefinition errorRef=\"bad\"/>");
        lead(m, block.out, split, NULL);
        lead(m, split, failed, "=modulo(n, 2) = 1");
        lead(m, split, end, "=modulo(n, 2) = 0");
    } else {
        lead(m, block.out, end, NULL);
    }
    if (dice_roll(&m->dice, 4) == 0) {
        bool interrupting = dice_roll(&m->dice, 2);
        buf_format(m->out, "<bpmn:subProcess id=\"e%d\" triggeredByEvent=\"true\">\n",
                   ++m->last);
        int begin = make(m, "startEvent", interrupting ? "" : "isInterrupting=\"false\"",
                         dice_roll(&m->dice, 2) ? TIMER : new_message(m));
        struct block inside = make_block(m, depth - 1);
        int finish = make(m, "endEvent", "", "");
        lead(m, begin, inside.in, NULL);
        lead(m, inside.out, finish, NULL);
        buf_format(m->out, "</bpmn:subProcess>\n");
    }
}

static const char *const MANY[] = {
    "",
    "<bpmn:multiInstanceLoopCharacteristics "
    "isSequential=\"false\"><bpmn:extensionElements>"
    "<zeebe:loopCharacteristics inputCollection=\"=[1, 2, 3]\" inputElement=\"item\" "
    "outputCollection=\"items\" outputElement=\"=item * 2\"/></bpmn:extensionElements>"
    "</bpmn:multiInstanceLoopCharacteristics>",
    "<bpmn:multiInstanceLoopCharacteristics "
    "isSequential=\"true\"><bpmn:extensionElements>"
    "<zeebe:loopCharacteristics inputCollection=\"=[1, 2]\" inputElement=\"item\"/>"
    "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>",
};

/* A sub-process, its boundary events, and the gateway where their ways meet. */
static struct block sub_process(struct maker *m, int depth)
{
    int id = ++m->last;
    int join = make(m, "exclusiveGateway", "", "");
    bool may_fail = dice_roll(&m->dice, 2);
    unsigned many = dice_roll(&m->dice, 3);
    buf_format(m->out, "<bpmn:subProcess id=\"e%d\">\n", id);
    make_scope(m, depth, may_fail);
    buf_format(m->out, "%s</bpmn:subProcess>\n", MANY[many]);
    lead(m, id, join, NULL);
    for (unsigned i = 0; i < 3; i++) {
        char attributes[96];
        bool interrupting = i == 0 || dice_roll(&m->dice, 2);
        if (i == 0 ? !may_fail : dice_roll(&m->dice, 3) > 0)
            continue;
        snprintf(attributes, sizeof attributes,
                 "attachedToRef=\"e%d\" cancelActivity=\"%s\"", id,
                 interrupting ? "true" : "false");
        int event = make(m, "boundaryEvent", attributes,
                         i == 0   ? "<bpmn:errorEventDefinition errorRef=\"bad\"/>"
                         : i == 1 ? (interrupting ? TIMER : CYCLE)
                                  : new_message(m));
        struct block way = make_block(m, depth - 1);
        lead(m, event, way.in, NULL);
        lead(m, way.out, interrupting ? join : make(m, "endEvent", "", ""), NULL);
    }
    if (many == 0)
        pair(m, id, join);
    return (struct block){id, join};
}

static struct block make_block(struct maker *m, int depth)
{
    if (depth <= 0)
        return leaf(m);
    switch (dice_roll(&m->dice, 9)) {
    case 0:
        return leaf(m);
    case 1:
        return branches(m, depth - 1, "exclusiveGateway", true);
    case 2:
        return branches(m, depth - 1, "parallelGateway", false);
    case 3:
        return branches(m, depth - 1, "inclusiveGateway", true);
    case 4:
        return loop(m, depth - 1);
    case 5:
        return race(m);
    case 6:
        return sub_process(m, depth - 1);
    default:
        return sequence(m, depth - 1);
    }
}

static inline struct str random_model(struct arena *arena, uint64_t seed,
                                      struct vec *pairs_out)
{
    struct buf out = buf_init(arena, (size_t)1 << 20);
    struct maker m = {arena, &out, {seed * UINT64_C(0x9E3779B97F4A7C15) + 1},
                      0,     0,    VEC_INIT(arena, struct pair)};
    buf_format(
        &out,
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
        "xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" id=\"d\" "
        "targetNamespace=\"t\">\n<bpmn:process id=\"P\" isExecutable=\"true\">\n");
    make_scope(&m, 3, false);
    buf_put_c(&out, "</bpmn:process>\n");
    for (int i = 1; i <= m.messages; i++)
        buf_format(&out,
                   "<bpmn:message id=\"m%d\" name=\"m%d\"><bpmn:extensionElements>"
                   "<zeebe:subscription correlationKey=\"=&quot;k&quot;\"/>"
                   "</bpmn:extensionElements></bpmn:message>\n",
                   i, i);
    buf_put_c(&out, "<bpmn:signal id=\"bell\" name=\"bell\"/>\n"
                    "<bpmn:error id=\"bad\" errorCode=\"bad\"/>\n</bpmn:definitions>\n");
    *pairs_out = m.pairs;
    return buf_str(&out);
}

#endif
