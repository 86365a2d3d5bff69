/* staff_verdict.h: expected outcomes of what staff do. They are no errors: each has a
 * sentence. */
#ifndef APP_STAFF_VERDICT_H
#define APP_STAFF_VERDICT_H

enum staff_verdict {
    VERDICT_DONE,       /**< done now */
    VERDICT_REPEATED,   /**< the same was done before: the form came twice */
    VERDICT_CHANGED,    /**< somebody changed it since the page was shown */
    VERDICT_TAKEN,      /**< another person is the owner */
    VERDICT_CLOSED,     /**< the state does not allow it any more */
    VERDICT_INCOMPLETE, /**< a required document is not accepted yet, or the customer is
                           asked */
    VERDICT_FOUR_EYES,  /**< the one who asked may not decide */
    VERDICT_NOT_OWNER,  /**< only the owner or the lead may do this */
    VERDICT_SECOND_PERSON, /**< another person than the one who decided before has to */
    VERDICT_PHASE,         /**< the phases of its type come one after another */
    VERDICT_ORIGINAL,      /**< the paper original has not arrived */
    VERDICT_EXAMINE,       /**< documents of the team are not examined yet */
    VERDICT_PAST,          /**< a time that has passed */
    VERDICT_FORM,          /**< answers of the step's form are wrong or missing */
    VERDICT_STUCK,         /**< tried again, the process has still no way on */
    VERDICT_ENDLESS,       /**< the process would go round for ever: nothing was done */
};

/** A complete sentence (msgid) for the person. */
const char *staff_verdict_msgid(enum staff_verdict verdict);

#endif
