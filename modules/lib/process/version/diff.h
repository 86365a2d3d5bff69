/* diff.h: what a new version of a definition changes, for the operator who publishes it. Pure. */
#ifndef PROCESS_DIFF_H
#define PROCESS_DIFF_H

#include "process/definition/definition.h"

/** At most this many lines; the last one says how many more there are. */
#define DIFF_LINES_MAX 400

enum diff_kind { DIFF_ADDED, DIFF_REMOVED, DIFF_CHANGED };
struct diff_line {
    enum diff_kind kind;
    struct str
        text; /**< "process: userTask Task_Check "Check"", "form address: street: ..." */
};

/**
 * Compare two compiled definitions (definition_compile) part by part: elements and flows by their ids, fields of
 * forms and slots by their keys, texts by their sentences; the drawing as a whole. ERR_INPUT: one of them is no JSON.
 */
enum err definition_diff(struct arena *arena, struct str old_compiled,
                         struct str new_compiled, struct diff_line **out,
                         size_t *count_out) MUST_USE;
/** Compare files by their names and lines: "process.bpmn: 3 lines more, 1 less". Both in byte order of their paths. */
void definition_diff_files(struct arena *arena, const struct definition_file *old_files,
                           size_t old_count, const struct definition_file *new_files,
                           size_t new_count, struct diff_line **out, size_t *count_out);

#endif
