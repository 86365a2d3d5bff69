/* intake_page.c: one submitted request: read it, write to the customer, keep notes. */
#include "dossier.h"

#include "app/ticket/staff_text.h"

struct intake_request_view {
    struct dossier_view dossier;
    bool may_work;        /**< judge and write */
    bool may_decide;      /**< release or decline: still in intake */
    struct str write_url; /**< of the forms for messages and notes */
    struct str form_key;
    struct str message; /**< typed, on a page shown again */
    struct str note;
    bool message_wrong;
    bool note_wrong;
};

static const struct view_field view_fields[] = {
    VIEW_SUB(struct intake_request_view, dossier, VIEW_OBJECT, &dossier_view_type),
    VIEW_F(struct intake_request_view, may_work, VIEW_BOOL),
    VIEW_F(struct intake_request_view, may_decide, VIEW_BOOL),
    VIEW_H(struct intake_request_view, write_url, VIEW_STR),
    VIEW_H(struct intake_request_view, form_key, VIEW_STR),
    VIEW_H(struct intake_request_view, message, VIEW_STR),
    VIEW_H(struct intake_request_view, note, VIEW_STR),
    VIEW_H(struct intake_request_view, message_wrong, VIEW_BOOL),
    VIEW_H(struct intake_request_view, note_wrong, VIEW_BOOL),
};
VIEW_TYPE(intake_request_view_type, struct intake_request_view, view_fields);

enum err intake_request_get(struct page *page)
{
    struct actor actor = page_actor(page);
    struct request_dossier dossier;
    enum err err =
        app_intake_open(&actor, page_env(page), page_param(page, "reference"), &dossier);
    if (err == OK)
        err = page_looked(page, &dossier.request);
    if (err != OK)
        return err;
    struct intake_request_view view = {
        .may_work = page_may(page, RIGHT_INTAKE_WORK),
        .write_url =
            page_url(page, "/staff/intake/%.*s", STR_ARG(dossier.request.reference)),
        .form_key = page_form_key(page),
        .message_wrong = page_is_wrong(page, "message"),
        .note_wrong = page_is_wrong(page, "note"),
    };
    if (page->http->method == HTTP_POST) {
        view.message = page_raw(page, "message");
        view.note = page_raw(page, "note");
    }
    err = dossier_fill(page, &dossier, &view.dossier);
    if (err != OK)
        return err;
    view.may_decide = view.may_work && view.dossier.in_intake;
    return page_render(page, PAGE_INTAKE_REQUEST, &view);
}

enum err intake_message_post(struct page *page)
{
    const struct message_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct staff_text text = {.body = fields->message};
    if (page->error_count > 0)
        return intake_request_get(page);
    enum err err = page_form_key_read(fields->form_key, text.form_key);
    if (err != OK)
        return err;
    struct actor actor = page_actor(page);
    enum staff_verdict verdict;
    err = app_intake_message(&actor, page_env(page), reference, &text, &verdict);
    if (err != OK)
        return err;
    return page_after(page, verdict, N_("Your message has been sent to the customer."),
                      page_url(page, "/staff/intake/%.*s", STR_ARG(reference)));
}

enum err intake_note_post(struct page *page)
{
    const struct note_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct staff_text text = {.body = fields->note};
    if (page->error_count > 0)
        return intake_request_get(page);
    enum err err = page_form_key_read(fields->form_key, text.form_key);
    if (err != OK)
        return err;
    struct actor actor = page_actor(page);
    enum staff_verdict verdict;
    err = app_intake_note(&actor, page_env(page), reference, &text, &verdict);
    if (err != OK)
        return err;
    return page_after(page, verdict, N_("Your internal note has been saved."),
                      page_url(page, "/staff/intake/%.*s", STR_ARG(reference)));
}
