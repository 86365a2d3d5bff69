/* calendar.c: kontorctl calendar: business calendars and exchange holidays, as one document. */
#include "app/upkeep/calendar_load.h"
#include "document_command.h"
#include "person_command.h"

/* CTL_OK, or what to exit with. */
static int read_document(struct ctl *ctl, const char *path,
                         struct calendar_loading *loading)
{
    struct document_file file;
    struct calendar_document *documents;
    int code = ctl_document_read(ctl, path, &file);

    if (code != CTL_OK)
        return code;
    if (calendar_read(ctl->arena, file.text, &file.report, &documents,
                      &loading->document_count) != OK)
        return CTL_DATA;
    loading->documents = documents;
    return CTL_OK;
}

static void print_lines(const struct str *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%.*s\n", STR_ARG(lines[i]));
}

/* The rows of one calendar among all of them. */
static struct db_rows rows_of(const struct db_rows *all, struct str key)
{
    struct calendar_row *items = all->items;
    struct db_rows rows = {0};

    for (size_t i = 0; i < all->count; i++) {
        if (!str_eq(items[i].calendar_key, key))
            continue;
        if (rows.count++ == 0)
            rows.items = &items[i];
    }
    return rows;
}

static int check(struct ctl *ctl, struct db *db, const char *path)
{
    struct calendar_loading loading = {0};
    struct db_rows all = {0};
    size_t total = 0;
    int code = read_document(ctl, path, &loading);

    if (code != CTL_OK)
        return code;
    enum err err = calendar_rows(db, ctl->arena, &all);
    if (err != OK)
        return ctl_fail(err, "calendar check");
    for (size_t i = 0; i < loading.document_count; i++) {
        const struct calendar_document *document = &loading.documents[i];
        struct db_rows rows = rows_of(&all, document->calendar.calendar_key);
        struct str *lines;
        size_t count = calendar_difference(ctl->arena, &rows, document, &lines);

        print_lines(lines, count);
        total += count;
    }
    printf("%zu changes to load\n", total);
    return CTL_OK;
}

int ctl_calendar_load(struct ctl *ctl, struct db *db, const char *path)
{
    struct calendar_loading loading = {.operator= ctl_operator(ctl)};
    int code = read_document(ctl, path, &loading);

    if (code != CTL_OK)
        return code;
    const struct actor actor = ctl_actor(ctl, db);
    enum err err = calendar_load(&actor, &loading);
    if (err != OK)
        return ctl_fail(err, "calendar load");
    print_lines(loading.changes, loading.change_count);
    printf("%zu changes loaded\n", loading.change_count);
    return CTL_OK;
}

static int show(struct ctl *ctl, struct db *db)
{
    struct db_rows rows = {0};
    enum err err = calendar_rows(db, ctl->arena, &rows);

    if (err != OK)
        return ctl_fail(err, "calendar show");
    struct str text = calendar_write(ctl->arena, &rows);
    printf("%.*s\n", STR_ARG(text));
    return CTL_OK;
}

int command_calendar(struct ctl *ctl)
{
    static const struct document_command command = {"calendar", check, ctl_calendar_load,
                                                    show};

    return ctl_document(ctl, &command);
}
