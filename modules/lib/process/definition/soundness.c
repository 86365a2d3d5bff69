/* The token game on markings: which flows hold a token. Tasks pass a token on at once,
 * gateway decisions go every way. Each flow has one reader, so that different nodes never
 * compete for a token: any one enabled node is a persistent set, and playing only that
 * one still finds every situation in which nothing can move (Godefroid 1996,
 * theorem 4.3). */
#include "process/definition/profile.h"

#include "base/map.h"
#include "base/vec.h"

#define MARKINGS_MAX 20000
/* All markings together: with many flows fewer of them are kept. */
#define MARKING_BYTES_MAX (8u << 20)

struct exploration {
    struct arena *arena;
    const struct bpmn_model *model;
    uint32_t start;
    struct report *report;
    struct map *known;
    struct vec open;    /* struct str: markings still to be played */
    bool one_node_only; /* play persistent sets only */
    bool *doubled;      /* per node: reported */
    bool *stuck;        /* per node: reported */
};

static bool has(struct str marking, uint32_t flow)
{
    return marking.ptr[flow] != 0;
}

static void remember(struct exploration *x, struct str marking)
{
    map_set(x->known, marking, x);
    *VEC_PUSH(&x->open, struct str) = marking;
}

/* Tokens that wait for the same thing: at a task or a deciding gateway those of all flows into it;
 * a parallel gateway wants one of each flow, and an end event takes what comes. */
static size_t crowd(const char *marking, const struct bpmn_element *target, uint32_t flow)
{
    size_t count = 0;
    if (target->kind == BPMN_PARALLEL || target->kind == BPMN_END)
        return (size_t)marking[flow];
    for (size_t i = 0; i < target->incoming_count; i++)
        count += (size_t)marking[target->incoming[i]];
    return count;
}

/* A token is put on a flow; a second one there is reported and not followed. */
static bool put(struct exploration *x, char *marking, uint32_t flow)
{
    uint32_t n = x->model->flows[flow].target;
    const struct bpmn_element *target = &x->model->elements[n];
    if (crowd(marking, target, flow) == 0) {
        marking[flow] = 1;
        return true;
    }
    if (!x->doubled[n]) {
        x->doubled[n] = true;
        report_problem(x->report, target->line,
                       "two tokens can be before %s %.*s at the same time; join parallel "
                       "branches with a parallel gateway",
                       bpmn_kind_name(target->kind), STR_ARG(target->id));
    }
    return false;
}

/* The token on `in` passes through the node, out on `outgoing` (all if -1). */
static void pass(struct exploration *x, struct str marking,
                 const struct bpmn_element *node, ssize_t in, ssize_t out)
{
    struct arena_mark mark = arena_mark(x->arena);
    char *next = str_c(x->arena, marking);
    bool good = true;
    for (size_t i = 0; i < node->incoming_count; i++)
        if (in < 0 || (ssize_t)i == in)
            next[node->incoming[i]] = 0;
    for (size_t i = 0; good && i < node->outgoing_count; i++)
        if (out < 0 || (ssize_t)i == out)
            good = put(x, next, node->outgoing[i]);
    struct str result = {next, marking.len};
    if (!good || map_has(x->known, result))
        arena_rewind(x->arena, mark);
    else
        remember(x, result);
}

/* Plays every way in which the node can act now; false if it cannot. */
static bool play(struct exploration *x, struct str marking,
                 const struct bpmn_element *node)
{
    size_t ready = 0;
    for (size_t i = 0; i < node->incoming_count; i++)
        ready += has(marking, node->incoming[i]);
    if (ready == 0 || (node->kind == BPMN_PARALLEL && ready < node->incoming_count))
        return false;
    if (node->kind == BPMN_PARALLEL) {
        pass(x, marking, node, -1, -1);
        return true;
    }
    for (size_t i = 0; i < node->incoming_count; i++) {
        if (!has(marking, node->incoming[i]))
            continue;
        if (node->kind != BPMN_EXCLUSIVE)
            pass(x, marking, node, (ssize_t)i, -1);
        for (size_t o = 0; node->kind == BPMN_EXCLUSIVE && o < node->outgoing_count; o++)
            pass(x, marking, node, (ssize_t)i, (ssize_t)o);
    }
    return true;
}

/* Nothing moves: every token left waits at a parallel gateway. */
static void report_stuck(struct exploration *x, struct str marking)
{
    for (uint32_t f = 0; f < x->model->flow_count; f++) {
        uint32_t n = x->model->flows[f].target;
        if (!has(marking, f) || x->stuck[n])
            continue;
        x->stuck[n] = true;
        report_problem(
            x->report, x->model->elements[n].line,
            "a token can wait for ever at parallel gateway %.*s: not each of its "
            "incoming flows is always taken",
            STR_ARG(x->model->elements[n].id));
    }
}

/* False when there are too many situations. */
static bool explore(struct exploration *x)
{
    const struct bpmn_element *start = &x->model->elements[x->start];
    char *first = arena_alloc(x->arena, x->model->flow_count + 1);
    for (size_t i = 0; i < start->outgoing_count; i++)
        first[start->outgoing[i]] = 1;
    remember(x, (struct str){first, x->model->flow_count});
    while (x->open.count > 0) {
        struct str marking = *VEC_AT(&x->open, struct str, x->open.count - 1);
        x->open.count--;
        bool moved = false;
        for (size_t n = 0; n < x->model->element_count && !(moved && x->one_node_only);
             n++)
            moved = play(x, marking, &x->model->elements[n]) || moved;
        if (!moved)
            report_stuck(x, marking);
        size_t count = map_count(x->known);
        if (count > MARKINGS_MAX || count * x->model->flow_count > MARKING_BYTES_MAX)
            return false;
    }
    return true;
}

static struct exploration begin(struct arena *arena, const struct bpmn_model *model,
                                uint32_t start, struct report *report)
{
    return (struct exploration){
        .arena = arena,
        .model = model,
        .start = start,
        .report = report,
        .known = map_new(arena),
        .open = VEC_INIT(arena, struct str),
        .doubled = ARENA_ARRAY(arena, bool, model->element_count),
        .stuck = ARENA_ARRAY(arena, bool, model->element_count),
    };
}

/* The game is exact for these; with events, loops of instances and inclusive joins it would refuse what is
 * right, so such a process is not played. */
static bool is_plain(const struct bpmn_model *model)
{
    for (size_t i = 0; i < model->element_count; i++) {
        const struct bpmn_element *element = &model->elements[i];
        bool plain = element->kind == BPMN_PROCESS || element->kind == BPMN_EXCLUSIVE ||
                     element->kind == BPMN_PARALLEL ||
                     ((element->kind == BPMN_START || element->kind == BPMN_END) &&
                      element->trigger == BPMN_NO_TRIGGER) ||
                     (element->kind >= BPMN_TASK && element->kind <= BPMN_MANUAL_TASK);

        if (!plain || element->boundary_count || element->multi.kind != BPMN_NO_LOOP ||
            (element->kind >= BPMN_TASK && element->kind <= BPMN_MANUAL_TASK &&
             element->outgoing_count > 1))
            return false;
    }
    return model->process_count == 1;
}

void profile_check_soundness(struct arena *arena, const struct bpmn_model *model,
                             uint32_t process, struct report *report)
{
    uint32_t start = bpmn_start_of(model, process);
    struct exploration full = begin(arena, model, start, report);
    struct exploration reduced;

    if (!is_plain(model) || start == BPMN_NONE || explore(&full) || report->count > 0)
        return;
    reduced = begin(arena, model, start, report);
    reduced.one_node_only = true;
    if (!explore(&reduced))
        report_problem(
            report, model->elements[start].line,
            "the process has too many combinations of decisions to be checked");
}
