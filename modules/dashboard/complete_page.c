/* complete_page.c: complete a sub-ticket: the outcome, asked once more. */
#include "ticket_view.h"

#include "app/ticket_work.h"

struct complete_view {
    struct str reference;
    struct str ticket_reference;
    struct str name;
    struct str team;
    struct str title;
    struct str company_name;
    struct str version;
    bool possible; /**< open, and this person may */
    bool approved; /**< chosen, on a page shown again */
    bool remark;
    struct str reason;
    bool outcome_wrong;
    bool reason_wrong;
};

static const struct view_field view_fields[] = {
    VIEW_F(struct complete_view, reference, VIEW_STR),
    VIEW_F(struct complete_view, ticket_reference, VIEW_STR),
    VIEW_F(struct complete_view, name, VIEW_STR),
    VIEW_F(struct complete_view, team, VIEW_STR),
    VIEW_F(struct complete_view, title, VIEW_STR),
    VIEW_F(struct complete_view, company_name, VIEW_STR),
    VIEW_F(struct complete_view, version, VIEW_STR),
    VIEW_F(struct complete_view, possible, VIEW_BOOL),
    VIEW_H(struct complete_view, approved, VIEW_BOOL),
    VIEW_H(struct complete_view, remark, VIEW_BOOL),
    VIEW_H(struct complete_view, reason, VIEW_STR),
    VIEW_H(struct complete_view, outcome_wrong, VIEW_BOOL),
    VIEW_H(struct complete_view, reason_wrong, VIEW_BOOL),
};
VIEW_TYPE(complete_view_type, struct complete_view, view_fields);

static void keep_typed(const struct page *page, struct complete_view *view)
{
    if (page->http->method != HTTP_POST)
        return;
    struct str outcome = page_raw(page, "outcome");
    view->approved = str_is(outcome, "approved");
    view->remark = str_is(outcome, "remark");
    view->reason = page_raw(page, "reason");
    view->outcome_wrong = page_is_wrong(page, "outcome");
    view->reason_wrong = page_is_wrong(page, "reason");
    /* After a slip of the pen the page keeps what it showed; after a change by somebody else it
     * shows, and sends, the state of now. */
    if (view->outcome_wrong || view->reason_wrong)
        view->version = page_raw(page, "version");
}

enum err complete_get(struct page *page)
{
    struct str reference = page_param(page, "reference");
    struct actor actor = page_actor(page);
    struct ticket_dossier dossier = {0};
    enum err err =
        app_ticket_open(&actor, page_env(page), ticket_of(reference), &dossier);
    if (err == OK)
        err = page_looked(page, &dossier.of.request);
    if (err != OK)
        return err;
    const struct sub_ticket_row *row = ticket_sub_ticket(&dossier, reference);
    if (row == NULL)
        return ERR_NOT_FOUND;
    if (!may_work(page->principal, row->team_key))
        return ERR_DENIED;
    const struct definition *definition = dossier.of.definition;
    bool mine = row->owner_id == page->principal->person_id;
    struct complete_view view = {
        .reference = row->reference,
        .ticket_reference = dossier.of.request.ticket_reference,
        .name = page_definition_text(page, definition, row->name),
        .title = page_definition_text(page, definition, definition->title),
        .company_name = dossier.of.request.company_name,
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .possible = row->ended_at == INSTANT_NONE &&
                    (mine || page_may(page, RIGHT_TICKET_ASSIGN)),
    };
    keep_typed(page, &view);
    err = page_departments(page, row->team_key, &view.team);
    if (err != OK)
        return err;
    return page_render(page, PAGE_COMPLETE, &view);
}

enum err complete_post(struct page *page)
{
    const struct complete_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    if (str_is(fields->outcome, "remark") && str_is_empty(fields->reason))
        page_add_error(page, STR("reason"),
                       page_text(page, N_("Write down the remark.")));
    if (page->error_count > 0)
        return complete_get(page);
    struct sub_ticket_outcome outcome = {
        .work = {reference, fields->version},
        .outcome = fields->outcome,
        .reason = fields->reason,
    };
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    enum err err =
        app_sub_ticket_complete(&actor, page_env(page), &outcome, &ticket, &verdict);
    if (err != OK)
        return err;
    if (!page_accepted(page, verdict))
        return complete_get(page);
    return page_after(page, verdict, N_("The sub-ticket is done."),
                      page_url(page, "/staff/tickets/%.*s", STR_ARG(ticket)));
}
