/* values_context.c: what the expressions of a request see. */
#include "base/vec.h"
#include "feel/temporal.h"
#include "process/definition/definition.h"
#include "process/form/form_scope.h"
#include "process/definition/rules.h"
#include "process/values.h"

/* ---- one answer ---- */

static struct feel_value date_from(struct arena *arena, const json_t *json)
{
    struct feel_moment moment = {0};
    struct str text = json_str(json);

    if (!text.ptr || !temporal_parse_date(text, &moment))
        return FEEL_NULL_VALUE;
    return feel_moment(arena, FEEL_DATE, &moment);
}

/* Plain notation alone: "1e3" that somebody typed into a draft is no number. */
static struct feel_value number_from(const json_t *json)
{
    struct feel_number number;
    struct str text = json_str(json);

    if (json_is_integer(json))
        return feel_i64(json_integer_value(json));
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("-.0123456789", text.ptr[i]))
            return FEEL_NULL_VALUE;
    return number_parse(text, &number) ? feel_number_value(number) : FEEL_NULL_VALUE;
}

static struct feel_value texts_from(struct arena *arena, const json_t *json)
{
    size_t count = json_array_size(json), used = 0;
    struct feel_value *items = ARENA_ARRAY(arena, struct feel_value, count + 1);

    for (size_t i = 0; i < count; i++)
        if (json_is_string(json_array_get(json, i)))
            items[used++] = value_from_json(arena, json_array_get(json, i));
    return feel_list(arena, items, used);
}

/* Nothing was answered in it. What is filled in by itself does not count. */
static bool says_nothing(const struct form_field *list, const struct feel_entry *row)
{
    for (size_t i = 0; i < list->field_count; i++) {
        struct feel_value value = row[i].value;
        bool blank = value.type == FEEL_NULL ||
                     (value.type == FEEL_BOOLEAN && !value.boolean) ||
                     (value.type == FEEL_LIST && value.list->count == 0);
        if (!blank && !list->fields[i].readonly)
            return false;
    }
    return true;
}

/* Rows that somebody has added to a draft and not filled in are none yet. */
static struct feel_value rows_from(struct arena *arena, const struct form_field *list,
                                   const json_t *json)
{
    size_t count = json_array_size(json);
    struct feel_value *rows = ARENA_ARRAY(arena, struct feel_value, count + 1);

    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(json, i);
        struct feel_entry *entries =
            ARENA_ARRAY(arena, struct feel_entry, list->field_count + 1);
        for (size_t k = 0; k < list->field_count; k++) {
            const struct form_field *field = &list->fields[k];
            entries[k].name = field->key;
            entries[k].value = value_of_answer(
                arena, field, json_object_getn(row, field->key.ptr, field->key.len));
        }
        rows[i] = feel_context(arena, entries, list->field_count);
    }
    while (!list->fixed_rows && count > 0 &&
           says_nothing(list, rows[count - 1].context->entries))
        count--;
    return feel_list(arena, rows, count);
}

struct feel_value value_of_answer(struct arena *arena, const struct form_field *field,
                                  const json_t *stored)
{
    switch (field->kind) {
    case FORM_TEXT:
    case FORM_TEXTAREA:
    case FORM_SELECT:
    case FORM_RADIO:
        return json_is_string(stored) ? value_from_json(arena, stored) : FEEL_NULL_VALUE;
    case FORM_NUMBER:
        return number_from(stored);
    case FORM_DATE:
        return date_from(arena, stored);
    case FORM_CHECKBOX:
        return feel_boolean(json_is_true(stored));
    case FORM_CHECKLIST:
        return texts_from(arena, stored);
    case FORM_LIST:
        return rows_from(arena, field, stored);
    case FORM_PARAGRAPH:
        break;
    }
    return FEEL_NULL_VALUE;
}

/* ---- facts and master data ---- */

static bool is_member(const char *words, const char *key)
{
    return rule_has_word(words, str_from(key));
}

/* Days and exact numbers stand as text in JSON; the name of a member says which it is. */
static struct feel_value typed_fact(struct arena *arena, const char *key,
                                    const json_t *json)
{
    static const char DAYS[] = "since validFrom endsOn birthDate dueOn";
    static const char NUMBERS[] = "volume noticeDays";

    if (json_is_object(json) || json_is_array(json))
        return value_of_facts(arena, json);
    if (is_member(DAYS, key))
        return date_from(arena, json);
    if (is_member(NUMBERS, key))
        return number_from(json);
    return value_from_json(arena, json);
}

struct feel_value value_of_facts(struct arena *arena, const json_t *facts)
{
    /* The iterator takes a mutable object, though it only reads. */
    json_t *object = (json_t *)(uintptr_t)facts;
    size_t count = 0;

    if (json_is_array(facts)) {
        struct feel_value *items =
            ARENA_ARRAY(arena, struct feel_value, json_array_size(facts) + 1);
        for (size_t i = 0; i < json_array_size(facts); i++)
            items[i] = value_of_facts(arena, json_array_get(facts, i));
        return feel_list(arena, items, json_array_size(facts));
    }
    if (!json_is_object(facts))
        return value_from_json(arena, facts);
    struct feel_entry *entries =
        ARENA_ARRAY(arena, struct feel_entry, json_object_size(facts) + 1);
    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        entries[count].name =
            (struct str){json_object_iter_key(i), json_object_iter_key_len(i)};
        entries[count++].value =
            typed_fact(arena, json_object_iter_key(i), json_object_iter_value(i));
    }
    return feel_context(arena, entries, count);
}

/* Put the value at the dotted path; a value that is in the way of a longer path goes. */
static void put_path(json_t *into, struct str path, json_t *value)
{
    struct str part;

    while (str_next(&path, '.', &part)) {
        json_t *inner = json_object_getn(into, part.ptr, part.len);
        if (!path.ptr) {
            if (!json_is_object(inner))
                json_object_setn(into, part.ptr, part.len, value);
            return;
        }
        if (!json_is_object(inner)) {
            inner = json_object();
            json_object_setn_new(into, part.ptr, part.len, inner);
        }
        into = inner;
    }
}

struct feel_value value_of_base(struct arena *arena, const json_t *base)
{
    json_t *nested = json_new_object(arena);
    json_t *object = (json_t *)(uintptr_t)base;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i))
        put_path(nested,
                 (struct str){json_object_iter_key(i), json_object_iter_key_len(i)},
                 json_object_iter_value(i));
    return value_from_json(arena, nested);
}

/* ---- the whole context ---- */

static struct feel_value day_value(struct arena *arena, day_no day)
{
    struct feel_moment moment = {0};

    if (day == DAY_NONE)
        return FEEL_NULL_VALUE;
    temporal_from_days(day, &moment);
    return feel_moment(arena, FEEL_DATE, &moment);
}

static struct feel_value text_value(struct str text)
{
    return text.ptr ? feel_string(text) : FEEL_NULL_VALUE;
}

static struct feel_value instant_value(struct arena *arena, instant_us at)
{
    struct feel_moment moment = {0};

    if (at == INSTANT_NONE ||
        !temporal_parse_date_time(instant_format_iso(arena, at), &moment))
        return FEEL_NULL_VALUE;
    return feel_moment(arena, FEEL_DATE_TIME, &moment);
}

static struct feel_value request_value(struct arena *arena,
                                       const struct request_facts *facts)
{
    const struct feel_entry entries[] = {
        {STR("reference"), text_value(facts->reference)},
        {STR("type"), text_value(facts->type)},
        {STR("company"), text_value(facts->company)},
        {STR("submittedAt"), instant_value(arena, facts->submitted_at)},
        {STR("effectiveOn"), day_value(arena, facts->effective_on)},
    };
    size_t count = sizeof entries / sizeof *entries;
    struct feel_entry *copy = ARENA_ARRAY(arena, struct feel_entry, count);

    memcpy(copy, entries, sizeof entries);
    return feel_context(arena, copy, count);
}

static void put(struct vec *entries, const char *name, struct feel_value value)
{
    *VEC_PUSH(entries, struct feel_entry) = (struct feel_entry){str_from(name), value};
}

static void put_all(struct vec *entries, const struct feel_context *more)
{
    for (size_t i = 0; i < more->count; i++)
        *VEC_PUSH(entries, struct feel_entry) = more->entries[i];
}

static void put_fact(struct arena *arena, struct vec *entries, const json_t *facts,
                     const char *name)
{
    const json_t *fact = json_object_get(facts, name);

    if (fact)
        put(entries, name, value_of_facts(arena, fact));
}

/* The answer of a read-only field is what is filled in, whatever was stored when its page was saved last. */
static struct feel_value answer_now(const struct form_scope *scope,
                                    const struct form_field *field, const json_t *stored)
{
    if (field->kind != FORM_LIST && form_scope_fixes(scope, field))
        stored = form_scope_filled(scope, field, NULL);
    return value_of_answer(scope->arena, field, stored);
}

/* The answers of one form, in their order, each as the ones before it leave it. */
static void put_answers(struct arena *arena, const struct form *form,
                        const struct form_world *world, const json_t *answers,
                        struct feel_entry *out)
{
    struct form_scope scope = form_scope_new(arena, form, world);
    size_t used = 0;

    for (size_t i = 0; i < form->field_count; i++) {
        const struct form_field *field = &form->fields[i];
        if (field->kind == FORM_PARAGRAPH)
            continue;
        if (!form_scope_hides(&scope, field))
            form_scope_set(
                &scope, i,
                answer_now(&scope, field,
                           json_object_getn(answers, field->key.ptr, field->key.len)));
        out[used++] = scope.entries[i];
    }
}

static size_t asked(const struct form *form)
{
    size_t count = 0;

    for (size_t i = 0; i < form->field_count; i++)
        count += form->fields[i].kind != FORM_PARAGRAPH;
    return count;
}

/* `entries` begin with what is around the answers; every answer follows, null at first. */
static const struct feel_context *with_answers(struct arena *arena, struct vec *entries,
                                               const struct definition *definition,
                                               const struct request_facts *facts)
{
    size_t at = entries->count;
    struct feel_context *context = ARENA_NEW(arena, struct feel_context);
    const struct form_world world = {
        .context = context,
        .base = facts->base,
        .today = facts->today == DAY_NONE ? 0 : facts->today,
    };

    for (size_t f = 0; f < definition->form_count; f++)
        for (size_t i = 0; i < definition->forms[f].field_count; i++)
            if (definition->forms[f].fields[i].kind != FORM_PARAGRAPH)
                *VEC_PUSH(entries, struct feel_entry) = (struct feel_entry){
                    definition->forms[f].fields[i].key, FEEL_NULL_VALUE};
    *context = (struct feel_context){entries->items, entries->count};
    for (size_t f = 0; f < definition->form_count; f++) {
        put_answers(arena, &definition->forms[f], &world, facts->answers,
                    (struct feel_entry *)entries->items + at);
        at += asked(&definition->forms[f]);
    }
    return context;
}

const struct feel_context *values_of_answers(struct arena *arena,
                                             const struct definition *definition,
                                             const json_t *answers)
{
    struct vec entries = VEC_INIT(arena, struct feel_entry);
    struct feel_context *context = ARENA_NEW(arena, struct feel_context);

    for (size_t f = 0; f < definition->form_count; f++)
        for (size_t i = 0; i < definition->forms[f].field_count; i++) {
            const struct form_field *field = &definition->forms[f].fields[i];
            if (field->kind != FORM_PARAGRAPH)
                *VEC_PUSH(&entries, struct feel_entry) = (struct feel_entry){
                    field->key, value_of_answer(arena, field,
                                                json_object_getn(answers, field->key.ptr,
                                                                 field->key.len))};
        }
    *context = (struct feel_context){entries.items, entries.count};
    return context;
}

/* What is around the answers. */
static struct vec around_of(struct arena *arena, const struct request_facts *facts)
{
    struct vec entries = VEC_INIT(arena, struct feel_entry);

    put(&entries, "base", value_of_base(arena, facts->base));
    put(&entries, "request", request_value(arena, facts));
    return entries;
}

const struct feel_context *values_context(struct arena *arena,
                                          const struct definition *definition,
                                          const struct request_facts *facts)
{
    struct vec entries = around_of(arena, facts);

    if (facts->today != DAY_NONE)
        put(&entries, "today", day_value(arena, facts->today));
    put_fact(arena, &entries, facts->facts, "company");
    put_fact(arena, &entries, facts->facts, "catalogue");
    return with_answers(arena, &entries, definition, facts);
}

const struct feel_context *values_of_process(struct arena *arena,
                                             const struct definition *definition,
                                             const struct request_facts *facts)
{
    struct vec entries = around_of(arena, facts);
    struct feel_context *context = ARENA_NEW(arena, struct feel_context);

    if (definition->process_uses_company)
        put_fact(arena, &entries, facts->facts, "company");
    if (definition->process_uses_catalogue)
        put_fact(arena, &entries, facts->facts, "catalogue");
    put_all(&entries, values_of_answers(arena, definition, facts->answers));
    *context = (struct feel_context){entries.items, entries.count};
    return context;
}

const struct feel_context *values_of_task(struct arena *arena, struct str element_id,
                                          const struct task_result *result)
{
    struct vec known = VEC_INIT(arena, struct feel_entry);
    struct feel_entry *task = ARENA_NEW(arena, struct feel_entry);
    struct feel_context *context = ARENA_NEW(arena, struct feel_context);

    put(&known, "outcome", text_value(result->outcome));
    put(&known, "reason", text_value(result->reason));
    put(&known, "by", text_value(result->by));
    put(&known, "at", instant_value(arena, result->at));
    for (size_t i = 0; result->form && i < result->form->field_count; i++) {
        const struct form_field *field = &result->form->fields[i];
        if (field->kind != FORM_PARAGRAPH)
            *VEC_PUSH(&known, struct feel_entry) = (struct feel_entry){
                field->key,
                value_of_answer(
                    arena, field,
                    json_object_getn(result->answers, field->key.ptr, field->key.len))};
    }
    *task =
        (struct feel_entry){element_id, feel_context(arena, known.items, known.count)};
    *context = (struct feel_context){task, 1};
    return context;
}
