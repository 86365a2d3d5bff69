/* values.h: between the engine's values and jansson's, in which answers, facts and job payloads are
 * kept; and what the expressions of a request see. */
#ifndef PROCESS_VALUES_H
#define PROCESS_VALUES_H

#include "base/clock.h"
#include "formats/json.h"
#include "feel/value.h"

struct definition;
struct form_field;

/** A JSON real is no value of ours (numbers are exact): it becomes null. */
struct feel_value value_from_json(struct arena *arena, const json_t *json);
/** Owned by the arena. A number with a fraction is given as text, since jansson would make a double of
 *  it; dates and durations are text, too. */
json_t *value_to_json(struct arena *arena, struct feel_value value);

/**
 * A stored answer as its field types it: a number field gives a number, a date field a date, a checklist
 * a list of strings, a list a list of contexts with every sub-field. No answer, or one that is none of
 * the field's kind ("abc" of a draft): null; a checkbox without answer: false; a checklist or list: empty.
 */
struct feel_value value_of_answer(struct arena *arena, const struct form_field *field,
                                  const json_t *stored);
/** Every answer of the customer's forms by its key; what has no answer is null, so that each name is known. */
const struct feel_context *values_of_answers(struct arena *arena,
                                             const struct definition *definition,
                                             const json_t *answers);
/** Facts as JSON (company, catalogue): days are dates, decimal strings of the numbers facts.h names stay exact
 *  numbers, everything else as value_from_json. */
struct feel_value value_of_facts(struct arena *arena, const json_t *facts);
/** base: dotted keys as nested contexts: "address.street" is base.address.street. */
struct feel_value value_of_base(struct arena *arena, const json_t *base);

/** All that is known about a request: each NULL, absent or DAY_NONE where it is not. */
struct request_facts {
    const json_t *answers; /**< field key -> stored answer */
    const json_t *base;    /**< attribute -> value */
    const json_t
        *facts; /**< {"company", "catalogue"}; only with definition->uses_facts */
    struct str reference;
    struct str type;
    struct str company;      /**< reference of the company */
    instant_us submitted_at; /**< INSTANT_NONE: not yet */
    day_no effective_on;
    day_no today; /**< DAY_NONE: not known, as in the process */
};
/**
 * The names that expressions of forms, slots and rules see: the answers, base, request, today, company, catalogue. An
 * answer whose field is hidden by the answers before it is null, though a value may still be stored;
 * a read-only field has what is filled in now.
 */
const struct feel_context *values_context(struct arena *arena,
                                          const struct definition *definition,
                                          const struct request_facts *facts);

/**
 * What a process knows when it begins: the answers as they were submitted (what is hidden went then), base,
 * request, and of the facts what its steps name: the rest is not carried along in each state.
 */
const struct feel_context *values_of_process(struct arena *arena,
                                             const struct definition *definition,
                                             const struct request_facts *facts);

struct form;
/** How a person completed a user task. */
struct task_result {
    struct str outcome;
    struct str reason; /**< absent: none */
    struct str by;     /**< name of the person */
    instant_us at;
    const struct form *form; /**< the task's form; NULL: none */
    const json_t *answers;   /**< form_result.values of it */
};
/** What the process knows then: <element id>: {outcome, reason, by, at, and the answers by their keys}. */
const struct feel_context *values_of_task(struct arena *arena, struct str element_id,
                                          const struct task_result *result);

#endif
