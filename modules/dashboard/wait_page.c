/* wait_page.c: ask the customer and let the clock stand still until the answer is there. */
#include "ticket_view.h"

#include "app/ticket/ticket_work.h"

struct wait_view {
    struct str reference;
    struct str ticket_reference;
    struct str name;
    struct str title;
    struct str company_name;
    struct str team;
    struct str version;
    bool possible; /**< open, running, and this person may */
    struct str form_key;
    struct str message;
    bool message_wrong;
};

static const struct view_field view_fields[] = {
    VIEW_F(struct wait_view, reference, VIEW_STR),
    VIEW_F(struct wait_view, ticket_reference, VIEW_STR),
    VIEW_F(struct wait_view, name, VIEW_STR),
    VIEW_F(struct wait_view, title, VIEW_STR),
    VIEW_F(struct wait_view, company_name, VIEW_STR),
    VIEW_F(struct wait_view, team, VIEW_STR),
    VIEW_F(struct wait_view, version, VIEW_STR),
    VIEW_F(struct wait_view, possible, VIEW_BOOL),
    VIEW_H(struct wait_view, form_key, VIEW_STR),
    VIEW_H(struct wait_view, message, VIEW_STR),
    VIEW_H(struct wait_view, message_wrong, VIEW_BOOL),
};
VIEW_TYPE(wait_view_type, struct wait_view, view_fields);

enum err wait_get(struct page *page)
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
    struct wait_view view = {
        .reference = row->reference,
        .ticket_reference = dossier.of.request.ticket_reference,
        .name = page_sub_ticket_name(page, definition, row->name, row->subject),
        .title = page_definition_text(page, definition, definition->title),
        .company_name = dossier.of.request.company_name,
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .possible = row->ended_at == INSTANT_NONE && str_is_empty(row->waiting_for) &&
                    (mine || page_may(page, RIGHT_TICKET_ASSIGN)),
        .form_key = page_form_key(page),
    };
    if (page->http->method == HTTP_POST) {
        view.message = page_raw(page, "message");
        view.message_wrong = page_is_wrong(page, "message");
    }
    err = page_departments(page, row->team_key, &view.team);
    return err == OK ? page_render(page, PAGE_WAIT, &view) : err;
}

enum err wait_post(struct page *page)
{
    const struct wait_fields *fields = page->fields;
    struct sub_ticket_work work = {page_param(page, "reference"), fields->version};
    struct staff_text question = {.body = fields->message};
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return wait_get(page);
    enum err err = page_form_key_read(fields->form_key, question.form_key);
    if (err == OK)
        err = app_sub_ticket_wait(&actor, page_env(page), &work, &question, &ticket,
                                  &verdict);
    if (err != OK)
        return err;
    if (!page_accepted(page, verdict))
        return wait_get(page);
    return page_after(page, verdict,
                      N_("The customer is asked. The clock stands still until the answer "
                         "is there."),
                      page_url(page, "/staff/tickets/%.*s?sub_ticket=%.*s",
                               STR_ARG(ticket), STR_ARG(work.reference)));
}
