/* request_check.h: what is still missing or wrong in a draft. Pure: the same rules make
 * the task list, the check page and the refusal at submission. */
#ifndef APP_REQUEST_CHECK_H
#define APP_REQUEST_CHECK_H

#include "app/request/request_full.h"

enum part_state {
    PART_NOT_STARTED,
    PART_IN_PROGRESS, /**< answers are missing, none is wrong */
    PART_COMPLETE,
    PART_NEEDS_ATTENTION, /**< something given is not accepted */
    PART_BY_POST,         /**< the paper original will do: a file need not be there */
};

/** Does the group ask anything now? What other answers hide is not asked. */
bool request_form_asks(const struct request_full *full, struct arena *arena,
                       const struct form *form);
/** Where a question group stands. One that asks nothing is complete. */
enum part_state request_form_state(const struct request_full *full, struct arena *arena,
                                   const struct form *form);
/** Where a slot stands: all its documents together. */
enum part_state request_slot_state(const struct request_full *full,
                                   const struct request_slot *slot);
/** The slot's kind of one of its documents; -1 for none. */
int request_document_kind(const struct request_slot *slot,
                          const struct request_slot_row *document);
/** True while the customer may put a file there: in a draft, or when this document is asked
 * for. */
bool request_document_takes_file(const struct request_full *full,
                                 const struct request_slot_row *document);
/** The same for any document of the slot. */
bool request_slot_takes_file(const struct request_full *full,
                             const struct request_slot *slot);

/** The submission rules that refuse a draft now; none for anything but a draft. */
size_t request_refusals(const struct request_full *full, struct arena *arena,
                        struct submission_refusal **out);

/** One thing that keeps a draft from being submitted. */
struct request_problem {
    /** the question group, also where what a rule refuses can be put right; NULL for a document */
    const struct form *form;
    const struct form_field *field;
    const struct form_error
        *error;                   /**< of an answer, with the row of a list; else NULL */
    const struct slot_rule *slot; /**< the slot; NULL for an answer */
    const struct submission_refusal *refusal; /**< a rule; NULL for all else */
    const char *msgid;  /**< sentence with {0} = label, {1} = bound; NULL for a rule */
    struct str args[2]; /**< args[0]: msgid of the definition (a rule: its sentence) */
    day_no day;         /**< DAY_NONE, or args[1] as a day */
};
/** All problems in the order of the journey; 0 = it can be submitted. */
size_t request_problems(const struct request_full *full, struct arena *arena,
                        struct request_problem **out);

#endif
