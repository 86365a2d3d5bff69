/* end.c: discard a draft, withdraw a request: ask, then do it. */
#include "requests.h"

#include "app/request/request_end.h"
#include "end_view.h"

static const struct view_field end_fields[] = {
    VIEW_F(struct end_view, reference, VIEW_STR),
    VIEW_F(struct end_view, title, VIEW_STR),
    VIEW_F(struct end_view, is_discard, VIEW_BOOL),
    VIEW_F(struct end_view, is_withdraw, VIEW_BOOL),
};
VIEW_TYPE(end_view_type, struct end_view, end_fields);

static enum err ask(struct page *page, bool discard)
{
    struct request_full full;
    enum err err = page_request(page, &full);
    if (err != OK)
        return err;
    if (discard ? full.state != REQUEST_DRAFT : !request_may_withdraw(full.state))
        return page_redirect(
            page, page_url(page, "/requests/%.*s", STR_ARG(full.row.reference)));
    const struct end_view view = {
        .reference = full.row.reference,
        .title = page_definition_text(page, full.definition, full.definition->title),
        .is_discard = discard,
        .is_withdraw = !discard,
    };
    return page_render(page, PAGE_END, &view);
}

static enum err too_late(struct page *page)
{
    page_error_detail(page,
                      N_("The request has moved on meanwhile: this is not possible any "
                         "more. Open it to see where it stands."));
    return ERR_CONFLICT;
}

enum err discard_get(struct page *page)
{
    return ask(page, true);
}

enum err discard_post(struct page *page)
{
    const struct actor actor = page_actor(page);
    enum end_outcome outcome;
    enum err err =
        request_discard(&actor, page_env(page), page_param(page, "reference"), &outcome);
    if (err != OK)
        return err;
    if (outcome == END_TOO_LATE)
        return too_late(page);
    page_notice(page, N_("The draft was discarded."));
    return page_redirect(page, page_url(page, "/"));
}

enum err withdraw_get(struct page *page)
{
    return ask(page, false);
}

enum err withdraw_post(struct page *page)
{
    const struct actor actor = page_actor(page);
    struct str reference = page_param(page, "reference");
    enum end_outcome outcome;
    enum err err = request_withdraw(&actor, page_env(page), reference, &outcome);
    if (err != OK)
        return err;
    if (outcome == END_TOO_LATE)
        return too_late(page);
    page_notice(page, N_("Your request was withdrawn."));
    return page_redirect(page, page_url(page, "/requests/%.*s", STR_ARG(reference)));
}
