/* answer_line.c: one answer as people read it, on one line. */
#include "web/answers.h"

struct str answer_text_of(const struct page *page, const struct definition *definition,
                          struct str msgid)
{
    return str_is_empty(msgid)
               ? STR_NONE
               : definition_text(definition, page->render->language, msgid);
}

struct str answer_option_label(const struct page *page,
                               const struct definition *definition,
                               const struct form_option *option)
{
    if (str_is_empty(option->label_de))
        return answer_text_of(page, definition, option->label);
    return page->render->language == LANGUAGE_DE ? option->label_de : option->label;
}

struct str answer_stored_text(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return (struct str){json_string_value(value), json_string_length(value)};
    if (value == NULL || json_is_null(value))
        return STR_NONE;
    return json_write(arena, value);
}

const json_t *answer_member(struct arena *arena, const json_t *object, struct str key)
{
    return str_is_empty(key) ? NULL : json_object_get(object, str_c(arena, key));
}

static struct str chosen(const struct page *page, const struct definition *definition,
                         const struct form_field_now *now, struct str value)
{
    for (size_t i = 0; i < now->option_count; i++)
        if (str_eq(now->options[i].value, value))
            return answer_option_label(page, definition, &now->options[i]);
    /* Not offered any more; or the options are not known here. */
    return value;
}

static struct str with_unit(const struct page *page, const struct definition *definition,
                            const struct form_field *field, struct str stored)
{
    char sign = form_decimal_sign(language_code(page->render->language));
    struct str number = form_number_shown(page->arena, stored, sign);
    struct str unit = answer_text_of(page, definition, field->unit);
    if (str_is_empty(unit) || str_is_empty(number))
        return number;
    return str_format(page->arena, "%.*s\u00a0%.*s", STR_ARG(number), STR_ARG(unit));
}

struct view_list answer_items(const struct page *page,
                              const struct definition *definition,
                              const struct form_field_now *now, const json_t *value)
{
    size_t count = json_array_size(value);
    struct answer_item_view *items =
        ARENA_ARRAY(page->arena, struct answer_item_view, count);
    for (size_t i = 0; i < count; i++)
        items[i].text = chosen(page, definition, now,
                               answer_stored_text(page->arena, json_array_get(value, i)));
    return (struct view_list){items, count};
}

static struct str joined(struct arena *arena, struct view_list list)
{
    const struct answer_item_view *items = list.items;
    struct buf text = buf_init(arena, SIZE_MAX / 4);
    for (size_t i = 0; i < list.count; i++) {
        buf_put_c(&text, i > 0 ? ", " : "");
        buf_put(&text, items[i].text);
    }
    return list.count > 0 ? buf_str(&text) : STR_NONE;
}

/* A field of a row where the request is not known: with what the definition says alone. */
static struct form_field_now plain_now(const struct form_field *field)
{
    return (struct form_field_now){
        .field = field, .options = field->options, .option_count = field->option_count};
}

const struct form_field_now *answer_in_row(const struct form_field_now *list, size_t row,
                                           const struct form_field *field)
{
    if (row >= list->row_count)
        return NULL;
    for (size_t i = 0; i < list->rows[row].field_count; i++)
        if (list->rows[row].fields[i].field == field)
            return &list->rows[row].fields[i];
    return NULL;
}

/* What is not a list: text that fits a line. */
struct str answer_scalar(const struct page *page, const struct definition *definition,
                         const struct form_field_now *now, const json_t *value)
{
    struct str text = answer_stored_text(page->arena, value);
    day_no day;
    if (str_is_empty(text))
        return STR_NONE;
    switch (now->field->kind) {
    case FORM_SELECT:
    case FORM_RADIO:
        return chosen(page, definition, now, text);
    case FORM_CHECKLIST:
        return json_is_array(value)
                   ? joined(page->arena, answer_items(page, definition, now, value))
                   : text;
    case FORM_CHECKBOX:
        return page_text(page, str_is(text, "true") ? N_("Yes") : N_("No"));
    case FORM_NUMBER:
        return with_unit(page, definition, now->field, text);
    case FORM_DATE:
        if (day_parse(text, &day) == OK)
            return locale_day(page->render->formats[page->render->language], page->arena,
                              day);
        return text;
    default:
        return text;
    }
}

static void put_row(struct buf *out, const struct page *page,
                    const struct definition *definition,
                    const struct form_field_now *list, const json_t *value, size_t row)
{
    bool first = true;
    for (size_t i = 0; i < list->field->field_count; i++) {
        const struct form_field *field = &list->field->fields[i];
        const struct form_field_now plain = plain_now(field);
        const struct form_field_now *now = answer_in_row(list, row, field);
        /* The list may have been another one then: options are much the same in all rows. */
        for (size_t k = 0; now == NULL && k < list->row_count; k++)
            now = answer_in_row(list, k, field);
        struct str text = answer_scalar(
            page, definition, now ? now : &plain,
            answer_member(page->arena, json_array_get(value, row), field->key));
        if (str_is_empty(text))
            continue;
        buf_put_c(out, first ? "" : ", ");
        buf_put(out, answer_text_of(page, definition, field->label));
        buf_put_c(out, ": ");
        buf_put(out, text);
        first = false;
    }
    if (first)
        buf_put_c(out, "–");
}

struct str answer_line(const struct page *page, const struct definition *definition,
                       const struct form_field_now *now, const json_t *value)
{
    struct buf text = buf_init(page->arena, SIZE_MAX / 4);
    if (now->field->kind != FORM_LIST || !json_is_array(value))
        return answer_scalar(page, definition, now, value);
    for (size_t i = 0; i < json_array_size(value); i++) {
        buf_put_c(&text, i > 0 ? "; " : "");
        put_row(&text, page, definition, now, value, i);
    }
    return buf_str(&text);
}

static const struct form_field_now *find_now(const struct definition *definition,
                                             const struct form_now *forms,
                                             const struct form_field *field)
{
    for (size_t i = 0; forms != NULL && i < definition->form_count; i++)
        for (size_t k = 0; k < forms[i].field_count; k++)
            if (forms[i].fields[k].field == field)
                return &forms[i].fields[k];
    return NULL;
}

struct str answer_line_of_text(const struct page *page,
                               const struct definition *definition,
                               const struct form_now *forms,
                               const struct form_field *field, struct str value)
{
    const struct form_field_now plain = plain_now(field);
    const struct form_field_now *now = find_now(definition, forms, field);
    bool structured = field->kind == FORM_LIST || field->kind == FORM_CHECKLIST;
    json_t *parsed;
    if (str_is_empty(value))
        return STR_NONE;
    if (structured && json_parse(page->arena, value, &parsed) == OK)
        return answer_line(page, definition, now ? now : &plain, parsed);
    err_clear();
    json_t *holder = json_new_object(page->arena);
    json_set_str(holder, "value", value);
    return answer_scalar(page, definition, now ? now : &plain,
                         json_object_get(holder, "value"));
}

const struct form_now *answers_forms(const struct page *page,
                                     const struct definition *definition,
                                     const struct request_facts *facts)
{
    const struct form_world world = {
        .context = values_context(page->arena, definition, facts),
        .base = facts->base,
        .today = facts->today,
    };
    struct form_now *forms =
        ARENA_ARRAY(page->arena, struct form_now, definition->form_count);
    for (size_t i = 0; i < definition->form_count; i++)
        forms[i] =
            form_resolve(page->arena, &definition->forms[i], &world, facts->answers);
    return forms;
}
