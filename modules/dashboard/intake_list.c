/* intake_list.c: the way in, and the intake queue. */
#include "dashboard.h"

#include "app/ticket/intake.h"

enum err staff_get(struct page *page)
{
    if (page_may(page, RIGHT_INTAKE_WORK) && !page_may(page, RIGHT_TICKET_ASSIGN))
        return page_redirect(page, page_url(page, "/staff/intake"));
    if (page_may(page, RIGHT_TICKET_WORK))
        return page_redirect(page, page_url(page, "/staff/queue"));
    if (page_may(page, RIGHT_INTAKE_READ))
        return page_redirect(page, page_url(page, "/staff/intake"));
    if (page_may(page, RIGHT_TICKET_READ))
        return page_redirect(page, page_url(page, "/staff/tickets"));
    return ERR_DENIED;
}

struct intake_line_view {
    struct str reference;
    struct str title;
    struct str company_name;
    const char *state;
    struct str state_class;
    instant_us submitted_at;
    instant_us due_at;
    bool waiting; /**< for the customer: the clock stands still */
    bool overdue;
    bool due_today;
};
struct intake_view {
    struct view_list lines;
    int64_t total;
    bool many;     /**< more than were counted */
    bool filtered; /**< a state is chosen: an empty list means less */
    bool all;      /**< which filter is on */
    bool submitted;
    bool waiting;
    struct str first_url;
    struct str next_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct intake_line_view, reference, VIEW_STR),
    VIEW_F(struct intake_line_view, title, VIEW_STR),
    VIEW_F(struct intake_line_view, company_name, VIEW_STR),
    VIEW_F(struct intake_line_view, state, VIEW_MSG),
    VIEW_H(struct intake_line_view, state_class, VIEW_STR),
    VIEW_F(struct intake_line_view, submitted_at, VIEW_INSTANT),
    VIEW_F(struct intake_line_view, due_at, VIEW_INSTANT),
    VIEW_F(struct intake_line_view, waiting, VIEW_BOOL),
    VIEW_F(struct intake_line_view, overdue, VIEW_BOOL),
    VIEW_F(struct intake_line_view, due_today, VIEW_BOOL),
};
static VIEW_TYPE(line_view_type, struct intake_line_view, line_fields);

static const struct view_field view_fields[] = {
    VIEW_SUB(struct intake_view, lines, VIEW_LIST, &line_view_type),
    VIEW_F(struct intake_view, total, VIEW_INT),
    VIEW_F(struct intake_view, many, VIEW_BOOL),
    VIEW_H(struct intake_view, filtered, VIEW_BOOL),
    VIEW_H(struct intake_view, all, VIEW_BOOL),
    VIEW_H(struct intake_view, submitted, VIEW_BOOL),
    VIEW_H(struct intake_view, waiting, VIEW_BOOL),
    VIEW_F(struct intake_view, first_url, VIEW_STR),
    VIEW_F(struct intake_view, next_url, VIEW_STR),
};
VIEW_TYPE(intake_view_type, struct intake_view, view_fields);

static enum err fill_lines(struct page *page, const struct intake_page *list,
                           struct view_list *out)
{
    struct intake_line_view *lines =
        ARENA_ARRAY(page->arena, struct intake_line_view, list->count + 1);
    for (size_t i = 0; i < list->count; i++) {
        const struct intake_item *item = &list->items[i];
        struct due_mark due = page_due(page, item->due_at);
        bool waiting = str_is(item->state, "waiting_for_customer");
        lines[i] = (struct intake_line_view){
            .reference = item->reference,
            .company_name = item->company_name,
            .state = request_state_label(item->state),
            .state_class = request_state_class(item->state),
            .submitted_at = item->submitted_at,
            .due_at = item->due_at,
            .waiting = waiting,
            .overdue = due.overdue && !waiting,
            .due_today = due.today && !waiting,
        };
        enum err err = page_request_title(page, item->definition_id, &lines[i].title);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){lines, list->count};
    return OK;
}

static struct str list_url(const struct page *page, struct str state, struct str after)
{
    return page_url(page, "/staff/intake?state=%.*s%s%.*s", STR_ARG(state),
                    str_is_empty(after) ? "" : "&after=", STR_ARG(after));
}

enum err intake_get(struct page *page)
{
    const struct intake_fields *fields = page->fields;
    struct intake_query query = {
        .state = str_is(fields->state, "all") ? STR_NONE : fields->state,
        .after_due = INSTANT_NONE,
        .limit = LIST_LINES,
    };
    if (!str_is_empty(fields->after) &&
        cursor_read(fields->after, &query.after_due, &query.after_id) != OK)
        return ERR_INPUT;
    struct actor actor = page_actor(page);
    struct intake_page list;
    enum err err = app_intake_list(&actor, &query, &list);
    if (err != OK)
        return err;
    struct intake_view view = {
        .total = list.total,
        .many = list.total > 1000,
        .filtered = !str_is_empty(query.state),
        .all = str_is_empty(query.state),
        .submitted = str_is(query.state, "submitted"),
        .waiting = str_is(query.state, "waiting_for_customer"),
    };
    err = fill_lines(page, &list, &view.lines);
    if (err != OK)
        return err;
    struct str state = view.all ? STR("all") : query.state;
    if (!str_is_empty(fields->after))
        view.first_url = list_url(page, state, STR_NONE);
    if (list.more) {
        const struct intake_item *last = &list.items[list.count - 1];
        view.next_url =
            list_url(page, state, cursor_write(page->arena, last->due_at, last->id));
    }
    return page_render(page, PAGE_INTAKE, &view);
}
