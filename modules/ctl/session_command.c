/* session_command.c: kontorctl session end, kontorctl sync: somebody has to go now. */
#include <signal.h>

#include "app/people/directory_sync.h"
#include "app/sign_on/session_close.h"
#include "person_command.h"

struct end_options {
    const char *person;
    const char *issuer;
    const char *company;
    bool all;
};

/* CTL_OK, or what to exit with. */
static int read_scope(struct ctl *ctl, struct db *db, const struct end_options *options,
                      struct operator_scope *out)
{
    struct operator_person_row person = {0};
    enum err err = OK;
    int code = CTL_OK;

    if (options->person) {
        code = ctl_person(ctl, db, options->person, options->issuer, &person);
        out->person_id = person.id;
    } else if (options->company) {
        err = operator_company(db, ctl->arena, str_from(options->company),
                               &out->company_id);
    } else if (options->issuer) {
        out->issuer = str_from(options->issuer);
    }
    if (err == ERR_NOT_FOUND) {
        fprintf(stderr, "kontorctl: no company has the number %s\n",
                ctl_text(ctl, str_from(options->company)));
        return CTL_FAILED;
    }
    return err == OK ? code : ctl_fail(err, "session end");
}

static int session_end_command(struct ctl *ctl)
{
    struct end_options options = {
        .person = ctl_option(ctl, "--person"),
        .issuer = ctl_option(ctl, "--issuer"),
        .company = ctl_option(ctl, "--company"),
        .all = ctl_flag(ctl, "--all"),
    };
    struct operator_scope scope = {0};
    struct actor actor;
    struct db *db = NULL;
    int64_t ended = 0;
    enum err err;
    int code;
    int scopes = (options.person != NULL) + (options.company != NULL) + options.all +
                 (options.issuer != NULL && !options.person);

    if (!ctl_arguments(ctl, 0, 0))
        return CTL_USAGE;
    if (scopes != 1) {
        fputs("kontorctl: session end --person LOGIN [--issuer ISSUER] | --company "
              "NUMBER | --issuer ISSUER | --all\n",
              stderr);
        return CTL_USAGE;
    }
    err = ctl_connect(ctl, "ctl", &db);
    if (err != OK)
        return ctl_fail(err, "session end");
    code = read_scope(ctl, db, &options, &scope);
    if (code != CTL_OK)
        return code;
    actor = ctl_actor(ctl, db);
    err = session_close(&actor, &scope, ctl_operator(ctl), &ended);
    if (err != OK)
        return ctl_fail(err, "session end");
    printf("%lld sessions ended\n", (long long)ended);
    return CTL_OK;
}

int command_session(struct ctl *ctl)
{
    if (ctl->argc > 0 && strcmp(ctl->argv[0], "end") == 0) {
        ctl->argc--;
        ctl->argv++;
        return session_end_command(ctl);
    }
    fputs("kontorctl: session end ...; see kontorctl --help\n", stderr);
    return CTL_USAGE;
}

/* ---- sync ------------------------------------------------------------------------------------ */

/* As login-sync does it, with the same account: nothing here may do more. */
static int sync_all(struct ctl *ctl, const struct directory_sync *sync, int64_t person_id)
{
    struct db *db = NULL;
    enum err err = ctl_connect(ctl, "login", &db);
    int code = CTL_OK;

    if (err != OK)
        return ctl_fail(err, "sync");
    for (size_t i = 0; i < directory_count(sync->directories); i++) {
        struct actor actor = ctl_actor(ctl, db);
        struct directory_sync_result result = {0};
        const struct directory_sync_counts *counts = &result.counts;
        const char *name = ctl_text(ctl, directory_name(sync->directories, i));

        err_clear();
        err = directory_sync_now(&actor, sync, i, person_id, &result);
        if (err != OK)
            return ctl_fail(err, "sync");
        if (result.outcome == DIRECTORY_SYNC_AWAY) {
            fprintf(stderr, "kontorctl: directory %s is away: %s\n", name,
                    ctl_text(ctl, str_from(err_text())));
            code = CTL_UNAVAILABLE;
        }
        printf("directory %s: %lld people with live sessions asked for, %lld changed, "
               "%lld signed off (%lld sessions)",
               name, (long long)counts->asked, (long long)counts->changed,
               (long long)counts->ended, (long long)counts->sessions);
        if (counts->unclear > 0)
            printf(", %lld unclear", (long long)counts->unclear);
        putchar('\n');
    }
    return code;
}

int command_sync(struct ctl *ctl)
{
    const char *login = ctl_option(ctl, "--person");
    const char *issuer = ctl_option(ctl, "--issuer");
    struct directory_sync sync = {0};
    struct operator_person_row person = {0};
    struct db *db = NULL;
    enum err err;
    int code = CTL_OK;

    if (!ctl_arguments(ctl, 0, 0))
        return CTL_USAGE;
    (void)signal(SIGPIPE, SIG_IGN); /* a directory may close its end */
    err = directory_sync_open(ctl->arena, ctl->conf, &sync);
    if (err != OK) {
        fprintf(stderr, "kontorctl: %s\n", err_text());
        return CTL_CONFIG;
    }
    if (login) {
        err = ctl_connect(ctl, "ctl", &db);
        if (err != OK)
            return ctl_fail(err, "sync");
        code = ctl_person(ctl, db, login, issuer, &person);
    }
    return code == CTL_OK ? sync_all(ctl, &sync, person.id) : code;
}
