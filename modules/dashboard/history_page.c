/* history_page.c: every change of a request and its ticket, newest first. */
#include "dashboard.h"

#include "dossier.h"
#include "history_words.h"

struct change_view {
    struct str object;
    struct str field;
    struct str old_value;
    struct str new_value;
    struct str person;
    bool by_kontor; /**< no person: Kontor itself */
    bool internal;  /**< an internal note */
    instant_us changed_at;
};
struct history_view {
    struct str reference;        /**< of the request */
    struct str ticket_reference; /**< absent before the release */
    struct str title;
    struct str company_name;
    bool of_ticket;
    struct view_list changes;
    struct str first_url;
    struct str next_url;
};

static const struct view_field change_fields[] = {
    VIEW_F(struct change_view, object, VIEW_STR),
    VIEW_F(struct change_view, field, VIEW_STR),
    VIEW_F(struct change_view, old_value, VIEW_STR),
    VIEW_F(struct change_view, new_value, VIEW_STR),
    VIEW_F(struct change_view, person, VIEW_STR),
    VIEW_F(struct change_view, by_kontor, VIEW_BOOL),
    VIEW_F(struct change_view, internal, VIEW_BOOL),
    VIEW_F(struct change_view, changed_at, VIEW_INSTANT),
};
static VIEW_TYPE(change_view_type, struct change_view, change_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct history_view, reference, VIEW_STR),
    VIEW_F(struct history_view, ticket_reference, VIEW_STR),
    VIEW_F(struct history_view, title, VIEW_STR),
    VIEW_F(struct history_view, company_name, VIEW_STR),
    VIEW_H(struct history_view, of_ticket, VIEW_BOOL),
    VIEW_SUB(struct history_view, changes, VIEW_LIST, &change_view_type),
    VIEW_F(struct history_view, first_url, VIEW_STR),
    VIEW_F(struct history_view, next_url, VIEW_STR),
};
VIEW_TYPE(history_view_type, struct history_view, view_fields);

static enum err fill_changes(struct page *page, const struct history_page *history,
                             struct view_list *out)
{
    const struct definition *definition = history->definition;
    struct change_view *items =
        ARENA_ARRAY(page->arena, struct change_view, history->count + 1);
    struct request_facts known;
    enum err err = dossier_known(page, definition, &history->request, &known);
    if (err != OK)
        return err;
    const struct form_now *forms = answers_forms(page, definition, &known);
    for (size_t i = 0; i < history->count; i++) {
        const struct history_item *item = &history->items[i];
        items[i] = (struct change_view){
            .object = history_object(page, definition, item),
            .field = history_field(page, definition, item),
            .person = item->person_name,
            .by_kontor = str_is_empty(item->person_name),
            .internal = str_is(item->object, "internal_note"),
            .changed_at = item->changed_at,
        };
        err = history_value(page, definition, forms, item, item->old_value,
                            &items[i].old_value);
        if (err == OK)
            err = history_value(page, definition, forms, item, item->new_value,
                                &items[i].new_value);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){items, history->count};
    return OK;
}

static enum err show(struct page *page, bool by_request, const char *base)
{
    const struct history_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct history_query query = {
        .reference = reference, .by_request = by_request, .limit = LIST_LINES};
    instant_us unused;
    if (!str_is_empty(fields->after) &&
        cursor_read(fields->after, &unused, &query.before_id) != OK)
        return ERR_INPUT;
    struct actor actor = page_actor(page);
    struct history_page history;
    enum err err = app_history(&actor, page_env(page), &query, &history);
    if (err == OK)
        err = page_looked(page, &history.request);
    if (err != OK)
        return err;
    const struct definition *definition = history.definition;
    struct history_view view = {
        .reference = history.request.reference,
        .ticket_reference = history.request.ticket_reference,
        .title = page_definition_text(page, definition, definition->title),
        .company_name = history.request.company_name,
        .of_ticket = !by_request,
    };
    err = fill_changes(page, &history, &view.changes);
    if (err != OK)
        return err;
    if (query.before_id != 0)
        view.first_url = page_url(page, "%s/%.*s/history", base, STR_ARG(reference));
    if (history.more) {
        struct str after =
            cursor_write(page->arena, 0, history.items[history.count - 1].id);
        view.next_url = page_url(page, "%s/%.*s/history?after=%.*s", base,
                                 STR_ARG(reference), STR_ARG(after));
    }
    return page_render(page, PAGE_HISTORY, &view);
}

enum err ticket_history_get(struct page *page)
{
    return show(page, false, "/staff/tickets");
}

enum err intake_history_get(struct page *page)
{
    return show(page, true, "/staff/intake");
}
