/* publish.c: kontorctl publish. The files and their compiled form are one version;
 * switching new requests to it is part of the same transaction. */
#include "ctl.h"

#include "app/publish.h"

/** "process.bpmn:12: reason" with the folder in front. */
static void print_problem(void *context, struct str file, int line, struct str reason)
{
    const char *dir = context;
    if (line > 0) {
        fprintf(stderr, "%s/%.*s:%d: %.*s\n", dir, STR_ARG(file), line, STR_ARG(reason));
    } else {
        fprintf(stderr, "%s/%.*s: %.*s\n", dir, STR_ARG(file), STR_ARG(reason));
    }
}

/** Last part of the folder's path. */
static struct str key_of(const char *dir)
{
    struct str path = str_from(dir);
    while (path.len > 1 && path.ptr[path.len - 1] == '/') {
        path.len--;
    }
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/') {
        from--;
    }
    return str_from_index(path, from);
}

static int publish(struct ctl *ctl, struct db *db, char *dir)
{
    struct ctl_file *files;
    size_t count;
    if (ctl_read_dir(ctl, dir, "", 1, &files, &count) != OK) {
        return CTL_FAILED;
    }
    struct definition_file *sources =
        ARENA_ARRAY(ctl->arena, struct definition_file, count + 1);
    for (size_t i = 0; i < count; i++) {
        sources[i].path = files[i].path;
        sources[i].content = files[i].content;
    }
    struct publication publication = {
        .key = key_of(dir),
        .files = sources,
        .file_count = count,
        .problem = print_problem,
        .problem_context = dir,
        .now = clock_now(&clock_system),
    };
    struct published published;
    enum err err = app_publish(db, ctl->arena, &publication, &published);
    if (err != OK) {
        return ctl_fail(err, dir);
    }
    printf("%.*s version %lld%s\n", STR_ARG(publication.key),
           (long long)published.version, published.changed ? "" : " unchanged");
    return CTL_OK;
}

int command_publish(struct ctl *ctl)
{
    bool refresh = ctl_flag(ctl, "--refresh");
    if (!ctl_arguments(ctl, refresh ? 0 : 1, 1000)) {
        return CTL_USAGE;
    }
    struct db *db;
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err != OK) {
        return ctl_fail(err, "database");
    }
    if (refresh) {
        int64_t count;
        char stored[] = "stored definition";
        err = app_publish_refresh(db, ctl->arena, print_problem, stored, &count);
        if (err != OK) {
            return ctl_fail(err, "refresh");
        }
        printf("%lld definitions compiled again\n", (long long)count);
    }
    int worst = CTL_OK;
    for (int i = 0; i < ctl->argc; i++) {
        int code = publish(ctl, db, ctl->argv[i]);
        worst = code != CTL_OK ? code : worst;
    }
    return worst;
}
