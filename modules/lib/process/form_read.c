#include "process/form_read.h"

#include "process/day_bound.h"
#include "process/pattern.h"
#include "process/rules.h"

#define SCHEMA_VERSION_MAX 19
#define LENGTH_MAX         4000
#define NUMBER_MAX         INT64_C(999999999999999)

/* One row per component type: what form-js may say about it and we honour. `layout` is where the
 * editor draws it; `id` is the editor's own. */
struct type_row {
    const char *type;
    enum form_field_kind kind;
    const char *members;
    const char *validate;
    const char *properties;
};

#define COMMON "id type key description layout validate properties "

static const struct type_row TYPES[] = {
    {"textfield", FORM_TEXT, COMMON "label", "required minLength maxLength pattern",
     "masterData autocomplete patternText"},
    {"textarea", FORM_TEXTAREA, COMMON "label", "required minLength maxLength",
     "masterData autocomplete"},
    {"number", FORM_NUMBER, COMMON "label decimalDigits", "required min max",
     "masterData autocomplete"},
    {"datetime", FORM_DATE, COMMON "dateLabel subtype disallowPassedDates", "required",
     "masterData autocomplete min max"},
    {"select", FORM_SELECT, COMMON "label values", "required", "masterData autocomplete"},
    {"radio", FORM_RADIO, COMMON "label values", "required", "masterData"},
    {"checkbox", FORM_CHECKBOX, COMMON "label", "required", "masterData"},
    {"text", FORM_PARAGRAPH, "id type text layout", "", ""},
};

/* Names that pages of Kontor use beside the answers. */
static const char RESERVED_KEYS[] =
    "csrf lang version form_key creation_key live request base";

struct component {
    struct json_source *source;
    const struct json_at *at;
    const json_t *object;
    struct form_field *field;
};

static void read_bounds(struct component *c, const struct json_at *at,
                        const json_t *validate)
{
    struct form_field *field = c->field;
    struct json_source *s = c->source;
    field->required = json_read_bool(s, at, validate, "required");
    field->min_length =
        json_read_int(s, at, validate, "minLength", INT_RANGE(0, LENGTH_MAX));
    field->max_length =
        json_read_int(s, at, validate, "maxLength", INT_RANGE(1, LENGTH_MAX));
    if (field->max_length && field->min_length > field->max_length)
        json_problem(s, at, "minLength is above maxLength");
    if (json_object_get(validate, "min"))
        field->min =
            str_format(s->arena, "%lld",
                       (long long)json_read_int(s, at, validate, "min",
                                                INT_RANGE(-NUMBER_MAX, NUMBER_MAX)));
    if (json_object_get(validate, "max"))
        field->max =
            str_format(s->arena, "%lld",
                       (long long)json_read_int(s, at, validate, "max",
                                                INT_RANGE(-NUMBER_MAX, NUMBER_MAX)));
    field->pattern = json_read_text(s, at, validate, "pattern", false);
    struct str reason;
    if (field->pattern.ptr && pattern_check(s->arena, field->pattern, &reason) != OK)
        json_problem(s, &(struct json_at){at, "pattern", 0}, "pattern %.*s",
                     STR_ARG(reason));
}

static struct str read_day_bound(struct component *c, const struct json_at *at,
                                 const json_t *properties, const char *key)
{
    struct str text = json_read_text(c->source, at, properties, key, false);
    day_no day;
    if (text.ptr && day_bound(text, 0, &day) != OK)
        json_problem(c->source, &(struct json_at){at, key, 0},
                     "\"%s\" must be a day (2026-12-31) or relative (today, today+P1Y)",
                     key);
    return text;
}

static bool is_autocomplete(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789- ", text.ptr[i]))
            return false;
    return text.len > 0 && text.len <= RULE_KEY_MAX;
}

static void read_properties(struct component *c, const struct json_at *at,
                            const json_t *properties)
{
    struct form_field *field = c->field;
    field->master_data = json_read_text(c->source, at, properties, "masterData", false);
    field->autocomplete =
        json_read_text(c->source, at, properties, "autocomplete", false);
    if (field->master_data.ptr && !rule_is_key(field->master_data))
        json_problem(c->source, &(struct json_at){at, "masterData", 0},
                     "\"masterData\" must be the key of an attribute");
    if (field->autocomplete.ptr && !is_autocomplete(field->autocomplete))
        json_problem(c->source, &(struct json_at){at, "autocomplete", 0},
                     "\"autocomplete\" must be an HTML autocomplete token");
    field->pattern_text =
        json_read_msgid(c->source, at, properties, "patternText", false);
    if (field->kind == FORM_DATE) {
        field->min = read_day_bound(c, at, properties, "min");
        field->max = read_day_bound(c, at, properties, "max");
    }
}

static void read_options(struct component *c)
{
    struct json_source *s = c->source;
    const json_t *values = json_read_array(s, c->at, c->object, "values", true);
    struct json_at list = {c->at, "values", 0};
    size_t count = json_array_size(values);
    if (count > FORM_OPTIONS_MAX) {
        json_problem(s, &list, "more than %d values", FORM_OPTIONS_MAX);
        return;
    }
    struct form_option *options = ARENA_ARRAY(s->arena, struct form_option, count);
    for (size_t i = 0; i < count; i++) {
        struct json_at at = {&list, NULL, i};
        const json_t *item = json_array_get(values, i);
        if (!json_check_object(s, &at, item, "label value"))
            continue;
        options[i].value = json_read_text(s, &at, item, "value", true);
        options[i].label = json_read_msgid(s, &at, item, "label", true);
        if (options[i].value.len > FORM_TEXT_MAX)
            json_problem(s, &at, "\"value\" is longer than %d bytes", FORM_TEXT_MAX);
        for (size_t k = 0; k < i; k++)
            if (str_eq(options[k].value, options[i].value))
                json_problem(s, &at, "the value \"%.*s\" is there twice",
                             STR_ARG(options[i].value));
    }
    c->field->options = options;
    c->field->option_count = count;
}

static void read_date(struct component *c)
{
    struct str subtype = json_read_text(c->source, c->at, c->object, "subtype", true);
    if (subtype.ptr && !str_is(subtype, "date"))
        json_problem(c->source, &(struct json_at){c->at, "subtype", 0},
                     "only the subtype \"date\" is supported");
    if (json_read_bool(c->source, c->at, c->object, "disallowPassedDates") &&
        !c->field->min.ptr)
        c->field->min = STR("today");
}

static void check_paragraph(struct component *c)
{
    /* form-js would render Markdown here; a msgid is plain text. */
    for (size_t i = 0; i < c->field->label.len; i++)
        if (strchr("<>#*_`[]", c->field->label.ptr[i])) {
            json_problem(c->source, &(struct json_at){c->at, "text", 0},
                         "\"text\" has markup; plain text is expected");
            return;
        }
}

static void read_field(struct component *c, const struct type_row *row)
{
    struct json_source *s = c->source;
    struct form_field *field = c->field;
    field->kind = row->kind;
    const char *label = row->kind == FORM_PARAGRAPH ? "text"
                        : row->kind == FORM_DATE    ? "dateLabel"
                                                    : "label";
    field->label = json_read_msgid(s, c->at, c->object, label, true);
    if (row->kind == FORM_PARAGRAPH) {
        check_paragraph(c);
        return;
    }
    field->key = json_read_text(s, c->at, c->object, "key", true);
    if (field->key.ptr &&
        (!rule_is_field_key(field->key) || rule_has_word(RESERVED_KEYS, field->key)))
        json_problem(
            s, &(struct json_at){c->at, "key", 0},
            "\"key\" must be a letter, then letters, digits or '_', at most %d, and "
            "none of: %s",
            RULE_KEY_MAX, RESERVED_KEYS);
    field->description = json_read_msgid(s, c->at, c->object, "description", false);
    const json_t *validate = json_object_get(c->object, "validate");
    struct json_at validate_at = {c->at, "validate", 0};
    if (validate && json_check_object(s, &validate_at, validate, row->validate))
        read_bounds(c, &validate_at, validate);
    const json_t *properties = json_object_get(c->object, "properties");
    struct json_at properties_at = {c->at, "properties", 0};
    if (properties && json_check_object(s, &properties_at, properties, row->properties))
        read_properties(c, &properties_at, properties);
    if (row->kind == FORM_SELECT || row->kind == FORM_RADIO)
        read_options(c);
    if (row->kind == FORM_DATE)
        read_date(c);
    if (row->kind == FORM_NUMBER)
        (void)json_read_int(s, c->at, c->object, "decimalDigits", INT_RANGE(0, 0));
}

static void read_component(struct component *c)
{
    struct str type = json_get_str(c->object, "type");
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (!str_is(type, TYPES[i].type))
            continue;
        if (json_check_object(c->source, c->at, c->object, TYPES[i].members))
            read_field(c, &TYPES[i]);
        return;
    }
    json_problem(c->source, c->at, "components of type \"%.*s\" are not supported",
                 STR_ARG(type));
}

static void check_keys(struct json_source *source, const struct json_at *list,
                       const struct form *form)
{
    for (size_t i = 0; i < form->field_count; i++)
        for (size_t k = 0; k < i; k++)
            if (form->fields[i].key.ptr &&
                str_eq(form->fields[k].key, form->fields[i].key))
                json_problem(source, &(struct json_at){list, NULL, i},
                             "the key \"%.*s\" is used twice",
                             STR_ARG(form->fields[i].key));
}

void form_read(struct json_source *source, const struct json_at *form_at,
               const json_t *object, struct form *out)
{
    static const char MEMBERS[] = "id type schemaVersion components properties exporter "
                                  "executionPlatform executionPlatformVersion";
    *out = (struct form){.id = STR_NONE};
    if (!json_check_object(source, form_at, object, MEMBERS))
        return;
    if (!str_is(json_read_text(source, form_at, object, "type", true), "default"))
        json_problem(source, form_at, "no form: \"type\" must be \"default\"");
    if (json_read_int(source, form_at, object, "schemaVersion",
                      INT_RANGE(1, SCHEMA_VERSION_MAX)) == 0)
        json_problem(source, form_at, "\"schemaVersion\" is missing or not supported");
    out->id = json_read_text(source, form_at, object, "id", true);
    if (out->id.ptr && !rule_is_key(out->id))
        json_problem(source, &(struct json_at){form_at, "id", 0},
                     "\"id\" must be lower-case letters, digits and '-'");
    const json_t *properties = json_object_get(object, "properties");
    struct json_at properties_at = {form_at, "properties", 0};
    if (!properties)
        json_problem(source, form_at,
                     "\"properties\" with the form's \"title\" is missing");
    else if (json_check_object(source, &properties_at, properties, "title"))
        out->title = json_read_msgid(source, &properties_at, properties, "title", true);
    const json_t *components =
        json_read_array(source, form_at, object, "components", true);
    struct json_at list = {form_at, "components", 0};
    size_t count = json_array_size(components);
    if (count > FORM_FIELDS_MAX) {
        json_problem(source, &list, "more than %d components", FORM_FIELDS_MAX);
        return;
    }
    struct form_field *fields = ARENA_ARRAY(source->arena, struct form_field, count);
    for (size_t i = 0; i < count; i++) {
        struct json_at at = {&list, NULL, i};
        struct component c = {source, &at, json_array_get(components, i), &fields[i]};
        read_component(&c);
    }
    out->fields = fields;
    out->field_count = count;
    check_keys(source, &list, out);
}
