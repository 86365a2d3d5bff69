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

#include "app/guard_port.h"

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

/* ---- routes ---- */

#define GET_WITH(pattern_, right_, handler, name)                                        \
    {                                                                                    \
        .method = HTTP_GET, .pattern = (pattern_), .right = (right_), .csrf = CSRF_NONE, \
        .handle = (handler), FIELDS(name, struct name)                                   \
    }
#define OWN     "/account/people"
#define COMPANY "/account/companies/{company}"

static const struct route routes[] = {
    GET_WITH(OWN, RIGHT_COMPANY_PEOPLE, people_get, people_fields),
    GET_WITH(COMPANY, RIGHT_PEOPLE_READ, people_get, people_fields),
};

static const struct page_template pages[PAGE_COUNT] = {
    [PAGE_PEOPLE] = {"pages/account/people.html", &people_view_type},
};

/* ---- the program ---- */

static enum err start(struct arena *arena, const struct conf *conf, void **state_out)
{
    struct account_state *state = ARENA_NEW(arena, struct account_state);

    state->site_language = conf_str(conf, "site", "language");
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
