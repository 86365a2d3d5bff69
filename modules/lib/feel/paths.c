/* paths.c: what an expression reads, without evaluating it. */
#include "base/vec.h"
#include "feel/tree.h"

struct walk {
    void (*fn)(void *context, const struct feel_path *path);
    void *context;
};

struct bound {
    const struct bound *outer;
    struct str name;
    bool is_filter; /* inside: members of the item are names, too */
};

#define PATH_MAX_NAMES 16

static bool is_filtered(const struct bound *bound)
{
    for (; bound; bound = bound->outer)
        if (bound->is_filter)
            return true;
    return false;
}

static bool is_bound(const struct bound *bound, struct str name)
{
    for (; bound; bound = bound->outer)
        if (str_eq(bound->name, name))
            return true;
    return false;
}

static void visit(const struct walk *walk, const struct feel_node *node,
                  const struct bound *bound);

/* a.b.c from its last link; true if it is nothing but names. */
static bool collect(const struct feel_node *node, struct str *names, size_t *count)
{
    if (*count == PATH_MAX_NAMES)
        return false;
    if (node->kind == NODE_NAME) {
        names[(*count)++] = node->text;
        return true;
    }
    if (node->kind != NODE_PATH || !collect(node->items[0], names, count) ||
        *count == PATH_MAX_NAMES)
        return false;
    names[(*count)++] = node->text;
    return true;
}

static void visit_bound(const struct walk *walk, const struct feel_node *node,
                        size_t index, const struct bound *bound)
{
    bool entries = node->kind == NODE_CONTEXT;
    struct bound inner;

    if (index < node->item_count)
        if (entries || node->kind == NODE_FOR || node->kind == NODE_SOME ||
            node->kind == NODE_EVERY)
            visit(walk, node->items[index], bound);
    if (index >= node->name_count)
        return;
    inner = (struct bound){bound, node->names[index], false};
    if (node->kind == NODE_FUNCTION && index + 1 == node->name_count)
        visit(walk, node->items[0], &inner);
    else
        visit_bound(walk, node, index + 1, &inner);
}

/* The name of a function that is called is nothing that is read. */
static bool called_builtin(const struct feel_node *node)
{
    return node->kind == NODE_CALL && node->items[0]->kind == NODE_NAME &&
           feel_builtin_find(node->items[0]->text);
}

static void visit(const struct walk *walk, const struct feel_node *node,
                  const struct bound *bound)
{
    struct str names[PATH_MAX_NAMES];
    size_t count = 0;

    switch (node->kind) {
    case NODE_NAME:
    case NODE_PATH:
        if (!collect(node, names, &count))
            break;
        if (!is_bound(bound, names[0]))
            walk->fn(walk->context,
                     &(struct feel_path){names, count, is_filtered(bound),
                                         feel_builtin_find(names[0]) != NULL});
        return;
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY:
    case NODE_CONTEXT: {
        struct bound partial = {bound, STR("partial"), false};

        visit_bound(walk, node, 0, node->kind == NODE_FOR ? &partial : bound);
        return;
    }
    case NODE_FUNCTION:
        if (node->name_count == 0)
            break;
        visit_bound(walk, node, 0, bound);
        return;
    case NODE_FILTER: {
        struct bound item = {bound, STR("item"), true};

        visit(walk, node->items[0], bound);
        visit(walk, node->items[1], &item);
        return;
    }
    default:
        break;
    }
    for (size_t i = called_builtin(node) ? 1 : 0; i < node->item_count; i++)
        visit(walk, node->items[i], bound);
}

void feel_paths(const struct feel_node *node,
                void (*fn)(void *context, const struct feel_path *path), void *context)
{
    struct walk walk = {fn, context};

    visit(&walk, node, NULL);
}

bool feel_context_keys(const struct feel_node *node, const struct str **keys_out,
                       size_t *count_out)
{
    if (node->kind != NODE_CONTEXT)
        return false;
    *keys_out = node->names;
    *count_out = node->name_count;
    return true;
}
