#include "text/template_compile.h"

#define INCLUDES_MAX 32
#define OPS_MAX      20000

/* Nodes of one file. */
struct range {
    const struct parsed *parsed;
    size_t begin, end;
};

/* A block that a template hands to its layout. */
struct override {
    struct str name;
    struct range content;
    int line;
    bool used;
    struct override *scope; /* what holds inside the content: overrides of its own file */
    struct override *next;
};

/* ---- structure -------------------------------------------------------------------- */

static enum err compile_range(struct compiler *c, const struct parsed *parsed,
                              size_t begin, size_t end, struct override *overrides);

static enum err push_scope(struct compiler *c, const struct parsed *parsed,
                           const struct node *node, const struct view_type *type,
                           struct path base)
{
    if (c->scopes.count == SCOPES_MAX)
        return template_refuse(parsed, node->line, "nested too deep", node->text);
    c->scopes.scope[c->scopes.count++] = (struct scope){.type = type, .base = base};
    return OK;
}

/* The operation a section begins with; *op_out is its index, or SIZE_MAX if it needs none. */
static enum err open_section(struct compiler *c, const struct parsed *parsed,
                             const struct node *node, size_t *op_out)
{
    const struct view_type *sub;
    struct value value;
    struct op *op;
    enum err err =
        template_resolve(&c->scopes, parsed, node->line, node->text, &value, &sub);
    bool inverted = node->type == NODE_INVERTED;

    *op_out = SIZE_MAX;
    if (err != OK)
        return err;
    if (value.form == FORM_ISO || value.form == FORM_DATE)
        return template_refuse(parsed, node->line, "a form of a time cannot be a section",
                               node->text);
    if (!inverted && value.kind == VIEW_OBJECT && value.path.hops == 0)
        return push_scope(c, parsed, node, sub, value.path);
    op = template_emit(c, inverted ? OP_UNLESS : OP_IF);
    *op_out = c->ops.count - 1;
    op->value = value;
    if (inverted ||
        (value.kind != VIEW_OBJECT && value.kind != VIEW_PTR && value.kind != VIEW_LIST))
        return OK;
    op->code = value.kind == VIEW_LIST ? OP_LOOP : OP_ENTER;
    op->scope = c->depth;
    if (value.kind == VIEW_LIST) {
        if (c->scopes.loops == LOOPS_MAX)
            return template_refuse(parsed, node->line, "nested too deep", node->text);
        op->loop = c->scopes.loops++;
        op->item_size = (uint32_t)sub->size_bytes;
        /* What begins a URL in the first item stands in its middle in the next. */
        if (c->context.url == URL_START)
            c->context.url = URL_AMBIGUOUS;
    }
    /* What is entered exists only while rendering: it has its own scope there. */
    return push_scope(c, parsed, node, sub, (struct path){.depth = c->depth++});
}

static enum err compile_section(struct compiler *c, const struct parsed *parsed,
                                const struct node *node, struct override *overrides)
{
    size_t scope_count = c->scopes.count, op_index;
    uint8_t depth = c->depth, loops = c->scopes.loops;
    size_t begin = (size_t)(node - parsed->nodes) + 1;
    struct op *op;
    enum err err = open_section(c, parsed, node, &op_index);

    if (err == OK)
        err = compile_range(c, parsed, begin, node->end, overrides);
    if (err != OK)
        return err;
    template_flush(c);
    if (op_index != SIZE_MAX) {
        op = VEC_AT(&c->ops, struct op, op_index);
        if (op->code == OP_LOOP) {
            struct op *next = template_emit(c, OP_NEXT);

            next->jump = (uint32_t)op_index;
            op = VEC_AT(&c->ops, struct op, op_index);
        }
        op->jump = (uint32_t)c->ops.count;
    }
    c->scopes.count = scope_count;
    c->depth = depth;
    c->scopes.loops = loops;
    return OK;
}

static enum err misplaced(const struct parsed *parsed, const struct node *node,
                          const char *reason)
{
    return err_note(ERR_INPUT, "%.*s:%d: \"%.*s\" %s", STR_ARG(parsed->file), node->line,
                    STR_ARG(node->text), reason);
}

/* A section, and the opposite section of the same name right behind it: one of the two is there, so
 * what they agree on holds afterwards (both give the URL its beginning, say). */
static enum err compile_sections(struct compiler *c, const struct parsed *parsed,
                                 size_t *index, size_t end, struct override *overrides)
{
    const struct node *node = &parsed->nodes[*index];
    const struct node *other = node->end + 1 < end ? &parsed->nodes[node->end + 1] : NULL;
    struct html_context entry = c->context, merged, first_end;
    const char *reason = NULL;
    enum err err;

    if (other && ((other->type != NODE_SECTION && other->type != NODE_INVERTED) ||
                  other->type == node->type || !str_eq(other->text, node->text)))
        other = NULL;
    if (c->html && (reason = html_context_enter(&entry)))
        return misplaced(parsed, node, reason);
    merged = c->context = entry;
    err = compile_section(c, parsed, node, overrides);
    if (err != OK)
        return err;
    first_end = c->context;
    if (c->html && (reason = html_context_leave(&merged, &first_end)))
        return misplaced(parsed, &parsed->nodes[node->end], reason);
    *index = node->end;
    if (other) {
        c->context = entry;
        err = compile_section(c, parsed, other, overrides);
        if (err != OK)
            return err;
        if (c->html && (reason = html_context_leave(&merged, &c->context)))
            return misplaced(parsed, &parsed->nodes[other->end], reason);
        if (c->context.url == first_end.url && c->context.url != URL_FIRST)
            merged.url = first_end.url;
        *index = other->end;
    }
    c->context = merged;
    return OK;
}

/* Nodes that are always there but must leave the markup as they found it: blocks and files. */
static enum err compile_included(struct compiler *c, const struct parsed *at,
                                 const struct node *node, struct range content,
                                 struct override *overrides)
{
    struct html_context entry = c->context;
    const char *reason;
    enum err err;

    if (c->html && (reason = html_context_enter(&entry)))
        return misplaced(at, node, reason);
    if (++c->includes > INCLUDES_MAX)
        return misplaced(at, node, "is nested too deep (does it include itself?)");
    c->context = entry;
    err = compile_range(c, content.parsed, content.begin, content.end, overrides);
    c->includes--;
    if (err == OK && c->html && (reason = html_context_leave(&entry, &c->context)))
        return misplaced(at, node, reason);
    return err;
}

static struct override *find_override(struct override *overrides, struct str name)
{
    while (overrides && !str_eq(overrides->name, name))
        overrides = overrides->next;
    return overrides;
}

static enum err compile_block(struct compiler *c, const struct parsed *parsed,
                              const struct node *node, struct override *overrides)
{
    struct override *override = find_override(overrides, node->text);

    if (!override)
        return compile_included(
            c, parsed, node,
            (struct range){parsed, (size_t)(node - parsed->nodes) + 1, node->end},
            overrides);
    override->used = true;
    return compile_included(c, parsed, node, override->content, override->scope);
}

static enum err compile_layout(struct compiler *c, const struct parsed *parsed,
                               const struct node *node, struct override *outer)
{
    struct override *overrides = outer;
    const struct parsed *layout = NULL;
    enum err err = template_load(c->set, parsed, node->line, node->text, &layout);

    if (err != OK)
        return err;
    for (size_t i = (size_t)(node - parsed->nodes) + 1; i < node->end; i++) {
        const struct node *child = &parsed->nodes[i];
        struct override *same = find_override(overrides, child->text);

        if (child->type == NODE_TEXT && str_trim(child->text).len == 0)
            continue;
        if (child->type != NODE_BLOCK)
            return template_refuse(parsed, child->line,
                                   "only blocks may stand in a layout tag",
                                   child->type == NODE_TEXT ? STR_NONE : child->text);
        if (same && same->content.parsed == parsed && same->scope == outer)
            return template_refuse(parsed, child->line, "block given twice", child->text);
        /* What a template further out gives for the same block wins. */
        if (same) {
            same->used = true;
        } else {
            same = ARENA_NEW(c->scratch, struct override);
            *same = (struct override){.name = child->text,
                                      .content = {parsed, i + 1, child->end},
                                      .line = child->line,
                                      .scope = outer,
                                      .next = overrides};
            overrides = same;
        }
        i = child->end;
    }
    err = compile_included(c, parsed, node, (struct range){layout, 0, layout->count},
                           overrides);
    for (struct override *o = overrides; err == OK && o != outer; o = o->next) {
        if (!o->used)
            err =
                template_refuse(parsed, o->line, "the layout has no such block", o->name);
    }
    return err;
}

static enum err compile_range(struct compiler *c, const struct parsed *parsed,
                              size_t begin, size_t end, struct override *overrides)
{
    enum err err = OK;

    for (size_t i = begin; err == OK && i < end; i++) {
        const struct node *node = &parsed->nodes[i];
        const struct parsed *partial = NULL;

        if (c->ops.count > OPS_MAX)
            return template_refuse(parsed, node->line, "the template is too large",
                                   STR_NONE);
        switch (node->type) {
        case NODE_TEXT:
            err = template_compile_text(c, parsed, node);
            break;
        case NODE_VALUE:
            err = template_compile_value(c, parsed, node);
            break;
        case NODE_MARKUP:
            err = template_compile_markup(c, parsed, node);
            break;
        case NODE_MESSAGE:
            err = template_compile_message(c, parsed, node);
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            err = compile_sections(c, parsed, &i, end, overrides);
            break;
        case NODE_BLOCK:
            err = compile_block(c, parsed, node, overrides);
            i = node->end;
            break;
        case NODE_LAYOUT:
            err = compile_layout(c, parsed, node, overrides);
            i = node->end;
            break;
        case NODE_PARTIAL:
            err = template_load(c->set, parsed, node->line, node->text, &partial);
            if (err == OK)
                err = compile_included(c, parsed, node,
                                       (struct range){partial, 0, partial->count},
                                       overrides);
            break;
        case NODE_END:
            break;
        }
    }
    return err;
}

/* ---- the whole template ----------------------------------------------------------- */

static enum err compile(struct compiler *c, struct str name, const struct view_type *view,
                        struct template *tpl)
{
    const struct parsed *parsed = NULL;
    struct op *ops;
    enum err err = template_load(c->set, NULL, 0, name, &parsed);

    if (err != OK)
        return err;
    c->html = parsed->html;
    if (c->set->frame)
        c->scopes.scope[c->scopes.count++] =
            (struct scope){.type = c->set->frame, .base = {.depth = 0}};
    c->scopes.scope[c->scopes.count++] =
        (struct scope){.type = view, .base = {.depth = 1}};
    c->depth = 2;
    err = compile_range(c, parsed, 0, parsed->count, NULL);
    if (err != OK)
        return err;
    if (c->html && c->context.state != HTML_TEXT)
        return err_note(
            ERR_INPUT,
            "%.*s:%d: the template ends inside a tag, attribute, comment or raw element",
            STR_ARG(name), parsed->count ? parsed->nodes[parsed->count - 1].line : 1);
    (void)template_emit(c, OP_END);
    ops = ARENA_ARRAY(c->set->arena, struct op, c->ops.count);
    memcpy(ops, c->ops.items, c->ops.count * sizeof(*ops));
    tpl->arena = c->set->arena;
    tpl->ops = ops;
    tpl->op_count = c->ops.count;
    tpl->message_count = c->messages.count;
    tpl->messages = ARENA_ARRAY(c->set->arena, struct message *, c->messages.count);
    if (c->messages.count)
        memcpy(tpl->messages, c->messages.items,
               c->messages.count * sizeof(*tpl->messages));
    tpl->memo = ARENA_NEW(c->set->arena, struct template_memo);
    return OK;
}

enum err template_compile(struct template_set *set, const char *name,
                          const struct view_type *view, const struct template **out)
{
    struct template *tpl = ARENA_NEW(set->arena, struct template);
    struct arena *scratch = arena_new(TEMPLATE_SCRATCH_MAX);
    struct compiler compiler = {.set = set,
                                .scratch = scratch,
                                .ops = VEC_INIT(scratch, struct op),
                                .messages = VEC_INIT(scratch, struct message *),
                                .pending = VEC_INIT(scratch, struct str)};
    enum err err = compile(&compiler, str_from(name), view, tpl);

    arena_free(&scratch);
    if (err == OK)
        *out = tpl;
    return err;
}
