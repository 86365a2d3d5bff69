/*
 * NAME
 *     kontor-login - sign-in and sign-out for Kontor
 *
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- kontor-login --config FILE
 *     kontor-login --check-config --config FILE
 *     kontor-login --routes | --version | --help
 *
 * DESCRIPTION
 *     A FastCGI responder on descriptor 0. It checks a login and password against the LDAP directory
 *     and makes the session that the other programs look up. One process serves one request at a
 *     time; run as many as sign-ins should be possible at once. SIGTERM ends it after the request
 *     in hand, SIGHUP reads templates and catalogues again.
 *
 *     An unknown login and a wrong password give the same answer and cost the directory the same
 *     single bind. A directory that cannot be reached is said to be unreachable, never called a
 *     wrong password; it is then left alone for 10 seconds. Failed tries are counted per login and
 *     per network address; past the limits of [throttle] the answer is 429 with the time to wait.
 *     Customers need an active member company and a role in it, staff a role group in the directory.
 *
 *     Identity providers ([provider.NAME], OpenID Connect) are further ways in: authorization code
 *     with PKCE, state and nonce, each try bound to one browser. Nothing is asked of a provider at
 *     start; its public documents are kept in memory for up to an hour. One that does not answer
 *     is left alone for 10 seconds.
 *
 *     People whose role is in [second_factor] required_for, and those who have set one up, show a
 *     second factor after the first proof: a code of an authenticator app, or a recovery code. Until
 *     then there is no session. Secrets are sealed in the database with the keys of [login] key_file.
 *
 *     Before delicate acts of all programs people prove once more who they are ([session]
 *     step_up_minutes), at the same directory or provider; a session whose roles changed gets a new
 *     token. /profile has language and time zone, own sessions, and, with [directory] password_change,
 *     the password; one that is over is replaced during the sign-on. Kontor keeps no password.
 *
 *     In a pool of its own (kontor-gate) the same program answers nginx's auth_request for other parts
 *     of the site: /-auth/RIGHT gives 204 with X-Kontor-* headers, 401 or 403.
 *
 * SECURITY
 *     Runs as its own user without privileges. May reach: the directories (TLS only), the identity
 *     providers (https only, hosts of the configuration only, no redirects), MariaDB. Its
 *     database account may read people, companies, roles and teams; write people, staff roles and
 *     teams, sessions, second factors and recovery codes (hashes), throttle and circuit breaker;
 *     insert audit events and mails; keep, read and remove parked posts, never one with a password. It cannot see requests, documents, tickets or notes. It writes no file.
 *     Session tokens are 256 random bits; the database has their SHA-256 only.
 *
 * CONFIGURATION
 *     [site], [database] (account <user_prefix>login, password in <password_dir>/login),
 *     [templates], [session], [login], [second_factor], [directory], [provider.NAME],
 *     [throttle], [log].
 *
 * DIAGNOSTICS
 *     One JSON line an event on standard error. "exchange": one for each request. "directory_away":
 *     no server answered; the text names the cause. "sign_on_refused": the password was right but
 *     Kontor does not know the company or role; the text is the reason. "password_changed_alone": the
 *     directory has the new password, our own rows could not be written (sessions go on). "second_factor_sealed": no key of the
 *     file opens a second factor. "provider_refused": a try
 *     at a provider came to nothing; the text is "NAME: REASON: cause" (token-expired: the clocks;
 *     provider-away: no answer; client-refused: client_id or secret; discovery-issuer: issuer in the
 *     configuration; discovery-endpoint: hosts; "out of reach": reach; all reasons are in
 *     auth/oidc_token.c). "provider_link_conflict": an account there and a login here belong to
 *     two people. "provider_logout", "provider_logout_refused": back-channel logout. Exit status: 0 after
 *     SIGTERM, 64 for wrong usage, 78 for a bad configuration or template.
 */
#include "invitation.h"
#include "password.h"
#include "profile.h"
#include "provider.h"
#include "second_factor.h"
#include "step_up.h"

#include "app/guard_port.h"
#include "gate.h"

static const char MANUAL[] =
    "kontor-login: sign-in and sign-out (FastCGI responder on descriptor 0)\n"
    "\n"
    "  --config FILE    configuration to use\n"
    "  --check-config   read it and all templates, then stop\n"
    "  --routes         print the pages with the right each needs\n"
    "  --version        print the version\n"
    "  --help           print this\n"
    "\n"
    "See kontor-login(8).\n";

static const struct field LOGIN_QUERY[] = {
    {.name = "return_to",
     .label = N_("Address to return to"),
     .type = FIELD_TEXT,
     .max = 500,
     .offset = offsetof(struct login_query, return_to)},
    {.name = "invitation",
     .label = N_("Invitation"),
     .type = FIELD_TOKEN,
     .offset = offsetof(struct login_query, invitation)},
    {.name = "kept", .type = FIELD_BOOL, .offset = offsetof(struct login_query, kept)},
    {.name = "confirmed",
     .type = FIELD_BOOL,
     .offset = offsetof(struct login_query, confirmed)},
};

static const struct field LOGIN_FORM[] = {
    {.name = "login",
     .label = N_("Login name"),
     .type = FIELD_TEXT,
     .required = true,
     .max = 190,
     .offset = offsetof(struct login_form, login)},
    {.name = "password",
     .label = N_("Password"),
     .type = FIELD_PASSWORD,
     .required = true,
     .offset = offsetof(struct login_form, password)},
    {.name = "return_to",
     .label = N_("Address to return to"),
     .type = FIELD_TEXT,
     .max = 500,
     .offset = offsetof(struct login_form, return_to)},
};

static const struct field SECOND_FACTOR_QUERY[] = {
    {.name = "return_to",
     .label = N_("Address to return to"),
     .type = FIELD_TEXT,
     .max = 500,
     .offset = offsetof(struct second_factor_query, return_to)},
    {.name = "recovered",
     .type = FIELD_BOOL,
     .offset = offsetof(struct second_factor_query, recovered)},
};

static const struct field SECOND_FACTOR_FORM[] = {
    {.name = "code",
     .label = N_("Code from your authenticator app"),
     .type = FIELD_TEXT,
     .max = 60,
     .offset = offsetof(struct second_factor_form, code)},
    {.name = "recovery_code",
     .label = N_("Recovery code"),
     .type = FIELD_TEXT,
     .max = 60,
     .offset = offsetof(struct second_factor_form, recovery_code)},
    {.name = "return_to",
     .label = N_("Address to return to"),
     .type = FIELD_TEXT,
     .max = 500,
     .offset = offsetof(struct second_factor_form, return_to)},
};

static const struct field GATE_BACK_QUERY[] = {
    {.name = "to",
     .label = N_("Address to return to"),
     .type = FIELD_TEXT,
     .max = 2000,
     .offset = offsetof(struct gate_back_query, to)},
};

#define FIELDS(table, type)                                                              \
    .fields = (table), .field_count = sizeof(table) / sizeof(*(table)),                  \
    .fields_size = sizeof(type)

static const struct route ROUTES[] = {
    {HTTP_GET, "/login", RIGHT_NONE, CSRF_NONE, FIELDS(LOGIN_QUERY, struct login_query),
     .handle = login_get},
    {HTTP_POST, "/login", RIGHT_NONE, CSRF_TOKEN, FIELDS(LOGIN_FORM, struct login_form),
     .handle = login_post},
    {HTTP_GET, "/login/renew", RIGHT_NONE, CSRF_NONE,
     FIELDS(step_up_query_fields, struct step_up_query), .handle = renew_get},
    {HTTP_GET, "/login/step-up", RIGHT_SIGNED_IN, CSRF_NONE,
     FIELDS(step_up_query_fields, struct step_up_query), .handle = step_up_get},
    {HTTP_POST, "/login/step-up", RIGHT_SIGNED_IN, CSRF_TOKEN,
     FIELDS(step_up_form_fields, struct step_up_form), .handle = step_up_post},
    {HTTP_GET, "/login/step-up/provider", RIGHT_SIGNED_IN, CSRF_NONE,
     FIELDS(step_up_query_fields, struct step_up_query), .handle = step_up_provider_get},
    {HTTP_GET, "/login/password", RIGHT_NONE, CSRF_NONE,
     FIELDS(password_query_fields, struct password_query), .handle = password_get},
    {HTTP_POST, "/login/password", RIGHT_NONE, CSRF_TOKEN,
     FIELDS(password_form_fields, struct password_form), .handle = password_post},
    {HTTP_GET, "/profile", RIGHT_SIGNED_IN, CSRF_NONE, .handle = profile_get_page},
    {HTTP_POST, "/profile", RIGHT_SIGNED_IN, CSRF_TOKEN,
     FIELDS(profile_form_fields, struct profile_form), .handle = profile_post},
    {HTTP_GET, "/profile/sessions", RIGHT_SIGNED_IN, CSRF_NONE, .handle = sessions_get},
    {HTTP_POST, "/profile/sessions/end-others", RIGHT_SIGNED_IN, CSRF_TOKEN,
     .flags = ROUTE_STEP_UP, .handle = sessions_end_others_post},
    {HTTP_POST, "/profile/sessions/{session}/end", RIGHT_SIGNED_IN, CSRF_TOKEN,
     .flags = ROUTE_STEP_UP, .handle = sessions_end_post},
    {HTTP_GET, "/profile/password", RIGHT_SIGNED_IN, CSRF_NONE,
     .handle = profile_password_get},
    {HTTP_POST, "/profile/password", RIGHT_SIGNED_IN, CSRF_TOKEN,
     FIELDS(password_form_fields, struct password_form), .handle = profile_password_post},
    {HTTP_GET, "/login/second-factor", RIGHT_NONE, CSRF_NONE,
     FIELDS(SECOND_FACTOR_QUERY, struct second_factor_query),
     .handle = second_factor_get},
    {HTTP_POST, "/login/second-factor", RIGHT_NONE, CSRF_TOKEN,
     FIELDS(SECOND_FACTOR_FORM, struct second_factor_form), .handle = second_factor_post},
    {HTTP_GET, "/login/second-factor/setup", RIGHT_NONE, CSRF_NONE,
     FIELDS(SECOND_FACTOR_QUERY, struct second_factor_query),
     .handle = second_factor_setup_get},
    {HTTP_POST, "/login/second-factor/setup", RIGHT_NONE, CSRF_TOKEN,
     FIELDS(SECOND_FACTOR_FORM, struct second_factor_form),
     .handle = second_factor_setup_post},
    {HTTP_GET, "/profile/second-factor", RIGHT_SIGNED_IN, CSRF_NONE,
     FIELDS(SECOND_FACTOR_QUERY, struct second_factor_query),
     .handle = profile_second_factor_get},
    {HTTP_GET, "/profile/second-factor/setup", RIGHT_SIGNED_IN, CSRF_NONE,
     .flags = ROUTE_STEP_UP, .handle = profile_second_factor_setup_get},
    {HTTP_POST, "/profile/second-factor/setup", RIGHT_SIGNED_IN, CSRF_TOKEN,
     FIELDS(SECOND_FACTOR_FORM, struct second_factor_form), .flags = ROUTE_STEP_UP,
     .handle = profile_second_factor_setup_post},
    {HTTP_POST, "/profile/second-factor/recovery-codes", RIGHT_SIGNED_IN, CSRF_TOKEN,
     .flags = ROUTE_STEP_UP, .handle = profile_recovery_codes_post},
    {HTTP_POST, "/profile/second-factor/remove", RIGHT_SIGNED_IN, CSRF_TOKEN,
     .flags = ROUTE_STEP_UP, .handle = profile_second_factor_remove_post},
    {HTTP_GET, "/-auth/{right}", RIGHT_NONE, CSRF_NONE, .handle = gate_get},
    {HTTP_GET, "/-guard/refused", RIGHT_NONE, CSRF_NONE, .handle = gate_refused_get},
    {HTTP_GET, "/-guard/back", RIGHT_NONE, CSRF_NONE,
     FIELDS(GATE_BACK_QUERY, struct gate_back_query), .handle = gate_back_get},
    {HTTP_GET, "/login/provider/{provider}", RIGHT_NONE, CSRF_NONE,
     FIELDS(provider_query_fields, struct provider_query), .handle = provider_get},
    {HTTP_GET, "/login/provider/{provider}/callback", RIGHT_NONE, CSRF_NONE,
     FIELDS(provider_answer_fields, struct provider_answer_query), .flags = ROUTE_ONCE,
     .handle = provider_callback_get},
    {HTTP_GET, "/logout", RIGHT_NONE, CSRF_NONE,
     FIELDS(logout_query_fields, struct logout_query), .handle = logout_get},
    {HTTP_POST, "/logout", RIGHT_NONE, CSRF_TOKEN, .handle = logout_post},
    {HTTP_GET, "/logout/provider/{provider}", RIGHT_NONE, CSRF_NONE,
     .handle = provider_logout_get},
    {HTTP_GET, "/logout/provider/{provider}/end", RIGHT_NONE, CSRF_NONE,
     .handle = provider_logout_end_get},
    {HTTP_POST, "/logout/back-channel/{provider}", RIGHT_NONE, CSRF_NONE,
     FIELDS(back_channel_fields, struct back_channel_form), .flags = ROUTE_SERVER_POST,
     .body_limit = 20480, .handle = provider_back_channel_post},
};

/* In the order of enum login_page. */
static const struct page_template PAGES[] = {
    {"pages/login/login.html", &login_view_type},
    {"pages/login/refused.html", &refused_view_type},
    {"pages/login/kept.html", &kept_view_type},
    {"pages/login/logout.html", &bare_view_type},
    {"pages/login/signed_out.html", &signed_out_view_type},
    {"pages/login/provider_failed.html", &provider_failed_view_type},
    {"pages/login/second_factor.html", &second_factor_view_type},
    {"pages/login/second_factor_setup.html", &second_factor_setup_view_type},
    {"pages/login/second_factor_codes.html", &second_factor_codes_view_type},
    {"pages/login/second_factor_over.html", &second_factor_over_view_type},
    {"pages/login/second_factor_profile.html", &second_factor_profile_view_type},
    {"pages/login/profile.html", &profile_view_type},
    {"pages/login/profile_sessions.html", &sessions_view_type},
    {"pages/login/step_up.html", &step_up_view_type},
    {"pages/login/password.html", &password_view_type},
    {"pages/login/profile_password.html", &password_view_type},
    {"pages/login/invitation_over.html", &invitation_over_view_type},
};

static enum err start(struct arena *arena, const struct conf *conf, void **state_out)
{
    struct login_state *state = ARENA_NEW(arena, struct login_state);
    enum err err = gate_check_conf(arena, conf);

    if (err == OK)
        err = login_check_conf(arena, conf);
    if (err == OK)
        err = directory_open(arena, conf, &state->directory);
    if (err == OK)
        err = seal_keys_open(arena, conf, &state->keys);
    if (err == OK)
        err = oidc_open(arena, conf, &state->oidc);
    if (err == OK)
        err = sign_on_policy_read(conf, &state->policy);
    if (err == OK)
        err = second_factor_policy_read(conf, state->keys, &state->second_factor);
    state->arena = arena;
    if (err == OK)
        *state_out = state;
    return err;
}

int main(int argc, char **argv)
{
    static const struct web_program PROGRAM = {
        .name = "login",
        .routes = ROUTES,
        .route_count = sizeof(ROUTES) / sizeof(*ROUTES),
        .pages = PAGES,
        .page_count = sizeof(PAGES) / sizeof(*PAGES),
        .guard = &app_guard_port,
        .start = start,
        .manual = MANUAL,
    };

    return web_main(argc, argv, &PROGRAM);
}
