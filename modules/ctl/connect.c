/* connect.c: database accounts. One per program; kontorctl's own is the administrator. */
#include "ctl.h"

const char *const CTL_PROGRAMS[] = {"login",   "requests", "uploads", "dashboard",
                                    "account", "worker",   NULL};

enum err ctl_password(struct ctl *ctl, const char *program, struct secret **out)
{
    struct str path = str_format(ctl->arena, "%s/%s",
                                 conf_c(ctl->conf, "database", "password_dir"), program);
    return secret_read_file(ctl->arena, path.ptr, out);
}

enum err ctl_connect(struct ctl *ctl, const char *program, struct db **out)
{
    struct secret *password;
    enum err err = ctl_password(ctl, program, &password);
    if (err != OK) {
        return err;
    }
    const struct conf *conf = ctl->conf;
    struct str user =
        str_format(ctl->arena, "%s%s", conf_c(conf, "database", "user_prefix"), program);
    struct db_conf *database = ARENA_NEW(ctl->arena, struct db_conf);
    *database = (struct db_conf){
        .socket = conf_c(conf, "database", "socket"),
        .host = conf_c(conf, "database", "host"),
        .port = (int)conf_int(conf, "database", "port"),
        .ca_file = conf_c(conf, "database", "ca_file"),
        .name = conf_c(conf, "database", "name"),
        .user = user.ptr,
        .password = password,
        .io_timeout_s = 3600, /* a migration may rebuild a large table */
    };
    err = db_open(ctl->arena, database, out);
    return err == OK ? db_ping(*out) : err;
}

int ctl_fail(enum err err, const char *what)
{
    fprintf(stderr, "kontorctl: %s: %s%s%s\n", what, err_name(err),
            *err_text() ? ": " : "", err_text());
    return err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN ? CTL_UNAVAILABLE : CTL_FAILED;
}
