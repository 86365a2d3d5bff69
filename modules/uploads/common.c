#include "uploads.h"

const struct uploads_state *uploads_state(const struct page *page)
{
    return page->state;
}

struct actor uploads_actor(const struct page *page)
{
    return (struct actor){.db = page->db,
                          .arena = page->arena,
                          .principal = page->principal,
                          .now = page->now,
                          .program = "uploads",
                          .trace_id = page->http->request_id};
}

enum err uploads_target(const struct page *page, struct document_target *out)
{
    struct actor actor = uploads_actor(page);
    return app_document_target(&actor, uploads_state(page)->definitions,
                               page_param(page, "reference"), page_param(page, "slot"),
                               out);
}

enum err uploads_back(struct page *page)
{
    struct str reference = page_param(page, "reference");
    struct str slot = page_param(page, "slot");
    return page_redirect(page, page_url(page, "/requests/%.*s/documents/%.*s",
                                        STR_ARG(reference), STR_ARG(slot)));
}

void uploads_notice(struct page *page, enum document_outcome outcome,
                    const char *taken_msgid)
{
    switch (outcome) {
    case DOCUMENT_TAKEN:
    case DOCUMENT_REPEATED:
        page_notice(page, taken_msgid);
        break;
    case DOCUMENT_CLOSED:
        page_warning(
            page,
            N_("This document cannot be changed any more. Nothing was changed; write a "
               "message if something is wrong with it."));
        break;
    case DOCUMENT_FULL:
        page_warning(page,
                     N_("There are as many documents as can be given here. Remove one "
                        "before you upload another."));
        break;
    case DOCUMENT_UNFIT:
        page_warning(page,
                     N_("This document cannot be used again here: it was rejected, is of "
                        "another kind or has become too old. Choose another file."));
        break;
    }
}
