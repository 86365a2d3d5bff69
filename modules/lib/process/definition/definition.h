/* definition.h: everything that makes a request type, compiled from
 * templates/processes/<key>/.
 *
 * `kontorctl publish` compiles the folder to one JSON document that is stored with its
 * format number; programs load that and never parse XML. All text is a msgid of the
 * definition's own catalogue (English sentence; de.po beside it). */
#ifndef PROCESS_DEFINITION_H
#define PROCESS_DEFINITION_H

#include "text/i18n.h"
#include "dmn/dmn.h"
#include "bpmn/model.h"
#include "process/form/form.h"
#include "process/definition/report.h"
#include "process/slots.h"
#include "process/step.h"
#include "process/submission.h"

/** Raised when the compiled form changes; other numbers are compiled again from the
 * stored files. */
#define DEFINITION_FORMAT 4

/** A definition in memory; immutable; lives in the arena it was loaded into. */
struct definition {
    struct str key;     /**< request type: the folder's name */
    struct str title;   /**< msgid */
    struct str summary; /**< msgid: one sentence on the start page */
    struct str action;  /**< "add", "change", "terminate" or "ask" */
    /** what it changes: one open request per company and object; absent: any number of them */
    struct str object;
    /** "board": shown to those alone who see the company's board matters; else absent or "company" */
    struct str visibility;
    struct str intake_team;  /**< team key */
    struct str intake_phase; /**< msgid the customer sees while intake checks */
    /** form field with the effective date; absent = none */
    struct str effective_date_field;
    const struct form *forms; /**< the customer's pages, in their order */
    size_t form_count;
    const struct form *staff_forms; /**< forms that user tasks name */
    size_t staff_form_count;
    const struct slot_rule *slots;
    size_t slot_count;
    const struct submission_rule *rules; /**< what keeps it from being submitted */
    size_t rule_count;
    const struct bpmn_model *model;
    uint32_t process;                /**< element: the process that a release begins */
    struct dmn_model *const *tables; /**< the decision tables of its *.dmn files */
    size_t table_count;
    const struct str *teams; /**< every team key named anywhere in it, each once */
    size_t team_count;
    /** an expression of it reads company or catalogue, which have to be loaded then */
    bool uses_facts;
    /** a step of its process does: an instance carries them along */
    bool process_uses_company;
    bool process_uses_catalogue;
    /** every master-data attribute its forms or services name */
    const struct str *attributes;
    size_t attribute_count;
    /** msgid -> struct str *; NULL for English */
    const struct map *texts[LANGUAGE_COUNT];
};

/** A file of the folder, path relative to it ("process.bpmn", "address.form", "de.po").
 */
struct definition_file {
    struct str path;
    struct str content;
};

/**
 * Check and compile. Every problem is reported; ERR_INPUT if there was one.
 * `compiled_out` is the JSON document that definition_load reads.
 */
enum err definition_compile(struct arena *arena, struct str key,
                            const struct definition_file *files, size_t file_count,
                            definition_problem_fn problem, void *context,
                            struct str *compiled_out) MUST_USE;
/** Load a compiled document. ERR_INPUT when the format number is not DEFINITION_FORMAT.
 */
enum err definition_load(struct arena *arena, struct str compiled,
                         struct definition **out) MUST_USE;
/** True for a type of board matters. */
bool definition_is_board(const struct definition *definition);
/** Text of the definition in a language; msgid itself when it is English or unknown. */
struct str definition_text(const struct definition *definition, enum language language,
                           struct str msgid);
/** The field with this key in any of the customer's forms; NULL. */
const struct form_field *definition_field(const struct definition *definition,
                                          struct str key);
/** The form that staff fill in to complete a user task; NULL: no such id. */
const struct form *definition_staff_form(const struct definition *definition,
                                         struct str id);
/** A phase: of the definition, or one of Kontor's own. Absent stays absent. */
struct str definition_phase(const struct definition *definition, const struct i18n *i18n,
                            enum language language, struct str phase);

#endif
