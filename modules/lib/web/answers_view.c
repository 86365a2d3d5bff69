#include "web/answers_view.h"

static const struct view_field item_fields[] = {
    VIEW_F(struct answer_item_view, text, VIEW_STR),
};
static VIEW_TYPE(item_type, struct answer_item_view, item_fields);

static const struct view_field answer_fields[] = {
    VIEW_F(struct answer_view, key, VIEW_STR),
    VIEW_F(struct answer_view, label, VIEW_STR),
    VIEW_F(struct answer_view, value, VIEW_STR),
    VIEW_H(struct answer_view, not_asked, VIEW_BOOL),
    VIEW_H(struct answer_view, many, VIEW_BOOL),
    VIEW_SUB(struct answer_view, items, VIEW_LIST, &item_type),
    VIEW_F(struct answer_view, old_value, VIEW_STR),
    VIEW_H(struct answer_view, has_old, VIEW_BOOL),
    VIEW_F(struct answer_view, changed, VIEW_BOOL),
};
VIEW_TYPE(answer_view_type, struct answer_view, answer_fields);

/* A cell has no old value: rows are compared with nothing. */
static const struct view_field cell_fields[] = {
    VIEW_F(struct answer_view, key, VIEW_STR),
    VIEW_F(struct answer_view, label, VIEW_STR),
    VIEW_F(struct answer_view, value, VIEW_STR),
    VIEW_H(struct answer_view, not_asked, VIEW_BOOL),
    VIEW_H(struct answer_view, many, VIEW_BOOL),
    VIEW_SUB(struct answer_view, items, VIEW_LIST, &item_type),
};
static VIEW_TYPE(cell_type, struct answer_view, cell_fields);

static const struct view_field row_fields[] = {
    VIEW_H(struct answer_row_view, id, VIEW_STR),
    VIEW_F(struct answer_row_view, number, VIEW_INT),
    VIEW_SUB(struct answer_row_view, cells, VIEW_LIST, &cell_type),
};
static VIEW_TYPE(row_type, struct answer_row_view, row_fields);

static const struct view_field column_fields[] = {
    VIEW_F(struct answer_column_view, label, VIEW_STR),
};
static VIEW_TYPE(column_type, struct answer_column_view, column_fields);

static const struct view_field table_fields[] = {
    VIEW_F(struct answer_table_view, key, VIEW_STR),
    VIEW_F(struct answer_table_view, label, VIEW_STR),
    VIEW_SUB(struct answer_table_view, columns, VIEW_LIST, &column_type),
    VIEW_SUB(struct answer_table_view, rows, VIEW_LIST, &row_type),
    VIEW_H(struct answer_table_view, has_rows, VIEW_BOOL),
};
VIEW_TYPE(answer_table_view_type, struct answer_table_view, table_fields);

static const struct view_field group_fields[] = {
    VIEW_F(struct answer_group_view, id, VIEW_STR),
    VIEW_F(struct answer_group_view, title, VIEW_STR),
    VIEW_SUB(struct answer_group_view, answers, VIEW_LIST, &answer_view_type),
    VIEW_H(struct answer_group_view, has_answers, VIEW_BOOL),
    VIEW_H(struct answer_group_view, compares, VIEW_BOOL),
    VIEW_SUB(struct answer_group_view, tables, VIEW_LIST, &answer_table_view_type),
};
VIEW_TYPE(answer_group_view_type, struct answer_group_view, group_fields);

/* ---- one value ---- */

static struct str text_of(const struct page *page, const struct definition *definition,
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
        return text_of(page, definition, option->label);
    return page->render->language == LANGUAGE_DE ? option->label_de : option->label;
}

static struct str stored_text(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return (struct str){json_string_value(value), json_string_length(value)};
    if (value == NULL || json_is_null(value))
        return STR_NONE;
    return json_write(arena, value);
}

static const json_t *member(struct arena *arena, const json_t *object, struct str key)
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
    struct str unit = text_of(page, definition, field->unit);
    if (str_is_empty(unit) || str_is_empty(number))
        return number;
    return str_format(page->arena, "%.*s\u00a0%.*s", STR_ARG(number), STR_ARG(unit));
}

static struct view_list items_of(const struct page *page,
                                 const struct definition *definition,
                                 const struct form_field_now *now, const json_t *value)
{
    size_t count = json_array_size(value);
    struct answer_item_view *items =
        ARENA_ARRAY(page->arena, struct answer_item_view, count);
    for (size_t i = 0; i < count; i++)
        items[i].text = chosen(page, definition, now,
                               stored_text(page->arena, json_array_get(value, i)));
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

static const struct form_field_now *in_row(const struct form_field_now *list, size_t row,
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
static struct str scalar_line(const struct page *page,
                              const struct definition *definition,
                              const struct form_field_now *now, const json_t *value)
{
    struct str text = stored_text(page->arena, value);
    day_no day;
    if (str_is_empty(text))
        return STR_NONE;
    switch (now->field->kind) {
    case FORM_SELECT:
    case FORM_RADIO:
        return chosen(page, definition, now, text);
    case FORM_CHECKLIST:
        return json_is_array(value)
                   ? joined(page->arena, items_of(page, definition, now, value))
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
        const struct form_field_now *now = in_row(list, row, field);
        /* The list may have been another one then: options are much the same in all rows. */
        for (size_t k = 0; now == NULL && k < list->row_count; k++)
            now = in_row(list, k, field);
        struct str text =
            scalar_line(page, definition, now ? now : &plain,
                        member(page->arena, json_array_get(value, row), field->key));
        if (str_is_empty(text))
            continue;
        buf_put_c(out, first ? "" : ", ");
        buf_put(out, text_of(page, definition, field->label));
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
        return scalar_line(page, definition, now, value);
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
    return scalar_line(page, definition, now ? now : &plain,
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

/* ---- groups ---- */

struct answer_view answer_view_of(struct page *page, const struct definition *definition,
                                  const struct form_field_now *now, const json_t *value)
{
    bool many = now->field->kind == FORM_CHECKLIST && json_array_size(value) > 0;
    return (struct answer_view){
        .key = now->field->key,
        .label = text_of(page, definition, now->field->label),
        .value = answer_line(page, definition, now, value),
        .many = many,
        .items = many ? items_of(page, definition, now, value) : (struct view_list){0},
    };
}

static bool column_is_shown(const struct form_field_now *list,
                            const struct form_field *field, size_t row_count)
{
    if (field->kind == FORM_PARAGRAPH)
        return false;
    for (size_t i = 0; i < row_count; i++)
        if (in_row(list, i, field) != NULL)
            return true;
    return row_count == 0;
}

static struct answer_row_view row_of(struct page *page,
                                     const struct definition *definition,
                                     const struct form_field_now *list,
                                     const json_t *value, size_t row)
{
    size_t total = json_array_size(value), count = 0;
    struct answer_view *cells =
        ARENA_ARRAY(page->arena, struct answer_view, list->field->field_count + 1);
    for (size_t i = 0; i < list->field->field_count; i++) {
        const struct form_field *field = &list->field->fields[i];
        const struct form_field_now *now = in_row(list, row, field);
        if (!column_is_shown(list, field, total))
            continue;
        if (now != NULL)
            cells[count] = answer_view_of(
                page, definition, now,
                member(page->arena, json_array_get(value, row), field->key));
        cells[count].not_asked = now == NULL;
        cells[count++].label = text_of(page, definition, field->label);
    }
    return (struct answer_row_view){
        str_format(page->arena, "%.*s-%zu", STR_ARG(list->field->key), row),
        (int64_t)row + 1,
        {cells, count}};
}

struct answer_table_view answer_table(struct page *page,
                                      const struct definition *definition,
                                      const struct form_field_now *list,
                                      const json_t *value)
{
    size_t total = json_is_array(value) ? json_array_size(value) : 0, count = 0;
    struct answer_row_view *rows =
        ARENA_ARRAY(page->arena, struct answer_row_view, total);
    struct answer_column_view *columns =
        ARENA_ARRAY(page->arena, struct answer_column_view, list->field->field_count + 1);
    for (size_t i = 0; i < list->field->field_count; i++)
        if (column_is_shown(list, &list->field->fields[i], total))
            columns[count++].label =
                text_of(page, definition, list->field->fields[i].label);
    for (size_t i = 0; i < total; i++)
        rows[i] = row_of(page, definition, list, value, i);
    return (struct answer_table_view){
        .key = list->field->key,
        .label = text_of(page, definition, list->field->label),
        .columns = {columns, count},
        .rows = {rows, total},
        .has_rows = total > 0,
    };
}

static struct answer_group_view group_of(struct page *page,
                                         const struct definition *definition,
                                         const struct form_now *now,
                                         const json_t *answers, const json_t *base)
{
    struct answer_group_view group = {
        .id = now->form->id, .title = text_of(page, definition, now->form->title)};
    struct answer_view *items =
        ARENA_ARRAY(page->arena, struct answer_view, now->field_count);
    struct answer_table_view *tables =
        ARENA_ARRAY(page->arena, struct answer_table_view, now->field_count);
    for (size_t i = 0; i < now->field_count; i++) {
        const struct form_field_now *field = &now->fields[i];
        /* What the form would fill in is no answer yet. */
        const json_t *value = member(page->arena, answers, field->field->key);
        if (field->field->kind == FORM_LIST) {
            tables[group.tables.count++] = answer_table(page, definition, field, value);
            continue;
        }
        if (field->field->kind == FORM_PARAGRAPH)
            continue;
        struct answer_view *item = &items[group.answers.count++];
        const json_t *old = member(page->arena, base, field->field->master_data);
        *item = answer_view_of(page, definition, field, value);
        item->has_old = !str_is_empty(field->field->master_data);
        group.compares = group.compares || item->has_old;
        item->old_value = scalar_line(page, definition, field, old);
        item->changed = item->has_old && !str_eq(stored_text(page->arena, value),
                                                 stored_text(page->arena, old));
    }
    group.answers.items = items;
    group.tables.items = tables;
    group.has_answers = group.answers.count > 0;
    return group;
}

struct answer_group_view answers_group(struct page *page,
                                       const struct definition *definition,
                                       const struct form_now *now, const json_t *answers)
{
    return group_of(page, definition, now, answers, NULL);
}

struct view_list answers_groups(struct page *page, const struct definition *definition,
                                const struct request_facts *facts)
{
    const struct form_now *forms = answers_forms(page, definition, facts);
    struct answer_group_view *items =
        ARENA_ARRAY(page->arena, struct answer_group_view, definition->form_count);
    size_t count = 0;
    for (size_t i = 0; i < definition->form_count; i++) {
        struct answer_group_view group =
            group_of(page, definition, &forms[i], facts->answers, facts->base);
        if (group.has_answers || group.tables.count > 0)
            items[count++] = group;
    }
    return (struct view_list){items, count};
}
