#include "document_command.h"

static void print_problem(void *context, struct str file, int line, struct str reason)
{
    const struct document_file *document = context;

    (void)file;
    fprintf(stderr, "%s:%d: %.*s\n", document->path, line > 0 ? line : 1,
            STR_ARG(reason));
}

int ctl_document_read(struct ctl *ctl, const char *path, struct document_file *out)
{
    *out = (struct document_file){
        .path = path,
        .report = {.arena = ctl->arena, .fn = print_problem, .context = out},
    };
    return ctl_read(ctl, path, &out->text) == OK ? CTL_OK : CTL_FAILED;
}

static int usage(const struct document_command *command)
{
    fprintf(stderr, "kontorctl: %s check FILE | load FILE | show\n", command->name);
    return CTL_USAGE;
}

int ctl_document(struct ctl *ctl, const struct document_command *command)
{
    struct db *db = NULL;

    if (ctl->argc < 1)
        return usage(command);
    struct str what = str_from(ctl->argv[0]);
    ctl->argc--;
    ctl->argv++;
    bool is_show = str_is(what, "show");
    bool is_check = str_is(what, "check");
    if (!is_show && !is_check && !str_is(what, "load"))
        return usage(command);
    if (!ctl_arguments(ctl, is_show ? 0 : 1, is_show ? 0 : 1))
        return CTL_USAGE;
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err != OK)
        return ctl_fail(err, "database");
    if (is_show)
        return command->show(ctl, db);
    return (is_check ? command->check : command->load)(ctl, db, ctl->argv[0]);
}
