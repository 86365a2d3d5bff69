#include "text/escape.h"
#include "text/template_ops.h"

/* Rendering walks the operations once and writes to the caller's buffer: no recursion, no memory
 * of its own but the texts of a catalogue that are escaped on first use. */

struct run {
    const struct template *tpl;
    const struct render_context *context;
    const struct locale_formats *formats;
    struct buf *out;
    const char *scopes[SCOPES_MAX + 2];
    struct {
        size_t index;
        size_t count;
    } loops[LOOPS_MAX];
};

/* Address of the member, or NULL when a pointer on the way is. */
static const void *reach(const struct run *run, const struct path *path)
{
    const char *at = run->scopes[path->depth];

    if (!at)
        return NULL;
    at += path->offsets[0];
    for (unsigned i = 1; i <= path->hops; i++) {
        const char *next;

        memcpy(&next, at, sizeof(next));
        if (!next)
            return NULL;
        at = next + path->offsets[i];
    }
    return at;
}

/* ---- truth ------------------------------------------------------------------------ */

static bool is_truthy(const struct run *run, const struct value *value)
{
    const void *at;

    if (value->form == FORM_LOOP_FIRST)
        return run->loops[value->loop].index == 0;
    if (value->form == FORM_LOOP_LAST)
        return run->loops[value->loop].index + 1 == run->loops[value->loop].count;
    if (value->form == FORM_LOOP_INDEX)
        return true;
    at = reach(run, &value->path);
    if (!at)
        return false;
    if (value->form == FORM_COUNT)
        return ((const struct view_list *)at)->count > 0;
    switch ((enum view_kind)value->kind) {
    case VIEW_STR:
    case VIEW_MARKUP:
        return ((const struct str *)at)->len > 0;
    case VIEW_MSG:
        return *(const char *const *)at != NULL;
    case VIEW_BOOL:
        return *(const bool *)at;
    case VIEW_INT:
    case VIEW_BYTES:
        return *(const int64_t *)at != 0;
    case VIEW_INSTANT:
        return *(const instant_us *)at != INSTANT_NONE;
    case VIEW_DAY:
        return *(const day_no *)at != DAY_NONE;
    case VIEW_OBJECT:
        return true;
    case VIEW_PTR:
        return *(const void *const *)at != NULL;
    case VIEW_LIST:
        return ((const struct view_list *)at)->count > 0;
    }
    return false;
}

/* ---- values ----------------------------------------------------------------------- */

static void put_text(struct buf *out, struct str text, enum html_escape escape)
{
    switch (escape) {
    case ESCAPE_NONE:
        buf_put(out, text);
        break;
    case ESCAPE_TEXT:
    case ESCAPE_ATTRIBUTE:
        escape_html(out, text);
        break;
    case ESCAPE_URL:
        if (url_is_safe(text))
            escape_html(out, text);
        else
            buf_put_char(out, '#');
        break;
    case ESCAPE_URL_PART:
        escape_url_part(out, text);
        break;
    case ESCAPE_URL_MAIL:
        escape_url_mail(out, text);
        break;
    }
}

static void put_number(const struct run *run, const struct value *value, int64_t number)
{
    if (value->form == FORM_PLAIN)
        buf_put_i64(run->out, number);
    else
        locale_put_int(run->formats, run->out, number);
}

static void put_instant(const struct run *run, const struct value *value, instant_us at)
{
    char iso[ISO_BYTES];

    if (value->form == FORM_ISO) {
        instant_write_iso(iso, at);
        /* HTML allows three digits of a second at most; people need none. */
        char *fraction = strchr(iso, '.');
        if (fraction != NULL)
            (void)memcpy(fraction, "Z", sizeof("Z"));
        buf_put_c(run->out, iso);
    } else if (value->form == FORM_DATE) {
        locale_put_instant_day(run->formats, run->out, at, run->context->zone);
    } else {
        locale_put_instant(run->formats, run->out, at, run->context->zone);
    }
}

static void put_day(const struct run *run, const struct value *value, day_no day)
{
    char iso[ISO_BYTES];

    if (value->form == FORM_ISO) {
        day_write_iso(iso, day);
        buf_put_c(run->out, iso);
    } else {
        locale_put_day(run->formats, run->out, day);
    }
}

/* Only texts need escaping: numbers and times consist of digits, letters and harmless marks. */
static void put_value(const struct run *run, const struct value *value,
                      enum html_escape escape)
{
    const void *at;
    const char *msgid;

    if (value->form == FORM_LOOP_INDEX) {
        put_number(run, value, (int64_t)run->loops[value->loop].index + 1);
        return;
    }
    at = reach(run, &value->path);
    if (!at)
        return;
    if (value->form == FORM_COUNT) {
        put_number(run, value, (int64_t)((const struct view_list *)at)->count);
        return;
    }
    switch ((enum view_kind)value->kind) {
    case VIEW_STR:
    case VIEW_MARKUP:
        put_text(run->out, *(const struct str *)at, escape);
        break;
    case VIEW_MSG:
        msgid = *(const char *const *)at;
        if (msgid)
            put_text(
                run->out,
                i18n_text(run->context->i18n, run->context->language, str_from(msgid)),
                escape);
        break;
    case VIEW_INT:
        put_number(run, value, *(const int64_t *)at);
        break;
    case VIEW_INSTANT:
        put_instant(run, value, *(const instant_us *)at);
        break;
    case VIEW_DAY:
        put_day(run, value, *(const day_no *)at);
        break;
    case VIEW_BYTES:
        locale_put_bytes(run->formats, run->out, *(const int64_t *)at);
        break;
    case VIEW_BOOL:
    case VIEW_OBJECT:
    case VIEW_PTR:
    case VIEW_LIST:
        break; /* refused when compiled */
    }
}

/* ---- sentences -------------------------------------------------------------------- */

static struct str escaped(struct arena *arena, struct str text, bool html)
{
    struct buf out;

    if (!html)
        return text;
    out = buf_init(arena, 6 * text.len + 1);
    escape_html(&out, text);
    /* Most sentences hold nothing to escape; those stay in the catalogue's own memory. */
    if (out.len == text.len)
        return text;
    return buf_str(&out);
}

/* Look up all sentences of the template, once per catalogue. */
static void translate(const struct template *tpl, const struct i18n *i18n)
{
    for (size_t i = 0; i < tpl->message_count; i++) {
        struct message *message = tpl->messages[i];

        for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
            for (int form = 0; form < 2; form++) {
                struct str text =
                    message->many.ptr
                        ? i18n_plural(i18n, l, message->one, message->many, form ? 2 : 1)
                        : i18n_text(i18n, l, message->one);

                message->text[l][form] = form && !message->many.ptr
                                             ? message->text[l][0]
                                             : escaped(tpl->arena, text, message->html);
            }
        }
    }
    tpl->memo->i18n = i18n;
}

static int64_t count_of(const struct run *run, const struct value *value)
{
    const void *at;

    if (value->form == FORM_LOOP_INDEX)
        return (int64_t)run->loops[value->loop].index + 1;
    at = reach(run, &value->path);
    if (!at)
        return 0;
    return value->form == FORM_COUNT ? (int64_t)((const struct view_list *)at)->count
                                     : *(const int64_t *)at;
}

static void put_filled(const struct run *run, const struct message *message)
{
    bool many = message->many.ptr && count_of(run, &message->args[0]) != 1;
    struct str pattern = message->text[run->context->language][many];
    size_t from = 0;

    for (size_t i = 0; i + 2 < pattern.len; i++) {
        size_t arg;

        if (pattern.ptr[i] != '{' || pattern.ptr[i + 2] != '}')
            continue;
        arg = (size_t)(unsigned char)pattern.ptr[i + 1] - '0';
        if (arg >= message->arg_count)
            continue;
        buf_put_bytes(run->out, pattern.ptr + from, i - from);
        put_value(run, &message->args[arg], message->html ? ESCAPE_TEXT : ESCAPE_NONE);
        i += 2;
        from = i + 1;
    }
    buf_put(run->out, str_from_index(pattern, from));
}

/* ---- literal text ----------------------------------------------------------------- */

/* "/{{a}}/{{b}}" with an empty a would become "//b": another host to a browser. Where a URL is only
 * '/' so far and goes on with another one, an empty segment is written as ".", which means nothing. */
static void keep_off_hosts(struct buf *out)
{
    const char *end = out->ptr + out->len;

    if (out->len >= 2 && end[-1] == '/' && strchr("\"' \t\r\n\f", end[-2]))
        buf_put_char(out, '.');
}

/* ---- the walk --------------------------------------------------------------------- */

/* Into the struct or list of an OP_ENTER or OP_LOOP; false if there is none. */
static bool enter(struct run *run, const struct op *op)
{
    const void *at = reach(run, &op->value.path);
    const struct view_list *list = at;

    if (!at)
        return false;
    if (op->code == OP_LOOP) {
        if (list->count == 0)
            return false;
        run->loops[op->loop].index = 0;
        run->loops[op->loop].count = list->count;
        at = list->items;
    } else if (op->value.kind == VIEW_PTR) {
        memcpy(&at, at, sizeof(at));
    }
    run->scopes[op->scope] = at;
    return at != NULL;
}

void template_render(const struct template *tpl, const struct render_context *context,
                     const void *frame, const void *view, struct buf *out)
{
    struct run run = {.tpl = tpl,
                      .context = context,
                      .formats = context->formats[context->language],
                      .out = out,
                      .scopes = {frame, view}};

    if (tpl->memo->i18n != context->i18n)
        translate(tpl, context->i18n);
    for (const struct op *op = tpl->ops;; op++) {
        switch ((enum op_code)op->code) {
        case OP_TEXT:
            if (op->escape == ESCAPE_URL_PART)
                keep_off_hosts(out);
            buf_put(out, op->text);
            break;
        case OP_VALUE:
            put_value(&run, &op->value, op->escape);
            break;
        case OP_MESSAGE:
            buf_put(out, op->message->text[context->language][0]);
            break;
        case OP_FILL:
            put_filled(&run, op->message);
            break;
        case OP_IF:
        case OP_UNLESS:
            if (is_truthy(&run, &op->value) != (op->code == OP_IF))
                op = tpl->ops + op->jump - 1;
            break;
        case OP_ENTER:
        case OP_LOOP:
            if (!enter(&run, op))
                op = tpl->ops + op->jump - 1;
            break;
        case OP_NEXT: {
            const struct op *loop = tpl->ops + op->jump;

            if (++run.loops[loop->loop].index < run.loops[loop->loop].count) {
                run.scopes[loop->scope] += loop->item_size;
                op = loop;
            }
            break;
        }
        case OP_END:
            return;
        }
    }
}
