/* queue_page.c: open sub-tickets by due time: one's own, one's teams', all. */
#include "dashboard.h"

#include "app/ticket/ticket_read.h"

struct queue_line_view {
    struct str reference;
    struct str ticket_reference;
    struct str title; /**< of the request type */
    struct str name;  /**< of the sub-ticket, with what tells it from others */
    struct str type;  /**< absent: of no type */
    struct str phase;
    struct str company_name;
    struct str team;
    struct str owner;
    const char *state;
    struct str state_class;
    instant_us due_at;
    bool no_due;
    bool overdue;
    bool due_today;
    const char *waiting; /**< for what of the customer; NULL: its clock runs */
};
struct team_choice_view {
    struct str key;
    struct str name;
    bool current;
};
struct queue_view {
    struct view_list lines;
    int64_t total;
    bool many;
    bool mine;
    bool team;
    bool all;
    bool has_team; /**< belongs to a team */
    bool may_all;
    bool several;    /**< teams to choose from */
    bool every_team; /**< all own teams side by side */
    bool can_join;   /**< few enough for that */
    struct view_list teams;
    struct str first_url;
    struct str next_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct queue_line_view, reference, VIEW_STR),
    VIEW_F(struct queue_line_view, ticket_reference, VIEW_STR),
    VIEW_F(struct queue_line_view, title, VIEW_STR),
    VIEW_F(struct queue_line_view, name, VIEW_STR),
    VIEW_F(struct queue_line_view, type, VIEW_STR),
    VIEW_F(struct queue_line_view, phase, VIEW_STR),
    VIEW_F(struct queue_line_view, company_name, VIEW_STR),
    VIEW_F(struct queue_line_view, team, VIEW_STR),
    VIEW_F(struct queue_line_view, owner, VIEW_STR),
    VIEW_F(struct queue_line_view, state, VIEW_MSG),
    VIEW_H(struct queue_line_view, state_class, VIEW_STR),
    VIEW_F(struct queue_line_view, due_at, VIEW_INSTANT),
    VIEW_F(struct queue_line_view, no_due, VIEW_BOOL),
    VIEW_F(struct queue_line_view, overdue, VIEW_BOOL),
    VIEW_F(struct queue_line_view, due_today, VIEW_BOOL),
    VIEW_F(struct queue_line_view, waiting, VIEW_MSG),
};
static VIEW_TYPE(line_view_type, struct queue_line_view, line_fields);

static const struct view_field team_fields[] = {
    VIEW_F(struct team_choice_view, key, VIEW_STR),
    VIEW_F(struct team_choice_view, name, VIEW_STR),
    VIEW_F(struct team_choice_view, current, VIEW_BOOL),
};
static VIEW_TYPE(team_view_type, struct team_choice_view, team_fields);

static const struct view_field view_fields[] = {
    VIEW_SUB(struct queue_view, lines, VIEW_LIST, &line_view_type),
    VIEW_F(struct queue_view, total, VIEW_INT),
    VIEW_F(struct queue_view, many, VIEW_BOOL),
    VIEW_F(struct queue_view, mine, VIEW_BOOL),
    VIEW_F(struct queue_view, team, VIEW_BOOL),
    VIEW_F(struct queue_view, all, VIEW_BOOL),
    VIEW_H(struct queue_view, has_team, VIEW_BOOL),
    VIEW_H(struct queue_view, may_all, VIEW_BOOL),
    VIEW_H(struct queue_view, several, VIEW_BOOL),
    VIEW_H(struct queue_view, every_team, VIEW_BOOL),
    VIEW_H(struct queue_view, can_join, VIEW_BOOL),
    VIEW_SUB(struct queue_view, teams, VIEW_LIST, &team_view_type),
    VIEW_F(struct queue_view, first_url, VIEW_STR),
    VIEW_F(struct queue_view, next_url, VIEW_STR),
};
VIEW_TYPE(queue_view_type, struct queue_view, view_fields);

/* The person's teams as an array; at most 64 are looked at. */
static struct str *own_teams(const struct page *page, size_t *count_out)
{
    enum { TEAMS_MAX = 64 };
    struct str *teams = ARENA_ARRAY(page->arena, struct str, TEAMS_MAX);
    struct str rest = page->principal->team_keys;
    struct str key;
    size_t count = 0;
    while (count < TEAMS_MAX && str_next(&rest, ',', &key))
        if (!str_is_empty(key))
            teams[count++] = key;
    *count_out = count;
    return teams;
}

/* Those who only read see everything; members work in their own teams. */
static bool may_see_all(const struct page *page)
{
    return page_may(page, RIGHT_TICKET_ASSIGN) || !page_may(page, RIGHT_TICKET_WORK);
}

static enum err choose(struct page *page, struct queue_query *query,
                       struct queue_view *view)
{
    const struct queue_fields *fields = page->fields;
    size_t count;
    struct str *teams = own_teams(page, &count);
    struct str wanted = fields->view;
    view->has_team = count > 0;
    view->may_all = may_see_all(page);
    view->several = count > 1;
    view->can_join = count <= QUEUE_TEAMS;
    if (str_is_empty(wanted))
        wanted = view->has_team ? STR("team") : view->may_all ? STR("all") : STR("mine");
    if (str_is(wanted, "all") && !view->may_all)
        return ERR_DENIED;
    view->mine = str_is(wanted, "mine");
    view->all = str_is(wanted, "all");
    view->team = str_is(wanted, "team");
    if (view->mine)
        query->owner_id = page->principal->person_id;
    if (!view->team)
        return OK;
    if (count == 0)
        return ERR_NOT_FOUND;
    query->teams = teams;
    query->team_count = count;
    for (size_t i = 0; i < count; i++) {
        bool chosen = str_eq(teams[i], fields->team);
        /* Too many to be read side by side: one at a time, the first unless chosen. */
        if (chosen || (i == 0 && !view->can_join && str_is_empty(fields->team))) {
            query->teams = &teams[i];
            query->team_count = 1;
        }
    }
    if (!str_is_empty(fields->team) && !principal_in_team(page->principal, fields->team))
        return ERR_NOT_FOUND;
    view->every_team = query->team_count == count;
    struct team_choice_view *choices =
        ARENA_ARRAY(page->arena, struct team_choice_view, count);
    for (size_t i = 0; i < count; i++) {
        choices[i].key = teams[i];
        choices[i].current =
            query->team_count == 1 && str_eq(teams[i], query->teams[0]) && count > 1;
        enum err err = page_departments(page, teams[i], &choices[i].name);
        if (err != OK)
            return err;
    }
    view->teams = (struct view_list){choices, count};
    return OK;
}

static enum err fill_type(const struct page *page, const struct queue_item *item,
                          struct queue_line_view *line)
{
    const struct task_type *type;
    enum err err = page_task_type(page, item->type_key, &type);
    if (err != OK || type == NULL)
        return err;
    size_t at = task_phase_index(type, item->phase);
    line->type = task_type_name(type, page->render->language);
    if (at < type->phase_count)
        line->phase = task_phase_name(&type->phases[at], page->render->language);
    return OK;
}

static enum err fill_lines(struct page *page, const struct queue_page *list,
                           struct view_list *out)
{
    struct queue_line_view *lines =
        ARENA_ARRAY(page->arena, struct queue_line_view, list->count + 1);
    for (size_t i = 0; i < list->count; i++) {
        const struct queue_item *item = &list->items[i];
        const struct definition *definition;
        enum err err = definitions_get(page_env(page)->definitions, page->db,
                                       item->definition_id, &definition);
        if (err != OK)
            return err;
        struct due_mark due = page_due(page, item->due_at);
        bool waits = !str_is_empty(item->waiting_for);
        lines[i] = (struct queue_line_view){
            .reference = item->reference,
            .ticket_reference = item->ticket_reference,
            .title = page_definition_text(page, definition, definition->title),
            .name = page_sub_ticket_name(page, definition, item->name, item->subject),
            .company_name = item->company_name,
            .owner = item->owner_name,
            .state = sub_ticket_state_label(item->state),
            .state_class = sub_ticket_state_class(item->state),
            .due_at = due.none || waits ? INSTANT_NONE : item->due_at,
            .no_due = due.none && !waits,
            .overdue = !waits && due.overdue,
            .due_today = !waits && due.today,
            .waiting = waits ? waiting_label(item->waiting_for) : NULL,
        };
        err = fill_type(page, item, &lines[i]);
        if (err == OK)
            err = page_departments(page, item->team_key, &lines[i].team);
        if (err != OK)
            return err;
    }
    *out = (struct view_list){lines, list->count};
    return OK;
}

static struct str list_url(const struct page *page, const struct queue_view *view,
                           const struct queue_query *query, struct str after)
{
    struct str team = view->team && !view->every_team ? query->teams[0] : STR_NONE;
    return page_url(page, "/staff/queue?view=%s%s%.*s%s%.*s",
                    view->mine  ? "mine"
                    : view->all ? "all"
                                : "team",
                    str_is_empty(team) ? "" : "&team=", STR_ARG(team),
                    str_is_empty(after) ? "" : "&after=", STR_ARG(after));
}

enum err queue_get(struct page *page)
{
    const struct queue_fields *fields = page->fields;
    struct queue_query query = {.after_due = INSTANT_NONE, .limit = LIST_LINES};
    struct queue_view view = {0};
    enum err err = choose(page, &query, &view);
    if (err != OK)
        return err;
    if (!str_is_empty(fields->after) &&
        cursor_read(fields->after, &query.after_due, &query.after_id) != OK)
        return ERR_INPUT;
    struct actor actor = page_actor(page);
    struct queue_page list;
    err = app_queue(&actor, &query, &list);
    if (err != OK)
        return err;
    view.total = list.total;
    view.many = list.total > 1000;
    err = fill_lines(page, &list, &view.lines);
    if (err != OK)
        return err;
    if (!str_is_empty(fields->after))
        view.first_url = list_url(page, &view, &query, STR_NONE);
    if (list.more) {
        const struct queue_item *last = &list.items[list.count - 1];
        view.next_url = list_url(page, &view, &query,
                                 cursor_write(page->arena, last->due_at, last->id));
    }
    return page_render(page, PAGE_QUEUE, &view);
}
