/* confirmation.c: what was asked for is in force: dated, to be printed. */
#include "confirmation_view.h"

static const struct view_field confirmation_fields[] = {
    VIEW_F(struct confirmation_view, reference, VIEW_STR),
    VIEW_F(struct confirmation_view, title, VIEW_STR),
    VIEW_F(struct confirmation_view, company_name, VIEW_STR),
    VIEW_F(struct confirmation_view, submitted_by, VIEW_STR),
    VIEW_F(struct confirmation_view, submitted_at, VIEW_INSTANT),
    VIEW_F(struct confirmation_view, completed_at, VIEW_INSTANT),
    VIEW_F(struct confirmation_view, effective_date, VIEW_DAY),
    VIEW_SUB(struct confirmation_view, groups, VIEW_LIST, &answer_group_view_type),
};
VIEW_TYPE(confirmation_view_type, struct confirmation_view, confirmation_fields);

enum err confirmation_get(struct page *page)
{
    struct request_full full;
    enum err err = page_request(page, &full);
    if (err != OK)
        return err;
    /* Nothing is confirmed before: the page does not exist yet. */
    if (full.state != REQUEST_COMPLETED)
        return ERR_NOT_FOUND;
    const struct confirmation_view view = {
        .reference = full.row.reference,
        .title = page_definition_text(page, full.definition, full.definition->title),
        .company_name = full.row.company_name,
        .submitted_by = full.row.submitted_by_name,
        .submitted_at = full.row.submitted_at,
        .completed_at = full.row.ended_at,
        .effective_date = full.row.effective_date,
        .groups = summary_groups(page, &full),
    };
    return page_render(page, PAGE_CONFIRMATION, &view);
}
