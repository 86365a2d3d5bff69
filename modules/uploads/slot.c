#include "uploads.h"

enum err remove_post(struct page *page)
{
    const struct remove_fields *fields = page->fields;
    struct document_target target;
    enum document_outcome outcome;
    struct actor actor = uploads_actor(page);
    enum err err = uploads_target(page, &target);
    if (err == OK) {
        target.item = fields->item;
        err = app_document_remove(&actor, &target, &outcome);
    }
    if (err != OK) {
        return err;
    }
    uploads_notice(page, outcome, N_("The document has been removed."));
    return uploads_back(page);
}

enum err reuse_post(struct page *page)
{
    const struct reuse_fields *fields = page->fields;
    struct document_target target;
    enum document_outcome outcome;
    struct actor actor = uploads_actor(page);
    enum err err = uploads_target(page, &target);
    if (err != OK) {
        return err;
    }
    if (str_is_empty(fields->document)) {
        page_warning(page, N_("Choose one of the documents that you want to use again."));
        return uploads_back(page);
    }
    target.item = fields->item;
    err = app_document_reuse(&actor, &target, fields->document, &outcome);
    if (err != OK) {
        return err;
    }
    uploads_notice(page, outcome, N_("The document has been saved."));
    return uploads_back(page);
}
