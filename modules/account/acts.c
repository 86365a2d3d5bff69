/* acts.c: what is done to a person beside roles: each asks once, in words, and is then done. */
#include "account.h"

#include "app/people/people_change.h"
#include "app/people/people_invite.h"
#include "app/sign_on/second_factor_change.h"

struct act_view {
    struct str company_name;
    struct str company_reference;
    struct str name;
    struct str email;
    struct str seen;
    bool is_remove;
    bool is_decline;
    bool is_withdraw;
    bool is_end_sessions;
    bool is_reset;
    bool is_invite_again;
    struct str action_url;
    struct str person_url;
};

static const struct view_field view_fields[] = {
    VIEW_F(struct act_view, company_name, VIEW_STR),
    VIEW_F(struct act_view, company_reference, VIEW_STR),
    VIEW_F(struct act_view, name, VIEW_STR),
    VIEW_F(struct act_view, email, VIEW_STR),
    VIEW_F(struct act_view, seen, VIEW_STR),
    VIEW_F(struct act_view, is_remove, VIEW_BOOL),
    VIEW_F(struct act_view, is_decline, VIEW_BOOL),
    VIEW_F(struct act_view, is_withdraw, VIEW_BOOL),
    VIEW_F(struct act_view, is_end_sessions, VIEW_BOOL),
    VIEW_F(struct act_view, is_reset, VIEW_BOOL),
    VIEW_F(struct act_view, is_invite_again, VIEW_BOOL),
    VIEW_H(struct act_view, action_url, VIEW_STR),
    VIEW_H(struct act_view, person_url, VIEW_STR),
};
VIEW_TYPE(act_view_type, struct act_view, view_fields);

enum act { ACT_REMOVE, ACT_END_SESSIONS, ACT_RESET, ACT_INVITE_AGAIN };

/* The question. Nobody does any of this to themselves here: their own page says where. */
static enum err ask(struct page *page, enum act act)
{
    static const char *const names[] = {"remove", "end-sessions", "reset-second-factor",
                                        "invitation"};
    struct people_scope scope;
    struct people_person person;
    struct act_view view;
    struct role_set current;
    bool came;
    enum err err = page_person(page, &scope, &person);

    if (err != OK)
        return err;
    if (person.is_self)
        return person_show(page, &scope, &person, NULL, NULL);
    came = person.row.last_sign_on_at != INSTANT_NONE;
    role_set_parse(person.row.roles, &current);
    view = (struct act_view){
        .company_name = scope.company_name,
        .company_reference = scope.company_reference,
        .name = person.row.display_name,
        .email = person.row.email,
        .seen = role_set_text(page->arena, &current),
        .is_remove = act == ACT_REMOVE && current.count && came,
        .is_decline = act == ACT_REMOVE && !current.count,
        .is_withdraw = act == ACT_REMOVE && current.count && !came,
        .is_end_sessions = act == ACT_END_SESSIONS,
        .is_reset = act == ACT_RESET,
        .is_invite_again = act == ACT_INVITE_AGAIN,
        .action_url = page_people_url(page, &scope, "/%lld/%s", (long long)person.row.id,
                                      names[act]),
        .person_url = page_people_url(page, &scope, "/%lld", (long long)person.row.id),
    };
    return page_render(page, PAGE_ACT, &view);
}

enum err remove_get(struct page *page)
{
    return ask(page, ACT_REMOVE);
}
enum err end_sessions_get(struct page *page)
{
    return ask(page, ACT_END_SESSIONS);
}
enum err reset_get(struct page *page)
{
    return ask(page, ACT_RESET);
}
enum err invite_again_get(struct page *page)
{
    return ask(page, ACT_INVITE_AGAIN);
}

/* The person's page with what was in the way, or 303 there. */
static enum err answer(struct page *page, const struct people_scope *scope,
                       int64_t person_id, enum people_verdict verdict, const char *done)
{
    struct actor actor = page_actor(page);
    struct people_person person;
    enum err err;

    if (page_accepted(page, verdict))
        return page_after(page, verdict, done,
                          page_people_url(page, scope, "/%lld", (long long)person_id));
    err = people_person(&actor, scope, person_id, &person);
    return err == OK ? person_show(page, scope, &person, NULL, NULL) : err;
}

enum err remove_post(struct page *page)
{
    const struct seen_fields *fields = page->fields;
    struct people_env env = page_people_env(page);
    struct actor actor = page_actor(page);
    struct people_change change = {0};
    struct people_scope scope;
    enum people_verdict verdict;
    enum err err = page_person_id(page, &change.person_id);

    if (page->error_count)
        return ERR_INPUT;
    if (err == OK)
        err = page_scope(page, &scope);
    if (err != OK)
        return err;
    role_set_parse(fields->seen, &change.seen);
    err = people_change_roles(&actor, &env, &scope, &change, &verdict);
    return err == OK ? answer(page, &scope, change.person_id, verdict,
                              N_("This person has no access to the company now."))
                     : err;
}

/* What is done to one person of the company and needs nothing but who it is. */
static enum err
act_on_person(struct page *page,
              enum err (*act)(const struct actor *actor, const struct people_env *env,
                              const struct people_scope *scope, int64_t person_id,
                              enum people_verdict *verdict_out),
              const char *done)
{
    struct people_env env = page_people_env(page);
    struct actor actor = page_actor(page);
    struct people_scope scope;
    enum people_verdict verdict;
    int64_t person_id = 0;
    enum err err = page_person_id(page, &person_id);

    if (err == OK)
        err = page_scope(page, &scope);
    if (err == OK)
        err = act(&actor, &env, &scope, person_id, &verdict);
    return err == OK ? answer(page, &scope, person_id, verdict, done) : err;
}

enum err end_sessions_post(struct page *page)
{
    return act_on_person(page, people_end_sessions, N_("All sessions were ended."));
}

/* Scope first: staff reset only people of the company that the address names. */
enum err reset_post(struct page *page)
{
    struct actor actor = page_actor(page);
    struct people_scope scope;
    struct people_person person;
    bool had_one = false;
    enum err err = page_person(page, &scope, &person);

    if (err == OK)
        err = second_factor_reset(&actor, person.row.id, page_state(page)->site_language,
                                  &had_one);
    return err == OK
               ? answer(page, &scope, person.row.id,
                        had_one ? PEOPLE_DONE : PEOPLE_REPEATED,
                        N_("The second factor was reset and all sessions were ended."))
               : err;
}

enum err invite_again_post(struct page *page)
{
    return act_on_person(
        page, people_invite_again,
        N_("A new invitation is on its way; the old link no longer works."));
}
