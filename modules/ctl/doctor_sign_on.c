/* doctor_sign_on.c: kontorctl doctor: what people sign on with. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "auth/seal.h"
#include "app/sign_on/sign_on_enter.h"
#include "doctor.h"
#include "ladder.h"

/* ---- keys ------------------------------------------------------------------------------------ */

/* The password file of login's account is login's own: who owns it owns the keys. */
static bool is_login_own(const struct ctl *ctl, const struct stat *info)
{
    struct str path =
        str_format(ctl->arena, "%s/login", conf_c(ctl->conf, "database", "password_dir"));
    struct stat own;

    return stat(path.ptr, &own) != 0 || own.st_uid == info->st_uid;
}

static void check_keys(struct doctor *doctor)
{
    struct ctl *ctl = doctor->ctl;
    const char *path = conf_c(ctl->conf, "login", "key_file");
    struct seal_keys *keys = NULL;
    struct stat info;

    err_clear();
    if (stat(path, &info) != 0)
        doctor_finding(doctor, "keys of login", strerror(errno));
    else if (info.st_mode & (S_IRWXG | S_IRWXO))
        doctor_finding(doctor, "keys of login",
                       "others than kontor-login may come near the file: make it 0400");
    else if (!is_login_own(ctl, &info))
        doctor_finding(doctor, "keys of login",
                       "the file is not kontor-login's: it could not read it");
    else if (seal_keys_open(ctl->arena, ctl->conf, &keys) != OK)
        doctor_finding(doctor, "keys of login", err_text());
    else
        doctor_good("keys of login", path);
}

/* ---- sources --------------------------------------------------------------------------------- */

/* What failed or will, one line each; else one line that all is well. */
static void tell(struct doctor *doctor, const struct ladder *ladder, const char *what,
                 const char *well)
{
    bool silent = true;

    for (size_t i = 0; i < ladder->rungs.count; i++) {
        const struct ladder_rung *rung = VEC_AT(&ladder->rungs, struct ladder_rung, i);
        struct str line =
            str_format(doctor->ctl->arena, "%s%s%s: %s%s%s", rung->server,
                       *rung->server ? ", " : "", rung->key, rung->text,
                       *rung->text && *rung->advice ? ". " : "", rung->advice);

        if (rung->state == DIRECTORY_RUNG_FAILED)
            doctor_finding(doctor, what, line.ptr);
        else if (rung->state == DIRECTORY_RUNG_WARNING)
            doctor_warning(what, line.ptr);
        else
            continue;
        silent = false;
    }
    if (silent)
        doctor_good(what, well);
}

static void check_directory(struct doctor *doctor, struct directory_set *set,
                            size_t index)
{
    struct ctl *ctl = doctor->ctl;
    struct directory_report *report = ARENA_NEW(ctl->arena, struct directory_report);
    struct directory_probe_input input = {.index = index};
    struct ladder ladder = ladder_new(ctl);
    struct str name = directory_name(set, index);
    struct str what = str_format(ctl->arena, "directory %.*s", STR_ARG(name));
    struct buf well = buf_init(ctl->arena, 4096);

    directory_probe(set, ctl->arena, &input, report);
    ladder_directory(&ladder, name, report);
    for (size_t i = 0; i < report->count; i++) {
        const struct directory_rung *rung = &report->rungs[i];

        if (rung->kind == DIRECTORY_RUNG_CERTIFICATE)
            buf_format(&well, "%s%.*s, certificate %.*s", well.len > 0 ? "; " : "",
                       STR_ARG(rung->server), STR_ARG(rung->text));
        else if (rung->state == DIRECTORY_RUNG_OK &&
                 (rung->kind == DIRECTORY_RUNG_MAPPING ||
                  rung->kind == DIRECTORY_RUNG_CLOCK))
            buf_format(&well, "; %.*s%s", STR_ARG(rung->text),
                       rung->kind == DIRECTORY_RUNG_CLOCK ? " clock" : "");
    }
    tell(doctor, &ladder, what.ptr, str_c(ctl->arena, buf_str(&well)));
}

static void check_provider(struct doctor *doctor, struct oidc *oidc,
                           const struct oidc_provider *provider)
{
    struct ctl *ctl = doctor->ctl;
    struct ladder ladder = ladder_new(ctl);
    struct str what = str_format(ctl->arena, "provider %.*s", STR_ARG(provider->key));

    (void)ladder_provider(&ladder, oidc, provider);
    tell(doctor, &ladder, what.ptr, str_c(ctl->arena, provider->issuer));
}

void doctor_sign_on(struct doctor *doctor)
{
    struct ctl *ctl = doctor->ctl;
    struct directory_set *set = NULL;
    struct oidc *oidc = NULL;
    struct sign_on_policy policy = {0};

    (void)signal(SIGPIPE, SIG_IGN); /* a directory may close its end */
    check_keys(doctor);
    err_clear();
    if (sign_on_policy_read(ctl->conf, &policy) != OK)
        doctor_finding(doctor, "second factor", err_text());
    err_clear();
    if (directory_open(ctl->arena, ctl->conf, &set) != OK)
        doctor_finding(doctor, "directories", err_text());
    for (size_t i = 0; set && i < directory_count(set); i++)
        check_directory(doctor, set, i);
    err_clear();
    if (oidc_open(ctl->arena, ctl->conf, &oidc) != OK)
        doctor_finding(doctor, "providers", err_text());
    for (size_t i = 0; oidc && i < oidc_count(oidc); i++)
        check_provider(doctor, oidc, oidc_at(oidc, i));
    if (set && oidc && directory_count(set) + oidc_count(oidc) == 0)
        doctor_finding(doctor, "sign-on", "neither a directory nor a provider");
}
