/* sub_ticket_posts.c: take, return, next phase, go on, note, message; and a failed job again. */
#include "ticket_view.h"

#include "app/instance/incident.h"
#include "app/ticket/staff_text.h"
#include "app/ticket/ticket_work.h"

static enum err back_to(struct page *page, enum staff_verdict verdict, const char *done,
                        struct str ticket, struct str sub_ticket)
{
    if (!page_accepted(page, verdict))
        return ticket_show(page, ticket, sub_ticket);
    return page_after(page, verdict, done,
                      page_url(page, "/staff/tickets/%.*s?sub_ticket=%.*s",
                               STR_ARG(ticket), STR_ARG(sub_ticket)));
}

static struct sub_ticket_work work_of(const struct page *page)
{
    const struct own_fields *fields = page->fields;
    return (struct sub_ticket_work){page_param(page, "reference"), fields->version};
}

enum err take_post(struct page *page)
{
    struct sub_ticket_work work = work_of(page);
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return ERR_INPUT;
    enum err err = app_sub_ticket_take(&actor, page_env(page), &work, &ticket, &verdict);
    if (err != OK)
        return err;
    return back_to(page, verdict, N_("You have taken the sub-ticket."), ticket,
                   work.reference);
}

enum err return_post(struct page *page)
{
    struct sub_ticket_work work = work_of(page);
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return ERR_INPUT;
    enum err err =
        app_sub_ticket_return(&actor, page_env(page), &work, &ticket, &verdict);
    if (err != OK)
        return err;
    return back_to(page, verdict, N_("The sub-ticket is back in the team's queue."),
                   ticket, work.reference);
}

enum err phase_post(struct page *page)
{
    const struct phase_fields *fields = page->fields;
    struct sub_ticket_work work = {page_param(page, "reference"), fields->version};
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return ERR_INPUT;
    enum err err = app_sub_ticket_phase(&actor, page_env(page), &work, fields->phase,
                                        &ticket, &verdict);
    if (err != OK)
        return err;
    return back_to(page, verdict, N_("The sub-ticket is in its next phase."), ticket,
                   work.reference);
}

enum err resume_post(struct page *page)
{
    struct sub_ticket_work work = work_of(page);
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return ERR_INPUT;
    enum err err =
        app_sub_ticket_resume(&actor, page_env(page), &work, &ticket, &verdict);
    if (err != OK)
        return err;
    return back_to(page, verdict, N_("The clock of the sub-ticket goes on."), ticket,
                   work.reference);
}

enum err sub_ticket_note_post(struct page *page)
{
    const struct note_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct staff_text text = {.body = fields->note};
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return ticket_show(page, ticket_of(reference), reference);
    enum err err = page_form_key_read(fields->form_key, text.form_key);
    if (err == OK)
        err = app_sub_ticket_note(&actor, page_env(page), reference, &text, &ticket,
                                  &verdict);
    if (err != OK)
        return err;
    return back_to(page, verdict, N_("Your internal note has been saved."), ticket,
                   reference);
}

enum err sub_ticket_message_post(struct page *page)
{
    const struct message_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct staff_text text = {.body = fields->message};
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return ticket_show(page, ticket_of(reference), reference);
    enum err err = page_form_key_read(fields->form_key, text.form_key);
    if (err == OK)
        err = app_sub_ticket_message(&actor, page_env(page), reference, &text, &ticket,
                                     &verdict);
    if (err != OK)
        return err;
    return back_to(page, verdict, N_("Your message has been sent to the customer."),
                   ticket, reference);
}

enum err incident_retry_post(struct page *page)
{
    const struct retry_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct actor actor = page_actor(page);
    enum staff_verdict verdict;
    struct incident_again again = {reference, fields->incident, fields->force};
    enum err err = app_incident_retry(&actor, page_env(page), &again, &verdict);
    if (err != OK)
        return err;
    return page_after(page, verdict, N_("It will be tried again within a few seconds."),
                      page_url(page, "/staff/tickets/%.*s", STR_ARG(reference)));
}
