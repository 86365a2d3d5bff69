/* auth_test.c: kontorctl auth test: the ladder of one sign-on, rung by rung. Nothing is signed on, and nothing
 * is counted but what the directory itself counts. */
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "formats/locale.h"
#include "app/sign_on/sign_on_person.h"
#include "auth_person.h"
#include "person_command.h"

#define PASSWORD_BYTES 4096

struct auth_test {
    struct ctl *ctl;
    struct str user;
    const struct secret *password; /* NULL: none given */
    const char *directory;         /* NULL: in their order */
    const char *provider;
    bool json;
    struct ladder ladder;
    struct directory_set *directories;
    struct identity identity;
    bool found; /* a source knows the user */
};

/* ---- the password ---------------------------------------------------------------------------- */

/* A line of standard input; not shown where somebody types it. */
static enum err read_line(struct arena *arena, struct secret **out)
{
    char bytes[PASSWORD_BYTES];
    size_t length = 0;
    struct termios before;
    bool typed = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;

    if (typed) {
        struct termios quiet = before;

        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fputs("password: ", stderr);
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    while (length < sizeof(bytes)) {
        ssize_t got = read(STDIN_FILENO, bytes + length, 1);

        if (got != 1 || bytes[length] == '\n')
            break;
        length++;
    }
    if (typed) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    *out = secret_copy(arena, (struct str){bytes, length});
    secret_wipe(bytes, sizeof(bytes));
    return length > 0 ? OK : err_note(ERR_INPUT, "the password is empty");
}

static int read_password(struct auth_test *test, const char *file)
{
    struct secret *password = NULL;
    enum err err;

    if (!file)
        return CTL_OK;
    err = strcmp(file, "-") == 0 ? read_line(test->ctl->arena, &password)
                                 : secret_read_file(test->ctl->arena, file, &password);
    if (err == OK && secret_str(password).len == 0)
        err = err_note(ERR_INPUT, "the password is empty");
    if (err != OK) {
        fprintf(stderr, "kontorctl: password: %s\n", err_text());
        return CTL_USAGE;
    }
    test->password = password;
    return CTL_OK;
}

/* ---- sources --------------------------------------------------------------------------------- */

/* True if no later directory is asked: this one knows the user, or several entries have the login. */
static bool ask_directory(struct auth_test *test, size_t index)
{
    struct arena *arena = test->ctl->arena;
    struct directory_report *report = ARENA_NEW(arena, struct directory_report);
    struct directory_probe_input input = {.index = index, .login = test->user};
    bool last = false;

    if (test->password)
        input.password = secret_str(test->password);
    directory_probe(test->directories, arena, &input, report);
    ladder_directory(&test->ladder, directory_name(test->directories, index), report);
    for (size_t i = 0; i < report->count; i++) {
        const struct directory_rung *rung = &report->rungs[i];

        if (rung->kind != DIRECTORY_RUNG_ONE)
            continue;
        last = rung->state == DIRECTORY_RUNG_OK || str_find(rung->text, STR("more")) >= 0;
        test->found = rung->state == DIRECTORY_RUNG_OK;
    }
    if (test->found)
        test->identity = report->identity;
    return last;
}

static int ask_directories(struct auth_test *test)
{
    size_t count = directory_count(test->directories);
    bool asked = false;

    for (size_t i = 0; i < count; i++) {
        if (test->directory &&
            !str_is(directory_name(test->directories, i), test->directory))
            continue;
        asked = true;
        if (ask_directory(test, i))
            break;
    }
    if (asked)
        return CTL_OK;
    fprintf(stderr, "kontorctl: no directory %s in the configuration\n",
            test->directory ? ctl_text(test->ctl, str_from(test->directory)) : "");
    return CTL_CONFIG;
}

/* The provider vouches for somebody of a directory, who is then looked up there. */
static int ask_linked(struct auth_test *test, const struct oidc_provider *provider)
{
    int code;

    test->found = false;
    test->directory = str_c(
        test->ctl->arena, str_from_index(provider->link_directory, sizeof("ldap:") - 1));
    code = ask_directories(test);
    if (code == CTL_OK && test->found && test->identity.is_staff != provider->for_staff)
        ladder_own(&test->ladder, "side", DIRECTORY_RUNG_FAILED,
                   provider->for_staff
                       ? STR("the provider is for staff, the entry is none")
                       : STR("the provider is for customers, the entry is none"),
                   "Is side of the provider right, or is another provider theirs?");
    return code;
}

/* What a provider would say is not known; but who has the login there is. */
static int ask_provider(struct auth_test *test)
{
    const struct oidc_provider *provider;
    struct oidc *oidc = NULL;

    if (oidc_open(test->ctl->arena, test->ctl->conf, &oidc) != OK) {
        fprintf(stderr, "kontorctl: %s\n", err_text());
        return CTL_CONFIG;
    }
    provider = oidc_find(oidc, str_from(test->provider));
    if (!provider) {
        fprintf(stderr, "kontorctl: no provider %s in the configuration\n",
                ctl_text(test->ctl, str_from(test->provider)));
        return CTL_CONFIG;
    }
    test->found = ladder_provider(&test->ladder, oidc, provider);
    test->identity = (struct identity){
        .issuer = provider->issuer,
        .login = test->user,
        .is_staff = provider->for_staff,
        .is_customer = !provider->for_staff,
        .company_said = *provider->company_claim != '\0',
        .links = provider->link == OIDC_LINK_INVITATION
                     ? IDENTITY_LINK_LOGIN | IDENTITY_LINK_INVITATION
                     : IDENTITY_LINK_NONE,
    };
    return test->found && provider->link == OIDC_LINK_LOGIN ? ask_linked(test, provider)
                                                            : CTL_OK;
}

/* ---- Kontor's own rungs ------------------------------------------------------------------------ */

static int ask_kontor(struct auth_test *test)
{
    struct db *db = NULL;
    struct auth_person person = {.directories = test->directories,
                                 .login = test->user,
                                 .identity = &test->identity};
    enum err err;

    err_clear();
    err = ctl_connect(test->ctl, "login", &db);
    person.actor = ctl_actor(test->ctl, db);
    if (err == OK)
        err = auth_throttle_rungs(&test->ladder, &person);
    if (err == OK && test->found)
        err = auth_person_rungs(&test->ladder, &person);
    if (err == OK)
        return CTL_OK;
    ladder_own(&test->ladder, "database", DIRECTORY_RUNG_FAILED, str_from(err_text()),
               "See kontorctl doctor.");
    return err == ERR_INPUT ? CTL_CONFIG : CTL_UNAVAILABLE;
}

/* ---- the result -------------------------------------------------------------------------------- */

static bool is_about_server(const struct ladder_rung *rung)
{
    return *rung->server && strcmp(rung->key, "discovery") != 0;
}

/* The rung where it ends; NULL: nowhere. A server that fails beside one that answers is no end. */
static const struct ladder_rung *refused_at(const struct auth_test *test)
{
    const struct ladder_rung *server = NULL, *one = NULL;

    for (size_t i = 0; i < test->ladder.rungs.count; i++) {
        const struct ladder_rung *rung =
            VEC_AT(&test->ladder.rungs, struct ladder_rung, i);

        if (rung->state != DIRECTORY_RUNG_FAILED)
            continue;
        if (is_about_server(rung)) {
            if (!server)
                server = rung;
        } else if (strcmp(rung->key, "one-entry") != 0 || !test->found) {
            /* An entry that an earlier directory did not have is none the less found. */
            if (!one)
                one = rung;
        }
    }
    return one ? one : test->found ? NULL : server;
}

static int exit_code(const struct ladder_rung *rung)
{
    static const char *const AWAY[] = {"connect",   "tls",  "certificate",
                                       "discovery", "keys", "database"};
    static const char *const OURS[] = {"service-bind", "bases", "search", "clock"};

    if (!rung)
        return CTL_OK;
    for (size_t i = 0; i < sizeof(AWAY) / sizeof(*AWAY); i++)
        if (strcmp(rung->key, AWAY[i]) == 0)
            return CTL_UNAVAILABLE;
    for (size_t i = 0; i < sizeof(OURS) / sizeof(*OURS); i++)
        if (strcmp(rung->key, OURS[i]) == 0)
            return CTL_CONFIG;
    return CTL_FAILED;
}

static void show(const struct auth_test *test, const struct ladder_rung *rung)
{
    json_t *out;

    if (!test->json) {
        ladder_print(&test->ladder);
        if (rung)
            printf("refused: %s, %s\n", rung->source, rung->key);
        else
            printf("all right%s\n",
                   test->password || test->provider ? "" : "; no password was tried");
        return;
    }
    out = json_new_object(test->ctl->arena);
    json_set_str(out, "user", test->user);
    json_set_bool(out, "ok", rung == NULL);
    if (rung) {
        json_set_str(out, "refused_by", str_from(rung->source));
        json_set_str(out, "refused_at", str_from(rung->key));
    }
    if (json_object_set_new(out, "rungs", ladder_json(&test->ladder)) != 0)
        bug("out of memory");
    printf("%.*s\n", STR_ARG(json_write(test->ctl->arena, out)));
}

static int climb(struct auth_test *test)
{
    const struct ladder_rung *rung;
    int code;

    (void)signal(SIGPIPE, SIG_IGN); /* a directory may close its end */
    if (directory_open(test->ctl->arena, test->ctl->conf, &test->directories) != OK) {
        fprintf(stderr, "kontorctl: %s\n", err_text());
        return CTL_CONFIG;
    }
    code = test->provider ? ask_provider(test) : ask_directories(test);
    if (code != CTL_OK)
        return code;
    code = ask_kontor(test);
    rung = refused_at(test);
    show(test, rung);
    return code != CTL_OK ? code : exit_code(rung);
}

static int auth_test(struct ctl *ctl)
{
    struct auth_test test = {.ctl = ctl};
    const char *file = ctl_option(ctl, "--password-file");
    int code;

    test.directory = ctl_option(ctl, "--directory");
    test.provider = ctl_option(ctl, "--provider");
    test.json = ctl_flag(ctl, "--json");
    if (!ctl_arguments(ctl, 1, 1))
        return CTL_USAGE;
    test.user = str_from(ctl->argv[0]);
    if ((test.directory && test.provider) || test.user.len == 0 ||
        !str_is_utf8(test.user)) {
        fputs("kontorctl: auth test USER [--password-file FILE|-] [--directory NAME | "
              "--provider NAME] [--json]; USER is UTF-8 text\n",
              stderr);
        return CTL_USAGE;
    }
    test.ladder = ladder_new(ctl);
    code = read_password(&test, file);
    return code == CTL_OK ? climb(&test) : code;
}

int command_auth(struct ctl *ctl)
{
    if (ctl->argc > 0 && strcmp(ctl->argv[0], "test") == 0) {
        ctl->argc--;
        ctl->argv++;
        return auth_test(ctl);
    }
    fputs("kontorctl: auth test USER ...; see kontorctl --help\n", stderr);
    return CTL_USAGE;
}
