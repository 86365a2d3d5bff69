#include "support.h"

#include "app/sign_on/support_view.h"

#define VISIT_LINES 50

/* ---- begin ------------------------------------------------------------------------------------- */

struct support_view {
    struct str company_name;
    struct str company_reference;
    bool possible;              /**< the company is active */
    struct str elsewhere_url;   /**< absent: here */
    struct str running_company; /**< of the view that this one would end; absent: none */
    int64_t minutes;
    struct str reason;
    bool reason_wrong;
    struct str action_url;
    struct str company_url;
    struct str visits_url;
};
static const struct view_field support_fields_of_view[] = {
    VIEW_F(struct support_view, company_name, VIEW_STR),
    VIEW_F(struct support_view, company_reference, VIEW_STR),
    VIEW_F(struct support_view, possible, VIEW_BOOL),
    VIEW_F(struct support_view, elsewhere_url, VIEW_STR),
    VIEW_F(struct support_view, running_company, VIEW_STR),
    VIEW_F(struct support_view, minutes, VIEW_INT),
    VIEW_F(struct support_view, reason, VIEW_STR),
    VIEW_H(struct support_view, reason_wrong, VIEW_BOOL),
    VIEW_H(struct support_view, action_url, VIEW_STR),
    VIEW_H(struct support_view, company_url, VIEW_STR),
    VIEW_H(struct support_view, visits_url, VIEW_STR),
};
VIEW_TYPE(support_view_type, struct support_view, support_fields_of_view);

static struct str company_url(const struct page *page, struct str reference,
                              const char *rest)
{
    return page_url(page, "/account/companies/%.*s%s", STR_ARG(reference), rest);
}

static int64_t minutes(const struct page *page)
{
    return conf_int(page->conf, "session", "support_minutes");
}

/* The customers' pages are at their own host, and a session belongs to one host: there the person signs
 * in, and there the view runs. */
static struct str elsewhere(const struct page *page, struct str reference)
{
    struct str url = company_url(page, reference, "/support");

    if (!page_at_staff_origin(page))
        return STR_NONE;
    return str_concat(page->arena, conf_str(page->conf, "site", "origin"), url);
}

static enum err show(struct page *page, struct str reason)
{
    struct actor actor = page_actor(page);
    const struct principal *who = page->principal;
    struct companies_row company;
    struct support_view view;
    enum err err = support_view_company(&actor, page_param(page, "company"), &company);

    if (err != OK)
        return err;
    view = (struct support_view){
        .company_name = company.name,
        .company_reference = company.reference,
        .possible = support_view_possible(&company),
        .elsewhere_url = elsewhere(page, company.reference),
        .running_company =
            principal_support_runs(who, page->now) ? who->support_company_name : STR_NONE,
        .minutes = minutes(page),
        .reason = reason,
        .reason_wrong = page->error_count > 0,
        .action_url = company_url(page, company.reference, "/support"),
        .company_url = company_url(page, company.reference, ""),
        .visits_url = company_url(page, company.reference, "/support-visits"),
    };
    return page_render(page, PAGE_SUPPORT, &view);
}

enum err support_get(struct page *page)
{
    return show(page, STR(""));
}

enum err support_post(struct page *page)
{
    const struct support_fields *fields = page->fields;
    struct actor actor = page_actor(page);
    struct support_view_start start = {
        .company_reference = page_param(page, "company"),
        .reason = fields->reason,
        .duration_us = minutes(page) * 60 * US_PER_S,
    };
    enum err err;

    if (page->error_count > 0)
        return show(page, page_raw(page, "reason"));
    if (page_at_staff_origin(page))
        return page_redirect(page,
                             company_url(page, start.company_reference, "/support"));
    err = support_view_start(&actor, &start);
    if (err == ERR_CONFLICT)
        page_error_detail(page, N_("Nobody of this company can sign in at the moment, so "
                                   "there is nothing to see with their eyes."));
    return err == OK ? page_redirect(page, page_url(page, "/")) : err;
}

enum err support_end_post(struct page *page)
{
    struct actor actor = page_actor(page);
    struct str reference = page->principal->support_company_reference;
    enum err err = support_view_end(&actor);

    if (err != OK)
        return err;
    page_notice(page, N_("The support view has ended."));
    return page_redirect(page, reference.ptr ? company_url(page, reference, "")
                                             : page_url(page, "/staff"));
}

/* ---- who looked -------------------------------------------------------------------------------- */

struct visit_line_view {
    struct str person_name;
    struct str reason;
    instant_us started_at;
    instant_us ended_at;
    bool running;
};
struct visits_view {
    struct str company_name;
    struct str company_reference; /**< staff */
    struct view_list visits;
    struct str people_url;
    struct str first_url;
    struct str next_url;
};
static const struct view_field line_fields[] = {
    VIEW_F(struct visit_line_view, person_name, VIEW_STR),
    VIEW_F(struct visit_line_view, reason, VIEW_STR),
    VIEW_F(struct visit_line_view, started_at, VIEW_INSTANT),
    VIEW_F(struct visit_line_view, ended_at, VIEW_INSTANT),
    VIEW_F(struct visit_line_view, running, VIEW_BOOL),
};
static VIEW_TYPE(line_view_type, struct visit_line_view, line_fields);
static const struct view_field visits_fields_of_view[] = {
    VIEW_F(struct visits_view, company_name, VIEW_STR),
    VIEW_F(struct visits_view, company_reference, VIEW_STR),
    VIEW_SUB(struct visits_view, visits, VIEW_LIST, &line_view_type),
    VIEW_H(struct visits_view, people_url, VIEW_STR),
    VIEW_F(struct visits_view, first_url, VIEW_STR),
    VIEW_F(struct visits_view, next_url, VIEW_STR),
};
VIEW_TYPE(support_visits_view_type, struct visits_view, visits_fields_of_view);

static struct str visits_url(const struct page *page, const struct people_scope *scope,
                             int64_t before)
{
    struct str base = page_company_url(page, scope, "/support-visits");

    return before ? str_format(page->arena, "%.*s?before=%lld", STR_ARG(base),
                               (long long)before)
                  : base;
}

enum err support_visits_get(struct page *page)
{
    const struct visits_fields *fields = page->fields;
    struct actor actor = page_actor(page);
    struct support_visit_query query = {
        .before_id = fields->before,
        .now = page->now,
        .limit = VISIT_LINES + 1,
    };
    struct people_scope scope;
    struct db_rows rows = {0};
    struct visit_line_view *lines;
    struct visits_view view;
    enum err err = page_scope(page, &scope);

    if (err == OK)
        err = support_view_visits(&actor, scope.company_id, &query, &rows);
    if (err != OK)
        return err;
    lines = ARENA_ARRAY(page->arena, struct visit_line_view, rows.count + 1);
    view = (struct visits_view){
        .company_name = scope.company_name,
        .company_reference = scope.company_reference,
        .visits = {lines, rows.count > VISIT_LINES ? VISIT_LINES : rows.count},
        .people_url = page_people_url(page, &scope, "%s", ""),
    };
    for (size_t i = 0; i < view.visits.count; i++) {
        const struct support_visit_row *row =
            &((const struct support_visit_row *)rows.items)[i];

        lines[i] = (struct visit_line_view){row->person_name, row->reason,
                                            row->started_at, row->ended_at, row->running};
        if (i + 1 == view.visits.count && rows.count > VISIT_LINES)
            view.next_url = visits_url(page, &scope, row->id);
    }
    if (fields->before)
        view.first_url = visits_url(page, &scope, 0);
    return page_render(page, PAGE_SUPPORT_VISITS, &view);
}
