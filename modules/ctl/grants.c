/* grants.c: kontorctl grants. Every account is emptied before it gets the rights of its
 * file, so a line that was removed from the file is a right that is gone. */
#include "ctl.h"

#include "base/buf.h"
#include "db/account.h"
#include "store/schema.h"

/** The files name 'kontor_PROGRAM'@'localhost', so that they can be run by hand too;
 * another prefix or host is put in its place. */
static struct str for_account(struct ctl *ctl, struct str text, const char *program,
                              struct str account)
{
    struct str written = str_format(ctl->arena, "'kontor_%s'@'localhost'", program);
    struct buf out = buf_init(ctl->arena, text.len * 4 + 1024);
    ssize_t at;
    while ((at = str_find(text, written)) >= 0) {
        buf_put(&out, str_sub(text, 0, (size_t)at));
        buf_put(&out, account);
        text = str_from_index(text, (size_t)at + written.len);
    }
    buf_put(&out, text);
    return buf_str(&out);
}

static int grant(struct ctl *ctl, struct db *db, const char *dir, const char *program,
                 struct str host)
{
    struct str path = str_format(ctl->arena, "%s/%s.sql", dir, program), text;
    struct secret *password;
    if (ctl_read(ctl, path.ptr, &text) != OK) {
        return CTL_FAILED;
    }
    enum err err = db_account_password(ctl->arena, ctl->conf, program, &password);
    if (err != OK) {
        return ctl_fail(err, "password file");
    }
    struct str user = str_format(ctl->arena, "%s%s",
                                 conf_c(ctl->conf, "database", "user_prefix"), program);
    err = account_reset(db, ctl->arena, user, host, secret_str(password));
    struct str user_literal = {0}, host_literal = {0};
    if (err == OK) {
        err = db_quote(db, ctl->arena, user, &user_literal);
    }
    if (err == OK) {
        err = db_quote(db, ctl->arena, host, &host_literal);
    }
    if (err != OK) {
        return ctl_fail(err, user.ptr);
    }
    struct str account =
        str_format(ctl->arena, "%.*s@%.*s", STR_ARG(user_literal), STR_ARG(host_literal));
    int line = 0;
    err = db_script(db, ctl->arena, for_account(ctl, text, program, account), &line);
    if (err != OK) {
        fprintf(stderr, "%s:%d: %s\n", path.ptr, line, db_error_text(db));
        return ctl_fail(err, "grants");
    }
    printf("%.*s\n", STR_ARG(account));
    return CTL_OK;
}

int command_grants(struct ctl *ctl)
{
    const char *host = ctl_option(ctl, "--host");
    const char *dir = ctl_sql_dir(ctl, "grants");
    if (!dir || !ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    struct db *db;
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err != OK) {
        return ctl_fail(err, "database");
    }
    for (size_t i = 0; CTL_PROGRAMS[i]; i++) {
        int code =
            grant(ctl, db, dir, CTL_PROGRAMS[i], str_from(host ? host : "localhost"));
        if (code != CTL_OK) {
            return code;
        }
    }
    return CTL_OK;
}
