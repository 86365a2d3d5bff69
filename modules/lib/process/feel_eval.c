/* Evaluation with FEEL's three-valued logic: what does not fit is null, never an
 * exception. */
#include "process/feel_tree.h"

#include "process/decimal_text.h"
#include "process/json_own.h"

enum value_kind { VALUE_NULL, VALUE_BOOLEAN, VALUE_NUMBER, VALUE_TEXT, VALUE_JSON };

struct value {
    enum value_kind kind;
    bool boolean;
    struct str text;    /* number: canonical decimal; text: itself */
    const json_t *json; /* object or array */
};

struct evaluation {
    struct arena *arena;
    const json_t *context;
};

static enum err eval(struct evaluation *e, const struct feel *feel, struct value *out);

static struct value boolean_value(bool boolean)
{
    return (struct value){.kind = VALUE_BOOLEAN, .boolean = boolean};
}

static enum err from_json(struct evaluation *e, const json_t *json, struct value *out)
{
    *out = (struct value){.kind = VALUE_NULL};
    switch (json ? json_typeof(json) : JSON_NULL) {
    case JSON_NULL:
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        *out = boolean_value(json_is_true(json));
        break;
    case JSON_INTEGER:
        out->kind = VALUE_NUMBER;
        out->text =
            str_format(e->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        break;
    case JSON_REAL:
        return err_note(ERR_INPUT,
                        "FEEL: a JSON number with a fraction is not exact; use text");
    case JSON_STRING:
        out->kind = VALUE_TEXT;
        out->text = (struct str){json_string_value(json), json_string_length(json)};
        break;
    case JSON_OBJECT:
    case JSON_ARRAY:
        out->kind = VALUE_JSON;
        out->json = json;
        break;
    }
    return OK;
}

/* A new reference. */
static enum err to_json(const struct value *value, json_t **out)
{
    int64_t integer;
    switch (value->kind) {
    case VALUE_NULL:
        *out = json_null();
        return OK;
    case VALUE_BOOLEAN:
        *out = json_boolean(value->boolean);
        return OK;
    case VALUE_NUMBER:
        if (!decimal_to_int(value->text, &integer))
            return err_note(ERR_INPUT,
                            "FEEL: a result that is no 64-bit integer is not exact");
        *out = json_integer(integer);
        return OK;
    case VALUE_TEXT:
        *out = json_stringn(value->text.ptr, value->text.len);
        return OK;
    case VALUE_JSON:
        *out = json_deep_copy(value->json);
        return OK;
    }
    bug("FEEL value kind %d", (int)value->kind);
}

static enum err eval_path(struct evaluation *e, const struct feel *feel,
                          struct value *out)
{
    const json_t *at = e->context;
    for (size_t i = 0; i < feel->name_count; i++)
        at = json_object_getn(at, feel->names[i].ptr, feel->names[i].len);
    return from_json(e, at, out);
}

static bool holds(enum feel_op op, int order)
{
    switch (op) {
    case OP_EQ:
        return order == 0;
    case OP_NE:
        return order != 0;
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_GT:
        return order > 0;
    case OP_GE:
        return order >= 0;
    }
    bug("FEEL operator %d", (int)op);
}

/* DMN 1.3, table 42 ff.: null is equal to null only; unequal types compare to null. */
static struct value compare(enum feel_op op, const struct value *a, const struct value *b)
{
    const struct value none = {.kind = VALUE_NULL};
    bool equality = op == OP_EQ || op == OP_NE;
    if (a->kind == VALUE_NULL || b->kind == VALUE_NULL)
        return equality ? boolean_value(holds(op, a->kind == b->kind ? 0 : 1)) : none;
    if (a->kind != b->kind)
        return none;
    switch (a->kind) {
    case VALUE_NUMBER:
        return boolean_value(holds(op, decimal_compare(a->text, b->text)));
    case VALUE_TEXT:
        return boolean_value(holds(op, str_cmp(a->text, b->text)));
    case VALUE_BOOLEAN:
        return equality ? boolean_value(holds(op, a->boolean == b->boolean ? 0 : 1))
                        : none;
    default:
        return equality ? boolean_value(holds(op, json_equal(a->json, b->json) ? 0 : 1))
                        : none;
    }
}

/* DMN 1.3, table 38: `decisive` is false for and, true for or. */
static enum err eval_logic(struct evaluation *e, const struct feel *feel, bool decisive,
                           struct value *out)
{
    bool unknown = false;
    for (size_t i = 0; i < 2; i++) {
        struct value value;
        enum err err = eval(e, feel->items[i], &value);
        if (err != OK)
            return err;
        if (value.kind != VALUE_BOOLEAN)
            unknown = true;
        else if (value.boolean == decisive) {
            *out = boolean_value(decisive);
            return OK;
        }
    }
    *out = unknown ? (struct value){.kind = VALUE_NULL} : boolean_value(!decisive);
    return OK;
}

static enum err eval_context(struct evaluation *e, const struct feel *feel,
                             struct value *out)
{
    json_t *object = json_new_object(e->arena);
    for (size_t i = 0; i < feel->name_count; i++) {
        struct value value;
        json_t *json = NULL;
        enum err err = eval(e, feel->items[i], &value);
        if (err == OK)
            err = to_json(&value, &json);
        if (err != OK)
            return err;
        json_object_setn_new(object, feel->names[i].ptr, feel->names[i].len, json);
    }
    *out = (struct value){.kind = VALUE_JSON, .json = object};
    return OK;
}

static enum err eval_unary(struct evaluation *e, const struct feel *feel,
                           struct value *out)
{
    struct value value;
    enum err err = eval(e, feel->items[0], &value);
    if (err != OK)
        return err;
    *out = (struct value){.kind = VALUE_NULL};
    if (feel->kind == FEEL_NOT) {
        if (value.kind == VALUE_BOOLEAN)
            *out = boolean_value(!value.boolean);
    } else if (value.kind == VALUE_NUMBER) {
        *out = value;
    } else if (value.kind == VALUE_TEXT &&
               decimal_canonical(e->arena, value.text, &out->text) == OK) {
        out->kind = VALUE_NUMBER;
    }
    return OK;
}

static enum err eval_compare(struct evaluation *e, const struct feel *feel,
                             struct value *out)
{
    struct value a, b;
    enum err err = eval(e, feel->items[0], &a);
    if (err == OK)
        err = eval(e, feel->items[1], &b);
    if (err == OK)
        *out = compare(feel->op, &a, &b);
    return err;
}

static enum err eval(struct evaluation *e, const struct feel *feel, struct value *out)
{
    *out = (struct value){.kind = VALUE_NULL};
    switch (feel->kind) {
    case FEEL_NULL:
        return OK;
    case FEEL_TRUE:
    case FEEL_FALSE:
        *out = boolean_value(feel->kind == FEEL_TRUE);
        return OK;
    case FEEL_NUMBER:
    case FEEL_TEXT:
        out->kind = feel->kind == FEEL_NUMBER ? VALUE_NUMBER : VALUE_TEXT;
        out->text = feel->text;
        return OK;
    case FEEL_PATH:
        return eval_path(e, feel, out);
    case FEEL_COMPARE:
        return eval_compare(e, feel, out);
    case FEEL_AND:
    case FEEL_OR:
        return eval_logic(e, feel, feel->kind == FEEL_OR, out);
    case FEEL_NOT:
    case FEEL_TO_NUMBER:
        return eval_unary(e, feel, out);
    case FEEL_CONTEXT:
        return eval_context(e, feel, out);
    }
    bug("FEEL node kind %d", (int)feel->kind);
}

enum err feel_eval(const struct feel *feel, struct arena *arena, const json_t *context,
                   const json_t **out)
{
    struct evaluation e = {arena, context};
    struct value value;
    json_t *json = NULL;
    enum err err = eval(&e, feel, &value);
    if (err == OK && value.kind == VALUE_JSON) {
        *out = value.json;
        return OK;
    }
    if (err == OK)
        err = to_json(&value, &json);
    if (err == OK)
        *out = json_own(arena, json);
    return err;
}

enum err feel_test(const struct feel *feel, struct arena *arena, const json_t *context,
                   bool *out)
{
    struct evaluation e = {arena, context};
    struct value value;
    enum err err = eval(&e, feel, &value);
    if (err == OK)
        *out = value.kind == VALUE_BOOLEAN && value.boolean;
    return err;
}
