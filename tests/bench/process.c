/* process.c: what the process engine costs by itself.
 *
 * NAME
 *     process - CPU time of compiling a process, of a step, and of a step with its state
 * SYNOPSIS
 *     process
 * DESCRIPTION
 *     Makes a definition of 200 elements in a row (user, service and script tasks, exclusive gateways with FEEL
 *     conditions), with and without the drawing that editors write, and prints per line a figure, what is wanted,
 *     and MISSED where it is not met. A share of libxml2 is the median over pairs, in turn: xmlReadMemory() of
 *     process.bpmn against definition_compile() of the folder (read, check, soundness, names, texts, encode, load).
 *     Steps are those of user tasks in a row: the engine alone, and decode + step + encode with 50 variables.
 *     Exits 0 unless something cannot be carried out. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "process/definition/definition.h"
#include "process/values.h"

enum { ELEMENTS = 200, PAIRS = 15, ROUNDS = 20, VARIABLES = 50 };

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static void print(const char *what, double figure, const char *unit, double wanted)
{
    printf("  %-58s %8.2f %-3s wanted %g%s\n", what, figure, unit, wanted,
           figure > wanted ? "   MISSED" : "");
}

/* ---- the definition --------------------------------------------------------------------------- */

enum shape { ROW, MIXED };

static void put_head(struct buf *out)
{
    buf_put_c(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
        "xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" "
        "xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" "
        "xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" "
        "xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" id=\"Definitions_1\" "
        "targetNamespace=\"http://bpmn.io/schema/bpmn\">\n"
        "  <bpmn:process id=\"Process_1\" name=\"Text\" isExecutable=\"true\">\n"
        "    <bpmn:extensionElements>\n      <zeebe:properties>\n"
        "        <zeebe:property name=\"kontor:action\" value=\"add\" />\n"
        "        <zeebe:property name=\"kontor:object\" value=\"thing\" />\n"
        "        <zeebe:property name=\"kontor:summary\" value=\"Text\" />\n"
        "        <zeebe:property name=\"kontor:intakeTeam\" value=\"service\" />\n"
        "        <zeebe:property name=\"kontor:intakePhase\" value=\"Text\" />\n"
        "        <zeebe:property name=\"kontor:forms\" value=\"one\" />\n"
        "      </zeebe:properties>\n    </bpmn:extensionElements>\n");
}

static void put_user_task(struct buf *out, int n)
{
    buf_format(out,
               "    <bpmn:userTask id=\"Activity_%d\" name=\"Text\">\n"
               "      <bpmn:extensionElements>\n        <zeebe:userTask />\n"
               "        <zeebe:assignmentDefinition candidateGroups=\"it\" />\n"
               "        <zeebe:properties>\n"
               "          <zeebe:property name=\"kontor:due\" value=\"P3D\" />\n"
               "        </zeebe:properties>\n      </bpmn:extensionElements>\n"
               "      <bpmn:incoming>Flow_%d</bpmn:incoming>\n"
               "      <bpmn:outgoing>Flow_%d</bpmn:outgoing>\n    </bpmn:userTask>\n",
               n, n, n + 1);
}

static void put_service_task(struct buf *out, int n)
{
    buf_format(
        out,
        "    <bpmn:serviceTask id=\"Activity_%d\" name=\"Text\">\n"
        "      <bpmn:extensionElements>\n"
        "        <zeebe:taskDefinition type=\"master-data.apply\" />\n"
        "        <zeebe:ioMapping>\n"
        "          <zeebe:input source=\"={&#34;thing.word&#34;: word}\" "
        "target=\"attributes\" />\n"
        "          <zeebe:input source=\"=request.effectiveOn\" target=\"validFrom\" />\n"
        "        </zeebe:ioMapping>\n      </bpmn:extensionElements>\n"
        "      <bpmn:incoming>Flow_%d</bpmn:incoming>\n"
        "      <bpmn:outgoing>Flow_%d</bpmn:outgoing>\n    </bpmn:serviceTask>\n",
        n, n, n + 1);
}

static void put_script_task(struct buf *out, int n)
{
    buf_format(out,
               "    <bpmn:scriptTask id=\"Activity_%d\" name=\"Text\">\n"
               "      <bpmn:extensionElements>\n"
               "        <zeebe:script expression=\"=string length(word) + %d\" "
               "resultVariable=\"length\" />\n      </bpmn:extensionElements>\n"
               "      <bpmn:incoming>Flow_%d</bpmn:incoming>\n"
               "      <bpmn:outgoing>Flow_%d</bpmn:outgoing>\n    </bpmn:scriptTask>\n",
               n, n, n, n + 1);
}

/* One way leads on, the other to the end. */
static void put_gateway(struct buf *out, int n)
{
    buf_format(out,
               "    <bpmn:exclusiveGateway id=\"Activity_%d\" default=\"Flow_%d\">\n"
               "      <bpmn:incoming>Flow_%d</bpmn:incoming>\n"
               "      <bpmn:outgoing>Flow_%d</bpmn:outgoing>\n"
               "      <bpmn:outgoing>Out_%d</bpmn:outgoing>\n"
               "    </bpmn:exclusiveGateway>\n"
               "    <bpmn:sequenceFlow id=\"Out_%d\" sourceRef=\"Activity_%d\" "
               "targetRef=\"Activity_%d\">\n"
               "      <bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\" "
               "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">=word = "
               "\"stop %d\"</bpmn:conditionExpression>\n    </bpmn:sequenceFlow>\n",
               n, n + 1, n, n + 1, n, n, n, ELEMENTS - 1, n);
}

static void put_element(struct buf *out, int n, enum shape shape)
{
    int kind = shape == ROW ? 0 : n % 4;

    if (kind == 0)
        put_user_task(out, n);
    else if (kind == 1)
        put_script_task(out, n);
    else if (kind == 2)
        put_service_task(out, n);
    else
        put_gateway(out, n);
}

static void put_drawing(struct buf *out, enum shape shape)
{
    buf_put_c(out, "  <bpmndi:BPMNDiagram id=\"D_1\">\n    <bpmndi:BPMNPlane "
                   "id=\"P_1\" bpmnElement=\"Process_1\">\n");
    for (int n = 0; n < ELEMENTS; n++)
        buf_format(out,
                   "      <bpmndi:BPMNShape id=\"Activity_%d_di\" "
                   "bpmnElement=\"Activity_%d\">\n        <dc:Bounds x=\"%d\" "
                   "y=\"80\" width=\"100\" height=\"80\" />\n"
                   "        <bpmndi:BPMNLabel />\n      </bpmndi:BPMNShape>\n",
                   n, n, 160 * n);
    for (int n = 1; n < ELEMENTS; n++)
        buf_format(out,
                   "      <bpmndi:BPMNEdge id=\"Flow_%d_di\" bpmnElement=\"Flow_%d\">\n"
                   "        <di:waypoint x=\"%d\" y=\"120\" />\n"
                   "        <di:waypoint x=\"%d\" y=\"120\" />\n"
                   "      </bpmndi:BPMNEdge>\n",
                   n, n, 160 * n - 60, 160 * n);
    buf_put_c(out, "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n");
}

static struct str process_text(struct arena *arena, enum shape shape, bool drawing)
{
    struct buf out = buf_init(arena, 4u << 20);

    put_head(&out);
    buf_put_c(&out, "    <bpmn:startEvent id=\"Activity_0\">\n"
                    "      <bpmn:outgoing>Flow_1</bpmn:outgoing>\n"
                    "    </bpmn:startEvent>\n");
    for (int n = 1; n < ELEMENTS - 1; n++)
        put_element(&out, n, shape);
    buf_format(&out, "    <bpmn:endEvent id=\"Activity_%d\" />\n", ELEMENTS - 1);
    for (int n = 1; n < ELEMENTS; n++)
        buf_format(&out,
                   "    <bpmn:sequenceFlow id=\"Flow_%d\" sourceRef=\"Activity_%d\" "
                   "targetRef=\"Activity_%d\" />\n",
                   n, n - 1, n);
    buf_put_c(&out, "  </bpmn:process>\n");
    if (drawing)
        put_drawing(&out, shape);
    buf_put_c(&out, "</bpmn:definitions>\n");
    return buf_str(&out);
}

static const char FORM[] =
    "{\"id\":\"one\",\"type\":\"default\",\"schemaVersion\":17,\"properties\":{\"title\":"
    "\"Text\"},\"components\":[{\"type\":\"textfield\",\"key\":\"word\",\"label\":"
    "\"Text\"}]}";
static const char GERMAN[] = "msgid \"\"\nmsgstr \"\"\n\"Language: de\\n\"\n"
                             "\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
                             "msgid \"Text\"\nmsgstr \"Text\"\n";

static void print_problem(void *context, struct str file, int line, struct str reason)
{
    fprintf(stderr, "%.*s:%d: %.*s\n", STR_ARG(file), line, STR_ARG(reason));
}

static struct str compile(struct arena *arena, struct str process)
{
    const struct definition_file files[] = {{STR("process.bpmn"), process},
                                            {STR("one.form"), str_from(FORM)},
                                            {STR("de.po"), str_from(GERMAN)}};
    struct str compiled;

    if (definition_compile(arena, STR("bench"), files, 3, print_problem, NULL,
                           &compiled) != OK)
        exit(1);
    return compiled;
}

/* ---- compiling -------------------------------------------------------------------------------- */

static double time_libxml(struct str text)
{
    double start = cpu_us();

    for (int i = 0; i < ROUNDS; i++) {
        xmlDoc *doc = xmlReadMemory(text.ptr, (int)text.len, NULL, NULL, XML_PARSE_NONET);
        if (!doc)
            exit(1);
        xmlFreeDoc(doc);
    }
    return (cpu_us() - start) / ROUNDS;
}

static double time_compile(struct str text)
{
    double start = cpu_us();

    for (int i = 0; i < ROUNDS; i++) {
        struct arena *arena = arena_new((size_t)1 << 30);
        (void)compile(arena, text);
        arena_free(&arena);
    }
    return (cpu_us() - start) / ROUNDS;
}

static void bench_compile(struct arena *arena, const char *what, bool drawing)
{
    struct str text = process_text(arena, MIXED, drawing);
    double xml[PAIRS], ours[PAIRS], ratio[PAIRS];

    for (int i = 0; i < PAIRS; i++) {
        if (i % 2)
            ours[i] = time_compile(text);
        xml[i] = time_libxml(text);
        if (i % 2 == 0)
            ours[i] = time_compile(text);
        ratio[i] = ours[i] / xml[i];
    }
    printf("%s: %zu bytes, libxml2 %.0f us, ours %.0f us\n", what, text.len,
           median(xml, PAIRS), median(ours, PAIRS));
    print("parse + check + compile, times libxml2 reading the file", median(ratio, PAIRS),
          "", 20);
}

/* ---- steps ------------------------------------------------------------------------------------ */

static const struct feel_context *variables(struct arena *arena)
{
    struct feel_entry *entries = ARENA_ARRAY(arena, struct feel_entry, VARIABLES);

    for (int i = 0; i < VARIABLES; i++) {
        entries[i].name = str_format(arena, "variable%d", i);
        entries[i].value =
            i % 2 ? feel_i64(i) : feel_string(str_format(arena, "value of %d", i));
    }
    return feel_context(arena, entries, VARIABLES).context;
}

/* What goes from one transaction to the next: its own memory is gone. */
struct between {
    char activation[100];
    char state[1 << 16];
};

static struct str keep(char *into, size_t size, struct str text)
{
    if (text.len >= size)
        exit(1);
    memcpy(into, text.ptr, text.len);
    return (struct str){into, text.len};
}

static struct process_outcome begin(struct arena *arena,
                                    const struct definition *definition)
{
    const struct process_event event = {.kind = PROCESS_STARTED,
                                        .variables = variables(arena)};
    struct process_outcome outcome;

    if (process_step(arena, definition, NULL, &event, 0, &outcome) != OK)
        exit(1);
    return outcome;
}

static void complete(struct arena *arena, const struct definition *definition,
                     struct process_state *state, struct process_outcome *outcome,
                     struct str activation)
{
    const struct process_event event = {.kind = PROCESS_TASK_COMPLETED,
                                        .activation = activation};

    if (process_step(arena, definition, state, &event, 0, outcome) != OK)
        exit(1);
}

/* Through the whole row; microseconds per step. */
static double walk(const struct definition *definition)
{
    struct arena *arena = arena_new((size_t)1 << 30);
    struct process_outcome outcome = begin(arena, definition);
    int steps = 0;
    double start = cpu_us();

    for (; !outcome.ended; steps++)
        complete(arena, definition, outcome.state, &outcome,
                 outcome.effects[0].activation);
    double used = cpu_us() - start;
    arena_free(&arena);
    if (steps != ELEMENTS - 2)
        exit(1);
    return used / steps;
}

/* The same, each step as a transaction has it: an arena of its own, the state read and written. */
static double walk_stored(const struct definition *definition)
{
    struct arena *arena = arena_new((size_t)1 << 30);
    struct process_outcome outcome = begin(arena, definition);
    static struct between between;
    struct str state, activation;
    double start = cpu_us();

    for (int i = 0; i < ELEMENTS - 2; i++) {
        struct process_state *decoded;
        state = keep(between.state, sizeof between.state,
                     process_state_encode(arena, definition, outcome.state));
        activation = keep(between.activation, sizeof between.activation,
                          outcome.effects[0].activation);
        arena_free(&arena);
        arena = arena_new((size_t)1 << 30);
        if (process_state_decode(arena, definition, state, &decoded) != OK)
            exit(1);
        complete(arena, definition, decoded, &outcome, activation);
    }
    double used = cpu_us() - start;
    arena_free(&arena);
    return used / (ELEMENTS - 2);
}

static void bench_steps(struct arena *arena)
{
    struct str compiled = compile(arena, process_text(arena, ROW, false));
    struct definition *definition;
    double pure[PAIRS], stored[PAIRS];

    if (definition_load(arena, compiled, &definition) != OK)
        exit(1);
    for (int i = 0; i < PAIRS; i++) {
        pure[i] = walk(definition);
        stored[i] = walk_stored(definition);
    }
    printf("a row of %d user tasks, %d variables\n", ELEMENTS - 2, VARIABLES);
    print("one step", median(pure, PAIRS), "us", 5);
    print("decode + step + encode", median(stored, PAIRS), "us", 100);
}

int main(void)
{
    struct arena *arena = arena_new((size_t)1 << 30);

    bench_compile(arena, "200 elements with drawing", true);
    bench_compile(arena, "200 elements without drawing", false);
    bench_steps(arena);
    arena_free(&arena);
    xmlCleanupParser();
    return 0;
}
