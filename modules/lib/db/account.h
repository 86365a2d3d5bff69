/* account.h: a program's own account, as [database] says. */
#ifndef DB_ACCOUNT_H
#define DB_ACCOUNT_H

#include "base/conf.h"
#include "db/db.h"

/** The password in <password_dir>/<program>. ERR_UNAVAILABLE noted. */
enum err db_account_password(struct arena *arena, const struct conf *conf,
                             const char *program, struct secret **out) MUST_USE;
/** db_open() as <user_prefix><program>. `io_timeout_s` as in struct db_conf. */
enum err db_open_account(struct arena *arena, const struct conf *conf,
                         const char *program, int io_timeout_s, struct db **out) MUST_USE;

#endif
