#include "process/form/form_component.h"

#include <math.h>
#include <stdio.h>

#include "process/form/day_bound.h"
#include "process/form/form_number.h"
#include "process/json_feel.h"
#include "process/definition/json_own.h"
#include "process/form/pattern.h"
#include "process/definition/rules.h"

#define LENGTH_MAX 4000

struct str component_text(struct component *c, const struct json_at *at,
                          const json_t *object, const char *key, bool required)
{
    struct str text = json_read_msgid(c->source, at, object, key, required);

    if (text.ptr && (str_starts(text, STR("=")) || str_find(text, STR("{{")) >= 0))
        json_problem(c->source, &(struct json_at){at, key, 0},
                     "\"%s\" must be plain text, without expression or template", key);
    return text;
}

/* ---- numbers of a form ---- */

/* A number as plain text. jansson reads 0.25 as a double: it is taken back to its digits, of which a
 * double keeps 15. */
static struct str read_decimal(struct component *c, const struct json_at *at,
                               const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    struct str text = json_get_str(object, key), stored;
    struct feel_number number;
    char digits[40];

    if (!value)
        return STR_NONE;
    if (json_is_integer(value)) {
        text = json_write(c->source->arena, value);
    } else if (json_is_real(value) && isfinite(json_real_value(value))) {
        (void)snprintf(digits, sizeof digits, "%.15g", json_real_value(value));
        text = str_copy(c->source->arena, str_from(digits));
    }
    if (text.ptr && number_parse(text, &number)) {
        text = number_text(c->source->arena, number);
        if (form_number_read(c->source->arena, text, FORM_NUMBER_DECIMALS, '\0',
                             &stored) == FORM_NUMBER_OK)
            return text;
    }
    json_problem(c->source, &(struct json_at){at, key, 0},
                 "\"%s\" must be a number of at most %d digits, %d behind the point", key,
                 FORM_NUMBER_DIGITS, FORM_NUMBER_DECIMALS);
    return STR_NONE;
}

/* The editor writes custom properties as text: "3". */
static int read_count(struct component *c, const struct json_at *at,
                      const json_t *properties, const char *key, int most)
{
    struct str text = json_get_str(properties, key);
    const json_t *value = json_object_get(properties, key);
    int64_t count = json_integer_value(value);

    if (!value)
        return 0;
    if ((json_is_integer(value) || (text.ptr && str_to_i64(text, &count) == OK)) &&
        count >= 0 && count <= most)
        return (int)count;
    json_problem(c->source, &(struct json_at){at, key, 0},
                 "\"%s\" must be an integer from 0 to %d", key, most);
    return 0;
}

/* ---- validate ---- */

static void check_order(struct component *c, const struct json_at *at)
{
    struct feel_number min, max;

    if (c->field->max_length && c->field->min_length > c->field->max_length)
        json_problem(c->source, at, "minLength is above maxLength");
    if (c->field->kind == FORM_NUMBER && c->field->min.ptr && c->field->max.ptr &&
        number_parse(c->field->min, &min) && number_parse(c->field->max, &max) &&
        number_compare(min, max) > 0)
        json_problem(c->source, at, "min is above max");
}

static void read_validation_type(struct component *c, const struct json_at *at,
                                 const json_t *validate)
{
    struct str type = json_get_str(validate, "validationType");

    if (str_is(type, "email"))
        c->field->input_type = STR("email");
    else if (str_is(type, "phone"))
        c->field->input_type = STR("tel");
    else if (json_object_get(validate, "validationType") && !str_is(type, "custom") &&
             !(type.ptr && type.len == 0))
        json_problem(c->source, &(struct json_at){at, "validationType", 0},
                     "\"validationType\" must be email, phone or custom");
    if (c->field->input_type.ptr && c->field->pattern.ptr)
        json_problem(c->source, at,
                     "\"pattern\" and the validation type %.*s exclude each other",
                     STR_ARG(type));
}

void component_validate(struct component *c, const struct json_at *at,
                        const json_t *validate)
{
    struct form_field *field = c->field;
    struct json_source *s = c->source;
    struct str reason;

    field->required = json_read_bool(s, at, validate, "required");
    field->min_length =
        json_read_int(s, at, validate, "minLength", INT_RANGE(0, LENGTH_MAX));
    field->max_length =
        json_read_int(s, at, validate, "maxLength", INT_RANGE(1, LENGTH_MAX));
    if (field->kind == FORM_NUMBER) {
        field->min = read_decimal(c, at, validate, "min");
        field->max = read_decimal(c, at, validate, "max");
    }
    field->pattern = json_read_text(s, at, validate, "pattern", false);
    if (field->pattern.ptr && pattern_check(s->arena, field->pattern, &reason) != OK)
        json_problem(s, &(struct json_at){at, "pattern", 0}, "pattern %.*s",
                     STR_ARG(reason));
    read_validation_type(c, at, validate);
    check_order(c, at);
}

/* ---- properties ---- */

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

static void read_counts(struct component *c, const struct json_at *at,
                        const json_t *properties)
{
    struct form_field *field = c->field;
    bool list = field->kind == FORM_LIST;

    field->min_rows =
        read_count(c, at, properties, list ? "minRows" : "minChoices", FORM_ROWS_MAX);
    field->max_rows =
        read_count(c, at, properties, list ? "maxRows" : "maxChoices", FORM_ROWS_MAX);
    if (field->max_rows > 0 && field->min_rows > field->max_rows)
        json_problem(c->source, at, "the least number is above the greatest");
    if (list && field->max_rows == 0)
        field->max_rows = FORM_ROWS_MAX;
}

void component_properties(struct component *c, const struct json_at *at,
                          const json_t *properties)
{
    struct form_field *field = c->field;

    field->master_data = json_read_text(c->source, at, properties, "masterData", false);
    field->autocomplete =
        json_read_text(c->source, at, properties, "autocomplete", false);
    if (field->master_data.ptr && !rule_is_key(field->master_data))
        json_problem(c->source, &(struct json_at){at, "masterData", 0},
                     "\"masterData\" must be the key of an attribute");
    if (field->master_data.ptr && c->in_row)
        json_problem(c->source, &(struct json_at){at, "masterData", 0},
                     "a field of a list cannot have \"masterData\": use \"prefill\"");
    if (field->autocomplete.ptr && !is_autocomplete(field->autocomplete))
        json_problem(c->source, &(struct json_at){at, "autocomplete", 0},
                     "\"autocomplete\" must be an HTML autocomplete token");
    field->pattern_text = component_text(c, at, properties, "patternText", false);
    field->prefill = json_read_feel(c->source, at, properties, "prefill", false);
    if (field->kind == FORM_DATE) {
        field->min = read_day_bound(c, at, properties, "min");
        field->max = read_day_bound(c, at, properties, "max");
    }
    if (field->kind == FORM_LIST || field->kind == FORM_CHECKLIST)
        read_counts(c, at, properties);
}

/* ---- options ---- */

static void read_values(struct component *c)
{
    struct json_source *s = c->source;
    const json_t *values = json_read_array(s, c->at, c->object, "values", true);
    struct json_at list = {c->at, "values", 0};
    size_t count = json_array_size(values);

    if (count > FORM_OPTIONS_MAX) {
        json_problem(s, &list, "more than %d values", FORM_OPTIONS_MAX);
        return;
    }
    struct form_option *options = ARENA_ARRAY(s->arena, struct form_option, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct json_at at = {&list, NULL, i};
        const json_t *item = json_array_get(values, i);
        if (!json_check_object(s, &at, item, "label value"))
            continue;
        options[i].value = json_read_text(s, &at, item, "value", true);
        options[i].label = component_text(c, &at, item, "label", true);
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

void component_options(struct component *c)
{
    if (json_object_get(c->object, "valuesKey"))
        json_problem(c->source, &(struct json_at){c->at, "valuesKey", 0},
                     "\"valuesKey\" is not supported: use \"valuesExpression\"");
    if (!json_object_get(c->object, "valuesExpression")) {
        read_values(c);
        return;
    }
    if (json_object_get(c->object, "values"))
        json_problem(c->source, c->at,
                     "\"values\" and \"valuesExpression\" exclude each other");
    c->field->options_expression =
        json_read_feel(c->source, c->at, c->object, "valuesExpression", true);
}

/* ---- number, date ---- */

void component_number(struct component *c)
{
    struct json_source *s = c->source;
    const json_t *appearance = json_object_get(c->object, "appearance");
    struct json_at at = {c->at, "appearance", 0};
    struct feel_number step;

    c->field->decimals = (int)json_read_int(s, c->at, c->object, "decimalDigits",
                                            INT_RANGE(0, FORM_NUMBER_DECIMALS));
    c->field->step = read_decimal(c, c->at, c->object, "increment");
    if (c->field->step.ptr && (!number_parse(c->field->step, &step) ||
                               number_compare(step, number_from_i64(0)) <= 0))
        json_problem(s, &(struct json_at){c->at, "increment", 0},
                     "\"increment\" must be above 0");
    if (json_object_get(c->object, "serializeToString") &&
        !json_is_true(json_object_get(c->object, "serializeToString")))
        json_problem(s, &(struct json_at){c->at, "serializeToString", 0},
                     "\"serializeToString\" can only be true: numbers are exact here");
    if (!appearance)
        return;
    if (json_object_get(appearance, "prefixAdorner"))
        json_problem(s, &(struct json_at){&at, "prefixAdorner", 0},
                     "\"prefixAdorner\" is not supported: the unit stands behind the "
                     "number, in \"suffixAdorner\"");
    else if (json_check_object(s, &at, appearance, "suffixAdorner"))
        c->field->unit = component_text(c, &at, appearance, "suffixAdorner", false);
}

void component_date(struct component *c)
{
    struct str subtype = json_read_text(c->source, c->at, c->object, "subtype", true);
    if (subtype.ptr && !str_is(subtype, "date"))
        json_problem(c->source, &(struct json_at){c->at, "subtype", 0},
                     "only the subtype \"date\" is supported");
    if (json_read_bool(c->source, c->at, c->object, "disallowPassedDates") &&
        !c->field->min.ptr)
        c->field->min = STR("today");
}

/* ---- conditions ---- */

/* true, false or an expression: either way the field is not asked. */
static void read_readonly(struct component *c, const char *key)
{
    const struct feel_node *node;

    if (!json_is_feel(c->object, key)) {
        c->field->readonly =
            json_read_bool(c->source, c->at, c->object, key) || c->field->readonly;
        return;
    }
    node = json_read_feel(c->source, c->at, c->object, key, false);
    if (c->field->readonly_if)
        json_problem(c->source, &(struct json_at){c->at, key, 0},
                     "only one of \"readonly\" and \"disabled\" may be an expression");
    c->field->readonly_if = node;
}

void component_conditions(struct component *c)
{
    const json_t *conditional = json_object_get(c->object, "conditional");
    struct json_at at = {c->at, "conditional", 0};

    if (conditional && json_check_object(c->source, &at, conditional, "hide"))
        c->field->hide = json_read_feel(c->source, &at, conditional, "hide", true);
    read_readonly(c, "readonly");
    read_readonly(c, "disabled");
}

/* ---- defaultValue ---- */

static bool has_option(const struct form_field *field, const json_t *value)
{
    for (size_t i = 0; i < field->option_count; i++)
        if (json_is_string(value) &&
            str_is(field->options[i].value, json_string_value(value)))
            return true;
    return field->options_expression != NULL && json_is_string(value);
}

static const json_t *good_default(struct component *c, const json_t *value)
{
    const struct form_field *field = c->field;
    struct str text, stored;
    day_no day;
    bool good = true;

    switch (field->kind) {
    case FORM_TEXT:
    case FORM_TEXTAREA:
        return json_is_string(value) ? value : NULL;
    case FORM_CHECKBOX:
        return json_is_boolean(value) ? value : NULL;
    case FORM_SELECT:
    case FORM_RADIO:
        return has_option(field, value) ? value : NULL;
    case FORM_CHECKLIST:
        for (size_t i = 0; i < json_array_size(value); i++)
            good = good && has_option(field, json_array_get(value, i));
        return good && json_is_array(value) ? value : NULL;
    case FORM_DATE:
        text = json_get_str(c->object, "defaultValue");
        return text.ptr && day_parse(text, &day) == OK ? value : NULL;
    case FORM_NUMBER:
        text = read_decimal(c, c->at, c->object, "defaultValue");
        if (form_number_read(c->source->arena, text, field->decimals, '\0', &stored) !=
            FORM_NUMBER_OK)
            return NULL;
        return form_number_json(c->source->arena, field, stored);
    case FORM_LIST:
    case FORM_PARAGRAPH:
        break;
    }
    return NULL;
}

void component_default(struct component *c)
{
    const json_t *value = json_object_get(c->object, "defaultValue");

    if (!value || json_is_null(value))
        return;
    c->field->default_value = good_default(c, value);
    if (!c->field->default_value)
        json_problem(c->source, &(struct json_at){c->at, "defaultValue", 0},
                     "\"defaultValue\" is no answer to this field");
}
