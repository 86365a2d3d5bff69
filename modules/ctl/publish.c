/* publish.c: kontorctl publish. All folders are checked, then become versions in one transaction; with a plan, running
 * instances follow, each in one of its own.
 *
 * Exit codes: 0 done; 64 wrong usage; 65 refused (a definition, the plan, or an instance that cannot follow); 66 a folder
 * or the plan cannot be read; 69 database away. */
#include "ctl.h"

#include "process/version/diff.h"
#include "store/definition.h"
#include "app/definition/migrate.h"
#include "app/definition/publish.h"
#include "person_command.h"

struct publishing {
    struct ctl *ctl;
    struct db *db;
    struct publish_run run;
    struct published *out;
    const char *plan_path; /* NULL: instances stay on their versions */
    struct str plan_text;
    struct migration_plan plan;
    bool dry_run;
};

/** "process.bpmn:12: reason" with the folder in front. */
static void print_problem(void *context, struct str file, int line, struct str reason)
{
    const char *dir = context;

    fprintf(stderr, "%s/%.*s:", dir, STR_ARG(file));
    if (line > 0)
        fprintf(stderr, "%d:", line);
    fprintf(stderr, " %.*s\n", STR_ARG(reason));
}

/** Last part of the folder's path. */
static struct str key_of(const char *dir)
{
    struct str path = str_from(dir);

    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/')
        from--;
    return str_from_index(path, from);
}

static bool read_folder(struct ctl *ctl, char *dir, struct publication *out)
{
    struct ctl_file *files;
    size_t count;

    if (ctl_read_dir(ctl, dir, "", 1, &files, &count) != OK)
        return false;
    struct definition_file *sources =
        ARENA_ARRAY(ctl->arena, struct definition_file, count + 1);
    for (size_t i = 0; i < count; i++)
        sources[i] = (struct definition_file){files[i].path, files[i].content};
    *out = (struct publication){.key = key_of(dir),
                                .files = sources,
                                .file_count = count,
                                .problem = print_problem,
                                .problem_context = dir};
    return true;
}

static int read_all(struct publishing *p)
{
    size_t count = (size_t)p->ctl->argc;
    struct publication *all = ARENA_ARRAY(p->ctl->arena, struct publication, count + 1);

    for (size_t i = 0; i < count; i++) {
        if (!read_folder(p->ctl, p->ctl->argv[i], &all[i]))
            return CTL_NO_INPUT;
        for (size_t k = 0; k < i; k++)
            if (str_eq(all[k].key, all[i].key)) {
                fprintf(stderr, "kontorctl: %.*s is given twice\n", STR_ARG(all[i].key));
                return CTL_USAGE;
            }
    }
    p->run = (struct publish_run){.publications = all,
                                  .count = count,
                                  .now = clock_now(&clock_system),
                                  .by = ctl_operator(p->ctl)};
    p->out = ARENA_ARRAY(p->ctl->arena, struct published, count + 1);
    return CTL_OK;
}

static int read_plan(struct publishing *p)
{
    if (!p->plan_path)
        return CTL_OK;
    if (ctl_read(p->ctl, p->plan_path, &p->plan_text) != OK)
        return CTL_NO_INPUT;
    if (migration_plan_read(p->ctl->arena, p->plan_text, &p->plan) != OK) {
        fprintf(stderr, "%s: %s\n", p->plan_path, err_text());
        return CTL_DATA;
    }
    return CTL_OK;
}

/* ---- what changes ------------------------------------------------------------------------------- */

static void print_lines(struct ctl *ctl, const struct diff_line *lines, size_t count)
{
    static const char SIGNS[] = {
        [DIFF_ADDED] = '+', [DIFF_REMOVED] = '-', [DIFF_CHANGED] = '~'};

    for (size_t i = 0; i < count; i++)
        printf("  %c %s\n", SIGNS[lines[i].kind], ctl_text(ctl, lines[i].text));
}

static enum err stored_files(struct publishing *p, int64_t definition_id,
                             struct definition_file **out, size_t *count_out)
{
    struct db_rows rows;
    enum err err = definition_files(p->db, p->ctl->arena, definition_id, &rows);

    if (err != OK)
        return err;
    const struct definition_file_row *stored = rows.items;
    *out = ARENA_ARRAY(p->ctl->arena, struct definition_file, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++)
        (*out)[i] = (struct definition_file){stored[i].path, stored[i].content};
    *count_out = rows.count;
    return OK;
}

/* Against the version in force. */
static enum err print_difference(struct publishing *p, size_t i)
{
    const struct publication *publication = &p->run.publications[i];
    const struct published *out = &p->out[i];
    struct definition_file *files;
    struct diff_line *lines;
    size_t count;
    enum err err;

    if (out->before.definition_id == 0)
        return OK;
    err = stored_files(p, out->before.definition_id, &files, &count);
    if (err != OK)
        return err;
    definition_diff_files(p->ctl->arena, files, count, publication->files,
                          publication->file_count, &lines, &count);
    print_lines(p->ctl, lines, count);
    if (!out->compiled_before.ptr)
        return OK;
    err = definition_diff(p->ctl->arena, out->compiled_before, out->compiled, &lines,
                          &count);
    if (err == OK)
        print_lines(p->ctl, lines, count);
    return err;
}

/* Instances that run on other versions stay there. */
static enum err print_running(struct publishing *p, size_t i)
{
    struct db_rows rows;
    enum err err = version_list(p->db, p->ctl->arena, p->run.publications[i].key, &rows);
    const struct version_row *versions = rows.items;

    for (size_t k = 0; err == OK && k < rows.count; k++)
        if (versions[k].running > 0 && versions[k].version != p->out[i].version)
            printf("  version %lld: %lld running\n", (long long)versions[k].version,
                   (long long)versions[k].running);
    return err;
}

static enum err print_one(struct publishing *p, size_t i)
{
    const struct published *out = &p->out[i];
    bool same =
        out->before.definition_id && out->before.version == out->version && !out->is_new;
    enum err err = OK;

    printf("%s version %lld%s%s\n", ctl_text(p->ctl, p->run.publications[i].key),
           (long long)out->version, same ? " unchanged" : "",
           out->is_retired ? " (retired: not on the start page)" : "");
    if (!same)
        err = print_difference(p, i);
    return err == OK ? print_running(p, i) : err;
}

/* ---- instances that follow -------------------------------------------------------------------------- */

static void say(void *context, bool is_problem, struct str reference, struct str text)
{
    const struct publishing *p = context;

    fprintf(is_problem ? stderr : stdout, "%s%s%s%s\n", is_problem ? "" : "  ",
            reference.ptr ? ctl_text(p->ctl, reference) : p->plan_path, ": ",
            ctl_text(p->ctl, text));
}

static enum err migrate(struct publishing *p, bool check, struct migrate_count *out)
{
    struct staff_env env = {.definitions = definitions_new(p->ctl->arena)};
    struct actor actor = ctl_actor(p->ctl, p->db);
    struct definition *to;
    struct migrate_run run = {.actor = &actor,
                              .env = &env,
                              .request_type = p->run.publications[0].key,
                              .definition_id = p->out[0].definition_id,
                              .version = p->out[0].version,
                              .plan = &p->plan,
                              .plan_text = p->plan_text,
                              .by = p->run.by,
                              .say = say,
                              .say_context = p};
    enum err err = definition_load(p->ctl->arena, p->out[0].compiled, &to);

    run.to = to;
    if (err != OK)
        return err;
    return check ? migrate_check(&run, out) : migrate_all(&run, out);
}

static int follow(struct publishing *p)
{
    struct migrate_count count;
    enum err err = migrate(p, false, &count);

    if (err != OK)
        return ctl_fail(err, "migration: run the same command again to go on");
    printf("%lld instances moved, %lld stay where they are\n", (long long)count.moved,
           (long long)count.refused);
    return count.refused ? CTL_DATA : CTL_OK;
}

/* ---- the command --------------------------------------------------------------------------------------- */

static int publish(struct publishing *p)
{
    struct migrate_count count = {0};
    enum err err = publish_check(p->db, p->ctl->arena, &p->run, p->out);

    if (err == ERR_INPUT) {
        fputs("kontorctl: refused; nothing was published\n", stderr);
        return CTL_DATA;
    }
    if (err == OK && p->plan_path)
        err = migrate(p, true, &count);
    if (err != OK)
        return ctl_fail(err, "publish");
    if (count.refused) {
        fputs("kontorctl: not every instance can follow; nothing was published\n",
              stderr);
        return CTL_DATA;
    }
    for (size_t i = 0; err == OK && i < p->run.count; i++)
        err = print_one(p, i);
    if (err == OK && !p->dry_run)
        err = publish_all(p->db, p->ctl->arena, &p->run, p->out);
    if (err != OK)
        return ctl_fail(err, "publish");
    if (p->dry_run) {
        puts("nothing was published (--dry-run)");
        return CTL_OK;
    }
    return p->plan_path ? follow(p) : CTL_OK;
}

static int refresh(struct ctl *ctl, struct db *db)
{
    static char stored[] = "stored definition";
    int64_t count = 0;
    enum err err = app_publish_refresh(db, ctl->arena, print_problem, stored, &count);

    if (err == OK || err == ERR_INPUT)
        printf("%lld definitions compiled again\n", (long long)count);
    if (err == ERR_INPUT) {
        fprintf(stderr, "kontorctl: %s\n", err_text());
        return CTL_DATA;
    }
    return err == OK ? CTL_OK : ctl_fail(err, "refresh");
}

int command_publish(struct ctl *ctl)
{
    bool again = ctl_flag(ctl, "--refresh");
    struct publishing p = {.ctl = ctl,
                           .dry_run = ctl_flag(ctl, "--dry-run"),
                           .plan_path = ctl_option(ctl, "--migrate")};
    int code = CTL_OK;
    enum err err;

    if (!ctl_arguments(ctl, again ? 0 : 1, p.plan_path ? 1 : 1000))
        return CTL_USAGE;
    code = read_all(&p);
    if (code == CTL_OK)
        code = read_plan(&p);
    if (code != CTL_OK)
        return code;
    err = ctl_connect(ctl, "ctl", &p.db);
    if (err != OK)
        return ctl_fail(err, "database");
    if (again)
        code = refresh(ctl, p.db);
    return code != CTL_OK || p.run.count == 0 ? code : publish(&p);
}
