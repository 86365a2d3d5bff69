/* person_page.c: one person of a company: what they may do, and what can be done about it. */
#include "account.h"

struct person_view {
    struct str company_name;
    struct str company_reference; /**< staff */
    struct str name;
    struct str login;
    struct str email;
    struct view_list roles;
    struct str seen; /**< the same as keys: what the form is made from */
    instant_us last_sign_on_at;
    bool has_second_factor;
    instant_us invited_until; /**< the invitation is open */
    instant_us invited_late;  /**< nobody came in time */
    bool is_self;
    bool may_change;
    bool asks;       /**< signed on without a role and waits */
    bool has_access; /**< has a role */
    bool may_invite; /**< has a role and never signed on */
    bool by_market;  /**< a role of theirs holds for single markets */
    bool stale;      /**< the roles changed under the form */
    struct view_list given_meanwhile;
    struct view_list taken_meanwhile;
    struct view_list choices;
    struct str list_url;
    struct str roles_url;
    struct str remove_url;
    struct str sessions_url;
    struct str reset_url;
    struct str invite_url;
};

static const struct view_field view_fields[] = {
    VIEW_F(struct person_view, company_name, VIEW_STR),
    VIEW_F(struct person_view, company_reference, VIEW_STR),
    VIEW_F(struct person_view, name, VIEW_STR),
    VIEW_F(struct person_view, login, VIEW_STR),
    VIEW_F(struct person_view, email, VIEW_STR),
    VIEW_SUB(struct person_view, roles, VIEW_LIST, &role_view_type),
    VIEW_F(struct person_view, seen, VIEW_STR),
    VIEW_F(struct person_view, last_sign_on_at, VIEW_INSTANT),
    VIEW_F(struct person_view, has_second_factor, VIEW_BOOL),
    VIEW_F(struct person_view, invited_until, VIEW_INSTANT),
    VIEW_F(struct person_view, invited_late, VIEW_INSTANT),
    VIEW_F(struct person_view, is_self, VIEW_BOOL),
    VIEW_F(struct person_view, may_change, VIEW_BOOL),
    VIEW_F(struct person_view, asks, VIEW_BOOL),
    VIEW_F(struct person_view, has_access, VIEW_BOOL),
    VIEW_F(struct person_view, may_invite, VIEW_BOOL),
    VIEW_F(struct person_view, by_market, VIEW_BOOL),
    VIEW_F(struct person_view, stale, VIEW_BOOL),
    VIEW_SUB(struct person_view, given_meanwhile, VIEW_LIST, &role_view_type),
    VIEW_SUB(struct person_view, taken_meanwhile, VIEW_LIST, &role_view_type),
    VIEW_SUB(struct person_view, choices, VIEW_LIST, &role_choice_view_type),
    VIEW_H(struct person_view, list_url, VIEW_STR),
    VIEW_H(struct person_view, roles_url, VIEW_STR),
    VIEW_H(struct person_view, remove_url, VIEW_STR),
    VIEW_H(struct person_view, sessions_url, VIEW_STR),
    VIEW_H(struct person_view, reset_url, VIEW_STR),
    VIEW_H(struct person_view, invite_url, VIEW_STR),
};
VIEW_TYPE(person_view_type, struct person_view, view_fields);

static void fill_urls(const struct page *page, const struct people_scope *scope,
                      int64_t id, struct person_view *view)
{
    long long person = (long long)id;

    view->list_url = page_people_url(page, scope, "%s", "");
    view->roles_url = page_people_url(page, scope, "/%lld/roles", person);
    view->remove_url = page_people_url(page, scope, "/%lld/remove", person);
    view->sessions_url = page_people_url(page, scope, "/%lld/end-sessions", person);
    view->reset_url = page_people_url(page, scope, "/%lld/reset-second-factor", person);
    view->invite_url = page_people_url(page, scope, "/%lld/invitation", person);
}

static void fill_state(const struct page *page, const struct company_person_row *row,
                       struct person_view *view)
{
    bool waits = row->last_sign_on_at == INSTANT_NONE;

    view->last_sign_on_at = row->last_sign_on_at;
    view->invited_until = view->invited_late = INSTANT_NONE;
    if (waits && row->invited_until != INSTANT_NONE) {
        if (row->invited_until > page->now)
            view->invited_until = row->invited_until;
        else
            view->invited_late = row->invited_until;
    }
    view->may_invite = waits && view->has_access && row->email.len > 0;
    view->asks = !waits && !view->has_access &&
                 (row->access_ended_at == INSTANT_NONE ||
                  row->access_ended_at < row->last_sign_on_at);
}

/* What others changed between `seen` and now. */
static void fill_stale(const struct page *page, const struct people_person *person,
                       const struct role_set *current, const struct role_set *seen,
                       struct person_view *view)
{
    struct role_set changed;

    view->stale = true;
    role_set_minus(current, seen, &changed);
    view->given_meanwhile = page_roles(page, &changed, &person->markets);
    role_set_minus(seen, current, &changed);
    view->taken_meanwhile = page_roles(page, &changed, &person->markets);
}

enum err person_show(struct page *page, const struct people_scope *scope,
                     const struct people_person *person, const struct role_set *wanted,
                     const struct role_set *seen)
{
    const struct company_person_row *row = &person->row;
    struct person_view view = {
        .company_name = scope->company_name,
        .company_reference = scope->company_reference,
        .name = row->display_name,
        .login = row->login,
        .email = row->email,
        .has_second_factor = row->has_second_factor,
        .is_self = person->is_self,
        .may_change = page_may_change(page, scope) && !person->is_self,
        .has_access = row->roles.len > 0,
    };
    struct role_set current;
    bool is_coordinator = false;
    enum err err = OK;

    role_set_parse(row->roles, &current);
    view.roles = page_roles(page, &current, &person->markets);
    view.seen = role_set_text(page->arena, &current);
    for (size_t i = 0; i < current.count; i++)
        view.by_market |= current.items[i].market.len > 0;
    fill_state(page, row, &view);
    fill_urls(page, scope, row->id, &view);
    if (seen && !role_set_eq(seen, &current))
        fill_stale(page, person, &current, seen, &view);
    if (view.may_change)
        err = page_is_coordinator(page, scope, &is_coordinator);
    if (err == OK && view.may_change)
        view.choices = page_role_choices(page, wanted ? wanted : &current,
                                         &person->markets, is_coordinator);
    return err == OK ? page_render(page, PAGE_PERSON, &view) : err;
}

enum err person_get(struct page *page)
{
    struct people_scope scope;
    struct people_person person;
    enum err err = page_person(page, &scope, &person);

    return err == OK ? person_show(page, &scope, &person, NULL, NULL) : err;
}
