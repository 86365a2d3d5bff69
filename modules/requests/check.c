/* check.c: check your answers, submit, receipt. */
#include "check_view.h"

#include "web/form_view.h"
#include "app/request/request_submit.h"
#include "refusals.h"

static const struct view_field check_fields[] = {
    VIEW_F(struct check_view, reference, VIEW_STR),
    VIEW_F(struct check_view, title, VIEW_STR),
    VIEW_SUB(struct check_view, groups, VIEW_LIST, &answer_group_view_type),
    VIEW_SUB(struct check_view, documents, VIEW_LIST, &document_view_type),
    VIEW_H(struct check_view, has_documents, VIEW_BOOL),
    VIEW_SUB(struct check_view, refusals, VIEW_LIST, &refusal_view_type),
    VIEW_H(struct check_view, refused, VIEW_BOOL),
    VIEW_F(struct check_view, seen, VIEW_STR),
    VIEW_F(struct check_view, may_edit, VIEW_BOOL),
    VIEW_F(struct check_view, may_submit, VIEW_BOOL),
    VIEW_F(struct check_view, changed, VIEW_BOOL),
};
VIEW_TYPE(check_view_type, struct check_view, check_fields);

static const struct view_field receipt_fields[] = {
    VIEW_F(struct receipt_view, reference, VIEW_STR),
    VIEW_F(struct receipt_view, title, VIEW_STR),
    VIEW_F(struct receipt_view, company_name, VIEW_STR),
    VIEW_F(struct receipt_view, submitted_by, VIEW_STR),
    VIEW_F(struct receipt_view, submitted_at, VIEW_INSTANT),
    VIEW_F(struct receipt_view, effective_date, VIEW_DAY),
    VIEW_F(struct receipt_view, contact_department, VIEW_STR),
    VIEW_SUB(struct receipt_view, groups, VIEW_LIST, &answer_group_view_type),
};
VIEW_TYPE(receipt_view_type, struct receipt_view, receipt_fields);

/* Where an answer stands on this page: a row that is not answered yet has no line, its list has. */
static struct str place_of(struct page *page, const struct request_full *full,
                           const struct form_error *error)
{
    ssize_t end = str_index(error->key, ']'), begin = str_index(error->key, '[');
    if (begin < 0 || end < begin)
        return error->key;
    struct str list = str_sub(error->key, 0, (size_t)begin);
    const json_t *rows = json_object_get(full->answers, str_c(page->arena, list));
    return (int)json_array_size(rows) < error->row
               ? list
               : str_sub(error->key, 0, (size_t)end + 1);
}

/* The summary links to the line of the answer, the row of its list, or the document on this page. */
static void add_problem(struct page *page, const struct request_full *full,
                        const struct request_problem *problem)
{
    const struct form_error *error = problem->error;
    if (error != NULL) {
        page_add_error(page, place_of(page, full, error),
                       form_view_error(page, full->definition, error));
        return;
    }
    if (problem->refusal != NULL) {
        page_add_error(page, refusal_id(page, problem->refusal),
                       refusal_text(page, full, problem->refusal));
        return;
    }
    const struct str args[] = {
        page_definition_text(page, full->definition, problem->args[0]),
        problem->day != DAY_NONE
            ? page_day(page, problem->day)
            : page_definition_text(page, full->definition, problem->args[1])};
    struct str name = str_concat(page->arena, STR("document-"), problem->slot->key);
    page_add_error(page, name, page_text_fill(page, problem->msgid, args, 2));
}

static enum err render(struct page *page, const struct request_full *full, bool changed)
{
    struct view_list refusals = refusals_list(page, full);
    const struct check_view view = {
        .reference = full->row.reference,
        .title = page_definition_text(page, full->definition, full->definition->title),
        .groups = summary_groups(page, full),
        .documents = summary_documents(page, full),
        .has_documents = full->slot_count > 0,
        .refusals = refusals,
        .refused = refusals.count > 0,
        .seen = request_fingerprint(full, page->arena),
        .may_edit = page_may(page, RIGHT_REQUEST_EDIT),
        .may_submit = page_may(page, RIGHT_REQUEST_SUBMIT),
        .changed = changed,
    };
    return page_render(page, PAGE_CHECK, &view);
}

static enum err to_request(struct page *page, struct str reference, const char *tail)
{
    return page_redirect(page,
                         page_url(page, "/requests/%.*s%s", STR_ARG(reference), tail));
}

enum err check_get(struct page *page)
{
    struct request_full full;
    enum err err = page_request(page, &full);
    if (err != OK)
        return err;
    if (full.state != REQUEST_DRAFT)
        return to_request(page, full.row.reference, "");
    return render(page, &full, false);
}

enum err submit_post(struct page *page)
{
    const struct submit_fields *fields = page->fields;
    const struct actor actor = page_actor(page);
    struct str reference = page_param(page, "reference");
    struct submit_result result;
    enum err err =
        request_submit(&actor, page_env(page), reference, fields->seen, &result);
    if (err != OK)
        return err;
    switch (result.outcome) {
    case SUBMIT_INCOMPLETE:
        for (size_t i = 0; i < result.problem_count; i++)
            add_problem(page, &result.full, &result.problems[i]);
        page_status(page, 422);
        return render(page, &result.full, false);
    case SUBMIT_CHANGED:
        page_status(page, 409);
        return render(page, &result.full, true);
    case SUBMIT_DONE:
    case SUBMIT_REPEATED:
        break;
    }
    return to_request(page, reference, "/receipt");
}

enum err receipt_get(struct page *page)
{
    struct request_full full;
    struct receipt_view view;
    enum err err = page_request(page, &full);
    if (err != OK)
        return err;
    if (full.row.submitted_at == INSTANT_NONE)
        return to_request(page, full.row.reference, "");
    view = (struct receipt_view){
        .reference = full.row.reference,
        .title = page_definition_text(page, full.definition, full.definition->title),
        .company_name = full.row.company_name,
        .submitted_by = full.row.submitted_by_name,
        .submitted_at = full.row.submitted_at,
        .effective_date = full.row.effective_date,
        .groups = summary_groups(page, &full),
    };
    err = page_departments(page, full.row.contact_team, &view.contact_department);
    return err == OK ? page_render(page, PAGE_RECEIPT, &view) : err;
}
