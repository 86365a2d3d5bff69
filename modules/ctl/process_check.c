/* process_check.c: kontorctl process check and test. */
#include "process_command.h"

#include <sys/stat.h>

#include "dmn/dmn.h"
#include "bpmn/read.h"
#include "process/form/form_read.h"
#include "process/scenario/scenario.h"

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static struct str base_name(const char *path)
{
    struct str name = str_from(path);
    while (name.len > 1 && name.ptr[name.len - 1] == '/')
        name.len--;
    size_t from = name.len;
    while (from > 0 && name.ptr[from - 1] != '/')
        from--;
    return str_from_index(name, from);
}

static void print_line(void *context, int line, struct str reason)
{
    report_problem(context, line, "%.*s", STR_ARG(reason));
}

/* A single file: what can be said without the rest of its definition. */
static int check_file(struct ctl *ctl, const char *path)
{
    struct str text;
    struct report report = {.arena = ctl->arena,
                            .fn = process_print_problem,
                            .file = str_copy(ctl->arena, str_from(path))};
    if (ctl_read(ctl, path, &text) != OK)
        return CTL_FAILED;
    if (str_ends(report.file, STR(".bpmn"))) {
        struct bpmn_problems problems;
        struct bpmn_model *model;
        if (bpmn_read(ctl->arena, text, &problems, &model) != OK)
            process_print_problems(path, &problems);
        return problems.list.count ? CTL_DATA : CTL_OK;
    }
    if (str_ends(report.file, STR(".dmn"))) {
        struct dmn_model *tables;
        return dmn_read(ctl->arena, text, print_line, &report, &tables) == OK ? CTL_OK
                                                                              : CTL_DATA;
    }
    if (str_ends(report.file, STR(".form"))) {
        struct json_source source = {
            .arena = ctl->arena, .report = &report, .text = text};
        struct form form;
        json_t *object;
        if (json_source_parse(&source, &object) == OK)
            form_read(&source, NULL, object, &form);
        return report_result(&report) == OK ? CTL_OK : CTL_DATA;
    }
    fprintf(stderr,
            "%s: neither .bpmn nor .dmn nor .form; give the folder to check the others\n",
            path);
    return CTL_FAILED;
}

static int run_scenarios(struct ctl *ctl, char *dir, const struct ctl_file *files,
                         size_t count, struct str compiled)
{
    struct definition *definition;
    struct report report = {
        .arena = ctl->arena, .fn = process_print_problem, .context = dir};
    enum err err = definition_load(ctl->arena, compiled, &definition);
    if (err != OK)
        return ctl_fail(err, dir);
    size_t scenarios = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!str_starts(files[i].path, STR("scenarios/")))
            continue;
        report.file = files[i].path;
        scenarios++;
        failed += scenario_run(ctl->arena, definition, files[i].content, &report) != OK;
    }
    if (scenarios == 0) {
        fprintf(stderr, "%s: no scenarios\n", dir);
        return CTL_FAILED;
    }
    printf("%s: %zu scenarios, %zu failed\n", dir, scenarios, failed);
    return failed == 0 ? CTL_OK : CTL_FAILED;
}

static int check_definition(struct ctl *ctl, char *dir, bool scenarios)
{
    struct ctl_file *files;
    size_t count;
    struct str compiled;
    if (ctl_read_dir(ctl, dir, "", 1, &files, &count) != OK)
        return CTL_FAILED;
    struct definition_file *sources =
        ARENA_ARRAY(ctl->arena, struct definition_file, count);
    for (size_t i = 0; i < count; i++)
        sources[i] = (struct definition_file){files[i].path, files[i].content};
    if (definition_compile(ctl->arena, base_name(dir), sources, count,
                           process_print_problem, dir, &compiled) != OK)
        return CTL_DATA;
    if (scenarios)
        return run_scenarios(ctl, dir, files, count, compiled);
    printf("%s: good\n", dir);
    return CTL_OK;
}

/* A folder without process.bpmn is taken as one that holds definitions. */
static int check_folder(struct ctl *ctl, char *dir, bool scenarios)
{
    struct stat info;
    if (stat(str_format(ctl->arena, "%s/process.bpmn", dir).ptr, &info) == 0)
        return check_definition(ctl, dir, scenarios);
    struct ctl_file *files;
    size_t count, found = 0;
    int worst = CTL_OK;
    if (ctl_read_dir(ctl, dir, "process.bpmn", 1, &files, &count) != OK)
        return CTL_FAILED;
    for (size_t i = 0; i < count; i++) {
        ssize_t slash = str_index(files[i].path, '/');
        if (slash < 0)
            continue;
        found++;
        char *inner = str_c(ctl->arena, str_format(ctl->arena, "%s/%.*s", dir, (int)slash,
                                                   files[i].path.ptr));
        int code = check_definition(ctl, inner, scenarios);
        worst = code != CTL_OK ? code : worst;
    }
    if (found == 0) {
        fprintf(stderr, "%s: no definition (process.bpmn) here or one level below\n",
                dir);
        return CTL_FAILED;
    }
    return worst;
}

int process_check(struct ctl *ctl, bool scenarios)
{
    int worst = CTL_OK;
    for (int i = 0; i < ctl->argc; i++) {
        int code = is_folder(ctl->argv[i]) ? check_folder(ctl, ctl->argv[i], scenarios)
                   : scenarios             ? process_usage()
                                           : check_file(ctl, ctl->argv[i]);
        worst = code != CTL_OK ? code : worst;
    }
    return worst;
}
