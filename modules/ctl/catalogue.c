/* catalogue.c: kontorctl catalogue: what the exchanges offer, as one document. */
#include "app/upkeep/catalogue.h"
#include "person_command.h"

struct problem_context {
    const char *path;
};

static void print_problem(void *context, struct str file, int line, struct str reason)
{
    const struct problem_context *problem = context;

    (void)file;
    fprintf(stderr, "%s:%d: %.*s\n", problem->path, line > 0 ? line : 1, STR_ARG(reason));
}

static int usage(void)
{
    fputs("kontorctl: catalogue check FILE | load FILE | show\n", stderr);
    return CTL_USAGE;
}

/* CTL_OK, or what to exit with. */
static int read_document(struct ctl *ctl, const char *path,
                         struct catalogue_document *out)
{
    struct problem_context problem = {path};
    struct report report = {
        .arena = ctl->arena, .fn = print_problem, .context = &problem};
    struct str text;

    if (ctl_read(ctl, path, &text) != OK)
        return CTL_FAILED;
    return catalogue_read(ctl->arena, text, &report, out) == OK ? CTL_OK : CTL_DATA;
}

static void print_changes(struct ctl *ctl, const struct catalogue_change *changes,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str text = catalogue_change_text(ctl->arena, &changes[i]);
        printf("%.*s\n", STR_ARG(text));
    }
}

static int check(struct ctl *ctl, const char *path)
{
    struct catalogue_document document;
    struct catalogue_change *changes;
    struct db_rows rows = {0};
    struct db *db = NULL;
    int code = read_document(ctl, path, &document);
    enum err err;

    if (code != CTL_OK)
        return code;
    err = ctl_connect(ctl, "ctl", &db);
    if (err == OK)
        err = catalogue_list(db, ctl->arena, &rows);
    if (err != OK)
        return ctl_fail(err, "catalogue");
    size_t count = catalogue_difference(ctl->arena, &rows, &document, &changes);
    print_changes(ctl, changes, count);
    printf("%zu changes to load\n", count);
    return CTL_OK;
}

int ctl_catalogue_load(struct ctl *ctl, struct db *db, const char *path)
{
    struct catalogue_document document;
    struct catalogue_loading loading = {.document = &document,
                                        .operator= ctl_operator(ctl)};
    int code = read_document(ctl, path, &document);

    if (code != CTL_OK)
        return code;
    const struct actor actor = ctl_actor(ctl, db);
    enum err err = catalogue_load(&actor, &loading);
    if (err != OK)
        return ctl_fail(err, "catalogue load");
    print_changes(ctl, loading.changes, loading.change_count);
    printf("%zu changes loaded\n", loading.change_count);
    return CTL_OK;
}

static int show(struct ctl *ctl, struct db *db)
{
    struct db_rows rows = {0};
    enum err err = catalogue_list(db, ctl->arena, &rows);

    if (err != OK)
        return ctl_fail(err, "catalogue show");
    struct str text = catalogue_write(ctl->arena, &rows);
    printf("%.*s\n", STR_ARG(text));
    return CTL_OK;
}

int command_catalogue(struct ctl *ctl)
{
    struct db *db = NULL;
    struct str what;

    if (ctl->argc < 1)
        return usage();
    what = str_from(ctl->argv[0]);
    ctl->argc--;
    ctl->argv++;
    bool is_show = str_is(what, "show");
    if (!is_show && !str_is(what, "check") && !str_is(what, "load"))
        return usage();
    if (!ctl_arguments(ctl, is_show ? 0 : 1, is_show ? 0 : 1))
        return CTL_USAGE;
    if (str_is(what, "check"))
        return check(ctl, ctl->argv[0]);
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err != OK)
        return ctl_fail(err, "database");
    return is_show ? show(ctl, db) : ctl_catalogue_load(ctl, db, ctl->argv[0]);
}
