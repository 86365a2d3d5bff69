/* doctor.c: kontorctl doctor: looks at everything Kontor needs and says in plain words what is
 * wrong. Every finding is one line; nothing is changed. */
#include "doctor.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "store/definition.h"
#include "store/schema.h"

/** "" for a key whose section is missing. */
static const char *conf_path(const struct ctl *ctl, const char *section, const char *key)
{
    struct str value = conf_str(ctl->conf, section, key);
    return value.ptr ? value.ptr : "";
}

void doctor_good(const char *what, const char *detail)
{
    printf("ok      %s%s%s\n", what, *detail ? ": " : "", detail);
}

void doctor_warning(const char *what, const char *detail)
{
    printf("WARNING %s: %s\n", what, detail);
}

void doctor_finding(struct doctor *doctor, const char *what, const char *detail)
{
    printf("PROBLEM %s: %s\n", what, detail);
    doctor->findings++;
}

/** A folder this user may write to. The programs have users of their own: run doctor as them too. */
static void check_folder(struct doctor *doctor, const char *what, const char *path)
{
    struct stat info;
    if (!*path || stat(path, &info) != 0) {
        doctor_finding(doctor, what, *path ? strerror(errno) : "not configured");
    } else if (!S_ISDIR(info.st_mode)) {
        doctor_finding(doctor, what, "is no folder");
    } else if (access(path, R_OK | W_OK | X_OK) != 0) {
        doctor_finding(doctor, what, "cannot be written by this user");
    } else {
        doctor_good(what, path);
    }
}

/** Nobody outside its group may come near the documents: the store or a folder above it is
 * closed to others. */
static void check_gate(struct doctor *doctor, const char *store)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s", store) >= (int)sizeof path) {
        return;
    }
    for (;;) {
        struct stat info;
        if (stat(path, &info) != 0) {
            return; /* check_folder() has said so */
        }
        if (!(info.st_mode & S_IXOTH)) {
            doctor_good("document store is closed to others", path);
            return;
        }
        char *slash = strrchr(path, '/');
        if (!slash || slash == path) {
            break;
        }
        *slash = '\0';
    }
    doctor_finding(
        doctor, "document store",
        "everybody on this machine can read it: make the folder above it 0750");
}

static void check_file(struct doctor *doctor, const char *what, const char *path)
{
    if (access(path, R_OK) != 0) {
        doctor_finding(doctor, what, strerror(errno));
    } else {
        doctor_good(what, path);
    }
}

static void check_socket(struct doctor *doctor, const char *what, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!*path || strlen(path) >= sizeof address.sun_path) {
        doctor_finding(doctor, what, *path ? "the path is too long" : "not configured");
        return;
    }
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    bool reached =
        fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (!reached && errno == EPROTOTYPE) {
        close(fd);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        reached =
            fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    }
    if (reached) {
        doctor_good(what, path);
    } else {
        doctor_finding(doctor, what, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
}

/** Files in the folder against rows in the database. */
static void check_schema(struct doctor *doctor, struct db *db)
{
    struct ctl *ctl = doctor->ctl;
    struct str sql = conf_str(ctl->conf, "ctl", "sql");
    struct db_rows rows;
    if (migration_list(db, ctl->arena, &rows) != OK) {
        doctor_finding(doctor, "schema", "never migrated: run kontorctl migrate");
        return;
    }
    const struct migration_row *applied = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (applied[i].applied_at == INSTANT_NONE) {
            doctor_finding(doctor, "schema",
                           "a migration stopped half-way: run kontorctl migrate");
            return;
        }
    }
    char text[64];
    snprintf(text, sizeof text, "version %zu", rows.count);
    if (sql.len > 0) {
        struct ctl_file *files;
        size_t count;
        struct str dir = str_format(ctl->arena, "%.*s/migrations", STR_ARG(sql));
        if (ctl_read_dir(ctl, dir.ptr, ".sql", 0, &files, &count) == OK &&
            count != rows.count) {
            snprintf(text, sizeof text, "version %zu, the files are version %zu",
                     rows.count, count);
            doctor_finding(doctor, "schema", text);
            return;
        }
    }
    doctor_good("schema", text);
}

static void check_content(struct doctor *doctor, struct db *db)
{
    struct db_rows teams, types;
    struct arena *arena = doctor->ctl->arena;
    if (team_list(db, arena, &teams) != OK ||
        request_type_active(db, arena, &types) != OK) {
        doctor_finding(doctor, "request types", db_error_text(db));
        return;
    }
    char text[64];
    snprintf(text, sizeof text, "%zu teams, %zu request types", teams.count, types.count);
    if (teams.count == 0 || types.count == 0) {
        doctor_finding(doctor, "request types", text);
    } else {
        doctor_good("request types", text);
    }
}

static void check_database(struct doctor *doctor)
{
    struct db *db = NULL;
    err_clear();
    if (ctl_connect(doctor->ctl, "ctl", &db) != OK) {
        doctor_finding(doctor, "database", err_text());
        return;
    }
    doctor_good("database", "answers");
    check_schema(doctor, db);
    check_content(doctor, db);
    doctor_database(doctor, db);
    for (size_t i = 0; CTL_PROGRAMS[i]; i++) {
        struct str what =
            str_format(doctor->ctl->arena, "database account of %s", CTL_PROGRAMS[i]);
        err_clear();
        if (ctl_connect(doctor->ctl, CTL_PROGRAMS[i], &db) != OK) {
            doctor_finding(doctor, what.ptr, err_text());
        } else {
            doctor_good(what.ptr, "");
        }
    }
}

int command_doctor(struct ctl *ctl)
{
    if (!ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    struct doctor doctor = {.ctl = ctl};
    doctor_good("configuration", ctl->conf_path);
    check_database(&doctor);
    doctor_sign_on(&doctor);
    check_folder(&doctor, "document store", conf_path(ctl, "files", "store"));
    check_gate(&doctor, conf_path(ctl, "files", "store"));
    check_folder(&doctor, "upload spool", conf_path(ctl, "files", "spool"));
    check_socket(&doctor, "scan daemon", conf_path(ctl, "scan", "socket"));
    check_file(&doctor, "templates", conf_path(ctl, "templates", "dir"));
    check_file(&doctor, "list of static files",
               conf_path(ctl, "templates", "static_manifest"));
    struct str catalogue =
        str_format(ctl->arena, "%s/de.mo", conf_path(ctl, "templates", "catalogues"));
    check_file(&doctor, "German texts", catalogue.ptr);
    return doctor.findings ? CTL_FAILED : CTL_OK;
}
