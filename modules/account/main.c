/*
 * NAME
 *     kontor-account - people and rights of Kontor: who may do what in a member company
 *
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- kontor-account --config FILE
 *     kontor-account --config FILE --check-config
 *     kontor-account --routes | --version | --help
 *
 * DESCRIPTION
 *     A FastCGI responder on the socket it finds as descriptor 0. It serves everything below /account:
 *     a company's central coordinator sees the people of the company, gives and takes roles, invites
 *     people, ends their sessions and resets a lost second factor; staff with the right do the same for
 *     any company (that is how the first coordinator is named) and look people up. It serves one request
 *     at a time and keeps nothing between requests. SIGTERM ends it after the request in hand, SIGHUP
 *     reloads templates and catalogues.
 *
 *     Staff with the right begin a support view here: for a limited time they see one company's portal
 *     as its readers do. The company's coordinators see who looked, when and why.
 *
 * SECURITY
 *     Runs as an unprivileged user without network. Reaches the database only, as kontor_account: people,
 *     roles inside companies, invitations and the ends of sessions. It sees no request, document or
 *     ticket and no password, makes no session, and cannot read a second factor. Every change is one
 *     transaction with its audit event and mail. Writes no file and sends no mail: the worker does.
 *
 * CONFIGURATION
 *     [site], [database], [templates], [session], [directory] and its family (which directories there are),
 *     [log]. `kontorctl configuration` prints every key.
 *
 * DIAGNOSTICS
 *     One JSON line per request on standard error. Exit status 78: the configuration is wrong.
 */
#include "account.h"
#include "support.h"

#include "app/guard_port.h"
#include "app/sign_on/sign_on_enter.h"

/* ---- fields ---- */

#define FIELDS(table, type)                                                              \
    .fields = (table), .field_count = sizeof(table) / sizeof *(table),                   \
    .fields_size = sizeof(type)

static const char *const people_shows[] = {"former", NULL};
static const struct field people_fields[] = {
    {.name = "q",
     .label = N_("Name, login or mail address"),
     .type = FIELD_TEXT,
     .max = 100,
     .offset = offsetof(struct people_fields, q)},
    {.name = "show",
     .label = N_("Show"),
     .type = FIELD_CHOICE,
     .choices = people_shows,
     .offset = offsetof(struct people_fields, show)},
    {.name = "after",
     .label = N_("Page"),
     .type = FIELD_INT,
     .min = 1,
     .max = INT64_MAX,
     .offset = offsetof(struct people_fields, after)},
};

static const struct field search_fields[] = {
    {.name = "q",
     .label = N_("Search"),
     .type = FIELD_TEXT,
     .max = 100,
     .offset = offsetof(struct search_fields, q)},
    {.name = "after",
     .label = N_("Page"),
     .type = FIELD_INT,
     .min = 1,
     .max = INT64_MAX,
     .offset = offsetof(struct search_fields, after)},
};

#define SEEN_FIELD(row)                                                                  \
    {                                                                                    \
        .name = "seen", .label = N_("Roles"), .type = FIELD_TEXT, .max = 16000,          \
        .offset = offsetof(row, seen)                                                    \
    }
static const struct field roles_fields[] = {
    {.name = "roles",
     .label = N_("Roles"),
     .type = FIELD_TEXT,
     .required = true,
     .max = 16000,
     .offset = offsetof(struct roles_fields, roles)},
    SEEN_FIELD(struct roles_fields),
};
static const struct field seen_fields[] = {SEEN_FIELD(struct seen_fields)};

static const char *const languages[] = {"de", "en", NULL};
static const struct field invite_fields[] = {
    {.name = "name",
     .label = N_("Name"),
     .type = FIELD_TEXT,
     .required = true,
     .max = 200,
     .offset = offsetof(struct invite_fields, name)},
    {.name = "email",
     .label = N_("Mail address"),
     .type = FIELD_TEXT,
     .required = true,
     .max = 254,
     .offset = offsetof(struct invite_fields, email)},
    {.name = "language",
     .label = N_("Language"),
     .type = FIELD_CHOICE,
     .required = true,
     .choices = languages,
     .offset = offsetof(struct invite_fields, language)},
    {.name = "directory",
     .label = N_("Directory"),
     .type = FIELD_TOKEN,
     .offset = offsetof(struct invite_fields, directory)},
    {.name = "login",
     .label = N_("Login"),
     .type = FIELD_TEXT,
     .max = 190,
     .offset = offsetof(struct invite_fields, login)},
};

static const struct field support_fields[] = {
    {.name = "reason",
     .label = N_("Reason"),
     .type = FIELD_MULTILINE,
     .required = true,
     .max = 500,
     .offset = offsetof(struct support_fields, reason)},
};
static const struct field visits_fields[] = {
    {.name = "before",
     .label = N_("Page"),
     .type = FIELD_INT,
     .min = 1,
     .max = INT64_MAX,
     .offset = offsetof(struct visits_fields, before)},
};

/* ---- routes ---- */

/* What is delicate asks for a fresh proof before the form is filled, and before it is done. */
#define GET(pattern_, right_, handler)                                                   \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .handle = (handler)                                                              \
    }
#define GET_WITH(pattern_, right_, handler, name)                                        \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .handle = (handler), FIELDS(name, struct name)                                   \
    }
#define ASK(pattern_, right_, handler)                                                   \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .flags = ROUTE_STEP_UP, .handle = (handler)                                      \
    }
#define ACT(pattern_, right_, handler)                                                   \
    {                                                                                    \
        .method = HTTP_POST, .pattern = (pattern_), .right = (right_),                   \
        .csrf = CSRF_TOKEN, .flags = ROUTE_STEP_UP, .handle = (handler)                  \
    }
#define ACT_WITH(pattern_, right_, handler, name)                                        \
    {                                                                                    \
        .method = HTTP_POST, .pattern = (pattern_), .right = (right_),                   \
        .csrf = CSRF_TOKEN, .flags = ROUTE_STEP_UP, .handle = (handler),                 \
        FIELDS(name, struct name)                                                        \
    }
#define OWN     "/account/people"
#define COMPANY "/account/companies/{company}"
#define PERSON  "/account/persons/{person}"

/* The pages below a list of people; `work` is the right to change them. */
#define PEOPLE(base, read, work)                                                         \
    ASK(base "/invite", work, invite_get),                                               \
        ACT_WITH(base "/invite", work, invite_post, invite_fields),                      \
        GET(base "/{person}", read, person_get),                                         \
        ASK(base "/{person}/roles", work, roles_get),                                    \
        ACT_WITH(base "/{person}/roles", work, roles_post, roles_fields),                \
        ASK(base "/{person}/remove", work, remove_get),                                  \
        ACT_WITH(base "/{person}/remove", work, remove_post, seen_fields),               \
        ASK(base "/{person}/end-sessions", work, end_sessions_get),                      \
        ACT(base "/{person}/end-sessions", work, end_sessions_post),                     \
        ASK(base "/{person}/reset-second-factor", work, reset_get),                      \
        ACT(base "/{person}/reset-second-factor", work, reset_post),                     \
        ASK(base "/{person}/invitation", work, invite_again_get),                        \
        ACT(base "/{person}/invitation", work, invite_again_post)

static const struct route routes[] = {
    GET_WITH(OWN, RIGHT_COMPANY_PEOPLE, people_get, people_fields),
    PEOPLE(OWN, RIGHT_COMPANY_PEOPLE, RIGHT_COMPANY_PEOPLE),
    GET_WITH(COMPANY, RIGHT_PEOPLE_READ, people_get, people_fields),
    PEOPLE(COMPANY "/people", RIGHT_PEOPLE_READ, RIGHT_PEOPLE_WORK),
    GET_WITH("/account/companies", RIGHT_PEOPLE_READ, companies_get, search_fields),
    GET_WITH("/account/persons", RIGHT_PEOPLE_READ, persons_list_get, search_fields),
    GET(PERSON, RIGHT_PEOPLE_READ, persons_person_get),
    ASK(PERSON "/end-sessions", RIGHT_PEOPLE_WORK, persons_end_sessions_get),
    ACT(PERSON "/end-sessions", RIGHT_PEOPLE_WORK, persons_end_sessions_post),
    ASK(PERSON "/reset-second-factor", RIGHT_PEOPLE_WORK, persons_reset_get),
    ACT(PERSON "/reset-second-factor", RIGHT_PEOPLE_WORK, persons_reset_post),
    GET_WITH("/account/support-visits", RIGHT_COMPANY_PEOPLE, support_visits_get,
             visits_fields),
    GET_WITH(COMPANY "/support-visits", RIGHT_PEOPLE_READ, support_visits_get,
             visits_fields),
    ASK(COMPANY "/support", RIGHT_SUPPORT_VIEW, support_get),
    ACT_WITH(COMPANY "/support", RIGHT_SUPPORT_VIEW, support_post, support_fields),
    {.method = HTTP_POST,
     .pattern = "/account/support/end",
     .right = RIGHT_SUPPORT_VIEW,
     .csrf = CSRF_TOKEN,
     .handle = support_end_post},
};

static const struct page_template pages[PAGE_COUNT] = {
    [PAGE_PEOPLE] = {"pages/account/people.html", &people_view_type},
    [PAGE_PERSON] = {"pages/account/person.html", &person_view_type},
    [PAGE_ROLES] = {"pages/account/roles.html", &roles_view_type},
    [PAGE_ACT] = {"pages/account/act.html", &act_view_type},
    [PAGE_INVITE] = {"pages/account/invite.html", &invite_view_type},
    [PAGE_COMPANIES] = {"pages/account/companies.html", &companies_view_type},
    [PAGE_PERSONS] = {"pages/account/persons.html", &persons_view_type},
    [PAGE_PERSON_CARD] = {"pages/account/person_card.html", &person_card_view_type},
    [PAGE_PERSON_ACT] = {"pages/account/person_act.html", &person_act_view_type},
    [PAGE_SUPPORT] = {"pages/account/support.html", &support_view_type},
    [PAGE_SUPPORT_VISITS] = {"pages/account/support_visits.html",
                             &support_visits_view_type},
};

/* ---- the program ---- */

/* Those with people of companies: [directory] is "main", [directory.NAME] is NAME. */
static void read_directories(struct arena *arena, const struct conf *conf,
                             struct account_state *state)
{
    const char *sections[DIRECTORIES_MAX];
    size_t count = conf_sections(conf, "directory", sections, DIRECTORIES_MAX);

    for (size_t i = 0; i < count; i++) {
        struct str name = str_from(sections[i]);
        ssize_t dot = str_index(name, '.');

        if (str_is(conf_str(conf, sections[i], "people"), "staff"))
            continue;
        state->directories[state->directory_count++] =
            dot < 0 ? STR("main")
                    : str_copy(arena, str_from_index(name, (size_t)dot + 1));
    }
}

static enum err start(struct arena *arena, const struct conf *conf, void **state_out)
{
    struct account_state *state = ARENA_NEW(arena, struct account_state);
    struct sign_on_policy policy = {0};
    enum err err = sign_on_policy_read(conf, &policy);

    if (err != OK)
        return err;
    state->second_factor_roles = policy.second_factor_roles;
    state->site_language = conf_str(conf, "site", "language");
    state->idle_us = conf_int(conf, "session", "idle_minutes") * 60 * US_PER_S;
    read_directories(arena, conf, state);
    *state_out = state;
    return OK;
}

static const char manual[] =
    "kontor-account --config FILE [--check-config | --routes | --version | --help]\n"
    "FastCGI responder of Kontor: people and rights of member companies.\n"
    "The manual is at the head of modules/account/main.c and in kontor-account(8).\n";

int main(int argc, char **argv)
{
    static const struct web_program program = {
        .name = "account",
        .customers = true,
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .pages = pages,
        .page_count = PAGE_COUNT,
        .guard = &app_guard_port,
        .start = start,
        .manual = manual,
    };
    return web_main(argc, argv, &program);
}
