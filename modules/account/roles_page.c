/* roles_page.c: roles are changed: what that means in words, then the change. */
#include "account.h"

#include "app/people/people_change.h"

/* One thing that changes for the person. */
struct effect_view {
    struct str text;
    bool loss;
};
struct roles_view {
    struct str company_name;
    struct str company_reference;
    struct str name;
    struct str wanted; /**< keys, for the form */
    struct str seen;
    struct view_list before;
    struct view_list after;
    struct view_list gains;
    struct view_list losses;
    bool by_market; /**< a role for single markets is given */
    struct str action_url;
    struct str person_url;
};

static const struct view_field effect_fields[] = {
    VIEW_F(struct effect_view, text, VIEW_STR),
    VIEW_F(struct effect_view, loss, VIEW_BOOL),
};
static VIEW_TYPE(effect_view_type, struct effect_view, effect_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct roles_view, company_name, VIEW_STR),
    VIEW_F(struct roles_view, company_reference, VIEW_STR),
    VIEW_F(struct roles_view, name, VIEW_STR),
    VIEW_F(struct roles_view, wanted, VIEW_STR),
    VIEW_F(struct roles_view, seen, VIEW_STR),
    VIEW_SUB(struct roles_view, before, VIEW_LIST, &role_view_type),
    VIEW_SUB(struct roles_view, after, VIEW_LIST, &role_view_type),
    VIEW_SUB(struct roles_view, gains, VIEW_LIST, &effect_view_type),
    VIEW_SUB(struct roles_view, losses, VIEW_LIST, &effect_view_type),
    VIEW_F(struct roles_view, by_market, VIEW_BOOL),
    VIEW_H(struct roles_view, action_url, VIEW_STR),
    VIEW_H(struct roles_view, person_url, VIEW_STR),
};
VIEW_TYPE(roles_view_type, struct roles_view, view_fields);

/* ---- what it means in words ---------------------------------------------------------------- */

enum { EFFECTS_MAX = 8 };

struct effects {
    const struct page *page;
    const struct people_person *person;
    struct effect_view *items[2]; /* gains, losses */
    size_t counts[2];
};

static void add_effect(struct effects *effects, bool loss, const char *msgid,
                       struct str markets)
{
    struct str args[2] = {effects->person->row.display_name, markets};

    effects->items[loss][effects->counts[loss]++] =
        (struct effect_view){page_text_fill(effects->page, msgid, args, 2), loss};
}

/* The markets of a reach, as if they were one role's. */
static struct str market_names(const struct effects *effects,
                               const struct role_abilities *abilities)
{
    struct role_set *set = ARENA_NEW(effects->page->arena, struct role_set);

    for (size_t i = 0; i < abilities->market_count; i++)
        role_set_add(set, ROLE_APPLICANT, abilities->markets[i]);
    return people_role_markets(effects->page->arena, &effects->person->markets, set,
                               ROLE_APPLICANT, effects->page->render->language);
}

static void compare_apply(struct effects *effects, const struct role_abilities *was,
                          const struct role_abilities *will)
{
    struct str before = market_names(effects, was);
    struct str after = market_names(effects, will);

    if (was->apply == will->apply && str_eq(before, after))
        return;
    if (will->apply == ROLE_REACH_ALL)
        add_effect(
            effects, false,
            N_("{0} may prepare, submit and withdraw all requests of the company."),
            STR_NONE);
    else if (will->apply == ROLE_REACH_MARKETS)
        add_effect(effects, was->apply != ROLE_REACH_NONE,
                   N_("{0} may prepare, submit and withdraw requests for these markets "
                      "only: {1}."),
                   after);
    else
        add_effect(effects, true,
                   N_("{0} can no longer prepare, submit or withdraw requests."),
                   STR_NONE);
}

static void compare(struct effects *effects, const struct role_abilities *was,
                    const struct role_abilities *will)
{
    if (was->read != will->read)
        add_effect(effects, !will->read,
                   will->read
                       ? N_("{0} sees requests, messages, documents and data of the "
                            "company.")
                       : N_("{0} can no longer sign in for the company; all "
                            "sessions end."),
                   STR_NONE);
    compare_apply(effects, was, will);
    if (was->people != will->people)
        add_effect(effects, !will->people,
                   will->people ? N_("{0} manages the people of the company and their "
                                     "rights.")
                                : N_("{0} no longer manages the people of the company."),
                   STR_NONE);
    if (was->board != will->board)
        add_effect(effects, !will->board,
                   will->board ? N_("{0} sees the company's board matters.")
                               : N_("{0} no longer sees the company's board matters."),
                   STR_NONE);
}

static enum err show_check(struct page *page, const struct people_scope *scope,
                           const struct people_person *person,
                           const struct role_set *current, const struct role_set *wanted)
{
    struct effects effects = {.page = page, .person = person};
    struct role_abilities *was = ARENA_NEW(page->arena, struct role_abilities);
    struct role_abilities *will = ARENA_NEW(page->arena, struct role_abilities);
    struct roles_view view = {
        .company_name = scope->company_name,
        .company_reference = scope->company_reference,
        .name = person->row.display_name,
        .wanted = role_set_text(page->arena, wanted),
        .seen = role_set_text(page->arena, current),
        .before = page_roles(page, current, &person->markets),
        .after = page_roles(page, wanted, &person->markets),
        .action_url =
            page_people_url(page, scope, "/%lld/roles", (long long)person->row.id),
        .person_url = page_people_url(page, scope, "/%lld", (long long)person->row.id),
    };

    role_abilities_of(current, was);
    role_abilities_of(wanted, will);
    for (int i = 0; i < 2; i++)
        effects.items[i] = ARENA_ARRAY(page->arena, struct effect_view, EFFECTS_MAX);
    compare(&effects, was, will);
    view.gains = (struct view_list){effects.items[0], effects.counts[0]};
    view.losses = (struct view_list){effects.items[1], effects.counts[1]};
    view.by_market = will->apply == ROLE_REACH_MARKETS;
    return page_render(page, PAGE_ROLES, &view);
}

enum err roles_get(struct page *page)
{
    struct people_scope scope;
    struct people_person person;
    struct role_set current;
    struct role_set wanted;
    enum err err = page_person(page, &scope, &person);

    if (err != OK)
        return err;
    role_set_parse(person.row.roles, &current);
    page_chosen_roles(page, &person.markets, &wanted);
    if (page->error_count || person.is_self)
        return person_show(page, &scope, &person, &wanted, NULL);
    if (wanted.count == 0)
        return page_redirect(page, page_people_url(page, &scope, "/%lld/remove",
                                                   (long long)person.row.id));
    if (!role_set_eq(&current, &wanted))
        return show_check(page, &scope, &person, &current, &wanted);
    page_notice(page, N_("Nothing was changed: these are the roles already."));
    return page_redirect(
        page, page_people_url(page, &scope, "/%lld", (long long)person.row.id));
}

/* ---- the change ---------------------------------------------------------------------------- */

enum err roles_post(struct page *page)
{
    const struct roles_fields *fields = page->fields;
    struct people_env env = page_people_env(page);
    struct actor actor = page_actor(page);
    struct people_change change = {0};
    struct people_scope scope;
    struct people_person person;
    enum people_verdict verdict;
    enum err err = page_person_id(page, &change.person_id);

    if (page->error_count)
        return ERR_INPUT;
    if (err == OK)
        err = role_set_read(fields->roles, &change.wanted);
    if (err == OK)
        err = page_scope(page, &scope);
    if (err != OK)
        return err;
    role_set_parse(fields->seen, &change.seen);
    err = people_change_roles(&actor, &env, &scope, &change, &verdict);
    if (err != OK)
        return err;
    if (page_accepted(page, verdict))
        return page_after(
            page, verdict, N_("The roles were changed."),
            page_people_url(page, &scope, "/%lld", (long long)change.person_id));
    err = people_person(&actor, &scope, change.person_id, &person);
    return err == OK ? person_show(page, &scope, &person, NULL, &change.seen) : err;
}
