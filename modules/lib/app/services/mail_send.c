#include "app/services/handlers.h"

/* A mail with the definition's own words; the worker says them in the reader's language when it leaves. */
enum err service_mail_send(struct service_call *call, enum service_answer *out)
{
    struct staff_tx *tx = call->tx;
    struct str to = json_get_str(call->inputs, "to");
    struct str subject = json_get_str(call->inputs, "subject");
    struct str text = json_get_str(call->inputs, "text");
    bool customer = str_is(to, "customer");
    json_t *payload = staff_tx_payload(tx);

    if (to.len == 0 || subject.len == 0 || text.len == 0)
        return err_note(ERR_INPUT, "mail.send needs to, subject and text");
    *out = SERVICE_CARRIED_OUT;
    json_set_str(payload, "subject_msgid", subject);
    json_set_str(payload, "text_msgid", text);
    if (customer) {
        staff_tx_mail_customer(tx, "from-process", call->activation, payload);
        return OK;
    }
    json_set_str(payload, "url_path",
                 str_concat(tx->arena, STR("/staff/tickets/"), call->ticket));
    return staff_tx_mail_team(tx, "from-process", call->activation, to, payload);
}
