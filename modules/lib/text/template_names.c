#include "text/template_compile.h"

static const struct view_field *find_field(const struct view_type *type, struct str name)
{
    for (size_t i = 0; i < type->field_count; i++) {
        if (str_is(name, type->fields[i].name))
            return &type->fields[i];
    }
    return NULL;
}

static enum err unknown(const struct scopes *scopes, const struct parsed *parsed,
                        int line, struct str name)
{
    char types[512] = "";
    size_t length = 0;

    for (size_t i = scopes->count; i > 0 && length < sizeof(types); i--)
        length += (size_t)snprintf(types + length, sizeof(types) - length, "%s%s",
                                   length ? ", " : "", scopes->scope[i - 1].type->name);
    return err_note(ERR_INPUT, "%.*s:%d: unknown name \"%.*s\" (looked in %s)",
                    STR_ARG(parsed->file), line, STR_ARG(name), types);
}

/* .first .last .index */
static enum err resolve_loop(const struct scopes *scopes, const struct parsed *parsed,
                             int line, struct str name, struct value *out)
{
    *out = (struct value){.loop = (uint8_t)(scopes->loops - 1)};
    if (scopes->loops == 0)
        return template_refuse(parsed, line, "is not inside a list", name);
    if (str_is(name, ".first"))
        out->form = FORM_LOOP_FIRST;
    else if (str_is(name, ".last"))
        out->form = FORM_LOOP_LAST;
    else if (str_is(name, ".index"))
        out->form = FORM_LOOP_INDEX;
    else
        return template_refuse(parsed, line,
                               "only .first, .last and .index begin with a dot", name);
    out->kind = (uint8_t)(out->form == FORM_LOOP_INDEX ? VIEW_INT : VIEW_BOOL);
    return OK;
}

/* A last part that is no member: .count of a list, .iso and .date of times. */
static bool resolve_form(struct str part, struct value *value)
{
    if (value->kind == VIEW_LIST && str_is(part, "count")) {
        value->kind = VIEW_INT;
        value->form = FORM_COUNT;
    } else if ((value->kind == VIEW_INSTANT || value->kind == VIEW_DAY) &&
               str_is(part, "iso")) {
        value->form = FORM_ISO;
    } else if (value->kind == VIEW_INSTANT && str_is(part, "date")) {
        value->form = FORM_DATE;
    } else {
        return false;
    }
    return true;
}

enum err template_resolve(const struct scopes *scopes, const struct parsed *parsed,
                          int line, struct str name, struct value *out,
                          const struct view_type **sub_out)
{
    const struct view_field *field = NULL;
    struct value value = {0};
    struct str rest = name, part = STR_NONE;

    *sub_out = NULL;
    if (name.ptr[0] == '.')
        return resolve_loop(scopes, parsed, line, name, out);
    (void)str_next(&rest, '.', &part);
    for (size_t i = scopes->count; i > 0 && !field; i--) {
        field = find_field(scopes->scope[i - 1].type, part);
        value.path = scopes->scope[i - 1].base;
    }
    if (!field)
        return unknown(scopes, parsed, line, name);
    value.path.offsets[value.path.hops] += (uint32_t)field->offset;
    value.kind = (uint8_t)field->kind;
    while (str_next(&rest, '.', &part)) {
        bool enters = value.kind == VIEW_OBJECT || value.kind == VIEW_PTR;

        if (!enters && !rest.ptr && value.form == FORM_LOCALE &&
            resolve_form(part, &value))
            break;
        if (!enters || value.form != FORM_LOCALE)
            return template_refuse(parsed, line, "nothing inside it can be named", name);
        if (value.kind == VIEW_PTR && value.path.hops++ == PATH_HOPS_MAX)
            return template_refuse(parsed, line, "passes too many pointers", name);
        if (value.kind == VIEW_PTR)
            value.path.offsets[value.path.hops] = 0;
        field = find_field(field->sub, part);
        if (!field)
            return unknown(scopes, parsed, line, name);
        value.path.offsets[value.path.hops] += (uint32_t)field->offset;
        value.kind = (uint8_t)field->kind;
    }
    *out = value;
    *sub_out = value.form == FORM_LOCALE ? field->sub : NULL;
    return OK;
}

/* A name that is to be written out. */
enum err template_resolve_shown(const struct scopes *scopes, const struct parsed *parsed,
                                int line, struct str name, struct value *out)
{
    const struct view_type *sub;
    enum err err = template_resolve(scopes, parsed, line, name, out, &sub);

    if (err != OK)
        return err;
    if (out->kind == VIEW_MARKUP)
        return template_refuse(parsed, line, "markup is written {{{name_html}}}", name);
    if (out->kind == VIEW_BOOL || out->kind == VIEW_OBJECT || out->kind == VIEW_PTR ||
        out->kind == VIEW_LIST)
        return template_refuse(parsed, line, "is for sections, it has no text", name);
    return OK;
}
