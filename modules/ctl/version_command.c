/* version_command.c: kontorctl list, show, rollback, retire, activate: versions of request types.
 *
 * Exit codes: 0 done; 64 wrong usage; 65 there is no such type, version or file; 69 database away; 73 a file cannot be
 * written. */
#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/definition.h"
#include "app/definition/publish.h"
#include "person_command.h"

static int fail(enum err err, const char *what)
{
    int code = ctl_fail(err, what);

    return err == ERR_NOT_FOUND ? CTL_DATA : code;
}

static const char *moment(struct ctl *ctl, instant_us at)
{
    return instant_format_iso(ctl->arena, at).ptr;
}

/* ---- list ---------------------------------------------------------------------------------------- */

int command_list(struct ctl *ctl)
{
    struct db *db;
    struct db_rows rows;
    enum err err;

    if (!ctl_arguments(ctl, 0, 0))
        return CTL_USAGE;
    err = ctl_connect(ctl, "ctl", &db);
    if (err == OK)
        err = version_types(db, ctl->arena, &rows);
    for (size_t i = 0; err == OK && i < rows.count; i++) {
        const struct type_version_row *type =
            &((const struct type_version_row *)rows.items)[i];
        struct db_rows versions;

        printf("%s version %lld since %s, %lld running%s\n",
               ctl_text(ctl, type->request_type), (long long)type->version,
               moment(ctl, type->since_at), (long long)type->running,
               type->active ? "" : " (retired)");
        err = version_list(db, ctl->arena, type->request_type, &versions);
        for (size_t k = 0; err == OK && k < versions.count; k++) {
            const struct version_row *version =
                &((const struct version_row *)versions.items)[k];

            printf("  %c %lld published %s, %lld running, %lld not released\n",
                   version->definition_id == type->definition_id ? '*' : ' ',
                   (long long)version->version, moment(ctl, version->published_at),
                   (long long)version->running, (long long)version->waiting);
        }
    }
    return err == OK ? CTL_OK : fail(err, "list");
}

/* ---- show ----------------------------------------------------------------------------------------- */

struct showing {
    struct ctl *ctl;
    struct db *db;
    struct str request_type;
    const char *file;   /* print this one alone */
    const char *folder; /* write all of them there */
    int64_t version;
    int64_t definition_id;
};

static int print_file(struct showing *s, const struct db_rows *rows)
{
    const struct definition_file_row *files = rows->items;

    for (size_t i = 0; i < rows->count; i++)
        if (str_is(files[i].path, s->file)) {
            fwrite(files[i].content.ptr, 1, files[i].content.len, stdout);
            return CTL_OK;
        }
    fprintf(stderr, "kontorctl: version %lld of %.*s has no file %s\n",
            (long long)s->version, STR_ARG(s->request_type), s->file);
    return CTL_DATA;
}

static int cannot_create(const char *path)
{
    fprintf(stderr, "kontorctl: %s: %s\n", path, strerror(errno));
    return CTL_CANNOT_CREATE;
}

static bool make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* Never over a file that is there. Folders of the path are made. */
static int write_file(struct showing *s, const struct definition_file_row *file)
{
    const char *path =
        str_format(s->ctl->arena, "%s/%.*s", s->folder, STR_ARG(file->path)).ptr;
    ssize_t slash = str_index(file->path, '/');
    size_t done = 0;
    int fd;

    if (slash > 0 && !make_folder(str_format(s->ctl->arena, "%s/%.*s", s->folder,
                                             (int)slash, file->path.ptr)
                                      .ptr))
        return cannot_create(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot_create(path);
    while (done < file->content.len) {
        ssize_t now = write(fd, file->content.ptr + done, file->content.len - done);

        if (now < 0 && errno != EINTR) {
            int code = cannot_create(path);

            close(fd);
            return code;
        }
        done += now > 0 ? (size_t)now : 0;
    }
    return close(fd) == 0 ? CTL_OK : cannot_create(path);
}

static int write_files(struct showing *s, const struct db_rows *rows)
{
    const struct definition_file_row *files = rows->items;
    int code = CTL_OK;

    if (!make_folder(s->folder))
        return cannot_create(s->folder);
    for (size_t i = 0; code == CTL_OK && i < rows->count; i++)
        code = write_file(s, &files[i]);
    if (code == CTL_OK)
        printf("%zu files written to %s\n", rows->count, s->folder);
    return code;
}

static enum err print_facts(struct showing *s, const struct db_rows *rows)
{
    const struct definition_file_row *files = rows->items;
    struct definition_row row;
    struct definition *definition;
    enum err err = definition_by_id(s->db, s->ctl->arena, s->definition_id, &row);

    if (err != OK)
        return err;
    printf("%s version %lld\nsha256 %s\n", ctl_text(s->ctl, s->request_type),
           (long long)s->version,
           str_hex(s->ctl->arena, row.sha256.ptr, row.sha256.len).ptr);
    if (row.format == DEFINITION_FORMAT) {
        err = definition_load(s->ctl->arena, row.compiled, &definition);
        if (err != OK)
            return err;
        printf("title %s\n%zu forms, %zu document slots, %zu elements\n",
               ctl_text(s->ctl, definition->title), definition->form_count,
               definition->slot_count, definition->model->element_count);
    }
    for (size_t i = 0; i < rows->count; i++)
        printf("file %s, %zu bytes\n", ctl_text(s->ctl, files[i].path),
               files[i].content.len);
    return OK;
}

static enum err find_version(struct showing *s)
{
    struct type_version_row in_force;
    enum err err;

    if (s->version)
        return version_find(s->db, s->ctl->arena, s->request_type, s->version,
                            &s->definition_id);
    err = version_in_force(s->db, s->ctl->arena, s->request_type, false, &in_force);
    if (err == OK) {
        s->version = in_force.version;
        s->definition_id = in_force.definition_id;
    }
    return err;
}

static bool read_version(const char *text, int64_t *out)
{
    if (str_to_i64(str_from(text), out) == OK && *out > 0)
        return true;
    fprintf(stderr, "kontorctl: %s is no version: a number from 1\n", text);
    return false;
}

int command_show(struct ctl *ctl)
{
    struct showing s = {.ctl = ctl,
                        .file = ctl_option(ctl, "--file"),
                        .folder = ctl_option(ctl, "--files")};
    struct db_rows rows;
    enum err err;

    if (!ctl_arguments(ctl, 1, 2) || (s.file && s.folder) ||
        (ctl->argc == 2 && !read_version(ctl->argv[1], &s.version)))
        return CTL_USAGE;
    s.request_type = str_from(ctl->argv[0]);
    err = ctl_connect(ctl, "ctl", &s.db);
    if (err == OK)
        err = find_version(&s);
    if (err == OK)
        err = definition_files(s.db, ctl->arena, s.definition_id, &rows);
    if (err != OK)
        return fail(err, ctl->argv[0]);
    if (s.file)
        return print_file(&s, &rows);
    if (s.folder)
        return write_files(&s, &rows);
    err = print_facts(&s, &rows);
    return err == OK ? CTL_OK : fail(err, ctl->argv[0]);
}

/* ---- rollback, retire, activate ------------------------------------------------------------------- */

int command_rollback(struct ctl *ctl)
{
    struct rollback rollback = {.now = clock_now(&clock_system)};
    struct db *db;
    enum err err;

    if (!ctl_arguments(ctl, 1, 2) ||
        (ctl->argc == 2 && !read_version(ctl->argv[1], &rollback.version)))
        return CTL_USAGE;
    rollback.request_type = str_from(ctl->argv[0]);
    rollback.by = ctl_operator(ctl);
    err = ctl_connect(ctl, "ctl", &db);
    if (err == OK)
        err = publish_rollback(db, ctl->arena, &rollback);
    if (err != OK)
        return fail(err, ctl->argv[0]);
    printf("%s version %lld%s\n", ctl_text(ctl, rollback.request_type),
           (long long)rollback.version,
           rollback.version == rollback.version_before ? " unchanged" : "");
    return CTL_OK;
}

static int offer(struct ctl *ctl, bool active)
{
    struct offer offer = {.active = active, .now = clock_now(&clock_system)};
    struct db *db;
    enum err err;

    if (!ctl_arguments(ctl, 1, 1))
        return CTL_USAGE;
    offer.request_type = str_from(ctl->argv[0]);
    offer.by = ctl_operator(ctl);
    err = ctl_connect(ctl, "ctl", &db);
    if (err == OK)
        err = publish_offer(db, ctl->arena, &offer);
    if (err != OK)
        return fail(err, ctl->argv[0]);
    printf("%s is %s the start page\n", ctl_text(ctl, offer.request_type),
           active ? "on" : "no longer on");
    return CTL_OK;
}

int command_retire(struct ctl *ctl)
{
    return offer(ctl, false);
}

int command_activate(struct ctl *ctl)
{
    return offer(ctl, true);
}
