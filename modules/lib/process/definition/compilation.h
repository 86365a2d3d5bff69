/* compilation.h: one run of definition_compile(). Private to the files that carry it out. */
#ifndef PROCESS_COMPILATION_H
#define PROCESS_COMPILATION_H

#include "process/definition/definition_read.h"
#include "process/definition/texts.h"

struct compilation {
    struct arena *arena;
    struct report report; /* file = the one at hand */
    const struct definition_file *files;
    size_t file_count;
    struct text_list texts;
    struct definition definition;
    struct bpmn_model *model; /* NULL: process.bpmn cannot be read */
    const struct bpmn_element *process;
    json_t *forms; /* as in the files, in the order of kontor:forms */
    json_t *staff_forms;
    json_t *documents; /* NULL: none */
    json_t *rules;     /* NULL: none */
    json_t *german;
    int forms_line; /* of kontor:forms */
};

/** The file with this path; NULL. */
const struct definition_file *compilation_file(const struct compilation *c,
                                               struct str path);
/** A *.form beside the process. */
bool compilation_is_form(struct str path);
/** Its JSON, NULL (reported) if it is none. The report is at this file then; `*source` reads it. */
json_t *compilation_parse(struct compilation *c, const struct definition_file *file,
                          struct json_source *source);

/** The forms of kontor:forms (its value), those of user tasks, and what they ask of each other.
 *  definition_forms.c */
void definition_read_forms(struct compilation *c, struct str ids);

#endif
