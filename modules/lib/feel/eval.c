/* eval.c: walks the tree. Every node and every item of a list counts as a step. */
#include "base/vec.h"
#include "feel/temporal.h"
#include "feel/tree.h"

#define STEPS_MAX 1000000

struct feel_value feel_fail(struct feel_run *run, const char *format, ...)
{
    va_list args;

    if (!run->failure.ptr) {
        va_start(args, format);
        run->failure = str_vformat(run->arena, format, args);
        va_end(args);
    }
    return FEEL_NULL_VALUE;
}

bool feel_room(struct feel_run *run, size_t bytes)
{
    size_t room = arena_room(run->arena);

    if (room < run->room_least || bytes > room - run->room_least)
        run->exhausted = true;
    return !run->exhausted;
}

bool feel_spend(struct feel_run *run, int64_t steps)
{
    if (!feel_room(run, 0) || run->steps_left < steps) {
        run->exhausted = true;
        return false;
    }
    run->steps_left -= steps;
    return true;
}

bool feel_spend_values(struct feel_run *run, int64_t count)
{
    return feel_spend(run, count) &&
           feel_room(run, (size_t)count * sizeof(struct feel_value));
}

/* ---- names ----------------------------------------------------------------------------------- */

static const struct feel_value *look_up(const struct feel_scope *scope, struct str name)
{
    for (; scope; scope = scope->outer) {
        const struct feel_value *found;

        if (!scope->context) {
            if (str_eq(scope->name, name))
                return &scope->value;
        } else {
            found = feel_get(scope->context, name);
            if (found)
                return found;
        }
    }
    return NULL;
}

static struct feel_value builtin_value(struct feel_run *run,
                                       const struct feel_builtin *builtin)
{
    struct feel_function *function = ARENA_NEW(run->arena, struct feel_function);

    function->builtin = builtin;
    return (struct feel_value){.type = FEEL_FUNCTION, .function = function};
}

static struct feel_value value_of_name(struct feel_run *run, const struct feel_node *node,
                                       const struct feel_scope *scope)
{
    const struct feel_value *found = look_up(scope, node->text);
    const struct feel_builtin *builtin;

    if (found)
        return *found;
    builtin = feel_builtin_find(node->text);
    if (builtin)
        return builtin_value(run, builtin);
    return feel_fail(run, "there is no %.*s", STR_ARG(node->text));
}

/* ---- logic ----------------------------------------------------------------------------------- */

/* Three values: what is no boolean counts as unknown. */
static struct feel_value value_of_logic(struct feel_run *run,
                                        const struct feel_node *node,
                                        const struct feel_scope *scope)
{
    bool decisive = node->kind == NODE_OR;
    struct feel_value a = feel_value_of(run, node->items[0], scope);
    struct feel_value b;

    if (a.type == FEEL_BOOLEAN && a.boolean == decisive)
        return a;
    b = feel_value_of(run, node->items[1], scope);
    if (b.type == FEEL_BOOLEAN && b.boolean == decisive)
        return b;
    if (a.type == FEEL_BOOLEAN && b.type == FEEL_BOOLEAN)
        return feel_boolean(!decisive);
    return FEEL_NULL_VALUE;
}

static struct feel_value value_of_between(struct feel_run *run,
                                          const struct feel_node *node,
                                          const struct feel_scope *scope)
{
    struct feel_value value = feel_value_of(run, node->items[0], scope);
    struct feel_range range = {
        .low = feel_value_of(run, node->items[1], scope),
        .high = feel_value_of(run, node->items[2], scope),
        .low_closed = true,
        .high_closed = true,
    };

    if (range.low.type == FEEL_NULL || range.high.type == FEEL_NULL)
        return feel_fail(run, "between needs two ends");
    return feel_in_range(&range, value);
}

/* ---- unary tests ------------------------------------------------------------------------------ */

/* One value that a test gave: does `input` pass? */
static struct feel_value test_value(struct feel_value test, struct feel_value input)
{
    if (test.type == FEEL_RANGE && input.type != FEEL_RANGE)
        return feel_in_range(test.range, input);
    if (test.type == FEEL_LIST) {
        bool unknown = false;

        if (input.type == FEEL_LIST && feel_same(test, input))
            return feel_boolean(true);
        for (size_t i = 0; i < test.list->count; i++) {
            struct feel_value passes = test_value(test.list->items[i], input);

            if (feel_is_true(passes))
                return passes;
            unknown |= passes.type == FEEL_NULL;
        }
        return unknown ? FEEL_NULL_VALUE : feel_boolean(false);
    }
    return feel_equal(input, test);
}

/* A test that speaks of '?' says by itself whether the input passes. */
static bool speaks_of_input(const struct feel_node *node)
{
    if (node->kind == NODE_INPUT)
        return true;
    for (size_t i = 0; i < node->item_count; i++)
        if (node->items[i] && speaks_of_input(node->items[i]))
            return true;
    return false;
}

static struct feel_value passes_test(struct feel_run *run, const struct feel_node *node,
                                     const struct feel_scope *scope,
                                     struct feel_value input)
{
    struct feel_scope inner = {.outer = scope, .name = STR("?"), .value = input};
    struct feel_value value;

    if (node->kind == NODE_TEST)
        return feel_compare(run, node->op, input,
                            feel_value_of(run, node->items[0], &inner));
    value = feel_value_of(run, node, &inner);
    if (speaks_of_input(node) && (value.type == FEEL_BOOLEAN || value.type == FEEL_NULL))
        return value;
    return test_value(value, input);
}

static struct feel_value passes_any(struct feel_run *run, const struct feel_node *node,
                                    size_t first, const struct feel_scope *scope,
                                    struct feel_value input)
{
    bool unknown = false;

    for (size_t i = first; i < node->item_count; i++) {
        struct feel_value passes = passes_test(run, node->items[i], scope, input);

        if (feel_is_true(passes))
            return passes;
        unknown |= passes.type == FEEL_NULL;
    }
    return unknown ? FEEL_NULL_VALUE : feel_boolean(false);
}

/* ---- lists, contexts, ranges, functions --------------------------------------------------------- */

static struct feel_value value_of_list(struct feel_run *run, const struct feel_node *node,
                                       const struct feel_scope *scope)
{
    struct feel_value *items =
        ARENA_ARRAY(run->arena, struct feel_value, node->item_count + 1);

    for (size_t i = 0; i < node->item_count; i++)
        items[i] = feel_value_of(run, node->items[i], scope);
    return feel_list(run->arena, items, node->item_count);
}

/* An entry may use those before it. */
static struct feel_value value_of_context(struct feel_run *run,
                                          const struct feel_node *node,
                                          const struct feel_scope *scope)
{
    struct feel_entry *entries =
        ARENA_ARRAY(run->arena, struct feel_entry, node->item_count + 1);
    struct feel_context *so_far = ARENA_NEW(run->arena, struct feel_context);
    struct feel_scope *inner = ARENA_NEW(run->arena, struct feel_scope);

    so_far->entries = entries;
    /* In the arena: a function among the entries keeps this scope. */
    *inner = (struct feel_scope){.outer = scope, .context = so_far};
    for (size_t i = 0; i < node->item_count; i++) {
        entries[i].name = node->names[i];
        entries[i].value = feel_value_of(run, node->items[i], inner);
        so_far->count = i + 1;
    }
    return feel_context(run->arena, entries, node->item_count);
}

static struct feel_value value_of_range(struct feel_run *run,
                                        const struct feel_node *node,
                                        const struct feel_scope *scope)
{
    struct feel_range *range = ARENA_NEW(run->arena, struct feel_range);
    int order;

    range->low = feel_value_of(run, node->items[0], scope);
    range->high = feel_value_of(run, node->items[1], scope);
    range->low_closed = node->low_closed;
    range->high_closed = node->high_closed;
    if (range->low.type == FEEL_NULL && range->high.type == FEEL_NULL)
        return feel_fail(run, "a range has an end");
    if (range->low.type != FEEL_NULL && range->high.type != FEEL_NULL &&
        !feel_order(range->low, range->high, &order))
        return feel_fail(run, "no range from %s to %s", feel_type_name(range->low.type),
                         feel_type_name(range->high.type));
    return (struct feel_value){.type = FEEL_RANGE, .range = range};
}

static struct feel_value value_of_function(struct feel_run *run,
                                           const struct feel_node *node,
                                           const struct feel_scope *scope)
{
    struct feel_function *function = ARENA_NEW(run->arena, struct feel_function);
    const struct feel_scope **link = &function->scope;

    function->node = node;
    /* Scopes lie on the stack of the evaluation; a function may outlive them. */
    for (; scope; scope = scope->outer) {
        struct feel_scope *copy = ARENA_NEW(run->arena, struct feel_scope);

        if (!feel_spend(run, 1))
            return FEEL_NULL_VALUE;
        *copy = *scope;
        *link = copy;
        link = &copy->outer;
    }
    return (struct feel_value){.type = FEEL_FUNCTION, .function = function};
}

/* ---- paths and filters --------------------------------------------------------------------------- */

static struct feel_value path_of(struct feel_run *run, struct feel_value value,
                                 struct str name)
{
    const struct feel_value *found;

    if (value.type == FEEL_LIST) {
        struct feel_value *items;

        if (!feel_spend_values(run, (int64_t)value.list->count))
            return FEEL_NULL_VALUE;
        items = ARENA_ARRAY(run->arena, struct feel_value, value.list->count + 1);
        for (size_t i = 0; i < value.list->count; i++)
            items[i] = path_of(run, value.list->items[i], name);
        return feel_list(run->arena, items, value.list->count);
    }
    if (value.type != FEEL_CONTEXT)
        return feel_property(run, value, name);
    found = feel_get(value.context, name);
    return found ? *found : feel_fail(run, "the context has no %.*s", STR_ARG(name));
}

static struct feel_value item_at(struct feel_run *run, const struct feel_list *list,
                                 struct feel_value index)
{
    int64_t number = 0;

    if (!number_to_i64(index.number, &number))
        return feel_fail(run, "the index is no whole number");
    if (number < 0)
        number += (int64_t)list->count + 1;
    if (number < 1 || number > (int64_t)list->count)
        return feel_fail(run, "the list has no item %lld", (long long)number);
    return list->items[number - 1];
}

static struct feel_value value_of_filter(struct feel_run *run,
                                         const struct feel_node *node,
                                         const struct feel_scope *scope)
{
    struct feel_value value = feel_value_of(run, node->items[0], scope);
    struct feel_list single = {.items = &value, .count = 1};
    const struct feel_list *list = value.type == FEEL_LIST ? value.list : &single;
    struct vec kept = VEC_INIT(run->arena, struct feel_value);

    if (value.type == FEEL_NULL)
        single.count = 0;
    /* An index does not depend on the item, so it is asked for with the outer names first. */
    if (node->items[1]->kind == NODE_LITERAL || node->items[1]->kind == NODE_NEGATE ||
        node->items[1]->kind == NODE_NAME) {
        struct feel_run quiet = *run;
        struct feel_value index = feel_value_of(&quiet, node->items[1], scope);

        run->steps_left = quiet.steps_left;
        run->exhausted = quiet.exhausted;
        if (index.type == FEEL_NUMBER)
            return item_at(run, list, index);
    }
    for (size_t i = 0; i < list->count; i++) {
        struct feel_scope of_item = {
            .outer = scope, .name = STR("item"), .value = list->items[i]};
        struct feel_scope of_entries = {.outer = &of_item};
        const struct feel_scope *inner = &of_item;
        struct feel_value keep;

        if (list->items[i].type == FEEL_CONTEXT) {
            of_entries.context = list->items[i].context;
            inner = &of_entries;
        }
        keep = feel_condition_of(run, node->items[1], inner);
        if (keep.type == FEEL_NUMBER)
            return item_at(run, list, keep);
        if (feel_is_true(keep))
            *VEC_PUSH(&kept, struct feel_value) = list->items[i];
        if (run->exhausted)
            return FEEL_NULL_VALUE;
    }
    return feel_list(run->arena, kept.items, kept.count);
}

/* ---- dispatch ------------------------------------------------------------------------------------- */

struct feel_value feel_iterate(struct feel_run *run, const struct feel_node *node,
                               const struct feel_scope *scope);
struct feel_value feel_invoke(struct feel_run *run, const struct feel_node *node,
                              const struct feel_scope *scope);

static struct feel_value value_of_if(struct feel_run *run, const struct feel_node *node,
                                     const struct feel_scope *scope)
{
    struct feel_value condition = feel_value_of(run, node->items[0], scope);

    return feel_value_of(run, node->items[feel_is_true(condition) ? 1 : 2], scope);
}

static struct feel_value dispatch(struct feel_run *run, const struct feel_node *node,
                                  const struct feel_scope *scope)
{
    switch (node->kind) {
    case NODE_LITERAL:
        return node->value;
    case NODE_NAME:
    case NODE_INPUT:
        return value_of_name(run, node, scope);
    case NODE_LIST:
        return value_of_list(run, node, scope);
    case NODE_CONTEXT:
        return value_of_context(run, node, scope);
    case NODE_RANGE:
        return value_of_range(run, node, scope);
    case NODE_FUNCTION:
        return value_of_function(run, node, scope);
    case NODE_IF:
        return value_of_if(run, node, scope);
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY:
        return feel_iterate(run, node, scope);
    case NODE_OR:
    case NODE_AND:
        return value_of_logic(run, node, scope);
    case NODE_COMPARE:
        return feel_compare(run, node->op, feel_value_of(run, node->items[0], scope),
                            feel_value_of(run, node->items[1], scope));
    case NODE_BETWEEN:
        return value_of_between(run, node, scope);
    case NODE_IN:
        return passes_any(run, node, 1, scope, feel_value_of(run, node->items[0], scope));
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
    case NODE_POWER:
        return feel_operate(run, node->kind, feel_value_of(run, node->items[0], scope),
                            feel_value_of(run, node->items[1], scope));
    case NODE_NEGATE:
        return feel_negate(run, feel_value_of(run, node->items[0], scope));
    case NODE_INSTANCE:
        return feel_boolean(
            feel_is_instance(feel_value_of(run, node->items[0], scope), node->items[1]));
    case NODE_PATH:
        return path_of(run, feel_value_of(run, node->items[0], scope), node->text);
    case NODE_FILTER:
        return value_of_filter(run, node, scope);
    case NODE_CALL:
        return feel_invoke(run, node, scope);
    case NODE_SPAN:
    case NODE_TEST:
    case NODE_TESTS:
    case NODE_NO_TEST:
    case NODE_ANY:
    case NODE_TYPE:
        break;
    }
    bug("node %d has no value", (int)node->kind);
}

struct feel_value feel_value_of(struct feel_run *run, const struct feel_node *node,
                                const struct feel_scope *scope)
{
    return feel_spend(run, 1) ? dispatch(run, node, scope) : FEEL_NULL_VALUE;
}

/* ---- the run ---------------------------------------------------------------------------------------- */

static void begin(struct feel_run *run)
{
    if (run->steps_left <= 0)
        run->steps_left = STEPS_MAX;
    run->failure = STR_NONE;
    run->depth = 0;
    run->room_least = arena_room(run->arena) / 2;
    run->exhausted = false;
}

static enum err finish(const struct feel_run *run)
{
    return run->exhausted ? err_note(ERR_LIMITED, "the expression costs too much") : OK;
}

/* Functions among the results keep the names they were made with, and the caller's context may lie on its stack. */
static struct feel_scope outermost(const struct feel_run *run,
                                   const struct feel_context *context)
{
    struct feel_context *names = ARENA_NEW(run->arena, struct feel_context);

    if (context)
        *names = *context;
    return (struct feel_scope){.context = names};
}

enum err feel_eval(struct feel_run *run, const struct feel_node *node,
                   const struct feel_context *context, struct feel_value *out)
{
    struct feel_scope scope = outermost(run, context);
    enum err err;

    begin(run);
    *out = feel_value_of(run, node, &scope);
    err = finish(run);
    return err;
}

enum err feel_eval_tests(struct feel_run *run, const struct feel_node *tests,
                         const struct feel_context *context, struct feel_value input,
                         bool *out)
{
    struct feel_scope scope = outermost(run, context);
    struct feel_value passes;

    begin(run);
    if (tests->kind == NODE_ANY) {
        *out = true;
        return OK;
    }
    passes = passes_any(run, tests, 0, &scope, input);
    *out = tests->kind == NODE_NO_TEST ? passes.type == FEEL_BOOLEAN && !passes.boolean
                                       : feel_is_true(passes);
    return finish(run);
}
