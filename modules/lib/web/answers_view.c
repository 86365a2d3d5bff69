#include "web/answers.h"

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

/* ---- groups ---- */

struct answer_view answer_view_of(struct page *page, const struct definition *definition,
                                  const struct form_field_now *now, const json_t *value)
{
    bool many = now->field->kind == FORM_CHECKLIST && json_array_size(value) > 0;
    return (struct answer_view){
        .key = now->field->key,
        .label = answer_text_of(page, definition, now->field->label),
        .value = answer_line(page, definition, now, value),
        .many = many,
        .items =
            many ? answer_items(page, definition, now, value) : (struct view_list){0},
    };
}

/* Rows that somebody has added and not filled in are no answer yet. */
static bool is_blank(const json_t *row)
{
    for (void *at = json_object_iter((json_t *)(uintptr_t)row); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)row, at)) {
        const json_t *value = json_object_iter_value(at);
        if (!json_is_null(value) && !json_is_false(value) &&
            !(json_is_array(value) && json_array_size(value) == 0))
            return false;
    }
    return true;
}

static size_t answered_rows(const json_t *value)
{
    size_t count = json_is_array(value) ? json_array_size(value) : 0;
    while (count > 0 && is_blank(json_array_get(value, count - 1)))
        count--;
    return count;
}

static bool column_is_shown(const struct form_field_now *list,
                            const struct form_field *field, size_t row_count)
{
    if (field->kind == FORM_PARAGRAPH)
        return false;
    for (size_t i = 0; i < row_count; i++)
        if (answer_in_row(list, i, field) != NULL)
            return true;
    return row_count == 0;
}

static struct answer_row_view row_of(struct page *page,
                                     const struct definition *definition,
                                     const struct form_field_now *list,
                                     const json_t *value, size_t row)
{
    size_t total = answered_rows(value), count = 0;
    struct answer_view *cells =
        ARENA_ARRAY(page->arena, struct answer_view, list->field->field_count + 1);
    for (size_t i = 0; i < list->field->field_count; i++) {
        const struct form_field *field = &list->field->fields[i];
        const struct form_field_now *now = answer_in_row(list, row, field);
        if (!column_is_shown(list, field, total))
            continue;
        if (now != NULL)
            cells[count] = answer_view_of(
                page, definition, now,
                answer_member(page->arena, json_array_get(value, row), field->key));
        cells[count].not_asked = now == NULL;
        cells[count++].label = answer_text_of(page, definition, field->label);
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
    size_t total = answered_rows(value), count = 0;
    struct answer_row_view *rows =
        ARENA_ARRAY(page->arena, struct answer_row_view, total);
    struct answer_column_view *columns =
        ARENA_ARRAY(page->arena, struct answer_column_view, list->field->field_count + 1);
    for (size_t i = 0; i < list->field->field_count; i++)
        if (column_is_shown(list, &list->field->fields[i], total))
            columns[count++].label =
                answer_text_of(page, definition, list->field->fields[i].label);
    for (size_t i = 0; i < total; i++)
        rows[i] = row_of(page, definition, list, value, i);
    return (struct answer_table_view){
        .key = list->field->key,
        .label = answer_text_of(page, definition, list->field->label),
        .columns = {columns, count},
        .rows = {rows, total},
        .has_rows = total > 0,
    };
}

/* ---- drafts: what nobody can type is what it would be submitted as ---- */

static json_t *row_as_now(struct arena *arena, const struct form_row_now *row,
                          const json_t *stored, bool fixed)
{
    json_t *out = json_new_object(arena);
    if (json_is_object(stored))
        (void)json_object_update(out, (json_t *)(uintptr_t)stored);
    for (size_t i = 0; i < row->field_count; i++) {
        const struct form_field_now *cell = &row->fields[i];
        if (cell->field->kind != FORM_PARAGRAPH && (fixed || cell->readonly))
            (void)json_object_set(out, str_c(arena, cell->field->key),
                                  cell->value ? (json_t *)(uintptr_t)cell->value
                                              : json_null());
    }
    return out;
}

static const json_t *rows_as_now(struct arena *arena, const struct form_field_now *list,
                                 const json_t *stored)
{
    bool fixed = list->field->fixed_rows;
    size_t count = fixed ? list->row_count : json_array_size(stored);
    json_t *holder = json_new_object(arena), *rows = json_array();
    (void)json_object_set_new(holder, "rows", rows);
    for (size_t i = 0; i < count && i < list->row_count; i++)
        (void)json_array_append(rows, row_as_now(arena, &list->rows[i],
                                                 fixed ? NULL : json_array_get(stored, i),
                                                 fixed));
    return rows;
}

/* The answer to show. What the form would fill in for somebody to change is none yet. */
static const json_t *answer_of(struct arena *arena, const struct form_field_now *field,
                               const struct request_facts *facts)
{
    const json_t *stored = answer_member(arena, facts->answers, field->field->key);
    if (facts->submitted_at != INSTANT_NONE)
        return stored;
    if (field->field->kind == FORM_LIST)
        return json_is_array(stored) ? rows_as_now(arena, field, stored) : stored;
    return field->readonly ? field->value : stored;
}

static struct answer_group_view group_of(struct page *page,
                                         const struct definition *definition,
                                         const struct form_now *now,
                                         const struct request_facts *facts)
{
    struct answer_group_view group = {
        .id = now->form->id, .title = answer_text_of(page, definition, now->form->title)};
    struct answer_view *items =
        ARENA_ARRAY(page->arena, struct answer_view, now->field_count);
    struct answer_table_view *tables =
        ARENA_ARRAY(page->arena, struct answer_table_view, now->field_count);
    for (size_t i = 0; i < now->field_count; i++) {
        const struct form_field_now *field = &now->fields[i];
        const json_t *value = answer_of(page->arena, field, facts);
        if (field->field->kind == FORM_LIST) {
            tables[group.tables.count++] = answer_table(page, definition, field, value);
            continue;
        }
        if (field->field->kind == FORM_PARAGRAPH)
            continue;
        struct answer_view *item = &items[group.answers.count++];
        const json_t *old =
            answer_member(page->arena, facts->base, field->field->master_data);
        *item = answer_view_of(page, definition, field, value);
        item->has_old = !str_is_empty(field->field->master_data);
        group.compares = group.compares || item->has_old;
        item->old_value = answer_scalar(page, definition, field, old);
        item->changed = item->has_old && !str_eq(answer_stored_text(page->arena, value),
                                                 answer_stored_text(page->arena, old));
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
    const struct request_facts done = {.answers = answers, .submitted_at = 0};
    return group_of(page, definition, now, &done);
}

struct view_list answers_groups(struct page *page, const struct definition *definition,
                                const struct request_facts *facts)
{
    const struct form_now *forms = answers_forms(page, definition, facts);
    struct answer_group_view *items =
        ARENA_ARRAY(page->arena, struct answer_group_view, definition->form_count);
    size_t count = 0;
    for (size_t i = 0; i < definition->form_count; i++) {
        struct answer_group_view group = group_of(page, definition, &forms[i], facts);
        if (group.has_answers || group.tables.count > 0)
            items[count++] = group;
    }
    return (struct view_list){items, count};
}
