/* request_message.h: the customer writes to the department that has the request. */
#ifndef APP_REQUEST_MESSAGE_H
#define APP_REQUEST_MESSAGE_H

#include "app/request/request_full.h"

struct message_input {
    struct str reference;
    struct str body;
    uint8_t form_key[16]; /**< made with the form: the same form is one message */
};
/**
 * Write a message: row, history, audit and a mail to each department working on it
 * (without the text). A form that comes twice is one message. ERR_CONFLICT while it is a
 * draft.
 */
enum err request_message(const struct actor *actor, const struct customer_env *env,
                         const struct message_input *input) MUST_USE;

#endif
