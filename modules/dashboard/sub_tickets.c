/* sub_tickets.c: the sub-tickets of a ticket, and what this person may do with each. */
#include "ticket_view.h"

#include "app/ticket/staff_form.h"
#include "app/ticket/ticket_work.h"

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

struct user_task ticket_task(const struct ticket_dossier *dossier,
                             const struct sub_ticket_row *row)
{
    const struct bpmn_element *element =
        user_task_find(dossier->of.definition, row->activation);
    return element == NULL ? (struct user_task){0} : user_task_of(element);
}

/* As store/decision.c asks it of the table. */
bool ticket_needs_another(const struct page *page, const struct ticket_dossier *dossier,
                          const struct user_task *task)
{
    for (size_t i = 0; i < dossier->sub_ticket_count; i++) {
        const struct sub_ticket_row *row = &dossier->sub_tickets[i];
        struct str element = user_task_element(row->activation);
        struct str rest = task->four_eyes;
        struct str id;
        if (row->ended_by != page->principal->person_id || str_is_empty(row->outcome))
            continue;
        while (str_next(&rest, ',', &id))
            if (str_eq(str_trim(id), element))
                return true;
    }
    return false;
}

static void fill_phase(const struct page *page, const struct sub_ticket_row *row,
                       const struct task_type *type, struct sub_ticket_view *out)
{
    enum language language = page->render->language;
    size_t at = task_phase_index(type, row->phase);
    out->type = task_type_name(type, language);
    out->phase_count = (int64_t)type->phase_count;
    if (at == type->phase_count)
        return;
    out->phase = task_phase_name(&type->phases[at], language);
    out->phase_number = (int64_t)at + 1;
    if (at + 1 == type->phase_count)
        return;
    out->next_phase = type->phases[at + 1].key;
    out->next_phase_name = task_phase_name(&type->phases[at + 1], language);
}

static void fill_rights(const struct page *page, const struct sub_ticket_row *row,
                        const struct user_task *task, struct sub_ticket_view *out)
{
    bool open = str_is(row->state, "open") || str_is(row->state, "in_progress");
    bool work = may_work(page->principal, row->team_key);
    bool mine = row->owner_id == page->principal->person_id;
    bool hers = open && work && (mine || page_may(page, RIGHT_TICKET_ASSIGN));
    out->mine = open && mine;
    out->may_take = open && work && row->owner_id == 0 && !out->other_person;
    out->may_return = hers && row->owner_id != 0;
    /* Before its last phase a sub-ticket can only be rejected. */
    out->may_complete =
        hers && !out->other_person &&
        (str_is_empty(out->next_phase) || user_task_has_outcome(task, STR("rejected")));
    out->may_advance = hers && !str_is_empty(out->next_phase);
    out->may_wait = hers && str_is_empty(row->waiting_for);
    out->may_resume = hers && !str_is_empty(row->waiting_for);
    out->may_write = work;
}

/* What staff filled in when it was done, as they were asked. */
static enum err fill_form(struct page *page, const struct ticket_dossier *dossier,
                          const struct sub_ticket_row *row, const struct user_task *task,
                          struct sub_ticket_view *out)
{
    struct actor actor = page_actor(page);
    const struct staff_request *request = &dossier->of.request;
    const struct form *form = staff_form_of(dossier->of.definition, task);
    const struct staff_form_request known = {
        .definition = dossier->of.definition,
        .answers = request->answers,
        .base = request->base,
        .facts = request->facts,
        .reference = request->reference,
        .company = request->company_reference,
        .submitted_at = request->submitted_at,
        .effective_on = request->effective_date,
    };
    struct form_world world;
    json_t *answers;
    if (form == NULL || str_is_empty(row->answers))
        return OK;
    enum err err = json_parse(page->arena, row->answers, &answers);
    if (err == OK)
        err = staff_form_world(&actor, page->arena, &known, &world);
    if (err != OK)
        return err;
    struct form_now now = form_resolve(page->arena, form, &world, answers);
    out->has_form = true;
    out->form = answers_group(page, dossier->of.definition, &now, answers);
    return OK;
}

static enum err fill_one(struct page *page, const struct ticket_dossier *dossier,
                         const struct sub_ticket_row *row, struct sub_ticket_view *out)
{
    const struct user_task task = ticket_task(dossier, row);
    const struct task_type *type;
    struct due_mark due = page_due(page, row->due_at);
    bool open = row->ended_at == INSTANT_NONE;
    bool waits = !str_is_empty(row->waiting_for);
    enum err err = page_task_type(page, row->type_key, &type);
    if (err != OK)
        return err;
    *out = (struct sub_ticket_view){
        .reference = row->reference,
        .name =
            page_sub_ticket_name(page, dossier->of.definition, row->name, row->subject),
        .owner = row->owner_name,
        .state = sub_ticket_state_label(row->state),
        .state_class = sub_ticket_state_class(row->state),
        .due_at = due.none || waits ? INSTANT_NONE : row->due_at,
        .no_due = due.none && !waits,
        .overdue = open && !waits && due.overdue,
        .due_today = open && !waits && due.today,
        .waiting = waits ? waiting_label(row->waiting_for) : NULL,
        .paused_at = row->paused_at,
        .created_at = row->created_at,
        .taken_at = row->taken_at,
        .ended_at = row->ended_at,
        .ended_by = row->ended_by_name,
        .outcome = str_is_empty(row->outcome) ? NULL : outcome_label(row->outcome),
        .reason = row->reason,
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .other_person = open && may_work(page->principal, row->team_key) &&
                        ticket_needs_another(page, dossier, &task),
    };
    if (type != NULL)
        fill_phase(page, row, type, out);
    fill_rights(page, row, &task, out);
    err = fill_form(page, dossier, row, &task, out);
    return err == OK ? page_departments(page, row->team_key, &out->team) : err;
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
        enum err err = fill_one(page, dossier, &dossier->sub_tickets[i], &items[i]);
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
