/* tickets_page.c: all tickets, newest first; search by reference or company. */
#include "dashboard.h"

#include "app/ticket/ticket_read.h"

struct ticket_line_view {
    struct str reference;
    struct str request_reference;
    struct str title;
    struct str company_name;
    struct str phase;
    struct str departments;
    const char *state;
    struct str state_class;
    instant_us created_at;
    instant_us ended_at;
};
struct company_choice_view {
    struct str reference;
    struct str name;
};
struct tickets_view {
    struct str q;
    struct view_list lines;
    struct view_list companies; /**< to choose from: several match the search */
    bool choose;
    bool searched;
    bool nothing; /**< the search matches nothing */
    struct str company_name;
    struct str first_url;
    struct str next_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct ticket_line_view, reference, VIEW_STR),
    VIEW_F(struct ticket_line_view, request_reference, VIEW_STR),
    VIEW_F(struct ticket_line_view, title, VIEW_STR),
    VIEW_F(struct ticket_line_view, company_name, VIEW_STR),
    VIEW_F(struct ticket_line_view, phase, VIEW_STR),
    VIEW_F(struct ticket_line_view, departments, VIEW_STR),
    VIEW_F(struct ticket_line_view, state, VIEW_MSG),
    VIEW_H(struct ticket_line_view, state_class, VIEW_STR),
    VIEW_F(struct ticket_line_view, created_at, VIEW_INSTANT),
    VIEW_F(struct ticket_line_view, ended_at, VIEW_INSTANT),
};
static VIEW_TYPE(line_view_type, struct ticket_line_view, line_fields);

static const struct view_field company_fields[] = {
    VIEW_F(struct company_choice_view, reference, VIEW_STR),
    VIEW_F(struct company_choice_view, name, VIEW_STR),
};
static VIEW_TYPE(company_view_type, struct company_choice_view, company_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct tickets_view, q, VIEW_STR),
    VIEW_SUB(struct tickets_view, lines, VIEW_LIST, &line_view_type),
    VIEW_SUB(struct tickets_view, companies, VIEW_LIST, &company_view_type),
    VIEW_H(struct tickets_view, choose, VIEW_BOOL),
    VIEW_H(struct tickets_view, nothing, VIEW_BOOL),
    VIEW_F(struct tickets_view, company_name, VIEW_STR),
    VIEW_F(struct tickets_view, first_url, VIEW_STR),
    VIEW_F(struct tickets_view, next_url, VIEW_STR),
};
VIEW_TYPE(tickets_view_type, struct tickets_view, view_fields);

static enum err fill_lines(struct page *page, const struct ticket_list_page *list,
                           struct view_list *out)
{
    struct ticket_line_view *lines =
        ARENA_ARRAY(page->arena, struct ticket_line_view, list->count + 1);
    for (size_t i = 0; i < list->count; i++) {
        const struct ticket_item *item = &list->items[i];
        const struct definition *definition;
        enum err err = definitions_get(page_env(page)->definitions, page->db,
                                       item->definition_id, &definition);
        if (err != OK)
            return err;
        lines[i] = (struct ticket_line_view){
            .reference = item->reference,
            .request_reference = item->request_reference,
            .title = page_definition_text(page, definition, definition->title),
            .company_name = item->company_name,
            .phase = page_phase(page, definition, item->phase),
            .state = sub_ticket_state_label(item->state),
            .state_class = sub_ticket_state_class(item->state),
            .created_at = item->created_at,
            .ended_at = item->ended_at,
        };
        err = page_departments(page, item->department_keys, &lines[i].departments);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){lines, list->count};
    return OK;
}

static void fill_companies(struct page *page, const struct ticket_list_page *list,
                           struct tickets_view *view)
{
    struct company_choice_view *choices =
        ARENA_ARRAY(page->arena, struct company_choice_view, list->company_count + 1);
    for (size_t i = 0; i < list->company_count; i++)
        choices[i] = (struct company_choice_view){list->companies[i].reference,
                                                  list->companies[i].name};
    view->companies = (struct view_list){choices, list->company_count};
    view->choose = list->company_count > 1;
    view->nothing = view->searched && list->company.id == 0 && list->company_count == 0;
}

static struct str list_url(const struct page *page, const struct ticket_list_page *list,
                           int64_t before_id)
{
    bool one = list->company.id != 0;
    struct str after =
        before_id == 0 ? STR_NONE : cursor_write(page->arena, 0, before_id);
    return page_url(page, "/staff/tickets%s%.*s%s%.*s",
                    one                   ? "?company="
                    : str_is_empty(after) ? ""
                                          : "?",
                    STR_ARG(list->company.reference),
                    str_is_empty(after) ? ""
                    : one               ? "&after="
                                        : "after=",
                    STR_ARG(after));
}

enum err tickets_get(struct page *page)
{
    const struct tickets_fields *fields = page->fields;
    struct ticket_list_query query = {
        .search = fields->q, .company_reference = fields->company, .limit = LIST_LINES};
    instant_us unused;
    if (!str_is_empty(fields->after) &&
        cursor_read(fields->after, &unused, &query.before_id) != OK)
        return ERR_INPUT;
    struct actor actor = page_actor(page);
    struct ticket_list_page list;
    enum err err = app_ticket_list(&actor, &query, &list);
    if (err != OK)
        return err;
    if (!str_is_empty(list.found))
        return page_redirect(page,
                             page_url(page, "/staff/tickets/%.*s", STR_ARG(list.found)));
    struct tickets_view view = {
        .q = fields->q,
        .searched = !str_is_empty(fields->q),
        .company_name = list.company.name,
    };
    fill_companies(page, &list, &view);
    err = fill_lines(page, &list, &view.lines);
    if (err != OK)
        return err;
    if (query.before_id != 0 || list.company.id != 0 || view.searched)
        view.first_url = page_url(page, "/staff/tickets");
    if (list.more)
        view.next_url = list_url(page, &list, list.items[list.count - 1].id);
    return page_render(page, PAGE_TICKETS, &view);
}
