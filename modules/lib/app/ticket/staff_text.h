/* staff_text.h: what staff write: messages to the customer and internal notes. */
#ifndef APP_STAFF_TEXT_H
#define APP_STAFF_TEXT_H

#include "app/ticket/staff_tx.h"

/** `form_key` makes a form that comes twice one row. */
struct staff_text {
    struct str body;
    uint8_t form_key[16];
};
/** A message the customer sees, signed by the intake team (mail to the submitter without
 * the text), or a note that no customer ever sees. By the request's reference. */
enum err app_intake_message(const struct actor *actor, const struct staff_env *env,
                            struct str reference, const struct staff_text *text,
                            enum staff_verdict *out) MUST_USE;
enum err app_intake_note(const struct actor *actor, const struct staff_env *env,
                         struct str reference, const struct staff_text *text,
                         enum staff_verdict *out) MUST_USE;
/** The same at a sub-ticket (by its reference), signed by its team. ERR_DENIED: the
 * sub-ticket is of a team the person does not belong to (the lead belongs to all).
 * `ticket_out`: where to go back. */
enum err app_sub_ticket_message(const struct actor *actor, const struct staff_env *env,
                                struct str reference, const struct staff_text *text,
                                struct str *ticket_out, enum staff_verdict *out) MUST_USE;
enum err app_sub_ticket_note(const struct actor *actor, const struct staff_env *env,
                             struct str reference, const struct staff_text *text,
                             struct str *ticket_out, enum staff_verdict *out) MUST_USE;

/** A message of a department inside a change of something else: row, history, mail. ERR_CONFLICT: the form has come
 *  before. */
enum err staff_text_message(struct staff_tx *tx, const struct staff_text *text,
                            struct str team_key) MUST_USE;
/** Has this form written its message? */
enum err staff_text_taken(struct staff_tx *tx, const struct staff_text *text,
                          bool *out) MUST_USE;

#endif
