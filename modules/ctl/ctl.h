/* ctl.h: what the commands of kontorctl share. A command is one file and one row in
 * main.c. */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include "base/clock.h"
#include "base/conf.h"
#include "db/admin.h"

/** Exit codes, as in sysexits.h. */
enum {
    CTL_OK = 0,
    CTL_FAILED = 1, /**< the check found something, or the work could not be done */
    CTL_USAGE = 64,
    CTL_DATA = 65,          /**< the input is refused */
    CTL_NO_INPUT = 66,      /**< a file or folder cannot be read */
    CTL_UNAVAILABLE = 69,   /**< database away */
    CTL_CANNOT_CREATE = 73, /**< a file cannot be written */
    CTL_STUCK = 75,         /**< a simulation that cannot go on */
    CTL_CONFIG = 78,
};

/** One run of the tool. */
struct ctl {
    struct arena *arena;     /**< life of the run */
    const struct conf *conf; /**< NULL for commands that need none and were given none */
    const char *conf_path;
    const char *program; /**< argv[0]: siblings are found beside it */
    int argc; /**< arguments after the command's name; options taken so far are gone */
    char **argv;
};

/* One per command; the result is the exit code. */
int command_migrate(struct ctl *ctl);
int command_grants(struct ctl *ctl);
int command_schema(struct ctl *ctl);
int command_demo(struct ctl *ctl);
int command_publish(struct ctl *ctl);
/** list, show, rollback, retire, activate: version_command.c */
int command_list(struct ctl *ctl);
int command_show(struct ctl *ctl);
int command_rollback(struct ctl *ctl);
int command_retire(struct ctl *ctl);
int command_activate(struct ctl *ctl);
int command_catalogue(struct ctl *ctl);
int command_calendar(struct ctl *ctl);
int command_obligation(struct ctl *ctl);
int command_statements(struct ctl *ctl);
int command_routes(struct ctl *ctl);
int command_rights(struct ctl *ctl);
int command_verify(struct ctl *ctl);
int command_invariants(struct ctl *ctl);
int command_export(struct ctl *ctl);
int command_configuration(struct ctl *ctl);
int command_doctor(struct ctl *ctl);
int command_person(struct ctl *ctl);
int command_session(struct ctl *ctl);
int command_second_factor(struct ctl *ctl);
int command_sync(struct ctl *ctl);
int command_auth(struct ctl *ctl);
/** kontorctl process check|simulate|test ...: process_*.c */
int command_process(struct ctl *ctl);
/** kontorctl feel: feel.c */
int command_feel(struct ctl *ctl);

/* ---- command line (options.c) ---- */

/** Take `--name VALUE` out of the arguments; NULL if absent. */
const char *ctl_option(struct ctl *ctl, const char *name);
/** Take `--name` out of the arguments. */
bool ctl_flag(struct ctl *ctl, const char *name);
/** After all options are taken: false, said on standard error, if an unknown one or a
 * wrong number of plain arguments is left. */
bool ctl_arguments(struct ctl *ctl, int min, int max);

/* ---- files and folders (files.c) ---- */

struct ctl_file {
    struct str path; /**< relative to the folder, '/' between folders */
    struct str content;
};
/** A whole file, at most 16 MiB. Said on standard error when it fails. */
enum err ctl_read(struct ctl *ctl, const char *path, struct str *out) MUST_USE;
/**
 * All regular files below `dir` whose name ends in `suffix` ("" = all; hidden ones are
 * left out) in byte order of their paths. `depth` 0 = this folder only.
 */
enum err ctl_read_dir(struct ctl *ctl, const char *dir, const char *suffix, int depth,
                      struct ctl_file **out, size_t *count_out) MUST_USE;
/** --dir, or `name` below [ctl] sql; NULL (said) when neither is given. */
const char *ctl_sql_dir(struct ctl *ctl, const char *name);

/** Load a document of the catalogue, as `kontorctl catalogue load` (catalogue.c); the exit code. */
int ctl_catalogue_load(struct ctl *ctl, struct db *db, const char *path);
/** The same for business calendars (calendar.c). */
int ctl_calendar_load(struct ctl *ctl, struct db *db, const char *path);

/* ---- database (connect.c) ---- */

/** Programs with a database account: "login" ... "worker", NULL-terminated; ctl is not in
 * it. */
extern const char *const CTL_PROGRAMS[];
/** Connection as that program's account; said on standard error when it fails. */
enum err ctl_connect(struct ctl *ctl, const char *program, struct db **out) MUST_USE;
/** Exit code for a failed call; prints the noted cause. */
int ctl_fail(enum err err, const char *what);

#endif
