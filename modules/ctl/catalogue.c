/* catalogue.c: kontorctl catalogue: what the exchanges offer, as one document. */
#include "app/upkeep/catalogue.h"
#include "document_command.h"
#include "person_command.h"

/* CTL_OK, or what to exit with. */
static int read_document(struct ctl *ctl, const char *path,
                         struct catalogue_document *out)
{
    struct document_file file;
    int code = ctl_document_read(ctl, path, &file);

    if (code != CTL_OK)
        return code;
    return catalogue_read(ctl->arena, file.text, &file.report, out) == OK ? CTL_OK
                                                                          : CTL_DATA;
}

static void print_changes(struct ctl *ctl, const struct catalogue_change *changes,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str text = catalogue_change_text(ctl->arena, &changes[i]);
        printf("%.*s\n", STR_ARG(text));
    }
}

static int check(struct ctl *ctl, struct db *db, const char *path)
{
    struct catalogue_document document;
    struct catalogue_change *changes;
    struct db_rows rows = {0};
    int code = read_document(ctl, path, &document);

    if (code != CTL_OK)
        return code;
    enum err err = catalogue_list(db, ctl->arena, &rows);
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
    static const struct document_command command = {"catalogue", check,
                                                    ctl_catalogue_load, show};

    return ctl_document(ctl, &command);
}
