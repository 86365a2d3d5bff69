/* company_register.c: what a company has on record: exchanges, products, clearing, board, obligations. */
#include "company_register.h"

#include "base/vec.h"
#include "process/form/form.h"

static const struct view_field request_fields[] = {
    VIEW_F(struct record_request_view, reference, VIEW_STR),
    VIEW_F(struct record_request_view, title, VIEW_STR),
    VIEW_F(struct record_request_view, departments, VIEW_STR),
};
static VIEW_TYPE(request_type, struct record_request_view, request_fields);

static const struct view_field record_fields[] = {
    VIEW_F(struct record_view, key, VIEW_STR),
    VIEW_F(struct record_view, name, VIEW_STR),
    VIEW_F(struct record_view, market, VIEW_STR),
    VIEW_F(struct record_view, detail, VIEW_STR),
    VIEW_F(struct record_view, volume, VIEW_STR),
    VIEW_F(struct record_view, since, VIEW_DAY),
    VIEW_F(struct record_view, from, VIEW_DAY),
    VIEW_F(struct record_view, until, VIEW_DAY),
    VIEW_F(struct record_view, reference, VIEW_STR),
    VIEW_F(struct record_view, ended_reference, VIEW_STR),
    VIEW_SUB(struct record_view, asked, VIEW_LIST, &request_type),
};
static VIEW_TYPE(record_type, struct record_view, record_fields);

static const struct view_field section_fields[] = {
    VIEW_SUB(struct record_section_view, records, VIEW_LIST, &record_type),
    VIEW_H(struct record_section_view, has_records, VIEW_BOOL),
    VIEW_SUB(struct record_section_view, requests, VIEW_LIST, &request_type),
};
VIEW_TYPE(record_section_view_type, struct record_section_view, section_fields);

/* ---- open requests ---- */

/* Services whose names begin so change the rows of a kind. */
static struct str services_of(enum register_kind kind)
{
    switch (kind) {
    case REGISTER_MEMBERSHIP:
        return STR("membership.");
    case REGISTER_ENTITLEMENT:
        return STR("entitlement.");
    case REGISTER_BOARD_MEMBER:
        return STR("board.");
    case REGISTER_CLEARING_ACCESS:
        return STR("clearing.");
    default:
        return STR_NONE;
    }
}

static enum err put_request(struct page *page, const struct pending_change *pending,
                            struct vec *out)
{
    struct record_request_view item = {
        .reference = pending->row.reference,
        .title =
            page_definition_text(page, pending->definition, pending->definition->title),
    };
    enum err err =
        page_departments(page, pending->row.department_keys, &item.departments);

    if (err == OK)
        *VEC_PUSH(out, struct record_request_view) = item;
    return err;
}

static bool is_text(const json_t *value, struct str key)
{
    return json_is_string(value) &&
           str_eq((struct str){json_string_value(value), json_string_length(value)}, key);
}

/* Is the key chosen in one of these fields? What people type means nothing here. */
static bool fields_choose(struct arena *arena, const struct form_field *fields,
                          size_t count, const json_t *answers, struct str key)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(answers, str_c(arena, fields[i].key));
        bool many = fields[i].kind == FORM_CHECKLIST || fields[i].kind == FORM_LIST;
        if ((fields[i].kind == FORM_SELECT || fields[i].kind == FORM_RADIO) &&
            is_text(value, key))
            return true;
        for (size_t k = 0; many && k < json_array_size(value); k++) {
            const json_t *item = json_array_get(value, k);
            if (is_text(item, key) || (fields[i].kind == FORM_LIST &&
                                       fields_choose(arena, fields[i].fields,
                                                     fields[i].field_count, item, key)))
                return true;
        }
    }
    return false;
}

static bool request_chooses(struct arena *arena, const struct pending_change *pending,
                            struct str key)
{
    for (size_t i = 0; i < pending->definition->form_count; i++) {
        const struct form *form = &pending->definition->forms[i];
        if (fields_choose(arena, form->fields, form->field_count, pending->answers, key))
            return true;
    }
    return false;
}

/* The open requests that may change rows of this kind; with a key, those that name the row. */
static enum err show_requests(struct page *page, const struct company_data *data,
                              enum register_kind kind, struct str key,
                              struct view_list *out)
{
    struct vec requests = VEC_INIT(page->arena, struct record_request_view);
    enum err err = OK;

    for (size_t i = 0; i < data->pending_count && err == OK; i++) {
        const struct pending_change *pending = &data->pending[i];
        if (definition_runs(pending->definition, services_of(kind)) &&
            (key.ptr == NULL || request_chooses(page->arena, pending, key)))
            err = put_request(page, pending, &requests);
    }
    *out = (struct view_list){requests.items, requests.count};
    return err;
}

/* ---- rows ---- */

static struct str in_language(const struct page *page, struct str en, struct str de)
{
    return page->render->language == LANGUAGE_DE ? de : en;
}

static struct str volume_text(const struct page *page, const struct register_row *row)
{
    char sign = form_decimal_sign(language_code(page->render->language));

    if (row->volume.ptr == NULL)
        return STR_NONE;
    return str_format(page->arena, "%.*s %.*s",
                      STR_ARG(form_number_shown(page->arena, row->volume, sign)),
                      STR_ARG(row->unit));
}

static enum err show_row(struct page *page, const struct company_data *data,
                         const struct register_row *row, struct record_view *out)
{
    bool later = row->valid_from > data->today;

    *out = (struct record_view){
        .key = row->key,
        .name = in_language(page, row->name_en, row->name_de),
        .market = in_language(page, row->market_en, row->market_de),
        .detail = row->detail,
        .volume = volume_text(page, row),
        .since = later ? DAY_NONE : row->valid_from,
        .from = later ? row->valid_from : DAY_NONE,
        .until = row->ends_on,
        .reference = row->request_reference,
        .ended_reference = row->ended_request_reference,
    };
    if (row->kind == REGISTER_OBLIGATION) {
        out->from = DAY_NONE;
        out->since = DAY_NONE;
        out->until = row->valid_from;
        return OK;
    }
    return show_requests(page, data, (enum register_kind)row->kind, row->key,
                         &out->asked);
}

static bool is_recorded(const struct company_data *data, enum register_kind kind,
                        struct str key)
{
    for (size_t i = 0; i < data->record_count; i++)
        if (data->records[i].kind == (int64_t)kind && str_eq(data->records[i].key, key))
            return true;
    return false;
}

static const struct catalogue_row *find(const struct company_data *data,
                                        enum catalogue_kind kind, struct str key)
{
    for (size_t i = 0; i < data->catalogue_count; i++)
        if (data->catalogue[i].kind == (int64_t)kind &&
            str_eq(data->catalogue[i].key, key))
            return &data->catalogue[i];
    return NULL;
}

/* Products that open requests ask for and that the company does not have yet. */
static enum err show_asked_offers(struct page *page, const struct company_data *data,
                                  struct vec *records)
{
    enum err err = OK;

    for (size_t i = 0; i < data->catalogue_count && err == OK; i++) {
        const struct catalogue_row *offer = &data->catalogue[i];
        struct record_view item = {
            .key = offer->key, .since = DAY_NONE, .from = DAY_NONE, .until = DAY_NONE};
        if (offer->kind != CATALOGUE_OFFER ||
            is_recorded(data, REGISTER_ENTITLEMENT, offer->key))
            continue;
        const struct catalogue_row *product =
            find(data, CATALOGUE_PRODUCT, offer->product);
        const struct catalogue_row *market = find(data, CATALOGUE_MARKET, offer->parent);
        err = show_requests(page, data, REGISTER_ENTITLEMENT, offer->key, &item.asked);
        if (err != OK || item.asked.count == 0 || product == NULL || market == NULL)
            continue;
        item.name = in_language(page, product->name_en, product->name_de);
        item.market = in_language(page, market->name_en, market->name_de);
        *VEC_PUSH(records, struct record_view) = item;
    }
    return err;
}

enum err show_section(struct page *page, const struct company_data *data,
                      enum register_kind kind, struct record_section_view *out)
{
    struct vec records = VEC_INIT(page->arena, struct record_view);
    enum err err = OK;

    for (size_t i = 0; i < data->record_count && err == OK; i++)
        if (data->records[i].kind == (int64_t)kind) {
            struct record_view item;
            err = show_row(page, data, &data->records[i], &item);
            if (err == OK)
                *VEC_PUSH(&records, struct record_view) = item;
        }
    if (err == OK && kind == REGISTER_ENTITLEMENT)
        err = show_asked_offers(page, data, &records);
    if (err == OK && kind != REGISTER_OBLIGATION)
        err = show_requests(page, data, kind, STR_NONE, &out->requests);
    out->records = (struct view_list){records.items, records.count};
    out->has_records = records.count > 0;
    return err;
}
