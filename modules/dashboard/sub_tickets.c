/* sub_tickets.c: the sub-tickets of a ticket, and what this person may do with each. */
#include "ticket_view.h"

#include "app/ticket_work.h"

struct str ticket_of(struct str sub_ticket_reference)
{
    size_t end = sub_ticket_reference.len;
    while (end > 0 && sub_ticket_reference.ptr[end - 1] != '-')
        end--;
    return str_sub(sub_ticket_reference, 0, end > 0 ? end - 1 : 0);
}

const struct sub_ticket_row *ticket_sub_ticket(const struct ticket_dossier *dossier,
                                               struct str reference)
{
    for (size_t i = 0; i < dossier->sub_ticket_count; i++)
        if (str_eq(dossier->sub_tickets[i].reference, reference))
            return &dossier->sub_tickets[i];
    return NULL;
}

static enum err fill_one(struct page *page, const struct definition *definition,
                         const struct sub_ticket_row *row, struct sub_ticket_view *out)
{
    struct due_mark due = page_due(page, row->due_at);
    bool open = str_is(row->state, "open") || str_is(row->state, "in_progress");
    bool work = may_work(page->principal, row->team_key);
    bool mine = row->owner_id == page->principal->person_id;
    bool lead = page_may(page, RIGHT_TICKET_ASSIGN);
    *out = (struct sub_ticket_view){
        .reference = row->reference,
        .name = page_definition_text(page, definition, row->name),
        .owner = row->owner_name,
        .state = sub_ticket_state_label(row->state),
        .state_class = sub_ticket_state_class(row->state),
        .due_at = due.none ? INSTANT_NONE : row->due_at,
        .no_due = due.none,
        .overdue = open && due.overdue,
        .due_today = open && due.today,
        .created_at = row->created_at,
        .taken_at = row->taken_at,
        .ended_at = row->ended_at,
        .ended_by = row->ended_by_name,
        .outcome = str_is_empty(row->outcome) ? NULL : outcome_label(row->outcome),
        .reason = row->reason,
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .mine = open && mine,
        .may_take = open && work && row->owner_id == 0,
        .may_return = open && work && row->owner_id != 0 && (mine || lead),
        .may_complete = open && work && (mine || lead),
        .may_write = work,
    };
    return page_departments(page, row->team_key, &out->team);
}

/* The one chosen; else one's own open one; else an open one of one's teams; else any of them. */
static size_t pick_writer(const struct sub_ticket_view *items, size_t count,
                          struct str wanted)
{
    size_t best = count;
    int best_rank = 0;
    for (size_t i = 0; i < count; i++) {
        if (!items[i].may_write)
            continue;
        int rank = items[i].ended_at != INSTANT_NONE ? 1 : items[i].mine ? 3 : 2;
        if (str_eq(items[i].reference, wanted))
            rank = 4;
        if (rank > best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}

enum err ticket_sub_tickets(struct page *page, const struct ticket_dossier *dossier,
                            struct str writes_for, struct ticket_view *view)
{
    size_t count = dossier->sub_ticket_count;
    struct sub_ticket_view *items =
        ARENA_ARRAY(page->arena, struct sub_ticket_view, count + 1);
    size_t writable = 0;
    for (size_t i = 0; i < count; i++) {
        enum err err =
            fill_one(page, dossier->of.definition, &dossier->sub_tickets[i], &items[i]);
        if (err != OK)
            return err;
        writable += items[i].may_write;
    }
    size_t writer = pick_writer(items, count, writes_for);
    if (writer < count) {
        items[writer].writing = true;
        view->may_write = true;
        view->writes_for = items[writer].reference;
        view->writes_team = items[writer].team;
        view->write_url =
            page_url(page, "/staff/sub-tickets/%.*s", STR_ARG(view->writes_for));
    }
    view->may_choose = writable > 1;
    view->sub_tickets = (struct view_list){items, count};
    return OK;
}
