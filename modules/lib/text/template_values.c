/* template_values.c: literal text, values, markup and sentences become operations. */
#include "text/template_compile.h"

/* ---- operations ------------------------------------------------------------------- */

/* Literal text of several files that follows one another becomes one operation. */
void template_flush(struct compiler *c)
{
    struct str text;
    struct op *op;

    if (c->pending.count == 0)
        return;
    text = *VEC_AT(&c->pending, struct str, 0);
    if (c->pending.count > 1) {
        struct buf joined = buf_init(c->scratch, TEMPLATE_SCRATCH_MAX);

        for (size_t i = 0; i < c->pending.count; i++)
            buf_put(&joined, *VEC_AT(&c->pending, struct str, i));
        text = str_copy(c->set->arena, buf_str(&joined));
    }
    c->pending.count = 0;
    op = VEC_PUSH(&c->ops, struct op);
    op->code = OP_TEXT;
    op->escape =
        c->pending_in_url && str_starts(text, STR("/")) ? ESCAPE_URL_PART : ESCAPE_NONE;
    op->text = text;
}

struct op *template_emit(struct compiler *c, enum op_code code)
{
    struct op *op;

    template_flush(c);
    op = VEC_PUSH(&c->ops, struct op);
    op->code = (uint8_t)code;
    return op;
}

enum err template_compile_text(struct compiler *c, const struct parsed *parsed,
                               const struct node *node)
{
    size_t at = 0;
    const char *reason;

    if (c->pending.count == 0)
        c->pending_in_url = c->html && html_context_in_url(&c->context);
    if (c->html && (reason = html_context_feed(&c->context, node->text, &at))) {
        int line = node->line;

        for (size_t i = 0; i < at; i++)
            line += node->text.ptr[i] == '\n';
        return template_refuse(parsed, line, reason, STR_NONE);
    }
    if (node->text.len)
        *VEC_PUSH(&c->pending, struct str) = node->text;
    return OK;
}

/* ---- values and sentences --------------------------------------------------------- */

enum err template_compile_value(struct compiler *c, const struct parsed *parsed,
                                const struct node *node)
{
    enum html_escape escape = ESCAPE_NONE;
    struct value value;
    const char *reason;
    struct op *op;
    enum err err =
        template_resolve_shown(&c->scopes, parsed, node->line, node->text, &value);

    if (err != OK)
        return err;
    if (c->html && (reason = html_context_value(&c->context, &escape)))
        return err_note(ERR_INPUT, "%.*s:%d: {{%.*s}} %s", STR_ARG(parsed->file),
                        node->line, STR_ARG(node->text), reason);
    if (escape != ESCAPE_NONE && escape != ESCAPE_TEXT && value.kind == VIEW_INT &&
        value.form == FORM_LOCALE)
        value.form = FORM_PLAIN;
    if (escape == ESCAPE_URL && value.kind != VIEW_STR)
        return template_refuse(parsed, node->line, "cannot begin a URL", node->text);
    if ((escape == ESCAPE_URL_PART || escape == ESCAPE_URL_MAIL) &&
        value.kind != VIEW_STR && value.kind != VIEW_INT && value.form != FORM_ISO)
        return template_refuse(parsed, node->line,
                               "is for people and cannot be part of a URL", node->text);
    op = template_emit(c, OP_VALUE);
    op->escape = (uint8_t)escape;
    op->value = value;
    return OK;
}

enum err template_compile_markup(struct compiler *c, const struct parsed *parsed,
                                 const struct node *node)
{
    const struct view_type *sub;
    struct value value;
    const char *reason;
    struct op *op;
    enum err err =
        template_resolve(&c->scopes, parsed, node->line, node->text, &value, &sub);

    if (err != OK)
        return err;
    if (value.kind != VIEW_MARKUP || !str_ends(node->text, STR("_html")))
        return template_refuse(parsed, node->line,
                               "{{{ }}} is for markup, whose name ends in _html",
                               node->text);
    reason = c->html ? html_context_markup(&c->context) : "markup in plain text";
    if (reason)
        return template_refuse(parsed, node->line, reason, node->text);
    op = template_emit(c, OP_VALUE);
    op->escape = ESCAPE_NONE;
    op->value = value;
    return OK;
}

enum err template_compile_message(struct compiler *c, const struct parsed *parsed,
                                  const struct node *node)
{
    enum html_escape escape = ESCAPE_NONE;
    struct message *message = ARENA_NEW(c->set->arena, struct message);
    struct value *args = ARENA_ARRAY(c->set->arena, struct value, node->arg_count);
    const char *reason;

    if (c->html && (reason = html_context_value(&c->context, &escape)))
        return err_note(ERR_INPUT, "%.*s:%d: {{_ }} %s", STR_ARG(parsed->file),
                        node->line, reason);
    if (escape != ESCAPE_NONE && escape != ESCAPE_TEXT && escape != ESCAPE_ATTRIBUTE)
        return template_refuse(parsed, node->line, "a sentence cannot be part of a URL",
                               node->text);
    for (size_t i = 0; i < node->arg_count; i++) {
        enum err err = template_resolve_shown(&c->scopes, parsed, node->line,
                                              node->args[i], &args[i]);

        if (err != OK)
            return err;
    }
    if (node->plural.ptr && args[0].kind != VIEW_INT)
        return template_refuse(parsed, node->line,
                               "the count of a plural must be a number", node->args[0]);
    message->one = node->text;
    message->many = node->plural;
    message->html = c->html;
    message->args = args;
    message->arg_count = node->arg_count;
    *VEC_PUSH(&c->messages, struct message *) = message;
    template_emit(c, node->arg_count ? OP_FILL : OP_MESSAGE)->message = message;
    return OK;
}
