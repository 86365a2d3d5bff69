/* document_command.h: what the operator's documents share as commands: check FILE | load FILE | show. */
#ifndef CTL_DOCUMENT_COMMAND_H
#define CTL_DOCUMENT_COMMAND_H

#include "ctl.h"
#include "db/db.h"
#include "process/definition/report.h"

struct document_command {
    const char *name; /**< of the command: "catalogue" */
    /** Each says what it does on stdout and stderr, and gives what to exit with. */
    int (*check)(struct ctl *ctl, struct db *db, const char *path);
    int (*load)(struct ctl *ctl, struct db *db, const char *path);
    int (*show)(struct ctl *ctl, struct db *db);
};

/** Run the command's words in ctl->argv. */
int ctl_document(struct ctl *ctl, const struct document_command *command);

/** A file that was read, with a report that prints its problems as "path:line: reason". */
struct document_file {
    const char *path;
    struct str text;
    struct report report;
};
/** CTL_OK, or what to exit with. */
int ctl_document_read(struct ctl *ctl, const char *path, struct document_file *out);

#endif
