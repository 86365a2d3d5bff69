/* second_factor_command.c: kontorctl second-factor reset: phone and recovery codes are gone, and nobody else may help. */
#include "app/sign_on/second_factor_change.h"
#include "person_command.h"

static int reset_command(struct ctl *ctl)
{
    const char *login = ctl_option(ctl, "--person");
    const char *issuer = ctl_option(ctl, "--issuer");
    struct operator_person_row person = {0};
    struct actor actor;
    struct db *db = NULL;
    bool had_one = false;
    enum err err;
    int code;

    if (!ctl_arguments(ctl, 0, 0))
        return CTL_USAGE;
    if (!login) {
        fputs("kontorctl: second-factor reset --person LOGIN [--issuer ISSUER]\n",
              stderr);
        return CTL_USAGE;
    }
    err = ctl_connect(ctl, "ctl", &db);
    if (err != OK)
        return ctl_fail(err, "second-factor reset");
    code = ctl_person(ctl, db, login, issuer, &person);
    if (code != CTL_OK)
        return code;
    actor = ctl_actor(ctl, db);
    err = second_factor_reset_by_operator(&actor, person.id,
                                          conf_str(ctl->conf, "site", "language"),
                                          ctl_operator(ctl), &had_one);
    if (err != OK)
        return ctl_fail(err, "second-factor reset");
    if (!had_one) {
        fprintf(stderr, "kontorctl: person %lld has no second factor; nothing was done\n",
                (long long)person.id);
        return CTL_FAILED;
    }
    printf("second factor of person %lld (%s) reset, all sessions ended%s\n",
           (long long)person.id, ctl_text(ctl, person.display_name),
           person.email.len > 0 ? ", mail queued" : "; the person has no mail address");
    return CTL_OK;
}

int command_second_factor(struct ctl *ctl)
{
    if (ctl->argc > 0 && strcmp(ctl->argv[0], "reset") == 0) {
        ctl->argc--;
        ctl->argv++;
        return reset_command(ctl);
    }
    fputs("kontorctl: second-factor reset ...; see kontorctl --help\n", stderr);
    return CTL_USAGE;
}
