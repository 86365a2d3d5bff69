/* people_page.c: who may do what in a company: the list. */
#include "account.h"

struct person_line_view {
    struct str name;
    struct str login;
    struct str url;
    struct view_list roles;
    instant_us last_sign_on_at;
    bool has_second_factor;
    instant_us invited_until; /**< the invitation is open */
    instant_us invited_late;  /**< nobody came in time */
};
struct people_view {
    struct str company_name;
    struct str company_reference; /**< staff */
    struct str q;
    struct view_list asked;
    struct view_list people;
    bool may_change;
    bool former; /**< the list of those without access */
    bool searched;
    bool nobody; /**< nobody has access: not even invited */
    struct str list_url;
    struct str former_url;
    struct str invite_url;
    struct str visits_url;
    struct str support_url; /**< staff with the right to the support view */
    struct str first_url;
    struct str next_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct person_line_view, name, VIEW_STR),
    VIEW_F(struct person_line_view, login, VIEW_STR),
    VIEW_F(struct person_line_view, url, VIEW_STR),
    VIEW_SUB(struct person_line_view, roles, VIEW_LIST, &role_view_type),
    VIEW_F(struct person_line_view, last_sign_on_at, VIEW_INSTANT),
    VIEW_F(struct person_line_view, has_second_factor, VIEW_BOOL),
    VIEW_F(struct person_line_view, invited_until, VIEW_INSTANT),
    VIEW_F(struct person_line_view, invited_late, VIEW_INSTANT),
};
static VIEW_TYPE(line_view_type, struct person_line_view, line_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct people_view, company_name, VIEW_STR),
    VIEW_F(struct people_view, company_reference, VIEW_STR),
    VIEW_F(struct people_view, q, VIEW_STR),
    VIEW_SUB(struct people_view, asked, VIEW_LIST, &line_view_type),
    VIEW_SUB(struct people_view, people, VIEW_LIST, &line_view_type),
    VIEW_F(struct people_view, may_change, VIEW_BOOL),
    VIEW_F(struct people_view, former, VIEW_BOOL),
    VIEW_H(struct people_view, searched, VIEW_BOOL),
    VIEW_H(struct people_view, nobody, VIEW_BOOL),
    VIEW_H(struct people_view, list_url, VIEW_STR),
    VIEW_H(struct people_view, former_url, VIEW_STR),
    VIEW_H(struct people_view, invite_url, VIEW_STR),
    VIEW_F(struct people_view, visits_url, VIEW_STR),
    VIEW_F(struct people_view, support_url, VIEW_STR),
    VIEW_F(struct people_view, first_url, VIEW_STR),
    VIEW_F(struct people_view, next_url, VIEW_STR),
};
VIEW_TYPE(people_view_type, struct people_view, view_fields);

static struct view_list fill_lines(const struct page *page,
                                   const struct people_scope *scope,
                                   const struct people_list *list,
                                   const struct company_person_row *rows, size_t count)
{
    struct person_line_view *lines =
        ARENA_ARRAY(page->arena, struct person_line_view, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct company_person_row *row = &rows[i];
        bool waits = row->last_sign_on_at == INSTANT_NONE;
        struct role_set set;

        role_set_parse(row->roles, &set);
        lines[i] = (struct person_line_view){
            .name = row->display_name,
            .login = row->login,
            .url = page_people_url(page, scope, "/%lld", (long long)row->id),
            .roles = page_roles(page, &set, &list->markets),
            .last_sign_on_at = row->last_sign_on_at,
            .has_second_factor = row->has_second_factor,
            .invited_until = waits && row->invited_until > page->now ? row->invited_until
                                                                     : INSTANT_NONE,
            .invited_late = waits && row->invited_until != INSTANT_NONE &&
                                    row->invited_until <= page->now
                                ? row->invited_until
                                : INSTANT_NONE,
        };
    }
    return (struct view_list){lines, count};
}

/* The list's address with the search and the cursor. */
static struct str further_url(const struct page *page, const struct people_scope *scope,
                              bool former, int64_t after)
{
    const struct people_fields *fields = page->fields;
    struct buf q = buf_init(page->arena, 4096);

    escape_url_part(&q, fields->q);
    return page_people_url(page, scope, "?after=%lld%s%s%.*s", (long long)after,
                           former ? "&show=former" : "", fields->q.len ? "&q=" : "",
                           STR_ARG(buf_str(&q)));
}

enum err people_get(struct page *page)
{
    const struct people_fields *fields = page->fields;
    bool former = str_is(fields->show, "former");
    struct company_people_query query = {
        .kind = former ? COMPANY_PEOPLE_FORMER : COMPANY_PEOPLE_CURRENT,
        .search = fields->q,
        .after_id = fields->after,
        .limit = LIST_LINES,
    };
    struct actor actor = page_actor(page);
    struct people_scope scope;
    struct people_list list;
    struct people_view view;
    enum err err = page_scope(page, &scope);

    if (err == OK)
        err = people_list(&actor, &scope, &query, &list);
    if (err != OK)
        return err;
    view = (struct people_view){
        .company_name = scope.company_name,
        .company_reference = scope.company_reference,
        .q = fields->q,
        .asked = fill_lines(page, &scope, &list, list.asked, list.asked_count),
        .people = fill_lines(page, &scope, &list, list.people, list.count),
        .may_change = page_may_change(page, &scope),
        .former = former,
        .searched = fields->q.len > 0,
        .nobody = !former && !fields->after && !fields->q.len && list.count == 0,
        .list_url = page_people_url(page, &scope, "%s", ""),
        .former_url = page_people_url(page, &scope, "?show=former"),
        .invite_url = page_people_url(page, &scope, "/invite"),
        .visits_url = page_company_url(page, &scope, "/support-visits"),
        .support_url = page_may(page, RIGHT_SUPPORT_VIEW)
                           ? page_company_url(page, &scope, "/support")
                           : STR_NONE,
    };
    if (fields->after)
        view.first_url =
            page_people_url(page, &scope, "%s", former ? "?show=former" : "");
    if (list.more)
        view.next_url = further_url(page, &scope, former, list.people[list.count - 1].id);
    return page_render(page, PAGE_PEOPLE, &view);
}
