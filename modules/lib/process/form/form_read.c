#include "process/form/form_read.h"

#include "process/form/form_component.h"
#include "process/definition/rules.h"

#define SCHEMA_VERSION_MAX 19
#define REPETITIONS_MAX    20

/* One row per component type: what form-js may say about it and we honour. `layout`, `showOutline` and
 * `verticalAlignment` are how the editor draws it; `id` is the editor's own. */
struct type_row {
    const char *type;
    enum form_field_kind kind;
    const char *members;
    const char *validate;
    const char *properties;
};

#define COMMON                                                                           \
    "id type key description layout validate properties conditional readonly disabled "  \
    "defaultValue "

static const struct type_row TYPES[] = {
    {"textfield", FORM_TEXT, COMMON "label",
     "required minLength maxLength pattern validationType",
     "masterData prefill autocomplete patternText"},
    {"textarea", FORM_TEXTAREA, COMMON "label", "required minLength maxLength",
     "masterData prefill autocomplete"},
    {"number", FORM_NUMBER,
     COMMON "label decimalDigits increment serializeToString appearance",
     "required min max", "masterData prefill autocomplete"},
    {"datetime", FORM_DATE, COMMON "dateLabel subtype disallowPassedDates", "required",
     "masterData prefill autocomplete min max"},
    {"select", FORM_SELECT, COMMON "label values valuesKey valuesExpression", "required",
     "masterData prefill autocomplete"},
    {"radio", FORM_RADIO, COMMON "label values valuesKey valuesExpression", "required",
     "masterData prefill"},
    {"checkbox", FORM_CHECKBOX, COMMON "label", "required", "masterData prefill"},
    {"checklist", FORM_CHECKLIST, COMMON "label values valuesKey valuesExpression",
     "required", "prefill minChoices maxChoices"},
    {"dynamiclist", FORM_LIST,
     "id type path label description layout showOutline verticalAlignment properties "
     "conditional components isRepeating allowAddRemove defaultRepetitions",
     "", "prefill minRows maxRows"},
    {"text", FORM_PARAGRAPH, "id type text layout conditional", "", ""},
};

/* What the editor also offers, and what is to be used instead. */
static const struct {
    const char *type;
    const char *instead;
} REFUSED[] = {
    {"taglist", "use a checklist"},
    {"group", "a form is one page: make it a form of its own, or leave it out"},
    {"multipage", "each form is one page"},
    {"page", "each form is one page"},
    {"button", "pages have their own buttons"},
    {"html", "use a text: pages show no HTML of a form"},
    {"image", "pages show no images of a form"},
    {"iframe", "pages show no other pages"},
    {"table", "a form asks; use a text or read-only fields"},
    {"expression", "use a read-only field with the property prefill"},
    {"filepicker", "documents are slots: documents.json"},
    {"documentPreview", "documents are slots: documents.json"},
    {"separator", "pages have their own spacing: leave it out"},
    {"spacer", "pages have their own spacing: leave it out"},
};

/* Names that pages of Kontor use beside the answers. */
static const char RESERVED_KEYS[] =
    "csrf lang version form_key creation_key live request base";

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

static void check_key(struct component *c, const char *member)
{
    struct str key = c->field->key;

    if (key.ptr && (!rule_is_field_key(key) || rule_has_word(RESERVED_KEYS, key)))
        json_problem(
            c->source, &(struct json_at){c->at, member, 0},
            "\"%s\" must be a letter, then letters, digits or '_', at most %d, and "
            "none of: %s",
            member, RULE_KEY_MAX, RESERVED_KEYS);
}

static void read_component(struct component *c);
static void note_rows(struct form_field *list, struct form_field *fields);

static void check_keys(struct json_source *source, const struct json_at *list,
                       const struct form_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (fields[i].key.ptr && str_eq(fields[k].key, fields[i].key))
                json_problem(source, &(struct json_at){list, NULL, i},
                             "the key \"%.*s\" is used twice", STR_ARG(fields[i].key));
}

static void read_components(struct json_source *source, const struct json_at *parent,
                            const json_t *object, struct form_field *list,
                            struct form *form)
{
    const json_t *components =
        json_read_array(source, parent, object, "components", true);
    struct json_at at = {parent, "components", 0};
    size_t count = json_array_size(components);

    if (count > FORM_FIELDS_MAX) {
        json_problem(source, &at, "more than %d components", FORM_FIELDS_MAX);
        return;
    }
    struct form_field *fields = ARENA_ARRAY(source->arena, struct form_field, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct json_at place = {&at, NULL, i};
        struct component c = {source, &place, json_array_get(components, i), &fields[i],
                              list != NULL};
        read_component(&c);
    }
    check_keys(source, &at, fields, count);
    if (list) {
        list->fields = fields;
        list->field_count = count;
        note_rows(list, fields);
    } else {
        form->fields = fields;
        form->field_count = count;
    }
}

struct row_names {
    const struct form_field *list;
    bool used;
};

static void note_row_name(void *context, const struct feel_path *path)
{
    struct row_names *names = context;

    for (size_t i = 0; i < names->list->field_count; i++)
        names->used = names->used || str_eq(names->list->fields[i].key, path->names[0]);
}

/* Most lists offer the same in every row: that is found out once. */
static void note_rows(struct form_field *list, struct form_field *fields)
{
    for (size_t i = 0; i < list->field_count; i++) {
        struct row_names names = {.list = list};
        if (fields[i].options_expression)
            feel_paths(fields[i].options_expression, note_row_name, &names);
        fields[i].options_by_row = names.used;
    }
}

static void read_list(struct component *c)
{
    struct form_field *field = c->field;

    if (field->max_rows == 0)
        field->max_rows = FORM_ROWS_MAX;
    if (!json_is_true(json_object_get(c->object, "isRepeating")))
        json_problem(c->source, c->at, "\"isRepeating\" must be true");
    field->fixed_rows = !json_read_bool(c->source, c->at, c->object, "allowAddRemove");
    field->first_rows = 1;
    if (json_object_get(c->object, "defaultRepetitions"))
        field->first_rows =
            (int)json_read_int(c->source, c->at, c->object, "defaultRepetitions",
                               INT_RANGE(0, REPETITIONS_MAX));
    if (field->first_rows > field->max_rows)
        json_problem(c->source, c->at, "\"defaultRepetitions\" is above maxRows");
    read_components(c->source, c->at, c->object, field, NULL);
}

/* What most of them have. */
static void read_parts(struct component *c, const struct type_row *row)
{
    struct json_source *s = c->source;
    const json_t *validate = json_object_get(c->object, "validate");
    struct json_at validate_at = {c->at, "validate", 0};
    const json_t *properties = json_object_get(c->object, "properties");
    struct json_at properties_at = {c->at, "properties", 0};

    c->field->description = component_text(c, c->at, c->object, "description", false);
    if (validate && json_check_object(s, &validate_at, validate, row->validate))
        component_validate(c, &validate_at, validate);
    if (properties && json_check_object(s, &properties_at, properties, row->properties))
        component_properties(c, &properties_at, properties);
    if (row->kind == FORM_SELECT || row->kind == FORM_RADIO ||
        row->kind == FORM_CHECKLIST)
        component_options(c);
    else if (row->kind == FORM_DATE)
        component_date(c);
    else if (row->kind == FORM_NUMBER)
        component_number(c);
    else if (row->kind == FORM_LIST)
        read_list(c);
    component_default(c);
}

static void read_field(struct component *c, const struct type_row *row)
{
    struct form_field *field = c->field;
    const char *key = row->kind == FORM_LIST ? "path" : "key";
    const char *label = row->kind == FORM_PARAGRAPH ? "text"
                        : row->kind == FORM_DATE    ? "dateLabel"
                                                    : "label";

    field->kind = row->kind;
    field->label = component_text(c, c->at, c->object, label, true);
    component_conditions(c);
    if (row->kind == FORM_PARAGRAPH) {
        check_paragraph(c);
        return;
    }
    field->key = json_read_text(c->source, c->at, c->object, key, true);
    check_key(c, key);
    read_parts(c, row);
}

static void read_component(struct component *c)
{
    struct str type = json_get_str(c->object, "type");

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (!str_is(type, TYPES[i].type))
            continue;
        if (c->in_row && (TYPES[i].kind == FORM_LIST || TYPES[i].kind == FORM_PARAGRAPH))
            json_problem(c->source, c->at, "a list has fields only, no %s",
                         TYPES[i].type);
        else if (json_check_object(c->source, c->at, c->object, TYPES[i].members))
            read_field(c, &TYPES[i]);
        return;
    }
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
        if (str_is(type, REFUSED[i].type)) {
            json_problem(c->source, c->at,
                         "components of type \"%s\" are not supported: %s",
                         REFUSED[i].type, REFUSED[i].instead);
            return;
        }
    json_problem(c->source, c->at, "components of type \"%.*s\" are not supported",
                 STR_ARG(type));
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
    read_components(source, form_at, object, NULL, out);
}
