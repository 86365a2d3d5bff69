/* company.c: a company's master data: what holds, what will hold, what is asked for. */
#include "requests.h"

#include "base/vec.h"
#include "app/request/company_data.h"
#include "app/upkeep/company_due.h"
#include "company_view.h"
#include "summary.h"

static const struct view_field future_fields[] = {
    VIEW_F(struct future_view, value, VIEW_STR),
    VIEW_F(struct future_view, from, VIEW_DAY),
    VIEW_F(struct future_view, reference, VIEW_STR),
};
static VIEW_TYPE(future_type, struct future_view, future_fields);

static const struct view_field asked_fields[] = {
    VIEW_F(struct asked_view, value, VIEW_STR),
    VIEW_F(struct asked_view, reference, VIEW_STR),
    VIEW_F(struct asked_view, departments, VIEW_STR),
};
static VIEW_TYPE(asked_type, struct asked_view, asked_fields);

static const struct view_field attribute_fields[] = {
    VIEW_F(struct attribute_view, key, VIEW_STR),
    VIEW_F(struct attribute_view, label, VIEW_STR),
    VIEW_F(struct attribute_view, value, VIEW_STR),
    VIEW_F(struct attribute_view, since, VIEW_DAY),
    VIEW_F(struct attribute_view, reference, VIEW_STR),
    VIEW_SUB(struct attribute_view, future, VIEW_LIST, &future_type),
    VIEW_SUB(struct attribute_view, asked, VIEW_LIST, &asked_type),
};
static VIEW_TYPE(attribute_type, struct attribute_view, attribute_fields);

static const struct view_field pending_fields[] = {
    VIEW_F(struct pending_view, reference, VIEW_STR),
    VIEW_F(struct pending_view, title, VIEW_STR),
    VIEW_F(struct pending_view, phase, VIEW_STR),
    VIEW_F(struct pending_view, departments, VIEW_STR),
    VIEW_F(struct pending_view, since_at, VIEW_INSTANT),
    VIEW_F(struct pending_view, effective_date, VIEW_DAY),
};
static VIEW_TYPE(pending_type, struct pending_view, pending_fields);

static const struct view_field company_fields[] = {
    VIEW_F(struct company_view, reference, VIEW_STR),
    VIEW_F(struct company_view, name, VIEW_STR),
    VIEW_SUB(struct company_view, attributes, VIEW_LIST, &attribute_type),
    VIEW_H(struct company_view, has_attributes, VIEW_BOOL),
    VIEW_SUB(struct company_view, pending, VIEW_LIST, &pending_type),
    VIEW_H(struct company_view, has_pending, VIEW_BOOL),
    VIEW_F(struct company_view, ends_on, VIEW_DAY),
    VIEW_SUB(struct company_view, exchanges, VIEW_OBJECT, &record_section_view_type),
    VIEW_SUB(struct company_view, products, VIEW_OBJECT, &record_section_view_type),
    VIEW_SUB(struct company_view, clearing, VIEW_OBJECT, &record_section_view_type),
    VIEW_H(struct company_view, sees_board, VIEW_BOOL),
    VIEW_SUB(struct company_view, board, VIEW_OBJECT, &record_section_view_type),
    VIEW_SUB(struct company_view, obligations, VIEW_OBJECT, &record_section_view_type),
};
VIEW_TYPE(company_view_type, struct company_view, company_fields);

/* What the open requests ask for this attribute, where it is not what holds already. */
static enum err show_asked(struct page *page, const struct company_data *data,
                           struct attribute_view *attribute)
{
    struct vec asked = VEC_INIT(page->arena, struct asked_view);
    for (size_t i = 0; i < data->pending_count; i++) {
        const struct pending_change *pending = &data->pending[i];
        const struct form_field *field =
            definition_attribute_field(pending->definition, attribute->key);
        struct asked_view item = {.reference = pending->row.reference};
        if (field == NULL)
            continue;
        struct str value =
            answer_text(page->arena, json_object_get(pending->answers,
                                                     str_c(page->arena, field->key)));
        item.value = answer_line_of_text(page, pending->definition, NULL, field, value);
        if (str_is_empty(item.value) || str_eq(item.value, attribute->value))
            continue;
        enum err err =
            page_departments(page, pending->row.department_keys, &item.departments);
        if (err != OK)
            return err;
        *VEC_PUSH(&asked, struct asked_view) = item;
    }
    attribute->asked = (struct view_list){asked.items, asked.count};
    return OK;
}

/* Rows [from, to) are of one attribute, by day. */
static enum err show_attribute(struct page *page, const struct company_data *data,
                               size_t from, size_t to, struct attribute_view *out)
{
    const struct master_data_row *rows = data->values;
    const struct definition *definition = NULL;
    const struct form_field *field =
        company_data_field(data, rows[from].attribute_key, &definition);
    struct future_view *future = ARENA_ARRAY(page->arena, struct future_view, to - from);
    *out = (struct attribute_view){.key = rows[from].attribute_key,
                                   .label = rows[from].attribute_key,
                                   .since = DAY_NONE};
    if (field != NULL)
        out->label = page_definition_text(page, definition, field->label);
    else if (str_is(out->key, COMPANY_NAME_ATTRIBUTE))
        out->label = i18n_text(page->render->i18n, page->render->language,
                               str_from(N_("Name of the company")));
    for (size_t i = from; i < to; i++) {
        struct str value = field == NULL ? rows[i].value
                                         : answer_line_of_text(page, definition, NULL,
                                                               field, rows[i].value);
        if (rows[i].valid_from > data->today) {
            future[out->future.count++] = (struct future_view){value, rows[i].valid_from,
                                                               rows[i].request_reference};
        } else {
            out->value = value;
            out->since = rows[i].valid_from;
            out->reference = rows[i].request_reference;
        }
    }
    out->future.items = future;
    if (str_is(out->key, COMPANY_NAME_ATTRIBUTE) && str_is_empty(out->value))
        out->value = data->company.name; /* of before the first change of it */
    return show_asked(page, data, out);
}

/* Attributes by key, as the database has them: [from, to) of the rows each. */
static enum err show_by_key(struct page *page, const struct company_data *data,
                            struct view_list *out)
{
    struct attribute_view *items =
        ARENA_ARRAY(page->arena, struct attribute_view, data->value_count);
    size_t count = 0;
    for (size_t from = 0, to; from < data->value_count; from = to) {
        for (to = from + 1; to < data->value_count; to++) {
            if (!str_eq(data->values[to].attribute_key, data->values[from].attribute_key))
                break;
        }
        enum err err = show_attribute(page, data, from, to, &items[count++]);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){items, count};
    return OK;
}

/* Where people expect an attribute: in the order of the questions that ask for it. */
static size_t rank_of(const struct company_data *data, struct str key)
{
    size_t rank = 0;
    for (size_t t = 0; t < data->type_count; t++) {
        const struct definition *definition = data->types[t].definition;
        for (size_t f = 0; f < definition->form_count; f++) {
            for (size_t i = 0; i < definition->forms[f].field_count; i++, rank++) {
                if (str_eq(definition->forms[f].fields[i].master_data, key))
                    return rank;
            }
        }
    }
    return SIZE_MAX;
}

static enum err show_attributes(struct page *page, const struct company_data *data,
                                struct view_list *out)
{
    struct view_list by_key = {0};
    enum err err = show_by_key(page, data, &by_key);
    if (err != OK)
        return err;
    const struct attribute_view *from = by_key.items;
    struct attribute_view *items =
        ARENA_ARRAY(page->arena, struct attribute_view, by_key.count);
    size_t *ranks = ARENA_ARRAY(page->arena, size_t, by_key.count);
    for (size_t i = 0; i < by_key.count; i++) {
        size_t rank = rank_of(data, from[i].key);
        size_t at = i;
        for (; at > 0 && ranks[at - 1] > rank; at--) {
            ranks[at] = ranks[at - 1];
            items[at] = items[at - 1];
        }
        ranks[at] = rank;
        items[at] = from[i];
    }
    *out = (struct view_list){items, by_key.count};
    return OK;
}

static enum err show_pending(struct page *page, const struct company_data *data,
                             struct view_list *out)
{
    struct pending_view *items =
        ARENA_ARRAY(page->arena, struct pending_view, data->pending_count);
    for (size_t i = 0; i < data->pending_count; i++) {
        const struct pending_change *pending = &data->pending[i];
        const struct definition *definition = pending->definition;
        items[i] = (struct pending_view){
            .reference = pending->row.reference,
            .title = page_definition_text(page, definition, definition->title),
            .phase = page_phase(page, definition, pending->row.phase, REQUEST_DRAFT),
            .since_at = pending->row.since_at,
            .effective_date = pending->row.effective_date};
        enum err err =
            page_departments(page, pending->row.department_keys, &items[i].departments);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){items, data->pending_count};
    return OK;
}

static enum err show_register(struct page *page, const struct company_data *data,
                              struct company_view *view)
{
    enum err err = show_section(page, data, REGISTER_MEMBERSHIP, &view->exchanges);

    view->ends_on = DAY_NONE;
    view->sees_board = principal_sees_board(page->principal);
    if (err == OK)
        err = show_section(page, data, REGISTER_ENTITLEMENT, &view->products);
    if (err == OK)
        err = show_section(page, data, REGISTER_CLEARING_ACCESS, &view->clearing);
    if (err == OK && view->sees_board)
        err = show_section(page, data, REGISTER_BOARD_MEMBER, &view->board);
    if (err == OK)
        err = show_section(page, data, REGISTER_OBLIGATION, &view->obligations);
    for (size_t i = 0; i < data->record_count; i++)
        if (data->records[i].kind == REGISTER_COMPANY)
            view->ends_on = data->records[i].ends_on;
    return err;
}

enum err company_get_page(struct page *page)
{
    const struct actor actor = page_actor(page);
    struct company_data data;
    struct company_view view = {0};
    enum err err = company_data(&actor, page_env(page), &data);
    if (err == OK)
        err = show_attributes(page, &data, &view.attributes);
    if (err == OK)
        err = show_pending(page, &data, &view.pending);
    if (err == OK)
        err = show_register(page, &data, &view);
    if (err != OK)
        return err;
    view.reference = data.company.reference;
    view.name = data.company.name;
    view.has_attributes = view.attributes.count > 0;
    view.has_pending = view.pending.count > 0;
    return page_render(page, PAGE_COMPANY, &view);
}
