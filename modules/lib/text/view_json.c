#include "formats/json.h"
#include "text/template.h"

static void put_text_or_null(struct buf *out, struct str text)
{
    if (text.ptr)
        json_put_str(out, text);
    else
        buf_put_c(out, "null");
}

static void put_iso(struct buf *out, const char *iso)
{
    put_text_or_null(out, *iso ? str_from(iso) : STR_NONE);
}

static void put_list(const struct view_type *type, const struct view_list *list,
                     const struct render_context *context, struct buf *out)
{
    const char *item = list->items;

    buf_put_char(out, '[');
    for (size_t i = 0; i < list->count && !out->overflow; i++, item += type->size_bytes) {
        if (i)
            buf_put_char(out, ',');
        view_write_json(type, item, context, out);
    }
    buf_put_char(out, ']');
}

static void put_field(const struct view_field *field, const void *at,
                      const struct render_context *context, struct buf *out)
{
    char iso[ISO_BYTES];
    const char *msgid;
    const void *pointed;

    switch (field->kind) {
    case VIEW_STR:
        put_text_or_null(out, *(const struct str *)at);
        break;
    case VIEW_MSG:
        msgid = *(const char *const *)at;
        put_text_or_null(
            out, msgid ? i18n_text(context->i18n, context->language, str_from(msgid))
                       : STR_NONE);
        break;
    case VIEW_BOOL:
        buf_put_c(out, *(const bool *)at ? "true" : "false");
        break;
    case VIEW_INT:
    case VIEW_BYTES:
        buf_put_i64(out, *(const int64_t *)at);
        break;
    case VIEW_INSTANT:
        instant_write_iso(iso, *(const instant_us *)at);
        put_iso(out, iso);
        break;
    case VIEW_DAY:
        day_write_iso(iso, *(const day_no *)at);
        put_iso(out, iso);
        break;
    case VIEW_OBJECT:
        view_write_json(field->sub, at, context, out);
        break;
    case VIEW_PTR:
        memcpy(&pointed, at, sizeof(pointed));
        if (pointed)
            view_write_json(field->sub, pointed, context, out);
        else
            buf_put_c(out, "null");
        break;
    case VIEW_LIST:
        put_list(field->sub, at, context, out);
        break;
    case VIEW_MARKUP:
        break; /* left out by the caller */
    }
}

void view_write_json(const struct view_type *type, const void *view,
                     const struct render_context *context, struct buf *out)
{
    bool first = true;

    buf_put_char(out, '{');
    for (size_t i = 0; i < type->field_count; i++) {
        const struct view_field *field = &type->fields[i];

        if (field->html_only || field->kind == VIEW_MARKUP)
            continue;
        if (!first)
            buf_put_char(out, ',');
        first = false;
        json_put_str(out, str_from(field->name));
        buf_put_char(out, ':');
        put_field(field, (const char *)view + field->offset, context, out);
    }
    buf_put_char(out, '}');
}
