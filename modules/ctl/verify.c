/* verify.c: kontorctl verify: the audit chain, computed again from the events. */
#include "ctl.h"

#include "app/upkeep/seal.h"

static int print_head(struct ctl *ctl, struct db *db)
{
    struct audit_seal_row head = {0};
    enum err err = seal_head(db, ctl->arena, &head);
    if (err != OK && err != ERR_NOT_FOUND) {
        return ctl_fail(err, "verify");
    }
    struct str hex = str_hex(ctl->arena, head.sha256.ptr, head.sha256.len);
    printf("%lld %.*s\n", (long long)head.sequence, STR_ARG(hex));
    return CTL_OK;
}

int command_verify(struct ctl *ctl)
{
    bool head_only = ctl_flag(ctl, "--head");
    if (!ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    struct db *db;
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err == OK && head_only) {
        return print_head(ctl, db);
    }
    struct seal_report report;
    if (err == OK) {
        err = app_seal_verify(db, ctl->arena, &report);
    }
    if (err != OK) {
        return ctl_fail(err, "verify");
    }
    if (report.reason) {
        printf("broken at seal %lld: %s\n", (long long)report.broken_at, report.reason);
        return CTL_FAILED;
    }
    struct str hex = str_hex(ctl->arena, report.head, sizeof report.head);
    printf("%lld seals hold, %lld events wait for the worker, head %.*s\n",
           (long long)report.checked, (long long)report.unsealed, STR_ARG(hex));
    return CTL_OK;
}
