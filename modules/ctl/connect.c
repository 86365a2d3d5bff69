/* connect.c: database accounts. One per program; kontorctl's own is the administrator. */
#include "ctl.h"

#include "db/account.h"

const char *const CTL_PROGRAMS[] = {"login",   "requests", "uploads", "dashboard",
                                    "account", "worker",   NULL};

enum err ctl_connect(struct ctl *ctl, const char *program, struct db **out)
{
    /* A migration may rebuild a large table. */
    enum err err = db_open_account(ctl->arena, ctl->conf, program, 3600, out);

    return err == OK ? db_ping(*out) : err;
}

int ctl_fail(enum err err, const char *what)
{
    fprintf(stderr, "kontorctl: %s: %s%s%s\n", what, err_name(err),
            *err_text() ? ": " : "", err_text());
    return err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN ? CTL_UNAVAILABLE : CTL_FAILED;
}
