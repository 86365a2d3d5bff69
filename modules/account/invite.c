/* invite.c: somebody is invited into the company. */
#include "account.h"

#include "mail/compose.h"
#include "app/people/people_invite.h"

struct directory_view {
    struct str name;
    bool selected;
};
struct invite_view {
    struct str company_name;
    struct str company_reference;
    struct str name;
    struct str email;
    struct str login;
    bool is_de;
    bool is_en;
    bool several; /**< directories: the login has to say which */
    struct view_list directories;
    struct view_list choices;
    bool name_wrong;
    bool email_wrong;
    bool login_wrong;
    bool roles_wrong;
    struct str there_url; /**< of who is there already */
    struct str action_url;
    struct str list_url;
};

static const struct view_field directory_fields[] = {
    VIEW_F(struct directory_view, name, VIEW_STR),
    VIEW_F(struct directory_view, selected, VIEW_BOOL),
};
static VIEW_TYPE(directory_view_type, struct directory_view, directory_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct invite_view, company_name, VIEW_STR),
    VIEW_F(struct invite_view, company_reference, VIEW_STR),
    VIEW_F(struct invite_view, name, VIEW_STR),
    VIEW_F(struct invite_view, email, VIEW_STR),
    VIEW_F(struct invite_view, login, VIEW_STR),
    VIEW_H(struct invite_view, is_de, VIEW_BOOL),
    VIEW_H(struct invite_view, is_en, VIEW_BOOL),
    VIEW_H(struct invite_view, several, VIEW_BOOL),
    VIEW_SUB(struct invite_view, directories, VIEW_LIST, &directory_view_type),
    VIEW_SUB(struct invite_view, choices, VIEW_LIST, &role_choice_view_type),
    VIEW_H(struct invite_view, name_wrong, VIEW_BOOL),
    VIEW_H(struct invite_view, email_wrong, VIEW_BOOL),
    VIEW_H(struct invite_view, login_wrong, VIEW_BOOL),
    VIEW_H(struct invite_view, roles_wrong, VIEW_BOOL),
    VIEW_F(struct invite_view, there_url, VIEW_STR),
    VIEW_H(struct invite_view, action_url, VIEW_STR),
    VIEW_H(struct invite_view, list_url, VIEW_STR),
};
VIEW_TYPE(invite_view_type, struct invite_view, view_fields);

static bool is_wrong(const struct page *page, const char *field)
{
    for (size_t i = 0; i < page->error_count; i++)
        if (str_is(page->errors[i].name, field))
            return true;
    return false;
}

static struct view_list list_directories(const struct page *page)
{
    const struct account_state *state = page_state(page);
    struct str chosen = page_raw(page, "directory");
    struct directory_view *items =
        ARENA_ARRAY(page->arena, struct directory_view, state->directory_count + 1);

    for (size_t i = 0; i < state->directory_count; i++)
        items[i] = (struct directory_view){state->directories[i],
                                           str_eq(chosen, state->directories[i])};
    return (struct view_list){items, state->directory_count};
}

/* What the form needs beside what was typed. */
struct invite_frame {
    struct people_scope scope;
    struct market_table markets;
    bool is_coordinator;
};

static enum err load_frame(struct page *page, struct invite_frame *out)
{
    struct actor actor = page_actor(page);
    enum err err = page_scope(page, &out->scope);

    if (err == OK)
        err = people_markets(&actor, &out->markets);
    if (err == OK)
        err = page_is_coordinator(page, &out->scope, &out->is_coordinator);
    return err;
}

static enum err show(struct page *page, const struct invite_frame *frame,
                     const struct role_set *chosen, int64_t there_id)
{
    struct str language = page_raw(page, "language");
    const struct people_scope *scope = &frame->scope;
    struct invite_view view = {
        .company_name = scope->company_name,
        .company_reference = scope->company_reference,
        .name = page_raw(page, "name"),
        .email = page_raw(page, "email"),
        .login = page_raw(page, "login"),
        .directories = list_directories(page),
        .choices =
            page_role_choices(page, chosen, &frame->markets, frame->is_coordinator),
        .name_wrong = is_wrong(page, "name"),
        .email_wrong = is_wrong(page, "email"),
        .login_wrong = is_wrong(page, "login"),
        .roles_wrong = is_wrong(page, "role-readonly"),
        .action_url = page_people_url(page, scope, "/invite"),
        .list_url = page_people_url(page, scope, "%s", ""),
    };

    view.several = view.directories.count > 1;
    view.is_en = str_is(language, "en") ||
                 (!language.len && page->render->language == LANGUAGE_EN);
    view.is_de = !view.is_en;
    if (there_id)
        view.there_url = page_people_url(page, scope, "/%lld", (long long)there_id);
    return page_render(page, PAGE_INVITE, &view);
}

enum err invite_get(struct page *page)
{
    struct role_set none = {0};
    struct invite_frame frame = {0};
    enum err err = load_frame(page, &frame);

    return err == OK ? show(page, &frame, &none, 0) : err;
}

/* The directory with the login; the only one where there is one. */
static struct str issuer_of(const struct page *page, struct str directory)
{
    const struct account_state *state = page_state(page);

    for (size_t i = 0; i < state->directory_count; i++)
        if (str_eq(state->directories[i], directory) || state->directory_count == 1)
            return str_format(page->arena, "ldap:%.*s", STR_ARG(state->directories[i]));
    return STR_NONE;
}

static void check(struct page *page, const struct people_invite *invite)
{
    if (invite->email.len && !mail_address_is_plain(invite->email))
        page_add_error(page, STR("email"),
                       page_text(page, N_("Write one mail address, such as "
                                          "anna@example.org.")));
    if (invite->login.len && !invite->issuer.len)
        page_add_error(page, STR("directory"),
                       page_text(page, N_("Choose the directory that the login is in.")));
    if (!invite->roles.count && !page->error_count)
        page_add_error(page, STR("role-readonly"),
                       page_text(page, N_("Choose at least one role.")));
}

static void explain(struct page *page, enum people_verdict verdict)
{
    const char *field = verdict == PEOPLE_MAIL_THERE ? "email"
                        : verdict == PEOPLE_LOGIN_THERE || verdict == PEOPLE_LOGIN_TAKEN
                            ? "login"
                            : "main-content";

    page_add_error(page, str_from(field), page_text(page, people_verdict_msgid(verdict)));
}

enum err invite_post(struct page *page)
{
    const struct invite_fields *fields = page->fields;
    struct people_env env = page_people_env(page);
    struct actor actor = page_actor(page);
    struct people_invite invite = {.display_name = fields->name,
                                   .email = fields->email,
                                   .language = fields->language,
                                   .login = fields->login};
    struct people_invited invited = {0};
    struct invite_frame frame = {0};
    enum err err = load_frame(page, &frame);

    if (err != OK)
        return err;
    if (invite.login.len)
        invite.issuer = issuer_of(page, fields->directory);
    page_chosen_roles(page, &frame.markets, &invite.roles);
    check(page, &invite);
    if (page->error_count)
        return show(page, &frame, &invite.roles, 0);
    err = people_invite(&actor, &env, &frame.scope, &invite, &invited);
    if (err != OK)
        return err;
    if (invited.verdict == PEOPLE_DONE || invited.verdict == PEOPLE_REPEATED)
        return page_after(
            page, invited.verdict, N_("The invitation is on its way."),
            page_people_url(page, &frame.scope, "/%lld", (long long)invited.person_id));
    explain(page, invited.verdict);
    return show(page, &frame, &invite.roles, invited.person_id);
}
