/* ticket_page.c: one ticket with all that belongs to it. */
#include "incidents.h"
#include "ticket_view.h"

static const struct view_field sub_ticket_fields[] = {
    VIEW_F(struct sub_ticket_view, reference, VIEW_STR),
    VIEW_F(struct sub_ticket_view, name, VIEW_STR),
    VIEW_F(struct sub_ticket_view, type, VIEW_STR),
    VIEW_F(struct sub_ticket_view, phase, VIEW_STR),
    VIEW_F(struct sub_ticket_view, phase_number, VIEW_INT),
    VIEW_F(struct sub_ticket_view, phase_count, VIEW_INT),
    VIEW_F(struct sub_ticket_view, next_phase, VIEW_STR),
    VIEW_F(struct sub_ticket_view, next_phase_name, VIEW_STR),
    VIEW_F(struct sub_ticket_view, team, VIEW_STR),
    VIEW_F(struct sub_ticket_view, owner, VIEW_STR),
    VIEW_F(struct sub_ticket_view, state, VIEW_MSG),
    VIEW_H(struct sub_ticket_view, state_class, VIEW_STR),
    VIEW_F(struct sub_ticket_view, due_at, VIEW_INSTANT),
    VIEW_F(struct sub_ticket_view, no_due, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, overdue, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, due_today, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, waiting, VIEW_MSG),
    VIEW_F(struct sub_ticket_view, paused_at, VIEW_INSTANT),
    VIEW_F(struct sub_ticket_view, created_at, VIEW_INSTANT),
    VIEW_F(struct sub_ticket_view, taken_at, VIEW_INSTANT),
    VIEW_F(struct sub_ticket_view, ended_at, VIEW_INSTANT),
    VIEW_F(struct sub_ticket_view, ended_by, VIEW_STR),
    VIEW_F(struct sub_ticket_view, outcome, VIEW_MSG),
    VIEW_F(struct sub_ticket_view, reason, VIEW_STR),
    VIEW_H(struct sub_ticket_view, has_form, VIEW_BOOL),
    VIEW_SUB(struct sub_ticket_view, form, VIEW_OBJECT, &answer_group_view_type),
    VIEW_F(struct sub_ticket_view, version, VIEW_STR),
    VIEW_F(struct sub_ticket_view, mine, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_take, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_return, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_complete, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_advance, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_wait, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_resume, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, other_person, VIEW_BOOL),
    VIEW_F(struct sub_ticket_view, may_write, VIEW_BOOL),
    VIEW_H(struct sub_ticket_view, writing, VIEW_BOOL),
};
static VIEW_TYPE(sub_ticket_view_type, struct sub_ticket_view, sub_ticket_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct ticket_view, reference, VIEW_STR),
    VIEW_F(struct ticket_view, state, VIEW_MSG),
    VIEW_H(struct ticket_view, state_class, VIEW_STR),
    VIEW_F(struct ticket_view, releaser, VIEW_STR),
    VIEW_F(struct ticket_view, created_at, VIEW_INSTANT),
    VIEW_F(struct ticket_view, ended_at, VIEW_INSTANT),
    VIEW_SUB(struct ticket_view, dossier, VIEW_OBJECT, &dossier_view_type),
    VIEW_SUB(struct ticket_view, sub_tickets, VIEW_LIST, &sub_ticket_view_type),
    VIEW_SUB(struct ticket_view, steps, VIEW_LIST, &step_view_type),
    VIEW_SUB(struct ticket_view, diagrams, VIEW_LIST, &diagram_view_type),
    VIEW_SUB(struct ticket_view, incidents, VIEW_LIST, &incident_view_type),
    VIEW_F(struct ticket_view, may_retry, VIEW_BOOL),
    VIEW_F(struct ticket_view, may_write, VIEW_BOOL),
    VIEW_H(struct ticket_view, may_choose, VIEW_BOOL),
    VIEW_F(struct ticket_view, writes_for, VIEW_STR),
    VIEW_F(struct ticket_view, writes_team, VIEW_STR),
    VIEW_H(struct ticket_view, write_url, VIEW_STR),
    VIEW_H(struct ticket_view, form_key, VIEW_STR),
    VIEW_H(struct ticket_view, message, VIEW_STR),
    VIEW_H(struct ticket_view, note, VIEW_STR),
    VIEW_H(struct ticket_view, message_wrong, VIEW_BOOL),
    VIEW_H(struct ticket_view, note_wrong, VIEW_BOOL),
};
VIEW_TYPE(ticket_view_type, struct ticket_view, view_fields);

static enum err fill_steps(struct page *page, const struct ticket_dossier *dossier,
                           struct ticket_view *view)
{
    struct steps_of of = {dossier->of.definition, dossier->positions,
                          dossier->sub_tickets, dossier->sub_ticket_count};
    view->diagrams = steps_diagrams(page, &of);
    return steps_list(page, &of, &view->steps);
}

static void keep_typed(const struct page *page, struct ticket_view *view)
{
    if (page->http->method != HTTP_POST)
        return;
    view->message = page_raw(page, "message");
    view->note = page_raw(page, "note");
    view->message_wrong = page_is_wrong(page, "message");
    view->note_wrong = page_is_wrong(page, "note");
}

enum err ticket_show(struct page *page, struct str reference, struct str writes_for)
{
    struct actor actor = page_actor(page);
    struct ticket_dossier dossier = {0};
    enum err err = app_ticket_open(&actor, page_env(page), reference, &dossier);
    if (err == OK)
        err = page_looked(page, &dossier.of.request);
    if (err != OK)
        return err;
    const struct staff_request *request = &dossier.of.request;
    struct ticket_view view = {
        .reference = request->ticket_reference,
        .state = sub_ticket_state_label(request->ticket_state),
        .state_class = sub_ticket_state_class(request->ticket_state),
        .releaser = request->releaser_name,
        .created_at = request->ticket_created_at,
        .ended_at = request->ticket_ended_at,
        .form_key = page_form_key(page),
    };
    err = dossier_fill(page, &dossier.of, &view.dossier);
    if (err == OK)
        err = ticket_sub_tickets(page, &dossier, writes_for, &view);
    if (err == OK)
        err = fill_steps(page, &dossier, &view);
    if (err != OK)
        return err;
    view.incidents = incidents_of_ticket(page, &dossier);
    view.may_retry = page_may(page, RIGHT_JOB_RETRY);
    keep_typed(page, &view);
    return page_render(page, PAGE_TICKET, &view);
}

enum err ticket_get(struct page *page)
{
    const struct ticket_fields *fields = page->fields;
    return ticket_show(page, page_param(page, "reference"), fields->sub_ticket);
}
