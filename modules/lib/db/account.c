#include "db/account.h"

enum err db_account_password(struct arena *arena, const struct conf *conf,
                             const char *program, struct secret **out)
{
    struct str path =
        str_format(arena, "%s/%s", conf_c(conf, "database", "password_dir"), program);

    return secret_read_file(arena, path.ptr, out);
}

enum err db_open_account(struct arena *arena, const struct conf *conf,
                         const char *program, int io_timeout_s, struct db **out)
{
    struct secret *password = NULL;
    struct str user =
        str_format(arena, "%s%s", conf_c(conf, "database", "user_prefix"), program);
    enum err err = db_account_password(arena, conf, program, &password);
    const struct db_conf database = {
        .socket = conf_c(conf, "database", "socket"),
        .host = conf_c(conf, "database", "host"),
        .port = (int)conf_int(conf, "database", "port"),
        .ca_file = conf_c(conf, "database", "ca_file"),
        .name = conf_c(conf, "database", "name"),
        .user = user.ptr,
        .password = password,
        .io_timeout_s = io_timeout_s,
    };

    return err == OK ? db_open(arena, &database, out) : err;
}
